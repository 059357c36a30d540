-- Work filter
-- Only calls and figures of clients of these departments, teams, repositories and starts; {of} is the table.
-- @param department array(varchar)=null Only these departments (resource attribute department)
-- @param team_id array(varchar)=null Only these team.id
-- @param repository array(varchar)=null Only these repositories (resource attribute repository or vcs.repository.name)
-- @param entrypoint array(varchar)=null Only clients that were started in one of these ways
and (cardinality(:department) = 0 or contains(:department, element_at({of}.labels, 'department')))
and (cardinality(:team_id) = 0 or contains(:team_id, element_at({of}.labels, 'team.id')))
and (cardinality(:repository) = 0 or contains(:repository, coalesce(element_at({of}.labels, 'repository'), element_at({of}.labels, 'vcs.repository.name'))))
and (cardinality(:entrypoint) = 0 or contains(:entrypoint, {of}.entrypoint))
