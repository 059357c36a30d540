-- People of Identity Center
-- Who a user id of IAM Identity Center is: by the file of sources.identity_users, else by Kiro's reports where they name one address.
-- @reads identity_users, kiro_usage
with told as (
  select u.user_id, u.person, 0 as place, 'file' as told_by
  from identity_users u
  union all
  select k.user_id, min(k.person), 1, 'kiro'
  from kiro_usage k
  where k.person is not null
  group by k.user_id
  having min(k.person) = max(k.person)
),
ranked as (
  select
    t.*,
    row_number() over (partition by t.user_id order by t.place, t.person) as rank_in_user
  from told t
)
select
  r.user_id,
  r.person,
  r.told_by
from ranked r
where r.rank_in_user = 1
