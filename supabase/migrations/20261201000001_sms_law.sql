-- sms_law: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

alter table public.sms_consent_events
  drop constraint sms_consent_events_change_check;

alter table public.sms_consent_events
  drop constraint sms_consent_events_source_check;

alter table public.sms_messages
  drop constraint message_rules;

drop function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone);

drop function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone);

drop function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean);

drop function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone, boolean);

drop function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint);

drop function sms_private.check_recipients(uuid, public.sms_numbers, text[]);

drop function sms_private.contact_of(uuid, text);

drop function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp with time zone);

drop function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone, text, uuid, timestamp with time zone, timestamp with time zone, text);

create table sms_private.consent_imports (
  id         uuid                     not null default sms_private.new_id(),
  user_id    uuid                     not null,
  source     text                     not null,
  lines      integer                  not null,
  recorded   integer                  not null,
  known      integer                  not null,
  rejected   jsonb                    not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint consent_imports_pkey primary key (id),
  constraint consent_imports_source_check check ((source = ANY (ARRAY['person'::text, 'app'::text])))
);

create table sms_private.kept_consents (
  id           bigint                   generated always as identity not null,
  key_id       integer                  not null,
  contact_hash bytea                    not null,
  user_id      uuid                     not null,
  change       text                     not null,
  basis        text,
  said_at      timestamp with time zone not null,
  source       text                     not null,
  page         text,
  form_text    text,
  kept_at      timestamp with time zone not null default clock_timestamp(),
  constraint kept_consents_contact_hash_check check ((octet_length(contact_hash) = 32)),
  constraint kept_consents_pkey primary key (id)
);

alter table public.sms_broadcasts
  add column purpose text not null default 'promotional'::text;

alter table public.sms_consent_events
  add column basis text;

alter table public.sms_consent_events
  add column given_at timestamp with time zone;

alter table public.sms_consent_events
  add column words text;

alter table public.sms_consent_events
  add column page text;

alter table public.sms_consent_events
  add column form_text text;

alter table public.sms_consent_events
  add column import_id uuid;

alter table public.sms_contacts
  add column wrote_at timestamp with time zone;

alter table public.sms_messages
  add column purpose text not null default 'transactional'::text;

alter table public.sms_messages
  add column held_until timestamp with time zone;

alter table public.sms_messages
  add column held_reason text;

alter table public.sms_templates
  add column purpose text;

create type sms_private.consent_to_store as (
  place      integer,
  code       text,
  number     text,
  canonical  text,
  basis      text,
  given_at   timestamp with time zone,
  words      text,
  page       text,
  form_text  text,
  contact_id uuid
);

create or replace function public.sms_create_broadcast(
  to_numbers text[], body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, template_id uuid default null, variables jsonb default '{}',
  name text default null, idempotency_key text default null, not_after timestamptz default null,
  purpose text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc',
    'template_id', template_id, 'variables', coalesce(variables, '{}'), 'name', name,
    'purpose', purpose), idempotency_key)
$$;

create or replace function public.sms_create_broadcast_for(
  owner_id uuid, to_numbers text[], body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, template_id uuid default null,
  variables jsonb default '{}', name text default null, idempotency_key text default null,
  not_after timestamptz default null, purpose text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'template_id', template_id, 'variables', coalesce(variables, '{}'),
    'name', name, 'purpose', purpose), idempotency_key)
$$;

create or replace function public.sms_create_message(
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

create or replace function public.sms_create_message_for(
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

create or replace function public.sms_export_consents(contact_id uuid default null, after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_consents(contact_id, after, page_size) $$;

create or replace function public.sms_get_consent(contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_consent(contact_id) $$;

create or replace function public.sms_list_contacts_without_consent(after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_contacts_without_consent(after, page_size) $$;

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
    due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  elsif keyword = 'in' and sent_at is null and sms_private.is_signed_by_tenant(message.account_sid) then
    -- Counts when Twilio's list has it. Due now: who wakes the worker for a reply wakes it for this.
    perform sms_private.ask_for_proof(message);
    due_in_ms := 0;
  elsif keyword = 'in' then
    due_in_ms := sms_private.opt_in(conversation, number, contact.id, message, opt_out_type);
  else
    perform sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;

create or replace function public.sms_record_consents(consents jsonb, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_record_consents', jsonb_build_object('consents', consents), idempotency_key)
$$;

-- The operator says from when on automatic first texts need a consent.

create or replace function public.sms_require_consent(required_from timestamptz)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if required_from is null or required_from > clock_timestamp() + interval '1 year' or required_from < '2000-01-01' then
    return jsonb_build_object('outcome', 'INVALID_REQUIRED_FROM');
  end if;
  insert into sms_private.settings as s (name, value) values ('consent_required_from', to_jsonb(required_from))
  on conflict (name) do update set value = excluded.value;
  return jsonb_build_object('outcome', 'saved', 'required_from', to_jsonb(required_from));
end
$$;

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'stopped', sms_private.stops_now(),
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null and due_at <= now()),
    -- Due later, or held by the pause of their broadcast.
    'deliveries_waiting', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and (held_at is not null or due_at > now())),
    'deliveries_in_flight', count(*) filter (where in_flight and not unconfirmed),
    'deliveries_unconfirmed', count(*) filter (where unconfirmed),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where unconfirmed), 0),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and held_at is null and due_at <= now()), 0),
    'set_aside', (select count(*) from sms_private.set_aside()),
    'set_aside_reasons', (
      select coalesce(jsonb_object_agg(r.reason, r.things), '{}')
      from (select coalesce(split_part(a.last_error, ':', 1), 'UNKNOWN') as reason, count(*) as things
            from sms_private.set_aside() a group by 1) r),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id,
        'message_sid', e.message_sid)), '[]')
      from (select * from (
              select * from sms_private.set_aside()
              union all
              (select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
               from sms_private.jobs j where j.last_error is not null and j.set_aside_at is null
                 order by j.id desc limit 10)
            ) all_errors order by set_aside_at desc nulls last limit 10) e),
    -- The operator has to pay the provider, or choose another model.
    'model_without_credit', (
      select jsonb_build_object('replies', count(*), 'since', min(unpaid.set_aside_at), 'last', max(unpaid.set_aside_at))
      from sms_private.jobs unpaid
      where unpaid.kind = 'reply' and unpaid.set_aside_at > now() - interval '1 day'
        and unpaid.last_error like 'MODEL\_NO\_CREDIT:%'
      having count(*) > 0),
    'models_ending', (
      select coalesce(jsonb_agg(to_jsonb(ending)), '[]') from sms_private.models_ending() ending),
    'webhooks_refused', (
      select coalesce(jsonb_agg(one.refusal order by one.last_at desc), '[]')
      from (select refusal.last_at, jsonb_build_object('account_sid', account.account_sid, 'reason', refusal.reason,
              'key_id', nullif(refusal.key_id, ''), 'refused', refusal.refused, 'last_at', refusal.last_at,
              'message', sms_private.refusal_words(refusal)) as refusal
            from sms_private.refused_webhooks refusal
            join public.sms_accounts account on account.id = refusal.account_id
            where refusal.last_at > now() - interval '1 day' order by refusal.last_at desc limit 20) one),
    'expired', (select count(*) from public.sms_message_events late
      where late.error_code = 'EXPIRED' and late.received_at > now() - interval '1 day'),
    'credentials_unreadable', case when sms_private.known_keys() is not null then (
      select count(*) from sms_private.unreadable_accounts()) end,
    'suppression_keys_unreadable', sms_private.lost_suppression_keys(),
    'consent_required_from', sms_private.setting('consent_required_from'),
    'events', sms_private.events_health(),
    'figures_unfolded', (select count(*) from sms_private.stat_changes),
    'doubled', (select count(distinct v.message_id) from public.sms_message_events v where v.flags @> '{doubled}'))
  || (
    select jsonb_build_object(
      'lookups_due', count(*) filter (where kind = 'lookup' and due_at <= now()),
      'settlements_due', count(*) filter (where kind = 'settlement' and due_at <= now()),
      'settlements_waiting', count(*) filter (where kind = 'settlement' and due_at > now()),
      'settlements_failing', count(*) filter (where kind = 'settlement' and last_error is not null),
      'listings', jsonb_build_object(
        'accounts', count(*) filter (where listed),
        'failing', count(*) filter (where listed and tries > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - listed_until)) filter (where listed), 0),
        'last_error', (array_agg(last_error order by tries desc) filter (where listed and tries > 0))[1]))
    from sms_private.questions question
    cross join lateral (select kind = 'listing' and exists (
      select from public.sms_numbers number where number.account_sid = question.account_sid) as listed) here
    where set_aside_at is null)
  || (
    select jsonb_build_object(
      'last_woken_at', max(wake.woken_at),
      'last_woken_by', (array_agg(wake.woken_by order by wake.woken_at desc))[1],
      'schedule', sms_private.schedule_state() || jsonb_build_object(
        'last_woken_at', max(wake.woken_at) filter (where wake.woken_by = 'schedule')))
    from sms_private.worker_wakes wake)
  from sms_private.jobs
$$;

-- One key, one effect: everything that is sent with an idempotency key goes through once().

-- In PL/pgSQL, which keeps its plans for the session.
create or replace function sms_private.answer_of_key(tenant uuid, verb text, key text, request_hash text)
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select case
      when used.request_hash <> answer_of_key.request_hash then jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_REUSED')
      -- A message that was deleted since is not sent again.
      when verb = 'sms_create_message' then coalesce(
        (select jsonb_build_object('outcome', 'repeated', 'message', to_jsonb(message)) from public.sms_messages message
         where message.id = used.result and message.user_id = tenant),
        jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND'))
      when verb = 'sms_record_consents' then (
        select sms_private.consent_import_answer('repeated', import) from sms_private.consent_imports import
        where import.id = used.result and import.user_id = tenant)
      else coalesce(
        (select sms_private.broadcast_answer('repeated', broadcast) from public.sms_broadcasts broadcast
         where broadcast.id = used.result and broadcast.user_id = tenant),
        jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND'))
    end
    from sms_private.idempotency_keys used
    where used.user_id = tenant and used.key = answer_of_key.key
      and used.created_at > clock_timestamp() - interval '24 hours');
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
  perform set_config('request.jwt.claims',
      jsonb_build_object('sub', tenant, 'role', 'authenticated', 'secret_key', true)::text, true),
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

create or replace function sms_private.check_consents(tenant uuid, lines jsonb)
returns setof sms_private.consent_to_store
language sql stable set search_path = ''
as $$
  select l.place::int, coalesce(checked.code, case
      when k.id is null and sms_private.opted_out_and_gone(tenant, read.canonical) or k.opted_out_at is not null
        then 'RECIPIENT_OPTED_OUT' end),
    read.number, read.canonical, l.line ->> 'basis', least(read.given_at, clock_timestamp()),
    nullif(btrim(l.line ->> 'words'), ''), nullif(btrim(l.line ->> 'page'), ''), nullif(btrim(l.line ->> 'form_text'), ''),
    k.id
  from jsonb_array_elements(lines) with ordinality l (line, place)
  cross join lateral (select sms_private.refuse_consent(l.line) as code offset 0) checked
  left join lateral (
    select named.number, sms_private.canonical_number(named.number) as canonical,
      sms_private.moment_of(l.line ->> 'given_at') as given_at
    from (select sms_private.number_as_written(l.line ->> 'number') as number) named
    where checked.code is null offset 0) read on true
  left join public.sms_contacts k on k.id = case when checked.code is null then sms_private.contact_named(tenant, read.number) end
$$;

-- Every message, and all that happened to it.

-- One function in place of fifteen constraints: see sms_private.refuse_row().
create or replace function sms_private.check_message(
  direction text, kind text, sender text, status text, user_id uuid, conversation_id uuid, seq bigint, message_sid text,
  to_number text, body text, media jsonb, num_segments int, answer_ms bigint, purpose text, held_until timestamptz,
  held_reason text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when direction not in ('inbound', 'outbound') then 'direction_is_known'
    when kind not in ('text', 'keyword', 'reply', 'greeting', 'goodbye', 'error', 'opt_out_confirmation',
        'reaction') then 'kind_is_known'
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
    when purpose not in ('promotional', 'transactional') then 'purpose_is_known'
    when held_until is not null and held_reason is null then 'held_for_a_reason'
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

-- A message to many contacts: who receives it, and how it is stored.

-- One by one, so that a wrong number in a list of a thousand does not stop the others.
create or replace function sms_private.check_recipients(tenant uuid, number public.sms_numbers, to_numbers text[], purpose text)
returns table (place bigint, recipient text, contact_id uuid, is_erased boolean, code text)
language sql stable set search_path = ''
as $$
  select r.place, r.number, k.id, unknown.is_erased, case
    when r.number is null or r.number !~ '^\+[1-9][0-9]{6,14}$' then 'INVALID_RECIPIENT'
    when row_number() over (partition by r.canonical order by r.place) > 1 then 'DUPLICATE_RECIPIENT'
    when not sms_private.may_text(tenant, number.number, r.number) then 'COUNTRY_NOT_ALLOWED'
    when sms_private.opt_out_reason(number.id, k) is not null or unknown.is_erased then 'RECIPIENT_OPTED_OUT'
    else sms_private.may_start(tenant, k, purpose)
  end
  from (
    select n.number, n.place, sms_private.canonical_number(n.number) as canonical
    from unnest(to_numbers) with ordinality n (number, place)) r
  left join public.sms_contacts k on k.id = sms_private.contact_named(tenant, r.number)
  cross join lateral (
    select k.id is null and sms_private.is_suppressed(number.number, r.canonical) as is_erased offset 0) unknown
$$;

create or replace function sms_private.compose_body(tenant uuid, body text, template uuid, variables jsonb)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  t public.sms_templates;
  given jsonb := coalesce(variables, '{}');
  rendered record;
begin
  if body is not null and template is not null then
    return jsonb_build_object('outcome', 'BODY_OR_TEMPLATE');
  end if;
  if template is not null then
    select * into t from public.sms_templates s where s.id = template and s.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'TEMPLATE_NOT_FOUND');
    end if;
  end if;
  -- Without a template nothing would be replaced, and the contact would read {{name}}.
  if not sms_private.are_variables(given) or (template is null and given <> '{}') then
    return jsonb_build_object('outcome', 'INVALID_VARIABLES');
  end if;
  if template is null then
    return jsonb_build_object('body', sms_private.visible_text(coalesce(body, '')));
  end if;
  select * into rendered from sms_private.render_template(t.body, given);
  if rendered.missing is not null then
    return jsonb_build_object('outcome', 'TEMPLATE_VARIABLE_MISSING',
      'details', jsonb_build_object('missing', rendered.missing));
  end if;
  return jsonb_build_object('body', sms_private.visible_text(rendered.body), 'purpose', t.purpose);
end
$$;

create or replace function sms_private.consent_basis(contact public.sms_contacts, purpose text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select c.basis from sms_private.consents_of(contact) c
    where purpose = 'transactional' or sms_private.setting('promotional_consent') ? c.basis
    order by c.given_at desc, c.event_id desc limit 1);
end
$$;

-- Consent is read: of one contact, of those who lack it, and as CSV for who asks for proof.

-- The text itself is the evidence of contact_wrote_first. It may be archived, or its words emptied: its moment stays.
create or replace function sms_private.consent_history(contact public.sms_contacts)
returns table (said_at timestamptz, recorded_at timestamptz, change text, basis text, source text, words text, page text,
  form_text text, message_id uuid, import_id uuid, id uuid)
language sql stable rows 5 set search_path = ''
as $$
  select contact.wrote_at, contact.wrote_at, 'consent', 'contact_wrote_first', 'contact', left(first.body, 1000), null, null,
    first.id, null::uuid, contact.id
  from (select) one left join lateral (
    select m.id, m.body from public.sms_conversations c
    cross join lateral (
      select t.id, t.body from public.sms_messages t
      where t.conversation_id = c.id and t.direction = 'inbound' and t.kind = 'text' order by t.seq limit 1) m
    where c.contact_id = contact.id order by c.started_at limit 1) first on true
  where contact.wrote_at is not null
  union all
  select coalesce(e.given_at, s.date_created, e.at), e.at, e.change,
    case e.change when 'opt_in' then 'keyword' else e.basis end, e.source, coalesce(e.words, e.evidence), e.page, e.form_text,
    e.message_id, e.import_id, e.id
  from public.sms_consent_events e left join public.sms_messages s on s.id = e.message_id
  where e.contact_id = contact.id and e.change <> 'help'
$$;

-- Consents are recorded: one by one by an app, or a list at once.

create or replace function sms_private.consent_import_answer(outcome text, import sms_private.consent_imports)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('outcome', outcome, 'import', jsonb_build_object('id', import.id, 'created_at', import.created_at),
    'recorded', import.recorded, 'known', import.known, 'rejected', import.rejected)
$$;

-- Consent: whether a contact agreed to be texted, and what an automatic first text needs.

create or replace function sms_private.consent_required()
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((sms_private.setting('consent_required_from') #>> '{}')::timestamptz <= clock_timestamp(), false);
end
$$;

-- The claims that call_as() makes name the secret key.
create or replace function sms_private.consent_source()
returns text
language sql stable set search_path = ''
as $$
  select case when nullif(current_setting('request.jwt.claims', true), '')::jsonb ? 'secret_key' then 'app' else 'person' end
$$;

-- An opt-out ends every consent of before it. A keyword counts from when it was said: it may have come late.
create or replace function sms_private.consents_of(contact public.sms_contacts)
returns table (basis text, given_at timestamptz, event_id uuid)
language plpgsql stable rows 3 set search_path = ''
as $$
#variable_conflict use_column
declare
  withdrawn_at timestamptz := (
    select max(coalesce(s.date_created, e.at)) from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact.id and e.change = 'opt_out');
begin
  return query
    select given.* from (
      select 'contact_wrote_first', contact.wrote_at, null::uuid where contact.wrote_at is not null
      union all
      -- START is the keyword that counts everywhere.
      select coalesce(e.basis, 'keyword'), coalesce(e.given_at, s.date_created, e.at), e.id
      from public.sms_consent_events e left join public.sms_messages s on s.id = e.message_id
      where e.contact_id = contact.id and e.change in ('consent', 'opt_in')) given (basis, given_at, event_id)
    where contact.opted_out_at is null and (withdrawn_at is null or given.given_at > withdrawn_at);
end
$$;

-- Looks first: most contacts are there already, and under the number as they write it.
create or replace function sms_private.contact_of(tenant uuid, number text, wrote_at timestamptz default null)
returns public.sms_contacts
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
  canonical text;
begin
  loop
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_of.number;
    exit when found;
    canonical := coalesce(canonical, sms_private.canonical_number(contact_of.number));
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.canonical_number = canonical;
    exit when found;
    insert into public.sms_contacts (user_id, number, wrote_at) values (tenant, contact_of.number, contact_of.wrote_at)
    on conflict do nothing
    returning * into contact;
    exit when found;
  end loop;
  return contact;
end
$$;

-- The lines that are still good, with their contacts. New ones by telephone, so that two imports add them in the same order.
create or replace function sms_private.contacts_for_consents(tenant uuid, good sms_private.consent_to_store[])
returns sms_private.consent_to_store[]
language plpgsql volatile set search_path = ''
as $$
declare
  placed sms_private.consent_to_store[];
begin
  insert into public.sms_contacts (user_id, number)
  select tenant, added.number
  from (select distinct on (g.canonical) g.canonical, g.number from unnest(good) g where g.contact_id is null
    order by g.canonical, g.place) added
  order by added.canonical
  on conflict do nothing;
  placed := array(
    select row(g.place, null, g.number, g.canonical, g.basis, g.given_at, g.words, g.page, g.form_text,
      sms_private.contact_named(tenant, g.number))::sms_private.consent_to_store
    from unnest(good) g order by g.place);
  -- An erasure or a merge waits for this, or was first.
  perform from public.sms_contacts k where k.id in (select p.contact_id from unnest(placed) p) order by k.id for key share;
  if exists (select from unnest(placed) p where not exists (select from public.sms_contacts k where k.id = p.contact_id)) then
    raise exception 'Contacts of these lines were merged or erased meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  return placed;
end
$$;

-- A spreadsheet takes what begins like this for a formula (OWASP, CSV injection). A telephone number may begin with +.
create or replace function sms_private.csv_cell(value text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case when value is null then ''
    else '"' || replace(case when value ~ '^\s*[=+@-]|^[\t\r\n]|^\s*[＝＋－＠]' and value !~ '^\+[0-9]{7,15}$'
      then '''' || value else value end, '"', '""') || '"' end
$$;

create or replace function sms_private.erase_contact(tenant uuid, contact_id uuid, erased_by text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  conversations uuid[];
  message_ids uuid[];
  numbers text[];
  canceled int;
  erasure sms_private.erasures;
begin
  perform from public.sms_conversations c
  where c.contact_id = erase_contact.contact_id and c.user_id = tenant order by c.id for update;
  select * into contact from public.sms_contacts k
  where k.id = erase_contact.contact_id and k.user_id = tenant for update;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  -- One may have begun before the contact was locked. Who holds that one and waits for the contact is ended by Postgres, and
  -- comes again.
  conversations := array(
    select c.id from public.sms_conversations c where c.contact_id = contact.id order by c.id for update);
  numbers := sms_private.spellings_of(contact.number);
  perform sms_private.erase_number(tenant, numbers, erased_by = 'operator');
  message_ids := array(
    select m.id from public.sms_messages m
    where m.id in (
      select said.id from public.sms_messages said where said.conversation_id = any (conversations)
      union all
      select alone.id from public.sms_messages alone
      where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))
    order by m.id for update);
  canceled := sms_private.end_deliveries(message_ids);
  perform sms_private.fold_messages(message_ids);
  insert into sms_private.erased_texts (account_sid, message_sid)
  select m.account_sid, m.message_sid from public.sms_messages m
  where m.id = any (message_ids) and m.message_sid is not null and m.date_created >= least(
    clock_timestamp() - interval '3 days',
    (select q.listed_until - interval '2 days' from sms_private.questions q
     where q.kind = 'listing' and q.account_sid = m.account_sid))
  on conflict do nothing;
  insert into sms_private.erased_consents (user_id, change, at, phone_number_id, assistant_id)
  select e.user_id, e.change, date_bin('15 minutes', e.at, '2000-01-01 00:00:00+00'), m.phone_number_id, m.assistant_id
  from public.sms_consent_events e left join public.sms_messages m on m.id = e.message_id
  where e.contact_id = contact.id and e.change in ('opt_out', 'opt_in');
  perform sms_private.keep_consents(contact);
  -- The archive's way, so that what they count for stays. Then the archive forgets them too.
  perform sms_private.move_to_archive(message_ids);
  delete from sms_private.archived_messages a where a.id = any (message_ids);
  delete from public.sms_conversations c where c.id = any (conversations);
  delete from public.sms_contacts k where k.id = contact.id;
  insert into sms_private.erasures (user_id, erased_by, messages, conversations, was_opted_out)
  values (tenant, erase_contact.erased_by, cardinality(message_ids), cardinality(conversations),
    contact.opted_out_at is not null)
  returning * into erasure;
  return jsonb_build_object('outcome', 'erased', 'erasure_id', erasure.id, 'messages', erasure.messages,
    'conversations', erasure.conversations, 'canceled', canceled);
end
$$;

create or replace function sms_private.export_my_consents(contact_id uuid, after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant constant uuid := (select sms_private.tenant_id());
  code text := sms_private.refuse_consent_page(after, page_size);
  contacts public.sms_contacts[];
  lines text;
  written int;
begin
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  contacts := array(
    select k from public.sms_contacts k
    where k.user_id = tenant and k.number > coalesce(after, '')
      and (export_my_consents.contact_id is null or k.id = export_my_consents.contact_id)
    order by k.number limit page_size);
  if export_my_consents.contact_id is not null and contacts = '{}' and after is null then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  select count(*), string_agg(concat_ws(',', sms_private.csv_cell(k.number), sms_private.csv_cell(k.id::text),
      sms_private.csv_cell(h.change), sms_private.csv_cell(h.basis), sms_private.csv_cell(to_jsonb(h.said_at) #>> '{}'),
      sms_private.csv_cell(to_jsonb(h.recorded_at) #>> '{}'), sms_private.csv_cell(h.source), sms_private.csv_cell(h.words),
      sms_private.csv_cell(h.page), sms_private.csv_cell(h.form_text), sms_private.csv_cell(h.message_id::text),
      sms_private.csv_cell(h.import_id::text)) || E'\r\n', '' order by k.number, h.said_at, h.id)
  into written, lines
  from unnest(contacts) k cross join lateral sms_private.consent_history(k) h;
  return jsonb_build_object('outcome', 'exported', 'rows', written, 'csv', case when after is null then
      E'number,contact_id,change,basis,said_at,recorded_at,source,words,page,form_text,message_id,import_id\r\n' else '' end
      || coalesce(lines, ''),
    'next', case when cardinality(contacts) = page_size and export_my_consents.contact_id is null
      then (contacts[page_size]).number end);
end
$$;

create or replace function sms_private.get_my_consent(contact_id uuid)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  select * into contact from public.sms_contacts k
  where k.id = get_my_consent.contact_id and k.user_id = (select sms_private.tenant_id());
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'found', 'contact_id', contact.id, 'opted_out_at', contact.opted_out_at,
    'promotional', sms_private.consent_basis(contact, 'promotional'),
    'transactional', sms_private.consent_basis(contact, 'transactional'),
    'required_from', sms_private.setting('consent_required_from'),
    'history', (
      select coalesce(jsonb_agg(to_jsonb(newest) order by newest.said_at desc, newest.id desc), '[]')
      from (select h.* from sms_private.consent_history(contact) h order by h.said_at desc, h.id desc limit 500) newest));
end
$$;

-- What an app sends to one contact serves that contact, unless its sender says that it advertises: then it is as a broadcast to one.
create or replace function sms_private.is_automatic_first(broadcast_id uuid, sender text, purpose text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$ select broadcast_id is not null or sender = 'system' and purpose = 'promotional' $$;

-- What was written is erased; when and on what form it was agreed is the tenant's defence, and names nobody. A key that cannot be
-- read stops no erasure: an opt-out must not be lost, proof may be.
create or replace function sms_private.keep_consents(contact public.sms_contacts)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  key int;
begin
  if contact.wrote_at is null and not exists (
    select from public.sms_consent_events e where e.contact_id = contact.id and e.change <> 'help') then
    return;
  end if;
  key := sms_private.newest_suppression_key();
  insert into sms_private.kept_consents (key_id, contact_hash, user_id, change, basis, said_at, source, page, form_text)
  select key, hashed.hash, contact.user_id, h.change, h.basis, h.said_at, h.source, split_part(split_part(h.page, '?', 1), '#', 1),
    h.form_text
  from (select sms_private.hmac_sha256(sms_private.suppression_secret(key), convert_to(contact.canonical_number, 'UTF8')) as hash
    offset 0) hashed
  cross join sms_private.consent_history(contact) h
  order by h.said_at;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'Consents of an erased contact could not be kept: %', sqlerrm;
end
$$;

create or replace function sms_private.kept_consents_of(tenant uuid, number text)
returns setof sms_private.kept_consents
language sql stable set search_path = ''
as $$
  select c.* from sms_private.suppression_keys k
  cross join unnest(sms_private.spellings_of(kept_consents_of.number)) spelling
  join sms_private.kept_consents c on c.user_id = tenant and c.key_id = k.id
    and c.contact_hash = sms_private.hmac_sha256(sms_private.suppression_secret(k.id), convert_to(spelling, 'UTF8'))
  order by c.said_at, c.id
$$;

-- By number, in the order of the index: a page looks at so many contacts, and lists those of them who lack it.
create or replace function sms_private.list_my_contacts_without_consent(after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  code text := sms_private.refuse_consent_page(after, page_size);
  listed jsonb;
  looked int;
  last_number text;
begin
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select count(*), max(seen.number), coalesce(jsonb_agg(jsonb_build_object('id', seen.id, 'number', seen.number,
      'name', seen.name, 'created_at', seen.created_at, 'transactional', seen.transactional) order by seen.number)
    filter (where seen.lacks), '[]')
  into looked, last_number, listed
  from (
    select k.id, k.number, k.name, k.created_at,
      k.opted_out_at is null and sms_private.consent_basis(k, 'promotional') is null as lacks,
      sms_private.consent_basis(k, 'transactional') as transactional
    from public.sms_contacts k
    where k.user_id = (select sms_private.tenant_id()) and k.number > coalesce(after, '')
    order by k.number limit page_size) seen;
  return jsonb_build_object('outcome', 'listed', 'contacts', listed,
    'required_from', sms_private.setting('consent_required_from'),
    'next', case when looked = page_size then last_number end);
end
$$;

-- As definer: health asks with the secret key, which reads no keys.
create or replace function sms_private.lost_suppression_keys()
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  key record;
  lost jsonb := '[]';
begin
  for key in
    select k.id, exists (select from sms_private.suppressions s where s.key_id = k.id)
        or exists (select from sms_private.kept_consents c where c.key_id = k.id) as is_used,
      k.id = max(k.id) over () as is_newest
    from sms_private.suppression_keys k order by k.id
  loop
    begin
      perform sms_private.suppression_secret(key.id) where key.is_used or key.is_newest;
    exception when others then
      perform sms_private.raise_if_transient(sqlstate, sqlerrm);
      lost := lost || to_jsonb(key.id);
    end;
  end loop;
  return lost;
end
$$;

-- The one place that says so. An answer is no first text, and is not asked about here.
create or replace function sms_private.may_start(tenant uuid, contact public.sms_contacts, purpose text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if sms_private.consent_required() and sms_private.consent_basis(contact, purpose) is null then
    return 'NO_CONSENT';
  end if;
  return null;
end
$$;

-- The later word counts, from whichever spelling it came.
create or replace function sms_private.merge_contact(kept_id uuid, gone_id uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  gone public.sms_contacts;
  last_stop record;
  wrote_from text;
begin
  perform from public.sms_conversations c where c.contact_id in (kept_id, gone_id) order by c.id for update;
  perform from public.sms_contacts k where k.id in (kept_id, gone_id) order by k.id for update;
  perform sms_private.join_conversations(array[kept_id, gone_id]);
  update public.sms_conversations c set contact_id = kept_id where c.contact_id = gone_id;
  -- Of two that are in flight one keeps its contact's id until it is over: the index allows one a pair.
  update sms_private.jobs j set contact_id = kept_id
  where j.contact_id = gone_id and not (j.kind = 'deliver' and j.in_flight and exists (
    select from sms_private.jobs f
    where f.kind = 'deliver' and f.in_flight and f.contact_id = kept_id and f.phone_number_id = j.phone_number_id));
  -- Infinity stands for a key that cannot be read (61_suppression_triggers.sql). What is known says more.
  insert into sms_private.sender_blocks as b (phone_number_id, contact_id, at)
  select g.phone_number_id, kept_id, g.at from sms_private.sender_blocks g
  where g.contact_id = gone_id order by g.phone_number_id
  on conflict (phone_number_id, contact_id) do update
  set at = case when 'infinity' in (b.at, excluded.at) then least(b.at, excluded.at) else greatest(b.at, excluded.at) end;
  update public.sms_consent_events e set contact_id = kept_id where e.contact_id = gone_id;
  delete from sms_private.sender_blocks b
  where b.contact_id = kept_id and b.at < 'infinity' and exists (
    select from public.sms_consent_events e join public.sms_messages s on s.id = e.message_id
    where e.contact_id = kept_id and e.change = 'opt_in' and s.phone_number_id = b.phone_number_id
      and s.date_created > b.at);

  select k.opted_out_at as at, k.opt_out_source as source into last_stop
  from public.sms_contacts k
  where k.id in (kept_id, gone_id) and k.opted_out_at is not null and not exists (
    select from public.sms_consent_events e
    where e.contact_id = kept_id and e.change = 'opt_in' and e.at > k.opted_out_at)
  order by k.opted_out_at desc limit 1;
  if last_stop.at is not null then
    perform sms_private.cancel_waiting(
      array(select j.message_id from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
       where j.contact_id = kept_id and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
      'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
    delete from sms_private.jobs j where j.kind = 'reply' and j.contact_id = kept_id;
  end if;
  select m.from_number into wrote_from from public.sms_conversations c
  join public.sms_messages m on m.conversation_id = c.id and m.direction = 'inbound'
  where c.contact_id = kept_id order by m.created_at desc limit 1;
  delete from public.sms_contacts k where k.id = gone_id returning * into gone;
  update public.sms_contacts k
  set number = coalesce(wrote_from, k.number), name = coalesce(k.name, gone.name),
    created_at = least(k.created_at, gone.created_at), wrote_at = least(k.wrote_at, gone.wrote_at),
    opted_out_at = last_stop.at, opt_out_source = last_stop.source
  where k.id = kept_id;
  -- By itself: a contact of before zones were checked may have any text there.
  update public.sms_contacts k set time_zone = gone.time_zone
  where k.id = kept_id and k.time_zone is null and sms_private.is_time_zone(gone.time_zone);
end
$$;

-- ISO 8601 alone: Postgres would also take "tomorrow" and "infinity". Without a zone it is UTC.
create or replace function sms_private.moment_of(value text)
returns timestamptz
language plpgsql immutable set search_path = '' set timezone = 'UTC'
as $$
begin
  if value !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?$' then
    return null;
  end if;
  return value::timestamptz;
exception when data_exception then
  return null;
end
$$;

-- As somebody may write it: "+1 (415) 555-0101".
create or replace function sms_private.number_as_written(number text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case when number ~ '^\s*\+[0-9 ().\/-]{7,40}$' then '+' || regexp_replace(number, '[^0-9]+', '', 'g')
    else left(number, 64) end
$$;

-- The public verbs list the arguments; here a request is one value. Its times are in UTC, whatever the session's time
-- zone is, and jsonb puts its names in order: the same request always has the same hash.
create or replace function sms_private.once(tenant uuid, sender text, verb text, request jsonb, key text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Requests had no not_after and no purpose once. One without them still has the hash that it had then.
  hash text := encode(sha256(convert_to(jsonb_build_array(verb, sender,
    request - case when request ->> 'not_after' is null then 'not_after' else '' end
      - case when request ->> 'purpose' is null then 'purpose' else '' end)::text, 'UTF8')), 'hex');
  answer jsonb;
begin
  if tenant is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from auth.users known where known.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  if key is not null then
    if key !~ '^[\u0020-\u007E]{1,255}$' then
      return jsonb_build_object('outcome', 'INVALID_IDEMPOTENCY_KEY');
    end if;
    answer := sms_private.answer_of_key(tenant, verb, key, hash);
    -- Refused, not waited for: the caller hears at once that the first request still runs, and no connection is held.
    if answer is null and not pg_try_advisory_xact_lock(hashtextextended('idempotency_key:' || tenant || ':' || key, 0)) then
      return jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_IN_USE', 'retry_after_ms', 1000);
    end if;
    -- The first request may have ended between the look and the lock.
    answer := coalesce(answer, sms_private.answer_of_key(tenant, verb, key, hash));
    if answer is not null then
      return answer;
    end if;
  end if;
  case verb
  when 'sms_create_message' then
    answer := sms_private.store_message(tenant, sender, request);
  when 'sms_create_broadcast' then
    answer := sms_private.store_broadcast(tenant, sender, request);
  when 'sms_record_consents' then
    answer := sms_private.store_consents(tenant, request);
  end case;
  if key is not null and answer ->> 'outcome' = 'created' then
    perform sms_private.remember_key(tenant, key, hash, (coalesce(answer -> 'message', answer -> 'broadcast', answer -> 'import') ->> 'id')::uuid);
  end if;
  return answer;
end
$$;

-- Whom an opt-out of this tenant binds although they are no contact any more.
create or replace function sms_private.opted_out_and_gone(tenant uuid, canonical text)
returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from sms_private.suppressions s where s.user_id = tenant)
    and exists (
      select from sms_private.suppressions_of(canonical) s where s.user_id = tenant and s.reason = 'opted_out');
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;

create or replace function sms_private.purge(batch_size int default 500)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '300ms'
as $$
declare
  ownerless int := 0;
  emptied int := 0;
  refused int := 0;
  forgotten int := 0;
  old_keys int;
  tenant uuid;
  more boolean;
begin
  if exists (select from sms_private.purges p where p.next_at > clock_timestamp())
    or not pg_try_advisory_xact_lock(hashtextextended('sms_purge', 0)) then
    return null;
  end if;
  begin
    if sms_private.days_setting('ownerless_texts_days') is not null then
      ownerless := sms_private.purge_ownerless(sms_private.days_setting('ownerless_texts_days'), batch_size);
    end if;
    if sms_private.days_setting('refused_recipients_days') is not null then
      refused := sms_private.purge_refused(sms_private.days_setting('refused_recipients_days'), batch_size);
    end if;
    if sms_private.days_setting('texts_days') is not null then
      -- Who has no number any more keeps nothing longer than others.
      for tenant in
        select n.user_id from public.sms_numbers n union select e.user_id from sms_private.emptied_until e order by 1
      loop
        emptied := emptied + sms_private.empty_texts(tenant, sms_private.days_setting('texts_days'), batch_size - emptied);
        exit when emptied >= batch_size;
      end loop;
    end if;
    if sms_private.days_setting('erased_consent_days') is not null then
      forgotten := sms_private.purge_erased_consents(sms_private.days_setting('erased_consent_days'), batch_size);
    end if;
    delete from sms_private.unsent_calls u where u.at < clock_timestamp() - interval '1 day';
    delete from sms_private.erased_texts e where e.erased_at < clock_timestamp() - interval '30 days';
    delete from sms_private.idempotency_keys k where (k.user_id, k.key) in (
      select old.user_id, old.key from sms_private.idempotency_keys old
      where old.created_at <= clock_timestamp() - interval '24 hours'
      order by old.created_at limit batch_size for update skip locked);
    get diagnostics old_keys = row_count;
  exception when lock_not_available then
    return null;
  end;
  more := greatest(ownerless, emptied, refused, forgotten, old_keys) >= batch_size;
  insert into sms_private.purges as p (next_at)
  values (clock_timestamp() + case when more then interval '0' else interval '1 hour' end)
  on conflict on constraint purges_pkey do update set next_at = excluded.next_at;
  return jsonb_build_object('ownerless', ownerless, 'emptied', emptied, 'refused', refused, 'forgotten', forgotten,
    'more', more);
end
$$;

-- What stays of consents when a contact is erased, and for how long.

-- Virginia asks that an opt-out is honored for at least ten years (Code of Virginia, section 59.1-514; SB 1339 of 2025).
create or replace function sms_private.purge_erased_consents(older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp() - greatest(older_than, interval '10 years');
  opt_outs int;
  consents int;
begin
  delete from sms_private.suppressions s where (s.key_id, s.contact_hash, s.sending_number, s.user_id) in (
    select old.key_id, old.contact_hash, old.sending_number, old.user_id from sms_private.suppressions old
    where old.opted_out_at < moment limit batch_size for update skip locked);
  get diagnostics opt_outs = row_count;
  delete from sms_private.kept_consents c where c.id in (
    select old.id from sms_private.kept_consents old where old.kept_at < moment
    order by old.kept_at limit batch_size for update skip locked);
  get diagnostics consents = row_count;
  return greatest(opt_outs, consents);
end
$$;

create or replace function sms_private.refuse_consent(line jsonb)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  given_at timestamptz;
begin
  if jsonb_typeof(line) <> 'object' or exists (
    select from jsonb_each(line) field
    where field.key not in ('number', 'basis', 'given_at', 'words', 'page', 'form_text')
      or jsonb_typeof(field.value) not in ('string', 'null')) then
    return 'INVALID_LINE';
  elsif sms_private.number_as_written(line ->> 'number') ~ '^\+[1-9][0-9]{6,14}$' is not true then
    return 'INVALID_RECIPIENT';
  elsif coalesce(line ->> 'basis', '') not in ('keyword', 'form', 'import', 'transactional') then
    return 'INVALID_BASIS';
  end if;
  given_at := sms_private.moment_of(line ->> 'given_at');
  if given_at is null or given_at < '2000-01-01' then
    return 'INVALID_GIVEN_AT';
  elsif given_at > clock_timestamp() + interval '5 minutes' then
    return 'CONSENT_OF_TOMORROW';
  elsif char_length(line ->> 'words') > 1000 or char_length(line ->> 'page') > 2048
    or char_length(line ->> 'form_text') > 4000 then
    return 'EVIDENCE_TOO_LONG';
  elsif coalesce(line ->> 'words', '') || coalesce(line ->> 'page', '') || coalesce(line ->> 'form_text', '') !~ '\S' then
    return 'EVIDENCE_MISSING';
  -- A form is proved by what stood on it, or by where it is.
  elsif line ->> 'basis' = 'form' and coalesce(line ->> 'page', '') || coalesce(line ->> 'form_text', '') !~ '\S' then
    return 'EVIDENCE_MISSING';
  end if;
  return null;
end
$$;

create or replace function sms_private.refuse_consent_page(after text, page_size int)
returns text
language sql immutable set search_path = ''
as $$
  select case
    when page_size is null or page_size not between 1 and 1000 then 'INVALID_PAGE_SIZE'
    when char_length(after) > 64 then 'INVALID_CURSOR' end
$$;

create or replace function sms_private.refuse_content(
  body text, media_urls text[], send_at timestamptz, not_after timestamptz, purpose text)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when char_length(body) > 1600 then 'BODY_TOO_LONG'
      when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
      when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
      when exists (
        select from unnest(media_urls) u
        -- Characters that a URL must escape (https://www.rfc-editor.org/rfc/rfc3986#section-2).
        where u is null or char_length(u) > 2048 or u !~ '^https?://[^\s[:cntrl:]"\\]+$' or char_length(u) < 10)
        then 'INVALID_MEDIA_URL'
      when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
      when not isfinite(not_after) or not_after <= greatest(clock_timestamp(), send_at) then 'INVALID_NOT_AFTER'
      when purpose not in ('promotional', 'transactional') then 'INVALID_PURPOSE'
    end);
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
  select * into contact from public.sms_contacts k where k.id = job.contact_id;
  if not found then
    -- It was in flight while its contact was merged into another.
    select k.* into contact from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
    where c.id = message.conversation_id;
  end if;
  if not found then
    -- Without a contact there is nobody who may have opted out. The foreign keys allow it only by an operator's own update.
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
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
    select * into conversation from public.sms_conversations c where c.id = message.conversation_id;
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
  if sms_private.is_automatic_first(message.broadcast_id, message.sender, message.purpose) then
    -- Consent may have ended since it was stored.
    code := sms_private.may_start(message.user_id, contact, message.purpose);
    if code is not null then
      explanation := sms_private.why_not_started(code);
      return;
    end if;
  end if;
  if by_assistant then
    perform from sms_private.reply_cap(message.user_id, message.conversation_id, 1);
    if found then
      code := 'REPLY_CAP';
      explanation := 'The limit of automatic replies is used up.';
      return;
    end if;
  end if;
  if sms_private.is_too_late(message, job) then
    code := 'EXPIRED';
    explanation := 'This text waited too long.';
  end if;
end
$$;

create or replace function sms_private.rotate_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  new_id int;
  old_id int;
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
  -- Nothing is hashed with these any more. The newest keeps its id from being used again.
  for old_id in
    delete from sms_private.suppression_keys k
    where not exists (select from sms_private.suppressions s where s.key_id = k.id)
      and not exists (select from sms_private.kept_consents c where c.key_id = k.id)
      and k.id < (select max(newest.id) from sms_private.suppression_keys newest)
    returning k.id
  loop
    if to_regnamespace('vault') is not null then
      delete from vault.secrets v where v.name = 'supabase_sms_suppression_key_' || old_id;
    end if;
  end loop;
  new_id := coalesce((select max(k.id) from sms_private.suppression_keys k), 0) + 1;
  -- Three random numbers of 122 bits are more than the 256 that a key has.
  perform sms_private.restore_suppression_key(new_id, encode(sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'));
  return new_id;
end
$$;

create or replace function sms_private.store_broadcast(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  not_after timestamptz := (request ->> 'not_after')::timestamp at time zone 'utc';
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  recipients text[];
  refused jsonb;
  refused_now jsonb;
  refused_contacts uuid[];
  there int;
  again_at timestamptz;
  broadcast public.sms_broadcasts;
begin
  select * into wanted from jsonb_to_record(request) fields (to_numbers text[], body text, from_number text,
    media_urls text[], template_id uuid, name text, purpose text);
  code := case
    when coalesce(cardinality(wanted.to_numbers), 0) = 0 then 'NO_RECIPIENTS'
    when cardinality(wanted.to_numbers) > 1000 then 'TOO_MANY_RECIPIENTS'
    when char_length(wanted.name) > 200 then 'INVALID_NAME'
  end;
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at, not_after, wanted.purpose);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, null);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, wanted.from_number));
  end if;
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;
  select coalesce(array_agg(r.recipient order by r.place) filter (where r.code is null), '{}'),
    -- A recipient that is not a number may be any text, also a very long one.
    coalesce(jsonb_agg(jsonb_build_object('to', left(r.recipient, 64), 'code', r.code) order by r.place)
      filter (where r.code is not null), '[]'),
    -- Who was erased is no contact any more, and could not be erased from here.
    coalesce(jsonb_agg(jsonb_build_object('to', case when r.is_erased then 'erased' else left(r.recipient, 64) end,
      'code', r.code) order by r.place) filter (where r.code is not null), '[]'),
    array_agg(distinct r.contact_id) filter (where r.code is not null and r.contact_id is not null)
  into recipients, refused_now, refused, refused_contacts
  from sms_private.check_recipients(tenant, number, wanted.to_numbers,
    coalesce(wanted.purpose, composed ->> 'purpose', 'promotional')) r;
  refusal := sms_private.refuse_segments(number, cardinality(recipients) * sms_private.count_segments(composed ->> 'body')::bigint);
  if refusal is not null then
    return refusal;
  end if;
  again_at := sms_private.next_broadcast_at(tenant, cardinality(recipients));
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  insert into public.sms_broadcasts (user_id, name, phone_number_id, from_number, body, media, template_id, send_at,
    accepted, rejected, not_after, purpose)
  values (tenant, wanted.name, number.id, number.number, composed ->> 'body', sms_private.media_of(wanted.media_urls),
    wanted.template_id, send_at, cardinality(recipients), refused, not_after,
    coalesce(wanted.purpose, composed ->> 'purpose', 'promotional'))
  returning * into broadcast;
  perform sms_private.store_broadcast_messages(broadcast, number, sender, recipients);
  -- An erasure waits for this, and finds their numbers; or it was first.
  perform from public.sms_contacts k where k.id = any (refused_contacts) order by k.id for key share;
  get diagnostics there = row_count;
  if there < cardinality(refused_contacts) then
    raise exception 'Contacts of these recipients were erased meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  return sms_private.broadcast_answer('created', broadcast) || jsonb_build_object('rejected', refused_now);
end
$$;

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
  loop
    -- By telephone, so that two broadcasts add the same contacts in the same order.
    insert into public.sms_contacts (user_id, number)
    select broadcast.user_id, r.number from unnest(recipients, telephones) r (number, telephone) order by r.telephone
    on conflict do nothing;
    contacts := array(
      select sms_private.contact_named(broadcast.user_id, r.number) from unnest(recipients) with ordinality r (number, place)
      order by r.place);
    -- The table of spellings has changed since the recipients were checked.
    if cardinality(array(select distinct c from unnest(contacts) c where c is not null)) < cardinality(recipients) then
      raise exception 'Contacts of these recipients are being merged. Try again.' using errcode = 'serialization_failure';
    end if;
    exit when sms_private.conversations_for_broadcast(number, contacts);
  end loop;
  recipients := array(
    select case when k.number = r.number then r.number else sms_private.spelling_to_text(number.id, k, r.number) end
    from unnest(recipients, contacts) with ordinality r (number, contact, place)
    join public.sms_contacts k on k.id = r.contact order by r.place);
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender, to_number,
    from_number, body, media, status, num_segments, send_at, template_id, broadcast_id, created_at, not_after, purpose)
  select number.account_sid, c.id, broadcast.user_id, sms_private.next_seq(c.id, broadcast.body, broadcast.media, store_broadcast_messages.sender),
    'outbound', 'text', store_broadcast_messages.sender, r.number, number.number, broadcast.body, broadcast.media,
    case when broadcast.send_at > clock_timestamp() then 'scheduled' else 'pending' end, counted.segments, broadcast.send_at,
    broadcast.template_id, broadcast.id, clock_timestamp(), broadcast.not_after,
    broadcast.purpose
  from unnest(recipients, contacts) with ordinality r (number, contact, place)
  join public.sms_conversations c on c.phone_number_id = number.id and c.contact_id = r.contact and c.status = 'active'
  cross join (select sms_private.count_segments(broadcast.body) as segments) counted
  order by r.place;
  get diagnostics stored = row_count;
  if stored < cardinality(telephones) then
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

create or replace function sms_private.store_consents(tenant uuid, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  lines jsonb := request -> 'consents';
  turn jsonb;
  room bigint;
  checked sms_private.consent_to_store[];
  good sms_private.consent_to_store[];
  import sms_private.consent_imports;
  stored_by text := sms_private.consent_source();
  stored int;
begin
  if jsonb_typeof(lines) is distinct from 'array' or lines = '[]' then
    return jsonb_build_object('outcome', 'CONSENTS_REQUIRED');
  elsif jsonb_array_length(lines) > 1000 then
    return jsonb_build_object('outcome', 'TOO_MANY_CONSENTS');
  end if;
  turn := sms_private.take_turn_within(tenant, 'record_consents', 120, '1 minute');
  if turn ->> 'outcome' <> 'taken' then
    return turn;
  end if;
  -- As count_room(): a tenant may add so many contacts by itself.
  perform pg_advisory_xact_lock(hashtextextended('sms_rows:' || tenant, 0));
  room := (sms_private.limits_of(tenant)).contacts;
  room := room - (select count(*) from (select from public.sms_contacts k where k.user_id = tenant limit room) used);
  checked := array(select c from sms_private.check_consents(tenant, lines) c order by c.place);
  checked := array(
    select row(c.place, case when c.code is null and c.contact_id is null and c.nth > room then 'CONTACTS_USED_UP' else c.code end,
      c.number, c.canonical, c.basis, c.given_at, c.words, c.page, c.form_text, c.contact_id)::sms_private.consent_to_store
    from (
      select l.*, dense_rank() over (partition by l.code is null and l.contact_id is null order by l.first_place) as nth
      from (select u.*, min(u.place) over (partition by u.canonical, u.code is null) as first_place from unnest(checked) u) l) c
    order by c.place);
  good := sms_private.contacts_for_consents(tenant, array(select c from unnest(checked) c where c.code is null order by c.place));
  insert into sms_private.consent_imports (user_id, source, lines, recorded, known, rejected)
  values (tenant, stored_by, cardinality(checked), 0, 0, (
    select coalesce(jsonb_agg(jsonb_build_object('line', c.place, 'code', c.code) order by c.place), '[]')
    from unnest(checked) c where c.code is not null))
  returning * into import;
  -- What is stored already stays as it is: a list may be sent again, with lines that are new.
  insert into public.sms_consent_events (user_id, contact_id, change, source, basis, given_at, words, page, form_text, import_id)
  select tenant, g.contact_id, 'consent', stored_by, g.basis, g.given_at, g.words, g.page, g.form_text, import.id
  from (
    select distinct on (u.contact_id, u.basis, u.given_at, u.words, u.page, u.form_text) u.* from unnest(good) u
    order by u.contact_id, u.basis, u.given_at, u.words, u.page, u.form_text, u.place) g
  where not exists (
    select from public.sms_consent_events e
    where e.contact_id = g.contact_id and e.change = 'consent' and e.basis = g.basis and e.given_at = g.given_at
      and (e.words, e.page, e.form_text) is not distinct from (g.words, g.page, g.form_text))
  order by g.contact_id, g.given_at;
  get diagnostics stored = row_count;
  update sms_private.consent_imports i set recorded = stored, known = cardinality(good) - stored
  where i.id = import.id returning * into import;
  return sms_private.consent_import_answer('created', import);
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

-- A message and its delivery: both stored before anything talks to Twilio, and both canceled together.

-- The caller holds the conversation's row lock.
create or replace function sms_private.store_outbound(
  conversation_id uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null, not_after timestamptz default null,
  asked_at timestamptz default null, to_number text default null, purpose text default null)
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
    phone_number_id, assistant_id, not_after, via, purpose)
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
      else sms_private.answer_via(conversation, store_outbound.sender) end,
    coalesce(store_outbound.purpose, 'transactional'))
  returning * into stored;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at,
    first_unanswered_at)
  values ('deliver', conversation.user_id, stored.id, conversation.phone_number_id, conversation.contact_id,
    store_outbound.priority, coalesce(store_outbound.send_at, clock_timestamp()), store_outbound.asked_at);
  return stored;
end
$$;

create or replace function sms_private.why_not_started(code text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case code
    when 'NO_CONSENT' then 'The contact has not agreed to texts of this kind, or took it back. Record their consent (sms_record_consents), or let them write first.'
  end
$$;

alter table public.sms_broadcasts
  add constraint sms_broadcasts_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

alter table public.sms_consent_events
  add constraint consent_has_basis check ((((change = 'consent'::text) = (basis IS
    NOT NULL)) AND ((basis IS NULL) = (given_at IS NULL)) AND
    ((basis IS NULL) OR (COALESCE(words, page, form_text) IS NOT NULL))));

alter table public.sms_consent_events
  add constraint sms_consent_events_basis_check
    check ((basis = ANY (ARRAY['keyword'::text, 'form'::text, 'import'::text, 'transactional'::text])));

alter table public.sms_consent_events
  add constraint sms_consent_events_change_check
    check
    ((change = ANY (ARRAY['opt_out'::text, 'opt_in'::text, 'help'::text, 'sender_blocked'::text,
    'consent'::text])));

alter table public.sms_consent_events
  add constraint sms_consent_events_form_text_check
    check (((char_length(form_text) >= 1) AND (char_length(form_text) <= 4000)));

alter table public.sms_consent_events
  add constraint sms_consent_events_page_check
    check (((char_length(page) >= 1) AND (char_length(page) <= 2048)));

alter table public.sms_consent_events
  add constraint sms_consent_events_source_check
    check
    ((source = ANY (ARRAY['keyword'::text, 'opt_out_type'::text, 'model'::text, 'person'::text,
    'carrier'::text, 'app'::text])));

alter table public.sms_consent_events
  add constraint sms_consent_events_words_check
    check (((char_length(words) >= 1) AND (char_length(words) <= 1000)));

alter table public.sms_templates
  add constraint sms_templates_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

alter table sms_private.consent_imports
  add constraint consent_imports_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.kept_consents
  add constraint kept_consents_key_id_fkey foreign key (key_id) references sms_private.suppression_keys(id)
    on delete restrict;

alter table sms_private.kept_consents
  add constraint kept_consents_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

create index consent_imports_user_idx on sms_private.consent_imports using btree (user_id);

create index kept_consents_age_idx on sms_private.kept_consents using btree (kept_at);

create index kept_consents_hash_idx on sms_private.kept_consents using btree (contact_hash);

create index kept_consents_key_idx on sms_private.kept_consents using btree (key_id);

create index kept_consents_user_idx on sms_private.kept_consents using btree (user_id);

comment on column public.sms_broadcasts.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md). Kept as the sender''s statement.';

comment on column public.sms_consent_events.at is 'When it was stored.';

comment on column public.sms_consent_events.basis is 'On what a consent rests: keyword, form, import, or transactional (which covers transactional texts only). That a contact wrote is sms_contacts.wrote_at.';

comment on column public.sms_consent_events.change is 'What was said: opt_out, opt_in, help (which changes nothing), sender_blocked (Twilio refused the pair), or consent (the contact agreed).';

comment on column public.sms_consent_events.form_text is 'Evidence: what the contact read when they agreed.';

comment on column public.sms_consent_events.given_at is 'When the contact agreed, as who stored it says.';

comment on column public.sms_consent_events.import_id is 'The call that stored it (sms_private.consent_imports).';

comment on column public.sms_consent_events.page is 'Evidence: the address of the form.';

comment on column public.sms_consent_events.source is 'How we know. Of a consent: who stored it, a person (the signed-in tenant) or an app (the secret key).';

comment on column public.sms_consent_events.words is 'Evidence: what was said, or where the record is from.';

comment on column public.sms_contacts.wrote_at is 'When they first wrote a text that is no keyword: the basis contact_wrote_first of their consent. Null: never.';

comment on column public.sms_messages.held_reason is 'Why it was held until then: quiet_hours, or carrier (docs/rules/quiet_hours.md). Null: it was never held.';

comment on column public.sms_messages.held_until is 'Until when the law, or a limit, held it back last. Over: it waits for that no more, or has left. Null: it was never held, or the carrier holds it.';

comment on column public.sms_messages.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md); of a broadcast''s text, the broadcast''s. Kept as the sender''s statement.';

comment on column public.sms_templates.purpose is 'What its texts are for, where a request names nothing else: promotional or transactional. Null: as its use is, a broadcast promotional, a single text transactional.';

comment on column sms_private.consent_imports.created_at is 'When.';

comment on column sms_private.consent_imports.id is 'What sms_consent_events.import_id names.';

comment on column sms_private.consent_imports.known is 'How many were stored before, or stood in the call twice.';

comment on column sms_private.consent_imports.lines is 'How many lines the call had.';

comment on column sms_private.consent_imports.recorded is 'How many were stored.';

comment on column sms_private.consent_imports.rejected is 'The others: [{ line, code }]. A line counts from 1.';

comment on column sms_private.consent_imports.source is 'A person (the signed-in tenant) or an app (the secret key).';

comment on column sms_private.consent_imports.user_id is 'The tenant.';

comment on column sms_private.kept_consents.basis is 'Of a consent: on what it rested.';

comment on column sms_private.kept_consents.change is 'consent, opt_in, opt_out or sender_blocked.';

comment on column sms_private.kept_consents.contact_hash is 'HMAC-SHA256 of the contact''s canonical number, as in suppressions.';

comment on column sms_private.kept_consents.form_text is 'What the form said: the tenant''s words.';

comment on column sms_private.kept_consents.id is 'Its id.';

comment on column sms_private.kept_consents.kept_at is 'When the contact was erased.';

comment on column sms_private.kept_consents.key_id is 'The key of the hash.';

comment on column sms_private.kept_consents.page is 'Address of the form, without what stood behind ? and #.';

comment on column sms_private.kept_consents.said_at is 'When it was said.';

comment on column sms_private.kept_consents.source is 'How it was known.';

comment on column sms_private.kept_consents.user_id is 'The tenant to whom they consented.';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone, text) is 'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. purpose: promotional or transactional, else the template''s, else promotional. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED, RECIPIENT_OPTED_OUT or NO_CONSENT (sms_record_consents) and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone, text) is 'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone,
  uuid, uuid, jsonb, text, timestamp with time zone, boolean, text) is 'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. purpose: promotional or transactional, else the template''s, else transactional. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, INVALID_PURPOSE, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), RECIPIENT_OPTED_OUT, NO_CONSENT (promotional, and not a person''s), USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone,
  uuid, uuid, jsonb, text, timestamp with time zone, boolean, text) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. Outcomes of sms_create_message.';

comment on function public.sms_export_consents(uuid, text, integer) is 'The consent of one contact, or of all, as CSV (RFC 4180, UTF-8) with its evidence: number, contact_id, change (consent, opt_in, opt_out, sender_blocked), basis, said_at, recorded_at, source, words, page, form_text, message_id, import_id. The first page has the header, so that pages one after the other are one file; page_size contacts a page, until next is null. An apostrophe stands before what a spreadsheet would take for a formula. Outcomes: exported (csv, rows, next), CONTACT_NOT_FOUND, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR.';

comment on function public.sms_get_consent(uuid) is 'The consent of a contact: on what it rests for promotional and for transactional texts (keyword, form, import, contact_wrote_first, transactional; null: there is none), since when broadcasts need it (required_from), and the newest 500 entries of its history with their evidence. Outcomes: found, CONTACT_NOT_FOUND.';

comment on function public.sms_list_contacts_without_consent(text, integer) is 'Contacts that promotional broadcasts do not reach from required_from on, because no consent of theirs is known; who opted out is not listed. Looks at page_size contacts, so a page may list fewer, or none: call again with after => next until next is null. transactional: the consent that they have for transactional texts. Outcomes: listed (contacts, required_from, next), INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR.';

comment on function public.sms_record_consents(jsonb, text) is 'Records when, where and how contacts agreed to be texted: up to 1,000 lines [{ number, basis (keyword, form, import, transactional), given_at, words, page, form_text }], each with evidence in words, page or form_text (for a form one of the last two). Who is no contact becomes one. Each line is stored wholly or refused; what is stored already is known. Returns { outcome: created | repeated, import: { id, created_at }, recorded, known, rejected: [{ line, code }] }, where line counts from 1 and code is INVALID_LINE, INVALID_RECIPIENT, INVALID_BASIS, INVALID_GIVEN_AT, CONSENT_OF_TOMORROW, EVIDENCE_MISSING, EVIDENCE_TOO_LONG, RECIPIENT_OPTED_OUT or CONTACTS_USED_UP; or an outcome in capitals: CONSENTS_REQUIRED, TOO_MANY_CONSENTS, RATE_LIMITED (retry_after_ms; 120 a minute), INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, USER_NOT_FOUND.';

comment on function public.sms_require_consent(timestamp with time zone) is 'From when on broadcasts and other automatic first texts go only to contacts with a consent, in the whole project: at once with a moment that is past, at most a year ahead. Outcomes: saved (required_from), INVALID_REQUIRED_FROM.';

comment on function public.sms_worker_health() is 'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; addresses for events that fail or were switched off, and events that wait; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID; accounts whose secrets cannot be opened any more (null: the worker was never woken); keys of kept opt-outs that cannot be read; from when on broadcasts need a consent; who woke the worker last and when, to the minute, and how the schedule is.';

comment on function sms_private.call_as(uuid, regprocedure, jsonb) is 'Calls a verb with the rights of a signed-in user: role authenticated, and this tenant in the claims, which also say that it is the secret key.';

comment on function sms_private.check_consents(uuid, jsonb) is 'Each line of sms_record_consents, and why it is refused; code is null for one that may be stored. Only the contact''s START ends an opt-out: a consent does not.';

comment on function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint, text, timestamp with time zone, text) is 'What every row of sms_messages keeps. True, or refuse_row().';

comment on function sms_private.check_recipients(uuid, public.sms_numbers, text[], text) is
  'Each recipient of a broadcast, and why it is refused; code is null for a recipient who gets the message. is_erased: no contact, but an opt-out of theirs is kept.';

comment on function sms_private.compose_body(uuid, text, uuid, jsonb) is 'What a text says: { body }, as given or from a template, without invisible characters, and the template''s { purpose }; or { outcome }, a refusal.';

comment on function sms_private.consent_basis(public.sms_contacts, text) is 'On what the newest consent rests that covers texts of this purpose (promotional, transactional); null for none.';

comment on function sms_private.consent_history(public.sms_contacts) is 'What a contact consented to and took back, with the evidence: consents, START (opt_in), opt-outs, blocks. The first text they wrote is a consent of basis contact_wrote_first.';

comment on function sms_private.consent_import_answer(text, sms_private.consent_imports) is
  'What sms_record_consents answers.';

comment on function sms_private.consent_required() is 'Whether automatic first texts need a consent by now (consent_required_from; null: never).';

comment on function sms_private.consent_source() is 'Who stores a consent: a person (signed in) or an app (sms_call_for).';

comment on function sms_private.consents_of(public.sms_contacts) is 'The consents of a contact that hold: those given after its last opt-out. None while it is opted out.';

comment on function sms_private.contact_of(uuid, text, timestamp
  with time zone) is 'The contact of a tenant with this number, in any spelling; added when there is none. wrote_at: when it wrote, of one that is added because it did.';

comment on function sms_private.contacts_for_consents(uuid, sms_private.consent_to_store[]) is
  'The same lines with their contacts, which are added where there are none, and kept until the transaction ends.';

comment on function sms_private.csv_cell(text) is 'A value as a cell of a CSV file: in quotes, and with an apostrophe before what a spreadsheet would take for a formula.';

comment on function sms_private.export_my_consents(uuid, text, integer) is 'sms_export_consents, as definer, for sms_private.tenant_id().';

comment on function sms_private.get_my_consent(uuid) is 'sms_get_consent, as definer, for sms_private.tenant_id().';

comment on function sms_private.is_automatic_first(uuid, text, text) is 'Whether a text is one that may_start() is asked about: of a broadcast, or a promotional text of an app. Never an answer.';

comment on function sms_private.keep_consents(public.sms_contacts) is 'Keeps of a contact that is being erased when it consented and took that back, by a keyed hash of its number.';

comment on function sms_private.kept_consents_of(uuid, text) is 'What is kept of somebody who was erased, for who gives their number: when they consented to this tenant, on what form, and when they took it back. For the database''s owner.';

comment on function sms_private.list_my_contacts_without_consent(text, integer) is
  'sms_list_contacts_without_consent, as definer, for sms_private.tenant_id().';

comment on function sms_private.may_start(uuid, public.sms_contacts, text) is 'Why an automatic first text (a broadcast, a reminder, a follow-up) of this purpose may not go to a contact: a code; null when it may. A row of nulls is somebody who is no contact.';

comment on function sms_private.moment_of(text) is 'A moment in ISO 8601, of UTC where it names no zone; null for anything else.';

comment on function sms_private.number_as_written(text) is 'A telephone number without the spaces and brackets that people write.';

comment on function sms_private.once(uuid, text, text, jsonb, text) is 'Does what sms_create_message, sms_create_broadcast or sms_record_consents was asked, once for a key. The sender is person or system. A refusal uses up no key.';

comment on function sms_private.opted_out_and_gone(uuid, text) is 'Whether somebody who is no contact opted out of this tenant before they were erased. True also when the key cannot be read.';

comment on function sms_private.purge(integer) is 'Deletes what need not be kept, at most batch_size of each kind: ownerless texts (ownerless_texts_days), words of old texts (texts_days), whom broadcasts refused (refused_recipients_days), opt-outs and consents of erased contacts after ten years (erased_consent_days), SIDs of erased texts, used keys. Once an hour, sooner while there is more. Figures stay. Returns { ownerless, emptied, refused, forgotten, more }; null when it is not due, somebody else does it, or something it needs is locked.';

comment on function sms_private.purge_erased_consents(interval, integer) is 'Deletes opt-outs and consents of contacts that were erased longer ago than that, and never before ten years are over. Returns how many of one kind; batch_size means that there may be more.';

comment on function sms_private.refuse_consent(jsonb) is 'Why a line of sms_record_consents cannot be stored, whoever the contact is; null when it can. Clocks may differ by five minutes.';

comment on function sms_private.refuse_consent_page(text, integer) is 'Why a page of contacts is refused; null when it is not.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone, text) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function sms_private.store_consents(uuid, jsonb) is 'sms_record_consents without its key: checks each line, then stores those that are good.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone,
  text, uuid, timestamp with time zone, timestamp with time zone, text, text) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s. purpose: null for transactional.';

comment on function sms_private.why_not_started(text) is 'What a code of may_start() means, for the message that is canceled for it.';

comment on table public.sms_consent_events is 'The record of consent: who agreed to be texted, and every opt-out, opt-in and call for help. Append-only.';

comment on table sms_private.consent_imports is 'Each call that stored consents: by whom, how many, and which lines were refused.';

comment on table sms_private.kept_consents is 'What contacts that were erased had consented to and taken back, without their numbers and words. Goes with its tenant, and after erased_consent_days.';

comment on table sms_private.suppressions is 'Who must not be texted from a number although nothing else is known of them. Their START deletes a row, or the purge after ten years.';

comment on type sms_private.consent_to_store is 'A line of sms_record_consents: as it is stored, or the code with which it is refused.';

alter table public.sms_messages
  add constraint message_rules
    check
    (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id, seq, message_sid,
    to_number, body, media, num_segments, answer_ms, purpose, held_until, held_reason));

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('consent_required_from', '"2026-12-01T00:00:00Z"'),
  ('promotional_consent', '["keyword","form","import","contact_wrote_first"]'),
  ('erased_consent_days', '3653')
on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_consents(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_consent(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_list_contacts_without_consent(text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_consents(jsonb,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_require_consent(timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_consents(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_recipients(uuid,public.sms_numbers,text[],text) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_basis(public.sms_contacts,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_history(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_import_answer(text,sms_private.consent_imports) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_required() from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_source() from public, anon, authenticated, service_role;
revoke all on function sms_private.consents_of(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.contact_of(uuid,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.contacts_for_consents(uuid,sms_private.consent_to_store[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.csv_cell(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_my_consents(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.get_my_consent(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_automatic_first(uuid,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_consents(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.kept_consents_of(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.list_my_contacts_without_consent(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.may_start(uuid,public.sms_contacts,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.moment_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_as_written(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.opted_out_and_gone(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.purge_erased_consents(interval,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_consent(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_consent_page(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_consents(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.why_not_started(text) from public, anon, authenticated, service_role;
revoke all on sequence sms_private.kept_consents_id_seq from public, anon, authenticated, service_role;
revoke all on table sms_private.consent_imports from public, anon, authenticated, service_role;
revoke all on table sms_private.kept_consents from public, anon, authenticated, service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to service_role;
grant execute on function public.sms_export_consents(uuid,text,integer) to authenticated;
grant execute on function public.sms_get_consent(uuid) to authenticated;
grant execute on function public.sms_list_contacts_without_consent(text,integer) to authenticated;
grant execute on function public.sms_record_consents(jsonb,text) to authenticated;
grant execute on function public.sms_require_consent(timestamp with time zone) to service_role;
grant execute on function sms_private.check_consents(uuid,jsonb) to service_role;
grant execute on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.check_recipients(uuid,public.sms_numbers,text[],text) to service_role;
grant execute on function sms_private.consent_basis(public.sms_contacts,text) to service_role;
grant execute on function sms_private.consent_history(public.sms_contacts) to service_role;
grant execute on function sms_private.consent_import_answer(text,sms_private.consent_imports) to service_role;
grant execute on function sms_private.consent_required() to service_role;
grant execute on function sms_private.consent_source() to service_role;
grant execute on function sms_private.consents_of(public.sms_contacts) to service_role;
grant execute on function sms_private.contact_of(uuid,text,timestamp with time zone) to service_role;
grant execute on function sms_private.contacts_for_consents(uuid,sms_private.consent_to_store[]) to service_role;
grant execute on function sms_private.csv_cell(text) to service_role;
grant execute on function sms_private.export_my_consents(uuid,text,integer) to authenticated;
grant execute on function sms_private.export_my_consents(uuid,text,integer) to service_role;
grant execute on function sms_private.get_my_consent(uuid) to authenticated;
grant execute on function sms_private.get_my_consent(uuid) to service_role;
grant execute on function sms_private.is_automatic_first(uuid,text,text) to service_role;
grant execute on function sms_private.list_my_contacts_without_consent(text,integer) to authenticated;
grant execute on function sms_private.list_my_contacts_without_consent(text,integer) to service_role;
grant execute on function sms_private.may_start(uuid,public.sms_contacts,text) to service_role;
grant execute on function sms_private.moment_of(text) to service_role;
grant execute on function sms_private.number_as_written(text) to service_role;
grant execute on function sms_private.opted_out_and_gone(uuid,text) to service_role;
grant execute on function sms_private.refuse_consent(jsonb) to service_role;
grant execute on function sms_private.refuse_consent_page(text,integer) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.store_consents(uuid,jsonb) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) to service_role;
grant execute on function sms_private.why_not_started(text) to service_role;
grant insert (purpose) on table public.sms_templates to authenticated;
grant update (purpose) on table public.sms_templates to authenticated;

reset check_function_bodies;
