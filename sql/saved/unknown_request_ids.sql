-- Request ids that no log knows
-- Which clients name request ids that are in no log two days later, as they do behind a gateway?
-- @param before date=2999-12-31 Calls before this day; give the day before yesterday
-- @reads traced_calls
-- @column scope varchar Instrumentation
-- @column client_version varchar Version of the client
-- @column provider varchar bedrock, mantle, or what the client says
-- @column calls bigint Calls with a request id that is in no log
-- @column known bigint Calls of the same clients whose request id is
-- @column first_at timestamp First of them, UTC
-- @column last_at timestamp Last of them, UTC
select
  coalesce(t.scope, '(unknown)') as scope,
  coalesce(t.client_version, '(unknown)') as client_version,
  coalesce(t.provider, '(unknown)') as provider,
  count_if(t.match <> 'request_id') as calls,
  count_if(t.match = 'request_id') as known,
  min(case when t.match <> 'request_id' then t.event_time end) as first_at,
  max(case when t.match <> 'request_id' then t.event_time end) as last_at
from traced_calls t
where t.dt < :before
  and t.client_request_id is not null
group by coalesce(t.scope, '(unknown)'), coalesce(t.client_version, '(unknown)'), coalesce(t.provider, '(unknown)')
having count_if(t.match <> 'request_id') > 0
order by 4 desc, 1, 2, 3
