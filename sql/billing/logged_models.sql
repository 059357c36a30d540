-- Logged models
-- Every model of the log under the name that it has there, for names on the bill that the catalog does not know.
-- @reads hourly_usage
-- @column model varchar Model as logged
select distinct h.model
from hourly_usage h
where h.model is not null
order by 1
