-- Recounted hour
-- What the records of an hour add up to and what hourly_usage says of it, where the two are not the same; no row where they are.
-- @param day date Day of the events
-- @param hour integer UTC hour of the events, 0 to 23
-- @reads invocations, hourly_usage
-- @column counted_calls bigint Calls by the records
-- @column summed_calls bigint Calls by hourly_usage
-- @column counted_errors bigint Failed calls by the records
-- @column summed_errors bigint Failed calls by hourly_usage
-- @column counted_tokens bigint Tokens of all types by the records
-- @column summed_tokens bigint Tokens of all types by hourly_usage
-- @column counted_cost decimal(38,12) Estimated USD by the records
-- @column summed_cost decimal(38,12) Estimated USD by hourly_usage
with counted as (
  select
    count(*) as calls,
    count_if(i.status = 'error') as errors,
    cast(coalesce(sum(i.input_tokens + i.output_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens), 0) as bigint) as tokens,
    cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as cost
  from invocations i
  where i.dt = :day
    and i.hour = :hour
),
summed as (
  select
    cast(coalesce(sum(u.invocations), 0) as bigint) as calls,
    cast(coalesce(sum(u.errors), 0) as bigint) as errors,
    cast(coalesce(sum(u.total_tokens), 0) as bigint) as tokens,
    cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as cost
  from hourly_usage u
  where u.dt = :day
    and u.hour = :hour
)
select
  c.calls as counted_calls,
  s.calls as summed_calls,
  cast(c.errors as bigint) as counted_errors,
  s.errors as summed_errors,
  c.tokens as counted_tokens,
  s.tokens as summed_tokens,
  c.cost as counted_cost,
  s.cost as summed_cost
from counted c
cross join summed s
where c.calls <> s.calls
  or c.errors <> s.errors
  or c.tokens <> s.tokens
  or c.cost <> s.cost
