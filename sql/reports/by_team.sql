-- Usage by team
-- What each team called and what it should cost, in a month.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center, when the team has exactly one
-- @include usage_measures
select
  u.team as team,
  case when count(distinct u.cost_center) = 1 then max(u.cost_center) end as cost_center,
  -- @include usage_measures
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  u.team
order by
  14 desc,
  1
