-- What clients counted
-- Metric points as increments: a repeated point counts once, a cumulative series counts what it grew by, and starts over where its start does.
-- @reads client_points
with once as (
  select
    p.*,
    row_number() over (
      partition by p.series, p.start_micros, p.time_micros
      order by p.source_object, p.source_message, p.dt
    ) as delivery
  from client_points p
)
select
  o.dt,
  o.event_time,
  o.metric,
  cast(
    case
      when o.temporality = 'cumulative' then o.value - coalesce(
        lag(o.value) over (
          partition by o.series, o.start_micros
          order by o.time_micros
        ),
        0
      )
      else o.value
    end as decimal(38,12)
  ) as value,
  o.temporality,
  o.scope,
  o.client,
  o.client_version,
  o.entrypoint,
  o.session_id,
  o.device_id,
  o.person,
  o.model,
  o.type,
  o.query_source,
  o.agent_name,
  o.tool_name,
  o.decision,
  o.decision_source,
  o.language,
  o.start_type,
  o.labels
from once o
where o.delivery = 1
