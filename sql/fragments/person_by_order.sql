-- Person by order
-- From the CTE `settled` of calls, the CTE `recorded`: the person that the record, the tags of its principal or its metadata name, whichever is first in attribution.person_order, and whom others name beside the log.
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
