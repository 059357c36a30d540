-- Dollars used of a period by request metadata
-- Estimated dollars since the start of the local day or month at the end of each hour in which there was usage, where they reach the smallest sum that somebody must be told about. An hour that straddles local midnight counts to the day in which it begins.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param key varchar Key of the request metadata, for example tenant. All of it is claimed: callers write it
-- @include periods
-- @include used_of_periods
-- @reads metadata_usage
with
-- @include periods
, hours as (
  select
    b.since,
    date_add('hour', u.hour + 1, cast(u.dt as timestamp)) as tick,
    u.metadata_value as scope_key,
    sum(u.estimated_cost) as cost,
    sum(u.estimated_cost) as claimed,
    sum(u.guessed_cost) as guessed,
    sum(u.guessed_cost) as guessed_claimed,
    min(u.team) as first_team,
    max(u.team) as last_team,
    min(u.account_id) as first_account,
    max(u.account_id) as last_account
  from metadata_usage u
  join bounds b
    on date_add('hour', u.hour, cast(u.dt as timestamp)) >= b.since
    and date_add('hour', u.hour, cast(u.dt as timestamp)) < b.until
  where u.dt >= cast(cast(split_part(:starts, '|', 1) as timestamp) as date)
    and u.dt <= cast(:to as date)
    and u.metadata_key = :key
    and u.estimated_cost > 0
  group by 1, 2, 3
),
-- @include used_of_periods scope='metadata'
