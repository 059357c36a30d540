-- Duplicate deliveries
-- Which log objects repeat records that were delivered before?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads invocation_records
-- @column source_object varchar Object that repeats
-- @column duplicates bigint Records that another object or line holds too
-- @column first_day date First day of them
with deliveries as (
  select
    r.source_object,
    r.dt,
    row_number() over (
      partition by r.dt, r.hour, r.account_id, r.region, r.request_id
      order by r.source_object, r.source_line, r.source_part
    ) as delivery
  from (
    -- While an hour is compacted, a record lies in it twice.
    select distinct
      c.dt,
      c.hour,
      c.account_id,
      c.region,
      c.request_id,
      c.source_object,
      c.source_line,
      c.source_part
    from invocation_records c
    where c.dt between :from and :to
  ) r
)
select
  d.source_object,
  count(*) as duplicates,
  min(d.dt) as first_day
from deliveries d
where d.delivery > 1
group by
  d.source_object
order by
  2 desc,
  1
