-- Parts by quantity
-- CTEs unmatched, uncounted and parts: into which parts the tokens of a billed group fall, by what matched them and what is left. `parts` has the tokens and the weight of each.
unmatched as (
  select
    g.dt,
    g.id as bill_id,
    g.tokens - coalesce(sum(m.tokens), 0) as tokens,
    coalesce(sum(m.tokens), 0) as matched
  from charge_groups g
  left join charge_matches m
    on m.dt = g.dt
    and m.bill_id = g.id
    and m.dt between :groups_from and :to
  where g.side = 'bill'
    and g.dt between :groups_from and :to
    and g.statement_dt between :from and :to
  group by g.dt, g.id, g.tokens
),
uncounted as (
  -- Groups whose calls were logged without any count: there is nothing that could match, and nothing is missing.
  select distinct g.dt, g.id
  from charge_groups g
  join (
    select distinct h.dt, h.account_id, h.model, k.principal_key, k.role_key
    from hourly_usage h
    left join principal_keys k
      on k.principal_arn = h.principal_arn
    where h.uncounted > 0
      and h.dt between :groups_from and :to
  ) c
    on c.dt = g.dt
    and c.account_id = g.account_id
    and c.model = g.model
    and (g.principal_key is null or c.principal_key is null or g.principal_key in (c.principal_key, c.role_key))
  where g.side = 'bill'
    and g.dt between :groups_from and :to
),
parts as (
  select
    m.dt,
    m.bill_id,
    m.log_dt,
    m.log_id,
    'allocated' as status,
    cast(null as varchar) as reason,
    m.match_level,
    m.tokens,
    m.tokens as weight
  from charge_matches m
  join unmatched u
    on u.dt = m.dt
    and u.bill_id = m.bill_id
  where m.dt between :groups_from and :to
  union all
  -- Nothing matched: the whole group is one part, whatever its quantity. A group without tokens has no part of its dollars that usage could explain.
  select
    u.dt,
    u.bill_id,
    cast(null as date),
    0,
    case when u.tokens > 0 then 'billed_not_logged' else 'residual' end,
    case
      when u.tokens <= 0 then 'quantity'
      when g.endpoint = 'runtime' and g.dark_tokens >= u.tokens then 'dark_hours'
      when n.id is not null then 'uncounted'
      when g.endpoint = 'runtime' then 'not_logged'
      else g.endpoint
    end,
    cast(null as varchar),
    u.tokens,
    1
  from unmatched u
  join charge_groups g
    on g.dt = u.dt
    and g.id = u.bill_id
  left join uncounted n
    on n.dt = u.dt
    and n.id = u.bill_id
  where u.matched = 0
  union all
  -- Hours in which an account and region logged nothing at all: that part was not logged, the rest is a difference.
  select
    u.dt,
    u.bill_id,
    cast(null as date),
    0,
    'billed_not_logged',
    'dark_hours',
    cast(null as varchar),
    least(u.tokens, g.dark_tokens),
    least(u.tokens, g.dark_tokens)
  from unmatched u
  join charge_groups g
    on g.dt = u.dt
    and g.id = u.bill_id
  where u.matched > 0
    and least(u.tokens, g.dark_tokens) > 0
  union all
  -- More was billed than logged: records are missing, unless the difference is as small as counts differ.
  select
    u.dt,
    u.bill_id,
    cast(null as date),
    0,
    case when u.tokens - g.dark_tokens > g.tokens * :quantity_tolerance then 'billed_not_logged' else 'residual' end,
    case
      when u.tokens - g.dark_tokens <= g.tokens * :quantity_tolerance then 'quantity'
      when n.id is not null then 'uncounted'
      when g.endpoint = 'mantle' then 'mantle'
      else 'partly_logged'
    end,
    cast(null as varchar),
    u.tokens - g.dark_tokens,
    u.tokens - g.dark_tokens
  from unmatched u
  join charge_groups g
    on g.dt = u.dt
    and g.id = u.bill_id
  left join uncounted n
    on n.dt = u.dt
    and n.id = u.bill_id
  where u.matched > 0
    and u.tokens > g.dark_tokens
),
