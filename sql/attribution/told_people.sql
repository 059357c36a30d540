-- People that others named
-- A fingerprint by day of whom others name where the log names nobody or somebody else, to see whether a new look changed the person of any call.
-- @param from date First day
-- @param to date Last day
-- @reads call_people
-- @column dt date UTC day of the log
-- @column fingerprint varchar Changes with the calls and their people, in whatever order they come; each engine has its own
select
  p.dt,
  to_hex(checksum(row(p.account_id, p.region, p.request_id, p.behalf_person, p.telemetry_person, p.device_person))) as fingerprint
from call_people p
where p.dt between :from and :to
  and (
    p.record_person is null
    or p.behalf_person <> p.record_person
    or p.telemetry_person <> p.record_person
    or p.device_person <> p.record_person
  )
group by p.dt
order by p.dt
