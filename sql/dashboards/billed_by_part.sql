-- Bill by part over time
-- Billed dollars by day of the statement and part of the bill. Dollars are doubles, for display.
-- @param from date First day
-- @param to date Last day
-- @reads allocated_charges
-- @column time timestamp Day that the dollars count for on the statement
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column billed_cost double Billed USD
select
  cast(c.dt as timestamp) as time,
  c.status,
  cast(sum(c.billed_cost) as double) as billed_cost
from allocated_charges c
where c.dt between :from and :to
group by 1, 2
order by 1, 2
