-- Compactions
-- How often does a session's context shrink at once, from what to what, and what does the next call cost that writes it anew?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param least integer=50000 Prompt tokens before, at least
-- @reads traced_calls
-- @column client_version varchar Version of the client
-- @column sessions bigint Sessions with calls
-- @column compactions bigint Calls whose prompt is less than half of the one before it in its session, of the same subagent and model
-- @column tokens_before double Mean prompt tokens before; null without any
-- @column tokens_after double Mean prompt tokens after; null without any
-- @column written_tokens bigint Tokens that the first calls after wrote to the cache
-- @column estimated_cost decimal(38,12) Estimated USD of the first calls after
with prompts as (
  select
    coalesce(t.client_version, '(unknown)') as client_version,
    t.session_id,
    t.input_tokens + t.cache_read_tokens + t.cache_write_5m_tokens + t.cache_write_1h_tokens as prompt_tokens,
    t.cache_write_5m_tokens + t.cache_write_1h_tokens as written_tokens,
    t.estimated_cost,
    lag(t.input_tokens + t.cache_read_tokens + t.cache_write_5m_tokens + t.cache_write_1h_tokens) over (
      partition by t.session_id, coalesce(t.agent_id, ''), t.model
      order by t.event_time, t.request_id
    ) as before_tokens
  from traced_calls t
  where t.dt between :from and :to
    and t.session_id is not null
    and t.status = 'ok'
),
judged as (
  select
    p.*,
    case when p.before_tokens >= :least and 2 * p.prompt_tokens < p.before_tokens then 1 else 0 end as compacted
  from prompts p
)
select
  j.client_version,
  count(distinct j.session_id) as sessions,
  cast(sum(j.compacted) as bigint) as compactions,
  cast(sum(case when j.compacted = 1 then j.before_tokens end) as double) / nullif(sum(j.compacted), 0) as tokens_before,
  cast(sum(case when j.compacted = 1 then j.prompt_tokens end) as double) / nullif(sum(j.compacted), 0) as tokens_after,
  cast(coalesce(sum(case when j.compacted = 1 then j.written_tokens end), 0) as bigint) as written_tokens,
  cast(coalesce(sum(case when j.compacted = 1 then j.estimated_cost end), 0) as decimal(38,12)) as estimated_cost
from judged j
group by j.client_version
order by 3 desc, 1
