-- Tags by day
-- The tags of every principal and resource on the bill from the day on from which they are as they are: one row for each change.
-- @reads cur_line_items
-- @column kind varchar principal: tags of the identity, its user attributes and its account; resource: tags of the resource
-- @column id varchar ARN of the principal or resource as billed
-- @column first_day varchar Day from which the tags are these, YYYY-MM-DD
-- @column tag_sets varchar The tag sets of that day, sorted; chr(28) between sets, chr(31) between tags, chr(29) between a key and its value
with lines as (
  select distinct
    l.iam_principal,
    l.resource_id,
    cast(cast(l.usage_start as date) as varchar) as day,
    l.tags,
    l.resource_tags
  from cur_line_items l
  where l.line_item_type in ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage')
    and (l.iam_principal is not null or l.resource_id like 'arn:%')
),
numbered as (
  select
    l.*,
    row_number() over (
      order by
        l.day, l.iam_principal, l.resource_id,
        array_join(map_keys(l.tags), ','), array_join(map_values(l.tags), ','),
        array_join(map_keys(l.resource_tags), ','), array_join(map_values(l.resource_tags), ',')
    ) as line
  from lines l
),
entries as (
  select
    n.line,
    n.iam_principal,
    n.resource_id,
    n.day,
    t.tag || chr(29) || coalesce(element_at(n.tags, t.tag), element_at(n.resource_tags, t.tag)) as entry,
    t.tag = '' as is_none,
    -- The map `tags` holds the classes of the identity under a prefix, in any letter case; the rest is about the resource.
    lower(t.tag) like 'iamprincipal/%' or lower(t.tag) like 'userattribute/%' or lower(t.tag) like 'account%/%' as of_principal
  from numbered n
  cross join unnest(coalesce(map_keys(n.tags) || array[''], array['']) || coalesce(map_keys(n.resource_tags) || array[''], array[''])) as t (tag)
),
sets as (
  -- A line without a tag has the empty set: it says that there is none.
  select distinct
    k.kind,
    case k.kind when 'principal' then e.iam_principal else e.resource_id end as id,
    e.day,
    coalesce(
      array_join(
        array_agg(distinct e.entry order by e.entry) filter (where not e.is_none and e.entry is not null and (k.kind = 'principal') = e.of_principal),
        chr(31)
      ),
      ''
    ) as tag_set
  from entries e
  cross join (values ('principal'), ('resource')) as k (kind)
  where case k.kind when 'principal' then e.iam_principal else e.resource_id end is not null
  group by k.kind, case k.kind when 'principal' then e.iam_principal else e.resource_id end, e.day, e.line
),
days as (
  select
    s.kind,
    s.id,
    s.day,
    array_join(array_agg(s.tag_set order by s.tag_set), chr(28)) as tag_sets
  from sets s
  group by s.kind, s.id, s.day
),
changes as (
  select
    d.*,
    lag(d.tag_sets) over (partition by d.kind, d.id order by d.day) as before
  from days d
)
select
  c.kind,
  c.id,
  c.day as first_day,
  c.tag_sets
from changes c
where c.before is null
  or c.before <> c.tag_sets
order by 1, 2, 3
