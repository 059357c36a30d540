-- Spend by language
-- What does work in each programming language cost, when a session's dollars are spread equally over the edits that it asked for?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls, client_counts
-- @column language varchar Language of the edited files; (none) for sessions without an edit
-- @column sessions bigint Sessions
-- @column edits double Edits asked for
-- @column estimated_cost double Estimated USD
with edits as (
  select
    c.session_id,
    coalesce(c.language, '(unknown)') as language,
    cast(sum(c.value) as double) as edits
  from client_counts c
  where c.metric = 'claude_code.code_edit_tool.decision'
    and c.dt between :from and :to
    and c.value > 0
  group by c.session_id, coalesce(c.language, '(unknown)')
),
shares as (
  select
    e.session_id,
    e.language,
    e.edits,
    e.edits / sum(e.edits) over (partition by e.session_id) as share
  from edits e
),
sessions as (
  select
    t.session_id,
    cast(coalesce(sum(t.estimated_cost), 0) as double) as cost
  from traced_calls t
  where t.dt between :from and :to
  group by t.session_id
)
select
  coalesce(h.language, '(none)') as language,
  count(distinct coalesce(s.session_id, '(none)')) as sessions,
  coalesce(sum(h.edits), 0e0) as edits,
  sum(s.cost * coalesce(h.share, 1e0)) as estimated_cost
from sessions s
left join shares h
  on h.session_id = s.session_id
group by coalesce(h.language, '(none)')
order by 4 desc, 1
