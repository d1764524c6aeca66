-- Contacts that turn out to be one: a country renumbered, or the table of spellings is new.

-- One conversation of each number goes on: the one that waits for an answer, else the newest. The others end and stay readable.
create function sms_private.join_conversations(contacts uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  conversation record;
begin
  for conversation in
    select c.id, c.ai_enabled, c.ai_paused_until, c.ai_paused_reason, c.waiting_for_person,
      first_value(c.id) over (partition by c.phone_number_id order by
        (select count(*) from sms_private.jobs j
         where j.kind = 'reply' and j.conversation_id = c.id and j.set_aside_at is null) desc,
        c.last_message_at desc, c.id desc) as goes_on
    from public.sms_conversations c
    where c.contact_id = any (contacts) and c.status = 'active'
  loop
    continue when conversation.id = conversation.goes_on;
    -- An answer that is due there is still given there.
    update public.sms_conversations c
    set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
    where c.id = conversation.id;
    -- What a person switched off stays off.
    update public.sms_conversations c
    set ai_enabled = c.ai_enabled and conversation.ai_enabled,
      ai_paused_until = greatest(c.ai_paused_until, conversation.ai_paused_until),
      ai_paused_reason = case when conversation.ai_paused_until > coalesce(c.ai_paused_until, '-infinity')
        then conversation.ai_paused_reason else c.ai_paused_reason end,
      waiting_for_person = c.waiting_for_person or conversation.waiting_for_person
    where c.id = conversation.goes_on;
  end loop;
end
$$;
comment on function sms_private.join_conversations is
  'Ends all but one of the active conversations that these contacts have with each number.';

-- The later word counts, from whichever spelling it came.
create function sms_private.merge_contact(kept_id uuid, gone_id uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  gone public.sms_contacts;
  last_stop record;
  wrote_from text;
begin
  perform from public.sms_conversations c where c.contact_id in (kept_id, gone_id) order by c.id for update;
  perform from public.sms_contacts k where k.id in (kept_id, gone_id) order by k.id for update;
  perform sms_private.join_conversations(array[kept_id, gone_id]);
  update public.sms_conversations c set contact_id = kept_id where c.contact_id = gone_id;
  -- Of two that are in flight one keeps its contact's id until it is over: the index allows one a pair.
  update sms_private.jobs j set contact_id = kept_id
  where j.contact_id = gone_id and not (j.kind = 'deliver' and j.in_flight and exists (
    select from sms_private.jobs f
    where f.kind = 'deliver' and f.in_flight and f.contact_id = kept_id and f.phone_number_id = j.phone_number_id));
  insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
  select b.phone_number_id, kept_id, b.at from sms_private.sender_blocks b where b.contact_id = gone_id
  on conflict do nothing;
  update public.sms_consent_events e set contact_id = kept_id where e.contact_id = gone_id;

  select k.opted_out_at as at, k.opt_out_source as source into last_stop
  from public.sms_contacts k
  where k.id in (kept_id, gone_id) and k.opted_out_at is not null and not exists (
    select from public.sms_consent_events e
    where e.contact_id = kept_id and e.change = 'opt_in' and e.at > k.opted_out_at)
  order by k.opted_out_at desc limit 1;
  if last_stop.at is not null then
    perform sms_private.cancel_waiting(
      array(select j.message_id from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
       where j.contact_id = kept_id and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
      'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
    delete from sms_private.jobs j where j.kind = 'reply' and j.contact_id = kept_id;
  end if;
  select m.from_number into wrote_from from public.sms_conversations c
  join public.sms_messages m on m.conversation_id = c.id and m.direction = 'inbound'
  where c.contact_id = kept_id order by m.created_at desc limit 1;
  delete from public.sms_contacts k where k.id = gone_id returning * into gone;
  update public.sms_contacts k
  set number = coalesce(wrote_from, k.number), name = coalesce(k.name, gone.name),
    created_at = least(k.created_at, gone.created_at),
    opted_out_at = last_stop.at, opt_out_source = last_stop.source
  where k.id = kept_id;
  -- By itself: a contact of before zones were checked may have any text there.
  update public.sms_contacts k set time_zone = gone.time_zone
  where k.id = kept_id and k.time_zone is null and sms_private.is_time_zone(gone.time_zone);
end
$$;
comment on function sms_private.merge_contact is
  'Makes two contacts of a tenant one: conversations, messages, consent and what waits to be sent. STOP of either counts, unless either sent START later. The number is the one that was written from last.';

create function sms_private.merge_spellings()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  same uuid[];
  merged int := 0;
  doubles uuid[] := array(
    select k.id from (
      select c.id, count(*) over (partition by c.user_id, sms_private.canonical_number(c.number)) as spellings
      from public.sms_contacts c) k
    where k.spellings > 1);
begin
  -- All locks first, in the one order that there is: README.md.
  perform from public.sms_conversations c where c.contact_id = any (doubles) order by c.id for update;
  perform from public.sms_contacts k where k.id = any (doubles) order by k.id for update;
  perform from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.contact_id = any (doubles) and j.kind = 'deliver' order by s.id for no key update of s for update of j;
  -- A contact's new value may be another one's old value.
  update public.sms_contacts k set canonical_number = null
  where k.canonical_number <> sms_private.canonical_number(k.number) or k.id = any (doubles);
  for same in
    select array_agg(k.id order by k.created_at, k.id)
    from (select c.*, sms_private.canonical_number(c.number) as telephone from public.sms_contacts c) k
    group by k.user_id, k.telephone having count(*) > 1
  loop
    for i in 2..cardinality(same) loop
      perform sms_private.merge_contact(same[1], same[i]);
      merged := merged + 1;
    end loop;
  end loop;
  update public.sms_contacts k set canonical_number = sms_private.canonical_number(k.number)
  where k.canonical_number is null;
  return merged;
end
$$;
comment on function sms_private.merge_spellings is
  'After a change of number_spellings: contacts that are one telephone now become one. Returns how many were merged into another. One transaction: what writes a contact waits for it, and what began with a contact that is gone is refused (503) and tried again.';
