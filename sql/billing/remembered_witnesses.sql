-- Remembered answers of Cost Explorer
-- What Cost Explorer said of each month when it was last asked.
-- @reads bill_witnesses
-- @column month varchar Month, YYYY-MM
-- @column to_day date Last day that is compared
-- @column explorer_usd varchar USD by Cost Explorer
-- @column billed_usd varchar USD on the bill
-- @column estimated_usd varchar Estimated USD
-- @column gap double Difference of Cost Explorer and bill over the larger of them
-- @column forecast_usd varchar USD that Cost Explorer expects of the whole month
-- @column asked_at timestamp When it was asked
select
  w.month,
  w.to_day,
  w.explorer_usd,
  w.billed_usd,
  w.estimated_usd,
  w.gap,
  w.forecast_usd,
  w.asked_at
from bill_witnesses w
order by w.month
