-- Off-hours use
-- Who works at night and on weekends?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param first_hour integer=7 First working hour, UTC
-- @param last_hour integer=19 Last working hour, UTC
-- @reads hourly_usage
-- @column caller varchar Person, or principal name of a service
-- @column team varchar Team
-- @column off_hours_calls bigint Calls outside working hours
-- @column share double Part of the caller's calls
-- @column off_hours_cost decimal(38,12) Estimated USD outside working hours
with marked as (
  select
    coalesce(u.person, u.principal_name, '(none)') as caller,
    u.team,
    u.invocations,
    u.estimated_cost,
    day_of_week(u.dt) >= 6
      or u.hour < :first_hour
      or u.hour > :last_hour as off_hours
  from hourly_usage u
  where u.dt between :from and :to
)
select
  m.caller,
  max(m.team) as team,
  cast(coalesce(sum(case when m.off_hours then m.invocations end), 0) as bigint) as off_hours_calls,
  cast(coalesce(sum(case when m.off_hours then m.invocations end), 0) as double) / sum(m.invocations) as share,
  cast(coalesce(sum(case when m.off_hours then m.estimated_cost end), 0) as decimal(38,12)) as off_hours_cost
from marked m
group by
  m.caller
having sum(case when m.off_hours then m.invocations else 0 end) > 0
order by
  5 desc,
  3 desc,
  1
