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
compared as (
  select
    h.principal_arn,
    h.region,
    h.started,
    h.team,
    h.account_id,
    h.calls,
    h.cost,
    count(distinct p.dt) as days,
    count_if(p.region = h.region) as same_region,
    count_if(abs(p.hour - h.hour) in (0, 1, 2, 22, 23)) as same_hour
  from hours h
  join hours p
    on p.principal_arn = h.principal_arn
  where p.dt < h.dt
    and date_diff('day', p.dt, h.dt) <= 28
    and date_add('hour', 1, h.started) > :from
    and date_add('hour', 1, h.started) <= :to
  group by 1, 2, 3, 4, 5, 6, 7
)
select
  date_add('hour', 1, c.started) as tick,
  c.started as since,
  'principal' as scope,
  c.principal_arn as scope_name,
  cast(c.calls as double) as value,
  cast(null as double) as baseline,
  c.days as baseline_n,
  cast(null as double) as spread,
  cast(c.cost as double) as floor_value,
  cast(c.cost as decimal(38,12)) as dollars,
  c.team,
  c.account_id,
  c.region,
  c.same_region = 0 as new_region
from compared c
where c.days >= :min_history
  and (c.same_region = 0 or c.same_hour = 0)
order by 1, 4
