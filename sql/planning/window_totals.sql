-- Totals of a window
-- Calls, tokens and estimated dollars between two days, of everything or of one team, caller or model: one side of a before-and-after comparison.
-- @param from date First day
-- @param to date Last day
-- @param team varchar=null Only this team
-- @param who varchar=null Only this person or service
-- @param model varchar=null Only this model
-- @reads hourly_usage
-- @column calls bigint Calls that did not fail
-- @column errors bigint Calls that failed
-- @column prompt_tokens bigint Prompt tokens, cached or not
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column unpriced bigint Calls without a price
-- @column days bigint Days with calls
-- @column estimated_cost decimal(38,12) Estimated USD
select
  cast(coalesce(sum(h.invocations - h.errors), 0) as bigint) as calls,
  cast(coalesce(sum(h.errors), 0) as bigint) as errors,
  cast(coalesce(sum(h.total_tokens - h.output_tokens), 0) as bigint) as prompt_tokens,
  cast(coalesce(sum(h.output_tokens), 0) as bigint) as output_tokens,
  cast(coalesce(sum(h.cache_read_tokens), 0) as bigint) as cache_read_tokens,
  cast(coalesce(sum(h.unpriced), 0) as bigint) as unpriced,
  count(distinct h.dt) as days,
  cast(coalesce(sum(h.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from hourly_usage h
where h.dt between :from and :to
  and (:team is null or h.team = :team)
  and (:who is null or coalesce(h.person, h.principal_name, h.principal_arn, 'unknown') = :who)
  and (:model is null or h.model = :model)
