-- Use of each person
-- Active days, calls and tokens of each person: measured behaviour for planning.
-- @param from date First day
-- @param to date Last day
-- @param team varchar=null Only this team
-- @reads hourly_usage
-- @column person varchar Person
-- @column team varchar Team that paid most of it
-- @column active_days bigint Days with calls
-- @column calls bigint Calls
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column dearest_day decimal(38,12) Estimated USD of the person's dearest day
with daily as (
  select
    h.person,
    h.dt,
    max_by(h.team, row(h.estimated_cost, coalesce(h.team, ''))) as team,
    sum(h.invocations) as calls,
    sum(h.input_tokens) as input_tokens,
    sum(h.output_tokens) as output_tokens,
    sum(h.cache_read_tokens) as cache_read_tokens,
    sum(h.cache_write_5m_tokens) as cache_write_5m_tokens,
    sum(h.cache_write_1h_tokens) as cache_write_1h_tokens,
    sum(h.estimated_cost) as estimated_cost
  from hourly_usage h
  where h.dt between :from and :to
    and h.person is not null
    and (:team is null or h.team = :team)
  group by 1, 2
)
select
  d.person,
  max_by(d.team, row(d.estimated_cost, coalesce(d.team, ''))) as team,
  count(*) as active_days,
  cast(sum(d.calls) as bigint) as calls,
  cast(sum(d.input_tokens) as bigint) as input_tokens,
  cast(sum(d.output_tokens) as bigint) as output_tokens,
  cast(sum(d.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(d.cache_write_5m_tokens) as bigint) as cache_write_5m_tokens,
  cast(sum(d.cache_write_1h_tokens) as bigint) as cache_write_1h_tokens,
  cast(sum(d.estimated_cost) as decimal(38,12)) as estimated_cost,
  cast(max(d.estimated_cost) as decimal(38,12)) as dearest_day
from daily d
group by 1
order by 10 desc, 1
