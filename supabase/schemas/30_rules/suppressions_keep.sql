-- Keeping opt-outs: of a contact that is erased, of a number that goes, of a whole tenant. A tenant may have 50,000 of them, so
-- all are kept at once: a few microseconds each.

create function sms_private.keep_suppressions(kept sms_private.opt_out_to_keep[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  newest int;
  key int;
  inner_pad bytea;
  outer_pad bytea;
begin
  if coalesce(cardinality(kept), 0) = 0 then
    return;
  end if;
  newest := sms_private.newest_suppression_key();
  -- Now that the contacts' numbers are known, what an older key or an older spelling says of them moves to the newest one.
  for key in
    select k.id from sms_private.suppression_keys k
    where exists (select from sms_private.suppressions s where s.key_id = k.id
      and s.sending_number in (select wanted.sending_number from unnest(kept) wanted))
    order by k.id
  loop
    inner_pad := sms_private.hmac_pad(sms_private.suppression_secret(key), '36');
    outer_pad := sms_private.hmac_pad(sms_private.suppression_secret(key), '5c');
    with earlier as (
      delete from sms_private.suppressions s using (
        select person.*, sha256(outer_pad || sha256(inner_pad || convert_to(spelling, 'UTF8'))) as hash
        from (
          select wanted.canonical_number, wanted.user_id, array_agg(distinct wanted.sending_number) as numbers
          from unnest(kept) wanted group by 1, 2) person
        cross join unnest(sms_private.spellings_of(person.canonical_number)) spelling
        where key <> newest or spelling <> person.canonical_number
        offset 0) spelled
      where s.key_id = key and s.contact_hash = spelled.hash and s.user_id = spelled.user_id
        and s.sending_number = any (spelled.numbers)
      returning spelled.canonical_number, s.sending_number, s.user_id, s.reason, s.source, s.opted_out_at
    )
    select kept || coalesce(array_agg(row(e.*)::sms_private.opt_out_to_keep), '{}') into kept from earlier e;
  end loop;
  inner_pad := sms_private.hmac_pad(sms_private.suppression_secret(newest), '36');
  outer_pad := sms_private.hmac_pad(sms_private.suppression_secret(newest), '5c');
  insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, user_id, reason, source, opted_out_at)
  select newest, sha256(outer_pad || sha256(inner_pad || convert_to(one.canonical_number, 'UTF8'))), one.sending_number,
    one.user_id, one.reason, one.source, one.opted_out_at
  from (
    select wanted.canonical_number, wanted.sending_number, wanted.user_id,
      -- Opted out of all numbers says more than blocked for this one.
      min(wanted.reason) as reason, (array_agg(wanted.source order by wanted.reason, wanted.opted_out_at desc))[1] as source,
      max(wanted.opted_out_at) as opted_out_at
    from unnest(kept) wanted group by 1, 2, 3) one
  order by 3, 2
  on conflict on constraint suppressions_pkey do update
  set reason = least(s.reason, excluded.reason),
    source = case when excluded.reason = 'opted_out' then excluded.source else s.source end,
    opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
end
$$;
comment on function sms_private.keep_suppressions is
  'Keeps by the newest key that these numbers must not text these contacts. Raises when a key that it needs cannot be read.';

-- Infinity: the key could not be read. If there was a suppression, then it is still there.
create function sms_private.keep_opt_outs_of_contact(contact public.sms_contacts)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform sms_private.keep_suppressions(array(
    select row(contact.canonical_number, n.number, contact.user_id, 'opted_out', contact.opt_out_source,
      contact.opted_out_at)::sms_private.opt_out_to_keep
    from (
      select mine.number from public.sms_numbers mine where mine.user_id = contact.user_id
      union all
      -- For the numbers that the tenant adds.
      select '' where not exists (select from public.sms_numbers mine where mine.user_id = contact.user_id)) n
    where contact.opted_out_at is not null
    union all
    select row(contact.canonical_number, n.number, contact.user_id, 'sender_blocked', 'carrier', b.at)::sms_private.opt_out_to_keep
    from sms_private.sender_blocks b join public.sms_numbers n on n.id = b.phone_number_id
    where b.contact_id = contact.id and b.at < 'infinity'));
end
$$;
comment on function sms_private.keep_opt_outs_of_contact is 'Keeps the opt-out of a contact for all numbers of its tenant, and its blocks.';

-- A contact without a canonical number is being merged into another one, which goes on.
create function sms_private.keep_opt_outs_of_numbers(tenant uuid, numbers uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform sms_private.keep_suppressions(array(
    select row(k.canonical_number, n.number, tenant, 'opted_out', k.opt_out_source, k.opted_out_at)::sms_private.opt_out_to_keep
    from public.sms_contacts k cross join public.sms_numbers n
    where k.user_id = tenant and k.opted_out_at is not null and k.canonical_number is not null and n.id = any (numbers)
    union all
    select row(k.canonical_number, n.number, tenant, 'sender_blocked', 'carrier', b.at)::sms_private.opt_out_to_keep
    from sms_private.sender_blocks b
    join public.sms_numbers n on n.id = b.phone_number_id
    join public.sms_contacts k on k.id = b.contact_id
    where b.phone_number_id = any (numbers) and k.canonical_number is not null and b.at < 'infinity'));
end
$$;
comment on function sms_private.keep_opt_outs_of_numbers is 'Keeps for these numbers of a tenant all opt-outs and blocks of its contacts.';

-- When a user is deleted, Postgres deletes the contacts first or the numbers first, each by itself. The first of them finds all
-- others still there, and keeps everything; the others only look whether that was done.
create function sms_private.keep_opt_outs_of_gone(tenant uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if current_setting('sms_private.kept_opt_outs_of', true) = tenant::text then
    return true;
  elsif sms_private.is_user(tenant) then
    return false;
  end if;
  perform sms_private.keep_opt_outs_of_numbers(tenant,
    array(select n.id from public.sms_numbers n where n.user_id = tenant));
  -- Whose they were counts for numbers that a tenant adds. This one adds none, and nothing of it stays, not even its id.
  with theirs as (
    delete from sms_private.suppressions s where s.user_id = tenant returning s.*
  )
  insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, user_id, reason, source, opted_out_at)
  select t.key_id, t.contact_hash, t.sending_number, '00000000-0000-0000-0000-000000000000', t.reason, t.source, t.opted_out_at
  from theirs t where t.sending_number <> ''
  order by t.sending_number, t.contact_hash
  on conflict on constraint suppressions_pkey do update
  set reason = least(s.reason, excluded.reason), opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
  perform set_config('sms_private.kept_opt_outs_of', tenant::text, true);
  return true;
end
$$;
comment on function sms_private.keep_opt_outs_of_gone is
  'Where this tenant is deleted in this transaction: keeps all its opt-outs, once. False for a tenant that stays.';
