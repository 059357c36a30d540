-- Principals seen
-- Every principal in the records, with what ingest knew about it.
-- @reads invocation_records
-- @column principal_arn varchar IAM identity as logged
-- @column account_id varchar Account that made the calls
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column session_name varchar Role session name
select
  r.principal_arn,
  min(r.account_id) as account_id,
  min(r.principal_type) as principal_type,
  min(r.principal_name) as principal_name,
  min(r.session_name) as session_name
from invocation_records r
where r.principal_arn is not null
group by r.principal_arn
order by 1
