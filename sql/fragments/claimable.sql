-- Claimable
-- Whether a caller can choose to which scope a row of hourly_usage h belongs: the session name of a role, and what request metadata say.
-- @param claimed varchar=|| Sources of attribution that a caller can write himself, each between | and |
case
  when :scope = 'person' then h.principal_type = 'role'
  when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
  else false
end
