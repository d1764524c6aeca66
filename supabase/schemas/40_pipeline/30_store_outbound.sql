-- A message and its delivery: both stored before anything talks to Twilio, and both canceled together.

-- The caller holds the conversation's row lock.
create function sms_private.store_outbound(
  conversation_id uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null, not_after timestamptz default null,
  asked_at timestamptz default null, to_number text default null, purpose text default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  number public.sms_numbers;
  contact_number text;
  stored public.sms_messages;
begin
  select * into strict conversation from public.sms_conversations c where c.id = store_outbound.conversation_id;
  select * into strict number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select k.number into strict contact_number from public.sms_contacts k where k.id = conversation.contact_id;
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, intent, status, num_segments, send_at, template_id, created_at,
    phone_number_id, assistant_id, not_after, via, purpose)
  values (number.account_sid, conversation.id, conversation.user_id,
    sms_private.next_seq(conversation.id, store_outbound.body, store_outbound.media, store_outbound.sender), 'outbound',
    store_outbound.kind,
    store_outbound.sender, coalesce(store_outbound.to_number, contact_number), number.number,
    store_outbound.body, store_outbound.media, store_outbound.intent,
    case when store_outbound.send_at > clock_timestamp() then 'scheduled' else 'pending' end,
    sms_private.count_segments(store_outbound.body), store_outbound.send_at, store_outbound.template,
    clock_timestamp(), number.id, coalesce(number.assistant_id, conversation.assistant_id),
    store_outbound.not_after,
    case when store_outbound.send_at > clock_timestamp() then null
      else sms_private.answer_via(conversation, store_outbound.sender) end,
    coalesce(store_outbound.purpose, 'transactional'))
  returning * into stored;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at,
    first_unanswered_at)
  values ('deliver', conversation.user_id, stored.id, conversation.phone_number_id, conversation.contact_id,
    store_outbound.priority, coalesce(store_outbound.send_at, clock_timestamp()), store_outbound.asked_at);
  return stored;
end
$$;
comment on function sms_private.store_outbound is
  'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s. purpose: null for transactional.';

-- The caller has locked the message.
create function sms_private.cancel_delivery(message public.sms_messages, code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  job sms_private.jobs;
begin
  select * into job from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  delete from sms_private.jobs j where j.id = job.id;
  if job.resent_at is not null then
    -- It may have left before, and "canceled" would say that it did not.
    perform sms_private.give_up_on(message, 'It is not known whether this text left; it is not sent again. ' || explanation);
  else
    perform sms_private.report_status(message, 'canceled', code, explanation
      || case code when 'EXPIRED' then ' It was not sent. If it is still right, send it again.' else '' end, null, 'worker');
  end if;
exception when others then
  if job.id is null then
    raise;
  end if;
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The savepoint rolled back, so the job still exists. Set it aside: it is not sent, and the caller's cancel goes on.
  perform sms_private.set_job_aside(job.id, format('NOT_RECORDABLE: %s, %s %s', code, sqlstate, sqlerrm));
end
$$;
comment on function sms_private.cancel_delivery is
  'Deletes a delivery job and marks its message canceled, with the reason. A message that is to be sent once more may have left, so it becomes failed.';

-- A message that was set aside stays as it is: it may have left, or the reason why it did not is on record.
create function sms_private.cancel_waiting(message_ids uuid[], code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  for message in
    select s.* from public.sms_messages s where s.id = any (message_ids) order by s.id for no key update
  loop
    perform from sms_private.jobs j where j.message_id = message.id and j.kind = 'deliver' and not j.in_flight
      and j.set_aside_at is null for update;
    if found then
      perform sms_private.cancel_delivery(message, code, explanation);
    end if;
  end loop;
end
$$;
comment on function sms_private.cancel_waiting is
  'Cancels those of these messages that no worker has claimed, with the reason. What was set aside is not touched.';
