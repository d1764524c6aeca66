-- Changing a conversation: switch, status and read mark in one transaction.

comment on column public.conversations.reopened_at is
  'When it last went on after an end: the contact came back, or a person reopened it.';

-- As before, with one difference: a conversation that a person reopened is not idle from the moment it is reopened.
create or replace function private.conversation_for_inbound(n public.phone_numbers, contact uuid, is_keyword boolean)
returns public.conversations
language plpgsql volatile set search_path = ''
as $$
declare
  c public.conversations;
  opened public.conversations;
  idle interval := coalesce((select a.idle_timeout from public.assistants a where a.id = n.assistant_id), '24 hours');
  reopen_within interval := make_interval(hours => (private.setting('reopen_within_hours'))::int);
begin
  loop
    select * into c from public.conversations v
    where v.phone_number_id = n.id and v.contact_id = contact and v.status = 'active'
    for no key update;
    if found and not is_keyword and greatest(c.last_message_at, c.reopened_at) < clock_timestamp() - idle then
      update public.conversations v
      set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
      where v.id = c.id;
      delete from private.jobs j where j.kind = 'reply' and j.conversation_id = c.id;
      continue;
    end if;
    exit when found;

    select * into c from public.conversations v
    where v.phone_number_id = n.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when is_keyword or (found and c.status = 'active');

    -- Whoever loses either of these races finds the winner's row on the next turn.
    if c.ended_at > clock_timestamp() - reopen_within and c.end_reason <> 'idle' then
      begin
        update public.conversations v
        set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp()
        where v.id = c.id returning * into c;
        return c;
      exception when unique_violation then
        continue;
      end;
    end if;
    select * into opened from private.open_conversation(n, contact, c,
      c.id is null or c.last_message_at < clock_timestamp() - idle);
    if found then
      return opened;
    end if;
  end loop;
  return c;
end
$$;

-- What the assistant said and no worker has claimed. The caller holds the conversation's lock.
create function private.take_back_answers(conversation uuid, code text, explanation text)
returns void
language sql volatile set search_path = ''
as $$
  select private.cancel_waiting(
    (select array_agg(m.id) from public.conversations c
     join private.jobs j on j.phone_number_id = c.phone_number_id and j.contact_id = c.contact_id
     join public.sms_messages m on m.id = j.message_id
     where c.id = conversation and m.conversation_id = c.id and j.kind = 'deliver' and not j.in_flight
       and m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'),
    code, explanation)
$$;
comment on function private.take_back_answers is
  'Cancels the assistant''s texts of a conversation that have not left, with the reason.';
revoke execute on function private.take_back_answers from public, anon, authenticated;
grant execute on function private.take_back_answers to service_role;

create or replace function private.silence_assistant(conversation uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.take_back_answers(conversation, 'PERSON_ANSWERED', 'A person took over before this text left.');
  delete from private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
end
$$;

-- The switch. What a claim would cancel one by one later is taken back at once.
-- The caller holds the conversation's lock.
create function private.switch_assistant(conversation uuid, enabled boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.conversations c set ai_enabled = enabled where c.id = conversation;
  if not enabled then
    perform private.take_back_answers(conversation, 'ASSISTANT_OFF',
      'The assistant was switched off here before this text left.');
    delete from private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
  end if;
end
$$;
comment on function private.switch_assistant is
  'Switches automatic replies of a conversation: on from the next text on; off also takes back what is due or has not left.';
revoke execute on function private.switch_assistant from public, anon, authenticated, service_role;

-- False when the contact has another active conversation on that number. The caller holds the conversation's lock.
create function private.reopen_conversation(conversation uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  update public.conversations c
  set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp(), greeting_pending = false
  where c.id = conversation and c.status = 'ended';
  return true;
exception when unique_violation then
  return false;
end
$$;
comment on function private.reopen_conversation is
  'A person takes an ended conversation up again; nobody is greeted. False when another one with that contact is active.';
revoke execute on function private.reopen_conversation from public, anon, authenticated, service_role;

create function private.update_my_conversation(
  conversation_id uuid, contact_number text, from_number text, ai_enabled boolean, status text, read_through bigint)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c public.conversations;
begin
  if ai_enabled is null and status is null and read_through is null then
    return jsonb_build_object('outcome', 'NOTHING_TO_CHANGE');
  elsif status not in ('active', 'ended') then
    return jsonb_build_object('outcome', 'INVALID_STATUS');
  end if;
  c := private.lock_my_conversation(
    private.find_conversation((select auth.uid()), conversation_id, contact_number, from_number));
  if c.id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  -- First what may be refused: a refusal changes nothing.
  if status = 'active' and not private.reopen_conversation(c.id) then
    return jsonb_build_object('outcome', 'ANOTHER_IS_ACTIVE');
  end if;
  if status = 'ended' then
    perform private.change_my_conversation(c.id, 'ended');
  end if;
  if ai_enabled is not null then
    perform private.switch_assistant(c.id, ai_enabled);
  end if;
  if read_through is not null then
    perform private.change_my_conversation(c.id, 'read', read_through);
  end if;
  return jsonb_build_object('outcome', 'updated', 'conversation',
    (select e.entry from private.conversation_entries e where e.id = c.id));
end
$$;
comment on function private.update_my_conversation is 'update_conversation, as definer; the owner is auth.uid().';
revoke execute on function private.update_my_conversation from public, anon;
grant execute on function private.update_my_conversation to authenticated;

create function public.update_conversation(
  conversation_id uuid default null, contact_number text default null, from_number text default null,
  ai_enabled boolean default null, status text default null, read_through bigint default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select private.update_my_conversation(conversation_id, contact_number, from_number, ai_enabled, status, read_through)
$$;
comment on function public.update_conversation is
  'Changes a conversation (named as in get_conversation): the assistant''s switch, status (ended, or active to reopen it) and the read mark. Outcomes: updated, NOTHING_TO_CHANGE, INVALID_STATUS, CONVERSATION_NOT_FOUND, ANOTHER_IS_ACTIVE.';
revoke execute on function public.update_conversation from public, anon, service_role;
grant execute on function public.update_conversation to authenticated;
