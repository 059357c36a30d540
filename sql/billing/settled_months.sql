-- Months that hold an outcome
-- Every month of which the tables of reconciliation hold a day, so that one that is gone from the bill is emptied.
-- @reads charge_groups, allocated_charges
-- @column month varchar YYYY-MM
select date_format(o.dt, '%Y-%m') as month
from (
  select g.dt from charge_groups g
  union
  select a.dt from allocated_charges a
) o
group by date_format(o.dt, '%Y-%m')
order by 1
