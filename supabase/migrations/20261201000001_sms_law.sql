-- sms_law: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

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

drop function sms_private.apply_keyword(text, public.sms_messages, uuid, uuid, text);

drop function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint);

drop function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp with time zone);

drop function
  sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean, timestamp
  with time zone);

drop function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone, text, uuid, timestamp with time zone, timestamp with time zone, text);

create table public.sms_profiles (
  user_id         uuid                     not null,
  brand           text,
  help_contact    text,
  carrier_answers boolean                  not null default true,
  created_at      timestamp with time zone not null default now(),
  updated_at      timestamp with time zone not null default now(),
  constraint sms_profiles_brand_check check (((brand ~ '\S'::text) AND (char_length(brand) <= 60))),
  constraint sms_profiles_help_contact_check
    check (((help_contact ~ '\S'::text) AND (char_length(help_contact) <= 100))),
  constraint sms_profiles_pkey primary key (user_id)
);

alter table public.sms_profiles
  enable row level security;

create table sms_private.identity_patterns (
  language  text   not null,
  triggers  text[] not null,
  claims    text   not null,
  questions text   not null,
  honest    text   not null,
  constraint identity_patterns_language_check check ((language ~ '^[a-z]{2}$'::text)),
  constraint identity_patterns_pkey primary key (language),
  constraint identity_patterns_triggers_check check ((cardinality(triggers) > 0))
);

alter table public.sms_assistants
  add column discloses_machine boolean not null default true;

alter table public.sms_assistants
  add column help_message text;

alter table public.sms_broadcasts
  add column purpose text not null default 'promotional'::text;

alter table public.sms_conversations
  add column disclosed_by uuid;

alter table public.sms_messages
  add column purpose text not null default 'transactional'::text;

alter table public.sms_messages
  add column held_until timestamp with time zone;

alter table public.sms_messages
  add column held_reason text;

alter table public.sms_templates
  add column purpose text;

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

create or replace function public.sms_get_profile()
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  profile public.sms_profiles;
begin
  select * into profile from public.sms_profiles p where p.user_id = (select sms_private.tenant_id());
  return jsonb_build_object('outcome', 'found') || sms_private.profile_view(profile);
end
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
  attachments jsonb := case when media = '[]' then media else sms_private.bounded_media(media) end;
  segments int := case when num_segments >= 0 then num_segments end;
  repeat jsonb;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  keyword text;
  newly boolean;
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

  if conversation.via is distinct from answer_by and conversation.id is not null then
    update public.sms_conversations v set via = answer_by where v.id = conversation.id;
    conversation.via := answer_by;
  end if;
  if is_reaction then
    -- Nobody answers a thumb.
    due_in_ms := null;
  elsif keyword is null and sms_private.asks_for_help(text_body)
    and sms_private.answer_help(conversation, number.assistant_id, message.date_created) then
    -- Twilio does not know this spelling.
    due_in_ms := 0;
  elsif keyword is null then
    due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  elsif keyword = 'in' and sent_at is null and sms_private.is_signed_by_tenant(message.account_sid) then
    -- Counts when Twilio's list has it. Due now: who wakes the worker for a reply wakes it for this.
    perform sms_private.ask_for_proof(message);
    due_in_ms := 0;
  elsif keyword = 'in' then
    due_in_ms := sms_private.opt_in(conversation, number, contact.id, message, opt_out_type);
  else
    newly := sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
    if (newly or keyword = 'help') and conversation.id is not null
      and not sms_private.carrier_answers(number.user_id, text_body, opt_out_type) then
      due_in_ms := sms_private.answer_keyword(keyword, conversation, number, message);
    end if;
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;

create or replace function public.sms_save_profile(profile jsonb)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_profile(profile) $$;

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
    -- Their number stands in: a contact reads who texts, and does not know them.
    'profiles_without_brand', (
      select count(distinct n.user_id) from public.sms_numbers n
      where not exists (select from public.sms_profiles p where p.user_id = n.user_id and p.brand is not null)),
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

-- As the carrier would: once for each asking, not to who opted out, and within the limits of automatic replies.
create or replace function sms_private.answer_help(conversation public.sms_conversations, assistant_id uuid, asked_at timestamptz)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  assistant public.sms_assistants;
  number public.sms_numbers;
  contact public.sms_contacts;
begin
  select * into assistant from public.sms_assistants a where a.id = answer_help.assistant_id and a.active;
  select * into number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select * into contact from public.sms_contacts k where k.id = conversation.contact_id;
  if conversation.id is null or assistant.id is null or not conversation.ai_enabled
    or asked_at < clock_timestamp() - coalesce(sms_private.span_setting('answer_not_after_seconds'), 'infinity')
    or contact.number !~ '^\+[1-9][0-9]{6,14}$' or sms_private.opt_out_reason(number.id, contact) is not null
    or not sms_private.may_text(conversation.user_id, number.number, contact.number)
    or exists (select from sms_private.reply_cap(conversation.user_id, conversation.id, 0)) then
    return false;
  end if;
  perform sms_private.store_outbound(conversation.id, 'assistant', 'help', coalesce(assistant.help_message,
    sms_private.ours('help_words', assistant.language, conversation.user_id, number.number)), '[]', 0, null);
  return true;
end
$$;

-- What Twilio leaves to us: STOP and HELP while its opt-out handling is off, and spellings that it does not know ("STOP!").
create or replace function sms_private.answer_keyword(keyword text, conversation public.sms_conversations, number public.sms_numbers,
  message public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
begin
  if keyword = 'help' then
    return case when sms_private.answer_help(conversation, number.assistant_id, message.date_created) then 0 end;
  end if;
  return case when sms_private.confirm_opt_out(conversation, message.date_created) is not null then 0 end;
end
$$;

-- Tells the contact and the tenant that there will be no reply. The caller holds the conversation's lock.
create or replace function sms_private.apologize(conversation uuid)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  apology text;
  told public.sms_conversations;
  speaker public.sms_assistants;
  sent public.sms_messages;
begin
  select assistant.error_message into apology
  from public.sms_conversations answered
  join public.sms_numbers number on number.id = answered.phone_number_id
  join public.sms_assistants assistant on assistant.id = number.assistant_id
  where answered.id = conversation and answered.ai_enabled and sms_private.no_reply_reason(answered) is null;
  -- Once: not again while the assistant's last message was this one.
  if apology is not null and 'error' is distinct from (
    select message.kind from public.sms_messages message
    where message.conversation_id = conversation and message.direction = 'outbound'
      and message.sender = 'assistant'
    order by message.seq desc limit 1)
  then
    select * into told from public.sms_conversations c where c.id = conversation;
    select a.* into speaker from public.sms_numbers n join public.sms_assistants a on a.id = n.assistant_id
    where n.id = told.phone_number_id;
    sent := sms_private.store_automatic(told, speaker, 'error', apology);
  end if;
  update public.sms_conversations answered set ai_paused_reason = 'answer_failed'
  where answered.id = conversation;
  return sent.id;
end
$$;

-- A recovered keyword may be older than another keyword of the contact. The latest one counts, by date_created: Twilio's
-- clock where the list has the message, ours where a webhook brought it.
create or replace function sms_private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean;
begin
  -- Wait for a keyword that another number of the tenant receives at this moment, so that the look below sees it.
  perform from public.sms_contacts k where k.id = contact for no key update;
  if not found then
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  overtaken := exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
  -- A START may be recovered after its contact was erased and came back. What they said before is kept apart then.
  if keyword = 'in' and not overtaken then
    overtaken := not sms_private.lift_suppressions(number_id, contact, message.date_created);
  end if;
  if keyword = 'out' and not overtaken then
    update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return sms_private.opt_out(contact, source, evidence, message.id);
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
  if keyword = 'in' and not overtaken then
    update public.sms_contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    perform sms_private.unblock_sender(number_id, contact);
    update public.sms_conversations c
    set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
      when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
  return false;
end
$$;

create or replace function sms_private.asks_for_help(body text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return char_length(body) <= 20
    and upper(regexp_replace(body, '[^[:alnum:]]+', '', 'g')) in ('HELP', 'HELPME', 'INFO', 'AIDE', 'AYUDA', 'HILFE');
end
$$;

create or replace function sms_private.brand_of(tenant uuid, number text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((select p.brand from public.sms_profiles p where p.user_id = tenant),
    sms_private.spaced_number(number));
end
$$;

-- Whether Twilio answers this keyword: its own word, alone, while its opt-out handling is on; or Advanced Opt-Out, which says so.
create or replace function sms_private.carrier_answers(tenant uuid, body text, opt_out_type text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return opt_out_type is not null
    or upper(btrim(body, E' \t\r\n')) in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT', 'HELP', 'INFO')
      and coalesce((select p.carrier_answers from public.sms_profiles p where p.user_id = tenant), true);
end
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
        'reaction', 'help') then 'kind_is_known'
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

-- 47 CFR 64.1200(a)(12): one text that merely confirms, within five minutes of the request. What cannot leave by then is
-- dropped by the claim (not_after), and never stored where it is too late already.
create or replace function sms_private.confirm_opt_out(conversation public.sms_conversations, asked_at timestamptz)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  contact public.sms_contacts;
  language text;
  words text;
  sent public.sms_messages;
begin
  if asked_at is null or asked_at <= clock_timestamp() - interval '5 minutes' then
    return null;
  end if;
  select * into number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select * into contact from public.sms_contacts k where k.id = conversation.contact_id;
  contact.opted_out_at := null;
  if contact.number !~ '^\+[1-9][0-9]{6,14}$' or sms_private.opt_out_reason(number.id, contact) is not null
    or not sms_private.may_text(conversation.user_id, number.number, contact.number) then
    return null;
  end if;
  select a.language into language from public.sms_assistants a
  where a.id = coalesce(number.assistant_id, conversation.assistant_id);
  words := sms_private.ours('opt_out_confirmation', language, conversation.user_id, number.number);
  if words !~ '\S' then
    return null;
  end if;
  sent := sms_private.store_outbound(conversation.id, 'assistant', 'opt_out_confirmation', words, '[]', 0, null,
    not_after => confirm_opt_out.asked_at + interval '5 minutes');
  return sent.id;
end
$$;

-- The same text as somebody reads it who wants to: letters of another alphabet and figures in place of letters, and letters
-- with something between them.
create or replace function sms_private.disguises_of(body text)
returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  raw text := lower(left(body, 1600));
  found text[] := '{}';
  bare text;
begin
  if raw ~ '[a-z][0-9@$|]|[0-9@$|][a-z]' then
    found := found || sms_private.plain_letters(translate(raw, '013457@$|', 'oieastasi'));
  end if;
  if octet_length(raw) <> char_length(raw) and raw ~ '[a-z]' and raw ~ '[\u0370-\u03ff\u0400-\u04ff]' then
    found := found || sms_private.plain_letters(translate(raw, 'аеорсухіѕјһԁмткнвαοιερνυκ', 'aeopcyxisjhdmtkhbaoiepvuk'));
  end if;
  bare := regexp_replace(raw, '[^a-z]+', ' ', 'g');
  if bare ~ '( [a-z]){5}( |$)|^[a-z]( [a-z]){4}( |$)' then
    -- Spelled, letter by letter.
    bare := replace(bare, ' ', '');
    if bare ~ '(iam|im)(a|an|the|really|actually|just|only|very|100|so)*(real)?(human|person)|(iam|im)not(a|an)?(bot|robot|ai|machine)|^(yes)?(human|person)$' then
      found := found || ' i am human '::text;
    end if;
  end if;
  if raw ~ 'namuh|nosrep|tobor|enihcam' then
    found := found || sms_private.plain_letters(reverse(raw));
  end if;
  return found;
end
$$;

-- Each part in the order of its moment and id, so that a page begins where the one before ended.
create or replace function sms_private.export_part(tenant uuid, part text, after_at timestamptz, after_id uuid, page_size int)
returns table (at timestamptz, id uuid, entry jsonb)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  -- The moment of a row, by its part.
  moment constant text := case part when 'conversations' then 'started_at' when 'consent_events' then 'at'
    when 'stats' then 'bucket' else 'created_at' end;
begin
  if part = 'messages' then
    return query select m.created_at, m.id, sms_private.message_with_events(m) from public.sms_messages m
      where m.user_id = tenant and m.created_at >= after_at and (m.created_at, m.id) > (after_at, after_id)
      order by m.created_at, m.id limit page_size;
  elsif part = 'archived_messages' then
    return query select a.created_at, a.id, a.message || jsonb_build_object('events', a.events)
      from sms_private.archived_messages a
      where a.user_id = tenant and (a.created_at, a.id) > (after_at, after_id)
      order by a.created_at, a.id limit page_size;
  elsif part = 'profile' then
    return query select p.created_at, p.user_id, to_jsonb(p) from public.sms_profiles p
      where p.user_id = tenant and after_id < p.user_id;
  elsif part = 'limits' then
    return query select l.updated_at, l.user_id, to_jsonb(l) from public.sms_limits l
      where l.user_id = tenant and after_id < l.user_id;
  else
    return query execute format(
      'select t.%1$I, t.id, to_jsonb(t) from public.%2$I t where t.user_id = $1 and (t.%1$I, t.id) > ($2, $3)
       order by t.%1$I, t.id limit $4', moment, 'sms_' || part)
      using tenant, after_at, after_id, page_size;
  end if;
end
$$;

create or replace function sms_private.export_tenant(tenant uuid, after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  parts constant text[] := array['accounts', 'assistants', 'numbers', 'templates', 'profile', 'limits', 'contacts', 'conversations',
    'broadcasts', 'messages', 'archived_messages', 'consent_events', 'stats'];
  nowhere constant uuid := '00000000-0000-0000-0000-000000000000';
  place text[] := coalesce(string_to_array(after, ' '), array[parts[1], '-infinity', nowhere::text]);
  part text := place[1];
  entries jsonb;
  last_row record;
  next_part text;
begin
  if page_size is null or page_size not between 1 and 1000 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif tenant is not null and not exists (select from auth.users u where u.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif cardinality(place) <> 3 or part <> all (parts) or place[2] !~ '^(-infinity|[0-9][0-9T:.+-]{9,39}Z?)$'
    or place[3] !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  end if;
  begin
    perform place[2]::timestamptz;
  exception when data_exception then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  end;
  select coalesce(jsonb_agg(p.entry order by p.at, p.id), '[]') as found, count(*) as rows,
    (array_agg(p.at order by p.at desc, p.id desc))[1] as at, (array_agg(p.id order by p.at desc, p.id desc))[1] as id
  into last_row from sms_private.export_part(tenant, part, place[2]::timestamptz, place[3]::uuid, page_size) p;
  entries := last_row.found;
  next_part := parts[array_position(parts, part) + 1];
  return jsonb_build_object('outcome', 'exported', 'part', part, 'rows', entries, 'next', case
    when last_row.rows = page_size then concat_ws(' ', part, to_jsonb(last_row.at) #>> '{}', last_row.id)
    when next_part is not null then concat_ws(' ', next_part, '-infinity', nowhere) end);
end
$$;

create or replace function sms_private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  conversation public.sms_conversations;
  number public.sms_numbers;
  assistant public.sms_assistants;
  job sms_private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into conversation from public.sms_conversations v
    where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = conversation.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and sms_private.came_back_since(conversation, through);
  select * into strict number from public.sms_numbers p where p.id = conversation.phone_number_id;
  select * into assistant from public.sms_assistants s where s.id = number.assistant_id;

  silent := sms_private.no_reply_reason(conversation);
  if silent is not null or not conversation.ai_enabled then
    -- No reply goes out, but an opt-out counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform sms_private.opt_out_by_model(conversation, result);
      silent := 'opted_out';
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_reason = silent where v.id = conversation.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  -- It may be what the operator stopped. An opt-out counts all the same.
  if not opts_out and sms_private.is_stopped('answering') then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return sms_private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- The contact sent START after the message that the model read. Discard the model's opt-out.
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if assistant.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (conversation.greeting_pending
      and assistant.first_message is not null) then
    -- The assistant changed, or the greeting became due or no longer is: drop the reply and ask the model again.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- A newer message came: drop the reply once. This is no failed try. sms_receive_message has set when the job is due.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- An opt-out counts even when the limit of replies is used up.
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found and not opts_out then
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  if not opts_out and not (result ->> 'greeting')::boolean and coalesce(result ->> 'reply', '') !~ '\S'
    and not coalesce((result ->> 'end_conversation')::boolean, false)
    and not coalesce((result ->> 'handoff')::boolean, false) and not sms_private.was_reopened(conversation) then
    return sms_private.finish_failed(job, through, jsonb_build_object('code', 'MODEL_EMPTY',
      'message', 'The model answered without words', 'permanent', false), max_attempts);
  end if;
  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through, job.first_unanswered_at,
    job.answered_seq);
  if (result ->> 'greeting')::boolean and assistant.reply_after_first_message then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
  end if;
  if opts_out then
    -- The opt-out skips locked jobs, and this transaction holds the lock of this one.
    delete from sms_private.jobs j where j.id = job.id;
  end if;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;

-- A text that never arrived has said nothing.
create or replace function sms_private.has_disclosed(conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return conversation.disclosed_by is not null and exists (
    select from public.sms_messages m
    where m.id = conversation.disclosed_by and m.status not in ('canceled', 'failed', 'undelivered')
      and (conversation.reopened_at is null or m.created_at >= conversation.reopened_at));
end
$$;

-- The one way of what the assistant says, but for confirmations and help. asked_in: the language in which the contact asks whether
-- it is a person; null when they do not.
create or replace function sms_private.honest_body(conversation public.sms_conversations, assistant public.sms_assistants, number text,
  kind text, asked_in text, inout body text, out corrected boolean, out discloses boolean)
language plpgsql stable set search_path = ''
as $$
declare
  claimed_in text := sms_private.language_of_claim(body);
  opening text := sms_private.opening_of(conversation, assistant, number);
  truth text;
  given int := char_length(body);
begin
  corrected := false;
  discloses := opening is not null;
  if claimed_in is not null or asked_in is not null and (kind in ('reply', 'goodbye') or opening is null)
    and not sms_private.is_honest(body) then
    truth := sms_private.ours('truth_words', coalesce(assistant.language, claimed_in, asked_in), conversation.user_id, number);
    -- A greeting is the tenant's own and no answer: what it says besides stays.
    body := case when claimed_in is null and kind in ('greeting', 'error') then truth || E'\n' || body else truth end;
    corrected := true;
    discloses := true;
  elsif opening is not null and not (kind = 'greeting' and sms_private.is_honest(body)
    and position(lower(sms_private.brand_of(conversation.user_id, number)) in lower(body)) > 0) then
    body := opening || E'\n' || body;
  end if;
  -- What was too long by itself is refused, as ever.
  if char_length(body) > 1600 and given <= 1600 then
    body := regexp_replace(left(body, 1600), '\s\S*$', '');
  end if;
end
$$;

create or replace function sms_private.is_honest(body text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.plain_letters(body);
begin
  return exists (
    select from sms_private.identity_patterns p where words like any (p.triggers) and words ~ p.honest);
end
$$;

-- Why a brand is refused. It goes into texts as it is, so it is a name: one line that can be seen, no link, none of our places for words.
create or replace function sms_private.is_plain_name(name text, longest int, may_link boolean)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(char_length(name) <= longest and name ~ '[^\s[:punct:]]' and name !~ '[[:cntrl:]{}<>]'
    and name = sms_private.visible_text(name) and name = btrim(name)
    and (may_link or name !~* '(https?:|www\.|://|[a-z0-9]\.[a-z]{2,}/)'), false);
end
$$;

create or replace function sms_private.language_of_claim(body text)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  words text;
  claimed text;
begin
  foreach words in array sms_private.plain_letters(body) || sms_private.disguises_of(body) loop
    continue when sms_private.says_nothing_of_identity(words);
    select p.language into claimed from sms_private.identity_patterns p
    where words like any (p.triggers) and words ~ p.claims order by p.language limit 1;
    if found then
      return claimed;
    end if;
  end loop;
  return null;
end
$$;

-- Of the texts that this answer answers, the last few.
create or replace function sms_private.language_of_question(conversation uuid, after_seq bigint, through_seq bigint)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  began bigint := coalesce(after_seq, (
    select max(o.seq) from public.sms_messages o
    where o.conversation_id = conversation and o.seq < through_seq and o.seq > through_seq - 8
      and o.direction = 'outbound' and o.sender in ('assistant', 'person') and o.status <> 'canceled'), 0);
  asked record;
  words text;
  language text;
begin
  for asked in
    select m.body from public.sms_messages m
    where m.conversation_id = conversation and m.seq <= through_seq and m.seq > greatest(began, through_seq - 8)
      and m.direction = 'inbound' and m.kind = 'text'
    order by m.seq desc
  loop
    words := sms_private.plain_letters(asked.body);
    continue when sms_private.says_nothing_of_identity(words);
    select p.language into language from sms_private.identity_patterns p
    where words like any (p.triggers) and words ~ p.questions order by p.language limit 1;
    if found then
      return language;
    end if;
  end loop;
  return null;
end
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
  end case;
  if key is not null and answer ->> 'outcome' = 'created' then
    perform sms_private.remember_key(tenant, key, hash, (coalesce(answer -> 'message', answer -> 'broadcast') ->> 'id')::uuid);
  end if;
  return answer;
end
$$;

create or replace function sms_private.opening_of(conversation public.sms_conversations, assistant public.sms_assistants, number text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if not assistant.discloses_machine or sms_private.has_disclosed(conversation) then
    return null;
  end if;
  return nullif(sms_private.ours('identity_words', assistant.language, conversation.user_id, number), '');
end
$$;

-- What the assistant says in our words: who texts, that it is a machine, that an opt-out counts, and how to get help.

create or replace function sms_private.ours(setting_name text, language text, tenant uuid, number text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.words_in(setting_name, language);
  brand text := sms_private.brand_of(tenant, number);
begin
  -- A sentence of an operator from before says no brand.
  if words <> '' and position('{brand}' in words) = 0 and setting_name = 'opt_out_confirmation' then
    words := '{brand}: ' || words;
  end if;
  return replace(replace(words, '{brand}', brand), '{reach}', coalesce(
    (select p.help_contact from public.sms_profiles p where p.user_id = tenant), sms_private.spaced_number(number)));
end
$$;

-- A machine says that it is one, and never that it is a person (docs/decisions/0052). The patterns are data (23_identity_patterns.sql).

-- One spelling for many: small letters without marks or apostrophes, one blank around each word, " . " and " ? " where a sentence ends.
create or replace function sms_private.plain_letters(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  words text := lower(left(body, 1600));
begin
  if octet_length(words) <> char_length(words) then
    words := translate(lower(normalize(words, nfkd)), '’‘ʼ´`łıøđßæœ。！؟？،、，；：؛।・…',
      '''''''''''liodsao.!? ??. ...;..');
    -- Marks over letters, and what nobody sees. Composed again: kana and Hangul are letters with marks.
    words := normalize(regexp_replace(words,
      '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]',
      '', 'g'), nfkc);
    if words ~ '[\u4e00-\u9fff]' then
      words := translate(words, '們機個實嗎說對話應該還當這類沒絕並讓', '们机个实吗说对话应该还当这类没绝并让');
    end if;
    words := regexp_replace(words, '[^[:alnum:].!?;:'' \n\u0900-\u097f]+', ' ', 'g');
  end if;
  words := regexp_replace(words, '''(m|re|s|t|ve|d|ll)\M', '\1', 'g');
  words := translate(words, E'!;:\n\r\t''"()[]{}<>*_~#@%&=+/\\|^$,-`', '....' || repeat(' ', 40));
  words := replace(replace(words, '.', ' . '), '?', ' ? ');
  words := replace(replace(replace(replace(words, '    ', ' '), '  ', ' '), '  ', ' '), '  ', ' ');
  return ' ' || btrim(words) || ' ';
end
$$;

create or replace function sms_private.profile_view(profile public.sms_profiles)
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return jsonb_build_object(
    'profile', jsonb_build_object('brand', profile.brand, 'help_contact', profile.help_contact,
      'carrier_answers', coalesce(profile.carrier_answers, true), 'updated_at', profile.updated_at),
    'missing', to_jsonb(array_remove(array[case when profile.brand is null then 'brand' end,
      case when profile.help_contact is null then 'help_contact' end], null)),
    'law', 'Say who texts: the name of the business belongs into the first text, into the confirmation of an opt-out and into the answer to HELP (47 CFR 64.1200(a)(12), CTIA Messaging Principles 5.1; docs/compliance/identity.md).');
end
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
  by_assistant boolean := message.sender = 'assistant' and message.kind not in ('opt_out_confirmation', 'help');
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

-- What the model needs to know to answer one conversation. Of long messages the beginning, and no more than 20,000 characters
-- in all, the newest first: what a stranger writes is paid by the operator.
create or replace function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object(
      'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
      'conversation_id', conversation.id, 'user_id', conversation.user_id,
      'contact_id', conversation.contact_id, 'through_seq', job.wanted_seq,
      'greeting', conversation.greeting_pending and assistant.first_message is not null,
      'reopened', sms_private.was_reopened(conversation),
      'waiting_for_person', conversation.waiting_for_person,
      'opening', sms_private.opening_of(conversation, assistant, number.number),
      'assistant', jsonb_build_object('id', assistant.id, 'name', assistant.name, 'prompt', assistant.prompt,
        'model', assistant.model, 'temperature', assistant.temperature, 'language', assistant.language,
        'max_segments', assistant.max_segments, 'reasoning_effort', assistant.reasoning_effort,
        'verbosity', assistant.verbosity, 'reads_images', assistant.reads_images,
        'time_zone', zone.of_business, 'minutes_east', sms_private.minutes_east(zone.of_business)),
      'contact', jsonb_build_object('name', contact.name, 'time_zone', contact.time_zone,
        'minutes_east', sms_private.minutes_east(contact.time_zone)),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('seq', turn.seq, 'direction', turn.direction,
          'sender', turn.sender, 'body', left(turn.body, 4096), 'media', turn.media,
          -- Workers from before 'media' need the count.
          'media_count', jsonb_array_length(turn.media),
          'account_sid', case when assistant.reads_images and turn.media <> '[]' then turn.account_sid end,
          'created_at', turn.created_at)
          -- A message that the last reply had not read comes after that reply.
          order by turn.direction = 'inbound' and turn.seq > coalesce(job.answered_seq, job.wanted_seq),
            turn.seq), '[]')
        from (
          select message.*, sum(least(char_length(message.body), 4096)) over (order by message.seq desc) as so_far
          from public.sms_messages message
          where message.conversation_id = conversation.id
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation', 'help')
            and message.status not in ('canceled', 'scheduled')
          order by message.seq desc limit assistant.max_history
        ) turn
        where turn.so_far <= 20000))
    from public.sms_conversations conversation
    join public.sms_contacts contact on contact.id = conversation.contact_id
    join public.sms_numbers number on number.id = conversation.phone_number_id
    join public.sms_assistants assistant on assistant.id = number.assistant_id
    cross join lateral (
      select coalesce(assistant.time_zone, sms_private.zone_of_number(number.number)) as of_business) zone
    where conversation.id = job.conversation_id);
end
$$;

-- As definer: users write no row of this table themselves.
create or replace function sms_private.save_my_profile(profile jsonb)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  wrong text;
  saved public.sms_profiles;
begin
  if jsonb_typeof(profile) is distinct from 'object' then
    return jsonb_build_object('outcome', 'INVALID_PROFILE', 'details', jsonb_build_object('field', null));
  end if;
  select min(left(field.name, 64)) into wrong from jsonb_object_keys(profile) field (name)
  where field.name not in ('brand', 'help_contact', 'carrier_answers');
  if wrong is not null then
    return jsonb_build_object('outcome', 'UNKNOWN_FIELD', 'details', jsonb_build_object('field', wrong));
  end if;
  select min(field.name) into wrong from jsonb_each(profile) field (name, value)
  where case
    when field.name = 'carrier_answers' then jsonb_typeof(field.value) <> 'boolean'
    when field.value = 'null' then false
    when jsonb_typeof(field.value) <> 'string' then true
    when field.name = 'brand' then not sms_private.is_plain_name(field.value #>> '{}', 60, false)
    else not sms_private.is_plain_name(field.value #>> '{}', 100, true) end;
  if wrong is not null then
    return jsonb_build_object('outcome', case wrong when 'brand' then 'INVALID_BRAND' else 'INVALID_PROFILE' end,
      'details', jsonb_build_object('field', wrong));
  end if;
  if not coalesce(sms_private.is_user(tenant), false) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  insert into public.sms_profiles as p (user_id, brand, help_contact, carrier_answers)
  values (tenant, profile ->> 'brand', profile ->> 'help_contact',
    coalesce((profile ->> 'carrier_answers')::boolean, true))
  on conflict on constraint sms_profiles_pkey do update
  set brand = case when save_my_profile.profile ? 'brand' then excluded.brand else p.brand end,
    help_contact = case when save_my_profile.profile ? 'help_contact' then excluded.help_contact
      else p.help_contact end,
    carrier_answers = case when save_my_profile.profile ? 'carrier_answers' then excluded.carrier_answers
      else p.carrier_answers end
  returning * into saved;
  return jsonb_build_object('outcome', 'saved') || sms_private.profile_view(saved);
end
$$;

-- Most texts have none of the words. One pass finds that out; the patterns of twenty languages are not read. It has every ASCII
-- trigger of identity_patterns (tests/database/honesty.test.ts compares them).
create or replace function sms_private.says_nothing_of_identity(words text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select words !~ '[^\x01-\x7f]' and words !~ (
    ' a i | agte | ai| akta | bot| carne| chica | chico | code | echt| femme | frau | gal | gente |'
    || ' girl | guy | homem | homme | i a | ia | k i | ki | kids | kisi| lady | llm | man | mand |'
    || ' mann | may | mens| orang | person | pulse | real| rigtig| riktig| robo| soul | tao | uomo |'
    || ' vera | vero | viv| vrai| zyw|algorithm|alive|android|artificial|automa|beating|bilgisayar|'
    || 'born|breathe|canli|carne|chair|chatbot|children|chuong trinh|computador|computer|czlowiek|'
    || 'dator|donna|dude|employee|fake|fleisch|flesh|gente|gercek|gpt|heartbeat|hombre|hooman|humain|'
    || 'insan|inteligencia|intelligence|intelligenza|kecerdasan|kobieta|komputer|kvinde|kvinna|'
    || 'logiciel|ludzk|macchina|machine|makina|makine|manniska|mansklig|manusia|maquina|maschine|'
    || 'maskin|maszyn|menneske|mensch|mesin|mezczyzna|mitarbeiter|mortal|mujer|mulher|nguoi|ordenador|'
    || 'ordinateur|osob|otomatik|people|person|persoon|pesso|prawdziw|program|real|reel|robot|script|'
    || 'sentient|software|sztuczn|totoo|tri tue|uman|virtual|virtuel|vivant|vlees|vrouw|woman|yapay|'
    || 'yazilim')
$$;

-- As whom a tenant texts: the brand in its texts, and how a contact reaches a person.

-- Only what people write with spaces between: the country's code, and groups of three and four.
create or replace function sms_private.spaced_number(number text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when number ~ '^\+1[0-9]{10}$' then regexp_replace(number, '^\+1(...)(...)(....)$', '+1 \1 \2 \3')
    else number end;
end
$$;

-- Answering: what an answer becomes.

-- Stores what an answer says and does. The caller has decided that it may be sent.
create or replace function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean, asked_at timestamptz, answered_seq bigint)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  ending boolean := caught_up and coalesce((result ->> 'end_conversation')::boolean, false);
  body text := btrim(coalesce(result ->> 'reply', ''), E' \t\r\n');
  wanted text := nullif(result ->> 'intent', '');
  kind text := 'reply';
  sent public.sms_messages;
begin
  if (result ->> 'opt_out')::boolean then
    -- Confirmed once, also when the contact opts out at two numbers at the same moment.
    if sms_private.opt_out_by_model(conversation, result) then
      sent.id := sms_private.confirm_opt_out(conversation, (
        select least(m.created_at, m.date_created) from public.sms_messages m
        where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint));
    end if;
    body := '';
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and (body <> '' or not sms_private.was_reopened(conversation)) then
    -- An end without words says goodbye. "Thanks" after the end is the case in which silence is meant.
    body := coalesce(assistant.goodbye_message, nullif(body, ''),
      sms_private.words_in('goodbye_words', assistant.language));
    kind := 'goodbye';
  elsif body = '' and (result ->> 'handoff')::boolean then
    body := sms_private.words_in('handoff_words', assistant.language);
  end if;
  if body <> '' then
    sent := sms_private.store_automatic(conversation, assistant, kind, body, wanted, asked_at,
      sms_private.language_of_question(conversation.id, answered_seq, (result ->> 'through_seq')::bigint));
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  if wanted is not null then
    update public.sms_messages m set intent = wanted
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint;
  end if;
  -- Most answers change none of this.
  if ending or conversation.greeting_pending or conversation.intent is distinct from coalesce(wanted, conversation.intent)
    or conversation.ai_paused_reason is not null or kind = 'opt_out_confirmation'
    or (result ->> 'handoff')::boolean then
    update public.sms_conversations v
    set greeting_pending = false, intent = coalesce(wanted, v.intent),
      ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
      waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
      status = case when ending then 'ended' else v.status end,
      ended_at = case when ending then clock_timestamp() else v.ended_at end,
      end_reason = case when ending then 'assistant' else v.end_reason end
    where v.id = conversation.id;
  end if;
  return sent.id;
end
$$;

-- The caller holds the conversation's row lock.
create or replace function sms_private.store_automatic(conversation public.sms_conversations, assistant public.sms_assistants, kind text,
  body text, intent text default null, asked_at timestamptz default null, asked_in text default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  honest record;
  sent public.sms_messages;
begin
  select h.* into honest from public.sms_numbers n
  cross join lateral sms_private.honest_body(conversation, assistant, n.number, kind, asked_in, store_automatic.body) h
  where n.id = conversation.phone_number_id;
  sent := sms_private.store_outbound(conversation.id, 'assistant', kind, honest.body, '[]', 0, null, intent,
    asked_at => store_automatic.asked_at);
  if honest.discloses then
    update public.sms_conversations c set disclosed_by = sent.id where c.id = conversation.id;
  end if;
  if honest.corrected then
    perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{corrected}');
  end if;
  return sent;
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
  from sms_private.check_recipients(tenant, number, wanted.to_numbers) r;
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

-- A claim has locked message and job already, so it does not wait for the conversation.
create or replace function sms_private.tell_of_expiry(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.kind = 'opt_out_confirmation' then
    -- The opt-out counts without it, and nobody has to do anything.
    return true;
  elsif message.broadcast_id is not null then
    -- A thousand conversations that call for a person would hide those that need one. Each shows the text as not sent.
    return true;
  end if;
  perform from public.sms_conversations c where c.id = message.conversation_id for no key update skip locked;
  if not found then
    return false;
  end if;
  update public.sms_conversations c
  set waiting_for_person = true,
    ai_paused_reason = case when message.sender = 'assistant' and c.ai_paused_reason is null then 'expired'
      else c.ai_paused_reason end
  where c.id = message.conversation_id;
  return true;
end
$$;

alter table public.sms_assistants
  add constraint sms_assistants_help_message_check
    check (((help_message ~ '\S'::text) AND (char_length(help_message) <= 1600)));

alter table public.sms_broadcasts
  add constraint sms_broadcasts_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

alter table public.sms_profiles
  add constraint sms_profiles_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

alter table public.sms_templates
  add constraint sms_templates_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

create trigger touch_updated_at
  before update on public.sms_profiles
  for each row
  execute function sms_private.touch_updated_at();

create policy select_own on public.sms_profiles
  for select
  to authenticated
  using ((( select sms_private.tenant_id() as tenant_id) = user_id));

comment on column public.sms_assistants.discloses_machine is 'Whether its first text in a conversation says whose automated assistant it is. Laws ask for it: docs/compliance/identity.md. Who asks is told the truth either way.';

comment on column public.sms_assistants.help_message is 'Answers HELP where Twilio does not, word for word; null for ours: the brand, how to reach a person, how to opt out.';

comment on column public.sms_broadcasts.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md). Kept as the sender''s statement.';

comment on column public.sms_conversations.disclosed_by is 'The text that told the contact that a machine answers. It counts while it is not lost, and since the conversation was last reopened. Not a reference: an archived text has said it too long ago.';

comment on column public.sms_message_events.flags is 'What was odd: doubled (a second SID), late, lease_expired, shortened, resent (sent once more: not found at the carrier), ambiguous (several messages may be it), given_up, restored (a backup was restored), settled (a person looked), corrected (what was to be said claimed to be a person, or kept the truth from who asked: our sentence went out).';

comment on column public.sms_messages.held_reason is 'Why it was held until then: quiet_hours, or carrier (docs/rules/quiet_hours.md). Null: it was never held.';

comment on column public.sms_messages.held_until is 'Until when the law, or a limit, held it back last. Over: it waits for that no more, or has left. Null: it was never held, or the carrier holds it.';

comment on column public.sms_messages.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md); of a broadcast''s text, the broadcast''s. Kept as the sender''s statement.';

comment on column public.sms_profiles.brand is 'The name that contacts know the business by; null for none: the number that texts stands in.';

comment on column public.sms_profiles.carrier_answers is 'Whether Twilio answers STOP and HELP itself, as it does unless its opt-out handling was switched off. Where it does not, our texts go out.';

comment on column public.sms_profiles.created_at is 'When it was made.';

comment on column public.sms_profiles.help_contact is 'How a contact reaches a person: a telephone number, an address, a page. Null for the number that texts.';

comment on column public.sms_profiles.updated_at is 'When it last changed.';

comment on column public.sms_profiles.user_id is 'The tenant.';

comment on column public.sms_templates.purpose is 'What its texts are for, where a request names nothing else: promotional or transactional. Null: as its use is, a broadcast promotional, a single text transactional.';

comment on column sms_private.identity_patterns.claims is 'Regular expression: an answer that claims to be a person, or to be no machine.';

comment on column sms_private.identity_patterns.honest is 'Regular expression: an answer that says it is a machine.';

comment on column sms_private.identity_patterns.language is 'ISO 639-1.';

comment on column sms_private.identity_patterns.questions is 'Regular expression: a contact who asks whether they text with a person or a machine.';

comment on column sms_private.identity_patterns.triggers is 'LIKE patterns; a text that has none of them is not read in this language.';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone, text) is 'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. purpose: promotional or transactional, else the template''s, else promotional. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone, text) is 'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone,
  uuid, uuid, jsonb, text, timestamp with time zone, boolean, text) is 'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. purpose: promotional or transactional, else the template''s, else transactional. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, INVALID_PURPOSE, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone,
  uuid, uuid, jsonb, text, timestamp with time zone, boolean, text) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. Outcomes of sms_create_message.';

comment on function public.sms_export_tenant(text, integer) is 'All that is stored of the caller, page by page: { part, rows, next }. Call again with after => next until next is null. Parts: accounts (without secrets), assistants, numbers, templates, profile, limits, contacts, conversations, broadcasts, messages and archived_messages with their events, consent_events, stats. Outcomes: exported, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR, USER_NOT_FOUND.';

comment on function public.sms_get_profile() is 'As whom the caller texts: { profile: { brand, help_contact, carrier_answers, updated_at }, missing: what is not set yet, law }. Outcome: found.';

comment on function public.sms_save_profile(jsonb) is 'Changes those fields of the caller''s profile that are named; null clears one. brand: 1 to 60 characters, one line, no link. help_contact: 1 to 100 characters, how a contact reaches a person. carrier_answers: false where Twilio''s own answers to STOP and HELP are switched off. Outcomes: saved (as sms_get_profile), INVALID_BRAND and INVALID_PROFILE (details.field), UNKNOWN_FIELD (details.field), USER_NOT_FOUND.';

comment on function public.sms_worker_health() is 'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; addresses for events that fail or were switched off, and events that wait; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID; accounts whose secrets cannot be opened any more (null: the worker was never woken); keys of kept opt-outs that cannot be read; tenants with a number and without a brand; who woke the worker last and when, to the minute, and how the schedule is.';

comment on function sms_private.answer_help(public.sms_conversations, uuid, timestamp
  with time zone) is 'Answers a call for help that Twilio does not answer: the assistant''s help_message, else our sentence. False where no assistant answers here, or nothing may be sent. The caller holds the conversation''s lock.';

comment on function
  sms_private.answer_keyword(text, public.sms_conversations, public.sms_numbers, public.sms_messages) is
  'Confirms an opt-out that is new, or answers a HELP, where Twilio does not. Returns 0 where a text is due now, else null.';

comment on function sms_private.apply_keyword(text, public.sms_messages, uuid, uuid, text) is
  'Records a consent keyword (out, in, help) and what it changes. True for an opt-out of a contact who was not opted out.';

comment on function sms_private.asks_for_help(text) is 'Whether a text is a word for help and nothing else, marks around it or not.';

comment on function sms_private.brand_of(uuid, text) is 'As whom a tenant texts from this number: its brand, else the number in international spelling.';

comment on function sms_private.carrier_answers(uuid, text, text) is 'Whether Twilio itself answers this keyword of a contact.';

comment on function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint, text, timestamp with time zone, text) is 'What every row of sms_messages keeps. True, or refuse_row().';

comment on function sms_private.compose_body(uuid, text, uuid, jsonb) is 'What a text says: { body }, as given or from a template, without invisible characters, and the template''s { purpose }; or { outcome }, a refusal.';

comment on function sms_private.confirm_opt_out(public.sms_conversations, timestamp
  with time zone) is 'Stores the one confirmation of an opt-out that nobody else confirms; the caller has just recorded it and holds the conversation''s lock. Returns its id; null where the request is older than five minutes, or the contact cannot be texted.';

comment on function sms_private.disguises_of(text) is 'What a text says to those who read it past figures, foreign letters, gaps or its direction; empty for most.';

comment on function sms_private.has_disclosed(public.sms_conversations) is 'Whether the contact was told in this conversation, since it began or was reopened, that a machine answers.';

comment on function
  sms_private.honest_body(public.sms_conversations, public.sms_assistants, text, text, text, text) is
  'What the assistant''s text says in the end. A claim to be a person is replaced by the truth, and so is an answer that does not say it to who asks (corrected). The first text of a conversation begins with who it is (discloses).';

comment on function sms_private.is_honest(text) is 'Whether a text says that its writer is a machine.';

comment on function sms_private.is_plain_name(text, integer, boolean) is 'Whether it may stand in a text as a name: one line of so many characters at most, something to read, nothing that cannot be seen, no braces, and no link unless links are allowed.';

comment on function sms_private.language_of_claim(text) is 'The language in which a text claims that its writer is a person or no machine; null when it does not.';

comment on function sms_private.language_of_question(uuid, bigint, bigint) is 'The language in which the contact asks, in the texts after after_seq (null: after our last text) up to through_seq, whether they text with a person; null when they do not.';

comment on function sms_private.opening_of(public.sms_conversations, public.sms_assistants, text) is
  'What stands before the assistant''s next text in a conversation: who it is, and that it is a machine; null when that was said, or the assistant shall not.';

comment on function sms_private.ours(text, text, uuid, text) is 'A sentence of ours in a language, with the tenant''s brand and how a contact reaches a person.';

comment on function sms_private.plain_letters(text) is 'A text as identity_patterns read it: folded, its first 1,600 characters, a blank before the first word and after the last.';

comment on function sms_private.profile_view(public.sms_profiles) is 'A profile as the verbs answer it: what is set, what is missing, and the law''s sentence.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone, text) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function sms_private.save_my_profile(jsonb) is 'sms_save_profile, as definer, for sms_private.tenant_id().';

comment on function sms_private.says_nothing_of_identity(text) is 'Whether a folded text in Latin letters has no word that the patterns begin with.';

comment on function sms_private.spaced_number(text) is 'A number as people read it: +1 415 555 0100; others as they are.';

comment on function
  sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean, timestamp
  with time zone, bigint) is 'Stores an answer and what it changes: message, intent, end, opt-out, wish for a person. Returns the id of the message, or null when nothing is said.';

comment on function
  sms_private.store_automatic(public.sms_conversations, public.sms_assistants, text, text, text, timestamp
  with time zone, text) is 'Stores a text of the assistant as honest_body() has it, with its delivery, and remembers which text said who it is.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone,
  text, uuid, timestamp with time zone, timestamp with time zone, text, text) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s. purpose: null for transactional.';

comment on policy select_own on public.sms_profiles is 'A tenant sees its profile.';

comment on table public.sms_profiles is 'As whom a tenant texts. A tenant without a row has no brand: its number stands in.';

comment on table sms_private.identity_patterns is 'By language: how a machine would claim to be a person, how a contact asks whether it is one, and how a machine says the truth.';

alter table public.sms_messages
  add constraint message_rules
    check
    (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id, seq, message_sid,
    to_number, body, media, num_segments, answer_ms, purpose, held_until, held_reason));

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('identity_words', '{"ar":"هذا المساعد الآلي لـ {brand} (ذكاء اصطناعي، وليس إنسانًا).","da":"Dette er den automatiske assistent for {brand} (AI, ikke et menneske).","de":"Hier schreibt der automatische Assistent von {brand} (KI, kein Mensch).","en":"This is the automated assistant of {brand} (AI, not a person).","es":"Le escribe el asistente de inteligencia artificial de {brand}, no una persona.","fr":"Ici l''assistant automatique de {brand} (IA, pas une personne).","it":"Qui scrive l''assistente automatico di {brand} (IA, non una persona).","ja":"{brand}の自動アシスタントです（AIであり、人ではありません）。","ko":"{brand}의 자동 도우미입니다(AI이며 사람이 아닙니다).","nl":"Dit is de automatische assistent van {brand} (AI, geen mens).","pl":"Tu automatyczny asystent {brand} (AI, nie osoba).","pt":"Este é o assistente automático de {brand} (IA, não uma pessoa).","ru":"Это автоматический помощник {brand} (ИИ, не человек).","sv":"Detta är den automatiska assistenten för {brand} (AI, ingen människa).","tr":"Ben {brand} otomatik asistanıyım (yapay zeka, insan değil).","uk":"Це автоматичний помічник {brand} (ШІ, не людина).","vi":"Đây là trợ lý tự động của {brand} (AI, không phải người).","zh":"这是{brand}的自动助手（人工智能，非真人）。"}'),
  ('truth_words', '{"ar":"أنا المساعد الآلي لـ {brand}: ذكاء اصطناعي ولست إنسانًا. إن أردت التحدث إلى شخص فاكتب ذلك هنا.","da":"Jeg er den automatiske assistent for {brand}: en AI, ikke et menneske. Vil du tale med et menneske, så skriv det her.","de":"Ich bin der automatische Assistent von {brand}: eine KI, kein Mensch. Wenn Sie einen Menschen erreichen möchten, schreiben Sie es hier.","en":"I am the automated assistant of {brand}: an AI, not a person. If you want to reach a person, say so here.","es":"Soy el asistente de inteligencia artificial de {brand}, no una persona. Si quiere hablar con una persona, basta con pedirlo.","fr":"Je suis l''assistant automatique de {brand} : une IA, pas une personne. Pour joindre une personne, demandez-le ici.","it":"Sono l''assistente automatico di {brand}: una IA, non una persona. Se vuole parlare con una persona, lo scriva qui.","ja":"私は{brand}の自動アシスタントで、人ではなくAIです。人とお話しになりたい場合は、ここでお知らせください。","ko":"저는 {brand}의 자동 도우미로, 사람이 아닌 AI입니다. 사람과 이야기하고 싶으시면 여기에 말씀해 주세요.","nl":"Ik ben de automatische assistent van {brand}: een AI, geen mens. Wilt u een mens spreken, zeg het dan hier.","pl":"Jestem automatycznym asystentem {brand}: to AI, nie osoba. Jeśli chcesz porozmawiać z człowiekiem, napisz o tym tutaj.","pt":"Sou o assistente automático de {brand}: uma IA, não uma pessoa. Se quiser falar com uma pessoa, diga aqui.","ru":"Я автоматический помощник {brand}: ИИ, а не человек. Если нужен человек, напишите об этом здесь.","sv":"Jag är den automatiska assistenten för {brand}: en AI, ingen människa. Vill du nå en människa, skriv det här.","tr":"Ben {brand} otomatik asistanıyım: yapay zekayım, insan değilim. Bir insana ulaşmak isterseniz buraya yazın.","uk":"Я автоматичний помічник {brand}: ШІ, а не людина. Якщо потрібна людина, напишіть про це тут.","vi":"Tôi là trợ lý tự động của {brand}: một AI, không phải người. Nếu muốn gặp người thật, hãy nhắn tại đây.","zh":"我是{brand}的自动助手，是人工智能，不是真人。如需真人服务，请在此告知。"}'),
  ('help_words', '{"ar":"{brand}: للتواصل مع شخص: {reach}. أرسل STOP لعدم تلقي مزيد من الرسائل.","da":"{brand}: Sådan får du fat i et menneske: {reach}. Svar STOP for ikke at få flere beskeder.","de":"{brand}: So erreichen Sie einen Menschen: {reach}. Antworten Sie STOP, um keine Nachrichten mehr zu erhalten.","en":"{brand}: To reach a person: {reach}. Reply STOP to get no more messages.","es":"{brand}: Para hablar con una persona: {reach}. Responda STOP para no recibir más mensajes.","fr":"{brand} : Pour joindre une personne : {reach}. Répondez STOP pour ne plus recevoir de messages.","it":"{brand}: Per parlare con una persona: {reach}. Risponda STOP per non ricevere altri messaggi.","ja":"{brand}：担当者への連絡先：{reach}。配信停止は STOP と返信してください。","ko":"{brand}: 담당자 연락처: {reach}. 더 이상 받지 않으시려면 STOP이라고 답장해 주세요.","nl":"{brand}: Zo bereikt u een mens: {reach}. Antwoord STOP om geen berichten meer te ontvangen.","pl":"{brand}: Kontakt z człowiekiem: {reach}. Odpowiedz STOP, aby nie otrzymywać więcej wiadomości.","pt":"{brand}: Para falar com uma pessoa: {reach}. Responda STOP para não receber mais mensagens.","ru":"{brand}: Связаться с человеком: {reach}. Ответьте STOP, чтобы больше не получать сообщений.","sv":"{brand}: Så når du en människa: {reach}. Svara STOP för att inte få fler meddelanden.","tr":"{brand}: Bir insana ulaşmak için: {reach}. Artık mesaj almamak için STOP yazın.","uk":"{brand}: Зв''язатися з людиною: {reach}. Надішліть STOP, щоб більше не отримувати повідомлень.","vi":"{brand}: Liên hệ người thật: {reach}. Trả lời STOP để không nhận tin nhắn nữa.","zh":"{brand}：联系真人：{reach}。回复 STOP 不再接收短信。"}')
on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_profile() from public, anon, authenticated, service_role;
revoke all on function public.sms_save_profile(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.answer_help(public.sms_conversations,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.answer_keyword(text,public.sms_conversations,public.sms_numbers,public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.apply_keyword(text,public.sms_messages,uuid,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.asks_for_help(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.brand_of(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.carrier_answers(uuid,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.confirm_opt_out(public.sms_conversations,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.disguises_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.has_disclosed(public.sms_conversations) from public, anon, authenticated, service_role;
revoke all on function sms_private.honest_body(public.sms_conversations,public.sms_assistants,text,text,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_honest(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_plain_name(text,integer,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.language_of_claim(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.language_of_question(uuid,bigint,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.opening_of(public.sms_conversations,public.sms_assistants,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.ours(text,text,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.plain_letters(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.profile_view(public.sms_profiles) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_profile(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.says_nothing_of_identity(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.spaced_number(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_automatic(public.sms_conversations,public.sms_assistants,text,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) from public, anon, authenticated, service_role;
revoke all on table public.sms_profiles from public, anon, authenticated, service_role;
revoke all on table sms_private.identity_patterns from public, anon, authenticated, service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to service_role;
grant execute on function public.sms_get_profile() to authenticated;
grant execute on function public.sms_save_profile(jsonb) to authenticated;
grant execute on function sms_private.answer_help(public.sms_conversations,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.answer_keyword(text,public.sms_conversations,public.sms_numbers,public.sms_messages) to service_role;
grant execute on function sms_private.apply_keyword(text,public.sms_messages,uuid,uuid,text) to service_role;
grant execute on function sms_private.asks_for_help(text) to service_role;
grant execute on function sms_private.brand_of(uuid,text) to service_role;
grant execute on function sms_private.carrier_answers(uuid,text,text) to service_role;
grant execute on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.confirm_opt_out(public.sms_conversations,timestamp with time zone) to service_role;
grant execute on function sms_private.disguises_of(text) to service_role;
grant execute on function sms_private.has_disclosed(public.sms_conversations) to service_role;
grant execute on function sms_private.honest_body(public.sms_conversations,public.sms_assistants,text,text,text,text) to service_role;
grant execute on function sms_private.is_honest(text) to service_role;
grant execute on function sms_private.is_plain_name(text,integer,boolean) to service_role;
grant execute on function sms_private.language_of_claim(text) to service_role;
grant execute on function sms_private.language_of_question(uuid,bigint,bigint) to service_role;
grant execute on function sms_private.opening_of(public.sms_conversations,public.sms_assistants,text) to service_role;
grant execute on function sms_private.ours(text,text,uuid,text) to service_role;
grant execute on function sms_private.plain_letters(text) to service_role;
grant execute on function sms_private.profile_view(public.sms_profiles) to authenticated;
grant execute on function sms_private.profile_view(public.sms_profiles) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.save_my_profile(jsonb) to authenticated;
grant execute on function sms_private.save_my_profile(jsonb) to service_role;
grant execute on function sms_private.says_nothing_of_identity(text) to service_role;
grant execute on function sms_private.spaced_number(text) to service_role;
grant execute on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone,bigint) to service_role;
grant execute on function sms_private.store_automatic(public.sms_conversations,public.sms_assistants,text,text,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) to service_role;
grant select on table public.sms_profiles to authenticated;
grant delete, insert, select, update on table public.sms_profiles to service_role;
grant select on table sms_private.identity_patterns to service_role;
grant insert (discloses_machine, help_message) on table public.sms_assistants to authenticated;
grant update (discloses_machine, help_message) on table public.sms_assistants to authenticated;
grant insert (purpose) on table public.sms_templates to authenticated;
grant update (purpose) on table public.sms_templates to authenticated;

reset check_function_bodies;
