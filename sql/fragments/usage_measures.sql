-- Usage measures
-- What a report says of calls, tokens and dollars of hourly_usage u.
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column blocked bigint Calls in which a guardrail intervened
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column people bigint Distinct persons who called
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_tokens bigint Prompt tokens written to the cache
-- @column list_cost decimal(38,12) USD at list price
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column uncached_cost decimal(38,12) USD had nothing been cached
-- @column error_cost decimal(38,12) Estimated USD of calls that failed
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
cast(sum(u.invocations) as bigint) as invocations,
cast(sum(u.errors) as bigint) as errors,
cast(sum(u.throttles) as bigint) as throttles,
cast(sum(u.blocked) as bigint) as blocked,
cast(sum(u.unpriced) as bigint) as unpriced,
count(distinct u.person) as people,
cast(sum(u.input_tokens) as bigint) as input_tokens,
cast(sum(u.output_tokens) as bigint) as output_tokens,
cast(sum(u.cache_read_tokens) as bigint) as cache_read_tokens,
cast(sum(u.cache_write_5m_tokens + u.cache_write_1h_tokens) as bigint) as cache_write_tokens,
cast(sum(u.list_cost) as decimal(38,12)) as list_cost,
cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost,
cast(sum(u.uncached_cost) as decimal(38,12)) as uncached_cost,
cast(sum(u.error_cost) as decimal(38,12)) as error_cost,
cast(sum(u.uncounted) as bigint) as uncounted,
cast(sum(u.not_token_priced) as bigint) as not_token_priced
