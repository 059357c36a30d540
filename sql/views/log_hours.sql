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
    date_add('hour', u.hour, cast(u.dt as timestamp)) as at_hour,
    sum(u.invocations) as records
  from hourly_usage u
  group by u.account_id, u.region, date_add('hour', u.hour, cast(u.dt as timestamp))
),
spans as (
  select
    s.account_id,
    s.region,
    min(s.at_hour) as first_seen,
    max(s.at_hour) as last_seen
  from seen s
  group by s.account_id, s.region
),
grid as (
  select
    p.account_id,
    p.region,
    t.at_hour,
    coalesce(s.records, 0) as records
  from spans p
  cross join unnest(sequence(p.first_seen, p.last_seen, interval '1' hour)) as t(at_hour)
  left join seen s
    on s.account_id = p.account_id
    and s.region = p.region
    and s.at_hour = t.at_hour
),
habits as (
  select
    g.account_id,
    g.region,
    hour(g.at_hour) as hour_of_day,
    cast(count_if(g.records > 0) as double) / count(*) as share,
    avg(g.records) as mean_records,
    count(*) as days
  from grid g
  group by g.account_id, g.region, hour(g.at_hour)
)
select
  g.account_id,
  g.region,
  g.at_hour,
  g.records,
  g.records > 0 as has_records
from grid g
join habits h
  on h.account_id = g.account_id
  and h.region = g.region
  and h.hour_of_day = hour(g.at_hour)
where h.share >= 0.9
  and h.mean_records >= 10
  and h.days >= 3
