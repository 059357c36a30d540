-- Charge groups
-- The two sides that reconciliation brings together, by day: groups of billed token lines (side bill) and groups of logged tokens (side log).
-- @param from date First day, of a month: accounts that are billed by the month meet the bill there
-- @param to date Last day, of a month
-- @param tolerance_usd decimal(38,12)=0.000001 Difference of a line to quantity times rate that counts as rounding
-- @reads billed_charges, hourly_usage, usage_to_match, principals
-- @column dt date UTC day; the month's first for accounts that are billed in lines of a month
-- @column side varchar bill or log
-- @column id bigint Number of the group within its day
-- @column usage_dt date Day of the usage, which dt is too unless the line corrects usage of more than 100 days before its billing period
-- @column statement_dt date Day that the dollars count for on the statement: within the billing period; null on the log side
-- @column period varchar Billing period; null on the log side
-- @column account_id varchar Account
-- @column region varchar Region that was called
-- @column principal_key varchar Normal form of the principal; null when there is none
-- @column role_key varchar Normal form without the session
-- @column principal_arn varchar IAM identity
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column person varchar The human behind the principal
-- @column team varchar Team; on the bill side what the lines themselves name, null for none; on the log side unattributed for none
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column attribution_source varchar What named the team
-- @column attribution_place bigint Place of that source in attribution_sources; null on the bill side where nothing named one
-- @column tag_set varchar Tags and cost categories of the lines that attribution looks at; null where there are none and on the log side
-- @column payer_account_id varchar Account that pays; null on the log side, as the next four
-- @column billing_entity varchar AWS or AWS Marketplace
-- @column product_code varchar Product code as billed
-- @column usage_type varchar Usage type as billed
-- @column resource_id varchar Resource as billed
-- @column vendor varchar Model maker; null on the bill side
-- @column model varchar Model
-- @column model_tier varchar premium, standard or fast; null on the bill side
-- @column token_type varchar input, output, cache_read, cache_write_5m or cache_write_1h
-- @column routing varchar in-region, geo or global; null on the bill where it does not say
-- @column service_tier varchar on-demand, flex, priority, batch, reserved and so on
-- @column endpoint varchar runtime, mantle or batch; null on the log side
-- @column context_class varchar standard or long; null on the log side
-- @column pending boolean Logged later than the bill reaches: it is on no line yet
-- @column late boolean Logged so shortly before the end of the bill that what no line explains may still come
-- @column tokens bigint Tokens of the group
-- @column dark_tokens bigint Billed tokens in hours without any log of that account and region
-- @column edge_tokens bigint Of the tokens, those billed in the day's first hour (of daily lines: all) or logged in its last: a call may run over midnight
-- @column lines bigint Bill lines of the group
-- @column billed_cost decimal(38,12) Billed USD
-- @column net_cost decimal(38,12) Billed USD with discounts spread into the lines
-- @column public_cost decimal(38,12) USD at public prices
-- @column price_excess decimal(38,12) Billed USD beyond quantity times rate
-- @column estimated_cost decimal(38,12) Estimated USD of logged tokens
-- @column cur_version varchar Delivery that the bill comes from
with log_hours as (
  select distinct h.account_id, h.region, h.dt, h.hour
  from hourly_usage h
  where h.dt between :from and :to
),
log_days as (
  select distinct h.account_id, h.region, h.dt
  from log_hours h
),
log_months as (
  select distinct h.account_id, h.region, date_format(h.dt, '%Y-%m') as month
  from log_hours h
),
bill as (
  select
    -- Older usage meets no log: it stays with its statement, so that a statement needs no more than the groups of 100 days before it.
    case when b.dt between date_add('day', -100, b.statement_dt) and b.statement_dt then b.dt else b.statement_dt end as dt,
    b.dt as usage_dt, b.statement_dt, b.usage_start, b.usage_end, b.period, b.account_id, b.region, b.principal_arn, b.principal_key, b.role_key, b.model,
    b.token_type, b.routing, b.service_tier, b.endpoint, b.context_class, b.tokens, b.usage_amount, b.unblended_rate, b.billed_cost, b.net_cost,
    b.public_cost, b.resource_id, b.cur_version, b.payer_account_id, b.billing_entity, b.product_code, b.usage_type,
    b.person, b.team, b.cost_center, b.environment, b.feature, b.attribution_source, b.attribution_place, b.tag_set,
    case when b.usage_end <= date_add('hour', 1, b.usage_start) then b.hour end as only_hour,
    case when b.usage_end > date_add('hour', 1, b.usage_start) and b.usage_end <= date_add('day', 1, b.usage_start) then b.dt end as whole_day,
    case when b.usage_end > date_add('day', 1, b.usage_start) then date_format(b.usage_start, '%Y-%m') end as whole_month
  from billed_charges b
  where b.charge_kind = 'token'
    -- Statements that may have groups on these days.
    and b.period between date_format(cast(:from as date), '%Y-%m') and date_format(date_add('day', 100, cast(:to as date)), '%Y-%m')
),
monthly as (
  -- Accounts and months of which the bill has no line of a day or less: log and bill meet by month.
  select b.account_id, date_format(b.usage_start, '%Y-%m') as month
  from bill b
  where b.usage_dt between :from and :to
  group by b.account_id, date_format(b.usage_start, '%Y-%m')
  having count(*) = count(b.whole_month)
),
billed as (
  select
    b.dt,
    b.period,
    b.account_id,
    b.principal_key,
    b.role_key,
    b.model,
    b.token_type,
    b.routing,
    b.service_tier,
    b.endpoint,
    b.context_class,
    b.region,
    b.cur_version,
    b.usage_dt,
    b.statement_dt,
    b.payer_account_id,
    b.billing_entity,
    b.product_code,
    b.usage_type,
    b.resource_id,
    -- Lines of one session may carry several tag sets: who pays is part of what makes a group.
    b.person,
    b.team,
    b.cost_center,
    b.environment,
    b.feature,
    b.attribution_source,
    b.attribution_place,
    b.tag_set,
    min(b.principal_arn) as principal_arn,
    sum(coalesce(b.tokens, 0)) as tokens,
    sum(case when b.endpoint = 'runtime' and h.account_id is null and d.account_id is null and n.account_id is null and b.region is not null then coalesce(b.tokens, 0) else 0 end) as dark_tokens,
    sum(case when b.only_hour = 0 or b.whole_day is not null then coalesce(b.tokens, 0) else 0 end) as edge_tokens,
    sum(b.billed_cost) as billed_cost,
    sum(b.net_cost) as net_cost,
    sum(coalesce(b.public_cost, b.billed_cost)) as public_cost,
    sum(
      case
        when abs(b.billed_cost - cast(b.usage_amount * b.unblended_rate as decimal(38,12))) > :tolerance_usd + abs(b.billed_cost) * 0.000001
          then b.billed_cost - cast(b.usage_amount * b.unblended_rate as decimal(38,12))
        else 0
      end
    ) as price_excess,
    count(*) as lines
  from bill b
  left join log_hours h
    on h.account_id = b.account_id
    and h.region = b.region
    and h.dt = b.dt
    and h.hour = b.only_hour
  left join log_days d
    on d.account_id = b.account_id
    and d.region = b.region
    and d.dt = b.whole_day
  left join log_months n
    on n.account_id = b.account_id
    and n.region = b.region
    and n.month = b.whole_month
  where b.dt between :from and :to
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
),
logged_hours as (
  select
    h.*,
    case when m.account_id is null then h.dt else cast(date_trunc('month', h.dt) as date) end as match_dt,
    cast(h.cache_write_cost * 1000000000000 as decimal(38,0)) * (8 * h.cache_write_1h_tokens) as long_writes,
    nullif(cast(5 * h.cache_write_5m_tokens + 8 * h.cache_write_1h_tokens as decimal(38,0)), 0) as all_writes
  from usage_to_match h
  left join monthly m
    on m.account_id = h.account_id
    and m.month = date_format(h.dt, '%Y-%m')
  where h.dt between :from and :to
    and not h.before_bill
),
logged_writes as (
  -- Hourly sums keep one cost for both cache writes; a 1-hour write costs 2 and a 5-minute write 1.25 times the input price, so 8 to 5.
  select
    h.*,
    coalesce(cast(cast(round((h.long_writes - h.long_writes % h.all_writes) / h.all_writes) as decimal(38,0)) * 0.000000000001 as decimal(38,12)), 0) as long_write_cost
  from logged_hours h
),
logged_days as (
  select
    h.match_dt as dt,
    h.account_id,
    h.principal_key,
    h.role_key,
    h.model,
    h.routing,
    h.service_tier,
    h.region,
    h.principal_arn,
    h.principal_type,
    h.principal_name,
    h.person,
    h.team,
    h.cost_center,
    h.environment,
    h.feature,
    h.attribution_source,
    h.attribution_place,
    h.vendor,
    h.model_tier,
    h.pending,
    h.late,
    sum(h.input_tokens) as input_tokens,
    sum(h.output_tokens) as output_tokens,
    sum(h.cache_read_tokens) as cache_read_tokens,
    sum(h.cache_write_5m_tokens) as cache_write_5m_tokens,
    sum(h.cache_write_1h_tokens) as cache_write_1h_tokens,
    sum(case when h.hour = 23 and h.match_dt = h.dt then h.input_tokens else 0 end) as input_edge,
    sum(case when h.hour = 23 and h.match_dt = h.dt then h.output_tokens else 0 end) as output_edge,
    sum(case when h.hour = 23 and h.match_dt = h.dt then h.cache_read_tokens else 0 end) as cache_read_edge,
    sum(case when h.hour = 23 and h.match_dt = h.dt then h.cache_write_5m_tokens else 0 end) as cache_write_5m_edge,
    sum(case when h.hour = 23 and h.match_dt = h.dt then h.cache_write_1h_tokens else 0 end) as cache_write_1h_edge,
    sum(h.input_cost) as input_cost,
    sum(h.output_cost) as output_cost,
    sum(h.cache_read_cost) as cache_read_cost,
    sum(h.cache_write_cost) as cache_write_cost,
    sum(h.long_write_cost) as long_write_cost
  from logged_writes h
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22
),
logged as (
  select
    d.*,
    t.token_type,
    case t.token_type
      when 'input' then d.input_tokens
      when 'output' then d.output_tokens
      when 'cache_read' then d.cache_read_tokens
      when 'cache_write_5m' then d.cache_write_5m_tokens
      else d.cache_write_1h_tokens
    end as tokens,
    case t.token_type
      when 'input' then d.input_edge
      when 'output' then d.output_edge
      when 'cache_read' then d.cache_read_edge
      when 'cache_write_5m' then d.cache_write_5m_edge
      else d.cache_write_1h_edge
    end as edge_tokens,
    case t.token_type
      when 'input' then d.input_cost
      when 'output' then d.output_cost
      when 'cache_read' then d.cache_read_cost
      when 'cache_write_5m' then d.cache_write_cost - d.long_write_cost
      else d.long_write_cost
    end as estimated_cost
  from logged_days d
  cross join (values ('input'), ('output'), ('cache_read'), ('cache_write_5m'), ('cache_write_1h')) as t (token_type)
),
sides as (
  select
    b.dt, 'bill' as side, b.usage_dt, b.statement_dt, b.period, b.account_id, b.region, b.principal_key, b.role_key, b.principal_arn,
    p.principal_type, p.principal_name, coalesce(b.person, p.person) as person, b.team, b.cost_center,
    b.environment, b.feature, b.attribution_source, b.attribution_place, b.tag_set,
    b.payer_account_id, b.billing_entity, b.product_code, b.usage_type, b.resource_id, cast(null as varchar) as vendor, b.model,
    cast(null as varchar) as model_tier, b.token_type, b.routing, b.service_tier, b.endpoint, b.context_class,
    false as pending, false as late, b.tokens, b.dark_tokens, b.edge_tokens, b.lines, b.billed_cost, b.net_cost, b.public_cost, b.price_excess,
    cast(0 as decimal(38,12)) as estimated_cost,
    b.cur_version
  from billed b
  left join principals p
    on p.principal_arn = b.principal_arn
  union all
  select
    l.dt, 'log', l.dt, cast(null as date), cast(null as varchar), l.account_id, l.region, l.principal_key, l.role_key, l.principal_arn,
    l.principal_type, l.principal_name, l.person, l.team, l.cost_center, l.environment, l.feature, l.attribution_source,
    l.attribution_place, cast(null as varchar),
    cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar), l.vendor, l.model,
    l.model_tier, l.token_type, l.routing, l.service_tier, cast(null as varchar), cast(null as varchar), l.pending, l.late,
    l.tokens, 0, l.edge_tokens, 0, cast(0 as decimal(38,12)), cast(0 as decimal(38,12)), cast(0 as decimal(38,12)),
    cast(0 as decimal(38,12)), l.estimated_cost,
    cast(null as varchar)
  from logged l
  where l.tokens > 0
    or l.estimated_cost > 0
)
select
  s.dt, s.side,
  row_number() over (
    partition by s.dt
    order by
      s.side, s.account_id, s.principal_key, s.principal_arn, s.model, s.token_type, s.routing, s.service_tier, s.endpoint, s.context_class,
      s.region, s.period, s.usage_dt, s.cur_version, s.person, s.team, s.cost_center, s.environment, s.feature, s.vendor, s.model_tier, s.principal_type,
      s.principal_name, s.pending, s.late, s.attribution_source, s.payer_account_id, s.billing_entity, s.product_code, s.usage_type, s.resource_id, s.statement_dt, s.tag_set
  ) as id,
  s.usage_dt, s.statement_dt, s.period, s.account_id, s.region, s.principal_key, s.role_key, s.principal_arn, s.principal_type, s.principal_name,
  s.person, s.team, s.cost_center, s.environment, s.feature, s.attribution_source, cast(s.attribution_place as bigint) as attribution_place, s.tag_set,
  s.payer_account_id, s.billing_entity, s.product_code, s.usage_type, s.resource_id, s.vendor, s.model, s.model_tier, s.token_type, s.routing,
  s.service_tier, s.endpoint, s.context_class, s.pending, s.late, cast(s.tokens as bigint) as tokens,
  cast(s.dark_tokens as bigint) as dark_tokens, cast(s.edge_tokens as bigint) as edge_tokens, cast(s.lines as bigint) as lines,
  cast(s.billed_cost as decimal(38,12)) as billed_cost, cast(s.net_cost as decimal(38,12)) as net_cost,
  cast(s.public_cost as decimal(38,12)) as public_cost, cast(s.price_excess as decimal(38,12)) as price_excess,
  cast(s.estimated_cost as decimal(38,12)) as estimated_cost,
  s.cur_version
from sides s
order by 1, 3
