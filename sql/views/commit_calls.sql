-- Calls by commit
-- Every traced call with the commit and the pull request that it led to: the next ones of its session, commits by hash where the client tells it, else by their count; calls after the last commit are uncommitted.
-- @reads traced_calls, client_tools, client_counts
with commits as (
  select
    u.session_id,
    u.event_time,
    u.git_commit_id as commit_name,
    u.git_branch,
    1e0 as commits,
    0e0 as pull_requests
  from client_tools u
  where u.git_commit_id is not null
  union all
  select
    c.session_id,
    c.event_time,
    cast(null as varchar) as commit_name,
    cast(null as varchar) as git_branch,
    case when c.metric = 'claude_code.commit.count' then cast(c.value as double) else 0e0 end as commits,
    case when c.metric = 'claude_code.pull_request.count' then cast(c.value as double) else 0e0 end as pull_requests
  from client_counts c
  where c.metric in ('claude_code.commit.count', 'claude_code.pull_request.count')
    and c.value > 0
),
-- Where a session's commits are known by hash, its counts say the same again.
told as (
  select
    m.*,
    max(case when m.commit_name is not null then 1 else 0 end) over (partition by m.session_id) as by_hash
  from commits m
  where m.session_id is not null
),
moments as (
  select
    t.dt,
    t.event_time,
    t.session_id,
    t.call_id,
    t.account_id,
    t.region,
    t.request_id,
    t.team,
    t.person,
    t.model,
    t.entrypoint,
    t.labels,
    t.estimated_cost,
    cast(null as varchar) as commit_name,
    cast(null as varchar) as git_branch,
    0e0 as commits,
    0e0 as pull_requests,
    1 as is_call
  from traced_calls t
  union all
  select
    cast(m.event_time as date) as dt,
    m.event_time,
    m.session_id,
    cast(null as varchar) as call_id,
    cast(null as varchar) as account_id,
    cast(null as varchar) as region,
    cast(null as varchar) as request_id,
    cast(null as varchar) as team,
    cast(null as varchar) as person,
    cast(null as varchar) as model,
    cast(null as varchar) as entrypoint,
    cast(null as map(varchar,varchar)) as labels,
    cast(null as decimal(38,12)) as estimated_cost,
    m.commit_name,
    m.git_branch,
    m.commits,
    m.pull_requests,
    0 as is_call
  from told m
  where m.by_hash = 0
    or m.commit_name is not null
    or m.pull_requests > 0
),
ahead as (
  select
    k.*,
    min(case when k.commits > 0 then k.event_time end) over (
      partition by k.session_id
      order by k.event_time, k.is_call desc, coalesce(k.request_id, ''), coalesce(k.commit_name, '')
      rows between current row and unbounded following
    ) as committed_at,
    min(case when k.pull_requests > 0 then k.event_time end) over (
      partition by k.session_id
      order by k.event_time, k.is_call desc, coalesce(k.request_id, ''), coalesce(k.commit_name, '')
      rows between current row and unbounded following
    ) as pull_requested_at
  from moments k
),
named as (
  select
    a.*,
    max(a.commit_name) over (partition by a.session_id, a.committed_at) as next_commit,
    max(a.git_branch) over (partition by a.session_id, a.committed_at) as next_branch,
    max(a.commits) over (partition by a.session_id, a.committed_at) as next_commits,
    max(a.pull_requests) over (partition by a.session_id, a.pull_requested_at) as next_pull_requests
  from ahead a
)
select
  n.dt,
  n.event_time,
  n.session_id,
  n.call_id,
  n.account_id,
  n.region,
  n.request_id,
  n.team,
  n.person,
  n.model,
  n.entrypoint,
  n.labels,
  n.committed_at,
  case
    when n.committed_at is null then 'uncommitted'
    when n.next_commit is not null then n.next_commit
    else 'counted'
  end as commit_name,
  n.next_branch as git_branch,
  case when n.committed_at is null then 0e0 else n.next_commits end as commits,
  n.pull_requested_at,
  case when n.pull_requested_at is null then 0e0 else n.next_pull_requests end as pull_requests,
  n.estimated_cost
from named n
where n.is_call = 1
