-- Bedrock could not deliver logs
-- Deliveries of the invocation log to S3 that failed, by account, region and hour, as Bedrock counts them.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads service_counts
-- @column tick timestamp Two hours after the end of the hour, when its counts are complete
-- @column since timestamp Start of the hour
-- @column scope varchar source
-- @column scope_name varchar Account and region
-- @column value double Failed deliveries
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Failed deliveries
-- @column dollars decimal(38,12) Always zero: what was not delivered has no price
-- @column team varchar Always null
-- @column account_id varchar Account
-- @column region varchar Region
-- @column counted bigint Calls that Bedrock counted
with hours as (
  select
    s.account_id,
    s.region,
    date_add('hour', s.hour, cast(s.dt as timestamp)) as started,
    sum(s.undelivered) as undelivered,
    sum(s.invocations) as counted
  from service_counts s
  where s.dt >= cast(date_add('day', -1, :from) as date)
    and s.dt <= cast(:to as date)
  group by 1, 2, 3
)
select
  date_add('hour', 3, h.started) as tick,
  h.started as since,
  'source' as scope,
  h.account_id || '/' || h.region as scope_name,
  cast(h.undelivered as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(h.undelivered as double) as floor_value,
  cast(0 as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  h.account_id,
  h.region,
  cast(h.counted as bigint) as counted
from hours h
where h.undelivered > 0
  and date_add('hour', 3, h.started) > :from
  and date_add('hour', 3, h.started) <= :to
order by 1, 4
