-- Unlogged spend
-- What is on the bill but not in the logs, and why?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads allocated_charges
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column model varchar Model; null for lines that name none
-- @column endpoint varchar runtime, mantle or batch
-- @column reason varchar Why
-- @column billed_tokens bigint Billed tokens
-- @column billed_cost decimal(38,12) Billed USD
select
  c.account_id,
  c.region,
  c.model,
  c.endpoint,
  c.reason,
  cast(coalesce(sum(c.billed_tokens), 0) as bigint) as billed_tokens,
  cast(coalesce(sum(c.billed_cost), 0) as decimal(38,12)) as billed_cost
from allocated_charges c
where c.dt between :from and :to
  and c.status = 'billed_not_logged'
group by
  c.account_id,
  c.region,
  c.model,
  c.endpoint,
  c.reason
order by
  7 desc,
  1,
  2,
  3
