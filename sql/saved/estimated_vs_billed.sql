-- Estimated against billed
-- How far are our estimates from the bill, by model?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage, allocated_charges
-- @column model varchar Model
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column allocated_cost decimal(38,12) Billed USD allocated to logged usage
-- @column billed_cost decimal(38,12) Billed USD of all statuses
-- @column difference decimal(38,12) Allocated less estimated
-- @column difference_share double Difference as a part of allocated
with estimated as (
  select
    u.model,
    cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as cost
  from hourly_usage u
  where u.dt between :from and :to
  group by
    u.model
),
billed as (
  select
    coalesce(c.model, '(no model)') as model,
    cast(coalesce(sum(case when c.status = 'allocated' then c.billed_cost end), 0) as decimal(38,12)) as allocated_cost,
    cast(coalesce(sum(c.billed_cost), 0) as decimal(38,12)) as billed_cost
  from allocated_charges c
  where c.dt between :from and :to
  group by
    coalesce(c.model, '(no model)')
)
select
  coalesce(e.model, b.model) as model,
  cast(coalesce(e.cost, 0) as decimal(38,12)) as estimated_cost,
  cast(coalesce(b.allocated_cost, 0) as decimal(38,12)) as allocated_cost,
  cast(coalesce(b.billed_cost, 0) as decimal(38,12)) as billed_cost,
  cast(coalesce(b.allocated_cost, 0) - coalesce(e.cost, 0) as decimal(38,12)) as difference,
  cast(coalesce(b.allocated_cost, 0) - coalesce(e.cost, 0) as double) / nullif(cast(b.allocated_cost as double), 0) as difference_share
from estimated e
full outer join billed b
  on b.model = e.model
order by
  4 desc,
  2 desc,
  1
