-- Provisioned break-even
-- Would provisioned throughput at a given hourly price be cheaper than on-demand?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @param hourly_usd double=40 Price of enough model units for the traffic, USD per hour
-- @reads hourly_usage
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column model varchar Model
-- @column hours_in_use bigint Hours with calls
-- @column hours_above bigint Hours whose on-demand estimate exceeds the hourly price
-- @column on_demand_cost decimal(38,12) Estimated USD on demand
-- @column provisioned_cost double USD for every hour from the first to the last call
-- @column cheaper varchar on-demand or provisioned
with hours as (
  select
    u.account_id,
    u.region,
    u.model,
    date_add('hour', u.hour, cast(u.dt as timestamp)) as at_hour,
    cast(sum(u.estimated_cost) as decimal(38,12)) as cost
  from hourly_usage u
  where u.dt between :from and :to
    and u.service_tier = 'on-demand'
  group by
    u.account_id,
    u.region,
    u.model,
    date_add('hour', u.hour, cast(u.dt as timestamp))
),
compared as (
  select
    h.account_id,
    h.region,
    h.model,
    count(*) as hours_in_use,
    cast(count_if(cast(h.cost as double) > :hourly_usd) as bigint) as hours_above,
    cast(sum(h.cost) as decimal(38,12)) as on_demand_cost,
    :hourly_usd * (date_diff('hour', min(h.at_hour), max(h.at_hour)) + 1) as provisioned_cost
  from hours h
  group by
    h.account_id,
    h.region,
    h.model
)
select
  c.account_id,
  c.region,
  c.model,
  c.hours_in_use,
  c.hours_above,
  c.on_demand_cost,
  c.provisioned_cost,
  case when cast(c.on_demand_cost as double) > c.provisioned_cost then 'provisioned' else 'on-demand' end as cheaper
from compared c
order by
  6 desc,
  1,
  2,
  3
