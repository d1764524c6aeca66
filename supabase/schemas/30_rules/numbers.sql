-- Telephone numbers: where one is, and which spellings are one telephone.

-- This is asked for each message. One look a length is cheaper than one statement with all lengths, whose plan reads the
-- whole table. Which lengths there are: the check of the table.
create function sms_private.place_of(number text)
returns sms_private.country_prefixes
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  place sms_private.country_prefixes;
  digits int;
begin
  foreach digits in array case
    when starts_with(number, '+1') then '{4,1}'::int[]
    when starts_with(number, '+44') then '{7,6,4,2}'::int[]
    else '{3,2,1}'::int[] end
  loop
    select * into place from sms_private.country_prefixes p where p.prefix = substr(number, 2, digits);
    exit when found;
  end loop;
  return place;
end
$$;
comment on function sms_private.place_of is
  'Country, state and time zones of an E.164 number; null when no prefix fits. Another plan may have moved the telephone: this is where its number is from.';

create function sms_private.country_of(number text)
returns text
language sql stable parallel safe set search_path = ''
as $$ select (sms_private.place_of(number)).country $$;
comment on function sms_private.country_of is 'ISO 3166 country of an E.164 number, or null when no prefix fits.';

-- Several steps: a 0 from home may stand before an old spelling. An address of RCS or WhatsApp is its telephone.
create function sms_private.canonical_number(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  canonical text := sms_private.telephone_of(number);
  newer text;
begin
  if canonical !~ '^\+[1-9][0-9]{6,14}$' then
    return number;
  end if;
  for step in 1..3 loop
    select '+' || s.new_prefix || substr(canonical, 2 + length(s.old_prefix)) into newer
    from sms_private.number_spellings s
    where s.old_prefix = any (array[
      substr(canonical, 2, 3), substr(canonical, 2, 4), substr(canonical, 2, 5), substr(canonical, 2, 6)])
      and (s.digits = length(canonical) - 1 - length(s.old_prefix)
        or s.digits = 0 and substr(canonical, 2 + length(s.old_prefix), 1) <> '0')
    order by length(s.old_prefix) desc
    limit 1;
    exit when newer is null or newer !~ '^\+[1-9][0-9]{6,14}$';
    canonical := newer;
  end loop;
  return canonical;
end
$$;
comment on function sms_private.canonical_number is
  'The one spelling of a telephone that has several, by number_spellings. Any text that is not an E.164 number is returned unchanged.';

-- Backwards from today's spelling, in as many steps as canonical_number() takes forwards.
create function sms_private.spellings_of(number text, from_home boolean default true)
returns text[]
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  canonical text := sms_private.canonical_number(number);
  spellings text[] := array[canonical];
  newest text[] := spellings;
begin
  for step in 1..3 loop
    newest := array(
      select distinct older.number
      from unnest(newest) spelling
      join sms_private.number_spellings s on s.new_prefix = any (array[
        substr(spelling, 2, 2), substr(spelling, 2, 3), substr(spelling, 2, 4), substr(spelling, 2, 5),
        substr(spelling, 2, 6), substr(spelling, 2, 7)])
      cross join lateral (select '+' || s.old_prefix || substr(spelling, 2 + length(s.new_prefix)) as number) older
      where s.digits in (0, length(spelling) - 1 - length(s.new_prefix)) and (from_home or s.digits > 0)
        and length(older.number) <= 16 and older.number <> all (spellings)
        and sms_private.canonical_number(older.number) = canonical);
    exit when newest = '{}';
    spellings := spellings || newest;
  end loop;
  return case when number = any (spellings) then spellings else number || spellings end;
end
$$;
comment on function sms_private.spellings_of is
  'All ways to write a number that reach the same telephone, itself included. from_home: with a 0 from home, too.';

create function sms_private.set_canonical_number()
returns trigger
language plpgsql stable security definer set search_path = ''
as $$
begin
  new.canonical_number := sms_private.canonical_number(new.number);
  return new;
end
$$;
comment on function sms_private.set_canonical_number is 'Trigger: one telephone is one contact of a tenant, however its number is written.';

-- By the number as it stands there first: most callers have that one, and it costs one look.
create function sms_private.contact_named(tenant uuid, number text)
returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  contact uuid;
begin
  select k.id into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_named.number;
  if contact is null then
    select k.id into contact from public.sms_contacts k
    where k.user_id = tenant and k.canonical_number = sms_private.canonical_number(contact_named.number);
  end if;
  return contact;
end
$$;
comment on function sms_private.contact_named is 'The contact of a tenant with this number, in any spelling; null when there is none.';

-- Looks first: most contacts are there already, and under the number as they write it.
create function sms_private.contact_of(tenant uuid, number text, wrote_at timestamptz default null)
returns public.sms_contacts
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
  canonical text;
begin
  loop
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_of.number;
    exit when found;
    canonical := coalesce(canonical, sms_private.canonical_number(contact_of.number));
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.canonical_number = canonical;
    exit when found;
    insert into public.sms_contacts (user_id, number, wrote_at) values (tenant, contact_of.number, contact_of.wrote_at)
    on conflict do nothing
    returning * into contact;
    exit when found;
  end loop;
  return contact;
end
$$;
comment on function sms_private.contact_of is 'The contact of a tenant with this number, in any spelling; added when there is none. wrote_at: when it wrote, of one that is added because it did.';

-- A text waits here for an erasure or a merge of its contact, or makes them wait. contact_of() finds the one that is left.
create function sms_private.keep_contact(contact uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.sms_contacts k where k.id = contact for key share;
  return found;
end
$$;
comment on function sms_private.keep_contact is
  'Keeps a contact from being merged or erased until the transaction ends. False when it is gone already: look for it again.';

create function sms_private.my_contact(number text)
returns uuid
language sql stable security definer set search_path = ''
as $$ select sms_private.contact_named((select sms_private.tenant_id()), number) $$;
comment on function sms_private.my_contact is 'contact_named(), as definer, for sms_private.tenant_id().';

create function sms_private.is_same_telephone(one text, other text)
returns boolean
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return one = other or sms_private.canonical_number(one) = sms_private.canonical_number(other);
end
$$;
comment on function sms_private.is_same_telephone is 'Whether two numbers are spellings of one.';

-- The caller holds the conversation's lock, or there is none.
create function sms_private.use_spelling(number_id uuid, contact public.sms_contacts, number text, wrote boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if contact.number = use_spelling.number or not wrote and exists (
    select from public.sms_conversations c
    join public.sms_messages m on m.conversation_id = c.id and m.direction = 'inbound'
    where c.contact_id = contact.id) or sms_private.refuses_spelling(number_id, contact.id, use_spelling.number) then
    return;
  end if;
  update public.sms_contacts k set number = use_spelling.number where k.id = contact.id;
end
$$;
comment on function sms_private.use_spelling is
  'Answers go to the spelling that the contact wrote from last, unless Twilio refuses that one; before they wrote, to the one that was given last.';
