-- Opt-outs of contacts that are gone: kept by a keyed hash, found again when the contact is new to a number.

-- RFC 2104. sha256() is Postgres's own; an extension for it may be missing, or in any schema.
create function sms_private.hmac_sha256(secret bytea, message bytea)
returns bytea
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  padded bit(512) := ('x' || rpad(encode(case when octet_length(secret) > 64 then sha256(secret) else secret end, 'hex'),
    128, '0'))::bit(512);
begin
  -- What varbit_send() gives begins with four bytes that say how long it is.
  return sha256(substring(varbit_send(padded # ('x' || repeat('5c', 64))::bit(512)) from 5)
    || sha256(substring(varbit_send(padded # ('x' || repeat('36', 64))::bit(512)) from 5) || message));
end
$$;
comment on function sms_private.hmac_sha256 is 'HMAC-SHA256 (RFC 2104).';

create function sms_private.suppression_secret(key_id int)
returns bytea
language plpgsql stable set search_path = ''
as $$
declare
  secret bytea := (select k.secret from sms_private.suppression_keys k where k.id = suppression_secret.key_id);
begin
  if secret is null and to_regclass('vault.decrypted_secrets') is not null then
    select decode(v.decrypted_secret, 'hex') into secret from vault.decrypted_secrets v
    where v.name = 'supabase_sms_suppression_key_' || suppression_secret.key_id;
  end if;
  if secret is null or octet_length(secret) <> 32 then
    raise exception 'Key % of the suppressions cannot be read. Give it back: sms_private.restore_suppression_key() (docs/privacy.md).', key_id
      using errcode = 'no_data_found';
  end if;
  return secret;
end
$$;
comment on function sms_private.suppression_secret is
  'The key with which contacts are hashed, of 32 bytes; raises when it cannot be read. For the database''s owner.';

create function sms_private.restore_suppression_key(key_id int, secret text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if secret !~ '^[0-9a-f]{64}$' then
    raise exception 'A key is 64 hexadecimal digits.' using errcode = 'invalid_parameter_value';
  elsif to_regnamespace('vault') is not null then
    perform sms_private.keep_secret('supabase_sms_suppression_key_' || restore_suppression_key.key_id,
      restore_suppression_key.secret);
  end if;
  insert into sms_private.suppression_keys as k (id, secret)
  values (restore_suppression_key.key_id,
    case when to_regnamespace('vault') is null then decode(restore_suppression_key.secret, 'hex') end)
  on conflict on constraint suppression_keys_pkey do update set secret = excluded.secret;
  -- Contacts that came while it was missing: blocked until now, whoever they are.
  with unknown as (
    delete from sms_private.sender_blocks b where b.at = 'infinity' returning b.*
  )
  insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
  select u.phone_number_id, u.contact_id, max(s.opted_out_at) from unknown u
  join public.sms_numbers n on n.id = u.phone_number_id
  join public.sms_contacts c on c.id = u.contact_id
  cross join lateral sms_private.suppressions_of(c.canonical_number) s
  where s.sending_number = n.number
  group by 1, 2;
end
$$;
comment on function sms_private.restore_suppression_key is
  'Puts a key (hexadecimal) where it belongs: into Vault, or into suppression_keys where there is no Vault. Then it looks again at contacts that came while it could not be read.';

create function sms_private.rotate_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  new_id int;
  old_id int;
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
  -- Nothing is hashed with these any more. The newest keeps its id from being used again.
  for old_id in
    delete from sms_private.suppression_keys k
    where not exists (select from sms_private.suppressions s where s.key_id = k.id)
      and k.id < (select max(newest.id) from sms_private.suppression_keys newest)
    returning k.id
  loop
    if to_regnamespace('vault') is not null then
      delete from vault.secrets v where v.name = 'supabase_sms_suppression_key_' || old_id;
    end if;
  end loop;
  new_id := coalesce((select max(k.id) from sms_private.suppression_keys k), 0) + 1;
  -- Three random numbers of 122 bits are more than the 256 that a key has.
  perform sms_private.restore_suppression_key(new_id, encode(sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'));
  return new_id;
end
$$;
comment on function sms_private.rotate_suppression_key is
  'Makes a new key for what is hashed from now on, and returns its id. Hashes of the old key are still found: nobody can hash them anew, because the numbers are gone.';

create function sms_private.newest_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  newest int := (select max(k.id) from sms_private.suppression_keys k);
begin
  if newest is null then
    perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
    newest := (select max(k.id) from sms_private.suppression_keys k);
  end if;
  return coalesce(newest, sms_private.rotate_suppression_key());
end
$$;
comment on function sms_private.newest_suppression_key is 'The key for new hashes; the first one is made when it is needed.';

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

create function sms_private.keep_suppression(canonical text, sending_number text, reason text, source text, at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  newest int := sms_private.newest_suppression_key();
  newest_hash bytea := sms_private.hmac_sha256(sms_private.suppression_secret(newest), convert_to(canonical, 'UTF8'));
  earlier sms_private.suppressions;
begin
  -- Now that the number is known, what an older key or an older spelling says of it moves to the newest one.
  for earlier in
    select s.* from sms_private.suppressions_of(canonical) s
    where s.sending_number = keep_suppression.sending_number and (s.key_id, s.contact_hash) <> (newest, newest_hash)
  loop
    if earlier.reason = 'opted_out' then
      reason := earlier.reason;
      source := earlier.source;
    end if;
    at := greatest(at, earlier.opted_out_at);
    delete from sms_private.suppressions s
    where s.key_id = earlier.key_id and s.contact_hash = earlier.contact_hash and s.sending_number = earlier.sending_number;
  end loop;
  insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, reason, source, opted_out_at)
  values (newest, newest_hash, keep_suppression.sending_number, keep_suppression.reason, keep_suppression.source, keep_suppression.at)
  on conflict on constraint suppressions_pkey do update
  set reason = case when excluded.reason = 'opted_out' then 'opted_out' else s.reason end,
    source = case when excluded.reason = 'opted_out' then excluded.source else s.source end,
    opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
end
$$;
comment on function sms_private.keep_suppression is 'Keeps that a number must not text a contact, by the newest key.';

-- Called when a contact, or a number, is about to be deleted: by an erasure, or with its tenant.
create function sms_private.keep_opt_outs(contact public.sms_contacts, number public.sms_numbers)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  block sms_private.sender_blocks;
begin
  if contact.opted_out_at is not null then
    perform sms_private.keep_suppression(contact.canonical_number, number.number, 'opted_out', contact.opt_out_source,
      contact.opted_out_at);
  end if;
  select * into block from sms_private.sender_blocks b where b.phone_number_id = number.id and b.contact_id = contact.id;
  -- Infinity: the key could not be read. If there was a suppression, then it is still there.
  if found and block.at < 'infinity' then
    perform sms_private.keep_suppression(contact.canonical_number, number.number, 'sender_blocked', 'carrier', block.at);
  end if;
end
$$;
comment on function sms_private.keep_opt_outs is 'Keeps the opt-out of a contact for one number, if there is one.';

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
    where n.user_id = contact.user_id) then
    return true;
  end if;
  for lifted in
    select n.id as number_id, s.* from sms_private.suppressions_of(contact.canonical_number) s
    join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
    where s.reason = 'opted_out' or n.id = lift_suppressions.number_id
    order by n.id
  loop
    if lifted.opted_out_at > said_at then
      later := later or lifted.number_id = lift_suppressions.number_id;
      continue;
    end if;
    delete from sms_private.suppressions s
    where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.sending_number = lifted.sending_number;
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
  'The contact opted in: deletes what is kept of their opt-out for this number, and for all numbers of the tenant where they had opted out of all. False when they opted out of this number later than that.';
