-- sms_truth: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop trigger count_changed_message on public.sms_messages;

drop trigger count_message on public.sms_messages;

drop trigger set_message_origin on public.sms_messages;

drop index sms_private.jobs_contact_idx;

drop index sms_private.jobs_pair_idx;

drop index sms_private.jobs_user_idx;

drop index sms_private.questions_due_idx;

alter table public.sms_conversations
  drop constraint ended_says_when_and_why;

alter table public.sms_conversations
  drop constraint read_is_within;

alter table public.sms_conversations
  drop constraint sms_conversations_ai_paused_reason_check;

alter table public.sms_conversations
  drop constraint sms_conversations_end_reason_check;

alter table public.sms_conversations
  drop constraint sms_conversations_status_check;

alter table public.sms_message_events
  drop constraint sms_message_events_message_id_fkey;

alter table public.sms_message_events
  drop constraint sms_message_events_user_id_fkey;

alter table public.sms_messages
  drop constraint answer_takes_time;

alter table public.sms_messages
  drop constraint in_conversation_has_owner;

alter table public.sms_messages
  drop constraint in_conversation_has_seq;

alter table public.sms_messages
  drop constraint inbound_body_is_bounded;

alter table public.sms_messages
  drop constraint inbound_has_sid;

alter table public.sms_messages
  drop constraint inbound_is_from_contact;

alter table public.sms_messages
  drop constraint inbound_is_received;

alter table public.sms_messages
  drop constraint outbound_shape;

alter table public.sms_messages
  drop constraint sms_messages_direction_check;

alter table public.sms_messages
  drop constraint sms_messages_kind_check;

alter table public.sms_messages
  drop constraint sms_messages_media_check;

alter table public.sms_messages
  drop constraint sms_messages_message_sid_check;

alter table public.sms_messages
  drop constraint sms_messages_num_segments_check;

alter table public.sms_messages
  drop constraint sms_messages_sender_check;

alter table public.sms_messages
  drop constraint sms_messages_status_check;

alter table sms_private.jobs
  drop constraint exactly_one_subject;

alter table sms_private.jobs
  drop constraint jobs_contact_id_fkey;

alter table sms_private.jobs
  drop constraint jobs_due_at_check;

alter table sms_private.jobs
  drop constraint jobs_kind_check;

alter table sms_private.jobs
  drop constraint jobs_last_error_check;

alter table sms_private.jobs
  drop constraint jobs_phone_number_id_fkey;

alter table sms_private.jobs
  drop constraint jobs_priority_check;

alter table sms_private.jobs
  drop constraint jobs_user_id_fkey;

alter table sms_private.jobs
  drop constraint lease_is_whole;

drop function sms_private.block_sender(sms_private.jobs, public.sms_messages);

drop function sms_private.is_answer(public.sms_messages);

drop function
  sms_private.report_status(public.sms_messages, text, text, text, text, text, text[], text, integer);

alter table public.sms_message_events
  alter column user_id set not null;

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
    cross join generate_series(0, 3) as urgency (priority)
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
    next_due := sms_private.next_delivery_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
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
  per_account := coalesce(per_account, case kind when 'lookup' then 5 when 'settlement' then 20 else 1 end);
  if kind = 'listing' then
    perform sms_private.open_listings(hurry);
  end if;
  for turn in
    -- Accounts take turns, and none is asked more than a few questions at once.
    with due as (
      select oldest.id, account.sid as account_sid, oldest.due_at, oldest.place
      from sms_private.accounts_to_ask(sms_claim_questions.kind) account (sid)
      cross join lateral (
        select waiting.id, waiting.due_at, row_number() over (order by waiting.due_at) as place
        from sms_private.questions waiting
        where waiting.kind = sms_claim_questions.kind and waiting.account_sid = account.sid
          and waiting.set_aside_at is null and waiting.due_at <= statement_timestamp()
        order by waiting.due_at limit per_account) oldest
      where sms_claim_questions.kind <> 'listing'
        or exists (select from public.sms_numbers number where number.account_sid = account.sid)
    ), asked as (
      select leased.account_sid, count(*) as questions
      from sms_private.questions leased
      where leased.kind = sms_claim_questions.kind and leased.lease_token is not null
        and leased.due_at > statement_timestamp()
      group by leased.account_sid
    )
    select due.id from due left join asked using (account_sid)
    where due.place + coalesce(asked.questions, 0) <= per_account
    order by due.place, due.due_at
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
    select min(first.due_at) into next_due from sms_private.accounts_to_ask('lookup') account (sid)
    cross join lateral (
      select waiting.due_at from sms_private.questions waiting
      where waiting.kind = 'lookup' and waiting.account_sid = account.sid and waiting.set_aside_at is null
        and waiting.due_at > statement_timestamp()
      order by waiting.due_at limit 1) first;
  end if;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms', sms_private.milliseconds_until(next_due));
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
        jsonb_build_object('code', 'NOT_STORABLE', 'message', sqlerrm, 'permanent', j.attempts >= max_attempts),
        max_attempts)
      from sms_private.jobs j
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    all_finished := all_finished || (finished || jsonb_build_object('job_id', result -> 'job_id'));
  end loop;
  return all_finished;
end
$$;

create or replace function public.sms_get_delivery(message_id uuid)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(
      (select jsonb_build_object('outcome', 'found',
         'state', case
           when j.id is null or j.set_aside_at is not null then 'settled'
           when j.in_flight and not j.unconfirmed then 'in_hand'
           else 'waiting' end,
         'turn_in_ms', sms_private.turn_in_ms(j),
         'message', to_jsonb(m))
       from public.sms_messages m
       left join sms_private.jobs j on j.message_id = m.id and j.kind = 'deliver'
       where m.id = sms_get_delivery.message_id and m.direction = 'outbound'),
      jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND')));
end
$$;

create or replace function public.sms_receive_message(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  opt_out_type text, sent_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  sender_number text := coalesce(nullif(left(from_number, 64), ''), 'unknown');
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
  where p.account_sid = sms_receive_message.account_sid and p.number = sms_receive_message.to_number;
  if not found then
    if exists (select from public.sms_numbers p where p.number = sms_receive_message.to_number) then
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
  conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null);

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at, phone_number_id, assistant_id)
  values (sms_receive_message.message_sid, sms_receive_message.account_sid, conversation.id, number.user_id,
    case when conversation.id is not null then sms_private.next_seq(conversation.id, text_body, attachments) end,
    'inbound', case when keyword is null then 'text' else 'keyword' end, 'contact', sms_receive_message.to_number,
    sms_receive_message.from_number, text_body, attachments, 'received', segments,
    coalesce(sent_at, clock_timestamp()), clock_timestamp(), number.id,
    coalesce(number.assistant_id, conversation.assistant_id))
  on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
  returning * into message;
  if message.id is null then
    return sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  end if;

  if keyword is null then
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
  if message.to_number is distinct from sms_record_status.to_number
    or message.from_number is distinct from sms_record_status.from_number then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  outcome := sms_private.record_twilio_sid(message, sms_record_status.message_sid, sms_record_status.status,
    code, case when code is not null then sms_record_status.error_message end, 'callback', null);
  return jsonb_build_object('outcome', outcome,
    'status', (select s.status from public.sms_messages s where s.id = message.id));
end
$$;

-- Questions to Twilio, first half: which to ask now. Each kind has one file, which says when it is asked and
-- what follows from the answer: 65_look_up.sql, 70_recover.sql, 75_settle.sql.

create or replace function sms_private.accounts_to_ask(kind text)
returns setof text
language plpgsql stable rows 20 set search_path = ''
as $$
begin
  return query
    -- Hops from account to account in the index: as many steps as there are accounts, however much is asked of each.
    with recursive accounts as (
      (select waiting.account_sid as sid from sms_private.questions waiting
       where waiting.kind = accounts_to_ask.kind and waiting.set_aside_at is null order by 1 limit 1)
      union all
      select (select waiting.account_sid from sms_private.questions waiting
              where waiting.kind = accounts_to_ask.kind and waiting.set_aside_at is null
                and waiting.account_sid > account.sid
              order by 1 limit 1)
      from accounts account where account.sid is not null
    )
    select account.sid from accounts account where account.sid is not null;
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
    select min(m.created_at) into oldest from public.sms_messages m
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
  if message.date_created > clock_timestamp() - interval '30 minutes' then
    -- Read the assistant again: the number may have got one since the caller read it.
    return sms_private.want_reply(conversation, message.seq, (
      select a.reply_delay_ms from public.sms_numbers p join public.sms_assistants a on a.id = p.assistant_id
      where p.id = conversation.phone_number_id));
  end if;
  -- Older than 30 minutes: stored, not answered. A pending reply's reason says more, so it is kept.
  update public.sms_conversations v set ai_paused_reason = 'recovered_late'
  where v.id = conversation.id and not exists (select from sms_private.jobs j
    where j.conversation_id = conversation.id and j.set_aside_at is null);
  return null;
end
$$;

-- START and a refusal by the carrier may be recorded at the same moment, and must see each other: otherwise the pair would
-- stay blocked for good. Both write the pair's row before they look or delete, so the later one waits for the earlier one.
create or replace function sms_private.block_sender(message public.sms_messages, attempted_at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  pair public.sms_conversations;
  -- Where its delivery is over, when Twilio first spoke of the message.
  attempt timestamptz := coalesce(attempted_at,
    (select min(e.received_at) from public.sms_message_events e
     where e.message_id = message.id and e.message_sid is not null),
    message.created_at);
begin
  select * into strict pair from public.sms_conversations c where c.id = message.conversation_id;
  insert into sms_private.sender_blocks (phone_number_id, contact_id) values (pair.phone_number_id, pair.contact_id)
  on conflict do nothing;
  perform from public.sms_consent_events e
  join public.sms_messages s on s.id = e.message_id
  where e.contact_id = pair.contact_id and e.change = 'opt_in' and e.at >= attempt
    and s.phone_number_id = pair.phone_number_id;
  if found then
    delete from sms_private.sender_blocks b
    where b.phone_number_id = pair.phone_number_id and b.contact_id = pair.contact_id;
    return;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, pair.contact_id, message.id, 'sender_blocked', 'carrier', '21610');
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
      'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late')
      then 'pause_reason_is_known'
    when read_seq not between 0 and last_seq then 'read_is_within'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_conversations', broken);
end
$$;

-- Work to do: replies, deliveries, and questions to Twilio.

create or replace function sms_private.check_job(
  kind text, conversation_id uuid, message_id uuid, priority smallint, due_at timestamptz, lease_token uuid,
  lease_expires_at timestamptz, wanted_seq bigint, first_unanswered_at timestamptz, last_error text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when kind not in ('reply', 'deliver') then 'kind_is_known'
    when not case kind
        when 'reply' then conversation_id is not null and message_id is null
          and wanted_seq is not null and first_unanswered_at is not null
        else message_id is not null and conversation_id is null end then 'exactly_one_subject'
    when priority not between 0 and 3 then 'priority_is_known'
    when not isfinite(due_at) then 'due_some_day'
    when (lease_token is null) <> (lease_expires_at is null) then 'lease_is_whole'
    when char_length(last_error) > 500 then 'error_is_bounded'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_private.jobs', broken);
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
    when kind not in ('text', 'keyword', 'reply', 'greeting', 'goodbye', 'error', 'opt_out_confirmation')
      then 'kind_is_known'
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

-- Which conversation a message belongs to, and whether the assistant may speak in it.

-- Looks first: most contacts are there already.
create or replace function sms_private.contact_of(tenant uuid, number text)
returns public.sms_contacts
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  loop
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_of.number;
    exit when found;
    insert into public.sms_contacts (user_id, number) values (tenant, contact_of.number)
    on conflict on constraint sms_contacts_user_id_number_key do nothing
    returning * into contact;
    exit when found;
  end loop;
  return contact;
end
$$;

-- A conversation that a person reopened counts as active from that moment: its idle time begins anew.
create or replace function sms_private.conversation_for_inbound(number public.sms_numbers, contact uuid, is_keyword boolean)
returns public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  opened public.sms_conversations;
  idle interval := coalesce((select a.idle_timeout from public.sms_assistants a
    where a.id = number.assistant_id), '24 hours');
begin
  loop
    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact and v.status = 'active'
    for no key update;
    if found and not is_keyword
      and greatest(conversation.last_message_at, conversation.reopened_at) < clock_timestamp() - idle then
      update public.sms_conversations v
      set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
      where v.id = conversation.id;
      delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation.id;
      continue;
    end if;
    exit when found;

    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when is_keyword or (found and conversation.status = 'active');

    -- Another transaction may reopen or open one at the same moment. Then the next turn of the loop finds its row.
    if found and conversation.end_reason <> 'idle' and conversation.ended_at
      > clock_timestamp() - make_interval(hours => (sms_private.setting('reopen_within_hours'))::int) then
      begin
        update public.sms_conversations v
        set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp()
        where v.id = conversation.id returning * into conversation;
        return conversation;
      exception when unique_violation then
        continue;
      end;
    end if;
    select * into opened from sms_private.open_conversation(number, contact, conversation,
      conversation.id is null or conversation.last_message_at < clock_timestamp() - idle);
    if found then
      return opened;
    end if;
  end loop;
  return conversation;
end
$$;

-- A change notes what the text was before, once until the next fold. The row is locked where it is there already, so that
-- no fold takes it before this transaction ends; a fold that has it is waited for, and then the row is written anew.
create or replace function sms_private.count_message()
returns trigger
-- As definer: the role that deletes a user has no right to write here.
language plpgsql volatile security definer set search_path = ''
as $$
declare
  old_bucket timestamptz;
  new_bucket timestamptz;
begin
  -- Compared here. A condition of the trigger would be read and compiled anew for each update.
  if tg_op = 'UPDATE' and
    (old.status, old.intent, old.answer_ms, old.num_segments,
      case when old.price is not null then old.price_unit end, case when old.price_unit is not null then old.price end,
      old.user_id, old.created_at, old.phone_number_id, old.assistant_id, old.direction, old.sender, old.seq, old.id)
    is not distinct from (new.status, new.intent, new.answer_ms, new.num_segments,
      case when new.price is not null then new.price_unit end, case when new.price_unit is not null then new.price end,
      new.user_id, new.created_at, new.phone_number_id, new.assistant_id, new.direction, new.sender, new.seq, new.id)
  then
    return null;
  end if;
  if tg_op <> 'INSERT' and old.user_id is not null then
    if tg_op = 'DELETE' then
      -- When a user is deleted, the user's figures are deleted too. What a text counted for would only come too late.
      perform from auth.users u where u.id = old.user_id;
      if not found then
        return null;
      end if;
    end if;
    old_bucket := date_bin('15 minutes', old.created_at, '2000-01-01 00:00:00+00');
    insert into sms_private.stat_changes as c (message_id, user_id, bucket, phone_number_id, assistant_id, direction,
      sender, status, intent, price_unit, price, answer_ms, seq, num_segments)
    values (old.id, old.user_id, old_bucket, old.phone_number_id, old.assistant_id, old.direction, old.sender,
      old.status, old.intent, old.price_unit, old.price, old.answer_ms, old.seq, old.num_segments)
    -- Never updates; but it locks, and where the row vanishes meanwhile, it inserts.
    on conflict (message_id, user_id, bucket) do update set status = c.status where false;
  end if;
  if tg_op <> 'DELETE' and new.user_id is not null then
    new_bucket := date_bin('15 minutes', new.created_at, '2000-01-01 00:00:00+00');
    if tg_op = 'INSERT' or (new.id, new.user_id, new_bucket) is distinct from (old.id, old.user_id, old_bucket) then
      insert into sms_private.stat_changes as c (message_id, user_id, bucket)
      values (new.id, new.user_id, new_bucket)
      on conflict (message_id, user_id, bucket) do update set status = c.status where false;
    end if;
  end if;
  return null;
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

  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through);
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

create or replace function sms_private.has_arrived(status text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return status in ('delivered', 'read');
end
$$;

-- A worker may have a message when its broadcast is paused, and give it back unsent. The next claim holds it then.
-- The claim locks the broadcast, so that sms_resume_broadcast waits for it and finds what it held: a delivery that stayed
-- held after the resume would never leave. The claim itself waits for nobody: while somebody changes the broadcast, the
-- message stays as it is, for the next claim.
create or replace function sms_private.hold_if_paused(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.broadcast_id is null then
    return false;
  end if;
  if not exists (
    select from public.sms_broadcasts broadcast
    where broadcast.id = message.broadcast_id and broadcast.paused_at is not null and broadcast.canceled_at is null) then
    return false;
  end if;
  perform from public.sms_broadcasts broadcast
  where broadcast.id = message.broadcast_id and broadcast.paused_at is not null and broadcast.canceled_at is null
  for share skip locked;
  if found then
    update sms_private.jobs job set held_at = clock_timestamp() where job.message_id = message.id and job.kind = 'deliver';
  end if;
  return true;
end
$$;

create or replace function sms_private.is_answer(message public.sms_messages)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- An apology, a confirmation, a broadcast and what a program sends are no answers: the contact still waits.
  return message.direction = 'outbound' and message.sender in ('assistant', 'person')
    and message.kind in ('text', 'reply', 'greeting', 'goodbye') and message.broadcast_id is null;
end
$$;

-- The keywords of US carriers and of Twilio (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out),
-- REVOKE and OPTOUT since 2025-04. The whole message, any case.
-- An opt-out is forgiving: punctuation, spaces and symbols do not count. The other words count only as Twilio takes them, alone:
-- Twilio answers HELP and lifts its block for START, and does neither for "Help!" and "START!". What it does not take is
-- an ordinary message.
create or replace function sms_private.keyword_of(body text, opt_out_type text, opted_out boolean)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when opt_out_type = 'STOP' then 'out'
      when opt_out_type = 'START' then 'in'
      when opt_out_type = 'HELP' then 'help'
      when word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT') then 'out'
      when alone in ('START', 'UNSTOP') then 'in'
      when alone = 'YES' and opted_out then 'in'
      when alone in ('HELP', 'INFO') then 'help'
    end
    from (select upper(btrim(body, E' \t\r\n')) as alone, upper(regexp_replace(
      normalize(body, nfkc),
      '[\s\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2000-\u2BFF\u3000-\u303F\uFE00-\uFE0F\uFEFF\U0001F000-\U0001FAFF\U000E0000-\U000E01EF]',
      '', 'g')) as word) as w);
end
$$;

create or replace function sms_private.may_text(tenant uuid, from_number text, to_number text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  allowed text[] := (sms_private.limits_of(tenant)).allowed_countries;
  country text;
begin
  if allowed is null then
    return true;
  end if;
  country := sms_private.country_of(to_number);
  return coalesce(country = sms_private.country_of(from_number) or country = any (allowed), false);
end
$$;

-- Ids, times, rules of rows, and errors that pass.

-- UUIDv7 (RFC 9562): ids sort by the time they were made, so new rows land at the end of every index.
create or replace function sms_private.new_id()
returns uuid
language plpgsql volatile parallel safe set search_path = ''
as $$
begin
  return encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid;
end
$$;

-- An accepted message is a fact, also when another worker has the lease by now.
create or replace function sms_private.record_delivery(result jsonb, max_attempts int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  sid text := result ->> 'message_sid';
  message public.sms_messages;
  job sms_private.jobs;
  -- A connection that was refused has no code of Twilio's.
  code text := coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE');
begin
  select * into message from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  if result ->> 'outcome' = 'accepted' then
    return sms_private.record_twilio_sid(message, sid, result ->> 'status', null, null, 'create',
      (result ->> 'num_segments')::int);
  end if;

  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'refused' then
    delete from sms_private.jobs j where j.id = job.id;
    delete from sms_private.questions question where question.message_id = message.id;
    perform sms_private.report_status(message, 'failed', result ->> 'error_code', result ->> 'error_message', null,
      'create', attempted_at => greatest(job.attempted_at, job.resent_at));
  when 'retry' then
    if job.attempts >= max_attempts and job.resent_at is not null then
      perform sms_private.give_up_on(message, 'It is not known whether this text left, and it could not be sent again.');
      return 'recorded';
    end if;
    if job.attempts >= max_attempts then
      perform sms_private.report_status(message, 'failed', code, coalesce(result ->> 'error_message', 'The carrier could not be reached.'),
        null, 'worker');
      perform sms_private.release_delivery(job);
      update sms_private.jobs j
      set set_aside_at = clock_timestamp(), last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform sms_private.release_delivery(job);
    update sms_private.jobs j
    set last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform sms_private.release_delivery(job);
    -- due_at stays, so the message keeps its place before newer ones of its pair.
    update sms_private.jobs j set attempts = greatest(j.attempts - 1, 0) where j.id = job.id;
  when 'unknown' then
    perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update sms_private.jobs j
    set unconfirmed = true,
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
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
  candidate := candidates[1];
  if cardinality(candidates) > 1 or sms_private.has_rival(message, since, candidate) then
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

create or replace function sms_private.record_settlement(
  message public.sms_messages, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  gap interval := sms_private.settle_gap(question.tries + 1);
  code text := sms_private.twilio_code(result ->> 'error_code');
begin
  if result ->> 'outcome' = 'unrecordable' then
    -- Asked again when the lease ends, and counted, so that it is not asked for ever.
    update sms_private.questions asked
    set tries = asked.tries + 1, last_error = left('NOT_RECORDABLE: ' || (result ->> 'error_message'), 500),
      set_aside_at = case when gap is null then clock_timestamp() end
    where asked.id = question.id;
    return case when gap is null then 'set_aside' else 'error' end;
  end if;
  if result ->> 'outcome' = 'failed' and message.created_at > clock_timestamp() - interval '5 days' then
    perform sms_private.ask_again(question, question.tries, sms_private.settle_gap(0), why);
    return 'postponed';
  end if;
  if result ->> 'outcome' = 'found' then
    -- An event only for news: Twilio is asked about every message, mostly only for its price.
    if sms_private.says_more(message, result ->> 'status', code) then
      message.status := sms_private.report_status(message, result ->> 'status', code,
        result ->> 'error_message', message.message_sid, 'lookup');
    end if;
    message.price := coalesce((result ->> 'price')::numeric, message.price);
    message.num_segments := coalesce(nullif((result ->> 'num_segments')::int, 0), message.num_segments);
    update public.sms_messages stored
    set price = message.price, price_unit = coalesce(result ->> 'price_unit', stored.price_unit),
      num_segments = message.num_segments
    where stored.id = message.id
      and (stored.price, stored.num_segments) is distinct from (message.price, message.num_segments);
    if not sms_private.is_settled(message.status, message.price) and gap is not null then
      perform sms_private.ask_again(question, question.tries + 1, gap);
      return 'not_yet';
    end if;
  end if;
  delete from sms_private.questions asked where asked.id = question.id;
  return case when result ->> 'outcome' = 'found' and sms_private.is_settled(message.status, message.price)
    then 'settled' else 'left' end;
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
declare
  attempted_at timestamptz;
begin
  if message.message_sid <> sid then
    insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (message.user_id, message.id, left(new_status, 64), new_error_code, sid, record_twilio_sid.source, '{doubled}');
    return 'doubled';
  end if;
  if message.message_sid is null then
    delete from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id
    returning greatest(j.attempted_at, j.resent_at) into attempted_at;
    -- A look-up of it is answered with that. Its settlement takes its place.
    insert into sms_private.questions (kind, account_sid, message_id, due_at)
    values ('settlement', message.account_sid, message.id, clock_timestamp() + sms_private.settle_gap(0))
    on conflict (message_id) do update
    set kind = excluded.kind, due_at = excluded.due_at, tries = 0, lease_token = null, last_error = null;
  end if;
  perform sms_private.report_status(message, new_status, new_error_code, new_error_message, sid,
    record_twilio_sid.source, '{}', sid, segments, attempted_at);
  return 'recorded';
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
  select * into strict contact from public.sms_contacts k where k.id = job.contact_id;
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
    select * into strict conversation from public.sms_conversations c where c.id = message.conversation_id;
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
    end if;
  end if;
end
$$;

-- Tables that every message writes have one check constraint, which calls one function. Postgres reads and compiles the text
-- of each check constraint anew in each statement that writes the table (ExecRelCheck in src/backend/executor/execMain.c of
-- Postgres 17), and a function once a session. The constraints were a sixth of the CPU time of an answered message.
create or replace function sms_private.refuse_row(table_name text, rule text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'new row of "%" breaks the rule "%"', table_name, rule
    using errcode = 'check_violation', schema = '', table = table_name, constraint = rule;
end
$$;

-- The newest N replies; N is the cap, and one more when the reply itself is stored (`already`). When the oldest of them
-- leaves the window, one more reply is allowed.
create or replace function sms_private.reply_cap(tenant uuid, conversation uuid, already int)
returns table (reason text, until timestamptz)
language plpgsql stable rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  cap int;
  span interval;
  oldest timestamptz;
begin
  for place in 1..3 loop
    cap := case place when 1 then limits.conversation_replies_per_hour
      when 2 then limits.conversation_replies_per_day else limits.tenant_replies_per_day end;
    continue when cap is null;
    span := case place when 1 then interval '1 hour' else interval '1 day' end;
    oldest := null;
    if cap + already > 0 then
      if place = 3 then
        select m.created_at into oldest from public.sms_messages m
        where m.user_id = tenant and m.sender = 'assistant' and m.status <> 'canceled'
          and m.created_at > statement_timestamp() - span
        order by m.created_at desc offset cap + already - 1 limit 1;
      else
        select m.created_at into oldest from public.sms_messages m
        where m.conversation_id = conversation and m.sender = 'assistant' and m.status <> 'canceled'
          and m.created_at > statement_timestamp() - span
        order by m.created_at desc offset cap + already - 1 limit 1;
      end if;
      continue when not found;
    end if;
    reason := case place when 1 then 'replies_per_hour' when 2 then 'replies_per_day'
      else 'tenant_replies_per_day' end;
    until := coalesce(oldest, clock_timestamp()) + span;
    return next;
    return;
  end loop;
end
$$;

-- The caller needs no lock: the update compares the ranks itself. One update for status and SID, because each update of a
-- message writes it anew.
create or replace function sms_private.report_status(
  message public.sms_messages, new_status text, new_error_code text, new_error_message text,
  reported_sid text, source text, flags text[] default '{}', sid text default null, segments int default null,
  attempted_at timestamptz default null)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  -- What arrived has no error, whatever a carrier sends along.
  arrived boolean := sms_private.has_arrived(new_status);
  code text := case when not arrived then new_error_code end;
  -- A status that says that the message left.
  is_sent boolean := sms_private.status_rank(new_status, null) >= sms_private.status_rank('sent', null)
    and new_status not in ('canceled', 'failed');
  holds text;
begin
  insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
  values (message.user_id, message.id, left(new_status, 64), code, reported_sid,
    report_status.source, report_status.flags);
  update public.sms_messages m
  set message_sid = coalesce(m.message_sid, sid),
    num_segments = coalesce(nullif(segments, 0), m.num_segments),
    (status, error_code, error_message, date_sent, date_updated) = (
      select case when news then new_status else m.status end,
        case when news then code else m.error_code end,
        case when news then case when not arrived then new_error_message end else m.error_message end,
        case when news and is_sent then coalesce(m.date_sent, clock_timestamp()) else m.date_sent end,
        case when news then clock_timestamp() else m.date_updated end
      from (select sms_private.says_more(m, new_status, code) as news) compared)
  where m.id = message.id and m.direction = 'outbound'
    and (sms_private.says_more(m, new_status, code)
      or (sid is not null and m.message_sid is null) or segments > 0)
  returning m.status into holds;
  if found and code = '21610' and message.error_code is distinct from code then
    perform sms_private.block_sender(message, attempted_at);
  end if;
  return coalesce(holds, message.status);
end
$$;

-- Whether a report says more than we know: a higher status, or the reason of the same status where there was none.
create or replace function sms_private.says_more(message public.sms_messages, new_status text, new_error_code text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(sms_private.status_rank(new_status, new_error_code)
      > sms_private.status_rank(message.status, message.error_code), false)
    or (new_status = message.status and message.error_code is null and new_error_code is not null
      and not sms_private.has_arrived(new_status));
end
$$;

-- Stores what an answer says and does. The caller has decided that it may be sent.
create or replace function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean)
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
      then sms_private.setting('opt_out_confirmation') #>> '{}' else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and body <> '' then
    body := coalesce(assistant.goodbye_message, body);
    kind := 'goodbye';
  end if;
  if body <> '' then
    sent := sms_private.store_outbound(conversation.id, 'assistant', kind, body, '[]', 0, null, wanted);
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

create or replace function sms_private.store_message(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  recipient text;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
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
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at);
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
    sms_private.media_of(wanted.media_urls), case when later then 2 else 1 end, send_at, template => wanted.template_id);
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
  intent text default null, template uuid default null)
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
    phone_number_id, assistant_id)
  values (number.account_sid, conversation.id, conversation.user_id,
    sms_private.next_seq(conversation.id, store_outbound.body, store_outbound.media), 'outbound', store_outbound.kind,
    store_outbound.sender, contact_number, number.number,
    store_outbound.body, store_outbound.media, store_outbound.intent,
    case when store_outbound.send_at > clock_timestamp() then 'scheduled' else 'pending' end,
    sms_private.count_segments(store_outbound.body), store_outbound.send_at, store_outbound.template,
    clock_timestamp(), number.id, coalesce(number.assistant_id, conversation.assistant_id))
  returning * into stored;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  values ('deliver', conversation.user_id, stored.id, conversation.phone_number_id, conversation.contact_id,
    store_outbound.priority, coalesce(store_outbound.send_at, clock_timestamp()));
  return stored;
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
      and job.due_at <= clock_timestamp() and sms_private.pair_is_free(job));
end
$$;

-- What Twilio says in ErrorCode is digits; 0 is none. Everything else is not stored.
create or replace function sms_private.twilio_code(code text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when code ~ '^[1-9][0-9]{0,5}$' then code end;
end
$$;

create index jobs_pair_idx on sms_private.jobs using btree (contact_id, phone_number_id);

create index questions_due_idx on sms_private.questions using btree (kind, account_sid, due_at)
  where (set_aside_at is null);

create trigger count_message
  after insert or delete or update on public.sms_messages
  for each row
  execute function sms_private.count_message();

create trigger set_message_origin
  before insert on public.sms_messages
  for each row
  when (((new.user_id IS NOT NULL) AND (new.phone_number_id IS NULL)))
  execute function sms_private.set_message_origin();

comment on function public.sms_get_delivery(uuid) is 'An outbound message and where its delivery stands. Returns { outcome: found, state, turn_in_ms, message }, state being settled (nothing more is tried), in_hand (a worker has claimed it, and its outcome is not known yet) or waiting (due later, for its pace, to be tried again, or its outcome unknown); or MESSAGE_NOT_FOUND. turn_in_ms: where it waits for its number''s pace alone, milliseconds until that sends again, else null.';

comment on function sms_private.accounts_to_ask(text) is 'The accounts about which there are questions of this kind, now or later.';

comment on function sms_private.block_sender(public.sms_messages, timestamp
  with time zone) is 'Stores that Twilio refused a message because the contact opted out of the number (21610), unless they opted in after the attempt began. report_status() calls it, whether the create call, a callback or a question to Twilio brought the code.';

comment on function sms_private.check_conversation(text, text, timestamp
  with time zone, text, bigint, bigint) is 'What every row of sms_conversations keeps. True, or refuse_row().';

comment on function sms_private.check_job(text, uuid, uuid, smallint, timestamp
  with time zone,
  uuid, timestamp with time zone, bigint, timestamp with time zone, text) is 'What every row of jobs keeps. True, or refuse_row().';

comment on function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint) is 'What every row of sms_messages keeps. True, or refuse_row().';

comment on function sms_private.contact_of(uuid, text) is 'The contact of a tenant with this number, added when there is none.';

comment on function sms_private.has_arrived(text) is 'Whether a status says that the message arrived. Such a message has no error.';

comment on function sms_private.is_answer(public.sms_messages) is 'Whether an outbound text can answer a contact: an assistant''s or a person''s words to this one contact.';

comment on function sms_private.keyword_of(text, text, boolean) is 'out, in or help when the whole message is a consent keyword, else null. OptOutType from Twilio wins over the words.';

comment on function sms_private.refuse_row(text, text) is 'Refuses a row, for the function of a check constraint: raises check_violation with the broken rule as the constraint''s name.';

comment on function
  sms_private.report_status(public.sms_messages, text, text, text, text, text, text[], text, integer,
  timestamp with time zone) is 'Appends a status report to sms_message_events and raises sms_messages.status only to a higher rank, or adds the error code that the same status lacked. 21610 blocks the pair, however it comes. With sid, it also names a message that has none; with segments, it corrects their number. Returns the status that now holds.';

comment on function sms_private.says_more(public.sms_messages, text, text) is 'Whether a reported status changes a message: it is higher, or it is the same and brings the error code that was missing.';

comment on function sms_private.turn_in_ms(sms_private.jobs) is 'For a delivery that waits for nothing but its number''s pace: milliseconds until the number may send again. Others may go first. Null for any other delivery.';

comment on function sms_private.twilio_code(text) is 'An error code of Twilio, or null for what is none.';

alter table public.sms_conversations
  add constraint conversation_rules
    check (sms_private.check_conversation(status, end_reason, ended_at, ai_paused_reason, last_seq, read_seq));

alter table public.sms_messages
  add constraint message_rules
    check
    (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id, seq, message_sid,
    to_number, body, media, num_segments, answer_ms));

alter table sms_private.jobs
  add constraint job_rules
    check
    (sms_private.check_job(kind, conversation_id, message_id, priority, due_at, lease_token, lease_expires_at,
    wanted_seq, first_unanswered_at, last_error));

-- Who may do what.
revoke all on function sms_private.accounts_to_ask(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.block_sender(public.sms_messages,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_conversation(text,text,timestamp with time zone,text,bigint,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_job(text,uuid,uuid,smallint,timestamp with time zone,uuid,timestamp with time zone,bigint,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.contact_of(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.has_arrived(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_answer(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_row(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.report_status(public.sms_messages,text,text,text,text,text,text[],text,integer,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.says_more(public.sms_messages,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.turn_in_ms(sms_private.jobs) from public, anon, authenticated, service_role;
revoke all on function sms_private.twilio_code(text) from public, anon, authenticated, service_role;
grant execute on function sms_private.accounts_to_ask(text) to service_role;
grant execute on function sms_private.block_sender(public.sms_messages,timestamp with time zone) to service_role;
grant execute on function sms_private.check_conversation(text,text,timestamp with time zone,text,bigint,bigint) to authenticated;
grant execute on function sms_private.check_conversation(text,text,timestamp with time zone,text,bigint,bigint) to service_role;
grant execute on function sms_private.check_job(text,uuid,uuid,smallint,timestamp with time zone,uuid,timestamp with time zone,bigint,timestamp with time zone,text) to service_role;
grant execute on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint) to service_role;
grant execute on function sms_private.contact_of(uuid,text) to service_role;
grant execute on function sms_private.has_arrived(text) to service_role;
grant execute on function sms_private.is_answer(public.sms_messages) to service_role;
grant execute on function sms_private.refuse_row(text,text) to authenticated;
grant execute on function sms_private.refuse_row(text,text) to service_role;
grant execute on function sms_private.report_status(public.sms_messages,text,text,text,text,text,text[],text,integer,timestamp with time zone) to service_role;
grant execute on function sms_private.says_more(public.sms_messages,text,text) to service_role;
grant execute on function sms_private.turn_in_ms(sms_private.jobs) to service_role;
grant execute on function sms_private.twilio_code(text) to service_role;

reset check_function_bodies;
