-- Usage by day
-- What was called on each UTC day and what it should cost.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column dt date UTC day
-- @include usage_measures
select
  u.dt as dt,
  -- @include usage_measures
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  u.dt
order by
  1
