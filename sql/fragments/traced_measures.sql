-- Traced measures
-- What a saved query says of the work of clients, from traced_calls t.
-- @column sessions bigint Sessions
-- @column calls bigint Calls
-- @column unlogged bigint Calls that are in no log, and in no dollar here
-- @column output_tokens bigint Completion tokens of the calls in the log
-- @column thinking_tokens bigint Of them, of extended thinking, where bodies tell
count(distinct t.session_id) as sessions,
count(*) as calls,
count_if(t.seen = 'client') as unlogged,
cast(coalesce(sum(t.output_tokens), 0) as bigint) as output_tokens,
cast(coalesce(sum(t.thinking_tokens), 0) as bigint) as thinking_tokens,
