-- Daily spend against its baseline
-- Estimated dollars of each UTC day beside what the same weekday cost in the weeks before (median, carried forward by the scope's own weekly growth), by organisation, account, team, model and person.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param weeks integer=8 Weeks of history
-- @reads hourly_usage
-- @column tick timestamp End of the day
-- @column since timestamp Start of the day
-- @column scope varchar organisation, account, team, model or person
-- @column scope_name varchar Which one; null for the organisation
-- @column value double Dollars of the day
-- @column baseline double Expected dollars; null with too little history
-- @column baseline_n bigint Days that the baseline rests on
-- @column spread double Usual distance from the baseline, dollars
-- @column floor_value double Dollars of the day
-- @column dollars decimal(38,12) Dollars above the baseline
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Calls of the day
-- @column growth double Weekly growth that the baseline was carried forward by
with labelled as (
  select
    h.dt,
    h.account_id,
    h.team,
    h.model,
    h.person,
    h.account_id as in_account,
    h.team as in_team,
    h.invocations,
    h.estimated_cost
  from hourly_usage h
  where h.dt >= cast(date_add('day', -7 * :weeks - 8, :from) as date)
    and h.dt < cast(:to as date)
),
summed as (
  select
    l.dt,
    case
      when grouping(l.account_id) = 0 then 'account'
      when grouping(l.team) = 0 then 'team'
      when grouping(l.model) = 0 then 'model'
      when grouping(l.person) = 0 then 'person'
      else 'organisation'
    end as scope,
    coalesce(l.account_id, l.team, l.model, l.person) as scope_name,
    -- @include sums_of_scope of=l
    cast(sum(l.estimated_cost) as double) as spend
  from labelled l
  group by grouping sets ((l.dt), (l.dt, l.account_id), (l.dt, l.team), (l.dt, l.model), (l.dt, l.person))
),
daily as (
  select
    s.dt,
    s.scope,
    s.scope_name,
    coalesce(s.scope_name, '') as scope_key,
    s.team,
    s.account_id,
    s.calls,
    s.cost,
    s.spend,
    case when day_of_week(s.dt) >= 6 then 1 else 0 end as weekend
  from summed s
  where s.scope = 'organisation' or s.scope_name is not null
),
judged as (
  select
    d.dt,
    d.scope,
    d.scope_name,
    d.scope_key,
    d.team,
    d.account_id,
    d.calls,
    d.cost,
    d.spend,
    d.weekend
  from daily d
  where date_add('day', 1, cast(d.dt as timestamp)) > :from
    and date_add('day', 1, cast(d.dt as timestamp)) <= :to
),
weekly_changes as (
  select
    b.dt,
    b.scope,
    b.scope_key,
    b.spend / a.spend as change
  from daily b
  join daily a
    on a.scope = b.scope
    and a.scope_key = b.scope_key
    and date_diff('day', a.dt, b.dt) = 7
  where a.spend > 0
),
-- Exact percentiles (docs/dialect.md), here and below: approx_percentile answers otherwise for so few days.
ranked_changes as (
  select
    -- @include ranked_in_scope of=j | at=dt | value=w.change
  from judged j
  join weekly_changes w
    on w.scope = j.scope
    and w.scope_key = j.scope_key
  where date_diff('day', w.dt, j.dt) between 1 and 14
),
growth as (
  select
    p.dt,
    p.scope,
    p.scope_key,
    case
      when count(*) >= 5 then least(1.25e0, greatest(0.8e0,
        -- @include exact_percentile of=p.change | place=p.place | n=p.n | at=0.5e0 | then=
      ))
      else 1e0
    end as weekly
  from ranked_changes p
  group by 1, 2, 3
),
same_weekdays as (
  select
    j.dt,
    j.scope,
    j.scope_key,
    p.spend * power(coalesce(g.weekly, 1e0), cast(date_diff('day', p.dt, j.dt) as double) / 7) as spend
  from judged j
  join daily p
    on p.scope = j.scope
    and p.scope_key = j.scope_key
  left join growth g
    on g.dt = j.dt
    and g.scope = j.scope
    and g.scope_key = j.scope_key
  where date_diff('day', p.dt, j.dt) between 1 and 7 * :weeks
    and date_diff('day', p.dt, j.dt) % 7 = 0
),
ranked_weekdays as (
  select
    -- @include ranked_in_scope of=s | at=dt | value=s.spend
  from same_weekdays s
),
same_weekday as (
  select
    p.dt,
    p.scope,
    p.scope_key,
    count(*) as days,
    -- @include exact_percentile of=p.spend | place=p.place | n=p.n | at=0.5e0 | then=as level
  from ranked_weekdays p
  group by 1, 2, 3
),
ranked_class as (
  select
    -- @include ranked_in_scope of=j | at=dt | value=p.spend
  from judged j
  join daily p
    on p.scope = j.scope
    and p.scope_key = j.scope_key
    and p.weekend = j.weekend
  where date_diff('day', p.dt, j.dt) between 1 and 28
),
same_class as (
  select
    p.dt,
    p.scope,
    p.scope_key,
    count(*) as days,
    -- @include exact_percentile of=p.spend | place=p.place | n=p.n | at=0.5e0 | then=as level,
    (
      -- @include exact_percentile of=p.spend | place=p.place | n=p.n | at=0.75e0 | then=-
      -- @include exact_percentile of=p.spend | place=p.place | n=p.n | at=0.25e0 | then=
    ) / 1.349e0 as spread
  from ranked_class p
  group by 1, 2, 3
),
compared as (
  select
    j.dt,
    j.scope,
    j.scope_name,
    j.spend,
    j.cost,
    j.team,
    j.account_id,
    j.calls,
    case
      when w.days >= 3 then w.level
      when c.days >= 5 then c.level
      when w.days >= 2 then w.level
    end as baseline,
    case
      when w.days >= 3 then w.days
      when c.days >= 5 then c.days
      else coalesce(w.days, 0)
    end as baseline_n,
    c.spread,
    case when w.days >= 3 then coalesce(g.weekly, 1e0) else 1e0 end as growth
  from judged j
  left join same_weekday w
    on w.dt = j.dt
    and w.scope = j.scope
    and w.scope_key = j.scope_key
  left join same_class c
    on c.dt = j.dt
    and c.scope = j.scope
    and c.scope_key = j.scope_key
  left join growth g
    on g.dt = j.dt
    and g.scope = j.scope
    and g.scope_key = j.scope_key
)
select
  date_add('day', 1, cast(c.dt as timestamp)) as tick,
  cast(c.dt as timestamp) as since,
  c.scope,
  c.scope_name,
  c.spend as value,
  c.baseline,
  c.baseline_n,
  c.spread,
  c.spend as floor_value,
  cast(greatest(cast(0 as decimal(38,12)), c.cost - cast(coalesce(c.baseline, c.spend) as decimal(38,12))) as decimal(38,12)) as dollars,
  c.team,
  c.account_id,
  c.calls,
  c.growth
from compared c
where c.spend > c.baseline or (c.baseline is null and c.scope = 'organisation')
order by 1, 3, 4
