-- A text that was recovered too late to be answered: the conversation says so, as it says of every text that got no answer.

alter table public.conversations drop constraint conversations_ai_paused_reason_check;
alter table public.conversations add constraint conversations_ai_paused_reason_check check (ai_paused_reason in (
  'person', 'taken_over', 'no_assistant', 'assistant_inactive', 'opted_out', 'sender_blocked', 'not_repliable',
  'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late'));

create or replace function public.receive_message(
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
    elsif silent is not null or not c.ai_enabled then
      null;
    elsif coalesce(sent_at, clock_timestamp()) > clock_timestamp() - interval '30 minutes' then
      due_in_ms := private.want_reply(c, m.seq,
        (select a.reply_delay_ms from public.assistants a where a.id = n.assistant_id));
    else
      -- Recovered late: stored, but an answer now would only puzzle. That of a text that is still to be answered says more.
      update public.conversations v set ai_paused_reason = 'recovered_late'
      where v.id = c.id and not exists (select from private.jobs j where j.conversation_id = c.id and j.set_aside_at is null);
    end if;
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', m.id, 'conversation_id', c.id, 'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;
