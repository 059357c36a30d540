-- Telemetry coverage
-- How many calls do the log and the clients' telemetry share, how were they brought together, and what is in one of them only?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls, invocations
-- @column seen varchar both, log (no client tells of it) or client (it is in no log)
-- @column match varchar How: request_id, message_id, session or window; none
-- @column scope varchar Instrumentation that told of them; (log) for calls of the log only whose body names a session, (no session) for those of which nothing more is known
-- @column client_version varchar Version of the client
-- @column calls bigint Calls
-- @column with_request_id bigint Of them, with a request id from the client
-- @column share double Part of all calls here
-- @column estimated_cost decimal(38,12) Estimated USD of those in the log; all lines together have the dollars of all calls
with parts as (
  select
    1 as traced,
    t.seen,
    t.match,
    coalesce(t.scope, '(log)') as scope,
    coalesce(t.client_version, '(unknown)') as client_version,
    count(*) as calls,
    count(t.client_request_id) as with_request_id,
    cast(coalesce(sum(t.estimated_cost), 0) as decimal(38,12)) as estimated_cost
  from traced_calls t
  where t.dt between :from and :to
  group by t.seen, t.match, coalesce(t.scope, '(log)'), coalesce(t.client_version, '(unknown)')
  union all
  select
    0 as traced,
    'log' as seen,
    'none' as match,
    '(no session)' as scope,
    '(unknown)' as client_version,
    count(*) as calls,
    0 as with_request_id,
    cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_cost
  from invocations i
  where i.dt between :from and :to
),
-- The rest of the log is the log without what is traced.
counted as (
  select
    p.seen,
    p.match,
    p.scope,
    p.client_version,
    p.with_request_id,
    case
      when p.traced = 1 then p.calls
      else p.calls - coalesce(sum(case when p.traced = 1 and p.seen <> 'client' then p.calls end) over (), 0)
    end as calls,
    case
      when p.traced = 1 then p.estimated_cost
      else p.estimated_cost - coalesce(sum(case when p.traced = 1 then p.estimated_cost end) over (), 0)
    end as estimated_cost
  from parts p
)
select
  c.seen,
  c.match,
  c.scope,
  c.client_version,
  cast(c.calls as bigint) as calls,
  c.with_request_id,
  cast(c.calls as double) / sum(c.calls) over () as share,
  cast(c.estimated_cost as decimal(38,12)) as estimated_cost
from counted c
where c.calls > 0
order by 5 desc, 1, 2, 3, 4
