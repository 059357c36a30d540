-- Signs of a stolen key
-- Points for what a principal did in a day that was never done before: a principal, a region of its account or a model that is new, calls that were denied, then volume. No single sign pages; taken together they are how stolen keys are used.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param denials integer=4 Denied calls that count as probing
-- @param volume_usd double=50 Dollars a day that count as volume
-- @param min_history integer=7 Days with usage in the four weeks before, until which nothing is new
-- @reads hourly_usage
-- @column tick timestamp End of an hour in which there was something new
-- @column since timestamp Start of the first hour of it, at most a day before
-- @column scope varchar principal
-- @column scope_name varchar Principal ARN that was seen first
-- @column value double Points: one each for a new principal, a new region, a new model, a known user with long-lived keys, and volume; two for denials
-- @column baseline double Always null
-- @column baseline_n bigint Days with usage in the four weeks before
-- @column spread double Always null
-- @column floor_value double Dollars of what is new
-- @column dollars decimal(38,12) Dollars of what is new
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User or role
-- @column new_principal boolean Whether the principal was never seen before
-- @column new_region varchar A region in which the account never called before; null with none
-- @column new_model varchar A model that nobody called before; null with none
-- @column denied bigint Calls that were denied
-- @column answered bigint Calls that were answered
with hours as (
  select
    coalesce(h.account_id, '') as account_id,
    coalesce(h.principal_type, '') as principal_type,
    -- Sessions of a role come and go; the role stays.
    coalesce(h.principal_name, h.principal_arn) as principal_name,
    h.region,
    h.model,
    date_add('hour', h.hour, cast(h.dt as timestamp)) as started,
    min(h.principal_arn) as principal_arn,
    case when min(h.team) = max(h.team) then max(h.team) end as team,
    sum(h.invocations - h.errors) as answered,
    sum(coalesce(h.denied, 0)) as denied,
    sum(h.estimated_cost) as cost
  from hourly_usage h
  where h.dt >= cast(date_add('day', -31, :from) as date)
    and h.dt <= cast(:to as date)
    and h.principal_arn is not null
  group by 1, 2, 3, 4, 5, 6
),
marked as (
  select
    h.account_id,
    h.principal_type,
    h.principal_name,
    h.principal_arn,
    h.region,
    h.model,
    h.started,
    h.team,
    h.answered,
    h.denied,
    h.cost,
    min(h.started) over (partition by h.account_id, h.principal_type, h.principal_name) as principal_since,
    min(h.started) over (partition by h.account_id, h.region) as region_since,
    min(h.started) over (partition by h.model) as model_since
  from hours h
),
fresh as (
  select
    m.account_id,
    m.principal_type,
    m.principal_name,
    m.principal_arn,
    m.started,
    m.team,
    m.answered,
    m.denied,
    m.cost,
    date_diff('hour', m.principal_since, m.started) < 24 as new_principal,
    case when date_diff('hour', m.region_since, m.started) < 24 then m.region end as new_region,
    case when date_diff('hour', m.model_since, m.started) < 24 then m.model end as new_model
  from marked m
  where date_diff('hour', m.principal_since, m.started) < 24
    or date_diff('hour', m.region_since, m.started) < 24
    or date_diff('hour', m.model_since, m.started) < 24
),
ticks as (
  select distinct
    f.account_id,
    f.principal_type,
    f.principal_name,
    date_add('hour', 1, f.started) as tick
  from fresh f
  where date_add('hour', 1, f.started) > :from
    and date_add('hour', 1, f.started) <= :to
),
signs as (
  select
    t.tick,
    t.account_id,
    t.principal_type,
    t.principal_name,
    min(f.started) as since,
    min_by(f.principal_arn, row(f.started, f.principal_arn)) as principal_arn,
    case when min(f.team) = max(f.team) then max(f.team) end as team,
    count_if(f.new_principal) > 0 as new_principal,
    max(f.new_region) as new_region,
    max(f.new_model) as new_model,
    sum(f.denied) as denied,
    sum(f.answered) as answered,
    coalesce(sum(f.cost), 0) as cost
  from ticks t
  join fresh f
    on f.account_id = t.account_id
    and f.principal_type = t.principal_type
    and f.principal_name = t.principal_name
    and f.started < t.tick
    and f.started >= date_add('hour', -24, t.tick)
  group by 1, 2, 3, 4
),
days as (
  select distinct
    cast(h.started as date) as used_on
  from hours h
),
known as (
  select
    t.tick,
    count(d.used_on) as n
  from (
    select distinct
      x.tick
    from ticks x
  ) t
  join days d
    on d.used_on < cast(date_add('hour', -24, t.tick) as date)
    and d.used_on >= cast(date_add('day', -29, t.tick) as date)
  group by 1
)
select
  s.tick,
  s.since,
  'principal' as scope,
  s.principal_arn as scope_name,
  cast(
    case when s.new_principal then 1 else 0 end
    + case when s.new_region is not null then 1 else 0 end
    + case when s.new_model is not null then 1 else 0 end
    + case when s.denied >= :denials then 2 else 0 end
    + case when not s.new_principal and s.principal_type = 'user' then 1 else 0 end
    + case when s.cost >= :volume_usd then 1 else 0 end
  as double) as value,
  cast(null as double) as baseline,
  k.n as baseline_n,
  cast(null as double) as spread,
  cast(s.cost as double) as floor_value,
  cast(s.cost as decimal(38,12)) as dollars,
  s.team,
  nullif(s.account_id, '') as account_id,
  nullif(s.principal_type, '') as principal_type,
  s.principal_name,
  s.new_principal,
  s.new_region,
  s.new_model,
  cast(s.denied as bigint) as denied,
  cast(s.answered as bigint) as answered
from signs s
join known k
  on k.tick = s.tick
where k.n >= :min_history
order by 1, 4
