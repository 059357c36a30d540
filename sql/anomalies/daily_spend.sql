-- Spend by day and scope
-- Estimated dollars of each UTC day, the history that a month is projected from.
-- @param from timestamp First instant
-- @param to timestamp Last instant, not included
-- @param scope varchar organisation, account, team or person
-- @reads hourly_usage
-- @column dt date UTC day
-- @column scope_name varchar Which one; null for the organisation
-- @column spend decimal(38,12) Estimated dollars
select
  h.dt,
  case
    when :scope = 'account' then h.account_id
    when :scope = 'team' then h.team
    when :scope = 'person' then h.person
  end as scope_name,
  cast(sum(h.estimated_cost) as decimal(38,12)) as spend
from hourly_usage h
where h.dt >= cast(:from as date)
  and cast(h.dt as timestamp) < :to
group by 1, 2
having sum(h.estimated_cost) > 0
order by 1, 2
