-- Periods
-- The CTE `bounds`: each period with its start and its end.
-- @param starts varchar Starts of the periods and the end of the last, UTC, ascending, as 2026-10-14 22:00:00 with | between them
-- @param periods integer How many periods that is
bounds as (
  select
    cast(split_part(:starts, '|', n.place) as timestamp) as since,
    cast(split_part(:starts, '|', n.place + 1) as timestamp) as until
  from unnest(sequence(1, :periods)) as n(place)
)
