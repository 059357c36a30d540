-- Whether a source has rows
-- One row where the source has any, none where it is empty: why a question about it has no answer.
-- @param source varchar Table or view
-- @reads kiro_usage, kiro_charges, trail_events, batch_records, telemetry_objects, traced_calls, cur_line_items, service_counts, quarantine, alerts, hourly_usage
-- @column there integer 1
(select 1 as there from kiro_usage where :source = 'kiro_usage' limit 1)
union all
(select 1 as there from kiro_charges where :source = 'kiro_charges' limit 1)
union all
(select 1 as there from trail_events where :source = 'trail_events' limit 1)
union all
(select 1 as there from batch_records where :source = 'batch_records' limit 1)
union all
(select 1 as there from telemetry_objects where :source = 'telemetry_objects' limit 1)
union all
(select 1 as there from traced_calls where :source = 'traced_calls' limit 1)
union all
(select 1 as there from cur_line_items where :source = 'cur_line_items' limit 1)
union all
(select 1 as there from service_counts where :source = 'service_counts' limit 1)
union all
(select 1 as there from quarantine where :source = 'quarantine' limit 1)
union all
(select 1 as there from alerts where :source = 'alerts' limit 1)
union all
(select 1 as there from hourly_usage where :source = 'hourly_usage' limit 1)
