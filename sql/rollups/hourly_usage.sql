-- Hourly usage
-- Sums and counts per hour and combination of dimensions; the table that nearly every query reads. Recomputed by day.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @reads invocations
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column account_id varchar AWS account, 12 digits
-- @column region varchar Region the caller called
-- @column inference_region varchar Region that served the calls; null when not re-routed
-- @column routing varchar in-region, geo or global; null when unknown
-- @column operation varchar API operation
-- @column model_id varchar Model id, profile id or ARN as logged
-- @column inference_profile varchar Inference profile; null for direct calls
-- @column vendor varchar Model maker
-- @column model_family varchar Model family
-- @column model varchar Model without routing and revision
-- @column model_tier varchar premium, standard or fast
-- @column service_tier varchar on-demand, flex, priority, batch, reserved, provisioned or imported
-- @column principal_arn varchar IAM identity as logged
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column session_name varchar Role session name
-- @column person varchar The human behind the principal
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column attribution_source varchar Rule that named the team
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column client_errors bigint Failed calls that the caller caused
-- @column server_errors bigint Failed calls that the service caused
-- @column model_errors bigint Failed calls that the model caused
-- @column blocked bigint Calls in which a guardrail intervened
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls that are billed by hour or model copy
-- @column price_estimated bigint Calls priced with an assumption, for example a cache write of unknown duration
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache
-- @column total_tokens bigint All five token counts
-- @column image_count bigint Images generated
-- @column video_seconds double Seconds of video generated
-- @column input_cost decimal(38,12) Estimated USD of input tokens
-- @column output_cost decimal(38,12) Estimated USD of output tokens and generated media
-- @column cache_read_cost decimal(38,12) Estimated USD of cache reads
-- @column cache_write_cost decimal(38,12) Estimated USD of cache writes
-- @column list_cost decimal(38,12) USD at list price
-- @column estimated_cost decimal(38,12) Estimated USD after discounts and overrides
-- @column estimated_cost_high decimal(38,12) Estimated USD if every cache write of unknown duration was a 1-hour write
-- @column uncached_cost decimal(38,12) USD had nothing been cached
-- @column error_cost decimal(38,12) Estimated USD of calls that failed
-- @column latency_ms_sum bigint Sum of known latencies
-- @column latency_calls bigint Calls with a known latency
-- @column denied bigint Failed calls that were denied for want of permission
-- @column guessed_cost decimal(38,12) Of the estimated USD, what rests on a guess: calls priced with an assumption; null in days rolled up before this column was there
-- @column person_source varchar What named the person, a source of attribution.person_order, or none; null in days rolled up before this column was there
select
  i.dt,
  i.hour,
  i.account_id,
  i.region,
  i.inference_region,
  i.routing,
  i.operation,
  i.model_id,
  i.inference_profile,
  i.vendor,
  i.model_family,
  i.model,
  i.model_tier,
  i.service_tier,
  i.principal_arn,
  i.principal_type,
  i.principal_name,
  i.session_name,
  i.person,
  i.team,
  i.cost_center,
  i.environment,
  i.feature,
  i.attribution_source,
  count(*) as invocations,
  count_if(i.status = 'error') as errors,
  count_if(i.error_class = 'throttling') as throttles,
  count_if(i.error_class = 'client') as client_errors,
  count_if(i.error_class = 'server') as server_errors,
  count_if(i.error_class = 'model') as model_errors,
  count_if(i.status = 'blocked') as blocked,
  count_if(i.price_status = 'unpriced') as unpriced,
  count_if(i.price_status = 'uncounted') as uncounted,
  count_if(i.price_status = 'not_token_priced') as not_token_priced,
  count_if(i.price_status = 'estimated') as price_estimated,
  cast(sum(i.input_tokens) as bigint) as input_tokens,
  cast(sum(i.output_tokens) as bigint) as output_tokens,
  cast(sum(i.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(i.cache_write_5m_tokens) as bigint) as cache_write_5m_tokens,
  cast(sum(i.cache_write_1h_tokens) as bigint) as cache_write_1h_tokens,
  cast(sum(i.input_tokens + i.output_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens) as bigint) as total_tokens,
  cast(sum(coalesce(i.image_count, 0)) as bigint) as image_count,
  sum(coalesce(i.video_seconds, 0)) as video_seconds,
  cast(coalesce(sum(i.input_cost), 0) as decimal(38,12)) as input_cost,
  cast(coalesce(sum(i.output_cost), 0) as decimal(38,12)) as output_cost,
  cast(coalesce(sum(i.cache_read_cost), 0) as decimal(38,12)) as cache_read_cost,
  cast(coalesce(sum(i.cache_write_cost), 0) as decimal(38,12)) as cache_write_cost,
  cast(coalesce(sum(i.list_cost), 0) as decimal(38,12)) as list_cost,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
  cast(coalesce(sum(i.estimated_cost_high), 0) as decimal(38,12)) as estimated_cost_high,
  cast(coalesce(sum(i.uncached_cost), 0) as decimal(38,12)) as uncached_cost,
  cast(coalesce(sum(i.estimated_cost) filter (where i.status = 'error'), 0) as decimal(38,12)) as error_cost,
  cast(coalesce(sum(i.latency_ms), 0) as bigint) as latency_ms_sum,
  count(i.latency_ms) as latency_calls,
  count_if(i.error_code like 'AccessDenied%') as denied,
  cast(coalesce(sum(i.estimated_cost) filter (where i.price_status = 'estimated'), 0) as decimal(38,12)) as guessed_cost,
  i.person_source
from invocations i
where i.dt between :from and :to
group by
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, i.person_source
order by
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, person_source
