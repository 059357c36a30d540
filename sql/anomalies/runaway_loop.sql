-- One principal in a loop
-- Calls of each principal and hour whose prompts keep growing, beside the busiest hours of all principals of its kind in the week before.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param growth double=1.2 Times the prompt must have grown from the first to the last quarter of the hour's calls
-- @param floor double=120 Calls an hour below which nothing is returned
-- @reads calls_5m, hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar principal
-- @column scope_name varchar Principal ARN
-- @column value double Calls of the hour
-- @column baseline double 99th percentile of calls an hour of principals of the same kind in the week before
-- @column baseline_n bigint Principal hours behind it
-- @column spread double Always null
-- @column floor_value double Calls of the hour
-- @column dollars decimal(38,12) Dollars of the hour
-- @column team varchar Team
-- @column account_id varchar Account
-- @column person varchar Person
-- @column main_model varchar Model of most calls
-- @column prompt_growth double Prompt tokens a call in the last quarter of the calls over those in the first
with busy as (
  select
    h.dt,
    h.hour,
    h.principal_arn,
    max(h.principal_type) as principal_type
  from hourly_usage h
  where h.dt >= cast(date_add('hour', -1, :from) as date)
    and h.dt <= cast(:to as date)
    and h.principal_arn is not null
  group by 1, 2, 3
  having sum(h.invocations) >= :floor
),
hours as (
  select
    date_add('hour', c.hour, cast(c.dt as timestamp)) as started,
    c.principal_arn,
    b.principal_type,
    max(c.person) as person,
    case when min(c.team) = max(c.team) then max(c.team) end as team,
    case when min(c.account_id) = max(c.account_id) then max(c.account_id) end as account_id,
    max(c.model) as main_model,
    sum(c.invocations) as calls,
    sum(c.estimated_cost) as cost,
    cast(sum(c.first_prompt_tokens) as double) / sum(c.first_calls) as first_prompt,
    cast(sum(c.last_prompt_tokens) as double) / nullif(sum(c.last_calls), 0) as last_prompt
  from calls_5m c
  join busy b
    on b.dt = c.dt
    and b.hour = c.hour
    and b.principal_arn = c.principal_arn
  where c.dt >= cast(date_add('hour', -1, :from) as date)
    and c.dt <= cast(:to as date)
  group by 1, 2, 3
),
ordinary as (
  select
    h.dt,
    h.principal_type,
    h.hour,
    h.principal_arn,
    sum(h.invocations) as calls
  from hourly_usage h
  where h.dt >= cast(date_add('day', -8, :from) as date)
    and h.dt <= cast(:to as date)
  group by 1, 2, 3, 4
),
history as (
  select
    d.dt,
    d.principal_type,
    cast(o.calls as double) as calls,
    row_number() over (partition by d.dt, d.principal_type order by o.calls) as place,
    count(*) over (partition by d.dt, d.principal_type) as n
  from (
    select distinct
      b.dt,
      b.principal_type
    from busy b
  ) d
  join ordinary o
    on o.principal_type = d.principal_type
  where date_diff('day', o.dt, d.dt) between 1 and 7
),
-- An exact percentile (docs/dialect.md): approx_percentile would answer otherwise on another engine.
busiest as (
  select
    p.dt,
    p.principal_type,
    count(*) as n,
    -- @include exact_percentile of=p.calls | place=p.place | n=p.n | at=0.99e0 | then=as calls
  from history p
  group by 1, 2
)
select
  date_add('hour', 1, h.started) as tick,
  h.started as since,
  'principal' as scope,
  h.principal_arn as scope_name,
  cast(h.calls as double) as value,
  b.calls as baseline,
  coalesce(b.n, 0) as baseline_n,
  cast(null as double) as spread,
  cast(h.calls as double) as floor_value,
  cast(coalesce(h.cost, 0) as decimal(38,12)) as dollars,
  h.team,
  h.account_id,
  h.person,
  h.main_model,
  case when h.first_prompt > 0 then h.last_prompt / h.first_prompt end as prompt_growth
from hours h
left join busiest b
  on b.dt = cast(h.started as date)
  and b.principal_type = h.principal_type
where h.last_prompt >= :growth * h.first_prompt
  and date_add('hour', 1, h.started) > :from
  and date_add('hour', 1, h.started) <= :to
order by 1, 4
