-- Days to reconcile
-- The days that the staged bill, the log and the last reconciliation reach over; null when there is no bill and never was one.
-- @reads cur_line_items, hourly_usage, charge_groups, allocated_charges
-- @column first_day date First day
-- @column last_day date Last day
with bill as (
  select
    min(l.period_start) as period_start,
    min(greatest(l.usage_day, cast(date_add('day', -100, l.period_start) as date))) as first_day,
    max(case when l.usage_day < date_add('month', 1, l.period_start) then greatest(l.usage_day, l.period_start) else l.period_start end) as last_day
  from (
    -- Older usage, and usage after its billing period, is grouped on the period's first day (see charge_groups).
    select cast(concat(c.period, '-01') as date) as period_start, cast(c.usage_start as date) as usage_day
    from cur_line_items c
  ) l
),
earlier as (
  select min(a.dt) as first_day, max(a.dt) as last_day
  from allocated_charges a
),
earlier_groups as (
  select min(g.dt) as first_day, max(g.dt) as last_day
  from charge_groups g
),
log as (
  select max(h.dt) as last_day
  from hourly_usage h
)
select
  min(r.first_day) as first_day,
  max(r.last_day) as last_day
from (
  select least(b.period_start, b.first_day) as first_day, b.last_day from bill b
  union all
  select e.first_day, e.last_day from earlier e
  union all
  select g.first_day, g.last_day from earlier_groups g
  union all
  -- Without a bill there is nothing to reconcile the log with.
  select b.first_day, l.last_day from bill b cross join log l where b.first_day is not null
) r
