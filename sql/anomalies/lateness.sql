-- How late logs arrive
-- Minutes between a call and the delivery of its record: whether delivery times can be used, and how long a window must be waited for.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @reads calls_5m
-- @column calls bigint Calls
-- @column copied double Share of calls whose record carries no delivery time or one more than a day away
-- @column p99_minutes double Minutes within which 99 % of the others were delivered, to five minutes; null with none
-- @column early_share double Share of the others' calls of a quarter of an hour that is there five minutes after its end; null with none
with delays as (
  select
    -- From the start of the call's five minutes to the start of those in which its record came.
    case when abs(date_diff('minute', c.bucket, c.arrival)) <= 1440 then date_diff('minute', c.bucket, c.arrival) end as minutes,
    sum(c.invocations) as calls
  from calls_5m c
  where c.dt >= cast(:from as date)
    and c.dt <= cast(:to as date)
    and c.bucket >= :from
    and c.bucket < :to
  group by 1
),
ranked as (
  select
    d.minutes,
    d.calls,
    -- The oldest five minutes of a window have had 20 minutes by then, the next 15, the last 10.
    case
      when d.minutes <= 5 then 1e0
      when d.minutes <= 10 then 2e0 / 3
      when d.minutes <= 15 then 1e0 / 3
      else 0e0
    end as there,
    case when d.minutes is null then 0 else d.calls end as known,
    sum(case when d.minutes is null then 0 else d.calls end) over (order by d.minutes nulls last) as up_to,
    sum(case when d.minutes is null then 0 else d.calls end) over () as n
  from delays d
)
-- An exact percentile (docs/dialect.md), so that every engine waits equally long.
select
  cast(coalesce(sum(r.calls), 0) as bigint) as calls,
  cast(sum(r.calls - r.known) as double) / sum(r.calls) as copied,
  cast(min(case when r.minutes is not null and r.up_to >= r.n * 0.99e0 then r.minutes end) as double) as p99_minutes,
  sum(r.known * r.there) / nullif(cast(sum(r.known) as double), 0e0) as early_share
from ranked r
