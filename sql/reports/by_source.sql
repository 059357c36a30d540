-- What named the teams
-- Dollars of a range of days by what named the team and by team, estimated and billed.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage, allocated_charges
-- @column basis varchar estimated or billed
-- @column attribution_source varchar What named the team: a source of attribution_sources; on the bill also calls, named, account and payer; none
-- @column team varchar Team, unattributed or shared
-- @column cost decimal(38,12) USD
select
  'estimated' as basis,
  coalesce(u.attribution_source, 'none') as attribution_source,
  u.team as team,
  cast(sum(u.estimated_cost) as decimal(38,12)) as cost
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.attribution_source, 'none'),
  u.team
union all
select
  'billed',
  coalesce(c.attribution_source, 'none'),
  coalesce(c.team, 'shared'),
  cast(sum(c.billed_cost) as decimal(38,12))
from allocated_charges c
where c.dt between :from and :to
group by
  coalesce(c.attribution_source, 'none'),
  coalesce(c.team, 'shared')
order by
  1,
  2,
  3
