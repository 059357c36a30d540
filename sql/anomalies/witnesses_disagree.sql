-- Cost Explorer and bill disagree
-- How far Cost Explorer's month to date is from the bill's over the same days, by the last answer before the end of each day.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads bill_witnesses
-- @column tick timestamp End of the day
-- @column since timestamp Start of the month
-- @column scope varchar organisation
-- @column scope_name varchar Always null
-- @column value double Share by which they differ; of several months the largest
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Dollars by which they differ
-- @column dollars decimal(38,12) Cost Explorer less the bill
-- @column team varchar Always null
-- @column account_id varchar Always null
-- @column month varchar Month that is compared
-- @column through date Last day that is compared
-- @column explorer_usd decimal(38,12) By Cost Explorer
-- @column billed_usd decimal(38,12) By the bill
with
-- @include daily_ticks
, answers as (
  -- Deliveries come at least once a day: an answer older than a day and a half says nothing of today.
  select
    t.tick,
    w.month,
    w.to_day,
    w.gap,
    cast(w.explorer_usd as decimal(38,12)) as explorer_usd,
    cast(w.billed_usd as decimal(38,12)) as billed_usd,
    row_number() over (partition by t.tick order by w.gap desc, w.month) as place
  from ticks t
  join bill_witnesses w
    on w.asked_at < t.tick
    and w.asked_at >= date_add('hour', -36, t.tick)
  where w.gap is not null
)
select
  a.tick,
  cast(cast(concat(a.month, '-01') as date) as timestamp) as since,
  'organisation' as scope,
  cast(null as varchar) as scope_name,
  a.gap as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(abs(a.explorer_usd - a.billed_usd) as double) as floor_value,
  cast(a.explorer_usd - a.billed_usd as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  cast(null as varchar) as account_id,
  a.month,
  a.to_day as through,
  a.explorer_usd,
  a.billed_usd
from answers a
where a.place = 1
order by 1
