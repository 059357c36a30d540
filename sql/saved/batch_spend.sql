-- Batch jobs
-- What did each batch inference job use, does its manifest agree, and who made it?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads batch_jobs
-- @column dt date UTC day of the job's end
-- @column job_id varchar Job
-- @column job_name varchar Its name, where described
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column model varchar Model, by description, else as the answers name it
-- @column role_name varchar Role that the job works with
-- @column creator_name varchar Who made it, where CloudTrail tells
-- @column status varchar State, where described
-- @column records bigint Records
-- @column failed bigint Of them, in error; they cost nothing
-- @column input_tokens bigint Prompt tokens
-- @column output_tokens bigint Completion tokens
-- @column manifest_check varchar agrees, differs, uncounted (answers state no tokens: the manifest's totals count), no_manifest or no_output
select
  b.dt,
  b.job_id,
  b.job_name,
  b.account_id,
  b.region,
  b.model,
  b.role_name,
  b.creator_name,
  b.status,
  b.records,
  b.failed,
  b.input_tokens + b.cache_read_tokens + b.cache_write_tokens as input_tokens,
  b.output_tokens,
  b.manifest_check
from batch_jobs b
where b.dt between :from and :to
order by
  1,
  2
