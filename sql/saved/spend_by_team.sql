-- Spend by team
-- What does each team spend?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column team varchar Team, or unattributed
-- @include spend_measures
select
  u.team as team,
  -- @include spend_measures
from hourly_usage u
where u.dt between :from and :to
group by
  u.team
order by
  5 desc,
  1
