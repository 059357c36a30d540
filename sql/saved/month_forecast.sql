-- Month-end forecast
-- Where does the month end, if weekdays and weekends go on as they did?
-- @param from date=2000-01-01 First day of the month
-- @param to date=2999-12-31 Last day of the month
-- @reads hourly_usage
-- @column days_seen bigint Complete days the forecast rests on
-- @column so_far decimal(38,12) Estimated USD so far
-- @column days_left bigint Days to come
-- @column weekday_mean double Mean estimated USD of a weekday
-- @column weekend_mean double Mean estimated USD of a weekend day
-- @column month_end double Estimated USD at the end of the month
with newest as (
  select
    max(u.dt) as day,
    min(u.dt) as first_day
  from hourly_usage u
  where u.dt between :from and :to
),
calendar as (
  select
    cast(t.day as date) as dt
  from newest e
  cross join unnest(sequence(greatest(e.first_day, cast(date_trunc('month', e.day) as date)), least(:to, date_add('day', -1, date_add('month', 1, date_trunc('month', e.day)))), interval '1' day)) as t(day)
),
spend as (
  select
    u.dt,
    cast(sum(u.estimated_cost) as decimal(38,12)) as cost
  from hourly_usage u
  where u.dt between :from and :to
  group by
    u.dt
),
days as (
  select
    c.dt,
    day_of_week(c.dt) >= 6 as weekend,
    c.dt < e.day as complete,
    c.dt > e.day as ahead,
    coalesce(s.cost, 0) as cost
  from calendar c
  cross join newest e
  left join spend s
    on s.dt = c.dt
),
means as (
  select
    avg(case when d.complete and not d.weekend then cast(d.cost as double) end) as weekday_mean,
    avg(case when d.complete and d.weekend then cast(d.cost as double) end) as weekend_mean,
    avg(case when d.complete then cast(d.cost as double) end) as overall_mean
  from days d
)
select
  cast(count_if(d.complete) as bigint) as days_seen,
  cast(sum(d.cost) as decimal(38,12)) as so_far,
  cast(count_if(d.ahead) as bigint) as days_left,
  max(coalesce(m.weekday_mean, m.overall_mean)) as weekday_mean,
  max(coalesce(m.weekend_mean, m.overall_mean)) as weekend_mean,
  cast(sum(d.cost) as double)
    + count_if(d.ahead and not d.weekend) * coalesce(max(coalesce(m.weekday_mean, m.overall_mean)), 0)
    + count_if(d.ahead and d.weekend) * coalesce(max(coalesce(m.weekend_mean, m.overall_mean)), 0) as month_end
from days d
cross join means m
