-- Expected log hours
-- The CTE `expected_hours` and what it is made from: every hour, account and region in which calls were expected, of the days that {days} names of hourly_usage `u`.
seen as (
  select
    u.account_id,
    u.region,
    u.dt,
    u.hour,
    cast(sum(u.invocations) as bigint) as records
  from hourly_usage u
  where {days}
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
-- A source that is silent for two months begins anew: a wrong clock makes a day apart, not years of hours without calls. From one day with calls to
-- the next is at most so long, too: Trino makes no sequence of more than 10,000, which hours from the first to the last reach after 13 months.
runs as (
  select
    d.account_id,
    d.region,
    d.dt,
    d.by_hour,
    case when d.dt_before is null or date_diff('day', d.dt_before, d.dt) > 60 then d.first_hour else 0 end as from_hour,
    case when d.dt_after is null or date_diff('day', d.dt, d.dt_after) > 60 then d.last_hour else 23 end as to_hour,
    case when date_diff('day', d.dt, d.dt_after) <= 60 then cast(date_add('day', -1, d.dt_after) as date) else d.dt end as to_day,
    sum(case when date_diff('day', d.dt_before, d.dt) <= 60 then 0 else 1 end) over (
      partition by d.account_id, d.region
      order by d.dt rows unbounded preceding
    ) as run
  from days d
),
spans as (
  select
    r.account_id,
    r.region,
    r.dt,
    r.by_hour,
    r.from_hour,
    r.to_hour,
    r.to_day,
    r.run,
    min(r.dt) over (partition by r.account_id, r.region, r.run) as first_day,
    max(r.dt) over (partition by r.account_id, r.region, r.run) as last_day
  from runs r
),
grid as (
  select
    p.account_id,
    p.region,
    p.run,
    date_add('hour', o.hour_of_day, cast(t.day as timestamp)) as at_hour,
    cast(
      case when cast(t.day as date) = p.dt then coalesce(element_at(p.by_hour, cast(o.hour_of_day as integer)), 0) else 0 end as double
    ) as records,
    cast(t.day as date) as dt,
    o.hour_of_day as slot,
    case when day_of_week(t.day) >= 6 then 1 else 0 end as weekend,
    -- Stretches of four weeks; what is left over at the end belongs to the last.
    least(
      floor(cast(date_diff('day', p.first_day, cast(t.day as date)) as double) / 28),
      greatest(floor(cast(date_diff('day', p.first_day, p.last_day) + 1 as double) / 28) - 1, 0e0)
    ) as stretch
  from spans p
  cross join unnest(sequence(p.dt, p.to_day, interval '1' day)) as t(day)
  cross join unnest(sequence(0, 23)) as o(hour_of_day)
  where cast(t.day as date) > p.dt
    or o.hour_of_day between p.from_hour and p.to_hour
),
ranked as (
  select
    g.account_id,
    g.region,
    g.run,
    g.at_hour,
    g.records,
    g.dt,
    g.weekend,
    g.slot,
    g.stretch,
    row_number() over (partition by g.account_id, g.region, g.run, g.stretch, g.weekend, g.slot order by g.records, g.at_hour) as place,
    count(*) over (partition by g.account_id, g.region, g.run, g.stretch, g.weekend, g.slot) as n
  from grid g
),
-- An exact median (docs/dialect.md).
usual as (
  select
    r.account_id,
    r.region,
    r.run,
    r.at_hour,
    r.records,
    r.dt,
    case
      when r.n >= 3 or (r.n >= 2 and r.weekend = 1) then sum(r.records * greatest(0e0, 1e0 - abs(r.place - 1 - (r.n - 1) * 0.5e0))) over (
        partition by r.account_id, r.region, r.run, r.stretch, r.weekend, r.slot
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
    u.run,
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
      partition by u.account_id, u.region, u.run
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
    sum(case when b.records = 0 then b.expected else 0e0 end) over (partition by b.account_id, b.region, b.run, b.silence) as missed
  from busy b
),
expected_hours as (
  select
    s.account_id,
    s.region,
    s.at_hour,
    cast(s.records as bigint) as records,
    s.records > 0 as has_records
  from silent s
  where s.account_id is not null
    and s.region is not null
    and s.expected >= 1
    and (s.records > 0 or s.missed >= 15)
)
