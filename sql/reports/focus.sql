-- FOCUS rows
-- The bill of a range of days by day, account, region, model, token type and team, in the terms of the FinOps Open Cost and Usage Specification 1.2.
-- @param from date First day
-- @param to date Last day
-- @reads allocated_charges
-- @column dt date UTC day
-- @column account_id varchar Account that is billed
-- @column region varchar Region that is billed
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column reason varchar Why a row that is not allocated has its status
-- @column vendor varchar Model maker
-- @column model varchar Model
-- @column token_type varchar Token type as billed
-- @column routing varchar in-region, geo or global
-- @column service_tier varchar Service tier as billed
-- @column line_item_type varchar Line item type of rows that are not tokens
-- @column usage_type varchar Usage type of rows that are not tokens
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column billed_tokens bigint Billed tokens
-- @column billed_cost decimal(38,12) Billed USD
-- @column effective_cost decimal(38,12) Billed USD with discounts spread into the lines; billed where the export has none
-- @column list_cost decimal(38,12) USD at public prices; billed where the export has none
select
  c.dt as dt,
  c.account_id as account_id,
  c.region as region,
  c.status as status,
  c.reason as reason,
  c.vendor as vendor,
  c.model as model,
  c.token_type as token_type,
  c.routing as routing,
  c.service_tier as service_tier,
  c.line_item_type as line_item_type,
  c.usage_type as usage_type,
  c.team as team,
  c.cost_center as cost_center,
  cast(coalesce(sum(c.billed_tokens), 0) as bigint) as billed_tokens,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost,
  cast(sum(coalesce(c.net_cost, c.billed_cost)) as decimal(38,12)) as effective_cost,
  cast(sum(coalesce(c.public_cost, c.billed_cost)) as decimal(38,12)) as list_cost
from allocated_charges c
where c.dt between :from and :to
group by
  c.dt,
  c.account_id,
  c.region,
  c.status,
  c.reason,
  c.vendor,
  c.model,
  c.token_type,
  c.routing,
  c.service_tier,
  c.line_item_type,
  c.usage_type,
  c.team,
  c.cost_center
order by
  1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14
