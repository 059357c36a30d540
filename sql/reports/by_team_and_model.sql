-- Usage by team and model
-- What each team calls: estimated USD and calls by team and model.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column team varchar Team, or unattributed
-- @column model varchar Model
-- @column invocations bigint Calls
-- @include estimate_and_gaps
select
  u.team as team,
  u.model as model,
  cast(sum(u.invocations) as bigint) as invocations,
  -- @include estimate_and_gaps
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  u.team,
  u.model
order by
  1,
  4 desc,
  2
