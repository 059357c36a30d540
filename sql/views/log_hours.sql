-- Expected log hours
-- Every hour, account and region in which calls were expected, and how many there are. Expected is the median of the same hour on the same kind of day (weekday or weekend) in the four to eight weeks around it, times how busy the rest of that day was. Hours without any call are missing where 15 calls or more were expected in the whole stretch: one quiet hour of a weekend is not.
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
    cast(coalesce(s.records, 0) as double) as records,
    cast(t.at_hour as date) as dt,
    hour(t.at_hour) as slot,
    case when day_of_week(t.at_hour) >= 6 then 1 else 0 end as weekend,
    -- Stretches of four weeks; what is left over at the end belongs to the last.
    least(
      date_diff('day', p.first_seen, t.at_hour) / 28,
      greatest((date_diff('day', p.first_seen, p.last_seen) + 1) / 28 - 1, 0)
    ) as stretch
  from spans p
  -- Days times hours: Trino makes no sequence of more than 10,000, which hours reach after 13 months.
  cross join unnest(sequence(cast(p.first_seen as date), cast(p.last_seen as date), interval '1' day)) as d(day)
  cross join unnest(sequence(0, 23)) as o(hour_of_day)
  cross join unnest(array[date_add('hour', o.hour_of_day, cast(d.day as timestamp))]) as t(at_hour)
  left join seen s
    on s.account_id = p.account_id
    and s.region = p.region
    and s.at_hour = t.at_hour
  where t.at_hour between p.first_seen and p.last_seen
),
ranked as (
  select
    g.account_id,
    g.region,
    g.at_hour,
    g.records,
    g.dt,
    g.weekend,
    g.slot,
    g.stretch,
    row_number() over (partition by g.account_id, g.region, g.stretch, g.weekend, g.slot order by g.records, g.at_hour) as place,
    count(*) over (partition by g.account_id, g.region, g.stretch, g.weekend, g.slot) as n
  from grid g
),
-- An exact median (docs/dialect.md).
usual as (
  select
    r.account_id,
    r.region,
    r.at_hour,
    r.records,
    r.dt,
    case
      when r.n >= 3 or (r.n >= 2 and r.weekend = 1) then sum(r.records * greatest(0e0, 1e0 - abs(r.place - 1 - (r.n - 1) * 0.5e0))) over (
        partition by r.account_id, r.region, r.stretch, r.weekend, r.slot
      )
      else 0e0
    end as usual
  from ranked r
),
-- A holiday is quiet in all its hours; a gap is not.
busy as (
  select
    u.account_id,
    u.region,
    u.at_hour,
    u.records,
    u.usual * least(
      1e0,
      coalesce(
        sum(case when u.records > 0 then u.records end) over (partition by u.account_id, u.region, u.dt)
          / nullif(sum(case when u.records > 0 then u.usual end) over (partition by u.account_id, u.region, u.dt), 0),
        1e0
      )
    ) as expected,
    sum(case when u.records > 0 then 1 else 0 end) over (
      partition by u.account_id, u.region
      order by u.at_hour rows unbounded preceding
    ) as silence
  from usual u
),
silent as (
  select
    b.account_id,
    b.region,
    b.at_hour,
    b.records,
    b.expected,
    sum(case when b.records = 0 then b.expected else 0e0 end) over (partition by b.account_id, b.region, b.silence) as missed
  from busy b
)
select
  s.account_id,
  s.region,
  s.at_hour,
  cast(s.records as bigint) as records,
  s.records > 0 as has_records
from silent s
where s.expected >= 1
  and (s.records > 0 or s.missed >= 15)
