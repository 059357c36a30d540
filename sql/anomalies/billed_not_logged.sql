-- Billed but never logged
-- Billed dollars of the month so far that no logged call explains, at the end of each day.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads allocated_charges
-- @column tick timestamp End of the day
-- @column since timestamp Start of the month
-- @column scope varchar organisation
-- @column scope_name varchar Always null
-- @column value double Dollars billed and not logged
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Dollars billed in the month
-- @column dollars decimal(38,12) Dollars of the last billed day of it
-- @column team varchar Always null
-- @column account_id varchar Account, where there is only one
-- @column main_reason varchar Reason of most of it
-- @column main_model varchar Model of most of it
with
-- @include daily_ticks
, charges as (
  select
    t.tick,
    a.dt,
    a.account_id,
    a.reason,
    a.model,
    -- Calls that were logged without counts are there: nothing about the logging is broken.
    case when a.reason = 'uncounted' then 'uncounted' else a.status end as status,
    a.billed_cost
  from ticks t
  join allocated_charges a
    on cast(a.dt as timestamp) >= date_trunc('month', date_add('day', -1, t.tick))
    and cast(a.dt as timestamp) < t.tick
  where a.dt >= cast(date_trunc('month', :from) as date)
    and a.dt < cast(:to as date)
),
totals as (
  select
    c.tick,
    sum(c.billed_cost) as billed,
    sum(c.billed_cost) filter (where c.status = 'billed_not_logged') as cost,
    sum(c.billed_cost) filter (where c.status = 'billed_not_logged' and date_diff('day', cast(c.dt as timestamp), c.tick) = 1) as day_cost,
    min(c.account_id) filter (where c.status = 'billed_not_logged') as first_account,
    max(c.account_id) filter (where c.status = 'billed_not_logged') as last_account
  from charges c
  group by 1
),
largest as (
  select
    c.tick,
    c.reason,
    c.model,
    row_number() over (partition by c.tick order by sum(c.billed_cost) desc, c.reason, c.model) as place
  from charges c
  where c.status = 'billed_not_logged'
  group by 1, 2, 3
)
select
  t.tick,
  date_trunc('month', date_add('day', -1, t.tick)) as since,
  'organisation' as scope,
  cast(null as varchar) as scope_name,
  cast(t.cost as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(t.billed as double) as floor_value,
  cast(coalesce(t.day_cost, 0) as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  case when t.first_account = t.last_account then t.last_account end as account_id,
  l.reason as main_reason,
  l.model as main_model
from totals t
join largest l
  on l.tick = t.tick
  and l.place = 1
where t.cost > 0
order by 1
