-- Sessions by silence
-- Calls of one principal without a long pause are one session: the CTEs `gaps` and `numbered`, a row for each call with the number of its session.
-- @param gap_minutes integer=30 Silence after which a new session begins
gaps as (
  select
    coalesce(i.principal_arn, '(none)') as principal_arn,
    i.person,
    i.team,
    i.event_time,
    i.request_id,
    i.estimated_cost,
    i.input_tokens + i.cache_read_tokens + i.cache_write_5m_tokens + i.cache_write_1h_tokens as prompt_tokens,
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
    sum(g.starts) over (
      partition by g.principal_arn
      order by g.event_time, g.request_id
      rows between unbounded preceding and current row
    ) as session
  from gaps g
)
