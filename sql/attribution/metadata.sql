-- Request metadata as sent
-- Every key of request metadata with its calls and dollars; values of the keys of teams and cost centers, and objects that were sent as text, apart. The commonest first.
-- @param from date First day
-- @param to date Last day
-- @param team_key varchar=team Key of the team, in lower case and without - _ . and blanks
-- @param cost_center_key varchar=costcenter Key of the cost center, likewise
-- @reads invocations
-- @column metadata_key varchar Key
-- @column metadata_value varchar Value; null for all values of a key of which any is right
-- @column calls bigint Calls
-- @column principals bigint Distinct principals that send it
-- @column principal_name varchar One of them
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
with sent as (
  select
    k.metadata_key,
    element_at(i.request_metadata, k.metadata_key) as metadata_value,
    lower(replace(replace(replace(replace(k.metadata_key, '-', ''), '_', ''), '.', ''), ' ', '')) as plain_key,
    i.principal_arn,
    i.principal_name,
    i.estimated_cost
  from invocations i
  cross join unnest(map_keys(i.request_metadata)) as k(metadata_key)
  where i.dt between :from and :to
),
told as (
  select
    s.*,
    case
      when s.plain_key in (:team_key, :cost_center_key)
        or s.metadata_key like '%[object %'
        or s.metadata_value like '%[object %'
        then s.metadata_value
    end as shown_value
  from sent s
)
select
  t.metadata_key,
  t.shown_value as metadata_value,
  count(*) as calls,
  count(distinct t.principal_arn) as principals,
  min(t.principal_name) as principal_name,
  -- @include known_cost_of_calls of=t | then=
from told t
group by
  t.metadata_key,
  t.shown_value
order by
  3 desc,
  1,
  2
limit 2000
