-- Log gaps
-- Stretches without any record in an account and region that otherwise has records at that hour of day on at least nine days in ten.
-- @reads invocation_records
-- @column account_id varchar Account
-- @column region varchar Region
-- @column first_hour timestamp First hour without records
-- @column last_hour timestamp Last hour without records
-- @column hours bigint Length of the gap
-- @column expected_hours bigint Hours of this account and region in which records were expected, in all
with seen as (
  select distinct
    r.account_id,
    r.region,
    date_add('hour', r.hour, cast(r.dt as timestamp)) as at_hour
  from invocation_records r
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
    s.at_hour is not null as has_records
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
    cast(count_if(g.has_records) as double) / count(*) as share,
    count(*) as days
  from grid g
  group by g.account_id, g.region, hour(g.at_hour)
),
expected as (
  select
    g.account_id,
    g.region,
    g.at_hour,
    g.has_records
  from grid g
  join habits h
    on h.account_id = g.account_id
    and h.region = g.region
    and h.hour_of_day = hour(g.at_hour)
  where h.share >= 0.9
    and h.days >= 3
),
runs as (
  select
    e.account_id,
    e.region,
    e.at_hour,
    e.has_records,
    sum(case when e.has_records then 1 else 0 end) over (
      partition by e.account_id, e.region
      order by e.at_hour
    ) as run,
    count(*) over (partition by e.account_id, e.region) as expected_hours
  from expected e
)
select
  r.account_id,
  r.region,
  min(r.at_hour) as first_hour,
  max(r.at_hour) as last_hour,
  count(*) as hours,
  min(r.expected_hours) as expected_hours
from runs r
where not r.has_records
group by r.account_id, r.region, r.run
order by 1, 2, 3
