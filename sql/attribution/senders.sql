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
-- @column unlabelled_cost decimal(38,12) Estimated USD of these; null where nobody knows them, or there are none
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  coalesce(i.principal_name, '(none)') as principal_name,
  coalesce(c.client, '(unknown)') as client,
  max(i.team) as team,
  count(*) as calls,
  cast(count_if(coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0) as bigint) as unlabelled,
  cast(
    count_if(coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0 and i.team = 'unattributed') as bigint
  ) as unattributed,
  cast(
    case
      when sum(case when coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0 then i.estimated_cost end) > 0
        or count_if(coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0 and i.estimated_cost is null) = 0
        then sum(case when coalesce(cardinality(map_keys(i.request_metadata)), 0) = 0 then i.estimated_cost end)
    end as decimal(38,12)
  ) as unlabelled_cost,
  -- @include known_cost_of_calls of=i | then=
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
