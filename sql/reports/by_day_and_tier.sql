-- Usage by day and model tier
-- Estimated dollars and calls of each UTC day on premium, standard, fast and other models.
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
-- @reads hourly_usage
-- @column dt date UTC day
-- @column model_tier varchar premium, standard, fast or other
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
select
  u.dt as dt,
  coalesce(u.model_tier, 'other') as model_tier,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost
from hourly_usage u
where u.dt between :from and :to
  and (:team is null or u.team = :team)
  and (:account is null or u.account_id = :account)
  and (:model is null or u.model = :model)
  and (:person is null or coalesce(u.person, '(no person)') = :person)
  and (:region is null or u.region = :region)
  and (:service_tier is null or u.service_tier = :service_tier)
  and (:cost_center is null or u.cost_center = :cost_center)
  and (:environment is null or u.environment = :environment)
  and (:feature is null or u.feature = :feature)
group by
  u.dt,
  coalesce(u.model_tier, 'other')
order by
  1,
  2
