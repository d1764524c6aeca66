-- The model's answer comes back. Everything that decides whether to send is decided here, under the lock.

-- A failed try: again later, or given up on.
create function private.finish_failed(job private.jobs, through_seq bigint, failure jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  reason text := left(concat_ws(': ', failure ->> 'code', failure ->> 'message'), 500);
  given_up boolean := (failure ->> 'permanent')::boolean or job.attempts >= max_attempts;
begin
  if given_up and job.wanted_seq > through_seq and job.drops = 0 then
    -- What failed has not read the newest text: that one gets its own tries.
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, drops = 1, last_error = reason,
      due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  elsif given_up then
    return jsonb_build_object('outcome', 'set_aside', 'message_id', private.set_reply_aside(job, reason));
  end if;
  update private.jobs j
  set lease_token = null, lease_expires_at = null, last_error = reason,
    due_at = clock_timestamp() + make_interval(secs => greatest(
      coalesce((failure ->> 'retry_after_ms')::numeric / 1000, 0), 2 ^ job.attempts * (0.5 + random())))
  where j.id = job.id;
  return jsonb_build_object('outcome', 'retry');
end
$$;
comment on function private.finish_failed is
  'A try that failed: due again with exponential back-off and jitter, or set aside when it is permanent or was the last.';
revoke execute on function private.finish_failed from public, anon, authenticated;
grant execute on function private.finish_failed to service_role;

-- The contact asked in their own words for no more texts.
create function private.opt_out_by_model(c public.conversations, result jsonb)
returns boolean
language sql volatile set search_path = ''
as $$
  select private.opt_out(c.contact_id, 'model', null, (
    select m.id from public.sms_messages m
    where m.conversation_id = c.id and m.seq = (result ->> 'through_seq')::bigint))
$$;
comment on function private.opt_out_by_model is 'Records an opt-out that the model understood. True when it is new.';
revoke execute on function private.opt_out_by_model from public, anon, authenticated;
grant execute on function private.opt_out_by_model to service_role;

-- Stores what an answer says and does. The caller has decided that it may be sent.
create function private.store_answer(c public.conversations, a public.assistants, result jsonb, caught_up boolean)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  ending boolean := caught_up and coalesce((result ->> 'end_conversation')::boolean, false);
  body text := btrim(coalesce(result ->> 'reply', ''), E' \t\r\n');
  wanted text := nullif(result ->> 'intent', '');
  kind text := 'reply';
  sent public.sms_messages;
begin
  if (result ->> 'opt_out')::boolean then
    -- Confirmed once, also when two numbers hear of it at the same moment.
    body := case when private.opt_out_by_model(c, result) then private.setting('opt_out_confirmation') #>> '{}' else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := a.first_message;
    kind := 'greeting';
  elsif ending and body <> '' then
    body := coalesce(a.goodbye_message, body);
    kind := 'goodbye';
  end if;
  if body <> '' then
    sent := private.store_outbound(c.id, 'assistant', kind, body, '[]', 0, null, wanted);
    if (result ->> 'shortened')::boolean then
      perform private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  update public.sms_messages m set intent = wanted
  where m.conversation_id = c.id and m.seq = (result ->> 'through_seq')::bigint and wanted is not null;
  update public.conversations v
  set greeting_pending = false,
    intent = coalesce(wanted, v.intent),
    ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
    waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
    status = case when ending then 'ended' else v.status end,
    ended_at = case when ending then clock_timestamp() else v.ended_at end,
    end_reason = case when ending then 'assistant' else v.end_reason end
  where v.id = c.id;
  return sent.id;
end
$$;
comment on function private.store_answer is
  'Stores an answer and what it changes: text, intent, end, opt-out, wish for a person. Returns the id of the text, or null when nothing is said.';
revoke execute on function private.store_answer from public, anon, authenticated;
grant execute on function private.store_answer to service_role;

create function private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  c public.conversations;
  n public.phone_numbers;
  a public.assistants;
  job private.jobs;
  silent text;
  cap record;
  message uuid;
begin
  select * into c from public.conversations v where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = c.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  select * into strict n from public.phone_numbers p where p.id = c.phone_number_id;
  select * into a from public.assistants s where s.id = n.assistant_id;

  silent := private.no_reply_reason(c);
  if silent is not null or not c.ai_enabled then
    -- Nothing is said, but a wish not to be texted counts.
    if (result ->> 'opt_out')::boolean and silent is distinct from 'opted_out' then
      perform private.opt_out_by_model(c, result);
      silent := 'opted_out';
    end if;
    delete from private.jobs j where j.id = job.id;
    update public.conversations v set ai_paused_reason = silent where v.id = c.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if a.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (c.greeting_pending and a.first_message is not null) then
    -- Another assistant's words, or a greeting that came or went meanwhile: ask again.
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- Dropped once, and not a failed try. receive_message has set when it is due.
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- A wish not to be texted is honoured past any cap.
  select * into cap from private.reply_cap(c.user_id, c.id, 0);
  if found and not coalesce((result ->> 'opt_out')::boolean, false) then
    delete from private.jobs j where j.id = job.id;
    update public.conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason where v.id = c.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  message := private.store_answer(c, a, result, job.wanted_seq <= through);
  if (result ->> 'greeting')::boolean and a.reply_after_first_message then
    update private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not coalesce((result ->> 'opt_out')::boolean, false) then
    perform private.answer_job(job, through, a.reply_delay_ms);
  end if;
  -- An opt-out skips jobs that are locked, and this one is, by us.
  delete from private.jobs j where j.id = job.id and (result ->> 'opt_out')::boolean;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;
comment on function private.finish_reply is 'finish_replies for one result.';
revoke execute on function private.finish_reply from public, anon, authenticated;
grant execute on function private.finish_reply to service_role;

create function public.finish_replies(results jsonb, max_attempts int default 5)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  finished jsonb;
  all_finished jsonb := '[]';
begin
  -- All conversations first, by id: two batches never wait for each other in a circle.
  perform from public.conversations c
  where c.id in (select (r ->> 'conversation_id')::uuid from jsonb_array_elements(results) r)
  order by c.id for no key update;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'conversation_id' loop
    begin
      finished := private.finish_reply(result, max_attempts);
    exception when others then
      -- One poisonous result never takes its neighbours with it; it counts as a failed try.
      finished := jsonb_build_object('outcome', 'error', 'error', sqlstate);
      perform private.finish_failed(j, (result ->> 'through_seq')::bigint, jsonb_build_object('code', 'NOT_STORABLE', 'message', sqlerrm,
        'permanent', j.attempts >= max_attempts), max_attempts)
      from private.jobs j
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    all_finished := all_finished || (finished || jsonb_build_object('job_id', result -> 'job_id'));
  end loop;
  return all_finished;
end
$$;
comment on function public.finish_replies is
  'Takes the model''s answers, decides under each conversation''s lock whether they still hold, and stores text and delivery job. Outcomes: stored, nothing_to_send, dropped, retry, set_aside, stale, opted_out, paused, unassigned, refused, capped, error.';
revoke execute on function public.finish_replies from public, anon, authenticated;
grant execute on function public.finish_replies to service_role;
