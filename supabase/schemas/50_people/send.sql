-- People and apps send a message, and cancel it.

-- The number that is named, else the number of the conversation, else the tenant's only one.
create function sms_private.choose_number(tenant uuid, from_number text, conversation uuid)
returns setof public.sms_numbers
language sql stable set search_path = ''
as $$
  with usable as (
    select n.* from public.sms_numbers n
    join public.sms_accounts a on a.account_sid = n.account_sid and a.disconnected_at is null
    where n.user_id = tenant
  )
  select u.* from usable u
  where case
    when choose_number.from_number is not null then u.number = choose_number.from_number
    when conversation is not null then u.id = (
      select c.phone_number_id from public.sms_conversations c where c.id = conversation and c.user_id = tenant)
    else 1 = (select count(*) from usable)
  end
  limit 1
$$;
comment on function sms_private.choose_number is
  'The number from which a tenant''s message goes out. No row when it must be named, or when its account is disconnected.';

create function sms_private.no_number_reason(tenant uuid, from_number text)
returns text
language sql stable set search_path = ''
as $$
  select case
    when count(*) filter (where connected and named) > 0 then 'FROM_REQUIRED'
    when count(*) filter (where named) > 0 then 'ACCOUNT_DISCONNECTED'
    when no_number_reason.from_number is not null then 'NOT_YOUR_NUMBER'
    else 'NO_NUMBER'
  end
  from (
    select a.disconnected_at is null as connected, n.number = coalesce(no_number_reason.from_number, n.number) as named
    from public.sms_numbers n
    join public.sms_accounts a on a.account_sid = n.account_sid
    where n.user_id = tenant
  ) numbers
$$;
comment on function sms_private.no_number_reason is 'Why choose_number() found none: an outcome in capitals.';

create function sms_private.store_message(tenant uuid, sender text, request jsonb)
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
    media_urls text[], conversation_id uuid, template_id uuid, purpose text);
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
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at, not_after, wanted.purpose);
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
    if sms_private.is_automatic_first(null, sender, coalesce(wanted.purpose, composed ->> 'purpose')) then
      select * into contact from public.sms_contacts k where k.id = sms_private.contact_named(tenant, recipient);
      code := case when sms_private.opt_out_reason(number.id, contact) is null
        then sms_private.may_start(tenant, contact, 'promotional') end;
      if code is not null then
        return jsonb_build_object('outcome', code);
      end if;
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
    not_after => not_after, to_number => recipient, purpose => coalesce(wanted.purpose, composed ->> 'purpose'));
  if sender = 'person' and not later then
    perform sms_private.pause_assistant(conversation.id,
      clock_timestamp() + make_interval(mins => (sms_private.setting('person_pause_minutes'))::int), 'person');
  end if;
  return jsonb_build_object('outcome', 'created', 'message', to_jsonb(message));
end
$$;
comment on function sms_private.store_message is
  'sms_create_message without its key: checks everything, then stores the message and its delivery.';

create function public.sms_create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null, not_after timestamptz default null,
  pauses_assistant boolean default false, purpose text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_message', jsonb_build_object('to_number', to_number, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'conversation_id', conversation_id, 'template_id', template_id, 'variables', coalesce(variables, '{}'),
    'purpose', purpose), idempotency_key, pauses_assistant)
$$;
comment on function public.sms_create_message is
  'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. purpose: promotional or transactional, else the template''s, else transactional. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, INVALID_PURPOSE, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), RECIPIENT_OPTED_OUT, NO_CONSENT (promotional, and not a person''s), USER_NOT_FOUND (a token of a user who is deleted).';

create function public.sms_create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null,
  not_after timestamptz default null, pauses_assistant boolean default false, purpose text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, sms_private.sender_of(pauses_assistant), 'sms_create_message', jsonb_build_object('to_number', to_number,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'not_after', not_after at time zone 'utc',
    'conversation_id', conversation_id, 'template_id', template_id,
    'variables', coalesce(variables, '{}'), 'purpose', purpose), idempotency_key)
$$;
comment on function public.sms_create_message_for is
  'An app sends a tenant''s contact a message: sms_create_message for a named tenant. Outcomes of sms_create_message.';

create function sms_private.cancel_message(message_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  message public.sms_messages;
  resent boolean;
begin
  select * into message from public.sms_messages s
  where s.id = cancel_message.message_id and s.user_id = (select sms_private.tenant_id()) and s.direction = 'outbound'
  for no key update;
  if not found then
    return jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND');
  end if;
  select j.resent_at is not null into resent from sms_private.jobs j
  where j.message_id = message.id and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null for update;
  if not found then
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', message.status);
  end if;
  if resent then
    perform sms_private.give_up_on(message, 'You canceled this text; it may have left before that.');
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', 'failed');
  end if;
  delete from sms_private.jobs j where j.message_id = message.id and j.kind = 'deliver';
  perform sms_private.report_status(message, 'canceled', 'CANCELED_BY_USER', 'You canceled this text before it left.',
    null, 'user');
  return jsonb_build_object('outcome', 'canceled');
end
$$;
comment on function sms_private.cancel_message is 'sms_cancel_message, as definer, for sms_private.tenant_id().';

create function public.sms_cancel_message(message_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.cancel_message(message_id) $$;
comment on function public.sms_cancel_message is
  'Cancels a message before a worker claims it. TOO_LATE: it is claimed, has left or was set aside. A message that waits to be sent once more may have left: it is stopped and becomes failed, and the answer is TOO_LATE. Outcomes: canceled, TOO_LATE (with status), MESSAGE_NOT_FOUND.';
