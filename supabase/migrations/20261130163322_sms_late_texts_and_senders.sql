-- sms_late_texts_and_senders: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text);

drop function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text);

drop function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text);

drop function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text);

drop function sms_private.refuse_content(text, text[], timestamp with time zone);

drop function sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean);

drop function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone, text, uuid);

create table sms_private.pace_marks (
  phone_number_id uuid                     not null,
  at              timestamp with time zone not null,
  held_seconds    double precision         not null,
  constraint pace_marks_pkey primary key (phone_number_id, at)
);

alter table public.sms_assistants
  add column time_zone text;

alter table public.sms_broadcasts
  add column not_after timestamp with time zone;

alter table public.sms_conversations
  add column via text;

alter table public.sms_messages
  add column not_after timestamp with time zone;

alter table public.sms_messages
  add column via text;

alter table sms_private.jobs
  add column held_for interval;

alter table sms_private.sender_pace
  add column held_seconds double precision not null default 0;

alter table sms_private.sender_pace
  add column marked_at timestamp with time zone not null default '-infinity'::timestamp with time zone;

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
      continue when sms_private.expire_reply(job, moment - answer_within);
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

create or replace function public.sms_create_broadcast(
  to_numbers text[], body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, template_id uuid default null, variables jsonb default '{}',
  name text default null, idempotency_key text default null, not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc',
    'template_id', template_id, 'variables', coalesce(variables, '{}'), 'name', name), idempotency_key)
$$;

create or replace function public.sms_create_broadcast_for(
  owner_id uuid, to_numbers text[], body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, template_id uuid default null,
  variables jsonb default '{}', name text default null, idempotency_key text default null,
  not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'template_id', template_id, 'variables', coalesce(variables, '{}'),
    'name', name), idempotency_key)
$$;

create or replace function public.sms_create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null, not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_message', jsonb_build_object('to_number', to_number, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'conversation_id', conversation_id, 'template_id', template_id, 'variables', coalesce(variables, '{}')),
    idempotency_key)
$$;

create or replace function public.sms_create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null,
  not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_message', jsonb_build_object('to_number', to_number,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'not_after', not_after at time zone 'utc',
    'conversation_id', conversation_id, 'template_id', template_id,
    'variables', coalesce(variables, '{}')), idempotency_key)
$$;

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text,
-- whatever the planner thinks of the array.
create or replace function public.sms_find_unknown_messages(account_sid text, texts jsonb)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(jsonb_agg(listed.text ->> 'message_sid' order by listed.place), '[]')
  from jsonb_array_elements(texts) with ordinality as listed (text, place)
  cross join lateral (
    select number.id from public.sms_numbers number
    where number.account_sid = sms_find_unknown_messages.account_sid
      and number.number = case when listed.text ->> 'to_number' ~ '^rcs:[^+]'
        then (select a.number from sms_private.number_of_agent(sms_find_unknown_messages.account_sid, null) a)
        else sms_private.telephone_of(listed.text ->> 'to_number') end
      and number.created_at <= (listed.text ->> 'sent_at')::timestamptz + interval '1 minute'
    limit 1) ours
  left join lateral (
    select message.id from public.sms_messages message
    where message.account_sid = sms_find_unknown_messages.account_sid
      and message.message_sid = listed.text ->> 'message_sid'
    limit 1) stored on true
  where stored.id is null
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
  attachments jsonb := case when jsonb_typeof(media) = 'array' then media else '[]' end;
  segments int := case when num_segments >= 0 then num_segments end;
  repeat jsonb;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  silenced public.sms_messages;
  keyword text;
  was_opted_out boolean;
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
    if exists (select from public.sms_numbers p where p.number = own_number) then
      return jsonb_build_object('outcome', 'other_account');
    end if;
    insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, media,
      status, num_segments, date_created)
    values (sms_receive_message.message_sid, sms_receive_message.account_sid, 'inbound', 'contact',
      sms_receive_message.to_number,
      sms_receive_message.from_number, text_body, attachments, 'received', segments,
      coalesce(sent_at, clock_timestamp()))
    on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
    returning * into message;
    return jsonb_build_object('outcome', case when message.id is null then 'duplicate' else 'unowned' end,
      'message_id', message.id);
  end if;

  -- Before the conversation's lock: deleting an assistant locks it first, and then the conversations.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(number.user_id, sender_number);
  -- Twilio takes YES for START after an opt-out. That may be an opt-out that only Twilio knows.
  keyword := sms_private.keyword_of(text_body, opt_out_type,
    sms_private.opt_out_reason(number.id, contact) is not null);
  is_reaction := keyword is null and attachments = '[]' and sms_private.is_reaction(text_body);
  answer_by := sms_private.via_of(from_number, to_number, number);
  conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null or is_reaction);

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at, phone_number_id, assistant_id, via)
  values (sms_receive_message.message_sid, sms_receive_message.account_sid, conversation.id, number.user_id,
    case when conversation.id is not null then sms_private.next_seq(conversation.id, text_body, attachments) end,
    'inbound', case when is_reaction then 'reaction' when keyword is null then 'text' else 'keyword' end, 'contact',
    number.number, sms_private.telephone_of(sms_receive_message.from_number), text_body, attachments, 'received', segments,
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
  else
    was_opted_out := sms_private.no_reply_reason(conversation) in ('opted_out', 'sender_blocked');
    perform sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
    if keyword = 'in' and was_opted_out then
      -- The contact wrote this after START, but we stored it first because its webhook was late. Answer it now.
      silenced := sms_private.unanswered_since(message);
      if silenced.id is not null then
        due_in_ms := sms_private.answer_or_say_why(conversation, number, silenced);
      end if;
    end if;
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
  if message.id is null then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if message.account_sid <> sms_record_status.account_sid then
    return jsonb_build_object('outcome', 'other_account');
  end if;
  -- Twilio may send a message of RCS as SMS, from the number.
  if message.to_number is distinct from sms_private.telephone_of(sms_record_status.to_number)
    or (message.from_number is distinct from sms_private.telephone_of(sms_record_status.from_number)
      and message.via is distinct from sms_record_status.from_number) then
    return jsonb_build_object('outcome', 'mismatch');
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

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
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

-- WhatsApp takes free words only within 24 hours of the contact's last message (https://www.twilio.com/docs/api/errors/63016).
create or replace function sms_private.answer_via(conversation public.sms_conversations, sender text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if conversation.via is null or sender not in ('assistant', 'person') then
    return null;
  end if;
  if conversation.via like 'whatsapp:%' and not exists (
    select from public.sms_messages m
    where m.conversation_id = conversation.id and m.direction = 'inbound' and m.via = conversation.via
      and m.seq > conversation.last_seq - 200 and m.created_at > clock_timestamp() - interval '24 hours') then
    return null;
  end if;
  return conversation.via;
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
      'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late', 'expired')
      then 'pause_reason_is_known'
    when read_seq not between 0 and last_seq then 'read_is_within'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_conversations', broken);
end
$$;

-- Every message, and all that happened to it.

-- One function in place of fifteen constraints: see sms_private.refuse_row().
create or replace function sms_private.check_message(
  direction text, kind text, sender text, status text, user_id uuid, conversation_id uuid, seq bigint, message_sid text,
  to_number text, body text, media jsonb, num_segments int, answer_ms bigint)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when direction not in ('inbound', 'outbound') then 'direction_is_known'
    when kind not in ('text', 'keyword', 'reply', 'greeting', 'goodbye', 'error', 'opt_out_confirmation',
        'reaction') then 'kind_is_known'
    when sender not in ('contact', 'assistant', 'person', 'system') then 'sender_is_known'
    when (direction = 'inbound') <> (status = 'received') then 'inbound_is_received'
    when direction = 'outbound' and sms_private.status_rank(status, null) is null then 'status_is_known'
    when (direction = 'inbound') <> (sender = 'contact') then 'inbound_is_from_contact'
    when direction = 'inbound' and message_sid is null then 'inbound_has_sid'
    when char_length(message_sid) > 64 then 'sid_is_bounded'
    when conversation_id is not null and user_id is null then 'in_conversation_has_owner'
    when (conversation_id is null) <> (seq is null) then 'in_conversation_has_seq'
    when jsonb_typeof(media) <> 'array' then 'media_is_array'
    when char_length(body) > 16000 then 'body_is_bounded'
    when num_segments < 0 then 'segments_are_counted'
    when answer_ms < 0 then 'answer_takes_time'
    when direction = 'outbound' and not (
        user_id is not null and conversation_id is not null
        and to_number ~ '^\+[1-9][0-9]{6,14}$'
        and char_length(body) <= 1600
        and (body ~ '\S' or jsonb_array_length(media) > 0)
        and jsonb_array_length(media) <= 10
        and char_length(media::text) <= 25000
        and jsonb_array_length(media)
          = jsonb_array_length(jsonb_path_query_array(media, '$[*] ? (@.url like_regex "^https?://[^ ]+$")')))
      then 'outbound_shape'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_messages', broken);
end
$$;

-- A trigger, and not a constraint: contacts may have had any text there, and only somebody who writes a zone is refused.
create or replace function sms_private.check_time_zone()
returns trigger
-- As definer: a signed-in user may not call what this calls.
language plpgsql stable security definer set search_path = ''
as $$
begin
  if new.time_zone is null or sms_private.is_time_zone(new.time_zone) then
    return new;
  end if;
  raise exception 'time_zone is not the IANA name of a time zone such as Europe/Berlin'
    using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = 'time_zone',
    constraint = tg_table_name || '_time_zone_check';
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
    continue when not found;
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

-- A claim has locked the job already, so it does not wait for the conversation. A contact who wrote again lately is answered.
create or replace function sms_private.expire_reply(job sms_private.jobs, oldest timestamptz)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  newest timestamptz := (
    select m.created_at from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.seq = job.wanted_seq);
begin
  if newest >= oldest then
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

-- Exact to a minute, in favour of the text.
create or replace function sms_private.held_by_pace(number_id uuid, since timestamptz)
returns interval
language plpgsql stable set search_path = ''
as $$
declare
  held_before double precision := coalesce(
    (select mark.held_seconds from sms_private.pace_marks mark
     where mark.phone_number_id = number_id and mark.at <= since order by mark.at desc limit 1),
    (select mark.held_seconds from sms_private.pace_marks mark
     where mark.phone_number_id = number_id order by mark.at limit 1));
begin
  return coalesce(
    (select make_interval(secs => p.held_seconds - held_before)
     from sms_private.sender_pace p where p.phone_number_id = number_id), '0');
end
$$;

-- Pauses with a moment, resumes with null. Jobs are locked in the order of their messages, as in cancel_waiting: so the two
-- never wait for each other in a circle.
create or replace function sms_private.hold_deliveries(broadcast uuid, since timestamptz)
returns void
language sql volatile set search_path = ''
as $$
  with changing as (
    select job.id from public.sms_messages message join sms_private.jobs job on job.message_id = message.id
    where message.broadcast_id = broadcast and job.kind = 'deliver'
      and case when since is null then job.held_at is not null
          else job.held_at is null and not job.in_flight and job.set_aside_at is null end
    order by message.id for update of job
  )
  update sms_private.jobs job
  set held_at = since,
    -- A pause does not use up the time in which the text may leave.
    held_for = case when since is null then coalesce(job.held_for, '0') + (clock_timestamp() - job.held_at)
      else job.held_for end
  from changing where job.id = changing.id
$$;

-- Reactions: a thumb on a bubble of an iPhone arrives as a text, "Liked “We open at nine.”".

-- Apple's words in several languages, and Google's form; where they are from: docs/compatibility.md. The quote is straight or
-- curly, as the telephone's language has it. The whole text must be a reaction: "Liked it" is none.
create or replace function sms_private.is_reaction(body text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  -- Without Google's invisible marks, and with plain spaces.
  words text;
begin
  -- Most texts end here: no quote, and none of the words before an attachment.
  if body !~ '["“”„«»‘’''＂「『]' and body !~ '^(Loved|Liked|Disliked|Laughed|Emphasi|Questioned|Reacted|Removed|Le |A )' then
    return false;
  end if;
  words := btrim(regexp_replace(regexp_replace(body, '[\u200A-\u200F\u2060\uFEFF]', '', 'g'), '[\s\u00A0\u202F]+', ' ', 'g'));
  return words ~ ('^('
      -- English
      'Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,40} to|Removed .{1,40} from|[^[:alnum:]]{1,16} to|'
      -- French
      'A aimé|A adoré|N[''’]a pas aimé|A ri de|A mis en évidence|A souligné|A posé une question sur|S[''’]est interrogé(\(?e\)?)? sur|'
      'A réagi avec .{1,40} à|[Aa] ajouté un .{1,20} à|[Aa] attribué la mention .{1,30} à|A retiré .{1,40} de|'
      -- Spanish
      'Le (gustó|gusta|encantó|encanta|dio risa|hace gracia)|No le (gustó|gusta)|Se rió de|Enfatizó|Destacó|Exclamó por|Dudó sobre|'
      '(Reaccionó|Se ha reaccionado|Ha reaccionado) con .{1,40} a|(Eliminó|Quitó|Ha eliminado) .{1,40} de|'
      -- Italian, German
      'Ha aggiunto un .{1,30} a|Ha rea?gito con .{1,40} a|Ha rimosso .{1,40} da|Gefällt|Gefällt nicht|Entfernte .{1,40} aus|'
      -- Russian
      'Очень понравилось|Понравилось|Не понравилось|Посмеялись над|Отмечено|Поставлен вопрос на|Реакция .{1,20} на|'
      -- Polish
      'Pokochała?|Polubiła?|Znielubiła?|Zaśmiała? się z|Podkreśliła?|Zakwestionowała?|Zareagowała? .{1,40} na|Usunęła .{1,40} z|Usunął .{1,40} z|'
      -- Czech
      'Milovaný|Líbilo se|Nelíbí se|Smála? se|Zdůrazněno|Otázka|Reagovala? .{1,40} na|(Odstraněno|Odebrán|Odstraněn|Odstranila? jsem) .{1,40} z|'
      -- Hungarian
      'szívecske erre:|kedveli:|nem kedveli:|nevetett rajta:|kiemelte:|kérdezte:|.{1,20} reagált erre:|.{1,30} eltávolítva (innen|erről):'
      ') ?["“„«‘''＂「『].*["”“»’''＂」』]\.?$')
    -- Languages that put the verb last.
    or words ~ '^["“„«‘‚].*["”“»’](\.)? (ein(en)? .{1,30} hinzugefügt|mit .{1,20} reagiert)$'
    or words ~ '^["“「『‘].*["”」』’](に.{1,20}でリアクションしました|에서 .{1,20} 표시 제거함)$'
    -- On an attachment there is nothing to quote.
    or words ~ '^(Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,40} to|Removed .{1,40} from) (an image|a photo|a movie|a video|an attachment|an audio message|a voice message|a sticker|a link|a location|a contact)$'
    or words ~ '^(Le (gustó|encantó|dio risa)|Exclamó por|Dudó sobre) una? (imagen|foto|película|video|vídeo|archivo adjunto|mensaje de audio)$'
    or words ~ '^(A aimé|A adoré|N[''’]a pas aimé|A ri de) une? (image|photo|vidéo|pièce jointe|message audio)$';
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
  return waited - coalesce(job.held_for, '0') - sms_private.held_by_pace(job.phone_number_id, since) > allowed;
end
$$;

-- Which of the texts that Twilio listed may be this one. SIDs are known per account: another tenant's text,
-- even one with the same numbers, is in another account's list. A SID that one of our messages has is no
-- candidate for the next message.
create or replace function sms_private.lookup_candidates(message public.sms_messages, since timestamptz, texts jsonb)
returns setof jsonb
language sql stable set search_path = ''
as $$
  select listed
  from jsonb_array_elements(texts) listed
  where listed ->> 'to_number' = sms_private.recipient_of(message)
    and listed ->> 'from_number' = coalesce(message.via, message.from_number)
    and listed ->> 'direction' = 'outbound-api'
    and (listed ->> 'date_created')::timestamptz >= since
    and not exists (select from public.sms_messages known
                    where known.account_sid = message.account_sid
                      and known.message_sid = listed ->> 'message_sid')
    -- A second SID of another message. It was reported after this message was attempted, or it would be
    -- out of reach.
    and not exists (select from public.sms_message_events event
                    join public.sms_messages other on other.id = event.message_id
                    where event.flags @> '{doubled}' and event.received_at >= since - interval '1 hour'
                      and event.message_sid = listed ->> 'message_sid'
                      and other.account_sid = message.account_sid and other.id <> message.id)
$$;

-- Too late is too late: a text that waited because nothing ran is not sent any more (docs/decisions/0034).

-- The caller holds the number's pace row, and writes there what this returns.
create or replace function sms_private.mark_pace(number_id uuid)
returns timestamptz
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
begin
  insert into sms_private.pace_marks (phone_number_id, at, held_seconds)
  select p.phone_number_id, moment, p.held_seconds from sms_private.sender_pace p where p.phone_number_id = number_id;
  delete from sms_private.pace_marks mark
  where mark.phone_number_id = number_id and mark.at < moment - interval '7 days';
  return moment;
end
$$;

create or replace function sms_private.may_wait(message public.sms_messages)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return sms_private.span_setting(case
    when message.broadcast_id is not null then 'broadcast_not_after_seconds'
    when message.sender = 'assistant' then 'answer_not_after_seconds'
    when message.send_at > message.created_at then 'scheduled_not_after_seconds'
    else 'text_not_after_seconds' end);
end
$$;

-- An RCS sender has a name in place of a number ("rcs:my_brand"). Which number it stands for is certain only where the whole account
-- is one tenant's: on an account of several, a guess could show one tenant's contact to another.
create or replace function sms_private.number_of_agent(agent_account text, contact_number text)
returns setof public.sms_numbers
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select n.* from public.sms_numbers n
    left join public.sms_contacts k on k.user_id = n.user_id and k.number = contact_number
    left join lateral (
      select c.last_message_at from public.sms_conversations c
      where c.contact_id = k.id and c.user_id = n.user_id and c.phone_number_id = n.id
      order by c.last_message_at desc limit 1) latest on true
    where n.account_sid = agent_account
      and 1 = (select count(distinct peer.user_id) from public.sms_numbers peer where peer.account_sid = agent_account)
    order by latest.last_message_at desc nulls last, n.created_at, n.id limit 1;
end
$$;

-- The public verbs list the arguments; here a request is one value. Its times are in UTC, whatever the session's time
-- zone is, and jsonb puts its names in order: the same request always has the same hash.
create or replace function sms_private.once(tenant uuid, sender text, verb text, request jsonb, key text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Requests had no not_after once. One without it still has the hash that it had then.
  hash text := encode(sha256(convert_to(jsonb_build_array(verb, sender,
    case when request ->> 'not_after' is null then request - 'not_after' else request end)::text, 'UTF8')), 'hex');
  answer jsonb;
begin
  if tenant is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from auth.users known where known.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  if key is not null then
    if key !~ '^[\u0020-\u007E]{1,255}$' then
      return jsonb_build_object('outcome', 'INVALID_IDEMPOTENCY_KEY');
    end if;
    answer := sms_private.answer_of_key(tenant, verb, key, hash);
    -- Refused, not waited for: the caller hears at once that the first request still runs, and no connection is held.
    if answer is null and not pg_try_advisory_xact_lock(hashtextextended('idempotency_key:' || tenant || ':' || key, 0)) then
      return jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_IN_USE', 'retry_after_ms', 1000);
    end if;
    -- The first request may have ended between the look and the lock.
    answer := coalesce(answer, sms_private.answer_of_key(tenant, verb, key, hash));
    if answer is not null then
      return answer;
    end if;
  end if;
  case verb
  when 'sms_create_message' then
    answer := sms_private.store_message(tenant, sender, request);
  when 'sms_create_broadcast' then
    answer := sms_private.store_broadcast(tenant, sender, request);
  end case;
  if key is not null and answer ->> 'outcome' = 'created' then
    perform sms_private.remember_key(tenant, key, hash, (coalesce(answer -> 'message', answer -> 'broadcast') ->> 'id')::uuid);
  end if;
  return answer;
end
$$;

-- "pt-BR" is looked for as it is, then as "pt".
create or replace function sms_private.opt_out_words(language text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words jsonb := sms_private.setting('opt_out_confirmation');
begin
  if jsonb_typeof(words) = 'object' then
    words := coalesce(words -> lower(language), words -> lower(split_part(language, '-', 1)), words -> 'en');
  end if;
  return coalesce(words #>> '{}', '');
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
          question.listed_until - sms_private.span_setting('listing_overlap_seconds')) end)
    from (select) one
    left join public.sms_messages message on message.id = question.message_id
    left join sms_private.jobs job on job.message_id = message.id);
end
$$;

create or replace function sms_private.recipient_of(message public.sms_messages)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when message.via is null then message.to_number
    else split_part(message.via, ':', 1) || ':' || message.to_number end;
end
$$;

create or replace function sms_private.refuse_content(body text, media_urls text[], send_at timestamptz, not_after timestamptz)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when char_length(body) > 1600 then 'BODY_TOO_LONG'
      when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
      when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
      when exists (
        select from unnest(media_urls) u
        -- Characters that a URL must escape (https://www.rfc-editor.org/rfc/rfc3986#section-2).
        where u is null or char_length(u) > 2048 or u !~ '^https?://[^\s[:cntrl:]"\\]+$' or char_length(u) < 10)
        then 'INVALID_MEDIA_URL'
      when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
      when not isfinite(not_after) or not_after <= greatest(clock_timestamp(), send_at) then 'INVALID_NOT_AFTER'
    end);
end
$$;

-- One question after the other. One statement with all of them took three times as long, and most messages may go out.
create or replace function sms_private.refuse_delivery(
  message public.sms_messages, job sms_private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
declare
  by_assistant boolean := message.sender = 'assistant' and message.kind <> 'opt_out_confirmation';
  contact public.sms_contacts;
  conversation public.sms_conversations;
  disconnected timestamptz;
  opt_out text;
begin
  select * into contact from public.sms_contacts k where k.id = job.contact_id;
  if not found then
    -- Without a contact there is nobody who may have opted out. The foreign keys allow it only by an operator's own update.
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
  if message.kind = 'opt_out_confirmation' then
    -- It goes out in spite of the opt-out that it confirms, but not to a contact whom the carrier protects.
    contact.opted_out_at := null;
  end if;
  opt_out := sms_private.opt_out_reason(job.phone_number_id, contact);
  if opt_out is not null then
    code := 'RECIPIENT_OPTED_OUT';
    explanation := case opt_out
      when 'opted_out' then 'The contact opted out. Only their START lets you text them again.'
      else 'The contact opted out of this number at the carrier. They can text START to it.' end;
    return;
  end if;
  select a.disconnected_at into disconnected
  from public.sms_numbers n left join public.sms_accounts a on a.account_sid = n.account_sid
  where n.id = job.phone_number_id and n.user_id = message.user_id and n.account_sid = message.account_sid
    and n.number = message.from_number;
  if not found then
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
  if disconnected is not null then
    code := 'ACCOUNT_DISCONNECTED';
    explanation := 'The Twilio account of the sending number is disconnected. Connect it again to send from it.';
    return;
  end if;
  if not sms_private.may_text(message.user_id, message.from_number, message.to_number) then
    code := 'COUNTRY_NOT_ALLOWED';
    explanation := 'Texts to this country are not allowed for your account.';
    return;
  end if;
  if by_assistant then
    select * into conversation from public.sms_conversations c where c.id = message.conversation_id;
    if not conversation.ai_enabled then
      code := 'ASSISTANT_OFF';
      explanation := 'The assistant was switched off here before this text left.';
      return;
    end if;
    if sms_private.person_answered_since(message, conversation) then
      code := 'PERSON_ANSWERED';
      explanation := 'A person answered or took over here before this text left.';
      return;
    end if;
  end if;
  if message.broadcast_id is not null then
    perform from public.sms_broadcasts b where b.id = message.broadcast_id and b.canceled_at is not null;
    if found then
      code := 'CANCELED_BY_USER';
      explanation := 'You canceled this broadcast before this text left.';
      return;
    end if;
  end if;
  if by_assistant then
    perform from sms_private.reply_cap(message.user_id, message.conversation_id, 1);
    if found then
      code := 'REPLY_CAP';
      explanation := 'The limit of automatic replies is used up.';
      return;
    end if;
  end if;
  if sms_private.is_too_late(message, job) then
    code := 'EXPIRED';
    explanation := 'This text waited too long, so it was not sent. If it is still right, send it again.';
  end if;
end
$$;

-- What the model needs to know to answer one conversation.
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
      -- The contact wrote again after the end, and no message has gone out since.
      'reopened', conversation.reopened_at is not null and not exists (
        select from public.sms_messages message
        where message.conversation_id = conversation.id and message.direction = 'outbound'
          and message.created_at > conversation.reopened_at),
      'waiting_for_person', conversation.waiting_for_person,
      'assistant', jsonb_build_object('id', assistant.id, 'name', assistant.name, 'prompt', assistant.prompt,
        'model', assistant.model, 'temperature', assistant.temperature, 'language', assistant.language,
        'max_segments', assistant.max_segments,
        'time_zone', coalesce(assistant.time_zone, sms_private.zone_of_number(number.number))),
      'contact', jsonb_build_object('name', contact.name, 'time_zone', contact.time_zone),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('seq', turn.seq, 'direction', turn.direction,
          'sender', turn.sender, 'body', turn.body, 'media_count', jsonb_array_length(turn.media),
          'created_at', turn.created_at)
          -- A message that the last reply had not read comes after that reply.
          order by turn.direction = 'inbound' and turn.seq > coalesce(job.answered_seq, job.wanted_seq),
            turn.seq), '[]')
        from (
          select message.* from public.sms_messages message
          where message.conversation_id = conversation.id
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation')
            and message.status not in ('canceled', 'scheduled')
          order by message.seq desc limit assistant.max_history
        ) turn))
    from public.sms_conversations conversation
    join public.sms_contacts contact on contact.id = conversation.contact_id
    join public.sms_numbers number on number.id = conversation.phone_number_id
    join public.sms_assistants assistant on assistant.id = number.assistant_id
    where conversation.id = job.conversation_id);
end
$$;

-- Stores what an answer says and does. The caller has decided that it may be sent.
create or replace function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean, asked_at timestamptz)
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
    -- Confirmed once, also when the contact opts out at two numbers at the same moment.
    body := case when sms_private.opt_out_by_model(conversation, result)
      then sms_private.opt_out_words(assistant.language) else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and body <> '' then
    body := coalesce(assistant.goodbye_message, body);
    kind := 'goodbye';
  end if;
  if body <> '' then
    sent := sms_private.store_outbound(conversation.id, 'assistant', kind, body, '[]', 0, null, wanted, asked_at => asked_at);
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  if wanted is not null then
    update public.sms_messages m set intent = wanted
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint;
  end if;
  -- Most answers change none of this.
  if ending or conversation.greeting_pending or conversation.intent is distinct from coalesce(wanted, conversation.intent)
    or conversation.ai_paused_reason is not null or kind = 'opt_out_confirmation'
    or (result ->> 'handoff')::boolean then
    update public.sms_conversations v
    set greeting_pending = false, intent = coalesce(wanted, v.intent),
      ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
      waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
      status = case when ending then 'ended' else v.status end,
      ended_at = case when ending then clock_timestamp() else v.ended_at end,
      end_reason = case when ending then 'assistant' else v.end_reason end
    where v.id = conversation.id;
  end if;
  return sent.id;
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
      filter (where r.code is not null), '[]')
  into recipients, refused
  from sms_private.check_recipients(tenant, number, wanted.to_numbers) r;
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
  return sms_private.broadcast_answer('created', broadcast);
end
$$;

-- As store_outbound(), but for many in few statements: a thousand calls take too long on a small server.
-- A broadcast is not an answer to the contact: no assistant is paused.
create or replace function sms_private.store_broadcast_messages(
  broadcast public.sms_broadcasts, number public.sms_numbers, sender text, recipients text[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- By number, so that two broadcasts add the same contacts in the same order.
  insert into public.sms_contacts (user_id, number)
  select broadcast.user_id, r.number from unnest(recipients) r (number) order by r.number
  on conflict on constraint sms_contacts_user_id_number_key do nothing;
  perform sms_private.conversations_for_broadcast(number, recipients);
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender, to_number,
    from_number, body, media, status, num_segments, send_at, template_id, broadcast_id, created_at, not_after)
  select number.account_sid, c.id, broadcast.user_id, sms_private.next_seq(c.id, broadcast.body, broadcast.media),
    'outbound', 'text', store_broadcast_messages.sender, r.number, number.number, broadcast.body, broadcast.media,
    case when broadcast.send_at > clock_timestamp() then 'scheduled' else 'pending' end, counted.segments, broadcast.send_at,
    broadcast.template_id, broadcast.id, clock_timestamp(), broadcast.not_after
  from unnest(recipients) with ordinality r (number, place)
  join public.sms_contacts k on k.user_id = broadcast.user_id and k.number = r.number
  join public.sms_conversations c on c.phone_number_id = number.id and c.contact_id = k.id and c.status = 'active'
  cross join (select sms_private.count_segments(broadcast.body) as segments) counted
  order by r.place;
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
    select from public.sms_contacts s where s.id = conversation.contact_id and s.number = recipient) then
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
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(tenant, recipient);
  if sms_private.opt_out_reason(number.id, contact) is not null then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
  end if;
  conversation := sms_private.conversation_for_outbound(number, contact.id);
  message := sms_private.store_outbound(conversation.id, sender, 'text', composed ->> 'body',
    sms_private.media_of(wanted.media_urls), case when later then 2 else 1 end, send_at, template => wanted.template_id,
    not_after => not_after);
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
  asked_at timestamptz default null)
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
    sms_private.next_seq(conversation.id, store_outbound.body, store_outbound.media), 'outbound', store_outbound.kind,
    store_outbound.sender, contact_number, number.number,
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

-- Senders that are not telephones: rcs:+14155550101, whatsapp:+14155550101.

-- Twilio puts the channel before the address (https://www.twilio.com/docs/messaging/api/message-resource). Behind it is the telephone
-- of the same person, who has one contact, one conversation and one opt-out, whatever they write by.
create or replace function sms_private.telephone_of(address text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- Most addresses end here.
  if address not like '%:%' then
    return address;
  end if;
  return regexp_replace(address, '^(rcs|whatsapp):(\+[1-9][0-9]{6,14})$', '\2');
end
$$;

-- A claim has locked message and job already, so it does not wait for the conversation.
create or replace function sms_private.tell_of_expiry(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.broadcast_id is not null then
    -- A thousand conversations that call for a person would hide those that need one. Each shows the text as not sent.
    return true;
  end if;
  perform from public.sms_conversations c where c.id = message.conversation_id for no key update skip locked;
  if not found then
    return false;
  end if;
  update public.sms_conversations c
  set waiting_for_person = true,
    ai_paused_reason = case when message.sender = 'assistant' and c.ai_paused_reason is null then 'expired'
      else c.ai_paused_reason end
  where c.id = message.conversation_id;
  return true;
end
$$;

-- A contact who writes by RCS to a number, and not to an RCS sender, is answered by SMS: no sender is named that could answer.
create or replace function sms_private.via_of(from_address text, to_address text, number public.sms_numbers)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  if from_address not like '%:%' then
    return null;
  end if;
  return case
    when from_address like 'rcs:+%' and to_address like 'rcs:%' then to_address
    when from_address like 'whatsapp:+%' then 'whatsapp:' || number.number
  end;
end
$$;

-- Time zones: the business's clock.

-- The one place that tells the zone of a number. Only where all numbers of the country have one zone: an hour off is worse than UTC,
-- which nobody takes for the time of the place.
create or replace function sms_private.zone_of_number(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return case sms_private.country_of(number)
    when 'AE' then 'Asia/Dubai' when 'AT' then 'Europe/Vienna' when 'BE' then 'Europe/Brussels'
    when 'BG' then 'Europe/Sofia' when 'CH' then 'Europe/Zurich' when 'CO' then 'America/Bogota'
    when 'CZ' then 'Europe/Prague' when 'DE' then 'Europe/Berlin' when 'DK' then 'Europe/Copenhagen'
    when 'DO' then 'America/Santo_Domingo' when 'EE' then 'Europe/Tallinn' when 'EG' then 'Africa/Cairo'
    when 'FI' then 'Europe/Helsinki' when 'FR' then 'Europe/Paris' when 'GB' then 'Europe/London'
    when 'GR' then 'Europe/Athens' when 'HK' then 'Asia/Hong_Kong' when 'HR' then 'Europe/Zagreb'
    when 'HU' then 'Europe/Budapest' when 'IE' then 'Europe/Dublin' when 'IL' then 'Asia/Jerusalem'
    when 'IN' then 'Asia/Kolkata' when 'IT' then 'Europe/Rome' when 'JM' then 'America/Jamaica'
    when 'JP' then 'Asia/Tokyo' when 'KE' then 'Africa/Nairobi' when 'KR' then 'Asia/Seoul'
    when 'LT' then 'Europe/Vilnius' when 'LU' then 'Europe/Luxembourg' when 'LV' then 'Europe/Riga'
    when 'NG' then 'Africa/Lagos' when 'NL' then 'Europe/Amsterdam' when 'NO' then 'Europe/Oslo'
    when 'PE' then 'America/Lima' when 'PH' then 'Asia/Manila' when 'PL' then 'Europe/Warsaw'
    when 'PR' then 'America/Puerto_Rico' when 'RO' then 'Europe/Bucharest' when 'SA' then 'Asia/Riyadh'
    when 'SE' then 'Europe/Stockholm' when 'SG' then 'Asia/Singapore' when 'SI' then 'Europe/Ljubljana'
    when 'SK' then 'Europe/Bratislava' when 'TH' then 'Asia/Bangkok' when 'TR' then 'Europe/Istanbul'
    when 'TW' then 'Asia/Taipei' when 'ZA' then 'Africa/Johannesburg'
  end;
end
$$;

alter table sms_private.pace_marks
  add constraint pace_marks_phone_number_id_fkey foreign key (phone_number_id)
    references public.sms_numbers(id) on delete cascade;

create index sms_message_events_expired_idx on public.sms_message_events using btree (received_at)
  where (error_code = 'EXPIRED'::text);

create trigger check_time_zone
  before insert or update of time_zone on public.sms_assistants
  for each row
  execute function sms_private.check_time_zone();

create trigger check_time_zone
  before insert or update of time_zone on public.sms_contacts
  for each row
  execute function sms_private.check_time_zone();

comment on column public.sms_assistants.time_zone is 'IANA name of the zone whose time the assistant is told; null for that of the number it answers on.';

comment on column public.sms_broadcasts.not_after is 'No message of it is sent after this moment; null: as long as a broadcast may wait.';

comment on column public.sms_conversations.via is 'The sender of ours that the contact wrote to last, where it is not the number itself (sms_messages.via).';

comment on column public.sms_conversations.waiting_for_person is 'The contact asked for a person, or a text to the contact was too late and not sent.';

comment on column public.sms_messages.kind is 'What the message is for; keyword is a contact''s STOP, START or HELP, reaction their thumb or heart on another message.';

comment on column public.sms_messages.not_after is 'Not sent after this moment, whatever it waits for. Null: it may wait as long as its kind may (sms_private.settings).';

comment on column public.sms_messages.via is 'Our sender where it is not the number itself: rcs:<name> or whatsapp:<number>, as Twilio names it. Null: SMS or MMS.';

comment on column sms_private.jobs.first_unanswered_at is 'When the oldest message came that is to be answered, or that this answer answers; null for other deliveries.';

comment on column sms_private.jobs.held_for is 'How long pauses of its broadcast that are over have held it; null when none has.';

comment on column sms_private.pace_marks.at is 'The moment.';

comment on column sms_private.pace_marks.held_seconds is 'sender_pace.held_seconds at that moment.';

comment on column sms_private.pace_marks.phone_number_id is 'The number.';

comment on column sms_private.sender_pace.held_seconds is 'How long its pace has held this number back in all, between a text and the next one.';

comment on column sms_private.sender_pace.marked_at is 'When pace_marks got its newest row of this number.';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'A person sends a message to up to 1,000 recipients at once; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone) is 'A person sends a contact a message: stores it and its delivery, and pauses the assistant there. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. The assistant is not paused. Outcomes of sms_create_message.';

comment on function public.sms_worker_health() is 'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; how far accounts are listed; messages not settled; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.answer_via(public.sms_conversations, text) is 'By which of our senders the assistant or a person answers in a conversation: the one that the contact wrote to last. Null for SMS: an app''s message, or WhatsApp more than 24 hours later.';

comment on function sms_private.check_time_zone() is 'Trigger: a time zone that is written exists.';

comment on function sms_private.expire_reply(sms_private.jobs, timestamp
  with time zone) is 'For a reply whose oldest message came before a moment: true where the newest did so too. Then nobody is answered, a person is called to the conversation, and the job is set aside. False where a newer message can still be answered in time.';

comment on function sms_private.held_by_pace(uuid, timestamp with time zone) is 'How long a number has been held back by its pace since a moment of the last week, because it sent other texts.';

comment on function sms_private.is_reaction(text) is 'Whether a text is a reaction to another one, as an iPhone or Google''s app sends it to somebody who has no iPhone.';

comment on function sms_private.is_too_late(public.sms_messages, sms_private.jobs) is
  'Whether a text must not be sent any more: its not_after is over, or it waited longer than its kind may. A wait for the pace, and a pause of its broadcast, do not count for the latter.';

comment on function sms_private.mark_pace(uuid) is 'Notes how long the pace has held a number back until now, before what is being claimed. Returns the moment of the note.';

comment on function sms_private.may_wait(public.sms_messages) is 'How long a text of this kind may wait: an answer, a scheduled text, one of a broadcast, or any other. Null: for ever.';

comment on function sms_private.number_of_agent(text, text) is 'The number to which a message to an RCS sender of this account belongs: the one that talked with the contact last, else the oldest. No row where the account has numbers of several tenants.';

comment on function sms_private.opt_out_words(text) is 'The confirmation of an opt-out in a language, else in English; the operator''s one sentence where the setting is one.';

comment on function sms_private.recipient_of(public.sms_messages) is 'The recipient as Twilio names it: with the channel where it is not SMS.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function
  sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean, timestamp
  with time zone) is 'Stores an answer and what it changes: message, intent, end, opt-out, wish for a person. Returns the id of the message, or null when nothing is said.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone, text, uuid, timestamp with time zone, timestamp with time zone) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers.';

comment on function sms_private.telephone_of(text) is 'The telephone number behind an address of RCS or WhatsApp; any other address as it is.';

comment on function sms_private.tell_of_expiry(public.sms_messages) is 'Calls a person to the conversation of a text that is too late. False when somebody has locked the conversation: then the text is left for the next claim.';

comment on function sms_private.via_of(text, text, public.sms_numbers) is 'Our sender by which a message of RCS or WhatsApp is answered, as Twilio names it; null for an answer by SMS.';

comment on function sms_private.zone_of_number(text) is 'The time zone of a telephone number, by its country; null where the country has several, or where it is not known.';

comment on table sms_private.pace_marks is 'How long the pace had held each number back, at moments of the last week.';

-- Rows. What an operator has set stays.
update sms_private.settings set value = '{"de": "Sie sind abgemeldet und erhalten keine Nachrichten mehr von uns. Antworten Sie START, um sich wieder anzumelden.", "en": "You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe.", "es": "Se ha dado de baja y no recibirá más mensajes nuestros. Responda START para volver a suscribirse.", "fr": "Vous êtes désinscrit et ne recevrez plus de messages de notre part. Répondez START pour vous réinscrire.", "it": "La tua iscrizione è annullata e non riceverai più nostri messaggi. Rispondi START per iscriverti di nuovo.", "nl": "U bent uitgeschreven en ontvangt geen berichten meer van ons. Antwoord START om u weer in te schrijven.", "pl": "Wypisano Cię i nie otrzymasz od nas więcej wiadomości. Odpowiedz START, aby zapisać się ponownie.", "pt": "A sua subscrição foi cancelada e não receberá mais mensagens nossas. Responda START para voltar a subscrever.", "pt-br": "Sua inscrição foi cancelada e você não receberá mais mensagens nossas. Responda START para se inscrever de novo."}' where name = 'opt_out_confirmation' and value = '"You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe."';
insert into sms_private.settings (name, value) values ('answer_not_after_seconds', '1800') on conflict (name) do nothing;
insert into sms_private.settings (name, value) values ('text_not_after_seconds', '14400') on conflict (name) do nothing;
insert into sms_private.settings (name, value) values ('scheduled_not_after_seconds', '43200') on conflict (name) do nothing;
insert into sms_private.settings (name, value) values ('broadcast_not_after_seconds', '259200') on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.answer_via(public.sms_conversations,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_time_zone() from public, anon, authenticated, service_role;
revoke all on function sms_private.expire_reply(sms_private.jobs,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.held_by_pace(uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_reaction(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_too_late(public.sms_messages,sms_private.jobs) from public, anon, authenticated, service_role;
revoke all on function sms_private.mark_pace(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.may_wait(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_of_agent(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.opt_out_words(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.recipient_of(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.telephone_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.tell_of_expiry(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.via_of(text,text,public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.zone_of_number(text) from public, anon, authenticated, service_role;
revoke all on table sms_private.pace_marks from public, anon, authenticated, service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) to service_role;
grant execute on function sms_private.answer_via(public.sms_conversations,text) to service_role;
grant execute on function sms_private.expire_reply(sms_private.jobs,timestamp with time zone) to service_role;
grant execute on function sms_private.held_by_pace(uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.is_reaction(text) to service_role;
grant execute on function sms_private.is_too_late(public.sms_messages,sms_private.jobs) to service_role;
grant execute on function sms_private.mark_pace(uuid) to service_role;
grant execute on function sms_private.may_wait(public.sms_messages) to service_role;
grant execute on function sms_private.number_of_agent(text,text) to service_role;
grant execute on function sms_private.opt_out_words(text) to service_role;
grant execute on function sms_private.recipient_of(public.sms_messages) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone) to service_role;
grant execute on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone) to service_role;
grant execute on function sms_private.telephone_of(text) to service_role;
grant execute on function sms_private.tell_of_expiry(public.sms_messages) to service_role;
grant execute on function sms_private.via_of(text,text,public.sms_numbers) to service_role;
grant execute on function sms_private.zone_of_number(text) to service_role;
grant delete, insert, select, update on table sms_private.pace_marks to service_role;
grant insert (time_zone) on table public.sms_assistants to authenticated;
grant update (time_zone) on table public.sms_assistants to authenticated;

reset check_function_bodies;
