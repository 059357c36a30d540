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
by_minute as (
  select
    m.account_id,
    m.region,
    m.model,
    count(*) as minutes,
    approx_percentile(m.prompt_tokens + m.output_tokens, 0.5) as tpm_p50,
    approx_percentile(m.prompt_tokens + m.output_tokens, 0.95) as tpm_p95,
    approx_percentile(m.prompt_tokens + m.output_tokens, 0.99) as tpm_p99,
    max(m.prompt_tokens + m.output_tokens) as tpm_max,
    approx_percentile(m.prompt_tokens + m.output_tokens * :burndown, 0.5) as quota_tpm_p50,
    approx_percentile(m.prompt_tokens + m.output_tokens * :burndown, 0.95) as quota_tpm_p95,
    approx_percentile(m.prompt_tokens + m.output_tokens * :burndown, 0.99) as quota_tpm_p99,
    max(m.prompt_tokens + m.output_tokens * :burndown) as quota_tpm_max,
    approx_percentile(cast(m.calls as double), 0.99) as rpm_p99,
    sum(m.throttles) as throttles,
    sum(m.cost) as cost
  from minutes m
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
by_day as (
  select
    d.account_id,
    d.region,
    d.model,
    approx_percentile(d.tokens, 0.5) as tpd_p50,
    approx_percentile(d.tokens, 0.95) as tpd_p95,
    approx_percentile(d.tokens, 0.99) as tpd_p99,
    approx_percentile(d.quota_tokens, 0.5) as quota_tpd_p50,
    approx_percentile(d.quota_tokens, 0.95) as quota_tpd_p95,
    approx_percentile(d.quota_tokens, 0.99) as quota_tpd_p99
  from days d
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
by_hour as (
  select
    h.account_id,
    h.region,
    h.model,
    approx_percentile(h.cost, 0.5) as hourly_p50,
    approx_percentile(h.cost, 0.95) as hourly_p95
  from hours h
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
