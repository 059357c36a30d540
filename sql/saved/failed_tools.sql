-- Failed tools
-- Which tools fail, why, and what did the calls cost that asked for them?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads tool_costs
-- @column tool_name varchar Tool
-- @column error_type varchar Error by name
-- @column command varchar First word of a shell command
-- @column failed bigint Failed uses
-- @column duration_ms bigint Milliseconds that they ran
-- @column estimated_cost decimal(38,12) Estimated USD of the calls that asked for them; null where nobody knows them
select
  t.tool_name,
  coalesce(t.error_type, '(unknown)') as error_type,
  coalesce(t.command, '(none)') as command,
  count(*) as failed,
  cast(coalesce(sum(t.duration_ms), 0) as bigint) as duration_ms,
  -- @include known_cost_of_calls of=t | then=
from tool_costs t
where t.dt between :from and :to
  and t.succeeded = 0
group by t.tool_name, coalesce(t.error_type, '(unknown)'), coalesce(t.command, '(none)')
order by 6 desc, 1, 2, 3
