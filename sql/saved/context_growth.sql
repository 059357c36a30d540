-- Context growth
-- In which sessions does the prompt grow most from the first call to the last?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include sessions_by_silence
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
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
with
-- @include sessions_by_silence
select
  n.principal_arn,
  max(n.team) as team,
  min(n.event_time) as started,
  count(*) as calls,
  min_by(n.prompt_tokens, row(n.event_time, n.request_id)) as first_prompt,
  max_by(n.prompt_tokens, row(n.event_time, n.request_id)) as last_prompt,
  max(n.prompt_tokens) as largest_prompt,
  cast(max_by(n.prompt_tokens, row(n.event_time, n.request_id)) as double) / nullif(min_by(n.prompt_tokens, row(n.event_time, n.request_id)), 0) as growth,
  -- @include known_cost_of_calls of=n | then=
from numbered n
group by
  n.principal_arn,
  n.session
having count(*) >= :min_calls
order by
  7 desc,
  1,
  3
