-- Retries after failed calls
-- Failed calls of a range of time and one scope, what they cost, and how many were followed by another call of the same principal and model within two minutes.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @param scope varchar=organisation organisation, account, source, team, model, principal or person
-- @param name varchar=null Which one; null for the organisation
-- @reads invocations
-- @column failed bigint Failed calls
-- @column wasted decimal(38,12) Estimated dollars of the failed calls
-- @column retries bigint Calls that came next after a failed one; at most one for each, so that a busy principal's other work is not taken for retries
-- @column succeeded bigint Of these, answered
-- @column retry_dollars decimal(38,12) Estimated dollars of the retries
with calls as (
  select
    i.event_time,
    i.status,
    i.estimated_cost,
    lag(i.status) over (partition by i.principal_arn, i.model order by i.event_time, i.request_id) as status_before,
    lag(i.event_time) over (partition by i.principal_arn, i.model order by i.event_time, i.request_id) as time_before,
    i.principal_arn
  from invocations i
  where i.dt >= cast(:from as date)
    and i.dt <= cast(date_add('minute', 2, :to) as date)
    and i.event_time >= :from
    and i.event_time < date_add('minute', 2, :to)
    and (
      :scope = 'organisation'
      or (:scope = 'account' and i.account_id = :name)
      or (:scope = 'source' and i.account_id || '/' || i.region = :name)
      or (:scope = 'team' and i.team = :name)
      or (:scope = 'model' and i.model = :name)
      or (:scope = 'principal' and i.principal_arn = :name)
      or (:scope = 'person' and i.person = :name)
    )
),
marked as (
  select
    c.status,
    c.estimated_cost,
    c.event_time < :to and c.status = 'error' as is_failure,
    c.principal_arn is not null
      and coalesce(c.status_before, 'ok') = 'error'
      and c.time_before < :to
      and c.event_time <= date_add('minute', 2, c.time_before) as is_retry
  from calls c
)
select
  count_if(m.is_failure) as failed,
  cast(coalesce(sum(case when m.is_failure then m.estimated_cost end), 0) as decimal(38,12)) as wasted,
  count_if(m.is_retry) as retries,
  count_if(m.is_retry and m.status <> 'error') as succeeded,
  cast(coalesce(sum(case when m.is_retry then m.estimated_cost end), 0) as decimal(38,12)) as retry_dollars
from marked m
