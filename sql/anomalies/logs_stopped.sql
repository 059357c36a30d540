-- Logs stopped arriving
-- Calls that were to be expected in the hours since an account and region was last heard of, from the median of the same hour on the same kind of day in the two weeks before.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param min_history integer=5 Comparable hours needed on weekdays
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the silence
-- @column scope varchar source, or organisation while several are silent that should have made nine tenths of the calls
-- @column scope_name varchar Account and region, for example 111122223333/us-east-1; null for the organisation
-- @column value double Calls that were expected since then
-- @column baseline double Calls expected in this hour
-- @column baseline_n bigint Comparable hours
-- @column spread double Always null
-- @column floor_value double Calls that were expected since then
-- @column dollars decimal(38,12) Always zero: what was not logged has no price
-- @column team varchar Always null
-- @column account_id varchar Account; null for the organisation
-- @column region varchar Region; null for the organisation
-- @column silent_hours bigint Hours of silence
-- @column sources bigint Accounts and regions that are silent
with heard as (
  select
    h.account_id,
    h.region,
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    sum(h.invocations) as calls
  from hourly_usage h
  where h.dt >= cast(date_add('day', -21, :from) as date)
    and h.dt <= cast(:to as date)
    and h.account_id is not null
    and h.region is not null
  group by 1, 2, 3
),
sources as (
  select
    h.account_id,
    h.region,
    min(h.started) as first_heard
  from heard h
  group by 1, 2
),
series as (
  select
    s.account_id,
    s.region,
    date_add('hour', h.slot, cast(t.day as timestamp)) as started,
    h.slot,
    case when day_of_week(t.day) >= 6 then 1 else 0 end as weekend
  from sources s
  cross join unnest(sequence(date_trunc('day', s.first_heard), date_trunc('day', date_add('hour', -1, cast(:to as timestamp))), interval '1' day)) as t(day)
  cross join unnest(sequence(0, 23)) as h(slot)
  where date_add('hour', h.slot, cast(t.day as timestamp)) between s.first_heard and date_trunc('hour', date_add('hour', -1, cast(:to as timestamp)))
),
counted as (
  select
    s.account_id,
    s.region,
    s.started,
    s.slot,
    s.weekend,
    coalesce(h.calls, 0) as calls
  from series s
  left join heard h
    on h.account_id = s.account_id
    and h.region = s.region
    and h.started = s.started
),
history as (
  select
    c.account_id,
    c.region,
    c.started,
    cast(p.calls as double) as calls,
    row_number() over (partition by c.account_id, c.region, c.started order by p.calls) as place,
    count(*) over (partition by c.account_id, c.region, c.started) as n
  from counted c
  join counted p
    on p.account_id = c.account_id
    and p.region = c.region
    and p.slot = c.slot
    and p.weekend = c.weekend
  where c.calls = 0
    and p.started < c.started
    and p.started >= date_add('day', -14, c.started)
),
-- An exact median (docs/dialect.md): approx_percentile answers otherwise for so few hours.
expected as (
  select
    p.account_id,
    p.region,
    p.started,
    count(*) as n,
    -- @include exact_percentile of=p.calls | place=p.place | n=p.n | at=0.5e0 | then=as calls
  from history p
  group by 1, 2, 3
),
silences as (
  select
    c.account_id,
    c.region,
    c.started,
    c.calls,
    coalesce(e.n, 0) as n,
    case when e.n >= :min_history or (c.weekend = 1 and e.n >= 2) then e.calls else 0e0 end as expected_calls,
    sum(case when c.calls > 0 then 1 else 0 end) over (partition by c.account_id, c.region order by c.started rows unbounded preceding) as silence
  from counted c
  left join expected e
    on e.account_id = c.account_id
    and e.region = c.region
    and e.started = c.started
),
growing as (
  select
    s.account_id,
    s.region,
    s.started,
    s.calls,
    s.n,
    s.expected_calls,
    sum(s.expected_calls) over (partition by s.account_id, s.region, s.silence order by s.started rows unbounded preceding) as missed,
    count(*) over (partition by s.account_id, s.region, s.silence order by s.started rows unbounded preceding) - 1 as silent_hours
  from silences s
),
-- Whether everything is silent, or all but a tenth of it, hour by hour.
hours as (
  select
    g.started,
    count_if(g.calls = 0) as silent_sources,
    sum(case when g.calls = 0 then g.expected_calls else 0e0 end) as expected_calls,
    -- What an hour of their silence misses on average: after two weeks nothing is expected any more.
    sum(case when g.calls = 0 then g.missed / greatest(1, g.silent_hours) else 0e0 end) as usual_calls,
    sum(g.calls) as calls,
    max(g.n) as n
  from growing g
  group by 1
),
darkness as (
  select
    h.*,
    h.calls = 0 or (h.silent_sources > 1 and h.usual_calls >= 9 * h.calls) as is_dark,
    sum(case when h.calls > 0 and (h.silent_sources < 2 or h.usual_calls < 9 * h.calls) then 1 else 0 end) over (order by h.started rows unbounded preceding) as silence
  from hours h
),
everything as (
  select
    d.started,
    d.is_dark,
    d.n,
    d.silent_sources,
    d.expected_calls,
    sum(d.expected_calls) over (partition by d.silence order by d.started rows unbounded preceding) as missed,
    -- The first silence of a range has no hour before it that was heard.
    sum(case when d.is_dark then 1 else 0 end) over (partition by d.silence order by d.started rows unbounded preceding) as silent_hours
  from darkness d
)
select
  date_add('hour', 1, g.started) as tick,
  date_add('hour', 1 - g.silent_hours, g.started) as since,
  'source' as scope,
  g.account_id || '/' || g.region as scope_name,
  g.missed as value,
  g.expected_calls as baseline,
  g.n as baseline_n,
  cast(null as double) as spread,
  g.missed as floor_value,
  cast(0 as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  g.account_id,
  g.region,
  g.silent_hours,
  cast(1 as bigint) as sources
from growing g
where g.calls = 0
  and g.missed > 0
  and date_add('hour', 1, g.started) > :from
  and date_add('hour', 1, g.started) <= :to
union all
select
  date_add('hour', 1, e.started),
  date_add('hour', 1 - cast(e.silent_hours as integer), e.started),
  'organisation',
  cast(null as varchar),
  e.missed,
  e.expected_calls,
  e.n,
  cast(null as double),
  e.missed,
  cast(0 as decimal(38,12)),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  cast(e.silent_hours as bigint),
  e.silent_sources
from everything e
where e.is_dark
  and e.silent_sources > 1
  and e.missed > 0
  and date_add('hour', 1, e.started) > :from
  and date_add('hour', 1, e.started) <= :to
order by 1, 3, 4
