-- Kiro spend
-- What do Kiro and Amazon Q cost by month, kind and plan, for how many people?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads kiro_charges
-- @column usage_month date First day of the month
-- @column product varchar kiro or amazon-q
-- @column kind varchar plan, overage, subscription, snapshot, adjustment or other
-- @column plan varchar Plan, where the line names one
-- @column people bigint Users that the lines name
-- @column quantity decimal(38,12) Billed quantity; credits for overage
-- @column billed_cost decimal(38,12) Billed USD
select
  cast(date_trunc('month', c.dt) as date) as usage_month,
  c.product,
  c.kind,
  c.plan,
  count(distinct c.user_id) as people,
  cast(coalesce(sum(c.usage_amount), 0) as decimal(38,12)) as quantity,
  cast(coalesce(sum(c.billed_cost), 0) as decimal(38,12)) as billed_cost
from kiro_charges c
where c.dt between :from and :to
group by
  cast(date_trunc('month', c.dt) as date),
  c.product,
  c.kind,
  c.plan
order by
  1,
  7 desc,
  2,
  3,
  4
