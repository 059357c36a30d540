-- Short hours
-- The ten hours in which most of the calls that Bedrock counted are not in the log.
-- @reads completeness
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column at_hour timestamp Start of the hour
-- @column ingested bigint Calls in the log
-- @column counted bigint Calls that Bedrock counted
-- @column undelivered bigint Deliveries of the log that failed
select
  c.account_id,
  c.region,
  date_add('hour', c.hour, cast(c.dt as timestamp)) as at_hour,
  c.ingested,
  c.counted,
  c.undelivered
from completeness c
where c.status = 'short'
order by c.counted - c.ingested desc, 3, 1, 2
limit 10
