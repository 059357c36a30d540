-- Alert scope
-- The rows of one scope, as alerts name them; {of} is the table.
-- @param scope varchar=organisation organisation, account, source, team, model, principal or person
-- @param name varchar=null Which one; null for the organisation
and (
  :scope = 'organisation'
  or (:scope = 'account' and {of}.account_id = :name)
  or (:scope = 'source' and {of}.account_id || '/' || {of}.region = :name)
  or (:scope = 'team' and {of}.team = :name)
  or (:scope = 'model' and {of}.model = :name)
  or (:scope = 'principal' and {of}.principal_arn = :name)
  or (:scope = 'person' and {of}.person = :name)
)
