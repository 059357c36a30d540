-- Spend by request label
-- What does each project cost, going by a label that callers send with their requests?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param key varchar=project Request metadata key
-- @reads invocations
-- @column label varchar Value of the key, or (not sent)
-- @column invocations bigint Calls
-- @column people bigint Distinct persons
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  coalesce(element_at(i.request_metadata, :key), '(not sent)') as label,
  count(*) as invocations,
  count(distinct i.person) as people,
  -- @include known_cost_of_calls of=i | then=
from invocations i
where i.dt between :from and :to
group by
  1
order by
  4 desc,
  1
