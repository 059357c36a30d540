-- Kiro by model
-- Which models do people use in Kiro, with which clients, by messages?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads kiro_usage
-- @column client varchar KIRO_IDE, KIRO_CLI or PLUGIN
-- @column model varchar Model as the report names it
-- @column people bigint People
-- @column messages bigint Messages
with once as (
  select
    k.*,
    row_number() over (
      partition by k.dt, k.user_id, k.client, k.profile_arn, k.model
      order by k.source_object desc, k.source_item
    ) as delivery
  from kiro_usage k
  where k.model is not null
    and k.dt between :from and :to
)
select
  coalesce(o.client, '(unknown)') as client,
  o.model,
  count(distinct o.user_id) as people,
  cast(sum(o.messages) as bigint) as messages
from once o
where o.delivery = 1
group by
  coalesce(o.client, '(unknown)'),
  o.model
order by
  4 desc,
  1,
  2
