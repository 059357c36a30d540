-- New principals
-- Who called for the first time?
-- @param since date=2000-01-01 First day that counts as new
-- @reads hourly_usage
-- @column principal_arn varchar IAM identity
-- @column team varchar Team
-- @column first_day date First day with a call
-- @column calls bigint Calls since then
-- @column estimated_cost decimal(38,12) Estimated USD since then; null where nobody knows them
select
  coalesce(u.principal_arn, '(none)') as principal_arn,
  max(u.team) as team,
  min(u.dt) as first_day,
  cast(sum(u.invocations) as bigint) as calls,
  -- @include known_cost of=u | then=
from hourly_usage u
group by
  coalesce(u.principal_arn, '(none)')
having min(u.dt) >= :since
order by
  3 desc,
  5 desc,
  1
