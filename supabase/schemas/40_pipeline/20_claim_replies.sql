-- Answering, first half: lease the replies that are due, and give the model what it needs.

create function sms_private.tenants_to_answer()
returns setof uuid
language plpgsql stable rows 20 set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    -- Hops from tenant to tenant in the index: as many steps as there are tenants, however long their queues.
    with recursive tenants as (
      (select job.user_id as id from sms_private.jobs job where job.kind = 'reply' and job.set_aside_at is null
        order by 1 limit 1)
      union all
      select (select job.user_id from sms_private.jobs job
              where job.kind = 'reply' and job.set_aside_at is null and job.user_id > tenant.id
              order by 1 limit 1)
      from tenants tenant where tenant.id is not null
    )
    select tenant.id from tenants tenant where tenant.id is not null;
end
$$;
comment on function sms_private.tenants_to_answer is
  'The tenants that have replies to be written, leased ones included.';

create function sms_private.next_reply_due()
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select least(
      (select min(first.due_at)
       from sms_private.tenants_to_answer() tenant (id)
       cross join lateral (
         select job.due_at from sms_private.jobs job
         where job.kind = 'reply' and job.set_aside_at is null and job.user_id = tenant.id
           and job.lease_expires_at is null
         order by job.due_at limit 1) first),
      (select min(greatest(job.due_at, job.lease_expires_at)) from sms_private.jobs job
       where job.kind = 'reply' and job.set_aside_at is null and job.lease_expires_at is not null)));
end
$$;
comment on function sms_private.next_reply_due is
  'When the next reply is due, or a lease runs out; null when there is none.';

create function sms_private.was_reopened(conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return conversation.reopened_at is not null and not exists (
    select from public.sms_messages message
    where message.conversation_id = conversation.id and message.direction = 'outbound'
      and message.created_at > conversation.reopened_at);
end
$$;
comment on function sms_private.was_reopened is
  'Whether the contact wrote again after the end, and no message has gone out since. Then the assistant may stay silent.';

-- What the model needs to know to answer one conversation. Of long messages the beginning, and no more than 20,000 characters
-- in all, the newest first: what a stranger writes is paid by the operator.
create function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object(
      'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
      'conversation_id', conversation.id, 'user_id', conversation.user_id,
      'contact_id', conversation.contact_id, 'through_seq', job.wanted_seq,
      'greeting', conversation.greeting_pending and assistant.first_message is not null,
      'reopened', sms_private.was_reopened(conversation),
      'waiting_for_person', conversation.waiting_for_person,
      'opening', sms_private.opening_of(conversation, assistant, number.number),
      'assistant', jsonb_build_object('id', assistant.id, 'name', assistant.name, 'prompt', assistant.prompt,
        'model', assistant.model, 'temperature', assistant.temperature, 'language', assistant.language,
        'max_segments', assistant.max_segments, 'reasoning_effort', assistant.reasoning_effort,
        'verbosity', assistant.verbosity, 'reads_images', assistant.reads_images,
        'time_zone', zone.of_business, 'minutes_east', sms_private.minutes_east(zone.of_business)),
      'contact', jsonb_build_object('name', contact.name, 'time_zone', contact.time_zone,
        'minutes_east', sms_private.minutes_east(contact.time_zone)),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('seq', turn.seq, 'direction', turn.direction,
          'sender', turn.sender, 'body', left(turn.body, 4096), 'media', turn.media,
          -- Workers from before 'media' need the count.
          'media_count', jsonb_array_length(turn.media),
          'account_sid', case when assistant.reads_images and turn.media <> '[]' then turn.account_sid end,
          'created_at', turn.created_at)
          -- A message that the last reply had not read comes after that reply.
          order by turn.direction = 'inbound' and turn.seq > coalesce(job.answered_seq, job.wanted_seq),
            turn.seq), '[]')
        from (
          select message.*, sum(least(char_length(message.body), 4096)) over (order by message.seq desc) as so_far
          from public.sms_messages message
          where message.conversation_id = conversation.id
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation', 'help')
            and message.status not in ('canceled', 'scheduled')
          order by message.seq desc limit assistant.max_history
        ) turn
        where turn.so_far <= 20000))
    from public.sms_conversations conversation
    join public.sms_contacts contact on contact.id = conversation.contact_id
    join public.sms_numbers number on number.id = conversation.phone_number_id
    join public.sms_assistants assistant on assistant.id = number.assistant_id
    cross join lateral (
      select coalesce(assistant.time_zone, sms_private.zone_of_number(number.number)) as of_business) zone
    where conversation.id = job.conversation_id);
end
$$;
comment on function sms_private.reply_context is
  'One claimed reply as the worker gets it: assistant, contact, history up to through_seq. Null when the '
  'number has no assistant any more.';

create function public.sms_claim_replies(
  batch_size int, lease_seconds int, max_attempts int default 5, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 500);
  candidate record;
  cap record;
  job sms_private.jobs;
  context jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
  answer_within interval := sms_private.span_setting('answer_not_after_seconds');
begin
  if sms_private.is_stopped('answering') then
    return jsonb_build_object('jobs', '[]'::jsonb, 'next_due_in_ms', null);
  end if;
  for candidate in
    with tenants as materialized (
      select tenant.id, coalesce((in_hand ->> tenant.id::text)::int, 0) as held,
        -- Two steps into an index a tenant. The limits are looked at only where something was asked in vain, or where
        -- the calls that may be out at once could use up a small limit.
        exists (select from sms_private.unsent_calls unsent
                where unsent.user_id = tenant.id and unsent.at > moment - interval '1 day')
        or exists (select from public.sms_limits few
                   where few.user_id = tenant.id and few.tenant_unsent_calls_per_day <= 500) as wastes
      from sms_private.tenants_to_answer() tenant (id)
      cross join lateral (
        select from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        order by reply.due_at limit 1) due
    ), due as (
      -- Tenants take turns: who has least in hand, and among equals the oldest.
      select own.id, own.due_at, own.was_leased, tenant.wastes, tenant.held + own.place as turn
      from tenants tenant
      cross join lateral (
        select reply.id, reply.due_at, reply.lease_token is not null as was_leased, row_number() over (order by reply.due_at) as place
        from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        -- Where there are more tenants than room, the first of each are enough.
        order by reply.due_at limit case when (select count(*) from tenants) > room then 1 else room end
      ) own
    ), ranked as (
      select due.id, due.was_leased, due.wastes, due.turn, row_number() over (order by due.turn, due.due_at, due.id) as place from due
    )
    select ranked.id, ranked.was_leased, ranked.wastes from ranked
    where ranked.place <= room
      -- Before this one the tenant has turn - 1 in hand, and room - (place - 1) slots are free.
      and (in_hand is null or sms_private.slots_for(room - (ranked.place - 1)::int, (ranked.turn - 1)::int) > 0)
    order by ranked.place
    -- More in one transaction would hold back the first of them.
    limit 50
  loop
    -- One by one, by id, in this order. A job that is locked is skipped.
    update sms_private.jobs reply
    set lease_token = gen_random_uuid(), attempts = reply.attempts + 1,
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where reply.id = (
      select free.id from sms_private.jobs free
      where free.id = candidate.id and free.set_aside_at is null and free.due_at <= moment
        and (free.lease_expires_at is null or free.lease_expires_at <= moment)
      for update skip locked)
    returning * into job;
    continue when not found;
    if job.first_unanswered_at < moment - answer_within then
      continue when sms_private.expire_reply(job, answer_within);
    end if;
    if candidate.was_leased then
      -- The worker that had it asked, and never came back.
      perform sms_private.note_unsent_calls(job.user_id, job.conversation_id, 1);
    end if;
    context := sms_private.reply_context(job);
    if candidate.wastes and context is not null and not (context ->> 'greeting')::boolean then
      select * into cap from sms_private.call_cap(job.user_id, job.conversation_id);
      if found then
        perform sms_private.do_not_ask(job, cap.reason, cap.until);
        continue;
      end if;
    end if;
    if job.attempts <= max_attempts and context is not null then
      claimed := claimed || context;
      continue;
    end if;
    -- Its worker never reported back, or the number lost its assistant. Locking the conversation after the
    -- job is the wrong order, so this does not wait: when the lease ends, the job is claimed again.
    perform from public.sms_conversations conversation where conversation.id = job.conversation_id
    for no key update skip locked;
    if found and context is not null then
      perform sms_private.set_reply_aside(job, coalesce(job.last_error, 'WORKER_LOST'));
    elsif found then
      perform sms_private.end_unassigned_reply(job);
    end if;
  end loop;
  if jsonb_array_length(claimed) >= least(room, 50) then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_reply_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_replies is
  'Leases due reply jobs, tenants in turn. in_hand ({ tenant: jobs }) is what the caller works on already; '
  'slots are shared by slots_for(); null for a caller without slots. Returns { jobs, next_due_in_ms }: what the model needs for each, and when the next job is due (0 '
  'also when a share held it back).';
