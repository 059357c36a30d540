-- Dollars used of a period by request metadata
-- Estimated dollars since the start of the local day or month at the end of each hour in which there was usage, where they reach the smallest sum that somebody must be told about. An hour that straddles local midnight counts to the day in which it begins.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param key varchar Key of the request metadata, for example tenant. All of it is claimed: callers write it
-- @param starts varchar Starts of the periods and the end of the last, UTC, ascending, as 2026-10-14 22:00:00 with | between them
-- @param periods integer How many periods that is
-- @param at_least decimal(38,12)=0 Dollars below which nothing is returned
-- @reads metadata_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the period
-- @column scope varchar metadata
-- @column scope_name varchar Which one; null for the organisation
-- @column used decimal(38,12) Estimated dollars since the start of the period
-- @column claimed decimal(38,12) Of these, attributed by what callers claim
-- @column guessed decimal(38,12) Of the dollars used, what rests on a guess
-- @column guessed_claimed decimal(38,12) Of what rests on a guess, attributed by what callers claim
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
with bounds as (
  select
    cast(split_part(:starts, '|', n.place) as timestamp) as since,
    cast(split_part(:starts, '|', n.place + 1) as timestamp) as until
  from unnest(sequence(1, :periods)) as n(place)
),
hours as (
  select
    b.since,
    date_add('hour', u.hour + 1, cast(u.dt as timestamp)) as tick,
    u.metadata_value as scope_key,
    sum(u.estimated_cost) as cost,
    sum(u.estimated_cost) as claimed,
    sum(u.guessed_cost) as guessed,
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
running as (
  select
    h.tick,
    h.since,
    h.scope_key,
    sum(h.cost) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as used,
    sum(h.claimed) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as claimed,
    sum(h.guessed) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as guessed,
    min(h.first_team) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as first_team,
    max(h.last_team) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as last_team,
    min(h.first_account) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as first_account,
    max(h.last_account) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as last_account
  from hours h
  where h.scope_key is not null
)
select
  r.tick,
  r.since,
  'metadata' as scope,
  nullif(r.scope_key, '') as scope_name,
  cast(r.used as decimal(38,12)) as used,
  cast(r.claimed as decimal(38,12)) as claimed,
  cast(r.guessed as decimal(38,12)) as guessed,
  cast(r.guessed as decimal(38,12)) as guessed_claimed,
  case when r.first_team = r.last_team then r.last_team end as team,
  case when r.first_account = r.last_account then r.last_account end as account_id
from running r
where r.used >= :at_least
  and r.tick > :from
  and r.tick <= :to
order by 1, 2, 4
