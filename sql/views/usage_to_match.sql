-- Usage to match
-- Hourly usage as reconciliation holds it against the bill: with the normal form of its principal, the model that the bill knows, and whether its line may still come.
-- @reads hourly_usage, principal_keys, usage_types, bill_ends, profile_models, attribution_sources
-- @column dt date UTC day
-- @column hour integer UTC hour, 0 to 23
-- @column account_id varchar Account
-- @column region varchar Region that was called
-- @column routing varchar in-region, geo or global; null when unknown
-- @column service_tier varchar Service tier as logged
-- @column model_id varchar Model id, profile id or ARN as logged
-- @column vendor varchar Model maker
-- @column model varchar Model; the profile's ARN where neither log nor bill know its model
-- @column logged_model varchar Model as logged
-- @column model_tier varchar premium, standard or fast
-- @column principal_arn varchar IAM identity as logged
-- @column principal_key varchar Its normal form
-- @column role_key varchar The same without the session
-- @column principal_type varchar Kind of principal
-- @column principal_name varchar User, role or permission set
-- @column person varchar The human behind the principal
-- @column team varchar Team, or unattributed
-- @column cost_center varchar Cost center
-- @column environment varchar Environment
-- @column feature varchar Feature or application
-- @column attribution_source varchar What named the team
-- @column attribution_place bigint Place of that source in attribution_sources
-- @column invocations bigint Calls
-- @column uncounted bigint Calls with nothing to multiply
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache
-- @column total_tokens bigint All five token counts
-- @column input_cost decimal(38,12) Estimated USD of input tokens
-- @column output_cost decimal(38,12) Estimated USD of output tokens and generated media
-- @column cache_read_cost decimal(38,12) Estimated USD of cache reads
-- @column cache_write_cost decimal(38,12) Estimated USD of cache writes
-- @column late boolean Logged so shortly before the end of the bill that what no line explains may still come
-- @column pending boolean Logged later than the bill reaches: it is on no line yet
-- @column before_bill boolean Of a day before the bill begins, or without any bill
select
  u.dt, u.hour, u.account_id, u.region, u.routing, u.service_tier, u.model_id, u.vendor, u.model, u.logged_model, u.model_tier, u.principal_arn,
  u.principal_key, u.role_key, u.principal_type, u.principal_name, u.person, u.team, u.cost_center, u.environment, u.feature, u.attribution_source,
  u.attribution_place, u.invocations, u.uncounted, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_5m_tokens,
  u.cache_write_1h_tokens, u.total_tokens, u.input_cost, u.output_cost, u.cache_read_cost, u.cache_write_cost,
  coalesce(u.logged_at >= u.late_from, false) as late,
  coalesce(u.logged_at >= u.late_from and u.logged_at >= u.own_end, false) as pending,
  coalesce(u.dt < u.first_day, true) as before_bill
from (
  select
    h.dt, h.hour, h.account_id, h.region, h.routing, h.service_tier, h.model_id, h.vendor, h.model_tier, h.principal_arn, h.principal_type,
    h.principal_name, h.person, h.team, h.cost_center, h.environment, h.feature, h.attribution_source, h.invocations, h.uncounted, h.input_tokens,
    h.output_tokens, h.cache_read_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens, h.total_tokens, h.input_cost, h.output_cost,
    h.cache_read_cost, h.cache_write_cost,
    k.principal_key,
    k.role_key,
    h.model as logged_model,
    case when h.model like 'arn:%' then coalesce(p.model, h.model) else h.model end as model,
    case when h.team = 'unattributed' then 2000000 else coalesce(a.place, 0) end as attribution_place,
    date_add('hour', h.hour, cast(h.dt as timestamp)) as logged_at,
    cast(coalesce(c.own_end, w.own_end, e.own_end) as timestamp) as own_end,
    cast(coalesce(c.late_from, w.late_from, e.late_from) as timestamp) as late_from,
    e.first_day
  from hourly_usage h
  left join (
    select t.model, max(t.billing_entity) as seller, '*' as everywhere
    from usage_types t
    where t.charge_kind = 'token'
    group by t.model
    having count(distinct t.billing_entity) = 1
  ) s
    on s.model = h.model
  left join bill_ends c
    on c.account_id = h.account_id
    and c.seller = s.seller
  left join bill_ends w
    on w.account_id = s.everywhere
    and w.seller = s.seller
  left join (
    select b.first_day, b.own_end, b.late_from
    from bill_ends b
    where b.account_id = '*'
      and b.seller = '*'
  ) e
    on true
  left join principal_keys k
    on k.principal_arn = h.principal_arn
  left join profile_models p
    on p.resource_id = h.inference_profile
  left join attribution_sources a
    on a.name = h.attribution_source
) u
