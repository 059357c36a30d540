-- Days with people of another name
-- Days of which a user of Identity Center or an installation has another name by now than was written down with its calls, or a first one.
-- @param before date Days before this one
-- @reads call_people, identity_people
-- @column day varchar UTC day, YYYY-MM-DD
select distinct
  cast(p.dt as varchar) as day
from call_people p
left join identity_people n
  on n.user_id = p.identity_user_id
left join identity_people g
  on g.user_id = p.device_id
where p.dt < :before
  and (
    p.identity_user_id is not null
    and coalesce(n.person, '') <> coalesce(p.behalf_person, '')
    -- Whose an installation is may also be seen, so that only a name that is given says something.
    or g.person <> coalesce(p.device_person, '')
  )
order by
  1
