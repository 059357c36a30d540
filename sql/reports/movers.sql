-- Movers
-- Estimated dollars of each team, model and person in two periods of equal length, largest change first.
-- @param from date First day of the period
-- @param to date Last day of the period
-- @param prev_from date First day of the period to compare with
-- @param prev_to date Last day of the period to compare with
-- @param top integer=25 Rows to return for each dimension
-- @param team varchar=null Only this team
-- @param account varchar=null Only this account
-- @param model varchar=null Only this model
-- @param person varchar=null Only this person
-- @param region varchar=null Only this region
-- @param service_tier varchar=null Only this service tier
-- @param cost_center varchar=null Only this cost center
-- @param environment varchar=null Only this environment
-- @param feature varchar=null Only this feature
-- @reads hourly_usage
-- @column dimension varchar team, model or person
-- @column name varchar Which one
-- @column before_cost decimal(38,12) Estimated USD in the earlier period
-- @column now_cost decimal(38,12) Estimated USD in the period
-- @column change decimal(38,12) Difference in USD
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
    and (:team is null or u.team = :team)
    and (:account is null or u.account_id = :account)
    and (:model is null or u.model = :model)
    and (:person is null or coalesce(u.person, '(no person)') = :person)
    and (:region is null or u.region = :region)
    and (:service_tier is null or u.service_tier = :service_tier)
    and (:cost_center is null or u.cost_center = :cost_center)
    and (:environment is null or u.environment = :environment)
    and (:feature is null or u.feature = :feature)
),
summed as (
  select
    l.dimension,
    l.name,
    cast(coalesce(sum(l.before_cost), 0) as decimal(38,12)) as before_cost,
    cast(coalesce(sum(l.now_cost), 0) as decimal(38,12)) as now_cost
  from labelled l
  group by
    l.dimension,
    l.name
),
placed as (
  select
    s.dimension,
    s.name,
    s.before_cost,
    s.now_cost,
    row_number() over (
      partition by s.dimension
      order by abs(s.now_cost - s.before_cost) desc, s.name
    ) as place
  from summed s
)
select
  p.dimension,
  p.name,
  p.before_cost,
  p.now_cost,
  cast(p.now_cost - p.before_cost as decimal(38,12)) as change
from placed p
where p.place <= :top
order by
  p.dimension,
  p.place
