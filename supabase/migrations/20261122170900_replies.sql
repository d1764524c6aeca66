-- Answering: claim what is due, decide again under the conversation's lock before anything is stored.

-- Gives up on a reply: says so once to the contact, marks the conversation, keeps the job for a person.
-- The caller holds the conversation's row lock.
create function private.set_reply_aside(job private.jobs, reason text)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  apology text;
  sent public.sms_messages;
begin
  select a.error_message into apology
  from public.conversations c
  join public.phone_numbers n on n.id = c.phone_number_id
  join public.assistants a on a.id = n.assistant_id
  where c.id = job.conversation_id and c.ai_enabled and private.no_reply_reason(c) is null;
  -- Once: not again while the last thing the assistant said was an apology.
  if apology is not null and 'error' is distinct from (
    select m.kind from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.direction = 'outbound' and m.sender = 'assistant'
    order by m.seq desc limit 1)
  then
    sent := private.store_outbound(job.conversation_id, 'assistant', 'error', apology, '[]', 0, null);
  end if;
  update public.conversations c set ai_paused_reason = 'answer_failed' where c.id = job.conversation_id;
  update private.jobs j
  set set_aside_at = clock_timestamp(), lease_token = null, lease_expires_at = null, last_error = left(reason, 500)
  where j.id = job.id;
  return sent.id;
end
$$;
comment on function private.set_reply_aside is
  'Gives up on a reply: the assistant''s error message once, the reason on the conversation, the job kept aside. Returns the id of the error text, if one was stored.';
revoke execute on function private.set_reply_aside from public, anon, authenticated;
grant execute on function private.set_reply_aside to service_role;

-- What the model needs to know to answer one conversation.
create function private.reply_context(job private.jobs)
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
  from public.conversations c
  join public.contacts k on k.id = c.contact_id
  join public.phone_numbers n on n.id = c.phone_number_id
  join public.assistants a on a.id = n.assistant_id
  where c.id = job.conversation_id
$$;
comment on function private.reply_context is
  'One claimed reply as the worker gets it: assistant, contact, history up to through_seq. Null when the number has no assistant any more.';
revoke execute on function private.reply_context from public, anon, authenticated;
grant execute on function private.reply_context to service_role;

create function public.claim_replies(batch_size int, lease_seconds int, max_attempts int default 5)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 200);
  job private.jobs;
  context jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
begin
  for job in
    -- Tenants take turns: the first due job of each, then the second of each. Hopping from tenant to tenant
    -- in the index keeps this cheap however long one tenant's queue is.
    with recursive tenants as (
      (select j.user_id from private.jobs j where j.kind = 'reply' and j.set_aside_at is null
       order by j.user_id limit 1)
      union all
      select (select j.user_id from private.jobs j
              where j.kind = 'reply' and j.set_aside_at is null and j.user_id > t.user_id
              order by j.user_id limit 1)
      from tenants t where t.user_id is not null
    ), chosen as (
      select d.id from tenants t
      cross join lateral (
        select j.id, j.due_at, row_number() over (order by j.due_at) as turn
        from private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.user_id = t.user_id
          and j.due_at <= clock_timestamp()
          and (j.lease_expires_at is null or j.lease_expires_at <= clock_timestamp())
        order by j.due_at limit room
      ) d
      order by d.turn, d.due_at limit room
    )
    select j.* from private.jobs j
    where j.id in (select id from chosen) and j.set_aside_at is null and j.due_at <= clock_timestamp()
      and (j.lease_expires_at is null or j.lease_expires_at <= clock_timestamp())
    for update skip locked
  loop
    update private.jobs j
    set lease_token = gen_random_uuid(), lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds),
      attempts = j.attempts + 1
    where j.id = job.id returning * into job;
    context := private.reply_context(job);
    if job.attempts <= max_attempts and context is not null then
      claimed := claimed || context;
      continue;
    end if;
    -- Whoever had it never came back, or the number lost its assistant. A conversation's lock after a job's is
    -- the wrong order, so this must not wait; the lease brings the job back.
    perform from public.conversations c where c.id = job.conversation_id for no key update skip locked;
    if found and context is not null then
      perform private.set_reply_aside(job, coalesce(job.last_error, 'WORKER_LOST'));
    elsif found then
      update public.conversations c set ai_paused_reason = 'no_assistant' where c.id = job.conversation_id;
      delete from private.jobs j where j.id = job.id;
    end if;
  end loop;
  if jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  else
    select min(greatest(j.due_at, coalesce(j.lease_expires_at, j.due_at))) into next_due
    from private.jobs j where j.kind = 'reply' and j.set_aside_at is null;
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', private.milliseconds_until(next_due));
end
$$;
comment on function public.claim_replies is
  'Leases due reply jobs, tenants in turn. Returns { jobs, next_due_in_ms }: what the model needs for each, and when the next job is due.';
revoke execute on function public.claim_replies from public, anon, authenticated;
grant execute on function public.claim_replies to service_role;

-- Which cap one more automatic reply would break, and until when; nothing when it may go.
-- `already` is 1 when the reply in question is counted already.
create function private.reply_cap(tenant uuid, conversation uuid, already int)
returns table (reason text, until timestamptz)
language sql stable set search_path = ''
as $$
  select checks.reason, coalesce(newest.oldest_at, clock_timestamp()) + checks.span
  from private.limits_of(tenant) l
  cross join lateral (values
    ('replies_per_hour', l.conversation_replies_per_hour, interval '1 hour', conversation),
    ('replies_per_day', l.conversation_replies_per_day, interval '1 day', conversation),
    ('tenant_replies_per_day', l.tenant_replies_per_day, interval '1 day', null)
  ) as checks (reason, cap, span, only_conversation)
  -- The newest that fit under the cap: when the oldest of them is out of the window, there is room again.
  cross join lateral (
    select count(*) as used, min(counted.created_at) as oldest_at from (
      (select m.created_at from public.sms_messages m
       where checks.only_conversation is not null and m.conversation_id = checks.only_conversation
         and m.sender = 'assistant' and m.status <> 'canceled' and m.created_at > clock_timestamp() - checks.span
       order by m.created_at desc limit checks.cap + already)
      union all
      (select m.created_at from public.sms_messages m
       where checks.only_conversation is null and m.user_id = tenant
         and m.sender = 'assistant' and m.status <> 'canceled' and m.created_at > clock_timestamp() - checks.span
       order by m.created_at desc limit checks.cap + already)) as counted
  ) newest
  where checks.cap is not null and checks.cap + already <= newest.used
  limit 1
$$;
comment on function private.reply_cap is
  'The cap on automatic replies that is used up in a conversation or tenant, and how long to pause; no row when none is.';
revoke execute on function private.reply_cap from public, anon, authenticated;
grant execute on function private.reply_cap to service_role;

-- Ends the job when it has caught up; else leaves it due for the rest.
create function private.answer_job(job private.jobs, through_seq bigint, reply_delay_ms int)
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
    delete from private.jobs j where j.id = job.id;
    return;
  end if;
  update private.jobs j
  set lease_token = null, lease_expires_at = null, attempts = 0, drops = 0, last_error = null,
    first_unanswered_at = oldest, answered_seq = answer_job.through_seq,
    due_at = least(oldest + interval '15 seconds', clock_timestamp() + make_interval(secs => reply_delay_ms / 1000.0))
  where j.id = job.id;
end
$$;
comment on function private.answer_job is 'Ends a reply job that has caught up with through_seq; else makes it due for the newer texts.';
revoke execute on function private.answer_job from public, anon, authenticated;
grant execute on function private.answer_job to service_role;
