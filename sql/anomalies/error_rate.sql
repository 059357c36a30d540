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
with answered_before as (
  select
    h.account_id,
    h.principal_name,
    min(date_add('hour', h.hour, cast(h.dt as timestamp))) as answered_since
  from hourly_usage h
  where h.dt >= cast(date_add('day', -8, :from) as date)
    and h.dt <= cast(:to as date)
    and h.invocations > h.errors
  group by 1, 2
),
seen as (
  select
    c.bucket,
    case
      when :trust_delivery then greatest(coalesce(date_add('minute', 5, c.arrival), c.bucket), date_add('minute', 5, c.bucket))
      else date_add('minute', 5, c.bucket)
    end as arrival,
    c.account_id,
    c.team,
    c.model,
    c.principal_arn,
    c.invocations,
    c.errors,
    c.throttles,
    c.client_errors,
    c.server_errors,
    c.model_errors,
    c.error_cost,
    -- Nothing that worked has stopped working where a principal is denied that was never answered.
    case when b.answered_since < date_trunc('hour', c.bucket) then 0 else c.denied end as hopeless,
    case when b.answered_since < date_trunc('hour', c.bucket) then 0 else c.denied_cost end as hopeless_cost
  from calls_5m c
  left join answered_before b
    on b.account_id = c.account_id
    and b.principal_name = c.principal_name
  where c.dt >= cast(date_add('day', -1, :from) as date)
    and c.dt <= cast(:to as date)
),
callers as (
  select
    s.bucket,
    s.arrival,
    s.account_id,
    s.team,
    s.model,
    s.principal_arn,
    sum(s.invocations - s.hopeless) as calls,
    sum(s.errors - s.hopeless) as failed,
    sum(s.throttles) as throttling,
    sum(s.client_errors - s.hopeless) as client,
    sum(s.server_errors) as server,
    sum(s.model_errors) as model_errors,
    sum(s.error_cost - s.hopeless_cost) as wasted,
    -- A log has no word for a retry. SDKs try three times unless told otherwise, so an answered call stands for at most two throttled attempts before it.
    least(sum(s.throttles), 2 * (sum(s.invocations) - sum(s.errors))) as absorbed
  from seen s
  group by 1, 2, 3, 4, 5, 6
  having sum(s.invocations - s.hopeless) > 0
),
arrived as (
  select
    c.bucket,
    c.arrival,
    c.account_id,
    c.team,
    c.model,
    c.account_id as in_account,
    c.team as in_team,
    sum(c.calls - c.absorbed) as calls,
    sum(c.failed - c.absorbed) as failed,
    sum(c.throttling - c.absorbed) as throttling,
    sum(c.client) as client,
    sum(c.server) as server,
    sum(c.model_errors) as model_errors,
    sum(c.wasted) as wasted,
    sum(c.absorbed) as absorbed
  from callers c
  group by 1, 2, 3, 4, 5
),
scoped as (
  select
    a.bucket,
    a.arrival,
    case
      when grouping(a.account_id) = 0 then 'account'
      when grouping(a.team) = 0 then 'team'
      when grouping(a.model) = 0 then 'model'
      else 'organisation'
    end as scope,
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
windowed as (
  select
    date_add('minute', o.minutes, s.bucket) as ends,
    o.minutes,
    s.arrival,
    s.scope,
    s.scope_key,
    s.team,
    s.account_id,
    s.calls,
    s.failed,
    s.throttling,
    s.client,
    s.server,
    s.model_errors,
    s.wasted,
    s.absorbed
  from scoped s
  cross join unnest(array[5, 10, 15, 20, 25, 30]) as o(minutes)
  where s.scope = 'organisation' or s.scope_key <> ''
),
suspects as (
  select
    w.ends,
    w.scope,
    w.scope_key
  from windowed w
  group by 1, 2, 3
  having sum(w.failed) >= 2
),
due as (
  select distinct
    w.ends,
    w.scope,
    w.scope_key,
    greatest(
      w.arrival,
      date_add('minute', case when e.early = 1 and :early_share > 0 then least(5, :late_minutes) else :late_minutes end, w.ends)
    ) as tick
  from windowed w
  cross join unnest(array[0, 1]) as e(early)
  join suspects s
    on s.ends = w.ends
    and s.scope = w.scope
    and s.scope_key = w.scope_key
  where w.arrival <= date_add('day', 1, w.ends)
),
buckets as (
  select
    d.tick,
    d.ends,
    d.scope,
    d.scope_key,
    w.minutes,
    min(w.team) as first_team,
    max(w.team) as last_team,
    min(w.account_id) as first_account,
    max(w.account_id) as last_account,
    cast(sum(w.calls) as double) as calls,
    cast(sum(w.failed) as double) as failed,
    sum(w.throttling) as throttling,
    sum(w.client) as client,
    sum(w.server) as server,
    sum(w.model_errors) as model_errors,
    coalesce(sum(w.wasted), 0) as wasted,
    sum(w.absorbed) as absorbed,
    -- The worst bucket; of equals the oldest.
    cast(sum(w.failed) as double) / sum(w.calls) + w.minutes * 1e-9 as badness,
    -- Upper end of Wilson's 95 % interval: a bucket speaks against a breach only when it has the calls to do so.
    (sum(w.failed) + 1.92e0 + 1.96e0 * sqrt(cast(sum(w.failed) as double) * (sum(w.calls) - sum(w.failed)) / sum(w.calls) + 0.96e0))
      / (sum(w.calls) + 3.84e0) as upper_end
  from due d
  join windowed w
    on w.ends = d.ends
    and w.scope = d.scope
    and w.scope_key = d.scope_key
    and w.arrival <= d.tick
  where d.tick > :from
    and d.tick <= :to
  group by 1, 2, 3, 4, 5
),
judged as (
  select
    b.tick,
    b.ends,
    b.scope,
    b.scope_key,
    nullif(case when min(b.first_team) = max(b.last_team) then max(b.last_team) end, '') as team,
    nullif(case when min(b.first_account) = max(b.last_account) then max(b.last_account) end, '') as account_id,
    sum(b.calls) filter (where b.minutes <= 15) as calls,
    sum(b.failed) filter (where b.minutes <= 15) as failed,
    sum(b.calls) as calls_30,
    sum(b.failed) as failed_30,
    max_by(b.calls, b.badness) filter (where b.minutes <= 15) as worst_calls,
    max_by(b.failed, b.badness) filter (where b.minutes <= 15) as worst_failed,
    min(b.upper_end) filter (where b.minutes <= 15) as upper_end,
    sum(b.throttling) filter (where b.minutes <= 15) as throttling,
    sum(b.client) filter (where b.minutes <= 15) as client,
    sum(b.server) filter (where b.minutes <= 15) as server,
    sum(b.model_errors) filter (where b.minutes <= 15) as model_errors,
    sum(b.wasted) filter (where b.minutes <= 15) as wasted,
    sum(b.absorbed) filter (where b.minutes <= 15) as absorbed
  from buckets b
  group by 1, 2, 3, 4
  having sum(b.calls) filter (where b.minutes <= 15) > 0
),
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
    case
      when grouping(c.account_id) = 0 then 'account'
      when grouping(c.team) = 0 then 'team'
      when grouping(c.model) = 0 then 'model'
      else 'organisation'
    end as scope,
    coalesce(c.account_id, c.team, c.model, '') as scope_key,
    sum(c.calls - c.absorbed) as calls,
    sum(c.failed - c.absorbed) as failed,
    sum(c.calls) as attempts,
    sum(c.failed) as failed_attempts
  from usual_callers c
  group by grouping sets ((c.dt), (c.dt, c.account_id), (c.dt, c.team), (c.dt, c.model))
  having sum(c.calls - c.absorbed) > 0
),
week as (
  select
    j.day,
    j.scope,
    j.scope_key,
    u.calls,
    u.failed,
    u.attempts,
    u.failed_attempts,
    row_number() over (partition by j.day, j.scope, j.scope_key order by u.failed desc, u.dt) as place,
    count(*) over (partition by j.day, j.scope, j.scope_key) as days
  from (
    select distinct
      cast(x.ends as date) as day,
      x.scope,
      x.scope_key
    from judged x
  ) j
  join usage_days u
    on u.scope = j.scope
    and u.scope_key = j.scope_key
  where date_diff('day', u.dt, j.day) between 1 and 7
),
-- Without its worst days: after an outage the week must not count as usual.
usual as (
  select
    w.day,
    w.scope,
    w.scope_key,
    sum(w.calls) as calls,
    cast(sum(w.failed) as double) / sum(w.calls) as rate,
    -- In an hour more attempts find an answer beside them than in five minutes, so what is usual in a window is not taken for less than the share of attempts.
    cast(sum(w.failed_attempts) as double) / sum(w.attempts) as attempt_rate,
    -- Upper end of Wilson's interval: days without the two worst say little where failures are few.
    (
      sum(w.failed_attempts) + 1.92e0
      + 1.96e0 * sqrt(cast(sum(w.failed_attempts) as double) * (sum(w.attempts) - sum(w.failed_attempts)) / sum(w.attempts) + 0.96e0)
    ) / (sum(w.attempts) + 3.84e0) as attempt_end
  from week w
  where w.place > case when w.days >= 5 then 2 when w.days >= 3 then 1 else 0 end
  group by 1, 2, 3
),
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
