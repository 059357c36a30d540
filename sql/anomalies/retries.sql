-- Retries after failed calls
-- Failed calls of a range of time and one scope, what they cost, and how many were followed by another call of the same principal and model within two minutes and the same hour.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @include alert_scope
-- @reads calls_5m
-- @column failed bigint Failed calls
-- @column wasted decimal(38,12) Estimated dollars of the failed calls
-- @column retries bigint Calls that came next after a failed one; at most one for each, so that a busy principal's other work is not taken for retries
-- @column succeeded bigint Of these, answered
-- @column retry_dollars decimal(38,12) Estimated dollars of the retries
select
  cast(coalesce(sum(c.errors), 0) as bigint) as failed,
  cast(coalesce(sum(c.error_cost), 0) as decimal(38,12)) as wasted,
  cast(coalesce(sum(c.retries), 0) as bigint) as retries,
  cast(coalesce(sum(c.retries_answered), 0) as bigint) as succeeded,
  cast(coalesce(sum(c.retry_cost), 0) as decimal(38,12)) as retry_dollars
from calls_5m c
where c.dt >= cast(:from as date)
  and c.dt <= cast(:to as date)
  and c.bucket >= :from
  and c.bucket < :to
  -- @include alert_scope of=c
