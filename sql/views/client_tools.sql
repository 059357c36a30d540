-- Tools that models asked for
-- One row per tool use: what was decided about it and how it ended, whoever of the client's signals says so.
-- @reads client_tool_records
with once as (
  select
    r.*,
    row_number() over (
      partition by r.dt, r.identity, r.signal
      order by r.source_object, r.source_message
    ) as delivery
  from client_tool_records r
)
select
  o.dt,
  min(o.event_time) as event_time,
  coalesce(o.tool_use_id, o.identity) as tool_use_id,
  max(o.request_id) as request_id,
  max(o.session_id) as session_id,
  max(o.prompt_id) as prompt_id,
  max(o.tool_name) as tool_name,
  max(o.tool_source) as tool_source,
  max(o.decision) as decision,
  max(o.decision_source) as decision_source,
  max(o.permission_mode) as permission_mode,
  max(case when o.success then 1 when not o.success then 0 end) as succeeded,
  max(o.error_type) as error_type,
  max(o.duration_ms) as duration_ms,
  max(o.input_bytes) as input_bytes,
  max(o.result_bytes) as result_bytes,
  max(o.command) as command,
  max(o.git_commit_id) as git_commit_id,
  max(o.git_branch) as git_branch,
  max(o.client) as client,
  max(o.client_version) as client_version,
  max(o.entrypoint) as entrypoint,
  max(o.device_id) as device_id,
  max(o.person) as person
from once o
where o.delivery = 1
group by o.dt, coalesce(o.tool_use_id, o.identity)
