-- Top spenders
-- Who spends most, and on what share of all estimated dollars?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param top integer=20 Rows to return
-- @reads hourly_usage
-- @column person varchar The human, or the principal where nobody is known
-- @column team varchar Team
-- @column invocations bigint Calls
-- @column active_days bigint Days with a call
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
-- @column share double Part of all estimated USD
with spenders as (
  select
    coalesce(u.person, u.principal_name, '(none)') as person,
    max_by(u.team, row(u.estimated_cost, coalesce(u.team, ''))) as team,
    cast(sum(u.invocations) as bigint) as invocations,
    count(distinct u.dt) as active_days,
    -- @include known_cost of=u | then=
  from hourly_usage u
  where u.dt between :from and :to
  group by
    coalesce(u.person, u.principal_name, '(none)')
),
everything as (
  select
    cast(sum(p.estimated_cost) as double) as estimated_cost
  from spenders p
),
placed as (
  select
    p.person,
    p.team,
    p.invocations,
    p.active_days,
    p.estimated_cost,
    cast(p.estimated_cost as double) / nullif(e.estimated_cost, 0) as share,
    row_number() over (order by p.estimated_cost desc, p.person) as place
  from spenders p
  cross join everything e
)
select
  l.person,
  l.team,
  l.invocations,
  l.active_days,
  l.estimated_cost,
  l.share
from placed l
where l.place <= :top
order by
  l.place
