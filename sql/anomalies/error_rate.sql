-- Error rate over fifteen minutes
-- Failed calls by event time in rolling windows of three five-minute buckets, judged when the window's logs are due and again when late ones arrive; only windows that could be a breach.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @param threshold double=0.1 Share of failed calls that is too much
-- @param evidence double=12 Natural logarithm of how unlikely the failures must be at the usual rate (12: six in a million)
-- @param late_minutes integer=5 Minutes after its end at which a window's logs are due
-- @param trust_delivery boolean=true Whether delivered_at tells when a record could be seen; false for copies made later
-- @reads invocations, hourly_usage
-- @column tick timestamp When the window is judged
-- @column since timestamp Start of the window
-- @column scope varchar organisation, account, team or model
-- @column scope_name varchar Which one; null for the organisation
-- @column value double Share of calls that failed
-- @column baseline double Share that failed in the week before
-- @column baseline_n bigint Calls of the week before
-- @column spread double Always null
-- @column sustained boolean All through the window, as far as its calls can tell
-- @column floor_value double Calls of the window
-- @column dollars decimal(38,12) Dollars of the failed calls
-- @column team varchar Team, where there is only one
-- @column account_id varchar Account, where there is only one
-- @column calls bigint Calls
-- @column failed bigint Failed calls
-- @column throttling bigint Of these, throttled
-- @column client bigint Of these, caused by the caller
-- @column server bigint Of these, caused by the service
-- @column model bigint Of these, caused by the model
with seen as (
  select
    date_add('minute', minute(i.event_time) - minute(i.event_time) % 5, date_trunc('hour', i.event_time)) as bucket,
    case
      when :trust_delivery then date_add(
        'minute',
        5 + minute(coalesce(i.delivered_at, i.event_time)) - minute(coalesce(i.delivered_at, i.event_time)) % 5,
        date_trunc('hour', coalesce(i.delivered_at, i.event_time))
      )
    end as arrival,
    i.account_id,
    i.team,
    i.model,
    case when i.status = 'error' then 1 else 0 end as failed,
    case when i.status = 'error' then coalesce(i.error_class, 'unknown') end as error_class,
    case when i.status = 'error' then i.estimated_cost end as wasted
  from invocations i
  where i.dt >= cast(date_add('day', -1, :from) as date)
    and i.dt <= cast(:to as date)
),
arrived as (
  select
    s.bucket,
    greatest(coalesce(s.arrival, s.bucket), date_add('minute', 5, s.bucket)) as arrival,
    s.account_id,
    s.team,
    s.model,
    s.account_id as in_account,
    s.team as in_team,
    count(*) as calls,
    sum(s.failed) as failed,
    count_if(s.error_class = 'throttling') as throttling,
    count_if(s.error_class = 'client') as client,
    count_if(s.error_class = 'server') as server,
    count_if(s.error_class = 'model') as model_errors,
    sum(s.wasted) as wasted
  from seen s
  group by 1, 2, 3, 4, 5, 6, 7
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
    coalesce(a.account_id, a.team, a.model) as scope_name,
    coalesce(a.account_id, a.team, a.model, '') as scope_key,
    min(a.in_team) as first_team,
    max(a.in_team) as last_team,
    min(a.in_account) as first_account,
    max(a.in_account) as last_account,
    sum(a.calls) as calls,
    sum(a.failed) as failed,
    sum(a.throttling) as throttling,
    sum(a.client) as client,
    sum(a.server) as server,
    sum(a.model_errors) as model_errors,
    sum(a.wasted) as wasted
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
    s.scope_name,
    s.scope_key,
    s.first_team,
    s.last_team,
    s.first_account,
    s.last_account,
    s.calls,
    s.failed,
    s.throttling,
    s.client,
    s.server,
    s.model_errors,
    s.wasted
  from scoped s
  cross join unnest(array[5, 10, 15, 20, 25, 30]) as o(minutes)
  where s.scope = 'organisation' or s.scope_name is not null
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
    greatest(w.arrival, date_add('minute', :late_minutes, w.ends)) as tick
  from windowed w
  join suspects s
    on s.ends = w.ends
    and s.scope = w.scope
    and s.scope_key = w.scope_key
  where w.arrival <= date_add('day', 1, w.ends)
),
judged as (
  select
    d.tick,
    d.ends,
    d.scope,
    w.scope_name,
    d.scope_key,
    case when min(w.first_team) = max(w.last_team) then max(w.last_team) end as team,
    case when min(w.first_account) = max(w.last_account) then max(w.last_account) end as account_id,
    cast(sum(w.calls) filter (where w.minutes <= 15) as double) as calls,
    cast(sum(w.failed) filter (where w.minutes <= 15) as double) as failed,
    cast(sum(w.calls) as double) as calls_30,
    cast(sum(w.failed) as double) as failed_30,
    cast(coalesce(sum(w.calls) filter (where w.minutes = 15), 0) as double) as calls_1,
    cast(coalesce(sum(w.calls) filter (where w.minutes = 10), 0) as double) as calls_2,
    cast(coalesce(sum(w.calls) filter (where w.minutes = 5), 0) as double) as calls_3,
    cast(coalesce(sum(w.failed) filter (where w.minutes = 15), 0) as double) as failed_1,
    cast(coalesce(sum(w.failed) filter (where w.minutes = 10), 0) as double) as failed_2,
    cast(coalesce(sum(w.failed) filter (where w.minutes = 5), 0) as double) as failed_3,
    coalesce(sum(w.throttling) filter (where w.minutes <= 15), 0) as throttling,
    coalesce(sum(w.client) filter (where w.minutes <= 15), 0) as client,
    coalesce(sum(w.server) filter (where w.minutes <= 15), 0) as server,
    coalesce(sum(w.model_errors) filter (where w.minutes <= 15), 0) as model_errors,
    coalesce(sum(w.wasted) filter (where w.minutes <= 15), 0) as wasted
  from due d
  join windowed w
    on w.ends = d.ends
    and w.scope = d.scope
    and w.scope_key = d.scope_key
    and w.arrival <= d.tick
  where d.tick > :from
    and d.tick <= :to
  group by 1, 2, 3, 4, 5
  having sum(w.calls) filter (where w.minutes <= 15) > 0
),
usage_days as (
  select
    h.dt,
    case
      when grouping(h.account_id) = 0 then 'account'
      when grouping(h.team) = 0 then 'team'
      when grouping(h.model) = 0 then 'model'
      else 'organisation'
    end as scope,
    coalesce(h.account_id, h.team, h.model, '') as scope_key,
    sum(h.invocations) as calls,
    sum(h.errors) as failed
  from hourly_usage h
  where h.dt >= cast(date_add('day', -8, :from) as date)
    and h.dt <= cast(:to as date)
  group by grouping sets ((h.dt), (h.dt, h.account_id), (h.dt, h.team), (h.dt, h.model))
),
usual as (
  select
    j.day,
    j.scope,
    j.scope_key,
    sum(u.calls) as calls,
    cast(sum(u.failed) as double) / sum(u.calls) as rate
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
  group by 1, 2, 3
),
rated as (
  select
    j.tick,
    j.ends,
    j.scope,
    j.scope_name,
    j.team,
    j.account_id,
    j.calls,
    j.failed,
    j.calls_30,
    j.calls_1,
    j.calls_2,
    j.calls_3,
    j.failed_1,
    j.failed_2,
    j.failed_3,
    j.throttling,
    j.client,
    j.server,
    j.model_errors,
    j.wasted,
    j.failed / j.calls as rate,
    j.failed_30 / j.calls_30 as rate_30,
    u.calls as usual_calls,
    u.rate as usual_rate,
    least(:threshold / 2, greatest(0.005e0, coalesce(u.rate, 0.01e0))) as expected,
    greatest(
      case when j.calls_1 > 0 then j.failed_1 / j.calls_1 else 0e0 end,
      case when j.calls_2 > 0 then j.failed_2 / j.calls_2 else 0e0 end,
      case when j.calls_3 > 0 then j.failed_3 / j.calls_3 else 0e0 end
    ) as worst
  from judged j
  left join usual u
    on u.day = cast(j.ends as date)
    and u.scope = j.scope
    and u.scope_key = j.scope_key
),
tested as (
  select
    r.tick,
    r.ends,
    r.scope,
    r.scope_name,
    r.team,
    r.account_id,
    r.calls,
    r.failed,
    r.throttling,
    r.client,
    r.server,
    r.model_errors,
    r.wasted,
    r.rate,
    r.rate_30,
    r.usual_calls,
    r.usual_rate,
    -- Chernoff's bound: calls x divergence of the seen rate from the expected one.
    case
      when r.rate <= r.expected then 0e0
      when r.rate >= 1 then r.calls * -ln(r.expected)
      else r.calls * (r.rate * ln(r.rate / r.expected) + (1 - r.rate) * ln((1 - r.rate) / (1 - r.expected)))
    end as evidence_15,
    -- Where calls are few the half hour can be certain of what a quarter cannot.
    case
      when r.rate_30 <= r.expected then 0e0
      when r.rate_30 >= 1 then r.calls_30 * -ln(r.expected)
      else r.calls_30 * (r.rate_30 * ln(r.rate_30 / r.expected) + (1 - r.rate_30) * ln((1 - r.rate_30) / (1 - r.expected)))
    end as evidence_30,
    -- Upper ends of Wilson's 95 % intervals: a bucket speaks against a breach only when it has the calls to do so.
    case
      when r.calls_1 = 0 then 1e0
      else (r.failed_1 + 1.92e0 + 1.96e0 * sqrt(r.failed_1 * (r.calls_1 - r.failed_1) / r.calls_1 + 0.96e0)) / (r.calls_1 + 3.84e0)
    end as upper_1,
    case
      when r.calls_2 = 0 then 1e0
      else (r.failed_2 + 1.92e0 + 1.96e0 * sqrt(r.failed_2 * (r.calls_2 - r.failed_2) / r.calls_2 + 0.96e0)) / (r.calls_2 + 3.84e0)
    end as upper_2,
    case
      when r.calls_3 = 0 then 1e0
      else (r.failed_3 + 1.92e0 + 1.96e0 * sqrt(r.failed_3 * (r.calls_3 - r.failed_3) / r.calls_3 + 0.96e0)) / (r.calls_3 + 3.84e0)
    end as upper_3,
    -- Without its worst bucket the window must still fail noticeably: one bad minute is not fifteen.
    case
      when r.calls_1 > 0 and r.failed_1 / r.calls_1 = r.worst then (r.failed_2 + r.failed_3) / greatest(1e0, r.calls_2 + r.calls_3)
      when r.calls_2 > 0 and r.failed_2 / r.calls_2 = r.worst then (r.failed_1 + r.failed_3) / greatest(1e0, r.calls_1 + r.calls_3)
      else (r.failed_1 + r.failed_2) / greatest(1e0, r.calls_1 + r.calls_2)
    end as rest
  from rated r
)
select
  t.tick,
  date_add('minute', -15, t.ends) as since,
  t.scope,
  t.scope_name,
  t.rate as value,
  t.usual_rate as baseline,
  coalesce(t.usual_calls, 0) as baseline_n,
  cast(null as double) as spread,
  greatest(t.evidence_15, case when t.rate_30 > :threshold then t.evidence_30 else 0e0 end) >= :evidence
    and t.rate > :threshold
    and t.rest >= :threshold / 2
    and least(t.upper_1, t.upper_2, t.upper_3) >= :threshold as sustained,
  t.calls as floor_value,
  cast(t.wasted as decimal(38,12)) as dollars,
  t.team,
  t.account_id,
  cast(t.calls as bigint) as calls,
  cast(t.failed as bigint) as failed,
  cast(t.throttling as bigint) as throttling,
  cast(t.client as bigint) as client,
  cast(t.server as bigint) as server,
  cast(t.model_errors as bigint) as model
from tested t
where t.rate > :threshold / 4
order by 1, 2, 3, 4
