-- Token rates against quotas
-- By account, region and model: tokens per minute and per day as quotas count them (input + cache writes + output times its burndown; cache reads are free), over minutes and days with calls.
-- @param from date First day
-- @param to date Last day
-- @param burndown integer=5 What one completion token takes from the quota
-- @reads invocations
-- @column account_id varchar AWS account
-- @column region varchar Region the caller called
-- @column model varchar Model
-- @column minutes bigint Minutes with calls
-- @column tpm_p50 double Plain tokens per active minute, median
-- @column tpm_p95 double The same, 95th percentile
-- @column tpm_p99 double The same, 99th percentile
-- @column tpm_max double The same, most
-- @column quota_tpm_p50 double Quota tokens per active minute, median
-- @column quota_tpm_p95 double The same, 95th percentile
-- @column quota_tpm_p99 double The same, 99th percentile
-- @column quota_tpm_max double The same, most
-- @column rpm_p99 double Requests per active minute, 99th percentile
-- @column tpd_p50 double Plain tokens per active day, median
-- @column tpd_p95 double The same, 95th percentile
-- @column tpd_p99 double The same, 99th percentile
-- @column quota_tpd_p50 double Quota tokens per active day, median
-- @column quota_tpd_p95 double The same, 95th percentile
-- @column quota_tpd_p99 double The same, 99th percentile
-- @column hourly_p50 double Estimated USD per active hour, median
-- @column hourly_p95 double The same, 95th percentile
-- @column throttles bigint Calls that were throttled
-- @column estimated_cost decimal(38,12) Estimated USD
with calls as (
  select
    i.account_id,
    i.region,
    i.model,
    i.dt,
    i.hour,
    date_trunc('minute', i.event_time) as minute,
    case when i.error_class = 'throttling' then 1 else 0 end as throttled,
    i.input_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens as prompt_tokens,
    i.output_tokens,
    i.estimated_cost
  from invocations i
  where i.dt between :from and :to
    and i.price_status <> 'not_token_priced'
),
-- Minutes, hours and days of one reading: an hour's row has no minute, a day's neither.
spans as (
  select
    c.account_id,
    c.region,
    c.model,
    c.dt,
    c.hour,
    c.minute,
    count(*) as calls,
    sum(c.throttled) as throttles,
    cast(coalesce(sum(c.prompt_tokens), 0) as double) as prompt_tokens,
    cast(coalesce(sum(c.output_tokens), 0) as double) as output_tokens,
    coalesce(sum(c.estimated_cost), 0) as cost
  from calls c
  group by grouping sets (
    (c.account_id, c.region, c.model, c.dt, c.hour, c.minute),
    (c.account_id, c.region, c.model, c.dt, c.hour),
    (c.account_id, c.region, c.model, c.dt)
  )
),
counted as (
  select
    s.account_id,
    s.region,
    s.model,
    case when s.minute is not null then 'minute' when s.hour is not null then 'hour' else 'day' end as span,
    s.calls,
    s.throttles,
    s.cost,
    s.prompt_tokens + s.output_tokens as tokens,
    s.prompt_tokens + s.output_tokens * :burndown as quota_tokens
  from spans s
),
in_order as (
  select
    c.account_id,
    c.region,
    c.model,
    c.span,
    c.calls,
    c.throttles,
    c.cost,
    c.tokens,
    c.quota_tokens,
    row_number() over (partition by c.account_id, c.region, c.model, c.span order by c.tokens) as token_place,
    row_number() over (partition by c.account_id, c.region, c.model, c.span order by c.quota_tokens) as quota_place,
    row_number() over (partition by c.account_id, c.region, c.model, c.span order by c.calls) as call_place,
    row_number() over (partition by c.account_id, c.region, c.model, c.span order by c.cost) as cost_place,
    count(*) over (partition by c.account_id, c.region, c.model, c.span) as n
  from counted c
),
-- Exact percentiles (docs/dialect.md): approx_percentile answers otherwise for few minutes or days.
by_span as (
  select
    p.account_id,
    p.region,
    p.model,
    p.span,
    count(*) as spans,
    -- @include exact_percentile of=p.tokens | place=p.token_place | n=p.n | at=0.5e0 | then=as tokens_p50,
    -- @include exact_percentile of=p.tokens | place=p.token_place | n=p.n | at=0.95e0 | then=as tokens_p95,
    -- @include exact_percentile of=p.tokens | place=p.token_place | n=p.n | at=0.99e0 | then=as tokens_p99,
    max(p.tokens) as tokens_max,
    -- @include exact_percentile of=p.quota_tokens | place=p.quota_place | n=p.n | at=0.5e0 | then=as quota_p50,
    -- @include exact_percentile of=p.quota_tokens | place=p.quota_place | n=p.n | at=0.95e0 | then=as quota_p95,
    -- @include exact_percentile of=p.quota_tokens | place=p.quota_place | n=p.n | at=0.99e0 | then=as quota_p99,
    max(p.quota_tokens) as quota_max,
    -- @include exact_percentile of=p.calls | place=p.call_place | n=p.n | at=0.99e0 | then=as calls_p99,
    -- @include exact_percentile of=cast(p.cost as double) | place=p.cost_place | n=p.n | at=0.5e0 | then=as cost_p50,
    -- @include exact_percentile of=cast(p.cost as double) | place=p.cost_place | n=p.n | at=0.95e0 | then=as cost_p95,
    sum(p.throttles) as throttles,
    sum(p.cost) as cost
  from in_order p
  group by 1, 2, 3, 4
)
select
  b.account_id,
  b.region,
  b.model,
  max(case when b.span = 'minute' then b.spans end) as minutes,
  max(case when b.span = 'minute' then b.tokens_p50 end) as tpm_p50,
  max(case when b.span = 'minute' then b.tokens_p95 end) as tpm_p95,
  max(case when b.span = 'minute' then b.tokens_p99 end) as tpm_p99,
  max(case when b.span = 'minute' then b.tokens_max end) as tpm_max,
  max(case when b.span = 'minute' then b.quota_p50 end) as quota_tpm_p50,
  max(case when b.span = 'minute' then b.quota_p95 end) as quota_tpm_p95,
  max(case when b.span = 'minute' then b.quota_p99 end) as quota_tpm_p99,
  max(case when b.span = 'minute' then b.quota_max end) as quota_tpm_max,
  max(case when b.span = 'minute' then b.calls_p99 end) as rpm_p99,
  max(case when b.span = 'day' then b.tokens_p50 end) as tpd_p50,
  max(case when b.span = 'day' then b.tokens_p95 end) as tpd_p95,
  max(case when b.span = 'day' then b.tokens_p99 end) as tpd_p99,
  max(case when b.span = 'day' then b.quota_p50 end) as quota_tpd_p50,
  max(case when b.span = 'day' then b.quota_p95 end) as quota_tpd_p95,
  max(case when b.span = 'day' then b.quota_p99 end) as quota_tpd_p99,
  max(case when b.span = 'hour' then b.cost_p50 end) as hourly_p50,
  max(case when b.span = 'hour' then b.cost_p95 end) as hourly_p95,
  cast(max(case when b.span = 'minute' then b.throttles end) as bigint) as throttles,
  cast(max(case when b.span = 'minute' then b.cost end) as decimal(38,12)) as estimated_cost
from by_span b
group by 1, 2, 3
order by 23 desc, 1, 2, 3
