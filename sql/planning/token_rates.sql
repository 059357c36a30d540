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
with minutes as (
  select
    i.account_id,
    i.region,
    i.model,
    i.dt,
    i.hour,
    date_trunc('minute', i.event_time) as minute,
    count(*) as calls,
    count_if(i.error_class = 'throttling') as throttles,
    cast(coalesce(sum(i.input_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens), 0) as double) as prompt_tokens,
    cast(coalesce(sum(i.output_tokens), 0) as double) as output_tokens,
    coalesce(sum(i.estimated_cost), 0) as cost
  from invocations i
  where i.dt between :from and :to
    and i.price_status <> 'not_token_priced'
  group by 1, 2, 3, 4, 5, 6
),
counted as (
  select
    m.account_id,
    m.region,
    m.model,
    m.calls,
    m.throttles,
    m.cost,
    m.prompt_tokens + m.output_tokens as tokens,
    m.prompt_tokens + m.output_tokens * :burndown as quota_tokens
  from minutes m
),
minutes_in_order as (
  select
    m.account_id,
    m.region,
    m.model,
    m.calls,
    m.throttles,
    m.cost,
    m.tokens,
    m.quota_tokens,
    row_number() over (partition by m.account_id, m.region, m.model order by m.tokens) as token_place,
    row_number() over (partition by m.account_id, m.region, m.model order by m.quota_tokens) as quota_place,
    row_number() over (partition by m.account_id, m.region, m.model order by m.calls) as call_place,
    count(*) over (partition by m.account_id, m.region, m.model) as n
  from counted m
),
-- Exact percentiles (docs/dialect.md), here and below: approx_percentile answers otherwise for few minutes or days.
by_minute as (
  select
    p.account_id,
    p.region,
    p.model,
    count(*) as minutes,
    sum(p.tokens * greatest(0e0, 1e0 - abs(p.token_place - 1 - (p.n - 1) * 0.5e0))) as tpm_p50,
    sum(p.tokens * greatest(0e0, 1e0 - abs(p.token_place - 1 - (p.n - 1) * 0.95e0))) as tpm_p95,
    sum(p.tokens * greatest(0e0, 1e0 - abs(p.token_place - 1 - (p.n - 1) * 0.99e0))) as tpm_p99,
    max(p.tokens) as tpm_max,
    sum(p.quota_tokens * greatest(0e0, 1e0 - abs(p.quota_place - 1 - (p.n - 1) * 0.5e0))) as quota_tpm_p50,
    sum(p.quota_tokens * greatest(0e0, 1e0 - abs(p.quota_place - 1 - (p.n - 1) * 0.95e0))) as quota_tpm_p95,
    sum(p.quota_tokens * greatest(0e0, 1e0 - abs(p.quota_place - 1 - (p.n - 1) * 0.99e0))) as quota_tpm_p99,
    max(p.quota_tokens) as quota_tpm_max,
    sum(p.calls * greatest(0e0, 1e0 - abs(p.call_place - 1 - (p.n - 1) * 0.99e0))) as rpm_p99,
    sum(p.throttles) as throttles,
    sum(p.cost) as cost
  from minutes_in_order p
  group by 1, 2, 3
),
days as (
  select
    m.account_id,
    m.region,
    m.model,
    m.dt,
    sum(m.prompt_tokens + m.output_tokens) as tokens,
    sum(m.prompt_tokens + m.output_tokens * :burndown) as quota_tokens
  from minutes m
  group by 1, 2, 3, 4
),
days_in_order as (
  select
    d.account_id,
    d.region,
    d.model,
    d.tokens,
    d.quota_tokens,
    row_number() over (partition by d.account_id, d.region, d.model order by d.tokens) as token_place,
    row_number() over (partition by d.account_id, d.region, d.model order by d.quota_tokens) as quota_place,
    count(*) over (partition by d.account_id, d.region, d.model) as n
  from days d
),
by_day as (
  select
    p.account_id,
    p.region,
    p.model,
    sum(p.tokens * greatest(0e0, 1e0 - abs(p.token_place - 1 - (p.n - 1) * 0.5e0))) as tpd_p50,
    sum(p.tokens * greatest(0e0, 1e0 - abs(p.token_place - 1 - (p.n - 1) * 0.95e0))) as tpd_p95,
    sum(p.tokens * greatest(0e0, 1e0 - abs(p.token_place - 1 - (p.n - 1) * 0.99e0))) as tpd_p99,
    sum(p.quota_tokens * greatest(0e0, 1e0 - abs(p.quota_place - 1 - (p.n - 1) * 0.5e0))) as quota_tpd_p50,
    sum(p.quota_tokens * greatest(0e0, 1e0 - abs(p.quota_place - 1 - (p.n - 1) * 0.95e0))) as quota_tpd_p95,
    sum(p.quota_tokens * greatest(0e0, 1e0 - abs(p.quota_place - 1 - (p.n - 1) * 0.99e0))) as quota_tpd_p99
  from days_in_order p
  group by 1, 2, 3
),
hours as (
  select
    m.account_id,
    m.region,
    m.model,
    m.dt,
    m.hour,
    cast(sum(m.cost) as double) as cost
  from minutes m
  group by 1, 2, 3, 4, 5
),
hours_in_order as (
  select
    h.account_id,
    h.region,
    h.model,
    h.cost,
    row_number() over (partition by h.account_id, h.region, h.model order by h.cost) as place,
    count(*) over (partition by h.account_id, h.region, h.model) as n
  from hours h
),
by_hour as (
  select
    p.account_id,
    p.region,
    p.model,
    sum(p.cost * greatest(0e0, 1e0 - abs(p.place - 1 - (p.n - 1) * 0.5e0))) as hourly_p50,
    sum(p.cost * greatest(0e0, 1e0 - abs(p.place - 1 - (p.n - 1) * 0.95e0))) as hourly_p95
  from hours_in_order p
  group by 1, 2, 3
)
select
  m.account_id,
  m.region,
  m.model,
  m.minutes,
  m.tpm_p50,
  m.tpm_p95,
  m.tpm_p99,
  m.tpm_max,
  m.quota_tpm_p50,
  m.quota_tpm_p95,
  m.quota_tpm_p99,
  m.quota_tpm_max,
  m.rpm_p99,
  d.tpd_p50,
  d.tpd_p95,
  d.tpd_p99,
  d.quota_tpd_p50,
  d.quota_tpd_p95,
  d.quota_tpd_p99,
  h.hourly_p50,
  h.hourly_p95,
  cast(m.throttles as bigint) as throttles,
  cast(m.cost as decimal(38,12)) as estimated_cost
from by_minute m
join by_day d
  on d.account_id = m.account_id
  and d.region = m.region
  and d.model = m.model
join by_hour h
  on h.account_id = m.account_id
  and h.region = m.region
  and h.model = m.model
order by 23 desc, 1, 2, 3
