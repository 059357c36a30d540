-- Invocations
-- One row per invocation (account, region, request id): the delivery with the smallest source object and line, completed by what tags on the bill and strata.yml say of its principal and resource on that day, and by the duration of its cache writes where only its client told of it. The person is the first in the order of attribution.person_order of all that names one: the record, the tags of its principal, its request metadata (record_person is the best of these), CloudTrail, the client's telemetry and its installation.
-- @reads invocation_records, learned_owners, attribution_sources, identity_sources, call_matches, call_people
with deliveries as (
  select
    r.*,
    -- A record says its own time, so every delivery of it lies in the same hour; naming the partitions lets both engines skip the others.
    row_number() over (
      partition by r.dt, r.hour, r.account_id, r.region, r.request_id
      -- While an hour is compacted, a record lies in it as landed and as compacted.
      -- One value, not four: DuckDB then carries the key alone, and reads the other columns for the rows that are left.
      order by row(r.source_object, r.source_line, coalesce(r.source_part, 0), coalesce(r.copy_rank, 0))
    ) as delivery,
    -- Whose cache writes are of unknown duration; a key of its own, since a condition on one side of an outer join makes DuckDB compare every pair.
    case
      when r.price_assumptions like 'cache_write_duration%'
        and r.price_assumptions not like '%image_size%'
        and r.cache_write_1h_tokens = 0
        and r.cache_write_5m_tokens > 0
        then r.request_id
    end as unsure_id
  from invocation_records r
),
known as (
  select
    d.*,
    m.match as split_by,
    m.cache_write_5m_tokens as told_5m_tokens,
    m.cache_write_1h_tokens as told_1h_tokens,
    -- Trino divides before it looks who wants the result.
    nullif(d.cache_write_5m_tokens, 0) as written,
    cast(cast((d.estimated_cost_high - d.estimated_cost) * 1000000000000 as decimal(38,0)) as bigint) as split_pico,
    -- What the record said when it was read stays unless something stands before it in the order; a rule that is gone from strata.yml stays too.
    case when d.team = 'unattributed' then 2000000 else coalesce(s.place, 0) end as record_place,
    coalesce(r.place, 2000000) as resource_place,
    coalesce(p.place, 2000000) as principal_place,
    r.team as resource_team,
    r.cost_center as resource_cost_center,
    r.environment as resource_environment,
    r.feature as resource_feature,
    r.attribution_source as resource_source,
    p.person as principal_person,
    p.team as principal_team,
    p.cost_center as principal_cost_center,
    p.environment as principal_environment,
    p.feature as principal_feature,
    p.attribution_source as principal_source,
    -- A profile that nobody could look up: the bill names its model and what a token cost.
    case when d.model = d.model_id then r.model end as billed_model,
    r.vendor as billed_vendor,
    r.model_family as billed_family,
    r.model_tier as billed_tier,
    case
      when d.model = d.model_id
        and d.price_status = 'unpriced'
        and r.model is not null
        and (d.input_tokens = 0 or r.input_rate is not null)
        and (d.output_tokens = 0 or r.output_rate is not null)
        and (d.cache_read_tokens = 0 or r.cache_read_rate is not null)
        and (d.cache_write_5m_tokens = 0 or r.cache_write_5m_rate is not null)
        and (d.cache_write_1h_tokens = 0 or r.cache_write_1h_rate is not null)
        then 'bill:' || r.from_day
    end as billed_price,
    coalesce(cast(r.input_rate as decimal(18,12)), 0) as input_rate,
    coalesce(cast(r.output_rate as decimal(18,12)), 0) as output_rate,
    coalesce(cast(r.cache_read_rate as decimal(18,12)), 0) as cache_read_rate,
    coalesce(cast(r.cache_write_5m_rate as decimal(18,12)), 0) as cache_write_5m_rate,
    coalesce(cast(r.cache_write_1h_rate as decimal(18,12)), 0) as cache_write_1h_rate
  from deliveries d
  left join attribution_sources s
    on s.name = d.attribution_source
  left join learned_owners r
    on r.kind = 'resource'
    and r.id = d.model_id
    and cast(d.dt as varchar) between r.from_day and r.to_day
  left join learned_owners p
    on p.kind = 'principal'
    and p.id = d.principal_arn
    and cast(d.dt as varchar) between p.from_day and p.to_day
  -- The one thing that a client tells and the log does not: how long a cache write lives. It counts where it explains every written token.
  left join call_matches m
    on m.dt = d.dt
    and m.account_id = d.account_id
    and m.region = d.region
    and m.request_id = d.unsure_id
    and m.cache_write_5m_tokens + m.cache_write_1h_tokens = d.cache_write_5m_tokens
  where d.delivery = 1
),
-- The price lies between that of 5-minute writes alone and that of 1-hour writes alone, by their share; whole pico-dollars for each token first,
-- so that no product is larger than a double can hold.
-- @include told_cache_writes
-- Places of the sources of a person; a folder that knows no order has the default one. Tags count as configured where the order does not name them.
-- @include person_by_order
decided as (
  select
    k.*,
    case
      when k.record_person_place <= least(k.behalf_place, k.telemetry_place, k.device_place) then k.record_person
      when k.behalf_place <= least(k.telemetry_place, k.device_place) then k.behalf_person
      when k.telemetry_place <= k.device_place then k.telemetry_person
      else k.device_person
    end as best_person,
    case
      when k.record_person_place <= least(k.behalf_place, k.telemetry_place, k.device_place) then k.record_source
      when k.behalf_place <= least(k.telemetry_place, k.device_place) then 'on_behalf_of'
      when k.telemetry_place <= k.device_place then 'telemetry'
      else 'device'
    end as person_source,
    case
      when k.record_place <= least(k.resource_place, k.principal_place) then 'record'
      when k.resource_place <= k.principal_place then 'resource'
      else 'principal'
    end as decided_by,
    k.input_tokens * k.input_rate as billed_input,
    k.output_tokens * k.output_rate as billed_output,
    k.cache_read_tokens * k.cache_read_rate as billed_cache_read,
    k.cache_write_5m_tokens * k.cache_write_5m_rate + k.cache_write_1h_tokens * k.cache_write_1h_rate as billed_cache_write,
    (k.input_tokens + k.cache_read_tokens + k.cache_write_5m_tokens + k.cache_write_1h_tokens) * k.input_rate
      + k.output_tokens * k.output_rate as billed_uncached
  from recorded k
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
  case when d.billed_model is null then d.vendor else d.billed_vendor end as vendor,
  case when d.billed_model is null then d.model_family else d.billed_family end as model_family,
  coalesce(d.billed_model, d.model) as model,
  case when d.billed_model is null then d.model_tier else d.billed_tier end as model_tier,
  d.service_tier,
  d.principal_arn,
  d.principal_type,
  d.principal_name,
  d.session_name,
  d.best_person as person,
  -- @include attribution_decided
  d.request_metadata,
  d.input_tokens,
  d.output_tokens,
  d.cache_read_tokens,
  case when d.split_by is null then d.cache_write_5m_tokens else d.told_5m_tokens end as cache_write_5m_tokens,
  case when d.split_by is null then d.cache_write_1h_tokens else d.told_1h_tokens end as cache_write_1h_tokens,
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
  -- @include cost_settled
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
  d.thinking_tokens,
  -- Assumptions are named in one order, this one of 20 letters first.
  case
    when d.split_by is null then d.price_assumptions
    else nullif(substr(d.price_assumptions, 22), '')
  end as price_assumptions,
  d.person_source,
  -- One name that came two ways is one source.
  (case when d.landed_source <> 'metadata' and d.landed_person <> d.best_person then 1 else 0 end)
  + (case when d.tagged_source = 'principal_tag' and d.tagged_person <> d.best_person then 1 else 0 end)
  + (case when d.metadata_person <> d.best_person then 1 else 0 end)
  + (case when d.behalf_person <> d.best_person then 1 else 0 end)
  + (case when d.telemetry_person <> d.best_person then 1 else 0 end)
  + (case when d.device_person <> d.best_person then 1 else 0 end) as disagreeing,
  d.record_person
from decided d
