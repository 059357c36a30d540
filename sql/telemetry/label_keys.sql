-- Names of labels
-- Which resource attributes clients' calls carry, the commonest first.
-- @reads traced_calls
-- @column label varchar Name
-- @column calls bigint Calls that have it
select
  k.label,
  count(*) as calls
from traced_calls t
cross join unnest(map_keys(t.labels)) as k(label)
group by k.label
order by 2 desc, 1
limit 12
