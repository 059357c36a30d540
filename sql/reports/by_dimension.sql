-- Usage by dimension
-- What each account, cost center, service tier, feature or environment called and what it should cost.
-- @param from date First day
-- @param to date Last day
-- @param dimension varchar account, cost_center, service_tier, feature or environment
-- @include report_filter
-- @reads hourly_usage
-- @column name varchar Which one; (no feature), (no environment), unassigned or unknown where a call has none
-- @include usage_measures
select
  case :dimension
    when 'account' then u.account_id
    when 'cost_center' then coalesce(u.cost_center, 'unassigned')
    when 'service_tier' then coalesce(u.service_tier, 'unknown')
    when 'feature' then coalesce(u.feature, '(no feature)')
    when 'environment' then coalesce(u.environment, '(no environment)')
  end as name,
  -- @include usage_measures
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  1
order by
  13 desc,
  1
