-- Busy hours
-- At which hours of the week is most spent?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column weekday integer 1 is Monday, 7 is Sunday
-- @column hour integer UTC hour
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
select
  cast(day_of_week(u.dt) as integer) as weekday,
  u.hour,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from hourly_usage u
where u.dt between :from and :to
group by
  day_of_week(u.dt),
  u.hour
order by
  1,
  2
