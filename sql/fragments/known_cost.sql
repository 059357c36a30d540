-- Known cost
-- Estimated dollars of rows of hourly_usage {of}; null where some calls have no known dollars and none has any: unknown is not zero.
cast(
  case
    when sum({of}.estimated_cost) > 0 or sum({of}.unpriced + {of}.uncounted + {of}.not_token_priced) = 0
      then sum({of}.estimated_cost)
  end as decimal(38,12)
) as estimated_cost{then}
