-- Words on the bill
-- Every combination of words on the staged bill that the usage grammar has to read.
-- @reads cur_line_items
-- @column product_code varchar Product code; empty when the line has none, as the other columns
-- @column product_name varchar Product name
-- @column usage_type varchar Usage type
-- @column operation varchar Operation
-- @column pricing_unit varchar Pricing unit
-- @column description varchar Description
-- @column billing_entity varchar Billing entity
-- @column line_item_type varchar Line item type
select distinct
  coalesce(l.product_code, '') as product_code,
  coalesce(l.product_name, '') as product_name,
  coalesce(l.usage_type, '') as usage_type,
  coalesce(l.operation, '') as operation,
  coalesce(l.pricing_unit, '') as pricing_unit,
  coalesce(l.description, '') as description,
  coalesce(l.billing_entity, '') as billing_entity,
  coalesce(l.line_item_type, '') as line_item_type
from cur_line_items l
order by 1, 2, 3, 4, 5, 6, 7, 8
