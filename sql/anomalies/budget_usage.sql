-- Dollars used of a period
-- Estimated dollars since the start of the day or month at the end of each hour in which there was usage, where they reach the smallest sum that somebody must be told about.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param scope varchar organisation, account, team or person
-- @param period varchar day or month
-- @param at_least decimal(38,12)=0 Dollars below which nothing is returned
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the period
-- @column scope varchar As given
-- @column scope_name varchar Which one; null for the organisation
-- @column used decimal(38,12) Estimated dollars since the start of the period
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
with hours as (
  select
    date_trunc(:period, cast(h.dt as timestamp)) as since,
    date_add('hour', h.hour + 1, cast(h.dt as timestamp)) as tick,
    case
      when :scope = 'account' then h.account_id
      when :scope = 'team' then h.team
      when :scope = 'person' then h.person
      else ''
    end as scope_key,
    sum(h.estimated_cost) as cost,
    min(h.team) as first_team,
    max(h.team) as last_team,
    min(h.account_id) as first_account,
    max(h.account_id) as last_account
  from hourly_usage h
  where cast(h.dt as timestamp) >= date_trunc(:period, date_add('hour', -1, :from))
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
  case when r.first_team = r.last_team then r.last_team end as team,
  case when r.first_account = r.last_account then r.last_account end as account_id
from running r
where r.used >= :at_least
  and r.tick > :from
  and r.tick <= :to
order by 1, 4
