-- Month states
-- What each month holds now: enough to see whether its statement is still true, and whether its bill is complete.
-- @param from date=1970-01-01 First day
-- @param to date=9999-12-31 Last day
-- @reads hourly_usage, allocated_charges, cur_line_items
-- @column month varchar Month, YYYY-MM
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column billed_cost decimal(38,12) Billed USD; null without a bill
-- @column invoiced boolean Whether every usage line of the bill has an invoice and no part of it is missing, which makes the month final
-- @column payer_account_id varchar Account that pays; null when lines name several
with
usage as (
  select
    substr(cast(u.dt as varchar), 1, 7) as month,
    sum(u.invocations) as invocations,
    sum(u.estimated_cost) as estimated_cost
  from hourly_usage u
  where u.dt between :from and :to
  group by substr(cast(u.dt as varchar), 1, 7)
),
charges as (
  select
    substr(cast(c.dt as varchar), 1, 7) as month,
    sum(c.billed_cost) as billed_cost
  from allocated_charges c
  where c.dt between :from and :to
  group by substr(cast(c.dt as varchar), 1, 7)
),
bills as (
  select
    l.period as month,
    count_if(l.line_item_type like '%Usage') > 0
      and count_if(l.line_item_type like '%Usage' and l.invoice_id is null) = 0
      and count_if(coalesce(l.incomplete, false)) = 0 as invoiced,
    case when count(distinct l.payer_account_id) = 1 then max(l.payer_account_id) end as payer_account_id
  from cur_line_items l
  where l.period between substr(cast(:from as varchar), 1, 7) and substr(cast(:to as varchar), 1, 7)
  group by l.period
),
months as (
  select month from usage
  union
  select month from charges
  union
  select month from bills
)
select
  m.month as month,
  cast(coalesce(u.invocations, 0) as bigint) as invocations,
  cast(coalesce(u.estimated_cost, 0) as decimal(38,12)) as estimated_cost,
  cast(c.billed_cost as decimal(38,12)) as billed_cost,
  coalesce(b.invoiced, false) as invoiced,
  b.payer_account_id as payer_account_id
from months m
left join usage u on u.month = m.month
left join charges c on c.month = m.month
left join bills b on b.month = m.month
order by m.month
