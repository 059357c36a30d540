-- Attribution decided
-- Team, cost center, environment, feature and their source of a call d, by which of record, resource and principal comes first.
case d.decided_by
  when 'record' then d.team
  when 'resource' then coalesce(d.resource_team, 'unattributed')
  else coalesce(d.principal_team, 'unattributed')
end as team,
case d.decided_by
  when 'record' then coalesce(d.cost_center, d.resource_cost_center, d.principal_cost_center)
  when 'resource' then coalesce(d.resource_cost_center, d.cost_center, d.principal_cost_center)
  else coalesce(d.principal_cost_center, d.cost_center, d.resource_cost_center)
end as cost_center,
case d.decided_by
  when 'record' then coalesce(d.environment, d.resource_environment, d.principal_environment)
  when 'resource' then coalesce(d.resource_environment, d.environment, d.principal_environment)
  else coalesce(d.principal_environment, d.environment, d.resource_environment)
end as environment,
case d.decided_by
  when 'record' then coalesce(d.feature, d.resource_feature, d.principal_feature)
  when 'resource' then coalesce(d.resource_feature, d.feature, d.principal_feature)
  else coalesce(d.principal_feature, d.feature, d.resource_feature)
end as feature,
case d.decided_by
  when 'record' then d.attribution_source
  when 'resource' then d.resource_source
  else d.principal_source
end as attribution_source,
