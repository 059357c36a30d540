-- Spend by pull request
-- What did each pull request cost: the calls of its session since the one before it?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param department varchar=null Only this department (resource attribute department)
-- @param team_id varchar=null Only this team.id
-- @param repository varchar=null Only this repository (resource attribute repository or vcs.repository.name)
-- @param entrypoint varchar=null Only clients that were started so
-- @reads commit_calls
-- @column session_id varchar Session
-- @column pull_requested_at timestamp When it was counted, UTC; null for calls after the last one, and of sessions without any
-- @column pull_requests double Pull requests that it stands for
-- @column team varchar Team
-- @column calls bigint Calls
-- @column estimated_cost decimal(38,12) Estimated USD
select
  case when t.pull_requested_at is null then '(no pull request)' else coalesce(t.session_id, '(none)') end as session_id,
  t.pull_requested_at,
  max(t.pull_requests) as pull_requests,
  max(t.team) as team,
  count(*) as calls,
  cast(coalesce(sum(t.estimated_cost), 0) as decimal(38,12)) as estimated_cost
from commit_calls t
where t.dt between :from and :to
  and (:department is null or element_at(t.labels, 'department') = :department)
  and (:team_id is null or element_at(t.labels, 'team.id') = :team_id)
  and (:repository is null or coalesce(element_at(t.labels, 'repository'), element_at(t.labels, 'vcs.repository.name')) = :repository)
  and (:entrypoint is null or t.entrypoint = :entrypoint)
group by
  case when t.pull_requested_at is null then '(no pull request)' else coalesce(t.session_id, '(none)') end,
  t.pull_requested_at
order by 6 desc, 1, 2
