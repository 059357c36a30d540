-- Bill status by day
-- How settled each day's figures are, and from which delivery they come.
-- @param from date=1970-01-01 First day
-- @param to date=9999-12-31 Last day
-- @reads billed_charges, hourly_usage, allocated_charges, bill_versions
-- @column dt date UTC day
-- @column status varchar provisional: logged, not or not fully billed; billed; final: invoiced; restated: a newer delivery says something else than what was reconciled last, or than when the day was closed
-- @column billed_cost decimal(38,12) Billed USD of the day
-- @column estimated_cost decimal(38,12) Estimated USD of the day
-- @column reconciled_cost decimal(38,12) Billed USD of the day when it was last reconciled
-- @column invoice_id varchar Invoice; null until the month is closed
-- @column cur_version varchar Delivery that the bill comes from
-- @column reconciled_version varchar Delivery that was reconciled
-- @column closed_cost decimal(38,12) Billed USD of the day when it was first final; null while it never was
-- @column closed_version varchar Delivery that closed the day
with bill as (
  select
    b.statement_dt as dt,
    sum(b.billed_cost) as billed_cost,
    max(b.cur_version) as cur_version,
    max(b.invoice_id) as invoice_id,
    count_if(b.invoice_id is null and b.charge_kind <> 'adjustment') as open_lines
  from billed_charges b
  where b.statement_dt between :from and :to
  group by b.statement_dt
),
covered as (
  -- A line of a day or more may be of a running one: it vouches for the time before it.
  select max(case when b.usage_end <= date_add('hour', 1, b.usage_start) then b.usage_end else b.usage_start end) as bill_end
  from billed_charges b
  where b.charge_kind = 'token'
),
log as (
  select h.dt, sum(h.estimated_cost) as estimated_cost
  from hourly_usage h
  where h.dt between :from and :to
  group by h.dt
),
reconciled as (
  select a.dt, sum(a.billed_cost) as billed_cost, max(a.cur_version) as cur_version
  from allocated_charges a
  where a.dt between :from and :to
  group by a.dt
),
days as (
  select b.dt from bill b
  union
  select l.dt from log l
  union
  select r.dt from reconciled r
)
select
  d.dt,
  case
    when r.dt is not null and r.billed_cost <> coalesce(b.billed_cost, 0) then 'restated'
    when v.restatements > 0 then 'restated'
    when b.dt is null then 'provisional'
    when b.open_lines = 0 and b.invoice_id is not null then 'final'
    when c.bill_end < date_add('day', 1, cast(d.dt as timestamp)) then 'provisional'
    else 'billed'
  end as status,
  cast(coalesce(b.billed_cost, 0) as decimal(38,12)) as billed_cost,
  cast(coalesce(l.estimated_cost, 0) as decimal(38,12)) as estimated_cost,
  cast(r.billed_cost as decimal(38,12)) as reconciled_cost,
  b.invoice_id,
  b.cur_version,
  r.cur_version as reconciled_version,
  cast(v.closed_cost as decimal(38,12)) as closed_cost,
  v.closed_version
from days d
cross join covered c
left join bill b
  on b.dt = d.dt
left join log l
  on l.dt = d.dt
left join reconciled r
  on r.dt = d.dt
left join bill_versions v
  on v.dt = d.dt
order by 1
