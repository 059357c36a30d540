-- Days of the staged bill
-- Each billed day as the staged bill has it, whatever was reconciled before.
-- @reads billed_charges
-- @column dt date UTC day
-- @column status varchar provisional: not fully billed; billed; final: every usage line has an invoice
-- @column billed_cost decimal(38,12) Billed USD
-- @column cur_version varchar Delivery that the bill comes from
with covered as (
  -- A line of a day or more may be of a running one: it vouches for the time before it.
  select max(case when b.usage_end <= date_add('hour', 1, b.usage_start) then b.usage_end else b.usage_start end) as bill_end
  from billed_charges b
  where b.charge_kind = 'token'
),
days as (
  select
    b.statement_dt as dt,
    sum(b.billed_cost) as billed_cost,
    max(b.cur_version) as cur_version,
    max(b.invoice_id) as invoice_id,
    count_if(b.invoice_id is null and b.charge_kind <> 'adjustment') as open_lines
  from billed_charges b
  group by b.statement_dt
)
select
  d.dt,
  case
    when d.open_lines = 0 and d.invoice_id is not null then 'final'
    when c.bill_end < date_add('day', 1, cast(d.dt as timestamp)) then 'provisional'
    else 'billed'
  end as status,
  cast(d.billed_cost as decimal(38,12)) as billed_cost,
  d.cur_version
from days d
cross join covered c
order by d.dt
