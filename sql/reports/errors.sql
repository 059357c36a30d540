-- Errors
-- Failed calls by class, code and model, with how many callers they met and what they cost.
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
-- @reads invocations
-- @column error_class varchar throttling, client, server, model or unknown
-- @column error_code varchar Error name as logged
-- @column model varchar Model
-- @column calls bigint Failed calls
-- @column callers bigint Distinct principals
-- @column lost_tokens bigint Tokens of the failed calls
-- @column error_cost decimal(38,12) Estimated USD of the failed calls
select
  coalesce(i.error_class, 'unknown') as error_class,
  coalesce(i.error_code, 'unknown') as error_code,
  i.model as model,
  count(*) as calls,
  count(distinct i.principal_arn) as callers,
  cast(sum(i.input_tokens + i.output_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens) as bigint) as lost_tokens,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as error_cost
from invocations i
where i.dt between :from and :to
  and (cardinality(:team) = 0 or contains(:team, i.team))
  and (cardinality(:account) = 0 or contains(:account, i.account_id))
  and (cardinality(:model) = 0 or contains(:model, i.model))
  and (cardinality(:person) = 0 or contains(:person, coalesce(i.person, '(no person)')))
  and (cardinality(:region) = 0 or contains(:region, i.region))
  and (cardinality(:service_tier) = 0 or contains(:service_tier, i.service_tier))
  and (cardinality(:cost_center) = 0 or contains(:cost_center, i.cost_center))
  and (cardinality(:environment) = 0 or contains(:environment, i.environment))
  and (cardinality(:feature) = 0 or contains(:feature, i.feature))
  and (
    cardinality(:carrier) = 0
    or i.principal_arn in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
    or i.model_id in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
  )
  and i.status = 'error'
group by
  coalesce(i.error_class, 'unknown'),
  coalesce(i.error_code, 'unknown'),
  i.model
order by
  4 desc,
  1,
  2,
  3
