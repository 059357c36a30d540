-- Concurrency peaks
-- How many calls run at once on each model, at most?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads invocations
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column model varchar Model
-- @column calls bigint Calls with a known latency
-- @column peak_concurrency bigint Most calls under way at one moment
-- @column peak_time timestamp When that was
with steps as (
  select
    i.account_id,
    i.region,
    i.model,
    case when e.step = 1 then i.event_time else date_add('millisecond', i.latency_ms, i.event_time) end as at_time,
    e.step
  from invocations i
  -- A call begins and ends: two rows of one reading.
  cross join unnest(array[1, -1]) as e(step)
  where i.dt between :from and :to
    and i.latency_ms is not null
),
running as (
  select
    s.account_id,
    s.region,
    s.model,
    s.at_time,
    s.step,
    sum(s.step) over (
      partition by s.account_id, s.region, s.model
      order by s.at_time, s.step
      rows between unbounded preceding and current row
    ) as under_way
  from steps s
)
select
  r.account_id,
  r.region,
  r.model,
  cast(count_if(r.step = 1) as bigint) as calls,
  cast(max(r.under_way) as bigint) as peak_concurrency,
  min_by(r.at_time, row(-r.under_way, r.at_time)) as peak_time
from running r
group by
  r.account_id,
  r.region,
  r.model
order by
  5 desc,
  1,
  2,
  3
