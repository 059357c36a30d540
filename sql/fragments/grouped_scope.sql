-- Grouped scope
-- Which scope a row of the grouping sets over {of} is: account, team, model, or none of them for the organisation.
case
  when grouping({of}.account_id) = 0 then 'account'
  when grouping({of}.team) = 0 then 'team'
  when grouping({of}.model) = 0 then 'model'
  else 'organisation'
end as scope,
