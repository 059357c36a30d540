-- Sums of a scope
-- Of the usage of a scope: its team and account, where there is only one, its calls and dollars; {of} is the table.
case when min({of}.in_team) = max({of}.in_team) then max({of}.in_team) end as team,
case when min({of}.in_account) = max({of}.in_account) then max({of}.in_account) end as account_id,
sum({of}.invocations) as calls,
sum({of}.estimated_cost) as cost,
