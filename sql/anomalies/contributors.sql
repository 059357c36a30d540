-- Who and which model contribute
-- The largest contributors to dollars, tokens, calls or failed calls in a range of time, in whole five minutes, and one scope, by person, model, team, account, region and the name of the error, each with the whole.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @include contributing
-- @include alert_scope
-- @include largest_contributors
-- @reads calls_5m
with calls as (
  select
    -- @include contributing of=c
    case when c.errors > 0 then coalesce(c.error_code, 'unknown') end as error_code,
    case when :measure = 'errors' then c.guessed_error_cost else c.guessed_cost end as guessed
  from calls_5m c
  where c.dt >= cast(:from as date)
    and c.dt <= cast(:to as date)
    and c.bucket >= :from
    and c.bucket < :to
    -- @include alert_scope of=c
),
-- @include largest_contributors
