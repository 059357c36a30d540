-- Telemetry coverage
-- How many calls do the log and the clients' telemetry share, how were they brought together, and what is in one of them only?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column seen varchar both, log (no client tells of it) or client (it is in no log)
-- @column match varchar How: request_id, message_id, session or window; none
-- @column scope varchar Instrumentation that told of them; (log) for calls of the log only
-- @column client_version varchar Version of the client
-- @column calls bigint Calls
-- @column with_request_id bigint Of them, with a request id from the client
-- @column share double Part of all calls here
-- @column estimated_cost decimal(38,12) Estimated USD of those in the log
with parts as (
  select
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
)
select
  p.seen,
  p.match,
  p.scope,
  p.client_version,
  p.calls,
  p.with_request_id,
  cast(p.calls as double) / sum(p.calls) over () as share,
  p.estimated_cost
from parts p
order by 5 desc, 1, 2, 3, 4
