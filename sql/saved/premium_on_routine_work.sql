-- Premium model on routine work
-- Which short calls run on a premium model and could run on a cheaper one?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param max_prompt bigint=4000 Largest prompt that counts as routine, in tokens
-- @param max_output bigint=500 Longest answer that counts as routine, in tokens
-- @reads invocations
-- @column team varchar Team
-- @column caller varchar Person, or principal name of a service
-- @column model varchar Premium model
-- @column calls bigint Routine calls
-- @column share double Part of the caller's calls on that model
-- @column estimated_cost decimal(38,12) Estimated USD of the routine calls
with premium as (
  select
    i.team,
    coalesce(i.person, i.principal_name, '(none)') as caller,
    i.model,
    i.estimated_cost,
    i.input_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens <= :max_prompt
      and i.output_tokens <= :max_output as routine
  from invocations i
  where i.dt between :from and :to
    and i.model_tier = 'premium'
    and i.status = 'ok'
)
select
  p.team,
  p.caller,
  p.model,
  cast(count_if(p.routine) as bigint) as calls,
  cast(count_if(p.routine) as double) / count(*) as share,
  cast(coalesce(sum(case when p.routine then p.estimated_cost end), 0) as decimal(38,12)) as estimated_cost
from premium p
group by
  p.team,
  p.caller,
  p.model
having count_if(p.routine) > 0
order by
  6 desc,
  1,
  2,
  3
