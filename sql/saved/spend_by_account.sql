-- Spend by account
-- What is spent in each AWS account?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column account_id varchar AWS account, 12 digits
-- @include spend_measures
select
  u.account_id as account_id,
  -- @include spend_measures
from hourly_usage u
where u.dt between :from and :to
group by
  u.account_id
order by
  5 desc,
  1
