-- Usage by model
-- What was spent on each model.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column model varchar Model without routing and revision
-- @column vendor varchar Model maker
-- @column model_family varchar Model family
-- @column model_tier varchar premium, standard or fast; null when unknown
-- @include usage_measures
select
  u.model as model,
  max(u.vendor) as vendor,
  max(u.model_family) as model_family,
  max(u.model_tier) as model_tier,
  -- @include usage_measures
from hourly_usage u
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  u.model
order by
  16 desc,
  1
