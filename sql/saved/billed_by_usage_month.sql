-- Billed by month of usage
-- What did the usage of a month cost in the end, on whatever bill?
-- @param from date=2000-01-01 First day of usage
-- @param to date=2999-12-31 Last day of usage
-- @reads allocated_charges
-- @column usage_month varchar Month of the usage, YYYY-MM
-- @column period varchar Billing period whose bill says so, YYYY-MM
-- @column billed_cost decimal(38,12) Billed USD
-- @column correction boolean Whether that bill is of another month than the usage
select
  date_format(coalesce(c.usage_dt, c.dt), '%Y-%m') as usage_month,
  c.period,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost,
  c.period <> date_format(coalesce(c.usage_dt, c.dt), '%Y-%m') as correction
from allocated_charges c
where coalesce(c.usage_dt, c.dt) between :from and :to
group by
  date_format(coalesce(c.usage_dt, c.dt), '%Y-%m'),
  c.period
order by
  1,
  2
