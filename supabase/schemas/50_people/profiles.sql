-- As whom a tenant texts: the brand in its texts, and how a contact reaches a person.

-- Only what people write with spaces between: the country's code, and groups of three and four.
create function sms_private.spaced_number(number text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when number ~ '^\+1[0-9]{10}$' then regexp_replace(number, '^\+1(...)(...)(....)$', '+1 \1 \2 \3')
    else number end;
end
$$;
comment on function sms_private.spaced_number is 'A number as people read it: +1 415 555 0100; others as they are.';

create function sms_private.brand_of(tenant uuid, number text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((select p.brand from public.sms_profiles p where p.user_id = tenant),
    sms_private.spaced_number(number));
end
$$;
comment on function sms_private.brand_of is
  'As whom a tenant texts from this number: its brand, else the number in international spelling.';

-- Why a brand is refused. It goes into texts as it is, so it is a name: one line that can be seen, no link, none of our places for words.
create function sms_private.is_plain_name(name text, longest int, may_link boolean)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(char_length(name) <= longest and name ~ '[^\s[:punct:]]' and name !~ '[[:cntrl:]{}<>]'
    and name = sms_private.visible_text(name) and name = btrim(name)
    and (may_link or name !~* '(https?:|www\.|://|[a-z0-9]\.[a-z]{2,}/)'), false);
end
$$;
comment on function sms_private.is_plain_name is
  'Whether it may stand in a text as a name: one line of so many characters at most, something to read, nothing that cannot be seen, no braces, and no link unless links are allowed.';

create function sms_private.profile_view(profile public.sms_profiles)
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return jsonb_build_object(
    'profile', jsonb_build_object('brand', profile.brand, 'help_contact', profile.help_contact,
      'carrier_answers', coalesce(profile.carrier_answers, true), 'updated_at', profile.updated_at),
    'missing', to_jsonb(array_remove(array[case when profile.brand is null then 'brand' end,
      case when profile.help_contact is null then 'help_contact' end], null)),
    'law', 'Say who texts: the name of the business belongs into the first text, into the confirmation of an opt-out and into the answer to HELP (docs/compliance/identity.md).');
end
$$;
comment on function sms_private.profile_view is 'A profile as the verbs answer it: what is set, what is missing, and the law''s sentence.';

create function public.sms_get_profile()
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  profile public.sms_profiles;
begin
  select * into profile from public.sms_profiles p where p.user_id = (select sms_private.tenant_id());
  return jsonb_build_object('outcome', 'found') || sms_private.profile_view(profile);
end
$$;
comment on function public.sms_get_profile is
  'As whom the caller texts: { profile: { brand, help_contact, carrier_answers, updated_at }, missing: what is not set yet, law }. Outcome: found.';

-- As definer: users write no row of this table themselves.
create function sms_private.save_my_profile(profile jsonb)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  wrong text;
  saved public.sms_profiles;
begin
  if jsonb_typeof(profile) is distinct from 'object' then
    return jsonb_build_object('outcome', 'INVALID_PROFILE', 'details', jsonb_build_object('field', null));
  end if;
  select min(left(field.name, 64)) into wrong from jsonb_object_keys(profile) field (name)
  where field.name not in ('brand', 'help_contact', 'carrier_answers');
  if wrong is not null then
    return jsonb_build_object('outcome', 'UNKNOWN_FIELD', 'details', jsonb_build_object('field', wrong));
  end if;
  select min(field.name) into wrong from jsonb_each(profile) field (name, value)
  where case
    when field.name = 'carrier_answers' then jsonb_typeof(field.value) <> 'boolean'
    when field.value = 'null' then false
    when jsonb_typeof(field.value) <> 'string' then true
    when field.name = 'brand' then not sms_private.is_plain_name(field.value #>> '{}', 60, false)
    else not sms_private.is_plain_name(field.value #>> '{}', 100, true) end;
  if wrong is not null then
    return jsonb_build_object('outcome', case wrong when 'brand' then 'INVALID_BRAND' else 'INVALID_PROFILE' end,
      'details', jsonb_build_object('field', wrong));
  end if;
  if not coalesce(sms_private.is_user(tenant), false) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  insert into public.sms_profiles as p (user_id, brand, help_contact, carrier_answers)
  values (tenant, profile ->> 'brand', profile ->> 'help_contact',
    coalesce((profile ->> 'carrier_answers')::boolean, true))
  on conflict on constraint sms_profiles_pkey do update
  set brand = case when save_my_profile.profile ? 'brand' then excluded.brand else p.brand end,
    help_contact = case when save_my_profile.profile ? 'help_contact' then excluded.help_contact
      else p.help_contact end,
    carrier_answers = case when save_my_profile.profile ? 'carrier_answers' then excluded.carrier_answers
      else p.carrier_answers end
  returning * into saved;
  return jsonb_build_object('outcome', 'saved') || sms_private.profile_view(saved);
end
$$;
comment on function sms_private.save_my_profile is 'sms_save_profile, as definer, for sms_private.tenant_id().';

create function public.sms_save_profile(profile jsonb)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_profile(profile) $$;
comment on function public.sms_save_profile is
  'Changes those fields of the caller''s profile that are named; null clears one. brand: 1 to 60 characters, one line, no link. help_contact: 1 to 100 characters, how a contact reaches a person. carrier_answers: false where Twilio''s own answers to STOP and HELP are switched off. Outcomes: saved (as sms_get_profile), INVALID_BRAND and INVALID_PROFILE (details.field), UNKNOWN_FIELD (details.field), USER_NOT_FOUND.';
