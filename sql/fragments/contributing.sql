-- Contributing
-- Who and what a row of usage is of, and how much of what was asked for it holds; {of} is the table.
-- @param measure varchar=usd usd, tokens, calls, errors or unpriced
coalesce({of}.person, {of}.session_name, {of}.principal_name, {of}.principal_arn, 'unknown') as person,
{of}.model,
coalesce({of}.team, 'unattributed') as team,
{of}.account_id,
{of}.region,
case
  when :measure = 'usd' then cast({of}.estimated_cost as double)
  when :measure = 'tokens' then cast({of}.total_tokens as double)
  when :measure = 'errors' then cast({of}.errors as double)
  when :measure = 'unpriced' then cast({of}.unpriced as double)
  else cast({of}.invocations as double)
end as amount,
case when :measure = 'errors' then {of}.error_cost else {of}.estimated_cost end as cost,
case when :measure = 'errors' then 0 else {of}.unpriced end as unpriced,
