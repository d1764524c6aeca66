-- Figures: days and hours in a time zone.

-- Postgres takes more than names for a time zone: abbreviations (PST), and any POSIX rule somebody makes up (FOO+3).
-- Its list of names is a walk through the file system (23 ms); only names that could be a rule need it.
create function sms_private.is_time_zone(name text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if name is null or char_length(name) > 64 or name !~ '^[A-Za-z][A-Za-z0-9_+/-]*$' or name ~* '^(posix|right)' then
    return false;
  elsif name = 'UTC' then
    return true;
  end if;
  perform now() at time zone name;
  -- An abbreviation has no slash, a rule has a digit.
  return name ~ '/' and name !~ '[0-9]'
    or exists (select from pg_catalog.pg_timezone_names z where z.name = is_time_zone.name);
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function sms_private.is_time_zone is 'Whether this is the IANA name of a time zone.';

-- Where midnight is skipped, a day begins with the first moment there is; where it comes twice, with the first of the two
-- (Postgres itself takes the second).
create function sms_private.day_starts(first_day date, last_day date, time_zone text)
returns setof timestamptz
language sql stable set search_path = ''
as $$
  select distinct case when p.wall::date = d.day then p.probe - (p.wall - d.day) else m.midnight end
  from (select first_day + i as day from generate_series(0, last_day - first_day) i) d
  cross join lateral (select d.day::timestamp at time zone time_zone as midnight) m
  cross join lateral (
    select m.midnight - interval '15 minutes' as probe,
      (m.midnight - interval '15 minutes') at time zone time_zone as wall) p
  order by 1
$$;
comment on function sms_private.day_starts is
  'The first moment of each of these days in a time zone. A day that a zone skipped has none of its own.';

create function sms_private.hour_starts(from_at timestamptz, to_at timestamptz, time_zone text)
returns setof timestamptz
language sql stable set search_path = ''
as $$
  -- A new hour begins when the clock shows a full hour, and when the clock is set (on Lord Howe Island by half an hour).
  with quarters as (
    select q.at, q.wall, q.wall - (q.at at time zone 'UTC') as utc_offset
    from (
      select g.at, g.at at time zone time_zone as wall
      from generate_series(from_at - interval '2 hours', to_at - interval '1 microsecond', interval '15 minutes') g (at)
    ) q
  ), starts as (
    select w.at, lead(w.at, 1, 'infinity') over (order by w.at) as next_at
    from (select q.*, lag(q.utc_offset) over (order by q.at) as offset_before from quarters q) w
    where extract(minute from w.wall) = 0 or w.utc_offset <> w.offset_before
  )
  select s.at from starts s where s.next_at > from_at order by 1
$$;
comment on function sms_private.hour_starts is
  'The moments at which an hour begins in a time zone, from the hour that holds from_at to the last one before to_at.';

create function sms_private.bucket_starts(bucket text, from_at timestamptz, to_at timestamptz, time_zone text)
returns setof timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  if bucket = 'hour' then
    return query select sms_private.hour_starts(from_at, to_at, time_zone);
    return;
  end if;
  return query select sms_private.day_starts((from_at at time zone time_zone)::date,
    ((to_at - interval '1 microsecond') at time zone time_zone)::date, time_zone);
end
$$;
comment on function sms_private.bucket_starts is
  'Where the hours or days of a time zone begin that a range touches: the first at its start or before, the last before its end.';
