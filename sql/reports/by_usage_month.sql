-- By month of usage
-- The billed dollars of a statement by the month in which the usage was: its own, and earlier ones that the bill corrects.
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
-- @column usage_month varchar Month of the usage, YYYY-MM
-- @column billed_cost decimal(38,12) Billed USD
select
  date_format(coalesce(c.usage_dt, c.dt), '%Y-%m') as usage_month,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost
from allocated_charges c
where c.dt between :from and :to
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
  date_format(coalesce(c.usage_dt, c.dt), '%Y-%m')
order by
  1
