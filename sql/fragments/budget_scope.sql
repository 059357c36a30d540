-- Budget scope
-- Which scope of its kind a row of hourly_usage h belongs to; empty for the organisation.
-- @param scope varchar organisation, account, team, person, cost_center, environment, feature, role or model
case
  when :scope = 'account' then h.account_id
  when :scope = 'team' then h.team
  when :scope = 'person' then h.person
  when :scope = 'cost_center' then h.cost_center
  when :scope = 'environment' then h.environment
  when :scope = 'feature' then h.feature
  when :scope = 'role' then h.principal_name
  when :scope = 'model' then h.model
  else ''
end
