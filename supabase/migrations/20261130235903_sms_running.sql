-- sms_running: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop function sms_private.expire_reply(sms_private.jobs, timestamp with time zone);

drop function sms_private.next_delivery_due();

drop function sms_private.want_reply(public.sms_conversations, bigint, integer);

create table sms_private.restores (
  restored_at timestamp with time zone not null default clock_timestamp(),
  backup_at   timestamp with time zone,
  constraint restores_pkey primary key (restored_at)
);

create table sms_private.stops (
  what       text                     not null,
  stopped_at timestamp with time zone not null default clock_timestamp(),
  started_at timestamp with time zone,
  reason     text,
  constraint stops_pkey primary key (what, stopped_at),
  constraint stops_reason_check check ((char_length(reason) <= 500)),
  constraint stops_what_check check ((what = ANY (ARRAY['sending'::text, 'answering'::text])))
);

create or replace function public.sms_after_restore(backup_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  replies int;
  deliveries int;
begin
  perform sms_private.switch_off(sms_private.switches('all'), 'A backup was restored.');
  insert into sms_private.restores (backup_at) values (sms_after_restore.backup_at);
  -- Who had a lease is gone, or works for the database that was.
  update sms_private.jobs job set lease_token = null, lease_expires_at = null
  where job.kind = 'reply' and job.lease_token is not null;
  update sms_private.jobs job set lease_token = gen_random_uuid(), lease_expires_at = clock_timestamp()
  where job.kind = 'deliver' and job.in_flight and not job.unconfirmed;
  update sms_private.jobs job set resent_at = null
  where job.kind = 'deliver' and job.resent_at is not null and not job.in_flight and job.set_aside_at is null;
  perform sms_private.open_listings(true);
  update sms_private.questions question
  set lease_token = null, due_at = clock_timestamp(), page_token = null, began_at = null, last_error = null,
    tries = case question.kind when 'settlement' then question.tries else 0 end,
    listed_until = least(question.listed_until, date_trunc('second', sms_after_restore.backup_at))
  where question.set_aside_at is null and (question.kind <> 'settlement' or question.lease_token is not null);
  select count(*) filter (where job.kind = 'reply'), count(*) filter (where job.kind = 'deliver') into replies, deliveries
  from sms_private.jobs job where job.set_aside_at is null;
  return jsonb_build_object('outcome', 'restored', 'stopped', sms_private.stops_now(), 'replies', replies,
    'deliveries', deliveries, 'accounts', to_jsonb(sms_private.unlisted_accounts()));
end
$$;

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
  perform sms_private.doubt_restored();
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

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text,
-- whatever the planner thinks of the array.
create or replace function public.sms_find_unknown_messages(account_sid text, texts jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  perform sms_private.date_opt_outs(account_sid, texts);
  return (
    select coalesce(jsonb_agg(listed.text ->> 'message_sid' order by listed.place), '[]')
    from jsonb_array_elements(texts) with ordinality as listed (text, place)
    cross join lateral (
      select case listed.text ->> 'direction' when 'outbound-api' then listed.text ->> 'from_number'
        else listed.text ->> 'to_number' end as address) ours
    cross join lateral (
      select number.id from public.sms_numbers number
      where number.account_sid = sms_find_unknown_messages.account_sid
        and number.number = case when ours.address ~ '^rcs:[^+]'
          then (select a.number from sms_private.number_of_agent(sms_find_unknown_messages.account_sid, null) a)
          else sms_private.telephone_of(ours.address) end
        and number.created_at <= (listed.text ->> 'sent_at')::timestamptz + interval '1 minute'
      limit 1) owned
    left join lateral (
      select message.id from public.sms_messages message
      where message.account_sid = sms_find_unknown_messages.account_sid
        and message.message_sid = listed.text ->> 'message_sid'
      limit 1) stored on true
    where stored.id is null);
end
$$;

create or replace function public.sms_recover_sent_message(account_sid text, sent jsonb)
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
    select * into number from sms_private.number_of_agent(sms_recover_sent_message.account_sid, recipient);
  end if;
  if number.id is null or recipient !~ '^\+[1-9][0-9]{6,14}$' then
    return jsonb_build_object('outcome', 'unowned');
  end if;
  contact := sms_private.contact_of(number.user_id, recipient);
  conversation := sms_private.conversation_for_outbound(number, contact.id);
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
      sms_private.next_seq(conversation.id, body, '[]'), 'outbound', case when is_apology then 'error' else 'text' end,
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

create or replace function public.sms_settle_any_message(message_id uuid, was_sent boolean, message_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  select * into message from public.sms_messages m
  where m.id = sms_settle_any_message.message_id and m.direction = 'outbound' for no key update;
  return sms_private.settle_message(message, was_sent, sms_settle_any_message.message_sid);
end
$$;

create or replace function public.sms_settle_message(message_id uuid, was_sent boolean, message_sid text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.settle_my_message(message_id, was_sent, message_sid) $$;

create or replace function public.sms_switch_off(what text default 'all', reason text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  switches text[] := sms_private.switches(what);
begin
  if switches is null then
    return jsonb_build_object('outcome', 'INVALID_SWITCH');
  end if;
  perform sms_private.switch_off(switches, reason);
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
  -- What the contacts wrote since the backup, a STOP say, counts for what is sent now.
  if not coalesce(anyway, false) and exists (select from sms_private.stops stop
    where stop.what = any (switches) and stop.started_at is null) and sms_private.unlisted_accounts() <> '{}' then
    return jsonb_build_object('outcome', 'RESTORE_UNFINISHED', 'details',
      jsonb_build_object('accounts', to_jsonb(sms_private.unlisted_accounts())));
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

-- What another text of the pair says of this one is decided by its look-up, so that no text is stored that may be that one.
create or replace function sms_private.adopt_sent(number_id uuid, contact_id uuid, listed jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  restored_at timestamptz := sms_private.restored_at();
  message public.sms_messages;
begin
  select s.* into message from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.kind = 'deliver' and j.phone_number_id = number_id and j.contact_id = adopt_sent.contact_id
    and s.message_sid is null and s.created_at < restored_at and sms_private.says_the_same(s.body, listed ->> 'body')
    -- What is scheduled for later did not leave before.
    and (j.due_at <= restored_at or j.in_flight or j.held_at is not null or j.set_aside_at is not null)
  order by s.id limit 1 for no key update of s;
  if found and message.message_sid is null then
    perform sms_private.record_twilio_sid(message, listed ->> 'message_sid', listed ->> 'status',
      sms_private.twilio_code(listed ->> 'error_code'), listed ->> 'error_message', 'lookup', (listed ->> 'num_segments')::int);
    return 'adopted';
  end if;
  perform from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.kind = 'deliver' and j.phone_number_id = number_id and j.contact_id = adopt_sent.contact_id
    and s.message_sid is null and s.created_at < restored_at
    and (j.due_at <= restored_at or j.in_flight or j.held_at is not null or j.set_aside_at is not null);
  return case when found then 'left' end;
end
$$;

-- Answering, second half: decide again whether the reply may go out, and store it.

-- Ends the job when it has caught up; else leaves it due for the rest.
create or replace function sms_private.answer_job(job sms_private.jobs, through_seq bigint, reply_delay_ms int)
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

-- Also used for a message that was stored earlier, when its contact opts in again.
create or replace function sms_private.answer_or_say_why(conversation public.sms_conversations, number public.sms_numbers,
  message public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  silent text := sms_private.no_reply_reason(conversation);
  cap record;
begin
  if (conversation.assistant_id, conversation.ai_paused_reason)
    is distinct from (coalesce(number.assistant_id, conversation.assistant_id), silent) then
    update public.sms_conversations v
    set assistant_id = coalesce(number.assistant_id, v.assistant_id), ai_paused_reason = silent
    where v.id = conversation.id;
  end if;
  if silent is not null or not conversation.ai_enabled then
    return null;
  end if;
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found then
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return null;
  end if;
  if sms_private.is_answered_already(message) then
    update public.sms_conversations v set waiting_for_person = true, ai_paused_reason = 'restored' where v.id = conversation.id;
    return null;
  end if;
  if message.date_created > clock_timestamp()
    - coalesce(sms_private.span_setting('answer_not_after_seconds'), 'infinity') then
    -- Read the assistant again: the number may have got one since the caller read it.
    return sms_private.want_reply(conversation, message, (
      select a.reply_delay_ms from public.sms_numbers p join public.sms_assistants a on a.id = p.assistant_id
      where p.id = conversation.phone_number_id));
  end if;
  -- Too old for an answer: stored only. A pending reply's reason says more, so it is kept.
  update public.sms_conversations v set ai_paused_reason = 'recovered_late'
  where v.id = conversation.id and not exists (select from sms_private.jobs j
    where j.conversation_id = conversation.id and j.set_aside_at is null);
  return null;
end
$$;

-- A trigger, so that no way of claiming can forget it.
create or replace function sms_private.begin_attempt()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  -- A message that is sent again keeps the time of its first attempt: the look-up begins there. One that a restore put in
  -- doubt is not attempted now.
  if new.resent_at is null and not new.unconfirmed then
    new.attempted_at := clock_timestamp();
  end if;
  return new;
end
$$;

-- What a contact and a number said to each other.

create or replace function sms_private.check_conversation(
  status text, end_reason text, ended_at timestamptz, ai_paused_reason text, last_seq bigint, read_seq bigint)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when status not in ('active', 'ended') then 'status_is_known'
    when end_reason not in ('assistant', 'person', 'idle') then 'end_reason_is_known'
    when (status = 'ended') <> (ended_at is not null) or (status = 'ended') <> (end_reason is not null)
      then 'ended_says_when_and_why'
    when ai_paused_reason not in (
      'person', 'taken_over', 'no_assistant', 'assistant_inactive', 'opted_out', 'sender_blocked', 'not_repliable',
      'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late', 'expired',
      'restored')
      then 'pause_reason_is_known'
    when read_seq not between 0 and last_seq then 'read_is_within'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_conversations', broken);
end
$$;

-- The caller holds the number's pace row.
create or replace function sms_private.claim_for_number(
  number_id uuid, priority int, slots int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  pace sms_private.sender_pace;
  job sms_private.jobs;
  message public.sms_messages;
  refusal record;
  free_at timestamptz;
  claimed jsonb := '[]';
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
  restored_at timestamptz := coalesce(sms_private.restored_at(), '-infinity');
begin
  select * into strict number from public.sms_numbers n where n.id = number_id;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = number_id;
  free_at := pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second);
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    -- Two branches, because one generic plan for both would read the whole queue to find one message by its id.
    (select j.* from sms_private.jobs j
     where message_ids is null and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
  loop
    -- GCRA: the segments of one second may leave at once, this message included; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= slots
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / number.segments_per_second);
    select s.* into message from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.held_at is null and j.due_at <= moment
      and sms_private.pair_is_free(j)
    for no key update of s, j skip locked;
    -- What a restored backup had still to send is looked for first: doubt_restored().
    continue when not found or (message.created_at < restored_at and job.resent_at is null);
    select * into refusal from sms_private.refuse_delivery(message, job);
    if refusal.code is not null then
      continue when case when refusal.code = 'EXPIRED' then not sms_private.tell_of_expiry(message) else false end;
      perform sms_private.cancel_delivery(message, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when sms_private.hold_if_paused(message);
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (greatest(message.num_segments, 1) / number.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', message.id,
      'user_id', message.user_id, 'account_sid', message.account_sid,
      'from_number', coalesce(message.via, message.from_number), 'to_number', sms_private.recipient_of(message), 'body', message.body,
      'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(message.media) a));
  end loop;
  -- A number that sends less than once a minute holds nothing back, and writes no mark.
  if jsonb_array_length(claimed) > 0 and free_at > pace.last_served_at and free_at > moment - interval '1 minute' then
    if pace.marked_at < moment - interval '1 minute' then
      pace.marked_at := sms_private.mark_pace(number_id);
    end if;
    -- A worker that looks at the queue within a second is on time.
    pace.held_seconds := pace.held_seconds + extract(epoch from
      case when free_at > moment - interval '1 second' then moment else free_at end - pace.last_served_at);
  end if;
  update sms_private.sender_pace p
  set next_at = pace.next_at, last_served_at = clock_timestamp(), held_seconds = pace.held_seconds,
    marked_at = pace.marked_at
  where p.phone_number_id = number_id and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;

-- The pace's row is taken too, so that no claim works on the same pairs. Everything that is locked is skipped.
create or replace function sms_private.doubt_restored()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  restored_at timestamptz := sms_private.restored_at();
  message public.sms_messages;
  job sms_private.jobs;
begin
  if restored_at is null then
    return;
  end if;
  for message in
    select s.* from sms_private.jobs j
    join public.sms_messages s on s.id = j.message_id
    join sms_private.sender_pace pace on pace.phone_number_id = j.phone_number_id
    where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.resent_at is null
      and j.due_at <= clock_timestamp() and s.created_at < restored_at and sms_private.pair_is_free(j)
    order by j.due_at, j.id limit 100
    for no key update of s, j, pace skip locked
  loop
    -- Once more: the one before may have been of the same pair.
    select j.* into job from sms_private.jobs j
    where j.kind = 'deliver' and j.message_id = message.id and sms_private.pair_is_free(j);
    continue when not found;
    begin
      perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
        'A backup was restored, and this text may have left before. It is not sent before its fate is known.',
        null, 'worker', '{restored}');
    exception when others then
      -- It is looked for at Twilio all the same.
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.id = job.id;
    end;
    update sms_private.jobs j
    set in_flight = true, unconfirmed = true,
      attempted_at = coalesce(j.attempted_at, greatest(message.created_at, message.send_at))
    where j.id = job.id returning j.* into job;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  end loop;
end
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
    select least(m.created_at, m.date_created) from public.sms_messages m
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

-- There is one candidate, and it may be either of two of our messages. date_updated is when the other one was given up on, or
-- set aside; nothing of it was created later.
create or replace function sms_private.has_rival(message public.sms_messages, since timestamptz, candidate jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.sms_messages other
    where other.direction = 'outbound' and other.message_sid is null
      and other.status in ('unconfirmed', 'failed')
      and other.account_sid = message.account_sid
      and other.to_number = any (sms_private.spellings_of(message.to_number))
      and other.from_number = message.from_number and other.id <> message.id and other.date_updated >= since
      -- What Twilio refused it may list all the same, as failed.
      and (other.error_code in ('OUTCOME_UNKNOWN', 'OUTCOME_AMBIGUOUS') or candidate ->> 'status' = 'failed'))
$$;

create or replace function sms_private.is_answered_already(message public.sms_messages)
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

create or replace function sms_private.is_restored(message public.sms_messages, job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce(message.created_at < sms_private.restored_at() and job.resent_at is null, false);
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

create or replace function sms_private.question_context(question sms_private.questions)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('kind', question.kind, 'lease_token', question.lease_token,
      'account_sid', question.account_sid, 'message_id', question.message_id,
      'message_sid', message.message_sid, 'from_number', coalesce(message.via, message.from_number),
      'to_number', sms_private.recipient_of(message),
      'page_token', question.page_token,
      'since', case question.kind
        when 'lookup' then job.attempted_at - sms_private.span_setting('lookup_reach_seconds')
        when 'listing' then greatest(question.listed_from,
          question.listed_until - sms_private.span_setting('listing_overlap_seconds')) end,
      'sent_too', question.kind = 'listing' and coalesce(question.listed_until
        < sms_private.restored_at() + sms_private.span_setting('lookup_spread_seconds'), false))
    from (select) one
    left join public.sms_messages message on message.id = question.message_id
    left join sms_private.jobs job on job.message_id = message.id);
end
$$;

create or replace function sms_private.record_empty_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  wanted int := greatest((sms_private.setting('lookup_count'))::int, 1);
  reason text;
begin
  if question.tries + 1 < wanted then
    perform sms_private.ask_again(question, question.tries + 1,
      sms_private.span_setting('lookup_spread_seconds') / greatest(wanted - 1, 1));
    return 'not_found_yet';
  end if;
  -- Why it is not worth sending once more, or may not be sent.
  select case
      when job.resent_at is not null then 'It was sent once more already.'
      -- How late a text of a restored backup may be, its kind says.
      when job.attempted_at < clock_timestamp() - sms_private.span_setting('resend_within_seconds')
        and not sms_private.is_restored(message, job) then 'It would come too late.'
      -- RCS falls back to SMS, from whichever sender of the service: that text is listed under other addresses.
      when message.via is not null then 'Twilio may have sent it by another channel.'
      else refusal.explanation end
    into reason
  from sms_private.refuse_delivery(message, job) refusal;
  if reason is not null then
    perform sms_private.give_up_on(message,
      'The carrier does not have this text, and it is not sent again. ' || reason);
    return 'given_up';
  end if;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup', '{resent}');
  -- due_at and attempts stay: nothing of its pair overtakes it.
  update sms_private.jobs delivery
  set resent_at = clock_timestamp(), in_flight = false, unconfirmed = false,
    lease_token = null, lease_expires_at = null
  where delivery.id = job.id;
  delete from sms_private.questions asked where asked.id = question.id;
  return 'resent';
end
$$;

create or replace function sms_private.record_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  since timestamptz := job.attempted_at - sms_private.span_setting('lookup_reach_seconds');
  age interval := clock_timestamp() - greatest(job.attempted_at, job.resent_at);
  why text := concat_ws(' ', 'LOOKUP_FAILED:', result ->> 'error_code', result ->> 'error_message');
  candidates jsonb[];
  candidate jsonb;
begin
  case
  -- No list is not an empty list: it is asked for again, ever more slowly, for an hour. So poison never holds
  -- its pair up for ever.
  when result ->> 'outcome' in ('failed', 'unrecordable') then
    if age > sms_private.span_setting('lookup_give_up_seconds') then
      perform sms_private.set_lookup_aside(message, job, why,
        'Whether the carrier has this text could not be found out. It is not sent again; '
        'look into the carrier''s log.');
      return 'set_aside';
    end if;
    update sms_private.jobs delivery set last_error = left(why, 500) where delivery.id = job.id;
    perform sms_private.ask_again(question, question.tries,
      least(greatest(age / 4, interval '2 seconds'), interval '5 minutes'), why);
    return 'postponed';
  when result ->> 'outcome' = 'listed' then
    candidates := array(select sms_private.lookup_candidates(message, since, result -> 'texts'));
  end case;
  if cardinality(candidates) = 0 then
    return sms_private.record_empty_lookup(message, job, question);
  end if;
  if sms_private.is_restored(message, job) then
    -- Others were sent to this contact since the backup. Which of them is this text, only its words say.
    select given into candidate from unnest(candidates) given
    where sms_private.says_the_same(message.body, given ->> 'body')
    order by (given ->> 'date_created')::timestamptz limit 1;
    if not found then
      perform sms_private.set_lookup_aside(message, job,
        format('OUTCOME_AMBIGUOUS: %s texts since the backup may be this one', cardinality(candidates)),
        'A backup was restored. Since then the carrier sent other texts to this contact, and this one may be among them. '
        'It is not sent again; look into the carrier''s log.');
      return 'ambiguous';
    end if;
  else
    candidate := candidates[1];
  end if;
  if not sms_private.is_restored(message, job)
    and (cardinality(candidates) > 1 or sms_private.has_rival(message, since, candidate)) then
    perform sms_private.set_lookup_aside(message, job,
      format('OUTCOME_AMBIGUOUS: %s texts at the carrier may be this one', cardinality(candidates)),
      'Several texts between these numbers were under way at once, and which of them the carrier has is not '
      'certain. This one is not sent again; look into the carrier''s log.');
    return 'ambiguous';
  end if;
  perform sms_private.record_twilio_sid(message, candidate ->> 'message_sid', candidate ->> 'status',
    sms_private.twilio_code(candidate ->> 'error_code'), candidate ->> 'error_message', 'lookup',
    (candidate ->> 'num_segments')::int);
  return 'adopted';
end
$$;

create or replace function sms_private.restored_at()
returns timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  return (select max(restore.restored_at) from sms_private.restores restore);
end
$$;

-- After a backup was restored: what the database had still to do may be done already. Twilio knows (docs/decisions/0037).

-- Twilio puts words before the texts of trial accounts (docs/compatibility.md), and replaces quotes and dashes by plain ones
-- (https://www.twilio.com/docs/messaging/services/smart-encoding-char-list).
create or replace function sms_private.says_the_same(ours text, listed text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  our_words text := regexp_replace(ours, '[^[:alnum:]]+', '', 'g');
  their_words text := regexp_replace(regexp_replace(listed, '^Sent from your Twilio trial account - ', ''), '[^[:alnum:]]+', '', 'g');
begin
  return ours ~ '\S' and (btrim(ours) = btrim(listed) or our_words <> '' and our_words = their_words);
end
$$;

-- For a person to look at. The pair goes on without it; a callback that comes later still settles it.
create or replace function sms_private.set_lookup_aside(
  message public.sms_messages, job sms_private.jobs, reason text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
    values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup',
      case when starts_with(reason, 'OUTCOME_AMBIGUOUS') then '{ambiguous}'::text[] else '{given_up}' end);
    -- The date counts for its neighbours: see has_rival.
    update public.sms_messages stored
    set error_code = 'OUTCOME_AMBIGUOUS', error_message = explanation, date_updated = clock_timestamp()
    where stored.id = message.id and stored.status = 'unconfirmed';
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    reason := concat_ws(', ', reason, 'NOT_RECORDABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
end
$$;

-- "I looked, it was (not) sent": a person ends what nobody else could find out.

-- The caller has locked the message.
create or replace function sms_private.settle_message(message public.sms_messages, was_sent boolean, sid text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  job sms_private.jobs;
begin
  if message.id is null then
    return jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND');
  elsif was_sent is null then
    return jsonb_build_object('outcome', 'SENT_OR_NOT');
  elsif sid is not null and (not was_sent or sid !~ '^(SM|MM)[0-9a-fA-F]{32}$') then
    return jsonb_build_object('outcome', 'INVALID_MESSAGE_SID');
  elsif message.message_sid is not null
    or message.status <> 'unconfirmed' and (message.status, message.error_code) is distinct from ('failed', 'OUTCOME_UNKNOWN') then
    return jsonb_build_object('outcome', 'OUTCOME_KNOWN', 'status', message.status);
  end if;
  select * into job from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id for update;
  if found and job.set_aside_at is null then
    return jsonb_build_object('outcome', 'STILL_LOOKING');
  end if;
  if sid is not null then
    if exists (select from public.sms_messages known
        where known.account_sid = message.account_sid and known.message_sid = sid) then
      return jsonb_build_object('outcome', 'MESSAGE_SID_TAKEN');
    end if;
    -- Twilio is asked for its status and price by that SID.
    perform sms_private.record_twilio_sid(message, sid, 'sent', null, null, 'user', null);
  else
    delete from sms_private.jobs j where j.id = job.id;
    perform sms_private.report_status(message, case when was_sent then 'sent' else 'canceled' end,
      case when not was_sent then 'NOT_SENT' end,
      case when not was_sent then 'Somebody looked: this text was not sent. If it is still right, send it again.' end,
      null, 'user', '{settled}');
  end if;
  return jsonb_build_object('outcome', 'settled',
    'message', (select to_jsonb(m) from public.sms_messages m where m.id = message.id));
exception when unique_violation then
  return jsonb_build_object('outcome', 'MESSAGE_SID_TAKEN');
end
$$;

create or replace function sms_private.settle_my_message(message_id uuid, was_sent boolean, message_sid text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  select * into message from public.sms_messages m
  where m.id = settle_my_message.message_id and m.user_id = (select sms_private.tenant_id()) and m.direction = 'outbound'
  for no key update;
  return sms_private.settle_message(message, was_sent, settle_my_message.message_sid);
end
$$;

-- After a backup was restored: what was sent since the backup, as Twilio lists it.

-- A text that somebody sent after the contact's question may be its answer.
create or replace function sms_private.silence_answered(conversation uuid, sent_at timestamptz, is_apology boolean)
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

create or replace function sms_private.switch_off(switches text[], reason text)
returns void
language sql volatile set search_path = ''
as $$
  insert into sms_private.stops (what, reason)
  select wanted.what, left(switch_off.reason, 500) from unnest(switches) wanted (what)
  on conflict (what) where started_at is null do nothing
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

create or replace function sms_private.unlisted_accounts()
returns text[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select question.account_sid from sms_private.questions question
    where question.kind = 'listing' and sms_private.has_numbers(question.account_sid)
      and question.listed_until < sms_private.restored_at() + sms_private.span_setting('lookup_spread_seconds')
    order by question.account_sid);
end
$$;

-- One live job a conversation. A lease that is held is not touched.
create or replace function sms_private.want_reply(conversation public.sms_conversations, message public.sms_messages, reply_delay_ms int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  -- A text that is recovered has waited since the contact sent it.
  asked_at timestamptz := least(moment, message.date_created);
  due timestamptz;
begin
  insert into sms_private.jobs as j (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
    first_unanswered_at)
  values ('reply', conversation.user_id, conversation.id, conversation.phone_number_id, conversation.contact_id,
    moment + make_interval(secs => reply_delay_ms / 1000.0), message.seq, asked_at)
  on conflict (conversation_id) where kind = 'reply' do update
  set wanted_seq = excluded.wanted_seq,
    -- A job that was set aside begins again with the new message.
    first_unanswered_at = case when j.set_aside_at is null then j.first_unanswered_at else asked_at end,
    attempts = case when j.set_aside_at is null then j.attempts else 0 end,
    drops = case when j.set_aside_at is null then j.drops else 0 end,
    due_at = greatest(
      least((case when j.set_aside_at is null then j.first_unanswered_at else asked_at end) + interval '15 seconds',
        moment + make_interval(secs => reply_delay_ms / 1000.0)),
      -- The model asked for a pause after a failed try. A new message does not shorten it.
      case when j.set_aside_at is null and j.attempts > 0 and j.lease_token is null then j.due_at end),
    set_aside_at = null
  returning j.due_at into due;
  return greatest(0, ceil(extract(epoch from due - moment) * 1000))::int;
end
$$;

create unique index stops_one_idx on sms_private.stops using btree (what)
  where (started_at is null);

comment on column public.sms_message_events.flags is 'What was odd: doubled (a second SID), late, lease_expired, shortened, resent (sent once more: not found at the carrier), ambiguous (several messages may be it), given_up, restored (a backup was restored), settled (a person looked).';

comment on column sms_private.restores.backup_at is 'When the backup was made, where the operator knew it.';

comment on column sms_private.restores.restored_at is 'When we were told. What is older may have gone on without this database.';

comment on column sms_private.stops.reason is 'What the operator said why.';

comment on column sms_private.stops.started_at is 'Until when; null while it is off.';

comment on column sms_private.stops.stopped_at is 'Since when.';

comment on column sms_private.stops.what is 'sending: no text leaves. answering: the model is not asked, and the assistant''s texts wait.';

comment on function public.sms_after_restore(timestamp with time zone) is 'Call it once a backup is restored, before anything else. All is switched off; what was to be sent is looked for at Twilio first, and what Twilio has and this database has not, in and out, is stored. backup_at: when the backup was made, where that is longer ago than what it last knew of Twilio''s lists. Then sms_switch_on(). Outcome: restored (with stopped, replies, deliveries, accounts).';

comment on function public.sms_find_unknown_messages(text, jsonb) is 'Of inbound messages [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of those that are not stored and came to a number we had by then, in the order given. Texts with the direction outbound-api left our from_number. Stored opt-outs among them get Twilio''s date.';

comment on function public.sms_recover_sent_message(text, jsonb) is 'After a restore: a text that Twilio lists as sent by one of our numbers, and that this database does not know: { message_sid, from_number, to_number, body, num_segments, status, error_code, error_message, sent_at }. Outcomes: stored, adopted (it is a text that waited here), left (texts wait here of which it may be one: their look-up decides), duplicate, unowned.';

comment on function public.sms_settle_any_message(uuid, boolean, text) is 'sms_settle_message for the operator: of any tenant. Outcomes of sms_settle_message.';

comment on function public.sms_settle_message(uuid, boolean, text) is 'Somebody looked into Twilio''s log for a message of unknown outcome that is set aside, or was given up on. Sent: it becomes sent, with its SID where one is given, and Twilio is asked how it ended. Not sent: it becomes canceled, NOT_SENT, and is never sent again by itself. A later report of Twilio still corrects it. Returns { outcome: settled, message }; refused: MESSAGE_NOT_FOUND, SENT_OR_NOT (was_sent is null), INVALID_MESSAGE_SID (no SID of Twilio''s, or one of a text that was not sent), MESSAGE_SID_TAKEN (another message has it), OUTCOME_KNOWN (with status), STILL_LOOKING (Twilio is still asked).';

comment on function public.sms_switch_off(text, text) is 'Switches sending, answering or all off, from the next claim on, in every isolate. What waits keeps waiting; texts of contacts are stored, and STOP counts. What a worker has claimed already may still leave, within a minute. Outcomes: switched_off (with stopped: what is off, since when and why), INVALID_SWITCH.';

comment on function public.sms_switch_on(text, boolean) is 'Switches sending, answering or all on again. After a restore it is refused until the lists of all accounts are read (some six minutes, while the worker is woken); anyway: for accounts that Twilio does not list any more. Outcomes: switched_on (with stopped: what is still off), INVALID_SWITCH, RESTORE_UNFINISHED (details.accounts).';

comment on function public.sms_worker_health() is 'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.adopt_sent(uuid, uuid, jsonb) is 'Gives a text that Twilio lists to the oldest waiting text of the pair that says the same (adopted). left: others wait of which it may be one. Null: it is none of them. The caller holds the conversation.';

comment on function sms_private.doubt_restored() is 'After a restore: makes deliveries that are due and were stored before it unconfirmed, so that Twilio is asked before they are sent. One of a pair at a time, a hundred a call.';

comment on function sms_private.excused_by_stop(text[], timestamp
  with time zone, interval) is 'How much of a wait does not count because the operator had switched it off: as long as the kind may wait, at most.';

comment on function sms_private.expire_reply(sms_private.jobs, interval) is 'For a reply whose oldest message has waited longer than allowed: true where the newest has too. Then nobody is answered, a person is called to the conversation, and the job is set aside. False where a newer message can still be answered in time, or a stop excuses the wait.';

comment on function sms_private.first_priority() is 'The priority from which on deliveries may be claimed: 0, but 1 while answering is switched off and 4, which no delivery has, while sending is.';

comment on function sms_private.is_answered_already(public.sms_messages) is 'Whether a text that is recovered after a restore is older than something that was sent in its conversation. Long lists are read from their newest page.';

comment on function sms_private.is_restored(public.sms_messages, sms_private.jobs) is
  'Whether a delivery is older than the last restore, and Twilio was not asked about it since.';

comment on function sms_private.is_stopped(text) is 'Whether sending or answering is switched off now.';

comment on function sms_private.is_too_late(public.sms_messages, sms_private.jobs) is
  'Whether a text must not be sent any more: its not_after is over, or it waited longer than its kind may. A wait for the pace, a pause of its broadcast, and a stop do not count for the latter.';

comment on function sms_private.next_delivery_due(integer) is 'When the next delivery of this priority or a later one can be claimed, or a lease runs out; null when there is none.';

comment on function sms_private.question_context(sms_private.questions) is 'One claimed question as the worker gets it. since: read Twilio''s list back to there, from page_token on. sent_too: a backup was restored, so what our numbers sent is compared too.';

comment on function sms_private.restored_at() is 'When this database was restored the last time; null when it never was.';

comment on function sms_private.says_the_same(text, text) is 'Whether what Twilio lists is certainly our text: the same letters and digits. A text without words never is.';

comment on function sms_private.settle_message(public.sms_messages, boolean, text) is
  'sms_settle_message for a message that the caller has locked.';

comment on function sms_private.settle_my_message(uuid, boolean, text) is 'sms_settle_message, as definer, for sms_private.tenant_id().';

comment on function sms_private.silence_answered(uuid, timestamp
  with time zone, boolean) is 'Ends the reply of a conversation for which Twilio lists a text that was sent after the question. Where several questions wait, or the text said that there is no answer, a person is called. The caller holds the conversation.';

comment on function sms_private.stopped_for(text[], timestamp with time zone) is 'How long any of these switches has been off since a moment.';

comment on function sms_private.stops_now() is 'What is switched off now: [{ what, since, seconds, reason }].';

comment on function sms_private.switch_off(text[], text) is 'Switches off what is on. What is off already stays as it is.';

comment on function sms_private.switches(text) is 'Which switches a word means: sending, answering, or all; null for any other word.';

comment on function sms_private.unlisted_accounts() is 'After a restore: the accounts whose list at Twilio was not read yet to the end, late enough that it shows what was sent before.';

comment on function sms_private.want_reply(public.sms_conversations, public.sms_messages, integer) is
  'Makes or renews the reply job of a conversation; due after the reply delay, at most 15 s from the first unanswered message. Returns milliseconds until then.';

comment on table sms_private.restores is 'When this database was restored from a backup (sms_after_restore).';

comment on table sms_private.stops is 'When sending and answering were switched off and on again. What is off now has no started_at.';

-- Who may do what.
revoke all on function public.sms_after_restore(timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_recover_sent_message(text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_settle_any_message(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_settle_message(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_switch_off(text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_switch_on(text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.adopt_sent(uuid,uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.doubt_restored() from public, anon, authenticated, service_role;
revoke all on function sms_private.excused_by_stop(text[],timestamp with time zone,interval) from public, anon, authenticated, service_role;
revoke all on function sms_private.expire_reply(sms_private.jobs,interval) from public, anon, authenticated, service_role;
revoke all on function sms_private.first_priority() from public, anon, authenticated, service_role;
revoke all on function sms_private.is_answered_already(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_restored(public.sms_messages,sms_private.jobs) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_stopped(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_delivery_due(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.restored_at() from public, anon, authenticated, service_role;
revoke all on function sms_private.says_the_same(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.settle_message(public.sms_messages,boolean,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.settle_my_message(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.silence_answered(uuid,timestamp with time zone,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.stopped_for(text[],timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.stops_now() from public, anon, authenticated, service_role;
revoke all on function sms_private.switch_off(text[],text) from public, anon, authenticated, service_role;
revoke all on function sms_private.switches(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.unlisted_accounts() from public, anon, authenticated, service_role;
revoke all on function sms_private.want_reply(public.sms_conversations,public.sms_messages,integer) from public, anon, authenticated, service_role;
revoke all on table sms_private.restores from public, anon, authenticated, service_role;
revoke all on table sms_private.stops from public, anon, authenticated, service_role;
grant execute on function public.sms_after_restore(timestamp with time zone) to service_role;
grant execute on function public.sms_recover_sent_message(text,jsonb) to service_role;
grant execute on function public.sms_settle_any_message(uuid,boolean,text) to service_role;
grant execute on function public.sms_settle_message(uuid,boolean,text) to authenticated;
grant execute on function public.sms_switch_off(text,text) to service_role;
grant execute on function public.sms_switch_on(text,boolean) to service_role;
grant execute on function sms_private.adopt_sent(uuid,uuid,jsonb) to service_role;
grant execute on function sms_private.doubt_restored() to service_role;
grant execute on function sms_private.excused_by_stop(text[],timestamp with time zone,interval) to service_role;
grant execute on function sms_private.expire_reply(sms_private.jobs,interval) to service_role;
grant execute on function sms_private.first_priority() to service_role;
grant execute on function sms_private.is_answered_already(public.sms_messages) to service_role;
grant execute on function sms_private.is_restored(public.sms_messages,sms_private.jobs) to service_role;
grant execute on function sms_private.is_stopped(text) to service_role;
grant execute on function sms_private.next_delivery_due(integer) to service_role;
grant execute on function sms_private.restored_at() to service_role;
grant execute on function sms_private.says_the_same(text,text) to service_role;
grant execute on function sms_private.settle_message(public.sms_messages,boolean,text) to service_role;
grant execute on function sms_private.settle_my_message(uuid,boolean,text) to authenticated;
grant execute on function sms_private.settle_my_message(uuid,boolean,text) to service_role;
grant execute on function sms_private.silence_answered(uuid,timestamp with time zone,boolean) to service_role;
grant execute on function sms_private.stopped_for(text[],timestamp with time zone) to service_role;
grant execute on function sms_private.stops_now() to service_role;
grant execute on function sms_private.switch_off(text[],text) to service_role;
grant execute on function sms_private.switches(text) to service_role;
grant execute on function sms_private.unlisted_accounts() to service_role;
grant execute on function sms_private.want_reply(public.sms_conversations,public.sms_messages,integer) to service_role;
grant delete, insert, select, update on table sms_private.restores to service_role;
grant delete, insert, select, update on table sms_private.stops to service_role;

reset check_function_bodies;
