-- Usage by team and model
-- What each team calls: estimated USD and calls by team and model.
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
-- @column team varchar Team, or unattributed
-- @column model varchar Model
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
select
  u.team as team,
  u.model as model,
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
  u.team,
  u.model
order by
  1,
  4 desc,
  2
