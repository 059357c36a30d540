-- Daily spend
-- Estimated dollars of each UTC day for the organisation, or for each team, account, model or person; the series that forecasts learn from.
-- @param from date First day
-- @param to date Last day
-- @param scope varchar=organisation organisation, team, account, model or person
-- @reads hourly_usage
-- @column dt date UTC day
-- @column scope_name varchar Which one; null for the organisation
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column last_hour integer Last UTC hour with usage
with labelled as (
  select
    h.dt,
    h.hour,
    h.estimated_cost,
    case :scope
      when 'team' then h.team
      when 'account' then h.account_id
      when 'model' then h.model
      when 'person' then h.person
    end as scope_name
  from hourly_usage h
  where h.dt between :from and :to
)
select
  l.dt,
  l.scope_name,
  cast(sum(l.estimated_cost) as decimal(38,12)) as estimated_cost,
  max(l.hour) as last_hour
from labelled l
where :scope = 'organisation'
  or l.scope_name is not null
group by 1, 2
order by 2, 1
