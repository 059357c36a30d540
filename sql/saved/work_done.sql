-- Work done and what it cost
-- What do a commit, a pull request and a hundred changed lines cost, by team label?
-- @param label varchar=team.id Resource attribute to group by
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @include work_filter
-- @reads traced_calls, client_counts
-- @column label_value varchar Value of the label; (none) where there is none
-- @column sessions bigint Sessions with calls
-- @column estimated_cost decimal(38,12) Estimated USD of their calls in the log
-- @column commits decimal(38,12) Commits
-- @column pull_requests decimal(38,12) Pull requests
-- @column lines_added decimal(38,12) Lines added
-- @column lines_removed decimal(38,12) Lines removed
-- @column active_seconds decimal(38,12) Seconds of work of people and of the client
-- @column user_seconds decimal(38,12) Of them of people
-- @column cost_per_commit double USD for one; null without any
-- @column cost_per_pull_request double USD for one; null without any
-- @column cost_per_100_lines double USD for a hundred changed lines; null without any
with parts as (
  select
    coalesce(element_at(t.labels, :label), '(none)') as label_value,
    t.session_id,
    t.estimated_cost,
    cast(null as varchar) as metric,
    cast(null as varchar) as type,
    cast(0 as decimal(38,12)) as value
  from traced_calls t
  where t.dt between :from and :to
    -- @include work_filter of=t
  union all
  select
    coalesce(element_at(c.labels, :label), '(none)') as label_value,
    cast(null as varchar) as session_id,
    cast(null as decimal(38,12)) as estimated_cost,
    c.metric,
    c.type,
    c.value
  from client_counts c
  where c.dt between :from and :to
    -- @include work_filter of=c
    and c.metric in ('claude_code.commit.count', 'claude_code.pull_request.count', 'claude_code.lines_of_code.count', 'claude_code.active_time.total')
),
sums as (
  select
    p.label_value,
    count(distinct p.session_id) as sessions,
    cast(coalesce(sum(p.estimated_cost), 0) as decimal(38,12)) as estimated_cost,
    cast(sum(case when p.metric = 'claude_code.commit.count' then p.value else 0 end) as decimal(38,12)) as commits,
    cast(sum(case when p.metric = 'claude_code.pull_request.count' then p.value else 0 end) as decimal(38,12)) as pull_requests,
    cast(sum(case when p.metric = 'claude_code.lines_of_code.count' and p.type = 'added' then p.value else 0 end) as decimal(38,12)) as lines_added,
    cast(sum(case when p.metric = 'claude_code.lines_of_code.count' and p.type = 'removed' then p.value else 0 end) as decimal(38,12)) as lines_removed,
    cast(sum(case when p.metric = 'claude_code.active_time.total' then p.value else 0 end) as decimal(38,12)) as active_seconds,
    cast(sum(case when p.metric = 'claude_code.active_time.total' and p.type = 'user' then p.value else 0 end) as decimal(38,12)) as user_seconds
  from parts p
  group by p.label_value
)
select
  s.label_value,
  s.sessions,
  s.estimated_cost,
  s.commits,
  s.pull_requests,
  s.lines_added,
  s.lines_removed,
  s.active_seconds,
  s.user_seconds,
  cast(s.estimated_cost as double) / nullif(cast(s.commits as double), 0) as cost_per_commit,
  cast(s.estimated_cost as double) / nullif(cast(s.pull_requests as double), 0) as cost_per_pull_request,
  100e0 * cast(s.estimated_cost as double) / nullif(cast(s.lines_added + s.lines_removed as double), 0) as cost_per_100_lines
from sums s
order by 3 desc, 1
