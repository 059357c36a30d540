-- Whom others name
-- Whom CloudTrail, clients and installations name for calls of the log: what nobody knew when the call was read. Recomputed by day.
-- @param from date First day to recompute
-- @param to date Last day to recompute
-- @reads traced_calls, api_calls, identity_people
-- @column dt date UTC day of the log
-- @column account_id varchar AWS account, 12 digits
-- @column region varchar Region as logged
-- @column request_id varchar Bedrock's request id as logged
-- @column identity_user_id varchar User id in IAM Identity Center on whose behalf CloudTrail saw the call
-- @column device_id varchar Claude Code's random id of an installation; not a person
-- @column behalf_person varchar Who that user is; null when neither a file nor a report names him
-- @column telemetry_person varchar E-mail address that the client names; the caller's claim. Other user ids may be a product's customers
-- @column device_person varchar Whose that installation is: by the file of sources.identity_users, else the one person that was seen on it from 31 days before to two days after; several are nobody
-- @column record_person varchar Whom the log names
with told as (
  select
    t.dt,
    t.account_id,
    t.region,
    t.request_id,
    t.device_id,
    case when t.client_person like '%@%' then t.client_person end as client_person,
    t.record_person,
    cast(null as varchar) as identity_user_id
  from traced_calls t
  where t.dt between :from and :to
    and t.request_id is not null
  union all
  select
    a.dt,
    a.account_id,
    a.region,
    a.request_id,
    cast(null as varchar),
    cast(null as varchar),
    a.person,
    a.identity_user_id
  from api_calls a
  where a.dt between :from and :to
    and a.is_logged
    and a.identity_user_id is not null
),
calls as (
  select
    t.dt,
    t.account_id,
    t.region,
    t.request_id,
    max(t.identity_user_id) as identity_user_id,
    max(t.device_id) as device_id,
    max(t.client_person) as client_person,
    max(t.record_person) as record_person
  from told t
  group by t.dt, t.account_id, t.region, t.request_id
),
seen as (
  select
    t.device_id,
    t.dt,
    min(t.person) as first_person,
    max(t.person) as last_person
  from traced_calls t
  where t.dt between cast(date_add('day', -31, :from) as date) and cast(date_add('day', 2, :to) as date)
    and t.device_id is not null
    and t.person is not null
  group by t.device_id, t.dt
),
-- A later month says nothing about a closed one: what is seen of an installation counts for a month, not for ever.
devices as (
  select
    date_add('day', n.days_later, s.dt) as dt,
    s.device_id,
    min(s.first_person) as person
  from seen s
  cross join unnest(sequence(-2, 31)) as n(days_later)
  where date_add('day', n.days_later, s.dt) between :from and :to
  group by date_add('day', n.days_later, s.dt), s.device_id
  having min(s.first_person) = max(s.last_person)
)
select
  c.dt,
  c.account_id,
  c.region,
  c.request_id,
  c.identity_user_id,
  c.device_id,
  p.person as behalf_person,
  c.client_person as telemetry_person,
  coalesce(g.person, d.person) as device_person,
  c.record_person
from calls c
left join identity_people p
  on p.user_id = c.identity_user_id
left join devices d
  on d.dt = c.dt
  and d.device_id = c.device_id
left join identity_people g
  on g.user_id = c.device_id
where c.identity_user_id is not null
  or c.client_person is not null
  or d.person is not null
  or g.person is not null
order by
  dt, account_id, region, request_id
