-- Spend by day and scope
-- Estimated dollars of each local day, the history that a month is projected from.
-- @param starts varchar Starts of the days and the end of the last, UTC, ascending, as 2026-10-14 22:00:00 with | between them
-- @param periods integer How many days that is
-- @param scope varchar organisation, account, team, person, cost_center, environment, feature, role or model
-- @param claimed varchar=|| Sources of attribution that a caller can write himself, each between | and |
-- @reads hourly_usage
-- @column since timestamp Start of the day
-- @column scope_name varchar Which one; null for the organisation
-- @column spend decimal(38,12) Estimated dollars
-- @column claimed decimal(38,12) Of these, attributed by what callers claim
-- @column guessed decimal(38,12) Of the dollars, what rests on a guess
-- @column guessed_claimed decimal(38,12) Of what rests on a guess, attributed by what callers claim
with bounds as (
  select
    cast(split_part(:starts, '|', n.place) as timestamp) as since,
    cast(split_part(:starts, '|', n.place + 1) as timestamp) as until
  from unnest(sequence(1, :periods)) as n(place)
)
select
  b.since,
  nullif(
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
    end,
    ''
  ) as scope_name,
  cast(sum(h.estimated_cost) as decimal(38,12)) as spend,
  cast(
    sum(
      case
        when case
        when :scope = 'person' then h.principal_type = 'role'
        when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
        else false
      end then h.estimated_cost
        else 0
      end
    ) as decimal(38,12)
  ) as claimed,
  cast(coalesce(sum(h.guessed_cost), 0) as decimal(38,12)) as guessed,
  cast(
    sum(
      case
        when case
        when :scope = 'person' then h.principal_type = 'role'
        when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
        else false
      end then coalesce(h.guessed_cost, 0)
        else 0
      end
    ) as decimal(38,12)
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
