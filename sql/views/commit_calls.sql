-- Calls by commit
-- Every traced call with the commit that it led to: the next one of its session, by hash where the client tells it, else by the count of commits; calls after the last one are uncommitted.
-- @reads traced_calls, client_tools, client_counts
with commits as (
  select
    u.session_id,
    u.event_time,
    u.git_commit_id as commit_name,
    u.git_branch,
    1e0 as commits
  from client_tools u
  where u.git_commit_id is not null
  union all
  select
    c.session_id,
    c.event_time,
    cast(null as varchar) as commit_name,
    cast(null as varchar) as git_branch,
    cast(c.value as double) as commits
  from client_counts c
  where c.metric = 'claude_code.commit.count'
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
    t.estimated_cost,
    cast(null as varchar) as commit_name,
    cast(null as varchar) as git_branch,
    0e0 as commits,
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
    cast(null as decimal(38,12)) as estimated_cost,
    m.commit_name,
    m.git_branch,
    m.commits,
    0 as is_call
  from told m
  where m.by_hash = 0
    or m.commit_name is not null
),
ahead as (
  select
    k.*,
    min(case when k.is_call = 0 then k.event_time end) over (
      partition by k.session_id
      order by k.event_time, k.is_call desc, coalesce(k.request_id, ''), coalesce(k.commit_name, '')
      rows between current row and unbounded following
    ) as committed_at
  from moments k
),
named as (
  select
    a.*,
    max(a.commit_name) over (partition by a.session_id, a.committed_at) as next_commit,
    max(a.git_branch) over (partition by a.session_id, a.committed_at) as next_branch,
    max(a.commits) over (partition by a.session_id, a.committed_at) as next_commits
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
  n.committed_at,
  case
    when n.committed_at is null then 'uncommitted'
    when n.next_commit is not null then n.next_commit
    else 'counted'
  end as commit_name,
  n.next_branch as git_branch,
  case when n.committed_at is null then 0e0 else n.next_commits end as commits,
  n.estimated_cost
from named n
where n.is_call = 1
