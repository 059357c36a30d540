-- Repeated deliveries
-- How many records of some days Bedrock delivered more than once.
-- @param from date First day
-- @param to date Last day
-- @reads invocation_records, hourly_usage
-- @column duplicates bigint Records beyond the first of each invocation
select
  (
    select count(*)
    from invocation_records
    where dt between :from and :to
  ) - (
    select coalesce(sum(invocations), 0)
    from hourly_usage
    where dt between :from and :to
  ) as duplicates
