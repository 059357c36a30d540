-- Adjustments
-- Tax, credits, discounts and refunds of a range of days, by the team that they are charged to.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads allocated_charges
-- @column team varchar Team, unattributed or shared
-- @column kind varchar discount, credit, refund or tax
-- @column billed_cost decimal(38,12) Billed USD; what lowers the bill is negative
select
  c.team as team,
  c.reason as kind,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost
from allocated_charges c
where c.dt between :from and :to
  and c.status = 'adjustment'
  -- @include report_filter of=c | resource=resource_id
group by
  c.team,
  c.reason
order by
  1,
  2
