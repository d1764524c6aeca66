-- Which conversation a message belongs to, and whether the assistant may speak in it.

-- The caller holds the conversation's row lock. A text of the system or a person makes nothing unread: nobody has to look at it.
create function sms_private.next_seq(conversation uuid, body text, media jsonb, sender text)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  seq bigint;
begin
  update public.sms_conversations c
  set last_seq = c.last_seq + 1,
    read_seq = c.read_seq + case when next_seq.sender in ('system', 'person') and c.read_seq = c.last_seq then 1 else 0 end,
    last_message_at = clock_timestamp(),
    last_message_preview = case when btrim(body) = '' and jsonb_array_length(media) > 0 then '[attachment]'
      else left(body, 160) end
  where c.id = conversation
  returning c.last_seq into seq;
  return seq;
end
$$;
comment on function sms_private.next_seq is 'The seq of a message about to be stored; also moves the conversation to the top of the list. A text of a person or the system leaves a conversation read that was read.';

-- A new conversation of a number and a contact that keep_contact() holds. What a person switched off stays off: a take-over ends
-- with sms_hand_back, not with the conversation. Returns nothing when somebody else opened one at the same moment.
create function sms_private.open_conversation(number public.sms_numbers, contact uuid,
  previous public.sms_conversations, greet boolean)
returns setof public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  insert into public.sms_conversations (user_id, phone_number_id, contact_id, assistant_id, greeting_pending,
    ai_enabled, ai_paused_until, ai_paused_reason)
  select number.user_id, number.id, contact, number.assistant_id, greet and not still_paused,
    coalesce(previous.ai_enabled, true),
    case when still_paused then previous.ai_paused_until end, case when still_paused then previous.ai_paused_reason end
  from (select coalesce(previous.ai_paused_until > clock_timestamp(), false) as still_paused) as pause
  on conflict (phone_number_id, contact_id) where status = 'active' do nothing
  returning *;
end
$$;
comment on function sms_private.open_conversation is
  'Opens a conversation, with the switch and the pause of the previous one between the two. No row when one is active.';

-- A conversation that a person reopened counts as active from that moment: its idle time begins anew.
create function sms_private.conversation_for_inbound(number public.sms_numbers, contact uuid, is_keyword boolean)
returns public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  opened public.sms_conversations;
  idle interval := coalesce((select a.idle_timeout from public.sms_assistants a
    where a.id = number.assistant_id), '24 hours');
begin
  loop
    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact and v.status = 'active'
    for no key update;
    if found and not is_keyword
      and greatest(conversation.last_message_at, conversation.reopened_at) < clock_timestamp() - idle then
      update public.sms_conversations v
      set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
      where v.id = conversation.id;
      delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation.id;
      continue;
    end if;
    exit when found;

    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when is_keyword or (found and conversation.status = 'active');

    -- Another transaction may reopen or open one at the same moment. Then the next turn of the loop finds its row.
    if found and conversation.end_reason <> 'idle' and conversation.ended_at
      > clock_timestamp() - make_interval(hours => (sms_private.setting('reopen_within_hours'))::int) then
      begin
        update public.sms_conversations v
        set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp()
        where v.id = conversation.id returning * into conversation;
        return conversation;
      exception when unique_violation then
        continue;
      end;
    end if;
    if not sms_private.keep_contact(contact) then
      return null;
    end if;
    select * into opened from sms_private.open_conversation(number, contact, conversation,
      conversation.id is null or conversation.last_message_at < clock_timestamp() - idle);
    if found then
      return opened;
    end if;
  end loop;
  return conversation;
end
$$;
comment on function sms_private.conversation_for_inbound is
  'The locked conversation a message belongs to: the active one, the one that ended lately (reopened), or a new one. A keyword opens none. Null also when the contact is gone: it was merged or erased meanwhile.';

-- The active conversation with a contact, locked; opened when there is none.
create function sms_private.conversation_for_outbound(number public.sms_numbers, contact uuid)
returns public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  opened public.sms_conversations;
begin
  loop
    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when conversation.status = 'active';
    if not sms_private.keep_contact(contact) then
      return null;
    end if;
    select * into opened from sms_private.open_conversation(number, contact, conversation, false);
    if found then
      return opened;
    end if;
  end loop;
  return conversation;
end
$$;
comment on function sms_private.conversation_for_outbound is 'The locked active conversation of a number and a contact, opened when there is none; we spoke first, so nobody is greeted. Null when the contact is gone: it was merged or erased meanwhile.';

-- Why this conversation gets no automatic reply now; null when it does.
create function sms_private.no_reply_reason(conversation public.sms_conversations)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(sms_private.opt_out_reason(n.id, k), case
      when k.number !~ '^\+[1-9][0-9]{6,14}$' or not sms_private.may_text(conversation.user_id, n.number, k.number)
        then 'not_repliable'
      when conversation.ai_paused_until = 'infinity' then 'taken_over'
      -- An opt-out may have overwritten why the assistant is paused. The opt-out is over; the pause is not.
      when conversation.ai_paused_until > clock_timestamp()
        and conversation.ai_paused_reason in ('opted_out', 'sender_blocked', 'not_repliable')
        then 'person'
      when conversation.ai_paused_until > clock_timestamp() then coalesce(conversation.ai_paused_reason, 'person')
      when n.assistant_id is null then 'no_assistant'
      when not a.active then 'assistant_inactive'
    end)
    from public.sms_numbers n
    join public.sms_contacts k on k.id = conversation.contact_id
    left join public.sms_assistants a on a.id = n.assistant_id
    where n.id = conversation.phone_number_id);
end
$$;
comment on function sms_private.no_reply_reason is 'Why the assistant must stay silent in a conversation; null when it may answer.';

create function sms_private.person_answered_since(message public.sms_messages, conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if message.sender <> 'assistant' or message.kind = 'opt_out_confirmation' then
    return false;
  end if;
  return conversation.end_reason = 'person'
    or (conversation.ai_paused_until > clock_timestamp() and conversation.ai_paused_reason in ('person', 'taken_over'))
    -- A broadcast and a scheduled message are not an answer to the contact: they do not pause the assistant.
    or exists (
      select from public.sms_messages p
      where p.conversation_id = message.conversation_id and p.seq > message.seq and p.sender = 'person'
        and p.broadcast_id is null and p.send_at is null);
end
$$;
comment on function sms_private.person_answered_since is
  'Whether a person has answered, taken over or ended this conversation since this message of the assistant was written.';

-- The assistant's messages that no worker has claimed. The caller holds the conversation's lock.
create function sms_private.take_back_answers(conversation uuid, code text, explanation text)
returns void
language sql volatile set search_path = ''
as $$
  select sms_private.cancel_waiting(
    (select array_agg(m.id) from public.sms_conversations c
     join sms_private.jobs j on j.phone_number_id = c.phone_number_id and j.contact_id = c.contact_id
     join public.sms_messages m on m.id = j.message_id
     where c.id = conversation and m.conversation_id = c.id and j.kind = 'deliver' and not j.in_flight
       and m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'),
    code, explanation)
$$;
comment on function sms_private.take_back_answers is
  'Cancels the assistant''s messages of a conversation that have not left, with the reason.';

-- The job of a reply that is being written is deleted. A reply that is stored but not sent is canceled.
-- The caller holds the conversation's lock.
create function sms_private.silence_assistant(conversation uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform sms_private.take_back_answers(conversation, 'PERSON_ANSWERED', 'A person took over before this text left.');
  delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
end
$$;
comment on function sms_private.silence_assistant is 'Deletes the reply job of a conversation and cancels the assistant''s messages that have not left.';

-- A person answers: the assistant keeps quiet for a while.
-- The caller holds the conversation's lock.
create function sms_private.pause_assistant(conversation uuid, until timestamptz, reason text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c
  set ai_paused_until = greatest(c.ai_paused_until, until),
    -- Taken over stays taken over, however often the person writes.
    ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over' else reason end,
    waiting_for_person = false, greeting_pending = false
  where c.id = conversation;
  perform sms_private.silence_assistant(conversation);
end
$$;
comment on function sms_private.pause_assistant is 'Pauses automatic replies in a conversation and deletes its reply job.';
