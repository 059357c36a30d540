-- Hidden retries
-- How many failed attempts of sessions are in the log, how many errors did people see, and how many did a retry hide?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column client_version varchar Version of the client
-- @column failed_in_log bigint Failed calls of sessions in the log
-- @column errors_seen bigint Errors that the client told of
-- @column absorbed bigint Failed calls that nobody saw
-- @column failed_cost decimal(38,12) Estimated USD of failed calls
select
  coalesce(t.client_version, '(unknown)') as client_version,
  count_if(t.status = 'error') as failed_in_log,
  count_if(t.client_status = 'error') as errors_seen,
  count_if(t.status = 'error' and coalesce(t.client_status, 'ok') <> 'error') as absorbed,
  cast(coalesce(sum(case when t.status = 'error' then t.estimated_cost end), 0) as decimal(38,12)) as failed_cost
from traced_calls t
where t.dt between :from and :to
group by coalesce(t.client_version, '(unknown)')
order by 2 desc, 1
