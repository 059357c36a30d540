-- Calls as clients tell of them
-- One row per call that a client tells of: an event and a span of the same call are one, repeated ones count once, and spans that only surround calls are none. Tokens and cost are the client's claims.
-- @reads client_call_records
with once as (
  select
    r.*,
    row_number() over (
      partition by r.dt, r.identity
      order by r.source_object, r.source_message
    ) as delivery
  from client_call_records r
),
-- Each span under its own id and under its parent's: whose id is also somebody's parent surrounds a call.
sides as (
  select
    o.*,
    t.side,
    max(t.side) over (
      partition by
        o.dt,
        case
          when o.signal <> 'span' then o.identity
          when t.side = 0 then concat(o.trace_id, '/', o.span_id)
          else concat(o.trace_id, '/', coalesce(o.parent_span_id, 'none'))
        end
    ) as surrounds
  from once o
  cross join unnest(array[0, 1]) as t(side)
  where o.delivery = 1
),
told as (
  select
    s.*,
    coalesce(s.request_id, s.identity) as call_id,
    row_number() over (
      partition by s.dt, coalesce(s.request_id, s.identity)
      order by s.signal, s.event_time, s.identity
    ) as place,
    max(s.trace_id) over (partition by s.dt, coalesce(s.request_id, s.identity)) as any_trace_id,
    max(s.time_to_first_token_ms) over (partition by s.dt, coalesce(s.request_id, s.identity)) as any_first_token
  from sides s
  where s.side = 0
    and (s.signal <> 'span' or s.surrounds = 0)
)
select
  t.dt,
  t.event_time,
  t.call_id,
  t.signal,
  t.scope,
  t.client,
  t.client_version,
  t.entrypoint,
  t.provider,
  t.request_id,
  t.message_id,
  t.session_id,
  t.prompt_id,
  t.device_id,
  t.person,
  t.any_trace_id as trace_id,
  t.agent_id,
  t.agent_name,
  t.query_source,
  t.operation,
  t.region,
  t.model,
  t.model_family,
  t.effort,
  t.speed,
  t.status,
  t.status_code,
  t.error_type,
  t.attempt,
  t.duration_ms,
  t.any_first_token as time_to_first_token_ms,
  t.claimed_input_tokens,
  t.claimed_output_tokens,
  t.claimed_cache_read_tokens,
  t.claimed_cache_write_tokens,
  t.claimed_cache_write_5m_tokens,
  t.claimed_cache_write_1h_tokens,
  t.claimed_cost,
  t.labels
from told t
where t.place = 1
