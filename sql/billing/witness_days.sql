-- Days to compare with Cost Explorer
-- What the CUR and the estimates say of each day, without credits, refunds and tax, as Cost Explorer is asked.
-- @param from date First day
-- @param to date Last day
-- @reads billed_charges, hourly_usage
-- @column dt date UTC day
-- @column billed_cost decimal(38,12) Billed USD without credits, refunds and tax
-- @column estimated_cost decimal(38,12) Estimated USD
with bill as (
  select
    b.dt,
    sum(case when b.charge_kind = 'adjustment' and b.what in ('credit', 'refund', 'tax') then 0 else b.billed_cost end) as billed_cost
  from billed_charges b
  where b.dt between :from and :to
  group by b.dt
),
log as (
  select h.dt, sum(h.estimated_cost) as estimated_cost
  from hourly_usage h
  where h.dt between :from and :to
  group by h.dt
)
select
  coalesce(b.dt, l.dt) as dt,
  cast(coalesce(b.billed_cost, 0) as decimal(38,12)) as billed_cost,
  cast(coalesce(l.estimated_cost, 0) as decimal(38,12)) as estimated_cost
from bill b
full join log l
  on l.dt = b.dt
order by 1
