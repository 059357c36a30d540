-- Days with calls
-- Each day on which anything was logged, whoever called, with how many calls.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column dt date UTC day
-- @column calls bigint Calls
select
  u.dt,
  cast(sum(u.invocations) as bigint) as calls
from hourly_usage u
where u.dt between :from and :to
group by u.dt
order by u.dt
