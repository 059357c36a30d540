-- Failing windows
-- From a CTE `scoped` of calls and failures by bucket, arrival and scope, the CTE `judged`: each window of three buckets, and the half hour that it ends, at every instant at which it is judged.
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
