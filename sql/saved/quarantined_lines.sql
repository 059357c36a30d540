-- Quarantined lines
-- Which lines could not be read, and where are they?
-- @reads quarantine
-- @column reason varchar Reason code
-- @column detail varchar Which field, and what was wrong with it
-- @column source_object varchar Object
-- @column source_line bigint Line in the object
-- @column lines bigint Lines that the row stands for
select
  q.reason,
  q.detail,
  q.source_object,
  q.source_line,
  coalesce(q.records, 1) as lines
from quarantine q
order by
  1,
  3,
  4,
  2
