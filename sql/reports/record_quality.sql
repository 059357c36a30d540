-- Record quality
-- What the records of a range of days say about themselves: deliveries, repeats, readings that needed care.
-- @param from date First day
-- @param to date Last day
-- @reads invocation_records, hourly_usage
-- @column records bigint Records as delivered
-- @column duplicates bigint Deliveries beyond the first of an invocation
-- @column coerced bigint Records with a count written as text
-- @column contradictions bigint Records with counts that contradict each other
-- @column objects bigint Source objects
with delivered as (
  select
    count(*) as records,
    cast(count_if(r.coerced) as bigint) as coerced,
    cast(count_if(r.usage_check is not null) as bigint) as contradictions,
    count(distinct r.source_object) as objects
  from (
    -- While an hour is compacted, a record lies in it twice.
    select
      c.source_object,
      max(c.coerced) as coerced,
      max(c.usage_check) as usage_check
    from invocation_records c
    where c.dt between :from and :to
    group by
      c.dt,
      c.hour,
      c.account_id,
      c.region,
      c.request_id,
      c.source_object,
      c.source_line,
      c.source_part
  ) r
),
counted as (
  select
    cast(coalesce(sum(u.invocations), 0) as bigint) as invocations
  from hourly_usage u
  where u.dt between :from and :to
)
select
  d.records,
  d.records - c.invocations as duplicates,
  d.coerced,
  d.contradictions,
  d.objects
from delivered d
cross join counted c
