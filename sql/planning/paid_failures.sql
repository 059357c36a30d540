-- Failures that cost money
-- By caller and model: estimated dollars of calls that ended in an error, with what kind of error.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column who varchar Person or service
-- @column kind varchar person or service
-- @column team varchar Team
-- @column model varchar Model
-- @column calls bigint Calls
-- @column errors bigint Calls that failed
-- @column throttles bigint Failed calls that were throttled
-- @column client_errors bigint Failed calls that the caller caused
-- @column saving decimal(38,12) Estimated USD of the failed calls
select
  coalesce(h.person, h.principal_name, h.principal_arn, 'unknown') as who,
  case when h.person is null then 'service' else 'person' end as kind,
  h.team,
  h.model,
  cast(sum(h.invocations) as bigint) as calls,
  cast(sum(h.errors) as bigint) as errors,
  cast(sum(h.throttles) as bigint) as throttles,
  cast(sum(h.client_errors) as bigint) as client_errors,
  cast(sum(h.error_cost) as decimal(38,12)) as saving
from hourly_usage h
where h.dt between :from and :to
group by 1, 2, 3, 4
having sum(h.error_cost) > 0
order by 9 desc, 1, 2, 3, 4
