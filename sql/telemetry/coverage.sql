-- How calls and telemetry meet
-- Calls by where they were seen and how the two sides were brought together.
-- @reads traced_calls
-- @column seen varchar both, log (no client tells of it) or client (it is in no log)
-- @column match varchar How: request_id, message_id, session or window; none
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD of those in the log
-- @column claimed_cost decimal(38,12) USD that clients estimate
select
  t.seen,
  t.match,
  count(*) as calls,
  cast(coalesce(sum(t.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
  cast(coalesce(sum(t.claimed_cost), 0) as decimal(38,12)) as claimed_cost
from traced_calls t
group by t.seen, t.match
order by t.seen, t.match
