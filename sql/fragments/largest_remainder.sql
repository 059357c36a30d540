-- Largest remainder
-- From a CTE `guesses` of whole pico-dollars, weights and a first quotient: `shares`, whole pico-dollars of each part that add up to the amount. {part} is what is split.
corrected as (
  -- A double holds 53 bits, so the first quotient may be off by some units; the remainder, exact, says by how many.
  select
    g.*,
    g.guess + cast(round(cast(g.pico * g.weight - g.guess * g.weights as double) / cast(g.weights as double)) as decimal(38,0)) as near
  from guesses g
),
floors as (
  select
    c.*,
    c.near - case when c.pico * c.weight < c.near * c.weights then 1 else 0 end as share,
    c.pico * c.weight - c.near * c.weights + case when c.pico * c.weight < c.near * c.weights then c.weights else 0 end as rest
  from corrected c
),
shares as (
  -- Largest remainder: the units that rounding down left over go to the largest rests, ties in the order given.
  select
    f.*,
    f.share + case
      when row_number() over (partition by f.dt, f.{part}, f.amount order by f.rest desc, {ties})
        <= f.pico - sum(f.share) over (partition by f.dt, f.{part}, f.amount)
        then 1
      else 0
    end as pico_share
  from floors f
)
