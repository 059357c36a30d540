-- Request metadata as sent
-- Every key and value of request metadata, with its calls and dollars; the commonest first.
-- @param from date First day
-- @param to date Last day
-- @reads invocations
-- @column metadata_key varchar Key
-- @column metadata_value varchar Value
-- @column calls bigint Calls
-- @column principals bigint Distinct principals that send it
-- @column principal_name varchar One of them
-- @column estimated_cost decimal(38,12) Estimated USD
select
  k.metadata_key,
  element_at(i.request_metadata, k.metadata_key) as metadata_value,
  count(*) as calls,
  count(distinct i.principal_arn) as principals,
  min(i.principal_name) as principal_name,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from invocations i
cross join unnest(map_keys(i.request_metadata)) as k(metadata_key)
where i.dt between :from and :to
group by
  k.metadata_key,
  element_at(i.request_metadata, k.metadata_key)
order by
  3 desc,
  1,
  2
limit 2000
