-- Unattributed spend
-- Which principals belong to no team, and what do they spend?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column principal_arn varchar IAM identity
-- @column account_id varchar AWS account
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
-- @column first_day date First day with a call
-- @column last_day date Last day with a call
select
  coalesce(u.principal_arn, '(none)') as principal_arn,
  u.account_id,
  cast(sum(u.invocations) as bigint) as calls,
  -- @include known_cost of=u | then=,
  min(u.dt) as first_day,
  max(u.dt) as last_day
from hourly_usage u
where u.dt between :from and :to
  and u.team = 'unattributed'
group by
  coalesce(u.principal_arn, '(none)'),
  u.account_id
order by
  4 desc,
  3 desc,
  1
