-- Matching level
-- CTE l{level}: one level at which log and bill meet. {takes} says which groups take part, {within} what they must share.
w{level} as (
  select l.*, case when {takes} then l.left_{before} else 0 end as w_{level}
  from l{before} l
),
t{level} as (
  select
    w.*,
    cast(sum(case when w.side = 'bill' then w.w_{level} else 0 end) over k as bigint) as bill_{level},
    cast(sum(case when w.side = 'log' then w.w_{level} else 0 end) over k as bigint) as log_{level},
    cast(sum(w.w_{level}) over (k order by w.place rows unbounded preceding) as bigint) as run_{level}
  from w{level} w
  window k as (partition by w.dt, w.{within})
),
p{level} as (
  select
    t.*,
    cast(least(t.bill_{level}, t.log_{level}) as decimal(38,0)) * (case t.side when 'bill' then t.run_{level} else t.run_{level} - t.bill_{level} end) as to_{level},
    cast(least(t.bill_{level}, t.log_{level}) as decimal(38,0)) * t.w_{level} as by_{level},
    nullif(cast(case t.side when 'bill' then t.bill_{level} else t.log_{level} end as decimal(38,0)), 0) as own_{level}
  from t{level} t
),
e{level} as (
  select
    p.*,
    coalesce(cast(round((p.to_{level} - p.by_{level} - (p.to_{level} - p.by_{level}) % p.own_{level}) / p.own_{level}) as bigint), 0) as start_{level},
    coalesce(cast(round((p.to_{level} - p.to_{level} % p.own_{level}) / p.own_{level}) as bigint), 0) as end_{level}
  from p{level} p
),
l{level} as (
  select e.*, e.left_{before} - (e.end_{level} - e.start_{level}) as left_{level}
  from e{level} e
),
