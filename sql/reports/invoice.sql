-- Invoice state
-- Whether every staged line of a billing period carries an invoice, which makes the month final.
-- @param month varchar Billing period, YYYY-MM
-- @reads cur_line_items
-- @column payer_account_id varchar Account that pays; null when lines name several
-- @column lines bigint Lines of the period
-- @column invoiced bigint Lines with an invoice
select
  case when count(distinct l.payer_account_id) = 1 then max(l.payer_account_id) end as payer_account_id,
  count(*) as lines,
  count(l.invoice_id) as invoiced
from cur_line_items l
where l.period = :month
