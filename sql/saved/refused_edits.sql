-- Refused edits
-- What was spent on edits and other tool uses that people refused, by tool and by who decided?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads tool_costs
-- @column tool_name varchar Tool
-- @column decision_source varchar Who decided: user_reject, config, hook and so on
-- @column team varchar Team
-- @column refused bigint Refused uses
-- @column estimated_cost decimal(38,12) Estimated USD of the calls that asked for them; null where nobody knows them
select
  t.tool_name,
  coalesce(t.decision_source, '(unknown)') as decision_source,
  coalesce(t.team, '(unknown)') as team,
  count(*) as refused,
  -- @include known_cost_of_calls of=t | then=
from tool_costs t
where t.dt between :from and :to
  and t.decision = 'reject'
group by t.tool_name, coalesce(t.decision_source, '(unknown)'), coalesce(t.team, '(unknown)')
order by 5 desc, 1, 2, 3
