-- Dollars used of a period
-- Estimated dollars since the start of the local day or month at the end of each hour in which there was usage, where they reach the smallest sum that somebody must be told about. An hour that straddles local midnight counts to the day in which it begins.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param scope varchar organisation, account, team, person, cost_center, environment, feature, role or model
-- @param claimed varchar=|| Sources of attribution that a caller can write himself, each between | and |
-- @param starts varchar Starts of the periods and the end of the last, UTC, ascending, as 2026-10-14 22:00:00 with | between them
-- @param periods integer How many periods that is
-- @param at_least decimal(38,12)=0 Dollars below which nothing is returned
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the period
-- @column scope varchar As given
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
    date_add('hour', h.hour + 1, cast(h.dt as timestamp)) as tick,
    case
      when :scope = 'account' then h.account_id
      when :scope = 'team' then h.team
      when :scope = 'person' then h.person
      when :scope = 'cost_center' then h.cost_center
      when :scope = 'environment' then h.environment
      when :scope = 'feature' then h.feature
      when :scope = 'role' then h.principal_name
      when :scope = 'model' then h.model
      else ''
    end as scope_key,
    sum(h.estimated_cost) as cost,
    -- What a caller can choose: the session name of a role, and what request metadata say.
    sum(
      case
        when case
        when :scope = 'person' then h.principal_type = 'role'
        when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
        else false
      end then h.estimated_cost
        else 0
      end
    ) as claimed,
    sum(coalesce(h.guessed_cost, 0)) as guessed,
    sum(
      case
        when case
        when :scope = 'person' then h.principal_type = 'role'
        when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
        else false
      end then coalesce(h.guessed_cost, 0)
        else 0
      end
    ) as guessed_claimed,
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
running as (
  select
    h.tick,
    h.since,
    h.scope_key,
    sum(h.cost) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as used,
    sum(h.claimed) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as claimed,
    sum(h.guessed) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as guessed,
    sum(h.guessed_claimed) over (partition by h.scope_key, h.since order by h.tick rows unbounded preceding) as guessed_claimed,
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
  cast(:scope as varchar) as scope,
  nullif(r.scope_key, '') as scope_name,
  cast(r.used as decimal(38,12)) as used,
  cast(r.claimed as decimal(38,12)) as claimed,
  cast(r.guessed as decimal(38,12)) as guessed,
  cast(r.guessed_claimed as decimal(38,12)) as guessed_claimed,
  case when r.first_team = r.last_team then r.last_team end as team,
  case when r.first_account = r.last_account then r.last_account end as account_id
from running r
where r.used >= :at_least
  and r.tick > :from
  and r.tick <= :to
order by 1, 2, 4
