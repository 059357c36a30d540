-- Output-heavy work
-- Whose dollars go mostly into output, as with long answers or much thinking?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param min_share double=0.5 Part of dollars that output must have
-- @param min_cost double=1 Callers below this many USD are left out
-- @reads hourly_usage
-- @column caller varchar Person, or principal name of a service
-- @column team varchar Team
-- @column model varchar Model
-- @column output_per_call double Mean output tokens of a call
-- @column output_cost decimal(38,12) Estimated USD of output
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column output_share double Part of dollars that is output
select
  coalesce(u.person, u.principal_name, '(none)') as caller,
  max(u.team) as team,
  u.model,
  cast(sum(u.output_tokens) as double) / sum(u.invocations) as output_per_call,
  cast(coalesce(sum(u.output_cost), 0) as decimal(38,12)) as output_cost,
  cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
  cast(sum(u.output_cost) as double) / nullif(cast(sum(u.estimated_cost) as double), 0) as output_share
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.person, u.principal_name, '(none)'),
  u.model
having cast(sum(u.estimated_cost) as double) >= :min_cost
  and cast(sum(u.output_cost) as double) >= :min_share * cast(sum(u.estimated_cost) as double)
order by
  5 desc,
  1,
  3
