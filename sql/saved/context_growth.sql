-- Context growth
-- In which sessions does the prompt grow most from the first call to the last?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param gap_minutes integer=30 Silence after which a new session begins
-- @param min_calls integer=5 Shorter sessions are left out
-- @reads invocations
-- @column principal_arn varchar IAM identity
-- @column team varchar Team
-- @column started timestamp First call
-- @column calls bigint Calls
-- @column first_prompt bigint Prompt tokens of the first call
-- @column last_prompt bigint Prompt tokens of the last call
-- @column largest_prompt bigint Largest prompt
-- @column growth double last / first
-- @column estimated_cost decimal(38,12) Estimated USD
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
)
select
  n.principal_arn,
  max(n.team) as team,
  min(n.event_time) as started,
  count(*) as calls,
  min_by(n.prompt_tokens, row(n.event_time, n.request_id)) as first_prompt,
  max_by(n.prompt_tokens, row(n.event_time, n.request_id)) as last_prompt,
  max(n.prompt_tokens) as largest_prompt,
  cast(max_by(n.prompt_tokens, row(n.event_time, n.request_id)) as double) / nullif(min_by(n.prompt_tokens, row(n.event_time, n.request_id)), 0) as growth,
  cast(coalesce(sum(n.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from numbered n
group by
  n.principal_arn,
  n.session
having count(*) >= :min_calls
order by
  7 desc,
  1,
  3
