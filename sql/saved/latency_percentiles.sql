-- Latency percentiles
-- How long do calls take on each model, to the first and to the last byte?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads invocations
-- @column model varchar Model
-- @column routing varchar in-region, geo or global
-- @column calls bigint Calls with a known latency
-- @column p50_ms double Median milliseconds to the last byte
-- @column p95_ms double 95th percentile
-- @column p99_ms double 99th percentile
-- @column first_token_p50_ms double Median milliseconds to the first byte
-- @column first_token_p95_ms double 95th percentile
select
  i.model,
  coalesce(i.routing, 'unknown') as routing,
  count(*) as calls,
  approx_percentile(cast(i.latency_ms as double), 0.5) as p50_ms,
  approx_percentile(cast(i.latency_ms as double), 0.95) as p95_ms,
  approx_percentile(cast(i.latency_ms as double), 0.99) as p99_ms,
  approx_percentile(cast(i.time_to_first_token_ms as double), 0.5) as first_token_p50_ms,
  approx_percentile(cast(i.time_to_first_token_ms as double), 0.95) as first_token_p95_ms
from invocations i
where i.dt between :from and :to
  and i.latency_ms is not null
  and i.status = 'ok'
group by
  i.model,
  coalesce(i.routing, 'unknown')
order by
  3 desc,
  1,
  2
