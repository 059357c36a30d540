-- Spend by session
-- What did each session of a coding assistant cost, as the log prices it and as the client estimated it?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param top integer=50 Rows to return
-- @include work_filter
-- @reads traced_calls, invocations
-- @column session_id varchar Session; (none) for calls without one
-- @column client varchar Client
-- @column entrypoint varchar How the client was started
-- @column person varchar The human behind it
-- @column team varchar Team
-- @column started_at timestamp First call, UTC
-- @column ended_at timestamp Last call, UTC
-- @column calls bigint Calls
-- @column failed bigint Of them failed
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
-- @column claimed_cost decimal(38,12) USD that the client estimated
-- @column unlogged bigint Calls that are in no log, and in no dollar here
with sessions as (
  select
    coalesce(t.session_id, '(none)') as session_id,
    max(t.client) as client,
    max(t.entrypoint) as entrypoint,
    max(coalesce(i.person, t.person)) as person,
    max(t.team) as team,
    min(t.event_time) as started_at,
    max(t.event_time) as ended_at,
    count(*) as calls,
    count_if(coalesce(t.status, t.client_status) = 'error') as failed,
    -- @include known_cost_of_calls of=t | then=,
    cast(sum(t.claimed_cost) as decimal(38,12)) as claimed_cost,
    count_if(t.seen = 'client') as unlogged
  from traced_calls t
  -- Who made a logged call is decided there, by all that name him.
  left join invocations i
    on i.dt = t.dt
    and i.account_id = t.account_id
    and i.region = t.region
    and i.request_id = t.request_id
  where t.dt between :from and :to
    -- @include work_filter of=t
  group by coalesce(t.session_id, '(none)')
),
placed as (
  select
    s.*,
    row_number() over (order by s.estimated_cost desc, s.session_id) as place
  from sessions s
)
select
  p.session_id,
  p.client,
  p.entrypoint,
  p.person,
  p.team,
  p.started_at,
  p.ended_at,
  p.calls,
  p.failed,
  p.estimated_cost,
  p.claimed_cost,
  p.unlogged
from placed p
where p.place <= :top
order by p.place
