-- Calls without a label
-- Which services send no label with their requests?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param key varchar=team Request metadata key that should be there
-- @reads invocations
-- @column principal_name varchar User or role
-- @column team varchar Team
-- @column calls bigint Calls
-- @column untagged bigint Calls without the key
-- @column untagged_share double Part without it
-- @column untagged_cost decimal(38,12) Estimated USD of these
select
  coalesce(i.principal_name, '(none)') as principal_name,
  max(i.team) as team,
  count(*) as calls,
  cast(count_if(element_at(i.request_metadata, :key) is null) as bigint) as untagged,
  cast(count_if(element_at(i.request_metadata, :key) is null) as double) / count(*) as untagged_share,
  cast(coalesce(sum(case when element_at(i.request_metadata, :key) is null then i.estimated_cost end), 0) as decimal(38,12)) as untagged_cost
from invocations i
where i.dt between :from and :to
group by
  1
having count_if(element_at(i.request_metadata, :key) is null) > 0
order by
  6 desc,
  4 desc,
  1
