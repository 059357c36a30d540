-- Spend by client version
-- Which versions of the clients are in use, and what do they cost?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column client_version varchar Client and version
-- @column sessions bigint Sessions
-- @column calls bigint Calls
-- @column unlogged bigint Calls that are in no log, and in no dollar here
-- @column output_tokens bigint Completion tokens of the calls in the log
-- @column thinking_tokens bigint Of them, of extended thinking, where bodies tell
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
select
  coalesce(t.client, '(unknown)') || ' ' || coalesce(t.client_version, '(unknown)') as client_version,
  count(distinct t.session_id) as sessions,
  count(*) as calls,
  count_if(t.seen = 'client') as unlogged,
  cast(coalesce(sum(t.output_tokens), 0) as bigint) as output_tokens,
  cast(coalesce(sum(t.thinking_tokens), 0) as bigint) as thinking_tokens,
  -- @include known_cost_of_calls of=t | then=
from traced_calls t
where t.dt between :from and :to
group by coalesce(t.client, '(unknown)') || ' ' || coalesce(t.client_version, '(unknown)')
order by 7 desc, 1
