-- Logs that cannot be read
-- Share of the records of each delivery day that went to quarantine, and objects that could not be read to their end.
-- @param from timestamp Ticks after this instant
-- @param to timestamp Ticks up to this instant
-- @reads ingested_objects
-- @column tick timestamp End of the day
-- @column since timestamp Start of the day
-- @column scope varchar organisation or account
-- @column scope_name varchar Account; null for the organisation
-- @column value double Share of records in quarantine
-- @column baseline double Always null
-- @column baseline_n bigint Always zero
-- @column spread double Always null
-- @column floor_value double Records in quarantine and damaged objects
-- @column dollars decimal(38,12) Always zero: what was not read has no price
-- @column team varchar Always null
-- @column account_id varchar Account, where there is only one
-- @column quarantined bigint Records in quarantine
-- @column damaged_objects bigint Objects that could not be read to their end
with objects as (
  select
    date_trunc('day', o.delivered_at) as started,
    o.account_id,
    o.account_id as in_account,
    o.records,
    o.quarantined,
    case when o.damaged is null then 0 else 1 end as damaged
  from ingested_objects o
  -- A day's tick is its end; no other day's files are opened.
  where o.dt >= cast(:from as date)
    and o.dt < cast(:to as date)
    and date_add('day', 1, date_trunc('day', o.delivered_at)) > :from
    and date_add('day', 1, date_trunc('day', o.delivered_at)) <= :to
),
days as (
  select
    o.started,
    case when grouping(o.account_id) = 0 then 'account' else 'organisation' end as scope,
    o.account_id as scope_name,
    case when min(o.in_account) = max(o.in_account) then max(o.in_account) end as account_id,
    sum(o.records) as records,
    sum(o.quarantined) as quarantined,
    sum(o.damaged) as damaged
  from objects o
  group by grouping sets ((o.started), (o.started, o.account_id))
)
select
  date_add('day', 1, d.started) as tick,
  d.started as since,
  d.scope,
  d.scope_name,
  cast(d.quarantined as double) / greatest(1, d.records) as value,
  cast(null as double) as baseline,
  cast(0 as bigint) as baseline_n,
  cast(null as double) as spread,
  cast(d.quarantined + d.damaged as double) as floor_value,
  cast(0 as decimal(38,12)) as dollars,
  cast(null as varchar) as team,
  d.account_id,
  cast(d.quarantined as bigint) as quarantined,
  cast(d.damaged as bigint) as damaged_objects
from days d
where d.quarantined + d.damaged > 0
  and (d.scope = 'organisation' or d.scope_name is not null)
order by 1, 3, 4
