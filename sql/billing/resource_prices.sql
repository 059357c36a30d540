-- Prices of resources on the bill
-- What a token of each application inference profile was billed at, and for which model, from the day on from which it was so: one row for each change.
-- @reads billed_charges
-- @column id varchar ARN of the inference profile as billed
-- @column first_day varchar Day from which it holds, YYYY-MM-DD
-- @column model varchar Model; null when the lines name several or none
-- @column input_rate decimal(18,12) USD per token; null where the bill has no such tokens, as the next four
-- @column output_rate decimal(18,12) USD per token
-- @column cache_read_rate decimal(18,12) USD per token
-- @column cache_write_5m_rate decimal(18,12) USD per token
-- @column cache_write_1h_rate decimal(18,12) USD per token
with lines as (
  select
    b.resource_id as id,
    cast(b.dt as varchar) as day,
    b.token_type,
    b.model,
    case when b.tokens > 0 then b.billed_cost end as cost,
    case when b.tokens > 0 then b.tokens end as tokens
  from billed_charges b
  where b.charge_kind = 'token'
    and b.resource_id like '%:application-inference-profile/%'
    and b.service_tier = 'on-demand'
    and coalesce(b.context_class, 'standard') = 'standard'
),
kinds as (
  select
    l.id,
    l.day,
    l.token_type,
    min(l.model) as model,
    max(l.model) as last_model,
    -- In whole pico-dollars, which is more than any price has.
    cast(round(cast(sum(l.cost) as double) * 1e12 / cast(sum(l.tokens) as double)) as decimal(18,0)) as pico
  from lines l
  group by l.id, l.day, l.token_type
),
days as (
  select
    k.id,
    k.day,
    case when min(k.model) = max(k.last_model) then min(k.model) end as model,
    max(case k.token_type when 'input' then k.pico end) as input_pico,
    max(case k.token_type when 'output' then k.pico end) as output_pico,
    max(case k.token_type when 'cache_read' then k.pico end) as cache_read_pico,
    max(case k.token_type when 'cache_write_5m' then k.pico end) as cache_write_5m_pico,
    max(case k.token_type when 'cache_write_1h' then k.pico end) as cache_write_1h_pico
  from kinds k
  group by k.id, k.day
),
texts as (
  select
    d.*,
    coalesce(d.model, '') || ' ' || coalesce(cast(d.input_pico as varchar), '') || ' ' || coalesce(cast(d.output_pico as varchar), '')
    || ' ' || coalesce(cast(d.cache_read_pico as varchar), '') || ' ' || coalesce(cast(d.cache_write_5m_pico as varchar), '')
    || ' ' || coalesce(cast(d.cache_write_1h_pico as varchar), '') as said
  from days d
),
changes as (
  select
    t.*,
    lag(t.said) over (partition by t.id order by t.day) as before
  from texts t
)
select
  c.id,
  c.day as first_day,
  c.model,
  cast(c.input_pico * 0.000000000001 as decimal(18,12)) as input_rate,
  cast(c.output_pico * 0.000000000001 as decimal(18,12)) as output_rate,
  cast(c.cache_read_pico * 0.000000000001 as decimal(18,12)) as cache_read_rate,
  cast(c.cache_write_5m_pico * 0.000000000001 as decimal(18,12)) as cache_write_5m_rate,
  cast(c.cache_write_1h_pico * 0.000000000001 as decimal(18,12)) as cache_write_1h_rate
from changes c
where c.before is null
  or c.before <> c.said
order by 1, 2
