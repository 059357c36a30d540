-- Error rate by caller
-- Whose calls fail or are throttled most?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param min_calls integer=20 Callers with fewer calls are left out
-- @reads hourly_usage
-- @column principal_arn varchar IAM identity
-- @column team varchar Team
-- @column model varchar Model
-- @column invocations bigint Calls
-- @column errors bigint Failed calls
-- @column throttles bigint Throttled calls
-- @column error_rate double Part that failed
-- @column throttle_rate double Part that was throttled
select
  coalesce(u.principal_arn, '(none)') as principal_arn,
  max(u.team) as team,
  u.model,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as bigint) as errors,
  cast(sum(u.throttles) as bigint) as throttles,
  cast(sum(u.errors) as double) / sum(u.invocations) as error_rate,
  cast(sum(u.throttles) as double) / sum(u.invocations) as throttle_rate
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.principal_arn, '(none)'),
  u.model
having sum(u.errors) > 0
  and sum(u.invocations) >= :min_calls
order by
  7 desc,
  5 desc,
  1,
  3
