-- Filter choices
-- Every team, account, region, model, person, service tier, cost center, environment and feature with usage, for the filters of strata serve.
-- @reads hourly_usage
-- @column dimension varchar team, account, region, model, person, service_tier, cost_center, environment or feature
-- @column name varchar Which one
with used as (
  select distinct
    u.team,
    u.account_id,
    u.region,
    u.model,
    coalesce(u.person, '(no person)') as person,
    u.service_tier,
    u.cost_center,
    u.environment,
    u.feature
  from hourly_usage u
)
select distinct
  d.dimension,
  case d.dimension
    when 'team' then u.team
    when 'account' then u.account_id
    when 'region' then u.region
    when 'model' then u.model
    when 'service_tier' then u.service_tier
    when 'cost_center' then u.cost_center
    when 'environment' then u.environment
    when 'feature' then u.feature
    else u.person
  end as name
from used u
cross join (
  values ('team'), ('account'), ('region'), ('model'), ('person'), ('service_tier'), ('cost_center'), ('environment'), ('feature')
) as d (dimension)
order by
  1,
  2
