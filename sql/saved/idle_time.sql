-- Idle time of sessions
-- How much of the time between the first and the last call of a session did client and person work, and how much was idle?
-- @param label varchar=team.id Resource attribute to group by
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls, client_counts
-- @column label_value varchar Value of the label; (none) where there is none
-- @column sessions bigint Sessions whose client told how long it was active
-- @column elapsed_seconds double From first to last call, or as long as they were active where that is longer
-- @column client_seconds double Of them the client worked
-- @column person_seconds double Of them the person did
-- @column idle_seconds double Of them nobody did
-- @column idle_share double Idle as a part of elapsed; null where nothing elapsed
with parts as (
  select
    t.session_id,
    element_at(t.labels, :label) as label_value,
    t.event_time,
    0e0 as client_seconds,
    0e0 as person_seconds,
    0 as told
  from traced_calls t
  where t.dt between :from and :to
    and t.session_id is not null
  union all
  select
    c.session_id,
    element_at(c.labels, :label) as label_value,
    cast(null as timestamp) as event_time,
    case when coalesce(c.type, '') <> 'user' then cast(c.value as double) else 0e0 end as client_seconds,
    case when c.type = 'user' then cast(c.value as double) else 0e0 end as person_seconds,
    1 as told
  from client_counts c
  where c.dt between :from and :to
    and c.session_id is not null
    and c.metric = 'claude_code.active_time.total'
),
sessions as (
  select
    p.session_id,
    coalesce(max(p.label_value), '(none)') as label_value,
    cast(coalesce(date_diff('second', min(p.event_time), max(p.event_time)), 0) as double) as span_seconds,
    sum(p.client_seconds) as client_seconds,
    sum(p.person_seconds) as person_seconds
  from parts p
  group by p.session_id
  having max(p.told) = 1
    and count(p.event_time) > 0
),
measured as (
  select
    s.label_value,
    greatest(s.span_seconds, s.client_seconds + s.person_seconds) as elapsed_seconds,
    s.client_seconds,
    s.person_seconds
  from sessions s
)
select
  m.label_value,
  count(*) as sessions,
  sum(m.elapsed_seconds) as elapsed_seconds,
  sum(m.client_seconds) as client_seconds,
  sum(m.person_seconds) as person_seconds,
  sum(m.elapsed_seconds - m.client_seconds - m.person_seconds) as idle_seconds,
  sum(m.elapsed_seconds - m.client_seconds - m.person_seconds) / nullif(sum(m.elapsed_seconds), 0) as idle_share
from measured m
group by m.label_value
order by 6 desc, 1
