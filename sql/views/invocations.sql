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
      order by r.source_object, r.source_line, r.source_part, coalesce(r.copy_rank, 0)
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
split as (
  select
    k.*,
    cast((k.split_pico - k.split_pico % k.written) / k.written as bigint) * k.told_1h_tokens as split_whole,
    k.split_pico % k.written * k.told_1h_tokens as split_rest
  from known k
),
settled as (
  select
    s.*,
    case
      when s.split_by is null then cast(0 as decimal(38,12))
      else cast(
        (s.split_whole + cast((s.split_rest - s.split_rest % s.written) / s.written as bigint)
          + case when s.split_rest % s.written * 2 >= s.written then 1 else 0 end) * 0.000000000001
        as decimal(38,12)
      )
    end as split_cost
  from split s
),
-- Places of the sources of a person; a folder that knows no order has the default one. Tags count as configured where the order does not name them.
person_places as (
  select
    coalesce(max(case when s.name = 'configured' then s.place end), case when count(*) = 0 then 0 end, 1000) as configured,
    coalesce(max(case when s.name = 'sso_session' then s.place end), case when count(*) = 0 then 2 end, 1000) as sso_session,
    coalesce(max(case when s.name = 'iam_user' then s.place end), case when count(*) = 0 then 3 end, 1000) as iam_user,
    coalesce(max(case when s.name = 'session_name' then s.place end), case when count(*) = 0 then 4 end, 1000) as session_name,
    coalesce(
      max(case when s.name = 'principal_tag' then s.place end),
      max(case when s.name = 'configured' then s.place end),
      case when count(*) = 0 then 5 end,
      1000
    ) as principal_tag,
    coalesce(max(case when s.name = 'metadata' then s.place end), case when count(*) = 0 then 8 end, 1000) as metadata,
    coalesce(max(case when s.name = 'on_behalf_of' then s.place end), case when count(*) = 0 then 1 end, 1000) as on_behalf_of,
    coalesce(max(case when s.name = 'telemetry' then s.place end), case when count(*) = 0 then 6 end, 1000) as telemetry,
    coalesce(max(case when s.name = 'device' then s.place end), case when count(*) = 0 then 7 end, 1000) as device,
    max(s.metadata_key) as metadata_key
  from identity_sources s
),
-- Letter case says nothing in an address; records that were read before this was known keep theirs.
named as (
  select
    e.*,
    case when e.person like '%@%' then lower(e.person) else e.person end as landed_person,
    case when e.principal_person like '%@%' then lower(e.principal_person) else e.principal_person end as tagged_person,
    case
      when element_at(e.request_metadata, o.metadata_key) like '%@%' then lower(element_at(e.request_metadata, o.metadata_key))
      else nullif(element_at(e.request_metadata, o.metadata_key), '')
    end as metadata_person,
    case
      when e.principal_type = 'sso' then lower(e.session_name)
      when e.principal_type in ('user', 'federated') then lower(e.principal_name)
      else lower(e.session_name)
    end as own_name,
    case
      when e.principal_type = 'sso' then 'sso_session'
      when e.principal_type in ('user', 'federated') then 'iam_user'
      else 'session_name'
    end as own_source,
    case
      when e.principal_type = 'sso' then o.sso_session
      when e.principal_type in ('user', 'federated') then o.iam_user
      else o.session_name
    end as own_place,
    o.configured as configured_place,
    o.principal_tag as tag_place,
    o.metadata as metadata_place,
    b.behalf_person,
    b.telemetry_person,
    b.device_person,
    case when b.behalf_person is null then 1000 else o.on_behalf_of end as behalf_place,
    case when b.telemetry_person is null then 1000 else o.telemetry end as telemetry_place,
    case when b.device_person is null then 1000 else o.device end as device_place
  from settled e
  cross join person_places o
  -- Whom others name beside the log: they come later, so that they lie apart.
  left join call_people b
    on b.dt = e.dt
    and b.account_id = e.account_id
    and b.region = e.region
    and b.request_id = e.request_id
),
placed as (
  select
    n.*,
    case
      when n.landed_person is null then 'none'
      when lower(n.landed_person) = n.own_name then n.own_source
      when n.landed_person = n.metadata_person then 'metadata'
      else 'configured'
    end as landed_source,
    case
      when n.landed_person is null then 1000
      when lower(n.landed_person) = n.own_name then n.own_place
      when n.landed_person = n.metadata_person then n.metadata_place
      else n.configured_place
    end as landed_person_place,
    case when lower(n.tagged_person) = n.own_name then n.own_source else 'principal_tag' end as tagged_source,
    case
      when n.tagged_person is null then 1000
      when lower(n.tagged_person) = n.own_name then n.own_place
      else n.tag_place
    end as tagged_person_place,
    case when n.metadata_person is null then 1000 else n.metadata_place end as metadata_person_place
  from named n
),
recorded as (
  select
    p.*,
    least(p.landed_person_place, p.tagged_person_place, p.metadata_person_place) as record_person_place,
    case
      when least(p.landed_person_place, p.tagged_person_place, p.metadata_person_place) = 1000 then null
      when p.landed_person_place <= least(p.tagged_person_place, p.metadata_person_place) then p.landed_person
      when p.tagged_person_place <= p.metadata_person_place then p.tagged_person
      else p.metadata_person
    end as record_person,
    case
      when least(p.landed_person_place, p.tagged_person_place, p.metadata_person_place) = 1000 then 'none'
      when p.landed_person_place <= least(p.tagged_person_place, p.metadata_person_place) then p.landed_source
      when p.tagged_person_place <= p.metadata_person_place then p.tagged_source
      else 'metadata'
    end as record_source
  from placed p
),
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
  case d.decided_by
    when 'record' then d.team
    when 'resource' then coalesce(d.resource_team, 'unattributed')
    else coalesce(d.principal_team, 'unattributed')
  end as team,
  case d.decided_by
    when 'record' then coalesce(d.cost_center, d.resource_cost_center, d.principal_cost_center)
    when 'resource' then coalesce(d.resource_cost_center, d.cost_center, d.principal_cost_center)
    else coalesce(d.principal_cost_center, d.cost_center, d.resource_cost_center)
  end as cost_center,
  case d.decided_by
    when 'record' then coalesce(d.environment, d.resource_environment, d.principal_environment)
    when 'resource' then coalesce(d.resource_environment, d.environment, d.principal_environment)
    else coalesce(d.principal_environment, d.environment, d.resource_environment)
  end as environment,
  case d.decided_by
    when 'record' then coalesce(d.feature, d.resource_feature, d.principal_feature)
    when 'resource' then coalesce(d.resource_feature, d.feature, d.principal_feature)
    else coalesce(d.principal_feature, d.feature, d.resource_feature)
  end as feature,
  case d.decided_by
    when 'record' then d.attribution_source
    when 'resource' then d.resource_source
    else d.principal_source
  end as attribution_source,
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
  case when d.billed_price is null then d.input_cost else cast(d.billed_input as decimal(18,12)) end as input_cost,
  case when d.billed_price is null then d.output_cost else cast(d.billed_output as decimal(18,12)) end as output_cost,
  case when d.billed_price is null then d.cache_read_cost else cast(d.billed_cache_read as decimal(18,12)) end as cache_read_cost,
  case
    when d.split_by is not null then cast(d.cache_write_cost + d.split_cost as decimal(18,12))
    when d.billed_price is null then d.cache_write_cost
    else cast(d.billed_cache_write as decimal(18,12))
  end as cache_write_cost,
  case
    -- The list price of the two durations is not stored; a discount takes the same part of both.
    when d.split_by is not null
      then cast(d.list_cost + d.split_cost * coalesce(cast(cast(d.list_cost as double) / nullif(d.estimated_cost, 0) as decimal(38,12)), 1) as decimal(18,12))
    when d.billed_price is null then d.list_cost
    else cast(d.billed_input + d.billed_output + d.billed_cache_read + d.billed_cache_write as decimal(18,12))
  end as list_cost,
  case
    when d.split_by is not null then cast(d.estimated_cost + d.split_cost as decimal(18,12))
    when d.billed_price is null then d.estimated_cost
    else cast(d.billed_input + d.billed_output + d.billed_cache_read + d.billed_cache_write as decimal(18,12))
  end as estimated_cost,
  case
    when d.split_by is not null then cast(d.estimated_cost + d.split_cost as decimal(18,12))
    when d.billed_price is null then d.estimated_cost_high
    else cast(d.billed_input + d.billed_output + d.billed_cache_read + d.billed_cache_write as decimal(18,12))
  end as estimated_cost_high,
  case when d.billed_price is null then d.uncached_cost else cast(d.billed_uncached as decimal(18,12)) end as uncached_cost,
  coalesce(d.billed_price, d.price_id) as price_id,
  case
    when d.billed_price is not null or d.split_by is not null and d.price_assumptions = 'cache_write_duration' then 'priced'
    else d.price_status
  end as price_status,
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
