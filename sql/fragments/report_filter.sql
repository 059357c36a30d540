-- Report filter
-- What a report's filters let through. {of} is the table, {resource} its column that holds what the call was sent to: a model id or the ARN of a profile.
-- @param team array(varchar)=null Only these teams
-- @param account array(varchar)=null Only these accounts
-- @param model array(varchar)=null Only these models
-- @param person array(varchar)=null Only these persons
-- @param region array(varchar)=null Only these regions
-- @param service_tier array(varchar)=null Only these service tiers
-- @param cost_center array(varchar)=null Only these cost centers
-- @param environment array(varchar)=null Only these environments
-- @param feature array(varchar)=null Only these features
-- @param carrier array(varchar)=null Only these principals and resources: those that carry a tag
and (cardinality(:team) = 0 or contains(:team, {of}.team))
and (cardinality(:account) = 0 or contains(:account, {of}.account_id))
and (cardinality(:model) = 0 or contains(:model, {of}.model))
and (cardinality(:person) = 0 or contains(:person, coalesce({of}.person, '(no person)')))
and (cardinality(:region) = 0 or contains(:region, {of}.region))
and (cardinality(:service_tier) = 0 or contains(:service_tier, {of}.service_tier))
and (cardinality(:cost_center) = 0 or contains(:cost_center, {of}.cost_center))
and (cardinality(:environment) = 0 or contains(:environment, {of}.environment))
and (cardinality(:feature) = 0 or contains(:feature, {of}.feature))
and (
  cardinality(:carrier) = 0
  or {of}.principal_arn in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
  or {of}.{resource} in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
)
