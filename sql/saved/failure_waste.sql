-- Dollars in failed calls
-- How many estimated dollars went into calls that failed, by kind of error?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads invocations
-- @column error_class varchar throttling, client, server, model or unknown
-- @column error_code varchar Error name
-- @column calls bigint Failed calls
-- @column tokens bigint Tokens logged on them
-- @column wasted decimal(38,12) Estimated USD of the failed calls
select
  coalesce(i.error_class, 'unknown') as error_class,
  coalesce(i.error_code, 'unknown') as error_code,
  count(*) as calls,
  cast(sum(i.input_tokens + i.output_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens) as bigint) as tokens,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as wasted
from invocations i
where i.dt between :from and :to
  and i.status = 'error'
group by
  1,
  2
order by
  5 desc,
  3 desc,
  2
