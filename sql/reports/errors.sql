-- Errors
-- Failed calls by class, code and model, with how many callers they met and what they cost.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads invocations
-- @column error_class varchar throttling, client, server, model or unknown
-- @column error_code varchar Error name as logged
-- @column model varchar Model
-- @column calls bigint Failed calls
-- @column callers bigint Distinct principals
-- @column lost_tokens bigint Tokens of the failed calls
-- @column error_cost decimal(38,12) Estimated USD of the failed calls
-- @column unpriced bigint Of the failed calls, those with tokens whose rate is unknown
-- @column uncounted bigint Of the failed calls, those with nothing to multiply
-- @column not_token_priced bigint Of the failed calls, those billed by hour or model copy
select
  coalesce(i.error_class, 'unknown') as error_class,
  coalesce(i.error_code, 'unknown') as error_code,
  i.model as model,
  count(*) as calls,
  count(distinct i.principal_arn) as callers,
  cast(sum(i.input_tokens + i.output_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens) as bigint) as lost_tokens,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as error_cost,
  count_if(i.price_status = 'unpriced') as unpriced,
  count_if(i.price_status = 'uncounted') as uncounted,
  count_if(i.price_status = 'not_token_priced') as not_token_priced
from invocations i
where i.dt between :from and :to
  -- @include report_filter of=i | resource=model_id
  and i.status = 'error'
group by
  coalesce(i.error_class, 'unknown'),
  coalesce(i.error_code, 'unknown'),
  i.model
order by
  4 desc,
  1,
  2,
  3
