-- People and principals
-- Which people call as several principals, and which principals are several people (gateways)?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads call_identities
-- @column kind varchar person (several principals) or principal (several people)
-- @column name varchar Person, or ARN of the principal without its session
-- @column others bigint Distinct principals of the person, or persons of the principal
-- @column calls bigint Calls
-- @column without_person bigint Calls of them that nothing gives a person
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  case when k.side = 0 then 'person' else 'principal' end as kind,
  case when k.side = 0 then c.person else c.principal_name end as name,
  case when max(k.side) = 0 then count(distinct c.principal_name) else count(distinct c.person) end as others,
  count(*) as calls,
  cast(count_if(c.person is null) as bigint) as without_person,
  -- @include known_cost_of_calls of=c | then=
from call_identities c
cross join unnest(array[0, 1]) as k(side)
where c.dt between :from and :to
  -- Every person of a permission set has its role: that is no gateway.
  and (k.side = 0 or c.principal_type <> 'sso')
group by
  case when k.side = 0 then 'person' else 'principal' end,
  case when k.side = 0 then c.person else c.principal_name end
having case when max(k.side) = 0 then count(distinct c.principal_name) else count(distinct c.person) end > 1
  and max(case when k.side = 0 then c.person else c.principal_name end) is not null
order by
  1,
  6 desc,
  2
