-- Spend by day and scope
-- Estimated dollars of each local day, the history that a month is projected from.
-- @include periods
-- @include budget_scope
-- @include claimed_dollars
-- @reads hourly_usage
-- @column since timestamp Start of the day
-- @column scope_name varchar Which one; null for the organisation
-- @column spend decimal(38,12) Estimated dollars
-- @column claimed decimal(38,12) Of these, attributed by what callers claim
-- @column guessed decimal(38,12) Of the dollars, what rests on a guess
-- @column guessed_claimed decimal(38,12) Of what rests on a guess, attributed by what callers claim
with
-- @include periods
select
  b.since,
  nullif(
    -- @include budget_scope
    ,
    ''
  ) as scope_name,
  cast(sum(h.estimated_cost) as decimal(38,12)) as spend,
  cast(
    -- @include claimed_dollars dollars=h.estimated_cost
    as decimal(38,12)
  ) as claimed,
  cast(coalesce(sum(h.guessed_cost), 0) as decimal(38,12)) as guessed,
  cast(
    -- @include claimed_dollars dollars=coalesce(h.guessed_cost, 0)
    as decimal(38,12)
  ) as guessed_claimed
from hourly_usage h
join bounds b
  on date_add('hour', h.hour, cast(h.dt as timestamp)) >= b.since
  and date_add('hour', h.hour, cast(h.dt as timestamp)) < b.until
where h.dt >= cast(cast(split_part(:starts, '|', 1) as timestamp) as date)
  and h.dt <= cast(cast(split_part(:starts, '|', :periods + 1) as timestamp) as date)
group by 1, 2
having sum(h.estimated_cost) > 0
order by 1, 2
