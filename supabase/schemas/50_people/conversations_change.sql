-- Changing a conversation: read, take over, hand back, end, reopen, opt out.

create function sms_private.lock_my_conversation(conversation_id uuid)
returns public.sms_conversations
language sql volatile security definer set search_path = ''
as $$
  select c.* from public.sms_conversations c
  where c.id = conversation_id and c.user_id = (select sms_private.tenant_id()) for no key update
$$;
comment on function sms_private.lock_my_conversation is 'The signed-in tenant''s conversation, locked; null when it is not theirs.';

create function sms_private.change_my_conversation(conversation_id uuid, change text, through_seq bigint default null)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  conversation public.sms_conversations := sms_private.lock_my_conversation(conversation_id);
begin
  if conversation.id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  case change
  when 'read' then
    update public.sms_conversations v set read_seq = greatest(v.read_seq, least(coalesce(through_seq, 0), v.last_seq))
    where v.id = conversation.id returning * into conversation;
  when 'taken_over' then
    perform sms_private.pause_assistant(conversation.id, 'infinity', 'taken_over');
  when 'handed_back' then
    update public.sms_conversations v
    set ai_paused_until = null, waiting_for_person = false where v.id = conversation.id returning * into conversation;
    -- The pause is over; an opt-out, say, is not.
    update public.sms_conversations v set ai_paused_reason = sms_private.no_reply_reason(conversation)
      where v.id = conversation.id;
  when 'ended' then
    update public.sms_conversations v
    set status = 'ended', end_reason = 'person', ended_at = clock_timestamp(), greeting_pending = false,
      waiting_for_person = false
    where v.id = conversation.id and v.status = 'active';
    perform sms_private.silence_assistant(conversation.id);
  end case;
  return jsonb_build_object('outcome', change, 'conversation',
    (select to_jsonb(v) from public.sms_conversations v where v.id = conversation.id));
end
$$;
comment on function sms_private.change_my_conversation is
  'sms_take_over and sms_hand_back, and what sms_update_conversation calls to read and to end; as definer, for sms_private.tenant_id().';

create function public.sms_take_over(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_conversation(conversation_id, 'taken_over') $$;
comment on function public.sms_take_over is
  'A person answers from now on, until sms_hand_back. Outcomes: taken_over, CONVERSATION_NOT_FOUND.';

create function public.sms_hand_back(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_conversation(conversation_id, 'handed_back') $$;
comment on function public.sms_hand_back is
  'The assistant answers again, from the next message on. Outcomes: handed_back, CONVERSATION_NOT_FOUND.';

-- The switch. What a claim would cancel one by one later is taken back at once.
-- The caller holds the conversation's lock.
create function sms_private.switch_assistant(conversation uuid, enabled boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c set ai_enabled = enabled where c.id = conversation;
  if not enabled then
    perform sms_private.take_back_answers(conversation, 'ASSISTANT_OFF',
      'The assistant was switched off here before this text left.');
    delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
  end if;
end
$$;
comment on function sms_private.switch_assistant is
  'Switches automatic replies of a conversation: on from the next message on; off also takes back what is due or has not left.';

-- False when the contact has another active conversation on that number. The caller holds the conversation's lock.
create function sms_private.reopen_conversation(conversation uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c
  set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp(), greeting_pending = false
  where c.id = conversation and c.status = 'ended';
  return true;
exception when unique_violation then
  return false;
end
$$;
comment on function sms_private.reopen_conversation is
  'A person takes an ended conversation up again; nobody is greeted. False when another one with that contact is active.';

create function sms_private.update_my_conversation(
  conversation_id uuid, contact_number text, from_number text, ai_enabled boolean, status text, read_through bigint)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  conversation public.sms_conversations;
begin
  if ai_enabled is null and status is null and read_through is null then
    return jsonb_build_object('outcome', 'NOTHING_TO_CHANGE');
  elsif status not in ('active', 'ended') then
    return jsonb_build_object('outcome', 'INVALID_STATUS');
  end if;
  conversation := sms_private.lock_my_conversation(
    sms_private.find_conversation((select sms_private.tenant_id()), conversation_id, contact_number, from_number));
  if conversation.id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  -- First what may be refused: a refusal changes nothing.
  if status = 'active' and not sms_private.reopen_conversation(conversation.id) then
    return jsonb_build_object('outcome', 'ANOTHER_IS_ACTIVE');
  end if;
  if status = 'ended' then
    perform sms_private.change_my_conversation(conversation.id, 'ended');
  end if;
  if ai_enabled is not null then
    perform sms_private.switch_assistant(conversation.id, ai_enabled);
  end if;
  if read_through is not null then
    perform sms_private.change_my_conversation(conversation.id, 'read', read_through);
  end if;
  return jsonb_build_object('outcome', 'updated', 'conversation',
    (select e.entry from sms_private.conversation_entries e where e.id = conversation.id));
end
$$;
comment on function sms_private.update_my_conversation is 'sms_update_conversation, as definer, for sms_private.tenant_id().';

create function public.sms_update_conversation(
  conversation_id uuid default null, contact_number text default null, from_number text default null,
  ai_enabled boolean default null, status text default null, read_through bigint default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.update_my_conversation(conversation_id, contact_number, from_number, ai_enabled, status,
    read_through)
$$;
comment on function public.sms_update_conversation is
  'Changes a conversation (named as in sms_get_conversation): the assistant''s switch, status (ended, or active to reopen it) and the read mark. Outcomes: updated, NOTHING_TO_CHANGE, INVALID_STATUS, CONVERSATION_NOT_FOUND, ANOTHER_IS_ACTIVE.';

create function sms_private.opt_out_contact(contact_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  active uuid[];
begin
  if not exists (select from public.sms_contacts k
                 where k.id = opt_out_contact.contact_id and k.user_id = (select sms_private.tenant_id())) then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  select array_agg(locked.id) into active from (
    select c.id from public.sms_conversations c
    where c.contact_id = opt_out_contact.contact_id and c.status = 'active'
    order by c.id for no key update) locked;
  perform sms_private.opt_out(opt_out_contact.contact_id, 'person', null, null);
  -- Only those that are locked. A conversation that began meanwhile may be waiting for the contact.
  update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = any (active);
  return jsonb_build_object('outcome', 'opted_out');
end
$$;
comment on function sms_private.opt_out_contact is 'sms_opt_out_contact, as definer, for sms_private.tenant_id().';

create function public.sms_opt_out_contact(contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.opt_out_contact(contact_id) $$;
comment on function public.sms_opt_out_contact is
  'Stops all messages to a contact who asked for it in another way. Only the contact''s START undoes it. Outcomes: opted_out, CONTACT_NOT_FOUND.';
