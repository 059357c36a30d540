-- Idle principals
-- Who has access and stopped calling?
-- @param days integer=14 Days without a call, counted from the last day of data
-- @reads hourly_usage
-- @column principal_arn varchar IAM identity
-- @column team varchar Team
-- @column last_day date Last day with a call
-- @column idle_days bigint Days since then
-- @column calls bigint Calls until then
-- @column estimated_cost decimal(38,12) Estimated USD until then; null where nobody knows them
with newest as (
  select
    max(u.dt) as day
  from hourly_usage u
)
select
  coalesce(u.principal_arn, '(none)') as principal_arn,
  max(u.team) as team,
  max(u.dt) as last_day,
  date_diff('day', max(u.dt), max(e.day)) as idle_days,
  cast(sum(u.invocations) as bigint) as calls,
  -- @include known_cost of=u | then=
from hourly_usage u
cross join newest e
group by
  coalesce(u.principal_arn, '(none)')
having date_diff('day', max(u.dt), max(e.day)) >= :days
order by
  4 desc,
  6 desc,
  1
