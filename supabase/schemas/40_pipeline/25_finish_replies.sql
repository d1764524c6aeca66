-- Answering, second half: decide again whether the reply may go out, and store it.

-- Ends the job when it has caught up; else leaves it due for the rest.
create function sms_private.answer_job(job sms_private.jobs, through_seq bigint, reply_delay_ms int)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  oldest timestamptz;
begin
  if job.wanted_seq > answer_job.through_seq then
    select min(least(m.created_at, m.date_created)) into oldest from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.seq > answer_job.through_seq and m.seq <= job.wanted_seq
      and m.direction = 'inbound' and m.kind = 'text';
  end if;
  if oldest is null then
    delete from sms_private.jobs j where j.id = job.id;
  else
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, drops = 0, last_error = null,
      first_unanswered_at = oldest, answered_seq = answer_job.through_seq,
      due_at = least(oldest + interval '15 seconds', clock_timestamp() + make_interval(secs => reply_delay_ms / 1000.0))
    where j.id = job.id;
  end if;
end
$$;
comment on function sms_private.answer_job is 'Ends a reply job that has caught up with through_seq; else makes it due for the newer messages.';

-- A failed try: again later, or given up on.
create function sms_private.finish_failed(job sms_private.jobs, through_seq bigint, failure jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  reason text := left(concat_ws(': ', failure ->> 'code', failure ->> 'message'), 500);
  given_up boolean := (failure ->> 'permanent')::boolean
    or job.attempts >= sms_private.tries_of(failure ->> 'code', max_attempts);
begin
  if given_up and job.wanted_seq > through_seq and job.drops = 0 then
    -- The failed try had not read the newest message: drop it. That message gets tries of its own.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, drops = 1, last_error = reason,
      due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  elsif given_up then
    return jsonb_build_object('outcome', 'set_aside', 'message_id', sms_private.set_reply_aside(job, reason));
  end if;
  update sms_private.jobs j
  set lease_token = null, lease_expires_at = null, last_error = reason,
    due_at = clock_timestamp() + make_interval(secs => greatest(
      coalesce((failure ->> 'retry_after_ms')::numeric / 1000, 0), 2 ^ job.attempts * (0.5 + random())))
  where j.id = job.id;
  return jsonb_build_object('outcome', 'retry');
end
$$;
comment on function sms_private.finish_failed is
  'A try that failed: due again with exponential back-off and jitter, or set aside when it is permanent or was the last.';

create function sms_private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  conversation public.sms_conversations;
  number public.sms_numbers;
  assistant public.sms_assistants;
  job sms_private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into conversation from public.sms_conversations v
    where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = conversation.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and sms_private.came_back_since(conversation, through);
  select * into strict number from public.sms_numbers p where p.id = conversation.phone_number_id;
  select * into assistant from public.sms_assistants s where s.id = number.assistant_id;

  silent := sms_private.no_reply_reason(conversation);
  if silent is not null or not conversation.ai_enabled then
    -- No reply goes out, but an opt-out counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform sms_private.opt_out_by_model(conversation, result);
      silent := 'opted_out';
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_reason = silent where v.id = conversation.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  -- It may be what the operator stopped. An opt-out counts all the same.
  if not opts_out and sms_private.is_stopped('answering') then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return sms_private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- The contact sent START after the message that the model read. Discard the model's opt-out.
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if assistant.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (conversation.greeting_pending
      and assistant.first_message is not null) then
    -- The assistant changed, or the greeting became due or no longer is: drop the reply and ask the model again.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- A newer message came: drop the reply once. This is no failed try. sms_receive_message has set when the job is due.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- An opt-out counts even when the limit of replies is used up.
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found and not opts_out then
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  if not opts_out and not (result ->> 'greeting')::boolean and coalesce(result ->> 'reply', '') !~ '\S'
    and not coalesce((result ->> 'end_conversation')::boolean, false)
    and not coalesce((result ->> 'handoff')::boolean, false) and not sms_private.was_reopened(conversation) then
    return sms_private.finish_failed(job, through, jsonb_build_object('code', 'MODEL_EMPTY',
      'message', 'The model answered without words', 'permanent', false), max_attempts);
  end if;
  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through, job.first_unanswered_at,
    job.answered_seq);
  if (result ->> 'greeting')::boolean and assistant.reply_after_first_message then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
  end if;
  if opts_out then
    -- The opt-out skips locked jobs, and this transaction holds the lock of this one.
    delete from sms_private.jobs j where j.id = job.id;
  end if;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;
comment on function sms_private.finish_reply is 'sms_finish_replies for one result.';

create function public.sms_finish_replies(results jsonb, max_attempts int default 5)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  finished jsonb;
  all_finished jsonb := '[]';
  opting_out uuid[];
begin
  -- Lock all conversations first, by id, so that two batches never wait for each other in a circle.
  perform from public.sms_conversations c
  where c.id in (select (r ->> 'conversation_id')::uuid from jsonb_array_elements(results) r)
  order by c.id for no key update;
  -- Then what the opt-outs of the batch change, by id too: contacts, and messages with their deliveries.
  select array_agg(locked.id) into opting_out from (
    select k.id from public.sms_contacts k
    where k.id in (select c.contact_id from jsonb_array_elements(results) r
      join public.sms_conversations c on c.id = (r ->> 'conversation_id')::uuid where r -> 'opt_out' = 'true')
    order by k.id for no key update) locked;
  perform from sms_private.jobs j join public.sms_messages m on m.id = j.message_id
  where j.contact_id = any (opting_out) and j.kind = 'deliver' and not j.in_flight
  order by m.id for no key update of m for update of j;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'conversation_id' loop
    begin
      finished := sms_private.finish_reply(result, max_attempts);
    exception when others then
      -- One result that cannot be stored does not stop the others. It counts as a failed try.
      finished := jsonb_build_object('outcome', 'error', 'error', sqlstate);
      perform sms_private.finish_failed(j, (result ->> 'through_seq')::bigint,
        jsonb_build_object('code', 'NOT_STORABLE', 'message', sqlerrm), max_attempts)
      from sms_private.jobs j
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    perform sms_private.note_calls(result, finished);
    all_finished := all_finished || (finished || jsonb_build_object('job_id', result -> 'job_id'));
  end loop;
  return all_finished;
end
$$;
comment on function public.sms_finish_replies is
  'Takes the model''s answers, decides under each conversation''s lock whether they still hold, and stores message and delivery job. Outcomes: stored, nothing_to_send, dropped, retry, set_aside, stale, opted_out, paused, unassigned, refused, capped, error.';
