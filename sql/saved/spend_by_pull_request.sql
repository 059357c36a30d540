-- Spend by pull request
-- What did each pull request cost: the calls of its session since the one before it?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include work_filter
-- @reads commit_calls
-- @column session_id varchar Session
-- @column pull_requested_at timestamp When it was counted, UTC; null for calls after the last one, and of sessions without any
-- @column pull_requests double Pull requests that it stands for
-- @column team varchar Team
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  case when t.pull_requested_at is null then '(no pull request)' else coalesce(t.session_id, '(none)') end as session_id,
  t.pull_requested_at,
  max(t.pull_requests) as pull_requests,
  max(t.team) as team,
  count(*) as calls,
  -- @include known_cost_of_calls of=t | then=
from commit_calls t
where t.dt between :from and :to
  -- @include work_filter of=t
group by
  case when t.pull_requested_at is null then '(no pull request)' else coalesce(t.session_id, '(none)') end,
  t.pull_requested_at
order by 6 desc, 1, 2
