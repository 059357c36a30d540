-- Bill by tag
-- The billed dollars of a statement by the value of one tag on the lines of the bill.
-- @param from date First day
-- @param to date Last day
-- @param key varchar Key of the tag, as the bill writes it
-- @reads billed_charges
-- @column name varchar Value, or (none)
-- @column lines bigint Bill lines
-- @column billed_cost decimal(38,12) Billed USD
select
  coalesce(nullif(coalesce(element_at(b.tags, :key), element_at(b.resource_tags, :key)), ''), '(none)') as name,
  count(*) as lines,
  cast(sum(b.billed_cost) as decimal(38,12)) as billed_cost
from billed_charges b
where b.period between date_format(cast(:from as date), '%Y-%m') and date_format(cast(:to as date), '%Y-%m')
  and b.statement_dt between :from and :to
group by
  1
order by
  3 desc,
  1
