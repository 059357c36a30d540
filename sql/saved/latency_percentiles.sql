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
with measured as (
  select
    i.model,
    coalesce(i.routing, 'unknown') as routing,
    i.latency_ms,
    i.time_to_first_token_ms
  from invocations i
  where i.dt between :from and :to
    and i.latency_ms is not null
    and i.status = 'ok'
),
ranked as (
  select
    m.model,
    m.routing,
    m.latency_ms,
    m.time_to_first_token_ms,
    row_number() over (partition by m.model, m.routing order by m.latency_ms) as place,
    count(*) over (partition by m.model, m.routing) as n,
    row_number() over (partition by m.model, m.routing order by m.time_to_first_token_ms nulls last) as first_place,
    count(m.time_to_first_token_ms) over (partition by m.model, m.routing) as first_n
  from measured m
)
-- Exact percentiles (docs/dialect.md): approx_percentile answers otherwise for few calls.
select
  p.model,
  p.routing,
  count(*) as calls,
  -- @include exact_percentile of=p.latency_ms | place=p.place | n=p.n | at=0.5e0 | then=as p50_ms,
  -- @include exact_percentile of=p.latency_ms | place=p.place | n=p.n | at=0.95e0 | then=as p95_ms,
  -- @include exact_percentile of=p.latency_ms | place=p.place | n=p.n | at=0.99e0 | then=as p99_ms,
  -- @include exact_percentile of=p.time_to_first_token_ms | place=p.first_place | n=p.first_n | at=0.5e0 | then=as first_token_p50_ms,
  -- @include exact_percentile of=p.time_to_first_token_ms | place=p.first_place | n=p.first_n | at=0.95e0 | then=as first_token_p95_ms
from ranked p
group by
  p.model,
  p.routing
order by
  3 desc,
  1,
  2
