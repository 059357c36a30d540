-- Unit costs
-- What do a thousand calls cost on each model?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column model varchar Model
-- @include spend_measures
select
  u.model as model,
  -- @include spend_measures
from hourly_usage u
where u.dt between :from and :to
group by
  u.model
order by
  5 desc,
  1
