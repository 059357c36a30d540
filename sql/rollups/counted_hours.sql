-- Counted hours
-- One row: what Bedrock counted in the hours for which it was asked, and how much of it is in the log.
-- @reads completeness
-- @column hours bigint Hours of an account and region in which Bedrock counted calls
-- @column counted bigint Calls that it counted
-- @column ingested bigint Calls of those hours that are in the log
-- @column missing bigint Calls that it counted and that are not in the log, hour by hour
-- @column undelivered bigint Deliveries of the log that failed
-- @column short_hours bigint Hours in which more than 2 % are missing
select
  count(*) as hours,
  cast(coalesce(sum(c.counted), 0) as bigint) as counted,
  cast(coalesce(sum(c.ingested), 0) as bigint) as ingested,
  cast(coalesce(sum(greatest(c.counted - c.ingested, 0)), 0) as bigint) as missing,
  cast(coalesce(sum(c.undelivered), 0) as bigint) as undelivered,
  count_if(c.status = 'short') as short_hours
from completeness c
where c.counted > 0
  or c.undelivered > 0
