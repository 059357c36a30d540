-- Usage by dimension
-- What each account, cost center, service tier, feature or environment called and what it should cost.
-- @param from date First day
-- @param to date Last day
-- @param dimension varchar account, cost_center, service_tier, feature or environment
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
-- @column name varchar Which one; (no feature), (no environment), unassigned or unknown where a call has none
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
  case :dimension
    when 'account' then u.account_id
    when 'cost_center' then coalesce(u.cost_center, 'unassigned')
    when 'service_tier' then coalesce(u.service_tier, 'unknown')
    when 'feature' then coalesce(u.feature, '(no feature)')
    when 'environment' then coalesce(u.environment, '(no environment)')
  end as name,
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
group by
  1
order by
  13 desc,
  1
