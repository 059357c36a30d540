-- Tokens per minute
-- How close do we come to the tokens-per-minute quota of each model?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param quota bigint=null Tokens per minute of the quota; null when only the peaks are asked for
-- @param output_weight integer=1 Quota tokens for each output token; 5 on Claude Sonnet 4 and later, see the Bedrock guide on token burndown
-- @reads invocations
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column model varchar Model
-- @column minutes bigint Minutes with calls
-- @column p50_tokens double Median tokens of such a minute
-- @column p95_tokens double 95th percentile
-- @column p99_tokens double 99th percentile
-- @column peak_tokens bigint Largest minute
-- @column peak_minute timestamp When it was
-- @column peak_share double Peak as a part of the quota
with minutes as (
  select
    i.account_id,
    i.region,
    i.model,
    date_trunc('minute', i.event_time) as minute,
    cast(sum(i.input_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens + :output_weight * i.output_tokens) as bigint) as tokens
  from invocations i
  where i.dt between :from and :to
  group by
    i.account_id,
    i.region,
    i.model,
    date_trunc('minute', i.event_time)
),
ranked as (
  select
    m.account_id,
    m.region,
    m.model,
    m.minute,
    m.tokens,
    row_number() over (partition by m.account_id, m.region, m.model order by m.tokens) as place,
    row_number() over (partition by m.account_id, m.region, m.model order by m.tokens desc, m.minute) as place_from_top,
    count(*) over (partition by m.account_id, m.region, m.model) as n
  from minutes m
)
-- Exact percentiles (docs/dialect.md): approx_percentile answers otherwise for few minutes.
select
  p.account_id,
  p.region,
  p.model,
  count(*) as minutes,
  -- @include exact_percentile of=p.tokens | place=p.place | n=p.n | at=0.5e0 | then=as p50_tokens,
  -- @include exact_percentile of=p.tokens | place=p.place | n=p.n | at=0.95e0 | then=as p95_tokens,
  -- @include exact_percentile of=p.tokens | place=p.place | n=p.n | at=0.99e0 | then=as p99_tokens,
  max(p.tokens) as peak_tokens,
  -- The first of them, where several minutes are the highest.
  min(case when p.place_from_top = 1 then p.minute end) as peak_minute,
  cast(max(p.tokens) as double) / :quota as peak_share
from ranked p
group by
  p.account_id,
  p.region,
  p.model
order by
  8 desc,
  1,
  2,
  3
