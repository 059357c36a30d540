-- Unlogged spend, explained
-- What explains the dollars that are billed and in no log: calls of the mantle endpoint, batch jobs, regions without logging, calls that the log missed, or nothing?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param jobs boolean=true Whether batch jobs are looked for
-- @reads allocated_charges, api_calls, batch_jobs, hourly_usage
-- @column explanation varchar mantle_calls, batch_jobs, region_without_logging, calls_not_logged or unexplained
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column principal_name varchar User or role that the bill names; null where it names none
-- @column model varchar Model; null for lines that name none
-- @column endpoint varchar runtime, mantle or batch
-- @column calls bigint Calls or batch jobs of that month behind it; of the whole account and region where the bill names no principal
-- @column seen_tokens bigint Tokens of these calls or jobs, where anybody tells
-- @column billed_tokens bigint Billed tokens
-- @column billed_cost decimal(38,12) Billed USD
with unlogged as (
  select
    date_trunc('month', c.usage_dt) as usage_month,
    c.account_id,
    c.region,
    c.principal_name,
    c.model,
    c.endpoint,
    cast(coalesce(sum(c.billed_tokens), 0) as bigint) as billed_tokens,
    cast(coalesce(sum(c.billed_cost), 0) as decimal(38,12)) as billed_cost
  from allocated_charges c
  where c.dt between :from and :to
    and c.status = 'billed_not_logged'
  group by
    date_trunc('month', c.usage_dt),
    c.account_id,
    c.region,
    c.principal_name,
    c.model,
    c.endpoint
),
evidence as (
  select
    date_trunc('month', a.dt) as call_month,
    a.account_id,
    a.region,
    a.principal_name,
    cast(null as varchar) as other_name,
    case when a.product = 'bedrock-mantle' then 'mantle' else 'runtime' end as endpoint,
    coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0) + coalesce(a.cache_read_tokens, 0) + coalesce(a.cache_write_tokens, 0) as tokens
  from api_calls a
  where a.dt between cast(date_add('day', -100, :from) as date) and cast(date_add('day', 31, :to) as date)
    and not a.is_logged
    and a.status = 'ok'
    and a.product in ('bedrock', 'bedrock-mantle')
    -- What calls no model, and what asks about one, explains no tokens.
    and a.operation not in ('CreateModelInvocationJob', 'ApplyGuardrail', 'CountTokens', 'Retrieve')
    and not (a.operation like 'List%' or a.operation like 'Get%' or a.operation like 'Describe%' or a.operation like 'Cancel%' or a.operation like 'Delete%')
  union all
  select
    date_trunc('month', b.dt),
    b.account_id,
    b.region,
    b.role_name,
    b.creator_name,
    'batch',
    b.input_tokens + b.output_tokens + b.cache_read_tokens + b.cache_write_tokens
  from batch_jobs b
  -- A job is of no one day: looking for jobs reads every day that there may be.
  where :jobs
),
-- Each under its own name, a job also under its creator's, and all under none: not every line of a bill names a principal.
seen as (
  select
    e.call_month,
    e.account_id,
    e.region,
    e.endpoint,
    case n.named when 0 then '*' when 1 then coalesce(e.principal_name, '(none)') else e.other_name end as principal_name,
    count(*) as calls,
    cast(sum(e.tokens) as bigint) as tokens
  from evidence e
  cross join unnest(array[0, 1, 2]) as n(named)
  where n.named < 2
    or e.other_name <> coalesce(e.principal_name, '(none)')
  group by
    e.call_month,
    e.account_id,
    e.region,
    e.endpoint,
    case n.named when 0 then '*' when 1 then coalesce(e.principal_name, '(none)') else e.other_name end
),
lit as (
  select distinct
    date_trunc('month', h.dt) as log_month,
    h.account_id,
    h.region
  from hourly_usage h
  where h.dt between cast(date_add('day', -100, :from) as date) and cast(date_add('day', 31, :to) as date)
),
explained as (
  select
    case
      when u.endpoint = 'mantle' and s.calls is not null then 'mantle_calls'
      when u.endpoint = 'batch' and s.calls is not null then 'batch_jobs'
      -- Usage of long ago that is billed now is looked for no further back.
      when u.endpoint = 'runtime' and l.region is null and u.usage_month >= date_add('day', -69, :from) then 'region_without_logging'
      when u.endpoint = 'runtime' and s.calls is not null then 'calls_not_logged'
      else 'unexplained'
    end as explanation,
    u.account_id,
    u.region,
    u.principal_name,
    u.model,
    u.endpoint,
    s.calls,
    s.tokens,
    u.billed_tokens,
    u.billed_cost
  from unlogged u
  left join seen s
    on s.call_month = u.usage_month
    and s.account_id = u.account_id
    and s.region = u.region
    and s.endpoint = u.endpoint
    and s.principal_name = coalesce(u.principal_name, '*')
  left join lit l
    on l.log_month = u.usage_month
    and l.account_id = u.account_id
    and l.region = u.region
)
select
  e.explanation,
  e.account_id,
  e.region,
  e.principal_name,
  e.model,
  e.endpoint,
  cast(sum(e.calls) as bigint) as calls,
  cast(sum(e.tokens) as bigint) as seen_tokens,
  cast(sum(e.billed_tokens) as bigint) as billed_tokens,
  cast(sum(e.billed_cost) as decimal(38,12)) as billed_cost
from explained e
group by
  e.explanation,
  e.account_id,
  e.region,
  e.principal_name,
  e.model,
  e.endpoint
order by
  10 desc,
  1,
  2,
  3,
  4,
  5,
  6
