-- Long-running agents
-- Which callers work for hours without a pause?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include sessions_by_silence
-- @param min_hours double=4 Shortest session to list
-- @reads invocations
-- @column principal_arn varchar IAM identity
-- @column person varchar The human; null for services
-- @column started timestamp First call
-- @column ended timestamp Last call
-- @column hours double Length
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
with
-- @include sessions_by_silence
select
  n.principal_arn,
  max(n.person) as person,
  min(n.event_time) as started,
  max(n.event_time) as ended,
  date_diff('second', min(n.event_time), max(n.event_time)) / cast(3600 as double) as hours,
  count(*) as calls,
  -- @include known_cost_of_calls of=n | then=
from numbered n
group by
  n.principal_arn,
  n.session
having date_diff('second', min(n.event_time), max(n.event_time)) / cast(3600 as double) >= :min_hours
order by
  5 desc,
  1,
  3
