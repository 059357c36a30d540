-- Shared charges
-- Billed dollars of a range of days that belong to no team, by what they are.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads allocated_charges
-- @column team varchar unattributed: logged calls that belong to no team; shared: no calls, and nothing names a team
-- @column kind varchar unattributed, not_logged, not_token_based, discount, credit, refund, tax, unclassified or residual
-- @column lines bigint Rows behind it
-- @column billed_cost decimal(38,12) Billed USD
select
  c.team as team,
  case
    when c.team = 'unattributed' and c.status <> 'adjustment' then 'unattributed'
    when c.status = 'billed_not_logged' then 'not_logged'
    when c.status = 'adjustment' then c.reason
    when c.status = 'allocated' then 'unattributed'
    else c.status
  end as kind,
  count(*) as lines,
  cast(sum(c.billed_cost) as decimal(38,12)) as billed_cost
from allocated_charges c
where c.dt between :from and :to
  and c.team in ('unattributed', 'shared')
  -- @include report_filter of=c | resource=resource_id
group by
  c.team,
  case
    when c.team = 'unattributed' and c.status <> 'adjustment' then 'unattributed'
    when c.status = 'billed_not_logged' then 'not_logged'
    when c.status = 'adjustment' then c.reason
    when c.status = 'allocated' then 'unattributed'
    else c.status
  end
order by
  1,
  2
