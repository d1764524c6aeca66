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
  doubted_at timestamptz;
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
  -- Infinity stands for a key that cannot be read (61_suppression_triggers.sql). What is known says more.
  insert into sms_private.sender_blocks as b (phone_number_id, contact_id, at)
  select g.phone_number_id, kept_id, g.at from sms_private.sender_blocks g
  where g.contact_id = gone_id order by g.phone_number_id
  on conflict (phone_number_id, contact_id) do update
  set at = case when 'infinity' in (b.at, excluded.at) then least(b.at, excluded.at) else greatest(b.at, excluded.at) end;
  update public.sms_consent_events e set contact_id = kept_id where e.contact_id = gone_id;
  delete from sms_private.sender_blocks b
  where b.contact_id = kept_id and b.at < 'infinity' and exists (
    select from public.sms_consent_events e join public.sms_messages s on s.id = e.message_id
    where e.contact_id = kept_id and e.change = 'opt_in' and s.phone_number_id = b.phone_number_id
      and s.date_created > b.at);

  select k.opted_out_at as at, k.opt_out_source as source into last_stop
  from public.sms_contacts k
  where k.id in (kept_id, gone_id) and k.opted_out_at is not null and not exists (
    select from public.sms_consent_events e
    where e.contact_id = kept_id and e.change = 'opt_in' and e.at > k.opted_out_at)
  order by k.opted_out_at desc limit 1;
  -- Two doubts are one person's, and rare. Somebody looks at it.
  doubted_at := (select min(k.opt_out_doubted_at) from public.sms_contacts k where k.id in (kept_id, gone_id));
  delete from sms_private.doubts open where open.contact_id in (kept_id, gone_id);
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
    created_at = least(k.created_at, gone.created_at), wrote_at = least(k.wrote_at, gone.wrote_at),
    opted_out_at = last_stop.at, opt_out_source = last_stop.source,
    opt_out_doubt = case when last_stop.at is null and doubted_at is not null then 'person' end,
    opt_out_doubted_at = case when last_stop.at is null then doubted_at end
  where k.id = kept_id;
  -- By itself: a contact of before zones were checked may have any text there.
  update public.sms_contacts k set time_zone = gone.time_zone
  where k.id = kept_id and k.time_zone is null and sms_private.is_time_zone(gone.time_zone);
end
$$;
comment on function sms_private.merge_contact is
  'Makes two contacts of a tenant one: conversations, messages, consent and what waits to be sent. STOP of either counts, unless either sent START later. The number is the one that was written from last.';

-- A contact who was erased left a hash of the spelling of then. Who has the same telephone may have been a contact all the time,
-- by another spelling: nothing told them apart from a stranger.
create function sms_private.recall_by_spellings(contacts uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  for contact in
    select k.* from public.sms_contacts k
    where k.user_id in (
        select n.user_id from public.sms_numbers n
        where exists (select from sms_private.suppressions s where s.sending_number = n.number))
      and (contacts is null or k.id = any (contacts))
      and cardinality(sms_private.spellings_of(k.canonical_number)) > 1
    order by k.id
  loop
    -- Their START counts if it came later.
    perform sms_private.lift_suppressions(said.phone_number_id, contact.id, said.at)
    from (
      select s.phone_number_id, max(s.date_created) as at
      from public.sms_consent_events e join public.sms_messages s on s.id = e.message_id
      where e.contact_id = contact.id and e.change = 'opt_in'
      group by 1 order by 1) said;
    perform sms_private.recall_opt_outs(contact);
  end loop;
end
$$;
comment on function sms_private.recall_by_spellings is
  'Blocks the pairs of these contacts (null: of all) who opted out before they were erased, by a spelling that is theirs only since the table changed.';

create function sms_private.merge_spellings_once(at_most int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  same record;
  merged int := 0;
  doubles uuid[];
  are_all boolean;
  changed uuid[];
begin
  with telephones as (
    select array_agg(c.id) as contacts from public.sms_contacts c
    group by c.user_id, sms_private.canonical_number(c.number) having count(*) > 1
    limit at_most::bigint + 1
  )
  select coalesce(count(*) <= at_most, true) into are_all from telephones;
  doubles := array(
    select unnest(telephone.contacts) from (
      select array_agg(c.id) as contacts from public.sms_contacts c
      group by c.user_id, sms_private.canonical_number(c.number) having count(*) > 1
      limit at_most) telephone);
  -- All locks first, in the one order that there is: README.md.
  perform from public.sms_conversations c where c.contact_id = any (doubles) order by c.id for update;
  perform from public.sms_contacts k where k.id = any (doubles) order by k.id for update;
  perform from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.contact_id = any (doubles) and j.kind = 'deliver' order by s.id for no key update of s for update of j;
  -- A contact's new value may be another one's old value.
  with renumbered as (
    update public.sms_contacts k set canonical_number = null
    where k.id = any (doubles)
      or are_all and k.canonical_number is distinct from sms_private.canonical_number(k.number)
    returning k.id)
  select array_agg(r.id) into changed from renumbered r;
  for same in
    select array_agg(k.id order by k.created_at, k.id) as contacts
    from public.sms_contacts k where k.id = any (doubles)
    group by k.user_id, sms_private.canonical_number(k.number)
  loop
    for i in 2..cardinality(same.contacts) loop
      perform sms_private.merge_contact(same.contacts[1], same.contacts[i]);
      merged := merged + 1;
    end loop;
  end loop;
  update public.sms_contacts k set canonical_number = sms_private.canonical_number(k.number)
  where k.id = any (changed);
  perform sms_private.recall_by_spellings(case when not are_all then changed end);
  return merged;
end
$$;
comment on function sms_private.merge_spellings_once is 'One try of merge_spellings().';

create function sms_private.merge_spellings(at_most int default null)
returns int
language plpgsql volatile set search_path = ''
as $$
begin
  for try in 1..20 loop
    begin
      return sms_private.merge_spellings_once(at_most);
    exception when unique_violation then
      -- A contact of one of these telephones was added meanwhile. All locks are free again, and the next try sees it.
      null;
    end;
  end loop;
  return sms_private.merge_spellings_once(at_most);
end
$$;
comment on function sms_private.merge_spellings is
  'After a change of number_spellings: contacts that are one telephone now become one, and opt-outs of erased contacts bind by their other spelling too. Returns how many were merged into another. One transaction: what writes one of these contacts waits for it, and goes on with the contact that is left. at_most: so many telephones at once, for an installation in which it would wait for long; call it until it returns 0.';
