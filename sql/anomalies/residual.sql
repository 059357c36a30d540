-- Bill not fully explained
-- Share of the month's billed dollars so far that is residual, at the end of each day.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads allocated_charges
-- @column tick timestamp End of the day
-- @column since timestamp Start of the month
-- @column scope varchar organisation
-- @column scope_name varchar Always null
-- @column value double Residual over billed, without sign
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Dollars of the residual, without sign
-- @column dollars decimal(38,12) Residual of the last billed day of it
-- @column team varchar Always null
-- @column account_id varchar Account, where there is only one
-- @column residual_usd decimal(38,12) Residual of the month so far
-- @column billed_usd decimal(38,12) Billed in the month so far
with
-- @include daily_ticks
, totals as (
  select
    t.tick,
    sum(a.billed_cost) as billed,
    sum(case when a.status = 'residual' then a.billed_cost else 0 end) as residual,
    sum(case when a.status = 'residual' and date_diff('day', cast(a.dt as timestamp), t.tick) = 1 then a.billed_cost else 0 end) as day_residual,
    min(case when a.status = 'residual' then a.account_id end) as first_account,
    max(case when a.status = 'residual' then a.account_id end) as last_account
  from ticks t
  join allocated_charges a
    on cast(a.dt as timestamp) >= date_trunc('month', date_add('day', -1, t.tick))
    and cast(a.dt as timestamp) < t.tick
  where a.dt >= cast(date_trunc('month', :from) as date)
    and a.dt < cast(:to as date)
  group by 1
)
select
  t.tick,
  date_trunc('month', date_add('day', -1, t.tick)) as since,
  'organisation' as scope,
  cast(null as varchar) as scope_name,
  abs(cast(t.residual as double)) / cast(t.billed as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  abs(cast(t.residual as double)) as floor_value,
  cast(t.day_residual as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  case when t.first_account = t.last_account then t.last_account end as account_id,
  cast(t.residual as decimal(38,12)) as residual_usd,
  cast(t.billed as decimal(38,12)) as billed_usd
from totals t
where t.billed > 0
  and t.residual <> 0
order by 1
