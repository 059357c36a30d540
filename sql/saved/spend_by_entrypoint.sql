-- Spend by entrypoint
-- What do the terminal, the editor, scripts and agents cost?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column entrypoint varchar How the client was started: cli, sdk-cli, sdk-ts, claude-vscode and so on
-- @include traced_measures
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
select
  coalesce(t.entrypoint, '(unknown)') as entrypoint,
  -- @include traced_measures
  -- @include known_cost_of_calls of=t | then=
from traced_calls t
where t.dt between :from and :to
group by coalesce(t.entrypoint, '(unknown)')
order by 7 desc, 1
