-- Kiro on the bill
-- Lines of Kiro and Amazon Q on the bill in US dollars: which plan, whose, and what is overage. No part of the Bedrock bill.
-- @reads kiro_bill_lines, exchange_rates
select
  l.period,
  cast(l.usage_start as date) as dt,
  l.payer_account_id,
  l.account_id,
  case l.product_code when 'Kiro' then 'kiro' else 'amazon-q' end as product,
  case
    when l.line_item_type in ('Tax', 'Credit', 'Refund', 'EdpDiscount', 'BundledDiscount', 'PrivateRateDiscount', 'Discount', 'SppDiscount') then 'adjustment'
    when l.operation = 'q-developer-snapshot' then 'snapshot'
    when l.usage_type like '%-Credits' then 'overage'
    when l.product_code = 'AmazonQ' then 'subscription'
    -- ProPlus ends in no other name, Pro is the end of none that is looked for before it.
    when l.usage_type like '%Kiro%-ProPlus' or l.usage_type like '%Kiro%-ProMax' or l.usage_type like '%Kiro%-Power' or l.usage_type like '%Kiro%-Pro' then 'plan'
    else 'other'
  end as kind,
  case
    when l.usage_type like '%-ProPlus' then 'PRO_PLUS'
    when l.usage_type like '%-ProMax' then 'PRO_MAX'
    when l.usage_type like '%-Power' then 'POWER'
    when l.usage_type like '%-Pro' then 'PRO'
  end as plan,
  case when l.resource_id like 'arn:%:identitystore:%:user/%' then coalesce(
    -- With the identity store before it or without.
    nullif(split_part(lower(split_part(l.resource_id, '/', 2)), '.', 2), ''),
    lower(split_part(l.resource_id, '/', 2))
  ) end as user_id,
  l.usage_type,
  l.operation,
  l.usage_amount,
  l.pricing_unit,
  case when l.currency_code = 'USD' then l.unblended_cost else cast(l.unblended_cost * x.rate as decimal(38,12)) end as billed_cost,
  l.line_item_type,
  l.cur_version
from kiro_bill_lines l
left join (
  select r.currency_code, r.period, cast(r.usd_per_unit as decimal(38,12)) as rate
  from exchange_rates r
) x
  on x.currency_code = l.currency_code
  and x.period = l.period
