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
with groups as (
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
    g.waits,
    case
      when g.tokens <= 0 then 0
      when g.side = 'log' and g.pending then 0
      else g.tokens
    end as left_0
  from (
    -- Lines worded -mantle- bill logged calls of some models, and of others calls to an endpoint that writes no log. Where the model also has lines
    -- under its other name that day, those come first.
    select
      s.*,
      coalesce(
        s.side = 'bill'
        and s.endpoint = 'mantle'
        and max(case when s.side = 'bill' and s.endpoint = 'runtime' then 1 else 0 end) over (partition by s.dt, s.account_id, s.model) = 1,
        false
      ) as waits
    from charge_groups s
    where s.dt between :from and :to
  ) g
),
-- What a level wants the same of both sides, as the number of the first group that has it: ten comparisons of numbers cost less than ten of names. A class
-- is the kind of token of one model and account, a kind has the same routing and tier, too; either also for each principal and role.
classes as (
  select
    g.*,
    min(g.id) over (partition by g.dt, g.account_id, g.model, g.token_class) as same_class,
    row_number() over (partition by g.dt order by g.side, g.scope, g.service_tier, g.token_type, g.id) as place
  from groups g
),
kinds as (
  select
    c.*,
    min(c.id) over (partition by c.dt, c.same_class, c.token_type, c.scope, c.service_tier) as same_kind,
    min(c.id) over (partition by c.dt, c.same_class, c.principal_key) as principal_class,
    min(c.id) over (partition by c.dt, c.same_class, c.role_key) as role_class
  from classes c
),
l0 as (
  select
    k.dt,
    k.id,
    k.side,
    k.model,
    k.token_type,
    k.scope,
    k.service_tier,
    k.place,
    k.same_class,
    k.same_kind,
    k.principal_class,
    k.role_class,
    min(k.id) over (partition by k.dt, k.same_kind, k.principal_key) as principal_kind,
    min(k.id) over (partition by k.dt, k.same_kind, k.role_key) as role_kind,
    k.waits,
    k.service_tier <> 'batch' as is_open,
    k.principal_key is not null as has_principal,
    k.role_key is not null and (k.side = 'log' or k.role_key = k.principal_key) as has_role,
    k.left_0
  from kinds k
),
-- Levels 1 and 2 want the same kind of token, routing and tier; 3, 4 and 6 to 10 leave these open, but not to batch; 5 and 6 are those of the account, 7 what
-- no identity is known of; 8 to 10 are what waited for its model's other name, which is never batch.
-- @include matching_level level=1 | before=0 | takes=not l.waits and l.has_principal | within=principal_kind
-- @include matching_level level=2 | before=1 | takes=not l.waits and l.has_role | within=role_kind
-- @include matching_level level=3 | before=2 | takes=not l.waits and l.has_principal and l.is_open | within=principal_class
-- @include matching_level level=4 | before=3 | takes=not l.waits and l.has_role and l.is_open | within=role_class
-- @include matching_level level=5 | before=4 | takes=not l.waits and (l.side = 'log' or not l.has_principal) | within=same_kind
-- @include matching_level level=6 | before=5 | takes=not l.waits and (l.side = 'log' or not l.has_principal) and l.is_open | within=same_class
-- @include matching_level level=7 | before=6 | takes=not l.waits and (l.side = 'bill' or not l.has_principal) and l.is_open | within=same_class
-- @include matching_level level=8 | before=7 | takes=(l.side = 'log' or l.waits) and l.has_principal and l.is_open | within=principal_class
-- @include matching_level level=9 | before=8 | takes=(l.side = 'log' or l.waits) and l.has_role and l.is_open | within=role_class
-- @include matching_level level=10 | before=9 | takes=(l.side = 'log' or l.waits) and (l.side = 'log' or not l.has_principal) and l.is_open | within=same_class
stretches as (
  select
    l.*,
    v.level,
    case
      when v.level = 1 then l.principal_kind
      when v.level = 2 then l.role_kind
      when v.level in (3, 8) then l.principal_class
      when v.level in (4, 9) then l.role_class
      when v.level = 5 then l.same_kind
      else l.same_class
    end as key_id,
    -- @include of_level column=start
    as start_at,
    -- @include of_level column=end
    as end_at
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
