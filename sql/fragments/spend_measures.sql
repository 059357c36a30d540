-- Spend measures
-- What a saved query says of the spend of one thing, from hourly_usage u.
-- @column invocations bigint Calls
-- @column people bigint Distinct persons
-- @column total_tokens bigint All tokens
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column error_rate double Part of calls that failed
-- @column cost_per_1000_calls double Estimated USD for a thousand calls
cast(sum(u.invocations) as bigint) as invocations,
count(distinct u.person) as people,
cast(sum(u.total_tokens) as bigint) as total_tokens,
cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
cast(sum(u.errors) as double) / nullif(sum(u.invocations), 0) as error_rate,
1000 * cast(sum(u.estimated_cost) as double) / nullif(sum(u.invocations), 0) as cost_per_1000_calls
