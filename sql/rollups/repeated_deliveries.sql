-- Repeated deliveries
-- How many records of some days Bedrock delivered more than once.
-- @param from date First day
-- @param to date Last day
-- @reads invocation_records, hourly_usage
-- @column duplicates bigint Records beyond the first of each invocation
select
  (
    select count(*)
    from (
      -- While an hour is compacted, a record lies in it twice.
      select distinct
        r.dt,
        r.hour,
        r.account_id,
        r.region,
        r.request_id,
        r.source_object,
        r.source_line,
        r.source_part
      from invocation_records r
      where r.dt between :from and :to
    ) d
  ) - (
    select coalesce(sum(invocations), 0)
    from hourly_usage
    where dt between :from and :to
  ) as duplicates
