-- First call of a model or principal
-- Calls of the first hour of a model or principal that was never seen before, once there is enough history to know: days with usage in the four weeks before, so that neither a data set's own beginning nor a few scattered days make everything new.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param dimension varchar=model What can be new: model or principal
-- @param min_history integer=7 Days with usage in the four weeks before, until which nothing can be new
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar model or principal
-- @column scope_name varchar Which one
-- @column value double Calls of that hour
-- @column baseline double Always null
-- @column baseline_n bigint Days with usage in the four weeks before
-- @column spread double Always null
-- @column floor_value double Calls of that hour
-- @column dollars decimal(38,12) Dollars of that hour
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column region varchar Region, where there is only one
with hours as (
  select
    case when :dimension = 'principal' then h.principal_arn else h.model end as newcomer,
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    sum(h.invocations) as calls,
    sum(h.estimated_cost) as cost,
    case when min(h.team) = max(h.team) then max(h.team) end as team,
    case when min(h.account_id) = max(h.account_id) then max(h.account_id) end as account_id,
    case when min(h.region) = max(h.region) then max(h.region) end as region
  from hourly_usage h
  where h.dt <= cast(:to as date)
    and case when :dimension = 'principal' then h.principal_arn else h.model end is not null
    -- A prompt router names the model that it chose in its answer; a call that failed has none, and the router's own name is no model.
    and not (:dimension = 'model' and h.model like '%prompt-router/%' and h.errors = h.invocations)
  group by 1, 2
),
ranked as (
  select
    h.newcomer,
    h.started,
    h.calls,
    h.cost,
    h.team,
    h.account_id,
    h.region,
    row_number() over (partition by h.newcomer order by h.started) as appearance
  from hours h
),
days as (
  select distinct
    cast(h.started as date) as used_on
  from hours h
),
newcomers as (
  select
    r.newcomer,
    r.started,
    count(d.used_on) as history
  from ranked r
  left join days d
    on d.used_on < cast(r.started as date)
    and d.used_on >= cast(date_add('day', -28, r.started) as date)
  where r.appearance = 1
    and date_add('hour', 1, r.started) > :from
    and date_add('hour', 1, r.started) <= :to
  group by 1, 2
)
select
  date_add('hour', 1, r.started) as tick,
  r.started as since,
  :dimension as scope,
  r.newcomer as scope_name,
  cast(r.calls as double) as value,
  cast(null as double) as baseline,
  n.history as baseline_n,
  cast(null as double) as spread,
  cast(r.calls as double) as floor_value,
  cast(r.cost as decimal(38,12)) as dollars,
  r.team,
  r.account_id,
  r.region
from ranked r
join newcomers n
  on n.newcomer = r.newcomer
  and n.started = r.started
where n.history >= :min_history
order by 1, 4
