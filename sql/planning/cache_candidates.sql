-- Calls that could share a cached prefix
-- By caller, model and place: calls without any caching whose prompts are large, and how many follow within five minutes of the one before. Prompts are not in the log, so that a prefix repeats is an assumption; its size is bounded by the smaller prompts.
-- @param from date First day
-- @param to date Last day
-- @param least_prompt bigint=1024 Smallest prompt that a model caches
-- @param gap_seconds integer=300 Seconds after which a cached prefix is gone
-- @param least_calls bigint=20 Callers with fewer calls are left out
-- @reads invocations
-- @include caller_and_place
-- @column last_day date Last day with such calls
-- @column calls bigint Calls with a prompt large enough
-- @column warm_calls bigint Those within reach of the call before
-- @column small_prompt bigint Tenth percentile of the prompts
-- @column prompt_tokens bigint Prompt tokens of those calls
-- @column estimated_cost decimal(38,12) Estimated USD of those calls
with plain as (
  select
    -- @include caller_and_place of=i
    i.dt,
    i.event_time,
    i.input_tokens,
    i.estimated_cost,
    date_diff(
      'second',
      lag(i.event_time) over (
        partition by coalesce(i.person, i.principal_name, i.principal_arn, 'unknown'), i.team, i.account_id, i.region, i.routing, i.model, i.service_tier
        order by i.event_time, i.request_id
      ),
      i.event_time
    ) as gap
  from invocations i
  where i.dt between :from and :to
    and i.price_status in ('priced', 'estimated')
    and i.status <> 'error'
    and coalesce(i.output_tokens, 0) > 0
    and i.input_tokens >= :least_prompt
    and coalesce(i.cache_read_tokens, 0) + coalesce(i.cache_write_5m_tokens, 0) + coalesce(i.cache_write_1h_tokens, 0) = 0
),
ranked as (
  select
    p.*,
    row_number() over (partition by p.who, p.kind, p.team, p.account_id, p.region, p.routing, p.vendor, p.model, p.service_tier order by p.input_tokens) as place,
    count(*) over (partition by p.who, p.kind, p.team, p.account_id, p.region, p.routing, p.vendor, p.model, p.service_tier) as n
  from plain p
)
select
  p.who,
  p.kind,
  p.team,
  p.account_id,
  p.region,
  p.routing,
  p.vendor,
  p.model,
  p.service_tier,
  max(p.dt) as last_day,
  count(*) as calls,
  count_if(p.gap <= :gap_seconds) as warm_calls,
  -- Exact (docs/dialect.md); the small addition keeps a whole number whole after floating point.
  cast(floor(
    -- @include exact_percentile of=p.input_tokens | place=p.place | n=p.n | at=0.1e0 | then=+ 1e-6
  ) as bigint) as small_prompt,
  cast(sum(p.input_tokens) as bigint) as prompt_tokens,
  cast(sum(p.estimated_cost) as decimal(38,12)) as estimated_cost
from ranked p
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
having count(*) >= :least_calls
order by 15 desc, 1, 3, 4, 5, 6, 8
