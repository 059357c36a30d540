-- Principals in log and bill
-- Every IAM identity that occurs in the log or on the bill.
-- @reads cur_line_items, hourly_usage
-- @column principal_arn varchar IAM identity as written there
select l.iam_principal as principal_arn
from cur_line_items l
where l.iam_principal is not null
union
select h.principal_arn
from hourly_usage h
where h.principal_arn is not null
order by 1
