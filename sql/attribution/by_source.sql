-- Attribution by source
-- Calls and estimated dollars by what named the team, and the team.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column attribution_source varchar Rule or source; none
-- @column team varchar Team
-- @column calls bigint Calls
-- @column without_price bigint Calls of which nobody knows the dollars
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  coalesce(u.attribution_source, 'none') as attribution_source,
  u.team,
  cast(sum(u.invocations) as bigint) as calls,
  cast(sum(u.unpriced + u.uncounted + u.not_token_priced) as bigint) as without_price,
  -- @include known_cost of=u | then=
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.attribution_source, 'none'),
  u.team
order by
  5 desc,
  1,
  2
