-- Odd lines on the staged bill
-- What of a month's staged lines somebody should know of: other currencies, which are in no dollar figure, and usage that is billed negative.
-- @param month varchar Billing month, YYYY-MM
-- @reads cur_line_items
-- @column finding varchar other_currency, negative_lines or monthly_lines
-- @column sample varchar The currency; the first line's id; the payer
-- @column lines bigint Lines
-- @column amount decimal(38,12) Their sum, in that currency
select
  'other_currency' as finding,
  l.currency_code as sample,
  count(*) as lines,
  cast(sum(l.unblended_cost) as decimal(38,12)) as amount
from cur_line_items l
where l.period = :month
  and l.currency_code <> 'USD'
group by l.currency_code
union all
select
  'negative_lines',
  min(l.line_item_id),
  count(*),
  cast(sum(l.unblended_cost) as decimal(38,12))
from cur_line_items l
where l.period = :month
  and l.line_item_type in ('Usage', 'DiscountedUsage')
  and (l.unblended_cost < 0 or l.usage_amount < 0)
having count(*) > 0
union all
select
  'monthly_lines',
  coalesce(l.payer_account_id, ''),
  count(*),
  cast(sum(l.unblended_cost) as decimal(38,12))
from cur_line_items l
where l.period = :month
  and l.line_item_type in ('Usage', 'DiscountedUsage')
group by coalesce(l.payer_account_id, '')
having count(*) = count_if(l.usage_end > date_add('day', 1, l.usage_start))
order by 1, 2
