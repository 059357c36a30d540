-- Totals of a month
-- Everything that was logged in a range of days, in one row.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column principals bigint Distinct principals that called
-- @column teams bigint Distinct teams, unattributed left out
-- @column accounts bigint Distinct accounts
-- @column models bigint Distinct models
-- @column first_day date First day with a call
-- @column last_day date Last day with a call
-- @column unattributed bigint Calls without a team
-- @column unattributed_cost decimal(38,12) Estimated USD of calls without a team
-- @column price_estimated bigint Calls priced with an assumption
-- @column guessed_cost decimal(38,12) Of the estimated USD, what rests on a guess
-- @column estimated_cost_high decimal(38,12) Estimated USD if every cache write of unknown duration was a 1-hour write
-- @include usage_measures
select
  count(distinct u.principal_arn) as principals,
  count(distinct case when u.team <> 'unattributed' then u.team end) as teams,
  count(distinct u.account_id) as accounts,
  count(distinct u.model) as models,
  min(u.dt) as first_day,
  max(u.dt) as last_day,
  cast(sum(case when u.team = 'unattributed' then u.invocations else 0 end) as bigint) as unattributed,
  cast(coalesce(sum(case when u.team = 'unattributed' then u.estimated_cost end), 0) as decimal(38,12)) as unattributed_cost,
  cast(sum(u.price_estimated) as bigint) as price_estimated,
  cast(coalesce(sum(u.guessed_cost), 0) as decimal(38,12)) as guessed_cost,
  cast(sum(u.estimated_cost_high) as decimal(38,12)) as estimated_cost_high,
  -- @include usage_measures
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
