-- Charge parts
-- Every Bedrock dollar on the bill in parts that one owner may pay: token lines as far as logged tokens explain them and the rest, all other lines as they stand.
-- @param from date First day of the statement
-- @param to date Last day of the statement
-- @param groups_from date First day on which the statement can have groups in charge_groups: at most 100 days before it, later where its lines say so
-- @param quantity_tolerance decimal(38,12)=0.001 Share of a group's tokens up to which a difference in quantity is a residual
-- @reads billed_charges, charge_groups, charge_matches, principals, hourly_usage, principal_keys
-- @column dt date Day that the dollars count for on the statement
-- @column id bigint Number of the part within its day
-- @column usage_dt date UTC day of the usage
-- @column period varchar Billing period, YYYY-MM
-- @column payer_account_id varchar Account that pays
-- @column billing_entity varchar AWS or AWS Marketplace
-- @column product_code varchar Product code as billed; of the Marketplace one a product
-- @column account_id varchar Account that is billed
-- @column region varchar Region that is billed
-- @column line_principal varchar Principal that the line itself names, in its normal form
-- @column resource_id varchar Resource that the line names
-- @column line_usage_type varchar Usage type as billed
-- @column tag_set varchar Tags and cost categories of the line that attribution looks at; null when there are none
-- @column is_long boolean Whether the line is for more than a day
-- @column group_dt date Day of the group in charge_groups; null for lines that are not tokens, as the next
-- @column group_id bigint Group in charge_groups
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column reason varchar Why a part that is not allocated has its status
-- @column match_level varchar How log and bill met; null when they did not
-- @column principal_arn varchar IAM identity of the logged usage; of the bill where nothing was logged
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column person varchar The human behind the principal
-- @column team varchar Team by what stands on the line or by its logged calls, whichever is first in the order; unattributed: calls of nobody; null: nothing says
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column attribution_source varchar What named the team
-- @column attribution_place bigint Place of that source in attribution_sources; null where nothing named one
-- @column is_split boolean Whether the logged calls behind it are shared among lines of several teams of the same statement
-- @column vendor varchar Model maker
-- @column model varchar Model; null for lines that name none
-- @column model_tier varchar premium, standard or fast
-- @column token_type varchar Token type as billed
-- @column routing varchar in-region, geo or global; null when unknown
-- @column service_tier varchar Service tier as billed
-- @column endpoint varchar runtime, mantle or batch
-- @column context_class varchar standard or long
-- @column line_item_type varchar Line item type of parts that are not tokens
-- @column usage_type varchar Usage type of parts that are not tokens
-- @column billed_tokens bigint Billed tokens
-- @column logged_tokens bigint Logged tokens that explain them
-- @column quantity decimal(38,12) Billed quantity of parts that are not tokens
-- @column unit varchar Its pricing unit as billed
-- @column billed_cost decimal(38,12) Billed USD
-- @column net_cost decimal(38,12) Billed USD with discounts spread into the lines
-- @column public_cost decimal(38,12) USD at public prices
-- @column cur_version varchar Delivery that the bill comes from
with
-- @include parts_by_quantity
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
      and g.dt between :groups_from and :to
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
-- @include largest_remainder part=bill_id | ties=f.log_id, f.log_dt, f.reason, f.match_level
, split as (
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
),
tokens as (
  select
    s.*,
    b.statement_dt,
    b.usage_dt,
    b.period,
    b.payer_account_id,
    b.billing_entity,
    b.product_code,
    b.account_id,
    b.region as line_region,
    b.principal_key as line_principal,
    b.resource_id,
    b.usage_type as line_usage_type,
    b.tag_set,
    b.model,
    b.token_type,
    b.routing as line_routing,
    b.service_tier,
    b.endpoint,
    b.context_class,
    b.cur_version,
    b.principal_arn as line_arn,
    b.principal_type as line_type,
    b.principal_name as line_name,
    b.person as line_person,
    b.team as line_team,
    b.cost_center as line_cost_center,
    b.environment as line_environment,
    b.feature as line_feature,
    b.attribution_source as line_source,
    b.attribution_place as line_place,
    l.principal_arn as call_arn,
    l.principal_type as call_type,
    l.principal_name as call_name,
    l.person as call_person,
    l.team as call_team,
    l.cost_center as call_cost_center,
    l.environment as call_environment,
    l.feature as call_feature,
    l.attribution_source as call_source,
    l.attribution_place as call_place,
    l.id is not null as has_calls,
    l.vendor,
    l.model_tier,
    l.routing as call_routing,
    -- One rule table, two sides: what comes first in the order names the team, whichever side it stands on.
    l.id is null or coalesce(b.attribution_place, 2000000) < coalesce(l.attribution_place, 2000000) as line_decides
  from split s
  join charge_groups b
    on b.dt = s.dt
    and b.id = s.bill_id
    and b.dt between :groups_from and :to
  left join (
    select g.*
    from charge_groups g
    where g.dt between cast(date_add('day', -1, :groups_from) as date) and :to
  ) l
    on l.dt = s.log_dt
    and l.id = s.log_id
),
owned as (
  select
    t.*,
    case when t.has_calls and t.line_decides then coalesce(t.line_team, '') else '' end as tag_team
  from tokens t
),
parted as (
  select
    o.statement_dt as dt, o.usage_dt, o.period, o.payer_account_id, o.billing_entity, o.product_code, o.account_id,
    o.line_region as region, o.line_principal, o.resource_id, o.line_usage_type, o.tag_set, false as is_long, o.dt as group_dt, o.bill_id as group_id,
    o.status, o.reason, o.match_level,
    case when o.has_calls then o.call_arn else o.line_arn end as principal_arn,
    case when o.has_calls then o.call_type else o.line_type end as principal_type,
    case when o.has_calls then o.call_name else o.line_name end as principal_name,
    case when o.has_calls then coalesce(o.call_person, o.line_person) else o.line_person end as person,
    case when o.line_decides then o.line_team else o.call_team end as team,
    case when o.line_decides then coalesce(o.line_cost_center, o.call_cost_center) else coalesce(o.call_cost_center, o.line_cost_center) end as cost_center,
    case when o.line_decides then coalesce(o.line_environment, o.call_environment) else coalesce(o.call_environment, o.line_environment) end as environment,
    case when o.line_decides then coalesce(o.line_feature, o.call_feature) else coalesce(o.call_feature, o.line_feature) end as feature,
    case when o.line_decides then o.line_source else o.call_source end as attribution_source,
    case when o.line_decides then o.line_place else o.call_place end as attribution_place,
    o.has_calls
      and min(o.tag_team) over (partition by o.period, o.log_dt, o.log_id) <> max(o.tag_team) over (partition by o.period, o.log_dt, o.log_id) as is_split,
    o.vendor, o.model, o.model_tier, o.token_type, coalesce(o.call_routing, o.line_routing) as routing, o.service_tier, o.endpoint,
    o.context_class, cast(null as varchar) as line_item_type, cast(null as varchar) as usage_type,
    o.tokens as billed_tokens, case when o.has_calls then o.tokens else 0 end as logged_tokens,
    cast(null as decimal(38,12)) as quantity, cast(null as varchar) as unit,
    cast(o.billed_pico * 0.000000000001 as decimal(38,12)) as billed_cost,
    cast(o.net_pico * 0.000000000001 as decimal(38,12)) as net_cost,
    cast(o.public_pico * 0.000000000001 as decimal(38,12)) as public_cost,
    o.cur_version
  from owned o
  union all
  select
    c.statement_dt, c.dt, c.period, c.payer_account_id, c.billing_entity, c.product_code, c.account_id, c.region, c.principal_key, c.resource_id,
    c.usage_type, c.tag_set, c.usage_end > date_add('day', 1, c.usage_start), cast(null as date), cast(null as bigint),
    case c.charge_kind when 'not_token' then 'not_token_based' else c.charge_kind end, c.what, cast(null as varchar),
    c.principal_arn, p.principal_type, p.principal_name, coalesce(c.person, p.person),
    c.team, c.cost_center, c.environment, c.feature, c.attribution_source, c.attribution_place, false,
    cast(null as varchar), c.model, cast(null as varchar), cast(null as varchar), cast(null as varchar), c.service_tier, cast(null as varchar),
    cast(null as varchar), c.line_item_type, c.usage_type, 0, 0,
    sum(c.usage_amount), c.pricing_unit, sum(c.billed_cost), sum(c.net_cost), sum(coalesce(c.public_cost, 0)), c.cur_version
  from billed_charges c
  left join principals p
    on p.principal_arn = c.principal_arn
  where c.charge_kind <> 'token'
    and c.period between date_format(cast(:from as date), '%Y-%m') and date_format(cast(:to as date), '%Y-%m')
    and c.statement_dt between :from and :to
  group by
    c.statement_dt, c.dt, c.period, c.payer_account_id, c.billing_entity, c.product_code, c.account_id, c.region, c.principal_key, c.resource_id,
    c.usage_type, c.tag_set, c.usage_end > date_add('day', 1, c.usage_start), c.charge_kind, c.what, c.principal_arn, p.principal_type, p.principal_name,
    c.person, p.person, c.team, c.cost_center, c.environment, c.feature, c.attribution_source, c.attribution_place, c.model, c.service_tier,
    c.line_item_type, c.pricing_unit, c.cur_version
)
select
  p.dt,
  row_number() over (
    partition by p.dt
    order by
      p.usage_dt, p.period, p.payer_account_id, p.billing_entity, p.product_code, p.account_id, p.region, p.line_principal, p.resource_id,
      p.line_usage_type, p.tag_set, p.is_long, p.group_id, p.status, p.reason, p.match_level, p.principal_arn, p.team, p.cost_center, p.environment, p.feature,
      p.attribution_source, p.person, p.vendor, p.model, p.model_tier, p.token_type, p.routing, p.service_tier, p.endpoint, p.context_class,
      p.line_item_type, p.unit, p.cur_version, p.billed_cost, p.net_cost, p.billed_tokens
  ) as id,
  p.usage_dt, p.period, p.payer_account_id, p.billing_entity, p.product_code, p.account_id, p.region, p.line_principal, p.resource_id,
  p.line_usage_type, p.tag_set, p.is_long, p.group_dt, p.group_id, p.status, p.reason, p.match_level, p.principal_arn, p.principal_type, p.principal_name,
  p.person, p.team, p.cost_center, p.environment, p.feature, p.attribution_source, p.attribution_place, p.is_split, p.vendor, p.model, p.model_tier,
  p.token_type, p.routing, p.service_tier, p.endpoint, p.context_class, p.line_item_type, p.usage_type,
  cast(p.billed_tokens as bigint) as billed_tokens,
  cast(p.logged_tokens as bigint) as logged_tokens,
  cast(p.quantity as decimal(38,12)) as quantity,
  p.unit,
  cast(p.billed_cost as decimal(38,12)) as billed_cost,
  cast(p.net_cost as decimal(38,12)) as net_cost,
  cast(p.public_cost as decimal(38,12)) as public_cost,
  p.cur_version
from parted p
order by 1, 2
