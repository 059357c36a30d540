-- Expected hours
-- In how many hours records were expected, and in how many of those there are none.
-- @reads log_hours
-- @column expected_hours bigint Hours of an account and region in which records were expected
-- @column missing_hours bigint Those without any record
select
  count(*) as expected_hours,
  count(*) - coalesce(sum(case when e.has_records then 1 else 0 end), 0) as missing_hours
from log_hours e
