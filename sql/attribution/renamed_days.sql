-- Days with people of another name
-- Days of which a user of Identity Center has another name by now than was written down with his calls, or a first one.
-- @param before date Days before this one
-- @reads call_people, identity_people
-- @column day varchar UTC day, YYYY-MM-DD
select distinct
  cast(p.dt as varchar) as day
from call_people p
left join identity_people n
  on n.user_id = p.identity_user_id
where p.dt < :before
  and p.identity_user_id is not null
  and coalesce(n.person, '') <> coalesce(p.behalf_person, '')
order by
  1
