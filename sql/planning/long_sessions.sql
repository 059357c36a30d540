-- Agents that do not stop
-- Sessions of a person (calls of one session name without a gap of half an hour) that go on past the given hours: what the calls after that cost.
-- @param from date First day
-- @param to date Last day
-- @param hours integer=10 Hours that a session may usually take
-- @reads invocations
-- @column who varchar Person
-- @column kind varchar person or service
-- @column team varchar Team
-- @column model varchar Model that cost most in the session
-- @column sessions bigint Sessions that went on
-- @column longest_hours double Longest of them
-- @column calls bigint Calls after the limit
-- @column saving decimal(38,12) Estimated USD of the calls after the limit
with calls as (
  select
    i.person as who,
    i.session_name,
    i.team,
    i.model,
    i.event_time,
    i.request_id,
    i.estimated_cost,
    case
      when date_diff('second', lag(i.event_time) over (partition by i.person, i.session_name order by i.event_time, i.request_id), i.event_time) <= 1800 then 0
      else 1
    end as starts
  from invocations i
  where i.dt between :from and :to
    and i.person is not null
),
numbered as (
  select
    c.who,
    c.session_name,
    c.team,
    c.model,
    c.event_time,
    c.estimated_cost,
    sum(c.starts) over (partition by c.who, c.session_name order by c.event_time, c.request_id rows between unbounded preceding and current row) as session
  from calls c
),
timed as (
  select
    n.who,
    n.session_name,
    n.session,
    n.team,
    n.model,
    n.estimated_cost,
    date_diff('second', min(n.event_time) over (partition by n.who, n.session_name, n.session), n.event_time) as second
  from numbered n
)
select
  t.who,
  'person' as kind,
  t.team,
  max_by(t.model, row(coalesce(t.estimated_cost, 0), coalesce(t.model, ''))) as model,
  count(distinct cast(t.session as varchar) || ' ' || coalesce(t.session_name, '')) as sessions,
  cast(max(t.second) as double) / 3600 as longest_hours,
  count(*) as calls,
  cast(coalesce(sum(t.estimated_cost), 0) as decimal(38,12)) as saving
from timed t
where t.second > :hours * 3600
group by 1, 2, 3
having coalesce(sum(t.estimated_cost), 0) > 0
order by 8 desc, 1, 3
