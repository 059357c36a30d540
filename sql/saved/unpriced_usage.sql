-- Unpriced usage
-- Which models have no known price, and who uses them?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column model varchar Model
-- @column model_id varchar Model as logged
-- @column team varchar Team
-- @column unpriced bigint Unpriced calls
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
select
  u.model,
  u.model_id,
  u.team,
  cast(sum(u.unpriced) as bigint) as unpriced,
  cast(sum(u.input_tokens) as bigint) as input_tokens,
  cast(sum(u.output_tokens) as bigint) as output_tokens
from hourly_usage u
where u.dt between :from and :to
  and u.unpriced > 0
group by
  u.model,
  u.model_id,
  u.team
order by
  4 desc,
  1,
  2,
  3
