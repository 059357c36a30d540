-- Principal at an unusual hour or in a new region
-- Calls of a principal in an hour of the day or a region in which it made none in the four weeks before.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param min_history integer=7 Days on which the principal must have been seen before
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar principal
-- @column scope_name varchar Principal ARN
-- @column value double Calls of the hour
-- @column baseline double Always null
-- @column baseline_n bigint Days on which it was seen in the four weeks before
-- @column spread double Always null
-- @column floor_value double Dollars of the hour
-- @column dollars decimal(38,12) Dollars of the hour
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account
-- @column region varchar Region
-- @column new_region boolean Whether the region is what is new
with hours as (
  select
    h.principal_arn,
    h.region,
    h.dt,
    h.hour,
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    case when min(h.team) = max(h.team) then max(h.team) end as team,
    max(h.account_id) as account_id,
    sum(h.invocations) as calls,
    sum(h.estimated_cost) as cost
  from hourly_usage h
  where h.dt >= cast(date_add('day', -29, :from) as date)
    and h.dt <= cast(:to as date)
    and h.principal_arn is not null
  group by 1, 2, 3, 4, 5
),
days as (
  select distinct
    h.principal_arn,
    h.dt
  from hours h
),
seen_days as (
  select
    d.principal_arn,
    d.dt,
    count(p.dt) as n
  from days d
  left join days p
    on p.principal_arn = d.principal_arn
    and p.dt < d.dt
    and date_diff('day', p.dt, d.dt) <= 28
  group by 1, 2
),
region_days as (
  select
    r.principal_arn,
    r.region,
    r.dt,
    lag(r.dt) over (partition by r.principal_arn, r.region order by r.dt) as before
  from (
    select distinct
      h.principal_arn,
      h.region,
      h.dt
    from hours h
  ) r
),
slot_days as (
  select
    s.principal_arn,
    s.slot,
    s.dt,
    lag(s.dt) over (partition by s.principal_arn, s.slot order by s.dt) as before
  from (
    select distinct
      h.principal_arn,
      (h.hour + o.shift + 24) % 24 as slot,
      h.dt
    from hours h
    cross join unnest(array[-2, -1, 0, 1, 2]) as o(shift)
  ) s
),
compared as (
  select
    h.principal_arn,
    h.region,
    h.started,
    h.team,
    h.account_id,
    h.calls,
    h.cost,
    d.n as days,
    r.before is null or date_diff('day', r.before, h.dt) > 28 as new_region,
    s.before is null or date_diff('day', s.before, h.dt) > 28 as new_hour
  from hours h
  join seen_days d
    on d.principal_arn = h.principal_arn
    and d.dt = h.dt
  join region_days r
    on r.principal_arn = h.principal_arn
    and r.region = h.region
    and r.dt = h.dt
  join slot_days s
    on s.principal_arn = h.principal_arn
    and s.slot = h.hour
    and s.dt = h.dt
  where date_add('hour', 1, h.started) > :from
    and date_add('hour', 1, h.started) <= :to
)
select
  date_add('hour', 1, c.started) as tick,
  c.started as since,
  'principal' as scope,
  c.principal_arn as scope_name,
  cast(sum(c.calls) as double) as value,
  cast(null as double) as baseline,
  max(c.days) as baseline_n,
  cast(null as double) as spread,
  cast(sum(c.cost) as double) as floor_value,
  cast(sum(c.cost) as decimal(38,12)) as dollars,
  case when min(c.team) = max(c.team) then max(c.team) end as team,
  max(c.account_id) as account_id,
  max(c.region) as region,
  count_if(c.new_region) > 0 as new_region
from compared c
where c.days >= :min_history
  and (c.new_region or c.new_hour)
group by c.started, c.principal_arn
order by 1, 4
