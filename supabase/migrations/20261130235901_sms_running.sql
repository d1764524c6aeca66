-- sms_running: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop function sms_private.expire_reply(sms_private.jobs, timestamp with time zone);

drop function sms_private.next_delivery_due();

create table sms_private.stops (
  what       text                     not null,
  stopped_at timestamp with time zone not null default clock_timestamp(),
  started_at timestamp with time zone,
  reason     text,
  constraint stops_pkey primary key (what, stopped_at),
  constraint stops_reason_check check ((char_length(reason) <= 500)),
  constraint stops_what_check check ((what = ANY (ARRAY['sending'::text, 'answering'::text])))
);

-- sms-send claims one message. It waits until another claim of the same number ends, which takes milliseconds. A worker's
-- claim goes on to the next number instead.
create or replace function public.sms_claim_deliveries(
  batch_size int, lease_seconds int, message_ids uuid[] default null, per_sender int default 50,
  per_tenant int default 200, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  slots int := least(greatest(batch_size, 0), 500);
  free int := slots;
  room int;
  taken_here int;
  share int;
  waiting record;
  taken jsonb;
  -- { tenant: deliveries } that this claim took.
  taken_for jsonb := '{}';
  claimed jsonb := '[]';
  next_due timestamptz;
  moment timestamptz := clock_timestamp();
  -- What is switched off is not claimed.
  first_priority int := sms_private.first_priority();
begin
  perform sms_private.mark_lost_deliveries();
  for waiting in
    -- The most urgent first, of any tenant. Among equals tenants take turns, and so do the numbers of each tenant.
    with leased as materialized (
      select j.user_id, count(*)::int as deliveries from sms_private.jobs j
      where j.kind = 'deliver' and j.in_flight and not j.unconfirmed group by j.user_id
    )
    select p.id, n.user_id, urgency.priority, count(*) over (partition by urgency.priority) as peers,
      coalesce((select l.deliveries from leased l where l.user_id = n.user_id), 0) as leased,
      row_number() over (partition by urgency.priority, n.user_id order by pace.last_served_at) as turn
    from (
      select w.id from sms_private.numbers_with_deliveries() w (id) where message_ids is null
      union
      select j.phone_number_id from sms_private.jobs j where j.kind = 'deliver' and j.message_id = any (message_ids)
    ) p
    join public.sms_numbers n on n.id = p.id
    join sms_private.sender_pace pace on pace.phone_number_id = p.id
    cross join generate_series(first_priority, 3) as urgency (priority)
    cross join lateral (
      select from sms_private.jobs j
      where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
        and j.phone_number_id = p.id and j.priority = urgency.priority and j.due_at <= moment
      order by j.due_at limit 1) due
    where pace.next_at <= clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second)
    order by urgency.priority, turn, pace.last_served_at
  loop
    -- More in one transaction would hold back the first of them.
    room := least(free, 50 - jsonb_array_length(claimed));
    exit when room <= 0;
    taken_here := coalesce((taken_for ->> waiting.user_id::text)::int, 0);
    share := least(room, per_sender,
      -- An equal share of this claim for each number that is as urgent.
      greatest(1, ceil(slots::numeric / waiting.peers)::int),
      per_tenant - waiting.leased - taken_here,
      case when in_hand is not null then
        sms_private.slots_for(free, coalesce((in_hand ->> waiting.user_id::text)::int, 0) + taken_here) end);
    continue when share <= 0;
    if cardinality(message_ids) = 1 then
      perform from sms_private.sender_pace p where p.phone_number_id = waiting.id for update;
    else
      perform from sms_private.sender_pace p where p.phone_number_id = waiting.id for update skip locked;
      continue when not found;
    end if;
    taken := sms_private.claim_for_number(waiting.id, waiting.priority, share, lease_seconds, message_ids);
    claimed := claimed || taken;
    free := free - jsonb_array_length(taken);
    taken_for := taken_for || jsonb_build_object(waiting.user_id, taken_here + jsonb_array_length(taken));
  end loop;
  if least(free, 50 - jsonb_array_length(claimed)) <= 0 then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_delivery_due(first_priority);
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;

create or replace function public.sms_claim_replies(
  batch_size int, lease_seconds int, max_attempts int default 5, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 500);
  candidate uuid;
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
      select tenant.id, coalesce((in_hand ->> tenant.id::text)::int, 0) as held
      from sms_private.tenants_to_answer() tenant (id)
      cross join lateral (
        select from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        order by reply.due_at limit 1) due
    ), due as (
      -- Tenants take turns: who has least in hand, and among equals the oldest.
      select own.id, own.due_at, tenant.held + own.place as turn
      from tenants tenant
      cross join lateral (
        select reply.id, reply.due_at, row_number() over (order by reply.due_at) as place
        from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        -- Where there are more tenants than room, the first of each are enough.
        order by reply.due_at limit case when (select count(*) from tenants) > room then 1 else room end
      ) own
    ), ranked as (
      select due.id, due.turn, row_number() over (order by due.turn, due.due_at, due.id) as place from due
    )
    select ranked.id from ranked
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
      where free.id = candidate and free.set_aside_at is null and free.due_at <= moment
        and (free.lease_expires_at is null or free.lease_expires_at <= moment)
      for update skip locked)
    returning * into job;
    continue when not found;
    if job.first_unanswered_at < moment - answer_within then
      continue when sms_private.expire_reply(job, answer_within);
    end if;
    context := sms_private.reply_context(job);
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

create or replace function public.sms_switch_off(what text default 'all', reason text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  switches text[] := sms_private.switches(sms_switch_off.what);
begin
  if switches is null then
    return jsonb_build_object('outcome', 'INVALID_SWITCH');
  end if;
  insert into sms_private.stops (what, reason)
  select wanted.what, left(sms_switch_off.reason, 500) from unnest(switches) wanted (what)
  on conflict (what) where started_at is null do nothing;
  return jsonb_build_object('outcome', 'switched_off', 'stopped', sms_private.stops_now());
end
$$;

create or replace function public.sms_switch_on(what text default 'all', anyway boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  switches text[] := sms_private.switches(what);
begin
  if switches is null then
    return jsonb_build_object('outcome', 'INVALID_SWITCH');
  end if;
  update sms_private.stops stop set started_at = clock_timestamp()
  where stop.what = any (switches) and stop.started_at is null;
  return jsonb_build_object('outcome', 'switched_on', 'stopped', sms_private.stops_now());
end
$$;

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'stopped', sms_private.stops_now(),
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null and due_at <= now()),
    -- Due later, or held by the pause of their broadcast.
    'deliveries_waiting', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and (held_at is not null or due_at > now())),
    'deliveries_in_flight', count(*) filter (where in_flight and not unconfirmed),
    'deliveries_unconfirmed', count(*) filter (where unconfirmed),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where unconfirmed), 0),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and held_at is null and due_at <= now()), 0),
    'set_aside', (select count(*) from sms_private.set_aside()),
    'set_aside_reasons', (
      select coalesce(jsonb_object_agg(r.reason, r.things), '{}')
      from (select coalesce(split_part(a.last_error, ':', 1), 'UNKNOWN') as reason, count(*) as things
            from sms_private.set_aside() a group by 1) r),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id,
        'message_sid', e.message_sid)), '[]')
      from (select * from (
              select * from sms_private.set_aside()
              union all
              (select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
               from sms_private.jobs j where j.last_error is not null and j.set_aside_at is null
                 order by j.id desc limit 10)
            ) all_errors order by set_aside_at desc nulls last limit 10) e),
    -- The operator has to pay the provider, or choose another model.
    'model_without_credit', (
      select jsonb_build_object('replies', count(*), 'since', min(unpaid.set_aside_at), 'last', max(unpaid.set_aside_at))
      from sms_private.jobs unpaid
      where unpaid.kind = 'reply' and unpaid.set_aside_at > now() - interval '1 day'
        and unpaid.last_error like 'MODEL\_NO\_CREDIT:%'
      having count(*) > 0),
    'models_ending', (
      select coalesce(jsonb_agg(to_jsonb(ending)), '[]') from sms_private.models_ending() ending),
    'webhooks_refused', (
      select coalesce(jsonb_agg(one.refusal order by one.last_at desc), '[]')
      from (select refusal.last_at, jsonb_build_object('account_sid', account.account_sid, 'reason', refusal.reason,
              'key_id', nullif(refusal.key_id, ''), 'refused', refusal.refused, 'last_at', refusal.last_at,
              'message', sms_private.refusal_words(refusal)) as refusal
            from sms_private.refused_webhooks refusal
            join public.sms_accounts account on account.id = refusal.account_id
            where refusal.last_at > now() - interval '1 day' order by refusal.last_at desc limit 20) one),
    'expired', (select count(*) from public.sms_message_events late
      where late.error_code = 'EXPIRED' and late.received_at > now() - interval '1 day'),
    'figures_unfolded', (select count(*) from sms_private.stat_changes),
    'doubled', (select count(distinct v.message_id) from public.sms_message_events v where v.flags @> '{doubled}'))
  || (
    select jsonb_build_object(
      'lookups_due', count(*) filter (where kind = 'lookup' and due_at <= now()),
      'settlements_due', count(*) filter (where kind = 'settlement' and due_at <= now()),
      'settlements_waiting', count(*) filter (where kind = 'settlement' and due_at > now()),
      'settlements_failing', count(*) filter (where kind = 'settlement' and last_error is not null),
      'listings', jsonb_build_object(
        'accounts', count(*) filter (where listed),
        'failing', count(*) filter (where listed and tries > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - listed_until)) filter (where listed), 0),
        'last_error', (array_agg(last_error order by tries desc) filter (where listed and tries > 0))[1]))
    from sms_private.questions question
    cross join lateral (select kind = 'listing' and exists (
      select from public.sms_numbers number where number.account_sid = question.account_sid) as listed) here
    where set_aside_at is null)
  from sms_private.jobs
$$;

-- A short stop costs no text. After a long one, nobody gets at noon what was meant for last night.
create or replace function sms_private.excused_by_stop(switches text[], since timestamptz, allowed interval)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return least(sms_private.stopped_for(switches, since), allowed);
end
$$;

-- A claim has locked the job already, so it does not wait for the conversation. A contact who wrote again lately is answered.
create or replace function sms_private.expire_reply(job sms_private.jobs, allowed interval)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  newest timestamptz := (
    select m.created_at from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.seq = job.wanted_seq);
  moment timestamptz := clock_timestamp();
begin
  if moment - job.first_unanswered_at
    - sms_private.excused_by_stop('{answering}', job.first_unanswered_at, allowed) <= allowed then
    return false;
  end if;
  if moment - newest - sms_private.excused_by_stop('{answering}', newest, allowed) <= allowed then
    update sms_private.jobs j set first_unanswered_at = newest where j.id = job.id;
    return false;
  end if;
  perform from public.sms_conversations c where c.id = job.conversation_id for no key update skip locked;
  -- Locked by somebody else: when the lease ends, the job is claimed again.
  if found then
    update public.sms_conversations c set waiting_for_person = true, ai_paused_reason = 'expired'
    where c.id = job.conversation_id;
    perform sms_private.set_job_aside(job.id, concat_ws(': ', 'EXPIRED', job.last_error));
  end if;
  return true;
end
$$;

create or replace function sms_private.finish_reply(result jsonb, max_attempts int)
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
  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through, job.first_unanswered_at);
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

-- The assistant's texts have priority 0, and there is none above 3.
create or replace function sms_private.first_priority()
returns int
language plpgsql stable set search_path = ''
as $$
begin
  return case when sms_private.is_stopped('sending') then 4 when sms_private.is_stopped('answering') then 1 else 0 end;
end
$$;

create or replace function sms_private.is_stopped(what text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from sms_private.stops stop where stop.what = is_stopped.what and stop.started_at is null);
end
$$;

-- The time is counted from the message that is answered, from send_at, or from when the text was stored.
create or replace function sms_private.is_too_late(message public.sms_messages, job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  since timestamptz := coalesce(job.first_unanswered_at, greatest(message.created_at, message.send_at));
  waited interval := clock_timestamp() - since;
  allowed interval;
begin
  if message.not_after is not null then
    return message.not_after < clock_timestamp();
  end if;
  allowed := sms_private.may_wait(message);
  -- Most texts end here.
  if waited <= allowed or allowed is null then
    return false;
  end if;
  waited := waited - coalesce(job.held_for, '0') - sms_private.held_by_pace(job.phone_number_id, since);
  return waited - sms_private.excused_by_stop(
    case when message.sender = 'assistant' then '{sending,answering}'::text[] else '{sending}' end, since, allowed) > allowed;
end
$$;

-- When a waiting worker should look again: the earliest moment at which a number has a due delivery and may send.
create or replace function sms_private.next_delivery_due(first_priority int)
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select least(
      (select min(greatest(first.due_at, pace.next_at - interval '1 second' * (1 - 1 / n.segments_per_second)))
       from sms_private.numbers_with_deliveries() p (id)
       join public.sms_numbers n on n.id = p.id
       join sms_private.sender_pace pace on pace.phone_number_id = p.id
       cross join lateral (
         -- One index look-up for each priority, however long the queue is.
         select min(q.due_at) as due_at
         from generate_series(first_priority, 3) as urgency (priority)
         cross join lateral (
           select j.due_at from sms_private.jobs j
           where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
             and j.phone_number_id = p.id and j.priority = urgency.priority and sms_private.pair_is_free(j)
           order by j.due_at limit 1) q) first
       -- A number all of whose deliveries are switched off has nothing to wait for.
       where first_priority = 0 or first.due_at is not null),
      (select min(j.lease_expires_at) from sms_private.jobs j
       where j.kind = 'deliver' and j.in_flight and not j.unconfirmed)));
end
$$;

create or replace function sms_private.stopped_for(switches text[], since timestamptz)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select coalesce(sum(upper(span) - lower(span)), '0')
    from (
      -- Both switches may have been off at once. That time counts once.
      select range_agg(tstzrange(greatest(stop.stopped_at, since),
        greatest(coalesce(stop.started_at, clock_timestamp()), since))) as spans
      from sms_private.stops stop
      where stop.what = any (switches) and coalesce(stop.started_at, 'infinity') > since) off
    cross join unnest(off.spans) span);
end
$$;

create or replace function sms_private.stops_now()
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('what', stop.what, 'since', stop.stopped_at,
      'seconds', floor(extract(epoch from clock_timestamp() - stop.stopped_at)), 'reason', stop.reason) order by stop.what), '[]')
    from sms_private.stops stop where stop.started_at is null);
end
$$;

-- Switching sending and answering off and on: the operator's emergency brake.

create or replace function sms_private.switches(what text)
returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return case what when 'all' then '{sending,answering}'::text[] when 'sending' then '{sending}' when 'answering' then '{answering}' end;
end
$$;

create or replace function sms_private.turn_in_ms(job sms_private.jobs)
returns bigint
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select sms_private.milliseconds_until(pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second))
    from sms_private.sender_pace pace
    join public.sms_numbers number on number.id = pace.phone_number_id
    where pace.phone_number_id = job.phone_number_id
      and not job.in_flight and job.held_at is null and job.set_aside_at is null and job.attempts = 0
      and job.due_at <= clock_timestamp() and job.priority >= sms_private.first_priority()
      and sms_private.pair_is_free(job)
      -- Nobody waits who would take a turn from somebody else.
      and not exists (
        select from sms_private.jobs ahead
        where ahead.kind = 'deliver' and ahead.set_aside_at is null and not ahead.in_flight and ahead.held_at is null
          and ahead.phone_number_id = job.phone_number_id and ahead.due_at <= statement_timestamp()
          and (ahead.priority < job.priority
            or ahead.priority = job.priority and (ahead.due_at, ahead.id) < (job.due_at, job.id))
          and sms_private.pair_is_free(ahead)));
end
$$;

create unique index stops_one_idx on sms_private.stops using btree (what)
  where (started_at is null);

comment on column sms_private.stops.reason is 'What the operator said why.';

comment on column sms_private.stops.started_at is 'Until when; null while it is off.';

comment on column sms_private.stops.stopped_at is 'Since when.';

comment on column sms_private.stops.what is 'sending: no text leaves. answering: the model is not asked, and the assistant''s texts wait.';

comment on function public.sms_switch_off(text, text) is 'Switches sending, answering or all off, from the next claim on, in every isolate. What waits keeps waiting; texts of contacts are stored, and STOP counts. What a worker has claimed already may still leave, within a minute. Outcomes: switched_off (with stopped: what is off, since when and why), INVALID_SWITCH.';

comment on function public.sms_switch_on(text, boolean) is 'Switches sending, answering or all on again. Outcomes: switched_on (with stopped: what is still off), INVALID_SWITCH.';

comment on function public.sms_worker_health() is 'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.excused_by_stop(text[], timestamp
  with time zone, interval) is 'How much of a wait does not count because the operator had switched it off: as long as the kind may wait, at most.';

comment on function sms_private.expire_reply(sms_private.jobs, interval) is 'For a reply whose oldest message has waited longer than allowed: true where the newest has too. Then nobody is answered, a person is called to the conversation, and the job is set aside. False where a newer message can still be answered in time, or a stop excuses the wait.';

comment on function sms_private.first_priority() is 'The priority from which on deliveries may be claimed: 0, but 1 while answering is switched off and 4, which no delivery has, while sending is.';

comment on function sms_private.is_stopped(text) is 'Whether sending or answering is switched off now.';

comment on function sms_private.is_too_late(public.sms_messages, sms_private.jobs) is
  'Whether a text must not be sent any more: its not_after is over, or it waited longer than its kind may. A wait for the pace, a pause of its broadcast, and a stop do not count for the latter.';

comment on function sms_private.next_delivery_due(integer) is 'When the next delivery of this priority or a later one can be claimed, or a lease runs out; null when there is none.';

comment on function sms_private.stopped_for(text[], timestamp with time zone) is 'How long any of these switches has been off since a moment.';

comment on function sms_private.stops_now() is 'What is switched off now: [{ what, since, seconds, reason }].';

comment on function sms_private.switches(text) is 'Which switches a word means: sending, answering, or all; null for any other word.';

comment on table sms_private.stops is 'When sending and answering were switched off and on again. What is off now has no started_at.';

-- Who may do what.
revoke all on function public.sms_switch_off(text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_switch_on(text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.excused_by_stop(text[],timestamp with time zone,interval) from public, anon, authenticated, service_role;
revoke all on function sms_private.expire_reply(sms_private.jobs,interval) from public, anon, authenticated, service_role;
revoke all on function sms_private.first_priority() from public, anon, authenticated, service_role;
revoke all on function sms_private.is_stopped(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_delivery_due(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.stopped_for(text[],timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.stops_now() from public, anon, authenticated, service_role;
revoke all on function sms_private.switches(text) from public, anon, authenticated, service_role;
revoke all on table sms_private.stops from public, anon, authenticated, service_role;
grant execute on function public.sms_switch_off(text,text) to service_role;
grant execute on function public.sms_switch_on(text,boolean) to service_role;
grant execute on function sms_private.excused_by_stop(text[],timestamp with time zone,interval) to service_role;
grant execute on function sms_private.expire_reply(sms_private.jobs,interval) to service_role;
grant execute on function sms_private.first_priority() to service_role;
grant execute on function sms_private.is_stopped(text) to service_role;
grant execute on function sms_private.next_delivery_due(integer) to service_role;
grant execute on function sms_private.stopped_for(text[],timestamp with time zone) to service_role;
grant execute on function sms_private.stops_now() to service_role;
grant execute on function sms_private.switches(text) to service_role;
grant delete, insert, select, update on table sms_private.stops to service_role;

reset check_function_bodies;
