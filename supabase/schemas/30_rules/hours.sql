-- Quiet hours: when a promotional text may go to a contact, by the contact's clock (docs/rules/quiet_hours.md).

-- The anonymous Gregorian computus: https://en.wikipedia.org/wiki/Date_of_Easter#Anonymous_Gregorian_algorithm
create function sms_private.easter(year int)
returns date
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  a int := year % 19;
  b int := year / 100;
  c int := year % 100;
  h int := (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  l int := (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  m int := (a + 11 * h + 22 * l) / 451;
begin
  return make_date(year, (h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
end
$$;
comment on function sms_private.easter is 'Easter Sunday of a year.';

create function sms_private.is_quiet_day(place text, day date)
returns boolean
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  its_weekday int := extract(isodow from day);
  -- A holiday of the weekend is observed on the day beside it.
  beside date := case its_weekday when 5 then day + 1 when 1 then day - 1 end;
  days_from_easter int := day - sms_private.easter(extract(year from day)::int);
begin
  return exists (
    select from sms_private.quiet_days q
    where q.place in (is_quiet_day.place, split_part(is_quiet_day.place, '-', 1))
      and case
        when q.from_easter is not null then q.from_easter = days_from_easter
        when q.nth = -1 then q.month = extract(month from is_quiet_day.day) and q.weekday = its_weekday
          and q.month <> extract(month from is_quiet_day.day + 7)
        when q.nth is not null then q.month = extract(month from is_quiet_day.day) and q.weekday = its_weekday
          and q.nth = (extract(day from is_quiet_day.day)::int + 6) / 7
        else (q.month, q.day) = (extract(month from is_quiet_day.day), extract(day from is_quiet_day.day))
          or q.observed and (q.month, q.day) = (extract(month from beside), extract(day from beside)) end);
end
$$;
comment on function sms_private.is_quiet_day is 'Whether a day is a holiday of this place, or of its country, that its law closes.';

-- Closed where any place's law, or any of the clocks that the contact may have, says so.
create function sms_private.is_open_at(
  places text[], zones text[], own sms_private.quiet_hours, moment timestamptz)
returns boolean
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  -- A moment has one local time, also where that time comes twice or never.
  return not exists (
    select from (select distinct moment at time zone z.name as at from unnest(zones) z (name)) here
    where own.opens is not null and not (here.at::time >= own.opens and here.at::time < own.closes
        and extract(isodow from here.at) = any (own.days))
      or exists (
        select from unnest(places) law (place)
        where not exists (
          select from sms_private.sending_hours h
          where h.place = law.place and extract(isodow from here.at) = any (h.days)
            and here.at::time >= h.opens and here.at::time < h.closes
            and (h.on_holidays or not sms_private.is_quiet_day(h.place, here.at::date)))));
end
$$;
comment on function sms_private.is_open_at is
  'Whether a moment is within the windows of all these places and of the tenant, by all these clocks.';

-- It opens when some window opens, by some clock: so only these moments are tried. Ten days are longer than any row of holidays.
create function sms_private.next_opening(
  places text[], zones text[], own sms_private.quiet_hours, moment timestamptz)
returns timestamptz
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  opening timestamptz;
begin
  for opening in
    select distinct (((moment at time zone z.name)::date + d.later) + w.opens) at time zone z.name as at
    from unnest(zones) z (name)
    cross join generate_series(-1, 10) d (later)
    cross join (
      select h.opens from sms_private.sending_hours h where h.place = any (places)
      union select own.opens where own.opens is not null) w
    order by 1
  loop
    continue when opening <= moment;
    if sms_private.is_open_at(places, zones, own, opening) then
      return opening;
    end if;
  end loop;
  return null;
end
$$;
comment on function sms_private.next_opening is
  'The first moment after this one at which is_open_at(); null when there is none in ten days.';

create function sms_private.states_on_clock(zone text, moment timestamptz)
returns text[]
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return array(
    select distinct s.state from sms_private.state_zones s
    where moment at time zone s.zone = moment at time zone states_on_clock.zone);
end
$$;
comment on function sms_private.states_on_clock is 'The states of the US where clocks show the same now as in this zone.';

-- Who knows less is stricter: of several states and clocks all count.
create function sms_private.whereabouts(
  number text, zip_code text, time_zone text, moment timestamptz, out places text[], out zones text[])
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  there sms_private.country_prefixes := sms_private.place_of(number);
  zip sms_private.zip_prefixes;
  country text := there.country;
  territory_of text := there.territory_of;
  states text[] := array_remove(array[there.state], null);
  clocks text[] := coalesce(there.zones, '{}');
  known_zone text := case when sms_private.is_time_zone(time_zone) then time_zone end;
begin
  -- Abroad, five digits are another country's code.
  if zip_code is not null and number like '+1%' then
    select * into zip from sms_private.zip_prefixes p where p.prefix = left(zip_code, 3);
  end if;
  if zip.prefix is not null then
    country := zip.country;
    territory_of := case when country <> 'US' then 'US' end;
    states := zip.states;
    clocks := case when known_zone is null then zip.zones
      when known_zone = any (zip.zones) then array[known_zone] else zip.zones || known_zone end;
  elsif known_zone is not null then
    clocks := array[known_zone];
    if country = 'US' and not states && sms_private.states_on_clock(known_zone, moment) then
      -- Their number says one state and their clock another. The law of the area code may hold all the same (Fla. Stat. 501.059).
      states := states || sms_private.states_on_clock(known_zone, moment);
    end if;
  end if;
  if country = 'US' and (clocks = '{}' or states = '{}') then
    -- A number of no place, such as a toll-free one: every state, and every clock of theirs.
    select array_agg(distinct s.state), case when clocks = '{}' then array_agg(distinct s.zone) else clocks end
    into states, clocks from sms_private.state_zones s;
  end if;
  if clocks = '{}' then
    -- A satellite telephone.
    clocks := '{UTC}';
  end if;
  places := array(
    select distinct h.place from sms_private.sending_hours h
    where h.place in (country, territory_of)
      or h.place = any (array(select country || '-' || s from unnest(states) s))
    order by h.place);
  if not places && array[country, territory_of] then
    places := places || '*'::text;
  end if;
  zones := array(select distinct c from unnest(clocks) c order by c);
end
$$;
comment on function sms_private.whereabouts is
  'Whose law holds for a contact, and which clocks may be theirs: by ZIP code and time zone, else by the number''s area code.';
