-- Largest contributors
-- From a CTE `calls` of rows with what they are of and an amount: the largest of each dimension, beside the whole.
-- @param top integer=5 Contributors per dimension
-- @column dimension varchar person, model, team, account, region or, where errors are told apart, error_code
-- @column place integer 1 for the largest
-- @column name varchar Person, or the principal where no person is known; model; team; account; region; error as logged, unknown where it has no name
-- @column amount double What was asked for
-- @column whole double The same over all contributors
-- @column dollars decimal(38,12) Estimated dollars of the whole
-- @column guessed decimal(38,12) Of these, what rests on a guess
-- @column unpriced bigint Calls of the whole whose dollars nobody knows; not counted among failed calls
summed as (
  select
    case
      when grouping(c.person) = 0 then 'person'
      when grouping(c.model) = 0 then 'model'
      when grouping(c.team) = 0 then 'team'
      when grouping(c.account_id) = 0 then 'account'
      when grouping(c.region) = 0 then 'region'
      else 'error_code'
    end as dimension,
    coalesce(c.person, c.model, c.team, c.account_id, c.region, c.error_code) as name,
    sum(c.amount) as amount,
    coalesce(sum(c.cost), 0) as cost,
    coalesce(sum(c.guessed), 0) as guessed,
    sum(c.unpriced) as unpriced
  from calls c
  group by grouping sets ((c.person), (c.model), (c.team), (c.account_id), (c.region), (c.error_code))
),
placed as (
  select
    s.dimension,
    row_number() over (partition by s.dimension order by s.amount desc, s.name) as place,
    s.name,
    s.amount,
    sum(s.amount) over (partition by s.dimension) as whole,
    sum(s.cost) over (partition by s.dimension) as dollars,
    sum(s.guessed) over (partition by s.dimension) as guessed,
    sum(s.unpriced) over (partition by s.dimension) as unpriced
  from summed s
)
select
  p.dimension,
  cast(p.place as integer) as place,
  p.name,
  p.amount,
  p.whole,
  cast(p.dollars as decimal(38,12)) as dollars,
  cast(p.guessed as decimal(38,12)) as guessed,
  cast(p.unpriced as bigint) as unpriced
from placed p
where p.place <= :top
  and p.amount > 0
  and p.name is not null
order by 1, 2
