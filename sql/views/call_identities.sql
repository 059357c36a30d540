-- Who made each call
-- Every logged call with the person that the best of all sources names, which source that is, and how many others name somebody else.
-- @reads invocations, api_calls, identity_people, call_matches, client_calls, device_people, identity_sources
with sources as (
  -- A folder that knows no order has the default one.
  select
    coalesce(max(case when s.name = 'configured' then s.place end), case when count(*) = 0 then 0 end) as configured_place,
    coalesce(max(case when s.name = 'on_behalf_of' then s.place end), case when count(*) = 0 then 1 end) as behalf_place,
    coalesce(max(case when s.name = 'sso_session' then s.place end), case when count(*) = 0 then 2 end) as sso_place,
    coalesce(max(case when s.name = 'iam_user' then s.place end), case when count(*) = 0 then 3 end) as user_place,
    coalesce(max(case when s.name = 'session_name' then s.place end), case when count(*) = 0 then 4 end) as session_place,
    coalesce(
      max(case when s.name = 'principal_tag' then s.place end),
      max(case when s.name = 'configured' then s.place end),
      case when count(*) = 0 then 5 end
    ) as tag_place,
    coalesce(max(case when s.name = 'telemetry' then s.place end), case when count(*) = 0 then 6 end) as telemetry_place,
    coalesce(max(case when s.name = 'device' then s.place end), case when count(*) = 0 then 7 end) as device_place,
    coalesce(max(case when s.name = 'metadata' then s.place end), case when count(*) = 0 then 8 end) as metadata_place,
    max(s.metadata_key) as metadata_key
  from identity_sources s
),
calls as (
  select
    i.dt,
    i.event_time,
    i.account_id,
    i.region,
    i.request_id,
    i.principal_arn,
    i.principal_type,
    i.principal_name,
    i.session_name,
    i.team,
    i.attribution_source,
    i.model,
    i.estimated_cost,
    a.identity_user_id,
    coalesce(i.device_id, c.device_id) as device_id,
    i.person as record_person,
    i.person_source as record_source,
    p.person as behalf_person,
    c.person as telemetry_person,
    lower(element_at(i.request_metadata, s.metadata_key)) as metadata_person,
    s.configured_place,
    s.behalf_place,
    s.sso_place,
    s.user_place,
    s.session_place,
    s.tag_place,
    s.telemetry_place,
    s.device_place,
    s.metadata_place
  from invocations i
  cross join sources s
  left join api_calls a
    on a.dt = i.dt
    and a.account_id = i.account_id
    and a.region = i.region
    and a.request_id = i.request_id
  left join identity_people p
    on p.user_id = a.identity_user_id
  left join call_matches m
    on m.dt = i.dt
    and m.account_id = i.account_id
    and m.region = i.region
    and m.request_id = i.request_id
  left join client_calls c
    on c.dt = m.call_day
    and c.call_id = m.call_id
),
placed as (
  select
    k.*,
    d.person as device_person,
    coalesce(
      case
        when k.record_source = 'configured' then k.configured_place
        when k.record_source = 'sso_session' then k.sso_place
        when k.record_source = 'iam_user' then k.user_place
        when k.record_source = 'session_name' then k.session_place
        when k.record_source = 'principal_tag' then k.tag_place
        when k.record_source = 'metadata' then k.metadata_place
      end,
      1000
    ) as record_at,
    case when k.behalf_person is null then 1000 else coalesce(k.behalf_place, 1000) end as behalf_at,
    case when k.telemetry_person is null then 1000 else coalesce(k.telemetry_place, 1000) end as telemetry_at,
    case when d.person is null then 1000 else coalesce(k.device_place, 1000) end as device_at,
    case when k.metadata_person is null then 1000 else coalesce(k.metadata_place, 1000) end as metadata_at
  from calls k
  left join device_people d
    on d.device_id = k.device_id
),
won as (
  select
    p.*,
    least(p.record_at, p.behalf_at, p.telemetry_at, p.device_at, p.metadata_at) as won_at
  from placed p
),
named as (
  select
    w.*,
    case
      when w.won_at = 1000 then null
      when w.won_at = w.record_at then w.record_person
      when w.won_at = w.behalf_at then w.behalf_person
      when w.won_at = w.telemetry_at then w.telemetry_person
      when w.won_at = w.device_at then w.device_person
      else w.metadata_person
    end as person,
    case
      when w.won_at = 1000 then 'none'
      when w.won_at = w.record_at then w.record_source
      when w.won_at = w.behalf_at then 'on_behalf_of'
      when w.won_at = w.telemetry_at then 'telemetry'
      when w.won_at = w.device_at then 'device'
      else 'metadata'
    end as person_source
  from won w
)
select
  n.dt,
  n.event_time,
  n.account_id,
  n.region,
  n.request_id,
  n.principal_arn,
  n.principal_type,
  n.principal_name,
  n.session_name,
  n.identity_user_id,
  n.device_id,
  n.person,
  n.person_source,
  (case when n.record_person <> n.person then 1 else 0 end)
  + (case when n.behalf_person <> n.person then 1 else 0 end)
  + (case when n.telemetry_person <> n.person then 1 else 0 end)
  + (case when n.device_person <> n.person then 1 else 0 end)
  + (case when n.metadata_person <> n.person then 1 else 0 end) as disagreeing,
  n.record_person,
  n.behalf_person,
  n.telemetry_person,
  n.device_person,
  n.metadata_person,
  n.team,
  n.attribution_source,
  n.model,
  n.estimated_cost
from named n
