-- Claimed dollars
-- Of the {dollars} of rows of hourly_usage h, those of which a caller can choose to which scope they belong: by the session name of a role, by what request metadata say, and by what clients tell. Sums that are older than person_source know the principal's kind alone.
-- @param claimed varchar=|| Sources of attribution that a caller can write himself, each between | and |
sum(
  case
    when
      case
        when :scope = 'person' and h.person_source is null then h.principal_type = 'role'
        when :scope = 'person' then h.person_source in ('session_name', 'telemetry', 'device', 'metadata')
        when :scope in ('team', 'cost_center', 'environment', 'feature') then :claimed like '%|' || coalesce(h.attribution_source, '') || '|%'
        else false
      end
    then {dollars}
    else 0
  end
)
