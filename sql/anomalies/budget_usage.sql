-- Dollars used of a period
-- Estimated dollars since the start of the local day or month at the end of each hour in which there was usage, where they reach the smallest sum that somebody must be told about. An hour that straddles local midnight counts to the day in which it begins.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @include budget_scope
-- @include claimed_dollars
-- @include periods
-- @include used_of_periods
-- @reads hourly_usage
with
-- @include periods
, hours as (
  select
    b.since,
    date_add('hour', h.hour + 1, cast(h.dt as timestamp)) as tick,
    -- @include budget_scope
    as scope_key,
    sum(h.estimated_cost) as cost,
    -- @include claimed_dollars dollars=h.estimated_cost
    as claimed,
    sum(coalesce(h.guessed_cost, 0)) as guessed,
    -- @include claimed_dollars dollars=coalesce(h.guessed_cost, 0)
    as guessed_claimed,
    min(h.team) as first_team,
    max(h.team) as last_team,
    min(h.account_id) as first_account,
    max(h.account_id) as last_account
  from hourly_usage h
  join bounds b
    on date_add('hour', h.hour, cast(h.dt as timestamp)) >= b.since
    and date_add('hour', h.hour, cast(h.dt as timestamp)) < b.until
  where h.dt >= cast(cast(split_part(:starts, '|', 1) as timestamp) as date)
    and h.dt <= cast(:to as date)
    and h.estimated_cost > 0
  group by 1, 2, 3
),
-- @include used_of_periods scope=cast(:scope as varchar)
