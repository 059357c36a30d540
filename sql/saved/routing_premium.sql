-- Routing premium
-- What do in-region and geo routing cost over global routing?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param premium_percent double=10 How much dearer than global; 10 for Claude 4.5 and later and Nova 2
-- @reads hourly_usage
-- @column model varchar Model
-- @column routing varchar in-region or geo
-- @column calls bigint Calls
-- @column global_calls bigint Calls of the same model with global routing
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
-- @column premium decimal(38,12) Of these, what global routing would have saved
with routed as (
  select
    u.model,
    u.routing,
    cast(sum(u.invocations) as bigint) as calls,
    -- @include known_cost of=u | then=
  from hourly_usage u
  where u.dt between :from and :to
    and u.routing is not null
  group by
    u.model,
    u.routing
),
worldwide as (
  select
    r.model,
    r.calls
  from routed r
  where r.routing = 'global'
)
select
  r.model,
  r.routing,
  r.calls,
  w.calls as global_calls,
  r.estimated_cost,
  cast(cast(round(cast(r.estimated_cost as double) * :premium_percent / (100 + :premium_percent) * 1e12) as bigint) * 0.000000000001 as decimal(38,12)) as premium
from routed r
join worldwide w
  on w.model = r.model
where r.routing <> 'global'
order by
  5 desc,
  1,
  2
