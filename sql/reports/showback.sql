-- Usage by local day and team
-- What each team called on each day of a time zone and what it should cost, while the zone's distance from UTC stays the same. An hour counts to the local day in which it begins.
-- @param from timestamp Start, UTC
-- @param to timestamp End, UTC, not included
-- @param offset_minutes integer Minutes by which local time is ahead of UTC
-- @reads hourly_usage
-- @column local_day date Day by the clock on the wall
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column invocations bigint Calls
-- @column tokens bigint All five token counts
-- @column unpriced bigint Calls with tokens whose rate is unknown
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column uncounted bigint Calls with nothing to multiply
-- @column not_token_priced bigint Calls billed by hour or model copy
with hours as (
  select
    date_add('hour', u.hour, cast(u.dt as timestamp)) as began,
    u.team,
    u.cost_center,
    u.invocations,
    u.total_tokens,
    u.unpriced,
    u.uncounted,
    u.not_token_priced,
    u.estimated_cost
  from hourly_usage u
  where u.dt >= cast(date_trunc('day', :from) as date)
    and u.dt <= cast(:to as date)
)
select
  cast(date_add('minute', :offset_minutes, h.began) as date) as local_day,
  h.team,
  h.cost_center,
  cast(sum(h.invocations) as bigint) as invocations,
  cast(sum(h.total_tokens) as bigint) as tokens,
  cast(sum(h.unpriced) as bigint) as unpriced,
  cast(sum(h.estimated_cost) as decimal(38,12)) as estimated_cost,
  cast(sum(h.uncounted) as bigint) as uncounted,
  cast(sum(h.not_token_priced) as bigint) as not_token_priced
from hours h
where h.began >= :from
  and h.began < :to
group by 1, 2, 3
order by 1, 2, 3
