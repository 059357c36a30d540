-- Cache duration economics
-- Do 5-minute or 1-hour cache writes pay back on each model?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads invocations
-- @column model varchar Model
-- @column ttl varchar 5m, 1h or both
-- @column calls bigint Calls with cache writes of that duration
-- @column write_tokens bigint Tokens written
-- @column read_tokens bigint Tokens read by the same calls
-- @column write_cost decimal(38,12) Estimated USD of the writes
-- @column cost_per_million_written double Estimated USD per million written tokens
with writes as (
  select
    i.model,
    case
      when i.cache_write_5m_tokens > 0 and i.cache_write_1h_tokens > 0 then 'both'
      when i.cache_write_1h_tokens > 0 then '1h'
      else '5m'
    end as ttl,
    i.cache_write_5m_tokens + i.cache_write_1h_tokens as write_tokens,
    i.cache_read_tokens,
    i.cache_write_cost
  from invocations i
  where i.dt between :from and :to
    and i.cache_write_5m_tokens + i.cache_write_1h_tokens > 0
)
select
  w.model,
  w.ttl,
  count(*) as calls,
  cast(sum(w.write_tokens) as bigint) as write_tokens,
  cast(sum(w.cache_read_tokens) as bigint) as read_tokens,
  cast(coalesce(sum(w.cache_write_cost), 0) as decimal(38,12)) as write_cost,
  1000000 * cast(sum(w.cache_write_cost) as double) / sum(w.write_tokens) as cost_per_million_written
from writes w
group by
  w.model,
  w.ttl
order by
  6 desc,
  1,
  2
