-- Closed month restated
-- Dollars by which a newer delivery of the bill moved days of closed months, in the hour in which that was noticed.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads bill_versions
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar organisation
-- @column scope_name varchar Always null
-- @column value double Dollars that moved, up and down alike
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Dollars that moved
-- @column dollars decimal(38,12) By how much the bill is higher now; negative when it is lower
-- @column team varchar Always null
-- @column account_id varchar Always null
-- @column days bigint Days that changed
-- @column first_day date First of them
-- @column last_day date Last of them
-- @column closed_usd decimal(38,12) Billed for those days when their months were closed
-- @column before_usd decimal(38,12) Billed for those days before this delivery
-- @column now_usd decimal(38,12) Billed for those days now
-- @column restated_by varchar Delivery that changed them; the last of several; null when it has nothing for them any more
with changes as (
  select
    v.dt,
    date_trunc('hour', v.restated_at) as started,
    cast(v.closed_cost as decimal(38,12)) as closed_cost,
    cast(v.restated_from as decimal(38,12)) as before_cost,
    cast(v.billed_cost as decimal(38,12)) as new_cost,
    v.restated_by
  from bill_versions v
  where v.restated_at is not null
)
select
  date_add('hour', 1, c.started) as tick,
  c.started as since,
  'organisation' as scope,
  cast(null as varchar) as scope_name,
  cast(sum(abs(c.new_cost - c.before_cost)) as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(sum(abs(c.new_cost - c.before_cost)) as double) as floor_value,
  cast(sum(c.new_cost - c.before_cost) as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  cast(null as varchar) as account_id,
  count(*) as days,
  min(c.dt) as first_day,
  max(c.dt) as last_day,
  cast(sum(c.closed_cost) as decimal(38,12)) as closed_usd,
  cast(sum(c.before_cost) as decimal(38,12)) as before_usd,
  cast(sum(c.new_cost) as decimal(38,12)) as now_usd,
  max(c.restated_by) as restated_by
from changes c
where date_add('hour', 1, c.started) > :from
  and date_add('hour', 1, c.started) <= :to
group by c.started
order by 1
