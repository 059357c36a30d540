-- Usage by team and model
-- What each team calls: estimated USD and calls by team and model.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column team varchar Team, or unattributed
-- @column model varchar Model
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
select
  u.team as team,
  u.model as model,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost,
  cast(sum(u.unpriced) as bigint) as unpriced,
  cast(sum(u.uncounted) as bigint) as uncounted,
  cast(sum(u.not_token_priced) as bigint) as not_token_priced
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
