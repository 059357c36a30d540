-- The bill by status
-- How much of the bill is explained by logged usage?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads allocated_charges
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column lines bigint Rows
-- @column billed_cost decimal(38,12) Billed USD
-- @column share double Part of the bill
with statuses as (
  select
    c.status,
    count(*) as lines,
    cast(coalesce(sum(c.billed_cost), 0) as decimal(38,12)) as billed_cost
  from allocated_charges c
  where c.dt between :from and :to
  group by
    c.status
)
select
  s.status,
  s.lines,
  s.billed_cost,
  cast(s.billed_cost as double) / nullif(sum(cast(s.billed_cost as double)) over (), 0) as share
from statuses s
order by
  3 desc,
  1
