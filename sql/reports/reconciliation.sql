-- Reconciliation lines
-- Every billed dollar of a range of days by status and reason, with the tokens that were billed and the logged tokens that explain them.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
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
  -- @include report_filter of=c | resource=resource_id
group by
  c.status,
  coalesce(c.reason, ''),
  case when date_format(c.usage_dt, '%Y-%m') <> c.period then date_format(c.usage_dt, '%Y-%m') else '' end
order by
  1,
  7 desc,
  2,
  3
