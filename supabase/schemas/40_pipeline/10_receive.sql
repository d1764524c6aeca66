-- A message from a contact.

-- A repeat changes nothing. It still says when the reply is due: the first request may have been stored without its
-- answer reaching the webhook, and then nobody woke the worker.
create function sms_private.repeated_message(account_sid text, message_sid text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('outcome', 'duplicate', 'message_id', m.id, 'conversation_id', m.conversation_id,
      'reply_due_in_ms', sms_private.milliseconds_until(j.due_at))
    from public.sms_messages m
    left join sms_private.jobs j on j.conversation_id = m.conversation_id and j.kind = 'reply'
      and j.set_aside_at is null
      and j.lease_token is null
    where m.account_sid = repeated_message.account_sid and m.message_sid = repeated_message.message_sid);
end
$$;
comment on function sms_private.repeated_message is 'What sms_receive_message answers for a message that is stored already; null when it is not.';

-- One live job a conversation. A lease that is held is not touched.
create function sms_private.want_reply(conversation public.sms_conversations, message public.sms_messages, reply_delay_ms int)
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
comment on function sms_private.want_reply is
  'Makes or renews the reply job of a conversation; due after the reply delay, at most 15 s from the first unanswered message. Returns milliseconds until then.';

-- Also used for a message that was stored earlier, when its contact opts in again.
create function sms_private.answer_or_say_why(conversation public.sms_conversations, number public.sms_numbers,
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
comment on function sms_private.answer_or_say_why is
  'Makes the reply job for a message that was just stored, or says on its conversation why there is none. Returns milliseconds until the reply is due, or null. The caller holds the conversation''s lock.';

create function public.sms_receive_message(
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
    perform sms_private.keep_word_to_nobody(sms_receive_message.account_sid, own_number, sender_number,
      sms_private.keyword_of(text_body, opt_out_type, false), coalesce(sent_at, clock_timestamp()));
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
    -- What is no keyword after an opt-out is none at all: who is new has written by it.
    keyword := sms_private.keyword_of(text_body, opt_out_type, true);
    contact := sms_private.contact_of(number.user_id, sender_number,
      case when keyword is null then coalesce(sent_at, clock_timestamp()) end);
    -- Added lately: perhaps an erased one, of whom Twilio brings a text once more.
    if contact.created_at > now() - interval '1 hour' and exists (
      select from sms_private.erased_texts e
      where e.account_sid = sms_receive_message.account_sid and e.message_sid = sms_receive_message.message_sid) then
      delete from public.sms_contacts k where k.id = contact.id and k.created_at = now();
      return jsonb_build_object('outcome', 'duplicate', 'message_id', null, 'conversation_id', null,
        'reply_due_in_ms', null);
    end if;
    -- Twilio takes YES for START after an opt-out. That may be an opt-out that only Twilio knows.
    if keyword is not null then
      keyword := sms_private.keyword_of(text_body, opt_out_type,
        sms_private.opt_out_reason(number.id, contact) is not null);
    end if;
    if keyword is null and attachments = '[]' and sms_private.is_reaction(text_body) then
      is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body);
    end if;
    conversation := sms_private.conversation_for_inbound(number, contact.id,
      keyword is not null and not (keyword = 'help'
        and not sms_private.carrier_answers(number.user_id, text_body, opt_out_type)) or is_reaction);
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

  if contact.wrote_at is null and message.kind = 'text' then
    update public.sms_contacts k set wrote_at = message.date_created where k.id = contact.id and k.wrote_at is null;
  end if;
  if conversation.via is distinct from answer_by and conversation.id is not null then
    update public.sms_conversations v set via = answer_by where v.id = conversation.id;
    conversation.via := answer_by;
  end if;
  if is_reaction then
    -- Nobody answers a thumb.
    due_in_ms := null;
  elsif keyword is null then
    due_in_ms := sms_private.hear(conversation, number, message);
  elsif keyword = 'in' and sent_at is null and sms_private.is_signed_by_tenant(message.account_sid) then
    -- Counts when Twilio's list has it. Due now: who wakes the worker for a reply wakes it for this.
    perform sms_private.ask_for_proof(message);
    due_in_ms := 0;
  elsif keyword = 'in' then
    due_in_ms := sms_private.opt_in(conversation, number, contact.id, message, opt_out_type);
  else
    due_in_ms := sms_private.follow_keyword(keyword, conversation, number, contact.id, message, opt_out_type);
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;
comment on function public.sms_receive_message is
  'Stores an inbound message that was signed for an account, once. An opt-out in free words that is sure counts at once; one in doubt is asked of the model. A START that the account''s tenant can sign counts when Twilio''s list has it. Outcomes: stored, duplicate, unowned (a number that nobody has in this account; message_id null: the account has many of those, and it is not kept), RATE_LIMITED (retry_after_ms: the tenant''s texts_per_minute; nothing is stored, and Twilio''s list brings it).';
