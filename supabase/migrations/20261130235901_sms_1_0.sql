-- sms_1_0: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop index sms_private.archived_messages_user_idx;

alter table sms_private.questions
  drop constraint questions_kind_check;

drop function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone);

drop function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone);

drop function public.sms_fold_stats(integer);

drop function public.sms_take_preview_turn(uuid);

drop function sms_private.check_recipients(uuid, public.sms_numbers, text[]);

drop function sms_private.expire_reply(sms_private.jobs, timestamp with time zone);

drop function sms_private.match_nearby(uuid, text, timestamp
  with time zone, uuid, integer, sms_private.search_patterns);

drop function sms_private.next_delivery_due();

drop function sms_private.next_seq(uuid, text, jsonb);

drop function sms_private.once_for_caller(text, jsonb, text);

drop function sms_private.want_reply(public.sms_conversations, bigint, integer);

create table sms_private.emptied_until (
  user_id    uuid                     not null,
  created_at timestamp with time zone not null,
  later      uuid[]                   not null default '{}'::uuid[],
  constraint emptied_until_pkey primary key (user_id)
);

create table sms_private.erased_consents (
  id              bigint                   generated always as identity not null,
  user_id         uuid                     not null,
  change          text                     not null,
  at              timestamp with time zone not null,
  phone_number_id uuid,
  assistant_id    uuid,
  constraint erased_consents_change_check check ((change = ANY (ARRAY['opt_out'::text, 'opt_in'::text]))),
  constraint erased_consents_pkey primary key (id)
);

create table sms_private.erased_texts (
  account_sid text                     not null,
  message_sid text                     not null,
  erased_at   timestamp with time zone not null default now(),
  constraint erased_texts_pkey primary key (account_sid, message_sid)
);

create table sms_private.erasures (
  id            uuid                     not null default sms_private.new_id(),
  user_id       uuid                     not null,
  erased_by     text                     not null,
  messages      bigint                   not null,
  conversations bigint                   not null,
  was_opted_out boolean                  not null,
  erased_at     timestamp with time zone not null default clock_timestamp(),
  constraint erasures_erased_by_check check ((erased_by = ANY (ARRAY['tenant'::text, 'operator'::text]))),
  constraint erasures_pkey primary key (id)
);

create table sms_private.event_attempts (
  id          uuid                     not null default sms_private.new_id(),
  endpoint_id uuid                     not null,
  event_id    uuid                     not null,
  type        text                     not null,
  at          timestamp with time zone not null default clock_timestamp(),
  status      integer,
  error       text,
  duration_ms integer                  not null,
  constraint event_attempts_error_check check ((char_length(error) <= 40)),
  constraint event_attempts_pkey primary key (id)
);

alter table sms_private.event_attempts
  set (autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=200);

create table sms_private.event_endpoints (
  id              uuid                     not null default sms_private.new_id(),
  user_id         uuid,
  url             text                     not null,
  types           text[],
  active          boolean                  not null default true,
  secret          text                     not null,
  previous_secret text,
  previous_until  timestamp with time zone,
  failures        integer                  not null default 0,
  failing_since   timestamp with time zone,
  paused_until    timestamp with time zone,
  disabled_reason text,
  disabled_at     timestamp with time zone,
  last_success_at timestamp with time zone,
  created_at      timestamp with time zone not null default now(),
  constraint disabled_is_off check (((disabled_reason IS NULL) OR (NOT active))),
  constraint event_endpoints_disabled_reason_check
    check ((disabled_reason = ANY (ARRAY['gone'::text, 'failing'::text]))),
  constraint event_endpoints_pkey primary key (id),
  constraint overlap_is_whole check (((previous_secret IS NULL) = (previous_until IS NULL)))
);

create table sms_private.events (
  endpoint_id uuid                     not null,
  event_id    uuid                     not null,
  user_id     uuid,
  type        text                     not null,
  subject_id  uuid                     not null,
  detail      jsonb                    not null default '{}'::jsonb,
  occurred_at timestamp with time zone not null default clock_timestamp(),
  due_at      timestamp with time zone not null default clock_timestamp(),
  tries       integer                  not null default 0,
  lease_token uuid,
  ended_at    timestamp with time zone,
  delivered   boolean                  not null default false,
  constraint ended_has_no_lease check (((ended_at IS NULL) OR (lease_token IS NULL))),
  constraint events_pkey primary key (endpoint_id, event_id)
);

alter table sms_private.events
  set (autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=200, fillfactor=80);

create table sms_private.project_turns (
  action  text                     not null,
  next_at timestamp with time zone not null,
  constraint project_turns_action_check check ((action ~ '^[a-z_]{1,40}$'::text)),
  constraint project_turns_pkey primary key (action)
);

alter table sms_private.project_turns
  set (fillfactor=50);

create table sms_private.purges (
  only_row boolean                  not null default true,
  next_at  timestamp with time zone not null,
  constraint purges_only_row_check check (only_row),
  constraint purges_pkey primary key (only_row)
);

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

create table sms_private.suppression_keys (
  id         integer                  not null,
  secret     bytea,
  created_at timestamp with time zone not null default now(),
  constraint suppression_keys_id_check check ((id > 0)),
  constraint suppression_keys_pkey primary key (id),
  constraint suppression_keys_secret_check check ((octet_length(secret) = 32))
);

create table sms_private.suppressions (
  key_id         integer                  not null,
  contact_hash   bytea                    not null,
  sending_number text                     not null,
  reason         text                     not null,
  source         text                     not null,
  opted_out_at   timestamp with time zone not null,
  constraint suppressions_contact_hash_check check ((octet_length(contact_hash) = 32)),
  constraint suppressions_pkey primary key (key_id, contact_hash, sending_number),
  constraint suppressions_reason_check
    check ((reason = ANY (ARRAY['opted_out'::text, 'sender_blocked'::text]))),
  constraint suppressions_source_check
    check
    ((source = ANY (ARRAY['keyword'::text, 'opt_out_type'::text, 'model'::text, 'person'::text,
    'carrier'::text])))
);

create table sms_private.unsent_calls (
  conversation_id uuid                     not null,
  user_id         uuid                     not null,
  at              timestamp with time zone not null,
  calls           integer                  not null,
  constraint unsent_calls_calls_check check ((calls > 0)),
  constraint unsent_calls_pkey primary key (conversation_id, at)
);

create table sms_private.worker_wakes (
  woken_by   text                     not null,
  woken_at   timestamp with time zone not null,
  key_ids    text[]                   not null,
  started_at timestamp with time zone not null,
  constraint worker_wakes_pkey primary key (woken_by),
  constraint worker_wakes_woken_by_check check ((woken_by = ANY (ARRAY['schedule'::text, 'request'::text])))
);

alter table public.sms_limits
  add column conversation_unsent_calls_per_hour integer default 40;

alter table public.sms_limits
  add column tenant_unsent_calls_per_day integer default 2000;

alter table public.sms_limits
  add column assistants integer default 50;

alter table public.sms_limits
  add column contacts integer default 50000;

alter table public.sms_limits
  add column templates integer default 200;

alter table public.sms_limits
  add column texts_per_minute integer default 600;

alter table public.sms_limits
  add column shared_segments_per_day integer default 10000;

alter table public.sms_limits
  add column default_numbers integer default 1;

alter table sms_private.sender_pace
  add column segments_day date not null default '-infinity'::date;

alter table sms_private.sender_pace
  add column segments bigint not null default 0;

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

create or replace function public.sms_assign_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  -- One after the other: two at the same moment must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('sms_take_number:' || owner_id, 0));
  -- Locked, so that it is not disconnected under the number that is being assigned.
  select * into account from public.sms_accounts t
  where t.account_sid = sms_assign_number.account_sid for key share;
  if account.id is null or not sms_private.is_open_to(owner_id, account, sms_assign_number.number) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if sms_assign_number.assistant_id is null then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  -- Each costs the operator rent. One that the tenant has already may get another assistant.
  if account.shared and not exists (
    select from public.sms_numbers n
    where n.account_sid = account.account_sid and n.number = sms_assign_number.number) and (
    select count(*) from public.sms_numbers n join public.sms_accounts a on a.account_sid = n.account_sid and a.shared
    where n.user_id = owner_id) >= (sms_private.limits_of(owner_id)).default_numbers
  then
    return jsonb_build_object('outcome', 'NUMBERS_USED_UP');
  end if;
  return sms_private.put_phone_number(owner_id, sms_assign_number.account_sid, sms_assign_number.number,
    sms_assign_number.twilio_sid, sms_assign_number.assistant_id);
end
$$;

create or replace function public.sms_call_for(owner_id uuid, verb text, arguments jsonb default '{}')
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  wanted record;
  unknown text;
begin
  if not coalesce(sms_private.is_user(owner_id), false) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  select p.oid::regprocedure as call, p.proargnames as names into wanted
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname = verb and starts_with(verb, 'sms_')
    and p.prorettype = 'jsonb'::regtype and has_function_privilege('authenticated', p.oid, 'execute');
  if not found then
    return jsonb_build_object('outcome', 'UNKNOWN_VERB');
  end if;
  select k.name into unknown from jsonb_object_keys(coalesce(arguments, '{}')) k (name)
  where k.name <> all (coalesce(wanted.names, '{}')) order by k.name limit 1;
  if found then
    return jsonb_build_object('outcome', 'UNKNOWN_ARGUMENT', 'details', jsonb_build_object('argument', unknown));
  end if;
  return sms_private.call_as(owner_id, wanted.call, coalesce(arguments, '{}'));
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

create or replace function public.sms_claim_events(batch_size int, lease_seconds int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 40);
  turn record;
  event sms_private.events;
  payload jsonb;
  claimed jsonb := '[]';
  listening boolean := exists (select from sms_private.event_endpoints e where e.active);
begin
  if listening or exists (select from sms_private.events) then
    perform sms_private.purge_events();
  end if;
  if not listening then
    return jsonb_build_object('jobs', claimed, 'next_due_in_ms', null, 'listening', false);
  end if;
  for turn in select * from sms_private.event_turns(room) loop
    for event in
      update sms_private.events leased
      set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds)
      where leased.endpoint_id = turn.endpoint_id and leased.event_id in (
        select due.event_id from sms_private.events due
        where due.endpoint_id = turn.endpoint_id and due.ended_at is null and due.due_at <= statement_timestamp()
        order by due.due_at limit least(turn.places, room - jsonb_array_length(claimed)) for update skip locked)
      returning leased.*
    loop
      payload := sms_private.event_payload(event);
      if payload is null then
        delete from sms_private.events gone
        where gone.endpoint_id = event.endpoint_id and gone.event_id = event.event_id;
        continue;
      end if;
      claimed := claimed || (
        select jsonb_build_object('endpoint_id', e.id, 'event_id', event.event_id, 'lease_token', event.lease_token,
          'type', event.type, 'url', e.url, 'payload', payload, 'secrets', to_jsonb(array_remove(array[e.secret,
            case when e.previous_until > clock_timestamp() then e.previous_secret end], null)))
        from sms_private.event_endpoints e where e.id = event.endpoint_id);
    end loop;
  end loop;
  -- A full claim leaves more behind. Later tries wait for the next tick: no run stays open for them.
  return jsonb_build_object('jobs', claimed, 'listening', true, 'next_due_in_ms',
    case when room > 0 and jsonb_array_length(claimed) >= room then 0 end);
end
$$;

create or replace function public.sms_claim_questions(
  kind text, batch_size int, lease_seconds int, per_account int default null, hurry boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 100);
  turn record;
  question sms_private.questions;
  claimed jsonb := '[]';
  next_due timestamptz;
begin
  per_account := coalesce(per_account, case kind when 'lookup' then 5 when 'settlement' then 20
    when 'proof' then 20 else 1 end);
  if kind = 'listing' then
    perform sms_private.open_listings(hurry);
  end if;
  for turn in
    -- Accounts take turns, and none is asked more than a few questions at once.
    with due as (
      select waiting.id, waiting.account_sid, waiting.due_at,
        row_number() over (partition by waiting.account_sid order by waiting.due_at, waiting.id) as place
      from sms_private.due_questions(sms_claim_questions.kind, per_account, room) waiting
    ), asked as (
      select leased.account_sid, count(*) as questions
      from sms_private.questions leased
      where leased.kind = sms_claim_questions.kind and leased.lease_token is not null
        and leased.due_at > statement_timestamp()
      group by leased.account_sid
    )
    select due.id from due left join asked using (account_sid)
    where due.place + coalesce(asked.questions, 0) <= per_account
    -- Who is asked least comes first. Among equals chance decides: the oldest would be the same account each time.
    order by due.place + coalesce(asked.questions, 0), random()
    limit room
  loop
    update sms_private.questions free
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds),
      began_at = case when free.kind = 'listing' and free.page_token is null then clock_timestamp()
        else free.began_at end
    where free.id = (
      select due.id from sms_private.questions due
      where due.id = turn.id and due.kind = sms_claim_questions.kind and due.set_aside_at is null
        and due.due_at <= statement_timestamp()
      for update skip locked)
    returning free.* into question;
    continue when not found;
    claimed := claimed || sms_private.question_context(question);
  end loop;
  if room > 0 and jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  elsif kind = 'lookup' then
    -- A pair waits for it. The other kinds are not worth waiting for: the next tick looks again.
    select min(waiting.due_at) into next_due from sms_private.questions waiting
    where waiting.kind = 'lookup' and waiting.set_aside_at is null and waiting.due_at > statement_timestamp();
  end if;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;

create or replace function public.sms_claim_replies(
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
        -- One step into an index a tenant. Only where something was asked in vain are the limits looked at.
        exists (select from sms_private.unsent_calls unsent
                where unsent.user_id = tenant.id and unsent.at > moment - interval '1 day') as wastes
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

create or replace function public.sms_create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null, not_after timestamptz default null,
  pauses_assistant boolean default false)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_message', jsonb_build_object('to_number', to_number, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'conversation_id', conversation_id, 'template_id', template_id, 'variables', coalesce(variables, '{}')),
    idempotency_key, pauses_assistant)
$$;

create or replace function public.sms_create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null,
  not_after timestamptz default null, pauses_assistant boolean default false)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, sms_private.sender_of(pauses_assistant), 'sms_create_message', jsonb_build_object('to_number', to_number,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'not_after', not_after at time zone 'utc',
    'conversation_id', conversation_id, 'template_id', template_id,
    'variables', coalesce(variables, '{}')), idempotency_key)
$$;

create or replace function public.sms_delete_event_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.delete_my_endpoint(endpoint_id) $$;

create or replace function public.sms_erase_contact(contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.erase_my_contact(contact_id) $$;

create or replace function public.sms_erase_contact_for(owner_id uuid, contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.erase_contact(owner_id, contact_id, 'operator') $$;

create or replace function public.sms_export_contact(contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_contact(contact_id) $$;

create or replace function public.sms_export_contact_for(owner_id uuid, contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_contact(owner_id, contact_id) $$;

create or replace function public.sms_export_tenant(after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_tenant(after, page_size) $$;

create or replace function public.sms_export_tenant_for(owner_id uuid, after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_tenant(owner_id, after, page_size) $$;

create or replace function public.sms_find_number_accounts(owner_id uuid, number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when not sms_private.is_user(owner_id) then jsonb_build_object('outcome', 'USER_NOT_FOUND')
    else jsonb_build_object('outcome', 'found', 'accounts', coalesce(jsonb_agg(
    jsonb_build_object('account_sid', a.account_sid, 'shared', a.shared)
    -- Where the tenant has it already comes first.
    order by exists (select from public.sms_numbers n where n.account_sid = a.account_sid
                     and n.number = sms_find_number_accounts.number
                       and n.user_id = owner_id) desc, a.shared, a.id), '[]')) end
  from public.sms_accounts a
  where (a.user_id = owner_id or a.shared) and sms_private.is_open_to(owner_id, a, sms_find_number_accounts.number)
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
    where stored.id is null and not exists (
      select from sms_private.erased_texts e
      where e.account_sid = sms_find_unknown_messages.account_sid and e.message_sid = listed.text ->> 'message_sid'));
end
$$;

create or replace function public.sms_finish_replies(results jsonb, max_attempts int default 5)
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

-- 2,000, because a change of one of these texts waits for the fold.
-- Every worker folds, whatever wakes it, so what has to be done now and then is done here too.
create or replace function public.sms_fold_stats(max_rows int default 2000)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  begin
    perform sms_private.purge();
  exception when others then
    raise warning 'Old texts could not be purged: %', sqlerrm;
  end;
  return sms_private.fold_stats(max_rows);
end
$$;

-- The operator sees and changes what a tenant may spend (docs/limits.md).

create or replace function public.sms_get_limits(owner_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  since timestamptz := clock_timestamp() - interval '1 day';
begin
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'found',
    'limits', to_jsonb(sms_private.limits_of(owner_id)) - '{user_id,updated_at}'::text[],
    'used', jsonb_build_object(
      'tenant_replies_per_day', (
        select count(*) from public.sms_messages m
        where m.user_id = owner_id and m.sender = 'assistant' and m.status <> 'canceled' and m.created_at > since),
      'tenant_unsent_calls_per_day', (
        select coalesce(sum(u.calls), 0) from sms_private.unsent_calls u where u.user_id = owner_id and u.at > since),
      'broadcast_recipients_per_day', (
        select coalesce(sum(b.accepted), 0) from public.sms_broadcasts b where b.user_id = owner_id and b.created_at > since),
      'shared_segments_per_day', (
        select coalesce(sum(pace.segments), 0) from public.sms_numbers n
        join sms_private.sender_pace pace on pace.phone_number_id = n.id
        where n.user_id = owner_id and pace.segments_day = sms_private.utc_day()),
      'assistants', (select count(*) from public.sms_assistants a where a.user_id = owner_id),
      'contacts', (select count(*) from public.sms_contacts k where k.user_id = owner_id),
      'templates', (select count(*) from public.sms_templates t where t.user_id = owner_id),
      'default_numbers', (
        select count(*) from public.sms_numbers n join public.sms_accounts a on a.account_sid = n.account_sid and a.shared
        where n.user_id = owner_id)));
end
$$;

-- Not more than an answer can hold: who has so many sees by the first ones what is wrong.
create or replace function public.sms_inspect()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'inspected',
    'now', clock_timestamp(),
    'accounts', (
      select coalesce(jsonb_agg(to_jsonb(one) order by one.account_sid), '[]') from (
        select account.account_sid, account.shared, unreadable.account_id is not null as credentials_unreadable
        from public.sms_accounts account
        left join sms_private.unreadable_accounts() unreadable on unreadable.account_id = account.id
        where account.disconnected_at is null
        order by (unreadable.account_id is not null) desc, account.id limit 100) one),
    'numbers', (
      select coalesce(jsonb_agg(to_jsonb(one) order by one.number, one.id), '[]') from (
        select number.id, number.number, number.account_sid, number.assistant_id is not null as has_assistant,
          number.webhook_status, number.webhook_error, number.sms_url, account.trunk_sid as main_trunk_sid
        from public.sms_numbers number
        join public.sms_accounts account on account.account_sid = number.account_sid and account.disconnected_at is null
        order by number.webhook_status = 'configured', number.id limit 100) one),
    'numbers_in_all', (select count(*) from public.sms_numbers),
    'live_updates', sms_private.live_updates_state(),
    'extensions', (
      select coalesce(jsonb_object_agg(e.extname, e.extnamespace::regnamespace), '{}')
      from pg_extension e where e.extname in ('pg_trgm', 'btree_gin', 'pg_cron', 'pg_net', 'supabase_vault')))
$$;

create or replace function public.sms_list_event_endpoints()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_endpoints() $$;

create or replace function public.sms_list_webhooks(owner_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when not sms_private.is_user(owner_id) then jsonb_build_object('outcome', 'USER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'webhooks',
      coalesce(jsonb_agg(sms_private.webhook_of(n) order by n.number, n.id), '[]')) end
  from public.sms_numbers n where n.user_id = owner_id
$$;

create or replace function public.sms_manage_events_for(owner_id uuid, action text, arguments jsonb default '{}')
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  endpoint uuid := (arguments ->> 'endpoint_id')::uuid;
begin
  return case action
    when 'list' then sms_private.list_endpoints(owner_id)
    when 'save' then sms_private.save_endpoint(owner_id, endpoint, arguments ->> 'url',
      case when jsonb_typeof(arguments -> 'types') = 'array'
        then array(select jsonb_array_elements_text(arguments -> 'types')) end, (arguments ->> 'active')::boolean)
    when 'delete' then sms_private.delete_endpoint(owner_id, endpoint)
    when 'rotate' then sms_private.rotate_secret(owner_id, endpoint, coalesce((arguments ->> 'overlap_hours')::int, 24))
    when 'test' then sms_private.test_endpoint(owner_id, endpoint)
    when 'replay' then sms_private.replay_events(owner_id, endpoint, (arguments ->> 'event_id')::uuid,
      (arguments ->> 'since')::timestamptz)
    else jsonb_build_object('outcome', 'UNKNOWN_ACTION') end;
end
$$;

create or replace function public.sms_receive_message(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  opt_out_type text, sent_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  sender_number text := coalesce(nullif(left(sms_private.telephone_of(from_number), 64), ''), 'unknown');
  own_number text := sms_private.telephone_of(sms_receive_message.to_number);
  answer_by text;
  is_reaction boolean := false;
  text_body text := left(coalesce(body, ''), 16000);
  attachments jsonb := case when media = '[]' then media else sms_private.bounded_media(media) end;
  segments int := case when num_segments >= 0 then num_segments end;
  repeat jsonb;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  keyword text;
  due_in_ms int;
begin
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  select * into number from public.sms_numbers p
  where p.account_sid = sms_receive_message.account_sid and p.number = own_number;
  if not found and own_number like 'rcs:%' then
    select * into number from sms_private.number_of_agent(sms_receive_message.account_sid, sender_number);
  end if;
  if number.id is null then
    -- Also another account's number: whose customer has it is nobody else's business.
    if sms_private.has_many_ownerless(sms_receive_message.account_sid) then
      return jsonb_build_object('outcome', 'unowned', 'message_id', null);
    end if;
    insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, media,
      status, num_segments, date_created)
    values (sms_receive_message.message_sid, sms_receive_message.account_sid, 'inbound', 'contact',
      left(sms_receive_message.to_number, 128),
      left(sms_receive_message.from_number, 128), text_body, attachments, 'received', segments,
      coalesce(sent_at, clock_timestamp()))
    on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
    returning * into message;
    return jsonb_build_object('outcome', case when message.id is null then 'duplicate' else 'unowned' end,
      'message_id', message.id);
  end if;

  if sent_at is null then
    repeat := sms_private.refuse_texts(number.user_id);
    if repeat is not null then
      return repeat;
    end if;
  end if;
  -- Before the conversation's lock: deleting an assistant locks it first, and then the conversations.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(number.user_id, sender_number);
  -- Added lately: perhaps an erased one, of whom Twilio brings a text once more.
  if contact.created_at > now() - interval '1 hour' and exists (
    select from sms_private.erased_texts e
    where e.account_sid = sms_receive_message.account_sid and e.message_sid = sms_receive_message.message_sid) then
    delete from public.sms_contacts k where k.id = contact.id and k.created_at = now();
    return jsonb_build_object('outcome', 'duplicate', 'message_id', null, 'conversation_id', null,
      'reply_due_in_ms', null);
  end if;
  -- Twilio takes YES for START after an opt-out. That may be an opt-out that only Twilio knows.
  keyword := sms_private.keyword_of(text_body, opt_out_type,
    sms_private.opt_out_reason(number.id, contact) is not null);
  if keyword is null and attachments = '[]' and sms_private.is_reaction(text_body) then
    is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body);
  end if;
  answer_by := sms_private.via_of(from_number, to_number, number);
  conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null or is_reaction);
  if contact.number <> sender_number then
    perform sms_private.use_spelling(contact, sender_number, true);
  end if;

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at, phone_number_id, assistant_id, via)
  values (sms_receive_message.message_sid, sms_receive_message.account_sid, conversation.id, number.user_id,
    case when conversation.id is not null then sms_private.next_seq(conversation.id, text_body, attachments, 'contact') end,
    'inbound', case when is_reaction then 'reaction' when keyword is null then 'text' else 'keyword' end, 'contact',
    number.number, left(sms_private.telephone_of(sms_receive_message.from_number), 128), text_body, attachments, 'received', segments,
    coalesce(sent_at, clock_timestamp()), clock_timestamp(), number.id,
    coalesce(number.assistant_id, conversation.assistant_id), answer_by)
  on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
  returning * into message;
  if message.id is null then
    return sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  end if;

  if conversation.via is distinct from answer_by and conversation.id is not null then
    update public.sms_conversations v set via = answer_by where v.id = conversation.id;
    conversation.via := answer_by;
  end if;
  if is_reaction then
    -- Nobody answers a thumb.
    due_in_ms := null;
  elsif keyword is null then
    due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  elsif keyword = 'in' and sent_at is null and sms_private.is_signed_by_tenant(message.account_sid) then
    -- Counts when Twilio's list has it. Due now: who wakes the worker for a reply wakes it for this.
    perform sms_private.ask_for_proof(message);
    due_in_ms := 0;
  elsif keyword = 'in' then
    due_in_ms := sms_private.opt_in(conversation, number, contact.id, message, opt_out_type);
  else
    perform sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;

create or replace function public.sms_record_events(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcomes jsonb := '[]';
begin
  for result in
    select given from jsonb_array_elements(results) given order by given ->> 'endpoint_id', given ->> 'event_id'
  loop
    outcomes := outcomes || jsonb_build_object('outcome', sms_private.record_event(result));
  end loop;
  return outcomes;
end
$$;

-- Delivery reports: what became of a message that we sent.

create or replace function public.sms_record_status(
  account_sid text, message_sid text, from_number text, to_number text, status text, error_code text,
  error_message text, message_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message public.sms_messages;
  outcome text;
  code text := sms_private.twilio_code(sms_record_status.error_code);
  attempts jsonb;
begin
  -- Our own id first: a callback may come before we know the SID.
  if sms_record_status.message_id is not null then
    select * into message from public.sms_messages s
    where s.id = sms_record_status.message_id and s.direction = 'outbound' for no key update;
  else
    select * into message from public.sms_messages s
    where s.account_sid = sms_record_status.account_sid and s.message_sid = sms_record_status.message_sid
      and s.direction = 'outbound'
    for no key update;
  end if;
  -- Another account's message is nobody's.
  if message.id is null or message.account_sid <> sms_record_status.account_sid then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  -- Twilio may send a message of RCS as SMS, from the number or from another sender of the service.
  if message.to_number is distinct from sms_private.telephone_of(sms_record_status.to_number)
      and sms_private.is_same_telephone(message.to_number, sms_private.telephone_of(sms_record_status.to_number)) is not true
    or (message.from_number is distinct from sms_private.telephone_of(sms_record_status.from_number)
      and (message.via is null or message.via <> sms_record_status.from_number)
      and not coalesce(message.via like 'rcs:%' and message.id = sms_record_status.message_id, false)) then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if sms_private.is_known_well(message, sms_record_status.message_sid, sms_record_status.status, code) then
    return jsonb_build_object('outcome', 'recorded', 'status', message.status);
  end if;
  if code = '21610' then
    attempts := sms_private.attempts_of(array[message.id]);
  end if;
  outcome := sms_private.record_twilio_sid(message, sms_record_status.message_sid, sms_record_status.status,
    code, sms_record_status.error_message, 'callback', null);
  if code = '21610' then
    perform sms_private.block_refused(array[message.id], attempts);
  end if;
  return jsonb_build_object('outcome', outcome,
    'status', (select s.status from public.sms_messages s where s.id = message.id));
end
$$;

create or replace function public.sms_record_wake(woken_by text, key_ids text[], isolate_age_ms double precision)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  started timestamptz := clock_timestamp() - make_interval(secs => greatest(isolate_age_ms, 0) / 1000);
  known sms_private.worker_wakes;
begin
  select * into known from sms_private.worker_wakes wake where wake.woken_by = sms_record_wake.woken_by;
  if known.woken_at > clock_timestamp() - interval '1 minute'
    and (known.key_ids = key_ids or known.started_at > started) then
    return jsonb_build_object('outcome', 'known');
  end if;
  insert into sms_private.worker_wakes as wake (woken_by, woken_at, key_ids, started_at)
  values (woken_by, clock_timestamp(), key_ids, started)
  on conflict on constraint worker_wakes_pkey do update
  set woken_at = excluded.woken_at, started_at = greatest(excluded.started_at, wake.started_at),
    key_ids = case when excluded.started_at >= wake.started_at then excluded.key_ids else wake.key_ids end;
  return jsonb_build_object('outcome', 'recorded');
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
  if exists (select from sms_private.erased_texts e
    where e.account_sid = sms_recover_sent_message.account_sid and e.message_sid = sent ->> 'message_sid') then
    return jsonb_build_object('outcome', 'duplicate');
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

create or replace function public.sms_replay_events(endpoint_id uuid, event_id uuid default null, since timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.replay_my_events(endpoint_id, event_id, since) $$;

create or replace function public.sms_rotate_event_secret(endpoint_id uuid, overlap_hours int default 24)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.rotate_my_secret(endpoint_id, overlap_hours) $$;

create or replace function public.sms_save_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null, api_key_sid text default null, api_key_secret text default null,
  shared_keys jsonb default '[]', forget text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  if owner_id is not null and not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif sms_private.has_too_many_keys(sms_save_account.account_sid, sms_save_account.shared_keys) then
    return jsonb_build_object('outcome', 'TOO_MANY_SHARED_KEYS');
  end if;
  if owner_id is not null and encrypted_token is null and api_key_secret is null then
    -- The caller gives no token because one is stored. It may be deleted at this moment: wait for that to end.
    perform from public.sms_accounts t
    where t.account_sid = sms_save_account.account_sid for no key update;
    if not exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
  end if;
  if forget is not null and not sms_private.can_forget(sms_save_account.account_sid, forget,
      encrypted_token is not null, api_key_secret is not null) then
    return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
  end if;
  insert into public.sms_accounts as t (account_sid, user_id, shared, label, trunk_sid)
  values (sms_save_account.account_sid, owner_id, owner_id is null, nullif(sms_save_account.label, ''),
    nullif(sms_save_account.trunk_sid, ''))
  on conflict on constraint sms_accounts_account_sid_key do update
  set label = nullif(coalesce(sms_save_account.label, t.label), ''),
    trunk_sid = nullif(coalesce(sms_save_account.trunk_sid, t.trunk_sid), ''),
    disconnected_at = null
  where t.user_id is not distinct from owner_id
  returning * into account;
  if account.id is null then
    return jsonb_build_object('outcome', case
      when exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid and t.shared) then 'DEFAULT_ACCOUNT'
      else 'ACCOUNT_TAKEN' end);
  end if;
  if encrypted_token is not null or api_key_secret is not null then
    insert into sms_private.twilio_credentials as t (account_id, current_token, api_key_sid, api_key_secret)
    values (account.id, encrypted_token, sms_save_account.api_key_sid, sms_save_account.api_key_secret)
    on conflict (account_id) do update
    set current_token = coalesce(excluded.current_token, t.current_token),
      previous_token = case when excluded.current_token <> t.current_token then t.current_token
        else t.previous_token end,
      previous_until = case when excluded.current_token <> t.current_token then now() + interval '1 day'
        else t.previous_until end,
      api_key_sid = coalesce(excluded.api_key_sid, t.api_key_sid),
      api_key_secret = coalesce(excluded.api_key_secret, t.api_key_secret);
  end if;
  perform sms_private.save_shared_keys(account.id, sms_save_account.shared_keys),
    sms_private.forget_secrets(account.id, forget, encrypted_token is not null);
  return jsonb_build_object('outcome', 'saved', 'account_id', account.id, 'account',
    sms_private.account_view(account, sms_private.signers_of(account.id)));
end
$$;

create or replace function public.sms_save_event_endpoint(
  endpoint_id uuid default null, url text default null, types text[] default null, active boolean default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_endpoint(endpoint_id, url, types, active) $$;

create or replace function public.sms_set_limits(owner_id uuid, limits jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  known constant jsonb := to_jsonb(sms_private.limits_of(owner_id)) - '{user_id,updated_at}'::text[];
  unknown text;
  saved public.sms_limits;
begin
  if jsonb_typeof(limits) is distinct from 'object' then
    return jsonb_build_object('outcome', 'INVALID_LIMIT', 'details', jsonb_build_object('limit', null));
  end if;
  select min(given.name) into unknown from jsonb_object_keys(limits) given (name) where not known ? given.name;
  if unknown is not null then
    return jsonb_build_object('outcome', 'UNKNOWN_LIMIT', 'details', jsonb_build_object('limit', left(unknown, 64)));
  end if;
  select min(given.name) into unknown from jsonb_each(limits) given (name, value)
  where case
    when given.value = 'null' then false
    when given.name = 'allowed_countries' then jsonb_typeof(given.value) <> 'array'
      or jsonb_path_exists(given.value, '$[*] ? (!(@ like_regex "^[A-Z][A-Z]$") || @.type() != "string")')
    else coalesce(given.value::text !~ '^[0-9]{1,9}$'
      or given.name like '%unsent_calls%' and given.value = '0', true) end;
  if unknown is not null then
    return jsonb_build_object('outcome', 'INVALID_LIMIT', 'details', jsonb_build_object('limit', unknown));
  end if;
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  insert into public.sms_limits (user_id) values (owner_id) on conflict do nothing;
  select l.* into saved from public.sms_limits l where l.user_id = owner_id for no key update;
  saved := jsonb_populate_record(saved, limits);
  update public.sms_limits l
  set sends_per_minute = saved.sends_per_minute,
    conversation_replies_per_hour = saved.conversation_replies_per_hour,
    conversation_replies_per_day = saved.conversation_replies_per_day,
    tenant_replies_per_day = saved.tenant_replies_per_day,
    allowed_countries = saved.allowed_countries,
    broadcast_recipients_per_day = saved.broadcast_recipients_per_day,
    conversation_unsent_calls_per_hour = saved.conversation_unsent_calls_per_hour,
    tenant_unsent_calls_per_day = saved.tenant_unsent_calls_per_day,
    assistants = saved.assistants, contacts = saved.contacts, templates = saved.templates,
    texts_per_minute = saved.texts_per_minute,
    shared_segments_per_day = saved.shared_segments_per_day,
    default_numbers = saved.default_numbers
  where l.user_id = owner_id
  returning l.* into saved;
  -- What was paused until there is room again may have room now.
  update public.sms_conversations c
  set ai_paused_until = null, ai_paused_reason = null
  where c.user_id = owner_id and c.ai_paused_until > clock_timestamp() and c.ai_paused_reason in (
    'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'unsent_calls_per_hour',
    'tenant_unsent_calls_per_day', 'segments_per_day');
  return jsonb_build_object('outcome', 'saved', 'limits', to_jsonb(saved) - '{user_id,updated_at}'::text[]);
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

create or replace function public.sms_take_preview_turn(owner_id uuid, is_anonymous boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  -- A tenant may try its assistant as often a day as it may have automatic replies.
  per_day int := (sms_private.limits_of(owner_id)).tenant_replies_per_day;
  has_come boolean := exists (select from public.sms_accounts a where a.user_id = owner_id)
    or exists (select from public.sms_numbers n where n.user_id = owner_id);
  turn jsonb;
begin
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif is_anonymous or not has_come and not sms_private.is_confirmed(owner_id) then
    return jsonb_build_object('outcome', 'CONFIRM_FIRST');
  elsif per_day = 0 then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', 86400000);
  end if;
  turn := sms_private.take_turn_within(owner_id, 'preview', 20, interval '1 minute');
  if turn ->> 'outcome' = 'taken' and not has_come then
    -- Ten in all: the first comes back in a hundred years.
    turn := sms_private.take_turn_within(owner_id, 'preview_trial', 10, interval '1000 years');
    if turn ->> 'outcome' = 'RATE_LIMITED' then
      return jsonb_build_object('outcome', 'TRIAL_USED_UP');
    end if;
    if turn ->> 'outcome' = 'taken' then
      turn := sms_private.take_project_turn('trial_previews_per_day');
    end if;
  elsif turn ->> 'outcome' = 'taken' and per_day is not null then
    turn := sms_private.take_turn_within(owner_id, 'preview_day', per_day, interval '1 day');
  end if;
  if turn ->> 'outcome' = 'taken' then
    turn := sms_private.take_project_turn('previews_per_day');
  end if;
  return turn;
end
$$;

create or replace function public.sms_test_event_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.test_my_endpoint(endpoint_id) $$;

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
    'credentials_unreadable', case when sms_private.known_keys() is not null then (
      select count(*) from sms_private.unreadable_accounts()) end,
    'events', sms_private.events_health(),
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
  || (
    select jsonb_build_object(
      'last_woken_at', max(wake.woken_at),
      'last_woken_by', (array_agg(wake.woken_by order by wake.woken_at desc))[1],
      'schedule', sms_private.schedule_state() || jsonb_build_object(
        'last_woken_at', max(wake.woken_at) filter (where wake.woken_by = 'schedule')))
    from sms_private.worker_wakes wake)
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

-- A recovered keyword may be older than another keyword of the contact. The latest one counts, by date_created: Twilio's
-- clock where the list has the message, ours where a webhook brought it.
create or replace function sms_private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean;
begin
  -- Wait for a keyword that another number of the tenant receives at this moment, so that the look below sees it.
  perform from public.sms_contacts k where k.id = contact for no key update;
  if not found then
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  overtaken := exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
  -- A START may be recovered after its contact was erased and came back. What they said before is kept apart then.
  if keyword = 'in' and not overtaken then
    overtaken := not sms_private.lift_suppressions(number_id, contact, message.date_created);
  end if;
  if keyword = 'out' and not overtaken then
    perform sms_private.opt_out(contact, source, evidence, message.id);
    update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
  if keyword = 'in' and not overtaken then
    update public.sms_contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    perform sms_private.unblock_sender(number_id, contact);
    update public.sms_conversations c
    set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
      when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
end
$$;

create or replace function sms_private.ask_for_proof(message public.sms_messages)
returns void
language sql volatile set search_path = ''
as $$
  insert into sms_private.questions (kind, account_sid, message_id, due_at)
  values ('proof', message.account_sid, message.id, clock_timestamp())
  on conflict (message_id) do nothing
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

-- Twilio brings ten at most (https://www.twilio.com/docs/messaging/guides/webhook-request).
create or replace function sms_private.bounded_media(media jsonb)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('url', left(given.entry ->> 'url', 2048),
    'content_type', left(given.entry ->> 'content_type', 100)) order by given.place), '[]')
  from jsonb_array_elements(case when jsonb_typeof(media) = 'array' then media else '[]' end) with ordinality
    given (entry, place)
  where given.place <= 10
$$;

-- An app with the secret key acts for one tenant, and sees and may do what that tenant sees and may do.

-- Not the definer's rights but fewer: the role and the claims of the tenant count while this function runs. So row level
-- security and the grants decide, as for a signed-in user. Postgres puts back the role when the function returns. It lets
-- only superusers do the same with the claims, which have no definition (validate_option_array_item in guc.c of Postgres 17).
create or replace function sms_private.call_as(tenant uuid, verb regprocedure, arguments jsonb)
returns jsonb
language plpgsql volatile security invoker
set search_path = '' set role = 'authenticated'
as $$
declare
  claims text := coalesce(current_setting('request.jwt.claims', true), '');
  -- Where auth.uid() looks first: older servers set it.
  subject text := coalesce(current_setting('request.jwt.claim.sub', true), '');
  given text;
  fields text;
  answer jsonb;
begin
  select string_agg(format('%1$I => given.%1$I', argument.name), ', '),
    string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', ')
  into given, fields
  from pg_proc p
  cross join unnest(p.proargnames, p.proargtypes::oid[]) argument (name, type)
  where p.oid = verb and arguments ? argument.name;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', tenant, 'role', 'authenticated')::text, true),
    set_config('request.jwt.claim.sub', tenant::text, true);
  if given is null then
    execute format('select %s()', verb::regproc) into answer;
  else
    execute format('select %s(%s) from jsonb_to_record($1) given (%s)', verb::regproc, given, fields) into answer
    using arguments;
  end if;
  perform set_config('request.jwt.claims', claims, true), set_config('request.jwt.claim.sub', subject, true);
  return answer;
end
$$;

-- The newest note that must leave the window before there is room again.
create or replace function sms_private.call_cap(tenant uuid, conversation uuid)
returns table (reason text, until timestamptz)
language plpgsql volatile rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  moment timestamptz := clock_timestamp();
  unsent bigint;
begin
  select 'unsent_calls_per_hour', max(u.at) + interval '1 hour' into reason, until
  from (
    select n.at, sum(n.calls) over (order by n.at desc) as so_far from sms_private.unsent_calls n
    where n.conversation_id = call_cap.conversation and n.at > moment - interval '1 hour') u
  where u.so_far >= limits.conversation_unsent_calls_per_hour;
  if until is null then
    select 'tenant_unsent_calls_per_day', max(u.at) + interval '1 day' into reason, until
    from (
      select n.at, sum(n.calls) over (order by n.at desc) as so_far from sms_private.unsent_calls n
      where n.user_id = tenant and n.at > moment - interval '1 day') u
    where u.so_far >= limits.tenant_unsent_calls_per_day;
  end if;
  -- A reply that was canceled for want of segments is among the notes.
  if until is null and (select sms_private.segments_left(n) <= 0 from public.sms_conversations c
    join public.sms_numbers n on n.id = c.phone_number_id where c.id = call_cap.conversation) then
    reason := 'segments_per_day';
    until := sms_private.next_day_at();
  end if;
  if until is null and limits.tenant_unsent_calls_per_day is not null then
    -- Those that are out may all end in no text. The one that is asked for is among them.
    select sum(n.calls) into unsent from sms_private.unsent_calls n
    where n.user_id = tenant and n.at > moment - interval '1 day';
    if unsent + 500 > limits.tenant_unsent_calls_per_day and unsent + (
      select count(*) from sms_private.jobs j
      where j.kind = 'reply' and j.set_aside_at is null and j.lease_expires_at is not null and j.user_id = tenant)
      > limits.tenant_unsent_calls_per_day
    then
      reason := null;
      until := moment + interval '2 seconds';
    end if;
  end if;
  if until is not null then
    return next;
  end if;
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
      'restored', 'unsent_calls_per_hour', 'tenant_unsent_calls_per_day', 'segments_per_day')
      then 'pause_reason_is_known'
    when read_seq not between 0 and last_seq then 'read_is_within'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_conversations', broken);
end
$$;

-- A message to many contacts: who receives it, and how it is stored.

-- One by one, so that a wrong number in a list of a thousand does not stop the others.
create or replace function sms_private.check_recipients(tenant uuid, number public.sms_numbers, to_numbers text[])
returns table (place bigint, recipient text, contact_id uuid, is_erased boolean, code text)
language sql stable set search_path = ''
as $$
  select r.place, r.number, k.id, unknown.is_erased, case
    when r.number is null or r.number !~ '^\+[1-9][0-9]{6,14}$' then 'INVALID_RECIPIENT'
    when row_number() over (partition by r.canonical order by r.place) > 1 then 'DUPLICATE_RECIPIENT'
    when not sms_private.may_text(tenant, number.number, r.number) then 'COUNTRY_NOT_ALLOWED'
    when sms_private.opt_out_reason(number.id, k) is not null or unknown.is_erased then 'RECIPIENT_OPTED_OUT'
  end
  from (
    select n.number, n.place, sms_private.canonical_number(n.number) as canonical
    from unnest(to_numbers) with ordinality n (number, place)) r
  left join public.sms_contacts k on k.id = sms_private.contact_named(tenant, r.number)
  cross join lateral (
    select k.id is null and sms_private.is_suppressed(number.number, r.canonical) as is_erased offset 0) unknown
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
  segments_left bigint;
  segments bigint;
  today date := sms_private.utc_day();
begin
  select * into strict number from public.sms_numbers n where n.id = number_id;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = number_id;
  segments_left := sms_private.segments_left(number);
  if pace.segments_day <> today then
    pace.segments := 0;
  end if;
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
    segments := greatest(message.num_segments, 1);
    if segments > segments_left then
      perform sms_private.cancel_delivery(message, 'SEGMENTS_PER_DAY',
        'The limit of segments a day is used up. There is room again at midnight (UTC); the operator may raise it.');
      continue;
    end if;
    if segments_left is not null then
      segments_left := segments_left - segments;
      pace.segments := pace.segments + segments;
    end if;
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (segments / number.segments_per_second);
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
    marked_at = pace.marked_at, segments_day = today, segments = pace.segments
  where p.phone_number_id = number_id and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;

create or replace function sms_private.count_consents(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz,
  change text)
returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  if number is null and assistant is null then
    return (select count(*) from public.sms_consent_events e
        where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at)
      + (select count(*) from sms_private.erased_consents e
        where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at);
  end if;
  -- An opt-out holds for the whole tenant. It counts for the number and the assistant of the message that said it. A subquery
  -- for each event, because a join may be planned as a walk through all messages.
  return (select count(*) from public.sms_consent_events e
    where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
      and (select (number is null or m.phone_number_id = number) and (assistant is null or m.assistant_id = assistant)
           from public.sms_messages m where m.id = e.message_id))
    + (select count(*) from sms_private.erased_consents e
      where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
        and (number is null or e.phone_number_id = number) and (assistant is null or e.assistant_id = assistant));
end
$$;

-- One event that an address cannot take must not hold up the others, so a pause begins with the third failure in a row.
create or replace function sms_private.count_event_failure(endpoint sms_private.event_endpoints, status int)
returns void
language sql volatile set search_path = ''
as $$
  update sms_private.event_endpoints e
  set failures = e.failures + 1, failing_since = coalesce(e.failing_since, clock_timestamp()),
    paused_until = case when e.failures >= 2
      then clock_timestamp() + make_interval(secs => least(300, 5 * 2 ^ least(e.failures - 2, 6))) end,
    active = e.active and off.reason is null, disabled_reason = coalesce(off.reason, e.disabled_reason),
    disabled_at = case when off.reason is not null then clock_timestamp() else e.disabled_at end
  from (select case when not endpoint.active then null when status = 410 then 'gone'
    when endpoint.failing_since < clock_timestamp() - make_interval(days =>
      (sms_private.setting('event_days_until_disabled') #>> '{}')::int) then 'failing' end as reason) off
  where e.id = endpoint.id
$$;

-- Triggers: how many rows a tenant may add by itself, and what goes with an account.

-- Rows that a signed-in user adds. The pipeline's own, and the operator's, are not limited: who texts a tenant becomes a contact.
-- Counted once a statement, before anything is written, so that a refused one leaves nothing behind.
create or replace function sms_private.count_room()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tenant uuid := sms_private.tenant_id();
  allowed int;
  used bigint;
begin
  -- One after the other: two at the same moment must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('sms_rows:' || tenant, 0));
  allowed := (to_jsonb(sms_private.limits_of(tenant)) ->> tg_argv[0])::int;
  if allowed is not null then
    execute format('select count(*) from (select from %I.%I had where had.user_id = $1 limit $2) used',
      tg_table_schema, tg_table_name) into used using tenant, allowed;
  end if;
  perform set_config('sms.room', coalesce(allowed - used, 2147483647)::text, true);
  return null;
end
$$;

-- What is not kept for ever: texts that nobody owns, and what texts say where the operator wants it so.

create or replace function sms_private.days_setting(setting_name text)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting(setting_name) #>> '{}')::float8 * 86400);
end
$$;

create or replace function sms_private.delete_endpoint(owner uuid, endpoint_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  end if;
  delete from sms_private.event_endpoints e where e.id = endpoint.id;
  return jsonb_build_object('outcome', 'deleted');
end
$$;

create or replace function sms_private.delete_my_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.delete_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id)
$$;

-- A claim has locked the job already, so it does not wait for the conversation.
create or replace function sms_private.do_not_ask(job sms_private.jobs, reason text, until timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if do_not_ask.reason is not null then
    perform from public.sms_conversations c where c.id = job.conversation_id for no key update skip locked;
    if found then
      update public.sms_conversations c
      set ai_paused_until = greatest(c.ai_paused_until, do_not_ask.until), ai_paused_reason = do_not_ask.reason
      where c.id = job.conversation_id;
      delete from sms_private.jobs j where j.id = job.id;
      return;
    end if;
  end if;
  -- Room is taken by what is out, or somebody has locked the conversation. Soon again; this was no try.
  update sms_private.jobs j
  set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0),
    due_at = clock_timestamp() + interval '2 seconds'
  where j.id = job.id;
end
$$;

-- The pace's row is taken too, so that no claim works on the same pairs. Everything that is locked is skipped. Each claim asks,
-- also years after a restore: only old messages are looked at, by their ids, however many new ones wait. Postgres does not know
-- how few they are.
create or replace function sms_private.doubt_restored()
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  restored_at timestamptz := sms_private.restored_at();
  -- A minute for the id, which is made a moment apart from created_at.
  first_new uuid := sms_private.first_id(restored_at + interval '1 minute');
  message public.sms_messages;
  job sms_private.jobs;
begin
  if restored_at is null then
    return;
  end if;
  for message in
    with old as materialized (
      select j.id from sms_private.jobs j
      where j.message_id < first_new and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
        and j.resent_at is null and j.due_at <= clock_timestamp()
    )
    select s.* from old
    join sms_private.jobs j on j.id = old.id
    join public.sms_messages s on s.id = j.message_id
    join sms_private.sender_pace pace on pace.phone_number_id = j.phone_number_id
    where not j.in_flight and j.resent_at is null and s.created_at < restored_at and sms_private.pair_is_free(j)
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

-- A text that has not left yet keeps its words. It is as old as it was written, and may be for next year.
create or replace function sms_private.empty_texts(tenant uuid, older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  place sms_private.emptied_until := (select e from sms_private.emptied_until e where e.user_id = tenant);
  since timestamptz := coalesce(place.created_at, '-infinity');
  until timestamptz := clock_timestamp() - older_than;
  later uuid[] := coalesce(place.later, '{}');
  ready uuid[];
  ids uuid[];
  archived uuid[];
  conversations uuid[];
  broadcasts uuid[];
begin
  ready := array(
    select m.id from public.sms_messages m
    where m.id = any (later) and m.body <> '[deleted]' and m.status not in ('scheduled', 'pending', 'unconfirmed')
    limit batch_size for update skip locked);
  ids := array(
    select m.id from public.sms_messages m
    where m.user_id = tenant and m.created_at >= since and m.created_at < until and m.body <> '[deleted]'
      and m.status not in ('scheduled', 'pending', 'unconfirmed')
    order by m.created_at limit batch_size for update skip locked);
  update public.sms_messages m set body = '[deleted]', media = '[]' where m.id = any (ids || ready);
  archived := array(
    select a.id from sms_private.archived_messages a
    where a.user_id = tenant and a.created_at >= since and a.created_at < until and a.message ->> 'body' <> '[deleted]'
    order by a.created_at limit batch_size);
  update sms_private.archived_messages a set message = a.message || '{"body": "[deleted]", "media": []}'
  where a.id = any (archived);
  conversations := array(
    select c.id from public.sms_conversations c
    where c.user_id = tenant and c.last_message_at >= since and c.last_message_at < until
      and c.last_message_preview <> '[deleted]'
    order by c.last_message_at limit batch_size for update skip locked);
  update public.sms_conversations c set last_message_preview = '[deleted]' where c.id = any (conversations);
  broadcasts := array(
    select b.id from public.sms_broadcasts b
    where b.user_id = tenant and b.created_at < until and (b.created_at >= since or b.id = any (later)) and b.body <> '[deleted]'
      and not exists (select from public.sms_messages m
        where m.broadcast_id = b.id and m.status in ('scheduled', 'pending', 'unconfirmed'))
    order by b.created_at limit batch_size for update skip locked);
  update public.sms_broadcasts b set body = '[deleted]', media = '[]' where b.id = any (broadcasts);
  -- The next call begins where this one ended, so that nothing is looked at twice. What was locked, or has not left yet, is
  -- looked at again: by its id, because it may wait for a year.
  until := least(until,
    case when cardinality(ids) >= batch_size then (select max(m.created_at) from public.sms_messages m where m.id = any (ids)) end,
    case when cardinality(archived) >= batch_size
      then (select max(a.created_at) from sms_private.archived_messages a where a.id = any (archived)) end,
    case when cardinality(broadcasts) >= batch_size
      then greatest(since, (select max(b.created_at) from public.sms_broadcasts b where b.id = any (broadcasts))) end,
    case when cardinality(conversations) >= batch_size
      then (select max(c.last_message_at) from public.sms_conversations c where c.id = any (conversations)) end);
  until := least(until, (
    select min(c.last_message_at) from public.sms_conversations c
    where c.user_id = tenant and c.last_message_at >= since and c.last_message_at < until
      and c.last_message_preview <> '[deleted]'));
  later := array(
    select m.id from public.sms_messages m where m.id = any (later) and m.body <> '[deleted]'
    union
    select m.id from public.sms_messages m
    where m.user_id = tenant and m.created_at >= since and m.created_at < until and m.body <> '[deleted]'
    union
    select b.id from public.sms_broadcasts b
    where b.user_id = tenant and b.created_at < until and (b.created_at >= since or b.id = any (later)) and b.body <> '[deleted]');
  insert into sms_private.emptied_until as e (user_id, created_at, later) values (tenant, until, later)
  on conflict on constraint emptied_until_pkey do update set created_at = excluded.created_at, later = excluded.later;
  return greatest(cardinality(ids), cardinality(ready), cardinality(archived), cardinality(conversations), cardinality(broadcasts));
end
$$;

-- What no worker has claimed is canceled. What a worker has in hand may leave: nobody can take it back, and nobody sends it
-- again. Both are said so that the figures are right; the messages themselves go at once.
create or replace function sms_private.end_deliveries(message_ids uuid[])
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  open_ids uuid[] := array(select j.message_id from sms_private.jobs j where j.message_id = any (message_ids));
begin
  perform sms_private.cancel_waiting(open_ids, 'CONTACT_ERASED', 'The contact was erased before this text left.');
  update public.sms_messages m
  set status = 'failed', error_code = 'OUTCOME_UNKNOWN'
  where m.id = any (open_ids) and m.status in ('scheduled', 'pending', 'unconfirmed');
  delete from sms_private.questions q where q.message_id = any (message_ids);
  delete from sms_private.jobs j where j.message_id = any (open_ids);
  return (select count(*) from public.sms_messages m where m.id = any (open_ids) and m.status = 'canceled');
end
$$;

create or replace function sms_private.endpoint_of(owner uuid, endpoint uuid)
returns sms_private.event_endpoints
language sql volatile set search_path = ''
as $$
  select e.* from sms_private.event_endpoints e
  where e.id = endpoint and e.user_id is not distinct from owner for no key update
$$;

create or replace function sms_private.endpoint_view(endpoint sms_private.event_endpoints)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(endpoint) - '{secret,previous_secret,paused_until}'::text[] || jsonb_build_object(
    'waiting', (select count(*) from sms_private.events v where v.endpoint_id = endpoint.id and v.ended_at is null),
    'given_up', (select count(*) from sms_private.events v
      where v.endpoint_id = endpoint.id and v.ended_at is not null and not v.delivered),
    'attempts', (
      select coalesce(jsonb_agg(to_jsonb(a) - 'endpoint_id' order by a.at desc), '[]')
      from (select * from sms_private.event_attempts t where t.endpoint_id = endpoint.id
            order by t.at desc limit 20) a))
$$;

create or replace function sms_private.erase_contact(tenant uuid, contact_id uuid, erased_by text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  conversations uuid[];
  message_ids uuid[];
  numbers text[];
  canceled int;
  erasure sms_private.erasures;
begin
  perform from public.sms_conversations c
  where c.contact_id = erase_contact.contact_id and c.user_id = tenant order by c.id for update;
  select * into contact from public.sms_contacts k
  where k.id = erase_contact.contact_id and k.user_id = tenant for update;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  -- One may have begun before the contact was locked. Who holds that one and waits for the contact is ended by Postgres, and
  -- comes again.
  conversations := array(
    select c.id from public.sms_conversations c where c.contact_id = contact.id order by c.id for update);
  numbers := sms_private.spellings_of(contact.number);
  perform sms_private.erase_number(tenant, numbers, erased_by = 'operator');
  message_ids := array(
    select m.id from public.sms_messages m
    where m.id in (
      select said.id from public.sms_messages said where said.conversation_id = any (conversations)
      union all
      select alone.id from public.sms_messages alone
      where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))
    order by m.id for update);
  canceled := sms_private.end_deliveries(message_ids);
  perform sms_private.fold_messages(message_ids);
  insert into sms_private.erased_texts (account_sid, message_sid)
  select m.account_sid, m.message_sid from public.sms_messages m
  where m.id = any (message_ids) and m.message_sid is not null and m.date_created >= least(
    clock_timestamp() - interval '3 days',
    (select q.listed_until - interval '2 days' from sms_private.questions q
     where q.kind = 'listing' and q.account_sid = m.account_sid))
  on conflict do nothing;
  insert into sms_private.erased_consents (user_id, change, at, phone_number_id, assistant_id)
  select e.user_id, e.change, date_bin('15 minutes', e.at, '2000-01-01 00:00:00+00'), m.phone_number_id, m.assistant_id
  from public.sms_consent_events e left join public.sms_messages m on m.id = e.message_id
  where e.contact_id = contact.id and e.change in ('opt_out', 'opt_in');
  -- The archive's way, so that what they count for stays. Then the archive forgets them too.
  perform sms_private.move_to_archive(message_ids);
  delete from sms_private.archived_messages a where a.id = any (message_ids);
  delete from public.sms_conversations c where c.id = any (conversations);
  delete from public.sms_contacts k where k.id = contact.id;
  insert into sms_private.erasures (user_id, erased_by, messages, conversations, was_opted_out)
  values (tenant, erase_contact.erased_by, cardinality(message_ids), cardinality(conversations),
    contact.opted_out_at is not null)
  returning * into erasure;
  return jsonb_build_object('outcome', 'erased', 'erasure_id', erasure.id, 'messages', erasure.messages,
    'conversations', erasure.conversations, 'canceled', canceled);
end
$$;

create or replace function sms_private.erase_my_contact(contact_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$ select sms_private.erase_contact((select sms_private.tenant_id()), contact_id, 'tenant') $$;

-- Everywhere else that a number may stand. The caller holds the contact.
create or replace function sms_private.erase_number(tenant uuid, numbers text[], by_operator boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- As Twilio names them.
  addresses text[] := numbers || array(select channel || n from unnest(numbers) n, unnest(array['rcs:', 'whatsapp:']) channel);
begin
  update public.sms_broadcasts b
  set rejected = (
    select jsonb_agg(case when '+' || regexp_replace(one.entry ->> 'to', '[^0-9]+', '', 'g') = any (numbers) then one.entry || '{"to": "erased"}' else one.entry end
      order by one.place)
    from jsonb_array_elements(b.rejected) with ordinality one (entry, place))
  where b.user_id = tenant and exists (
    select from jsonb_array_elements(b.rejected) one (entry) where '+' || regexp_replace(one.entry ->> 'to', '[^0-9]+', '', 'g') = any (numbers));
  delete from sms_private.texts_set_aside t using public.sms_numbers n
  where n.user_id = tenant and t.account_sid = n.account_sid and sms_private.telephone_of(t.to_number) = n.number
    and t.from_number = any (addresses);
  delete from sms_private.archived_messages a
  where a.user_id = tenant and a.conversation_id is null and a.message ->> 'from_number' = any (addresses);
  if by_operator then
    -- Nobody's texts are the operator's.
    delete from public.sms_messages m where m.user_id is null and m.conversation_id is null and m.from_number = any (addresses);
    delete from sms_private.archived_messages a where a.user_id is null and a.message ->> 'from_number' = any (addresses);
  end if;
end
$$;

-- The subject as it is now, with the status as it was then. Null when it is gone: nobody is told about what was erased.
create or replace function sms_private.event_data(event sms_private.events)
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return case split_part(event.type, '.', 1)
    when 'message' then (
      select jsonb_build_object('message_id', m.id, 'conversation_id', m.conversation_id, 'direction', m.direction,
        'kind', m.kind, 'sender', m.sender, 'from_number', m.from_number, 'to_number', m.to_number, 'body', m.body,
        'media_count', jsonb_array_length(m.media), 'status', event.detail ->> 'status',
        'error_code', event.detail ->> 'error_code', 'broadcast_id', m.broadcast_id, 'created_at', m.created_at)
      from public.sms_messages m where m.id = event.subject_id and m.user_id = event.user_id)
    when 'contact' then (
      select jsonb_build_object('contact_id', k.id, 'number', k.number, 'source', event.detail ->> 'source')
      from public.sms_contacts k where k.id = event.subject_id and k.user_id = event.user_id)
    when 'conversation' then (
      select jsonb_build_object('conversation_id', c.id, 'contact_id', k.id, 'contact_number', k.number,
        'number', n.number)
      from public.sms_conversations c
      join public.sms_contacts k on k.id = c.contact_id
      join public.sms_numbers n on n.id = c.phone_number_id
      where c.id = event.subject_id and c.user_id = event.user_id)
    when 'endpoint' then jsonb_build_object('endpoint_id', event.subject_id) end;
end
$$;

create or replace function sms_private.event_payload(event sms_private.events)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  subject jsonb := sms_private.event_data(event);
begin
  return case when subject is not null then jsonb_build_object('type', event.type, 'version', 1,
    'timestamp', event.occurred_at, 'user_id', event.user_id, 'data', subject) end;
end
$$;

-- Events for the adopter's backend: which to post now, and what follows from the answer.

-- Four calls of one address at a time, one while it fails, and twenty of failing ones in all: so addresses that hang leave slots
-- to those that answer. The worker has forty, and texts have slots of their own.
create or replace function sms_private.event_turns(room int)
returns table (endpoint_id uuid, places int)
language plpgsql stable set search_path = ''
as $$
begin
  return query
  with busy as (
    select leased.endpoint_id as id, count(*)::int as calls from sms_private.events leased
    where leased.lease_token is not null and leased.due_at > statement_timestamp() group by leased.endpoint_id
  ), turns as (
    select e.id, e.failing_since is not null as failing, coalesce(b.calls, 0) as calls,
      case when e.failing_since is null then 4 else 1 end - coalesce(b.calls, 0) as free
    from sms_private.event_endpoints e left join busy b on b.id = e.id
    where e.active and coalesce(e.paused_until <= statement_timestamp(), true)
      and exists (select from sms_private.events waiting
        where waiting.endpoint_id = e.id and waiting.ended_at is null and waiting.due_at <= statement_timestamp())
  ), failing as (
    select coalesce(sum(b.calls), 0) as calls from busy b
    join sms_private.event_endpoints e on e.id = b.id where e.failing_since is not null
  )
  select t.id, t.free
  from (select turn.*, count(*) filter (where turn.failing) over (order by random()) as place from turns turn
        where turn.free > 0) t, failing f
  where not t.failing or f.calls + t.place <= 20
  order by t.failing, t.calls, random() limit room;
end
$$;

-- Events for the adopter's backend: what is noted, and what is posted.

create or replace function sms_private.event_types()
returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['message.received', 'message.created', 'message.status_changed', 'contact.opted_out',
    'contact.opted_in', 'conversation.taken_over', 'conversation.handed_back', 'conversation.person_called']
$$;

create or replace function sms_private.event_url_is_whole(url text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(char_length(url) <= 2048 and (
    url ~* '^https://[a-z0-9.-]+(:[0-9]{1,5})?([/?][!"$-~]*)?$'
    or url ~* '^https://\[[0-9a-f:.]+\](:[0-9]{1,5})?([/?][!"$-~]*)?$'
    -- This machine, for trying it. The worker calls it only where SMS_EVENTS_ALLOW_LOOPBACK says so.
    or url ~* '^http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?([/?][!"$-~]*)?$'), false)
$$;

create or replace function sms_private.events_health()
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'endpoints', (select count(*) from sms_private.event_endpoints e where e.active),
    'failing', (select count(*) from sms_private.event_endpoints e where e.active and e.failing_since is not null),
    'waiting', (select count(*) from sms_private.events event
      join sms_private.event_endpoints e on e.id = event.endpoint_id where event.ended_at is null),
    'oldest_waiting_seconds', (select coalesce(max(extract(epoch from now() - event.occurred_at)), 0)
      from sms_private.events event join sms_private.event_endpoints e on e.id = event.endpoint_id
      where event.ended_at is null),
    'given_up', (select count(*) from sms_private.events event
      join sms_private.event_endpoints e on e.id = event.endpoint_id
      where event.ended_at is not null and not event.delivered),
    -- Whose and why, not where: an address may carry a token.
    'disabled', (select coalesce(jsonb_agg(jsonb_build_object('endpoint_id', e.id, 'user_id', e.user_id,
        'reason', e.disabled_reason, 'disabled_at', e.disabled_at) order by e.disabled_at desc), '[]')
      from (select * from sms_private.event_endpoints off where off.disabled_reason is not null
            order by off.disabled_at desc limit 20) e))
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

create or replace function sms_private.export_contact(tenant uuid, contact_id uuid)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  numbers text[];
begin
  select * into contact from public.sms_contacts k where k.id = export_contact.contact_id and k.user_id = tenant;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  numbers := sms_private.spellings_of(contact.number);
  return jsonb_build_object('outcome', 'exported', 'contact', to_jsonb(contact),
    'conversations', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.started_at, c.id), '[]')
      from public.sms_conversations c where c.contact_id = contact.id),
    'messages', (
      select coalesce(jsonb_agg(sms_private.message_with_events(m) order by m.created_at, m.id), '[]')
      from public.sms_messages m where m.id in (
        select said.id from public.sms_conversations c join public.sms_messages said on said.conversation_id = c.id
        where c.contact_id = contact.id
        union all
        select alone.id from public.sms_messages alone
        where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))),
    'archived_messages', (
      select coalesce(jsonb_agg(a.message || jsonb_build_object('events', a.events) order by a.created_at, a.id), '[]')
      from sms_private.archived_messages a where a.user_id = tenant and (
        a.conversation_id in (select c.id from public.sms_conversations c where c.contact_id = contact.id)
        or a.conversation_id is null and a.message ->> 'from_number' = any (numbers))),
    'consent', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.at, e.id), '[]')
      from public.sms_consent_events e where e.contact_id = contact.id),
    'blocked_numbers', (
      select coalesce(jsonb_agg(n.number order by n.number), '[]') from sms_private.sender_blocks b
      join public.sms_numbers n on n.id = b.phone_number_id where b.contact_id = contact.id));
end
$$;

create or replace function sms_private.export_my_contact(contact_id uuid)
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.export_contact((select sms_private.tenant_id()), contact_id) $$;

create or replace function sms_private.export_my_tenant(after text, page_size int)
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.export_tenant((select sms_private.tenant_id()), after, page_size) $$;

-- Each part in the order of its moment and id, so that a page begins where the one before ended.
create or replace function sms_private.export_part(tenant uuid, part text, after_at timestamptz, after_id uuid, page_size int)
returns table (at timestamptz, id uuid, entry jsonb)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  -- The moment of a row, by its part.
  moment constant text := case part when 'conversations' then 'started_at' when 'consent_events' then 'at'
    when 'stats' then 'bucket' else 'created_at' end;
begin
  if part = 'messages' then
    return query select m.created_at, m.id, sms_private.message_with_events(m) from public.sms_messages m
      where m.user_id = tenant and m.created_at >= after_at and (m.created_at, m.id) > (after_at, after_id)
      order by m.created_at, m.id limit page_size;
  elsif part = 'archived_messages' then
    return query select a.created_at, a.id, a.message || jsonb_build_object('events', a.events)
      from sms_private.archived_messages a
      where a.user_id = tenant and (a.created_at, a.id) > (after_at, after_id)
      order by a.created_at, a.id limit page_size;
  elsif part = 'limits' then
    return query select l.updated_at, l.user_id, to_jsonb(l) from public.sms_limits l
      where l.user_id = tenant and after_id < l.user_id;
  else
    return query execute format(
      'select t.%1$I, t.id, to_jsonb(t) from public.%2$I t where t.user_id = $1 and (t.%1$I, t.id) > ($2, $3)
       order by t.%1$I, t.id limit $4', moment, 'sms_' || part)
      using tenant, after_at, after_id, page_size;
  end if;
end
$$;

create or replace function sms_private.export_tenant(tenant uuid, after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  parts constant text[] := array['accounts', 'assistants', 'numbers', 'templates', 'limits', 'contacts', 'conversations',
    'broadcasts', 'messages', 'archived_messages', 'consent_events', 'stats'];
  nowhere constant uuid := '00000000-0000-0000-0000-000000000000';
  place text[] := coalesce(string_to_array(after, ' '), array[parts[1], '-infinity', nowhere::text]);
  part text := place[1];
  entries jsonb;
  last_row record;
  next_part text;
begin
  if page_size is null or page_size not between 1 and 1000 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif tenant is not null and not exists (select from auth.users u where u.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif cardinality(place) <> 3 or part <> all (parts) or place[2] !~ '^(-infinity|[0-9][0-9T:.+-]{9,39}Z?)$'
    or place[3] !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  end if;
  begin
    perform place[2]::timestamptz;
  exception when data_exception then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  end;
  select coalesce(jsonb_agg(p.entry order by p.at, p.id), '[]') as found, count(*) as rows,
    (array_agg(p.at order by p.at desc, p.id desc))[1] as at, (array_agg(p.id order by p.at desc, p.id desc))[1] as id
  into last_row from sms_private.export_part(tenant, part, place[2]::timestamptz, place[3]::uuid, page_size) p;
  entries := last_row.found;
  next_part := parts[array_position(parts, part) + 1];
  return jsonb_build_object('outcome', 'exported', 'part', part, 'rows', entries, 'next', case
    when last_row.rows = page_size then concat_ws(' ', part, to_jsonb(last_row.at) #>> '{}', last_row.id)
    when next_part is not null then concat_ws(' ', next_part, '-infinity', nowhere) end);
end
$$;

-- A failed try: again later, or given up on.
create or replace function sms_private.finish_failed(job sms_private.jobs, through_seq bigint, failure jsonb, max_attempts int)
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

create or replace function sms_private.first_id(moment timestamptz)
returns uuid
language sql immutable parallel safe set search_path = ''
as $$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
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

-- Erasing a contact: what they wrote, what was written to them, and who they are. Figures and an opt-out stay.

-- The same numbers as in a fold, for these messages alone. The lock keeps a fold away, which writes the same sums.
create or replace function sms_private.fold_messages(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  taken tid[];
  sums sms_private.stat_deltas[];
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_fold_stats', 0));
  taken := array(select c.ctid from sms_private.stat_changes c where c.message_id = any (message_ids) for update);
  with folded as (
    delete from sms_private.stat_changes c where c.ctid = any (taken)
  )
  select array_agg(row(s.*)::sms_private.stat_deltas) into sums
  from (
    select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
      p.price_unit, p.answer_bin, sum(p.messages)::bigint, sum(p.conversations)::bigint, sum(p.segments)::bigint,
      sum(p.price)
    from sms_private.stat_parts p where p.part <> 'all' and p.change = any (taken)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having (sum(p.messages), sum(p.conversations), sum(p.segments), sum(p.price)) <> (0, 0, 0, 0)
  ) s;
  perform sms_private.add_figures(sums);
end
$$;

-- Nobody asks for them any more: the account had a token, and that is gone with it.
create or replace function sms_private.forget_account()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.sms_messages m where m.user_id is null and m.account_sid = old.account_sid;
  delete from sms_private.texts_set_aside t where t.account_sid = old.account_sid;
  delete from sms_private.questions q where q.account_sid = old.account_sid and q.message_id is null;
  return null;
end
$$;

create or replace function sms_private.forget_events()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from sms_private.events event where event.endpoint_id = old.id;
  return null;
end
$$;

create or replace function sms_private.has_many_ownerless(account_sid text)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  return 1000 <= (
    select count(*) from (
      select from public.sms_messages m
      where m.user_id is null and m.account_sid = has_many_ownerless.account_sid
        and m.created_at > clock_timestamp() - interval '1 day'
      order by m.created_at desc limit 1000) newest);
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

-- Opt-outs of contacts that are gone: kept by a keyed hash, found again when the contact is new to a number.

-- RFC 2104. sha256() is Postgres's own; an extension for it may be missing, or in any schema.
create or replace function sms_private.hmac_sha256(secret bytea, message bytea)
returns bytea
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  padded bit(512) := ('x' || rpad(encode(case when octet_length(secret) > 64 then sha256(secret) else secret end, 'hex'),
    128, '0'))::bit(512);
begin
  -- What varbit_send() gives begins with four bytes that say how long it is.
  return sha256(substring(varbit_send(padded # ('x' || repeat('5c', 64))::bit(512)) from 5)
    || sha256(substring(varbit_send(padded # ('x' || repeat('36', 64))::bit(512)) from 5) || message));
end
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

-- Trying an assistant: every try costs a call of the model (docs/decisions/0021).

-- As definer: the API's roles do not read auth.users. By name, because not every version of the Auth server has each column.
create or replace function sms_private.is_confirmed(tenant uuid)
returns boolean
language sql stable security definer set search_path = ''
as $$
  select coalesce((
    select coalesce((known ->> 'is_anonymous')::boolean, false) is false
      and (known ->> 'email_confirmed_at' is not null or known ->> 'phone_confirmed_at' is not null
        -- A user whom the operator's own sign-in made, without either.
        or not known ? 'email_confirmed_at')
    from (select to_jsonb(u) as known from auth.users u where u.id = tenant) one), false)
$$;

-- A status that says nothing new is kept, but not without end.
create or replace function sms_private.is_known_well(message public.sms_messages, sid text, status text, code text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  -- Most reports end here.
  if sms_private.says_more(message, left(status, 64), code) and coalesce(message.message_sid = sid, true) then
    return false;
  end if;
  return 40 <= (select count(*) from (
    select from public.sms_message_events e where e.message_id = message.id limit 40) known);
end
$$;

-- As webhook_problem_of(): of the tenant's own accounts only.
create or replace function sms_private.is_number_unreadable(number public.sms_numbers)
returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.sms_accounts account
    where account.account_sid = number.account_sid and account.user_id = number.user_id
      and (number.user_id = (select sms_private.tenant_id()) or (select sms_private.tenant_id()) is null)
      and account.disconnected_at is null and sms_private.is_unreadable(account.id, sms_private.known_keys()))
$$;

-- The same message, not another one with its SID: from the contact to us, in the same words.
create or replace function sms_private.is_proved(message public.sms_messages, listed jsonb)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return listed ->> 'direction' = 'inbound'
    and sms_private.telephone_of(listed ->> 'from_number') = message.from_number
    and coalesce(sms_private.telephone_of(listed ->> 'to_number') = message.to_number
      or listed ->> 'to_number' = message.via, false)
    and btrim(left(coalesce(listed ->> 'body', ''), 16000)) = btrim(message.body);
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

-- Proofs: did the contact send this START? A form is signed with an account's token, and who connected the account has that
-- token too. Twilio's own list is what its tenant cannot write (docs/decisions/0043).

create or replace function sms_private.is_signed_by_tenant(account_sid text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  -- The default account's token is the operator's.
  return not exists (
    select from public.sms_accounts a where a.account_sid = is_signed_by_tenant.account_sid and a.shared);
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

create or replace function sms_private.is_suppressed(sending_number text, canonical text)
returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not exists (select from sms_private.suppressions s where s.sending_number = is_suppressed.sending_number) then
    return false;
  end if;
  return exists (select from sms_private.suppressions_of(canonical) s where s.sending_number = is_suppressed.sending_number);
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- Whoever it may be, they are not texted.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
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

create or replace function sms_private.is_unreadable(account_id uuid, keys text[])
returns boolean
language sql stable set search_path = ''
as $$
  select keys is not null and exists (
    select from (
      select unnest(array[t.current_token, sms_private.valid_previous(t), t.api_key_secret]) as sealed
      from sms_private.twilio_credentials t where t.account_id = is_unreadable.account_id
      union all
      select key.secret from sms_private.shared_keys key where key.account_id = is_unreadable.account_id) stored
    where stored.sealed is not null and coalesce(sms_private.key_of(stored.sealed), '') <> all (keys))
$$;

create or replace function sms_private.is_user(tenant uuid)
returns boolean
language sql stable security definer set search_path = ''
as $$ select exists (select from auth.users known where known.id = tenant) $$;

-- Called when a contact, or a number, is about to be deleted: by an erasure, or with its tenant.
create or replace function sms_private.keep_opt_outs(contact public.sms_contacts, number public.sms_numbers)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  block sms_private.sender_blocks;
begin
  if contact.opted_out_at is not null then
    perform sms_private.keep_suppression(contact.canonical_number, number.number, 'opted_out', contact.opt_out_source,
      contact.opted_out_at);
  end if;
  select * into block from sms_private.sender_blocks b where b.phone_number_id = number.id and b.contact_id = contact.id;
  -- Infinity: the key could not be read. If there was a suppression, then it is still there.
  if found and block.at < 'infinity' then
    perform sms_private.keep_suppression(contact.canonical_number, number.number, 'sender_blocked', 'carrier', block.at);
  end if;
end
$$;

-- Triggers: an opt-out outlives its contact and its number, and is found again.

-- Definers: the caller who deletes or adds a row has no right to read the keys. When a user is deleted, Postgres deletes the contacts
-- first or the numbers first; the other half is still there then. A contact without a canonical number is being merged into
-- another one, which goes on.
create or replace function sms_private.keep_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if old.opted_out_at is not null or exists (
    select from sms_private.sender_blocks b where b.contact_id = old.id) then
    perform sms_private.keep_opt_outs(old, n) from public.sms_numbers n where n.user_id = old.user_id;
  end if;
  return old;
end
$$;

create or replace function sms_private.keep_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.keep_opt_outs(c, old) from public.sms_contacts c
  where c.user_id = old.user_id and c.canonical_number is not null and (c.opted_out_at is not null
    or exists (select from sms_private.sender_blocks b where b.phone_number_id = old.id and b.contact_id = c.id));
  -- Texts that could not be stored have no tenant's id that would take them along.
  if not sms_private.is_user(old.user_id) then
    delete from sms_private.texts_set_aside t
    where t.account_sid = old.account_sid and sms_private.telephone_of(t.to_number) = old.number;
  end if;
  return old;
end
$$;

create or replace function sms_private.keep_suppression(canonical text, sending_number text, reason text, source text, at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  newest int := sms_private.newest_suppression_key();
  newest_hash bytea := sms_private.hmac_sha256(sms_private.suppression_secret(newest), convert_to(canonical, 'UTF8'));
  earlier sms_private.suppressions;
begin
  -- Now that the number is known, what an older key or an older spelling says of it moves to the newest one.
  for earlier in
    select s.* from sms_private.suppressions_of(canonical) s
    where s.sending_number = keep_suppression.sending_number and (s.key_id, s.contact_hash) <> (newest, newest_hash)
  loop
    if earlier.reason = 'opted_out' then
      reason := earlier.reason;
      source := earlier.source;
    end if;
    at := greatest(at, earlier.opted_out_at);
    delete from sms_private.suppressions s
    where s.key_id = earlier.key_id and s.contact_hash = earlier.contact_hash and s.sending_number = earlier.sending_number;
  end loop;
  insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, reason, source, opted_out_at)
  values (newest, newest_hash, keep_suppression.sending_number, keep_suppression.reason, keep_suppression.source, keep_suppression.at)
  on conflict on constraint suppressions_pkey do update
  set reason = case when excluded.reason = 'opted_out' then 'opted_out' else s.reason end,
    source = case when excluded.reason = 'opted_out' then excluded.source else s.source end,
    opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
end
$$;

-- Whether what is stored of accounts can still be opened. The keys are not in the database: only their ids are compared.

create or replace function sms_private.key_of(sealed text)
returns text
language plpgsql immutable set search_path = ''
as $$
declare
  header text := translate(split_part(sealed, '.', 1), '-_', '+/');
begin
  return convert_from(decode(rpad(header, (length(header) + 3) / 4 * 4, '='), 'base64'), 'utf8')::jsonb ->> 'kid';
exception when others then
  return null;
end
$$;

create or replace function sms_private.known_keys()
returns text[]
language sql stable set search_path = ''
as $$
  select wake.key_ids from sms_private.worker_wakes wake order by wake.started_at desc, wake.woken_at desc limit 1
$$;

-- START. Only what is older than it: a START may be recovered late.
create or replace function sms_private.lift_suppressions(number_id uuid, contact_id uuid, said_at timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  lifted record;
  later boolean := false;
begin
  select * into contact from public.sms_contacts k where k.id = lift_suppressions.contact_id;
  if not exists (select from sms_private.suppressions s join public.sms_numbers n on n.number = s.sending_number
    where n.user_id = contact.user_id) then
    return true;
  end if;
  for lifted in
    select n.id as number_id, s.* from sms_private.suppressions_of(contact.canonical_number) s
    join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
    where s.reason = 'opted_out' or n.id = lift_suppressions.number_id
    order by n.id
  loop
    if lifted.opted_out_at > said_at then
      later := later or lifted.number_id = lift_suppressions.number_id;
      continue;
    end if;
    delete from sms_private.suppressions s
    where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.sending_number = lifted.sending_number;
    delete from sms_private.sender_blocks b
    where b.phone_number_id = lifted.number_id and b.contact_id = contact.id and b.at = lifted.opted_out_at;
  end loop;
  return not later;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The contact's word is stored all the same, and unblocks this number.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;

-- How much, how often, and to which countries.

-- A tenant without a row gets the values that a new row would have. So the defaults of the columns (85_limits.sql) stand here
-- once more; tests/database/rules.test.ts compares them.
create or replace function sms_private.limits_of(tenant uuid)
returns public.sms_limits
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- In the order of the table's columns.
    select coalesce(
      (select l from public.sms_limits l where l.user_id = tenant),
      row (tenant, 60, 20, 100, 1000, '{}'::text[], now(), 10000, 40, 2000, 50, 50000, 200, 600, 10000, 1)::public.sms_limits));
end
$$;

create or replace function sms_private.list_endpoints(owner uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'types', to_jsonb(sms_private.event_types()),
    'endpoints', coalesce(jsonb_agg(sms_private.endpoint_view(e) order by e.id), '[]'))
  from sms_private.event_endpoints e where e.user_id is not distinct from owner
$$;

-- The verbs for addresses of events: a tenant's, and in one the operator's.

-- As definers: a user has no rights on the tables. Each asks for the tenant itself.
create or replace function sms_private.list_my_endpoints()
returns jsonb
language sql stable security definer set search_path = ''
as $$
  select sms_private.list_endpoints(coalesce((select sms_private.tenant_id()), sms_private.nobody()))
$$;

-- What `deno task doctor` asks: what is connected, and what of it is not as it should be.

-- A definer: the secret key need not have rights on Realtime's schema.
create or replace function sms_private.live_updates_state()
returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null or to_regclass('realtime.messages') is null
      then 'unavailable'
    when (select count(*) from pg_trigger t where t.tgname = 'announce_changes' and t.tgenabled <> 'D'
        and t.tgrelid in ('public.sms_conversations'::regclass, 'public.sms_messages'::regclass)) = 2
      and exists (select from pg_policy p where p.polrelid = to_regclass('realtime.messages')
        and p.polname = 'sms_listen_to_own')
      then 'set_up'
    else 'missing' end
$$;

-- Before the message, as the lock order has it.
create or replace function sms_private.lock_for_proof(message_id uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  conversation uuid := (select m.conversation_id from public.sms_messages m where m.id = lock_for_proof.message_id);
  contact uuid;
begin
  select c.contact_id into contact from public.sms_conversations c where c.id = conversation for no key update;
  perform from public.sms_contacts k where k.id = contact for no key update;
end
$$;

-- Enough for words that are common. A subquery and not a join: a look-up for each row, never all contacts at once.
create or replace function sms_private.match_nearby(
  tenant uuid, status text, before_at timestamptz, before_id uuid, span int, patterns sms_private.search_patterns)
returns table (conversation_id uuid, at timestamptz, hit boolean)
language plpgsql stable set search_path = ''
as $$
begin
  return query
  select c.id, c.last_message_at, coalesce(c.last_message_preview ~* patterns.text_regex, false) or (
    select coalesce(k.name ~* patterns.text_regex, false) or k.number ~* patterns.number_regex
    from public.sms_contacts k where k.id = c.contact_id)
  from sms_private.next_conversations(tenant, match_nearby.status, before_at, before_id, span) c;
end
$$;

-- Exporting: everything about a contact, and everything of a tenant.

create or replace function sms_private.message_with_events(message public.sms_messages)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(message) || jsonb_build_object('events', (
    select coalesce(jsonb_agg(to_jsonb(e) order by e.received_at, e.id), '[]')
    from public.sms_message_events e where e.message_id = message.id))
$$;

-- One clock for all: that of Postgres. A function's runtime has a list of time zones of its own, which may be a year older
-- (findings/deno-and-postgres-differ-on-the-hour-in-vancouver.sh).
create or replace function sms_private.minutes_east(zone text)
returns int
language plpgsql stable strict set search_path = ''
as $$
begin
  return extract(epoch from (now() at time zone zone) - (now() at time zone 'UTC'))::int / 60;
exception when invalid_parameter_value then
  return null;
end
$$;

create or replace function sms_private.new_event_secret()
returns text
language sql volatile set search_path = ''
as $$
  -- 366 random bits in 32 bytes. pgcrypto is not on every project.
  select 'whsec_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
    || uuid_send(gen_random_uuid())), 'base64')
$$;

create or replace function sms_private.newest_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  newest int := (select max(k.id) from sms_private.suppression_keys k);
begin
  if newest is null then
    perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
    newest := (select max(k.id) from sms_private.suppression_keys k);
  end if;
  return coalesce(newest, sms_private.rotate_suppression_key());
end
$$;

create or replace function sms_private.next_day_at()
returns timestamptz
language plpgsql volatile set search_path = ''
as $$
begin
  return (sms_private.utc_day() + 1)::timestamp at time zone 'utc';
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

-- The caller holds the conversation's row lock. A text of the system makes nothing unread: nobody has to look at it.
create or replace function sms_private.next_seq(conversation uuid, body text, media jsonb, sender text)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  seq bigint;
begin
  update public.sms_conversations c
  set last_seq = c.last_seq + 1,
    read_seq = c.read_seq + case when next_seq.sender = 'system' and c.read_seq = c.last_seq then 1 else 0 end,
    last_message_at = clock_timestamp(),
    last_message_preview = case when btrim(body) = '' and jsonb_array_length(media) > 0 then '[attachment]'
      else left(body, 160) end
  where c.id = conversation
  returning c.last_seq into seq;
  return seq;
end
$$;

-- Addresses for events: making, changing, trying, repeating. Of a tenant, or of the operator (owner null).

create or replace function sms_private.nobody()
returns uuid
language sql immutable parallel safe set search_path = ''
as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

-- The worker says how often it asked (two calls where the first answer was too long). A worker from before that asked once.
create or replace function sms_private.note_calls(result jsonb, finished jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  sent int := case when finished ->> 'outcome' = 'stored' and finished -> 'message_id' <> 'null' then 1 else 0 end;
  asked int := coalesce((result ->> 'calls')::int, case when (result ->> 'greeting')::boolean then 0 else 1 end);
  tenant uuid;
begin
  -- Most answers end here.
  if asked <= sent then
    return;
  end if;
  tenant := coalesce((result ->> 'user_id')::uuid, (
    select c.user_id from public.sms_conversations c where c.id = (result ->> 'conversation_id')::uuid));
  if tenant is not null then
    perform sms_private.note_unsent_calls(tenant, (result ->> 'conversation_id')::uuid, asked - sent);
  end if;
end
$$;

create or replace function sms_private.note_consent()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (new.opted_out_at is null) <> (old.opted_out_at is null) then
    perform sms_private.note_event(new.user_id,
      case when new.opted_out_at is null then 'contact.opted_in' else 'contact.opted_out' end, new.id,
      jsonb_build_object('source', new.opt_out_source));
  end if;
  return null;
end
$$;

-- Called for each text. Where no address is interested, it reads one small index and writes nothing.
create or replace function sms_private.note_event(tenant uuid, event_type text, subject uuid, detail jsonb default '{}')
returns void
-- As definer: who takes a conversation over has no right to write here.
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from sms_private.event_endpoints e
                 where e.active and (e.user_id = tenant or e.user_id is null)) then
    return;
  end if;
  insert into sms_private.events (endpoint_id, event_id, user_id, type, subject_id, detail)
  select e.id, made.event_id, tenant, event_type, subject, note_event.detail
  from (select sms_private.new_id() as event_id offset 0) made
  join sms_private.event_endpoints e on e.active and (e.user_id = tenant or e.user_id is null)
    and (e.types is null or event_type = any (e.types));
end
$$;

create or replace function sms_private.note_handover()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.ai_paused_until = 'infinity' and old.ai_paused_until is distinct from 'infinity' then
    perform sms_private.note_event(new.user_id, 'conversation.taken_over', new.id);
  elsif new.ai_paused_until is null and old.ai_paused_until is not null then
    perform sms_private.note_event(new.user_id, 'conversation.handed_back', new.id);
  end if;
  if new.waiting_for_person and not old.waiting_for_person then
    perform sms_private.note_event(new.user_id, 'conversation.person_called', new.id);
  end if;
  return null;
end
$$;

-- What an address is told, by triggers: so no way of changing a row can forget it. Each names its columns, so that Postgres does not
-- even call it for other updates. None has a condition, which would be compiled anew for each update (60_triggers.sql).

create or replace function sms_private.note_message()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- A text to a number that nobody owns is nobody's event.
  if new.user_id is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    perform sms_private.note_event(new.user_id,
      case new.direction when 'inbound' then 'message.received' else 'message.created' end, new.id,
      jsonb_build_object('status', new.status, 'error_code', new.error_code));
  elsif (new.status, new.error_code) is distinct from (old.status, old.error_code) then
    perform sms_private.note_event(new.user_id, 'message.status_changed', new.id,
      jsonb_build_object('status', new.status, 'error_code', new.error_code));
  end if;
  return null;
end
$$;

-- What the model costs without a text: calls whose answer was not sent (docs/decisions/0042).

-- A call is out while its job is leased. What becomes of it is noted here, unless it is a text: that one is counted as a reply.
-- So a text that is answered costs no row more.
create or replace function sms_private.note_unsent_calls(tenant uuid, conversation uuid, calls int)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if calls > 0 then
    insert into sms_private.unsent_calls as u (conversation_id, user_id, at, calls)
    values (conversation, tenant, clock_timestamp(), note_unsent_calls.calls)
    on conflict on constraint unsent_calls_pkey do update set calls = u.calls + excluded.calls;
  end if;
exception when foreign_key_violation then
  -- The tenant was deleted meanwhile, so there is nobody to count for.
  return;
end
$$;

-- A number's webhook at Twilio: repaired, recorded, listed.

create or replace function sms_private.number_view(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(number) || jsonb_build_object('webhook_problem', sms_private.webhook_problem_of(number),
    'credentials_unreadable', sms_private.is_number_unreadable(number))
$$;

create or replace function sms_private.once_for_caller(verb text, request jsonb, key text, pauses_assistant boolean default false)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.once((select sms_private.tenant_id()), sms_private.sender_of(pauses_assistant), verb, request, key)
$$;

-- A new conversation of a number and a contact. What a person switched off stays off: a take-over ends with
-- sms_hand_back, not with the conversation. Returns nothing when somebody else opened one at the same moment.
create or replace function sms_private.open_conversation(number public.sms_numbers, contact uuid,
  previous public.sms_conversations, greet boolean)
returns setof public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  -- Its key would be refused below, for good. But who calls again finds the contact, or makes a new one.
  perform from public.sms_contacts k where k.id = contact for key share;
  if not found then
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  return query
  insert into public.sms_conversations (user_id, phone_number_id, contact_id, assistant_id, greeting_pending,
    ai_enabled, ai_paused_until, ai_paused_reason)
  select number.user_id, number.id, contact, number.assistant_id, greet and not still_paused,
    coalesce(previous.ai_enabled, true),
    case when still_paused then previous.ai_paused_until end, case when still_paused then previous.ai_paused_reason end
  from (select coalesce(previous.ai_paused_until > clock_timestamp(), false) as still_paused) as pause
  on conflict (phone_number_id, contact_id) where status = 'active' do nothing
  returning *;
end
$$;

-- What the contact wrote after START may have been stored before it, because a webhook or the proof came late. Answer it now.
create or replace function sms_private.opt_in(conversation public.sms_conversations, number public.sms_numbers, contact uuid,
  start public.sms_messages, opt_out_type text)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  was_opted_out boolean := sms_private.no_reply_reason(conversation) in ('opted_out', 'sender_blocked');
  silenced public.sms_messages;
begin
  perform sms_private.apply_keyword('in', start, number.id, contact, opt_out_type);
  if was_opted_out then
    silenced := sms_private.unanswered_since(start);
    if silenced.id is not null then
      return sms_private.answer_or_say_why(conversation, number, silenced);
    end if;
  end if;
  return null;
end
$$;

-- An opt-out counts for all numbers of the tenant, and cancels everything that has not left yet.
create or replace function sms_private.opt_out(contact uuid, source text, evidence text, message uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  before public.sms_contacts;
begin
  select * into before from public.sms_contacts k where k.id = contact for no key update;
  if not found then
    -- Who calls again finds the contact, or makes a new one.
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  update public.sms_contacts c
  set opted_out_at = coalesce(c.opted_out_at, clock_timestamp()),
    opt_out_source = coalesce(c.opt_out_source, opt_out.source)
  where c.id = contact;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (before.user_id, contact, opt_out.message, 'opt_out', opt_out.source, left(opt_out.evidence, 200));
  perform sms_private.cancel_waiting(
    (select array_agg(j.message_id) from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
     where j.contact_id = contact and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
    'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
  -- A job that another transaction has locked is skipped: that one claims the reply or finishes it, and the reply is refused when
  -- it comes back. Any other job is deleted, also a leased one: its reply comes back as stale.
  delete from sms_private.jobs j where j.id in (
    select r.id from sms_private.jobs r where r.kind = 'reply' and r.contact_id = contact for update skip locked);
  return before.opted_out_at is null;
end
$$;

create or replace function sms_private.purge(batch_size int default 500)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '300ms'
as $$
declare
  ownerless int := 0;
  emptied int := 0;
  old_keys int;
  tenant uuid;
  more boolean;
begin
  if exists (select from sms_private.purges p where p.next_at > clock_timestamp())
    or not pg_try_advisory_xact_lock(hashtextextended('sms_purge', 0)) then
    return null;
  end if;
  begin
    if sms_private.days_setting('ownerless_texts_days') is not null then
      ownerless := sms_private.purge_ownerless(sms_private.days_setting('ownerless_texts_days'), batch_size);
    end if;
    if sms_private.days_setting('texts_days') is not null then
      -- Who has no number any more keeps nothing longer than others.
      for tenant in
        select n.user_id from public.sms_numbers n union select e.user_id from sms_private.emptied_until e order by 1
      loop
        emptied := emptied + sms_private.empty_texts(tenant, sms_private.days_setting('texts_days'), batch_size - emptied);
        exit when emptied >= batch_size;
      end loop;
    end if;
    delete from sms_private.unsent_calls u where u.at < clock_timestamp() - interval '1 day';
    delete from sms_private.erased_texts e where e.erased_at < clock_timestamp() - interval '30 days';
    delete from sms_private.idempotency_keys k where (k.user_id, k.key) in (
      select old.user_id, old.key from sms_private.idempotency_keys old
      where old.created_at <= clock_timestamp() - interval '24 hours'
      order by old.created_at limit batch_size for update skip locked);
    get diagnostics old_keys = row_count;
  exception when lock_not_available then
    return null;
  end;
  more := greatest(ownerless, emptied, old_keys) >= batch_size;
  insert into sms_private.purges as p (next_at)
  values (clock_timestamp() + case when more then interval '0' else interval '1 hour' end)
  on conflict on constraint purges_pkey do update set next_at = excluded.next_at;
  return jsonb_build_object('ownerless', ownerless, 'emptied', emptied, 'more', more);
end
$$;

-- A little at each claim, oldest first: no job of its own.
create or replace function sms_private.purge_events()
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.events old where (old.endpoint_id, old.event_id) in (
    select e.endpoint_id, e.event_id from sms_private.events e
    where e.occurred_at < now() - make_interval(days => (sms_private.setting('event_days_kept') #>> '{}')::int)
    order by e.occurred_at limit 200 for update skip locked);
  delete from sms_private.event_attempts old where old.id in (
    select a.id from sms_private.event_attempts a
    where a.at < now() - make_interval(days => (sms_private.setting('event_days_kept') #>> '{}')::int)
    order by a.at limit 400 for update skip locked)
$$;

create or replace function sms_private.purge_ownerless(older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp() - older_than;
  purged int;
  in_archive int;
  refused int;
begin
  delete from public.sms_messages m where m.id in (
    select old.id from public.sms_messages old
    where old.user_id is null and old.conversation_id is null and old.created_at < moment
    limit batch_size for update skip locked);
  get diagnostics purged = row_count;
  delete from sms_private.archived_messages a where a.id in (
    select old.id from sms_private.archived_messages old where old.user_id is null and old.created_at < moment limit batch_size);
  get diagnostics in_archive = row_count;
  -- Also what could not be stored, where nobody has the number.
  delete from sms_private.texts_set_aside t where t.set_aside_at < moment and not exists (
    select from public.sms_numbers n
    where n.account_sid = t.account_sid and n.number = sms_private.telephone_of(t.to_number));
  get diagnostics refused = row_count;
  return greatest(purged, in_archive, refused);
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

-- A key that cannot be read must not lose a text. Whoever it may be, they are not texted from numbers with suppressions until
-- the key is back: the block is marked by infinity (restore_suppression_key()).
create or replace function sms_private.recall_opt_outs(contact public.sms_contacts, only_number uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    with recalled as (
      insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
      select n.id, contact.id, max(s.opted_out_at)
      from sms_private.suppressions_of(contact.canonical_number) s
      join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
      where n.id = coalesce(only_number, n.id)
      group by 1 order by 1
      on conflict do nothing
      returning phone_number_id
    )
    insert into public.sms_consent_events (user_id, contact_id, change, source)
    select contact.user_id, contact.id, 'sender_blocked',
      (select s.source from sms_private.suppressions_of(contact.canonical_number) s order by s.opted_out_at desc limit 1)
    from recalled limit 1;
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    raise warning 'Suppressions could not be read: %', sqlerrm;
    insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
    select n.id, contact.id, 'infinity' from public.sms_numbers n
    where n.user_id = contact.user_id and n.id = coalesce(only_number, n.id)
      and exists (select from sms_private.suppressions s where s.sending_number = n.number)
    order by n.id
    on conflict do nothing;
  end;
end
$$;

create or replace function sms_private.recall_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from public.sms_numbers n join sms_private.suppressions s on s.sending_number = n.number
    where n.user_id = new.user_id) then
    perform sms_private.recall_opt_outs(new, null);
  end if;
  return null;
end
$$;

create or replace function sms_private.recall_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from sms_private.suppressions s where s.sending_number = new.number) then
    perform sms_private.recall_opt_outs(c, new.id) from public.sms_contacts c
    where c.user_id = new.user_id and c.canonical_number is not null;
  end if;
  return null;
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

-- The address first, then the event. A claim locks events alone, and skips those that are locked.
create or replace function sms_private.record_event(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints;
  event sms_private.events;
  status int := (result ->> 'status')::int;
  gaps jsonb := sms_private.setting('event_gaps_seconds');
  gap float8;
begin
  select * into endpoint from sms_private.event_endpoints e where e.id = (result ->> 'endpoint_id')::uuid
  for no key update;
  select * into event from sms_private.events leased
  where leased.endpoint_id = endpoint.id and leased.event_id = (result ->> 'event_id')::uuid
    and leased.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  insert into sms_private.event_attempts (endpoint_id, event_id, type, status, error, duration_ms)
  values (endpoint.id, event.event_id, event.type, status, left(result ->> 'error', 40),
    (result ->> 'duration_ms')::int);
  if status between 200 and 299 then
    update sms_private.events e set ended_at = clock_timestamp(), delivered = true, lease_token = null
    where e.endpoint_id = endpoint.id and e.event_id = event.event_id;
    update sms_private.event_endpoints e
    set failures = 0, failing_since = null, paused_until = null, last_success_at = clock_timestamp()
    where e.id = endpoint.id;
    return 'delivered';
  end if;
  gap := greatest((gaps ->> event.tries)::float8 * (0.9 + 0.2 * random()),
    (result ->> 'retry_after_ms')::float8 / 1000);
  update sms_private.events e
  set tries = e.tries + 1, lease_token = null,
    ended_at = case when gaps -> event.tries is null then clock_timestamp() end,
    due_at = clock_timestamp() + make_interval(secs => coalesce(gap, 0))
  where e.endpoint_id = endpoint.id and e.event_id = event.event_id;
  perform sms_private.count_event_failure(endpoint, status);
  return case when gaps -> event.tries is null then 'given_up' else 'postponed' end;
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

create or replace function sms_private.record_proof(
  message public.sms_messages, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  age interval := clock_timestamp() - message.created_at;
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  sent_at timestamptz := (result ->> 'sent_at')::timestamptz;
  conversation public.sms_conversations;
  number public.sms_numbers;
  contact public.sms_contacts;
begin
  if result ->> 'outcome' = 'found' and sms_private.is_proved(message, result) then
    delete from sms_private.questions asked where asked.id = question.id;
    select * into number from public.sms_numbers n where n.id = message.phone_number_id;
    if number.id is null or number.user_id <> message.user_id then
      return 'left';
    end if;
    -- A SID of long ago says when the contact wrote START, and a STOP that came since is the later word.
    if sent_at < message.date_created - interval '1 minute' then
      update public.sms_messages m set date_created = sent_at where m.id = message.id returning * into message;
    end if;
    contact := sms_private.contact_of(message.user_id, message.from_number);
    select * into conversation from public.sms_conversations c where c.id = message.conversation_id;
    perform sms_private.opt_in(conversation, number, contact.id, message,
      case when sms_private.keyword_of(message.body, null, true) is distinct from 'in' then 'START' end);
    return 'recovered';
  elsif result ->> 'outcome' in ('failed', 'unrecordable') and age < interval '5 days' then
    -- Nobody could be asked. The contact may well have sent it.
    perform sms_private.ask_again(question, question.tries + 1,
      least(interval '5 seconds' * 3 ^ least(question.tries, 6), interval '15 minutes'), why);
    return 'postponed';
  elsif age < interval '1 hour' then
    perform sms_private.ask_again(question, question.tries + 1,
      least(interval '5 seconds' * 3 ^ least(question.tries, 6), interval '15 minutes'));
    return 'not_found_yet';
  end if;
  delete from sms_private.questions asked where asked.id = question.id;
  return 'left';
end
$$;

-- Message, job, question: the order of locks. A listing is about no message.
create or replace function sms_private.record_question(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
  job sms_private.jobs;
  question sms_private.questions;
begin
  if result ->> 'kind' = 'proof' then
    perform sms_private.lock_for_proof((result ->> 'message_id')::uuid);
  end if;
  if result ->> 'message_id' is not null then
    select * into message from public.sms_messages stored
    where stored.id = (result ->> 'message_id')::uuid and stored.account_sid = result ->> 'account_sid'
    for no key update;
    if not found then
      return 'not_found';
    end if;
    select * into job from sms_private.jobs delivery where delivery.message_id = message.id for update;
  end if;
  -- Gone when a callback or a late worker was quicker; another's when this question outlived its lease.
  select * into question from sms_private.questions asked
  where asked.lease_token = (result ->> 'lease_token')::uuid and asked.account_sid = result ->> 'account_sid'
    and asked.message_id is not distinct from message.id
  for update;
  if not found then
    return 'stale';
  end if;
  return case question.kind
    when 'lookup' then sms_private.record_lookup(message, job, question, result)
    when 'listing' then sms_private.record_listing(question, result)
    when 'settlement' then sms_private.record_settlement(message, question, result)
    when 'proof' then sms_private.record_proof(message, question, result) end;
end
$$;

-- Twilio has the message, so its delivery is over.
-- A second SID means that the message was sent twice. It is kept as evidence and counted, never hidden.
create or replace function sms_private.record_twilio_sid(
  message public.sms_messages, sid text, new_status text, new_error_code text, new_error_message text, source text,
  segments int)
returns text
language plpgsql volatile set search_path = ''
as $$
begin
  if message.message_sid <> sid then
    insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (message.user_id, message.id, left(new_status, 64), left(new_error_code, 64), left(sid, 64), record_twilio_sid.source, '{doubled}');
    return 'doubled';
  end if;
  if message.message_sid is null then
    delete from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
    -- A look-up of it is answered with that. Its settlement takes its place.
    insert into sms_private.questions (kind, account_sid, message_id, due_at)
    values ('settlement', message.account_sid, message.id, clock_timestamp() + sms_private.settle_gap(0))
    on conflict (message_id) do update
    set kind = excluded.kind, due_at = excluded.due_at, tries = 0, lease_token = null, last_error = null;
  end if;
  perform sms_private.report_status(message, new_status, new_error_code, new_error_message, sid,
    record_twilio_sid.source, '{}', sid, segments);
  return 'recorded';
end
$$;

create or replace function sms_private.refuse_segments(number public.sms_numbers, segments bigint)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if sms_private.segments_left(number) < segments then
    return jsonb_build_object('outcome', 'SEGMENTS_USED_UP',
      'retry_after_ms', sms_private.milliseconds_until(sms_private.next_day_at()));
  end if;
  return null;
end
$$;

-- How many texts may come in. A form is signed with a token that the tenant may have too (docs/decisions/0043).

-- Counted for one text in twenty, so that a text costs one step into an index. When the limit is used up, the tenant's row of
-- turns says until when, and every text reads that.
create or replace function sms_private.refuse_texts(tenant uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  again_at timestamptz;
  allowed int;
begin
  select t.next_at into again_at from sms_private.turns t
  where t.user_id = tenant and t.action = 'texts' and t.next_at > moment;
  if again_at is null and random() < 0.05 then
    allowed := (sms_private.limits_of(tenant)).texts_per_minute;
    if allowed is not null and (
      select count(*) from (
        select from public.sms_messages m
        where m.user_id = tenant and m.direction = 'inbound' and m.created_at > moment - interval '1 minute'
        order by m.created_at desc limit allowed) newest) >= allowed
    then
      again_at := moment + interval '1 minute';
      insert into sms_private.turns as t (user_id, action, next_at) values (tenant, 'texts', again_at)
      on conflict on constraint turns_pkey do update set next_at = excluded.next_at;
    end if;
  end if;
  if again_at is null then
    return null;
  end if;
  return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
end
$$;

create or replace function sms_private.replay_events(owner uuid, endpoint_id uuid, event_id uuid, since timestamptz)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
  replayed int;
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  elsif (replay_events.event_id is null) = (since is null) then
    return jsonb_build_object('outcome', 'EVENT_OR_SINCE');
  elsif not endpoint.active then
    return jsonb_build_object('outcome', 'ENDPOINT_OFF');
  end if;
  -- What is being posted at this moment is not waited for, and will have been posted.
  update sms_private.events again
  set ended_at = null, delivered = false, tries = 0, due_at = clock_timestamp()
  where again.endpoint_id = endpoint.id and again.event_id in (
    select v.event_id from sms_private.events v
    where v.endpoint_id = endpoint.id and v.lease_token is null
      and (v.event_id = replay_events.event_id or v.occurred_at >= since)
    order by v.occurred_at limit 10000 for update skip locked);
  get diagnostics replayed = row_count;
  if replayed = 0 and replay_events.event_id is not null then
    return jsonb_build_object('outcome', 'EVENT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'replayed', 'events', replayed);
end
$$;

create or replace function sms_private.replay_my_events(endpoint_id uuid, event_id uuid, since timestamptz)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.replay_events(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, event_id, since)
$$;

-- What the model needs to know to answer one conversation. Of long messages the beginning, and no more than 20,000 characters
-- in all, the newest first: what a stranger writes is paid by the operator.
create or replace function sms_private.reply_context(job sms_private.jobs)
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
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation')
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

-- The caller needs no lock: the update compares the ranks itself. One update for status and SID, because each update of a
-- message writes it anew.
create or replace function sms_private.report_status(
  message public.sms_messages, new_status text, new_error_code text, new_error_message text,
  reported_sid text, source text, flags text[] default '{}', sid text default null, segments int default null)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  -- What arrived has no error, whatever a carrier sends along. The event keeps it.
  code text := case when not sms_private.has_arrived(new_status) then new_error_code end;
  -- A status that says that the message left.
  is_sent boolean := sms_private.status_rank(new_status, null) >= sms_private.status_rank('sent', null)
    and new_status not in ('canceled', 'failed');
  holds text;
begin
  insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
  values (message.user_id, message.id, left(new_status, 64), left(new_error_code, 64), left(reported_sid, 64),
    report_status.source, report_status.flags);
  if new_status = 'canceled' and message.sender = 'assistant' and message.kind not in ('greeting', 'error') then
    -- The model was asked for it.
    perform sms_private.note_unsent_calls(message.user_id, message.conversation_id, 1);
  end if;
  update public.sms_messages m
  set message_sid = coalesce(m.message_sid, sid),
    num_segments = coalesce(nullif(segments, 0), m.num_segments),
    (status, error_code, error_message, date_sent, date_updated) = (
      select case when news then new_status else m.status end,
        case when news then left(code, 64) else m.error_code end,
        case when news then case when code is not null then left(new_error_message, 1000) end else m.error_message end,
        case when news and is_sent then coalesce(m.date_sent, clock_timestamp()) else m.date_sent end,
        case when news then clock_timestamp() else m.date_updated end
      from (select sms_private.says_more(m, new_status, code) as news) compared)
  where m.id = message.id and m.direction = 'outbound'
    and (sms_private.says_more(m, new_status, code)
      or (sid is not null and m.message_sid is null) or segments > 0)
  returning m.status into holds;
  return coalesce(holds, message.status);
end
$$;

create or replace function sms_private.restore_suppression_key(key_id int, secret text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if secret !~ '^[0-9a-f]{64}$' then
    raise exception 'A key is 64 hexadecimal digits.' using errcode = 'invalid_parameter_value';
  elsif to_regnamespace('vault') is not null then
    perform sms_private.keep_secret('supabase_sms_suppression_key_' || restore_suppression_key.key_id,
      restore_suppression_key.secret);
  end if;
  insert into sms_private.suppression_keys as k (id, secret)
  values (restore_suppression_key.key_id,
    case when to_regnamespace('vault') is null then decode(restore_suppression_key.secret, 'hex') end)
  on conflict on constraint suppression_keys_pkey do update set secret = excluded.secret;
  -- Contacts that came while it was missing: blocked until now, whoever they are.
  with unknown as (
    delete from sms_private.sender_blocks b where b.at = 'infinity' returning b.*
  )
  insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
  select u.phone_number_id, u.contact_id, max(s.opted_out_at) from unknown u
  join public.sms_numbers n on n.id = u.phone_number_id
  join public.sms_contacts c on c.id = u.contact_id
  cross join lateral sms_private.suppressions_of(c.canonical_number) s
  where s.sending_number = n.number
  group by 1, 2;
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

create or replace function sms_private.rotate_my_secret(endpoint_id uuid, overlap_hours int)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.rotate_secret(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, overlap_hours)
$$;

create or replace function sms_private.rotate_secret(owner uuid, endpoint_id uuid, overlap_hours int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  elsif coalesce(overlap_hours not between 0 and 168, true) then
    return jsonb_build_object('outcome', 'INVALID_OVERLAP');
  end if;
  update sms_private.event_endpoints e
  set secret = sms_private.new_event_secret(), previous_secret = e.secret,
    previous_until = clock_timestamp() + make_interval(hours => overlap_hours)
  where e.id = endpoint.id returning * into endpoint;
  return jsonb_build_object('outcome', 'rotated', 'secret', endpoint.secret,
    'previous_until', endpoint.previous_until);
end
$$;

create or replace function sms_private.rotate_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  new_id int;
  old_id int;
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
  -- Nothing is hashed with these any more. The newest keeps its id from being used again.
  for old_id in
    delete from sms_private.suppression_keys k
    where not exists (select from sms_private.suppressions s where s.key_id = k.id)
      and k.id < (select max(newest.id) from sms_private.suppression_keys newest)
    returning k.id
  loop
    if to_regnamespace('vault') is not null then
      delete from vault.secrets v where v.name = 'supabase_sms_suppression_key_' || old_id;
    end if;
  end loop;
  new_id := coalesce((select max(k.id) from sms_private.suppression_keys k), 0) + 1;
  -- Three random numbers of 122 bits are more than the 256 that a key has.
  perform sms_private.restore_suppression_key(new_id, encode(sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'));
  return new_id;
end
$$;

create or replace function sms_private.save_endpoint(owner uuid, endpoint_id uuid, url text, types text[], active boolean)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
declare
  endpoint sms_private.event_endpoints;
begin
  if not sms_private.event_url_is_whole(url) and (url is not null or endpoint_id is null) then
    return jsonb_build_object('outcome', 'INVALID_EVENT_URL');
  elsif not coalesce(types <@ sms_private.event_types(), true) then
    return jsonb_build_object('outcome', 'UNKNOWN_EVENT_TYPE');
  end if;
  if endpoint_id is null then
    if owner is not null and not exists (select from auth.users u where u.id = owner) then
      return jsonb_build_object('outcome', 'USER_NOT_FOUND');
    end if;
    -- One at a time, so that two requests do not make a fourth.
    perform pg_advisory_xact_lock(hashtextextended('sms_event_endpoints ' || coalesce(owner::text, ''), 0));
    if (select count(*) from sms_private.event_endpoints e where e.user_id is not distinct from owner) >= 3 then
      return jsonb_build_object('outcome', 'TOO_MANY_ENDPOINTS');
    end if;
    insert into sms_private.event_endpoints as e (user_id, url, types, active, secret)
    values (owner, save_endpoint.url, nullif(save_endpoint.types, '{}'), coalesce(save_endpoint.active, true),
      sms_private.new_event_secret())
    returning * into endpoint;
    return jsonb_build_object('outcome', 'saved', 'endpoint', sms_private.endpoint_view(endpoint),
      'secret', endpoint.secret);
  end if;
  endpoint := sms_private.endpoint_of(owner, endpoint_id);
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  end if;
  -- A new address, and one that is switched on again, begin without the failures of before.
  update sms_private.event_endpoints e
  set url = coalesce(save_endpoint.url, e.url), active = coalesce(save_endpoint.active, e.active),
    types = case when save_endpoint.types is null then e.types else nullif(save_endpoint.types, '{}') end,
    failures = case when fresh then 0 else e.failures end,
    failing_since = case when not fresh then e.failing_since end,
    paused_until = case when not fresh then e.paused_until end,
    disabled_reason = case when save_endpoint.active is null then e.disabled_reason end,
    disabled_at = case when save_endpoint.active is null then e.disabled_at end
  from (select coalesce(save_endpoint.url <> endpoint.url, false)
      or (coalesce(save_endpoint.active, false) and not endpoint.active) as fresh) begun
  where e.id = endpoint.id returning e.* into endpoint;
  return jsonb_build_object('outcome', 'saved', 'endpoint', sms_private.endpoint_view(endpoint));
end
$$;

create or replace function sms_private.save_my_endpoint(endpoint_id uuid, url text, types text[], active boolean)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.save_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, url, types, active)
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

-- For health, which must answer whatever pg_cron and Vault do: a restored Vault, for instance, may not open.
create or replace function sms_private.schedule_state()
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  missing text[] := sms_private.missing_for_schedule();
  job jsonb;
  run jsonb;
  url text;
  has_key boolean;
begin
  if missing <> '{}' then
    return jsonb_build_object('state', 'unavailable', 'missing', to_jsonb(missing));
  end if;
  -- As JSON, because versions of pg_cron differ in their columns.
  select to_jsonb(j) into job from cron.job j where j.jobname = 'supabase-sms-wake';
  if job is null then
    return jsonb_build_object('state', 'missing');
  end if;
  select to_jsonb(d) into run from cron.job_run_details d where d.jobid = (job ->> 'jobid')::bigint
  order by d.runid desc limit 1;
  select max(s.decrypted_secret) filter (where s.name = 'supabase_sms_worker_url'),
    coalesce(bool_or(s.name = 'supabase_sms_worker_key' and s.decrypted_secret is not null), false) into url, has_key
  from vault.decrypted_secrets s where s.name in ('supabase_sms_worker_url', 'supabase_sms_worker_key');
  return jsonb_build_object('state', case
      when not coalesce((job ->> 'active')::boolean, true) then 'paused'
      when url is null or not has_key then 'no_address'
      when run ->> 'status' = 'failed' then 'failing'
      when (run ->> 'start_time')::timestamptz < clock_timestamp() - interval '5 minutes' then 'stalled'
      else 'running' end,
    'every', job ->> 'schedule', 'url', url, 'last_run_at', run -> 'start_time',
    'last_error', case when run ->> 'status' = 'failed' then left(run ->> 'return_message', 200) end);
exception when others then
  return jsonb_build_object('state', 'unknown', 'last_error', left(sqlerrm, 200));
end
$$;

-- The count stands where a claim writes anyway, in the paces of the tenant's numbers.
create or replace function sms_private.segments_left(number public.sms_numbers)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  allowed int;
begin
  if not exists (select from public.sms_accounts a where a.account_sid = number.account_sid and a.shared) then
    return null;
  end if;
  allowed := (sms_private.limits_of(number.user_id)).shared_segments_per_day;
  if allowed is null then
    return null;
  end if;
  return allowed - (
    select coalesce(sum(pace.segments), 0) from public.sms_numbers n
    join public.sms_accounts a on a.account_sid = n.account_sid and a.shared
    join sms_private.sender_pace pace on pace.phone_number_id = n.id
    where n.user_id = number.user_id and pace.segments_day = sms_private.utc_day());
end
$$;

create or replace function sms_private.sender_of(pauses_assistant boolean)
returns text
language sql immutable parallel safe set search_path = ''
as $$ select case when pauses_assistant then 'person' else 'system' end $$;

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

create or replace function sms_private.signers_of(account_id uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'previous_until', (select t.previous_until from sms_private.twilio_credentials t
      where t.account_id = signers_of.account_id and sms_private.valid_previous(t) is not null),
    'api_key_sid', (select t.api_key_sid from sms_private.twilio_credentials t
                    where t.account_id = signers_of.account_id),
    'shared_keys', (select coalesce(jsonb_agg(jsonb_build_object('key_id', key.key_id, 'created_at', key.created_at)
        order by key.created_at, key.key_id), '[]')
      from sms_private.shared_keys key where key.account_id = signers_of.account_id),
    'webhooks_refused', sms_private.refused_of(signers_of.account_id),
    'credentials_unreadable', sms_private.is_unreadable(signers_of.account_id, sms_private.known_keys()))
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

create or replace function sms_private.store_broadcast(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  not_after timestamptz := (request ->> 'not_after')::timestamp at time zone 'utc';
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  recipients text[];
  refused jsonb;
  refused_now jsonb;
  refused_contacts uuid[];
  there int;
  again_at timestamptz;
  broadcast public.sms_broadcasts;
begin
  select * into wanted from jsonb_to_record(request) fields (to_numbers text[], body text, from_number text,
    media_urls text[], template_id uuid, name text);
  code := case
    when coalesce(cardinality(wanted.to_numbers), 0) = 0 then 'NO_RECIPIENTS'
    when cardinality(wanted.to_numbers) > 1000 then 'TOO_MANY_RECIPIENTS'
    when char_length(wanted.name) > 200 then 'INVALID_NAME'
  end;
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at, not_after);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, null);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, wanted.from_number));
  end if;
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;
  select coalesce(array_agg(r.recipient order by r.place) filter (where r.code is null), '{}'),
    -- A recipient that is not a number may be any text, also a very long one.
    coalesce(jsonb_agg(jsonb_build_object('to', left(r.recipient, 64), 'code', r.code) order by r.place)
      filter (where r.code is not null), '[]'),
    -- Who was erased is no contact any more, and could not be erased from here.
    coalesce(jsonb_agg(jsonb_build_object('to', case when r.is_erased then 'erased' else left(r.recipient, 64) end,
      'code', r.code) order by r.place) filter (where r.code is not null), '[]'),
    array_agg(distinct r.contact_id) filter (where r.code is not null and r.contact_id is not null)
  into recipients, refused_now, refused, refused_contacts
  from sms_private.check_recipients(tenant, number, wanted.to_numbers) r;
  refusal := sms_private.refuse_segments(number, cardinality(recipients) * sms_private.count_segments(composed ->> 'body')::bigint);
  if refusal is not null then
    return refusal;
  end if;
  again_at := sms_private.next_broadcast_at(tenant, cardinality(recipients));
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  insert into public.sms_broadcasts (user_id, name, phone_number_id, from_number, body, media, template_id, send_at,
    accepted, rejected, not_after)
  values (tenant, wanted.name, number.id, number.number, composed ->> 'body', sms_private.media_of(wanted.media_urls),
    wanted.template_id, send_at, cardinality(recipients), refused, not_after)
  returning * into broadcast;
  perform sms_private.store_broadcast_messages(broadcast, number, sender, recipients);
  -- An erasure waits for this, and finds their numbers; or it was first.
  perform from public.sms_contacts k where k.id = any (refused_contacts) order by k.id for key share;
  get diagnostics there = row_count;
  if there < cardinality(refused_contacts) then
    raise exception 'Contacts of these recipients were erased meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  return sms_private.broadcast_answer('created', broadcast) || jsonb_build_object('rejected', refused_now);
end
$$;

-- As store_outbound(), but for many in few statements: a thousand calls take too long on a small server.
-- A broadcast is not an answer to the contact: no assistant is paused.
create or replace function sms_private.store_broadcast_messages(
  broadcast public.sms_broadcasts, number public.sms_numbers, sender text, recipients text[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  telephones text[] := array(
    select sms_private.canonical_number(r.number) from unnest(recipients) with ordinality r (number, place)
    order by r.place);
  contacts uuid[];
  stored int;
begin
  -- By telephone, so that two broadcasts add the same contacts in the same order.
  insert into public.sms_contacts (user_id, number)
  select broadcast.user_id, r.number from unnest(recipients, telephones) r (number, telephone) order by r.telephone
  on conflict do nothing;
  contacts := array(
    select sms_private.contact_named(broadcast.user_id, r.number) from unnest(recipients) with ordinality r (number, place)
    order by r.place);
  if cardinality(array(select distinct c from unnest(contacts) c where c is not null)) < cardinality(recipients) then
    raise exception 'Contacts of these recipients are being merged. Try again.' using errcode = 'serialization_failure';
  end if;
  perform sms_private.conversations_for_broadcast(number, contacts);
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender, to_number,
    from_number, body, media, status, num_segments, send_at, template_id, broadcast_id, created_at, not_after)
  select number.account_sid, c.id, broadcast.user_id, sms_private.next_seq(c.id, broadcast.body, broadcast.media, store_broadcast_messages.sender),
    'outbound', 'text', store_broadcast_messages.sender, r.number, number.number, broadcast.body, broadcast.media,
    case when broadcast.send_at > clock_timestamp() then 'scheduled' else 'pending' end, counted.segments, broadcast.send_at,
    broadcast.template_id, broadcast.id, clock_timestamp(), broadcast.not_after
  from unnest(recipients, contacts) with ordinality r (number, contact, place)
  join public.sms_conversations c on c.phone_number_id = number.id and c.contact_id = r.contact and c.status = 'active'
  cross join (select sms_private.count_segments(broadcast.body) as segments) counted
  order by r.place;
  get diagnostics stored = row_count;
  if stored < cardinality(recipients) then
    raise exception 'Contacts of these recipients were merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  select 'deliver', m.user_id, m.id, c.phone_number_id, c.contact_id, 3, coalesce(m.send_at, clock_timestamp())
  from public.sms_messages m
  join public.sms_conversations c on c.id = m.conversation_id
  join unnest(recipients) with ordinality r (number, place) on r.number = m.to_number
  where m.broadcast_id = broadcast.id
  order by r.place;
end
$$;

create or replace function sms_private.store_message(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  recipient text;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  not_after timestamptz := (request ->> 'not_after')::timestamp at time zone 'utc';
  later boolean := coalesce(send_at > clock_timestamp(), false);
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
begin
  select * into wanted from jsonb_to_record(request) fields (to_number text, body text, from_number text,
    media_urls text[], conversation_id uuid, template_id uuid);
  recipient := wanted.to_number;
  if wanted.conversation_id is not null then
    select * into conversation from public.sms_conversations v where v.id = wanted.conversation_id and v.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
    end if;
    recipient := coalesce(recipient, (select s.number from public.sms_contacts s where s.id = conversation.contact_id));
  end if;
  if recipient is null or recipient !~ '^\+[1-9][0-9]{6,14}$' then
    return jsonb_build_object('outcome', 'INVALID_RECIPIENT');
  end if;
  if conversation.id is not null and not exists (
    select from public.sms_contacts s
    where s.id = conversation.contact_id and sms_private.is_same_telephone(s.number, recipient)) then
    return jsonb_build_object('outcome', 'RECIPIENT_MISMATCH');
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at, not_after);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, wanted.conversation_id);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, coalesce(wanted.from_number,
      (select p.number from public.sms_numbers p where p.id = conversation.phone_number_id))));
  end if;
  if not sms_private.may_text(tenant, number.number, recipient) then
    return jsonb_build_object('outcome', 'COUNTRY_NOT_ALLOWED');
  end if;
  refusal := coalesce(sms_private.refuse_pace_of_sending(tenant),
    sms_private.refuse_segments(number, sms_private.count_segments(composed ->> 'body')));
  if refusal is not null then
    return refusal;
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  -- Somebody who was erased does not become a contact again by a text that is refused.
  if sms_private.contact_named(tenant, recipient) is null
    and sms_private.is_suppressed(number.number, sms_private.canonical_number(recipient)) then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
  end if;
  contact := sms_private.contact_of(tenant, recipient);
  if sms_private.opt_out_reason(number.id, contact) is not null then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
  end if;
  conversation := sms_private.conversation_for_outbound(number, contact.id);
  if contact.number <> recipient then
    perform sms_private.use_spelling(contact, recipient, false);
  end if;
  message := sms_private.store_outbound(conversation.id, sender, 'text', composed ->> 'body',
    sms_private.media_of(wanted.media_urls), case when later then 2 else 1 end, send_at, template => wanted.template_id,
    not_after => not_after, to_number => recipient);
  if sender = 'person' and not later then
    perform sms_private.pause_assistant(conversation.id,
      clock_timestamp() + make_interval(mins => (sms_private.setting('person_pause_minutes'))::int), 'person');
  end if;
  return jsonb_build_object('outcome', 'created', 'message', to_jsonb(message));
end
$$;

-- A message and its delivery: both stored before anything talks to Twilio, and both canceled together.

-- The caller holds the conversation's row lock.
create or replace function sms_private.store_outbound(
  conversation_id uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null, not_after timestamptz default null,
  asked_at timestamptz default null, to_number text default null)
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
    phone_number_id, assistant_id, not_after, via)
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
      else sms_private.answer_via(conversation, store_outbound.sender) end)
  returning * into stored;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at,
    first_unanswered_at)
  values ('deliver', conversation.user_id, stored.id, conversation.phone_number_id, conversation.contact_id,
    store_outbound.priority, coalesce(store_outbound.send_at, clock_timestamp()), store_outbound.asked_at);
  return stored;
end
$$;

create or replace function sms_private.suppression_secret(key_id int)
returns bytea
language plpgsql stable set search_path = ''
as $$
declare
  secret bytea := (select k.secret from sms_private.suppression_keys k where k.id = suppression_secret.key_id);
begin
  if secret is null and to_regclass('vault.decrypted_secrets') is not null then
    select decode(v.decrypted_secret, 'hex') into secret from vault.decrypted_secrets v
    where v.name = 'supabase_sms_suppression_key_' || suppression_secret.key_id;
  end if;
  if secret is null or octet_length(secret) <> 32 then
    raise exception 'Key % of the suppressions cannot be read. Give it back: sms_private.restore_suppression_key() (docs/privacy.md).', key_id
      using errcode = 'no_data_found';
  end if;
  return secret;
end
$$;

create or replace function sms_private.suppressions_of(canonical text)
returns setof sms_private.suppressions
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  -- Of each spelling: a country may have renumbered since the opt-out was kept, and a hash cannot follow.
  return query
    select s.* from (
      select k.id from sms_private.suppression_keys k
      where exists (select from sms_private.suppressions any_of where any_of.key_id = k.id) offset 0) k
    cross join lateral (select sms_private.suppression_secret(k.id) as secret offset 0) opened
    cross join unnest(sms_private.spellings_of(canonical)) spelling
    cross join lateral (
      select sms_private.hmac_sha256(opened.secret, convert_to(spelling, 'UTF8')) as hash offset 0) hashed
    join sms_private.suppressions s on s.key_id = k.id and s.contact_hash = hashed.hash;
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

-- Opt-outs that an earlier installation left behind when it was removed (supabase/remove.sql).

create or replace function sms_private.take_in_kept_opt_outs()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  taken int;
begin
  if to_regclass('sms_kept.opt_outs') is null then
    return 0;
  end if;
  insert into sms_private.suppression_keys (id, secret) select k.id, k.secret from sms_kept.suppression_keys k
  on conflict do nothing;
  insert into sms_private.suppressions (key_id, contact_hash, sending_number, reason, source, opted_out_at)
  select o.key_id, o.contact_hash, o.sending_number, o.reason, o.source, o.opted_out_at from sms_kept.opt_outs o
  where o.contact_hash is not null
  on conflict do nothing;
  perform sms_private.keep_suppression(sms_private.canonical_number(o.contact_number), o.sending_number, o.reason,
    o.source, o.opted_out_at)
  from sms_kept.opt_outs o where o.contact_number is not null;
  select count(*) into taken from sms_kept.opt_outs;
  drop table sms_kept.opt_outs, sms_kept.suppression_keys;
  begin
    drop schema sms_kept;
  exception when dependent_objects_still_exist then
    raise notice 'The schema sms_kept has something of yours and stays. Its opt-outs are taken in.';
  end;
  return taken;
end
$$;

create or replace function sms_private.take_project_turn(setting_name text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  allowed int := (sms_private.setting(setting_name) #>> '{}')::int;
  cost interval := interval '1 day' / greatest(allowed, 1);
  next_at timestamptz;
begin
  if allowed is null then
    return jsonb_build_object('outcome', 'taken');
  end if;
  if allowed > 0 then
    insert into sms_private.project_turns as t (action, next_at) values (setting_name, clock_timestamp() + cost)
    on conflict on constraint project_turns_pkey do update
    set next_at = greatest(t.next_at, clock_timestamp()) + cost
    where t.next_at <= clock_timestamp() + interval '1 day' - cost;
    if found then
      return jsonb_build_object('outcome', 'taken');
    end if;
  end if;
  select t.next_at into next_at from sms_private.project_turns t where t.action = setting_name;
  return jsonb_build_object('outcome', 'PROJECT_LIMIT', 'retry_after_ms', sms_private.milliseconds_until(
    coalesce(next_at - interval '1 day' + cost, clock_timestamp() + interval '1 day')));
end
$$;

create or replace function sms_private.take_room()
returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  room bigint := current_setting('sms.room')::bigint - 1;
begin
  if room < 0 then
    raise exception 'You have as many % as you may have (limit: %). Delete some that you do not need, or ask the operator of this service to raise the limit.',
      tg_argv[0], tg_argv[0] using errcode = 'check_violation', constraint = tg_argv[0] || '_limit',
      schema = tg_table_schema, table = tg_table_name;
  end if;
  perform set_config('sms.room', room::text, true);
  return new;
end
$$;

create or replace function sms_private.test_endpoint(owner uuid, endpoint_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
  event sms_private.events;
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  elsif not endpoint.active then
    return jsonb_build_object('outcome', 'ENDPOINT_OFF');
  end if;
  -- Somebody waits for the result, so a pause is over. A button that is pressed often makes one call, not many.
  update sms_private.event_endpoints e set paused_until = null where e.id = endpoint.id;
  select * into event from sms_private.events v
  where v.endpoint_id = endpoint.id and v.ended_at is null and v.type = 'endpoint.test' limit 1;
  if found then
    update sms_private.events v set due_at = least(v.due_at, clock_timestamp())
    where v.endpoint_id = event.endpoint_id and v.event_id = event.event_id and v.lease_token is null;
  else
    insert into sms_private.events (endpoint_id, event_id, user_id, type, subject_id)
    values (endpoint.id, sms_private.new_id(), owner, 'endpoint.test', endpoint.id) returning * into event;
  end if;
  return jsonb_build_object('outcome', 'queued', 'event_id', event.event_id);
end
$$;

create or replace function sms_private.test_my_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.test_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id)
$$;

-- An answer that cannot be used costs as much as one that can. What costs nothing may be tried longer.
create or replace function sms_private.tries_of(code text, max_attempts int)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return least(max_attempts, case when code in (
    'MODEL_EMPTY', 'MODEL_GARBAGE', 'MODEL_NO_ANSWER', 'NOT_STORABLE') then 3 end);
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

create or replace function sms_private.unanswered_since(start public.sms_messages)
returns public.sms_messages
language plpgsql stable set search_path = ''
as $$
declare
  unanswered public.sms_messages;
begin
  select * into unanswered from public.sms_messages s
  where s.conversation_id = start.conversation_id and s.direction = 'inbound' and s.kind = 'text'
    -- Far enough for the messages that come while one webhook, or the proof of a START, is late.
    and s.seq between start.seq - 200 and start.seq + 200
    and s.date_created >= start.date_created
    and not exists (
      select from public.sms_messages o
      where o.conversation_id = s.conversation_id and o.direction = 'outbound' and o.seq > s.seq
        and o.status <> 'canceled')
  order by s.seq desc limit 1;
  return unanswered;
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

create or replace function sms_private.unreadable_accounts()
returns table (account_id uuid, account_sid text)
language sql stable set search_path = ''
as $$
  select account.id, account.account_sid
  from (select sms_private.known_keys() as keys offset 0) known, public.sms_accounts account
  where account.disconnected_at is null and sms_private.is_unreadable(account.id, known.keys)
$$;

-- What the operator pays for texts: segments from numbers of the default account, which tenants share.

create or replace function sms_private.utc_day()
returns date
language plpgsql volatile set search_path = ''
as $$
begin
  return (clock_timestamp() at time zone 'utc')::date;
end
$$;

-- Runs every few seconds. Nobody reads the answer: a wake that is lost is replaced by the next one.
create or replace function sms_private.wake_worker()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  url text := (select s.decrypted_secret from vault.decrypted_secrets s where s.name = 'supabase_sms_worker_url');
  key text := (select s.decrypted_secret from vault.decrypted_secrets s where s.name = 'supabase_sms_worker_key');
begin
  if url is null or key is null then
    raise exception 'the worker has no address or key in Vault: call sms_schedule_worker() again' using errcode = 'no_data_found';
  end if;
  perform net.http_post(url := url, body := '{}'::jsonb, params := '{}'::jsonb,
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', key, 'x-sms-woken-by', 'schedule'),
    timeout_milliseconds := 5000);
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
      -- Of several texts that are recovered, the next ones follow at once, however old they are.
      least(case when asked_at > moment - interval '15 seconds' then interval '15 seconds' +
          case when j.set_aside_at is null then j.first_unanswered_at else asked_at end end,
        moment + make_interval(secs => reply_delay_ms / 1000.0)),
      -- The model asked for a pause after a failed try. A new message does not shorten it.
      case when j.set_aside_at is null and j.attempts > 0 and j.lease_token is null then j.due_at end),
    set_aside_at = null
  returning j.due_at into due;
  return greatest(0, ceil(extract(epoch from due - moment) * 1000))::int;
end
$$;

alter table public.sms_limits
  add constraint sms_limits_assistants_check check ((assistants >= 0));

alter table public.sms_limits
  add constraint sms_limits_contacts_check check ((contacts >= 0));

alter table public.sms_limits
  add constraint sms_limits_conversation_unsent_calls_per_hour_check
    check ((conversation_unsent_calls_per_hour > 0));

alter table public.sms_limits
  add constraint sms_limits_default_numbers_check check ((default_numbers >= 0));

alter table public.sms_limits
  add constraint sms_limits_shared_segments_per_day_check check ((shared_segments_per_day >= 0));

alter table public.sms_limits
  add constraint sms_limits_templates_check check ((templates >= 0));

alter table public.sms_limits
  add constraint sms_limits_tenant_unsent_calls_per_day_check check ((tenant_unsent_calls_per_day > 0));

alter table public.sms_limits
  add constraint sms_limits_texts_per_minute_check check ((texts_per_minute >= 0));

alter table public.sms_message_events
  add constraint sms_message_events_error_code_check check ((char_length(error_code) <= 64));

alter table public.sms_message_events
  add constraint sms_message_events_message_sid_check check ((char_length(message_sid) <= 64));

alter table sms_private.emptied_until
  add constraint emptied_until_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.erased_consents
  add constraint erased_consents_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.erasures
  add constraint erasures_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

alter table sms_private.event_attempts
  add constraint event_attempts_endpoint_id_fkey foreign key (endpoint_id)
    references sms_private.event_endpoints(id) on delete cascade;

alter table sms_private.event_endpoints
  add constraint event_endpoints_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.questions
  add constraint questions_kind_check
    check ((kind = ANY (ARRAY['lookup'::text, 'listing'::text, 'settlement'::text, 'proof'::text])));

alter table sms_private.suppressions
  add constraint suppressions_key_id_fkey foreign key (key_id) references sms_private.suppression_keys(id)
    on delete restrict;

alter table sms_private.unsent_calls
  add constraint unsent_calls_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

create index sms_messages_ownerless_idx on public.sms_messages using btree (account_sid, created_at)
  where (user_id is null);

create index archived_messages_user_idx on sms_private.archived_messages using btree (user_id, created_at);

create index erased_consents_change_idx on sms_private.erased_consents using btree (user_id, change, at);

create index erased_texts_age_idx on sms_private.erased_texts using btree (erased_at);

create index erasures_user_idx on sms_private.erasures using btree (user_id);

create index event_attempts_age_idx on sms_private.event_attempts using btree (at);

create index event_attempts_endpoint_idx on sms_private.event_attempts using btree (endpoint_id, at desc);

create index event_endpoints_active_idx on sms_private.event_endpoints using btree (user_id)
  where active;

create index event_endpoints_user_idx on sms_private.event_endpoints using btree (user_id);

create index events_age_idx on sms_private.events using btree (occurred_at);

create index events_due_idx on sms_private.events using btree (endpoint_id, due_at)
  where (ended_at is null);

create index events_given_up_idx on sms_private.events using btree (endpoint_id)
  where ((ended_at is not null) AND (not delivered));

create index events_leased_idx on sms_private.events using btree (endpoint_id)
  where (lease_token is not null);

create unique index stops_one_idx on sms_private.stops using btree (what)
  where (started_at is null);

create index suppressions_number_idx on sms_private.suppressions using btree (sending_number);

create index unsent_calls_user_idx on sms_private.unsent_calls using btree (user_id, at);

create trigger forget_account
  after delete on public.sms_accounts
  for each row
  execute function sms_private.forget_account();

create trigger count_room
  before insert on public.sms_assistants
  for each STATEMENT
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.count_room('assistants');

create trigger take_room
  before insert on public.sms_assistants
  for each row
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.take_room('assistants');

create trigger count_room
  before insert on public.sms_contacts
  for each STATEMENT
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.count_room('contacts');

create trigger keep_opt_outs
  before delete on public.sms_contacts
  for each row
  when ((old.canonical_number IS NOT NULL))
  execute function sms_private.keep_opt_outs_of_contact();

create trigger note_consent
  after update of opted_out_at on public.sms_contacts
  for each row
  execute function sms_private.note_consent();

create trigger recall_opt_outs
  after insert on public.sms_contacts
  for each row
  execute function sms_private.recall_opt_outs_of_contact();

create trigger take_room
  before insert on public.sms_contacts
  for each row
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.take_room('contacts');

create trigger note_handover
  after update of ai_paused_until, waiting_for_person on public.sms_conversations
  for each row
  execute function sms_private.note_handover();

create trigger note_message
  after insert or update of status, error_code on public.sms_messages
  for each row
  execute function sms_private.note_message();

create trigger keep_opt_outs
  before delete on public.sms_numbers
  for each row
  execute function sms_private.keep_opt_outs_of_number();

create trigger recall_opt_outs
  after insert on public.sms_numbers
  for each row
  execute function sms_private.recall_opt_outs_of_number();

create trigger count_room
  before insert on public.sms_templates
  for each STATEMENT
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.count_room('templates');

create trigger take_room
  before insert on public.sms_templates
  for each row
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.take_room('templates');

create trigger forget_events
  after delete on sms_private.event_endpoints
  for each row
  execute function sms_private.forget_events();

comment on column public.sms_conversations.read_seq is 'Up to where the tenant has read. A text of the system moves it on where nothing before was unread.';

comment on column public.sms_limits.assistants is 'Assistants that the tenant may make.';

comment on column public.sms_limits.contacts is 'Contacts up to which the tenant may add some by itself. Who texts it, or is texted by it, becomes a contact all the same.';

comment on column public.sms_limits.conversation_unsent_calls_per_hour is 'Calls of the model an hour in one conversation whose answer was not sent: empty, refused, failed, dropped, taken back.';

comment on column public.sms_limits.default_numbers is 'Numbers of the default account that the tenant may take by itself, where users may. Those that the operator gave count.';

comment on column public.sms_limits.shared_segments_per_day is 'Segments a day (UTC) that the tenant may send from numbers of the default account, which the operator pays.';

comment on column public.sms_limits.templates is 'Templates that the tenant may keep.';

comment on column public.sms_limits.tenant_unsent_calls_per_day is 'The same a day in all conversations.';

comment on column public.sms_limits.texts_per_minute is 'Texts a minute that webhooks may bring. What is beyond comes by Twilio''s list, minutes later.';

comment on column public.sms_message_events.flags is 'What was odd: doubled (a second SID), late, lease_expired, shortened, resent (sent once more: not found at the carrier), ambiguous (several messages may be it), given_up, restored (a backup was restored), settled (a person looked).';

comment on column public.sms_messages.sender is 'Who wrote it: contact, assistant, person (a person''s answer), or system (an app, a broadcast).';

comment on column sms_private.emptied_until.created_at is 'Older texts are emptied.';

comment on column sms_private.emptied_until.later is 'Older messages and broadcasts that are not: they had not left yet, or were locked.';

comment on column sms_private.emptied_until.user_id is 'The tenant.';

comment on column sms_private.erased_consents.assistant_id is 'Of the message that said it; null for none.';

comment on column sms_private.erased_consents.at is 'Start of the quarter of an hour.';

comment on column sms_private.erased_consents.change is 'opt_out or opt_in.';

comment on column sms_private.erased_consents.id is 'Its id.';

comment on column sms_private.erased_consents.phone_number_id is 'Of the message that said it; null for none.';

comment on column sms_private.erased_consents.user_id is 'The tenant.';

comment on column sms_private.erased_texts.account_sid is 'The account.';

comment on column sms_private.erased_texts.erased_at is 'When.';

comment on column sms_private.erased_texts.message_sid is 'Twilio''s SID. It says nothing of who wrote or what.';

comment on column sms_private.erasures.conversations is 'How many conversations went.';

comment on column sms_private.erasures.erased_at is 'When.';

comment on column sms_private.erasures.erased_by is 'Who asked: the tenant, or the operator.';

comment on column sms_private.erasures.id is 'What sms_erase_contact() answered as erasure_id.';

comment on column sms_private.erasures.messages is 'How many messages went.';

comment on column sms_private.erasures.user_id is 'The tenant.';

comment on column sms_private.erasures.was_opted_out is 'Whether an opt-out stays behind.';

comment on column sms_private.event_attempts.at is 'When its result was stored.';

comment on column sms_private.event_attempts.duration_ms is 'How long the call took, in milliseconds.';

comment on column sms_private.event_attempts.endpoint_id is 'The address.';

comment on column sms_private.event_attempts.error is 'Why there was none: UNREACHABLE, TIMEOUT, NOT_HTTP, ADDRESS_NOT_ALLOWED.';

comment on column sms_private.event_attempts.event_id is 'The webhook-id.';

comment on column sms_private.event_attempts.id is 'Time-ordered id.';

comment on column sms_private.event_attempts.status is 'The HTTP status; null when there was none.';

comment on column sms_private.event_attempts.type is 'What happened.';

comment on column sms_private.event_endpoints.active is 'Off: nothing is noted for it and nothing is posted.';

comment on column sms_private.event_endpoints.created_at is 'When it was made.';

comment on column sms_private.event_endpoints.disabled_at is 'When we switched it off.';

comment on column sms_private.event_endpoints.disabled_reason is 'Why we switched it off: gone (it said 410) or failing (for days); null when a person did.';

comment on column sms_private.event_endpoints.failing_since is 'The first failed call since the last success; null after a success.';

comment on column sms_private.event_endpoints.failures is 'Failed calls since the last success.';

comment on column sms_private.event_endpoints.id is 'Time-ordered id.';

comment on column sms_private.event_endpoints.last_success_at is 'Its last answer with 2xx.';

comment on column sms_private.event_endpoints.paused_until is 'No call before this, whatever waits: it failed several times in a row.';

comment on column sms_private.event_endpoints.previous_secret is 'The secret before, which signs as well until previous_until.';

comment on column sms_private.event_endpoints.previous_until is 'When the overlap ends.';

comment on column sms_private.event_endpoints.secret is 'Signs, as whsec_ and base64. Told once, when it is made.';

comment on column sms_private.event_endpoints.types is 'The types it wants; null for all.';

comment on column sms_private.event_endpoints.url is 'Where events are posted. Where it leads is checked at each call, not here.';

comment on column sms_private.event_endpoints.user_id is 'The tenant; null for the operator''s.';

comment on column sms_private.events.delivered is 'Whether the address took it.';

comment on column sms_private.events.detail is 'What the subject will not say later: the status then, its error code, the source.';

comment on column sms_private.events.due_at is 'When to post it. During a call: when its lease ends.';

comment on column sms_private.events.ended_at is 'When it was delivered or given up; null while it waits.';

comment on column sms_private.events.endpoint_id is 'The address. Its events go with it, by a trigger.';

comment on column sms_private.events.event_id is 'The webhook-id: the same for all addresses and at every try. Time-ordered.';

comment on column sms_private.events.lease_token is 'Fencing token of the worker that posts it.';

comment on column sms_private.events.occurred_at is 'When it happened.';

comment on column sms_private.events.subject_id is 'The message, contact, conversation or (for a test) address.';

comment on column sms_private.events.tries is 'Calls that failed since it was noted or replayed.';

comment on column sms_private.events.type is 'What happened, for example message.received.';

comment on column sms_private.events.user_id is 'Whose event it is; null for a test of the operator''s address.';

comment on column sms_private.project_turns.action is 'What is limited, for example trial_previews_per_day.';

comment on column sms_private.project_turns.next_at is 'When all turns are back.';

comment on column sms_private.purges.next_at is 'Not before this.';

comment on column sms_private.purges.only_row is 'There is one row at most.';

comment on column sms_private.questions.kind is 'lookup: did Twilio take this message? listing: which inbound messages did we miss? settlement: what is the last status of this message, and what did it cost? proof: did the contact send this START?';

comment on column sms_private.questions.message_id is 'The message, for a look-up, a settlement or a proof.';

comment on column sms_private.restores.backup_at is 'When the backup was made, where the operator knew it.';

comment on column sms_private.restores.restored_at is 'When we were told. What is older may have gone on without this database.';

comment on column sms_private.sender_pace.segments is 'Segments that were claimed on that day, where the number is one of the default account.';

comment on column sms_private.sender_pace.segments_day is 'The day (UTC) of segments.';

comment on column sms_private.stops.reason is 'What the operator said why.';

comment on column sms_private.stops.started_at is 'Until when; null while it is off.';

comment on column sms_private.stops.stopped_at is 'Since when.';

comment on column sms_private.stops.what is 'sending: no text leaves. answering: the model is not asked, and the assistant''s texts wait.';

comment on column sms_private.suppression_keys.created_at is 'When it was made.';

comment on column sms_private.suppression_keys.id is 'Which key; the newest has the highest.';

comment on column sms_private.suppression_keys.secret is 'The key; null: it is in Vault, as supabase_sms_suppression_key_<id>.';

comment on column sms_private.suppressions.contact_hash is 'HMAC-SHA256 of the contact''s canonical number (UTF-8).';

comment on column sms_private.suppressions.key_id is 'The key of the hash.';

comment on column sms_private.suppressions.opted_out_at is 'Since when.';

comment on column sms_private.suppressions.reason is 'As opt_out_reason() says it: opted_out of all numbers of the tenant of then, or sender_blocked, of this number.';

comment on column sms_private.suppressions.sending_number is 'The number that must not text them; E.164.';

comment on column sms_private.suppressions.source is 'How it was known, as in sms_consent_events.';

comment on column sms_private.unsent_calls.at is 'When it was known that nothing is sent.';

comment on column sms_private.unsent_calls.calls is 'How many.';

comment on column sms_private.unsent_calls.conversation_id is 'The conversation. Not a reference: an erased contact''s calls were made all the same.';

comment on column sms_private.unsent_calls.user_id is 'The tenant.';

comment on column sms_private.worker_wakes.key_ids is 'The keys of SMS_CREDENTIALS_KEY that the worker had, by the first 8 bytes of their hashes.';

comment on column sms_private.worker_wakes.started_at is 'When that worker''s isolate started: a newer one knows the newer keys.';

comment on column sms_private.worker_wakes.woken_at is 'When, to the minute.';

comment on column sms_private.worker_wakes.woken_by is 'schedule: pg_cron or another scheduler. request: a webhook, a send, another worker.';

comment on function public.sms_after_restore(timestamp with time zone) is 'Call it once a backup is restored, before anything else. All is switched off; what was to be sent is looked for at Twilio first, and what Twilio has and this database has not, in and out, is stored. backup_at: when the backup was made, where that is longer ago than what it last knew of Twilio''s lists. Then sms_switch_on(). Outcome: restored (with stopped, replies, deliveries, accounts).';

comment on function public.sms_assign_number(uuid, text, text, text, uuid) is 'A tenant lets an assistant answer on a number of an account that is open to it. Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND (also another tenant''s), NUMBER_TAKEN, NUMBERS_USED_UP (it has as many of the default account as it may take), USER_NOT_FOUND.';

comment on function public.sms_call_for(uuid, text, jsonb) is 'Calls a verb for signed-in users as the named tenant, whose view and rights count. Returns what the verb returns; or USER_NOT_FOUND, UNKNOWN_VERB (no verb that signed-in users may call), UNKNOWN_ARGUMENT (details.argument).';

comment on function public.sms_claim_events(integer, integer) is 'Leases due events, addresses in turn. Returns { jobs, next_due_in_ms, listening: whether any address is on }. An event whose message, contact or conversation is gone is dropped.';

comment on function public.sms_claim_questions(text, integer, integer, integer, boolean) is
  'Leases due questions to Twilio of one kind (lookup, listing, settlement, proof), accounts in turn, at most per_account of an account at once. hurry, after an outage: every account is listed at once. Returns { jobs, next_due_in_ms }.';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean) is 'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. Outcomes of sms_create_message.';

comment on function public.sms_delete_event_endpoint(uuid) is 'Deletes an address, its log, and what waits for it. Outcomes: deleted, ENDPOINT_NOT_FOUND.';

comment on function public.sms_erase_contact(uuid) is 'Deletes a contact with everything that was said, for good. Texts that have not left are canceled. Figures stay, and so does an opt-out: it binds the number from which they were texted. Outcomes: erased (erasure_id, messages, conversations, canceled), CONTACT_NOT_FOUND.';

comment on function public.sms_erase_contact_for(uuid, uuid) is 'The operator erases a tenant''s contact: sms_erase_contact for a named tenant. Texts from that contact to numbers that nobody owns go too. Outcomes of sms_erase_contact.';

comment on function public.sms_export_contact(uuid) is 'All that is stored about a contact, as one JSON object: contact, conversations, messages and archived_messages with their events, consent, blocked_numbers. Attachments are named by their URL at Twilio. Outcomes: exported, CONTACT_NOT_FOUND.';

comment on function public.sms_export_contact_for(uuid, uuid) is 'The operator exports a tenant''s contact: sms_export_contact for a named tenant. Outcomes of sms_export_contact.';

comment on function public.sms_export_tenant(text, integer) is 'All that is stored of the caller, page by page: { part, rows, next }. Call again with after => next until next is null. Parts: accounts (without secrets), assistants, numbers, templates, limits, contacts, conversations, broadcasts, messages and archived_messages with their events, consent_events, stats. Outcomes: exported, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR, USER_NOT_FOUND.';

comment on function public.sms_export_tenant_for(uuid, text, integer) is 'The operator exports a tenant: sms_export_tenant for a named tenant. Outcomes of sms_export_tenant.';

comment on function public.sms_find_number_accounts(uuid, text) is 'The accounts in which a tenant may look for a number, or (without one) for any. Outcomes: found, USER_NOT_FOUND.';

comment on function public.sms_find_unknown_messages(text, jsonb) is 'Of inbound messages [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of those that are not stored and came to a number we had by then, in the order given. Texts with the direction outbound-api left our from_number. Stored opt-outs among them get Twilio''s date.';

comment on function public.sms_fold_stats(integer) is 'Folds the oldest changes into sms_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';

comment on function public.sms_get_limits(uuid) is 'The limits of a tenant (null: none), and what of them is used: of the last day, of today (segments, UTC), or in all (rows, numbers). Outcomes: found, USER_NOT_FOUND.';

comment on function public.sms_inspect() is 'For the operator: 100 connected accounts and 100 numbers at most, those with a problem first, without any secret; whether live updates are set up; where the extensions are. Outcome: inspected.';

comment on function public.sms_list_event_endpoints() is 'The caller''s addresses for events, each with what waits and its last 20 attempts, without secrets; and all types. Outcome: listed.';

comment on function public.sms_list_webhooks(uuid) is 'A tenant''s numbers, each with the trunk that it should be on, to be compared with Twilio. Outcomes: listed, USER_NOT_FOUND.';

comment on function public.sms_manage_events_for(uuid, text, jsonb) is 'The verbs above for a tenant, or for the operator (owner_id null), whose addresses get the events of all tenants: action is list, save, delete, rotate, test or replay, arguments are that verb''s. Outcomes: theirs, UNKNOWN_ACTION.';

comment on function
  public.sms_receive_message(text, text, text, text, text, jsonb, integer, text, timestamp
  with time zone) is 'Stores an inbound message that was signed for an account, once. A START that the account''s tenant can sign counts when Twilio''s list has it. Outcomes: stored, duplicate, unowned (a number that nobody has in this account; message_id null: the account has many of those, and it is not kept), RATE_LIMITED (retry_after_ms: the tenant''s texts_per_minute; nothing is stored, and Twilio''s list brings it).';

comment on function public.sms_record_events(jsonb) is 'Records what addresses answered. Outcomes: delivered, postponed (tried again later), given_up (tried often enough; a replay tries again), stale.';

comment on function public.sms_record_questions(jsonb) is 'Records what Twilio answered, and what follows. Outcomes of look-ups: adopted, ambiguous (set aside), not_found_yet, resent, given_up; of listings: listed (the watermark moves), unfinished (it goes on at once), failed (tried again soon); of settlements: settled, not_yet (asked again later), left (asked often enough, or Twilio does not have it any more); of proofs: recovered (the START counts, and what the contact wrote since is answered), not_found_yet, left (not found for an hour: it never counts); of any: postponed (asking failed), set_aside (for a person), stale, not_found, error (not recordable, asked again).';

comment on function public.sms_record_status(text, text, text, text, text, text, text, uuid) is
  'Records a status callback that Twilio signed. Outcomes: recorded, doubled (a second SID for one message), mismatch (other numbers), not_found (also another account''s).';

comment on function public.sms_record_wake(text, text[], double precision) is 'Notes that the schedule or a request has woken the worker, and the ids of the keys that it has; once a minute each, or when a newer worker has other keys. Outcomes: recorded, known.';

comment on function public.sms_recover_sent_message(text, jsonb) is 'After a restore: a text that Twilio lists as sent by one of our numbers, and that this database does not know: { message_sid, from_number, to_number, body, num_segments, status, error_code, error_message, sent_at }. Outcomes: stored, adopted (it is a text that waited here), left (texts wait here of which it may be one: their look-up decides), duplicate, unowned.';

comment on function public.sms_replay_events(uuid, uuid, timestamp
  with time zone) is 'Posts one event again, or all since a time (of the days that are kept, 10,000 a call, oldest first), with the ids they had. Outcomes: replayed, EVENT_OR_SINCE, EVENT_NOT_FOUND, ENDPOINT_OFF, ENDPOINT_NOT_FOUND.';

comment on function public.sms_rotate_event_secret(uuid, integer) is 'Makes a new secret, which is in this answer and in no other. The one before signs as well for some hours (0 to 168; 0 where it leaked). Outcomes: rotated, INVALID_OVERLAP, ENDPOINT_NOT_FOUND.';

comment on function public.sms_save_account(text, uuid, text, text, text, text, text, jsonb, text) is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account. A new token keeps the old one as previous for a day; an API key and SharedKeys are added; forget takes the auth_token or the api_key away. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token or API key, here or stored), TOO_MANY_SHARED_KEYS (more than 50), USER_NOT_FOUND.';

comment on function public.sms_save_event_endpoint(uuid, text, text[], boolean) is
  'Makes an address for events (without endpoint_id; its secret is in this answer and in no other) or changes one. types: those it wants; an empty list for all. Outcomes: saved, INVALID_EVENT_URL, UNKNOWN_EVENT_TYPE, TOO_MANY_ENDPOINTS (three), ENDPOINT_NOT_FOUND, USER_NOT_FOUND.';

comment on function public.sms_set_limits(uuid, jsonb) is 'Changes those limits of a tenant that are named; null: no limit. What was paused for a limit is looked at again with the next text. Outcomes: saved (limits: all of them), UNKNOWN_LIMIT and INVALID_LIMIT (details.limit), USER_NOT_FOUND.';

comment on function public.sms_settle_any_message(uuid, boolean, text) is 'sms_settle_message for the operator: of any tenant. Outcomes of sms_settle_message.';

comment on function public.sms_settle_message(uuid, boolean, text) is 'Somebody looked into Twilio''s log for a message of unknown outcome that is set aside, or was given up on. Sent: it becomes sent, with its SID where one is given, and Twilio is asked how it ended. Not sent: it becomes canceled, NOT_SENT, and is never sent again by itself. A later report of Twilio still corrects it. Returns { outcome: settled, message }; refused: MESSAGE_NOT_FOUND, SENT_OR_NOT (was_sent is null), INVALID_MESSAGE_SID (no SID of Twilio''s, or one of a text that was not sent), MESSAGE_SID_TAKEN (another message has it), OUTCOME_KNOWN (with status), STILL_LOOKING (Twilio is still asked).';

comment on function public.sms_switch_off(text, text) is 'Switches sending, answering or all off, from the next claim on, in every isolate. What waits keeps waiting; texts of contacts are stored, and STOP counts. What a worker has claimed already may still leave, within a minute. Outcomes: switched_off (with stopped: what is off, since when and why), INVALID_SWITCH.';

comment on function public.sms_switch_on(text, boolean) is 'Switches sending, answering or all on again. After a restore it is refused until the lists of all accounts are read (some six minutes, while the worker is woken); anyway: for accounts that Twilio does not list any more. Outcomes: switched_on (with stopped: what is still off), INVALID_SWITCH, RESTORE_UNFINISHED (details.accounts).';

comment on function public.sms_take_preview_turn(uuid, boolean) is 'Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies; ten in all for a user without an account or number; none for an anonymous one. Outcomes: taken, RATE_LIMITED (retry_after_ms), PROJECT_LIMIT (retry_after_ms: all users together), TRIAL_USED_UP, CONFIRM_FIRST, USER_NOT_FOUND.';

comment on function public.sms_test_event_endpoint(uuid) is 'Posts an endpoint.test at the worker''s next look, within ten seconds; sms_list_event_endpoints tells how it went. Outcomes: queued, ENDPOINT_OFF, ENDPOINT_NOT_FOUND.';

comment on function public.sms_worker_health() is 'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; addresses for events that fail or were switched off, and events that wait; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID; accounts whose secrets cannot be opened any more (null: the worker was never woken); who woke the worker last and when, to the minute, and how the schedule is.';

comment on function sms_private.adopt_sent(uuid, uuid, jsonb) is 'Gives a text that Twilio lists to the oldest waiting text of the pair that says the same (adopted). left: others wait of which it may be one. Null: it is none of them. The caller holds the conversation.';

comment on function sms_private.ask_for_proof(public.sms_messages) is 'Has Twilio asked at once whether it has this message of a contact.';

comment on function sms_private.bounded_media(jsonb) is 'Attachments of an inbound text, ten at most, with an address and a type of bounded length.';

comment on function sms_private.call_as(uuid, regprocedure, jsonb) is 'Calls a verb with the rights of a signed-in user: role authenticated, and this tenant in the claims.';

comment on function sms_private.call_cap(uuid, uuid) is 'The limit of calls without a text that is used up in a conversation or tenant, and until when; reason null: what is out may use it up. No row when there is room.';

comment on function sms_private.check_recipients(uuid, public.sms_numbers, text[]) is
  'Each recipient of a broadcast, and why it is refused; code is null for a recipient who gets the message. is_erased: no contact, but an opt-out of theirs is kept.';

comment on function sms_private.count_event_failure(sms_private.event_endpoints, integer) is
  'Counts a failed call of an address: pauses it from the third in a row on, and switches it off for 410 and after days without a success.';

comment on function sms_private.count_room() is 'Trigger: how many rows a tenant may still add, for take_room(). Its argument is the column of sms_limits.';

comment on function sms_private.days_setting(text) is 'A setting in days, as an interval; null for a setting of null.';

comment on function sms_private.delete_endpoint(uuid, uuid) is 'sms_delete_event_endpoint for an owner. Its events are deleted by their age.';

comment on function sms_private.delete_my_endpoint(uuid) is 'sms_delete_event_endpoint, as definer, for sms_private.tenant_id().';

comment on function sms_private.do_not_ask(sms_private.jobs, text, timestamp
  with time zone) is 'Ends a claimed reply for which no model is asked, and says so on the conversation; without a reason it is due again soon.';

comment on function sms_private.doubt_restored() is 'After a restore: makes deliveries that are due and were stored before it unconfirmed, so that Twilio is asked before they are sent. One of a pair at a time, a hundred a call.';

comment on function sms_private.empty_texts(uuid, interval, integer) is 'Takes the words and attachments of a tenant''s texts that are older than that: the next batch_size, and what hangs on them. Rows, numbers and figures stay. Returns how many of one kind; batch_size means that there may be more.';

comment on function sms_private.end_deliveries(uuid[]) is 'Ends all deliveries of these messages. Returns how many were canceled before they left. The caller has locked the messages.';

comment on function sms_private.endpoint_of(uuid, uuid) is 'The owner''s address, locked; null when it is not theirs.';

comment on function sms_private.endpoint_view(sms_private.event_endpoints) is 'An address as its owner sees it, with its last 20 attempts and without its secrets.';

comment on function sms_private.erase_contact(uuid, uuid, text) is 'sms_erase_contact_for, as definer; erased_by: tenant or operator.';

comment on function sms_private.erase_my_contact(uuid) is 'sms_erase_contact, as definer, for sms_private.tenant_id().';

comment on function sms_private.erase_number(uuid, text[], boolean) is 'Erases what stands outside of conversations: refused recipients of broadcasts, texts that were set aside, the archive; for the operator also texts to numbers that nobody owns.';

comment on function sms_private.event_data(sms_private.events) is 'What an event says of its subject; null when that is gone.';

comment on function sms_private.event_payload(sms_private.events) is 'The body that is posted; null when its subject is gone. A field may be added in version 1; none goes or changes its meaning.';

comment on function sms_private.event_turns(integer) is 'Which addresses are called now, and how often at most. Who is called least comes first.';

comment on function sms_private.event_types() is 'The types an address may ask for. Besides, any address gets endpoint.test.';

comment on function sms_private.event_url_is_whole(text) is 'Whether a text is an https address without a name, a password or a fragment. Where it leads is looked at when it is called.';

comment on function sms_private.events_health() is 'The addresses that are told: how many, which fail, which were switched off and why; events that wait or were given up in the last days.';

comment on function sms_private.excused_by_stop(text[], timestamp
  with time zone, interval) is 'How much of a wait does not count because the operator had switched it off: as long as the kind may wait, at most.';

comment on function sms_private.expire_reply(sms_private.jobs, interval) is 'For a reply whose oldest message has waited longer than allowed: true where the newest has too. Then nobody is answered, a person is called to the conversation, and the job is set aside. False where a newer message can still be answered in time, or a stop excuses the wait.';

comment on function sms_private.export_contact(uuid, uuid) is 'sms_export_contact_for, as definer.';

comment on function sms_private.export_my_contact(uuid) is 'sms_export_contact, as definer, for sms_private.tenant_id().';

comment on function sms_private.export_my_tenant(text, integer) is 'sms_export_tenant, as definer, for sms_private.tenant_id().';

comment on function sms_private.export_part(uuid, text, timestamp
  with time zone, uuid, integer) is 'The next rows of one part of a tenant''s export.';

comment on function sms_private.export_tenant(uuid, text, integer) is 'sms_export_tenant_for, as definer.';

comment on function sms_private.first_id(timestamp with time zone) is 'new_id() gives no id before this one from a moment on, and no later one before the moment.';

comment on function sms_private.first_priority() is 'The priority from which on deliveries may be claimed: 0, but 1 while answering is switched off and 4, which no delivery has, while sending is.';

comment on function sms_private.fold_messages(uuid[]) is 'Folds what these messages count for now, so that they may be deleted.';

comment on function sms_private.forget_account() is 'Trigger: texts to numbers that nobody has go with the account that brought them.';

comment on function sms_private.forget_events() is 'Trigger: what an address was to be told goes with it, also when its tenant is deleted. No reference does it: see the table.';

comment on function sms_private.has_many_ownerless(text) is 'Whether an account had a thousand texts to numbers that nobody has within a day: more are not kept.';

comment on function sms_private.hmac_sha256(bytea, bytea) is 'HMAC-SHA256 (RFC 2104).';

comment on function sms_private.is_answered_already(public.sms_messages) is 'Whether a text that is recovered after a restore is older than something that was sent in its conversation. Long lists are read from their newest page.';

comment on function sms_private.is_confirmed(uuid) is 'Whether a user has an e-mail address or a telephone that is theirs, and did not sign in anonymously.';

comment on function sms_private.is_known_well(public.sms_messages, text, text, text) is
  'Whether a report says nothing new of a message of which forty events are kept: it is answered, and not stored.';

comment on function sms_private.is_number_unreadable(public.sms_numbers) is 'Whether the credentials of the tenant''s own account, whose number it is, cannot be opened any more.';

comment on function sms_private.is_proved(public.sms_messages, jsonb) is 'Whether what Twilio has under this SID is this text of the contact.';

comment on function sms_private.is_restored(public.sms_messages, sms_private.jobs) is
  'Whether a delivery is older than the last restore, and Twilio was not asked about it since.';

comment on function sms_private.is_signed_by_tenant(text) is 'Whether a tenant holds the token that signs for this account.';

comment on function sms_private.is_stopped(text) is 'Whether sending or answering is switched off now.';

comment on function sms_private.is_suppressed(text, text) is 'Whether a number must not text somebody who is no contact: opt_out_reason() for a recipient that has no row yet. True also when the key cannot be read.';

comment on function sms_private.is_too_late(public.sms_messages, sms_private.jobs) is
  'Whether a text must not be sent any more: its not_after is over, or it waited longer than its kind may. A wait for the pace, a pause of its broadcast, and a stop do not count for the latter.';

comment on function sms_private.is_unreadable(uuid, text[]) is 'Whether a token, API key or SharedKey of an account was sealed with a key that is none of these. False where the keys are not known.';

comment on function sms_private.is_user(uuid) is 'Whether there is such a user. As definer: the API''s roles do not read auth.users.';

comment on function sms_private.keep_opt_outs(public.sms_contacts, public.sms_numbers) is
  'Keeps the opt-out of a contact for one number, if there is one.';

comment on function sms_private.keep_opt_outs_of_contact() is 'Trigger: an opt-out outlives its contact.';

comment on function sms_private.keep_opt_outs_of_number() is 'Trigger: an opt-out outlives the number, and binds who has it next. Texts to it that were set aside go with a deleted tenant.';

comment on function sms_private.keep_suppression(text, text, text, text, timestamp
  with time zone) is 'Keeps that a number must not text a contact, by the newest key.';

comment on function sms_private.key_of(text) is 'The id of the key that a secret was sealed with, from its JWE header; null for what is no JWE.';

comment on function sms_private.known_keys() is 'The ids of the keys that the newest worker had; null before the first wake.';

comment on function sms_private.lift_suppressions(uuid, uuid, timestamp
  with time zone) is 'The contact opted in: deletes what is kept of their opt-out for this number, and for all numbers of the tenant where they had opted out of all. False when they opted out of this number later than that.';

comment on function sms_private.list_endpoints(uuid) is 'sms_list_event_endpoints for an owner.';

comment on function sms_private.list_my_endpoints() is 'sms_list_event_endpoints, as definer, for sms_private.tenant_id().';

comment on function sms_private.live_updates_state() is 'set_up, missing (sms_private.set_up_live_updates() mends it), or unavailable: the project has no Realtime.';

comment on function sms_private.lock_for_proof(uuid) is 'Locks what a START changes: its conversation, then its contact.';

comment on function sms_private.match_nearby(uuid, text, timestamp
  with time zone, uuid, integer, sms_private.search_patterns) is 'The next conversations of a tenant behind a place in the list, and whether a search matches each.';

comment on function sms_private.message_with_events(public.sms_messages) is 'A message as an export has it: its row, and all that happened to it.';

comment on function sms_private.minutes_east(text) is 'By how many minutes the clocks of this time zone are before UTC now; null where the zone does not exist.';

comment on function sms_private.new_event_secret() is 'A secret of 32 bytes, as Standard Webhooks writes one.';

comment on function sms_private.newest_suppression_key() is 'The key for new hashes; the first one is made when it is needed.';

comment on function sms_private.next_day_at() is 'When the next day begins, in UTC: then there is room for segments again.';

comment on function sms_private.next_delivery_due(integer) is 'When the next delivery of this priority or a later one can be claimed, or a lease runs out; null when there is none.';

comment on function sms_private.next_seq(uuid, text, jsonb, text) is 'The seq of a message about to be stored; also moves the conversation to the top of the list. A text of the system leaves a conversation read that was read.';

comment on function sms_private.nobody() is 'An id that owns nothing: the owner where a token names no user, because null would mean the operator.';

comment on function sms_private.note_calls(jsonb, jsonb) is 'Notes what a finished reply cost beyond the text that it became. Its contact may be erased by then, so the result names the tenant.';

comment on function sms_private.note_consent() is 'Trigger: notes that a contact opted out or in again. STOP from who is opted out changes nothing, and is no event.';

comment on function sms_private.note_event(uuid, text, uuid, jsonb) is 'Notes an event for each address that wants it, in the transaction in which it happens.';

comment on function sms_private.note_handover() is 'Trigger: notes that a person took a conversation over, handed it back (a pause ended by hand), or is called.';

comment on function sms_private.note_message() is 'Trigger: notes that a message was stored, or that its status or error code changed.';

comment on function sms_private.note_unsent_calls(uuid, uuid, integer) is 'Notes calls of the model that ended in no text.';

comment on function sms_private.number_view(public.sms_numbers) is 'A number as its tenant is shown it: the row, why webhooks for it are refused, and whether its account can still be used.';

comment on function sms_private.once_for_caller(text, jsonb, text, boolean) is 'once() for the signed-in user.';

comment on function
  sms_private.opt_in(public.sms_conversations, public.sms_numbers, uuid, public.sms_messages, text) is
  'Applies a START that counts. Returns milliseconds until the reply to what the contact wrote since is due, or null. The caller holds the conversation''s lock.';

comment on function sms_private.purge(integer) is 'Deletes what need not be kept, at most batch_size of each kind: ownerless texts (ownerless_texts_days), words of old texts (texts_days), SIDs of erased texts, used keys. Once an hour, sooner while there is more. Opt-outs and figures stay. Returns { ownerless, emptied, more }; null when it is not due, somebody else does it, or something it needs is locked.';

comment on function sms_private.purge_events() is 'Deletes events and attempts that are older than event_days_kept, a few hundred at a time.';

comment on function sms_private.purge_ownerless(interval, integer) is 'Deletes texts to numbers that nobody has and that are older than that. Returns how many; batch_size means that there may be more.';

comment on function sms_private.question_context(sms_private.questions) is 'One claimed question as the worker gets it. since: read Twilio''s list back to there, from page_token on. sent_too: a backup was restored, so what our numbers sent is compared too.';

comment on function sms_private.recall_opt_outs(public.sms_contacts, uuid) is 'Blocks the pairs of a contact that is new to these numbers (null: all of its tenant''s) and that opted out of them before it was erased, or under another tenant.';

comment on function sms_private.recall_opt_outs_of_contact() is 'Trigger: a contact that is new, or comes back, is still opted out.';

comment on function sms_private.recall_opt_outs_of_number() is 'Trigger: who has a number next is bound by the opt-outs of the one before.';

comment on function sms_private.record_event(jsonb) is 'sms_record_events for one result.';

comment on function sms_private.record_proof(public.sms_messages, sms_private.questions, jsonb) is
  'sms_record_questions for a proof. The caller holds conversation, contact, message and question.';

comment on function sms_private.refuse_segments(public.sms_numbers, bigint) is 'SEGMENTS_USED_UP with retry_after_ms where so many segments do not fit into the tenant''s day; else null.';

comment on function sms_private.refuse_texts(uuid) is 'RATE_LIMITED with retry_after_ms where webhooks bring a tenant more texts a minute than its limit; else null.';

comment on function sms_private.replay_events(uuid, uuid, uuid, timestamp
  with time zone) is 'sms_replay_events for an owner.';

comment on function sms_private.replay_my_events(uuid, uuid, timestamp
  with time zone) is 'sms_replay_events, as definer, for sms_private.tenant_id().';

comment on function sms_private.restore_suppression_key(integer, text) is 'Puts a key (hexadecimal) where it belongs: into Vault, or into suppression_keys where there is no Vault. Then it looks again at contacts that came while it could not be read.';

comment on function sms_private.restored_at() is 'When this database was restored the last time; null when it never was.';

comment on function sms_private.rotate_my_secret(uuid, integer) is 'sms_rotate_event_secret, as definer, for sms_private.tenant_id().';

comment on function sms_private.rotate_secret(uuid, uuid, integer) is 'sms_rotate_event_secret for an owner.';

comment on function sms_private.rotate_suppression_key() is 'Makes a new key for what is hashed from now on, and returns its id. Hashes of the old key are still found: nobody can hash them anew, because the numbers are gone.';

comment on function sms_private.save_endpoint(uuid, uuid, text, text[], boolean) is
  'sms_save_event_endpoint for an owner.';

comment on function sms_private.save_my_endpoint(uuid, text, text[], boolean) is 'sms_save_event_endpoint, as definer, for sms_private.tenant_id().';

comment on function sms_private.says_the_same(text, text) is 'Whether what Twilio lists is certainly our text: the same letters and digits. A text without words never is.';

comment on function sms_private.schedule_state() is 'How the schedule is, never its key: running, failing, stalled (no run for five minutes), paused, no_address (nothing in Vault), missing, unavailable (which extensions), unknown.';

comment on function sms_private.segments_left(public.sms_numbers) is 'Segments that the tenant of this number may still send today; null where the account is its own, or no limit is set.';

comment on function sms_private.sender_of(boolean) is 'Whose text it is: a person''s answer pauses the assistant, a text of an app does not.';

comment on function sms_private.settle_message(public.sms_messages, boolean, text) is
  'sms_settle_message for a message that the caller has locked.';

comment on function sms_private.settle_my_message(uuid, boolean, text) is 'sms_settle_message, as definer, for sms_private.tenant_id().';

comment on function sms_private.signers_of(uuid) is 'How Twilio is asked and who signs its webhooks, without any secret, what was refused, and whether it can still be opened.';

comment on function sms_private.silence_answered(uuid, timestamp
  with time zone, boolean) is 'Ends the reply of a conversation for which Twilio lists a text that was sent after the question. Where several questions wait, or the text said that there is no answer, a person is called. The caller holds the conversation.';

comment on function sms_private.stopped_for(text[], timestamp with time zone) is 'How long any of these switches has been off since a moment.';

comment on function sms_private.stops_now() is 'What is switched off now: [{ what, since, seconds, reason }].';

comment on function sms_private.suppression_secret(integer) is 'The key with which contacts are hashed, of 32 bytes; raises when it cannot be read. For the database''s owner.';

comment on function sms_private.suppressions_of(text) is 'All that is kept of the contact with this canonical number, also by a spelling that was canonical once. Raises when a key cannot be read.';

comment on function sms_private.switch_off(text[], text) is 'Switches off what is on. What is off already stays as it is.';

comment on function sms_private.switches(text) is 'Which switches a word means: sending, answering, or all; null for any other word.';

comment on function sms_private.take_in_kept_opt_outs() is 'Takes in the opt-outs in sms_kept, before there are numbers or contacts, and drops that schema. Returns how many. The installation calls it.';

comment on function sms_private.take_project_turn(text) is 'Takes a turn at what the whole project may do so often a day, by the setting of that name (null: no ceiling). Outcomes: taken, PROJECT_LIMIT (retry_after_ms).';

comment on function sms_private.take_room() is 'Trigger: refuses the row that is one more than a tenant may have.';

comment on function sms_private.test_endpoint(uuid, uuid) is 'sms_test_event_endpoint for an owner.';

comment on function sms_private.test_my_endpoint(uuid) is 'sms_test_event_endpoint, as definer, for sms_private.tenant_id().';

comment on function sms_private.tries_of(text, integer) is 'How often a reply is tried after this failure: three times after an answer that cannot be used, else max_attempts.';

comment on function sms_private.unanswered_since(public.sms_messages) is 'The newest message that the contact wrote after this START, whether it was stored before it or since, and that has no reply; null for none.';

comment on function sms_private.unlisted_accounts() is 'After a restore: the accounts whose list at Twilio was not read yet to the end, late enough that it shows what was sent before.';

comment on function sms_private.unreadable_accounts() is 'Connected accounts of which something cannot be opened any more.';

comment on function sms_private.utc_day() is 'Today, in UTC.';

comment on function sms_private.want_reply(public.sms_conversations, public.sms_messages, integer) is
  'Makes or renews the reply job of a conversation; due after the reply delay, at most 15 s from the first unanswered message. Returns milliseconds until then.';

comment on table sms_private.emptied_until is 'Up to where the texts of each tenant are emptied, so that nothing is looked at twice. Delete a row after an import of old texts.';

comment on table sms_private.erased_consents is 'Opt-outs and opt-ins of contacts that were erased, for the figures: when, and by which number and assistant. Not whose.';

comment on table sms_private.erased_texts is 'SIDs of texts that were erased and that Twilio may still list. A row goes after 30 days.';

comment on table sms_private.erasures is 'A line for each contact that was erased, without anything of them.';

comment on table sms_private.event_attempts is 'The log of calls. What an address answered is not kept: its words could be anybody''s.';

comment on table sms_private.event_endpoints is 'Addresses that are told what happens: a tenant''s own, or the operator''s, which get the events of all tenants.';

comment on table sms_private.events is 'What an address is to be told, or was told in the last days. One row an event and address.';

comment on table sms_private.project_turns is 'As sms_private.turns, for all tenants together.';

comment on table sms_private.purges is 'When sms_private.purge() has something to do again; empty before the first time.';

comment on table sms_private.restores is 'When this database was restored from a backup (sms_after_restore).';

comment on table sms_private.stops is 'When sending and answering were switched off and on again. What is off now has no started_at.';

comment on table sms_private.suppression_keys is 'Keys of the hashes in suppressions. The newest makes new hashes; an older one stays while a hash of it is there. Read by the database''s owner alone.';

comment on table sms_private.suppressions is 'Who must not be texted from a number although nothing else is known of them. Only their START deletes a row; no purge does.';

comment on table sms_private.unsent_calls is 'Calls of the model that ended in no text, of the last day. See sms_private.call_cap().';

comment on table sms_private.worker_wakes is 'The last wake by the schedule and the last one by a request of a function. Each row is written once a minute at most.';

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('ownerless_texts_days', '30'),
  ('texts_days', 'null'),
  ('previews_per_day', '5000'),
  ('trial_previews_per_day', '200'),
  ('event_gaps_seconds', '[5,300,1800,7200,18000,36000,50400,72000,86400]'),
  ('event_days_until_disabled', '5'),
  ('event_days_kept', '7')
on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_after_restore(timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_call_for(uuid,text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_claim_events(integer,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_delete_event_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_erase_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_erase_contact_for(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_contact_for(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_tenant(text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_tenant_for(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_fold_stats(integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_limits(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_inspect() from public, anon, authenticated, service_role;
revoke all on function public.sms_list_event_endpoints() from public, anon, authenticated, service_role;
revoke all on function public.sms_manage_events_for(uuid,text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_events(jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_wake(text,text[],double precision) from public, anon, authenticated, service_role;
revoke all on function public.sms_recover_sent_message(text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_replay_events(uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_rotate_event_secret(uuid,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_save_event_endpoint(uuid,text,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_set_limits(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_settle_any_message(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_settle_message(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_switch_off(text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_switch_on(text,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_take_preview_turn(uuid,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_test_event_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.adopt_sent(uuid,uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.ask_for_proof(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.bounded_media(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.call_as(uuid,regprocedure,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.call_cap(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_recipients(uuid,public.sms_numbers,text[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.count_event_failure(sms_private.event_endpoints,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.count_room() from public, anon, authenticated, service_role;
revoke all on function sms_private.days_setting(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.delete_endpoint(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.delete_my_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.do_not_ask(sms_private.jobs,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.doubt_restored() from public, anon, authenticated, service_role;
revoke all on function sms_private.empty_texts(uuid,interval,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.end_deliveries(uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.endpoint_of(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.endpoint_view(sms_private.event_endpoints) from public, anon, authenticated, service_role;
revoke all on function sms_private.erase_contact(uuid,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.erase_my_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.erase_number(uuid,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_data(sms_private.events) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_payload(sms_private.events) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_turns(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_types() from public, anon, authenticated, service_role;
revoke all on function sms_private.event_url_is_whole(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.events_health() from public, anon, authenticated, service_role;
revoke all on function sms_private.excused_by_stop(text[],timestamp with time zone,interval) from public, anon, authenticated, service_role;
revoke all on function sms_private.expire_reply(sms_private.jobs,interval) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_contact(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_my_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_my_tenant(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_part(uuid,text,timestamp with time zone,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_tenant(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.first_id(timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.first_priority() from public, anon, authenticated, service_role;
revoke all on function sms_private.fold_messages(uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.forget_account() from public, anon, authenticated, service_role;
revoke all on function sms_private.forget_events() from public, anon, authenticated, service_role;
revoke all on function sms_private.has_many_ownerless(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.hmac_sha256(bytea,bytea) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_answered_already(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_confirmed(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_known_well(public.sms_messages,text,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_number_unreadable(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_proved(public.sms_messages,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_restored(public.sms_messages,sms_private.jobs) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_signed_by_tenant(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_stopped(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_suppressed(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_unreadable(uuid,text[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_user(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_opt_outs(public.sms_contacts,public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_opt_outs_of_contact() from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_opt_outs_of_number() from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_suppression(text,text,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.key_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.known_keys() from public, anon, authenticated, service_role;
revoke all on function sms_private.lift_suppressions(uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.list_endpoints(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.list_my_endpoints() from public, anon, authenticated, service_role;
revoke all on function sms_private.live_updates_state() from public, anon, authenticated, service_role;
revoke all on function sms_private.lock_for_proof(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.match_nearby(uuid,text,timestamp with time zone,uuid,integer,sms_private.search_patterns) from public, anon, authenticated, service_role;
revoke all on function sms_private.message_with_events(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.minutes_east(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.new_event_secret() from public, anon, authenticated, service_role;
revoke all on function sms_private.newest_suppression_key() from public, anon, authenticated, service_role;
revoke all on function sms_private.next_day_at() from public, anon, authenticated, service_role;
revoke all on function sms_private.next_delivery_due(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_seq(uuid,text,jsonb,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.nobody() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_calls(jsonb,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.note_consent() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_event(uuid,text,uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.note_handover() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_message() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_unsent_calls(uuid,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.once_for_caller(text,jsonb,text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.opt_in(public.sms_conversations,public.sms_numbers,uuid,public.sms_messages,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.purge(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.purge_events() from public, anon, authenticated, service_role;
revoke all on function sms_private.purge_ownerless(interval,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.recall_opt_outs(public.sms_contacts,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.recall_opt_outs_of_contact() from public, anon, authenticated, service_role;
revoke all on function sms_private.recall_opt_outs_of_number() from public, anon, authenticated, service_role;
revoke all on function sms_private.record_event(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.record_proof(public.sms_messages,sms_private.questions,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_segments(public.sms_numbers,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_texts(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.replay_events(uuid,uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.replay_my_events(uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.restore_suppression_key(integer,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.restored_at() from public, anon, authenticated, service_role;
revoke all on function sms_private.rotate_my_secret(uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.rotate_secret(uuid,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.rotate_suppression_key() from public, anon, authenticated, service_role;
revoke all on function sms_private.save_endpoint(uuid,uuid,text,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_endpoint(uuid,text,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.says_the_same(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.schedule_state() from public, anon, authenticated, service_role;
revoke all on function sms_private.segments_left(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.sender_of(boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.settle_message(public.sms_messages,boolean,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.settle_my_message(uuid,boolean,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.silence_answered(uuid,timestamp with time zone,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.stopped_for(text[],timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.stops_now() from public, anon, authenticated, service_role;
revoke all on function sms_private.suppression_secret(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.suppressions_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.switch_off(text[],text) from public, anon, authenticated, service_role;
revoke all on function sms_private.switches(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_in_kept_opt_outs() from public, anon, authenticated, service_role;
revoke all on function sms_private.take_project_turn(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_room() from public, anon, authenticated, service_role;
revoke all on function sms_private.test_endpoint(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.test_my_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.tries_of(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.unlisted_accounts() from public, anon, authenticated, service_role;
revoke all on function sms_private.unreadable_accounts() from public, anon, authenticated, service_role;
revoke all on function sms_private.utc_day() from public, anon, authenticated, service_role;
revoke all on function sms_private.want_reply(public.sms_conversations,public.sms_messages,integer) from public, anon, authenticated, service_role;
revoke all on sequence sms_private.erased_consents_id_seq from public, anon, authenticated, service_role;
revoke all on table sms_private.emptied_until from public, anon, authenticated, service_role;
revoke all on table sms_private.erased_consents from public, anon, authenticated, service_role;
revoke all on table sms_private.erased_texts from public, anon, authenticated, service_role;
revoke all on table sms_private.erasures from public, anon, authenticated, service_role;
revoke all on table sms_private.event_attempts from public, anon, authenticated, service_role;
revoke all on table sms_private.event_endpoints from public, anon, authenticated, service_role;
revoke all on table sms_private.events from public, anon, authenticated, service_role;
revoke all on table sms_private.project_turns from public, anon, authenticated, service_role;
revoke all on table sms_private.purges from public, anon, authenticated, service_role;
revoke all on table sms_private.restores from public, anon, authenticated, service_role;
revoke all on table sms_private.stops from public, anon, authenticated, service_role;
revoke all on table sms_private.suppression_keys from public, anon, authenticated, service_role;
revoke all on table sms_private.suppressions from public, anon, authenticated, service_role;
revoke all on table sms_private.unsent_calls from public, anon, authenticated, service_role;
revoke all on table sms_private.worker_wakes from public, anon, authenticated, service_role;
grant execute on function public.sms_after_restore(timestamp with time zone) to service_role;
grant execute on function public.sms_call_for(uuid,text,jsonb) to service_role;
grant execute on function public.sms_claim_events(integer,integer) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) to service_role;
grant execute on function public.sms_delete_event_endpoint(uuid) to authenticated;
grant execute on function public.sms_erase_contact(uuid) to authenticated;
grant execute on function public.sms_erase_contact_for(uuid,uuid) to service_role;
grant execute on function public.sms_export_contact(uuid) to authenticated;
grant execute on function public.sms_export_contact_for(uuid,uuid) to service_role;
grant execute on function public.sms_export_tenant(text,integer) to authenticated;
grant execute on function public.sms_export_tenant_for(uuid,text,integer) to service_role;
grant execute on function public.sms_fold_stats(integer) to service_role;
grant execute on function public.sms_get_limits(uuid) to service_role;
grant execute on function public.sms_inspect() to service_role;
grant execute on function public.sms_list_event_endpoints() to authenticated;
grant execute on function public.sms_manage_events_for(uuid,text,jsonb) to service_role;
grant execute on function public.sms_record_events(jsonb) to service_role;
grant execute on function public.sms_record_wake(text,text[],double precision) to service_role;
grant execute on function public.sms_recover_sent_message(text,jsonb) to service_role;
grant execute on function public.sms_replay_events(uuid,uuid,timestamp with time zone) to authenticated;
grant execute on function public.sms_rotate_event_secret(uuid,integer) to authenticated;
grant execute on function public.sms_save_event_endpoint(uuid,text,text[],boolean) to authenticated;
grant execute on function public.sms_set_limits(uuid,jsonb) to service_role;
grant execute on function public.sms_settle_any_message(uuid,boolean,text) to service_role;
grant execute on function public.sms_settle_message(uuid,boolean,text) to authenticated;
grant execute on function public.sms_switch_off(text,text) to service_role;
grant execute on function public.sms_switch_on(text,boolean) to service_role;
grant execute on function public.sms_take_preview_turn(uuid,boolean) to service_role;
grant execute on function public.sms_test_event_endpoint(uuid) to authenticated;
grant execute on function sms_private.adopt_sent(uuid,uuid,jsonb) to service_role;
grant execute on function sms_private.ask_for_proof(public.sms_messages) to service_role;
grant execute on function sms_private.bounded_media(jsonb) to service_role;
grant execute on function sms_private.call_as(uuid,regprocedure,jsonb) to service_role;
grant execute on function sms_private.call_cap(uuid,uuid) to service_role;
grant execute on function sms_private.check_recipients(uuid,public.sms_numbers,text[]) to service_role;
grant execute on function sms_private.count_event_failure(sms_private.event_endpoints,integer) to service_role;
grant execute on function sms_private.days_setting(text) to service_role;
grant execute on function sms_private.delete_endpoint(uuid,uuid) to service_role;
grant execute on function sms_private.delete_my_endpoint(uuid) to authenticated;
grant execute on function sms_private.delete_my_endpoint(uuid) to service_role;
grant execute on function sms_private.do_not_ask(sms_private.jobs,text,timestamp with time zone) to service_role;
grant execute on function sms_private.doubt_restored() to service_role;
grant execute on function sms_private.endpoint_of(uuid,uuid) to service_role;
grant execute on function sms_private.endpoint_view(sms_private.event_endpoints) to service_role;
grant execute on function sms_private.erase_contact(uuid,uuid,text) to service_role;
grant execute on function sms_private.erase_my_contact(uuid) to authenticated;
grant execute on function sms_private.erase_my_contact(uuid) to service_role;
grant execute on function sms_private.event_data(sms_private.events) to service_role;
grant execute on function sms_private.event_payload(sms_private.events) to service_role;
grant execute on function sms_private.event_turns(integer) to service_role;
grant execute on function sms_private.event_types() to service_role;
grant execute on function sms_private.event_url_is_whole(text) to service_role;
grant execute on function sms_private.events_health() to service_role;
grant execute on function sms_private.excused_by_stop(text[],timestamp with time zone,interval) to service_role;
grant execute on function sms_private.expire_reply(sms_private.jobs,interval) to service_role;
grant execute on function sms_private.export_contact(uuid,uuid) to service_role;
grant execute on function sms_private.export_my_contact(uuid) to authenticated;
grant execute on function sms_private.export_my_contact(uuid) to service_role;
grant execute on function sms_private.export_my_tenant(text,integer) to authenticated;
grant execute on function sms_private.export_my_tenant(text,integer) to service_role;
grant execute on function sms_private.export_tenant(uuid,text,integer) to service_role;
grant execute on function sms_private.first_id(timestamp with time zone) to service_role;
grant execute on function sms_private.first_priority() to service_role;
grant execute on function sms_private.has_many_ownerless(text) to service_role;
grant execute on function sms_private.hmac_sha256(bytea,bytea) to service_role;
grant execute on function sms_private.is_answered_already(public.sms_messages) to service_role;
grant execute on function sms_private.is_confirmed(uuid) to service_role;
grant execute on function sms_private.is_known_well(public.sms_messages,text,text,text) to service_role;
grant execute on function sms_private.is_number_unreadable(public.sms_numbers) to authenticated;
grant execute on function sms_private.is_number_unreadable(public.sms_numbers) to service_role;
grant execute on function sms_private.is_proved(public.sms_messages,jsonb) to service_role;
grant execute on function sms_private.is_restored(public.sms_messages,sms_private.jobs) to service_role;
grant execute on function sms_private.is_signed_by_tenant(text) to service_role;
grant execute on function sms_private.is_stopped(text) to service_role;
grant execute on function sms_private.is_suppressed(text,text) to service_role;
grant execute on function sms_private.is_unreadable(uuid,text[]) to service_role;
grant execute on function sms_private.is_user(uuid) to service_role;
grant execute on function sms_private.key_of(text) to service_role;
grant execute on function sms_private.known_keys() to service_role;
grant execute on function sms_private.lift_suppressions(uuid,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.list_endpoints(uuid) to service_role;
grant execute on function sms_private.list_my_endpoints() to authenticated;
grant execute on function sms_private.list_my_endpoints() to service_role;
grant execute on function sms_private.live_updates_state() to service_role;
grant execute on function sms_private.lock_for_proof(uuid) to service_role;
grant execute on function sms_private.match_nearby(uuid,text,timestamp with time zone,uuid,integer,sms_private.search_patterns) to service_role;
grant execute on function sms_private.message_with_events(public.sms_messages) to service_role;
grant execute on function sms_private.minutes_east(text) to service_role;
grant execute on function sms_private.new_event_secret() to service_role;
grant execute on function sms_private.next_day_at() to service_role;
grant execute on function sms_private.next_delivery_due(integer) to service_role;
grant execute on function sms_private.next_seq(uuid,text,jsonb,text) to service_role;
grant execute on function sms_private.nobody() to service_role;
grant execute on function sms_private.note_calls(jsonb,jsonb) to service_role;
grant execute on function sms_private.note_event(uuid,text,uuid,jsonb) to service_role;
grant execute on function sms_private.note_unsent_calls(uuid,uuid,integer) to service_role;
grant execute on function sms_private.once_for_caller(text,jsonb,text,boolean) to authenticated;
grant execute on function sms_private.once_for_caller(text,jsonb,text,boolean) to service_role;
grant execute on function sms_private.opt_in(public.sms_conversations,public.sms_numbers,uuid,public.sms_messages,text) to service_role;
grant execute on function sms_private.purge(integer) to service_role;
grant execute on function sms_private.purge_events() to service_role;
grant execute on function sms_private.record_event(jsonb) to service_role;
grant execute on function sms_private.record_proof(public.sms_messages,sms_private.questions,jsonb) to service_role;
grant execute on function sms_private.refuse_segments(public.sms_numbers,bigint) to service_role;
grant execute on function sms_private.refuse_texts(uuid) to service_role;
grant execute on function sms_private.replay_events(uuid,uuid,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.replay_my_events(uuid,uuid,timestamp with time zone) to authenticated;
grant execute on function sms_private.replay_my_events(uuid,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.restored_at() to service_role;
grant execute on function sms_private.rotate_my_secret(uuid,integer) to authenticated;
grant execute on function sms_private.rotate_my_secret(uuid,integer) to service_role;
grant execute on function sms_private.rotate_secret(uuid,uuid,integer) to service_role;
grant execute on function sms_private.save_endpoint(uuid,uuid,text,text[],boolean) to service_role;
grant execute on function sms_private.save_my_endpoint(uuid,text,text[],boolean) to authenticated;
grant execute on function sms_private.save_my_endpoint(uuid,text,text[],boolean) to service_role;
grant execute on function sms_private.says_the_same(text,text) to service_role;
grant execute on function sms_private.schedule_state() to service_role;
grant execute on function sms_private.segments_left(public.sms_numbers) to service_role;
grant execute on function sms_private.sender_of(boolean) to service_role;
grant execute on function sms_private.settle_message(public.sms_messages,boolean,text) to service_role;
grant execute on function sms_private.settle_my_message(uuid,boolean,text) to authenticated;
grant execute on function sms_private.settle_my_message(uuid,boolean,text) to service_role;
grant execute on function sms_private.silence_answered(uuid,timestamp with time zone,boolean) to service_role;
grant execute on function sms_private.stopped_for(text[],timestamp with time zone) to service_role;
grant execute on function sms_private.stops_now() to service_role;
grant execute on function sms_private.switch_off(text[],text) to service_role;
grant execute on function sms_private.switches(text) to service_role;
grant execute on function sms_private.take_project_turn(text) to service_role;
grant execute on function sms_private.test_endpoint(uuid,uuid) to service_role;
grant execute on function sms_private.test_my_endpoint(uuid) to authenticated;
grant execute on function sms_private.test_my_endpoint(uuid) to service_role;
grant execute on function sms_private.tries_of(text,integer) to service_role;
grant execute on function sms_private.unlisted_accounts() to service_role;
grant execute on function sms_private.unreadable_accounts() to service_role;
grant execute on function sms_private.utc_day() to service_role;
grant execute on function sms_private.want_reply(public.sms_conversations,public.sms_messages,integer) to service_role;
grant select on table sms_private.erased_consents to service_role;
grant select on table sms_private.erased_texts to service_role;
grant select on table sms_private.erasures to service_role;
grant delete, insert, select, update on table sms_private.event_attempts to service_role;
grant delete, insert, select, update on table sms_private.event_endpoints to service_role;
grant delete, insert, select, update on table sms_private.events to service_role;
grant delete, insert, select, update on table sms_private.project_turns to service_role;
grant delete, insert, select, update on table sms_private.restores to service_role;
grant delete, insert, select, update on table sms_private.stops to service_role;
grant delete, insert, select, update on table sms_private.unsent_calls to service_role;
grant delete, insert, select, update on table sms_private.worker_wakes to service_role;

reset check_function_bodies;
