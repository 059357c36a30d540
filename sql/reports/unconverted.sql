-- Bill lines in no figure
-- Lines of a statement in a currency for which strata.yml has no rate: what they come to in that currency.
-- @param from date First day
-- @param to date Last day
-- @reads cur_line_items, exchange_rates
-- @column currency_code varchar Currency of the bill, ISO 4217
-- @column period varchar Billing period, YYYY-MM
-- @column lines bigint Bill lines
-- @column original_cost decimal(38,12) Their amount in that currency
select
  l.currency_code,
  l.period,
  count(*) as lines,
  cast(sum(l.unblended_cost) as decimal(38,12)) as original_cost
from cur_line_items l
left join exchange_rates x
  on x.currency_code = l.currency_code
  and x.period = l.period
where l.period between date_format(cast(:from as date), '%Y-%m') and date_format(cast(:to as date), '%Y-%m')
  and l.currency_code <> 'USD'
  and x.usd_per_unit is null
group by
  l.currency_code,
  l.period
order by
  1,
  2
