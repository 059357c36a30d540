-- Spend by environment
-- What is spent in production, and what elsewhere?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column environment varchar Environment
-- @include spend_measures
select
  coalesce(u.environment, '(none)') as environment,
  -- @include spend_measures
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.environment, '(none)')
order by
  5 desc,
  1
