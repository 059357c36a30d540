-- Allocated charges
-- Every Bedrock dollar on the bill in exactly one row, with a status; billed is the sum of the six statuses to the last digit.
-- @param from date First day of the statement
-- @param to date Last day of the statement
-- @param quantity_tolerance decimal(38,12)=0.001 Share of a group's tokens up to which a difference in quantity is a residual
-- @reads billed_charges, charge_groups, charge_matches, principals, hourly_usage, principal_keys
-- @column dt date Day that the dollars count for on the statement: the usage day, or the billing period's first for usage of another month
-- @column usage_dt date UTC day of the usage
-- @column period varchar Billing period, YYYY-MM
-- @column account_id varchar Account that is billed
-- @column region varchar Region that is billed
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column reason varchar Why a row that is not allocated has its status, for example mantle, uncounted, dark_hours, partly_logged, price, guardrail or tax
-- @column match_level varchar How log and bill met: principal, role, account or no_identity, and what differed; null when they did not
-- @column principal_arn varchar IAM identity of the logged usage; of the bill where nothing was logged
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column person varchar The human behind the principal
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column vendor varchar Model maker
-- @column model varchar Model; null for lines that name none
-- @column model_tier varchar premium, standard or fast
-- @column token_type varchar Token type as billed
-- @column routing varchar in-region, geo or global; null when unknown
-- @column service_tier varchar Service tier as billed
-- @column endpoint varchar runtime, mantle or batch
-- @column context_class varchar standard or long
-- @column line_item_type varchar Line item type of rows that are not tokens
-- @column usage_type varchar Usage type of rows that are not tokens
-- @column billed_tokens bigint Billed tokens
-- @column logged_tokens bigint Logged tokens that explain them
-- @column billed_cost decimal(38,12) Billed USD
-- @column net_cost decimal(38,12) Billed USD with discounts spread into the lines
-- @column public_cost decimal(38,12) USD at public prices
-- @column cur_version varchar Delivery that the bill comes from
with unmatched as (
  select
    g.dt,
    g.id as bill_id,
    g.tokens - coalesce(sum(m.tokens), 0) as tokens,
    coalesce(sum(m.tokens), 0) as matched
  from charge_groups g
  left join charge_matches m
    on m.dt = g.dt
    and m.bill_id = g.id
    and m.dt between date_add('day', -100, :from) and :to
  where g.side = 'bill'
    and g.dt between date_add('day', -100, :from) and :to
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
      and h.dt between :from and :to
  ) c
    on c.dt = g.dt
    and c.account_id = g.account_id
    and c.model = g.model
    and (g.principal_key is null or c.principal_key is null or g.principal_key in (c.principal_key, c.role_key))
  where g.side = 'bill'
    and g.dt between :from and :to
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
  where m.dt between date_add('day', -100, :from) and :to
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
amounts as (
  -- Pico-dollars without sign, to be split by weight. What a line costs beyond its quantity times its rate is no part of that (see price_excess).
  select
    p.*,
    a.amount,
    cast(abs(a.usd) * 1000000000000 as decimal(38,0)) as pico,
    case when a.usd < 0 then -1 else 1 end as sign,
    cast(sum(p.weight) over (partition by p.dt, p.bill_id, a.amount) as decimal(38,0)) as weights
  from parts p
  join (
    select
      g.dt,
      g.id,
      v.amount,
      case v.amount
        when 'billed' then g.billed_cost - case when u.matched > 0 then g.price_excess else 0 end
        when 'net' then g.net_cost - case when u.matched > 0 then g.price_excess else 0 end
        else g.public_cost
      end as usd
    from charge_groups g
    join unmatched u
      on u.dt = g.dt
      and u.bill_id = g.id
    cross join (values ('billed'), ('net'), ('public')) as v (amount)
    where g.side = 'bill'
      and g.dt between date_add('day', -100, :from) and :to
  ) a
    on a.dt = p.dt
    and a.id = p.bill_id
),
guesses as (
  select
    a.*,
    cast(round(cast(a.pico * a.weight as double) / cast(a.weights as double)) as decimal(38,0)) as guess
  from amounts a
),
corrected as (
  -- A double holds 53 bits, so the first quotient may be off by some units; the remainder, exact, says by how many.
  select
    g.*,
    g.guess + cast(round(cast(g.pico * g.weight - g.guess * g.weights as double) / cast(g.weights as double)) as decimal(38,0)) as near
  from guesses g
),
floors as (
  select
    c.*,
    c.near - case when c.pico * c.weight < c.near * c.weights then 1 else 0 end as share,
    c.pico * c.weight - c.near * c.weights + case when c.pico * c.weight < c.near * c.weights then c.weights else 0 end as rest
  from corrected c
),
shares as (
  -- Largest remainder: the units that rounding down left over go to the largest rests, ties to the earlier group.
  select
    f.*,
    f.share + case
      when row_number() over (partition by f.dt, f.bill_id, f.amount order by f.rest desc, f.log_id, f.log_dt, f.reason, f.match_level)
        <= f.pico - sum(f.share) over (partition by f.dt, f.bill_id, f.amount)
        then 1
      else 0
    end as pico_share
  from floors f
),
split as (
  select
    s.dt,
    s.bill_id,
    s.log_dt,
    s.log_id,
    s.status,
    s.reason,
    s.match_level,
    s.tokens,
    sum(case when s.amount = 'billed' then s.sign * s.pico_share else 0 end) as billed_pico,
    sum(case when s.amount = 'net' then s.sign * s.pico_share else 0 end) as net_pico,
    sum(case when s.amount = 'public' then s.sign * s.pico_share else 0 end) as public_pico
  from shares s
  group by 1, 2, 3, 4, 5, 6, 7, 8
  union all
  select
    g.dt,
    g.id,
    cast(null as date),
    0,
    'residual',
    'price',
    cast(null as varchar),
    0,
    cast(g.price_excess * 1000000000000 as decimal(38,0)),
    cast(g.price_excess * 1000000000000 as decimal(38,0)),
    0
  from charge_groups g
  join unmatched u
    on u.dt = g.dt
    and u.bill_id = g.id
  where u.matched > 0
    and g.price_excess <> 0
)
select
  b.statement_dt as dt,
  b.usage_dt,
  b.period,
  b.account_id,
  b.region,
  s.status,
  s.reason,
  s.match_level,
  case when l.id is null then b.principal_arn else l.principal_arn end as principal_arn,
  case when l.id is null then b.principal_type else l.principal_type end as principal_type,
  case when l.id is null then b.principal_name else l.principal_name end as principal_name,
  case when l.id is null then b.person else l.person end as person,
  case when l.id is null then b.team else l.team end as team,
  case when l.id is null then b.cost_center else l.cost_center end as cost_center,
  case when l.id is null then b.environment else l.environment end as environment,
  l.feature,
  l.vendor,
  b.model,
  l.model_tier,
  b.token_type,
  coalesce(l.routing, b.routing) as routing,
  b.service_tier,
  b.endpoint,
  b.context_class,
  cast(null as varchar) as line_item_type,
  cast(null as varchar) as usage_type,
  cast(s.tokens as bigint) as billed_tokens,
  cast(case when l.id is null then 0 else s.tokens end as bigint) as logged_tokens,
  cast(s.billed_pico * 0.000000000001 as decimal(38,12)) as billed_cost,
  cast(s.net_pico * 0.000000000001 as decimal(38,12)) as net_cost,
  cast(s.public_pico * 0.000000000001 as decimal(38,12)) as public_cost,
  b.cur_version
from split s
join charge_groups b
  on b.dt = s.dt
  and b.id = s.bill_id
left join charge_groups l
  on l.dt = s.log_dt
  and l.id = s.log_id
union all
select
  c.statement_dt,
  c.dt,
  c.period,
  c.account_id,
  c.region,
  case c.charge_kind when 'not_token' then 'not_token_based' else c.charge_kind end,
  c.what,
  cast(null as varchar),
  c.principal_arn,
  p.principal_type,
  p.principal_name,
  p.person,
  coalesce(p.team, 'unattributed'),
  p.cost_center,
  p.environment,
  cast(null as varchar),
  cast(null as varchar),
  c.model,
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  c.service_tier,
  cast(null as varchar),
  cast(null as varchar),
  c.line_item_type,
  c.usage_type,
  0,
  0,
  cast(sum(c.billed_cost) as decimal(38,12)),
  cast(sum(c.net_cost) as decimal(38,12)),
  cast(sum(coalesce(c.public_cost, 0)) as decimal(38,12)),
  c.cur_version
from billed_charges c
left join principals p
  on p.principal_arn = c.principal_arn
where c.charge_kind <> 'token'
  and c.period between date_format(cast(:from as date), '%Y-%m') and date_format(cast(:to as date), '%Y-%m')
  and c.statement_dt between :from and :to
group by 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 18, 22, 25, 26, c.cur_version
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 18, 20, 21, 22, 23, 24, 25, 26, 29
