-- Light, moderate and heavy users
-- How many people use Bedrock lightly, moderately and heavily, against what was expected?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param moderate_from double=5 USD from which a person counts as moderate
-- @param heavy_from double=20 USD from which a person counts as heavy
-- @param expected_light double=0.6 Expected part of light users
-- @param expected_moderate double=0.3 Expected part of moderate users
-- @reads hourly_usage
-- @column segment varchar light, moderate or heavy
-- @column people bigint Persons
-- @column share double Part of all persons
-- @column expected_share double Part that was expected
-- @column estimated_cost decimal(38,12) Estimated USD
-- @column cost_per_person double Mean estimated USD
with persons as (
  select
    u.person,
    cast(coalesce(sum(u.estimated_cost), 0) as decimal(38,12)) as cost
  from hourly_usage u
  where u.dt between :from and :to
    and u.person is not null
  group by
    u.person
),
segmented as (
  select
    case
      when cast(p.cost as double) >= :heavy_from then 'heavy'
      when cast(p.cost as double) >= :moderate_from then 'moderate'
      else 'light'
    end as segment,
    p.cost
  from persons p
)
select
  s.segment,
  count(*) as people,
  cast(count(*) as double) / sum(count(*)) over () as share,
  case
    when s.segment = 'light' then :expected_light
    when s.segment = 'moderate' then :expected_moderate
    else 1 - :expected_light - :expected_moderate
  end as expected_share,
  cast(sum(s.cost) as decimal(38,12)) as estimated_cost,
  cast(sum(s.cost) as double) / count(*) as cost_per_person
from segmented s
group by
  s.segment
order by
  5 desc
