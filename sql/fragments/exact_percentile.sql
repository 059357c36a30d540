-- Exact percentile
-- The percentile {at} of {of}, by rows that are numbered from 1 in {place} of {n} (docs/dialect.md): approx_percentile answers otherwise for so few.
sum({of} * greatest(0e0, 1e0 - abs({place} - 1 - ({n} - 1) * {at}))) {then}
