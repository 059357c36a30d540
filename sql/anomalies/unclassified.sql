-- Bill lines that are not understood
-- Dollars of the month so far on lines whose wording the usage grammar does not know, at the end of each day.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads allocated_charges
-- @column tick timestamp End of the day
-- @column since timestamp Start of the month
-- @column scope varchar organisation
-- @column scope_name varchar Always null
-- @column value double Unclassified dollars, without sign
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Unclassified dollars, without sign
-- @column dollars decimal(38,12) Unclassified dollars of the last day
-- @column team varchar Always null
-- @column account_id varchar Account, where there is only one
-- @column usage_type varchar Usage type with the most of them
-- @column usage_types bigint Usage types that are not understood
with
-- @include daily_ticks
, words as (
  select
    t.tick,
    coalesce(a.usage_type, '') as usage_type,
    sum(abs(a.billed_cost)) as cost,
    sum(case when date_diff('day', cast(a.dt as timestamp), t.tick) = 1 then a.billed_cost else 0 end) as day_cost,
    min(a.account_id) as first_account,
    max(a.account_id) as last_account
  from ticks t
  join allocated_charges a
    on cast(a.dt as timestamp) >= date_trunc('month', date_add('day', -1, t.tick))
    and cast(a.dt as timestamp) < t.tick
  where a.status = 'unclassified'
    and a.dt >= cast(date_trunc('month', :from) as date)
    and a.dt < cast(:to as date)
  group by 1, 2
),
ranked as (
  select
    w.*,
    row_number() over (partition by w.tick order by w.cost desc, w.usage_type) as place
  from words w
)
select
  r.tick,
  date_trunc('month', date_add('day', -1, r.tick)) as since,
  'organisation' as scope,
  cast(null as varchar) as scope_name,
  cast(sum(r.cost) as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(sum(r.cost) as double) as floor_value,
  cast(sum(r.day_cost) as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  case when min(r.first_account) = max(r.last_account) then max(r.last_account) end as account_id,
  max(case when r.place = 1 then r.usage_type end) as usage_type,
  count(*) as usage_types
from ranked r
group by r.tick
having sum(r.cost) > 0
order by 1
