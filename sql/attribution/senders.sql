-- Who sends request metadata
-- Every principal and client: calls with and without request metadata.
-- @param from date First day
-- @param to date Last day
-- @reads invocations, call_clients
-- @column principal_name varchar User or role
-- @column client varchar Client, where anything tells; (unknown)
-- @column team varchar Team
-- @column calls bigint Calls
-- @column unlabelled bigint Of them, without request metadata
-- @column unattributed bigint Of these, whose team nothing else names
-- @column unlabelled_cost decimal(38,12) Estimated USD of these
-- @column estimated_cost decimal(38,12) Estimated USD
select
  coalesce(i.principal_name, '(none)') as principal_name,
  coalesce(c.client, '(unknown)') as client,
  max(i.team) as team,
  count(*) as calls,
  cast(count_if(coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0) as bigint) as unlabelled,
  cast(
    count_if(coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0 and i.team = 'unattributed') as bigint
  ) as unattributed,
  cast(coalesce(sum(case when coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0 then i.estimated_cost end), 0) as decimal(38,12)) as unlabelled_cost,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from invocations i
left join call_clients c
  on c.dt = i.dt
  and c.account_id = i.account_id
  and c.region = i.region
  and c.request_id = i.request_id
where i.dt between :from and :to
group by
  coalesce(i.principal_name, '(none)'),
  coalesce(c.client, '(unknown)')
order by
  7 desc,
  5 desc,
  1,
  2
