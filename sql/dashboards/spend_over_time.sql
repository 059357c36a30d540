-- Spend over time
-- Estimated dollars by UTC day of the teams or models that cost most, the rest as others. Dollars are doubles, for display.
-- @param from date First day
-- @param to date Last day
-- @param dimension varchar team or model
-- @param top integer=10 How many have a line of their own
-- @reads hourly_usage
-- @column time timestamp UTC day
-- @column name varchar Team or model, or others
-- @column estimated_cost double Estimated USD
with daily as (
  select
    u.dt,
    case :dimension when 'model' then coalesce(u.model, '(no model)') else u.team end as name,
    sum(u.estimated_cost) as cost
  from hourly_usage u
  where u.dt between :from and :to
  group by 1, 2
),
totals as (
  select
    d.*,
    sum(d.cost) over (partition by d.name) as whole,
    row_number() over (partition by d.name order by d.dt) as nth_day
  from daily d
),
placed as (
  select
    t.*,
    -- The first day of each counts it, so that this is its place among all.
    sum(case when t.nth_day = 1 then 1 else 0 end) over (order by t.whole desc, t.name, t.dt) as place
  from totals t
)
select
  cast(p.dt as timestamp) as time,
  case when p.place <= :top then p.name else 'others' end as name,
  cast(sum(p.cost) as double) as estimated_cost
from placed p
group by 1, 2
order by 1, 2
