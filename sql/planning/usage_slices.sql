-- Usage slices
-- Calls that share everything a price depends on (day, account, region, routing, model, service tier, context class), by caller, with their tokens summed: what is priced again in a what-if.
-- @param from date First day
-- @param to date Last day
-- @param team varchar=null Only this team
-- @param who varchar=null Only this person or service
-- @param model varchar=null Only this model
-- @param small_prompt bigint=null Calls with at most this many prompt tokens, cached or not, may be small
-- @param small_output bigint=null And at most this many completion tokens
-- @param trim_to bigint=null Longer prompts are also counted cut to this many tokens, each kind in proportion
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
-- @column small boolean Whether prompt and answer are small
-- @column long boolean Whether the prompt is longer than trim_to
-- @column above bigint Largest price edge below the prompt; 0 for the standard context
-- @column calls bigint Calls
-- @column charged_calls bigint Calls that used something or did not fail
-- @column input_tokens bigint Prompt tokens outside the cache
-- @column output_tokens bigint Completion tokens
-- @column cache_read_tokens bigint Prompt tokens read from the cache
-- @column cache_write_5m_tokens bigint Prompt tokens written to the 5-minute cache
-- @column cache_write_1h_tokens bigint Prompt tokens written to the 1-hour cache
-- @column trimmed_input_tokens bigint input_tokens with long prompts cut
-- @column trimmed_cache_read_tokens bigint cache_read_tokens with long prompts cut
-- @column trimmed_cache_write_5m_tokens bigint cache_write_5m_tokens with long prompts cut
-- @column trimmed_cache_write_1h_tokens bigint cache_write_1h_tokens with long prompts cut
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
    and (:who is null or coalesce(i.person, i.principal_name, i.principal_arn, 'unknown') = :who)
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
  coalesce(c.prompt_tokens <= :small_prompt and c.output_tokens <= :small_output, false) as small,
  coalesce(c.prompt_tokens > :trim_to, false) as long,
  case
    when c.prompt_tokens > :edge_4 then :edge_4
    when c.prompt_tokens > :edge_3 then :edge_3
    when c.prompt_tokens > :edge_2 then :edge_2
    when c.prompt_tokens > :edge_1 then :edge_1
    else 0
  end as above,
  count(*) as calls,
  count_if(c.status <> 'error' or c.prompt_tokens + c.output_tokens > 0) as charged_calls,
  cast(sum(c.input_tokens) as bigint) as input_tokens,
  cast(sum(c.output_tokens) as bigint) as output_tokens,
  cast(sum(c.cache_read_tokens) as bigint) as cache_read_tokens,
  cast(sum(c.cache_write_5m_tokens) as bigint) as cache_write_5m_tokens,
  cast(sum(c.cache_write_1h_tokens) as bigint) as cache_write_1h_tokens,
  cast(sum(case when c.prompt_tokens > :trim_to then floor(cast(c.input_tokens as double) * :trim_to / c.prompt_tokens) else c.input_tokens end) as bigint) as trimmed_input_tokens,
  cast(sum(case when c.prompt_tokens > :trim_to then floor(cast(c.cache_read_tokens as double) * :trim_to / c.prompt_tokens) else c.cache_read_tokens end) as bigint) as trimmed_cache_read_tokens,
  cast(sum(case when c.prompt_tokens > :trim_to then floor(cast(c.cache_write_5m_tokens as double) * :trim_to / c.prompt_tokens) else c.cache_write_5m_tokens end) as bigint) as trimmed_cache_write_5m_tokens,
  cast(sum(case when c.prompt_tokens > :trim_to then floor(cast(c.cache_write_1h_tokens as double) * :trim_to / c.prompt_tokens) else c.cache_write_1h_tokens end) as bigint) as trimmed_cache_write_1h_tokens,
  cast(sum(c.image_count) as bigint) as image_count,
  sum(c.video_seconds) as video_seconds,
  sum(c.audio_seconds) as audio_seconds,
  cast(sum(c.estimated_cost) as decimal(38,12)) as estimated_cost
from calls c
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
order by 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15
