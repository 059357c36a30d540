-- Quarantined lines
-- Lines that could not be read, by reason.
-- @param from date First day of delivery; lines of unknown delivery time count in every range
-- @param to date Last day
-- @reads quarantine
-- @column reason varchar Why
-- @column lines bigint Lines
-- @column objects bigint Objects they are in
select
  q.reason as reason,
  cast(sum(coalesce(q.records, 1)) as bigint) as lines,
  count(distinct q.source_object) as objects
from quarantine q
where q.delivered_at is null
  or cast(q.delivered_at as date) between :from and :to
group by
  q.reason
order by
  2 desc,
  1
