-- Usage by time and model tier
-- Calls, failed calls and estimated dollars of each UTC day, or of each hour for stretches of a few days, on premium, standard, fast and other models.
-- @param from date First day
-- @param to date Last day
-- @param hourly boolean=false Whether each hour is told by itself
-- @include report_filter
-- @reads hourly_usage
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23; null for whole days
-- @column model_tier varchar premium, standard, fast or other
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column estimated_cost decimal(38,12) Estimated USD
select
  u.dt as dt,
  case when :hourly then u.hour end as hour,
  coalesce(u.model_tier, 'other') as model_tier,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as bigint) as errors,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  u.dt,
  case when :hourly then u.hour end,
  coalesce(u.model_tier, 'other')
order by
  1,
  2,
  3
