-- Unattributed principals
-- Principals whose calls belong to no team, by what they cost.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column principal_arn varchar IAM identity as logged, or (none)
-- @column account_id varchar AWS account
-- @column calls bigint Calls
-- @include estimate_and_gaps
select
  coalesce(u.principal_arn, '(none)') as principal_arn,
  u.account_id as account_id,
  cast(sum(u.invocations) as bigint) as calls,
  -- @include estimate_and_gaps
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
  and u.team = 'unattributed'
group by
  coalesce(u.principal_arn, '(none)'),
  u.account_id
order by
  4 desc,
  3 desc,
  1
