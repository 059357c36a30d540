-- Principals seen
-- Every principal of the records of some days, and everyone who was known before.
-- @param from date First day whose records are read
-- @param to date Last day whose records are read
-- @reads invocation_records, principals
-- @column principal_arn varchar IAM identity as logged
select distinct s.principal_arn
from (
  -- Reading all records each quarter of an hour would open every file of the last 400 days; what was there before is one file.
  select r.principal_arn
  from invocation_records r
  where r.dt between :from and :to
  union all
  select p.principal_arn
  from principals p
) s
where s.principal_arn is not null
order by 1
