-- Claimable
-- Whether a caller can choose to which scope a row of hourly_usage h belongs: the session name of a role, what request metadata say, and what clients tell. Sums that are older than person_source know the principal's kind alone.
-- @param claimed varchar=|| Sources of attribution that a caller can write himself, each between | and |
case
  when :scope = 'person' and h.person_source is null then h.principal_type = 'role'
  when :scope = 'person' then h.person_source in ('session_name', 'telemetry', 'device', 'metadata')
  when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
  else false
end
