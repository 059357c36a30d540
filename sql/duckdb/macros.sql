-- DuckDB macros
-- Trino functions that DuckDB lacks or means otherwise, so that one query text runs on both.
create or replace macro element_at(m, k) as map_extract_value(m, k);
create or replace macro approx_percentile(x, p) as quantile_cont(x, p);
create or replace macro approx_distinct(x) as count(distinct x);
create or replace macro date_add(unit, n, d) as d + case unit when 'millisecond' then to_milliseconds(n) when 'second' then to_seconds(n) when 'minute' then to_minutes(n) when 'hour' then to_hours(n) when 'day' then to_days(cast(n as integer)) when 'week' then to_weeks(cast(n as integer)) when 'month' then to_months(cast(n as integer)) when 'year' then to_years(cast(n as integer)) else error('date_add: unknown unit ' || unit) end;
create or replace macro with_timezone(t, z) as timezone(z, cast(t as timestamp));
create or replace macro at_timezone(t, z) as timezone(z, t);
create or replace macro day_of_week(d) as isodow(d);
create or replace macro from_iso8601_timestamp(t) as cast(t as timestamptz);
create or replace macro json_extract_scalar(j, p) as json_extract_string(j, p);
create or replace macro array_join(a, s) as array_to_string(a, s);
create or replace macro cardinality(a) as len(a);
create or replace macro map_agg(k, v) as map_from_entries(list((k, v)));
create or replace macro date_format(d, f) as strftime(d, replace(replace(f, '%i', '%M'), '%s', '%S'));
create or replace macro truncate(x) as trunc(x);
create or replace macro sequence(a, b) as case when b - a >= 10000 then error('result of sequence function must not have more than 10000 entries') else generate_series(a, b) end, (a, b, s) as case when a + 10000 * s <= b then error('result of sequence function must not have more than 10000 entries') else generate_series(a, b, s) end;
create or replace macro checksum(r) as cast(sum(hash(r)) as hugeint);
create or replace macro count_if(c) as count(*) filter (where c);
create or replace macro concat(a, b) as a || b, (a, b, c) as a || b || c;
create or replace macro greatest(a, b) as case when a is null or b is null then null else system.main.greatest(a, b) end, (a, b, c) as case when a is null or b is null or c is null then null else system.main.greatest(a, b, c) end, (a, b, c, d) as case when a is null or b is null or c is null or d is null then null else system.main.greatest(a, b, c, d) end;
create or replace macro least(a, b) as case when a is null or b is null then null else system.main.least(a, b) end, (a, b, c) as case when a is null or b is null or c is null then null else system.main.least(a, b, c) end, (a, b, c, d) as case when a is null or b is null or c is null or d is null then null else system.main.least(a, b, c, d) end;
