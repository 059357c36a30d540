-- Bill summary
-- The billed amount and its six parts, which sum to it exactly, and the estimated dollars of logged calls that the bill does not hold yet.
-- @param from date=1970-01-01 First day
-- @param to date=9999-12-31 Last day
-- @reads allocated_charges, logged_charges
-- @column billed_usd decimal(38,12) Billed USD
-- @column allocated_usd decimal(38,12) Explained by logged usage
-- @column billed_not_logged_usd decimal(38,12) Token usage that no log explains
-- @column not_token_based_usd decimal(38,12) Storage, hours, images, text units and the like
-- @column adjustments_usd decimal(38,12) Credits, discounts, tax and refunds
-- @column unclassified_usd decimal(38,12) Lines that the usage grammar does not know
-- @column residual_usd decimal(38,12) Differences in quantity or price
-- @column not_yet_billed_usd decimal(38,12) Estimated USD of logged calls inside the delivery lag
-- @column logged_not_billed_usd decimal(38,12) Estimated USD of logged calls that are missing on the bill
with bill as (
  select
    sum(a.billed_cost) as billed_usd,
    sum(case when a.status = 'allocated' then a.billed_cost end) as allocated_usd,
    sum(case when a.status = 'billed_not_logged' then a.billed_cost end) as billed_not_logged_usd,
    sum(case when a.status = 'not_token_based' then a.billed_cost end) as not_token_based_usd,
    sum(case when a.status = 'adjustment' then a.billed_cost end) as adjustments_usd,
    sum(case when a.status = 'unclassified' then a.billed_cost end) as unclassified_usd,
    sum(case when a.status = 'residual' then a.billed_cost end) as residual_usd
  from allocated_charges a
  where a.dt between :from and :to
),
log as (
  select
    sum(case when l.status = 'not_yet_billed' then l.estimated_cost end) as not_yet_billed_usd,
    sum(case when l.status = 'logged_not_billed' then l.estimated_cost end) as logged_not_billed_usd
  from logged_charges l
  where l.dt between :from and :to
)
select
  cast(coalesce(b.billed_usd, 0) as decimal(38,12)) as billed_usd,
  cast(coalesce(b.allocated_usd, 0) as decimal(38,12)) as allocated_usd,
  cast(coalesce(b.billed_not_logged_usd, 0) as decimal(38,12)) as billed_not_logged_usd,
  cast(coalesce(b.not_token_based_usd, 0) as decimal(38,12)) as not_token_based_usd,
  cast(coalesce(b.adjustments_usd, 0) as decimal(38,12)) as adjustments_usd,
  cast(coalesce(b.unclassified_usd, 0) as decimal(38,12)) as unclassified_usd,
  cast(coalesce(b.residual_usd, 0) as decimal(38,12)) as residual_usd,
  cast(coalesce(l.not_yet_billed_usd, 0) as decimal(38,12)) as not_yet_billed_usd,
  cast(coalesce(l.logged_not_billed_usd, 0) as decimal(38,12)) as logged_not_billed_usd
from bill b
cross join log l
