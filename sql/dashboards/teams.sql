-- Teams for dashboards
-- What each team called, how much of it came from the cache, what failed and what it should cost.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column team varchar Team, or unattributed
-- @column invocations bigint Calls
-- @column failed double Share of calls that failed
-- @column cache_hit_rate double Share of prompt tokens that were read from the cache
-- @column unpriced bigint Calls with tokens whose rate is unknown: they are missing from the dollars
-- @column estimated_cost double Estimated USD
select
  u.team,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as double) / sum(u.invocations) as failed,
  cast(sum(u.cache_read_tokens) as double)
    / nullif(sum(u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens), 0) as cache_hit_rate,
  cast(sum(u.unpriced) as bigint) as unpriced,
  cast(sum(u.estimated_cost) as double) as estimated_cost
from hourly_usage u
where u.dt between :from and :to
group by u.team
order by
  6 desc,
  1
