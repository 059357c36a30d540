-- Traced calls
-- Every call that a client tells of or whose request names its session: what the log says of it, what the client says, and how the two were brought together. Dollars and tokens are the log's. Recomputed by day.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @reads invocations, client_calls, call_matches
-- @column dt date UTC day: of the log, else of the client
-- @column seen varchar both, log (no client tells of it) or client (it is in no log)
-- @column match varchar How they were brought together: request_id, message_id, session or window; none
-- @column event_time timestamp When it was logged, else when the client says that it was over, UTC
-- @column region varchar Region that was called
-- @column session_id varchar Session: the client's, else the one in the request's body
-- @column device_id varchar Claude Code's random id of an installation; not a person
-- @column client_version varchar Version of the client
-- @column entrypoint varchar How the client was started
-- @column person varchar Whom the log names, else whom the client names
-- @column account_id varchar AWS account, 12 digits; null for a call that only the client tells of
-- @column request_id varchar Bedrock's request id as logged; null for a call that only the client tells of
-- @column principal_arn varchar IAM identity as logged
-- @column team varchar Team, or unattributed; null for a call that only the client tells of
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column model varchar Model as in the log; null for a call that only the client tells of
-- @column operation varchar API operation as logged
-- @column status varchar ok, error or blocked, as logged
-- @column error_code varchar Error name as logged
-- @column input_tokens bigint Prompt tokens outside the cache, as logged
-- @column output_tokens bigint Completion tokens, as logged
-- @column cache_read_tokens bigint Prompt tokens read from the cache, as logged
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache, as logged, or as told where the log does not know; all writes when nobody tells
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache, likewise
-- @column thinking_tokens bigint Of output_tokens, those of extended thinking, where the body tells
-- @column price_status varchar priced, estimated, unpriced, uncounted or not_token_priced
-- @column estimated_cost decimal(38,12) Estimated USD; null when unpriced and for a call that only the client tells of
-- @column estimated_cost_high decimal(38,12) Estimated USD if every cache write of unknown duration was a 1-hour write
-- @column call_id varchar Call as the client tells of it; null for a call that no client tells of
-- @column client_request_id varchar Request id that the client was given; of a gateway, perhaps
-- @column scope varchar Instrumentation that told of it
-- @column client varchar service.name
-- @column provider varchar bedrock, mantle, or what the client says
-- @column prompt_id varchar Prompt that the call belongs to
-- @column trace_id varchar Trace
-- @column agent_id varchar Subagent that made it
-- @column agent_name varchar Its name or kind
-- @column query_source varchar What it was for, as the client says
-- @column client_model varchar Model as the client names it
-- @column client_status varchar ok or error, as the client says
-- @column duration_ms bigint Milliseconds of the last attempt
-- @column claimed_input_tokens bigint Prompt tokens outside the cache, as the client counts
-- @column claimed_output_tokens bigint Completion tokens, as the client counts
-- @column claimed_cache_read_tokens bigint Prompt tokens read from the cache, as the client counts
-- @column claimed_cache_write_tokens bigint Prompt tokens written to the cache, as the client counts
-- @column claimed_cache_write_5m_tokens bigint Of them to the 5-minute cache; null when the client does not tell
-- @column claimed_cache_write_1h_tokens bigint Of them to the 1-hour cache; null when the client does not tell
-- @column claimed_cost decimal(38,12) USD that the client estimates
-- @column labels map(varchar,varchar) Resource attributes of the client on the list
-- @column client_person varchar Whom the client names; the caller's claim
-- @column record_person varchar Whom the log names
with logged as (
  select
    i.*,
    m.match,
    m.call_id,
    m.call_day
  from invocations i
  left join call_matches m
    on m.dt = i.dt
    and m.account_id = i.account_id
    and m.region = i.region
    and m.request_id = i.request_id
  where i.dt between cast(date_add('day', -1, :from) as date) and cast(date_add('day', 1, :to) as date)
    and (m.call_id is not null or i.session_id is not null)
),
told as (
  select c.*
  from client_calls c
  where c.dt between cast(date_add('day', -2, :from) as date) and cast(date_add('day', 2, :to) as date)
)
select
  coalesce(l.dt, c.dt) as dt,
  case
    when c.call_id is null then 'log'
    when l.request_id is null then 'client'
    else 'both'
  end as seen,
  case
    when c.call_id is null or l.request_id is null then 'none'
    else l.match
  end as match,
  coalesce(l.event_time, c.event_time) as event_time,
  coalesce(l.region, c.region) as region,
  coalesce(c.session_id, l.session_id) as session_id,
  coalesce(c.device_id, l.device_id) as device_id,
  coalesce(c.client_version, l.client_version) as client_version,
  coalesce(c.entrypoint, l.entrypoint) as entrypoint,
  coalesce(l.record_person, c.person) as person,
  l.account_id,
  l.request_id,
  l.principal_arn,
  l.team,
  l.cost_center,
  l.environment,
  l.feature,
  l.model,
  l.operation,
  l.status,
  l.error_code,
  l.input_tokens,
  l.output_tokens,
  l.cache_read_tokens,
  l.cache_write_5m_tokens,
  l.cache_write_1h_tokens,
  l.thinking_tokens,
  l.price_status,
  cast(l.estimated_cost as decimal(38,12)) as estimated_cost,
  cast(l.estimated_cost_high as decimal(38,12)) as estimated_cost_high,
  c.call_id,
  c.request_id as client_request_id,
  c.scope,
  c.client,
  c.provider,
  c.prompt_id,
  c.trace_id,
  c.agent_id,
  c.agent_name,
  c.query_source,
  c.model as client_model,
  c.status as client_status,
  c.duration_ms,
  c.claimed_input_tokens,
  c.claimed_output_tokens,
  c.claimed_cache_read_tokens,
  c.claimed_cache_write_tokens,
  c.claimed_cache_write_5m_tokens,
  c.claimed_cache_write_1h_tokens,
  cast(c.claimed_cost as decimal(38,12)) as claimed_cost,
  c.labels,
  c.person as client_person,
  l.record_person
from logged l
full join told c
  on c.call_id = l.call_id
  and c.dt = l.call_day
where coalesce(l.dt, c.dt) between :from and :to
order by
  dt, event_time, coalesce(l.account_id, ''), coalesce(l.request_id, ''), coalesce(c.call_id, '')
