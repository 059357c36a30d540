-- Spend by client
-- Which applications call, in which version, and how was that learned: from their telemetry, from the request or from the user agent in CloudTrail?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads call_clients
-- @column client varchar Client, for example claude-code or boto3; (unknown)
-- @column client_version varchar Its version
-- @column entrypoint varchar How Claude Code was started
-- @column told_by varchar event, body, user_agent or none
-- @column calls bigint Logged calls
-- @column people bigint Distinct persons
-- @column estimated_cost decimal(38,12) Estimated USD; null where nobody knows them
select
  coalesce(c.client, '(unknown)') as client,
  coalesce(c.client_version, '(unknown)') as client_version,
  coalesce(c.entrypoint, '(unknown)') as entrypoint,
  c.told_by,
  count(*) as calls,
  count(distinct c.person) as people,
  -- @include known_cost_of_calls of=c | then=
from call_clients c
where c.dt between :from and :to
group by
  coalesce(c.client, '(unknown)'),
  coalesce(c.client_version, '(unknown)'),
  coalesce(c.entrypoint, '(unknown)'),
  c.told_by
order by
  7 desc,
  1,
  2,
  3,
  4
