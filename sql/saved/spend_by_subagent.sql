-- Spend by subagent
-- What do subagents cost beside the main conversation?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column agent varchar Subagent by name; main for the conversation itself
-- @include traced_measures
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
select
  coalesce(t.agent_name, case when t.agent_id is not null then 'subagent' else 'main' end) as agent,
  -- @include traced_measures
  -- @include known_cost_of_calls of=t | then=
from traced_calls t
where t.dt between :from and :to
group by coalesce(t.agent_name, case when t.agent_id is not null then 'subagent' else 'main' end)
order by 7 desc, 1
