-- Usage by team
-- What each team called and what it should cost, in a month.
-- @param from date First day
-- @param to date Last day
-- @param team array(varchar)=null Only these teams
-- @param account array(varchar)=null Only these accounts
-- @param model array(varchar)=null Only these models
-- @param person array(varchar)=null Only these persons
-- @param region array(varchar)=null Only these regions
-- @param service_tier array(varchar)=null Only these service tiers
-- @param cost_center array(varchar)=null Only these cost centers
-- @param environment array(varchar)=null Only these environments
-- @param feature array(varchar)=null Only these features
-- @param carrier array(varchar)=null Only these principals and resources: those that carry a tag
-- @reads hourly_usage
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center, when the team has exactly one
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column blocked bigint Calls in which a guardrail intervened
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column people bigint Distinct persons who called
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_tokens bigint Prompt tokens written to the cache
-- @column list_cost decimal(38,12) USD at list price
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column uncached_cost decimal(38,12) USD had nothing been cached
-- @column error_cost decimal(38,12) Estimated USD of calls that failed
select
  u.team as team,
  case when count(distinct u.cost_center) = 1 then max(u.cost_center) end as cost_center,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as bigint) as errors,
  cast(sum(u.throttles) as bigint) as throttles,
  cast(sum(u.blocked) as bigint) as blocked,
  cast(sum(u.unpriced) as bigint) as unpriced,
  count(distinct u.person) as people,
  cast(sum(u.input_tokens) as bigint) as input_tokens,
  cast(sum(u.output_tokens) as bigint) as output_tokens,
  cast(sum(u.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(u.cache_write_5m_tokens + u.cache_write_1h_tokens) as bigint) as cache_write_tokens,
  cast(sum(u.list_cost) as decimal(38,12)) as list_cost,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost,
  cast(sum(u.uncached_cost) as decimal(38,12)) as uncached_cost,
  cast(sum(u.error_cost) as decimal(38,12)) as error_cost
from hourly_usage u
where u.dt between :from and :to
  and (cardinality(:team) = 0 or contains(:team, u.team))
  and (cardinality(:account) = 0 or contains(:account, u.account_id))
  and (cardinality(:model) = 0 or contains(:model, u.model))
  and (cardinality(:person) = 0 or contains(:person, coalesce(u.person, '(no person)')))
  and (cardinality(:region) = 0 or contains(:region, u.region))
  and (cardinality(:service_tier) = 0 or contains(:service_tier, u.service_tier))
  and (cardinality(:cost_center) = 0 or contains(:cost_center, u.cost_center))
  and (cardinality(:environment) = 0 or contains(:environment, u.environment))
  and (cardinality(:feature) = 0 or contains(:feature, u.feature))
  and (
    cardinality(:carrier) = 0
    or u.principal_arn in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
    or u.model_id in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
  )
group by
  u.team
order by
  14 desc,
  1
