-- Estimate and gaps
-- Estimated dollars of hourly_usage u, and the calls whose dollars are not among them.
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost,
cast(sum(u.unpriced) as bigint) as unpriced,
cast(sum(u.uncounted) as bigint) as uncounted,
cast(sum(u.not_token_priced) as bigint) as not_token_priced
