-- Expected log hours
-- Every hour, account and region in which records were expected, and how many there are: at that hour of day nine days in ten have some, over three days or more, and ten on average.
-- @reads hourly_usage
-- @column account_id varchar Account
-- @column region varchar Region
-- @column at_hour timestamp Hour
-- @column records bigint Calls that are in the log
-- @column has_records boolean Whether any record landed
with seen as (
  select
    u.account_id,
    u.region,
    u.dt,
    u.hour,
    cast(sum(u.invocations) as bigint) as records
  from hourly_usage u
  group by u.account_id, u.region, u.dt, u.hour
),
days as (
  select
    s.account_id,
    s.region,
    s.dt,
    map_agg(s.hour, s.records) as by_hour,
    min(s.hour) as first_hour,
    max(s.hour) as last_hour,
    lag(s.dt) over (partition by s.account_id, s.region order by s.dt) as dt_before,
    lead(s.dt) over (partition by s.account_id, s.region order by s.dt) as dt_after
  from seen s
  group by s.account_id, s.region, s.dt
),
-- A source that is silent for two months begins anew: a wrong clock makes a day apart, not years of hours without records, and every sequence is short.
stretches as (
  select
    d.account_id,
    d.region,
    d.dt,
    d.by_hour,
    case when d.dt_before is null or date_diff('day', d.dt_before, d.dt) > 60 then d.first_hour else 0 end as from_hour,
    case when d.dt_after is null or date_diff('day', d.dt, d.dt_after) > 60 then d.last_hour else 23 end as to_hour,
    case when date_diff('day', d.dt, d.dt_after) <= 60 then date_add('day', -1, d.dt_after) else d.dt end as to_day,
    sum(case when date_diff('day', d.dt_before, d.dt) <= 60 then 0 else 1 end) over (
      partition by d.account_id, d.region
      order by d.dt
      rows unbounded preceding
    ) as stretch
  from days d
),
grid as (
  select
    s.account_id,
    s.region,
    s.stretch,
    h.hour_of_day,
    date_add('hour', h.hour_of_day, cast(t.day as timestamp)) as at_hour,
    case when cast(t.day as date) = s.dt then coalesce(element_at(s.by_hour, cast(h.hour_of_day as integer)), 0) else 0 end as records
  from stretches s
  cross join unnest(sequence(s.dt, cast(s.to_day as date), interval '1' day)) as t(day)
  cross join unnest(sequence(0, 23)) as h(hour_of_day)
  where cast(t.day as date) > s.dt
    or h.hour_of_day between s.from_hour and s.to_hour
),
habits as (
  select
    g.account_id,
    g.region,
    g.at_hour,
    g.records,
    count(*) over (partition by g.account_id, g.region, g.stretch, g.hour_of_day) as days,
    sum(case when g.records > 0 then 1 else 0 end) over (partition by g.account_id, g.region, g.stretch, g.hour_of_day) as days_heard,
    sum(g.records) over (partition by g.account_id, g.region, g.stretch, g.hour_of_day) as all_records
  from grid g
)
select
  h.account_id,
  h.region,
  h.at_hour,
  h.records,
  h.records > 0 as has_records
from habits h
where h.days >= 3
  and h.days_heard * 10 >= h.days * 9
  and h.all_records >= h.days * 10
  and h.account_id is not null
  and h.region is not null
