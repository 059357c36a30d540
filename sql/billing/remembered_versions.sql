-- Remembered bill versions
-- Each billed day as it was reconciled last and when its month was closed.
-- @reads bill_versions
-- @column dt date UTC day
-- @column status varchar provisional, billed, final or restated
-- @column cur_version varchar Delivery that was reconciled last
-- @column billed_cost varchar Billed USD of that delivery
-- @column closed_cost varchar Billed USD when the day was first final
-- @column closed_version varchar Delivery that closed the day
-- @column restatements bigint Changes since the day was closed
-- @column restated_by varchar Delivery of the last such change
-- @column restated_at timestamp When that change was noticed
-- @column restated_from varchar Billed USD before that change
select
  v.dt,
  v.status,
  v.cur_version,
  v.billed_cost,
  v.closed_cost,
  v.closed_version,
  v.restatements,
  v.restated_by,
  v.restated_at,
  v.restated_from
from bill_versions v
order by v.dt
