-- Usage by request metadata
-- Dollars per hour and value of the request metadata that budgets are for; empty without such a budget. Recomputed by hour.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @param keys varchar Keys of the request metadata, with chr(31) between them
-- @param key_count integer How many keys that is
-- @reads invocations
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column metadata_key varchar Key of the request metadata
-- @column metadata_value varchar Its value
-- @column account_id varchar AWS account, 12 digits
-- @column team varchar Team, or unattributed
-- @column invocations bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column guessed_cost decimal(38,12) Of these, what rests on a guess
select
  i.dt,
  i.hour,
  split_part(:keys, chr(31), n.place) as metadata_key,
  element_at(i.request_metadata, split_part(:keys, chr(31), n.place)) as metadata_value,
  i.account_id,
  i.team,
  count(*) as invocations,
  cast(coalesce(sum(i.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
  cast(coalesce(sum(i.estimated_cost) filter (where i.price_status = 'estimated'), 0) as decimal(38,12)) as guessed_cost
from invocations i
cross join unnest(sequence(1, :key_count)) as n(place)
where i.dt between :from and :to
  and element_at(i.request_metadata, split_part(:keys, chr(31), n.place)) is not null
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6
