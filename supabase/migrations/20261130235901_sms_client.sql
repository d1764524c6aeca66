-- sms_client: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone);

drop function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone);

drop function sms_private.next_seq(uuid, text, jsonb);

drop function sms_private.once_for_caller(text, jsonb, text);

create or replace function public.sms_call_for(owner_id uuid, verb text, arguments jsonb default '{}')
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  wanted record;
  unknown text;
begin
  if not coalesce(sms_private.is_user(owner_id), false) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  select p.oid::regprocedure as call, p.proargnames as names into wanted
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname = verb and starts_with(verb, 'sms_')
    and p.prorettype = 'jsonb'::regtype and has_function_privilege('authenticated', p.oid, 'execute');
  if not found then
    return jsonb_build_object('outcome', 'UNKNOWN_VERB');
  end if;
  select k.name into unknown from jsonb_object_keys(coalesce(arguments, '{}')) k (name)
  where k.name <> all (coalesce(wanted.names, '{}')) order by k.name limit 1;
  if found then
    return jsonb_build_object('outcome', 'UNKNOWN_ARGUMENT', 'details', jsonb_build_object('argument', unknown));
  end if;
  return sms_private.call_as(owner_id, wanted.call, coalesce(arguments, '{}'));
end
$$;

create or replace function public.sms_create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null, not_after timestamptz default null,
  pauses_assistant boolean default false)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_message', jsonb_build_object('to_number', to_number, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'conversation_id', conversation_id, 'template_id', template_id, 'variables', coalesce(variables, '{}')),
    idempotency_key, pauses_assistant)
$$;

create or replace function public.sms_create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null,
  not_after timestamptz default null, pauses_assistant boolean default false)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, sms_private.sender_of(pauses_assistant), 'sms_create_message', jsonb_build_object('to_number', to_number,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'not_after', not_after at time zone 'utc',
    'conversation_id', conversation_id, 'template_id', template_id,
    'variables', coalesce(variables, '{}')), idempotency_key)
$$;

create or replace function public.sms_find_number_accounts(owner_id uuid, number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when not sms_private.is_user(owner_id) then jsonb_build_object('outcome', 'USER_NOT_FOUND')
    else jsonb_build_object('outcome', 'found', 'accounts', coalesce(jsonb_agg(
    jsonb_build_object('account_sid', a.account_sid, 'shared', a.shared)
    -- Where the tenant has it already comes first.
    order by exists (select from public.sms_numbers n where n.account_sid = a.account_sid
                     and n.number = sms_find_number_accounts.number
                       and n.user_id = owner_id) desc, a.shared, a.id), '[]')) end
  from public.sms_accounts a
  where (a.user_id = owner_id or a.shared) and sms_private.is_open_to(owner_id, a, sms_find_number_accounts.number)
$$;

create or replace function public.sms_list_webhooks(owner_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when not sms_private.is_user(owner_id) then jsonb_build_object('outcome', 'USER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'webhooks',
      coalesce(jsonb_agg(sms_private.webhook_of(n) order by n.number, n.id), '[]')) end
  from public.sms_numbers n where n.user_id = owner_id
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
  if keyword is null and attachments = '[]' and sms_private.is_reaction(text_body) then
    is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body);
  end if;
  answer_by := sms_private.via_of(from_number, to_number, number);
  conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null or is_reaction);
  if contact.number <> sender_number then
    perform sms_private.use_spelling(contact, sender_number, true);
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

create or replace function public.sms_save_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null, api_key_sid text default null, api_key_secret text default null,
  shared_keys jsonb default '[]', forget text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  if owner_id is not null and not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif sms_private.has_too_many_keys(sms_save_account.account_sid, sms_save_account.shared_keys) then
    return jsonb_build_object('outcome', 'TOO_MANY_SHARED_KEYS');
  end if;
  if owner_id is not null and encrypted_token is null and api_key_secret is null then
    -- The caller gives no token because one is stored. It may be deleted at this moment: wait for that to end.
    perform from public.sms_accounts t
    where t.account_sid = sms_save_account.account_sid for no key update;
    if not exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
  end if;
  if forget is not null and not sms_private.can_forget(sms_save_account.account_sid, forget,
      encrypted_token is not null, api_key_secret is not null) then
    return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
  end if;
  insert into public.sms_accounts as t (account_sid, user_id, shared, label, trunk_sid)
  values (sms_save_account.account_sid, owner_id, owner_id is null, nullif(sms_save_account.label, ''),
    nullif(sms_save_account.trunk_sid, ''))
  on conflict on constraint sms_accounts_account_sid_key do update
  set label = nullif(coalesce(sms_save_account.label, t.label), ''),
    trunk_sid = nullif(coalesce(sms_save_account.trunk_sid, t.trunk_sid), ''),
    disconnected_at = null
  where t.user_id is not distinct from owner_id
  returning * into account;
  if account.id is null then
    return jsonb_build_object('outcome', case
      when exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid and t.shared) then 'DEFAULT_ACCOUNT'
      else 'ACCOUNT_TAKEN' end);
  end if;
  if encrypted_token is not null or api_key_secret is not null then
    insert into sms_private.twilio_credentials as t (account_id, current_token, api_key_sid, api_key_secret)
    values (account.id, encrypted_token, sms_save_account.api_key_sid, sms_save_account.api_key_secret)
    on conflict (account_id) do update
    set current_token = coalesce(excluded.current_token, t.current_token),
      previous_token = case when excluded.current_token <> t.current_token then t.current_token
        else t.previous_token end,
      previous_until = case when excluded.current_token <> t.current_token then now() + interval '1 day'
        else t.previous_until end,
      api_key_sid = coalesce(excluded.api_key_sid, t.api_key_sid),
      api_key_secret = coalesce(excluded.api_key_secret, t.api_key_secret);
  end if;
  perform sms_private.save_shared_keys(account.id, sms_save_account.shared_keys),
    sms_private.forget_secrets(account.id, forget, encrypted_token is not null);
  return jsonb_build_object('outcome', 'saved', 'account_id', account.id, 'account',
    sms_private.account_view(account, sms_private.signers_of(account.id)));
end
$$;

-- An app with the secret key acts for one tenant, and sees and may do what that tenant sees and may do.

-- Not the definer's rights but fewer: the role and the claims of the tenant count while this function runs. So row level
-- security and the grants decide, as for a signed-in user. Postgres puts back the role when the function returns. It lets
-- only superusers do the same with the claims, which have no definition (validate_option_array_item in guc.c of Postgres 17).
create or replace function sms_private.call_as(tenant uuid, verb regprocedure, arguments jsonb)
returns jsonb
language plpgsql volatile security invoker
set search_path = '' set role = 'authenticated'
as $$
declare
  claims text := coalesce(current_setting('request.jwt.claims', true), '');
  -- Where auth.uid() looks first: older servers set it.
  subject text := coalesce(current_setting('request.jwt.claim.sub', true), '');
  given text;
  fields text;
  answer jsonb;
begin
  select string_agg(format('%1$I => given.%1$I', argument.name), ', '),
    string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', ')
  into given, fields
  from pg_proc p
  cross join unnest(p.proargnames, p.proargtypes::oid[]) argument (name, type)
  where p.oid = verb and arguments ? argument.name;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', tenant, 'role', 'authenticated')::text, true),
    set_config('request.jwt.claim.sub', tenant::text, true);
  if given is null then
    execute format('select %s()', verb::regproc) into answer;
  else
    execute format('select %s(%s) from jsonb_to_record($1) given (%s)', verb::regproc, given, fields) into answer
    using arguments;
  end if;
  perform set_config('request.jwt.claims', claims, true), set_config('request.jwt.claim.sub', subject, true);
  return answer;
end
$$;

create or replace function sms_private.is_user(tenant uuid)
returns boolean
language sql stable security definer set search_path = ''
as $$ select exists (select from auth.users known where known.id = tenant) $$;

-- Takes the conversation's next seq. The caller holds the conversation's row lock. A text of the system makes nothing
-- unread: nobody has to look at what an app said by itself.
create or replace function sms_private.next_seq(conversation uuid, body text, media jsonb, sender text)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  seq bigint;
begin
  update public.sms_conversations c
  set last_seq = c.last_seq + 1,
    read_seq = c.read_seq + case when next_seq.sender = 'system' and c.read_seq = c.last_seq then 1 else 0 end,
    last_message_at = clock_timestamp(),
    last_message_preview = case when btrim(body) = '' and jsonb_array_length(media) > 0 then '[attachment]'
      else left(body, 160) end
  where c.id = conversation
  returning c.last_seq into seq;
  return seq;
end
$$;

create or replace function sms_private.once_for_caller(verb text, request jsonb, key text, pauses_assistant boolean default false)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.once((select sms_private.tenant_id()), sms_private.sender_of(pauses_assistant), verb, request, key)
$$;

create or replace function sms_private.sender_of(pauses_assistant boolean)
returns text
language sql immutable parallel safe set search_path = ''
as $$ select case when pauses_assistant then 'person' else 'system' end $$;

-- As store_outbound(), but for many in few statements: a thousand calls take too long on a small server.
-- A broadcast is not an answer to the contact: no assistant is paused.
create or replace function sms_private.store_broadcast_messages(
  broadcast public.sms_broadcasts, number public.sms_numbers, sender text, recipients text[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  telephones text[] := array(
    select sms_private.canonical_number(r.number) from unnest(recipients) with ordinality r (number, place)
    order by r.place);
  contacts uuid[];
  stored int;
begin
  -- By telephone, so that two broadcasts add the same contacts in the same order.
  insert into public.sms_contacts (user_id, number)
  select broadcast.user_id, r.number from unnest(recipients, telephones) r (number, telephone) order by r.telephone
  on conflict do nothing;
  contacts := array(
    select sms_private.contact_named(broadcast.user_id, r.number) from unnest(recipients) with ordinality r (number, place)
    order by r.place);
  if cardinality(array(select distinct c from unnest(contacts) c where c is not null)) < cardinality(recipients) then
    raise exception 'Contacts of these recipients are being merged. Try again.' using errcode = 'serialization_failure';
  end if;
  perform sms_private.conversations_for_broadcast(number, contacts);
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender, to_number,
    from_number, body, media, status, num_segments, send_at, template_id, broadcast_id, created_at, not_after)
  select number.account_sid, c.id, broadcast.user_id, sms_private.next_seq(c.id, broadcast.body, broadcast.media, store_broadcast_messages.sender),
    'outbound', 'text', store_broadcast_messages.sender, r.number, number.number, broadcast.body, broadcast.media,
    case when broadcast.send_at > clock_timestamp() then 'scheduled' else 'pending' end, counted.segments, broadcast.send_at,
    broadcast.template_id, broadcast.id, clock_timestamp(), broadcast.not_after
  from unnest(recipients, contacts) with ordinality r (number, contact, place)
  join public.sms_conversations c on c.phone_number_id = number.id and c.contact_id = r.contact and c.status = 'active'
  cross join (select sms_private.count_segments(broadcast.body) as segments) counted
  order by r.place;
  get diagnostics stored = row_count;
  if stored < cardinality(recipients) then
    raise exception 'Contacts of these recipients were merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  select 'deliver', m.user_id, m.id, c.phone_number_id, c.contact_id, 3, coalesce(m.send_at, clock_timestamp())
  from public.sms_messages m
  join public.sms_conversations c on c.id = m.conversation_id
  join unnest(recipients) with ordinality r (number, place) on r.number = m.to_number
  where m.broadcast_id = broadcast.id
  order by r.place;
end
$$;

-- A message and its delivery: both stored before anything talks to Twilio, and both canceled together.

-- The caller holds the conversation's row lock.
create or replace function sms_private.store_outbound(
  conversation_id uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null, not_after timestamptz default null,
  asked_at timestamptz default null, to_number text default null)
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
    sms_private.next_seq(conversation.id, store_outbound.body, store_outbound.media, store_outbound.sender), 'outbound',
    store_outbound.kind,
    store_outbound.sender, coalesce(store_outbound.to_number, contact_number), number.number,
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

comment on column public.sms_conversations.read_seq is 'Up to where the tenant has read. A text of the system moves it on where nothing before was unread.';

comment on column public.sms_messages.sender is 'Who wrote it: contact, assistant, person (a person''s answer), or system (an app, a broadcast).';

comment on function public.sms_call_for(uuid, text, jsonb) is 'Calls a verb for signed-in users as the named tenant, whose view and rights count. Returns what the verb returns; or USER_NOT_FOUND, UNKNOWN_VERB (no verb that signed-in users may call), UNKNOWN_ARGUMENT (details.argument).';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean) is 'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. Outcomes of sms_create_message.';

comment on function public.sms_find_number_accounts(uuid, text) is 'The accounts in which a tenant may look for a number, or (without one) for any. Outcomes: found, USER_NOT_FOUND.';

comment on function public.sms_list_webhooks(uuid) is 'A tenant''s numbers, each with the trunk that it should be on, to be compared with Twilio. Outcomes: listed, USER_NOT_FOUND.';

comment on function public.sms_save_account(text, uuid, text, text, text, text, text, jsonb, text) is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account. A new token keeps the old one as previous for a day; an API key and SharedKeys are added; forget takes the auth_token or the api_key away. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token or API key, here or stored), TOO_MANY_SHARED_KEYS (more than 50), USER_NOT_FOUND.';

comment on function sms_private.call_as(uuid, regprocedure, jsonb) is 'Calls a verb with the rights of a signed-in user: role authenticated, and this tenant in the claims.';

comment on function sms_private.is_user(uuid) is 'Whether there is such a user. As definer: the API''s roles do not read auth.users.';

comment on function sms_private.next_seq(uuid, text, jsonb, text) is 'The seq of a message about to be stored; also moves the conversation to the top of the list. A text of the system leaves a conversation read that was read.';

comment on function sms_private.once_for_caller(text, jsonb, text, boolean) is 'once() for the signed-in user.';

comment on function sms_private.sender_of(boolean) is 'Whose text it is: a person''s answer pauses the assistant, a text of an app does not.';

-- Who may do what.
revoke all on function public.sms_call_for(uuid,text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.call_as(uuid,regprocedure,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_user(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_seq(uuid,text,jsonb,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.once_for_caller(text,jsonb,text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.sender_of(boolean) from public, anon, authenticated, service_role;
grant execute on function public.sms_call_for(uuid,text,jsonb) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean) to service_role;
grant execute on function sms_private.call_as(uuid,regprocedure,jsonb) to service_role;
grant execute on function sms_private.is_user(uuid) to service_role;
grant execute on function sms_private.next_seq(uuid,text,jsonb,text) to service_role;
grant execute on function sms_private.once_for_caller(text,jsonb,text,boolean) to authenticated;
grant execute on function sms_private.once_for_caller(text,jsonb,text,boolean) to service_role;
grant execute on function sms_private.sender_of(boolean) to service_role;

reset check_function_bodies;
