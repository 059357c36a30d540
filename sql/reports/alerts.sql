-- Alerts of a month
-- Alerts that were raised in a range of days and told by themselves, oldest first.
-- @param from date First day
-- @param to date Last day
-- @reads alerts
-- @column severity varchar critical, warning, budget, data or info
-- @column rule varchar Rule that raised it
-- @column title varchar Title of the rule
-- @column scope varchar What the alert is about, for example team
-- @column scope_name varchar Which one
-- @column opened_at timestamp When it was raised
-- @column resolved_at timestamp When it was over; null while open
-- @column dollars decimal(38,12) Estimated USD concerned
-- @column summary varchar What happened, in a sentence
select
  a.severity as severity,
  a.rule as rule,
  a.title as title,
  a.scope as scope,
  coalesce(a.scope_name, '') as scope_name,
  a.opened_at as opened_at,
  a.resolved_at as resolved_at,
  a.dollars as dollars,
  a.summary as summary
from alerts a
where cast(a.opened_at as date) between :from and :to
  and a.grouped_under is null
  and a.muted is null
order by
  a.opened_at,
  a.rule,
  a.scope_name
