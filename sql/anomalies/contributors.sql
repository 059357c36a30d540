-- Who and which model contribute
-- The largest contributors to dollars, tokens, calls or failed calls in a range of time, in whole five minutes, and one scope, by person, model, team, account, region and the name of the error, each with the whole.
-- @param from timestamp Start of the range
-- @param to timestamp End of the range, not included
-- @param measure varchar=usd usd, tokens, calls, errors or unpriced
-- @param scope varchar=organisation organisation, account, source, team, model, principal or person
-- @param name varchar=null Which one; null for the organisation
-- @param top integer=5 Contributors per dimension
-- @reads calls_5m
-- @column dimension varchar person, model, team, account, region or error_code
-- @column place integer 1 for the largest
-- @column name varchar Person, or the principal where no person is known; model; team; account; region; error as logged, unknown where it has no name
-- @column amount double What was asked for
-- @column whole double The same over all contributors
-- @column dollars decimal(38,12) Estimated dollars of the whole
-- @column guessed decimal(38,12) Of these, what rests on a guess
with calls as (
  select
    coalesce(c.person, c.session_name, c.principal_name, c.principal_arn, 'unknown') as person,
    c.model,
    coalesce(c.team, 'unattributed') as team,
    c.account_id,
    c.region,
    case when c.errors > 0 then coalesce(c.error_code, 'unknown') end as error_code,
    case
      when :measure = 'usd' then cast(c.estimated_cost as double)
      when :measure = 'tokens' then cast(c.total_tokens as double)
      when :measure = 'errors' then cast(c.errors as double)
      when :measure = 'unpriced' then cast(c.unpriced as double)
      else cast(c.invocations as double)
    end as amount,
    case when :measure = 'errors' then c.error_cost else c.estimated_cost end as cost,
    case when :measure = 'errors' then c.guessed_error_cost else c.guessed_cost end as guessed
  from calls_5m c
  where c.dt >= cast(:from as date)
    and c.dt <= cast(:to as date)
    and c.bucket >= :from
    and c.bucket < :to
    and (
      :scope = 'organisation'
      or (:scope = 'account' and c.account_id = :name)
      or (:scope = 'source' and c.account_id || '/' || c.region = :name)
      or (:scope = 'team' and c.team = :name)
      or (:scope = 'model' and c.model = :name)
      or (:scope = 'principal' and c.principal_arn = :name)
      or (:scope = 'person' and c.person = :name)
    )
),
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
    coalesce(sum(c.guessed), 0) as guessed
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
    sum(s.guessed) over (partition by s.dimension) as guessed
  from summed s
)
select
  p.dimension,
  cast(p.place as integer) as place,
  p.name,
  p.amount,
  p.whole,
  cast(p.dollars as decimal(38,12)) as dollars,
  cast(p.guessed as decimal(38,12)) as guessed
from placed p
where p.place <= :top
  and p.amount > 0
  and p.name is not null
order by 1, 2
