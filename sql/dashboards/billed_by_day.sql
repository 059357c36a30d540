-- Bill by day for dashboards
-- Every billed dollar by day of the statement, team, account, model and part of the bill; names no person. Dollars are doubles, for display.
-- @param from date First day
-- @param to date Last day
-- @reads allocated_charges
-- @column statement_day timestamp Day that the dollars count for on the statement
-- @column status varchar allocated, billed_not_logged, not_token_based, adjustment, unclassified or residual
-- @column team varchar Team, unattributed or shared
-- @column account_id varchar Account that is billed
-- @column model varchar Model
-- @column billed_cost double Billed USD
select
  cast(c.dt as timestamp) as statement_day,
  c.status,
  coalesce(c.team, 'unattributed') as team,
  c.account_id,
  coalesce(c.model, '(no model)') as model,
  cast(sum(c.billed_cost) as double) as billed_cost
from allocated_charges c
where c.dt between :from and :to
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
