-- Who and which model contribute, by the hour
-- The largest contributors to dollars, tokens, calls or failed calls in a range of whole hours and one scope, by person, model, team, account and region, each with the whole.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @include contributing
-- @include alert_scope
-- @include largest_contributors
-- @reads hourly_usage
with calls as (
  select
    -- @include contributing of=i
    cast(null as varchar) as error_code,
    case when :measure = 'errors' then least(i.error_cost, coalesce(i.guessed_cost, 0)) else i.guessed_cost end as guessed
  from hourly_usage i
  where i.dt >= cast(:from as date)
    and i.dt <= cast(:to as date)
    and date_add('hour', i.hour, cast(i.dt as timestamp)) >= date_trunc('hour', :from)
    and date_add('hour', i.hour, cast(i.dt as timestamp)) < :to
    -- @include alert_scope of=i
),
-- @include largest_contributors
