-- Clients' estimates against the log
-- Where does what a client says a call cost differ from what the log prices it at, by version and model, and why?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column client varchar Client
-- @column client_version varchar Version
-- @column model varchar Model as in the log
-- @column client_model varchar Model as the client names it
-- @column calls bigint Calls that both sides know
-- @column estimated_cost decimal(38,12) Estimated USD, from the log
-- @column claimed_cost decimal(38,12) USD that the client estimated
-- @column ratio double Claimed over estimated; null where there is no estimate
-- @column reason varchar same, unpriced here, client prices another model, premium or discount that the client does not know, or differs
with pairs as (
  select
    coalesce(t.client, '(unknown)') as client,
    coalesce(t.client_version, '(unknown)') as client_version,
    coalesce(t.model, '(unknown)') as model,
    coalesce(t.client_model, '(unknown)') as client_model,
    count(*) as calls,
    cast(sum(t.estimated_cost) as decimal(38,12)) as estimated_cost,
    cast(sum(t.claimed_cost) as decimal(38,12)) as claimed_cost
  from traced_calls t
  where t.dt between :from and :to
    and t.seen = 'both'
    and t.claimed_cost is not null
    and coalesce(t.status, 'ok') = 'ok'
  group by
    coalesce(t.client, '(unknown)'),
    coalesce(t.client_version, '(unknown)'),
    coalesce(t.model, '(unknown)'),
    coalesce(t.client_model, '(unknown)')
),
ratios as (
  select
    p.*,
    cast(p.claimed_cost as double) / nullif(cast(p.estimated_cost as double), 0) as ratio
  from pairs p
)
select
  r.client,
  r.client_version,
  r.model,
  r.client_model,
  r.calls,
  r.estimated_cost,
  r.claimed_cost,
  r.ratio,
  case
    when r.estimated_cost is null then 'unpriced here'
    when abs(r.ratio - 1e0) < 0.001e0 then 'same'
    when r.ratio between 0.85e0 and 1.15e0 then 'premium or discount that the client does not know'
    when r.ratio > 1.5e0 or r.ratio < 0.67e0 then 'client prices another model'
    else 'differs'
  end as reason
from ratios r
order by 5 desc, 1, 2, 3, 4
