-- Answering: claim, decide again, store.

create function sms_private.tenants_to_answer()
returns setof uuid
language sql stable rows 20 set search_path = ''
as $$
  -- Hops from tenant to tenant in the index: as many steps as there are tenants, however long their queues.
  with recursive tenants as (
    (select j.user_id as id from sms_private.jobs j where j.kind = 'reply' and j.set_aside_at is null order by 1 limit 1)
    union all
    select (select j.user_id from sms_private.jobs j
            where j.kind = 'reply' and j.set_aside_at is null and j.user_id > t.id order by 1 limit 1)
    from tenants t where t.id is not null
  )
  select t.id from tenants t where t.id is not null
$$;
comment on function sms_private.tenants_to_answer is 'The tenants that have replies to be written, leased ones included.';
grant execute on function sms_private.tenants_to_answer to service_role;

create function sms_private.next_reply_due()
returns timestamptz
language sql stable set search_path = ''
as $$
  select least(
    (select min(first.due_at)
     from sms_private.tenants_to_answer() t (id)
     cross join lateral (
       select j.due_at from sms_private.jobs j
       where j.kind = 'reply' and j.set_aside_at is null and j.user_id = t.id and j.lease_expires_at is null
       order by j.due_at limit 1) first),
    (select min(greatest(j.due_at, j.lease_expires_at)) from sms_private.jobs j
     where j.kind = 'reply' and j.set_aside_at is null and j.lease_expires_at is not null))
$$;
comment on function sms_private.next_reply_due is 'When the next reply is due, or a lease runs out; null when there is none.';
grant execute on function sms_private.next_reply_due to service_role;

-- What the model needs to know to answer one conversation.
create function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
    'conversation_id', c.id, 'user_id', c.user_id, 'contact_id', c.contact_id, 'through_seq', job.wanted_seq,
    'greeting', c.greeting_pending and a.first_message is not null,
    -- The contact came back after the end, and nothing was said to them since.
    'reopened', c.reopened_at is not null and not exists (
      select from public.sms_messages m
      where m.conversation_id = c.id and m.direction = 'outbound' and m.created_at > c.reopened_at),
    'waiting_for_person', c.waiting_for_person,
    'assistant', jsonb_build_object('id', a.id, 'name', a.name, 'prompt', a.prompt, 'model', a.model,
      'temperature', a.temperature, 'language', a.language, 'max_segments', a.max_segments),
    'contact', jsonb_build_object('name', k.name, 'time_zone', k.time_zone),
    'history', (
      select coalesce(jsonb_agg(jsonb_build_object('seq', h.seq, 'direction', h.direction, 'sender', h.sender,
        'body', h.body, 'media_count', jsonb_array_length(h.media), 'created_at', h.created_at)
        -- What an answer in between has not read comes after that answer, as the model should see it.
        order by h.direction = 'inbound' and h.seq > coalesce(job.answered_seq, job.wanted_seq), h.seq), '[]')
      from (
        select m.* from public.sms_messages m
        where m.conversation_id = c.id
          and m.kind not in ('keyword', 'error', 'opt_out_confirmation') and m.status not in ('canceled', 'scheduled')
        order by m.seq desc limit a.max_history
      ) h))
  from public.sms_conversations c
  join public.sms_contacts k on k.id = c.contact_id
  join public.sms_numbers n on n.id = c.phone_number_id
  join public.sms_assistants a on a.id = n.assistant_id
  where c.id = job.conversation_id
$$;
comment on function sms_private.reply_context is
  'One claimed reply as the worker gets it: assistant, contact, history up to through_seq. Null when the number has no assistant any more.';
grant execute on function sms_private.reply_context to service_role;

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
    -- A conversation that cannot be written says nothing; the job still does.
    reason := concat_ws(', ', reason, 'NOT_STORABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
  return sent;
end
$$;
comment on function sms_private.set_reply_aside is
  'Gives up on a reply: the assistant''s error message once, the reason on the conversation, the job kept aside. Returns the id of the error text, if one was stored.';
grant execute on function sms_private.set_reply_aside to service_role;

-- What the contact and the tenant get to know of an answer that is given up on. The caller holds the conversation's lock.
create function sms_private.apologize(conversation uuid)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  apology text;
  sent public.sms_messages;
begin
  select a.error_message into apology
  from public.sms_conversations c
  join public.sms_numbers n on n.id = c.phone_number_id
  join public.sms_assistants a on a.id = n.assistant_id
  where c.id = conversation and c.ai_enabled and sms_private.no_reply_reason(c) is null;
  -- Once: not again while the last thing the assistant said was an apology.
  if apology is not null and 'error' is distinct from (
    select m.kind from public.sms_messages m
    where m.conversation_id = conversation and m.direction = 'outbound' and m.sender = 'assistant'
    order by m.seq desc limit 1)
  then
    sent := sms_private.store_outbound(conversation, 'assistant', 'error', apology, '[]', 0, null);
  end if;
  update public.sms_conversations c set ai_paused_reason = 'answer_failed' where c.id = conversation;
  return sent.id;
end
$$;
comment on function sms_private.apologize is
  'Stores the assistant''s error message, once, and says on the conversation that the answer failed. Returns the id of the text, if one was stored.';
grant execute on function sms_private.apologize to service_role;

-- A number that lost its assistant: the conversation says so. If it cannot be written, the claim of all others goes on.
create function sms_private.end_unassigned_reply(job sms_private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c set ai_paused_reason = 'no_assistant' where c.id = job.conversation_id;
  delete from sms_private.jobs j where j.id = job.id;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  perform sms_private.set_job_aside(job.id, 'NOT_STORABLE: ' || sqlerrm);
end
$$;
comment on function sms_private.end_unassigned_reply is
  'Ends a reply that nobody is there to give any more, and says so on the conversation. The caller holds both.';
grant execute on function sms_private.end_unassigned_reply to service_role;

create function public.sms_claim_replies(
  batch_size int, lease_seconds int, max_attempts int default 5, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 200);
  candidate uuid;
  job sms_private.jobs;
  context jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
  -- A parameter can bound an index scan; clock_timestamp() itself is asked again for every row.
  moment timestamptz := clock_timestamp();
begin
  for candidate in
    with tenants as materialized (
      select t.id, coalesce((in_hand ->> t.id::text)::int, 0) as held
      from sms_private.tenants_to_answer() t (id)
      cross join lateral (
        select from sms_private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.user_id = t.id and j.due_at <= moment
          and (j.lease_expires_at is null or j.lease_expires_at <= moment)
        order by j.due_at limit 1) due
    ), due as (
      -- Tenants take turns: who has least in hand, and among equals the oldest.
      select d.id, d.due_at, t.held + d.place as turn
      from tenants t
      cross join lateral (
        select j.id, j.due_at, row_number() over (order by j.due_at) as place
        from sms_private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.user_id = t.id and j.due_at <= moment
          and (j.lease_expires_at is null or j.lease_expires_at <= moment)
        -- Where there are more tenants than room, the first of each are enough.
        order by j.due_at limit case when (select count(*) from tenants) > room then 1 else room end
      ) d
    ), ranked as (
      select d.id, d.turn, row_number() over (order by d.turn, d.due_at, d.id) as place from due d
    )
    select r.id from ranked r
    where r.place <= room
      -- Before this one the tenant has turn - 1 in hand, and room - (place - 1) slots are free.
      and (in_hand is null or r.turn - 1 < room - (r.place - 1))
    order by r.place
  loop
    -- By its id each, and in this order; what somebody else has locked is skipped.
    update sms_private.jobs j
    set lease_token = gen_random_uuid(), lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds),
      attempts = j.attempts + 1
    where j.id = (
      select q.id from sms_private.jobs q
      where q.id = candidate and q.set_aside_at is null and q.due_at <= moment
        and (q.lease_expires_at is null or q.lease_expires_at <= moment)
      for update skip locked)
    returning * into job;
    continue when not found;
    context := sms_private.reply_context(job);
    if job.attempts <= max_attempts and context is not null then
      claimed := claimed || context;
      continue;
    end if;
    -- Whoever had it never came back, or the number lost its assistant. A conversation's lock after a job's is
    -- the wrong order, so this must not wait; the lease brings the job back.
    perform from public.sms_conversations c where c.id = job.conversation_id for no key update skip locked;
    if found and context is not null then
      perform sms_private.set_reply_aside(job, coalesce(job.last_error, 'WORKER_LOST'));
    elsif found then
      perform sms_private.end_unassigned_reply(job);
    end if;
  end loop;
  if jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_reply_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_replies is
  'Leases due reply jobs, tenants in turn. in_hand ({ tenant: jobs }) is what the caller works on already: a tenant gets one more only while more slots are free than it has in hand; null for a caller without slots. Returns { jobs, next_due_in_ms }: what the model needs for each, and when the next job is due (0 also when a share held it back).';
grant execute on function public.sms_claim_replies to service_role;

-- Ends the job when it has caught up; else leaves it due for the rest.
create function sms_private.answer_job(job sms_private.jobs, through_seq bigint, reply_delay_ms int)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  oldest timestamptz;
begin
  select min(m.created_at) into oldest from public.sms_messages m
  where m.conversation_id = job.conversation_id and m.seq > answer_job.through_seq and m.seq <= job.wanted_seq
    and m.direction = 'inbound' and m.kind = 'text';
  if oldest is null then
    delete from sms_private.jobs j where j.id = job.id;
    return;
  end if;
  update sms_private.jobs j
  set lease_token = null, lease_expires_at = null, attempts = 0, drops = 0, last_error = null,
    first_unanswered_at = oldest, answered_seq = answer_job.through_seq,
    due_at = least(oldest + interval '15 seconds', clock_timestamp() + make_interval(secs => reply_delay_ms / 1000.0))
  where j.id = job.id;
end
$$;
comment on function sms_private.answer_job is 'Ends a reply job that has caught up with through_seq; else makes it due for the newer texts.';
grant execute on function sms_private.answer_job to service_role;

-- A failed try: again later, or given up on.
create function sms_private.finish_failed(job sms_private.jobs, through_seq bigint, failure jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  reason text := left(concat_ws(': ', failure ->> 'code', failure ->> 'message'), 500);
  given_up boolean := (failure ->> 'permanent')::boolean or job.attempts >= max_attempts;
begin
  if given_up and job.wanted_seq > through_seq and job.drops = 0 then
    -- What failed has not read the newest text: that one gets its own tries.
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
grant execute on function sms_private.finish_failed to service_role;

-- Stores what an answer says and does. The caller has decided that it may be sent.
create function sms_private.store_answer(c public.sms_conversations, a public.sms_assistants, result jsonb, caught_up boolean)
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
    body := case when sms_private.opt_out_by_model(c, result) then sms_private.setting('opt_out_confirmation') #>> '{}' else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := a.first_message;
    kind := 'greeting';
  elsif ending and body <> '' then
    body := coalesce(a.goodbye_message, body);
    kind := 'goodbye';
  end if;
  if body <> '' then
    sent := sms_private.store_outbound(c.id, 'assistant', kind, body, '[]', 0, null, wanted);
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  update public.sms_messages m set intent = wanted
  where m.conversation_id = c.id and m.seq = (result ->> 'through_seq')::bigint and wanted is not null;
  update public.sms_conversations v
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
comment on function sms_private.store_answer is
  'Stores an answer and what it changes: text, intent, end, opt-out, wish for a person. Returns the id of the text, or null when nothing is said.';
grant execute on function sms_private.store_answer to service_role;

create function sms_private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  c public.sms_conversations;
  n public.sms_numbers;
  a public.sms_assistants;
  job sms_private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into c from public.sms_conversations v where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = c.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and sms_private.came_back_since(c, through);
  select * into strict n from public.sms_numbers p where p.id = c.phone_number_id;
  select * into a from public.sms_assistants s where s.id = n.assistant_id;

  silent := sms_private.no_reply_reason(c);
  if silent is not null or not c.ai_enabled then
    -- Nothing is said, but a wish not to be texted counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform sms_private.opt_out_by_model(c, result);
      silent := 'opted_out';
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_reason = silent where v.id = c.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return sms_private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- What it says is about a wish that the contact has taken back since.
    perform sms_private.answer_job(job, through, a.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if a.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (c.greeting_pending and a.first_message is not null) then
    -- Another assistant's words, or a greeting that came or went meanwhile: ask again.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- Dropped once, and not a failed try. sms_receive_message has set when it is due.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- A wish not to be texted is honoured past any cap.
  select * into cap from sms_private.reply_cap(c.user_id, c.id, 0);
  if found and not opts_out then
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason where v.id = c.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  message := sms_private.store_answer(c, a, result, job.wanted_seq <= through);
  if (result ->> 'greeting')::boolean and a.reply_after_first_message then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform sms_private.answer_job(job, through, a.reply_delay_ms);
  end if;
  -- An opt-out skips jobs that are locked, and this one is, by us.
  delete from sms_private.jobs j where j.id = job.id and opts_out;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;
comment on function sms_private.finish_reply is 'sms_finish_replies for one result.';
grant execute on function sms_private.finish_reply to service_role;

create function public.sms_finish_replies(results jsonb, max_attempts int default 5)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  finished jsonb;
  all_finished jsonb := '[]';
begin
  -- All conversations first, by id: two batches never wait for each other in a circle.
  perform from public.sms_conversations c
  where c.id in (select (r ->> 'conversation_id')::uuid from jsonb_array_elements(results) r)
  order by c.id for no key update;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'conversation_id' loop
    begin
      finished := sms_private.finish_reply(result, max_attempts);
    exception when others then
      -- One poisonous result never takes its neighbours with it; it counts as a failed try.
      finished := jsonb_build_object('outcome', 'error', 'error', sqlstate);
      perform sms_private.finish_failed(j, (result ->> 'through_seq')::bigint, jsonb_build_object('code', 'NOT_STORABLE', 'message', sqlerrm,
        'permanent', j.attempts >= max_attempts), max_attempts)
      from sms_private.jobs j
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    all_finished := all_finished || (finished || jsonb_build_object('job_id', result -> 'job_id'));
  end loop;
  return all_finished;
end
$$;
comment on function public.sms_finish_replies is
  'Takes the model''s answers, decides under each conversation''s lock whether they still hold, and stores text and delivery job. Outcomes: stored, nothing_to_send, dropped, retry, set_aside, stale, opted_out, paused, unassigned, refused, capped, error.';
grant execute on function public.sms_finish_replies to service_role;
