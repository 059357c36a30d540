-- Totals of a month
-- Everything that was logged in a range of days, in one row.
-- @param from date First day
-- @param to date Last day
-- @param team varchar=null Only this team
-- @param account varchar=null Only this account
-- @param model varchar=null Only this model
-- @param person varchar=null Only this person
-- @param region varchar=null Only this region
-- @param service_tier varchar=null Only this service tier
-- @param cost_center varchar=null Only this cost center
-- @param environment varchar=null Only this environment
-- @param feature varchar=null Only this feature
-- @reads hourly_usage
-- @column principals bigint Distinct principals that called
-- @column teams bigint Distinct teams, unattributed left out
-- @column accounts bigint Distinct accounts
-- @column models bigint Distinct models
-- @column first_day date First day with a call
-- @column last_day date Last day with a call
-- @column unattributed bigint Calls without a team
-- @column unattributed_cost decimal(38,12) Estimated USD of calls without a team
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
-- @column price_estimated bigint Calls priced with an assumption
-- @column guessed_cost decimal(38,12) Of the estimated USD, what rests on a guess
-- @column estimated_cost_high decimal(38,12) Estimated USD if every cache write of unknown duration was a 1-hour write
-- @column invocations bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column blocked bigint Calls in which a guardrail intervened
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column people bigint Distinct persons who called
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_tokens bigint Prompt tokens written to the cache
-- @column list_cost decimal(38,12) USD at list price
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column uncached_cost decimal(38,12) USD had nothing been cached
-- @column error_cost decimal(38,12) Estimated USD of calls that failed
select
  count(distinct u.principal_arn) as principals,
  count(distinct case when u.team <> 'unattributed' then u.team end) as teams,
  count(distinct u.account_id) as accounts,
  count(distinct u.model) as models,
  min(u.dt) as first_day,
  max(u.dt) as last_day,
  cast(sum(case when u.team = 'unattributed' then u.invocations else 0 end) as bigint) as unattributed,
  cast(coalesce(sum(case when u.team = 'unattributed' then u.estimated_cost end), 0) as decimal(38,12)) as unattributed_cost,
  cast(sum(u.uncounted) as bigint) as uncounted,
  cast(sum(u.not_token_priced) as bigint) as not_token_priced,
  cast(sum(u.price_estimated) as bigint) as price_estimated,
  cast(coalesce(sum(u.guessed_cost), 0) as decimal(38,12)) as guessed_cost,
  cast(sum(u.estimated_cost_high) as decimal(38,12)) as estimated_cost_high,
  cast(sum(u.invocations) as bigint) as invocations,
  cast(sum(u.errors) as bigint) as errors,
  cast(sum(u.throttles) as bigint) as throttles,
  cast(sum(u.blocked) as bigint) as blocked,
  cast(sum(u.unpriced) as bigint) as unpriced,
  count(distinct u.person) as people,
  cast(sum(u.input_tokens) as bigint) as input_tokens,
  cast(sum(u.output_tokens) as bigint) as output_tokens,
  cast(sum(u.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(u.cache_write_5m_tokens + u.cache_write_1h_tokens) as bigint) as cache_write_tokens,
  cast(sum(u.list_cost) as decimal(38,12)) as list_cost,
  cast(sum(u.estimated_cost) as decimal(38,12)) as estimated_cost,
  cast(sum(u.uncached_cost) as decimal(38,12)) as uncached_cost,
  cast(sum(u.error_cost) as decimal(38,12)) as error_cost
from hourly_usage u
where u.dt between :from and :to
  and (:team is null or u.team = :team)
  and (:account is null or u.account_id = :account)
  and (:model is null or u.model = :model)
  and (:person is null or coalesce(u.person, '(no person)') = :person)
  and (:region is null or u.region = :region)
  and (:service_tier is null or u.service_tier = :service_tier)
  and (:cost_center is null or u.cost_center = :cost_center)
  and (:environment is null or u.environment = :environment)
  and (:feature is null or u.feature = :feature)
