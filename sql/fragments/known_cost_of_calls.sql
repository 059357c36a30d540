-- Known cost of calls
-- Estimated dollars of calls {of}, one a row; null where some have none known and no call has any: unknown is not zero.
cast(case when sum({of}.estimated_cost) > 0 or count({of}.estimated_cost) = count(*) then sum({of}.estimated_cost) end as decimal(38,12)) as estimated_cost{then}
