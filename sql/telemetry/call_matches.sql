-- Calls and their telemetry
-- Which call of the log each call of a client is. One joins one: by request id, else by the answer's message id, else by session, else by the only one that fits in time. Recomputed by day.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @reads invocations, client_calls
-- @column dt date UTC day of the log
-- @column match varchar How they were brought together: request_id, message_id, session or window
-- @column account_id varchar AWS account, 12 digits
-- @column region varchar Region as logged
-- @column request_id varchar Bedrock's request id as logged
-- @column call_id varchar Call as the client tells of it
-- @column call_day date UTC day of the client's call
-- @column cache_write_5m_tokens bigint Prompt tokens that the client says were written to the 5-minute cache; null when it does not tell
-- @column cache_write_1h_tokens bigint Likewise to the 1-hour cache
-- Both sides in one list, so that each is read once. A key is null where a side cannot meet the other by it.
with participants as (
  select
    'log' as side,
    i.dt,
    i.account_id || '/' || i.region || '/' || i.request_id as ref,
    i.request_id as request_key,
    i.message_id as message_key,
    i.session_id,
    coalesce(i.model_family, '') || '/' || cast(i.input_tokens as varchar) || '/' || cast(i.output_tokens as varchar) || '/' || cast(i.cache_read_tokens as varchar) || '/' || cast(i.cache_write_5m_tokens + i.cache_write_1h_tokens as varchar) as usage_key,
    i.input_tokens + i.output_tokens as tokens,
    i.event_time,
    i.record_person as person,
    i.account_id,
    i.region,
    i.request_id,
    cast(null as varchar) as call_id,
    cast(null as bigint) as cache_write_5m_tokens,
    cast(null as bigint) as cache_write_1h_tokens
  from invocations i
  where i.dt between cast(date_add('day', -1, :from) as date) and cast(date_add('day', 1, :to) as date)
  union all
  select
    'client' as side,
    c.dt,
    c.call_id as ref,
    c.request_id as request_key,
    c.message_id as message_key,
    c.session_id,
    coalesce(c.model_family, '') || '/' || cast(c.claimed_input_tokens as varchar) || '/' || cast(c.claimed_output_tokens as varchar) || '/' || cast(coalesce(c.claimed_cache_read_tokens, 0) as varchar) || '/' || cast(coalesce(c.claimed_cache_write_tokens, 0) as varchar) as usage_key,
    c.claimed_input_tokens + c.claimed_output_tokens as tokens,
    c.event_time,
    c.person,
    cast(null as varchar) as account_id,
    c.region,
    cast(null as varchar) as request_id,
    c.call_id,
    c.claimed_cache_write_5m_tokens as cache_write_5m_tokens,
    c.claimed_cache_write_1h_tokens as cache_write_1h_tokens
  from client_calls c
  where c.dt between cast(date_add('day', -1, :from) as date) and cast(date_add('day', 1, :to) as date)
),
-- Each step pairs what the steps before left, and only one of a side with one of the other.
by_request as (
  select
    p.*,
    case
      when p.request_key is not null
        and count(*) over (partition by p.request_key) = 2
        and min(p.side) over (partition by p.request_key) <> max(p.side) over (partition by p.request_key)
        and coalesce(min(p.region) over (partition by p.request_key) = max(p.region) over (partition by p.request_key), true)
        then p.request_key
    end as request_pair
  from participants p
),
by_message as (
  select
    r.*,
    case
      when r.request_pair is null
        and r.message_key is not null
        and count(*) over (partition by r.message_key, r.request_pair) = 2
        and min(r.side) over (partition by r.message_key, r.request_pair) <> max(r.side) over (partition by r.message_key, r.request_pair)
        then r.message_key
    end as message_pair
  from by_request r
),
-- A session repeats small calls; in order of time the first meets the first.
in_session as (
  select
    m.*,
    case
      when m.request_pair is null and m.message_pair is null and m.session_id is not null and m.usage_key is not null
        then m.session_id || '/' || m.usage_key || '#' || cast(
          row_number() over (
            partition by m.session_id, m.usage_key, m.side, m.request_pair, m.message_pair
            order by m.event_time, m.ref
          ) as varchar
        )
    end as session_place
  from by_message m
),
by_session as (
  select
    s.*,
    case
      when s.session_place is not null
        and count(*) over (partition by s.session_place) = 2
        and date_diff('second', min(s.event_time) over (partition by s.session_place), max(s.event_time) over (partition by s.session_place)) <= 3600
        then s.session_place
    end as session_pair
  from in_session s
),
by_window as (
  select
    s.*,
    case
      when s.request_pair is null and s.message_pair is null and s.session_pair is null and s.tokens > 0 then s.usage_key
    end as window_left
  from by_session s
),
paired as (
  select
    w.*,
    case
      when w.request_pair is not null then 'request_id'
      when w.message_pair is not null then 'message_id'
      when w.session_pair is not null then 'session'
      when w.window_left is not null
        and count(*) over (partition by w.window_left, w.dt) = 2
        and min(w.side) over (partition by w.window_left, w.dt) <> max(w.side) over (partition by w.window_left, w.dt)
        and date_diff('second', min(w.event_time) over (partition by w.window_left, w.dt), max(w.event_time) over (partition by w.window_left, w.dt)) <= 600
        and coalesce(min(lower(w.person)) over (partition by w.window_left, w.dt) = max(lower(w.person)) over (partition by w.window_left, w.dt), true)
        and coalesce(min(w.region) over (partition by w.window_left, w.dt) = max(w.region) over (partition by w.window_left, w.dt), true)
        then 'window'
    end as match
  from by_window w
),
keyed as (
  select
    p.*,
    case p.match
      when 'request_id' then 'r/' || p.request_pair
      when 'message_id' then 'm/' || p.message_pair
      when 'session' then 's/' || p.session_pair
      else 'w/' || cast(p.dt as varchar) || '/' || p.window_left
    end as pair
  from paired p
  where p.match is not null
)
select
  max(case when k.side = 'log' then k.dt end) as dt,
  max(k.match) as match,
  max(k.account_id) as account_id,
  max(case when k.side = 'log' then k.region end) as region,
  max(k.request_id) as request_id,
  max(k.call_id) as call_id,
  max(case when k.side = 'client' then k.dt end) as call_day,
  max(k.cache_write_5m_tokens) as cache_write_5m_tokens,
  max(k.cache_write_1h_tokens) as cache_write_1h_tokens
from keyed k
group by k.pair
having max(case when k.side = 'log' then k.dt end) between :from and :to
order by
  dt, account_id, region, request_id
