-- Invocation counts
-- One row with what the summary says about all invocations.
-- @reads invocations
-- @column invocations bigint Invocations, repeated deliveries counted once
-- @column unpriced bigint Invocations with tokens whose rate is unknown
-- @column uncounted bigint Invocations with nothing to multiply
-- @column not_token_priced bigint Invocations billed by hour or model copy
-- @column price_estimated bigint Invocations priced with an assumption
-- @column unattributed bigint Invocations of no known team
-- @column errors bigint Invocations that failed
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache
-- @column list_usd decimal(38,12) At list price
-- @column estimated_usd decimal(38,12) After discounts and overrides
-- @column estimated_high_usd decimal(38,12) If every cache write of unknown duration was a 1-hour write
-- @column guessed_usd decimal(38,12) Of the estimated USD, what rests on a guess: invocations priced with an assumption
-- @column first_event timestamp Earliest event
-- @column last_event timestamp Latest event
select
  count(*) as invocations,
  count_if(i.price_status = 'unpriced') as unpriced,
  count_if(i.price_status = 'uncounted') as uncounted,
  count_if(i.price_status = 'not_token_priced') as not_token_priced,
  count_if(i.price_status = 'estimated') as price_estimated,
  count_if(i.team = 'unattributed') as unattributed,
  count_if(i.status = 'error') as errors,
  cast(coalesce(sum(i.input_tokens), 0) as bigint) as input_tokens,
  cast(coalesce(sum(i.output_tokens), 0) as bigint) as output_tokens,
  cast(coalesce(sum(i.cache_read_tokens), 0) as bigint) as cache_read_tokens,
  cast(coalesce(sum(i.cache_write_5m_tokens), 0) as bigint) as cache_write_5m_tokens,
  cast(coalesce(sum(i.cache_write_1h_tokens), 0) as bigint) as cache_write_1h_tokens,
  cast(coalesce(sum(i.list_cost), 0) as decimal(38,12)) as list_usd,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_usd,
  cast(coalesce(sum(i.estimated_cost_high), 0) as decimal(38,12)) as estimated_high_usd,
  cast(coalesce(sum(i.estimated_cost) filter (where i.price_status = 'estimated'), 0) as decimal(38,12)) as guessed_usd,
  min(i.event_time) as first_event,
  max(i.event_time) as last_event
from invocations i
