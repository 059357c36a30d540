-- Effective rates
-- What a million tokens really cost lately, after discounts, per model, token type and routing: a price for today's estimates.
-- @param days integer=7 Billed days to learn from, counted back from the last day that is fully billed
-- @reads billed_charges
-- @column account_id varchar Account
-- @column region varchar Region
-- @column model varchar Model
-- @column token_type varchar Token type
-- @column routing varchar global, geo, or null for in-region and geo calls that the bill does not tell apart
-- @column service_tier varchar Service tier
-- @column context_class varchar standard or long
-- @column tokens bigint Billed tokens that the rate rests on
-- @column net_cost decimal(38,12) USD after discounts
-- @column usd_per_million decimal(38,12) USD per million tokens after discounts
-- @column list_usd_per_million decimal(38,12) USD per million tokens at public prices; null where the bill has none
-- @column billed_days bigint Days with such tokens
-- @column first_day date First of them
-- @column last_day date Last of them
-- @column spread double Dearest day's rate over the cheapest day's; 1 when the rate never changed
-- @column confidence varchar high: 3 days or more and a spread below 1 %; medium: below 10 %; low otherwise
with covered as (
  -- The last day of the bill is usually not complete.
  select
    date_add('day', -1, max(cast(case when b.usage_end <= date_add('hour', 1, b.usage_start) then b.usage_end else b.usage_start end as date))) as last_day
  from billed_charges b
  where b.charge_kind = 'token'
),
discounts as (
  -- Discount lines name the usage type that they reduce; their share lowers the rate of that usage type. Net costs hold it already.
  select b.account_id, b.region, b.usage_type, b.dt, sum(b.billed_cost) as discount
  from billed_charges b
  where b.charge_kind = 'adjustment'
    and b.what = 'discount'
    and b.usage_type is not null
  group by 1, 2, 3, 4
),
lines as (
  select
    b.account_id,
    b.region,
    b.usage_type,
    b.dt,
    b.model,
    b.token_type,
    b.routing,
    b.service_tier,
    b.context_class,
    sum(b.tokens) as tokens,
    sum(b.net_cost) as net_cost,
    sum(b.public_cost) as public_cost,
    min(case when b.net_cost <> b.billed_cost then 1 else 0 end) as discounted
  from billed_charges b
  cross join covered c
  where b.charge_kind = 'token'
    and b.dt > date_add('day', - :days, c.last_day)
    and b.dt <= c.last_day
    and b.tokens > 0
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9
),
shared as (
  select
    l.*,
    sum(l.net_cost) over (partition by l.account_id, l.region, l.usage_type, l.dt) as usage_type_cost
  from lines l
),
daily as (
  select
    s.account_id,
    s.region,
    s.model,
    s.token_type,
    s.routing,
    s.service_tier,
    s.context_class,
    s.dt,
    sum(s.tokens) as tokens,
    sum(s.public_cost) as public_cost,
    sum(
      case
        when s.discounted = 1 or d.discount is null or s.usage_type_cost = 0 then s.net_cost
        else s.net_cost + cast(cast(round(cast(d.discount as double) * cast(s.net_cost as double) / cast(s.usage_type_cost as double) * 1e12) as bigint) * 0.000000000001 as decimal(38,12))
      end
    ) as net_cost
  from shared s
  left join discounts d
    on d.account_id = s.account_id
    and d.usage_type = s.usage_type
    and d.dt = s.dt
    and coalesce(d.region, s.region) = s.region
  group by 1, 2, 3, 4, 5, 6, 7, 8
),
rates as (
  select
    d.account_id,
    d.region,
    d.model,
    d.token_type,
    d.routing,
    d.service_tier,
    d.context_class,
    sum(d.tokens) as tokens,
    sum(d.net_cost) as net_cost,
    sum(d.public_cost) as public_cost,
    count(distinct d.dt) as billed_days,
    min(d.dt) as first_day,
    max(d.dt) as last_day,
    max(cast(d.net_cost as double) / d.tokens) / nullif(min(cast(d.net_cost as double) / d.tokens), 0) as spread
  from daily d
  group by 1, 2, 3, 4, 5, 6, 7
)
select
  r.account_id,
  r.region,
  r.model,
  r.token_type,
  r.routing,
  r.service_tier,
  r.context_class,
  cast(r.tokens as bigint) as tokens,
  cast(r.net_cost as decimal(38,12)) as net_cost,
  cast(cast(round(cast(r.net_cost as double) * 1000000 / r.tokens * 1e12) as bigint) * 0.000000000001 as decimal(38,12)) as usd_per_million,
  cast(cast(round(cast(r.public_cost as double) * 1000000 / r.tokens * 1e12) as bigint) * 0.000000000001 as decimal(38,12)) as list_usd_per_million,
  r.billed_days,
  r.first_day,
  r.last_day,
  r.spread,
  case
    when r.billed_days >= 3 and r.spread < 1.01 then 'high'
    when r.billed_days >= 2 and r.spread < 1.1 then 'medium'
    else 'low'
  end as confidence
from rates r
order by 1, 2, 3, 4, 5, 6, 7
