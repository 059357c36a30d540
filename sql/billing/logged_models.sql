-- Logged models
-- Every model of the log in each month under the name that it has there, for names on the bill that the catalog does not know.
-- @param from date=1970-01-01 First day
-- @param to date=9999-12-31 Last day
-- @reads hourly_usage
-- @column month varchar YYYY-MM
-- @column model varchar Model as logged
select distinct
  date_format(h.dt, '%Y-%m') as month,
  h.model
from hourly_usage h
where h.dt between :from and :to
  and h.model is not null
order by 1, 2
