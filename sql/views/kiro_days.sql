-- Kiro by day
-- What each person used of Kiro on a day with a client, once: credits, messages, plan and overage as the daily report says.
-- @reads kiro_usage
with once as (
  select
    k.*,
    row_number() over (
      partition by k.dt, k.user_id, k.client, k.profile_arn
      order by k.source_object desc, k.source_item
    ) as delivery
  from kiro_usage k
  where k.model is null
)
select
  o.dt,
  o.user_id,
  o.identity_store,
  o.person,
  o.client,
  o.account_id,
  o.profile_arn,
  o.plan,
  o.messages,
  o.conversations,
  o.credits,
  o.overage_credits,
  o.overage_cap,
  o.overage_enabled,
  o.usage_limit,
  o.is_new
from once o
where o.delivery = 1
