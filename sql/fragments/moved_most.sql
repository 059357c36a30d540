-- Moved most
-- From a CTE `labelled` of rows with dimension, name, now_cost and before_cost: the largest changes of each dimension.
-- @column dimension varchar team, model or person
-- @column name varchar Which one
-- @column before_cost decimal(38,12) Estimated USD in the earlier period
-- @column now_cost decimal(38,12) Estimated USD in the later period
-- @column change decimal(38,12) Difference in USD
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
