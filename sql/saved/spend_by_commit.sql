-- Spend by commit
-- What did each commit cost: the calls of its session since the commit before it?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include work_filter
-- @reads commit_calls
-- @column commit_name varchar Commit by hash; counted where only their number is known; uncommitted for what followed the last one
-- @column git_branch varchar Branch
-- @column session_id varchar Session
-- @column team varchar Team
-- @column committed_at timestamp When it was told, UTC
-- @column commits double Commits that it stands for
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  t.commit_name,
  max(t.git_branch) as git_branch,
  coalesce(t.session_id, '(none)') as session_id,
  max(t.team) as team,
  t.committed_at,
  max(t.commits) as commits,
  count(*) as calls,
  -- @include known_cost_of_calls of=t | then=
from commit_calls t
where t.dt between :from and :to
  -- @include work_filter of=t
group by t.commit_name, coalesce(t.session_id, '(none)'), t.committed_at
order by 8 desc, 1, 3, 5
