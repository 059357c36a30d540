-- Prefixes written again after the five minutes
-- By caller, model and place: calls that come between five minutes and an hour after the one before and write to the 5-minute cache what an hour's cache would still have held.
-- @param from date First day
-- @param to date Last day
-- @reads invocations
-- @include caller_and_place
-- @column last_day date Last day with such calls
-- @column calls bigint Calls with cache writes
-- @column rewrites bigint Calls that wrote again what had expired
-- @column written_tokens bigint Tokens written to the 5-minute cache in all
-- @column rewritten_tokens bigint Tokens that an hour's cache would have held
with cached as (
  select
    -- @include caller_and_place of=i
    i.session_name,
    i.dt,
    i.event_time,
    i.request_id,
    i.cache_write_5m_tokens,
    i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens as cached_tokens
  from invocations i
  where i.dt between :from and :to
    and i.price_status in ('priced', 'estimated')
    and i.status <> 'error'
    and coalesce(i.cache_read_tokens, 0) + coalesce(i.cache_write_5m_tokens, 0) > 0
),
followed as (
  select
    c.who,
    c.kind,
    c.team,
    c.account_id,
    c.region,
    c.routing,
    c.vendor,
    c.model,
    c.service_tier,
    c.dt,
    c.cache_write_5m_tokens,
    date_diff(
      'second',
      lag(c.event_time) over (partition by c.who, c.session_name, c.account_id, c.region, c.model order by c.event_time, c.request_id),
      c.event_time
    ) as gap,
    lag(c.cached_tokens) over (partition by c.who, c.session_name, c.account_id, c.region, c.model order by c.event_time, c.request_id) as held
  from cached c
)
select
  f.who,
  f.kind,
  f.team,
  f.account_id,
  f.region,
  f.routing,
  f.vendor,
  f.model,
  f.service_tier,
  max(f.dt) as last_day,
  count_if(f.cache_write_5m_tokens > 0) as calls,
  count_if(f.gap > 300 and f.gap <= 3600 and f.cache_write_5m_tokens > 0) as rewrites,
  cast(sum(f.cache_write_5m_tokens) as bigint) as written_tokens,
  cast(coalesce(sum(least(f.cache_write_5m_tokens, f.held)) filter (where f.gap > 300 and f.gap <= 3600), 0) as bigint) as rewritten_tokens
from followed f
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
having coalesce(sum(least(f.cache_write_5m_tokens, f.held)) filter (where f.gap > 300 and f.gap <= 3600), 0) > 0
order by 14 desc, 1, 3, 4, 5, 6, 8
