-- Spend by team over time
-- Estimated dollars by UTC day of the teams that cost most, the rest as others. Dollars are doubles, for display.
-- @param from date First day
-- @param to date Last day
-- @param top integer=10 How many teams have a line of their own
-- @reads hourly_usage
-- @column time timestamp UTC day
-- @column team varchar Team, or others
-- @column estimated_cost double Estimated USD
with daily as (
  select
    u.dt,
    u.team as team,
    sum(u.estimated_cost) as cost
  from hourly_usage u
  where u.dt between :from and :to
  group by 1, 2
),
totals as (
  select
    d.*,
    sum(d.cost) over (partition by d.team) as whole,
    row_number() over (partition by d.team order by d.dt) as nth_day
  from daily d
),
placed as (
  select
    t.*,
    -- The first day of each counts it, so that this is its place among all.
    sum(case when t.nth_day = 1 then 1 else 0 end) over (order by t.whole desc, t.team, t.dt) as place
  from totals t
)
select
  cast(p.dt as timestamp) as time,
  case when p.place <= :top then p.team else 'others' end as team,
  cast(sum(p.cost) as double) as estimated_cost
from placed p
group by 1, 2
order by 1, 2
