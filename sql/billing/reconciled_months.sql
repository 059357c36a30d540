-- How far reconciliation has come
-- Every step of every month with the fingerprint of what it was done from.
-- @reads reconciled_months
-- @column month varchar YYYY-MM
-- @column step varchar groups, midnight, parts, charges or logged
-- @column fingerprint varchar What the step was done from; null while it waits
select m.month, m.step, m.fingerprint
from reconciled_months m
order by 1, 2
