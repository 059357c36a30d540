-- Regions used
-- Regions in which an account called models since a day; where Bedrock's own counts are asked for.
-- @param account varchar AWS account, 12 digits
-- @param from date First day
-- @reads hourly_usage
-- @column region varchar Region the caller called
select distinct region
from hourly_usage
where account_id = :account
  and dt >= :from
order by region
