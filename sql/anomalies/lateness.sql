-- How late logs arrive
-- Minutes between a call and the delivery of its record: whether delivery times can be used, and how long a window must be waited for.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @reads invocation_records
-- @column calls bigint Calls
-- @column copied double Share of calls whose record carries no delivery time or one more than a day away
-- @column p99_minutes double Minutes within which 99 % of the others were delivered; null with none
-- @column early_share double Share of the others' calls of a quarter of an hour that is there five minutes after its end; null with none
with delays as (
  select
    case when abs(date_diff('minute', i.event_time, i.delivered_at)) <= 1440 then cast(date_diff('minute', i.event_time, i.delivered_at) as double) end as minutes,
    -- From the start of the call's five minutes to the start of those in which its record came.
    date_diff('minute', date_trunc('minute', i.event_time), date_trunc('minute', i.delivered_at)) + minute(i.event_time) % 5 - minute(i.delivered_at) % 5 as apart
  from invocation_records i
  where i.dt >= cast(:from as date)
    and i.dt <= cast(:to as date)
    and i.event_time >= :from
    and i.event_time < :to
),
ranked as (
  select
    d.minutes,
    -- The oldest five minutes of a window have had 20 minutes by then, the next 15, the last 10.
    case
      when d.apart <= 5 then 1e0
      when d.apart <= 10 then 2e0 / 3
      when d.apart <= 15 then 1e0 / 3
      else 0e0
    end as there,
    row_number() over (order by d.minutes nulls last) as place,
    count(d.minutes) over () as n
  from delays d
)
-- An exact percentile (docs/dialect.md), so that every engine waits equally long.
select
  count(*) as calls,
  avg(case when p.minutes is null then 1e0 else 0e0 end) as copied,
  sum(p.minutes * greatest(0e0, 1e0 - abs(p.place - 1 - (p.n - 1) * 0.99e0))) as p99_minutes,
  avg(case when p.minutes is not null then p.there end) as early_share
from ranked p
