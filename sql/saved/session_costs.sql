-- Cost per session
-- What do sessions cost, when calls of one caller without a long pause are one session?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param gap_minutes integer=30 Silence after which a new session begins
-- @reads invocations
-- @column team varchar Team
-- @column sessions bigint Sessions
-- @column calls_per_session double Mean calls
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column mean_cost double Mean estimated USD of a session
-- @column p50_cost double Median
-- @column p95_cost double 95th percentile
with gaps as (
  select
    coalesce(i.principal_arn, '(none)') as principal_arn,
    i.person,
    i.team,
    i.event_time,
    i.request_id,
    i.estimated_cost,
    i.input_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens as prompt_tokens,
    i.output_tokens,
    case
      when date_diff('second', lag(i.event_time) over (partition by i.principal_arn order by i.event_time, i.request_id), i.event_time) <= 60 * :gap_minutes then 0
      else 1
    end as starts
  from invocations i
  where i.dt between :from and :to
),
numbered as (
  select
    g.principal_arn,
    g.person,
    g.team,
    g.event_time,
    g.request_id,
    g.estimated_cost,
    g.prompt_tokens,
    g.output_tokens,
    sum(g.starts) over (
      partition by g.principal_arn
      order by g.event_time, g.request_id
      rows between unbounded preceding and current row
    ) as session
  from gaps g
),
sessions as (
  select
    n.principal_arn,
    n.session,
    max(n.team) as team,
    count(*) as calls,
    cast(coalesce(sum(n.estimated_cost), 0) as decimal(38,12)) as cost
  from numbered n
  group by
    n.principal_arn,
    n.session
)
select
  s.team,
  count(*) as sessions,
  cast(sum(s.calls) as double) / count(*) as calls_per_session,
  cast(sum(s.cost) as decimal(38,12)) as estimated_cost,
  cast(sum(s.cost) as double) / count(*) as mean_cost,
  approx_percentile(cast(s.cost as double), 0.5) as p50_cost,
  approx_percentile(cast(s.cost as double), 0.95) as p95_cost
from sessions s
group by
  s.team
order by
  4 desc,
  1
