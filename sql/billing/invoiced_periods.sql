-- Invoiced periods
-- Which billing periods are closed: every usage line bears an invoice.
-- @reads cur_line_items
-- @column period varchar Billing period, YYYY-MM
-- @column invoiced boolean Whether every usage line has an invoice
-- @column lines bigint Bedrock lines
select
  period,
  count_if(line_item_type = 'Usage' and invoice_id is null) = 0 and count_if(line_item_type = 'Usage') > 0 as invoiced,
  count(*) as lines
from cur_line_items
group by period
order by period
