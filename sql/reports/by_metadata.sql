-- Usage by request metadata
-- What calls cost by the value of one key of the request metadata that callers send, for example a tenant. Reads single calls.
-- @param from date First day
-- @param to date Last day
-- @param key varchar Key of the request metadata
-- @reads invocations
-- @column name varchar Value, or (none)
-- @column invocations bigint Calls
-- @column people bigint Distinct persons who called
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_tokens bigint Prompt tokens written to the cache
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
select
  coalesce(nullif(element_at(i.request_metadata, :key), ''), '(none)') as name,
  count(*) as invocations,
  count(distinct i.person) as people,
  cast(sum(i.input_tokens) as bigint) as input_tokens,
  cast(sum(i.output_tokens) as bigint) as output_tokens,
  cast(sum(i.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(i.cache_write_5m_tokens + i.cache_write_1h_tokens) as bigint) as cache_write_tokens,
  count_if(i.price_status = 'unpriced') as unpriced,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
  count_if(i.price_status = 'uncounted') as uncounted,
  count_if(i.price_status = 'not_token_priced') as not_token_priced
from invocations i
where i.dt between :from and :to
group by
  1
order by
  9 desc,
  1
