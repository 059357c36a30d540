-- Bill by statement and usage
-- Every billing period and month of usage on the staged bill with a fingerprint of all that reconciliation reads of those lines, so that what did not change is not done again.
-- @reads billed_charges, principals, usage_types
-- @column period varchar Billing period, YYYY-MM
-- @column usage_month varchar Month of the usage, YYYY-MM
-- @column adjustments bigint Discounts, credits, refunds and tax
-- @column lines bigint All other lines
-- @column fingerprint varchar Changes with the lines, in whatever order they come; each engine has its own
select
  b.period,
  date_format(b.dt, '%Y-%m') as usage_month,
  count_if(b.charge_kind = 'adjustment') as adjustments,
  count_if(b.charge_kind <> 'adjustment') as lines,
  to_hex(checksum(row(
    b.dt, b.statement_dt, b.usage_start, b.usage_end, b.account_id, b.payer_account_id, b.billing_entity, b.region, b.principal_arn, b.principal_key,
    b.role_key, b.charge_kind, b.what, b.model, b.token_type, b.routing, b.service_tier, b.endpoint, b.context_class, b.tokens, b.usage_amount,
    b.pricing_unit, b.unblended_rate, b.billed_cost, b.net_cost, b.public_cost, b.line_item_type, b.product_code, b.usage_type, b.resource_id,
    b.cur_version, b.person, b.team, b.cost_center, b.environment, b.feature, b.attribution_source, b.attribution_place, b.tag_set,
    p.principal_type, p.principal_name, p.person, n.model is not null
  ))) as fingerprint
from billed_charges b
left join principals p
  on p.principal_arn = b.principal_arn
left join (
  select distinct u.model
  from usage_types u
  where u.model_by = 'log'
) n
  on n.model = b.model
group by b.period, date_format(b.dt, '%Y-%m')
order by 1, 2
