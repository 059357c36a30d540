-- Movers
-- Estimated dollars of each team, model and person in two periods of equal length, largest change first.
-- @param from date First day of the period
-- @param to date Last day of the period
-- @param prev_from date First day of the period to compare with
-- @param prev_to date Last day of the period to compare with
-- @param top integer=25 Rows to return for each dimension
-- @param team array(varchar)=null Only these teams
-- @param account array(varchar)=null Only these accounts
-- @param model array(varchar)=null Only these models
-- @param person array(varchar)=null Only these persons
-- @param region array(varchar)=null Only these regions
-- @param service_tier array(varchar)=null Only these service tiers
-- @param cost_center array(varchar)=null Only these cost centers
-- @param environment array(varchar)=null Only these environments
-- @param feature array(varchar)=null Only these features
-- @param carrier array(varchar)=null Only these principals and resources: those that carry a tag
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
    and (cardinality(:team) = 0 or contains(:team, u.team))
    and (cardinality(:account) = 0 or contains(:account, u.account_id))
    and (cardinality(:model) = 0 or contains(:model, u.model))
    and (cardinality(:person) = 0 or contains(:person, coalesce(u.person, '(no person)')))
    and (cardinality(:region) = 0 or contains(:region, u.region))
    and (cardinality(:service_tier) = 0 or contains(:service_tier, u.service_tier))
    and (cardinality(:cost_center) = 0 or contains(:cost_center, u.cost_center))
    and (cardinality(:environment) = 0 or contains(:environment, u.environment))
    and (cardinality(:feature) = 0 or contains(:feature, u.feature))
    and (
      cardinality(:carrier) = 0
      or u.principal_arn in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
      or u.model_id in (select cast(k.id as varchar) from unnest(:carrier) as k (id))
    )
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
