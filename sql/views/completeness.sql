-- Completeness
-- Every account, region and hour: calls in the log against the calls that Bedrock counted, and what to make of it.
-- @reads hourly_usage, service_counts, log_hours
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column account_id varchar AWS account
-- @column region varchar Region the caller called
-- @column ingested bigint Calls in the log, without throttled ones, which Bedrock counts apart
-- @column counted bigint Calls that Bedrock counted; null where nobody asked
-- @column undelivered bigint Deliveries of the log that failed; null where nobody asked
-- @column share double ingested / counted; null where nothing was counted. May exceed 1: a long call is counted in one hour and logged in the next
-- @column status varchar complete: at most 2 % of what was counted is missing. short: more is. gap: nobody counted, and there is no call where by habit there are some. unchecked: nobody counted
with seen as (
  select
    u.dt,
    u.hour,
    u.account_id,
    u.region,
    u.invocations - u.throttles as ingested,
    cast(null as bigint) as counted,
    cast(null as bigint) as undelivered,
    0 as expected
  from hourly_usage u
  union all
  select
    s.dt,
    s.hour,
    s.account_id,
    s.region,
    0 as ingested,
    s.invocations as counted,
    s.undelivered,
    0 as expected
  from service_counts s
  union all
  select
    cast(h.at_hour as date) as dt,
    cast(hour(h.at_hour) as integer) as hour,
    h.account_id,
    h.region,
    0 as ingested,
    cast(null as bigint) as counted,
    cast(null as bigint) as undelivered,
    1 as expected
  from log_hours h
  where not h.has_records
),
hours as (
  select
    s.dt,
    s.hour,
    s.account_id,
    s.region,
    cast(sum(s.ingested) as bigint) as ingested,
    cast(sum(s.counted) as bigint) as counted,
    cast(sum(s.undelivered) as bigint) as undelivered,
    max(s.expected) as expected
  from seen s
  group by s.dt, s.hour, s.account_id, s.region
)
select
  h.dt,
  h.hour,
  h.account_id,
  h.region,
  h.ingested,
  h.counted,
  h.undelivered,
  cast(h.ingested as double) / nullif(h.counted, 0) as share,
  case
    when h.counted is null and h.expected = 1 then 'gap'
    when h.counted is null then 'unchecked'
    when h.ingested * 100 >= h.counted * 98 then 'complete'
    else 'short'
  end as status
from hours h
where h.ingested > 0
  or h.counted > 0
  or h.undelivered > 0
  or h.expected = 1
