-- Hours with data
-- First and last hour for which there is usage.
-- @reads hourly_usage
-- @column first_hour timestamp Start of the first hour; null without data
-- @column last_hour timestamp Start of the last hour
select
  min(date_add('hour', h.hour, cast(h.dt as timestamp))) as first_hour,
  max(date_add('hour', h.hour, cast(h.dt as timestamp))) as last_hour
from hourly_usage h
