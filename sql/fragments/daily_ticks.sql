-- Daily ticks
-- The CTE `ticks`: the ends of the UTC days at which a rule about the bill is judged.
ticks as (
  select t.tick
  from unnest(sequence(
    date_add('day', 1, date_trunc('day', :from)),
    date_trunc('day', :to),
    interval '1' day
  )) as t(tick)
)
