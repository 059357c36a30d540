-- Spend that nobody can act on
-- Calls without a team, and calls without a price, by caller and model. Not a saving: what has to be visible before anything is saved.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column what varchar unattributed or unpriced
-- @column who varchar Person or service
-- @column kind varchar person or service
-- @column team varchar Team
-- @column model varchar Model
-- @column calls bigint Calls
-- @column tokens bigint Tokens
-- @column estimated_cost decimal(38,12) Estimated USD; 0 where the price is unknown
with marked as (
  select
    case when h.team = 'unattributed' then 'unattributed' else 'unpriced' end as what,
    coalesce(h.person, h.principal_name, h.principal_arn, 'unknown') as who,
    case when h.person is null then 'service' else 'person' end as kind,
    h.team,
    h.model,
    case when h.team = 'unattributed' then h.invocations else h.unpriced end as calls,
    h.total_tokens,
    h.estimated_cost
  from hourly_usage h
  where h.dt between :from and :to
    and (h.team = 'unattributed' or h.unpriced > 0)
)
select
  m.what,
  m.who,
  m.kind,
  m.team,
  m.model,
  cast(sum(m.calls) as bigint) as calls,
  cast(sum(m.total_tokens) as bigint) as tokens,
  cast(sum(m.estimated_cost) as decimal(38,12)) as estimated_cost
from marked m
group by 1, 2, 3, 4, 5
order by 1, 8 desc, 7 desc, 2, 5
