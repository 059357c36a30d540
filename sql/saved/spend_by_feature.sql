-- Spend by feature
-- What does each feature or application cost?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column feature varchar Feature or application
-- @include spend_measures
select
  coalesce(u.feature, '(none)') as feature,
  -- @include spend_measures
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.feature, '(none)')
order by
  5 desc,
  1
