-- Work that keeps to a schedule
-- Services that do not stream and make nearly all calls of a day in few hours: what looks like a job, which could run as batch inference.
-- @param from date First day
-- @param to date Last day
-- @param hours integer=4 Busiest hours of a day that are looked at
-- @param least_calls bigint=100 Callers with fewer calls on their usual day are left out; a batch job takes at least 100 records by default quota
-- @reads hourly_usage
-- @column who varchar Service
-- @column team varchar Team
-- @column model varchar Model
-- @column days bigint Days with calls
-- @column calls bigint Calls
-- @column calls_a_day double Median calls of a day
-- @column busiest_share double Median share of a day's calls in its busiest hours
-- @column estimated_cost decimal(38,12) Estimated USD
with hourly as (
  select
    h.dt,
    h.hour,
    coalesce(h.principal_name, h.principal_arn, 'unknown') as who,
    h.team,
    h.model,
    sum(h.invocations) as calls,
    sum(h.estimated_cost) as cost
  from hourly_usage h
  where h.dt between :from and :to
    and h.person is null
    and h.service_tier = 'on-demand'
    and coalesce(h.operation, '') not like '%Stream%'
  group by 1, 2, 3, 4, 5
),
ranked as (
  select
    b.dt,
    b.who,
    b.team,
    b.model,
    b.calls,
    b.cost,
    row_number() over (partition by b.dt, b.who, b.team, b.model order by b.calls desc, b.hour) as place
  from hourly b
),
daily as (
  select
    r.dt,
    r.who,
    r.team,
    r.model,
    sum(r.calls) as calls,
    sum(r.cost) as cost,
    cast(sum(r.calls) filter (where r.place <= :hours) as double) / sum(r.calls) as busiest_share
  from ranked r
  group by 1, 2, 3, 4
)
select
  d.who,
  d.team,
  d.model,
  count(*) as days,
  cast(sum(d.calls) as bigint) as calls,
  cast(approx_percentile(cast(d.calls as double), 0.5) as double) as calls_a_day,
  cast(approx_percentile(d.busiest_share, 0.5) as double) as busiest_share,
  cast(sum(d.cost) as decimal(38,12)) as estimated_cost
from daily d
group by 1, 2, 3
having approx_percentile(cast(d.calls as double), 0.5) >= :least_calls
  and approx_percentile(d.busiest_share, 0.5) >= 0.9e0
order by 8 desc, 1, 2, 3
