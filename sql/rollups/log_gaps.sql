-- Log gaps
-- Stretches without any record in hours in which records were expected.
-- @param from date=2000-01-01 First day that is looked at
-- @param to date=2999-12-31 Last day
-- @reads hourly_usage
-- @column account_id varchar Account
-- @column region varchar Region
-- @column first_hour timestamp First hour without records
-- @column last_hour timestamp Last hour without records
-- @column hours bigint Length of the gap
with
-- @include expected_hours days=u.dt between :from and :to
, silences as (
  select
    e.account_id,
    e.region,
    e.at_hour,
    e.has_records,
    sum(case when e.has_records then 1 else 0 end) over (
      partition by e.account_id, e.region
      order by e.at_hour
    ) as run
  from expected_hours e
)
select
  r.account_id,
  r.region,
  min(r.at_hour) as first_hour,
  max(r.at_hour) as last_hour,
  count(*) as hours
from silences r
where not r.has_records
group by r.account_id, r.region, r.run
order by 1, 2, 3
