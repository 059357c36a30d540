-- Failures over time
-- Share of calls that failed and that were throttled, by UTC hour.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column time timestamp UTC hour
-- @column failed double Share of calls that failed
-- @column throttled double Share of calls that were throttled
select
  date_add('hour', u.hour, cast(u.dt as timestamp)) as time,
  cast(sum(u.errors) as double) / sum(u.invocations) as failed,
  cast(sum(u.throttles) as double) / sum(u.invocations) as throttled
from hourly_usage u
where u.dt between :from and :to
group by 1
order by 1
