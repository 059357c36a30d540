-- Attribution by source
-- Calls and estimated dollars by what named the team, and the team.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column attribution_source varchar Rule or source; none
-- @column team varchar Team
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
select
  coalesce(u.attribution_source, 'none') as attribution_source,
  u.team,
  cast(sum(u.invocations) as bigint) as calls,
  cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.attribution_source, 'none'),
  u.team
order by
  4 desc,
  1,
  2
