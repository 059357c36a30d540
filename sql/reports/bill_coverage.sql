-- Bill coverage
-- Which deliveries of the bill stand behind a range of days.
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
-- @column cur_version varchar Delivery that the bill comes from
-- @column first_day date First day with a charge
-- @column last_day date Last day with a charge
-- @column lines bigint Rows of allocated_charges
select
  coalesce(c.cur_version, 'unknown') as cur_version,
  min(c.dt) as first_day,
  max(c.dt) as last_day,
  count(*) as lines
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
  coalesce(c.cur_version, 'unknown')
order by
  1
