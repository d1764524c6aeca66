-- Triggers: an opt-out outlives its contact and its number, and is found again.

-- Definers: the caller who deletes or adds a row has no right to read the keys. When a user is deleted, Postgres deletes the contacts
-- first or the numbers first; the other half is still there then. A contact without a canonical number is being merged into
-- another one, which goes on.
create function sms_private.keep_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if old.opted_out_at is not null or exists (
    select from sms_private.sender_blocks b where b.contact_id = old.id) then
    perform sms_private.keep_opt_outs(old, n) from public.sms_numbers n where n.user_id = old.user_id;
  end if;
  return old;
end
$$;
comment on function sms_private.keep_opt_outs_of_contact is 'Trigger: an opt-out outlives its contact.';
create trigger keep_opt_outs before delete on public.sms_contacts
  for each row when (old.canonical_number is not null) execute function sms_private.keep_opt_outs_of_contact();

create function sms_private.keep_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.keep_opt_outs(c, old) from public.sms_contacts c
  where c.user_id = old.user_id and c.canonical_number is not null and (c.opted_out_at is not null
    or exists (select from sms_private.sender_blocks b where b.phone_number_id = old.id and b.contact_id = c.id));
  -- Texts that could not be stored have no tenant's id that would take them along.
  if not sms_private.is_user(old.user_id) then
    delete from sms_private.texts_set_aside t
    where t.account_sid = old.account_sid and sms_private.telephone_of(t.to_number) = old.number;
  end if;
  return old;
end
$$;
comment on function sms_private.keep_opt_outs_of_number is 'Trigger: an opt-out outlives the number, and binds who has it next. Texts to it that were set aside go with a deleted tenant.';
create trigger keep_opt_outs before delete on public.sms_numbers
  for each row execute function sms_private.keep_opt_outs_of_number();

-- A key that cannot be read must not lose a text. Whoever it may be, they are not texted from numbers with suppressions until
-- the key is back: the block is marked by infinity (restore_suppression_key()).
create function sms_private.recall_opt_outs(contact public.sms_contacts, only_number uuid)
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
      where n.id = coalesce(only_number, n.id)
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
    where n.user_id = contact.user_id and n.id = coalesce(only_number, n.id)
      and exists (select from sms_private.suppressions s where s.sending_number = n.number)
    order by n.id
    on conflict do nothing;
  end;
end
$$;
comment on function sms_private.recall_opt_outs is
  'Blocks the pairs of a contact that is new to these numbers (null: all of its tenant''s) and that opted out of them before it was erased, or under another tenant.';

create function sms_private.recall_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from public.sms_numbers n join sms_private.suppressions s on s.sending_number = n.number
    where n.user_id = new.user_id) then
    perform sms_private.recall_opt_outs(new, null);
  end if;
  return null;
end
$$;
comment on function sms_private.recall_opt_outs_of_contact is
  'Trigger: a contact that is new, or comes back, is still opted out.';
create trigger recall_opt_outs after insert on public.sms_contacts
  for each row execute function sms_private.recall_opt_outs_of_contact();

create function sms_private.recall_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from sms_private.suppressions s where s.sending_number = new.number) then
    perform sms_private.recall_opt_outs(c, new.id) from public.sms_contacts c
    where c.user_id = new.user_id and c.canonical_number is not null;
  end if;
  return null;
end
$$;
comment on function sms_private.recall_opt_outs_of_number is
  'Trigger: who has a number next is bound by the opt-outs of the one before.';
create trigger recall_opt_outs after insert on public.sms_numbers
  for each row execute function sms_private.recall_opt_outs_of_number();
