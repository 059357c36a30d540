-- Choices for sessions
-- Every department, team.id, repository and entrypoint of traced calls, for the page of sessions in strata serve.
-- @reads traced_calls
-- @column dimension varchar department, team_id, repository or entrypoint
-- @column name varchar Which one
with named as (
  select distinct
    element_at(t.labels, 'department') as department,
    element_at(t.labels, 'team.id') as team_id,
    coalesce(element_at(t.labels, 'repository'), element_at(t.labels, 'vcs.repository.name')) as repository,
    t.entrypoint
  from traced_calls t
),
listed as (
  select distinct
    d.dimension,
    case
      when d.dimension = 'department' then n.department
      when d.dimension = 'team_id' then n.team_id
      when d.dimension = 'repository' then n.repository
      else n.entrypoint
    end as name
  from named n
  cross join (values ('department'), ('team_id'), ('repository'), ('entrypoint')) as d (dimension)
)
select
  l.dimension,
  l.name
from listed l
where l.name is not null
order by
  l.dimension,
  l.name
