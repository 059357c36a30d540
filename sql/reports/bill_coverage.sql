-- Bill coverage
-- Which deliveries of the bill stand behind a range of days.
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
  and (cardinality(:team) = 0 or contains(:team, c.team))
  and (cardinality(:account) = 0 or contains(:account, c.account_id))
  and (cardinality(:model) = 0 or contains(:model, c.model))
  and (cardinality(:person) = 0 or contains(:person, coalesce(c.person, '(no person)')))
  and (cardinality(:region) = 0 or contains(:region, c.region))
  and (cardinality(:service_tier) = 0 or contains(:service_tier, c.service_tier))
  and (cardinality(:cost_center) = 0 or contains(:cost_center, c.cost_center))
  and (cardinality(:environment) = 0 or contains(:environment, c.environment))
  and (cardinality(:feature) = 0 or contains(:feature, c.feature))
  and (
    cardinality(:carrier) = 0
    or c.principal_arn in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
    or c.resource_id in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
  )
group by
  coalesce(c.cur_version, 'unknown')
order by
  1
