-- Ranked in a scope
-- What {value} is compared with at {at} of a scope, numbered in its order: `place` of `n`, for an exact percentile.
{of}.{at},
{of}.scope,
{of}.scope_key,
{value},
row_number() over (partition by {of}.{at}, {of}.scope, {of}.scope_key order by {value}) as place,
count(*) over (partition by {of}.{at}, {of}.scope, {of}.scope_key) as n
