-- Fewer records than Bedrock counted
-- Share of the calls that Bedrock counted that have no record, by account, region and hour. Throttled calls are on neither side.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads service_counts, hourly_usage
-- @column tick timestamp Two hours after the end of the hour, when its logs are due
-- @column since timestamp Start of the hour
-- @column scope varchar source
-- @column scope_name varchar Account and region
-- @column value double Share of calls without a record
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Calls without a record
-- @column dollars decimal(38,12) Always zero: what was not logged has no price
-- @column team varchar Always null
-- @column account_id varchar Account
-- @column region varchar Region
-- @column counted bigint Calls that Bedrock counted
-- @column logged bigint Calls that have a record
-- @column undelivered bigint Deliveries of the log that failed
with counted as (
  select
    s.account_id,
    s.region,
    s.dt,
    s.hour,
    sum(s.invocations) as calls,
    sum(s.undelivered) as undelivered
  from service_counts s
  where s.dt >= cast(date_add('day', -1, :from) as date)
    and s.dt <= cast(:to as date)
  group by 1, 2, 3, 4
),
logged as (
  select
    h.account_id,
    h.region,
    h.dt,
    h.hour,
    sum(h.invocations - h.throttles) as calls
  from hourly_usage h
  where h.dt >= cast(date_add('day', -1, :from) as date)
    and h.dt <= cast(:to as date)
  group by 1, 2, 3, 4
)
select
  date_add('hour', c.hour + 3, cast(c.dt as timestamp)) as tick,
  date_add('hour', c.hour, cast(c.dt as timestamp)) as since,
  'source' as scope,
  c.account_id || '/' || c.region as scope_name,
  cast(c.calls - coalesce(l.calls, 0) as double) / c.calls as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(c.calls - coalesce(l.calls, 0) as double) as floor_value,
  cast(0 as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  c.account_id,
  c.region,
  cast(c.calls as bigint) as counted,
  cast(coalesce(l.calls, 0) as bigint) as logged,
  cast(c.undelivered as bigint) as undelivered
from counted c
left join logged l
  on l.account_id = c.account_id
  and l.region = c.region
  and l.dt = c.dt
  and l.hour = c.hour
where c.calls > coalesce(l.calls, 0)
  and date_add('hour', c.hour + 3, cast(c.dt as timestamp)) > :from
  and date_add('hour', c.hour + 3, cast(c.dt as timestamp)) <= :to
order by 1, 4
