-- The keys with which contacts are hashed: where they are, and what is done with them.

-- RFC 2104. sha256() is Postgres's own; an extension for it may be missing, or in any schema.
create function sms_private.hmac_pad(secret bytea, byte text)
returns bytea
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- What varbit_send() gives begins with four bytes that say how long it is.
  return substring(varbit_send(
    ('x' || rpad(encode(case when octet_length(secret) > 64 then sha256(secret) else secret end, 'hex'), 128, '0'))::bit(512)
    # ('x' || repeat(byte, 64))::bit(512)) from 5);
end
$$;
comment on function sms_private.hmac_pad is 'The key of an HMAC, padded: with byte 36 what the message is added to, with 5c what that hash is added to.';

create function sms_private.hmac_sha256(secret bytea, message bytea)
returns bytea
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return sha256(sms_private.hmac_pad(secret, '5c') || sha256(sms_private.hmac_pad(secret, '36') || message));
end
$$;
comment on function sms_private.hmac_sha256 is 'HMAC-SHA256 (RFC 2104). Who hashes many with one key pads it once.';

create function sms_private.suppression_secret(key_id int)
returns bytea
language plpgsql stable set search_path = ''
as $$
declare
  key sms_private.suppression_keys;
  secret bytea;
begin
  select * into key from sms_private.suppression_keys k where k.id = suppression_secret.key_id;
  secret := key.secret;
  if secret is null and to_regclass('vault.decrypted_secrets') is not null then
    select decode(v.decrypted_secret, 'hex') into secret from vault.decrypted_secrets v
    where v.name = 'supabase_sms_suppression_key_' || suppression_secret.key_id;
  end if;
  if secret is null or sha256(secret) <> key.fingerprint then
    raise exception 'Key % of the suppressions cannot be read. Give it back: sms_private.restore_suppression_key() (docs/privacy.md).', key_id
      using errcode = 'no_data_found';
  end if;
  return secret;
end
$$;
comment on function sms_private.suppression_secret is
  'The key with which contacts are hashed, of 32 bytes; raises when it cannot be read, or is another one. For the database''s owner.';

create function sms_private.restore_suppression_key(key_id int, secret text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if secret !~ '^[0-9a-f]{64}$' then
    raise exception 'A key is 64 hexadecimal digits.' using errcode = 'invalid_parameter_value';
  elsif exists (select from sms_private.suppression_keys k
    where k.id = restore_suppression_key.key_id and k.fingerprint <> sha256(decode(restore_suppression_key.secret, 'hex'))) then
    raise exception 'This is another key than key %, which made the hashes. Look for the one that was kept (docs/privacy.md).', key_id
      using errcode = 'invalid_parameter_value';
  elsif to_regnamespace('vault') is not null then
    perform sms_private.keep_secret('supabase_sms_suppression_key_' || restore_suppression_key.key_id,
      restore_suppression_key.secret);
  end if;
  insert into sms_private.suppression_keys as k (id, secret, fingerprint)
  values (restore_suppression_key.key_id,
    case when to_regnamespace('vault') is null then decode(restore_suppression_key.secret, 'hex') end,
    sha256(decode(restore_suppression_key.secret, 'hex')))
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
      and not exists (select from sms_private.kept_consents c where c.key_id = k.id)
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

-- As definer: health asks with the secret key, which reads no keys.
create function sms_private.lost_suppression_keys()
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  key record;
  lost jsonb := '[]';
begin
  for key in
    select k.id, exists (select from sms_private.suppressions s where s.key_id = k.id)
        or exists (select from sms_private.kept_consents c where c.key_id = k.id) as is_used,
      k.id = max(k.id) over () as is_newest
    from sms_private.suppression_keys k order by k.id
  loop
    begin
      perform sms_private.suppression_secret(key.id) where key.is_used or key.is_newest;
    exception when others then
      perform sms_private.raise_if_transient(sqlstate, sqlerrm);
      lost := lost || to_jsonb(key.id);
    end;
  end loop;
  return lost;
end
$$;
comment on function sms_private.lost_suppression_keys is
  'Which keys of kept opt-outs cannot be read, or are not the ones that made the hashes: their ids. Until they are back, numbers with such opt-outs text no new contact, and no opted-out contact can be erased.';
