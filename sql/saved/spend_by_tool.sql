-- Spend by tool
-- What do the tools cost that models ask for, and how often are they refused or fail?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include work_filter
-- @reads tool_costs
-- @column tool_name varchar Tool; (no tool) for calls that asked for none
-- @column tool_source varchar builtin, mcp and the like
-- @column uses bigint Tool uses
-- @column refused bigint Of them refused
-- @column failed bigint Of them failed
-- @column estimated_cost decimal(38,12) Estimated USD: equal parts of each call over the tools that it asked for; null where nobody knows them
-- @column refused_cost decimal(38,12) Of it for refused uses
-- @column failed_cost decimal(38,12) Of it for failed uses
select
  t.tool_name,
  max(t.tool_source) as tool_source,
  count(t.tool_use_id) as uses,
  count_if(t.decision = 'reject') as refused,
  count_if(t.succeeded = 0) as failed,
  -- @include known_cost_of_calls of=t | then=,
  cast(coalesce(sum(case when t.decision = 'reject' then t.estimated_cost end), 0) as decimal(38,12)) as refused_cost,
  cast(coalesce(sum(case when t.succeeded = 0 then t.estimated_cost end), 0) as decimal(38,12)) as failed_cost
from tool_costs t
where t.dt between :from and :to
  -- @include work_filter of=t
group by t.tool_name
order by 6 desc, 1
