-- Sources of identity
-- What names the person of calls, for how many calls and dollars, and where do sources disagree?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads call_identities
-- @column person_source varchar configured, on_behalf_of, sso_session, iam_user, session_name, principal_tag, telemetry, device, metadata or none
-- @column calls bigint Calls
-- @column people bigint Distinct persons
-- @column disagreeing bigint Calls of which another source names somebody else
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  c.person_source,
  count(*) as calls,
  count(distinct c.person) as people,
  cast(count_if(c.disagreeing > 0) as bigint) as disagreeing,
  -- @include known_cost_of_calls of=c | then=
from call_identities c
where c.dt between :from and :to
group by
  c.person_source
order by
  5 desc,
  1
