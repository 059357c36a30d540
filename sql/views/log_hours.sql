-- Expected log hours
-- Every hour, account and region in which calls were expected, and how many there are. Expected is the median of the same hour on the same kind of day (weekday or weekend) in the four to eight weeks around it, times how busy the rest of that day was. Hours without any call are missing where 15 calls or more were expected in the whole stretch: one quiet hour of a weekend is not.
-- @reads hourly_usage
-- @column account_id varchar Account
-- @column region varchar Region
-- @column at_hour timestamp Hour
-- @column records bigint Calls that are in the log
-- @column has_records boolean Whether any record landed
with
-- @include expected_hours days=u.dt is not null
select
  e.account_id,
  e.region,
  e.at_hour,
  e.records,
  e.has_records
from expected_hours e
