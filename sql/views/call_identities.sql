-- Who made each call
-- Every logged call with the person that the best of all sources names, which source that is, whom each source names, and how many name somebody else.
-- @reads invocations, call_people, identity_sources
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
  p.identity_user_id,
  coalesce(p.device_id, i.device_id) as device_id,
  i.person,
  i.person_source,
  i.disagreeing,
  i.record_person,
  p.behalf_person,
  p.telemetry_person,
  p.device_person,
  lower(element_at(i.request_metadata, s.metadata_key)) as metadata_person,
  i.team,
  i.attribution_source,
  i.model,
  i.estimated_cost
from invocations i
cross join (
  select max(k.metadata_key) as metadata_key
  from identity_sources k
) s
left join call_people p
  on p.dt = i.dt
  and p.account_id = i.account_id
  and p.region = i.region
  and p.request_id = i.request_id
