-- Errors
-- Failed calls by class, code and model, with how many callers they met and what they cost.
-- @param from date First day
-- @param to date Last day
-- @param team varchar=null Only this team
-- @param account varchar=null Only this account
-- @param model varchar=null Only this model
-- @param person varchar=null Only this person
-- @param region varchar=null Only this region
-- @param service_tier varchar=null Only this service tier
-- @param cost_center varchar=null Only this cost center
-- @param environment varchar=null Only this environment
-- @param feature varchar=null Only this feature
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
  and (:team is null or i.team = :team)
  and (:account is null or i.account_id = :account)
  and (:model is null or i.model = :model)
  and (:person is null or coalesce(i.person, '(no person)') = :person)
  and (:region is null or i.region = :region)
  and (:service_tier is null or i.service_tier = :service_tier)
  and (:cost_center is null or i.cost_center = :cost_center)
  and (:environment is null or i.environment = :environment)
  and (:feature is null or i.feature = :feature)
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
