-- Logged usage by status
-- What became of every logged token dollar: billed, not yet billed, or logged but not billed.
-- @param from date=1970-01-01 First day
-- @param to date=9999-12-31 Last day
-- @reads logged_charges
-- @column status varchar billed, not_yet_billed or logged_not_billed
-- @column tokens bigint Logged tokens
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column first_day date First day with such usage
-- @column last_day date Last day with such usage
select
  l.status,
  cast(sum(l.tokens) as bigint) as tokens,
  cast(sum(l.estimated_cost) as decimal(38,12)) as estimated_cost,
  min(l.dt) as first_day,
  max(l.dt) as last_day
from logged_charges l
where l.dt between :from and :to
group by l.status
order by 1
