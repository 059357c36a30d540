-- Logged usage by month
-- Every month of the log with a fingerprint of all that reconciliation reads of its hours, the end of the bill included as far as it lies in them.
-- @param from date=1970-01-01 First day
-- @param to date=9999-12-31 Last day
-- @reads usage_to_match
-- @column month varchar YYYY-MM
-- @column to_reconcile boolean Whether any of its days is one of the bill or later
-- @column fingerprint varchar Changes with the hours, in whatever order they come; each engine has its own
select
  date_format(h.dt, '%Y-%m') as month,
  count_if(not h.before_bill) > 0 as to_reconcile,
  to_hex(checksum(row(
    h.dt, h.hour, h.account_id, h.region, h.routing, h.service_tier, h.model_id, h.vendor, h.model, h.logged_model, h.model_tier, h.principal_arn,
    h.principal_type, h.principal_name, h.person, h.team, h.cost_center, h.environment, h.feature, h.attribution_source, h.attribution_place,
    h.invocations, h.uncounted, h.input_tokens, h.output_tokens, h.cache_read_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens,
    h.total_tokens, h.input_cost, h.output_cost, h.cache_read_cost, h.cache_write_cost, h.late, h.pending, h.before_bill
  ))) as fingerprint
from usage_to_match h
where h.dt between :from and :to
group by date_format(h.dt, '%Y-%m')
order by 1
