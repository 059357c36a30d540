-- Billed by dimension
-- Billed dollars of each team, cost center, account, model, person, day, service tier, feature, environment and token type; each dimension sums to the same total.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads allocated_charges
-- @column dimension varchar team, cost_center, account, model, person, day, service_tier, feature, environment or token_type
-- @column name varchar Which one
-- @column billed_cost decimal(38,12) Billed USD
-- @column allocated_cost decimal(38,12) Of these, allocated to logged usage
with charges as (
  select
    coalesce(c.team, 'unattributed') as team,
    coalesce(c.cost_center, 'unassigned') as cost_center,
    c.account_id,
    coalesce(c.model, '(no model)') as model,
    coalesce(c.person, '(no person)') as person,
    -- Corrections of earlier usage are days of their own.
    cast(coalesce(c.usage_dt, c.dt) as varchar) as day,
    coalesce(c.service_tier, '(none)') as service_tier,
    coalesce(c.feature, '(no feature)') as feature,
    coalesce(c.environment, '(no environment)') as environment,
    case
      when c.token_type in ('cache_write_5m', 'cache_write_1h') then 'cache_write'
      else coalesce(c.token_type, '(not tokens)')
    end as token_type,
    c.status,
    c.billed_cost
  from allocated_charges c
  where c.dt between :from and :to
    -- @include report_filter of=c | resource=resource_id
)
select
  case
    when grouping(c.team) = 0 then 'team'
    when grouping(c.cost_center) = 0 then 'cost_center'
    when grouping(c.account_id) = 0 then 'account'
    when grouping(c.model) = 0 then 'model'
    when grouping(c.person) = 0 then 'person'
    when grouping(c.day) = 0 then 'day'
    when grouping(c.service_tier) = 0 then 'service_tier'
    when grouping(c.feature) = 0 then 'feature'
    when grouping(c.environment) = 0 then 'environment'
    else 'token_type'
  end as dimension,
  coalesce(c.team, c.cost_center, c.account_id, c.model, c.person, c.day, c.service_tier, c.feature, c.environment, c.token_type) as name,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost,
  cast(coalesce(sum(case when c.status = 'allocated' then c.billed_cost end), 0) as decimal(38,12)) as allocated_cost
from charges c
group by grouping sets (
  (c.team),
  (c.cost_center),
  (c.account_id),
  (c.model),
  (c.person),
  (c.day),
  (c.service_tier),
  (c.feature),
  (c.environment),
  (c.token_type)
)
order by
  1,
  3 desc,
  2
