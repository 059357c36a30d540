-- Spend measures
-- What a saved query says of the spend of one thing, from hourly_usage u; `known` as src/report/measures.ts says it.
-- @column invocations bigint Calls
-- @column people bigint Distinct persons
-- @column total_tokens bigint All tokens
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
-- @column error_rate double Part of calls that failed
-- @column cost_per_1000_calls double Estimated USD for a thousand calls that have a price
-- @column known varchar Whether that is all: complete, at least (calls without a price), unknown, or not priced by tokens
cast(sum(u.invocations) as bigint) as invocations,
count(distinct u.person) as people,
cast(sum(u.total_tokens) as bigint) as total_tokens,
cast(
  case
    when sum(u.estimated_cost) > 0 or sum(u.unpriced + u.uncounted + u.not_token_priced) = 0 then sum(u.estimated_cost)
  end as decimal(38,12)
) as estimated_cost,
cast(sum(u.errors) as double) / nullif(sum(u.invocations), 0) as error_rate,
1000 * cast(sum(u.estimated_cost) as double) / nullif(sum(u.invocations - u.unpriced - u.uncounted - u.not_token_priced), 0) as cost_per_1000_calls,
case
  when sum(u.unpriced + u.uncounted) > 0 and sum(u.estimated_cost) > 0 then 'at least'
  when sum(u.unpriced + u.uncounted) > 0 then 'unknown'
  when sum(u.not_token_priced) > 0 and sum(u.estimated_cost) = 0 then 'not priced by tokens'
  else 'complete'
end as known
