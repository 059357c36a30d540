-- Spend by client version
-- Which versions of the clients are in use, and what do they cost?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column client_version varchar Client and version
-- @include traced_measures
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
select
  coalesce(t.client, '(unknown)') || ' ' || coalesce(t.client_version, '(unknown)') as client_version,
  -- @include traced_measures
  -- @include known_cost_of_calls of=t | then=
from traced_calls t
where t.dt between :from and :to
group by coalesce(t.client, '(unknown)') || ' ' || coalesce(t.client_version, '(unknown)')
order by 7 desc, 1
