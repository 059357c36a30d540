-- Error rate over fifteen minutes
-- Calls that failed for good (retries made no good of it, and not the denied calls of principals that were never answered) by event time in rolling windows of three five-minute buckets, judged when the window's logs are due and again when late ones arrive; only windows that could be a breach, and the organisation's beside them.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param threshold double=0.1 Share of failed calls that is too much
-- @param evidence double=12 Natural logarithm of how unlikely the failures must be at the usual rate (12: six in a million)
-- @param late_minutes integer=5 Minutes after its end at which a window's logs are due
-- @param early_share double=0 Share of a window's calls that is usually there five minutes after its end; it is judged then, as if all that is missing had succeeded. 0: not before the logs are due
-- @param trust_delivery boolean=true Whether delivered_at tells when a record could be seen; false for copies made later
-- @reads calls_5m, hourly_usage
-- @column tick timestamp When the window is judged
-- @column since timestamp Start of the window
-- @column scope varchar organisation, account, team or model
-- @column scope_name varchar Which one; null for the organisation
-- @column value double Share of calls that failed
-- @column baseline double Share that failed in the week before, without its two worst days
-- @column baseline_n bigint Calls of those days
-- @column spread double Always null
-- @column sustained boolean All through the window, as far as its calls can tell
-- @column floor_value double Calls of the window
-- @column dollars decimal(38,12) Dollars of the failed calls
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Calls, without the absorbed
-- @column failed bigint Calls that failed for good
-- @column throttling bigint Of these, throttled
-- @column client bigint Of these, caused by the caller
-- @column server bigint Of these, caused by the service
-- @column model bigint Of these, caused by the model
-- @column absorbed bigint Throttled attempts beside them that a retry made good
with
-- @include failed_for_good
scoped as (
  select
    a.bucket,
    a.arrival,
    -- @include grouped_scope of=a
    coalesce(a.account_id, a.team, a.model, '') as scope_key,
    -- '' stands for several.
    case when min(a.in_team) = max(a.in_team) then max(a.in_team) else '' end as team,
    case when min(a.in_account) = max(a.in_account) then max(a.in_account) else '' end as account_id,
    sum(a.calls) as calls,
    sum(a.failed) as failed,
    sum(a.throttling) as throttling,
    sum(a.client) as client,
    sum(a.server) as server,
    sum(a.model_errors) as model_errors,
    sum(a.wasted) as wasted,
    sum(a.absorbed) as absorbed
  from arrived a
  group by grouping sets (
    (a.bucket, a.arrival),
    (a.bucket, a.arrival, a.account_id),
    (a.bucket, a.arrival, a.team),
    (a.bucket, a.arrival, a.model)
  )
),
-- @include failing_windows
usual_callers as (
  select
    h.dt,
    h.hour,
    h.account_id,
    h.team,
    h.model,
    h.principal_arn,
    sum(h.invocations) as calls,
    sum(h.errors) as failed,
    least(sum(h.throttles), 2 * (sum(h.invocations) - sum(h.errors))) as absorbed
  from hourly_usage h
  where h.dt >= cast(date_add('day', -8, :from) as date)
    and h.dt <= cast(:to as date)
  group by 1, 2, 3, 4, 5, 6
),
usage_days as (
  select
    c.dt,
    -- @include grouped_scope of=c
    coalesce(c.account_id, c.team, c.model, '') as scope_key,
    sum(c.calls - c.absorbed) as calls,
    sum(c.failed - c.absorbed) as failed,
    sum(c.calls) as attempts,
    sum(c.failed) as failed_attempts
  from usual_callers c
  group by grouping sets ((c.dt), (c.dt, c.account_id), (c.dt, c.team), (c.dt, c.model))
  having sum(c.calls - c.absorbed) > 0
),
-- @include usual_failures
rated as (
  select
    j.tick,
    j.ends,
    j.scope,
    j.scope_key,
    j.calls,
    j.calls_30,
    j.failed / j.calls as rate,
    -- Before the logs are due the calls that are still to come count as if they had succeeded.
    case when j.tick < date_add('minute', :late_minutes, j.ends) then :early_share else 1e0 end * (j.failed / j.calls) as certain_rate,
    j.failed_30 / j.calls_30 as rate_30,
    -- Without its worst bucket the window must still fail noticeably: one bad minute is not fifteen.
    (j.failed - j.worst_failed) / greatest(1e0, j.calls - j.worst_calls) as rest,
    u.calls as usual_calls,
    u.rate as usual_rate,
    least(:threshold / 2, greatest(0.005e0, coalesce(u.attempt_rate, 0.01e0), least(0.01e0, coalesce(u.attempt_end, 0.01e0)))) as expected
  from judged j
  left join usual u
    on u.day = cast(j.ends as date)
    and u.scope = j.scope
    and u.scope_key = j.scope_key
)
select
  j.tick,
  date_add('minute', -15, j.ends) as since,
  j.scope,
  case when j.scope <> 'organisation' then j.scope_key end as scope_name,
  r.rate as value,
  r.usual_rate as baseline,
  coalesce(r.usual_calls, 0) as baseline_n,
  cast(null as double) as spread,
  r.rate > :threshold
    and r.rest >= :threshold / 2
    and j.upper_end >= :threshold
    and r.certain_rate > :threshold
    -- Chernoff's bound: calls x divergence of the seen rate from the expected one.
    and greatest(
      case
        when r.rate <= r.expected then 0e0
        when r.rate >= 1 then r.calls * -ln(r.expected)
        else r.calls * (r.rate * ln(r.rate / r.expected) + (1 - r.rate) * ln((1 - r.rate) / (1 - r.expected)))
      end,
      -- Where calls are few the half hour can be certain of what a quarter cannot.
      case
        when r.rate_30 <= :threshold then 0e0
        when r.rate_30 >= 1 then r.calls_30 * -ln(r.expected)
        else r.calls_30 * (r.rate_30 * ln(r.rate_30 / r.expected) + (1 - r.rate_30) * ln((1 - r.rate_30) / (1 - r.expected)))
      end
    ) >= :evidence as sustained,
  j.calls as floor_value,
  cast(j.wasted as decimal(38,12)) as dollars,
  j.team,
  j.account_id,
  cast(j.calls as bigint) as calls,
  cast(j.failed as bigint) as failed,
  cast(j.throttling as bigint) as throttling,
  cast(j.client as bigint) as client,
  cast(j.server as bigint) as server,
  cast(j.model_errors as bigint) as model,
  cast(j.absorbed as bigint) as absorbed
from judged j
join rated r
  on r.tick = j.tick
  and r.ends = j.ends
  and r.scope = j.scope
  and r.scope_key = j.scope_key
-- The organisation always: it tells what scopes have in common, and whether it is beyond the limit without being certain yet.
where j.scope = 'organisation'
  or (r.rate > :threshold / 4 and (r.certain_rate > :threshold or j.tick >= date_add('minute', :late_minutes, j.ends)))
order by 1, 2, 3, 4
