-- Bill matches
-- Which billed tokens are explained by which logged tokens: every pair with its tokens and the level at which log and bill met.
-- @param from date First day
-- @param to date Last day
-- @reads charge_groups, usage_types
-- @column dt date UTC day
-- @column bill_id bigint Group on the bill side of charge_groups
-- @column log_id bigint Group on the log side of charge_groups
-- @column match_level varchar principal, role, account or no_identity; with what differed after a colon: cache_ttl, service_tier, routing, or unknown_routing where the log does not know it; and :name where the bill's name of the model is known from the log alone
-- @column tokens bigint Tokens of the bill group that the log group explains
-- Each level takes what the levels before it left over (left_n). Within a key, both sides lay their tokens end to end on a line as long as the
-- smaller side, each group a stretch in proportion to its tokens (start_n to end_n, integers); where stretches of the two sides overlap, they are
-- a pair. That is exact, needs no ordering of calls, and reads the relation once per level. x - x % y is divided so that the quotient is whole.
with l0 as (
  select
    g.dt,
    g.id,
    g.side,
    g.account_id,
    g.model,
    g.principal_key,
    g.role_key,
    g.token_type,
    case when g.token_type like 'cache_write%' then 'cache_write' else g.token_type end as token_class,
    -- The bill prices in-region and geo calls alike and does not tell them apart.
    case when g.routing = 'global' then 'global' when g.side = 'log' and g.routing is null then 'unknown' else 'regional' end as scope,
    g.service_tier,
    case
      when g.tokens <= 0 then 0
      when g.side = 'log' and g.pending then 0
      when g.waits then 0
      else g.tokens
    end as left_1,
    case when g.waits then g.tokens else 0 end as held
  from (
    -- Lines worded -mantle- bill logged calls of some models, and of others calls to an endpoint that writes no log. Where the model also has lines
    -- under its other name that day, those come first.
    select
      s.*,
      s.side = 'bill'
        and s.endpoint = 'mantle'
        and max(case when s.side = 'bill' and s.endpoint = 'runtime' then 1 else 0 end) over (partition by s.dt, s.account_id, s.model) = 1 as waits
    from charge_groups s
    where s.dt between :from and :to
  ) g
),
-- Level 1: principal.
w1 as (
  select l.*, case when l.principal_key is not null then l.left_1 else 0 end as w_1
  from l0 l
),
t1 as (
  select
    w.*,
    min(w.id) over k as key_1,
    cast(sum(case when w.side = 'bill' then w.w_1 else 0 end) over k as bigint) as bill_1,
    cast(sum(case when w.side = 'log' then w.w_1 else 0 end) over k as bigint) as log_1,
    cast(sum(w.w_1) over (k order by w.side, w.id rows unbounded preceding) as bigint) as run_1
  from w1 w
  window k as (partition by w.dt, w.account_id, w.model, w.principal_key, w.token_type, w.scope, w.service_tier)
),
p1 as (
  select
    t.*,
    cast(least(t.bill_1, t.log_1) as decimal(38,0)) * (case t.side when 'bill' then t.run_1 else t.run_1 - t.bill_1 end) as to_1,
    cast(least(t.bill_1, t.log_1) as decimal(38,0)) * t.w_1 as by_1,
    nullif(cast(case t.side when 'bill' then t.bill_1 else t.log_1 end as decimal(38,0)), 0) as own_1
  from t1 t
),
e1 as (
  select
    p.*,
    coalesce(cast(round((p.to_1 - p.by_1 - (p.to_1 - p.by_1) % p.own_1) / p.own_1) as bigint), 0) as start_1,
    coalesce(cast(round((p.to_1 - p.to_1 % p.own_1) / p.own_1) as bigint), 0) as end_1
  from p1 p
),
l1 as (
  select e.*, e.left_1 - (e.end_1 - e.start_1) as left_2
  from e1 e
),
-- Level 2: role.
w2 as (
  select l.*, case when l.role_key is not null and (l.side = 'log' or l.role_key = l.principal_key) then l.left_2 else 0 end as w_2
  from l1 l
),
t2 as (
  select
    w.*,
    min(w.id) over k as key_2,
    cast(sum(case when w.side = 'bill' then w.w_2 else 0 end) over k as bigint) as bill_2,
    cast(sum(case when w.side = 'log' then w.w_2 else 0 end) over k as bigint) as log_2,
    cast(sum(w.w_2) over (k order by w.side, w.id rows unbounded preceding) as bigint) as run_2
  from w2 w
  window k as (partition by w.dt, w.account_id, w.model, w.role_key, w.token_type, w.scope, w.service_tier)
),
p2 as (
  select
    t.*,
    cast(least(t.bill_2, t.log_2) as decimal(38,0)) * (case t.side when 'bill' then t.run_2 else t.run_2 - t.bill_2 end) as to_2,
    cast(least(t.bill_2, t.log_2) as decimal(38,0)) * t.w_2 as by_2,
    nullif(cast(case t.side when 'bill' then t.bill_2 else t.log_2 end as decimal(38,0)), 0) as own_2
  from t2 t
),
e2 as (
  select
    p.*,
    coalesce(cast(round((p.to_2 - p.by_2 - (p.to_2 - p.by_2) % p.own_2) / p.own_2) as bigint), 0) as start_2,
    coalesce(cast(round((p.to_2 - p.to_2 % p.own_2) / p.own_2) as bigint), 0) as end_2
  from p2 p
),
l2 as (
  select e.*, e.left_2 - (e.end_2 - e.start_2) as left_3
  from e2 e
),
-- Level 3: principal, loosely.
w3 as (
  select l.*, case when l.principal_key is not null and l.service_tier <> 'batch' then l.left_3 else 0 end as w_3
  from l2 l
),
t3 as (
  select
    w.*,
    min(w.id) over k as key_3,
    cast(sum(case when w.side = 'bill' then w.w_3 else 0 end) over k as bigint) as bill_3,
    cast(sum(case when w.side = 'log' then w.w_3 else 0 end) over k as bigint) as log_3,
    cast(sum(w.w_3) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_3
  from w3 w
  window k as (partition by w.dt, w.account_id, w.model, w.principal_key, w.token_class)
),
p3 as (
  select
    t.*,
    cast(least(t.bill_3, t.log_3) as decimal(38,0)) * (case t.side when 'bill' then t.run_3 else t.run_3 - t.bill_3 end) as to_3,
    cast(least(t.bill_3, t.log_3) as decimal(38,0)) * t.w_3 as by_3,
    nullif(cast(case t.side when 'bill' then t.bill_3 else t.log_3 end as decimal(38,0)), 0) as own_3
  from t3 t
),
e3 as (
  select
    p.*,
    coalesce(cast(round((p.to_3 - p.by_3 - (p.to_3 - p.by_3) % p.own_3) / p.own_3) as bigint), 0) as start_3,
    coalesce(cast(round((p.to_3 - p.to_3 % p.own_3) / p.own_3) as bigint), 0) as end_3
  from p3 p
),
l3 as (
  select e.*, e.left_3 - (e.end_3 - e.start_3) as left_4
  from e3 e
),
-- Level 4: role, loosely.
w4 as (
  select l.*, case when l.role_key is not null and (l.side = 'log' or l.role_key = l.principal_key) and l.service_tier <> 'batch' then l.left_4 else 0 end as w_4
  from l3 l
),
t4 as (
  select
    w.*,
    min(w.id) over k as key_4,
    cast(sum(case when w.side = 'bill' then w.w_4 else 0 end) over k as bigint) as bill_4,
    cast(sum(case when w.side = 'log' then w.w_4 else 0 end) over k as bigint) as log_4,
    cast(sum(w.w_4) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_4
  from w4 w
  window k as (partition by w.dt, w.account_id, w.model, w.role_key, w.token_class)
),
p4 as (
  select
    t.*,
    cast(least(t.bill_4, t.log_4) as decimal(38,0)) * (case t.side when 'bill' then t.run_4 else t.run_4 - t.bill_4 end) as to_4,
    cast(least(t.bill_4, t.log_4) as decimal(38,0)) * t.w_4 as by_4,
    nullif(cast(case t.side when 'bill' then t.bill_4 else t.log_4 end as decimal(38,0)), 0) as own_4
  from t4 t
),
e4 as (
  select
    p.*,
    coalesce(cast(round((p.to_4 - p.by_4 - (p.to_4 - p.by_4) % p.own_4) / p.own_4) as bigint), 0) as start_4,
    coalesce(cast(round((p.to_4 - p.to_4 % p.own_4) / p.own_4) as bigint), 0) as end_4
  from p4 p
),
l4 as (
  select e.*, e.left_4 - (e.end_4 - e.start_4) as left_5
  from e4 e
),
-- Level 5: account.
w5 as (
  select l.*, case when l.side = 'log' or l.principal_key is null then l.left_5 else 0 end as w_5
  from l4 l
),
t5 as (
  select
    w.*,
    min(w.id) over k as key_5,
    cast(sum(case when w.side = 'bill' then w.w_5 else 0 end) over k as bigint) as bill_5,
    cast(sum(case when w.side = 'log' then w.w_5 else 0 end) over k as bigint) as log_5,
    cast(sum(w.w_5) over (k order by w.side, w.id rows unbounded preceding) as bigint) as run_5
  from w5 w
  window k as (partition by w.dt, w.account_id, w.model, w.token_type, w.scope, w.service_tier)
),
p5 as (
  select
    t.*,
    cast(least(t.bill_5, t.log_5) as decimal(38,0)) * (case t.side when 'bill' then t.run_5 else t.run_5 - t.bill_5 end) as to_5,
    cast(least(t.bill_5, t.log_5) as decimal(38,0)) * t.w_5 as by_5,
    nullif(cast(case t.side when 'bill' then t.bill_5 else t.log_5 end as decimal(38,0)), 0) as own_5
  from t5 t
),
e5 as (
  select
    p.*,
    coalesce(cast(round((p.to_5 - p.by_5 - (p.to_5 - p.by_5) % p.own_5) / p.own_5) as bigint), 0) as start_5,
    coalesce(cast(round((p.to_5 - p.to_5 % p.own_5) / p.own_5) as bigint), 0) as end_5
  from p5 p
),
l5 as (
  select e.*, e.left_5 - (e.end_5 - e.start_5) as left_6
  from e5 e
),
-- Level 6: account, loosely.
w6 as (
  select l.*, case when (l.side = 'log' or l.principal_key is null) and l.service_tier <> 'batch' then l.left_6 else 0 end as w_6
  from l5 l
),
t6 as (
  select
    w.*,
    min(w.id) over k as key_6,
    cast(sum(case when w.side = 'bill' then w.w_6 else 0 end) over k as bigint) as bill_6,
    cast(sum(case when w.side = 'log' then w.w_6 else 0 end) over k as bigint) as log_6,
    cast(sum(w.w_6) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_6
  from w6 w
  window k as (partition by w.dt, w.account_id, w.model, w.token_class)
),
p6 as (
  select
    t.*,
    cast(least(t.bill_6, t.log_6) as decimal(38,0)) * (case t.side when 'bill' then t.run_6 else t.run_6 - t.bill_6 end) as to_6,
    cast(least(t.bill_6, t.log_6) as decimal(38,0)) * t.w_6 as by_6,
    nullif(cast(case t.side when 'bill' then t.bill_6 else t.log_6 end as decimal(38,0)), 0) as own_6
  from t6 t
),
e6 as (
  select
    p.*,
    coalesce(cast(round((p.to_6 - p.by_6 - (p.to_6 - p.by_6) % p.own_6) / p.own_6) as bigint), 0) as start_6,
    coalesce(cast(round((p.to_6 - p.to_6 % p.own_6) / p.own_6) as bigint), 0) as end_6
  from p6 p
),
l6 as (
  select e.*, e.left_6 - (e.end_6 - e.start_6) as left_7
  from e6 e
),
-- Level 7: no identity.
w7 as (
  select l.*, case when (l.side = 'bill' or l.principal_key is null) and l.service_tier <> 'batch' then l.left_7 else 0 end as w_7
  from l6 l
),
t7 as (
  select
    w.*,
    min(w.id) over k as key_7,
    cast(sum(case when w.side = 'bill' then w.w_7 else 0 end) over k as bigint) as bill_7,
    cast(sum(case when w.side = 'log' then w.w_7 else 0 end) over k as bigint) as log_7,
    cast(sum(w.w_7) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_7
  from w7 w
  window k as (partition by w.dt, w.account_id, w.model, w.token_class)
),
p7 as (
  select
    t.*,
    cast(least(t.bill_7, t.log_7) as decimal(38,0)) * (case t.side when 'bill' then t.run_7 else t.run_7 - t.bill_7 end) as to_7,
    cast(least(t.bill_7, t.log_7) as decimal(38,0)) * t.w_7 as by_7,
    nullif(cast(case t.side when 'bill' then t.bill_7 else t.log_7 end as decimal(38,0)), 0) as own_7
  from t7 t
),
e7 as (
  select
    p.*,
    coalesce(cast(round((p.to_7 - p.by_7 - (p.to_7 - p.by_7) % p.own_7) / p.own_7) as bigint), 0) as start_7,
    coalesce(cast(round((p.to_7 - p.to_7 % p.own_7) / p.own_7) as bigint), 0) as end_7
  from p7 p
),
l7 as (
  select e.*, case when e.held > 0 then e.held when e.side = 'log' then e.left_7 - (e.end_7 - e.start_7) else 0 end as left_8
  from e7 e
),
-- Level 8: what waited, by principal.
w8 as (
  select l.*, case when l.principal_key is null then 0 else l.left_8 end as w_8
  from l7 l
),
t8 as (
  select
    w.*,
    min(w.id) over k as key_8,
    cast(sum(case when w.side = 'bill' then w.w_8 else 0 end) over k as bigint) as bill_8,
    cast(sum(case when w.side = 'log' then w.w_8 else 0 end) over k as bigint) as log_8,
    cast(sum(w.w_8) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_8
  from w8 w
  window k as (partition by w.dt, w.account_id, w.model, w.principal_key, w.token_class)
),
p8 as (
  select
    t.*,
    cast(least(t.bill_8, t.log_8) as decimal(38,0)) * (case t.side when 'bill' then t.run_8 else t.run_8 - t.bill_8 end) as to_8,
    cast(least(t.bill_8, t.log_8) as decimal(38,0)) * t.w_8 as by_8,
    nullif(cast(case t.side when 'bill' then t.bill_8 else t.log_8 end as decimal(38,0)), 0) as own_8
  from t8 t
),
e8 as (
  select
    p.*,
    coalesce(cast(round((p.to_8 - p.by_8 - (p.to_8 - p.by_8) % p.own_8) / p.own_8) as bigint), 0) as start_8,
    coalesce(cast(round((p.to_8 - p.to_8 % p.own_8) / p.own_8) as bigint), 0) as end_8
  from p8 p
),
l8 as (
  select e.*, e.left_8 - (e.end_8 - e.start_8) as left_9
  from e8 e
),
-- Level 9: what waited, by role.
w9 as (
  select l.*, case when l.role_key is not null and (l.side = 'log' or l.role_key = l.principal_key) then l.left_9 else 0 end as w_9
  from l8 l
),
t9 as (
  select
    w.*,
    min(w.id) over k as key_9,
    cast(sum(case when w.side = 'bill' then w.w_9 else 0 end) over k as bigint) as bill_9,
    cast(sum(case when w.side = 'log' then w.w_9 else 0 end) over k as bigint) as log_9,
    cast(sum(w.w_9) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_9
  from w9 w
  window k as (partition by w.dt, w.account_id, w.model, w.role_key, w.token_class)
),
p9 as (
  select
    t.*,
    cast(least(t.bill_9, t.log_9) as decimal(38,0)) * (case t.side when 'bill' then t.run_9 else t.run_9 - t.bill_9 end) as to_9,
    cast(least(t.bill_9, t.log_9) as decimal(38,0)) * t.w_9 as by_9,
    nullif(cast(case t.side when 'bill' then t.bill_9 else t.log_9 end as decimal(38,0)), 0) as own_9
  from t9 t
),
e9 as (
  select
    p.*,
    coalesce(cast(round((p.to_9 - p.by_9 - (p.to_9 - p.by_9) % p.own_9) / p.own_9) as bigint), 0) as start_9,
    coalesce(cast(round((p.to_9 - p.to_9 % p.own_9) / p.own_9) as bigint), 0) as end_9
  from p9 p
),
l9 as (
  select e.*, e.left_9 - (e.end_9 - e.start_9) as left_10
  from e9 e
),
-- Level 10: what waited, by account.
w10 as (
  select l.*, case when l.side = 'log' or l.principal_key is null then l.left_10 else 0 end as w_10
  from l9 l
),
t10 as (
  select
    w.*,
    min(w.id) over k as key_10,
    cast(sum(case when w.side = 'bill' then w.w_10 else 0 end) over k as bigint) as bill_10,
    cast(sum(case when w.side = 'log' then w.w_10 else 0 end) over k as bigint) as log_10,
    cast(sum(w.w_10) over (k order by w.side, w.scope, w.service_tier, w.token_type, w.id rows unbounded preceding) as bigint) as run_10
  from w10 w
  window k as (partition by w.dt, w.account_id, w.model, w.token_class)
),
p10 as (
  select
    t.*,
    cast(least(t.bill_10, t.log_10) as decimal(38,0)) * (case t.side when 'bill' then t.run_10 else t.run_10 - t.bill_10 end) as to_10,
    cast(least(t.bill_10, t.log_10) as decimal(38,0)) * t.w_10 as by_10,
    nullif(cast(case t.side when 'bill' then t.bill_10 else t.log_10 end as decimal(38,0)), 0) as own_10
  from t10 t
),
e10 as (
  select
    p.*,
    coalesce(cast(round((p.to_10 - p.by_10 - (p.to_10 - p.by_10) % p.own_10) / p.own_10) as bigint), 0) as start_10,
    coalesce(cast(round((p.to_10 - p.to_10 % p.own_10) / p.own_10) as bigint), 0) as end_10
  from p10 p
),
l10 as (
  select e.*, e.left_10 - (e.end_10 - e.start_10) as left_11
  from e10 e
),
stretches as (
  select
    l.*,
    v.level,
    case v.level
      when 1 then l.key_1
      when 2 then l.key_2
      when 3 then l.key_3
      when 4 then l.key_4
      when 5 then l.key_5
      when 6 then l.key_6
      when 7 then l.key_7
      when 8 then l.key_8
      when 9 then l.key_9
      when 10 then l.key_10
    end as key_id,
    case v.level
      when 1 then l.start_1
      when 2 then l.start_2
      when 3 then l.start_3
      when 4 then l.start_4
      when 5 then l.start_5
      when 6 then l.start_6
      when 7 then l.start_7
      when 8 then l.start_8
      when 9 then l.start_9
      when 10 then l.start_10
    end as start_at,
    case v.level
      when 1 then l.end_1
      when 2 then l.end_2
      when 3 then l.end_3
      when 4 then l.end_4
      when 5 then l.end_5
      when 6 then l.end_6
      when 7 then l.end_7
      when 8 then l.end_8
      when 9 then l.end_9
      when 10 then l.end_10
    end as end_at
  from l10 l
  cross join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) as v (level)
),
named as (
  select distinct u.model
  from usage_types u
  where u.model_by = 'log'
)
select
  b.dt,
  b.id as bill_id,
  l.id as log_id,
  case when b.level in (1, 3, 8) then 'principal' when b.level in (2, 4, 9) then 'role' when b.level = 7 then 'no_identity' else 'account' end
  || case
    when b.level in (1, 2, 5) then ''
    when l.scope = 'unknown' then ':unknown_routing'
    when b.scope <> l.scope then ':routing'
    when b.service_tier <> l.service_tier then ':service_tier'
    when b.token_type <> l.token_type then ':cache_ttl'
    else ''
  end
  || case when n.model is null then '' else ':name' end as match_level,
  cast(least(b.end_at, l.end_at) - greatest(b.start_at, l.start_at) as bigint) as tokens
from stretches b
join stretches l
  on l.dt = b.dt
  and l.level = b.level
  and l.key_id = b.key_id
  and l.start_at < b.end_at
  and l.end_at > b.start_at
left join named n
  on n.model = b.model
where b.side = 'bill'
  and l.side = 'log'
  and b.end_at > b.start_at
  and l.end_at > l.start_at
order by 1, 2, 3, 4
