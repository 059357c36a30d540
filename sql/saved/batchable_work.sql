-- Batchable work
-- Which services call without streaming and could use batch inference?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param discount_percent integer=50 Price advantage of batch
-- @param min_calls integer=100 Smaller callers are left out
-- @reads hourly_usage
-- @column principal_name varchar User or role
-- @column team varchar Team
-- @column model varchar Model
-- @column calls bigint On-demand calls without streaming
-- @column active_hours bigint Hours with calls
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
-- @column possible_saving decimal(38,12) Estimated USD less if all of it ran as batch
select
  coalesce(u.principal_name, '(none)') as principal_name,
  max(u.team) as team,
  u.model,
  cast(sum(u.invocations) as bigint) as calls,
  count(distinct date_add('hour', u.hour, cast(u.dt as timestamp))) as active_hours,
  -- @include known_cost of=u | then=,
  cast(cast(round(cast(sum(u.estimated_cost) as double) * :discount_percent / 100 * 1e12) as bigint) * 0.000000000001 as decimal(38,12)) as possible_saving
from hourly_usage u
where u.dt between :from and :to
  and u.person is null
  and u.service_tier = 'on-demand'
  and u.operation in ('InvokeModel', 'Converse')
group by
  coalesce(u.principal_name, '(none)'),
  u.model
having sum(u.invocations) >= :min_calls
order by
  6 desc,
  1,
  3
