-- Billed charges
-- Every Bedrock line on the bill in US dollars, read into one grammar: model, token type, routing, service tier, tokens.
-- @reads cur_line_items, usage_types, principal_keys, exchange_rates, linked_accounts, line_owners
select
  l.period,
  cast(l.usage_start as date) as dt,
  -- The day that the line counts for on the statement of its billing period: usage of another month is a correction, on the period's first day.
  case
    when date_format(l.usage_start, '%Y-%m') = l.period then cast(l.usage_start as date)
    else cast(concat(l.period, '-01') as date)
  end as statement_dt,
  cast(extract(hour from l.usage_start) as integer) as hour,
  l.usage_start,
  l.usage_end,
  coalesce(a.account_id, l.account_id) as account_id,
  l.account_id as billed_account_id,
  l.account_name,
  l.payer_account_id,
  l.region,
  l.iam_principal as principal_arn,
  k.principal_key,
  k.role_key,
  coalesce(u.charge_kind, 'unclassified') as charge_kind,
  coalesce(u.what, 'not yet classified') as what,
  u.model,
  u.token_type,
  case
    when u.charge_kind <> 'token' then null
    when u.routing is not null then u.routing
    when l.resource_id like '%inference-profile/global.%' then 'global'
  end as routing,
  u.service_tier,
  u.endpoint,
  u.context_class,
  case
    when u.charge_kind = 'token' then cast(round(l.usage_amount * cast(u.tokens_per_unit as decimal(12,0))) as bigint)
  end as tokens,
  l.usage_amount,
  l.pricing_unit,
  -- A bill in another currency is read by the configured rate of its period; without one it is in no figure.
  case when l.currency_code = 'USD' then l.unblended_rate else cast(l.unblended_rate * x.rate as decimal(38,12)) end as unblended_rate,
  case when l.currency_code = 'USD' then l.unblended_cost else cast(l.unblended_cost * x.rate as decimal(38,12)) end as billed_cost,
  case
    when l.currency_code = 'USD' then coalesce(l.net_unblended_cost, l.unblended_cost)
    else cast(coalesce(l.net_unblended_cost, l.unblended_cost) * x.rate as decimal(38,12))
  end as net_cost,
  case
    when l.currency_code = 'USD' then l.public_on_demand_cost
    else cast(l.public_on_demand_cost * x.rate as decimal(38,12))
  end as public_cost,
  l.currency_code,
  l.unblended_cost as original_cost,
  l.line_item_type,
  l.description,
  l.billing_entity,
  l.product_code,
  l.product_name,
  l.usage_type,
  l.operation,
  l.resource_id,
  l.tax_type,
  l.bill_type,
  l.invoice_id,
  l.legal_entity,
  l.has_iam_principal,
  l.tags,
  l.resource_tags,
  l.cost_category,
  l.line_item_id,
  l.cur_version,
  l.delivered_at,
  coalesce(l.incomplete, false) as incomplete,
  l.source_file,
  -- What the line itself says of who pays; null where nothing on it names a team.
  l.line_key,
  o.person,
  o.team,
  o.cost_center,
  o.environment,
  o.feature,
  o.attribution_source,
  o.place as attribution_place,
  o.tag_set
from (
  select
    c.*,
    coalesce(c.account_id, '') || chr(31) || coalesce(c.iam_principal, '') || chr(31) || coalesce(c.resource_id, '')
    || chr(31) || coalesce(array_join(map_keys(c.tags), chr(30)), '') || chr(29) || coalesce(array_join(map_values(c.tags), chr(30)), '')
    || chr(31) || coalesce(array_join(map_keys(c.resource_tags), chr(30)), '') || chr(29) || coalesce(array_join(map_values(c.resource_tags), chr(30)), '')
    || chr(31) || coalesce(array_join(map_keys(c.cost_category), chr(30)), '') || chr(29) || coalesce(array_join(map_values(c.cost_category), chr(30)), '')
      as line_key
  from cur_line_items c
) l
left join usage_types u
  on u.product_code = coalesce(l.product_code, '')
  and u.product_name = coalesce(l.product_name, '')
  and u.usage_type = coalesce(l.usage_type, '')
  and u.operation = coalesce(l.operation, '')
  and u.pricing_unit = coalesce(l.pricing_unit, '')
  and u.description = coalesce(l.description, '')
  and u.billing_entity = coalesce(l.billing_entity, '')
  and u.line_item_type = coalesce(l.line_item_type, '')
left join principal_keys k
  on k.principal_arn = l.iam_principal
-- Where no rule looks at usage, no owner does: * is then the key of every line. With a choice of two keys in its condition, DuckDB would compare every
-- line with every owner.
left join (
  select max(case when w.usage_type = '*' then '*' end) as everywhere
  from line_owners w
) n
  on true
left join line_owners o
  on o.line_key = l.line_key
  and o.usage_type = coalesce(n.everywhere, l.usage_type, '')
  and o.model = coalesce(n.everywhere, u.model, '')
  and o.region = coalesce(n.everywhere, l.region, '')
  and cast(cast(l.usage_start as date) as varchar) between o.from_day and o.to_day
left join (
  select r.currency_code, r.period, cast(r.usd_per_unit as decimal(38,12)) as rate
  from exchange_rates r
) x
  on x.currency_code = l.currency_code
  and x.period = l.period
left join linked_accounts a
  on a.billed_account_id = l.account_id
  and a.aws_partition = case
    when l.region like 'us-gov-%' or l.usage_type like 'UGW_-%' or l.usage_type like 'UGE_-%' then 'aws-us-gov'
    when l.region like 'cn-%' then 'aws-cn'
    else 'aws'
  end
where l.currency_code = 'USD'
  or x.rate is not null
