-- Adjustments
-- Tax, credits, discounts and refunds of a range of days, by the team that they are charged to.
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
-- @reads allocated_charges
-- @column team varchar Team, unattributed or shared
-- @column kind varchar discount, credit, refund or tax
-- @column billed_cost decimal(38,12) Billed USD; what lowers the bill is negative
select
  c.team as team,
  c.reason as kind,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost
from allocated_charges c
where c.dt between :from and :to
  and c.status = 'adjustment'
  and (:team is null or c.team = :team)
  and (:account is null or c.account_id = :account)
  and (:model is null or c.model = :model)
  and (:person is null or coalesce(c.person, '(no person)') = :person)
  and (:region is null or c.region = :region)
  and (:service_tier is null or c.service_tier = :service_tier)
  and (:cost_center is null or c.cost_center = :cost_center)
  and (:environment is null or c.environment = :environment)
  and (:feature is null or c.feature = :feature)
group by
  c.team,
  c.reason
order by
  1,
  2
