-- Calls by five minutes
-- Sums and counts per five minutes, delivery, caller and model: what alert rules read instead of records. Recomputed by hour.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @param prompt_limit integer=2000 Prompt tokens up to which a premium call is short
-- @param output_limit integer=200 Completion tokens up to which a premium call is short
-- @reads invocations
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column bucket timestamp Start of the five minutes
-- @column arrival timestamp Start of the five minutes in which the records were delivered; null when that is unknown
-- @column account_id varchar AWS account, 12 digits
-- @column region varchar Region the caller called
-- @column team varchar Team, or unattributed
-- @column model varchar Model without routing and revision
-- @column model_tier varchar premium, standard or fast
-- @column principal_arn varchar IAM identity as logged
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column session_name varchar Role session name
-- @column person varchar The human behind the principal
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column client_errors bigint Failed calls that the caller caused
-- @column server_errors bigint Failed calls that the service caused
-- @column model_errors bigint Failed calls that the model caused
-- @column denied bigint Failed calls that were denied for want of permission
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column total_tokens bigint All five token counts
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column answered_cost decimal(38,12) Estimated USD of calls that neither failed nor were blocked
-- @column error_cost decimal(38,12) Estimated USD of calls that failed
-- @column denied_cost decimal(38,12) Estimated USD of calls that were denied
-- @column guessed_cost decimal(38,12) Of the estimated USD, what rests on a guess
-- @column guessed_error_cost decimal(38,12) Of the estimated USD of calls that failed, what rests on a guess
-- @column short_calls bigint Answered premium calls with a short prompt and a short answer
-- @column short_cost decimal(38,12) Estimated USD of those
-- @column retries bigint Calls that came next after a failed one of the same principal and model, within two minutes and the hour
-- @column retries_answered bigint Of these, answered
-- @column retry_cost decimal(38,12) Estimated USD of retries
-- @column first_calls bigint Calls among the first quarter of the principal's calls of the hour
-- @column first_prompt_tokens bigint Prompt tokens of those
-- @column last_calls bigint Calls among the last quarter
-- @column last_prompt_tokens bigint Prompt tokens of those
-- @column error_code varchar Error by name, of failed calls; null in days rolled up before this column was there
with calls as (
  select
    i.dt,
    i.hour,
    date_add('minute', minute(i.event_time) - minute(i.event_time) % 5, date_trunc('hour', i.event_time)) as bucket,
    date_add('minute', minute(i.delivered_at) - minute(i.delivered_at) % 5, date_trunc('hour', i.delivered_at)) as arrival,
    i.account_id,
    i.region,
    i.team,
    i.model,
    i.model_tier,
    i.principal_arn,
    i.principal_type,
    i.principal_name,
    i.session_name,
    i.person,
    i.status,
    i.error_class,
    i.error_code,
    i.price_status,
    i.estimated_cost,
    i.input_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens as prompt_tokens,
    i.output_tokens,
    -- A log has no word for a retry: it is the next call of the same principal and model.
    i.principal_arn is not null
      and lag(i.status) over (partition by i.dt, i.hour, i.principal_arn, i.model order by i.event_time, i.request_id) = 'error'
      and i.event_time <= date_add(
        'minute',
        2,
        lag(i.event_time) over (partition by i.dt, i.hour, i.principal_arn, i.model order by i.event_time, i.request_id)
      ) as is_retry,
    ntile(4) over (partition by i.dt, i.hour, i.principal_arn order by i.event_time, i.request_id) as quarter
  from invocations i
  where i.dt between :from and :to
)
select
  c.dt,
  c.hour,
  c.bucket,
  c.arrival,
  c.account_id,
  c.region,
  c.team,
  c.model,
  c.model_tier,
  c.principal_arn,
  c.principal_type,
  c.principal_name,
  c.session_name,
  c.person,
  count(*) as invocations,
  count_if(c.status = 'error') as errors,
  count_if(c.status = 'error' and c.error_class = 'throttling') as throttles,
  count_if(c.status = 'error' and c.error_class = 'client') as client_errors,
  count_if(c.status = 'error' and c.error_class = 'server') as server_errors,
  count_if(c.status = 'error' and c.error_class = 'model') as model_errors,
  count_if(c.status = 'error' and c.error_code like 'AccessDenied%') as denied,
  count_if(c.price_status = 'unpriced') as unpriced,
  cast(sum(c.prompt_tokens + c.output_tokens) as bigint) as total_tokens,
  cast(coalesce(sum(c.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
  cast(coalesce(sum(c.estimated_cost) filter (where c.status = 'ok'), 0) as decimal(38,12)) as answered_cost,
  cast(coalesce(sum(c.estimated_cost) filter (where c.status = 'error'), 0) as decimal(38,12)) as error_cost,
  cast(coalesce(sum(c.estimated_cost) filter (where c.status = 'error' and c.error_code like 'AccessDenied%'), 0) as decimal(38,12)) as denied_cost,
  cast(coalesce(sum(c.estimated_cost) filter (where c.price_status = 'estimated'), 0) as decimal(38,12)) as guessed_cost,
  cast(coalesce(sum(c.estimated_cost) filter (where c.price_status = 'estimated' and c.status = 'error'), 0) as decimal(38,12)) as guessed_error_cost,
  count_if(c.model_tier = 'premium' and c.status = 'ok' and c.prompt_tokens <= :prompt_limit and c.output_tokens <= :output_limit) as short_calls,
  cast(
    coalesce(
      sum(c.estimated_cost) filter (
        where c.model_tier = 'premium' and c.status = 'ok' and c.prompt_tokens <= :prompt_limit and c.output_tokens <= :output_limit
      ),
      0
    ) as decimal(38,12)
  ) as short_cost,
  count_if(c.is_retry) as retries,
  count_if(c.is_retry and c.status <> 'error') as retries_answered,
  cast(coalesce(sum(c.estimated_cost) filter (where c.is_retry), 0) as decimal(38,12)) as retry_cost,
  count_if(c.quarter = 1) as first_calls,
  cast(coalesce(sum(c.prompt_tokens) filter (where c.quarter = 1), 0) as bigint) as first_prompt_tokens,
  count_if(c.quarter = 4) as last_calls,
  cast(coalesce(sum(c.prompt_tokens) filter (where c.quarter = 4), 0) as bigint) as last_prompt_tokens,
  case when c.status = 'error' then c.error_code end as error_code
from calls c
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 39
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 39
