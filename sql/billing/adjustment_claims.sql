-- Adjustment claims
-- Whose lines a discount, credit, refund or tax follows: those that it names, then those of its account, then those of its payer, always of its own seller.
-- @param from date First day of the statement
-- @param to date Last day of the statement
-- @param lines_from date First day of the statements whose lines its adjustments may follow
-- @reads charge_parts, usage_claims
-- @column dt date Day of the part in charge_parts
-- @column part_id bigint Part in charge_parts
-- @column claim varchar named: usage type, region, principal and resource as far as the line gives them, and the tags that it carries. account. payer
-- @column team varchar Team of the lines that it follows, shared or unattributed
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column weight bigint What the part is split by: dollars of those lines, in billionths
-- A level is a key; the narrowest that meets any dollars counts. Levels 1 to 4 are what the line names with the tags that it carries itself (one session
-- may have several sets), before what it says itself of who pays; levels 5 to 8 are what it names, whatever tags stand there.
with patterns as (
  select distinct
    p.line_usage_type is not null as by_usage_type,
    p.region is not null as by_region,
    p.line_principal is not null as by_principal,
    p.resource_id is not null as by_resource,
    p.tag_set is not null as by_tags
  from charge_parts p
  where p.dt between :from and :to
    and p.status = 'adjustment'
),
lines as (
  select
    u.usage_dt,
    coalesce(u.payer_account_id, '') as payer,
    coalesce(u.billing_entity, '') as seller,
    coalesce(u.product_code, '') as product,
    u.account_id as account,
    coalesce(u.line_usage_type, '') as usage_type,
    coalesce(u.region, '') as region,
    coalesce(u.line_principal, '') as principal,
    coalesce(u.resource_id, '') as resource,
    coalesce(u.tag_set, '') as tag_set,
    u.team,
    u.cost_center,
    u.environment,
    u.feature,
    sum(u.dollars) as dollars
  from (
    select
      p.usage_dt, p.payer_account_id, p.billing_entity, p.product_code, p.account_id, p.line_usage_type, p.region, p.line_principal, p.resource_id, p.tag_set,
      -- An owner that only an account names gives way to calls, as in allocated_charges.
      case when c.part_id is null then coalesce(p.team, 'shared') else c.team end as team,
      case when c.part_id is null then p.cost_center else c.cost_center end as cost_center,
      case when c.part_id is null then p.environment else c.environment end as environment,
      case when c.part_id is null then p.feature else c.feature end as feature,
      -- Whole numbers, so that their sum does not depend on the order in which an engine adds.
      cast(round(cast(p.billed_cost as double) * 1e9 * coalesce(cast(c.weight as double) / cast(sum(c.weight) over (partition by p.dt, p.id) as double), 1e0)) as bigint) as dollars
    from charge_parts p
    left join (
      select u.dt, u.part_id, u.team, u.cost_center, u.environment, u.feature, u.weight
      from usage_claims u
      where u.dt between :lines_from and :to
    ) c
      on c.dt = p.dt
      and c.part_id = p.id
    where p.dt between :lines_from and :to
      and p.status <> 'adjustment'
  ) u
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
),
keyed as (
  -- A star stands for what the adjustment does not name, so that a line without a principal is not counted under two patterns.
  select
    case v.level
      when 'named_day' then 'named ' || cast(l.usage_dt as varchar) || ' ' || l.product
      when 'named' then 'named ' || date_format(l.usage_dt, '%Y-%m') || ' ' || l.product
      when 'named_any' then 'named ' || date_format(l.usage_dt, '%Y-%m')
    end
    || ' ' || l.seller || ' ' || l.account || ' ' || case when n.by_usage_type then l.usage_type else '*' end || ' '
    || case when n.by_region then l.region else '*' end || ' ' || case when n.by_principal then l.principal else '*' end || ' '
    || case when n.by_resource then l.resource else '*' end || ' ' || case when n.by_tags then l.tag_set else '*' end as key,
    l.team, l.cost_center, l.environment, l.feature, l.dollars
  from lines l
  cross join (
    select n.by_usage_type, n.by_region, n.by_principal, n.by_resource, t.by_tags
    from patterns n
    cross join (values (true), (false)) as t (by_tags)
    where n.by_tags or not t.by_tags
    group by 1, 2, 3, 4, 5
  ) n
  cross join (values ('named_day'), ('named'), ('named_any')) as v (level)
  union all
  select
    v.level || ' ' || date_format(l.usage_dt, '%Y-%m') || ' ' || case when v.product = 1 then l.product else '*' end || ' ' || l.seller || ' '
    || case v.level when 'account' then l.account else l.payer end,
    l.team, l.cost_center, l.environment, l.feature, l.dollars
  from lines l
  cross join (values ('account', 1), ('account', 0), ('payer', 1), ('payer', 0)) as v (level, product)
),
weights as (
  select k.key, k.team, k.cost_center, k.environment, k.feature, cast(sum(k.dollars) as bigint) as weight
  from keyed k
  group by k.key, k.team, k.cost_center, k.environment, k.feature
),
asking as (
  select
    p.dt,
    p.id,
    v.level,
    case v.level
      when 1 then 'named ' || cast(p.usage_dt as varchar) || ' ' || coalesce(p.product_code, '')
      when 2 then 'named ' || date_format(p.usage_dt, '%Y-%m') || ' ' || coalesce(p.product_code, '')
      when 3 then 'named ' || date_format(p.usage_dt, '%Y-%m')
      when 4 then 'named ' || p.period || ' ' || coalesce(p.product_code, '')
      when 5 then 'named ' || cast(p.usage_dt as varchar) || ' ' || coalesce(p.product_code, '')
      when 6 then 'named ' || date_format(p.usage_dt, '%Y-%m') || ' ' || coalesce(p.product_code, '')
      when 7 then 'named ' || date_format(p.usage_dt, '%Y-%m')
      when 8 then 'named ' || p.period || ' ' || coalesce(p.product_code, '')
      when 9 then 'account ' || date_format(p.usage_dt, '%Y-%m') || ' ' || coalesce(p.product_code, '')
      when 10 then 'account ' || date_format(p.usage_dt, '%Y-%m') || ' *'
      when 11 then 'account ' || p.period || ' ' || coalesce(p.product_code, '')
      when 12 then 'account ' || p.period || ' *'
      when 13 then 'payer ' || p.period || ' ' || coalesce(p.product_code, '')
      else 'payer ' || p.period || ' *'
    end
    || ' ' || coalesce(p.billing_entity, '') || ' '
    || case
      when v.level <= 8
        then p.account_id || ' ' || coalesce(p.line_usage_type, '*') || ' ' || coalesce(p.region, '*') || ' ' || coalesce(p.line_principal, '*') || ' '
          || coalesce(p.resource_id, '*') || ' ' || case when v.level <= 4 then coalesce(p.tag_set, '*') else '*' end
      when v.level <= 12 then p.account_id
      else coalesce(p.payer_account_id, '')
    end as key
  from charge_parts p
  cross join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14)) as v (level)
  where p.dt between :from and :to
    and p.status = 'adjustment'
    -- A line for more than a day follows no single day, and one that names nothing follows its account.
    and (v.level not in (1, 5) or not p.is_long)
    and (v.level > 8 or p.line_usage_type is not null or p.region is not null or p.line_principal is not null or p.resource_id is not null)
    and (v.level not between 5 and 8 or p.tag_set is not null)
    -- What its own tags or a rule say comes before lines with other tags and before the account's lines, what only its account says before the payer's.
    and (v.level <= 4 or coalesce(p.attribution_place, 2000000) >= 1000000)
    and (v.level <= 12 or p.attribution_place is null or p.attribution_place >= 2000000)
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
  where w.weight > 0
)
select
  c.dt,
  c.id as part_id,
  case when c.level <= 8 then 'named' when c.level <= 12 then 'account' else 'payer' end as claim,
  c.team,
  c.cost_center,
  c.environment,
  c.feature,
  c.weight
from claims c
where c.level = c.nearest
order by 1, 2, 4, 5, 6, 7
