-- Health of client telemetry
-- Which versions of Claude Code tell of their calls, and what do they leave out?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls, client_counts
-- @column client_version varchar Version; (unknown) where nothing names one
-- @column events bigint Calls that an event or a span tells of
-- @column with_request_id bigint Of them with a request id
-- @column known_request_id bigint Of them with one that is in the log
-- @column with_session bigint Of them with a session
-- @column logged_sessions bigint Calls whose session only the request's body names
-- @column points bigint Metric points
with parts as (
  select
    coalesce(t.client_version, '(unknown)') as client_version,
    case when t.call_id is not null then 1 else 0 end as event,
    case when t.client_request_id is not null then 1 else 0 end as with_request_id,
    case when t.match = 'request_id' then 1 else 0 end as known_request_id,
    case when t.call_id is not null and t.session_id is not null then 1 else 0 end as with_session,
    case when t.call_id is null then 1 else 0 end as logged_session,
    0 as point
  from traced_calls t
  where t.dt between :from and :to
    and (t.scope is null or t.scope like 'com.anthropic.claude_code%')
  union all
  select
    coalesce(c.client_version, '(unknown)') as client_version,
    0 as event,
    0 as with_request_id,
    0 as known_request_id,
    0 as with_session,
    0 as logged_session,
    1 as point
  from client_counts c
  where c.dt between :from and :to
    and c.metric like 'claude_code.%'
)
select
  p.client_version,
  cast(sum(p.event) as bigint) as events,
  cast(sum(p.with_request_id) as bigint) as with_request_id,
  cast(sum(p.known_request_id) as bigint) as known_request_id,
  cast(sum(p.with_session) as bigint) as with_session,
  cast(sum(p.logged_session) as bigint) as logged_sessions,
  cast(sum(p.point) as bigint) as points
from parts p
group by p.client_version
order by p.client_version
