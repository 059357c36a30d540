-- Movers
-- Estimated dollars of each team, model and person in two periods of equal length, largest change first.
-- @param from date First day of the period
-- @param to date Last day of the period
-- @param prev_from date First day of the period to compare with
-- @param prev_to date Last day of the period to compare with
-- @param top integer=25 Rows to return for each dimension
-- @include report_filter
-- @reads hourly_usage
-- @include moved_most
with labelled as (
  select
    d.dimension,
    case
      when d.dimension = 'team' then u.team
      when d.dimension = 'model' then u.model
      else coalesce(u.person, '(no person)')
    end as name,
    case when u.dt between :from and :to then u.estimated_cost end as now_cost,
    case when u.dt between :prev_from and :prev_to then u.estimated_cost end as before_cost
  from hourly_usage u
  cross join (values ('team'), ('model'), ('person')) as d (dimension)
  where (u.dt between :from and :to or u.dt between :prev_from and :prev_to)
    -- @include report_filter of=u | resource=model_id
),
-- @include moved_most
