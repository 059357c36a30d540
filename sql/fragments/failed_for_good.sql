-- Failed for good
-- From calls_5m and hourly_usage, the CTE `arrived`: calls and failures by bucket, arrival, account, team and model, without what a retry made good and without the denied calls of principals that were never answered.
answered_before as (
  select
    h.account_id,
    h.principal_name,
    min(date_add('hour', h.hour, cast(h.dt as timestamp))) as answered_since
  from hourly_usage h
  where h.dt >= cast(date_add('day', -8, :from) as date)
    and h.dt <= cast(:to as date)
    and h.invocations > h.errors
  group by 1, 2
),
seen as (
  select
    c.bucket,
    case
      when :trust_delivery then greatest(coalesce(date_add('minute', 5, c.arrival), c.bucket), date_add('minute', 5, c.bucket))
      else date_add('minute', 5, c.bucket)
    end as arrival,
    c.account_id,
    c.team,
    c.model,
    c.principal_arn,
    c.invocations,
    c.errors,
    c.throttles,
    c.client_errors,
    c.server_errors,
    c.model_errors,
    c.error_cost,
    -- Nothing that worked has stopped working where a principal is denied that was never answered.
    case when b.answered_since < date_trunc('hour', c.bucket) then 0 else c.denied end as hopeless,
    case when b.answered_since < date_trunc('hour', c.bucket) then 0 else c.denied_cost end as hopeless_cost
  from calls_5m c
  left join answered_before b
    on b.account_id = c.account_id
    and b.principal_name = c.principal_name
  where c.dt >= cast(date_add('day', -1, :from) as date)
    and c.dt <= cast(:to as date)
),
callers as (
  select
    s.bucket,
    s.arrival,
    s.account_id,
    s.team,
    s.model,
    s.principal_arn,
    sum(s.invocations - s.hopeless) as calls,
    sum(s.errors - s.hopeless) as failed,
    sum(s.throttles) as throttling,
    sum(s.client_errors - s.hopeless) as client,
    sum(s.server_errors) as server,
    sum(s.model_errors) as model_errors,
    sum(s.error_cost - s.hopeless_cost) as wasted,
    -- A log has no word for a retry. SDKs try three times unless told otherwise, so an answered call stands for at most two throttled attempts before it.
    least(sum(s.throttles), 2 * (sum(s.invocations) - sum(s.errors))) as absorbed
  from seen s
  group by 1, 2, 3, 4, 5, 6
  having sum(s.invocations - s.hopeless) > 0
),
arrived as (
  select
    c.bucket,
    c.arrival,
    c.account_id,
    c.team,
    c.model,
    c.account_id as in_account,
    c.team as in_team,
    sum(c.calls - c.absorbed) as calls,
    sum(c.failed - c.absorbed) as failed,
    sum(c.throttling - c.absorbed) as throttling,
    sum(c.client) as client,
    sum(c.server) as server,
    sum(c.model_errors) as model_errors,
    sum(c.wasted) as wasted,
    sum(c.absorbed) as absorbed
  from callers c
  group by 1, 2, 3, 4, 5
),
