-- sms_foreign_forms: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

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
    select * into number from sms_private.number_of_agent(sms_receive_message.account_sid, own_number,
      sender_number);
  end if;
  if number.id is null then
    if exists (select from public.sms_numbers p where p.number = own_number) then
      return jsonb_build_object('outcome', 'other_account');
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
  -- Twilio may send a message of RCS as SMS, from the number or from another sender of the service.
  if message.to_number is distinct from sms_private.telephone_of(sms_record_status.to_number)
      and sms_private.is_same_telephone(message.to_number, sms_private.telephone_of(sms_record_status.to_number)) is not true
    or (message.from_number is distinct from sms_private.telephone_of(sms_record_status.from_number)
      and (message.via is null or message.via <> sms_record_status.from_number)
      and not coalesce(message.via like 'rcs:%' and message.id = sms_record_status.message_id, false)) then
    return jsonb_build_object('outcome', 'mismatch');
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

create or replace function sms_private.schedule_worker(functions_url text, worker_key text, every_seconds int)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  missing text[] := sms_private.missing_for_schedule();
begin
  -- The key goes with each wake. Without TLS it may only go where no network in between can read it: this machine, or containers
  -- beside the database, whose names have no dot.
  if functions_url !~ '^https://[^\s/@]+(/\S*)?$'
    and functions_url !~ '^http://(localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|[A-Za-z0-9_-]+)(:[0-9]+)?(/\S*)?$'
    or functions_url is null then
    return jsonb_build_object('outcome', 'INVALID_URL');
  elsif every_seconds is null or every_seconds not between 1 and 59 then
    return jsonb_build_object('outcome', 'INVALID_INTERVAL');
  elsif worker_key is null or worker_key !~ '\S' then
    return jsonb_build_object('outcome', 'KEY_REQUIRED');
  elsif missing <> '{}' then
    return jsonb_build_object('outcome', 'SCHEDULER_UNAVAILABLE', 'missing', to_jsonb(missing));
  end if;
  perform sms_private.keep_secret('supabase_sms_worker_url', rtrim(functions_url, '/') || '/sms-worker');
  perform sms_private.keep_secret('supabase_sms_worker_key', worker_key);
  -- A job of the same name is replaced, not doubled.
  perform cron.schedule('supabase-sms-wake', every_seconds || ' seconds', 'select sms_private.wake_worker()');
  perform cron.schedule('supabase-sms-purge', '17 * * * *', 'select sms_private.purge_schedule_logs()');
  return jsonb_build_object('outcome', 'scheduled', 'every_seconds', every_seconds);
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
    -- Longer than any sender's name. Who signs the form chooses it.
    when from_address like 'rcs:+%' and to_address like 'rcs:%' then left(to_address, 128)
    when from_address like 'whatsapp:+%' then 'whatsapp:' || number.number
  end;
end
$$;

comment on function public.sms_schedule_worker(text, text, integer) is 'Wakes sms-worker every few seconds (1 to 59), with pg_cron and pg_net; address and key are kept in Vault. May be called again to change them. Outcomes: scheduled, INVALID_URL (no https: the key goes with each wake; http only to this machine or a container), INVALID_INTERVAL, KEY_REQUIRED, SCHEDULER_UNAVAILABLE (with what is missing).';

comment on function sms_private.before_number_goes() is 'Trigger: an opt-out stays when the number goes, and the next tenant of the number must obey it. Texts to it that were set aside are deleted with the tenant.';

reset check_function_bodies;
