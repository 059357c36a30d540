-- FOCUS rows
-- The bill of a range of days by day, account, region, model, token type and team, in the terms of the FinOps Open Cost and Usage Specification.
-- @param from date First day
-- @param to date Last day
-- @reads allocated_charges, billed_charges
-- @column dt date UTC day of the usage
-- @column period varchar Billing period, YYYY-MM
-- @column payer_account_id varchar Account that pays
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
-- @column quantity decimal(38,12) Billed quantity of rows that are not tokens; null where it is not known
-- @column unit varchar Its pricing unit as billed
-- @column billing_entity varchar AWS or AWS Marketplace; the latter when both bill the same model
-- @column account_name varchar Name of the account
-- @column invoice_id varchar Invoice; null until the period is closed or when there are several
with charges as (
  select
    coalesce(c.usage_dt, c.dt) as dt,
    c.period,
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
    c.cost_center,
    cast(coalesce(sum(c.billed_tokens), 0) as bigint) as billed_tokens,
    cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost,
    cast(sum(coalesce(c.net_cost, c.billed_cost)) as decimal(38,12)) as effective_cost,
    cast(sum(coalesce(c.public_cost, c.billed_cost)) as decimal(38,12)) as list_cost,
    cast(sum(c.quantity) as decimal(38,12)) as quantity,
    case when count(distinct c.unit) = 1 then max(c.unit) end as unit
  from allocated_charges c
  where c.dt between :from and :to
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
),
issuers as (
  select
    b.period,
    b.account_id,
    coalesce(b.model, '') as model,
    coalesce(b.token_type, '') as token_type,
    case when b.charge_kind = 'token' then '' else coalesce(b.usage_type, '') end as usage_type,
    max(b.billing_entity) as billing_entity,
    max(b.account_name) as account_name,
    max(b.payer_account_id) as payer_account_id,
    case when count(distinct b.invoice_id) = 1 and count(b.invoice_id) = count(*) then max(b.invoice_id) end as invoice_id
  from billed_charges b
  where b.statement_dt between :from and :to
  group by 1, 2, 3, 4, 5
)
select
  c.dt,
  c.period,
  i.payer_account_id as payer_account_id,
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
  c.cost_center,
  c.billed_tokens,
  c.billed_cost,
  c.effective_cost,
  c.list_cost,
  case when c.unit is not null then c.quantity end as quantity,
  c.unit as unit,
  i.billing_entity as billing_entity,
  i.account_name as account_name,
  i.invoice_id as invoice_id
from charges c
left join issuers i
  on i.period = c.period
  and i.account_id = c.account_id
  and i.model = coalesce(c.model, '')
  and i.token_type = coalesce(c.token_type, '')
  and i.usage_type = coalesce(c.usage_type, '')
order by
  1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 8
