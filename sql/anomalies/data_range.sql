-- Hours with data
-- First and last hour for which there is usage. A few calls more than a month away from all others are a clock that jumped: they are counted, and do not stretch the range.
-- @param from date=1970-01-01 First day
-- @reads hourly_usage
-- @column first_hour timestamp Start of the first hour; null without data
-- @column last_hour timestamp Start of the last hour
-- @column stray_calls bigint Calls outside of that range
-- @column stray_hour timestamp The last of these hours; null with none
with hours as (
  select
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    sum(h.invocations) as calls
  from hourly_usage h
  where h.dt >= :from
  group by 1
),
stepped as (
  select
    h.started,
    h.calls,
    case when date_diff('day', lag(h.started) over (order by h.started), h.started) > 31 then 1 else 0 end as step
  from hours h
),
numbered as (
  select
    s.started,
    s.calls,
    sum(s.step) over (order by s.started rows between unbounded preceding and current row) as stretch
  from stepped s
),
weighed as (
  select
    n.started,
    n.calls,
    cast(sum(n.calls) over (partition by n.stretch) as double) / sum(n.calls) over () >= 0.01e0 as is_usual
  from numbered n
)
select
  coalesce(min(case when w.is_usual then w.started end), min(w.started)) as first_hour,
  coalesce(max(case when w.is_usual then w.started end), max(w.started)) as last_hour,
  cast(coalesce(sum(case when not w.is_usual then w.calls end), 0) as bigint) as stray_calls,
  max(case when not w.is_usual then w.started end) as stray_hour
from weighed w
