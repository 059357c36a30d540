-- Spend by prompt
-- Which prompts cost most, with all calls that they led to?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads traced_calls
-- @column prompt_id varchar Prompt by its id; never its text
-- @include traced_measures
-- @column estimated_cost decimal(38,12) Estimated USD of the calls in the log; null where nobody knows them
select
  coalesce(t.prompt_id, '(unknown)') as prompt_id,
  -- @include traced_measures
  -- @include known_cost_of_calls of=t | then=
from traced_calls t
where t.dt between :from and :to
group by coalesce(t.prompt_id, '(unknown)')
order by 7 desc, 1
