-- Bill coverage
-- Which deliveries of the bill stand behind a range of days.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads allocated_charges
-- @column cur_version varchar Delivery that the bill comes from
-- @column first_day date First day with a charge
-- @column last_day date Last day with a charge
-- @column lines bigint Rows of allocated_charges
select
  coalesce(c.cur_version, 'unknown') as cur_version,
  min(c.dt) as first_day,
  max(c.dt) as last_day,
  count(*) as lines
from allocated_charges c
where c.dt between :from and :to
  -- @include report_filter of=c | resource=resource_id
group by
  coalesce(c.cur_version, 'unknown')
order by
  1
