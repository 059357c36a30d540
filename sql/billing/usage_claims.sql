-- Usage claims
-- Whose calls stand behind usage that names no team itself: the calls that explain the rest of its group, that its principal made, or that used its resource.
-- @param from date First day of the statement
-- @param to date Last day of the statement
-- @param usage_from date First day of a month from which on the statement names usage
-- @param usage_to date Last day of a month up to which it does
-- @reads charge_parts, hourly_usage, principal_keys
-- @column dt date Day of the part in charge_parts
-- @column part_id bigint Part in charge_parts
-- @column claim varchar group, used (its principal's calls of its resource), resource or principal; _month where there are no calls on the day itself
-- @column team varchar Team of the calls
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column weight bigint What the part is split by: tokens
-- The nearest claim that anybody has counts. What only an account says (places from 1000000 on) is weaker than calls. Tokens that name their caller are
-- that caller's, whoever else called the same resource; capacity and the like name whoever made it, and belong to those who called it.
with asking as (
  select
    p.dt,
    p.id,
    v.level,
    case
      when v.level = 1 and p.group_id is not null then 'group ' || cast(p.group_dt as varchar) || ' ' || cast(p.group_id as varchar)
      when v.level in (2, 3) then 'used ' || p.account_id || ' ' || p.line_principal || ' ' || p.resource_id
      when v.level in (4, 5) and (p.group_id is null or p.line_principal is null) then 'resource ' || p.resource_id
      when v.level in (6, 7) then 'principal ' || p.account_id || ' ' || p.line_principal
    end as key,
    case
      when v.level in (2, 4, 6) then cast(p.usage_dt as varchar)
      when v.level in (3, 5, 7) then date_format(p.usage_dt, '%Y-%m')
      else ''
    end as during
  from charge_parts p
  cross join (values (1), (2), (3), (4), (5), (6), (7)) as v (level)
  where p.dt between :from and :to
    and p.status <> 'adjustment'
    and p.match_level is null
    and coalesce(p.attribution_place, 2000000) >= 1000000
),
answers as (
  select
    'group ' || cast(p.group_dt as varchar) || ' ' || cast(p.group_id as varchar) as key,
    '' as during,
    p.team,
    p.cost_center,
    p.environment,
    p.feature,
    p.logged_tokens as weight
  from charge_parts p
  where p.dt between :from and :to
    and p.match_level is not null
  union all
  select
    case v.level
      when 'used' then 'used ' || h.account_id || ' ' || k.principal_key || ' ' || h.model_id
      when 'resource' then 'resource ' || h.model_id
      else 'principal ' || h.account_id || ' ' || k.principal_key
    end,
    d.during,
    h.team,
    h.cost_center,
    h.environment,
    h.feature,
    h.tokens
  from (
    select
      u.dt, u.account_id, u.model_id, u.principal_arn, u.team, u.cost_center, u.environment, u.feature,
      -- Calls without tokens, such as images, still say whose the capacity was.
      greatest(coalesce(sum(u.total_tokens), 0), coalesce(sum(u.invocations), 0)) as tokens
    from hourly_usage u
    where u.team <> 'unattributed'
      and u.dt between :usage_from and :usage_to
    group by u.dt, u.account_id, u.model_id, u.principal_arn, u.team, u.cost_center, u.environment, u.feature
  ) h
  left join (
    -- An export may name the role without its session.
    select distinct i.principal_arn, n.principal_key, n.principal_key = i.principal_key as is_own
    from principal_keys i
    cross join unnest(array[i.principal_key, i.role_key]) as n (principal_key)
    where n.principal_key is not null
  ) k
    on k.principal_arn = h.principal_arn
  cross join (values ('used'), ('resource'), ('principal')) as v (level)
  cross join unnest(array[cast(h.dt as varchar), date_format(h.dt, '%Y-%m')]) as d (during)
  where (v.level = 'principal' or h.model_id like 'arn:%')
    and case v.level when 'resource' then coalesce(k.is_own, true) else k.principal_key is not null end
),
weights as (
  select a.key, a.during, a.team, a.cost_center, a.environment, a.feature, sum(a.weight) as weight
  from answers a
  group by a.key, a.during, a.team, a.cost_center, a.environment, a.feature
),
claims as (
  select
    q.dt,
    q.id,
    q.level,
    min(q.level) over (partition by q.dt, q.id) as nearest,
    w.team,
    w.cost_center,
    w.environment,
    w.feature,
    w.weight
  from asking q
  join weights w
    on w.key = q.key
    and w.during = q.during
  where w.weight > 0
)
select
  c.dt,
  c.id as part_id,
  case c.level when 1 then 'group' when 2 then 'used' when 3 then 'used_month' when 4 then 'resource' when 5 then 'resource_month' when 6 then 'principal' else 'principal_month' end as claim,
  c.team,
  c.cost_center,
  c.environment,
  c.feature,
  cast(c.weight as bigint) as weight
from claims c
where c.level = c.nearest
order by 1, 2, 4, 5, 6, 7
