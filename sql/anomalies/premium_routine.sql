-- Premium model on routine work
-- Share of a day's premium dollars that went to short calls: a short prompt and a short answer, which a faster model answers as well.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads calls_5m
-- @column tick timestamp End of the day
-- @column since timestamp Start of the day
-- @column scope varchar team or principal
-- @column scope_name varchar Which one
-- @column value double Share of premium dollars spent on short calls
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Premium dollars of short calls
-- @column dollars decimal(38,12) Premium dollars of short calls
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Short calls
with premium as (
  select
    c.dt,
    c.team,
    c.principal_arn,
    c.team as in_team,
    c.account_id,
    c.short_calls,
    c.answered_cost,
    c.short_cost
  from calls_5m c
  where c.model_tier = 'premium'
    and c.dt >= cast(date_add('day', -1, :from) as date)
    and c.dt < cast(:to as date)
),
summed as (
  select
    p.dt,
    case when grouping(p.team) = 0 then 'team' else 'principal' end as scope,
    coalesce(p.team, p.principal_arn) as scope_name,
    case when min(p.in_team) = max(p.in_team) then max(p.in_team) end as team,
    case when min(p.account_id) = max(p.account_id) then max(p.account_id) end as account_id,
    sum(p.short_calls) as calls,
    sum(p.answered_cost) as cost,
    sum(p.short_cost) as short_cost
  from premium p
  group by grouping sets ((p.dt, p.team), (p.dt, p.principal_arn))
)
select
  date_add('day', 1, cast(s.dt as timestamp)) as tick,
  cast(s.dt as timestamp) as since,
  s.scope,
  s.scope_name,
  cast(s.short_cost as double) / cast(s.cost as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(s.short_cost as double) as floor_value,
  cast(s.short_cost as decimal(38,12)) as dollars,
  s.team,
  s.account_id,
  cast(s.calls as bigint) as calls
from summed s
where s.cost > 0
  and s.short_cost > 0
  and s.scope_name is not null
  and date_add('day', 1, cast(s.dt as timestamp)) > :from
  and date_add('day', 1, cast(s.dt as timestamp)) <= :to
order by 1, 3, 4
