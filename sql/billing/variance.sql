-- Variance from estimated to billed
-- The steps from the month's estimated dollars to its billed dollars; the steps sum to the difference exactly.
-- @param month varchar Billing month, YYYY-MM
-- @reads allocated_charges, logged_charges, charge_matches, charge_groups
-- @column position integer Place in the waterfall
-- @column step varchar estimated, not_yet_billed, logged_not_billed, timing, price, routing, cache, tier, quantity, missing_logs, not_token_based, discounts, taxes_and_credits, unclassified, unknown or billed
-- @column meaning varchar What the step is
-- @column amount decimal(38,12) USD; estimated and billed are the ends, the others are added between them
with logged as (
  select
    sum(l.estimated_cost) as estimated,
    sum(case when l.status = 'not_yet_billed' then l.estimated_cost else 0 end) as pending,
    sum(case when l.status = 'logged_not_billed' then l.estimated_cost else 0 end) as unbilled,
    -- Images and the like are estimated by the piece, and billed on lines without tokens.
    sum(case when l.status = 'billed' and l.tokens = 0 then l.estimated_cost else 0 end) as by_the_piece
  from logged_charges l
  where date_format(l.dt, '%Y-%m') = :month
),
pairs as (
  -- What the matched tokens were estimated at. Only the shares are taken from doubles; their sum is set to the exact total below.
  select
    b.statement_dt as dt,
    m.log_dt,
    m.match_level,
    cast(l.estimated_cost as double) * m.tokens / l.tokens as estimated,
    cast(b.billed_cost as double) * m.tokens / b.tokens as billed
  from charge_matches m
  join charge_groups l
    on l.dt = m.log_dt
    and l.id = m.log_id
  join charge_groups b
    on b.dt = m.dt
    and b.id = m.bill_id
  where (b.period = :month or date_format(m.log_dt, '%Y-%m') = :month)
    and l.tokens > 0
    and b.tokens > 0
),
pair_estimates as (
  select p.match_level, sum(p.estimated) as estimated
  from pairs p
  where date_format(p.dt, '%Y-%m') = :month
  group by p.match_level
),
timing as (
  -- Logged in one month and billed in the next: missing in this month's bill, or in its log.
  select
    sum(case when date_format(p.dt, '%Y-%m') = :month then p.billed else - p.estimated end) as amount
  from pairs p
  where date_format(p.dt, '%Y-%m') <> date_format(p.log_dt, '%Y-%m')
),
by_level as (
  select a.match_level, sum(a.billed_cost) as billed
  from allocated_charges a
  where a.status = 'allocated'
    and date_format(a.dt, '%Y-%m') = :month
  group by a.match_level
),
differences as (
  select
    case
      -- Where the log does not know the routing there was no estimate to begin with, or one without it: that is a matter of price.
      when b.match_level like '%:routing%' then 'routing'
      when b.match_level like '%:cache_ttl%' then 'cache'
      when b.match_level like '%:service_tier%' then 'tier'
      else 'price'
    end as step,
    b.billed - cast(coalesce(p.estimated, 0) as decimal(38,12)) as amount
  from by_level b
  left join pair_estimates p
    on p.match_level = b.match_level
),
bill as (
  select
    a.status,
    a.reason,
    sum(a.billed_cost) as amount
  from allocated_charges a
  where date_format(a.dt, '%Y-%m') = :month
  group by a.status, a.reason
),
steps as (
  select 1 as position, 'estimated' as step, 'Logged usage at the prices of strata.yml' as meaning, coalesce(l.estimated, 0) as amount from logged l
  union all
  select 2, 'not_yet_billed', 'Logged inside the delivery lag of the bill', - coalesce(l.pending, 0) from logged l
  union all
  select 3, 'logged_not_billed', 'Logged, but missing on the bill: failed, free or not charged', - coalesce(l.unbilled, 0) from logged l
  union all
  select 4, 'timing', 'Logged in one month and billed in another: calls over midnight, and usage that a later bill brings', coalesce(cast(t.amount as decimal(38,12)), 0) from timing t
  union all
  select 6, 'routing', 'Billed with another routing than logged', coalesce(sum(d.amount), 0) from differences d where d.step = 'routing'
  union all
  select 7, 'cache', 'Billed with another cache duration than logged', coalesce(sum(d.amount), 0) from differences d where d.step = 'cache'
  union all
  select 8, 'tier', 'Billed in another service tier than logged', coalesce(sum(d.amount), 0) from differences d where d.step = 'tier'
  union all
  select 9, 'quantity', 'More or fewer tokens billed than logged, within the tolerance', coalesce(sum(b.amount), 0) from bill b where b.status = 'residual' and b.reason = 'quantity'
  union all
  select 10, 'missing_logs', 'Billed, but no log explains it', coalesce(sum(b.amount), 0) from bill b where b.status = 'billed_not_logged'
  union all
  select 11, 'not_token_based', 'Hours, storage, images, text units and the like, beyond what was estimated for them', coalesce(sum(b.amount), 0) - coalesce(max(l.by_the_piece), 0) from logged l left join bill b on b.status = 'not_token_based'
  union all
  select 12, 'discounts', 'Discount lines', coalesce(sum(b.amount), 0) from bill b where b.status = 'adjustment' and b.reason = 'discount'
  union all
  select 13, 'taxes_and_credits', 'Tax, credits and refunds', coalesce(sum(b.amount), 0) from bill b where b.status = 'adjustment' and b.reason <> 'discount'
  union all
  select 14, 'unclassified', 'Lines that the usage grammar does not know', coalesce(sum(b.amount), 0) from bill b where b.status = 'unclassified'
  union all
  select 15, 'unknown', 'Cost beyond quantity times rate', coalesce(sum(b.amount), 0) from bill b where b.status = 'residual' and b.reason <> 'quantity'
  union all
  select 16, 'billed', 'The bill', coalesce(sum(b.amount), 0) from bill b
),
price as (
  -- Another rate than estimated, on tokens that match in everything: what the other steps leave of the difference.
  select sum(case when s.step = 'billed' then s.amount else - s.amount end) as amount
  from steps s
)
select
  s.position,
  s.step,
  s.meaning,
  cast(s.amount as decimal(38,12)) as amount
from steps s
union all
select
  5,
  'price',
  'Another rate than estimated, or no estimate for lack of a price',
  cast(p.amount as decimal(38,12))
from price p
order by 1
