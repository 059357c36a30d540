-- Cache efficiency
-- What is the cache-hit rate of each team and model, and what do misses cost?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column team varchar Team
-- @column model varchar Model
-- @column hit_rate double Part of prompt tokens read from the cache
-- @column reads_per_write double Tokens read for each token written
-- @column miss_cost decimal(38,12) Estimated USD of prompt tokens outside the cache
-- @column write_cost decimal(38,12) Estimated USD of cache writes
-- @column saved decimal(38,12) USD saved against no caching; negative where writes were not worth it
select
  u.team,
  u.model,
  cast(sum(u.cache_read_tokens) as double) / nullif(sum(u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens), 0) as hit_rate,
  cast(sum(u.cache_read_tokens) as double) / nullif(sum(u.cache_write_5m_tokens + u.cache_write_1h_tokens), 0) as reads_per_write,
  cast(coalesce(sum(u.input_cost), 0) as decimal(38,12)) as miss_cost,
  cast(coalesce(sum(u.cache_write_cost), 0) as decimal(38,12)) as write_cost,
  cast(coalesce(sum(u.uncached_cost - u.estimated_cost), 0) as decimal(38,12)) as saved
from hourly_usage u
where u.dt between :from and :to
group by
  u.team,
  u.model
having sum(u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens) > 0
order by
  5 desc,
  1,
  2
