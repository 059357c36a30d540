-- Usage by time and model tier
-- Calls, failed calls and estimated dollars of each UTC day, or of each hour for stretches of a few days, on premium, standard, fast and other models.
-- @param from date First day
-- @param to date Last day
-- @param hourly boolean=false Whether each hour is told by itself
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
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23; null for whole days
-- @column model_tier varchar premium, standard, fast or other
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column estimated_cost decimal(38,12) Estimated USD
select
  u.dt as dt,
  case when :hourly then u.hour end as hour,
  coalesce(u.model_tier, 'other') as model_tier,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as bigint) as errors,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost
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
  u.dt,
  case when :hourly then u.hour end,
  coalesce(u.model_tier, 'other')
order by
  1,
  2,
  3
