-- Traced days
-- First and last day with a call that a client tells of, or whose request names its session.
-- @reads client_call_records, invocation_records
-- @column first_day date First such day; null when there is none
-- @column last_day date Last such day
select
  min(d.dt) as first_day,
  max(d.dt) as last_day
from (
  select c.dt
  from client_call_records c
  union all
  select r.dt
  from invocation_records r
  where r.session_id is not null
) d
