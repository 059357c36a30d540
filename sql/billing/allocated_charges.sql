-- Allocated charges
-- Every Bedrock dollar on the bill in exactly one row, with a status; billed is the sum of the six statuses to the last digit.
-- @param from date First day of the statement
-- @param to date Last day of the statement
-- @reads charge_parts, usage_claims, adjustment_claims
-- @column dt date Day that the dollars count for on the statement: the usage day, or the billing period's first for usage of another month
-- @column usage_dt date UTC day of the usage
-- @column period varchar Billing period, YYYY-MM
-- @column account_id varchar Account that is billed
-- @column region varchar Region that is billed
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column reason varchar Why a row that is not allocated has its status, for example mantle, dark_hours, partly_logged, price, guardrail or tax
-- @column match_level varchar How log and bill met: principal, role, account or no_identity, and what differed; null when they did not
-- @column principal_arn varchar IAM identity of the logged usage; of the bill where nothing was logged
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column person varchar The human behind the principal
-- @column team varchar Team; unattributed: logged calls that belong to none; shared: no calls, and nothing names a team
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column attribution_source varchar What named the team: a source of attribution_sources, calls: the calls behind it, named, account or payer: the lines that it follows; none
-- @column is_split boolean Whether the logged calls behind it are shared among lines of several teams of the same statement
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
-- @column quantity decimal(38,12) Billed quantity of rows that are not tokens
-- @column unit varchar Its pricing unit as billed
-- @column payer_account_id varchar Account that pays
-- @column billing_entity varchar AWS or AWS Marketplace
-- @column resource_id varchar Resource that the line names
-- @column billed_cost decimal(38,12) Billed USD
-- @column net_cost decimal(38,12) Billed USD with discounts spread into the lines
-- @column public_cost decimal(38,12) USD at public prices
-- @column cur_version varchar Delivery that the bill comes from
with claims as (
  select c.dt, c.part_id, 'calls' as source, c.team, c.cost_center, c.environment, c.feature, c.weight
  from usage_claims c
  where c.dt between :from and :to
  union all
  select c.dt, c.part_id, c.claim, c.team, c.cost_center, c.environment, c.feature, c.weight
  from adjustment_claims c
  where c.dt between :from and :to
),
numbered as (
  select
    c.*,
    row_number() over (partition by c.dt, c.part_id order by c.weight desc, c.team, c.cost_center, c.environment, c.feature) as place,
    cast(sum(c.weight) over (partition by c.dt, c.part_id) as decimal(38,0)) as weights
  from claims c
),
owners as (
  -- A part that nobody claims is one row of its own owner.
  select
    p.*,
    coalesce(n.place, 1) as place,
    cast(coalesce(n.weight, 1) as decimal(38,0)) as weight,
    coalesce(n.weights, 1) as weights,
    case when n.part_id is null then coalesce(p.team, 'shared') else n.team end as owner_team,
    case when n.part_id is null then p.cost_center else n.cost_center end as owner_cost_center,
    case when n.part_id is null then p.environment else n.environment end as owner_environment,
    case when n.part_id is null then p.feature else n.feature end as owner_feature,
    case when n.part_id is null then coalesce(p.attribution_source, 'none') else n.source end as owner_source
  from charge_parts p
  left join numbered n
    on n.dt = p.dt
    and n.part_id = p.id
  where p.dt between :from and :to
),
amounts as (
  select
    o.dt,
    o.id,
    o.place,
    v.amount,
    o.weight,
    o.weights,
    case v.amount
      when 'billed' then o.billed_cost
      when 'net' then o.net_cost
      when 'public' then o.public_cost
      when 'quantity' then o.quantity
      -- Tokens stay whole: their smallest unit is that of the other amounts.
      else cast(o.billed_tokens * 0.000000000001 as decimal(38,12))
    end as given
  from owners o
  cross join (values ('billed'), ('net'), ('public'), ('quantity'), ('tokens')) as v (amount)
  where o.weight <> o.weights
),
guesses as (
  select
    a.*,
    cast(abs(a.given) * 1000000000000 as decimal(38,0)) as pico,
    cast(round(cast(abs(a.given) as double) * 1e12 * cast(a.weight as double) / cast(a.weights as double)) as decimal(38,0)) as guess
  from amounts a
  where a.given is not null
),
-- @include largest_remainder part=id | ties=f.place
, split as (
  select
    s.dt,
    s.id,
    s.place,
    sum(case when s.amount = 'billed' then case when s.given < 0 then - s.pico_share else s.pico_share end end) * 0.000000000001 as billed_cost,
    sum(case when s.amount = 'net' then case when s.given < 0 then - s.pico_share else s.pico_share end end) * 0.000000000001 as net_cost,
    sum(case when s.amount = 'public' then case when s.given < 0 then - s.pico_share else s.pico_share end end) * 0.000000000001 as public_cost,
    sum(case when s.amount = 'quantity' then case when s.given < 0 then - s.pico_share else s.pico_share end end) * 0.000000000001 as quantity,
    sum(case when s.amount = 'tokens' then case when s.given < 0 then - s.pico_share else s.pico_share end end) as tokens
  from shares s
  group by s.dt, s.id, s.place
)
select
  o.dt,
  o.usage_dt,
  o.period,
  o.account_id,
  o.region,
  o.status,
  o.reason,
  o.match_level,
  o.principal_arn,
  o.principal_type,
  o.principal_name,
  o.person,
  o.owner_team as team,
  o.owner_cost_center as cost_center,
  o.owner_environment as environment,
  o.owner_feature as feature,
  o.owner_source as attribution_source,
  o.is_split,
  o.vendor,
  o.model,
  o.model_tier,
  o.token_type,
  o.routing,
  o.service_tier,
  o.endpoint,
  o.context_class,
  o.line_item_type,
  o.usage_type,
  cast(case when s.id is null then o.billed_tokens else s.tokens end as bigint) as billed_tokens,
  -- What others claim has no calls of its own.
  o.logged_tokens,
  cast(case when s.id is null then o.quantity else s.quantity end as decimal(38,12)) as quantity,
  o.unit,
  o.payer_account_id,
  o.billing_entity,
  o.resource_id,
  cast(case when s.id is null then o.billed_cost else s.billed_cost end as decimal(38,12)) as billed_cost,
  cast(case when s.id is null then o.net_cost else s.net_cost end as decimal(38,12)) as net_cost,
  cast(case when s.id is null then o.public_cost else s.public_cost end as decimal(38,12)) as public_cost,
  o.cur_version
from owners o
left join split s
  on s.dt = o.dt
  and s.id = o.id
  and s.place = o.place
order by o.dt, o.id, o.place
