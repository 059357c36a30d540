-- Log completeness
-- How many calls did Bedrock count that never reached the logs?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads invocation_records, service_counts
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column dt date UTC day
-- @column logged bigint Calls in the logs, without throttled ones, which Bedrock counts apart
-- @column counted bigint Calls that Bedrock counted; null where nobody asked
-- @column undelivered bigint Deliveries of the log that failed
-- @column complete double logged / counted
with logged as (
  select
    r.account_id,
    r.region,
    r.dt,
    count(distinct r.request_id) as calls
  from invocation_records r
  where r.dt between :from and :to
    and coalesce(r.error_class, '') <> 'throttling'
  group by
    r.account_id,
    r.region,
    r.dt
),
counted as (
  select
    s.account_id,
    s.region,
    s.dt,
    cast(sum(s.invocations) as bigint) as calls,
    cast(sum(s.undelivered) as bigint) as undelivered
  from service_counts s
  where s.dt between :from and :to
  group by
    s.account_id,
    s.region,
    s.dt
)
select
  coalesce(l.account_id, c.account_id) as account_id,
  coalesce(l.region, c.region) as region,
  coalesce(l.dt, c.dt) as dt,
  coalesce(l.calls, 0) as logged,
  c.calls as counted,
  c.undelivered,
  cast(coalesce(l.calls, 0) as double) / nullif(c.calls, 0) as complete
from logged l
full outer join counted c
  on c.account_id = l.account_id
  and c.region = l.region
  and c.dt = l.dt
order by
  3,
  1,
  2
