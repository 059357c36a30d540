-- Batch jobs against the bill
-- Do the tokens of known batch jobs make up the batch lines of the bill, by account, region, model and month?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads batch_jobs, allocated_charges
-- @column usage_month date First day of the month
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column model varchar Model
-- @column jobs bigint Known jobs
-- @column job_input_tokens bigint Their prompt tokens
-- @column job_output_tokens bigint Their completion tokens
-- @column billed_input_tokens bigint Prompt tokens on batch lines of the bill
-- @column billed_output_tokens bigint Completion tokens on batch lines of the bill
-- @column billed_cost decimal(38,12) Billed USD of these lines
-- @column verdict varchar agrees; partly: the bill has more; jobs_only; bill_only; more_than_billed
with sides as (
  select
    cast(date_trunc('month', b.dt) as date) as usage_month,
    b.account_id,
    b.region,
    b.model,
    1 as jobs,
    b.input_tokens + b.cache_read_tokens + b.cache_write_tokens as job_input,
    b.output_tokens as job_output,
    0 as billed_input,
    0 as billed_output,
    cast(0 as decimal(38,12)) as billed_cost
  from batch_jobs b
  where b.dt between :from and :to
  union all
  select
    cast(date_trunc('month', c.usage_dt) as date),
    c.account_id,
    c.region,
    c.model,
    0,
    0,
    0,
    case when c.token_type = 'output' then 0 else c.billed_tokens end,
    case when c.token_type = 'output' then c.billed_tokens else 0 end,
    c.billed_cost
  from allocated_charges c
  where c.usage_dt between :from and :to
    and c.endpoint = 'batch'
    and c.token_type is not null
),
months as (
  select
    s.usage_month,
    s.account_id,
    s.region,
    s.model,
    cast(sum(s.jobs) as bigint) as jobs,
    cast(sum(s.job_input) as bigint) as job_input_tokens,
    cast(sum(s.job_output) as bigint) as job_output_tokens,
    cast(sum(s.billed_input) as bigint) as billed_input_tokens,
    cast(sum(s.billed_output) as bigint) as billed_output_tokens,
    cast(sum(s.billed_cost) as decimal(38,12)) as billed_cost
  from sides s
  group by s.usage_month, s.account_id, s.region, s.model
)
select
  m.usage_month,
  m.account_id,
  m.region,
  m.model,
  m.jobs,
  m.job_input_tokens,
  m.job_output_tokens,
  m.billed_input_tokens,
  m.billed_output_tokens,
  m.billed_cost,
  case
    when m.jobs = 0 then 'bill_only'
    when m.billed_input_tokens + m.billed_output_tokens = 0 then 'jobs_only'
    when m.job_input_tokens = m.billed_input_tokens and m.job_output_tokens = m.billed_output_tokens then 'agrees'
    when m.job_input_tokens > m.billed_input_tokens or m.job_output_tokens > m.billed_output_tokens then 'more_than_billed'
    else 'partly'
  end as verdict
from months m
order by
  10 desc,
  1,
  2,
  3,
  4
