-- Opt-outs of contacts that are gone: found again when the contact is new to a number, and lifted by START.

create function sms_private.suppressions_of(canonical text)
returns setof sms_private.suppressions
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  -- Of each spelling: a country may have renumbered since the opt-out was kept, and a hash cannot follow.
  return query
    select s.* from (
      select k.id from sms_private.suppression_keys k
      where exists (select from sms_private.suppressions any_of where any_of.key_id = k.id) offset 0) k
    cross join lateral (select sms_private.suppression_secret(k.id) as secret offset 0) opened
    cross join unnest(sms_private.spellings_of(canonical)) spelling
    cross join lateral (
      select sms_private.hmac_sha256(opened.secret, convert_to(spelling, 'UTF8')) as hash offset 0) hashed
    join sms_private.suppressions s on s.key_id = k.id and s.contact_hash = hashed.hash;
end
$$;
comment on function sms_private.suppressions_of is
  'All that is kept of the contact with this canonical number, also by a spelling that was canonical once. Raises when a key cannot be read.';

create function sms_private.is_suppressed(sending_number text, canonical text)
returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not exists (select from sms_private.suppressions s where s.sending_number = is_suppressed.sending_number) then
    return false;
  end if;
  return exists (select from sms_private.suppressions_of(canonical) s where s.sending_number = is_suppressed.sending_number);
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- Whoever it may be, they are not texted.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;
comment on function sms_private.is_suppressed is
  'Whether a number must not text somebody who is no contact: opt_out_reason() for a recipient that has no row yet. True also when the key cannot be read.';

-- START. Only what is older than it: a START may be recovered late.
create function sms_private.lift_suppressions(number_id uuid, contact_id uuid, said_at timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  lifted record;
  later boolean := false;
begin
  select * into contact from public.sms_contacts k where k.id = lift_suppressions.contact_id;
  if not exists (select from sms_private.suppressions s join public.sms_numbers n on n.number = s.sending_number
    where n.user_id = contact.user_id)
    and not exists (select from sms_private.suppressions s where s.user_id = contact.user_id) then
    return true;
  end if;
  for lifted in
    select n.id as number_id, s.* from sms_private.suppressions_of(contact.canonical_number) s
    left join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
    where n.id is not null and (s.reason = 'opted_out' or n.id = lift_suppressions.number_id)
      or n.id is null and s.reason = 'opted_out' and s.user_id = contact.user_id
    order by n.id
  loop
    if lifted.opted_out_at > said_at then
      later := later or lifted.number_id is not distinct from lift_suppressions.number_id;
      continue;
    end if;
    if lifted.number_id is null and lifted.sending_number <> '' then
      -- A number that the tenant had. It stays bound, and binds no number that the tenant adds.
      update sms_private.suppressions s set reason = 'sender_blocked'
      where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.user_id = lifted.user_id
        and s.sending_number = lifted.sending_number;
      continue;
    end if;
    delete from sms_private.suppressions s
    where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.user_id = lifted.user_id
      and s.sending_number = lifted.sending_number;
    if lifted.user_id <> contact.user_id and lifted.reason = 'opted_out' and sms_private.is_user(lifted.user_id) then
      -- Who had this number before is another business, which they did not opt in to. What it adds stays bound.
      insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, user_id, reason, source, opted_out_at)
      values (lifted.key_id, lifted.contact_hash, '', lifted.user_id, lifted.reason, lifted.source, lifted.opted_out_at)
      on conflict on constraint suppressions_pkey do update
      set opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
    end if;
    delete from sms_private.sender_blocks b
    where b.phone_number_id = lifted.number_id and b.contact_id = contact.id and b.at = lifted.opted_out_at;
  end loop;
  return not later;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The contact's word is stored all the same, and unblocks this number.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;
comment on function sms_private.lift_suppressions is
  'The contact opted in: deletes what is kept of their opt-out for this number, and for all numbers of the tenant where they had opted out of all. A tenant who had such a number before stays bound by it in all that it adds. False when they opted out of this number later than that.';

-- A tenant may be deleted while its contact's STOP is on the way: the webhook comes again, and nobody has the number any more.
-- Not from an account whose tenant could sign what it likes about numbers of others.
create function sms_private.keep_word_to_nobody(account_sid text, own_number text, sender_number text, keyword text,
  said_at timestamptz)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  if keyword is null or keyword not in ('in', 'out') or sms_private.is_signed_by_tenant(account_sid)
    or own_number !~ '^\+[1-9][0-9]{6,14}$' or sender_number !~ '^\+[1-9][0-9]{6,14}$'
    or exists (select from public.sms_numbers n where n.number = own_number) then
    return;
  end if;
  if keyword = 'out' then
    perform sms_private.keep_suppressions(array[row(sms_private.canonical_number(sender_number), own_number, nobody,
      'opted_out', 'keyword', said_at)::sms_private.opt_out_to_keep]);
    return;
  end if;
  delete from sms_private.suppressions s
  using sms_private.suppressions_of(sms_private.canonical_number(sender_number)) known
  where s.key_id = known.key_id and s.contact_hash = known.contact_hash and s.sending_number = known.sending_number
    and s.user_id = known.user_id and s.sending_number = own_number and s.user_id = nobody and s.opted_out_at <= said_at;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'A keyword to a number that nobody has could not be kept: %', sqlerrm;
end
$$;
comment on function sms_private.keep_word_to_nobody is
  'STOP to a number that nobody has binds who has it next, START frees them. Only on an account that the operator signs for.';
