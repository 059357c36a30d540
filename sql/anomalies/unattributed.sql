-- Spend without a team
-- Share of each UTC day's estimated dollars that belongs to no known team.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads hourly_usage
-- @column tick timestamp End of the day
-- @column since timestamp Start of the day
-- @column scope varchar organisation
-- @column scope_name varchar Always null
-- @column value double Share of the day's dollars
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Dollars without a team
-- @column dollars decimal(38,12) Dollars without a team
-- @column team varchar Always unattributed
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Calls without a team
-- @column principals bigint Principals without a team
select
  date_add('day', 1, cast(h.dt as timestamp)) as tick,
  cast(h.dt as timestamp) as since,
  'organisation' as scope,
  cast(null as varchar) as scope_name,
  cast(sum(case when h.team = 'unattributed' then h.estimated_cost else 0 end) as double) / cast(sum(h.estimated_cost) as double) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(sum(case when h.team = 'unattributed' then h.estimated_cost else 0 end) as double) as floor_value,
  cast(sum(case when h.team = 'unattributed' then h.estimated_cost else 0 end) as decimal(38,12)) as dollars,
  'unattributed' as team,
  case
    when min(case when h.team = 'unattributed' then h.account_id end) = max(case when h.team = 'unattributed' then h.account_id end)
      then max(case when h.team = 'unattributed' then h.account_id end)
  end as account_id,
  cast(sum(case when h.team = 'unattributed' then h.invocations else 0 end) as bigint) as calls,
  count(distinct case when h.team = 'unattributed' then h.principal_arn end) as principals
from hourly_usage h
where h.dt >= cast(date_add('day', -1, :from) as date)
  and h.dt < cast(:to as date)
  and date_add('day', 1, cast(h.dt as timestamp)) > :from
  and date_add('day', 1, cast(h.dt as timestamp)) <= :to
group by h.dt
having sum(h.estimated_cost) > 0
order by 1
