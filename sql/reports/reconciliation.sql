-- Reconciliation lines
-- Every billed dollar of a range of days by status and reason, with the tokens that were billed and the logged tokens that explain them.
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
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column reason varchar Why a row that is not allocated has its status; empty for allocated
-- @column corrects varchar Month of the usage, YYYY-MM, where it is not that of the bill: a correction of earlier usage; empty otherwise
-- @column lines bigint Rows behind it
-- @column billed_tokens bigint Billed tokens
-- @column logged_tokens bigint Logged tokens that explain them
-- @column billed_cost decimal(38,12) Billed USD
-- @column net_cost decimal(38,12) Billed USD with discounts spread into the lines
-- @column public_cost decimal(38,12) USD at public prices
select
  c.status as status,
  coalesce(c.reason, '') as reason,
  case when date_format(c.usage_dt, '%Y-%m') <> c.period then date_format(c.usage_dt, '%Y-%m') else '' end as corrects,
  count(*) as lines,
  cast(coalesce(sum(c.billed_tokens), 0) as bigint) as billed_tokens,
  cast(coalesce(sum(c.logged_tokens), 0) as bigint) as logged_tokens,
  cast(coalesce(sum(c.billed_cost), 0) as decimal(38,12)) as billed_cost,
  cast(coalesce(sum(c.net_cost), 0) as decimal(38,12)) as net_cost,
  cast(coalesce(sum(c.public_cost), 0) as decimal(38,12)) as public_cost
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
  c.status,
  coalesce(c.reason, ''),
  case when date_format(c.usage_dt, '%Y-%m') <> c.period then date_format(c.usage_dt, '%Y-%m') else '' end
order by
  1,
  7 desc,
  2,
  3
