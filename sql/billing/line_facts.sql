-- Facts on lines of the bill
-- Every combination of facts on the staged bill that attribution can look at.
-- @param by_usage boolean=true Whether usage type, model and region tell combinations apart; * stands for each of them otherwise
-- @reads billed_charges
-- @column line_key varchar Account, principal, resource, tags and cost categories in one text
-- @column usage_type varchar Usage type; empty when the line has none, as the next two
-- @column model varchar Model
-- @column region varchar Region that is billed
-- @column account_id varchar Account
-- @column principal_arn varchar IAM identity
-- @column resource_id varchar Resource
-- @column tags map(varchar,varchar) Tags with a class prefix
-- @column resource_tags map(varchar,varchar) Tags of the resource
-- @column cost_category map(varchar,varchar) Cost categories
with lines as (
  select
    b.line_key,
    case when :by_usage then coalesce(b.usage_type, '') else '*' end as usage_type,
    case when :by_usage then coalesce(b.model, '') else '*' end as model,
    case when :by_usage then coalesce(b.region, '') else '*' end as region,
    b.account_id,
    b.principal_arn,
    b.resource_id,
    b.tags,
    b.resource_tags,
    b.cost_category
  from billed_charges b
),
numbered as (
  select
    l.*,
    row_number() over (partition by l.line_key, l.usage_type, l.model, l.region order by l.account_id) as place
  from lines l
)
select
  n.line_key,
  n.usage_type,
  n.model,
  n.region,
  n.account_id,
  n.principal_arn,
  n.resource_id,
  n.tags,
  n.resource_tags,
  n.cost_category
from numbered n
where n.place = 1
order by 1, 2, 3, 4
