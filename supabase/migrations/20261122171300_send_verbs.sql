-- What a tenant's people and apps do with texts: create, cancel.

-- The number a text goes out from: the one named, else the conversation's, else the tenant's only one.
create function private.sender_for(tenant uuid, from_number text, conversation uuid)
returns setof public.phone_numbers
language sql stable set search_path = ''
as $$
  select n.* from public.phone_numbers n
  where n.user_id = tenant and case
    when sender_for.from_number is not null then n.number = sender_for.from_number
    when conversation is not null then n.id = (
      select c.phone_number_id from public.conversations c where c.id = conversation and c.user_id = tenant)
    else 1 = (select count(*) from public.phone_numbers o where o.user_id = tenant)
  end
  limit 1
$$;
comment on function private.sender_for is 'The number a tenant''s text goes out from; no row when it must be named.';
revoke execute on function private.sender_for from public, anon, authenticated;
grant execute on function private.sender_for to service_role;

-- The active conversation with a contact, locked; opened when there is none.
create function private.conversation_for_outbound(n public.phone_numbers, contact uuid)
returns public.conversations
language plpgsql volatile set search_path = ''
as $$
declare
  c public.conversations;
  opened public.conversations;
begin
  loop
    select * into c from public.conversations v
    where v.phone_number_id = n.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when c.status = 'active';
    select * into opened from private.open_conversation(n, contact, c, false);
    if found then
      return opened;
    end if;
  end loop;
  return c;
end
$$;
comment on function private.conversation_for_outbound is 'The locked active conversation of a number and a contact, opened when there is none; we spoke first, so nobody is greeted.';
revoke execute on function private.conversation_for_outbound from public, anon, authenticated;
grant execute on function private.conversation_for_outbound to service_role;

-- What the assistant is thinking is thrown away, and what it said but has not sent is taken back.
-- The caller holds the conversation's lock.
create function private.silence_assistant(conversation uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.cancel_waiting(
    (select array_agg(m.id) from public.conversations c
     join private.jobs j on j.phone_number_id = c.phone_number_id and j.contact_id = c.contact_id
     join public.sms_messages m on m.id = j.message_id
     where c.id = conversation and m.conversation_id = c.id and j.kind = 'deliver' and not j.in_flight
       and m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'),
    'PERSON_ANSWERED', 'A person took over before this text left.');
  delete from private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
end
$$;
comment on function private.silence_assistant is 'Drops the reply that is due in a conversation and cancels the assistant''s texts that have not left.';
revoke execute on function private.silence_assistant from public, anon, authenticated;
grant execute on function private.silence_assistant to service_role;

-- A person answers: the assistant keeps quiet for a while.
-- The caller holds the conversation's lock.
create function private.pause_assistant(conversation uuid, until timestamptz, reason text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.conversations c
  set ai_paused_until = greatest(c.ai_paused_until, until),
    -- Taken over stays taken over, however often the person writes.
    ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over' else reason end,
    waiting_for_person = false, greeting_pending = false
  where c.id = conversation;
  perform private.silence_assistant(conversation);
end
$$;
comment on function private.pause_assistant is 'Pauses automatic replies in a conversation and drops the reply that is due.';
revoke execute on function private.pause_assistant from public, anon, authenticated;
grant execute on function private.pause_assistant to service_role;

create function private.create_message(
  tenant uuid, sender text, to_number text, body text, from_number text, media_urls text[], send_at timestamptz,
  conversation uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  recipient text := to_number;
  n public.phone_numbers;
  k public.contacts;
  c public.conversations;
  m public.sms_messages;
  media jsonb := coalesce((select jsonb_agg(jsonb_build_object('url', u)) from unnest(media_urls) u), '[]');
  cap int := (private.limits_of(tenant)).sends_per_minute;
begin
  if tenant is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  if conversation is not null then
    select * into c from public.conversations v where v.id = conversation and v.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
    end if;
    recipient := coalesce(recipient, (select s.number from public.contacts s where s.id = c.contact_id));
  end if;
  if recipient is null or recipient !~ '^\+[1-9][0-9]{6,14}$' then
    return jsonb_build_object('outcome', 'INVALID_RECIPIENT');
  end if;
  if c.id is not null and not exists (
    select from public.contacts s where s.id = c.contact_id and s.number = recipient) then
    return jsonb_build_object('outcome', 'RECIPIENT_MISMATCH');
  end if;
  if char_length(coalesce(body, '')) > 1600 then
    return jsonb_build_object('outcome', 'BODY_TOO_LONG');
  end if;
  if coalesce(body, '') !~ '\S' and jsonb_array_length(media) = 0 then
    return jsonb_build_object('outcome', 'BODY_REQUIRED');
  end if;
  if jsonb_array_length(media) > 10 then
    return jsonb_build_object('outcome', 'TOO_MANY_MEDIA');
  end if;
  if exists (select from unnest(media_urls) u
             where u is null or char_length(u) > 2048 or u !~ '^https?://[^ ]+$' or char_length(u) < 10) then
    return jsonb_build_object('outcome', 'INVALID_MEDIA_URL');
  end if;
  if not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then
    return jsonb_build_object('outcome', 'INVALID_SEND_AT');
  end if;
  select * into n from private.sender_for(tenant, create_message.from_number, conversation);
  if not found then
    return jsonb_build_object('outcome', case
      when create_message.from_number is not null then 'NOT_YOUR_NUMBER'
      when exists (select from public.phone_numbers p where p.user_id = tenant) then 'FROM_REQUIRED'
      else 'NO_NUMBER' end);
  end if;
  if not private.may_text(tenant, n.number, recipient) then
    return jsonb_build_object('outcome', 'COUNTRY_NOT_ALLOWED');
  end if;
  -- In turn: two texts at once must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('create_message:' || tenant, 0));
  if cap <= (select count(*) from (select from public.sms_messages s
      where s.user_id = tenant and s.direction = 'outbound' and s.sender in ('person', 'system')
        and s.created_at > clock_timestamp() - interval '1 minute' limit cap) as counted) then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', 60000);
  end if;

  -- Before any conversation's lock, as in receive_message.
  perform from public.assistants a where a.id = n.assistant_id for key share;
  if not found then
    n.assistant_id := null;
  end if;
  insert into public.contacts (user_id, number) values (tenant, recipient) on conflict (user_id, number) do nothing;
  select * into strict k from public.contacts s where s.user_id = tenant and s.number = recipient;
  if k.opted_out_at is not null or exists (
    select from private.sender_blocks b where b.phone_number_id = n.id and b.contact_id = k.id) then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
  end if;
  c := private.conversation_for_outbound(n, k.id);
  m := private.store_outbound(c.id, sender, 'text', coalesce(body, ''), media,
    case when send_at > clock_timestamp() then 2 else 1 end, send_at);
  if sender = 'person' and not coalesce(send_at > clock_timestamp(), false) then
    perform private.pause_assistant(c.id,
      clock_timestamp() + make_interval(mins => (private.setting('person_pause_minutes'))::int), 'person');
  end if;
  return jsonb_build_object('outcome', 'created', 'message', to_jsonb(m));
end
$$;
comment on function private.create_message is 'create_message for a given tenant and sender (person, system).';
revoke execute on function private.create_message from public, anon;
revoke execute on function private.create_message from authenticated;
grant execute on function private.create_message to service_role;

create function private.create_my_message(
  to_number text, body text, from_number text, media_urls text[], send_at timestamptz, conversation_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.create_message((select auth.uid()), 'person', to_number, body, from_number, media_urls, send_at,
    conversation_id)
$$;
comment on function private.create_my_message is 'create_message as the signed-in person.';
revoke execute on function private.create_my_message from public, anon;
grant execute on function private.create_my_message to authenticated;

create function public.create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.create_my_message(to_number, body, from_number, media_urls, send_at, conversation_id) $$;
comment on function public.create_message is
  'A person texts a contact: stores the text and its delivery, and pauses the assistant there. Returns { outcome: created, message }, or an outcome in capitals: INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_REQUIRED, BODY_TOO_LONG, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, CONVERSATION_NOT_FOUND, NOT_YOUR_NUMBER, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED, RECIPIENT_OPTED_OUT.';
revoke execute on function public.create_message from public, anon, service_role;
grant execute on function public.create_message to authenticated;

create function private.cancel_message(message_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  m public.sms_messages;
begin
  select * into m from public.sms_messages s
  where s.id = cancel_message.message_id and s.user_id = (select auth.uid()) and s.direction = 'outbound'
  for no key update;
  if not found then
    return jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND');
  end if;
  perform from private.jobs j where j.message_id = m.id and j.kind = 'deliver' and not j.in_flight
    and j.set_aside_at is null for update;
  if not found then
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', m.status);
  end if;
  delete from private.jobs j where j.message_id = m.id and j.kind = 'deliver';
  perform private.report_status(m, 'canceled', 'CANCELED_BY_USER', 'You canceled this text before it left.', null, 'user');
  return jsonb_build_object('outcome', 'canceled');
end
$$;
comment on function private.cancel_message is 'cancel_message, as definer; the owner is auth.uid().';
revoke execute on function private.cancel_message from public, anon;
grant execute on function private.cancel_message to authenticated;

create function public.cancel_message(message_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_message(message_id) $$;
comment on function public.cancel_message is
  'Takes a text back before it is claimed. Outcomes: canceled, TOO_LATE, MESSAGE_NOT_FOUND.';
revoke execute on function public.cancel_message from public, anon, service_role;
grant execute on function public.cancel_message to authenticated;
