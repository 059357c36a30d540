-- What tools cost
-- One row per tool use, with its share of the call that asked for it: a call's estimated dollars in equal parts over the tools that it asked for, to the last digit. Calls that asked for none, and tool uses whose call is not known, have a row of their own.
-- @reads traced_calls, client_tools
with uses as (
  select
    t.dt,
    t.call_id,
    t.request_id,
    t.session_id,
    t.team,
    t.person,
    t.model,
    t.entrypoint,
    t.labels,
    t.event_time,
    cast(cast(t.estimated_cost * 1000000000000 as decimal(38,0)) as bigint) as pico,
    u.tool_use_id,
    u.tool_name,
    u.tool_source,
    u.decision,
    u.decision_source,
    u.succeeded,
    u.error_type,
    u.duration_ms,
    u.command,
    u.git_commit_id,
    count(*) over (partition by t.dt, coalesce(t.account_id, ''), coalesce(t.request_id, t.call_id)) as n,
    row_number() over (
      partition by t.dt, coalesce(t.account_id, ''), coalesce(t.request_id, t.call_id)
      order by u.event_time, u.tool_use_id
    ) as place
  from traced_calls t
  left join client_tools u
    on u.request_id = t.client_request_id
)
select
  s.dt,
  s.event_time,
  s.call_id,
  s.request_id,
  s.session_id,
  s.team,
  s.person,
  s.model,
  s.entrypoint,
  s.labels,
  s.tool_use_id,
  coalesce(s.tool_name, '(no tool)') as tool_name,
  s.tool_source,
  s.decision,
  s.decision_source,
  s.succeeded,
  s.error_type,
  s.duration_ms,
  s.command,
  s.git_commit_id,
  cast(
    (cast((s.pico - s.pico % s.n) / s.n as bigint) + case when s.place <= s.pico % s.n then 1 else 0 end) * 0.000000000001 as decimal(38,12)
  ) as estimated_cost
from uses s
