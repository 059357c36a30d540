-- Incomplete hours
-- In which hours are calls missing from the log, and how many?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads completeness
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column account_id varchar AWS account
-- @column region varchar Region the caller called
-- @column ingested bigint Calls in the log, without throttled ones
-- @column counted bigint Calls that Bedrock counted; null where nobody asked
-- @column undelivered bigint Deliveries of the log that failed
-- @column share double ingested / counted
-- @column status varchar short: more than 2 % are missing. gap: nobody counted, and there is no call where by habit there are some
select
  c.dt,
  c.hour,
  c.account_id,
  c.region,
  c.ingested,
  c.counted,
  c.undelivered,
  c.share,
  c.status
from completeness c
where c.dt between :from and :to
  and c.status in ('short', 'gap')
order by
  1,
  2,
  3,
  4
