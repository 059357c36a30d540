-- How late logs arrive
-- Minutes between a call and the delivery of its record: whether delivery times can be used, and how long a window must be waited for.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @reads invocation_records
-- @column calls bigint Calls
-- @column copied double Share of calls whose record carries no delivery time or one more than a day away
-- @column p99_minutes double Minutes within which 99 % of the others were delivered; null with none
select
  count(*) as calls,
  avg(case when i.delivered_at is null or abs(date_diff('minute', i.event_time, i.delivered_at)) > 1440 then 1e0 else 0e0 end) as copied,
  approx_percentile(
    cast(case when abs(date_diff('minute', i.event_time, i.delivered_at)) <= 1440 then date_diff('minute', i.event_time, i.delivered_at) end as double),
    0.99
  ) as p99_minutes
from invocation_records i
where i.dt >= cast(:from as date)
  and i.dt <= cast(:to as date)
  and i.event_time >= :from
  and i.event_time < :to
