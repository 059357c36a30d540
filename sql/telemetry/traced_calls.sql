-- Traced calls
-- Every call that a client tells of or whose request names its session: what the log says of it, what the client says, and how the two were brought together. Dollars and tokens are the log's. Recomputed by day.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @reads invocations, client_calls
-- @column dt date UTC day: of the log, else of the client
-- @column seen varchar both, log (no client tells of it) or client (it is in no log)
-- @column match varchar How they were brought together: request_id, message_id, session or window; none
-- @column event_time timestamp When it was logged, else when the client says that it was over, UTC
-- @column region varchar Region that was called
-- @column session_id varchar Session: the client's, else the one in the request's body
-- @column device_id varchar Claude Code's random id of an installation; not a person
-- @column client_version varchar Version of the client
-- @column entrypoint varchar How the client was started
-- @column person varchar The human behind the principal, else whom the client names
-- @column account_id varchar AWS account, 12 digits; null for a call that only the client tells of
-- @column request_id varchar Bedrock's request id as logged; null for a call that only the client tells of
-- @column principal_arn varchar IAM identity as logged
-- @column team varchar Team, or unattributed; null for a call that only the client tells of
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column model varchar Model as in the log; null for a call that only the client tells of
-- @column operation varchar API operation as logged
-- @column status varchar ok, error or blocked, as logged
-- @column error_code varchar Error name as logged
-- @column input_tokens bigint Prompt tokens outside the cache, as logged
-- @column output_tokens bigint Completion tokens, as logged
-- @column cache_read_tokens bigint Prompt tokens read from the cache, as logged
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache, as logged; all writes when the log does not know
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache, as logged
-- @column thinking_tokens bigint Of output_tokens, those of extended thinking, where the body tells
-- @column price_status varchar priced, estimated, unpriced, uncounted or not_token_priced
-- @column estimated_cost decimal(38,12) Estimated USD; null when unpriced and for a call that only the client tells of
-- @column estimated_cost_high decimal(38,12) Estimated USD if every cache write of unknown duration was a 1-hour write
-- @column call_id varchar Call as the client tells of it; null for a call that no client tells of
-- @column client_request_id varchar Request id that the client was given; of a gateway, perhaps
-- @column scope varchar Instrumentation that told of it
-- @column client varchar service.name
-- @column provider varchar bedrock, mantle, or what the client says
-- @column prompt_id varchar Prompt that the call belongs to
-- @column trace_id varchar Trace
-- @column agent_id varchar Subagent that made it
-- @column agent_name varchar Its name or kind
-- @column query_source varchar What it was for, as the client says
-- @column client_model varchar Model as the client names it
-- @column client_status varchar ok or error, as the client says
-- @column duration_ms bigint Milliseconds of the last attempt
-- @column claimed_input_tokens bigint Prompt tokens outside the cache, as the client counts
-- @column claimed_output_tokens bigint Completion tokens, as the client counts
-- @column claimed_cache_read_tokens bigint Prompt tokens read from the cache, as the client counts
-- @column claimed_cache_write_tokens bigint Prompt tokens written to the cache, as the client counts
-- @column claimed_cache_write_5m_tokens bigint Of them to the 5-minute cache; null when the client does not tell
-- @column claimed_cache_write_1h_tokens bigint Of them to the 1-hour cache; null when the client does not tell
-- @column claimed_cost decimal(38,12) USD that the client estimates
-- @column labels map(varchar,varchar) Resource attributes of the client on the list
-- Both sides in one list, so that each is read once. A key is null where a side cannot meet the other by it.
with participants as (
  select
    'log' as side,
    i.dt,
    i.account_id || '/' || i.region || '/' || i.request_id as ref,
    i.request_id as request_key,
    i.message_id as message_key,
    i.session_id || '/' || coalesce(i.model_family, '') || '/' || cast(i.input_tokens as varchar) || '/' || cast(i.output_tokens as varchar) || '/' || cast(i.cache_read_tokens as varchar) || '/' || cast(i.cache_write_5m_tokens + i.cache_write_1h_tokens as varchar) as session_key,
    case
      when i.input_tokens + i.output_tokens > 0
        then coalesce(i.model_family, '') || '/' || cast(i.input_tokens as varchar) || '/' || cast(i.output_tokens as varchar) || '/' || cast(i.cache_read_tokens as varchar) || '/' || cast(i.cache_write_5m_tokens + i.cache_write_1h_tokens as varchar)
    end as window_key,
    i.event_time,
    i.region,
    i.session_id,
    i.device_id,
    i.client_version,
    i.entrypoint,
    i.person,
    i.account_id,
    i.request_id,
    i.principal_arn,
    i.team,
    i.cost_center,
    i.environment,
    i.feature,
    i.model,
    i.operation,
    i.status,
    i.error_code,
    i.input_tokens,
    i.output_tokens,
    i.cache_read_tokens,
    i.cache_write_5m_tokens,
    i.cache_write_1h_tokens,
    i.thinking_tokens,
    i.price_status,
    cast(i.estimated_cost as decimal(38,12)) as estimated_cost,
    cast(i.estimated_cost_high as decimal(38,12)) as estimated_cost_high,
    cast(null as varchar) as call_id,
    cast(null as varchar) as client_request_id,
    cast(null as varchar) as scope,
    cast(null as varchar) as client,
    cast(null as varchar) as provider,
    cast(null as varchar) as prompt_id,
    cast(null as varchar) as trace_id,
    cast(null as varchar) as agent_id,
    cast(null as varchar) as agent_name,
    cast(null as varchar) as query_source,
    cast(null as varchar) as client_model,
    cast(null as varchar) as client_status,
    cast(null as bigint) as duration_ms,
    cast(null as bigint) as claimed_input_tokens,
    cast(null as bigint) as claimed_output_tokens,
    cast(null as bigint) as claimed_cache_read_tokens,
    cast(null as bigint) as claimed_cache_write_tokens,
    cast(null as bigint) as claimed_cache_write_5m_tokens,
    cast(null as bigint) as claimed_cache_write_1h_tokens,
    cast(null as decimal(38,12)) as claimed_cost,
    cast(null as map(varchar,varchar)) as labels
  from invocations i
  where i.dt between date_add('day', -1, :from) and date_add('day', 1, :to)
  union all
  select
    'client' as side,
    c.dt,
    c.call_id as ref,
    c.request_id as request_key,
    c.message_id as message_key,
    c.session_id || '/' || coalesce(c.model_family, '') || '/' || cast(c.claimed_input_tokens as varchar) || '/' || cast(c.claimed_output_tokens as varchar) || '/' || cast(coalesce(c.claimed_cache_read_tokens, 0) as varchar) || '/' || cast(coalesce(c.claimed_cache_write_tokens, 0) as varchar) as session_key,
    case
      when c.claimed_input_tokens + c.claimed_output_tokens > 0
        then coalesce(c.model_family, '') || '/' || cast(c.claimed_input_tokens as varchar) || '/' || cast(c.claimed_output_tokens as varchar) || '/' || cast(coalesce(c.claimed_cache_read_tokens, 0) as varchar) || '/' || cast(coalesce(c.claimed_cache_write_tokens, 0) as varchar)
    end as window_key,
    c.event_time,
    c.region,
    c.session_id,
    c.device_id,
    c.client_version,
    c.entrypoint,
    c.person,
    cast(null as varchar) as account_id,
    cast(null as varchar) as request_id,
    cast(null as varchar) as principal_arn,
    cast(null as varchar) as team,
    cast(null as varchar) as cost_center,
    cast(null as varchar) as environment,
    cast(null as varchar) as feature,
    cast(null as varchar) as model,
    cast(null as varchar) as operation,
    cast(null as varchar) as status,
    cast(null as varchar) as error_code,
    cast(null as bigint) as input_tokens,
    cast(null as bigint) as output_tokens,
    cast(null as bigint) as cache_read_tokens,
    cast(null as bigint) as cache_write_5m_tokens,
    cast(null as bigint) as cache_write_1h_tokens,
    cast(null as bigint) as thinking_tokens,
    cast(null as varchar) as price_status,
    cast(null as decimal(38,12)) as estimated_cost,
    cast(null as decimal(38,12)) as estimated_cost_high,
    c.call_id,
    c.request_id as client_request_id,
    c.scope,
    c.client,
    c.provider,
    c.prompt_id,
    c.trace_id,
    c.agent_id,
    c.agent_name,
    c.query_source,
    c.model as client_model,
    c.status as client_status,
    c.duration_ms,
    c.claimed_input_tokens,
    c.claimed_output_tokens,
    c.claimed_cache_read_tokens,
    c.claimed_cache_write_tokens,
    c.claimed_cache_write_5m_tokens,
    c.claimed_cache_write_1h_tokens,
    cast(c.claimed_cost as decimal(38,12)) as claimed_cost,
    c.labels
  from client_calls c
  where c.dt between date_add('day', -1, :from) and date_add('day', 1, :to)
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
      when m.request_pair is null and m.message_pair is null and m.session_key is not null
        then m.session_key || '#' || cast(
          row_number() over (
            partition by m.session_key, m.side, m.request_pair, m.message_pair
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
      when s.request_pair is null and s.message_pair is null and s.session_pair is null then s.window_key
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
      else 'none'
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
      when 'window' then 'w/' || cast(p.dt as varchar) || '/' || p.window_left
      else p.side || '/' || p.ref
    end as pair
  from paired p
  where p.match <> 'none'
    or p.side = 'client'
    or p.session_id is not null
)
select
  coalesce(max(case when k.side = 'log' then k.dt end), max(k.dt)) as dt,
  case
    when min(k.side) <> max(k.side) then 'both'
    else max(k.side)
  end as seen,
  max(k.match) as match,
  coalesce(max(case when k.side = 'log' then k.event_time end), max(k.event_time)) as event_time,
  coalesce(max(case when k.side = 'log' then k.region end), max(k.region)) as region,
  coalesce(max(case when k.side = 'client' then k.session_id end), max(k.session_id)) as session_id,
  coalesce(max(case when k.side = 'client' then k.device_id end), max(k.device_id)) as device_id,
  coalesce(max(case when k.side = 'client' then k.client_version end), max(k.client_version)) as client_version,
  coalesce(max(case when k.side = 'client' then k.entrypoint end), max(k.entrypoint)) as entrypoint,
  coalesce(max(case when k.side = 'log' then k.person end), max(k.person)) as person,
  max(k.account_id) as account_id,
  max(k.request_id) as request_id,
  max(k.principal_arn) as principal_arn,
  max(k.team) as team,
  max(k.cost_center) as cost_center,
  max(k.environment) as environment,
  max(k.feature) as feature,
  max(k.model) as model,
  max(k.operation) as operation,
  max(k.status) as status,
  max(k.error_code) as error_code,
  max(k.input_tokens) as input_tokens,
  max(k.output_tokens) as output_tokens,
  max(k.cache_read_tokens) as cache_read_tokens,
  max(k.cache_write_5m_tokens) as cache_write_5m_tokens,
  max(k.cache_write_1h_tokens) as cache_write_1h_tokens,
  max(k.thinking_tokens) as thinking_tokens,
  max(k.price_status) as price_status,
  max(k.estimated_cost) as estimated_cost,
  max(k.estimated_cost_high) as estimated_cost_high,
  max(k.call_id) as call_id,
  max(k.client_request_id) as client_request_id,
  max(k.scope) as scope,
  max(k.client) as client,
  max(k.provider) as provider,
  max(k.prompt_id) as prompt_id,
  max(k.trace_id) as trace_id,
  max(k.agent_id) as agent_id,
  max(k.agent_name) as agent_name,
  max(k.query_source) as query_source,
  max(k.client_model) as client_model,
  max(k.client_status) as client_status,
  max(k.duration_ms) as duration_ms,
  max(k.claimed_input_tokens) as claimed_input_tokens,
  max(k.claimed_output_tokens) as claimed_output_tokens,
  max(k.claimed_cache_read_tokens) as claimed_cache_read_tokens,
  max(k.claimed_cache_write_tokens) as claimed_cache_write_tokens,
  max(k.claimed_cache_write_5m_tokens) as claimed_cache_write_5m_tokens,
  max(k.claimed_cache_write_1h_tokens) as claimed_cache_write_1h_tokens,
  max(k.claimed_cost) as claimed_cost,
  max_by(k.labels, row(case when k.side = 'client' then 1 else 0 end, k.ref)) as labels
from keyed k
group by k.pair
having coalesce(max(case when k.side = 'log' then k.dt end), max(k.dt)) between :from and :to
order by
  dt, event_time, k.pair
