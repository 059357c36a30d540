-- Keys of request metadata
-- Which keys callers send with their requests, the commonest first.
-- @reads invocations
-- @column label varchar Name
-- @column calls bigint Calls that have it
select
  k.label,
  count(*) as calls
from invocations t
cross join unnest(map_keys(t.request_metadata)) as k(label)
group by k.label
order by 2 desc, 1
limit 12
