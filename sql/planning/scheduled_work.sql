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
),
days_in_order as (
  select
    d.who,
    d.team,
    d.model,
    d.calls,
    d.cost,
    d.busiest_share,
    row_number() over (partition by d.who, d.team, d.model order by d.calls) as calls_place,
    row_number() over (partition by d.who, d.team, d.model order by d.busiest_share) as share_place,
    count(*) over (partition by d.who, d.team, d.model) as n
  from daily d
),
-- Exact medians (docs/dialect.md): approx_percentile answers otherwise for so few days.
callers as (
  select
    p.who,
    p.team,
    p.model,
    count(*) as days,
    cast(sum(p.calls) as bigint) as calls,
    -- @include exact_percentile of=p.calls | place=p.calls_place | n=p.n | at=0.5e0 | then=as calls_a_day,
    -- @include exact_percentile of=p.busiest_share | place=p.share_place | n=p.n | at=0.5e0 | then=as busiest_share,
    cast(sum(p.cost) as decimal(38,12)) as estimated_cost
  from days_in_order p
  group by 1, 2, 3
)
select
  c.who,
  c.team,
  c.model,
  c.days,
  c.calls,
  c.calls_a_day,
  c.busiest_share,
  c.estimated_cost
from callers c
where c.calls_a_day >= :least_calls
  and c.busiest_share >= 0.9e0
order by 8 desc, 1, 2, 3
