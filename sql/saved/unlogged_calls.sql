-- Unlogged calls
-- Which calls did CloudTrail see that no invocation log has (of operations that call a model): who made them, of what, and with how many tokens as far as anybody tells?
-- @param from date=2000-01-01 First day
-- @param to date=2999-12-31 Last day
-- @reads api_calls, identity_people, identity_sources
-- @column product varchar bedrock, bedrock-mantle, agentcore, amazon-q or kiro
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column principal_name varchar User, role or permission set; (none) for users of IAM Identity Center alone
-- @column person varchar Person: on whose behalf the call was made, else the human behind the principal, else whose address the client names
-- @column model varchar Model, where told
-- @column client varchar Client by its user agent
-- @column credential varchar sigv4, api_key, long_term or short_term
-- @column calls bigint Calls that went through
-- @column failed bigint Calls that were refused, throttled or failed
-- @column denied bigint Of them, refused for lack of permission
-- @column without_tokens bigint Calls that went through whose tokens nobody tells
-- @column input_tokens bigint Prompt tokens outside the cache, where told
-- @column output_tokens bigint Completion tokens, where told
with order_of_people as (
  select
    count(*) as sources,
    max(case when s.name = 'on_behalf_of' then 1 else 0 end) as knows_behalf,
    max(case when s.name = 'telemetry' then 1 else 0 end) as knows_telemetry
  from identity_sources s
),
unlogged as (
  select
    a.*,
    -- A source that attribution.person_order leaves out names nobody.
    coalesce(
      case when o.sources = 0 or o.knows_behalf = 1 then n.person end,
      a.person,
      case when (o.sources = 0 or o.knows_telemetry = 1) and a.client_person like '%@%' then a.client_person end
    ) as best_person
  from api_calls a
  cross join order_of_people o
  left join identity_people n
    on n.user_id = a.identity_user_id
  where a.dt between :from and :to
    and not a.is_logged
    and a.operation not in ('ApplyGuardrail', 'CountTokens', 'Retrieve')
)
select
  a.product,
  a.account_id,
  a.region,
  coalesce(a.principal_name, '(none)') as principal_name,
  a.best_person as person,
  a.model,
  coalesce(a.client, '(unknown)') as client,
  a.credential,
  cast(count_if(a.status = 'ok') as bigint) as calls,
  cast(count_if(a.status <> 'ok') as bigint) as failed,
  cast(count_if(a.status = 'denied') as bigint) as denied,
  cast(count_if(a.status = 'ok' and a.token_source = 'unknown') as bigint) as without_tokens,
  cast(coalesce(sum(a.input_tokens), 0) as bigint) as input_tokens,
  cast(coalesce(sum(a.output_tokens), 0) as bigint) as output_tokens
from unlogged a
group by
  a.product,
  a.account_id,
  a.region,
  coalesce(a.principal_name, '(none)'),
  a.best_person,
  a.model,
  coalesce(a.client, '(unknown)'),
  a.credential
order by
  9 desc,
  10 desc,
  1,
  2,
  3,
  4,
  5,
  6
