-- Movers
-- Who and what moved most since the week before?
-- @param to date=2999-12-31 Last day of the later period
-- @param days integer=7 Length of both periods in days
-- @param top integer=10 Rows for each dimension
-- @reads hourly_usage
-- @column dimension varchar team, model or person
-- @column name varchar Which one
-- @column before_cost decimal(38,12) Estimated USD in the earlier period
-- @column now_cost decimal(38,12) Estimated USD in the later period
-- @column change decimal(38,12) Difference in USD
with bounds as (
  select
    least(max(u.dt), :to) as last_day
  from hourly_usage u
  where u.dt <= :to
),
labelled as (
  select
    d.dimension,
    case
      when d.dimension = 'team' then u.team
      when d.dimension = 'model' then u.model
      else coalesce(u.person, '(no person)')
    end as name,
    case when date_diff('day', u.dt, b.last_day) < :days then u.estimated_cost end as now_cost,
    case when date_diff('day', u.dt, b.last_day) >= :days then u.estimated_cost end as before_cost
  from hourly_usage u
  cross join bounds b
  cross join (values ('team'), ('model'), ('person')) as d (dimension)
  where date_diff('day', u.dt, b.last_day) >= 0
    and date_diff('day', u.dt, b.last_day) < 2 * :days
),
summed as (
  select
    l.dimension,
    l.name,
    cast(coalesce(sum(l.before_cost), 0) as decimal(38,12)) as before_cost,
    cast(coalesce(sum(l.now_cost), 0) as decimal(38,12)) as now_cost
  from labelled l
  group by
    l.dimension,
    l.name
),
placed as (
  select
    s.dimension,
    s.name,
    s.before_cost,
    s.now_cost,
    row_number() over (
      partition by s.dimension
      order by abs(s.now_cost - s.before_cost) desc, s.name
    ) as place
  from summed s
)
select
  p.dimension,
  p.name,
  p.before_cost,
  p.now_cost,
  cast(p.now_cost - p.before_cost as decimal(38,12)) as change
from placed p
where p.place <= :top
order by
  p.dimension,
  p.place
