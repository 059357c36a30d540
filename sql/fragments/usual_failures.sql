-- Usual failures
-- From the CTEs `judged` of windows and `usage_days` of calls and failures by day and scope, the CTE `usual`: the share that failed in the week before, and its upper end.
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
