-- Cost per session
-- What do sessions cost, when calls of one caller without a long pause are one session?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include sessions_by_silence
-- @reads invocations
-- @column team varchar Team
-- @column sessions bigint Sessions
-- @column calls_per_session double Mean calls
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column mean_cost double Mean estimated USD of a session
-- @column p50_cost double Median
-- @column p95_cost double 95th percentile
with
-- @include sessions_by_silence
, sessions as (
  select
    n.principal_arn,
    n.session,
    max(n.team) as team,
    count(*) as calls,
    cast(coalesce(sum(n.estimated_cost), 0) as decimal(38,12)) as cost
  from numbered n
  group by
    n.principal_arn,
    n.session
),
ranked as (
  select
    s.team,
    s.calls,
    s.cost,
    row_number() over (partition by s.team order by s.cost) as place,
    count(*) over (partition by s.team) as n
  from sessions s
)
-- Exact percentiles (docs/dialect.md): approx_percentile answers otherwise for few sessions.
select
  p.team,
  count(*) as sessions,
  cast(sum(p.calls) as double) / count(*) as calls_per_session,
  cast(sum(p.cost) as decimal(38,12)) as estimated_cost,
  cast(sum(p.cost) as double) / count(*) as mean_cost,
  -- @include exact_percentile of=cast(p.cost as double) | place=p.place | n=p.n | at=0.5e0 | then=as p50_cost,
  -- @include exact_percentile of=cast(p.cost as double) | place=p.place | n=p.n | at=0.95e0 | then=as p95_cost
from ranked p
group by
  p.team
order by
  4 desc,
  1
