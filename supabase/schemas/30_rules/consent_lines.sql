-- Lines of an import of consents: what each must say.

create type sms_private.consent_to_store as (
  place int, code text, number text, canonical text, basis text, given_at timestamptz, words text, page text, form_text text,
  contact_id uuid);
comment on type sms_private.consent_to_store is
  'A line of sms_record_consents: as it is stored, or the code with which it is refused.';

-- As somebody may write it: "+1 (415) 555-0101".
create function sms_private.number_as_written(number text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case when number ~ '^\s*\+[0-9 ().\/-]{7,40}$' then '+' || regexp_replace(number, '[^0-9]+', '', 'g')
    else left(number, 64) end
$$;
comment on function sms_private.number_as_written is 'A telephone number without the spaces and brackets that people write.';

-- ISO 8601 alone: Postgres would also take "tomorrow" and "infinity". Without a zone it is UTC.
create function sms_private.moment_of(value text)
returns timestamptz
language plpgsql immutable set search_path = '' set timezone = 'UTC'
as $$
begin
  if value !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?$' then
    return null;
  end if;
  return value::timestamptz;
exception when data_exception then
  return null;
end
$$;
comment on function sms_private.moment_of is 'A moment in ISO 8601, of UTC where it names no zone; null for anything else.';

create function sms_private.refuse_consent(line jsonb)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  given_at timestamptz;
begin
  if jsonb_typeof(line) <> 'object' or exists (
    select from jsonb_each(line) field
    where field.key not in ('number', 'basis', 'given_at', 'words', 'page', 'form_text')
      or jsonb_typeof(field.value) not in ('string', 'null')) then
    return 'INVALID_LINE';
  elsif sms_private.number_as_written(line ->> 'number') ~ '^\+[1-9][0-9]{6,14}$' is not true then
    return 'INVALID_RECIPIENT';
  elsif coalesce(line ->> 'basis', '') not in ('keyword', 'form', 'import', 'transactional') then
    return 'INVALID_BASIS';
  end if;
  given_at := sms_private.moment_of(line ->> 'given_at');
  if given_at is null or given_at < '2000-01-01' then
    return 'INVALID_GIVEN_AT';
  elsif given_at > clock_timestamp() + interval '5 minutes' then
    return 'CONSENT_OF_TOMORROW';
  elsif char_length(line ->> 'words') > 1000 or char_length(line ->> 'page') > 2048
    or char_length(line ->> 'form_text') > 4000 then
    return 'EVIDENCE_TOO_LONG';
  elsif coalesce(line ->> 'words', '') || coalesce(line ->> 'page', '') || coalesce(line ->> 'form_text', '') !~ '\S' then
    return 'EVIDENCE_MISSING';
  -- A form is proved by what stood on it, or by where it is.
  elsif line ->> 'basis' = 'form' and coalesce(line ->> 'page', '') || coalesce(line ->> 'form_text', '') !~ '\S' then
    return 'EVIDENCE_MISSING';
  end if;
  return null;
end
$$;
comment on function sms_private.refuse_consent is
  'Why a line of sms_record_consents cannot be stored, whoever the contact is; null when it can. Clocks may differ by five minutes.';

-- Whom an opt-out of this tenant binds although they are no contact any more.
create function sms_private.opted_out_and_gone(tenant uuid, canonical text)
returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from sms_private.suppressions s where s.user_id = tenant)
    and exists (
      select from sms_private.suppressions_of(canonical) s where s.user_id = tenant and s.reason = 'opted_out');
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;
comment on function sms_private.opted_out_and_gone is
  'Whether somebody who is no contact opted out of this tenant before they were erased. True also when the key cannot be read.';

create function sms_private.check_consents(tenant uuid, lines jsonb)
returns setof sms_private.consent_to_store
language sql stable set search_path = ''
as $$
  select l.place::int, coalesce(checked.code, case
      when k.id is null and sms_private.opted_out_and_gone(tenant, read.canonical) or k.opted_out_at is not null
        then 'RECIPIENT_OPTED_OUT' end),
    read.number, read.canonical, l.line ->> 'basis', least(read.given_at, clock_timestamp()),
    nullif(btrim(l.line ->> 'words'), ''), nullif(btrim(l.line ->> 'page'), ''), nullif(btrim(l.line ->> 'form_text'), ''),
    k.id
  from jsonb_array_elements(lines) with ordinality l (line, place)
  cross join lateral (select sms_private.refuse_consent(l.line) as code offset 0) checked
  left join lateral (
    select named.number, sms_private.canonical_number(named.number) as canonical,
      sms_private.moment_of(l.line ->> 'given_at') as given_at
    from (select sms_private.number_as_written(l.line ->> 'number') as number) named
    where checked.code is null offset 0) read on true
  left join public.sms_contacts k on k.id = case when checked.code is null then sms_private.contact_named(tenant, read.number) end
$$;
comment on function sms_private.check_consents is
  'Each line of sms_record_consents, and why it is refused; code is null for one that may be stored. Only the contact''s START ends an opt-out: a consent does not.';
