-- Alerts for dashboards
-- Incidents of a range of days, the newest first; names no person.
-- @param from date First day
-- @param to date Last day
-- @reads alerts
-- @column opened_at timestamp Tick at which it was found, UTC
-- @column severity varchar info, warning, critical, budget or data
-- @column rule varchar Rule that was broken
-- @column title varchar What is wrong, in a few words
-- @column scope varchar What it is about
-- @column team varchar Team, where only one is concerned; (several) otherwise
-- @column state varchar open or resolved
-- @column dollars double What it cost, USD
-- @column alert_id varchar Short name of the incident, for strata alerts explain
select
  a.opened_at,
  a.severity,
  a.rule,
  a.title,
  a.scope,
  coalesce(a.team, '(several)') as team,
  a.state,
  cast(coalesce(a.dollars, 0) as double) as dollars,
  a.alert_id
from alerts a
where cast(a.opened_at as date) between :from and :to
order by
  1 desc,
  9
