-- Tags of principals on the bill
-- The iamPrincipal tags of every principal on the staged bill, as last billed: what the bill says about who pays.
-- @reads cur_line_items
-- @column principal_arn varchar IAM identity as billed
-- @column tags map(varchar,varchar) Tag keys, with the class prefix iamPrincipal/, and their values
with tagged as (
  select
    l.iam_principal as principal_arn,
    t.tag,
    element_at(l.tags, t.tag) as value,
    l.usage_start
  from cur_line_items l
  cross join unnest(map_keys(l.tags)) as t (tag)
  where l.iam_principal is not null
    and l.line_item_type in ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage')
),
last_values as (
  select
    g.principal_arn,
    g.tag,
    g.value,
    row_number() over (
      partition by g.principal_arn, g.tag
      order by g.usage_start desc, g.value
    ) as place
  from tagged g
  where g.tag like 'iamPrincipal/%'
    and g.value <> ''
)
select
  v.principal_arn,
  map_agg(v.tag, v.value) as tags
from last_values v
where v.place = 1
group by v.principal_arn
order by 1
