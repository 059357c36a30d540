-- Usage slices
-- Calls that share everything a price depends on (day, account, region, routing, model, service tier, context class), by caller, with their tokens summed: what is priced again in a what-if.
-- @param from date First day
-- @param to date Last day
-- @param team varchar=null Only this team
-- @param who varchar=null Only this person or service
-- @param model varchar=null Only this model
-- @param model_tier varchar=null Only models of this tier
-- @param max_prompt bigint=null Only calls with at most this many prompt tokens, cached or not
-- @param max_output bigint=null Only calls with at most this many completion tokens
-- @param trim_to bigint=null Count prompts only up to this many tokens, each kind cut in proportion
-- @param edge_1 bigint=null Prompt size above which some model changes its price
-- @param edge_2 bigint=null The next such size
-- @param edge_3 bigint=null The next such size
-- @param edge_4 bigint=null The next such size
-- @reads invocations
-- @column dt date UTC day
-- @column account_id varchar AWS account
-- @column region varchar Region the caller called
-- @column routing varchar in-region, geo or global
-- @column vendor varchar Model maker
-- @column model varchar Model
-- @column model_tier varchar premium, standard or fast
-- @column service_tier varchar Service tier
-- @column team varchar Team, or unattributed
-- @column who varchar Person, or name of the service
-- @column kind varchar person or service
-- @column streaming boolean Whether answers were streamed
-- @column above bigint Largest price edge below the prompt; 0 for the standard context
-- @column calls bigint Calls
-- @column charged_calls bigint Calls that used something or did not fail
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache
-- @column image_count bigint Images generated
-- @column video_seconds double Seconds of video
-- @column audio_seconds double Seconds of audio
-- @column estimated_cost decimal(38,12) Estimated USD as stored; null when none of the calls had a price
with calls as (
  select
    i.dt,
    i.account_id,
    i.region,
    i.routing,
    i.vendor,
    i.model,
    i.model_tier,
    i.service_tier,
    i.team,
    coalesce(i.person, i.principal_name, i.principal_arn, 'unknown') as who,
    case when i.person is null then 'service' else 'person' end as kind,
    coalesce(i.operation, '') like '%Stream%' as streaming,
    i.status,
    coalesce(i.input_tokens, 0) as input_tokens,
    coalesce(i.output_tokens, 0) as output_tokens,
    coalesce(i.cache_read_tokens, 0) as cache_read_tokens,
    coalesce(i.cache_write_5m_tokens, 0) as cache_write_5m_tokens,
    coalesce(i.cache_write_1h_tokens, 0) as cache_write_1h_tokens,
    coalesce(i.input_tokens, 0) + coalesce(i.cache_read_tokens, 0) + coalesce(i.cache_write_5m_tokens, 0)
      + coalesce(i.cache_write_1h_tokens, 0) as prompt_tokens,
    coalesce(i.image_count, 0) as image_count,
    coalesce(i.video_seconds, 0) as video_seconds,
    coalesce(i.audio_seconds, 0) as audio_seconds,
    i.estimated_cost
  from invocations i
  where i.dt between :from and :to
    and i.price_status in ('priced', 'estimated', 'unpriced')
    and (:team is null or i.team = :team)
    and (:model is null or i.model = :model)
    and (:model_tier is null or i.model_tier = :model_tier)
),
chosen as (
  select
    c.dt,
    c.account_id,
    c.region,
    c.routing,
    c.vendor,
    c.model,
    c.model_tier,
    c.service_tier,
    c.team,
    c.who,
    c.kind,
    c.streaming,
    c.status,
    c.input_tokens,
    c.output_tokens,
    c.cache_read_tokens,
    c.cache_write_5m_tokens,
    c.cache_write_1h_tokens,
    c.prompt_tokens,
    c.image_count,
    c.video_seconds,
    c.audio_seconds,
    c.estimated_cost,
    -- What is left of the prompt, as a fraction kept / whole; 1 / 1 where nothing is cut. Products stay below 2^53, so doubles are exact.
    case when c.prompt_tokens > :trim_to then c.prompt_tokens else 1 end as whole,
    case when c.prompt_tokens > :trim_to then :trim_to else 1 end as kept
  from calls c
  where (:who is null or c.who = :who)
    and (:max_prompt is null or c.prompt_tokens <= :max_prompt)
    and (:max_output is null or c.output_tokens <= :max_output)
)
select
  c.dt,
  c.account_id,
  c.region,
  c.routing,
  c.vendor,
  c.model,
  c.model_tier,
  c.service_tier,
  c.team,
  c.who,
  c.kind,
  c.streaming,
  case
    when least(c.prompt_tokens, coalesce(:trim_to, c.prompt_tokens)) > :edge_4 then :edge_4
    when least(c.prompt_tokens, coalesce(:trim_to, c.prompt_tokens)) > :edge_3 then :edge_3
    when least(c.prompt_tokens, coalesce(:trim_to, c.prompt_tokens)) > :edge_2 then :edge_2
    when least(c.prompt_tokens, coalesce(:trim_to, c.prompt_tokens)) > :edge_1 then :edge_1
    else 0
  end as above,
  count(*) as calls,
  count_if(c.status <> 'error' or c.prompt_tokens + c.output_tokens > 0) as charged_calls,
  cast(sum(floor(cast(c.input_tokens * c.kept as double) / c.whole)) as bigint) as input_tokens,
  cast(sum(c.output_tokens) as bigint) as output_tokens,
  cast(sum(floor(cast(c.cache_read_tokens * c.kept as double) / c.whole)) as bigint) as cache_read_tokens,
  cast(sum(floor(cast(c.cache_write_5m_tokens * c.kept as double) / c.whole)) as bigint) as cache_write_5m_tokens,
  cast(sum(floor(cast(c.cache_write_1h_tokens * c.kept as double) / c.whole)) as bigint) as cache_write_1h_tokens,
  cast(sum(c.image_count) as bigint) as image_count,
  sum(c.video_seconds) as video_seconds,
  sum(c.audio_seconds) as audio_seconds,
  cast(sum(c.estimated_cost) as decimal(38,12)) as estimated_cost
from chosen c
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
order by 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13
