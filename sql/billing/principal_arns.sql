-- Principals in log and bill
-- Every IAM identity that occurs in the log or on the bill.
-- @param from date=1970-01-01 First day of the log that is read; who called before is known already
-- @reads cur_line_items, hourly_usage, principals
-- @column principal_arn varchar IAM identity as written there
select l.iam_principal as principal_arn
from cur_line_items l
where l.iam_principal is not null
union
select h.principal_arn
from hourly_usage h
where h.dt >= :from
  and h.principal_arn is not null
union
select p.principal_arn
from principals p
order by 1
