-- Clients of calls
-- Every logged call with the client that made it, its version and how it was started, and who tells: event (telemetry of the client), body (the request itself) or user_agent (CloudTrail); none.
-- @reads invocations, traced_calls, api_calls
with agents as (
  -- Several events may name one request; a call is one all the same.
  select
    e.*,
    row_number() over (
      partition by e.dt, e.account_id, e.region, e.request_id
      order by case when e.client is null then 1 else 0 end, e.event_id
    ) as place
  from api_calls e
  where e.request_id is not null
),
clients as (
  select
    i.dt,
    i.event_time,
    i.account_id,
    i.region,
    i.request_id,
    i.person,
    i.team,
    i.principal_name,
    i.model,
    i.estimated_cost,
    case
      when t.call_id is not null and (t.client is not null or t.client_version is not null or t.entrypoint is not null) then 'event'
      when i.client_version is not null or i.entrypoint is not null then 'body'
      when a.event_id is not null and a.client is not null then 'user_agent'
      else 'none'
    end as told_by,
    t.client as event_client,
    t.client_version as event_version,
    t.entrypoint as event_entrypoint,
    i.client_version as body_version,
    i.entrypoint as body_entrypoint,
    a.client as agent_client,
    a.client_version as agent_version,
    a.entrypoint as agent_entrypoint
  from invocations i
  left join traced_calls t
    on t.dt = i.dt
    and t.account_id = i.account_id
    and t.region = i.region
    and t.request_id = i.request_id
  left join agents a
    on a.dt = i.dt
    and a.account_id = i.account_id
    and a.region = i.region
    and a.request_id = i.request_id
    and a.place = 1
)
select
  c.dt,
  c.event_time,
  c.account_id,
  c.region,
  c.request_id,
  c.person,
  c.team,
  c.principal_name,
  c.model,
  c.told_by,
  case c.told_by when 'event' then coalesce(c.event_client, c.agent_client) when 'body' then 'claude-code' when 'user_agent' then c.agent_client end as client,
  case c.told_by
    when 'event' then coalesce(c.event_version, c.body_version, c.agent_version)
    when 'body' then coalesce(c.body_version, c.agent_version)
    when 'user_agent' then c.agent_version
  end as client_version,
  case c.told_by
    when 'event' then coalesce(c.event_entrypoint, c.body_entrypoint, c.agent_entrypoint)
    when 'body' then coalesce(c.body_entrypoint, c.agent_entrypoint)
    when 'user_agent' then c.agent_entrypoint
  end as entrypoint,
  c.estimated_cost
from clients c
