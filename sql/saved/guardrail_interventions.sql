-- Guardrail interventions
-- Whose calls do guardrails block?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column team varchar Team
-- @column feature varchar Feature or application
-- @column invocations bigint Calls
-- @column blocked bigint Calls in which a guardrail intervened
-- @column blocked_rate double Part of calls
select
  u.team,
  coalesce(u.feature, '(none)') as feature,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.blocked) as bigint) as blocked,
  cast(sum(u.blocked) as double) / sum(u.invocations) as blocked_rate
from hourly_usage u
where u.dt between :from and :to
group by
  u.team,
  coalesce(u.feature, '(none)')
having sum(u.blocked) > 0
order by
  4 desc,
  1,
  2
