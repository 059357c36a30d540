-- Invocations
-- One row per invocation (account, region, request id): the delivery with the smallest source object and line, its attribution completed from what is known about the principal now.
-- @reads invocation_records, principals
with deliveries as (
  select
    r.*,
    -- A record says its own time, so every delivery of it lies in the same hour; naming the partitions lets both engines skip the others.
    row_number() over (
      partition by r.dt, r.hour, r.account_id, r.region, r.request_id
      order by r.source_object, r.source_line, r.source_part
    ) as delivery
  from invocation_records r
)
select
  d.event_time,
  d.dt,
  d.hour,
  d.account_id,
  d.region,
  d.inference_region,
  d.routing,
  d.request_id,
  d.operation,
  d.model_id,
  d.inference_profile,
  d.vendor,
  d.model_family,
  d.model,
  d.model_tier,
  d.service_tier,
  d.principal_arn,
  d.principal_type,
  d.principal_name,
  d.session_name,
  coalesce(d.person, p.person) as person,
  case when d.team = 'unattributed' then coalesce(p.team, d.team) else d.team end as team,
  coalesce(d.cost_center, p.cost_center) as cost_center,
  coalesce(d.environment, p.environment) as environment,
  d.feature,
  case when d.team = 'unattributed' then coalesce(p.attribution_source, d.attribution_source) else d.attribution_source end as attribution_source,
  d.request_metadata,
  d.input_tokens,
  d.output_tokens,
  d.cache_read_tokens,
  d.cache_write_5m_tokens,
  d.cache_write_1h_tokens,
  d.image_count,
  d.audio_seconds,
  d.video_seconds,
  d.status,
  d.error_code,
  d.error_class,
  d.latency_ms,
  d.time_to_first_token_ms,
  d.stop_reason,
  d.guardrail_action,
  d.input_cost,
  d.output_cost,
  d.cache_read_cost,
  d.cache_write_cost,
  d.list_cost,
  d.estimated_cost,
  d.estimated_cost_high,
  d.uncached_cost,
  d.price_id,
  d.price_status,
  d.usage_check,
  d.coerced,
  d.source_object,
  d.source_line,
  d.source_part,
  d.delivered_at,
  d.tool_names,
  d.session_id,
  d.device_id,
  d.client_version,
  d.entrypoint,
  d.message_id,
  d.thinking_tokens
from deliveries d
left join principals p
  on p.principal_arn = d.principal_arn
where d.delivery = 1
