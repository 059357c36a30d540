-- Usage by day for dashboards
-- Calls, tokens and estimated dollars by UTC day, team, account, region and model; names no person. Dollars are doubles, for display.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column usage_day timestamp UTC day
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column account_id varchar AWS account, 12 digits
-- @column region varchar Region the caller called
-- @column model varchar Model
-- @column model_tier varchar premium, standard, fast or other
-- @column service_tier varchar Service tier
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column total_tokens bigint Tokens of all kinds
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column estimated_cost double Estimated USD
select
  cast(u.dt as timestamp) as usage_day,
  u.team,
  coalesce(u.cost_center, 'unassigned') as cost_center,
  coalesce(u.environment, '(no environment)') as environment,
  u.account_id,
  u.region,
  coalesce(u.model, '(no model)') as model,
  coalesce(u.model_tier, 'other') as model_tier,
  u.service_tier,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as bigint) as errors,
  cast(sum(u.throttles) as bigint) as throttles,
  cast(sum(u.unpriced) as bigint) as unpriced,
  cast(sum(u.total_tokens) as bigint) as total_tokens,
  cast(sum(u.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(u.estimated_cost) as double) as estimated_cost
from hourly_usage u
where u.dt between :from and :to
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
order by 1, 2, 3, 4, 5, 6, 7, 8, 9
