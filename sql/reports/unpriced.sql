-- Unpriced models
-- Models with calls that have tokens but no known rate: their dollars are missing from every estimate.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column model varchar Model
-- @column calls bigint Unpriced calls
-- @column total_tokens bigint All tokens of the model's unpriced combinations
-- @column teams bigint Distinct teams
select
  u.model as model,
  cast(sum(u.unpriced) as bigint) as calls,
  cast(sum(u.total_tokens) as bigint) as total_tokens,
  count(distinct u.team) as teams
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
  and u.unpriced > 0
group by
  u.model
order by
  2 desc,
  1
