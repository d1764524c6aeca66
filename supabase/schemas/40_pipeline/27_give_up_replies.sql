-- Answering: a reply that will not come.

-- Gives up on a reply: says so once to the contact, marks the conversation, keeps the job for a person.
-- The caller holds the conversation's row lock.
create function sms_private.set_reply_aside(job sms_private.jobs, reason text)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  sent uuid;
begin
  begin
    sent := sms_private.apologize(job.conversation_id);
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    -- The conversation cannot be written. The job still says why.
    reason := concat_ws(', ', reason, 'NOT_STORABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
  return sent;
end
$$;
comment on function sms_private.set_reply_aside is
  'Gives up on a reply: the assistant''s error message once, the reason on the conversation, the job kept '
  'aside. Returns the id of the error message, if one was stored.';

-- Tells the contact and the tenant that there will be no reply. The caller holds the conversation's lock.
create function sms_private.apologize(conversation uuid)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  apology text;
  told public.sms_conversations;
  speaker public.sms_assistants;
  sent public.sms_messages;
begin
  select assistant.error_message into apology
  from public.sms_conversations answered
  join public.sms_numbers number on number.id = answered.phone_number_id
  join public.sms_assistants assistant on assistant.id = number.assistant_id
  where answered.id = conversation and answered.ai_enabled and sms_private.no_reply_reason(answered) is null;
  -- Once: not again while the assistant's last message was this one.
  if apology is not null and 'error' is distinct from (
    select message.kind from public.sms_messages message
    where message.conversation_id = conversation and message.direction = 'outbound'
      and message.sender = 'assistant'
    order by message.seq desc limit 1)
  then
    select * into told from public.sms_conversations c where c.id = conversation;
    select a.* into speaker from public.sms_numbers n join public.sms_assistants a on a.id = n.assistant_id
    where n.id = told.phone_number_id;
    sent := sms_private.store_automatic(told, speaker, 'error', apology);
  end if;
  update public.sms_conversations answered set ai_paused_reason = 'answer_failed'
  where answered.id = conversation;
  return sent.id;
end
$$;
comment on function sms_private.apologize is
  'Stores the assistant''s error message, once, and says on the conversation that the answer failed. '
  'Returns the id of the message, if one was stored.';

-- The number lost its assistant: the conversation says so. If the conversation cannot be written, the claim
-- of the other jobs goes on.
create function sms_private.end_unassigned_reply(job sms_private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations conversation set ai_paused_reason = 'no_assistant'
  where conversation.id = job.conversation_id;
  delete from sms_private.jobs ended where ended.id = job.id;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  perform sms_private.set_job_aside(job.id, 'NOT_STORABLE: ' || sqlerrm);
end
$$;
comment on function sms_private.end_unassigned_reply is
  'Ends a reply that nobody is there to give any more, and says so on the conversation. The caller holds '
  'both.';
