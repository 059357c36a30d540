-- Cache writes whose duration clients told
-- Calls and tokens of each day, to see whether a new look at telemetry changed any price.
-- @param from date First day
-- @param to date Last day
-- @reads call_matches
-- @column dt date UTC day of the log
-- @column calls bigint Calls whose client told of the duration
-- @column short_tokens bigint Tokens written to the 5-minute cache
-- @column long_tokens bigint Tokens written to the 1-hour cache
select
  m.dt,
  count(*) as calls,
  cast(sum(m.cache_write_5m_tokens) as bigint) as short_tokens,
  cast(sum(m.cache_write_1h_tokens) as bigint) as long_tokens
from call_matches m
where m.dt between :from and :to
  and m.cache_write_1h_tokens is not null
group by m.dt
order by m.dt
