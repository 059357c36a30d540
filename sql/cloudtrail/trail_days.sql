-- Trail days
-- First and last day with a CloudTrail event of a call.
-- @reads trail_events
-- @column first_day date First such day; null when there is none
-- @column last_day date Last such day
select
  min(e.dt) as first_day,
  max(e.dt) as last_day
from trail_events e
