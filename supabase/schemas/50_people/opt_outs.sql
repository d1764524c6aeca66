-- What a person says about an opt-out in free words: it is one, it is none, or it was read wrongly.

-- A keyword, the carrier and a person's own word stand: only the contact's START lifts those.
create function sms_private.is_misreadable(contact public.sms_contacts)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return contact.opt_out_source in ('free_text', 'model') and not exists (
    select from public.sms_consent_events said
    where said.contact_id = contact.id and said.change = 'opt_out' and said.source not in ('free_text', 'model')
      and said.at > coalesce((
        select max(back.at) from public.sms_consent_events back
        where back.contact_id = contact.id and back.change = 'opt_in'), '-infinity'));
end
$$;
comment on function sms_private.is_misreadable is
  'Whether a contact is opted out only because of what the lexicon or the model read in its words.';

create function sms_private.settle_my_opt_out(contact_id uuid, opted_out boolean)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  if opted_out is null then
    return jsonb_build_object('outcome', 'OPTED_OUT_OR_NOT');
  end if;
  if opted_out then
    return sms_private.opt_out_contact(settle_my_opt_out.contact_id);
  end if;
  perform from public.sms_conversations c
  where c.contact_id = settle_my_opt_out.contact_id and c.user_id = (select sms_private.tenant_id())
    and c.ai_paused_reason = 'opted_out'
  order by c.id for no key update;
  select * into contact from public.sms_contacts k
  where k.id = settle_my_opt_out.contact_id and k.user_id = (select sms_private.tenant_id()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  if contact.opted_out_at is null then
    perform sms_private.end_doubt(contact, 'person', null);
    return jsonb_build_object('outcome', 'settled');
  elsif not sms_private.is_misreadable(contact) then
    return jsonb_build_object('outcome', 'ONLY_START_OPTS_IN');
  end if;
  update public.sms_contacts k set opted_out_at = null, opt_out_source = null where k.id = contact.id;
  insert into public.sms_consent_events (user_id, contact_id, change, source)
  values (contact.user_id, contact.id, 'taken_back', 'person');
  update public.sms_conversations c
  set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
    when c.ai_paused_until > clock_timestamp() then 'person' end
  where c.contact_id = contact.id and c.ai_paused_reason = 'opted_out';
  return jsonb_build_object('outcome', 'settled');
end
$$;
comment on function sms_private.settle_my_opt_out is 'sms_settle_opt_out, as definer, for sms_private.tenant_id().';

create function public.sms_settle_opt_out(contact_id uuid, opted_out boolean)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.settle_my_opt_out(contact_id, opted_out) $$;
comment on function public.sms_settle_opt_out is
  'A person says what a contact meant. opted_out true: they are opted out, as by sms_opt_out_contact. False: a doubt is none, and an opt-out that was read in their free words is taken back. Kept in sms_consent_events. Outcomes: opted_out, settled, OPTED_OUT_OR_NOT, ONLY_START_OPTS_IN (a keyword, the carrier or a person opted them out), CONTACT_NOT_FOUND.';

-- Texts that were stored before words were read at all. Nobody is opted out silently for what they wrote long ago: what is sure
-- is left to a person, and what is in doubt is asked of the model, whose yes is left to a person too.
create function sms_private.read_old_words(batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  place sms_private.old_words;
  message public.sms_messages;
  contact uuid;
  heard text;
  texts int := 0;
begin
  select * into place from sms_private.old_words o for update skip locked;
  if not found or place.done_at is not null then
    return 0;
  end if;
  for message in
    select * from public.sms_messages m where m.id < place.read_down_to order by m.id desc limit batch_size
  loop
    place.read_down_to := message.id;
    texts := texts + 1;
    continue when message.direction <> 'inbound' or message.kind <> 'text' or message.conversation_id is null;
    heard := sms_private.read_opt_out(message.body);
    continue when heard = 'none';
    select c.contact_id into contact from public.sms_conversations c where c.id = message.conversation_id
    for no key update;
    continue when exists (
      select from public.sms_consent_events e where e.contact_id = contact
        and (e.change in ('opt_in', 'taken_back', 'no_opt_out') and e.at > message.created_at or e.message_id = message.id));
    perform sms_private.raise_doubt(contact, message, null, opts_out => false);
    if heard = 'sure' then
      perform sms_private.leave_to_person(contact);
    end if;
  end loop;
  update sms_private.old_words o
  set read_down_to = place.read_down_to, done_at = case when texts < batch_size then clock_timestamp() end;
  return texts;
end
$$;
comment on function sms_private.read_old_words is
  'Reads the next texts of those that were stored before words were read, newest first, each once. Flags contacts, and opts nobody out. Returns how many texts; batch_size means that there may be more.';
