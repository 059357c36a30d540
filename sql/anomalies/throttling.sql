-- Throttling that retries absorb
-- Throttled attempts of each hour that were answered on a later try, beside all attempts, by model and principal, and the organisation's beside them: what a higher quota would save, and no outage.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour
-- @column scope varchar organisation, model or principal
-- @column scope_name varchar Which one; null for the organisation
-- @column value double Share of attempts that were throttled and made good by a retry
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Attempts that were throttled and made good by a retry
-- @column dollars decimal(38,12) Always zero: a throttled attempt is not billed
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Attempts
-- @column absorbed bigint Of these, throttled and made good by a retry
-- @column region varchar Region of most of them
-- @column main_model varchar Model of most of them
with callers as (
  select
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    h.account_id,
    h.region,
    h.team,
    h.model,
    h.principal_arn,
    sum(h.invocations) as calls,
    -- As in anomalies/error_rate: an answered call stands for at most two throttled attempts before it.
    least(sum(h.throttles), 2 * (sum(h.invocations) - sum(h.errors))) as absorbed
  from hourly_usage h
  where h.dt >= cast(date_add('hour', -1, :from) as date)
    and h.dt <= cast(:to as date)
  group by 1, 2, 3, 4, 5, 6
),
scoped as (
  select
    c.started,
    case when s.scope = 'model' then c.model when s.scope = 'principal' then c.principal_arn end as scope_name,
    s.scope,
    c.account_id,
    c.region,
    c.team,
    c.model,
    sum(c.calls) as calls,
    sum(c.absorbed) as absorbed
  from callers c
  cross join unnest(array['organisation', 'model', 'principal']) as s(scope)
  group by 1, 2, 3, 4, 5, 6, 7
)
select
  date_add('hour', 1, p.started) as tick,
  p.started as since,
  p.scope,
  p.scope_name,
  cast(sum(p.absorbed) as double) / sum(p.calls) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(sum(p.absorbed) as double) as floor_value,
  cast(0 as decimal(38,12)) as dollars,
  case when min(p.team) = max(p.team) then max(p.team) end as team,
  case when min(p.account_id) = max(p.account_id) then max(p.account_id) end as account_id,
  cast(sum(p.calls) as bigint) as calls,
  cast(sum(p.absorbed) as bigint) as absorbed,
  max_by(p.region, row(p.absorbed, coalesce(p.region, ''), coalesce(p.model, ''))) as region,
  max_by(p.model, row(p.absorbed, coalesce(p.model, ''), coalesce(p.region, ''))) as main_model
from scoped p
where (p.scope = 'organisation' or p.scope_name is not null)
  and date_add('hour', 1, p.started) > :from
  and date_add('hour', 1, p.started) <= :to
group by 1, 2, 3, 4
having sum(p.absorbed) > 0
order by 1, 3, 4
