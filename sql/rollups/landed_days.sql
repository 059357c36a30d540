-- Landed days
-- First and last day with landed records, and how many records landed.
-- @reads invocation_records
-- @column first_day date First day
-- @column last_day date Last day
-- @column records bigint Records as delivered
select
  min(r.dt) as first_day,
  max(r.dt) as last_day,
  count(*) as records
from invocation_records r
