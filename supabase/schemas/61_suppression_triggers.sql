-- Triggers: an opt-out outlives its contact and its number, and is found again.

-- Definers: the caller who deletes or adds a row has no right to read the keys. A contact without a canonical number is being
-- merged into another one, which goes on.
create function sms_private.before_contact_goes()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not sms_private.keep_opt_outs_of_gone(old.user_id) and (old.opted_out_at is not null or exists (
    select from sms_private.sender_blocks b where b.contact_id = old.id)) then
    perform sms_private.keep_opt_outs_of_contact(old);
  end if;
  return old;
end
$$;
comment on function sms_private.before_contact_goes is 'Trigger: an opt-out outlives its contact.';
create trigger keep_opt_outs before delete on public.sms_contacts
  for each row when (old.canonical_number is not null) execute function sms_private.before_contact_goes();

create function sms_private.before_number_goes()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not sms_private.keep_opt_outs_of_gone(old.user_id) then
    perform sms_private.keep_opt_outs_of_numbers(old.user_id, array[old.id]);
    return old;
  end if;
  -- Texts that could not be stored have no tenant's id that would take them along.
  delete from sms_private.texts_set_aside t
  where t.account_sid = old.account_sid and sms_private.telephone_of(t.to_number) = old.number;
  return old;
end
$$;
comment on function sms_private.before_number_goes is 'Trigger: an opt-out stays when the number goes, and the next tenant of the number must obey it. Texts to it that were set aside are deleted with the tenant.';
create trigger keep_opt_outs before delete on public.sms_numbers
  for each row execute function sms_private.before_number_goes();

-- A key that cannot be read must not lose a text. Whoever it may be, they are not texted from numbers with suppressions until
-- the key is back: the block is marked by infinity (restore_suppression_key()).
create function sms_private.recall_opt_outs(contact public.sms_contacts)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    with recalled as (
      insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
      select n.id, contact.id, max(s.opted_out_at)
      from sms_private.suppressions_of(contact.canonical_number) s
      join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
      group by 1 order by 1
      on conflict do nothing
      returning phone_number_id
    )
    insert into public.sms_consent_events (user_id, contact_id, change, source)
    select contact.user_id, contact.id, 'sender_blocked',
      (select s.source from sms_private.suppressions_of(contact.canonical_number) s order by s.opted_out_at desc limit 1)
    from recalled limit 1;
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    raise warning 'Suppressions could not be read: %', sqlerrm;
    insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
    select n.id, contact.id, 'infinity' from public.sms_numbers n
    where n.user_id = contact.user_id
      and exists (select from sms_private.suppressions s where s.sending_number = n.number)
    order by n.id
    on conflict do nothing;
  end;
end
$$;
comment on function sms_private.recall_opt_outs is
  'Blocks the pairs of a new contact that opted out of numbers of its tenant before it was erased, or under another tenant.';

create function sms_private.recall_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from public.sms_numbers n join sms_private.suppressions s on s.sending_number = n.number
    where n.user_id = new.user_id) then
    perform sms_private.recall_opt_outs(new);
  end if;
  return null;
end
$$;
comment on function sms_private.recall_opt_outs_of_contact is
  'Trigger: a contact that is new, or comes back, is still opted out.';
create trigger recall_opt_outs after insert on public.sms_contacts
  for each row execute function sms_private.recall_opt_outs_of_contact();

create function sms_private.recall_opt_outs_of_contacts(number public.sms_numbers)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  key int;
  inner_pad bytea;
  outer_pad bytea;
begin
  for key in
    select k.id from sms_private.suppression_keys k
    where exists (select from sms_private.suppressions s where s.key_id = k.id and s.sending_number = number.number)
    order by k.id
  loop
    inner_pad := sms_private.hmac_pad(sms_private.suppression_secret(key), '36');
    outer_pad := sms_private.hmac_pad(sms_private.suppression_secret(key), '5c');
    with known as (
      select spelled.id, max(s.opted_out_at) as at, (array_agg(s.source order by s.opted_out_at desc))[1] as source
      from (
        select k.id, sha256(outer_pad || sha256(inner_pad || convert_to(spelling, 'UTF8'))) as hash
        from public.sms_contacts k cross join unnest(sms_private.spellings_of(k.canonical_number)) spelling
        where k.user_id = number.user_id and k.canonical_number is not null
        offset 0) spelled
      join sms_private.suppressions s on s.key_id = key and s.contact_hash = spelled.hash and s.sending_number = number.number
      group by spelled.id
    ), recalled as (
      insert into sms_private.sender_blocks as b (phone_number_id, contact_id, at)
      select number.id, known.id, known.at from known order by known.id
      on conflict (phone_number_id, contact_id) do update set at = greatest(b.at, excluded.at)
    )
    insert into public.sms_consent_events (user_id, contact_id, change, source)
    select number.user_id, known.id, 'sender_blocked', known.source from known;
  end loop;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'Suppressions could not be read: %', sqlerrm;
  insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
  select number.id, k.id, 'infinity' from public.sms_contacts k
  where k.user_id = number.user_id and k.canonical_number is not null
  order by k.id
  on conflict do nothing;
end
$$;
comment on function sms_private.recall_opt_outs_of_contacts is
  'Blocks the pairs of a new number with those contacts of its tenant who opted out of it before.';

create function sms_private.recall_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Who opted out of the tenant, and was erased, opted out of this number too. A hash tells nobody's number, but it can be copied.
  insert into sms_private.suppressions (key_id, contact_hash, sending_number, user_id, reason, source, opted_out_at)
  select distinct on (s.key_id, s.contact_hash) s.key_id, s.contact_hash, new.number, new.user_id, s.reason, s.source,
    s.opted_out_at
  from sms_private.suppressions s where s.user_id = new.user_id and s.reason = 'opted_out'
  order by s.key_id, s.contact_hash, s.opted_out_at desc
  on conflict do nothing;
  if exists (select from sms_private.suppressions s where s.sending_number = new.number) then
    perform sms_private.recall_opt_outs_of_contacts(new);
  end if;
  return null;
end
$$;
comment on function sms_private.recall_opt_outs_of_number is
  'Trigger: who opted out of a tenant opted out of its new number too, and who has a number next is bound by the opt-outs of the one before.';
create trigger recall_opt_outs after insert on public.sms_numbers
  for each row execute function sms_private.recall_opt_outs_of_number();
