-- People of devices
-- The one person that was seen on an installation of Claude Code, in calls whose principal or telemetry names a person; a device with several people is nobody's.
-- @reads traced_calls
select
  t.device_id,
  min(t.person) as person,
  count(*) as calls
from traced_calls t
where t.device_id is not null
  and t.person is not null
group by t.device_id
having min(t.person) = max(t.person)
