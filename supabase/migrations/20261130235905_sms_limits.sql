-- sms_limits: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

alter table sms_private.questions
  drop constraint questions_kind_check;

drop function public.sms_take_preview_turn(uuid);

create table sms_private.project_turns (
  action  text                     not null,
  next_at timestamp with time zone not null,
  constraint project_turns_action_check check ((action ~ '^[a-z_]{1,40}$'::text)),
  constraint project_turns_pkey primary key (action)
);

alter table sms_private.project_turns
  set (fillfactor=50);

create table sms_private.unsent_calls (
  conversation_id uuid                     not null,
  user_id         uuid                     not null,
  at              timestamp with time zone not null,
  calls           integer                  not null,
  constraint unsent_calls_calls_check check ((calls > 0)),
  constraint unsent_calls_pkey primary key (conversation_id, at)
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
    select * into number from sms_private.number_of_agent(sms_receive_message.account_sid, own_number,
      sender_number);
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
  answer_by := sms_private.via_of(from_number, to_number, number);
  loop
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
    conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null or is_reaction);
    -- A keyword opens none. Without a contact there is none: it was merged or erased while this waited, and is looked for again.
    exit when conversation.id is not null or sms_private.keep_contact(contact.id);
  end loop;
  if contact.number <> sender_number then
    -- START opens this spelling again.
    perform sms_private.use_spelling(case when keyword is distinct from 'in' then number.id end, contact, sender_number,
      true);
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
  -- A SID names one message of an account. Who signs may name any, and Twilio names none twice.
  if message.message_sid is null and exists (
    select from public.sms_messages s
    where s.account_sid = message.account_sid and s.message_sid = sms_record_status.message_sid) then
    return jsonb_build_object('outcome', 'mismatch');
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

create or replace function sms_private.ask_for_proof(message public.sms_messages)
returns void
language sql volatile set search_path = ''
as $$
  insert into sms_private.questions (kind, account_sid, message_id, due_at)
  values ('proof', message.account_sid, message.id, clock_timestamp())
  on conflict (message_id) do nothing
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

-- The newest note that must leave the window before there is room again.
create or replace function sms_private.call_cap(tenant uuid, conversation uuid)
returns table (reason text, until timestamptz)
language plpgsql volatile rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  moment timestamptz := clock_timestamp();
  unsent bigint;
  alone boolean;
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
    select coalesce(sum(n.calls), 0) into unsent from sms_private.unsent_calls n
    where n.user_id = tenant and n.at > moment - interval '1 day';
    -- Calls that are out may all end in no text. The one that is asked for is among them. Claims that run side by side do not see
    -- each other's leases, so near the limit they take turns: first the lock, then a look that sees what was committed before it.
    if unsent + 500 > limits.tenant_unsent_calls_per_day then
      alone := pg_try_advisory_xact_lock(hashtextextended('sms_calls:' || tenant, 0));
      if not alone or limits.tenant_unsent_calls_per_day < (
        select coalesce(sum(n.calls), 0) from sms_private.unsent_calls n
        where n.user_id = tenant and n.at > moment - interval '1 day') + (
        select count(*) from sms_private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.lease_expires_at is not null and j.user_id = tenant)
      then
        reason := null;
        until := moment + interval '2 seconds';
      end if;
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

create or replace function sms_private.next_day_at()
returns timestamptz
language plpgsql volatile set search_path = ''
as $$
begin
  return (sms_private.utc_day() + 1)::timestamp at time zone 'utc';
end
$$;

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

create or replace function sms_private.purge(batch_size int default 500)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '300ms'
as $$
declare
  ownerless int := 0;
  emptied int := 0;
  refused int := 0;
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
    if sms_private.days_setting('refused_recipients_days') is not null then
      refused := sms_private.purge_refused(sms_private.days_setting('refused_recipients_days'), batch_size);
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
  more := greatest(ownerless, emptied, refused, old_keys) >= batch_size;
  insert into sms_private.purges as p (next_at)
  values (clock_timestamp() + case when more then interval '0' else interval '1 hour' end)
  on conflict on constraint purges_pkey do update set next_at = excluded.next_at;
  return jsonb_build_object('ownerless', ownerless, 'emptied', emptied, 'refused', refused, 'more', more);
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
  loop
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
    -- Merged or erased while this waited: the contact is looked for again.
    exit when conversation.id is not null;
  end loop;
  if contact.number <> recipient then
    perform sms_private.use_spelling(number.id, contact, recipient, false);
    recipient := sms_private.spelling_to_text(number.id, contact, recipient);
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

-- What the operator pays for texts: segments from numbers of the default account, which tenants share.

create or replace function sms_private.utc_day()
returns date
language plpgsql volatile set search_path = ''
as $$
begin
  return (clock_timestamp() at time zone 'utc')::date;
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

alter table sms_private.questions
  add constraint questions_kind_check
    check ((kind = ANY (ARRAY['lookup'::text, 'listing'::text, 'settlement'::text, 'proof'::text])));

alter table sms_private.unsent_calls
  add constraint unsent_calls_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

create index sms_messages_ownerless_idx on public.sms_messages using btree (account_sid, created_at)
  where (user_id is null);

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

create trigger take_room
  before insert on public.sms_contacts
  for each row
  when ((CURRENT_USER = 'authenticated'::name))
  execute function sms_private.take_room('contacts');

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

comment on column public.sms_limits.assistants is 'Assistants that the tenant may make.';

comment on column public.sms_limits.contacts is 'Contacts up to which the tenant may add some by itself. Who texts it, or is texted by it, becomes a contact all the same.';

comment on column public.sms_limits.conversation_unsent_calls_per_hour is 'Calls of the model an hour in one conversation whose answer was not sent: empty, refused, failed, dropped, taken back.';

comment on column public.sms_limits.default_numbers is 'Numbers of the default account that the tenant may take by itself, where users may. Those that the operator gave count.';

comment on column public.sms_limits.shared_segments_per_day is 'Segments a day (UTC) that the tenant may send from numbers of the default account, which the operator pays.';

comment on column public.sms_limits.templates is 'Templates that the tenant may keep.';

comment on column public.sms_limits.tenant_unsent_calls_per_day is 'The same a day in all conversations.';

comment on column public.sms_limits.texts_per_minute is 'Texts a minute that webhooks may bring. What is beyond comes by Twilio''s list, minutes later.';

comment on column sms_private.project_turns.action is 'What is limited, for example trial_previews_per_day.';

comment on column sms_private.project_turns.next_at is 'When all turns are back.';

comment on column sms_private.questions.kind is 'lookup: did Twilio take this message? listing: which inbound messages did we miss? settlement: what is the last status of this message, and what did it cost? proof: did the contact send this START?';

comment on column sms_private.questions.message_id is 'The message, for a look-up, a settlement or a proof.';

comment on column sms_private.sender_pace.segments is 'Segments that were claimed on that day, where the number is one of the default account.';

comment on column sms_private.sender_pace.segments_day is 'The day (UTC) of segments.';

comment on column sms_private.unsent_calls.at is 'When it was known that nothing is sent.';

comment on column sms_private.unsent_calls.calls is 'How many.';

comment on column sms_private.unsent_calls.conversation_id is 'The conversation. Not a reference: an erased contact''s calls were made all the same.';

comment on column sms_private.unsent_calls.user_id is 'The tenant.';

comment on function public.sms_assign_number(uuid, text, text, text, uuid) is 'A tenant lets an assistant answer on a number of an account that is open to it. Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND (also another tenant''s), NUMBER_TAKEN, NUMBERS_USED_UP (it has as many of the default account as it may take), USER_NOT_FOUND.';

comment on function public.sms_claim_questions(text, integer, integer, integer, boolean) is
  'Leases due questions to Twilio of one kind (lookup, listing, settlement, proof), accounts in turn, at most per_account of an account at once. hurry, after an outage: every account is listed at once. Returns { jobs, next_due_in_ms }.';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean) is 'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_get_limits(uuid) is 'The limits of a tenant (null: none), and what of them is used: of the last day, of today (segments, UTC), or in all (rows, numbers). Outcomes: found, USER_NOT_FOUND.';

comment on function
  public.sms_receive_message(text, text, text, text, text, jsonb, integer, text, timestamp
  with time zone) is 'Stores an inbound message that was signed for an account, once. A START that the account''s tenant can sign counts when Twilio''s list has it. Outcomes: stored, duplicate, unowned (a number that nobody has in this account; message_id null: the account has many of those, and it is not kept), RATE_LIMITED (retry_after_ms: the tenant''s texts_per_minute; nothing is stored, and Twilio''s list brings it).';

comment on function public.sms_record_questions(jsonb) is 'Records what Twilio answered, and what follows. Outcomes of look-ups: adopted, ambiguous (set aside), not_found_yet, resent, given_up; of listings: listed (the watermark moves), unfinished (it goes on at once), failed (tried again soon); of settlements: settled, not_yet (asked again later), left (asked often enough, or Twilio does not have it any more); of proofs: recovered (the START counts, and what the contact wrote since is answered), not_found_yet, left (not found for an hour: it never counts); of any: postponed (asking failed), set_aside (for a person), stale, not_found, error (not recordable, asked again).';

comment on function public.sms_record_status(text, text, text, text, text, text, text, uuid) is
  'Records a status callback that Twilio signed. Outcomes: recorded, doubled (a second SID for one message), mismatch (other numbers), not_found (also another account''s).';

comment on function public.sms_set_limits(uuid, jsonb) is 'Changes those limits of a tenant that are named; null: no limit. What was paused for a limit is looked at again with the next text. Outcomes: saved (limits: all of them), UNKNOWN_LIMIT and INVALID_LIMIT (details.limit), USER_NOT_FOUND.';

comment on function public.sms_take_preview_turn(uuid, boolean) is 'Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies; ten in all for a user without an account or number; none for an anonymous one. Outcomes: taken, RATE_LIMITED (retry_after_ms), PROJECT_LIMIT (retry_after_ms: all users together), TRIAL_USED_UP, CONFIRM_FIRST, USER_NOT_FOUND.';

comment on function sms_private.ask_for_proof(public.sms_messages) is 'Has Twilio asked at once whether it has this message of a contact.';

comment on function sms_private.bounded_media(jsonb) is 'Attachments of an inbound text, ten at most, with an address and a type of bounded length.';

comment on function sms_private.call_cap(uuid, uuid) is 'The limit of calls without a text that is used up in a conversation or tenant, and until when; reason null: what is out may use it up. No row when there is room.';

comment on function sms_private.count_room() is 'Trigger: how many rows a tenant may still add, for take_room(). Its argument is the column of sms_limits.';

comment on function sms_private.do_not_ask(sms_private.jobs, text, timestamp
  with time zone) is 'Ends a claimed reply for which no model is asked, and says so on the conversation; without a reason it is due again soon.';

comment on function sms_private.forget_account() is 'Trigger: texts to numbers that nobody has go with the account that brought them.';

comment on function sms_private.has_many_ownerless(text) is 'Whether an account had a thousand texts to numbers that nobody has within a day: more are not kept.';

comment on function sms_private.is_confirmed(uuid) is 'Whether a user has an e-mail address or a telephone that is theirs, and did not sign in anonymously.';

comment on function sms_private.is_known_well(public.sms_messages, text, text, text) is
  'Whether a report says nothing new of a message of which forty events are kept: it is answered, and not stored.';

comment on function sms_private.is_proved(public.sms_messages, jsonb) is 'Whether what Twilio has under this SID is this text of the contact.';

comment on function sms_private.is_signed_by_tenant(text) is 'Whether a tenant holds the token that signs for this account.';

comment on function sms_private.lock_for_proof(uuid) is 'Locks what a START changes: its conversation, then its contact.';

comment on function sms_private.next_day_at() is 'When the next day begins, in UTC: then there is room for segments again.';

comment on function sms_private.note_calls(jsonb, jsonb) is 'Notes what a finished reply cost beyond the text that it became. Its contact may be erased by then, so the result names the tenant.';

comment on function sms_private.note_unsent_calls(uuid, uuid, integer) is 'Notes calls of the model that ended in no text.';

comment on function
  sms_private.opt_in(public.sms_conversations, public.sms_numbers, uuid, public.sms_messages, text) is
  'Applies a START that counts. Returns milliseconds until the reply to what the contact wrote since is due, or null. The caller holds the conversation''s lock.';

comment on function sms_private.record_proof(public.sms_messages, sms_private.questions, jsonb) is
  'sms_record_questions for a proof. The caller holds conversation, contact, message and question.';

comment on function sms_private.refuse_segments(public.sms_numbers, bigint) is 'SEGMENTS_USED_UP with retry_after_ms where so many segments do not fit into the tenant''s day; else null.';

comment on function sms_private.refuse_texts(uuid) is 'RATE_LIMITED with retry_after_ms where webhooks bring a tenant more texts a minute than its limit; else null.';

comment on function sms_private.segments_left(public.sms_numbers) is 'Segments that the tenant of this number may still send today; null where the account is its own, or no limit is set.';

comment on function sms_private.take_project_turn(text) is 'Takes a turn at what the whole project may do so often a day, by the setting of that name (null: no ceiling). Outcomes: taken, PROJECT_LIMIT (retry_after_ms).';

comment on function sms_private.take_room() is 'Trigger: refuses the row that is one more than a tenant may have.';

comment on function sms_private.tries_of(text, integer) is 'How often a reply is tried after this failure: three times after an answer that cannot be used, else max_attempts.';

comment on function sms_private.unanswered_since(public.sms_messages) is 'The newest message that the contact wrote after this START, whether it was stored before it or since, and that has no reply; null for none.';

comment on function sms_private.utc_day() is 'Today, in UTC.';

comment on table sms_private.project_turns is 'As sms_private.turns, for all tenants together.';

comment on table sms_private.unsent_calls is 'Calls of the model that ended in no text, of the last day. See sms_private.call_cap().';

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('previews_per_day', '5000'),
  ('trial_previews_per_day', '200')
on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_get_limits(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_set_limits(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_take_preview_turn(uuid,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.ask_for_proof(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.bounded_media(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.call_cap(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.count_room() from public, anon, authenticated, service_role;
revoke all on function sms_private.do_not_ask(sms_private.jobs,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.forget_account() from public, anon, authenticated, service_role;
revoke all on function sms_private.has_many_ownerless(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_confirmed(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_known_well(public.sms_messages,text,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_proved(public.sms_messages,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_signed_by_tenant(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.lock_for_proof(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_day_at() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_calls(jsonb,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.note_unsent_calls(uuid,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.opt_in(public.sms_conversations,public.sms_numbers,uuid,public.sms_messages,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.record_proof(public.sms_messages,sms_private.questions,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_segments(public.sms_numbers,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_texts(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.segments_left(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_project_turn(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_room() from public, anon, authenticated, service_role;
revoke all on function sms_private.tries_of(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.utc_day() from public, anon, authenticated, service_role;
revoke all on table sms_private.project_turns from public, anon, authenticated, service_role;
revoke all on table sms_private.unsent_calls from public, anon, authenticated, service_role;
grant execute on function public.sms_get_limits(uuid) to service_role;
grant execute on function public.sms_set_limits(uuid,jsonb) to service_role;
grant execute on function public.sms_take_preview_turn(uuid,boolean) to service_role;
grant execute on function sms_private.ask_for_proof(public.sms_messages) to service_role;
grant execute on function sms_private.bounded_media(jsonb) to service_role;
grant execute on function sms_private.call_cap(uuid,uuid) to service_role;
grant execute on function sms_private.do_not_ask(sms_private.jobs,text,timestamp with time zone) to service_role;
grant execute on function sms_private.has_many_ownerless(text) to service_role;
grant execute on function sms_private.is_confirmed(uuid) to service_role;
grant execute on function sms_private.is_known_well(public.sms_messages,text,text,text) to service_role;
grant execute on function sms_private.is_proved(public.sms_messages,jsonb) to service_role;
grant execute on function sms_private.is_signed_by_tenant(text) to service_role;
grant execute on function sms_private.lock_for_proof(uuid) to service_role;
grant execute on function sms_private.next_day_at() to service_role;
grant execute on function sms_private.note_calls(jsonb,jsonb) to service_role;
grant execute on function sms_private.note_unsent_calls(uuid,uuid,integer) to service_role;
grant execute on function sms_private.opt_in(public.sms_conversations,public.sms_numbers,uuid,public.sms_messages,text) to service_role;
grant execute on function sms_private.record_proof(public.sms_messages,sms_private.questions,jsonb) to service_role;
grant execute on function sms_private.refuse_segments(public.sms_numbers,bigint) to service_role;
grant execute on function sms_private.refuse_texts(uuid) to service_role;
grant execute on function sms_private.segments_left(public.sms_numbers) to service_role;
grant execute on function sms_private.take_project_turn(text) to service_role;
grant execute on function sms_private.tries_of(text,integer) to service_role;
grant execute on function sms_private.utc_day() to service_role;
grant delete, insert, select, update on table sms_private.project_turns to service_role;
grant delete, insert, select, update on table sms_private.unsent_calls to service_role;

reset check_function_bodies;
