-- Erasing a contact: what they wrote, what was written to them, and who they are. Figures and an opt-out stay.

-- The same numbers as in a fold, for these messages alone. The lock keeps a fold away, which writes the same sums.
create function sms_private.fold_messages(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  taken tid[];
  sums sms_private.stat_deltas[];
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_fold_stats', 0));
  taken := array(select c.ctid from sms_private.stat_changes c where c.message_id = any (message_ids) for update);
  with folded as (
    delete from sms_private.stat_changes c where c.ctid = any (taken)
  )
  select array_agg(row(s.*)::sms_private.stat_deltas) into sums
  from (
    select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
      p.price_unit, p.answer_bin, sum(p.messages)::bigint, sum(p.conversations)::bigint, sum(p.segments)::bigint,
      sum(p.price)
    from sms_private.stat_parts p where p.part <> 'all' and p.change = any (taken)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having (sum(p.messages), sum(p.conversations), sum(p.segments), sum(p.price)) <> (0, 0, 0, 0)
  ) s;
  perform sms_private.add_figures(sums);
end
$$;
comment on function sms_private.fold_messages is 'Folds what these messages count for now, so that they may be deleted.';

-- What no worker has claimed is canceled. What a worker has in hand may leave: nobody can take it back, and nobody sends it
-- again. Both are said so that the figures are right; the messages themselves go at once.
create function sms_private.end_deliveries(message_ids uuid[])
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  open_ids uuid[] := array(select j.message_id from sms_private.jobs j where j.message_id = any (message_ids));
begin
  perform sms_private.cancel_waiting(open_ids, 'CONTACT_ERASED', 'The contact was erased before this text left.');
  update public.sms_messages m
  set status = 'failed', error_code = 'OUTCOME_UNKNOWN'
  where m.id = any (open_ids) and m.status in ('scheduled', 'pending', 'unconfirmed');
  delete from sms_private.questions q where q.message_id = any (message_ids);
  delete from sms_private.jobs j where j.message_id = any (open_ids);
  return (select count(*) from public.sms_messages m where m.id = any (open_ids) and m.status = 'canceled');
end
$$;
comment on function sms_private.end_deliveries is
  'Ends all deliveries of these messages. Returns how many were canceled before they left. The caller has locked the messages.';

-- Everywhere else that a number may stand. The caller holds the contact.
create function sms_private.erase_number(tenant uuid, numbers text[], by_operator boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- As Twilio names them.
  addresses text[] := numbers || array(select channel || n from unnest(numbers) n, unnest(array['rcs:', 'whatsapp:']) channel);
begin
  update public.sms_broadcasts b
  set rejected = (
    select jsonb_agg(case when '+' || regexp_replace(one.entry ->> 'to', '[^0-9]+', '', 'g') = any (numbers) then one.entry || '{"to": "erased"}' else one.entry end
      order by one.place)
    from jsonb_array_elements(b.rejected) with ordinality one (entry, place))
  where b.user_id = tenant and exists (
    select from jsonb_array_elements(b.rejected) one (entry) where '+' || regexp_replace(one.entry ->> 'to', '[^0-9]+', '', 'g') = any (numbers));
  delete from sms_private.texts_set_aside t using public.sms_numbers n
  where n.user_id = tenant and t.account_sid = n.account_sid and sms_private.telephone_of(t.to_number) = n.number
    and t.from_number = any (addresses);
  delete from sms_private.archived_messages a
  where a.user_id = tenant and a.conversation_id is null and a.message ->> 'from_number' = any (addresses);
  if by_operator then
    -- Nobody's texts are the operator's.
    delete from public.sms_messages m where m.user_id is null and m.conversation_id is null and m.from_number = any (addresses);
    delete from sms_private.archived_messages a where a.user_id is null and a.message ->> 'from_number' = any (addresses);
  end if;
end
$$;
comment on function sms_private.erase_number is
  'Erases what stands outside of conversations: refused recipients of broadcasts, texts that were set aside, the archive; for the operator also texts to numbers that nobody owns.';

create function sms_private.erase_contact(tenant uuid, contact_id uuid, erased_by text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  conversations uuid[];
  message_ids uuid[];
  numbers text[];
  canceled int;
  erasure sms_private.erasures;
begin
  perform from public.sms_conversations c
  where c.contact_id = erase_contact.contact_id and c.user_id = tenant order by c.id for update;
  select * into contact from public.sms_contacts k
  where k.id = erase_contact.contact_id and k.user_id = tenant for update;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  -- One may have begun before the contact was locked. Who holds that one and waits for the contact is ended by Postgres, and
  -- comes again.
  conversations := array(
    select c.id from public.sms_conversations c where c.contact_id = contact.id order by c.id for update);
  numbers := sms_private.spellings_of(contact.number);
  perform sms_private.erase_number(tenant, numbers, erased_by = 'operator');
  message_ids := array(
    select m.id from public.sms_messages m
    where m.id in (
      select said.id from public.sms_messages said where said.conversation_id = any (conversations)
      union all
      select alone.id from public.sms_messages alone
      where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))
    order by m.id for update);
  canceled := sms_private.end_deliveries(message_ids);
  perform sms_private.fold_messages(message_ids);
  insert into sms_private.erased_texts (account_sid, message_sid)
  select m.account_sid, m.message_sid from public.sms_messages m
  where m.id = any (message_ids) and m.message_sid is not null and m.date_created >= least(
    clock_timestamp() - interval '3 days',
    (select q.listed_until - interval '2 days' from sms_private.questions q
     where q.kind = 'listing' and q.account_sid = m.account_sid))
  on conflict do nothing;
  insert into sms_private.erased_consents (user_id, change, at, phone_number_id, assistant_id)
  select e.user_id, e.change, date_bin('15 minutes', e.at, '2000-01-01 00:00:00+00'), m.phone_number_id, m.assistant_id
  from public.sms_consent_events e left join public.sms_messages m on m.id = e.message_id
  where e.contact_id = contact.id and e.change in ('opt_out', 'opt_in');
  perform sms_private.keep_consents(contact);
  -- The archive's way, so that what they count for stays. Then the archive forgets them too.
  perform sms_private.move_to_archive(message_ids);
  delete from sms_private.archived_messages a where a.id = any (message_ids);
  delete from public.sms_conversations c where c.id = any (conversations);
  delete from public.sms_contacts k where k.id = contact.id;
  insert into sms_private.erasures (user_id, erased_by, messages, conversations, was_opted_out)
  values (tenant, erase_contact.erased_by, cardinality(message_ids), cardinality(conversations),
    contact.opted_out_at is not null)
  returning * into erasure;
  return jsonb_build_object('outcome', 'erased', 'erasure_id', erasure.id, 'messages', erasure.messages,
    'conversations', erasure.conversations, 'canceled', canceled);
end
$$;
comment on function sms_private.erase_contact is 'sms_erase_contact_for, as definer; erased_by: tenant or operator.';

-- For who never was a contact: a broadcast refused them, or their text was refused.
create function sms_private.erase_telephone(number text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  -- As somebody may write it: "+1 (415) 555-0101".
  telephone text := case when starts_with(btrim(erase_telephone.number), '+')
    then '+' || regexp_replace(erase_telephone.number, '[^0-9]+', '', 'g') else btrim(erase_telephone.number) end;
  tenant uuid;
  contact uuid;
  contacts int := 0;
begin
  for tenant in
    select n.user_id from public.sms_numbers n union select b.user_id from public.sms_broadcasts b
    union select k.user_id from public.sms_contacts k where k.canonical_number = sms_private.canonical_number(telephone)
    order by 1
  loop
    contact := sms_private.contact_named(tenant, telephone);
    if contact is null then
      perform sms_private.erase_number(tenant, sms_private.spellings_of(telephone), true);
    else
      perform sms_private.erase_contact(tenant, contact, 'operator');
      contacts := contacts + 1;
    end if;
  end loop;
  return jsonb_build_object('outcome', 'erased', 'contacts', contacts);
end
$$;
comment on function sms_private.erase_telephone is
  'The operator erases a person of whom only the number is known: as a contact of each tenant, where broadcasts refused it, and in texts that nobody owns or that were set aside. Returns how many contacts that were. For the database''s owner.';

create function sms_private.erase_my_contact(contact_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$ select sms_private.erase_contact((select sms_private.tenant_id()), contact_id, 'tenant') $$;
comment on function sms_private.erase_my_contact is 'sms_erase_contact, as definer, for sms_private.tenant_id().';

create function public.sms_erase_contact(contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.erase_my_contact(contact_id) $$;
comment on function public.sms_erase_contact is
  'Deletes a contact with everything that was said, for good. Texts that have not left are canceled. Figures stay, and so does an opt-out: it binds the number from which they were texted. Outcomes: erased (erasure_id, messages, conversations, canceled), CONTACT_NOT_FOUND.';

create function public.sms_erase_contact_for(owner_id uuid, contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.erase_contact(owner_id, contact_id, 'operator') $$;
comment on function public.sms_erase_contact_for is
  'The operator erases a tenant''s contact: sms_erase_contact for a named tenant. Texts from that contact to numbers that nobody owns go too. Outcomes of sms_erase_contact.';
