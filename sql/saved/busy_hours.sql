-- Busy hours
-- At which hours of the week is most spent?
-- @param from date=2000-01-01 First UTC day
-- @param to date=2999-12-31 Last UTC day
-- @param timezone varchar=UTC IANA time zone of weekdays and hours; strata query takes that of strata.yml
-- @reads hourly_usage
-- @column weekday integer 1 is Monday, 7 is Sunday
-- @column hour integer Hour of the day in that zone
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
with placed as (
  select
    at_timezone(with_timezone(date_add('hour', u.hour, cast(u.dt as timestamp)), 'UTC'), :timezone) as local_hour,
    u.invocations,
    u.estimated_cost
  from hourly_usage u
  where u.dt between :from and :to
)
select
  cast(day_of_week(p.local_hour) as integer) as weekday,
  cast(extract(hour from p.local_hour) as integer) as hour,
  cast(sum(p.invocations) as bigint) as invocations,
  cast(coalesce(sum(p.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from placed p
group by
  1,
  2
order by
  1,
  2
