-- Usage of whole hours
-- Usage by hour, team, model tier and person, from one hour up to another; what the dashboard shows.
-- @param from timestamp First hour
-- @param to timestamp End, not included
-- @reads hourly_usage
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column team varchar Team, or unattributed
-- @column model_tier varchar premium, standard, fast or unknown
-- @column person varchar The human behind the principal; null for services
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column total_tokens bigint All five token counts
-- @column prompt_tokens bigint Input, cache read and cache write tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column estimated_cost decimal(38,12) Estimated USD
select
  dt,
  hour,
  team,
  coalesce(model_tier, 'unknown') as model_tier,
  person,
  cast(sum(invocations) as bigint) as invocations,
  cast(sum(errors) as bigint) as errors,
  cast(sum(throttles) as bigint) as throttles,
  cast(sum(unpriced) as bigint) as unpriced,
  cast(sum(total_tokens) as bigint) as total_tokens,
  cast(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens) as bigint) as prompt_tokens,
  cast(sum(cache_read_tokens) as bigint) as cache_read_tokens,
  sum(estimated_cost) as estimated_cost
from hourly_usage
where dt between cast(:from as date) and cast(:to as date)
  and date_add('hour', hour, cast(dt as timestamp)) >= :from
  and date_add('hour', hour, cast(dt as timestamp)) < :to
group by dt, hour, team, coalesce(model_tier, 'unknown'), person
order by dt, hour, team, 4, person
