-- Callers by day
-- On which days every principal called, and every resource that is called by its ARN was.
-- @param from date First day
-- @param to date Last day
-- @reads hourly_usage
-- @column kind varchar principal or resource
-- @column id varchar IAM identity as logged, or model id as logged where it is an ARN
-- @column days varchar The days, with commas between them
select
  c.kind,
  c.id,
  array_join(array_agg(distinct c.day order by c.day), ',') as days
from (
  select
    k.kind,
    case k.kind when 'principal' then h.principal_arn else h.model_id end as id,
    cast(h.dt as varchar) as day
  from hourly_usage h
  cross join (values ('principal'), ('resource')) as k (kind)
  where h.dt between :from and :to
    and (k.kind = 'principal' or h.model_id like 'arn:%')
) c
where c.id is not null
group by c.kind, c.id
order by 1, 2
