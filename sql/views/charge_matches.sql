-- Charge matches
-- Which billed tokens are explained by which logged tokens, of the same day or, over midnight, of the day before.
-- @reads bill_matches, midnight_matches
-- @column dt date UTC day that is billed
-- @column bill_id bigint Group on the bill side of charge_groups
-- @column log_dt date UTC day that is logged
-- @column log_id bigint Group on the log side of charge_groups of that day
-- @column match_level varchar At which log and bill met; see bill_matches and midnight_matches
-- @column tokens bigint Tokens of the bill group that the log group explains
select m.dt, m.bill_id, m.dt as log_dt, m.log_id, m.match_level, m.tokens
from bill_matches m
union all
select n.dt, n.bill_id, n.log_dt, n.log_id, n.match_level, n.tokens
from midnight_matches n
