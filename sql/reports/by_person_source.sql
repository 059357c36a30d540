-- What named the people
-- Estimated dollars of a range of days by what named the person and by person.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column person_source varchar What named the person: a source of attribution.person_order, or none
-- @column person varchar The human who called, or (no person)
-- @column cost decimal(38,12) USD
select
  coalesce(u.person_source, 'none') as person_source,
  coalesce(u.person, '(no person)') as person,
  cast(sum(u.estimated_cost) as decimal(38,12)) as cost
from hourly_usage u
where u.dt between :from and :to
group by
  coalesce(u.person_source, 'none'),
  coalesce(u.person, '(no person)')
order by
  1,
  2
