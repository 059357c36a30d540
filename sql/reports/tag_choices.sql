-- Tag choices
-- Tags on the bill with their values and what was billed under each, the largest first; for the filter of strata serve.
-- @param top integer=500 Rows to return
-- @reads cur_line_items
-- @column tag varchar Key and value, as iamPrincipal/team=search
-- @column billed_cost decimal(38,12) Billed amount of the lines that carry it, in the currency of the bill
with tagged as (
  select t.name, element_at(l.tags, t.name) as value, l.unblended_cost
  from cur_line_items l
  cross join unnest(map_keys(l.tags)) as t (name)
  union all
  select t.name, element_at(l.resource_tags, t.name), l.unblended_cost
  from cur_line_items l
  cross join unnest(map_keys(l.resource_tags)) as t (name)
),
summed as (
  select
    t.name || '=' || t.value as tag,
    cast(sum(t.unblended_cost) as decimal(38,12)) as billed_cost
  from tagged t
  where t.value is not null
  group by 1
),
numbered as (
  select
    s.*,
    row_number() over (order by s.billed_cost desc, s.tag) as place
  from summed s
)
select
  n.tag,
  n.billed_cost
from numbered n
where n.place <= :top
order by n.place
