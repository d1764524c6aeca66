-- After a backup was restored: what was sent since the backup, as Twilio lists it.

-- A text that somebody sent after the contact's question may be its answer.
create function sms_private.silence_answered(conversation uuid, sent_at timestamptz, is_apology boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  job sms_private.jobs;
  asked int;
begin
  select * into job from sms_private.jobs j
  where j.kind = 'reply' and j.conversation_id = conversation and j.set_aside_at is null
    -- A minute for the difference between two clocks, and Twilio tells whole seconds.
    and j.first_unanswered_at < sent_at + interval '1 minute'
  for update;
  if not found then
    return;
  end if;
  select count(*) into asked from public.sms_messages m
  where m.conversation_id = conversation and m.direction = 'inbound' and m.kind = 'text' and m.seq <= job.wanted_seq
    and least(m.created_at, m.date_created) >= job.first_unanswered_at - interval '1 second';
  if asked <= 1 and job.first_unanswered_at < sent_at and not is_apology then
    delete from sms_private.jobs j where j.id = job.id;
    return;
  end if;
  -- Which of several questions it answers, nobody knows.
  update public.sms_conversations c
  set waiting_for_person = true, ai_paused_reason = case when is_apology then 'answer_failed' else 'restored' end
  where c.id = conversation;
  perform sms_private.set_job_aside(job.id, 'RESTORED: something was sent to this contact before the restore');
end
$$;
comment on function sms_private.silence_answered is
  'Ends the reply of a conversation for which Twilio lists a text that was sent after the question. Where several questions wait, or the text said that there is no answer, a person is called. The caller holds the conversation.';

create function sms_private.is_answered_already(message public.sms_messages)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  -- Every text but those that are recovered ends here.
  if message.date_created > message.created_at - interval '1 second' then
    return false;
  end if;
  return message.date_created < sms_private.restored_at() and exists (
    select from public.sms_messages sent
    where sent.conversation_id = message.conversation_id and sent.direction = 'outbound'
      and sent.date_created > message.date_created and sent.date_created < sms_private.restored_at());
end
$$;
comment on function sms_private.is_answered_already is
  'Whether a text that is recovered after a restore is older than something that was sent in its conversation. Long lists are read from their newest page.';

create function public.sms_recover_sent_message(account_sid text, sent jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  sent_at timestamptz := (sent ->> 'sent_at')::timestamptz;
  recipient text := sms_private.telephone_of(sent ->> 'to_number');
  sender text := sms_private.telephone_of(sent ->> 'from_number');
  body text := left(coalesce(sent ->> 'body', ''), 1600);
  status text := case when sms_private.status_rank(sent ->> 'status', null) is null then 'sent' else sent ->> 'status' end;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  outcome text;
  is_apology boolean;
begin
  select * into number from public.sms_numbers n
  where n.account_sid = sms_recover_sent_message.account_sid and n.number = sender;
  if not found and sender like 'rcs:%' then
    select * into number from sms_private.number_of_agent(sms_recover_sent_message.account_sid, sender, recipient);
  end if;
  if number.id is null or recipient !~ '^\+[1-9][0-9]{6,14}$' then
    return jsonb_build_object('outcome', 'unowned');
  end if;
  if exists (select from sms_private.erased_texts e
    where e.account_sid = sms_recover_sent_message.account_sid and e.message_sid = sent ->> 'message_sid') then
    return jsonb_build_object('outcome', 'duplicate');
  end if;
  loop
    contact := sms_private.contact_of(number.user_id, recipient);
    conversation := sms_private.conversation_for_outbound(number, contact.id);
    exit when conversation.id is not null;
  end loop;
  perform from public.sms_messages m
  where m.account_sid = sms_recover_sent_message.account_sid and m.message_sid = sent ->> 'message_sid';
  if found then
    return jsonb_build_object('outcome', 'duplicate');
  end if;
  outcome := sms_private.adopt_sent(number.id, contact.id, sent);
  if outcome = 'adopted' then
    return jsonb_build_object('outcome', outcome);
  end if;
  is_apology := coalesce((
    select sms_private.says_the_same(a.error_message, body) from public.sms_assistants a
    where a.id = coalesce(number.assistant_id, conversation.assistant_id)), false);
  if outcome is null then
    body := case when body ~ '\S' then body else '[attachment]' end;
    -- When it was sent, not now: it must not use up the limits of this minute.
    insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
      to_number, from_number, body, status, error_code, num_segments, date_created, date_sent, created_at, phone_number_id, assistant_id, via)
    values (sent ->> 'message_sid', number.account_sid, conversation.id, number.user_id,
      sms_private.next_seq(conversation.id, body, '[]', 'system'), 'outbound', case when is_apology then 'error' else 'text' end,
      -- Who wrote it, Twilio does not know.
      case when is_apology then 'assistant' else 'system' end, recipient, number.number, body, status,
      sms_private.twilio_code(sent ->> 'error_code'), (sent ->> 'num_segments')::int, sent_at, sent_at, sent_at, number.id,
      coalesce(number.assistant_id, conversation.assistant_id),
      case when sent ->> 'from_number' like '%:%' then sent ->> 'from_number' end)
    returning * into message;
    insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (message.user_id, message.id, message.status, message.error_code, message.message_sid, 'lookup', '{restored}');
    insert into sms_private.questions (kind, account_sid, message_id, due_at)
    values ('settlement', number.account_sid, message.id, clock_timestamp() + sms_private.settle_gap(0));
    outcome := 'stored';
  end if;
  perform sms_private.silence_answered(conversation.id, sent_at, is_apology);
  return jsonb_build_object('outcome', outcome, 'message_id', message.id);
end
$$;
comment on function public.sms_recover_sent_message is
  'After a restore: a text that Twilio lists as sent by one of our numbers, and that this database does not know: { message_sid, from_number, to_number, body, num_segments, status, error_code, error_message, sent_at }. Outcomes: stored, adopted (it is a text that waited here), left (texts wait here of which it may be one: their look-up decides), duplicate, unowned.';
