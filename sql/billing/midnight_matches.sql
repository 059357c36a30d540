-- Midnight matches
-- Billed tokens of a day's first hour that are explained by tokens logged in the last hour of the day before: calls that ran over midnight.
-- @param from date First billed day
-- @param to date Last billed day
-- @reads charge_groups, bill_matches
-- @column dt date UTC day that is billed
-- @column bill_id bigint Group on the bill side of charge_groups
-- @column log_dt date Day on which they are logged, the one before
-- @column log_id bigint Group on the log side of charge_groups of that day
-- @column match_level varchar principal, role or account, as the bill names the caller, and :midnight
-- @column tokens bigint Tokens of the bill group that the log group explains
-- Only what bill_matches left over, and only where everything else is the same on both sides. The splitting is that of bill_matches.
with bill_left as (
  select
    g.dt,
    g.id,
    g.account_id,
    g.model,
    g.token_type,
    case when g.routing = 'global' then 'global' else 'regional' end as scope,
    g.service_tier,
    -- Nobody, a principal, or a role without its session.
    coalesce(g.principal_key, '') as who,
    g.edge_tokens,
    g.tokens - coalesce(sum(m.tokens), 0) as tokens
  from charge_groups g
  left join bill_matches m
    on m.dt = g.dt
    and m.bill_id = g.id
  where g.side = 'bill'
    and g.endpoint <> 'batch'
    and g.dt between :from and :to
  group by g.dt, g.id, g.account_id, g.model, g.token_type, g.routing, g.service_tier, g.principal_key, g.role_key, g.edge_tokens, g.tokens
),
log_left as (
  select
    g.dt,
    g.id,
    g.account_id,
    g.model,
    g.token_type,
    case when g.routing = 'global' then 'global' when g.routing is null then 'unknown' else 'regional' end as scope,
    g.service_tier,
    g.principal_key,
    g.role_key,
    g.edge_tokens,
    g.tokens - coalesce(sum(m.tokens), 0) as tokens
  from charge_groups g
  left join bill_matches m
    on m.dt = g.dt
    and m.log_id = g.id
  where g.side = 'log'
    and not g.pending
    and g.dt between cast(date_add('day', -1, :from) as date) and cast(date_add('day', -1, :to) as date)
  group by g.dt, g.id, g.account_id, g.model, g.token_type, g.routing, g.service_tier, g.principal_key, g.role_key, g.edge_tokens, g.tokens
),
keys as (
  select distinct b.dt, b.account_id, b.model, b.token_type, b.scope, b.service_tier, b.who
  from bill_left b
  where b.tokens > 0
),
candidates as (
  -- A log group meets the bill at the narrowest level at which the bill has something for it.
  select
    k.dt,
    k.account_id,
    k.model,
    k.token_type,
    k.scope,
    k.service_tier,
    k.who,
    l.id,
    l.tokens,
    l.edge_tokens,
    l.level,
    row_number() over (partition by l.dt, l.id order by case l.level when 'principal' then 1 when 'role' then 2 else 3 end) as place
  from (
    select x.*, v.level, case v.level when 'principal' then x.principal_key when 'role' then x.role_key else '' end as who
    from log_left x
    cross join (values ('principal'), ('role'), ('account')) as v (level)
    where x.tokens > 0
  ) l
  join keys k
    on k.dt = date_add('day', 1, l.dt)
    and k.account_id = l.account_id
    and k.model = l.model
    and k.token_type = l.token_type
    and k.scope = l.scope
    and k.service_tier = l.service_tier
    and k.who = l.who
),
sides as (
  select 'bill' as side, b.dt, b.account_id, b.model, b.token_type, b.scope, b.service_tier, b.who, b.id, b.tokens, b.edge_tokens, cast(null as varchar) as level
  from bill_left b
  where b.tokens > 0
  union all
  select 'log', c.dt, c.account_id, c.model, c.token_type, c.scope, c.service_tier, c.who, c.id, c.tokens, c.edge_tokens, c.level
  from candidates c
  where c.place = 1
),
totals as (
  -- A day's own matching shares what is left over among all groups of a key, so how much may be moved is known of the key and not of each group.
  select
    t.*,
    least(t.billed, t.billed_edge, t.logged, t.logged_edge) as moved
  from (
    select
      s.*,
      cast(sum(case when s.side = 'bill' then s.tokens else 0 end) over k as bigint) as billed,
      cast(sum(case when s.side = 'bill' then s.edge_tokens else 0 end) over k as bigint) as billed_edge,
      cast(sum(case when s.side = 'log' then s.tokens else 0 end) over k as bigint) as logged,
      cast(sum(case when s.side = 'log' then s.edge_tokens else 0 end) over k as bigint) as logged_edge,
      cast(sum(s.tokens) over (k order by s.side, s.id rows unbounded preceding) as bigint) as running
    from sides s
    window k as (partition by s.dt, s.account_id, s.model, s.token_type, s.scope, s.service_tier, s.who)
  ) t
),
products as (
  select
    t.*,
    cast(t.moved as decimal(38,0)) * (case t.side when 'bill' then t.running else t.running - t.billed end) as end_by,
    cast(t.moved as decimal(38,0)) * t.tokens as length_by,
    cast(case t.side when 'bill' then t.billed else t.logged end as decimal(38,0)) as own
  from totals t
  where t.moved > 0
),
stretches as (
  select
    p.*,
    cast(round((p.end_by - p.length_by - (p.end_by - p.length_by) % p.own) / p.own) as bigint) as start_at,
    cast(round((p.end_by - p.end_by % p.own) / p.own) as bigint) as end_at
  from products p
)
select
  b.dt,
  b.id as bill_id,
  cast(date_add('day', -1, b.dt) as date) as log_dt,
  l.id as log_id,
  l.level || ':midnight' as match_level,
  cast(least(b.end_at, l.end_at) - greatest(b.start_at, l.start_at) as bigint) as tokens
from stretches b
join stretches l
  on l.dt = b.dt
  and l.account_id = b.account_id
  and l.model = b.model
  and l.token_type = b.token_type
  and l.scope = b.scope
  and l.service_tier = b.service_tier
  and l.who = b.who
  and l.start_at < b.end_at
  and l.end_at > b.start_at
where b.side = 'bill'
  and l.side = 'log'
order by 1, 2, 3, 4
