-- Cache that costs more than it saves
-- By day, caller and model: cache writes and reads that together cost more than the same tokens would have as plain input.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column who varchar Person or service
-- @column kind varchar person or service
-- @column team varchar Team
-- @column model varchar Model
-- @column days bigint Days on which caching lost money
-- @column calls bigint Calls on those days
-- @column cache_write_tokens bigint Tokens written on those days
-- @column cache_read_tokens bigint Tokens read on those days
-- @column saving decimal(38,12) USD above what the same calls would have cost uncached
with days as (
  select
    h.dt,
    coalesce(h.person, h.principal_name, h.principal_arn, 'unknown') as who,
    case when h.person is null then 'service' else 'person' end as kind,
    h.team,
    h.model,
    sum(h.invocations) as calls,
    sum(h.cache_write_5m_tokens + h.cache_write_1h_tokens) as cache_write_tokens,
    sum(h.cache_read_tokens) as cache_read_tokens,
    sum(h.estimated_cost - h.uncached_cost) as lost
  from hourly_usage h
  where h.dt between :from and :to
    and h.unpriced = 0
    and h.uncached_cost > 0
  group by 1, 2, 3, 4, 5
)
select
  d.who,
  d.kind,
  d.team,
  d.model,
  count(*) as days,
  cast(sum(d.calls) as bigint) as calls,
  cast(sum(d.cache_write_tokens) as bigint) as cache_write_tokens,
  cast(sum(d.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(d.lost) as decimal(38,12)) as saving
from days d
where d.lost > 0
  and d.cache_write_tokens > 0
group by 1, 2, 3, 4
order by 9 desc, 1, 2, 3, 4
