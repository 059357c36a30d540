-- Usage by token type
-- Tokens and estimated dollars of each token type; output includes generated media, cache writes of both durations are one line because their cost is stored as one figure.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column token_type varchar input, output, cache_read or cache_write
-- @column tokens bigint Tokens
-- @column tokens_1h bigint Of these, tokens written to the 1-hour cache
-- @column estimated_cost decimal(38,12) Estimated USD
with sums as (
  select
    cast(coalesce(sum(u.input_tokens), 0) as bigint) as input_tokens,
    cast(coalesce(sum(u.output_tokens), 0) as bigint) as output_tokens,
    cast(coalesce(sum(u.cache_read_tokens), 0) as bigint) as cache_read_tokens,
    cast(coalesce(sum(u.cache_write_5m_tokens), 0) as bigint) as cache_write_5m_tokens,
    cast(coalesce(sum(u.cache_write_1h_tokens), 0) as bigint) as cache_write_1h_tokens,
    cast(coalesce(sum(u.input_cost), 0) as decimal(38,12)) as input_cost,
    cast(coalesce(sum(u.output_cost), 0) as decimal(38,12)) as output_cost,
    cast(coalesce(sum(u.cache_read_cost), 0) as decimal(38,12)) as cache_read_cost,
    cast(coalesce(sum(u.cache_write_cost), 0) as decimal(38,12)) as cache_write_cost
  from hourly_usage u
  where u.dt between :from and :to
    -- @include report_filter of=u | resource=model_id
)
select
  t.token_type,
  case t.place
    when 1 then s.input_tokens
    when 2 then s.output_tokens
    when 3 then s.cache_read_tokens
    else s.cache_write_5m_tokens + s.cache_write_1h_tokens
  end as tokens,
  case t.place when 4 then s.cache_write_1h_tokens else 0 end as tokens_1h,
  case t.place
    when 1 then s.input_cost
    when 2 then s.output_cost
    when 3 then s.cache_read_cost
    else s.cache_write_cost
  end as estimated_cost
from sums s
cross join (values (1, 'input'), (2, 'output'), (3, 'cache_read'), (4, 'cache_write')) as t(place, token_type)
order by
  t.place
