-- A contact who comes back with START while we hear of things late, or of two things at once.

-- START and a refusal that is recorded at the same moment must see each other, or the contact stays silenced for good:
-- both write the pair's row before they look or delete, so the later one waits for the earlier one's end.
create or replace function private.block_sender(job private.jobs, m public.sms_messages)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.sender_blocks (phone_number_id, contact_id) values (job.phone_number_id, job.contact_id)
  on conflict do nothing;
  perform from public.consent_events e
  join public.sms_messages s on s.id = e.message_id
  where e.contact_id = job.contact_id and e.change = 'opt_in' and e.at >= greatest(job.attempted_at, job.resent_at)
    and s.phone_number_id = job.phone_number_id;
  if found then
    delete from private.sender_blocks b
    where b.phone_number_id = job.phone_number_id and b.contact_id = job.contact_id;
    return;
  end if;
  insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (m.user_id, job.contact_id, m.id, 'sender_blocked', 'carrier', '21610');
end
$$;

create function private.unblock_sender(number_id uuid, contact uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.sender_blocks (phone_number_id, contact_id) values (number_id, contact)
  on conflict do nothing;
  delete from private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact;
end
$$;
comment on function private.unblock_sender is
  'Forgets that Twilio refused this pair (21610), also where that is being recorded at this moment.';
revoke execute on function private.unblock_sender from public, anon, authenticated;
grant execute on function private.unblock_sender to service_role;

create or replace function private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean;
begin
  -- A keyword to another number of the tenant is waited for before it is looked for.
  perform from public.contacts k where k.id = contact for no key update;
  overtaken := exists (
    select from public.consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
  if keyword = 'out' and not overtaken then
    perform private.opt_out(contact, source, evidence, message.id);
    update public.conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
  if keyword = 'in' and not overtaken then
    update public.contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    perform private.unblock_sender(number_id, contact);
    update public.conversations c
    set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
      when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
end
$$;

create or replace function private.no_reply_reason(c public.conversations)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when k.opted_out_at is not null then 'opted_out'
      when exists (select from private.sender_blocks b
                   where b.phone_number_id = c.phone_number_id and b.contact_id = c.contact_id) then 'sender_blocked'
      when k.number !~ '^\+[1-9][0-9]{6,14}$' or not private.may_text(c.user_id, n.number, k.number)
        then 'not_repliable'
      when c.ai_paused_until = 'infinity' then 'taken_over'
      -- An opt-out may have been written over why it is paused, and be over by now.
      when c.ai_paused_until > clock_timestamp() and c.ai_paused_reason in ('opted_out', 'sender_blocked', 'not_repliable')
        then 'person'
      when c.ai_paused_until > clock_timestamp() then coalesce(c.ai_paused_reason, 'person')
      when n.assistant_id is null then 'no_assistant'
      when not a.active then 'assistant_inactive'
    end
    from public.phone_numbers n
    join public.contacts k on k.id = c.contact_id
    left join public.assistants a on a.id = n.assistant_id
    where n.id = c.phone_number_id);
end
$$;

-- The end of receive_message, now also for a text that was stored before.
create function private.answer_or_say_why(c public.conversations, n public.phone_numbers, m public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  silent text := private.no_reply_reason(c);
  cap record;
begin
  update public.conversations v
  set assistant_id = coalesce(n.assistant_id, v.assistant_id), ai_paused_reason = silent
  where v.id = c.id and (v.assistant_id, v.ai_paused_reason) is distinct from (coalesce(n.assistant_id, v.assistant_id), silent);
  if silent is not null or not c.ai_enabled then
    return null;
  end if;
  select * into cap from private.reply_cap(c.user_id, c.id, 0);
  if found then
    update public.conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason where v.id = c.id;
    return null;
  end if;
  if m.date_created > clock_timestamp() - interval '30 minutes' then
    -- Of the assistant that the number has by now: it may have got one since it was read.
    return private.want_reply(c, m.seq, (
      select a.reply_delay_ms from public.phone_numbers p join public.assistants a on a.id = p.assistant_id
      where p.id = c.phone_number_id));
  end if;
  -- Recovered late: stored, but an answer now would only puzzle. That of a text that is still to be answered says more.
  update public.conversations v set ai_paused_reason = 'recovered_late'
  where v.id = c.id and not exists (select from private.jobs j where j.conversation_id = c.id and j.set_aside_at is null);
  return null;
end
$$;
comment on function private.answer_or_say_why is
  'Makes the reply job for a text that was just stored, or says on its conversation why there is none. Returns milliseconds until the reply is due, or null. The caller holds the conversation''s lock.';
revoke execute on function private.answer_or_say_why from public, anon, authenticated;
grant execute on function private.answer_or_say_why to service_role;

create function private.silenced_since(start public.sms_messages)
returns public.sms_messages
language plpgsql stable set search_path = ''
as $$
declare
  found_text public.sms_messages;
begin
  select * into found_text from public.sms_messages s
  where s.conversation_id = start.conversation_id and s.direction = 'inbound' and s.kind = 'text' and s.seq < start.seq
    -- As far back as anybody's texts go while a webhook is lost.
    and s.seq > start.seq - 200
    and s.date_created >= start.date_created
    and not exists (
      select from public.sms_messages o
      where o.conversation_id = s.conversation_id and o.direction = 'outbound' and o.seq > s.seq
        and o.status <> 'canceled')
  order by s.seq desc limit 1;
  return found_text;
end
$$;
comment on function private.silenced_since is
  'The newest text that came after this START, was stored before it, and was not answered; null for none.';
revoke execute on function private.silenced_since from public, anon, authenticated;
grant execute on function private.silenced_since to service_role;

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
  silenced public.sms_messages;
  keyword text;
  was_opted_out boolean;
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
  -- YES is a keyword where it is one to Twilio: also after an opt-out that only Twilio heard of.
  keyword := private.keyword_of(text_body, opt_out_type, k.opted_out_at is not null
    or exists (select from private.sender_blocks b where b.phone_number_id = n.id and b.contact_id = k.id));
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

  if keyword is null then
    due_in_ms := private.answer_or_say_why(c, n, m);
  else
    was_opted_out := private.no_reply_reason(c) in ('opted_out', 'sender_blocked');
    perform private.apply_keyword(keyword, m, n.id, k.id, opt_out_type);
    if keyword = 'in' and was_opted_out then
      -- Heard of before the START that it came after, and taken for the words of somebody who is opted out.
      silenced := private.silenced_since(m);
      if silenced.id is not null then
        due_in_ms := private.answer_or_say_why(c, n, silenced);
      end if;
    end if;
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', m.id, 'conversation_id', c.id, 'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;
