-- Months
-- Months with usage or with charges.
-- @reads hourly_usage, allocated_charges
-- @column month varchar Month, YYYY-MM
select substr(cast(h.dt as varchar), 1, 7) as month
from hourly_usage h
union
select substr(cast(a.dt as varchar), 1, 7)
from allocated_charges a
order by 1
