-- Model mix
-- How does the mix of model tiers drift from week to week?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column week date Monday of the week
-- @column model_tier varchar premium, standard, fast or other
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
-- @column call_share double Part of the calls of the week
-- @column cost_share double Part of the estimated USD of the week
with weekly as (
  select
    cast(date_trunc('week', u.dt) as date) as week,
    coalesce(u.model_tier, 'other') as model_tier,
    cast(sum(u.invocations) as bigint) as invocations,
    -- @include known_cost of=u | then=
  from hourly_usage u
  where u.dt between :from and :to
  group by
    1,
    2
)
select
  w.week,
  w.model_tier,
  w.invocations,
  w.estimated_cost,
  cast(w.invocations as double) / nullif(sum(w.invocations) over (partition by w.week), 0) as call_share,
  cast(w.estimated_cost as double) / nullif(sum(cast(w.estimated_cost as double)) over (partition by w.week), 0) as cost_share
from weekly w
order by
  1,
  4 desc,
  2
