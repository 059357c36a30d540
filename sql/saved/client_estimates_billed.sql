-- Clients' estimates against the bill
-- How far is what clients say from our estimate, and our estimate from the bill, by client version and model?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls, hourly_usage, allocated_charges
-- @column client varchar Client
-- @column client_version varchar Version
-- @column model varchar Model as in the log
-- @column calls bigint Calls that both sides know
-- @column claimed_cost decimal(38,12) USD that the client estimated
-- @column estimated_cost decimal(38,12) Estimated USD, from the log
-- @column billed_cost double Billed USD: what the bill allocates to the calls of that day, principal and model, by their estimates; null where it has none
-- @column claimed_ratio double Claimed over estimated
-- @column billed_ratio double Billed over estimated
-- @column reason varchar What explains the larger difference
with days as (
  select u.dt, u.account_id, u.principal_arn, u.model, u.estimated_cost, cast(null as decimal(38,12)) as billed_cost
  from hourly_usage u
  where u.dt between :from and :to
  union all
  select c.usage_dt as dt, c.account_id, c.principal_arn, c.model, cast(null as decimal(38,12)) as estimated_cost, c.billed_cost
  from allocated_charges c
  where c.usage_dt between :from and :to
    and c.dt between cast(date_add('day', -31, :from) as date) and cast(date_add('day', 62, :to) as date)
    and c.status = 'allocated'
),
rates as (
  select
    d.dt,
    d.account_id,
    d.principal_arn,
    d.model,
    cast(sum(d.billed_cost) as double) / nullif(cast(sum(d.estimated_cost) as double), 0) as billed_ratio
  from days d
  group by d.dt, d.account_id, d.principal_arn, d.model
),
sums as (
  select
    coalesce(t.client, '(unknown)') as client,
    coalesce(t.client_version, '(unknown)') as client_version,
    coalesce(t.model, '(unknown)') as model,
    count(*) as calls,
    cast(sum(t.claimed_cost) as decimal(38,12)) as claimed_cost,
    cast(sum(t.estimated_cost) as decimal(38,12)) as estimated_cost,
    sum(cast(t.estimated_cost as double) * r.billed_ratio) as billed_cost,
    cast(sum(case when r.billed_ratio is not null then t.estimated_cost end) as double) as rated_cost
  from traced_calls t
  left join rates r
    on r.dt = t.dt
    and r.account_id = t.account_id
    and r.principal_arn = t.principal_arn
    and r.model = t.model
  where t.dt between :from and :to
    and t.seen = 'both'
    and t.claimed_cost is not null
    and coalesce(t.status, 'ok') = 'ok'
  group by
    coalesce(t.client, '(unknown)'),
    coalesce(t.client_version, '(unknown)'),
    coalesce(t.model, '(unknown)')
),
ratios as (
  select
    s.*,
    cast(s.claimed_cost as double) / nullif(cast(s.estimated_cost as double), 0) as claimed_ratio,
    s.billed_cost / nullif(s.rated_cost, 0) as billed_ratio
  from sums s
)
select
  r.client,
  r.client_version,
  r.model,
  r.calls,
  r.claimed_cost,
  r.estimated_cost,
  r.billed_cost,
  r.claimed_ratio,
  r.billed_ratio,
  case
    when r.estimated_cost is null then 'unpriced here'
    when abs(coalesce(r.billed_ratio, 1e0) - 1e0) > abs(r.claimed_ratio - 1e0) and abs(r.billed_ratio - 1e0) >= 0.001e0
      then 'the bill: a discount or price that strata.yml does not know, or calls that it does not bill'
    when abs(r.claimed_ratio - 1e0) < 0.001e0 then 'same'
    when r.claimed_ratio between 0.85e0 and 1.15e0 then 'premium or discount that the client does not know'
    when r.claimed_ratio > 1.5e0 or r.claimed_ratio < 0.67e0 then 'client prices another model'
    else 'differs'
  end as reason
from ratios r
order by 4 desc, 1, 2, 3
