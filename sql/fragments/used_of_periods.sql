-- Used of periods
-- From a CTE `hours` of dollars by hour and scope_key: what was used of each period at the end of each hour, where it reaches the smallest sum that somebody must be told about.
-- @param at_least decimal(38,12)=0 Dollars below which nothing is returned
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the period
-- @column scope varchar What the budget is for
-- @column scope_name varchar Which one; null for the organisation
-- @column used decimal(38,12) Estimated dollars since the start of the period
-- @column claimed decimal(38,12) Of these, attributed by what callers claim
-- @column guessed decimal(38,12) Of the dollars used, what rests on a guess
-- @column guessed_claimed decimal(38,12) Of what rests on a guess, attributed by what callers claim
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
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
  {scope} as scope,
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
