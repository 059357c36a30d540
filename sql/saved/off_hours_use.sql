-- Off-hours use
-- Who works at night and on weekends?
-- @param from date=2000-01-01 First UTC day
-- @param to date=2999-12-31 Last UTC day
-- @param first_hour integer=7 First working hour
-- @param last_hour integer=19 Last working hour
-- @param timezone varchar=UTC IANA time zone of weekends and hours; strata query takes that of strata.yml
-- @reads hourly_usage
-- @column caller varchar Person, or principal name of a service
-- @column team varchar Team
-- @column off_hours_calls bigint Calls outside working hours
-- @column share double Part of the caller's calls
-- @column off_hours_cost decimal(38,12) Estimated USD outside working hours
with placed as (
  select
    coalesce(u.person, u.principal_name, '(none)') as caller,
    u.team,
    u.invocations,
    u.estimated_cost,
    at_timezone(with_timezone(date_add('hour', u.hour, cast(u.dt as timestamp)), 'UTC'), :timezone) as local_hour
  from hourly_usage u
  where u.dt between :from and :to
),
marked as (
  select
    p.caller,
    p.team,
    p.invocations,
    p.estimated_cost,
    day_of_week(p.local_hour) >= 6
      or extract(hour from p.local_hour) < :first_hour
      or extract(hour from p.local_hour) > :last_hour as off_hours
  from placed p
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
