-- Spend by telemetry label
-- What does each department, team, repository or other label of the clients' telemetry cost?
-- @param label varchar=team.id Resource attribute, for example department, cost_center or tag.repository
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column label_value varchar Value of the label; (none) where a call has none
-- @column sessions bigint Sessions
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
select
  coalesce(element_at(t.labels, :label), '(none)') as label_value,
  count(distinct t.session_id) as sessions,
  count(*) as calls,
  -- @include known_cost_of_calls of=t | then=
from traced_calls t
where t.dt between :from and :to
group by 1
order by 4 desc, 1
