-- A text from a contact. One transaction: identity, duplicate, keyword, conversation, row, job.

-- START, STOP and HELP, and what they change. The caller holds the conversation's lock, if there is one.
create function private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
begin
  if keyword = 'out' then
    perform private.opt_out(contact, source, evidence, message.id);
    update public.conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  if keyword = 'in' then
    update public.contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    delete from private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact;
    update public.conversations c
    set ai_paused_reason = case when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
  insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id, case keyword when 'in' then 'opt_in' else 'help' end, source, evidence);
end
$$;
comment on function private.apply_keyword is 'Records a consent keyword (out, in, help) and what it changes.';
revoke execute on function private.apply_keyword from public, anon, authenticated;
grant execute on function private.apply_keyword to service_role;

-- Why this conversation gets no automatic reply now; null when it does.
create function private.no_reply_reason(c public.conversations)
returns text
language sql stable set search_path = ''
as $$
  select case
    when k.opted_out_at is not null then 'opted_out'
    when exists (select from private.sender_blocks b
                 where b.phone_number_id = c.phone_number_id and b.contact_id = c.contact_id) then 'sender_blocked'
    when k.number !~ '^\+[1-9][0-9]{6,14}$' or not private.may_text(c.user_id, n.number, k.number)
      then 'not_repliable'
    when c.ai_paused_until > clock_timestamp() then coalesce(c.ai_paused_reason, 'person')
    when n.assistant_id is null then 'no_assistant'
    when not a.active then 'assistant_inactive'
  end
  from public.phone_numbers n
  join public.contacts k on k.id = c.contact_id
  left join public.assistants a on a.id = n.assistant_id
  where n.id = c.phone_number_id
$$;
comment on function private.no_reply_reason is 'Why the assistant must stay silent in a conversation; null when it may answer.';
revoke execute on function private.no_reply_reason from public, anon, authenticated;
grant execute on function private.no_reply_reason to service_role;

-- One live job a conversation. A lease that is held is not touched.
create function private.want_reply(c public.conversations, seq bigint, reply_delay_ms int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  due timestamptz;
begin
  insert into private.jobs as j (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
    first_unanswered_at)
  values ('reply', c.user_id, c.id, c.phone_number_id, c.contact_id,
    moment + make_interval(secs => reply_delay_ms / 1000.0), seq, moment)
  on conflict (conversation_id) where kind = 'reply' do update
  set wanted_seq = excluded.wanted_seq,
    -- A job that was given up on begins anew with the new text.
    first_unanswered_at = case when j.set_aside_at is null then j.first_unanswered_at else moment end,
    attempts = case when j.set_aside_at is null then j.attempts else 0 end,
    drops = case when j.set_aside_at is null then j.drops else 0 end,
    due_at = greatest(
      least((case when j.set_aside_at is null then j.first_unanswered_at else moment end) + interval '15 seconds',
        moment + make_interval(secs => reply_delay_ms / 1000.0)),
      -- A new text does not hurry a model that asked for a pause.
      case when j.set_aside_at is null and j.attempts > 0 and j.lease_token is null then j.due_at end),
    set_aside_at = null
  returning j.due_at into due;
  return greatest(0, ceil(extract(epoch from due - moment) * 1000))::int;
end
$$;
comment on function private.want_reply is
  'Makes or renews the reply job of a conversation; due after the reply delay, at most 15 s from the first unanswered text. Returns milliseconds until then.';
revoke execute on function private.want_reply from public, anon, authenticated;
grant execute on function private.want_reply to service_role;

-- A repeat changes nothing. It still says when the reply is due: the first delivery may have been stored without its
-- sender hearing of it, and then nobody has woken the worker.
create function private.repeated_message(account_sid text, message_sid text)
returns jsonb
language sql volatile set search_path = ''
as $$
  select jsonb_build_object('outcome', 'duplicate', 'message_id', m.id, 'conversation_id', m.conversation_id,
    'reply_due_in_ms', private.milliseconds_until(j.due_at))
  from public.sms_messages m
  left join private.jobs j on j.conversation_id = m.conversation_id and j.kind = 'reply' and j.set_aside_at is null
    and j.lease_token is null
  where m.account_sid = repeated_message.account_sid and m.message_sid = repeated_message.message_sid
$$;
comment on function private.repeated_message is 'What receive_message answers for a text that is stored already; null when it is not.';
revoke execute on function private.repeated_message from public, anon, authenticated;
grant execute on function private.repeated_message to service_role;

create function public.receive_message(
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
  n public.phone_numbers;
  k public.contacts;
  c public.conversations;
  m public.sms_messages;
  keyword text;
  silent text;
  cap_reason text;
  cap_until timestamptz;
  due_in_ms int;
begin
  repeat := private.repeated_message(receive_message.account_sid, receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  select * into n from public.phone_numbers p
  where p.account_sid = receive_message.account_sid and p.number = receive_message.to_number;
  if not found then
    if exists (select from public.phone_numbers p where p.number = receive_message.to_number) then
      return jsonb_build_object('outcome', 'other_account');
    end if;
    insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, media,
      status, num_segments, date_created)
    values (receive_message.message_sid, receive_message.account_sid, 'inbound', 'contact', receive_message.to_number,
      receive_message.from_number, text_body, attachments, 'received', segments,
      coalesce(sent_at, clock_timestamp()))
    on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
    returning * into m;
    return jsonb_build_object('outcome', case when m.id is null then 'duplicate' else 'unowned' end, 'message_id', m.id);
  end if;

  -- Before any conversation's lock: whoever deletes the assistant holds it and wants the conversations.
  perform from public.assistants a where a.id = n.assistant_id for key share;
  if not found then
    n.assistant_id := null;
  end if;
  insert into public.contacts (user_id, number) values (n.user_id, sender_number)
  on conflict (user_id, number) do nothing;
  select * into strict k from public.contacts s
  where s.user_id = n.user_id and s.number = sender_number;
  keyword := private.keyword_of(text_body, opt_out_type, k.opted_out_at is not null);
  c := private.conversation_for_inbound(n, k.id, keyword is not null);

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := private.repeated_message(receive_message.account_sid, receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at)
  values (receive_message.message_sid, receive_message.account_sid, c.id, n.user_id,
    case when c.id is not null then private.next_seq(c.id, text_body, attachments) end,
    'inbound', case when keyword is null then 'text' else 'keyword' end, 'contact', receive_message.to_number,
    receive_message.from_number, text_body, attachments, 'received', segments,
    coalesce(sent_at, clock_timestamp()), clock_timestamp())
  on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
  returning * into m;
  if m.id is null then
    return private.repeated_message(receive_message.account_sid, receive_message.message_sid);
  end if;

  if keyword is not null then
    perform private.apply_keyword(keyword, m, n.id, k.id, opt_out_type);
  else
    silent := private.no_reply_reason(c);
    update public.conversations v
    set assistant_id = coalesce(n.assistant_id, v.assistant_id), ai_paused_reason = silent
    where v.id = c.id and (v.assistant_id, v.ai_paused_reason) is distinct from (coalesce(n.assistant_id, v.assistant_id), silent);
    if silent is null and c.ai_enabled then
      select r.reason, r.until into cap_reason, cap_until from private.reply_cap(c.user_id, c.id, 0) r;
    end if;
    if cap_reason is not null then
      update public.conversations v set ai_paused_until = cap_until, ai_paused_reason = cap_reason where v.id = c.id;
    -- Recovered late: stored, but an answer now would only puzzle.
    elsif silent is null and c.ai_enabled and coalesce(sent_at, clock_timestamp()) > clock_timestamp() - interval '30 minutes' then
      due_in_ms := private.want_reply(c, m.seq,
        (select a.reply_delay_ms from public.assistants a where a.id = n.assistant_id));
    end if;
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', m.id, 'conversation_id', c.id, 'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;
comment on function public.receive_message is
  'Stores an inbound text that Twilio signed, once. Outcomes: stored, duplicate, unowned (a number nobody has), other_account (a number of another account: nothing stored).';
revoke execute on function public.receive_message from public, anon, authenticated;
grant execute on function public.receive_message to service_role;
