-- Texts of people and apps: from a template too, and once per idempotency key.

drop function public.create_message(text, text, text, text[], timestamptz, uuid);
drop function private.create_my_message(text, text, text, text[], timestamptz, uuid);
drop function private.create_message(uuid, text, text, text, text, text[], timestamptz, uuid);
drop function private.store_outbound(uuid, text, text, text, jsonb, int, timestamptz, text);

-- Intent first: the row and its job in one transaction, before anything talks to Twilio.
-- The caller holds the conversation's row lock.
create function private.store_outbound(
  conversation uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  c public.conversations;
  n public.phone_numbers;
  contact_number text;
  stored public.sms_messages;
begin
  select * into strict c from public.conversations where id = conversation;
  select * into strict n from public.phone_numbers where id = c.phone_number_id;
  select k.number into strict contact_number from public.contacts k where k.id = c.contact_id;
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, intent, status, num_segments, send_at, template_id, created_at)
  values (n.account_sid, c.id, c.user_id, private.next_seq(c.id, store_outbound.body, store_outbound.media),
    'outbound', store_outbound.kind, store_outbound.sender, contact_number, n.number,
    store_outbound.body, store_outbound.media, store_outbound.intent,
    case when store_outbound.send_at > clock_timestamp() then 'scheduled' else 'pending' end,
    private.count_segments(store_outbound.body), store_outbound.send_at, store_outbound.template,
    clock_timestamp())
  returning * into stored;
  insert into private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  values ('deliver', c.user_id, stored.id, c.phone_number_id, c.contact_id, store_outbound.priority,
    coalesce(store_outbound.send_at, clock_timestamp()));
  return stored;
end
$$;
comment on function private.store_outbound is 'Stores an outbound text and its delivery job. Priority: 0 answer, 1 API, 2 scheduled, 3 bulk.';
revoke execute on function private.store_outbound from public, anon, authenticated;
grant execute on function private.store_outbound to service_role;

create function private.media_of(media_urls text[])
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$ select coalesce(jsonb_agg(jsonb_build_object('url', u)), '[]') from unnest(media_urls) u $$;
comment on function private.media_of is 'Media URLs as they are stored: [{ url }].';
revoke execute on function private.media_of from public, anon, authenticated;
grant execute on function private.media_of to service_role;

create function private.refuse_content(body text, media_urls text[], send_at timestamptz)
returns text
language sql stable set search_path = ''
as $$
  select case
    when char_length(body) > 1600 then 'BODY_TOO_LONG'
    when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
    when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
    when exists (
      select from unnest(media_urls) u
      where u is null or char_length(u) > 2048 or u !~ '^https?://[^ ]+$' or char_length(u) < 10) then 'INVALID_MEDIA_URL'
    when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
  end
$$;
comment on function private.refuse_content is 'Why a text cannot be sent to anybody; null when it can.';
revoke execute on function private.refuse_content from public, anon, authenticated;
grant execute on function private.refuse_content to service_role;

create function private.refuse_sender(tenant uuid, from_number text)
returns text
language sql stable set search_path = ''
as $$
  select case
    when from_number is not null then 'NOT_YOUR_NUMBER'
    when exists (select from public.phone_numbers n where n.user_id = tenant) then 'FROM_REQUIRED'
    else 'NO_NUMBER'
  end
$$;
comment on function private.refuse_sender is 'Why sender_for found no number to send from.';
revoke execute on function private.refuse_sender from public, anon, authenticated;
grant execute on function private.refuse_sender to service_role;

create function private.store_text(
  tenant uuid, sender text, to_number text, body text, from_number text, media_urls text[], send_at timestamptz,
  conversation uuid, template uuid, variables jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  recipient text := to_number;
  composed jsonb;
  refusal jsonb;
  code text;
  n public.phone_numbers;
  k public.contacts;
  c public.conversations;
  m public.sms_messages;
  later boolean;
begin
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
  composed := private.compose_body(tenant, store_text.body, template, variables);
  if composed ? 'outcome' then
    return composed;
  end if;
  code := private.refuse_content(composed ->> 'body', media_urls, store_text.send_at);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into n from private.sender_for(tenant, store_text.from_number, conversation);
  if not found then
    return jsonb_build_object('outcome', private.refuse_sender(tenant, coalesce(store_text.from_number,
      (select p.number from public.phone_numbers p where p.id = c.phone_number_id))));
  end if;
  if not private.may_text(tenant, n.number, recipient) then
    return jsonb_build_object('outcome', 'COUNTRY_NOT_ALLOWED');
  end if;
  refusal := private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
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
  later := coalesce(store_text.send_at > clock_timestamp(), false);
  c := private.conversation_for_outbound(n, k.id);
  m := private.store_outbound(c.id, sender, 'text', composed ->> 'body', private.media_of(media_urls),
    case when later then 2 else 1 end, store_text.send_at, template => template);
  if sender = 'person' and not later then
    perform private.pause_assistant(c.id,
      clock_timestamp() + make_interval(mins => (private.setting('person_pause_minutes'))::int), 'person');
  end if;
  return jsonb_build_object('outcome', 'created', 'message', to_jsonb(m));
end
$$;
comment on function private.store_text is 'create_message without its idempotency: checks everything, then stores text and delivery.';
revoke execute on function private.store_text from public, anon, authenticated;
grant execute on function private.store_text to service_role;

create function private.create_message(
  tenant uuid, sender text, to_number text, body text, from_number text, media_urls text[], send_at timestamptz,
  conversation uuid, template uuid default null, variables jsonb default '{}', idempotency_key text default null)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- In UTC, whatever the session's time zone: the same request has the same hash.
  hash text := private.request_hash(jsonb_build_array('create_message', sender, to_number, body, from_number,
    coalesce(media_urls, '{}'), send_at at time zone 'utc', conversation, template, coalesce(variables, '{}')));
  answer jsonb;
begin
  if tenant is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from auth.users u where u.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  answer := private.begin_request(tenant, idempotency_key, hash);
  if answer ->> 'outcome' = 'repeated' then
    return coalesce(
      (select jsonb_build_object('outcome', 'repeated', 'message', to_jsonb(m))
       from public.sms_messages m where m.id = (answer ->> 'result')::uuid and m.user_id = tenant),
      -- Deleted since; that is no reason to send it again.
      jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND'));
  elsif answer is not null then
    return answer;
  end if;
  answer := private.store_text(tenant, sender, to_number, body, from_number, media_urls, send_at, conversation,
    template, variables);
  if answer ->> 'outcome' = 'created' then
    perform private.end_request(tenant, idempotency_key, hash, (answer #>> '{message,id}')::uuid);
  end if;
  return answer;
end
$$;
comment on function private.create_message is 'create_message for a given tenant and sender (person, system).';
revoke execute on function private.create_message from public, anon, authenticated;
grant execute on function private.create_message to service_role;

create function private.create_my_message(
  to_number text, body text, from_number text, media_urls text[], send_at timestamptz, conversation_id uuid,
  template_id uuid, variables jsonb, idempotency_key text)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.create_message((select auth.uid()), 'person', to_number, body, from_number, media_urls, send_at,
    conversation_id, template_id, variables, idempotency_key)
$$;
comment on function private.create_my_message is 'create_message as the signed-in person.';
revoke execute on function private.create_my_message from public, anon;
grant execute on function private.create_my_message to authenticated;

create function public.create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select private.create_my_message(to_number, body, from_number, media_urls, send_at, conversation_id, template_id,
    variables, idempotency_key)
$$;
comment on function public.create_message is
  'A person texts a contact: stores the text and its delivery, and pauses the assistant there. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, NOT_YOUR_NUMBER, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), RECIPIENT_OPTED_OUT.';
revoke execute on function public.create_message from public, anon, service_role;
grant execute on function public.create_message to authenticated;

create function public.create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select private.create_message(owner_id, 'system', to_number, body, from_number, media_urls, send_at,
    conversation_id, template_id, variables, idempotency_key)
$$;
comment on function public.create_message_for is
  'An app texts a tenant''s contact: create_message for a named tenant. The assistant is not paused. Outcomes of create_message, and USER_NOT_FOUND.';
revoke execute on function public.create_message_for from public, anon, authenticated;
grant execute on function public.create_message_for to service_role;
