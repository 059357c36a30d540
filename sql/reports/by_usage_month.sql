-- By month of usage
-- The billed dollars of a statement by the month in which the usage was: its own, and earlier ones that the bill corrects.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads allocated_charges
-- @column usage_month varchar Month of the usage, YYYY-MM
-- @column billed_cost decimal(38,12) Billed USD
select
  date_format(coalesce(c.usage_dt, c.dt), '%Y-%m') as usage_month,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost
from allocated_charges c
where c.dt between :from and :to
  -- @include report_filter of=c | resource=resource_id
group by
  date_format(coalesce(c.usage_dt, c.dt), '%Y-%m')
order by
  1
