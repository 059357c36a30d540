-- Calls without a known price
-- Calls per hour and model whose tokens were counted but whose rate nobody knows.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar model
-- @column scope_name varchar Model as named or logged
-- @column value double Unpriced calls
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Unpriced calls
-- @column dollars decimal(38,12) Always zero: unknown is not a price
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Unpriced calls
-- @column tokens bigint Tokens of all calls of the model in rows that hold unpriced ones
select
  date_add('hour', h.hour + 1, cast(h.dt as timestamp)) as tick,
  date_add('hour', h.hour, cast(h.dt as timestamp)) as since,
  'model' as scope,
  h.model as scope_name,
  cast(sum(h.unpriced) as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(sum(h.unpriced) as double) as floor_value,
  cast(0 as decimal(38,12)) as dollars,
  case when min(h.team) = max(h.team) then max(h.team) end as team,
  case when min(h.account_id) = max(h.account_id) then max(h.account_id) end as account_id,
  cast(sum(h.unpriced) as bigint) as calls,
  cast(sum(h.total_tokens) as bigint) as tokens
from hourly_usage h
where h.unpriced > 0
  and h.dt >= cast(date_add('day', -1, :from) as date)
  and h.dt <= cast(:to as date)
  and date_add('hour', h.hour + 1, cast(h.dt as timestamp)) > :from
  and date_add('hour', h.hour + 1, cast(h.dt as timestamp)) <= :to
group by 1, 2, 3, 4
order by 1, 4
