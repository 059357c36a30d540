-- API calls
-- Every call that CloudTrail saw, once, with what the invocation log or a client says of the same request: a call that is in no log is unlogged. It has tokens for calls that no log has, and no dollar. Recomputed by day.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @reads trail_events, invocations, client_calls
-- @column dt date UTC day: of the log where it is logged, else of the event
-- @column event_time timestamp When the call was made, UTC
-- @column event_id varchar eventID
-- @column request_id varchar Request id
-- @column product varchar bedrock, bedrock-mantle, agentcore, amazon-q or kiro
-- @column operation varchar API operation
-- @column account_id varchar AWS account
-- @column region varchar Region that was called
-- @column inference_region varchar Region that answered, where it is told
-- @column principal_arn varchar IAM identity
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column session_name varchar Role session name
-- @column person varchar The human behind the principal, as the log has it, else as its ARN tells
-- @column identity_user_id varchar User id in IAM Identity Center on whose behalf the call was made
-- @column identity_store varchar Identity store of that user
-- @column credential varchar sigv4, api_key, long_term or short_term
-- @column vendor varchar Model maker; null when unknown
-- @column model_family varchar Model family
-- @column model varchar Model by name, or the id as it is
-- @column service_tier varchar Service tier that was asked for, where it is told
-- @column status varchar ok, denied, throttled or error
-- @column error_code varchar Error by name
-- @column client varchar Client by its user agent
-- @column client_version varchar Its version
-- @column entrypoint varchar How Claude Code was started
-- @column user_agent varchar First words of the user agent
-- @column is_logged boolean Whether the invocation log has the call
-- @column token_source varchar log; event: CloudTrail's own, without cache; client: what the client claims; unknown
-- @column input_tokens bigint Prompt tokens outside the cache, from that source; null when unknown
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache; null where the source does not tell
-- @column cache_write_tokens bigint Prompt tokens written to the cache; null where the source does not tell
-- @column project_arn varchar Project of a mantle call
-- @column resource_arn varchar Agent runtime, gateway, profile or batch inference job
-- @column session_id varchar Session of an agent or a conversation
-- @column end_user varchar User that the caller names to an agent runtime; the caller's claim
-- @column request_metadata map(varchar,varchar) Metadata that the caller sent to the mantle endpoint; the caller's claim
-- @column client_person varchar Whom the client's telemetry names for the same request; the caller's claim
with once as (
  select
    e.*,
    row_number() over (
      partition by e.dt, e.event_id
      order by e.source_object, e.source_item
    ) as delivery
  from trail_events e
  where e.dt between cast(date_add('day', -1, :from) as date) and cast(date_add('day', 1, :to) as date)
),
-- A request id is one call; a retried call has one each time.
logged as (
  select
    i.account_id,
    i.region,
    i.request_id,
    min(i.dt) as dt,
    max(i.record_person) as person,
    cast(sum(i.input_tokens) as bigint) as input_tokens,
    cast(sum(i.output_tokens) as bigint) as output_tokens,
    cast(sum(i.cache_read_tokens) as bigint) as cache_read_tokens,
    cast(sum(i.cache_write_5m_tokens + i.cache_write_1h_tokens) as bigint) as cache_write_tokens
  from invocations i
  where i.dt between cast(date_add('day', -2, :from) as date) and cast(date_add('day', 2, :to) as date)
  group by i.account_id, i.region, i.request_id
),
claimed as (
  select
    c.request_id,
    max(c.claimed_input_tokens) as input_tokens,
    max(c.claimed_output_tokens) as output_tokens,
    max(c.claimed_cache_read_tokens) as cache_read_tokens,
    max(c.claimed_cache_write_tokens) as cache_write_tokens,
    max(c.person) as person
  from client_calls c
  where c.request_id is not null
    and c.dt between cast(date_add('day', -2, :from) as date) and cast(date_add('day', 2, :to) as date)
  group by c.request_id
),
told as (
  select
    o.*,
    coalesce(l.dt, o.dt) as call_dt,
    l.dt as log_dt,
    l.person as log_person,
    case
      when l.dt is not null then 'log'
      when o.input_tokens is not null or o.output_tokens is not null then 'event'
      when c.input_tokens is not null or c.output_tokens is not null then 'client'
      else 'unknown'
    end as token_source,
    l.input_tokens as log_input_tokens,
    l.output_tokens as log_output_tokens,
    l.cache_read_tokens as log_cache_read_tokens,
    l.cache_write_tokens as log_cache_write_tokens,
    c.input_tokens as claimed_input_tokens,
    c.output_tokens as claimed_output_tokens,
    c.cache_read_tokens as claimed_cache_read_tokens,
    c.cache_write_tokens as claimed_cache_write_tokens,
    c.person as client_person
  from once o
  left join logged l
    on l.account_id = o.account_id
    and l.region = o.region
    and l.request_id = o.request_id
  left join claimed c
    on c.request_id = o.request_id
  where o.delivery = 1
)
select
  t.call_dt as dt,
  t.event_time,
  t.event_id,
  t.request_id,
  t.product,
  t.operation,
  t.account_id,
  t.region,
  t.inference_region,
  t.principal_arn,
  t.principal_type,
  t.principal_name,
  t.session_name,
  coalesce(t.log_person, t.person) as person,
  t.identity_user_id,
  t.identity_store,
  t.credential,
  t.vendor,
  t.model_family,
  t.model,
  t.service_tier,
  t.status,
  t.error_code,
  t.client,
  t.client_version,
  t.entrypoint,
  t.user_agent,
  t.log_dt is not null as is_logged,
  t.token_source,
  case t.token_source when 'log' then t.log_input_tokens when 'event' then t.input_tokens when 'client' then t.claimed_input_tokens end as input_tokens,
  case t.token_source when 'log' then t.log_output_tokens when 'event' then t.output_tokens when 'client' then t.claimed_output_tokens end as output_tokens,
  case t.token_source when 'log' then t.log_cache_read_tokens when 'client' then t.claimed_cache_read_tokens end as cache_read_tokens,
  case t.token_source when 'log' then t.log_cache_write_tokens when 'client' then t.claimed_cache_write_tokens end as cache_write_tokens,
  t.project_arn,
  t.resource_arn,
  t.session_id,
  t.end_user,
  t.request_metadata,
  t.client_person
from told t
where t.call_dt between :from and :to
order by
  dt, t.event_time, t.event_id
