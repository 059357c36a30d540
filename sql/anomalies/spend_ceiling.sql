-- Dollars against a ceiling
-- Dollars of each hour, or of the day so far, of the organisation or of one principal, beside the most that any hour or day before it cost. Where nothing is known yet, a given sum stands for that, so that the first day of an installation has a ceiling too.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param of varchar=organisation organisation or principal
-- @param period varchar=hour hour or day
-- @param usual_usd double=50 Dollars of a busy hour or day that is taken for usual until more is known
-- @reads hourly_usage
-- @column tick timestamp End of the hour
-- @column since timestamp Start of the hour or day
-- @column scope varchar organisation or principal
-- @column scope_name varchar Principal ARN; null for the organisation
-- @column value double Dollars of the hour, or of the day so far
-- @column baseline double Most that an hour or day of the four weeks before cost, without its two highest days once ten are known; never less than usual_usd
-- @column baseline_n bigint Days that are known
-- @column spread double Always null
-- @column floor_value double Dollars
-- @column sustained boolean Whether the hour itself was dear; always for hours
-- @column dollars decimal(38,12) Dollars of the hour above what was known
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Calls
with hours as (
  select
    h.dt,
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    case when :of = 'principal' then h.principal_arn else '' end as scope_key,
    min(h.team) as first_team,
    max(h.team) as last_team,
    min(h.account_id) as first_account,
    max(h.account_id) as last_account,
    sum(h.invocations) as calls,
    sum(h.estimated_cost) as cost
  from hourly_usage h
  where h.dt >= cast(date_add('day', -29, :from) as date)
    and h.dt <= cast(:to as date)
    and (:of <> 'principal' or h.principal_arn is not null)
  group by 1, 2, 3
),
spent as (
  select
    h.dt,
    h.started,
    h.scope_key,
    h.first_team,
    h.last_team,
    h.first_account,
    h.last_account,
    h.cost as hour_cost,
    case when :period = 'hour' then h.calls else sum(h.calls) over (partition by h.scope_key, h.dt order by h.started rows unbounded preceding) end as calls,
    case when :period = 'hour' then h.cost else sum(h.cost) over (partition by h.scope_key, h.dt order by h.started rows unbounded preceding) end as cost
  from hours h
),
-- The highest of any scope: what a principal may cost is what principals cost here.
highest as (
  select
    s.dt,
    max(s.cost) as cost
  from spent s
  group by 1
),
ranked as (
  select
    j.dt,
    h.cost,
    row_number() over (partition by j.dt order by h.cost desc, h.dt) as place,
    count(*) over (partition by j.dt) as n
  from highest j
  join highest h
    on h.dt < j.dt
    and date_diff('day', h.dt, j.dt) <= 28
),
known as (
  select
    r.dt,
    max(r.n) as n,
    max(case when r.place = case when r.n >= 10 then 3 when r.n >= 5 then 2 else 1 end then r.cost end) as cost
  from ranked r
  group by 1
)
select
  date_add('hour', 1, s.started) as tick,
  case when :period = 'hour' then s.started else cast(s.dt as timestamp) end as since,
  cast(:of as varchar) as scope,
  nullif(s.scope_key, '') as scope_name,
  cast(s.cost as double) as value,
  greatest(cast(:usual_usd as double), cast(coalesce(k.cost, 0) as double)) as baseline,
  coalesce(k.n, 0) as baseline_n,
  cast(null as double) as spread,
  cast(s.cost as double) as floor_value,
  -- Of a day that is over its ceiling only hours that go on like that are bad; what the day cost before is not counted twice.
  :period = 'hour' or 24 * cast(s.hour_cost as double) > greatest(cast(:usual_usd as double), cast(coalesce(k.cost, 0) as double)) as sustained,
  cast(least(s.hour_cost, s.cost - coalesce(k.cost, 0)) as decimal(38,12)) as dollars,
  case when s.first_team = s.last_team then s.last_team end as team,
  case when s.first_account = s.last_account then s.last_account end as account_id,
  cast(s.calls as bigint) as calls
from spent s
left join known k
  on k.dt = s.dt
where s.cost > greatest(cast(:usual_usd as double), cast(coalesce(k.cost, 0) as double))
  and date_add('hour', 1, s.started) > :from
  and date_add('hour', 1, s.started) <= :to
order by 1, 4
