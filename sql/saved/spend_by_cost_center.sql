-- Spend by cost center
-- What does each cost center spend?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column cost_center varchar Cost center
-- @include spend_measures
select
  coalesce(u.cost_center, 'unassigned') as cost_center,
  -- @include spend_measures
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.cost_center, 'unassigned')
order by
  5 desc,
  1
