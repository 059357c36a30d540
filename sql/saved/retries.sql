-- Retries
-- Who repeats calls right after a failure, and how often does that help?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param within_seconds integer=60 A later call of the same caller and model within this time is a retry
-- @reads invocations
-- @column principal_arn varchar IAM identity
-- @column model varchar Model
-- @column failures bigint Failed calls
-- @column retried bigint Failures followed by another call in time
-- @column recovered bigint Retries that succeeded
-- @column retry_cost decimal(38,12) Estimated USD of the calls that followed
with ordered as (
  select
    coalesce(i.principal_arn, '(none)') as principal_arn,
    i.model,
    i.status,
    i.event_time,
    lead(i.event_time) over (partition by i.principal_arn, i.model order by i.event_time, i.request_id) as next_time,
    lead(i.status) over (partition by i.principal_arn, i.model order by i.event_time, i.request_id) as next_status,
    lead(i.estimated_cost) over (partition by i.principal_arn, i.model order by i.event_time, i.request_id) as next_cost
  from invocations i
  where i.dt between :from and :to
),
failures as (
  select
    o.principal_arn,
    o.model,
    o.next_status,
    o.next_cost,
    coalesce(date_diff('second', o.event_time, o.next_time) <= :within_seconds, false) as retried
  from ordered o
  where o.status = 'error'
)
select
  f.principal_arn,
  f.model,
  count(*) as failures,
  cast(count_if(f.retried) as bigint) as retried,
  cast(count_if(f.retried and f.next_status = 'ok') as bigint) as recovered,
  cast(coalesce(sum(case when f.retried then f.next_cost end), 0) as decimal(38,12)) as retry_cost
from failures f
group by
  f.principal_arn,
  f.model
order by
  4 desc,
  3 desc,
  1,
  2
