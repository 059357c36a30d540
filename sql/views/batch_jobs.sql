-- Batch inference jobs
-- One row per job: its records and tokens as its output says, what its manifest says, and who made it. Where answers state no tokens, the manifest's stand in their place. Billed at half the price, without the cache.
-- @reads batch_records, trail_events
with records as (
  select
    b.*,
    row_number() over (
      partition by b.kind, b.job_id, b.file_name
      order by b.event_time desc, b.source_object, b.source_item
    ) as place
  from batch_records b
  where b.job_id is not null
),
described as (
  select
    r.job_id,
    min(r.dt) as first_dt,
    max(case when r.kind = 'job' then r.dt end) as end_dt,
    max(r.job_arn) as job_arn,
    max(r.job_name) as job_name,
    max(r.account_id) as account_id,
    max(r.region) as region,
    max(r.model) as model,
    max(r.answered_model) as answered_model,
    max(r.role_arn) as role_arn,
    max(r.role_name) as role_name,
    max(r.status) as status,
    count_if(r.kind = 'output') as outputs,
    count_if(r.kind = 'manifest') as manifests,
    sum(case when r.kind = 'output' then r.records end) as records,
    sum(case when r.kind = 'output' then r.succeeded end) as succeeded,
    sum(case when r.kind = 'output' then r.failed end) as failed,
    sum(case when r.kind = 'output' then r.input_tokens end) as input_tokens,
    sum(case when r.kind = 'output' then r.output_tokens end) as output_tokens,
    sum(case when r.kind = 'output' then r.cache_read_tokens end) as cache_read_tokens,
    sum(case when r.kind = 'output' then r.cache_write_tokens end) as cache_write_tokens,
    sum(case when r.kind = 'output' then r.uncounted end) as uncounted,
    max(case when r.kind = 'manifest' then r.records end) as manifest_records,
    max(case when r.kind = 'manifest' then r.failed end) as manifest_failed,
    max(case when r.kind = 'manifest' then r.input_tokens end) as manifest_input_tokens,
    max(case when r.kind = 'manifest' then r.output_tokens end) as manifest_output_tokens
  from records r
  where r.place = 1
  group by r.job_id
),
created as (
  select
    substr(e.resource_arn, length(e.resource_arn) - 11) as job_id,
    min(e.dt) as dt,
    max(e.resource_arn) as job_arn,
    max(e.account_id) as account_id,
    max(e.region) as region,
    max(e.model) as model,
    max(e.principal_arn) as creator_arn,
    max(e.principal_name) as creator_name,
    max(e.person) as creator_person
  from trail_events e
  where e.operation = 'CreateModelInvocationJob'
    and e.status = 'ok'
    and e.resource_arn like '%:model-invocation-job/%'
  group by substr(e.resource_arn, length(e.resource_arn) - 11)
)
select
  coalesce(d.end_dt, d.first_dt, c.dt) as dt,
  coalesce(d.job_id, c.job_id) as job_id,
  coalesce(d.job_arn, c.job_arn) as job_arn,
  d.job_name,
  coalesce(d.account_id, c.account_id) as account_id,
  coalesce(d.region, c.region) as region,
  coalesce(d.model, c.model, d.answered_model) as model,
  d.role_arn,
  d.role_name,
  c.creator_arn,
  c.creator_name,
  c.creator_person,
  d.status,
  cast(coalesce(d.records, 0) as bigint) as records,
  cast(coalesce(d.succeeded, 0) as bigint) as succeeded,
  cast(coalesce(d.failed, 0) as bigint) as failed,
  cast(
    case
      when d.uncounted > 0
        then greatest(d.input_tokens, coalesce(d.manifest_input_tokens, 0) - d.cache_read_tokens - d.cache_write_tokens)
      else coalesce(d.input_tokens, 0)
    end
    as bigint
  ) as input_tokens,
  cast(
    case when d.uncounted > 0 then greatest(d.output_tokens, coalesce(d.manifest_output_tokens, 0)) else coalesce(d.output_tokens, 0) end as bigint
  ) as output_tokens,
  cast(coalesce(d.cache_read_tokens, 0) as bigint) as cache_read_tokens,
  cast(coalesce(d.cache_write_tokens, 0) as bigint) as cache_write_tokens,
  cast(coalesce(d.uncounted, 0) as bigint) as uncounted,
  d.manifest_records,
  d.manifest_input_tokens,
  d.manifest_output_tokens,
  case
    when coalesce(d.outputs, 0) = 0 then 'no_output'
    when d.manifests = 0 then 'no_manifest'
    when d.uncounted > 0 and d.records = d.manifest_records and d.failed = coalesce(d.manifest_failed, d.failed) then 'uncounted'
    when d.records = d.manifest_records
      and d.failed = coalesce(d.manifest_failed, d.failed)
      and d.output_tokens = coalesce(d.manifest_output_tokens, d.output_tokens)
      -- Whether the manifest counts cached tokens is not documented: either is right.
      and (
        d.input_tokens = coalesce(d.manifest_input_tokens, d.input_tokens)
        or d.input_tokens + d.cache_read_tokens + d.cache_write_tokens = d.manifest_input_tokens
      )
      then 'agrees'
    else 'differs'
  end as manifest_check
from described d
full join created c
  on c.job_id = d.job_id
