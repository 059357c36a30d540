-- Told cache writes
-- From the CTE `known` of calls, the CTE `settled`: what is added to the price of cache writes whose duration only their client told.
split as (
  select
    k.*,
    cast((k.split_pico - k.split_pico % k.written) / k.written as bigint) * k.told_1h_tokens as split_whole,
    k.split_pico % k.written * k.told_1h_tokens as split_rest
  from known k
),
settled as (
  select
    s.*,
    case
      when s.split_by is null then cast(0 as decimal(38,12))
      else cast(
        (s.split_whole + cast((s.split_rest - s.split_rest % s.written) / s.written as bigint)
          + case when s.split_rest % s.written * 2 >= s.written then 1 else 0 end) * 0.000000000001
        as decimal(38,12)
      )
    end as split_cost
  from split s
),
