-- Filter choices
-- Every team, account, model and person with usage, for the filters of strata serve.
-- @reads hourly_usage
-- @column dimension varchar team, account, model or person
-- @column name varchar Which one
with used as (
  select distinct
    u.team,
    u.account_id,
    u.model,
    coalesce(u.person, '(no person)') as person
  from hourly_usage u
)
select distinct
  d.dimension,
  case
    when d.dimension = 'team' then u.team
    when d.dimension = 'account' then u.account_id
    when d.dimension = 'model' then u.model
    else u.person
  end as name
from used u
cross join (values ('team'), ('account'), ('model'), ('person')) as d (dimension)
order by
  1,
  2
