-- Compacted hour
-- The records of an hour as its compacted file holds them: each once, whatever files it lies in, in the order of what questions filter on.
-- @param day date Day of the events
-- @param hour integer UTC hour of the events, 0 to 23
-- @reads invocation_records
-- @column event_time timestamp When the call was logged, UTC.
-- @column account_id varchar AWS account that made the call, 12 digits.
-- @column region varchar Region the caller called.
-- @column inference_region varchar Region that served the call; null when it was not re-routed.
-- @column routing varchar in-region, geo or global: the inference profile's scope; null when it cannot be known.
-- @column request_id varchar Bedrock's request id.
-- @column operation varchar API operation, for example ConverseStream.
-- @column model_id varchar Model id, profile id or ARN as logged.
-- @column inference_profile varchar Inference profile id or application inference profile ARN; null for a direct call.
-- @column vendor varchar Model maker, for example anthropic; null when unknown.
-- @column model_family varchar Family, for example claude-sonnet; null when unknown.
-- @column model varchar Model without routing and revision, for example claude-sonnet-4-6; the logged id when unknown.
-- @column model_tier varchar premium, standard or fast, from strata.yml or the catalog; null when unknown.
-- @column service_tier varchar on-demand, flex, priority, batch, reserved, provisioned or imported.
-- @column principal_arn varchar IAM identity as logged; null when the record has none.
-- @column principal_type varchar user, role, sso, federated, api-key, root, service or unknown.
-- @column principal_name varchar User name, role name or permission set.
-- @column session_name varchar Role session name; null for users.
-- @column person varchar The human behind the principal; null for services and when unknown.
-- @column team varchar Team, or unattributed.
-- @column cost_center varchar Cost center of the team or rule.
-- @column environment varchar Environment, for example prod.
-- @column feature varchar Feature or application.
-- @column attribution_source varchar Rule that named the team: rule:<name>, members, metadata, profile, bill or none.
-- @column request_metadata map(varchar,varchar) Labels that the caller sent with the request.
-- @column input_tokens bigint Prompt tokens that were neither read from nor written to the cache.
-- @column output_tokens bigint Completion tokens.
-- @column cache_read_tokens bigint Prompt tokens read from the cache.
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache; all writes when the split is unknown.
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache.
-- @column image_count bigint Images generated.
-- @column audio_seconds double Seconds of audio in and out.
-- @column video_seconds double Seconds of video generated.
-- @column status varchar ok, error or blocked (a guardrail intervened).
-- @column error_code varchar Error name as logged.
-- @column error_class varchar throttling, client, server or model.
-- @column latency_ms bigint Milliseconds to the last byte, where the body tells.
-- @column time_to_first_token_ms bigint Milliseconds to the first byte, where the body tells.
-- @column stop_reason varchar Why generation ended, as the model says.
-- @column guardrail_action varchar INTERVENED when a guardrail blocked input or output.
-- @column input_cost decimal(18,12) Estimated USD of input_tokens and of units that are not tokens.
-- @column output_cost decimal(18,12) Estimated USD of output_tokens.
-- @column cache_read_cost decimal(18,12) Estimated USD of cache_read_tokens.
-- @column cache_write_cost decimal(18,12) Estimated USD of cache writes.
-- @column list_cost decimal(18,12) USD at the list price in force at the event; null when unpriced.
-- @column estimated_cost decimal(18,12) USD after the discounts and overrides of strata.yml: the sum of the four parts; null when unpriced.
-- @column estimated_cost_high decimal(18,12) estimated_cost if every cache write of unknown duration was a 1-hour write; equal to estimated_cost when known.
-- @column uncached_cost decimal(18,12) What the call would have cost with every cached token as plain input.
-- @column price_id varchar Price that was used; see strata prices.
-- @column price_status varchar priced, estimated, unpriced, uncounted or not_token_priced.
-- @column usage_check varchar Counts that contradict each other, for example header_body_mismatch; null when consistent.
-- @column coerced boolean A count was written as text and read as the number.
-- @column source_object varchar Object the record was read from.
-- @column source_line bigint Line in that object, from 1.
-- @column source_part integer Record within that line, from 1; above 1 only inside arrays and envelopes.
-- @column delivered_at timestamp The object's own time, from its key or metadata.
-- @column tool_names varchar Tools that the answer calls, each once, by name, separated by commas; null for none and unless sources.tool_names is on.
-- @column session_id varchar Claude Code's session, from the request's body; null where bodies are not logged and for other clients.
-- @column device_id varchar Claude Code's random id of an installation, likewise; not a person.
-- @column client_version varchar Claude Code's version, likewise.
-- @column entrypoint varchar How Claude Code was started, for example cli or sdk-ts, likewise.
-- @column message_id varchar The model's id of the answer, from the answer's body.
-- @column thinking_tokens bigint Of output_tokens, those of extended thinking, where the answer's body tells.
-- @column price_assumptions varchar Why price_status is estimated: cache_write_duration, image_size, rate or failed, several with commas; null otherwise.
-- @column copy_rank integer Of two copies of the same record (object, line, part) the one with the smaller rank counts: null as landed, 2 in the compacted file of the hour.
select
  r.event_time,
  r.account_id,
  r.region,
  r.inference_region,
  r.routing,
  r.request_id,
  r.operation,
  r.model_id,
  r.inference_profile,
  r.vendor,
  r.model_family,
  r.model,
  r.model_tier,
  r.service_tier,
  r.principal_arn,
  r.principal_type,
  r.principal_name,
  r.session_name,
  r.person,
  r.team,
  r.cost_center,
  r.environment,
  r.feature,
  r.attribution_source,
  r.request_metadata,
  r.input_tokens,
  r.output_tokens,
  r.cache_read_tokens,
  r.cache_write_5m_tokens,
  r.cache_write_1h_tokens,
  r.image_count,
  r.audio_seconds,
  r.video_seconds,
  r.status,
  r.error_code,
  r.error_class,
  r.latency_ms,
  r.time_to_first_token_ms,
  r.stop_reason,
  r.guardrail_action,
  r.input_cost,
  r.output_cost,
  r.cache_read_cost,
  r.cache_write_cost,
  r.list_cost,
  r.estimated_cost,
  r.estimated_cost_high,
  r.uncached_cost,
  r.price_id,
  r.price_status,
  r.usage_check,
  r.coerced,
  r.source_object,
  r.source_line,
  r.source_part,
  r.delivered_at,
  r.tool_names,
  r.session_id,
  r.device_id,
  r.client_version,
  r.entrypoint,
  r.message_id,
  r.thinking_tokens,
  r.price_assumptions,
  2 as copy_rank
from (
  select
    c.*,
    row_number() over (
      partition by c.account_id, c.region, c.request_id, c.source_object, c.source_line, c.source_part
      order by coalesce(c.copy_rank, 0)
    ) as copy
  from invocation_records c
  where c.dt = :day
    and c.hour = :hour
) r
where r.copy = 1
order by
  r.team,
  r.model,
  r.principal_arn,
  r.event_time,
  r.source_object,
  r.source_line,
  r.source_part,
  r.request_id,
  r.account_id,
  r.region
