-- Time zones: the business's clock.

-- The one place that tells the zone of a number. Only where all numbers of the country have one zone: an hour off is worse than UTC,
-- which nobody takes for the time of the place.
create function sms_private.zone_of_number(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return case sms_private.country_of(number)
    when 'AE' then 'Asia/Dubai' when 'AT' then 'Europe/Vienna' when 'BE' then 'Europe/Brussels'
    when 'BG' then 'Europe/Sofia' when 'CH' then 'Europe/Zurich' when 'CO' then 'America/Bogota'
    when 'CZ' then 'Europe/Prague' when 'DE' then 'Europe/Berlin' when 'DK' then 'Europe/Copenhagen'
    when 'DO' then 'America/Santo_Domingo' when 'EE' then 'Europe/Tallinn' when 'EG' then 'Africa/Cairo'
    when 'FI' then 'Europe/Helsinki' when 'FR' then 'Europe/Paris' when 'GB' then 'Europe/London'
    when 'GR' then 'Europe/Athens' when 'HK' then 'Asia/Hong_Kong' when 'HR' then 'Europe/Zagreb'
    when 'HU' then 'Europe/Budapest' when 'IE' then 'Europe/Dublin' when 'IL' then 'Asia/Jerusalem'
    when 'IN' then 'Asia/Kolkata' when 'IT' then 'Europe/Rome' when 'JM' then 'America/Jamaica'
    when 'JP' then 'Asia/Tokyo' when 'KE' then 'Africa/Nairobi' when 'KR' then 'Asia/Seoul'
    when 'LT' then 'Europe/Vilnius' when 'LU' then 'Europe/Luxembourg' when 'LV' then 'Europe/Riga'
    when 'NG' then 'Africa/Lagos' when 'NL' then 'Europe/Amsterdam' when 'NO' then 'Europe/Oslo'
    when 'PE' then 'America/Lima' when 'PH' then 'Asia/Manila' when 'PL' then 'Europe/Warsaw'
    when 'PR' then 'America/Puerto_Rico' when 'RO' then 'Europe/Bucharest' when 'SA' then 'Asia/Riyadh'
    when 'SE' then 'Europe/Stockholm' when 'SG' then 'Asia/Singapore' when 'SI' then 'Europe/Ljubljana'
    when 'SK' then 'Europe/Bratislava' when 'TH' then 'Asia/Bangkok' when 'TR' then 'Europe/Istanbul'
    when 'TW' then 'Asia/Taipei' when 'ZA' then 'Africa/Johannesburg'
  end;
end
$$;
comment on function sms_private.zone_of_number is
  'The time zone of a telephone number, by its country; null where the country has several, or where it is not known.';

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
