-- Hourly tokens against their usual peak
-- Tokens of each hour beside the 95th percentile of comparable hours before it: the same hour of the day and its neighbours on the same kind of day (weekday or weekend), or with method plain the last hours whatever they are.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param weeks integer=4 Weeks of history
-- @param method varchar=seasonal seasonal, or plain for a percentile over all hours
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar organisation, account, team or model
-- @column scope_name varchar Which one; null for the organisation
-- @column value double Tokens of the hour
-- @column baseline double 95th percentile of comparable hours; null with none
-- @column baseline_n bigint Comparable hours
-- @column spread double Distance from their median to that percentile
-- @column floor_value double Dollars of the hour
-- @column dollars decimal(38,12) Dollars of the hour above the usual ones, model by model
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Calls of the hour
-- @column usual double Median of comparable hours
with labelled as (
  select
    h.dt,
    h.hour,
    h.account_id,
    h.team,
    h.model,
    h.account_id as in_account,
    h.team as in_team,
    h.invocations,
    h.total_tokens,
    h.estimated_cost
  from hourly_usage h
  where h.dt >= cast(date_add('day', -7 * :weeks - 1, :from) as date)
    and h.dt <= cast(:to as date)
),
summed as (
  select
    l.dt,
    l.hour,
    -- @include grouped_scope of=l
    coalesce(l.account_id, l.team, l.model) as scope_name,
    -- @include sums_of_scope of=l
    cast(sum(l.total_tokens) as double) as tokens
  from labelled l
  group by grouping sets ((l.dt, l.hour), (l.dt, l.hour, l.account_id), (l.dt, l.hour, l.team), (l.dt, l.hour, l.model))
),
hours as (
  select
    date_add('hour', s.hour, cast(s.dt as timestamp)) as started,
    s.hour,
    s.scope,
    s.scope_name,
    coalesce(s.scope_name, '') as scope_key,
    s.team,
    s.account_id,
    s.calls,
    s.cost,
    s.tokens,
    case
      when :method = 'plain' then 0
      when day_of_week(s.dt) >= 6 then 1
      else 0
    end as weekend
  from summed s
  where s.scope = 'organisation' or s.scope_name is not null
),
comparable as (
  select
    h.started,
    h.scope,
    h.scope_key,
    h.weekend,
    h.tokens,
    case when :method = 'plain' then 0 else (h.hour + o.shift + 24) % 24 end as slot
  from hours h
  cross join unnest(array[-1, 0, 1]) as o(shift)
  where :method <> 'plain' or o.shift = 0
),
judged as (
  select
    h.started,
    h.scope,
    h.scope_name,
    h.scope_key,
    h.team,
    h.account_id,
    h.calls,
    h.cost,
    h.tokens,
    h.weekend,
    case when :method = 'plain' then 0 else h.hour end as slot
  from hours h
  where date_add('hour', 1, h.started) > :from
    and date_add('hour', 1, h.started) <= :to
),
history as (
  select
    -- @include ranked_in_scope of=j | at=started | value=p.tokens
  from judged j
  join comparable p
    on p.scope = j.scope
    and p.scope_key = j.scope_key
    and p.weekend = j.weekend
    and p.slot = j.slot
  where p.started < j.started
    and p.started >= date_add('day', -7 * :weeks, j.started)
),
-- Exact percentiles (docs/dialect.md), here and below: approx_percentile answers otherwise for so few hours.
medians as (
  select
    p.started,
    p.scope,
    p.scope_key,
    -- @include exact_percentile of=p.tokens | place=p.place | n=p.n | at=0.5e0 | then=as usual
  from history p
  group by 1, 2, 3
),
-- Hours of five times the median were incidents themselves: what they raise would hide the next one.
ordinary as (
  select
    h.started,
    h.scope,
    h.scope_key,
    h.tokens,
    m.usual,
    row_number() over (partition by h.started, h.scope, h.scope_key order by h.tokens) as place,
    count(*) over (partition by h.started, h.scope, h.scope_key) as n
  from history h
  join medians m
    on m.started = h.started
    and m.scope = h.scope
    and m.scope_key = h.scope_key
  where :method = 'plain' or h.tokens <= 5 * m.usual
),
peaks as (
  select
    p.started,
    p.scope,
    p.scope_key,
    count(*) as n,
    max(p.usual) as usual,
    -- @include exact_percentile of=p.tokens | place=p.place | n=p.n | at=0.95e0 | then=as peak
  from ordinary p
  group by 1, 2, 3
),
loud as (
  select
    j.started,
    j.scope,
    j.scope_name,
    j.scope_key,
    j.team,
    j.account_id,
    j.calls,
    j.cost,
    j.tokens,
    j.weekend,
    hour(j.started) as hour_of_day,
    p.peak,
    p.usual,
    p.n
  from judged j
  left join peaks p
    on p.started = j.started
    and p.scope = j.scope
    and p.scope_key = j.scope_key
  where j.tokens > p.peak or (p.peak is null and j.scope = 'organisation')
),
-- What the calls cost, not tokens alike: ten million tokens of a cheap model are cents beside a dear one's dollars.
model_costs as (
  select
    date_add('hour', l.hour, cast(l.dt as timestamp)) as started,
    l.hour,
    case when :method = 'plain' then 0 when day_of_week(l.dt) >= 6 then 1 else 0 end as weekend,
    l.model,
    case
      when grouping(l.account_id) = 0 then 'account'
      when grouping(l.team) = 0 then 'team'
      else 'organisation'
    end as scope,
    coalesce(l.account_id, l.team, '') as scope_key,
    sum(l.estimated_cost) as cost
  from labelled l
  group by grouping sets ((l.dt, l.hour, l.model), (l.dt, l.hour, l.model, l.account_id), (l.dt, l.hour, l.model, l.team))
),
compared as (
  select
    l.started,
    l.scope,
    l.scope_key,
    c.model,
    coalesce(sum(c.cost) filter (where c.started = l.started), 0) as cost,
    coalesce(sum(c.cost) filter (where c.started < l.started), 0) as past_cost,
    max(coalesce(l.n, 0)) as n
  from loud l
  join model_costs c
    on c.scope = case when l.scope = 'model' then 'organisation' else l.scope end
    and c.scope_key = case when l.scope = 'model' then '' else l.scope_key end
    and (l.scope <> 'model' or c.model = l.scope_key)
    and c.weekend = l.weekend
    and c.started <= l.started
    and c.started >= date_add('day', -7 * :weeks, l.started)
  where c.started = l.started
    or :method = 'plain'
    or (c.hour - l.hour_of_day + 25) % 24 <= 2
  group by 1, 2, 3, 4
),
above as (
  select
    c.started,
    c.scope,
    c.scope_key,
    -- Each part is rounded to its last digit before it is added: doubles come out otherwise in another order.
    sum(cast(cast(round(greatest(0e0, cast(c.cost as double) - cast(c.past_cost as double) / greatest(c.n, 1)) * 1e12) as bigint) * 0.000000000001 as decimal(38,12))) as dollars
  from compared c
  group by 1, 2, 3
)
select
  date_add('hour', 1, l.started) as tick,
  l.started as since,
  l.scope,
  l.scope_name,
  l.tokens as value,
  l.peak as baseline,
  coalesce(l.n, 0) as baseline_n,
  l.peak - l.usual as spread,
  cast(l.cost as double) as floor_value,
  cast(coalesce(a.dollars, 0) as decimal(38,12)) as dollars,
  l.team,
  l.account_id,
  l.calls,
  l.usual
from loud l
left join above a
  on a.started = l.started
  and a.scope = l.scope
  and a.scope_key = l.scope_key
order by 1, 3, 4
