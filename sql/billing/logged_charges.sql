-- Logged charges
-- Every logged token and its estimated dollars in exactly one row: billed, not yet billed, or logged but not billed.
-- @param from date First day
-- @param to date Last day
-- @reads charge_groups, charge_matches, billed_charges
-- @column dt date UTC day
-- @column status varchar billed, not_yet_billed or logged_not_billed
-- @column account_id varchar Account
-- @column region varchar Region that was called
-- @column principal_arn varchar IAM identity as logged
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column person varchar The human behind the principal
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column model varchar Model
-- @column token_type varchar Token type as logged
-- @column routing varchar in-region, geo or global
-- @column service_tier varchar Service tier as logged
-- @column tokens bigint Logged tokens
-- @column estimated_cost decimal(38,12) Estimated USD
with explained as (
  select m.log_dt as dt, m.log_id, sum(m.tokens) as tokens
  from charge_matches m
  where m.log_dt between :from and :to
    and m.dt between :from and cast(date_add('day', 1, :to) as date)
  group by m.log_dt, m.log_id
),
billed_units as (
  -- Images and the like: billed by the piece on the same day.
  select distinct b.dt, b.account_id, b.model
  from billed_charges b
  where b.charge_kind = 'not_token'
    and b.model is not null
    and b.dt between :from and :to
    and b.period between date_format(cast(:from as date), '%Y-%m') and date_format(date_add('day', 100, cast(:to as date)), '%Y-%m')
),
billed_capacity as (
  -- Provisioned, reserved and imported models are billed by the hour; their calls are covered by the month's hours.
  select distinct b.period, b.account_id, b.service_tier
  from billed_charges b
  where b.charge_kind = 'not_token'
    and b.service_tier is not null
    and b.period between date_format(cast(:from as date), '%Y-%m') and date_format(cast(:to as date), '%Y-%m')
),
measured as (
  select
    g.*,
    case
      when e.tokens is not null then e.tokens
      when g.pending then 0
      when c.account_id is not null then greatest(g.tokens, 1)
      when g.tokens = 0 and u.model is not null then 1
      else 0
    end as explained,
    greatest(g.tokens, 1) as parts,
    cast(g.estimated_cost * 1000000000000 as decimal(38,0)) as pico
  from charge_groups g
  left join explained e
    on e.dt = g.dt
    and e.log_id = g.id
  left join billed_units u
    on u.dt = g.dt
    and u.account_id = g.account_id
    and u.model = g.model
  left join billed_capacity c
    on c.period = date_format(g.dt, '%Y-%m')
    and c.account_id = g.account_id
    and c.service_tier = g.service_tier
  where g.side = 'log'
    and g.dt between :from and :to
),
halves as (
  -- One half is computed and the other is what is left, so that both always add up.
  select
    m.*,
    case
      when m.explained >= m.parts then m.pico
      else cast(floor(cast(m.pico * m.explained as double) / cast(m.parts as double)) as decimal(38,0))
    end as explained_pico
  from measured m
),
statuses as (
  select
    h.*,
    v.status,
    case v.status when 'billed' then h.explained else h.parts - h.explained end as share,
    case v.status when 'billed' then least(h.explained, h.tokens) else h.tokens - least(h.explained, h.tokens) end as status_tokens,
    case v.status when 'billed' then h.explained_pico else h.pico - h.explained_pico end as status_pico
  from halves h
  cross join (values ('billed'), ('not_yet_billed'), ('logged_not_billed')) as v (status)
  where v.status = 'billed'
    or (v.status = 'not_yet_billed' and h.late)
    or (v.status = 'logged_not_billed' and not h.late)
)
select
  s.dt,
  s.status,
  s.account_id,
  s.region,
  s.principal_arn,
  s.principal_type,
  s.principal_name,
  s.person,
  s.team,
  s.cost_center,
  s.model,
  s.token_type,
  s.routing,
  s.service_tier,
  cast(sum(s.status_tokens) as bigint) as tokens,
  cast(sum(s.status_pico) * 0.000000000001 as decimal(38,12)) as estimated_cost
from statuses s
where s.share > 0
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
