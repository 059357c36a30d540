-- Usage by person
-- What each person called and what it should cost; calls without a person are one row.
-- @param from date First day
-- @param to date Last day
-- @include report_filter
-- @reads hourly_usage
-- @column person varchar The human behind the principal, or (no person)
-- @column team varchar Team with the largest part of the person's estimated USD
-- @column active_days bigint Days with a call
-- @column sessions bigint Distinct session names
-- @column premium_cost decimal(38,12) Estimated USD on premium models
-- @include usage_measures
with person_teams as (
  select
    coalesce(t.person, '(no person)') as person,
    t.team,
    row_number() over (
      partition by coalesce(t.person, '(no person)')
      order by sum(t.estimated_cost) desc, sum(t.invocations) desc, t.team
    ) as place
  from hourly_usage t
  where t.dt between :from and :to
    -- @include report_filter of=t | resource=model_id
  group by
    coalesce(t.person, '(no person)'),
    t.team
),
main_teams as (
  select
    p.person,
    p.team
  from person_teams p
  where p.place = 1
)
select
  coalesce(u.person, '(no person)') as person,
  max(m.team) as team,
  count(distinct u.dt) as active_days,
  count(distinct u.session_name) as sessions,
  cast(coalesce(sum(case when u.model_tier = 'premium' then u.estimated_cost end), 0) as decimal(38,12)) as premium_cost,
  -- @include usage_measures
from hourly_usage u
left join main_teams m
  on m.person = coalesce(u.person, '(no person)')
where u.dt between :from and :to
  -- @include report_filter of=u | resource=model_id
group by
  coalesce(u.person, '(no person)')
order by
  17 desc,
  1
