-- Answering, first half: lease the replies that are due, and give the model what it needs.

create function sms_private.tenants_to_answer()
returns setof uuid
language sql stable rows 20 set search_path = ''
as $$
  -- Hops from tenant to tenant in the index: as many steps as there are tenants, however long their queues.
  with recursive tenants as (
    (select j.user_id as id from sms_private.jobs j where j.kind = 'reply' and j.set_aside_at is null
      order by 1 limit 1)
    union all
    select (select j.user_id from sms_private.jobs j
            where j.kind = 'reply' and j.set_aside_at is null and j.user_id > t.id order by 1 limit 1)
    from tenants t where t.id is not null
  )
  select t.id from tenants t where t.id is not null
$$;
comment on function sms_private.tenants_to_answer is 'The tenants that have replies to be written, leased ones included.';

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

-- What the model needs to know to answer one conversation.
create function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
    'conversation_id', c.id, 'user_id', c.user_id, 'contact_id', c.contact_id, 'through_seq', job.wanted_seq,
    'greeting', c.greeting_pending and a.first_message is not null,
    -- The contact wrote again after the end, and no message has gone out since.
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
        -- A message that the last reply had not read comes after that reply.
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
  'Gives up on a reply: the assistant''s error message once, the reason on the conversation, the job kept aside. Returns the id of the error text, if one was stored.';

-- Tells the contact and the tenant that there will be no reply. The caller holds the conversation's lock.
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
  -- Once: not again while the assistant's last message was this one.
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

-- The number lost its assistant: the conversation says so. If the conversation cannot be written, the claim of the other
-- jobs goes on.
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
    -- One by one, by id, in this order. A job that is locked is skipped.
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
    -- Its worker never reported back, or the number lost its assistant. Locking the conversation after the job is the
    -- wrong order, so this does not wait: when the lease ends, the job is claimed again.
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
