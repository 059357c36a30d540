-- Unpriced models
-- Models with calls that have tokens but no known rate: their dollars are missing from every estimate.
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
  and (:team is null or u.team = :team)
  and (:account is null or u.account_id = :account)
  and (:model is null or u.model = :model)
  and (:person is null or coalesce(u.person, '(no person)') = :person)
  and (:region is null or u.region = :region)
  and (:service_tier is null or u.service_tier = :service_tier)
  and (:cost_center is null or u.cost_center = :cost_center)
  and (:environment is null or u.environment = :environment)
  and (:feature is null or u.feature = :feature)
  and u.unpriced > 0
group by
  u.model
order by
  2 desc,
  1
