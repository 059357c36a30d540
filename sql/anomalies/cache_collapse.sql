-- Prompt cache hit rate against its usual
-- Share of prompt tokens read from the cache by day, beside the median of the two weeks before, for the organisation, teams and models that use caching.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads hourly_usage
-- @column tick timestamp End of the day
-- @column since timestamp Start of the day
-- @column scope varchar organisation, team or model
-- @column scope_name varchar Which one; null for the organisation
-- @column value double Share of prompt tokens read from the cache
-- @column baseline double Median share of the two weeks before
-- @column baseline_n bigint Days behind it
-- @column spread double Usual distance from the median
-- @column floor_value double Dollars of the day
-- @column dollars decimal(38,12) Dollars that the usual share would have saved, at the day's own saving per token read
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column prompt_tokens bigint Prompt tokens of the day
with labelled as (
  select
    h.dt,
    h.team,
    h.model,
    h.team as in_team,
    h.account_id,
    h.input_tokens + h.cache_read_tokens + h.cache_write_5m_tokens + h.cache_write_1h_tokens as prompt_tokens,
    h.cache_read_tokens,
    h.estimated_cost,
    h.input_cost,
    h.input_tokens
  from hourly_usage h
  where h.dt >= cast(date_add('day', -16, :from) as date)
    and h.dt < cast(:to as date)
),
summed as (
  select
    l.dt,
    case
      when grouping(l.team) = 0 then 'team'
      when grouping(l.model) = 0 then 'model'
      else 'organisation'
    end as scope,
    coalesce(l.team, l.model) as scope_name,
    coalesce(l.team, l.model, '') as scope_key,
    case when min(l.in_team) = max(l.in_team) then max(l.in_team) end as team,
    case when min(l.account_id) = max(l.account_id) then max(l.account_id) end as account_id,
    sum(l.prompt_tokens) as prompt_tokens,
    cast(sum(l.cache_read_tokens) as double) / sum(l.prompt_tokens) as hit,
    cast(sum(l.estimated_cost) as double) as spend,
    case when sum(l.input_tokens) > 0 then cast(sum(l.input_cost) as double) / sum(l.input_tokens) else 0e0 end as input_rate
  from labelled l
  group by grouping sets ((l.dt), (l.dt, l.team), (l.dt, l.model))
  having sum(l.prompt_tokens) > 0
),
history as (
  select
    d.dt,
    d.scope,
    d.scope_key,
    p.hit,
    row_number() over (partition by d.dt, d.scope, d.scope_key order by p.hit) as place,
    count(*) over (partition by d.dt, d.scope, d.scope_key) as n
  from summed d
  join summed p
    on p.scope = d.scope
    and p.scope_key = d.scope_key
  where date_diff('day', p.dt, d.dt) between 1 and 14
),
-- Exact percentiles (docs/dialect.md): approx_percentile answers otherwise for so few days.
usual as (
  select
    p.dt,
    p.scope,
    p.scope_key,
    count(*) as n,
    -- @include exact_percentile of=p.hit | place=p.place | n=p.n | at=0.5e0 | then=as hit,
    (
      -- @include exact_percentile of=p.hit | place=p.place | n=p.n | at=0.75e0 | then=-
      -- @include exact_percentile of=p.hit | place=p.place | n=p.n | at=0.25e0 | then=
    ) / 1.349e0 as spread
  from history p
  group by 1, 2, 3
)
select
  date_add('day', 1, cast(s.dt as timestamp)) as tick,
  cast(s.dt as timestamp) as since,
  s.scope,
  s.scope_name,
  s.hit as value,
  u.hit as baseline,
  coalesce(u.n, 0) as baseline_n,
  u.spread,
  s.spend as floor_value,
  -- A token read from the cache costs a tenth of a plain one on Bedrock (data sources, prices): nine tenths are lost.
  cast(greatest(0e0, (coalesce(u.hit, s.hit) - s.hit) * s.prompt_tokens * s.input_rate * 0.9e0) as decimal(38,12)) as dollars,
  s.team,
  s.account_id,
  cast(s.prompt_tokens as bigint) as prompt_tokens
from summed s
left join usual u
  on u.dt = s.dt
  and u.scope = s.scope
  and u.scope_key = s.scope_key
where (s.scope = 'organisation' or s.scope_name is not null)
  and date_add('day', 1, cast(s.dt as timestamp)) > :from
  and date_add('day', 1, cast(s.dt as timestamp)) <= :to
  and (s.hit < u.hit or (u.hit is null and s.scope = 'organisation'))
order by 1, 3, 4
