-- Figures for dashboards
-- Estimated dollars, calls, failed calls and the share of calls without a price in a range of days, in one row.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column estimated_cost double Estimated USD
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column unpriced_share double Share of calls whose rate is unknown: they are missing from the dollars
select
  cast(coalesce(sum(u.estimated_cost), 0) as double) as estimated_cost,
  cast(coalesce(sum(u.invocations), 0) as bigint) as invocations,
  cast(coalesce(sum(u.errors), 0) as bigint) as errors,
  coalesce(cast(sum(u.unpriced) as double) / nullif(sum(u.invocations), 0), 0e0) as unpriced_share
from hourly_usage u
where u.dt between :from and :to
