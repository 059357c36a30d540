-- Kiro by person
-- Who costs what on Kiro: who has a plan and does not use it, who pays for overage, who is stopped at the limit, and which of the organisation's plans would have cost least?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param overage_rate decimal(38,12)=0.04 USD of a credit beyond the plan, for plans that a person does not have
-- @reads kiro_days, kiro_charges
-- @column usage_month date First day of the month
-- @column person varchar E-mail address where a report names it, else the user id
-- @column user_id varchar User id in IAM Identity Center
-- @column plan varchar Plan: as billed, else as reported
-- @column credits decimal(38,12) Credits used
-- @column overage_credits decimal(38,12) Of them, beyond the plan
-- @column usage_limit decimal(38,12) Credits of the plan, where reports tell
-- @column messages bigint Messages
-- @column active_days bigint Days with credits or messages
-- @column clients bigint Clients used
-- @column plan_cost decimal(38,12) Billed USD of the plan
-- @column overage_cost decimal(38,12) Billed USD of credits beyond it
-- @column billed_cost decimal(38,12) Billed USD in all
-- @column verdict varchar no_use, pays_overage, stopped (limit reached, overage not allowed), not_billed or ok
-- @column best_plan varchar Plan that would have cost least for these credits, of those whose limit and price are known
-- @column best_cost decimal(38,12) What it would have cost, USD
with sides as (
  select
    cast(date_trunc('month', k.dt) as date) as usage_month,
    k.user_id,
    k.person,
    k.plan as reported_plan,
    cast(null as varchar) as billed_plan,
    k.dt as active_dt,
    k.client,
    k.credits,
    coalesce(k.overage_credits, 0) as overage_credits,
    k.usage_limit,
    k.overage_enabled,
    coalesce(k.messages, 0) as messages,
    cast(0 as decimal(38,12)) as plan_cost,
    cast(0 as decimal(38,12)) as overage_cost,
    cast(0 as decimal(38,12)) as other_cost
  from kiro_days k
  where k.dt between :from and :to
  union all
  select
    cast(date_trunc('month', c.dt) as date),
    c.user_id,
    null,
    null,
    c.plan,
    null,
    null,
    cast(0 as decimal(38,12)),
    cast(0 as decimal(38,12)),
    null,
    null,
    0,
    case when c.kind = 'plan' then c.billed_cost else 0 end,
    case when c.kind = 'overage' then c.billed_cost else 0 end,
    case when c.kind in ('plan', 'overage') then 0 else c.billed_cost end
  from kiro_charges c
  where c.dt between :from and :to
    and c.product = 'kiro'
    and c.user_id is not null
    and c.kind <> 'snapshot'
),
people as (
  select
    s.usage_month,
    s.user_id,
    max(s.person) as person,
    coalesce(max(s.billed_plan), substr(max(concat(cast(s.active_dt as varchar), s.reported_plan)), 11)) as plan,
    cast(sum(s.credits) as decimal(38,12)) as credits,
    cast(sum(s.overage_credits) as decimal(38,12)) as overage_credits,
    max(s.usage_limit) as usage_limit,
    max(case when s.overage_enabled then 1 else 0 end) as may_exceed,
    cast(sum(s.messages) as bigint) as messages,
    count(distinct case when s.credits > 0 or s.messages > 0 then s.active_dt end) as active_days,
    count(distinct s.client) as clients,
    cast(sum(s.plan_cost) as decimal(38,12)) as plan_cost,
    cast(sum(s.overage_cost) as decimal(38,12)) as overage_cost,
    cast(sum(s.plan_cost + s.overage_cost + s.other_cost) as decimal(38,12)) as billed_cost
  from sides s
  group by s.usage_month, s.user_id
),
-- A plan by what the organisation itself has of it: its limit in reports, and its dearest price in a month, since a plan that began late costs a part.
limits as (
  select
    p.*,
    max(p.usage_limit) over (partition by p.usage_month, p.plan) as plan_limit,
    max(case when p.plan = 'PRO' then p.usage_limit end) over (partition by p.usage_month) as pro_limit,
    max(case when p.plan = 'PRO_PLUS' then p.usage_limit end) over (partition by p.usage_month) as plus_limit,
    max(case when p.plan = 'PRO_MAX' then p.usage_limit end) over (partition by p.usage_month) as max_limit,
    max(case when p.plan = 'POWER' then p.usage_limit end) over (partition by p.usage_month) as power_limit,
    max(case when p.plan = 'PRO' then nullif(p.plan_cost, 0) end) over (partition by p.usage_month) as pro_price,
    max(case when p.plan = 'PRO_PLUS' then nullif(p.plan_cost, 0) end) over (partition by p.usage_month) as plus_price,
    max(case when p.plan = 'PRO_MAX' then nullif(p.plan_cost, 0) end) over (partition by p.usage_month) as max_price,
    max(case when p.plan = 'POWER' then nullif(p.plan_cost, 0) end) over (partition by p.usage_month) as power_price
  from people p
),
-- A plan of which nobody has a limit or a price costs more than any.
offers as (
  select
    l.*,
    coalesce(l.pro_price + greatest(l.credits - l.pro_limit, 0) * cast(:overage_rate as decimal(12,6)), 1000000000) as pro_cost,
    coalesce(l.plus_price + greatest(l.credits - l.plus_limit, 0) * cast(:overage_rate as decimal(12,6)), 1000000000) as plus_cost,
    coalesce(l.max_price + greatest(l.credits - l.max_limit, 0) * cast(:overage_rate as decimal(12,6)), 1000000000) as max_cost,
    coalesce(l.power_price + greatest(l.credits - l.power_limit, 0) * cast(:overage_rate as decimal(12,6)), 1000000000) as power_cost
  from limits l
),
priced as (
  select
    o.*,
    least(o.pro_cost, o.plus_cost, o.max_cost, o.power_cost) as least_cost
  from offers o
)
select
  p.usage_month,
  coalesce(p.person, p.user_id) as person,
  p.user_id,
  p.plan,
  p.credits,
  p.overage_credits,
  p.plan_limit as usage_limit,
  p.messages,
  p.active_days,
  p.clients,
  p.plan_cost,
  p.overage_cost,
  p.billed_cost,
  case
    when p.plan_cost > 0 and p.active_days = 0 then 'no_use'
    when p.overage_cost > 0 or (p.overage_credits > 0 and p.may_exceed = 1) then 'pays_overage'
    when p.may_exceed = 0 and p.credits >= p.plan_limit then 'stopped'
    when p.billed_cost = 0 then 'not_billed'
    else 'ok'
  end as verdict,
  case
    when p.least_cost >= 1000000000 then null
    when p.least_cost = p.pro_cost then 'PRO'
    when p.least_cost = p.plus_cost then 'PRO_PLUS'
    when p.least_cost = p.max_cost then 'PRO_MAX'
    else 'POWER'
  end as best_plan,
  cast(nullif(p.least_cost, 1000000000) as decimal(38,12)) as best_cost
from priced p
order by
  1,
  13 desc,
  5 desc,
  3
