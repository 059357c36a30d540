-- Covered days
-- First and last day of the rolled-up usage.
-- @param from date=1970-01-01 First day that is looked at
-- @reads hourly_usage
-- @column first_day date First day with usage
-- @column last_day date Last day with usage
select
  min(dt) as first_day,
  max(dt) as last_day
from hourly_usage
where dt >= :from
