-- Cost settled
-- Dollars of a call d, and what they rest on: as the record was priced, by the bill where only that knows its model, or with the duration of cache writes that its client told.
case when d.billed_price is null then d.input_cost else cast(d.billed_input as decimal(18,12)) end as input_cost,
case when d.billed_price is null then d.output_cost else cast(d.billed_output as decimal(18,12)) end as output_cost,
case when d.billed_price is null then d.cache_read_cost else cast(d.billed_cache_read as decimal(18,12)) end as cache_read_cost,
case
  when d.split_by is not null then cast(d.cache_write_cost + d.split_cost as decimal(18,12))
  when d.billed_price is null then d.cache_write_cost
  else cast(d.billed_cache_write as decimal(18,12))
end as cache_write_cost,
case
  -- The list price of the two durations is not stored; a discount takes the same part of both.
  when d.split_by is not null
    then cast(d.list_cost + d.split_cost * coalesce(cast(cast(d.list_cost as double) / nullif(d.estimated_cost, 0) as decimal(38,12)), 1) as decimal(18,12))
  when d.billed_price is null then d.list_cost
  else cast(d.billed_input + d.billed_output + d.billed_cache_read + d.billed_cache_write as decimal(18,12))
end as list_cost,
case
  when d.split_by is not null then cast(d.estimated_cost + d.split_cost as decimal(18,12))
  when d.billed_price is null then d.estimated_cost
  else cast(d.billed_input + d.billed_output + d.billed_cache_read + d.billed_cache_write as decimal(18,12))
end as estimated_cost,
case
  when d.split_by is not null then cast(d.estimated_cost + d.split_cost as decimal(18,12))
  when d.billed_price is null then d.estimated_cost_high
  else cast(d.billed_input + d.billed_output + d.billed_cache_read + d.billed_cache_write as decimal(18,12))
end as estimated_cost_high,
case when d.billed_price is null then d.uncached_cost else cast(d.billed_uncached as decimal(18,12)) end as uncached_cost,
coalesce(d.billed_price, d.price_id) as price_id,
case
  when d.billed_price is not null or d.split_by is not null and d.price_assumptions = 'cache_write_duration' then 'priced'
  else d.price_status
end as price_status,
