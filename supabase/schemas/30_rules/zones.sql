-- Time zones: the business's clock.

-- By country and area. Only where all numbers there have one zone: an hour off is worse than UTC, which nobody takes for the time of
-- the place.
create function sms_private.zone_of_number(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  zones text[] := (sms_private.place_of(number)).zones;
begin
  return case when cardinality(zones) = 1 then zones[1] end;
end
$$;
comment on function sms_private.zone_of_number is
  'The time zone of a telephone number, by its prefix; null where there are several, or where it is not known.';

-- One clock for all: that of Postgres. A function's runtime has a list of time zones of its own, which may be a year older
-- (findings/deno-and-postgres-differ-on-the-hour-in-vancouver.sh).
create function sms_private.minutes_east(zone text, moment timestamptz default now())
returns int
language plpgsql stable strict set search_path = ''
as $$
begin
  return extract(epoch from (moment at time zone zone) - (moment at time zone 'UTC'))::int / 60;
exception when invalid_parameter_value then
  return null;
end
$$;
comment on function sms_private.minutes_east is
  'By how many minutes the clocks of this time zone are before UTC at a moment; null where the zone does not exist.';

-- A trigger, and not a constraint: contacts may have had any text there, and only somebody who writes a zone is refused.
create function sms_private.check_time_zone()
returns trigger
-- As definer: a signed-in user may not call what this calls.
language plpgsql stable security definer set search_path = ''
as $$
begin
  if new.time_zone is null or sms_private.is_time_zone(new.time_zone) then
    return new;
  end if;
  raise exception 'time_zone is not the IANA name of a time zone such as Europe/Berlin'
    using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = 'time_zone',
    constraint = tg_table_name || '_time_zone_check';
end
$$;
comment on function sms_private.check_time_zone is 'Trigger: a time zone that is written exists.';
