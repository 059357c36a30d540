-- Who carries a tag
-- Principals, as the log and the bill write them, and resources that carry one of some tags on the bill in a range of days.
-- @param from date First day
-- @param to date Last day
-- @param tag array(varchar) Keys and values, as iamPrincipal/team=search
-- @reads cur_line_items, principal_keys
-- @column carrier varchar IAM identity or resource
with lines as (
  select l.iam_principal, l.resource_id, t.name, element_at(l.tags, t.name) as value
  from cur_line_items l
  cross join unnest(map_keys(l.tags)) as t (name)
  where cast(l.usage_start as date) between :from and :to
  union all
  select l.iam_principal, l.resource_id, t.name, element_at(l.resource_tags, t.name)
  from cur_line_items l
  cross join unnest(map_keys(l.resource_tags)) as t (name)
  where cast(l.usage_start as date) between :from and :to
),
tagged as (
  select distinct
    -- The classes of the identity say of the identity what they say; the rest is about the resource.
    lower(l.name) like 'iamprincipal/%' or lower(l.name) like 'userattribute/%' or lower(l.name) like 'account%/%' as of_principal,
    l.iam_principal,
    l.resource_id
  from lines l
  where contains(:tag, l.name || '=' || l.value)
),
carriers as (
  select t.resource_id as carrier
  from tagged t
  where not t.of_principal
  union
  select t.iam_principal
  from tagged t
  where t.of_principal
  union
  select k.principal_arn
  from tagged t
  join principal_keys b on b.principal_arn = t.iam_principal
  join principal_keys k on k.principal_key = b.principal_key
  where t.of_principal
)
select c.carrier
from carriers c
where c.carrier is not null
order by 1
