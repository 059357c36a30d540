-- Unattributed principals
-- Principals whose calls belong to no team, by what they cost.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column principal_arn varchar IAM identity as logged, or (none)
-- @column account_id varchar AWS account
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
select
  coalesce(u.principal_arn, '(none)') as principal_arn,
  u.account_id as account_id,
  cast(sum(u.invocations) as bigint) as calls,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost,
  cast(sum(u.unpriced) as bigint) as unpriced,
  cast(sum(u.uncounted) as bigint) as uncounted,
  cast(sum(u.not_token_priced) as bigint) as not_token_priced
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
