-- Movers
-- Who and what moved most since the week before?
-- @param to date=2999-12-31 Last day of the later period
-- @param days integer=7 Length of both periods in days
-- @param top integer=10 Rows for each dimension
-- @reads hourly_usage
-- @include moved_most
with bounds as (
  select
    least(max(u.dt), :to) as last_day
  from hourly_usage u
  where u.dt <= :to
),
labelled as (
  select
    d.dimension,
    case
      when d.dimension = 'team' then u.team
      when d.dimension = 'model' then u.model
      else coalesce(u.person, '(no person)')
    end as name,
    case when date_diff('day', u.dt, b.last_day) < :days then u.estimated_cost end as now_cost,
    case when date_diff('day', u.dt, b.last_day) >= :days then u.estimated_cost end as before_cost
  from hourly_usage u
  cross join bounds b
  cross join (values ('team'), ('model'), ('person')) as d (dimension)
  where date_diff('day', u.dt, b.last_day) >= 0
    and date_diff('day', u.dt, b.last_day) < 2 * :days
),
-- @include moved_most
