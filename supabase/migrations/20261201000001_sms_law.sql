-- sms_law: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

alter table public.sms_consent_events
  drop constraint sms_consent_events_change_check;

alter table public.sms_consent_events
  drop constraint sms_consent_events_source_check;

alter table public.sms_contacts
  drop constraint sms_contacts_opt_out_source_check;

alter table public.sms_messages
  drop constraint message_rules;

alter table sms_private.suppressions
  drop constraint suppressions_source_check;

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

drop function sms_private.check_recipients(uuid, public.sms_numbers, text[]);

drop function sms_private.contact_of(uuid, text);

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

create table sms_private.doubts (
  contact_id       uuid                     not null,
  user_id          uuid                     not null,
  messages         uuid[]                   not null,
  opts_out         boolean                  not null default true,
  raised_at        timestamp with time zone not null default clock_timestamp(),
  due_at           timestamp with time zone not null,
  tries            integer                  not null default 0,
  lease_token      uuid,
  lease_expires_at timestamp with time zone,
  last_error       text,
  constraint doubts_due_at_check check (isfinite(due_at)),
  constraint doubts_last_error_check check ((char_length(last_error) <= 500)),
  constraint doubts_messages_check check (((cardinality(messages) >= 1) AND (cardinality(messages) <= 5))),
  constraint doubts_pkey primary key (contact_id),
  constraint lease_is_whole check (((lease_token IS NULL) = (lease_expires_at IS NULL)))
);

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

create table sms_private.old_words (
  only_row     boolean                  not null default true,
  read_down_to uuid                     not null,
  done_at      timestamp with time zone,
  constraint old_words_only_row_check check (only_row),
  constraint old_words_pkey primary key (only_row)
);

create table sms_private.opt_out_patterns (
  language text not null,
  texts    text not null,
  trigger  text,
  harmless text not null,
  guard    text not null,
  sure     text not null,
  doubt    text not null,
  constraint opt_out_patterns_language_check check ((language ~ '^[a-z]{2}$'::text)),
  constraint opt_out_patterns_pkey primary key (language)
);

create table sms_private.opt_out_words (
  word     text     not null,
  language text     not null,
  weight   smallint not null,
  constraint opt_out_words_language_check check ((language ~ '^[a-z]{2}$'::text)),
  constraint opt_out_words_pkey primary key (word, language),
  constraint opt_out_words_weight_check check ((weight = ANY (ARRAY[1, 2, 3]))),
  constraint opt_out_words_word_check check ((word ~ '^[a-z0-9]{2,5}$'::text))
);

create table sms_private.promotions (
  message_id uuid                     not null,
  contact_id uuid                     not null,
  at         timestamp with time zone not null,
  constraint promotions_pkey primary key (message_id)
);

create table sms_private.quiet_days (
  place       text     not null,
  name        text     not null,
  month       smallint,
  day         smallint,
  weekday     smallint,
  nth         smallint,
  from_easter smallint,
  observed    boolean  not null default false,
  constraint one_way_to_find_it
    check (((num_nonnulls(day, nth, from_easter) = 1) AND ((month IS NULL) = (from_easter IS
    NOT NULL)) AND ((weekday IS NULL) = (nth IS NULL)) AND ((NOT observed) OR (day IS NOT NULL)))),
  constraint quiet_days_day_check check (((day >= 1) AND (day <= 31))),
  constraint quiet_days_from_easter_check
    check (((from_easter >= '-100'::integer) AND (from_easter <= 100))),
  constraint quiet_days_month_check check (((month >= 1) AND (month <= 12))),
  constraint quiet_days_name_check check (((char_length(name) >= 1) AND (char_length(name) <= 100))),
  constraint quiet_days_nth_check check ((((nth >= 1) AND (nth <= 5)) OR (nth = '-1'::integer))),
  constraint quiet_days_pkey primary key (place, name),
  constraint quiet_days_place_check check ((place ~ '^[A-Z]{2}(-[A-Z]{2,3})?$'::text)),
  constraint quiet_days_weekday_check check (((weekday >= 1) AND (weekday <= 7)))
);

create table sms_private.quiet_hours (
  user_id                  uuid                     not null,
  opens                    time without time zone,
  closes                   time without time zone,
  days                     smallint[],
  transactional_broadcasts boolean                  not null default false,
  updated_at               timestamp with time zone not null default now(),
  constraint opens_before_it_closes check ((opens < closes)),
  constraint quiet_hours_days_check
    check
    (((cardinality(days) >= 1) AND (cardinality(days) <= 7) AND (days <@ '{1,2,3,4,5,6,7}'::smallint[]))),
  constraint quiet_hours_pkey primary key (user_id),
  constraint window_is_whole check ((num_nonnulls(opens, closes, days) = ANY (ARRAY[0, 3])))
);

create table sms_private.sending_hours (
  place       text                   not null,
  days        smallint[]             not null,
  opens       time without time zone not null,
  closes      time without time zone not null,
  on_holidays boolean                not null default true,
  max_per_day smallint,
  law         text                   not null,
  source      text                   not null,
  read_on     date                   not null,
  constraint opens_before_it_closes check ((opens < closes)),
  constraint sending_hours_days_check
    check
    (((cardinality(days) >= 1) AND (cardinality(days) <= 7) AND (days <@ '{1,2,3,4,5,6,7}'::smallint[]))),
  constraint sending_hours_law_check check (((char_length(law) >= 1) AND (char_length(law) <= 300))),
  constraint sending_hours_max_per_day_check check ((max_per_day > 0)),
  constraint sending_hours_pkey primary key (place, days, opens),
  constraint sending_hours_place_check check ((place ~ '^([*]|[A-Z]{2}(-[A-Z]{2,3})?)$'::text)),
  constraint sending_hours_source_check check ((source ~ '^https?://'::text))
);

create table sms_private.state_zones (
  state text not null,
  zone  text not null,
  constraint state_zones_pkey primary key (state, zone),
  constraint state_zones_state_check check ((state ~ '^[A-Z]{2}$'::text))
);

create table sms_private.zip_prefixes (
  prefix  text   not null,
  country text   not null,
  states  text[] not null default '{}'::text[],
  zones   text[] not null,
  constraint zip_prefixes_country_check check ((country ~ '^[A-Z]{2}$'::text)),
  constraint zip_prefixes_pkey primary key (prefix),
  constraint zip_prefixes_prefix_check check ((prefix ~ '^[0-9]{3}$'::text)),
  constraint zip_prefixes_zones_check check ((cardinality(zones) > 0))
);

alter table public.sms_assistants
  add column discloses_machine boolean not null default true;

alter table public.sms_assistants
  add column help_message text;

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

alter table public.sms_contacts
  add column opt_out_doubt text;

alter table public.sms_contacts
  add column opt_out_doubted_at timestamp with time zone;

alter table public.sms_contacts
  add column zip_code text;

alter table public.sms_conversations
  add column disclosed_by uuid;

alter table public.sms_limits
  add column promotional_per_contact_per_day integer default 3;

alter table public.sms_limits
  add column promotional_per_contact_per_week integer default 7;

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

-- Sending, between the halves: a worker that could not send at once asks again.

create or replace function public.sms_check_deliveries(jobs jsonb)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return jsonb_build_object('may_leave', (
    select coalesce(jsonb_agg(job.id), '[]')
    from jsonb_to_recordset(sms_check_deliveries.jobs) asked (job_id uuid, lease_token uuid)
    join sms_private.jobs job on job.id = asked.job_id and job.lease_token = asked.lease_token
    join public.sms_messages message on message.id = job.message_id
    cross join lateral sms_private.refuse_delivery(message, job) refusal
    where job.kind = 'deliver' and job.in_flight and refusal.code is null));
end
$$;

create or replace function public.sms_claim_doubts(batch_size int, lease_seconds int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  room int := least(greatest(batch_size, 0), 50);
  turn record;
  cap record;
  doubt sms_private.doubts;
  was_leased boolean;
  context jsonb;
  claimed jsonb := '[]';
begin
  if sms_private.is_stopped('answering') or not exists (select from sms_private.doubts) then
    return jsonb_build_object('jobs', claimed, 'next_due_in_ms', null);
  end if;
  for turn in
    -- Tenants take turns, and no tenant has more than five out.
    select own.contact_id, own.was_leased
    from sms_private.tenants_in_doubt() tenant (id)
    cross join lateral (
      select count(*) as out from sms_private.doubts leased
      where leased.user_id = tenant.id and leased.lease_expires_at > moment) held
    cross join lateral (
      select open.contact_id, open.due_at, open.lease_token is not null as was_leased, row_number() over (order by open.due_at) as place
      from sms_private.doubts open
      where open.user_id = tenant.id and open.due_at <= moment
        and (open.lease_expires_at is null or open.lease_expires_at <= moment)
      order by open.due_at limit 5) own
    where own.place + held.out <= 5
    order by own.place + held.out, own.due_at limit room
  loop
    update sms_private.doubts open
    set lease_token = gen_random_uuid(), tries = open.tries + 1,
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where open.contact_id = (
      select free.contact_id from sms_private.doubts free
      where free.contact_id = turn.contact_id and free.due_at <= moment
        and (free.lease_expires_at is null or free.lease_expires_at <= moment)
      for update skip locked)
    returning * into doubt;
    continue when not found;
    if turn.was_leased then
      -- The worker that had it asked, and never came back.
      perform sms_private.note_unsent_calls(doubt.user_id, doubt.contact_id, 1);
    end if;
    if sms_private.was_answered(doubt) then
      perform sms_private.settle_claimed_doubt(doubt, true, null);
      continue;
    end if;
    if sms_private.is_reply_due(doubt) then
      update sms_private.doubts open
      set lease_token = null, lease_expires_at = null, tries = open.tries - 1, due_at = clock_timestamp() + interval '1 minute'
      where open.contact_id = doubt.contact_id;
      continue;
    end if;
    select * into cap from sms_private.doubt_cap(doubt);
    context := sms_private.doubt_context(doubt);
    if cap.wait then
      update sms_private.doubts open
      set lease_token = null, lease_expires_at = null, tries = open.tries - 1, due_at = clock_timestamp() + interval '2 seconds'
      where open.contact_id = doubt.contact_id;
    elsif cap.used_up or doubt.tries > 5 or context -> 'texts' = 'null' then
      perform sms_private.settle_claimed_doubt(doubt, false, coalesce(doubt.last_error, 'WORKER_LOST'));
    else
      claimed := claimed || context;
    end if;
  end loop;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms',
    case when jsonb_array_length(claimed) >= room and room > 0 then 0 end);
end
$$;

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

create or replace function public.sms_get_quiet_hours()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_quiet_hours() $$;

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

create or replace function public.sms_record_consents(consents jsonb, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_record_consents', jsonb_build_object('consents', consents), idempotency_key)
$$;

create or replace function public.sms_record_doubts(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  recorded jsonb;
  all_recorded jsonb := '[]';
  opting_out uuid[];
begin
  -- All conversations first, then all contacts, by id: two batches never wait for each other in a circle.
  perform from public.sms_conversations c
  where c.id in (select m.conversation_id from jsonb_array_elements(results) r
    join public.sms_messages m on m.id = (r ->> 'through')::uuid)
  order by c.id for no key update;
  perform from public.sms_contacts k
  where k.id in (select (r ->> 'contact_id')::uuid from jsonb_array_elements(results) r) order by k.id for no key update;
  -- Then what the opt-outs change, messages with their deliveries, by id too.
  opting_out := array(
    select (r ->> 'contact_id')::uuid from jsonb_array_elements(results) r where r ->> 'answer' = 'yes');
  perform from sms_private.jobs j join public.sms_messages m on m.id = j.message_id
  where j.contact_id = any (opting_out) and j.kind = 'deliver' and not j.in_flight
  order by m.id for no key update of m for update of j;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'contact_id' loop
    begin
      recorded := sms_private.record_doubt(result);
    exception when others then
      perform sms_private.raise_if_transient(sqlstate, sqlerrm);
      -- Its lease runs out, and it is asked again or left to a person. The others are recorded.
      raise warning 'The doubt about contact % could not be recorded: %', result ->> 'contact_id', sqlerrm;
      recorded := jsonb_build_object('outcome', 'error', 'error', sqlstate);
    end;
    perform sms_private.note_unsent_calls((result ->> 'user_id')::uuid, (result ->> 'contact_id')::uuid,
      coalesce((result ->> 'calls')::int, 0));
    all_recorded := all_recorded || recorded;
  end loop;
  return all_recorded;
end
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

create or replace function public.sms_save_profile(profile jsonb)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_profile(profile) $$;

create or replace function public.sms_save_quiet_hours(
  opens text default null, closes text default null, days int[] default null,
  transactional_broadcasts boolean default false)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_quiet_hours(opens, closes, days, transactional_broadcasts) $$;

create or replace function public.sms_set_limits(owner_id uuid, limits jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  known constant jsonb := to_jsonb(sms_private.limits_of(owner_id)) - '{user_id,updated_at}'::text[];
  unknown text;
  saved public.sms_limits;
begin
  if jsonb_typeof(limits) is distinct from 'object' then
    return jsonb_build_object('outcome', 'INVALID_LIMIT', 'details', jsonb_build_object('limit', null));
  end if;
  select min(given.name) into unknown from jsonb_object_keys(limits) given (name) where not known ? given.name;
  if unknown is not null then
    return jsonb_build_object('outcome', 'UNKNOWN_LIMIT', 'details', jsonb_build_object('limit', left(unknown, 64)));
  end if;
  select min(given.name) into unknown from jsonb_each(limits) given (name, value)
  where case
    when given.value = 'null' then false
    when given.name = 'allowed_countries' then jsonb_typeof(given.value) <> 'array'
      or jsonb_path_exists(given.value, '$[*] ? (!(@ like_regex "^[A-Z][A-Z]$") || @.type() != "string")')
    else coalesce(given.value::text !~ '^[0-9]{1,9}$'
      or given.name like '%unsent_calls%' and given.value = '0', true) end;
  if unknown is not null then
    return jsonb_build_object('outcome', 'INVALID_LIMIT', 'details', jsonb_build_object('limit', unknown));
  end if;
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  insert into public.sms_limits (user_id) values (owner_id) on conflict do nothing;
  select l.* into saved from public.sms_limits l where l.user_id = owner_id for no key update;
  saved := jsonb_populate_record(saved, limits);
  update public.sms_limits l
  set sends_per_minute = saved.sends_per_minute,
    conversation_replies_per_hour = saved.conversation_replies_per_hour,
    conversation_replies_per_day = saved.conversation_replies_per_day,
    tenant_replies_per_day = saved.tenant_replies_per_day,
    allowed_countries = saved.allowed_countries,
    broadcast_recipients_per_day = saved.broadcast_recipients_per_day,
    conversation_unsent_calls_per_hour = saved.conversation_unsent_calls_per_hour,
    tenant_unsent_calls_per_day = saved.tenant_unsent_calls_per_day,
    assistants = saved.assistants, contacts = saved.contacts, templates = saved.templates,
    texts_per_minute = saved.texts_per_minute,
    shared_segments_per_day = saved.shared_segments_per_day,
    default_numbers = saved.default_numbers,
    promotional_per_contact_per_day = saved.promotional_per_contact_per_day,
    promotional_per_contact_per_week = saved.promotional_per_contact_per_week
  where l.user_id = owner_id
  returning l.* into saved;
  -- What was paused until there is room again may have room now.
  update public.sms_conversations c
  set ai_paused_until = null, ai_paused_reason = null
  where c.user_id = owner_id and c.ai_paused_until > clock_timestamp() and c.ai_paused_reason in (
    'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'unsent_calls_per_hour',
    'tenant_unsent_calls_per_day', 'segments_per_day');
  return jsonb_build_object('outcome', 'saved', 'limits', to_jsonb(saved) - '{user_id,updated_at}'::text[]);
end
$$;

create or replace function public.sms_settle_opt_out(contact_id uuid, opted_out boolean)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.settle_my_opt_out(contact_id, opted_out) $$;

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
    update public.sms_contacts c
    set opted_out_at = null, opt_out_source = null, opt_out_doubt = null, opt_out_doubted_at = null where c.id = contact;
    delete from sms_private.doubts open where open.contact_id = contact;
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

-- The newest note that must leave the window before there is room again.
create or replace function sms_private.call_cap(tenant uuid, conversation uuid)
returns table (reason text, until timestamptz)
language plpgsql volatile rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  moment timestamptz := clock_timestamp();
  unsent bigint;
  alone boolean;
begin
  select 'unsent_calls_per_hour', max(u.at) + interval '1 hour' into reason, until
  from (
    select n.at, sum(n.calls) over (order by n.at desc) as so_far from sms_private.unsent_calls n
    where n.conversation_id = call_cap.conversation and n.at > moment - interval '1 hour') u
  where u.so_far >= limits.conversation_unsent_calls_per_hour;
  if until is null then
    select 'tenant_unsent_calls_per_day', max(u.at) + interval '1 day' into reason, until
    from (
      select n.at, sum(n.calls) over (order by n.at desc) as so_far from sms_private.unsent_calls n
      where n.user_id = tenant and n.at > moment - interval '1 day') u
    where u.so_far >= limits.tenant_unsent_calls_per_day;
  end if;
  -- A reply that was canceled for want of segments is among the notes.
  if until is null and (select sms_private.segments_left(n) <= 0 from public.sms_conversations c
    join public.sms_numbers n on n.id = c.phone_number_id where c.id = call_cap.conversation) then
    reason := 'segments_per_day';
    until := sms_private.next_day_at();
  end if;
  if until is null and limits.tenant_unsent_calls_per_day is not null then
    select coalesce(sum(n.calls), 0) into unsent from sms_private.unsent_calls n
    where n.user_id = tenant and n.at > moment - interval '1 day';
    -- Calls that are out may all end in no text. The one that is asked for is among them. Claims that run side by side do not see
    -- each other's leases, so near the limit they take turns: first the lock, then a look that sees what was committed before it.
    if unsent + 500 > limits.tenant_unsent_calls_per_day then
      alone := pg_try_advisory_xact_lock(hashtextextended('sms_calls:' || tenant, 0));
      if not alone or limits.tenant_unsent_calls_per_day < (
        select coalesce(sum(n.calls), 0) from sms_private.unsent_calls n
        where n.user_id = tenant and n.at > moment - interval '1 day') + (
        select count(*) from sms_private.jobs j
        where j.kind = 'reply' and j.set_aside_at is null and j.lease_expires_at is not null and j.user_id = tenant) + (
        select count(*) from sms_private.doubts d where d.user_id = tenant and d.lease_expires_at is not null)
      then
        reason := null;
        until := moment + interval '2 seconds';
      end if;
    end if;
  end if;
  if until is not null then
    return next;
  end if;
end
$$;

create or replace function sms_private.came_back_since(conversation public.sms_conversations, through_seq bigint)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = conversation.contact_id and e.change in ('opt_in', 'taken_back') and coalesce(s.date_created, e.at) > (
      select m.date_created from public.sms_messages m
      where m.conversation_id = conversation.id and m.seq = came_back_since.through_seq));
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

-- The caller holds the number's pace row.
create or replace function sms_private.claim_for_number(
  number_id uuid, priority int, slots int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  pace sms_private.sender_pace;
  job sms_private.jobs;
  message public.sms_messages;
  refusal record;
  free_at timestamptz;
  claimed jsonb := '[]';
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
  restored_at timestamptz := coalesce(sms_private.restored_at(), '-infinity');
  segments_left bigint;
  segments bigint;
  today date := sms_private.utc_day();
  own sms_private.quiet_hours;
  -- What this claim has found out about hours.
  known jsonb := '{}';
  hours record;
  is_promotion boolean;
begin
  select * into strict number from public.sms_numbers n where n.id = number_id;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = number_id;
  segments_left := sms_private.segments_left(number);
  if pace.segments_day <> today then
    pace.segments := 0;
  end if;
  free_at := pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second);
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    -- Two branches, because one generic plan for both would read the whole queue to find one message by its id.
    (select j.* from sms_private.jobs j
     where message_ids is null and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
  loop
    -- GCRA: the segments of one second may leave at once, this message included; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= slots
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / number.segments_per_second);
    select s.* into message from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.held_at is null and j.due_at <= moment
      and sms_private.pair_is_free(j)
    for no key update of s, j skip locked;
    -- What a restored backup had still to send is looked for first: doubt_restored().
    continue when not found or (message.created_at < restored_at and job.resent_at is null);
    select * into refusal from sms_private.refuse_delivery(message, job);
    if refusal.code is not null then
      continue when case when refusal.code = 'EXPIRED' then not sms_private.tell_of_expiry(message) else false end;
      perform sms_private.cancel_delivery(message, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when sms_private.hold_if_paused(message);
    -- A text that serves, and every answer of the assistant, pays nothing for what follows.
    is_promotion := message.purpose = 'promotional' or message.broadcast_id is not null;
    if is_promotion then
      if own.user_id is null then
        select * into own from sms_private.quiet_hours q where q.user_id = message.user_id;
        own.user_id := message.user_id;
      end if;
      is_promotion := sms_private.is_promotion(message, own);
    end if;
    if is_promotion then
      select * into hours from sms_private.hours_for(message, job, own, known);
      known := hours.known;
      if not (hours.answer ->> 'open')::boolean then
        perform sms_private.hold_until(message, job, (hours.answer ->> 'opens_at')::timestamptz);
        continue;
      end if;
      is_promotion := message.purpose = 'promotional';
      continue when is_promotion
        and sms_private.take_patience(message, job, (hours.answer ->> 'max_per_day')::int) is not null;
    end if;
    segments := greatest(message.num_segments, 1);
    if segments > segments_left then
      perform sms_private.cancel_delivery(message, 'SEGMENTS_PER_DAY',
        'The limit of segments a day is used up. There is room again at midnight (UTC); the operator may raise it.');
      continue;
    end if;
    if segments_left is not null then
      segments_left := segments_left - segments;
      pace.segments := pace.segments + segments;
    end if;
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    if is_promotion then
      perform sms_private.note_promotion(message.id, job.contact_id);
    end if;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (segments / number.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', message.id,
      'user_id', message.user_id, 'account_sid', message.account_sid,
      'from_number', coalesce(message.via, message.from_number), 'to_number', sms_private.recipient_of(message), 'body', message.body,
      'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(message.media) a));
  end loop;
  -- A number that sends less than once a minute holds nothing back, and writes no mark.
  if jsonb_array_length(claimed) > 0 and free_at > pace.last_served_at and free_at > moment - interval '1 minute' then
    if pace.marked_at < moment - interval '1 minute' then
      pace.marked_at := sms_private.mark_pace(number_id);
    end if;
    -- A worker that looks at the queue within a second is on time.
    pace.held_seconds := pace.held_seconds + extract(epoch from
      case when free_at > moment - interval '1 second' then moment else free_at end - pace.last_served_at);
  end if;
  update sms_private.sender_pace p
  set next_at = pace.next_at, last_served_at = clock_timestamp(), held_seconds = pace.held_seconds,
    marked_at = pace.marked_at, segments_day = today, segments = pace.segments
  where p.phone_number_id = number_id and jsonb_array_length(claimed) > 0;
  return claimed;
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
    where e.contact_id = contact.id and e.change = 'opt_out'
      -- What was misread, and taken back by a person, ended nothing.
      and not (e.source in ('free_text', 'model') and exists (
        select from public.sms_consent_events back
        where back.contact_id = contact.id and back.change = 'taken_back' and back.at > e.at)));
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

-- The limits of calls that end in no text, by contact where a reply's are by conversation.
create or replace function sms_private.doubt_cap(doubt sms_private.doubts, out used_up boolean, out wait boolean)
language plpgsql volatile set search_path = ''
as $$
declare
  cap record;
begin
  used_up := false;
  wait := false;
  select * into cap from sms_private.call_cap(doubt.user_id, doubt.contact_id);
  if found then
    wait := cap.reason is null;
    used_up := not wait;
  end if;
end
$$;

-- What the contact answered is the context: "No more" means another thing after "Anything else to drink?".
create or replace function sms_private.doubt_context(doubt sms_private.doubts)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  first public.sms_messages;
  texts jsonb;
begin
  select * into first from public.sms_messages m where m.id = any (doubt.messages) order by m.id limit 1;
  texts := (
    select jsonb_agg(jsonb_build_object('direction', said.direction, 'body', left(said.body, 500)) order by said.place)
    from (
      select m.direction, m.body, row_number() over (order by m.id) as place
      from public.sms_messages m where m.id = any (doubt.messages)
      union all
      (select m.direction, m.body, 0
       from public.sms_messages m
       where m.conversation_id = first.conversation_id and m.direction = 'outbound' and m.seq < first.seq
         and m.status not in ('canceled', 'scheduled')
       order by m.seq desc limit 1)) said);
  return jsonb_build_object('contact_id', doubt.contact_id, 'user_id', doubt.user_id, 'lease_token', doubt.lease_token,
    'through', doubt.messages[cardinality(doubt.messages)], 'texts', texts);
end
$$;

-- Quiet hours: when a promotional text may go to a contact, by the contact's clock (docs/rules/quiet_hours.md).

-- The anonymous Gregorian computus: https://en.wikipedia.org/wiki/Date_of_Easter#Anonymous_Gregorian_algorithm
create or replace function sms_private.easter(year int)
returns date
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  a int := year % 19;
  b int := year / 100;
  c int := year % 100;
  h int := (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  l int := (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  m int := (a + 11 * h + 22 * l) / 451;
begin
  return make_date(year, (h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
end
$$;

create or replace function sms_private.end_doubt(contact public.sms_contacts, source text, message uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if contact.opt_out_doubt is null then
    return;
  end if;
  delete from sms_private.doubts open where open.contact_id = contact.id;
  update public.sms_contacts k set opt_out_doubt = null, opt_out_doubted_at = null where k.id = contact.id;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source)
  values (contact.user_id, contact.id, message, 'no_opt_out', end_doubt.source);
end
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

-- Does a text ask for no more texts, in its own words? The patterns are data: 20_tables/78_opt_out_words.sql.

-- One spelling for many: small letters without marks, one blank between words, " . " where a sentence ends. A telephone's keyboard
-- writes the same words in many ways. Cut first: who writes more than a thousand characters has said it by then.
create or replace function sms_private.fold_words(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  words text := lower(left(body, 1000));
begin
  if octet_length(words) <> char_length(words) then
    words := translate(lower(normalize(words, nfkd)), '’‘ʼ´`łıøđßæœةىکی…。！؟？،、，；：؛“”„«»″「」『』–—·¿¡',
      '''''''''''liodsaoهيكي..!?? ..;:;"""""""""   ??');
    -- Marks over letters, and what nobody sees. Composed again, because kana are letters with marks.
    words := normalize(regexp_replace(words,
      '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufe0e\ufe0f\ufeff]', '', 'g'), nfkc);
    if words ~ '[\u4e00-\u9fff]' then
      words := translate(words, '請發訊簡別給號碼刪閱訂繼續騷擾聯繫煩單電話傳廣優這們會對興錯輸讓從見點幾嗎為麼時過開關斷拋貴資聽絕檔與還沒們個來帳',
        '请发讯简别给号码删阅订继续骚扰联系烦单电话传广优这们会对兴错输让从见点几吗为么时过开关断抛贵资听绝档与还没们个来账');
    end if;
    words := regexp_replace(words, '[^[:alnum:].!?;:"'' \n]+', ' ', 'g');
  end if;
  if position('''' in words) > 0 then
    words := replace(replace(replace(replace(replace(words, 'n''t', 'nt'), 'i''m', 'im'), 'i''d', 'id'), 'i''ve', 'ive'), '''ll', 'll');
  end if;
  words := translate(words, E'!;:\n\r\t''()[]{}<>*_~#@%&=+/\\|^$,-`', '....' || repeat(' ', 40));
  words := replace(replace(replace(words, '.', ' . '), '?', ' ? '), '"', ' " ');
  if words ~ '(ooo|ppp|eee|aaa|sss|ttt)' then
    words := regexp_replace(regexp_replace(regexp_replace(regexp_replace(words, 'o{3,}', 'o', 'g'), 'p{3,}', 'p', 'g'),
      'e{3,}', 'e', 'g'), 't{3,}', 't', 'g');
  end if;
  words := replace(replace(replace(replace(words, '    ', ' '), '  ', ' '), '  ', ' '), '  ', ' ');
  return replace(' ' || btrim(words) || ' ', ' s t o p ', ' stop ');
end
$$;

-- Twilio leaves some to us: STOP and HELP while its opt-out handling is off, and spellings that it does not know ("STOP!").
create or replace function sms_private.follow_keyword(keyword text, conversation public.sms_conversations, number public.sms_numbers,
  contact uuid, message public.sms_messages, opt_out_type text)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  newly boolean := sms_private.apply_keyword(keyword, message, number.id, contact, opt_out_type);
begin
  if conversation.id is null or not (newly or keyword = 'help')
    or sms_private.carrier_answers(number.user_id, message.body, opt_out_type) then
    return null;
  elsif keyword = 'help' then
    return case when sms_private.answer_help(conversation, number.assistant_id, message.date_created) then 0 end;
  end if;
  return case when sms_private.confirm_opt_out(conversation, message.date_created) is not null then 0 end;
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

create or replace function sms_private.get_my_quiet_hours()
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.quiet_hours_answer('found', (select sms_private.tenant_id())) $$;

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

-- Any reasonable means (47 CFR 64.1200(a)(10)), whether the assistant answers here or not.
create or replace function sms_private.hear(conversation public.sms_conversations, number public.sms_numbers, message public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  heard text := sms_private.read_opt_out(message.body);
  due_in_ms int;
begin
  if sms_private.asks_for_help(message.body)
    and sms_private.answer_help(conversation, number.assistant_id, message.date_created) then
    -- Twilio does not know this spelling.
    return 0;
  elsif heard = 'sure' and sms_private.opt_out_in_words(conversation, message, 'free_text') then
    return null;
  end if;
  due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  if heard = 'doubt' then
    perform sms_private.raise_doubt(conversation.contact_id, message, due_in_ms);
  end if;
  return due_in_ms;
end
$$;

-- Pauses with a moment, resumes with null. Jobs are locked in the order of their messages, as in cancel_waiting: so the two
-- never wait for each other in a circle.
create or replace function sms_private.hold_deliveries(broadcast uuid, since timestamptz)
returns void
language sql volatile set search_path = ''
as $$
  with changing as (
    select job.id, message.send_at, message.held_until from public.sms_messages message join sms_private.jobs job on job.message_id = message.id
    where message.broadcast_id = broadcast and job.kind = 'deliver'
      and case when since is null then job.held_at is not null
          else job.held_at is null and not job.in_flight and job.set_aside_at is null end
    order by message.id for update of job
  )
  update sms_private.jobs job
  set held_at = since,
    -- A pause does not use up the time in which the text may leave. That time begins at send_at. Quiet hours are counted already.
    held_for = case when since is null then coalesce(job.held_for, '0')
        + greatest('0', clock_timestamp() - greatest(job.held_at, changing.send_at, changing.held_until))
      else job.held_for end
  from changing where job.id = changing.id
$$;

-- The claim has locked message and job. The text leaves the due queue until the hours begin, so no claim looks at it again before.
create or replace function sms_private.hold_until(message public.sms_messages, job sms_private.jobs, opens_at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if opens_at is null then
    perform sms_private.cancel_delivery(message, 'NO_LAWFUL_HOUR',
      'There is no hour in which this text may go to all places where the contact may be. Name their ZIP code or time zone, or make your own hours longer.');
    return;
  elsif message.not_after < opens_at then
    perform sms_private.cancel_delivery(message, 'EXPIRED', format(
      'Quiet hours hold this text until %s, and it may not be sent after %s.',
      to_char(opens_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
      to_char(message.not_after at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
    return;
  end if;
  update sms_private.jobs j
  set due_at = opens_at,
    -- It is not too late because it waited for this.
    held_for = coalesce(j.held_for, '0') + (opens_at - greatest(clock_timestamp(), message.held_until)),
    -- A text that is tried again holds back newer ones of its pair. This one must not hold back an answer until tomorrow.
    attempts = 0
  where j.id = job.id;
  update public.sms_messages m set held_until = opens_at, held_reason = 'quiet_hours' where m.id = message.id;
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

-- Many texts of a claim have the same answer. So it is kept in `known`, by what it depends on.
create or replace function sms_private.hours_for(
  message public.sms_messages, job sms_private.jobs, own sms_private.quiet_hours, inout known jsonb, out answer jsonb)
language plpgsql stable set search_path = ''
as $$
declare
  contact record;
  moment timestamptz := clock_timestamp();
  there record;
  key text;
begin
  select k.zip_code, k.time_zone into contact from public.sms_contacts k where k.id = job.contact_id;
  key := concat_ws('|', coalesce((sms_private.place_of(message.to_number)).prefix, ''),
    coalesce(left(contact.zip_code, 3), ''), contact.time_zone);
  answer := known -> key;
  if answer is not null then
    return;
  end if;
  select * into there from sms_private.whereabouts(message.to_number, contact.zip_code, contact.time_zone, moment);
  answer := jsonb_build_object('open', sms_private.is_open_at(there.places, there.zones, own, moment),
    'max_per_day', (select min(h.max_per_day) from sms_private.sending_hours h where h.place = any (there.places)));
  if not (answer ->> 'open')::boolean then
    answer := answer || jsonb_build_object('opens_at', sms_private.next_opening(there.places, there.zones, own, moment));
  end if;
  known := known || jsonb_build_object(key, answer);
end
$$;

-- What an app sends to one contact serves that contact, unless its sender says that it advertises: then it is as a broadcast to one.
create or replace function sms_private.is_automatic_first(broadcast_id uuid, sender text, purpose text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$ select broadcast_id is not null or sender = 'system' and purpose = 'promotional' $$;

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

-- What a person says about an opt-out in free words: it is one, it is none, or it was read wrongly.

-- A keyword, the carrier and a person's own word stand: only the contact's START lifts those.
create or replace function sms_private.is_misreadable(contact public.sms_contacts)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return contact.opt_out_source in ('free_text', 'model') and not exists (
    select from public.sms_consent_events said
    where said.contact_id = contact.id and said.change = 'opt_out' and said.source not in ('free_text', 'model')
      and said.at > coalesce((
        select max(back.at) from public.sms_consent_events back
        where back.contact_id = contact.id and back.change = 'opt_in'), '-infinity'));
end
$$;

-- Closed where any place's law, or any of the clocks that the contact may have, says so.
create or replace function sms_private.is_open_at(
  places text[], zones text[], own sms_private.quiet_hours, moment timestamptz)
returns boolean
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  -- A moment has one local time, also where that time comes twice or never.
  return not exists (
    select from (select distinct moment at time zone z.name as at from unnest(zones) z (name)) here
    where own.opens is not null and not (here.at::time >= own.opens and here.at::time < own.closes
        and extract(isodow from here.at) = any (own.days))
      or exists (
        select from unnest(places) law (place)
        where not exists (
          select from sms_private.sending_hours h
          where h.place = law.place and extract(isodow from here.at) = any (h.days)
            and here.at::time >= h.opens and here.at::time < h.closes
            and (h.on_holidays or not sms_private.is_quiet_day(h.place, here.at::date)))));
end
$$;

-- For what begins by itself: broadcasts, and automatic first texts.
create or replace function sms_private.is_opt_out_doubted(contact uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.sms_contacts k where k.id = contact and k.opt_out_doubt is not null);
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

-- Not an answer of the assistant, nor any other transactional text: those never come here (claim_for_number).
create or replace function sms_private.is_promotion(message public.sms_messages, own sms_private.quiet_hours)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if message.purpose <> 'promotional' then
    return message.broadcast_id is not null and coalesce(own.transactional_broadcasts, false);
  end if;
  return not (message.sender = 'person' and message.broadcast_id is null
    and sms_private.wrote_lately(message.conversation_id));
end
$$;

create or replace function sms_private.is_quiet_day(place text, day date)
returns boolean
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  its_weekday int := extract(isodow from day);
  -- A holiday of the weekend is observed on the day beside it.
  beside date := case its_weekday when 5 then day + 1 when 1 then day - 1 end;
  days_from_easter int := day - sms_private.easter(extract(year from day)::int);
begin
  return exists (
    select from sms_private.quiet_days q
    where q.place in (is_quiet_day.place, split_part(is_quiet_day.place, '-', 1))
      and case
        when q.from_easter is not null then q.from_easter = days_from_easter
        when q.nth = -1 then q.month = extract(month from is_quiet_day.day) and q.weekday = its_weekday
          and q.month <> extract(month from is_quiet_day.day + 7)
        when q.nth is not null then q.month = extract(month from is_quiet_day.day) and q.weekday = its_weekday
          and q.nth = (extract(day from is_quiet_day.day)::int + 6) / 7
        else (q.month, q.day) = (extract(month from is_quiet_day.day), extract(day from is_quiet_day.day))
          or q.observed and (q.month, q.day) = (extract(month from beside), extract(day from beside)) end);
end
$$;

create or replace function sms_private.is_reply_due(doubt sms_private.doubts)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return doubt.raised_at > clock_timestamp() - interval '15 minutes' and exists (
    select from public.sms_messages doubted
    join sms_private.jobs reply on reply.conversation_id = doubted.conversation_id and reply.kind = 'reply'
      and reply.set_aside_at is null and reply.wanted_seq >= doubted.seq
    where doubted.id = doubt.messages[cardinality(doubt.messages)]);
end
$$;

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

-- The languages whose patterns are worth reading a text with. Most texts have none.
create or replace function sms_private.languages_to_read(words text)
returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  languages text[];
begin
  languages := array(
    select known.language from sms_private.opt_out_words known
    where known.word = any (string_to_array(regexp_replace(words, '([a-z0-9]{5})[a-z0-9]+', '\1', 'g'), ' '))
    group by known.language having bit_or(known.weight) = 3);
  if octet_length(words) = char_length(words) then
    return languages;
  end if;
  return languages || array(
    select written.language
    from (values ('ar', '[\u0621-\u064a]'), ('ja', '[\u3041-\u30ff]|配信|解除|迷惑|退会|受信'), ('zh', '[\u4e00-\u9fff]')) written (language, script)
    join sms_private.opt_out_patterns read on read.language = written.language
    where words ~ written.script and words ~ read.trigger
      and (written.language <> 'zh' or words !~ '[\u3041-\u30ff]'));
end
$$;

-- The caller holds the contact's lock.
create or replace function sms_private.leave_to_person(contact uuid)
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.doubts open where open.contact_id = contact;
  update public.sms_contacts k set opt_out_doubt = 'person' where k.id = contact and k.opt_out_doubt is not null;
$$;

-- How much, how often, and to which countries.

-- A tenant without a row gets the values that a new row would have. So the defaults of the columns (85_limits.sql) stand here
-- once more; tests/database/rules.test.ts compares them.
create or replace function sms_private.limits_of(tenant uuid)
returns public.sms_limits
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- In the order of the table's columns.
    select coalesce(
      (select l from public.sms_limits l where l.user_id = tenant),
      row (tenant, 60, 20, 100, 1000, '{}'::text[], now(), 10000, 40, 2000, 50, 50000, 200, 600, 10000, 1, 3, 7)::public.sms_limits));
end
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
  if contact.opt_out_doubt is not null then
    return 'OPT_OUT_IN_DOUBT';
  end if;
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
  doubted_at timestamptz;
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
  update sms_private.promotions p set contact_id = kept_id where p.contact_id = gone_id;
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
  -- Two doubts are one person's, and rare. Somebody looks at it.
  doubted_at := (select min(k.opt_out_doubted_at) from public.sms_contacts k where k.id in (kept_id, gone_id));
  delete from sms_private.doubts open where open.contact_id in (kept_id, gone_id);
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
    opted_out_at = last_stop.at, opt_out_source = last_stop.source,
    opt_out_doubt = case when last_stop.at is null and doubted_at is not null then 'person' end,
    opt_out_doubted_at = case when last_stop.at is null then doubted_at end
  where k.id = kept_id;
  -- By itself: a contact of before zones were checked may have any text there.
  update public.sms_contacts k set time_zone = gone.time_zone
  where k.id = kept_id and k.time_zone is null and sms_private.is_time_zone(gone.time_zone);
  update public.sms_contacts k set zip_code = gone.zip_code
  where k.id = kept_id and k.zip_code is null and gone.zip_code is not null;
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

-- It opens when some window opens, by some clock: so only these moments are tried. Ten days are longer than any row of holidays.
create or replace function sms_private.next_opening(
  places text[], zones text[], own sms_private.quiet_hours, moment timestamptz)
returns timestamptz
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  opening timestamptz;
begin
  for opening in
    select distinct (((moment at time zone z.name)::date + d.later) + w.opens) at time zone z.name as at
    from unnest(zones) z (name)
    cross join generate_series(-1, 10) d (later)
    cross join (
      select h.opens from sms_private.sending_hours h where h.place = any (places)
      union select own.opens where own.opens is not null) w
    order by 1
  loop
    continue when opening <= moment;
    if sms_private.is_open_at(places, zones, own, opening) then
      return opening;
    end if;
  end loop;
  return null;
end
$$;

create or replace function sms_private.note_promotion(message uuid, contact uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  delete from sms_private.promotions p where p.contact_id = contact and p.at <= clock_timestamp() - interval '7 days';
  insert into sms_private.promotions as p (message_id, contact_id, at) values (message, contact, clock_timestamp())
  on conflict (message_id) do update set at = excluded.at, contact_id = excluded.contact_id;
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

-- An opt-out counts for all numbers of the tenant, and cancels everything that has not left yet.
create or replace function sms_private.opt_out(contact uuid, source text, evidence text, message uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  before public.sms_contacts;
begin
  select * into before from public.sms_contacts k where k.id = contact for no key update;
  if not found then
    -- Who calls again finds the contact, or makes a new one.
    raise exception 'The contact was erased or merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  update public.sms_contacts c
  set opted_out_at = coalesce(c.opted_out_at, clock_timestamp()),
    opt_out_source = coalesce(c.opt_out_source, opt_out.source), opt_out_doubt = null, opt_out_doubted_at = null
  where c.id = contact;
  if before.opt_out_doubt is not null then
    delete from sms_private.doubts open where open.contact_id = contact;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (before.user_id, contact, opt_out.message, 'opt_out', opt_out.source, left(opt_out.evidence, 200));
  perform sms_private.cancel_waiting(
    (select array_agg(j.message_id) from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
     where j.contact_id = contact and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
    'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
  -- A job that another transaction has locked is skipped: that one claims the reply or finishes it, and the reply is refused when
  -- it comes back. Any other job is deleted, also a leased one: its reply comes back as stale.
  delete from sms_private.jobs j where j.id in (
    select r.id from sms_private.jobs r where r.kind = 'reply' and r.contact_id = contact for update skip locked);
  return before.opted_out_at is null;
end
$$;

-- Opt-outs in people's own words: what follows from what the lexicon read (words.sql). Who doubts asks the model (83_claim_doubts.sql).

-- As STOP on our side. A text that is recovered late does not undo the START that came after it.
create or replace function sms_private.opt_out_in_words(
  conversation public.sms_conversations, message public.sms_messages, source text)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if sms_private.came_back_since(conversation, message.seq) then
    return false;
  end if;
  if sms_private.opt_out(conversation.contact_id, source, message.body, message.id) then
    perform sms_private.confirm_opt_out(conversation, message.date_created);
  end if;
  update public.sms_conversations c set ai_paused_reason = 'opted_out', waiting_for_person = false
  where c.id = conversation.id;
  return true;
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

-- The newest that must leave the window before there is room. Its own earlier attempt does not count.
create or replace function sms_private.patience_used_up(
  tenant uuid, contact uuid, message uuid, max_per_day int, out reason text, out until timestamptz)
language plpgsql stable set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  a_day int := least(limits.promotional_per_contact_per_day, max_per_day);
  moment timestamptz := clock_timestamp();
begin
  if a_day = 0 or limits.promotional_per_contact_per_week = 0 then
    reason := case when a_day = 0 then 'day' else 'week' end;
    return;
  end if;
  select p.at + interval '1 day', 'day' into until, reason from sms_private.promotions p
  where p.contact_id = contact and p.message_id <> message and p.at > moment - interval '1 day'
  order by p.at desc offset a_day - 1 limit case when a_day is not null then 1 else 0 end;
  if until is null then
    select p.at + interval '7 days', 'week' into until, reason from sms_private.promotions p
    where p.contact_id = contact and p.message_id <> message and p.at > moment - interval '7 days'
    order by p.at desc offset limits.promotional_per_contact_per_week - 1
    limit case when limits.promotional_per_contact_per_week is not null then 1 else 0 end;
  end if;
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
    'law', 'Say who texts: the name of the business belongs into the first text, into the confirmation of an opt-out and into the answer to HELP (docs/compliance/identity.md).');
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
  old_texts int;
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
    old_texts := sms_private.read_old_words(batch_size);
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
  more := greatest(ownerless, emptied, refused, forgotten, old_keys, old_texts) >= batch_size;
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

-- A tenant's own hours: shorter than the law's, never longer.

create or replace function sms_private.quiet_hours_answer(outcome text, tenant uuid)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  own sms_private.quiet_hours;
begin
  select * into own from sms_private.quiet_hours q where q.user_id = tenant;
  return jsonb_build_object('outcome', outcome,
    'quiet_hours', jsonb_build_object(
      'opens', to_char(own.opens, 'HH24:MI'), 'closes', to_char(own.closes, 'HH24:MI'), 'days', own.days,
      'transactional_broadcasts', coalesce(own.transactional_broadcasts, false)),
    'law', 'Nobody may be texted an advertisement before 8 in the morning or after 9 in the evening, by their own clock '
      || '(47 CFR 64.1200(c)(1)). Many states and countries allow less, and that holds by itself. Your own hours may only be shorter.',
    'source', 'https://www.ecfr.gov/current/title-47/section-64.1200',
    'places', (
      select jsonb_agg(jsonb_build_object('place', h.place, 'days', h.days, 'opens', to_char(h.opens, 'HH24:MI'),
        'closes', to_char(h.closes, 'HH24:MI'), 'on_holidays', h.on_holidays, 'max_per_day', h.max_per_day,
        'law', h.law, 'source', h.source, 'read_on', h.read_on) order by h.place, h.days)
      from sms_private.sending_hours h));
end
$$;

-- Nothing is opened for who is opted out, and nothing more for whom a person must decide about.
create or replace function sms_private.raise_doubt(contact uuid, message public.sms_messages, due_in_ms int, opts_out boolean default true)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  doubted public.sms_contacts;
begin
  select * into doubted from public.sms_contacts k where k.id = contact for no key update;
  if not found or doubted.opted_out_at is not null or doubted.opt_out_doubt = 'person' then
    return;
  end if;
  if doubted.opt_out_doubt is null then
    update public.sms_contacts k set opt_out_doubt = 'asking', opt_out_doubted_at = clock_timestamp() where k.id = contact;
    insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
    values (message.user_id, contact, message.id, 'doubt', 'free_text', left(message.body, 200));
  end if;
  -- Where an answer is due, its own call of the model tells. It has a minute and a half from when it may begin.
  insert into sms_private.doubts as open (contact_id, user_id, messages, opts_out, due_at)
  values (contact, message.user_id, array[message.id], raise_doubt.opts_out, clock_timestamp()
    + case when due_in_ms is null then interval '0' else make_interval(secs => due_in_ms / 1000.0 + 90) end)
  on conflict (contact_id) do update
  set messages = (open.messages || excluded.messages)[greatest(1, cardinality(open.messages) - 3):],
    opts_out = open.opts_out or excluded.opts_out, due_at = greatest(open.due_at, excluded.due_at);
end
$$;

-- Texts that were stored before words were read at all. Nobody is opted out silently for what they wrote long ago: what is sure
-- is left to a person, and what is in doubt is asked of the model, whose yes is left to a person too.
create or replace function sms_private.read_old_words(batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  place sms_private.old_words;
  message public.sms_messages;
  contact uuid;
  heard text;
  texts int := 0;
begin
  select * into place from sms_private.old_words o for update skip locked;
  if not found or place.done_at is not null then
    return 0;
  end if;
  for message in
    select * from public.sms_messages m where m.id < place.read_down_to order by m.id desc limit batch_size
  loop
    place.read_down_to := message.id;
    texts := texts + 1;
    continue when message.direction <> 'inbound' or message.kind <> 'text' or message.conversation_id is null;
    heard := sms_private.read_opt_out(message.body);
    continue when heard = 'none';
    select c.contact_id into contact from public.sms_conversations c where c.id = message.conversation_id
    for no key update;
    continue when exists (
      select from public.sms_consent_events e where e.contact_id = contact
        and (e.change in ('opt_in', 'taken_back', 'no_opt_out') and e.at > message.created_at or e.message_id = message.id));
    perform sms_private.raise_doubt(contact, message, null, opts_out => false);
    if heard = 'sure' then
      perform sms_private.leave_to_person(contact);
    end if;
  end loop;
  update sms_private.old_words o
  set read_down_to = place.read_down_to, done_at = case when texts < batch_size then clock_timestamp() end;
  return texts;
end
$$;

create or replace function sms_private.read_opt_out(body text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.fold_words(body);
  languages text[] := sms_private.languages_to_read(words);
  said text;
  read sms_private.opt_out_patterns;
  verdict text := 'none';
begin
  if languages = '{}' then
    return verdict;
  end if;
  for read in select known.* from sms_private.opt_out_patterns known where known.language = any (languages) loop
    said := regexp_replace(words, read.harmless, ' _ ', 'g');
    if said ~ replace(read.sure, '<texts>', '(?:' || read.texts || ')') then
      -- Who writes much says more than one thing.
      if char_length(words) <= 250 and words !~ read.guard then
        return 'sure';
      end if;
      verdict := 'doubt';
    elsif verdict = 'none' and said ~ replace(read.doubt, '<texts>', '(?:' || read.texts || ')') then
      verdict := 'doubt';
    end if;
  end loop;
  return verdict;
end
$$;

-- An accepted message is a fact, also when another worker has the lease by now.
create or replace function sms_private.record_delivery(result jsonb, max_attempts int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  sid text := result ->> 'message_sid';
  message public.sms_messages;
  job sms_private.jobs;
  -- A connection that was refused has no code of Twilio's.
  code text := coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE');
begin
  select * into message from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  if result ->> 'outcome' = 'accepted' then
    return sms_private.record_twilio_sid(message, sid, result ->> 'status', null, null, 'create',
      (result ->> 'num_segments')::int);
  end if;

  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'refused' then
    delete from sms_private.jobs j where j.id = job.id;
    delete from sms_private.questions question where question.message_id = message.id;
    -- What the contact did not get does not use up their patience.
    if message.purpose = 'promotional' then
      delete from sms_private.promotions p where p.message_id = message.id;
    end if;
    perform sms_private.report_status(message, 'failed', result ->> 'error_code', result ->> 'error_message', null,
      'create');
  when 'retry' then
    if job.attempts >= max_attempts and job.resent_at is not null then
      perform sms_private.give_up_on(message, 'It is not known whether this text left, and it could not be sent again.');
      return 'recorded';
    end if;
    if job.attempts >= max_attempts then
      perform sms_private.report_status(message, 'failed', code, coalesce(result ->> 'error_message', 'The carrier could not be reached.'),
        null, 'worker');
      perform sms_private.release_delivery(job);
      update sms_private.jobs j
      set set_aside_at = clock_timestamp(), last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform sms_private.release_delivery(job);
    update sms_private.jobs j
    set last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform sms_private.release_delivery(job);
    -- due_at stays, so the message keeps its place before newer ones of its pair.
    update sms_private.jobs j set attempts = greatest(j.attempts - 1, 0) where j.id = job.id;
  when 'unknown' then
    perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update sms_private.jobs j
    set unconfirmed = true,
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
end
$$;

-- Doubts: what follows from the model's answer.

create or replace function sms_private.record_doubt(result jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  doubt sms_private.doubts;
  left_over uuid[];
  reason text := left(concat_ws(': ', result #>> '{failure,code}', result #>> '{failure,message}'), 500);
begin
  select * into message from public.sms_messages m where m.id = (result ->> 'through')::uuid;
  select * into conversation from public.sms_conversations c where c.id = message.conversation_id for no key update;
  select * into contact from public.sms_contacts k where k.id = (result ->> 'contact_id')::uuid for no key update;
  select * into doubt from sms_private.doubts open
  where open.contact_id = contact.id and open.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  if result ->> 'answer' = 'yes' and doubt.opts_out and conversation.id is not null then
    if sms_private.opt_out_in_words(conversation, message, 'model') then
      return jsonb_build_object('outcome', 'opted_out');
    end if;
    perform sms_private.end_doubt(contact, 'model', message.id);
    return jsonb_build_object('outcome', 'came_back');
  elsif result ->> 'answer' = 'no' then
    -- What came meanwhile was not asked about.
    left_over := doubt.messages[array_position(doubt.messages, message.id) + 1:];
    if cardinality(left_over) > 0 then
      update sms_private.doubts open
      set messages = left_over, lease_token = null, lease_expires_at = null, tries = 0, due_at = clock_timestamp()
      where open.contact_id = contact.id;
      return jsonb_build_object('outcome', 'asked_again');
    end if;
    perform sms_private.end_doubt(contact, 'model', message.id);
    return jsonb_build_object('outcome', 'no_opt_out');
  elsif result ->> 'answer' is not null or (result #>> '{failure,permanent}')::boolean or doubt.tries >= 5 then
    perform sms_private.leave_to_person(contact.id);
    return jsonb_build_object('outcome', 'left_to_person');
  end if;
  update sms_private.doubts open
  set lease_token = null, lease_expires_at = null, last_error = reason, due_at = clock_timestamp() + make_interval(secs =>
    greatest(coalesce((result #>> '{failure,retry_after_ms}')::numeric / 1000, 0), 5 * 2 ^ open.tries * (0.5 + random())))
  where open.contact_id = contact.id;
  return jsonb_build_object('outcome', 'retry');
end
$$;

create or replace function sms_private.record_settlement(
  message public.sms_messages, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  gap interval := sms_private.settle_gap(question.tries + 1);
  code text := sms_private.twilio_code(result ->> 'error_code');
begin
  if result ->> 'outcome' = 'unrecordable' then
    -- Asked again when the lease ends, and counted, so that it is not asked for ever.
    update sms_private.questions asked
    set tries = asked.tries + 1, last_error = left('NOT_RECORDABLE: ' || (result ->> 'error_message'), 500),
      set_aside_at = case when gap is null then clock_timestamp() end
    where asked.id = question.id;
    return case when gap is null then 'set_aside' else 'error' end;
  end if;
  if result ->> 'outcome' = 'failed' and message.created_at > clock_timestamp() - interval '5 days' then
    perform sms_private.ask_again(question, question.tries, sms_private.settle_gap(0), why);
    return 'postponed';
  end if;
  if result ->> 'outcome' = 'found' then
    -- An event only for news: Twilio is asked about every message, mostly only for its price.
    if sms_private.says_more(message, result ->> 'status', code)
      or result ->> 'status' = 'scheduled' and message.held_reason is distinct from 'carrier' then
      message.status := sms_private.report_status(message, result ->> 'status', code,
        result ->> 'error_message', message.message_sid, 'lookup');
    end if;
    message.price := coalesce((result ->> 'price')::numeric, message.price);
    message.num_segments := coalesce(nullif((result ->> 'num_segments')::int, 0), message.num_segments);
    update public.sms_messages stored
    set price = message.price, price_unit = coalesce(result ->> 'price_unit', stored.price_unit),
      num_segments = message.num_segments
    where stored.id = message.id
      and (stored.price, stored.num_segments) is distinct from (message.price, message.num_segments);
    if not sms_private.is_settled(message.status, message.price) and gap is not null then
      perform sms_private.ask_again(question, question.tries + 1, gap);
      return 'not_yet';
    end if;
  end if;
  delete from sms_private.questions asked where asked.id = question.id;
  return case when result ->> 'outcome' = 'found' and sms_private.is_settled(message.status, message.price)
    then 'settled' else 'left' end;
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

-- The caller needs no lock: the update compares the ranks itself. One update for status and SID, because each update of a
-- message writes it anew.
create or replace function sms_private.report_status(
  message public.sms_messages, new_status text, new_error_code text, new_error_message text,
  reported_sid text, source text, flags text[] default '{}', sid text default null, segments int default null)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  -- What arrived has no error, whatever a carrier sends along. The event keeps it.
  code text := case when not sms_private.has_arrived(new_status) then new_error_code end;
  -- A status that says that the message left.
  is_sent boolean := sms_private.status_rank(new_status, null) >= sms_private.status_rank('sent', null)
    and new_status not in ('canceled', 'failed');
  -- Twilio's Compliance Toolkit puts a text off that it has queued already (docs/compatibility.md). That is no lower status.
  carrier_holds boolean := new_status = 'scheduled' and coalesce(reported_sid, sid) is not null
    and sms_private.status_rank(message.status, message.error_code) < sms_private.status_rank('sending', null);
  holds text;
begin
  insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
  values (message.user_id, message.id, left(new_status, 64), left(new_error_code, 64), left(reported_sid, 64),
    report_status.source, report_status.flags);
  if new_status = 'canceled' and message.sender = 'assistant' and message.kind not in ('greeting', 'error') then
    -- The model was asked for it.
    perform sms_private.note_unsent_calls(message.user_id, message.conversation_id, 1);
  end if;
  update public.sms_messages m
  set message_sid = coalesce(m.message_sid, sid),
    num_segments = coalesce(nullif(segments, 0), m.num_segments),
    held_reason = case when carrier_holds then 'carrier' else m.held_reason end,
    held_until = case when carrier_holds then null else m.held_until end,
    (status, error_code, error_message, date_sent, date_updated) = (
      select case when news then new_status else m.status end,
        case when news then left(code, 64) else m.error_code end,
        case when news then case when code is not null then left(new_error_message, 1000) end else m.error_message end,
        case when news and is_sent then coalesce(m.date_sent, clock_timestamp()) else m.date_sent end,
        case when news then clock_timestamp() else m.date_updated end
      from (select sms_private.says_more(m, new_status, code) as news) compared)
  where m.id = message.id and m.direction = 'outbound'
    and (sms_private.says_more(m, new_status, code)
      or (sid is not null and m.message_sid is null) or segments > 0
      or carrier_holds and m.held_reason is distinct from 'carrier')
  returning m.status into holds;
  return coalesce(holds, message.status);
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

create or replace function sms_private.save_my_quiet_hours(
  opens text, closes text, days int[], transactional_broadcasts boolean)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_variable
declare
  tenant uuid := (select sms_private.tenant_id());
  clock constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$';
  widest record;
begin
  if not sms_private.is_user(tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  if opens is null and closes is null then
    days := null;
  else
    days := coalesce(days, '{1,2,3,4,5,6,7}');
    if not coalesce(opens ~ clock and closes ~ clock, false) or not days <@ '{1,2,3,4,5,6,7}' or cardinality(days) = 0 then
      return jsonb_build_object('outcome', 'INVALID_HOURS');
    elsif opens::time >= closes::time then
      return jsonb_build_object('outcome', 'INVALID_HOURS');
    end if;
    -- Where no law is known, its default holds: who wants more than that wants more than anybody may.
    select min(h.opens) as opens, max(h.closes) as closes into widest from sms_private.sending_hours h where h.place = '*';
    if opens::time < widest.opens or closes::time > widest.closes then
      return jsonb_build_object('outcome', 'HOURS_WIDER_THAN_LAW', 'details', jsonb_build_object(
        'earliest', to_char(widest.opens, 'HH24:MI'), 'latest', to_char(widest.closes, 'HH24:MI')));
    end if;
    days := array(select distinct d from unnest(days) d order by d);
  end if;
  insert into sms_private.quiet_hours as q (user_id, opens, closes, days, transactional_broadcasts)
  values (tenant, opens::time, closes::time, days, coalesce(transactional_broadcasts, false))
  on conflict on constraint quiet_hours_pkey do update
  set opens = excluded.opens, closes = excluded.closes, days = excluded.days,
    transactional_broadcasts = excluded.transactional_broadcasts;
  return sms_private.quiet_hours_answer('saved', tenant);
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

-- A claim has locked the doubt, so it does not wait for the contact, which comes before.
create or replace function sms_private.settle_claimed_doubt(doubt sms_private.doubts, answered boolean, reason text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  select * into contact from public.sms_contacts k where k.id = doubt.contact_id for no key update skip locked;
  if found and answered then
    perform sms_private.end_doubt(contact, 'model', doubt.messages[cardinality(doubt.messages)]);
  elsif found then
    perform sms_private.leave_to_person(contact.id);
  else
    update sms_private.doubts open
    set lease_token = null, lease_expires_at = null, due_at = clock_timestamp() + interval '2 seconds', last_error = reason
    where open.contact_id = doubt.contact_id;
  end if;
end
$$;

create or replace function sms_private.settle_my_opt_out(contact_id uuid, opted_out boolean)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  if opted_out is null then
    return jsonb_build_object('outcome', 'OPTED_OUT_OR_NOT');
  end if;
  if opted_out then
    return sms_private.opt_out_contact(settle_my_opt_out.contact_id);
  end if;
  perform from public.sms_conversations c
  where c.contact_id = settle_my_opt_out.contact_id and c.user_id = (select sms_private.tenant_id())
    and c.ai_paused_reason = 'opted_out'
  order by c.id for no key update;
  select * into contact from public.sms_contacts k
  where k.id = settle_my_opt_out.contact_id and k.user_id = (select sms_private.tenant_id()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  if contact.opted_out_at is null then
    perform sms_private.end_doubt(contact, 'person', null);
    return jsonb_build_object('outcome', 'settled');
  elsif not sms_private.is_misreadable(contact) then
    return jsonb_build_object('outcome', 'ONLY_START_OPTS_IN');
  end if;
  update public.sms_contacts k set opted_out_at = null, opt_out_source = null where k.id = contact.id;
  insert into public.sms_consent_events (user_id, contact_id, change, source)
  values (contact.user_id, contact.id, 'taken_back', 'person');
  update public.sms_conversations c
  set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
    when c.ai_paused_until > clock_timestamp() then 'person' end
  where c.contact_id = contact.id and c.ai_paused_reason = 'opted_out';
  return jsonb_build_object('outcome', 'settled');
end
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

create or replace function sms_private.states_on_clock(zone text, moment timestamptz)
returns text[]
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return array(
    select distinct s.state from sms_private.state_zones s
    where moment at time zone s.zone = moment at time zone states_on_clock.zone);
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

-- Two claims of two numbers may each have a text for one contact. The second one leaves its text for the next claim.
create or replace function sms_private.take_patience(message public.sms_messages, job sms_private.jobs, max_per_day int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  cap record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sms_patience:' || job.contact_id, 0)) then
    return 'busy';
  end if;
  select * into cap from sms_private.patience_used_up(message.user_id, job.contact_id, message.id, max_per_day);
  if cap.reason is null then
    return null;
  end if;
  perform sms_private.cancel_delivery(message, 'PATIENCE_CAP', format(
    'This contact has had as many promotional texts in a %s as they may.%s', cap.reason,
    ' There is room again at ' || to_char(cap.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') || '.'));
  return 'used_up';
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

-- Doubts: may a text be an opt-out? A worker asks the model, with a short question of its own (docs/decisions/0048).

create or replace function sms_private.tenants_in_doubt()
returns setof uuid
language plpgsql stable rows 20 set search_path = ''
as $$
begin
  return query
    -- Hops from tenant to tenant in the index, as claims of replies do.
    with recursive tenants as (
      (select open.user_id as id from sms_private.doubts open order by 1 limit 1)
      union all
      select (select open.user_id from sms_private.doubts open where open.user_id > tenant.id order by 1 limit 1)
      from tenants tenant where tenant.id is not null
    )
    select tenant.id from tenants tenant where tenant.id is not null;
end
$$;

-- Whether an answer of the assistant has read the newest text in doubt. The intent of what it answered is noted there, and an
-- answer that had found an opt-out would have ended the doubt.
create or replace function sms_private.was_answered(doubt sms_private.doubts)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_messages doubted
    join public.sms_messages answered on answered.conversation_id = doubted.conversation_id
      and answered.direction = 'inbound' and answered.seq between doubted.seq and doubted.seq + 20
      and answered.intent is not null
    where doubted.id = doubt.messages[cardinality(doubt.messages)]);
end
$$;

-- Who knows less is stricter: of several states and clocks all count.
create or replace function sms_private.whereabouts(
  number text, zip_code text, time_zone text, moment timestamptz, out places text[], out zones text[])
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  there sms_private.country_prefixes := sms_private.place_of(number);
  zip sms_private.zip_prefixes;
  country text := there.country;
  territory_of text := there.territory_of;
  states text[] := array_remove(array[there.state], null);
  clocks text[] := coalesce(there.zones, '{}');
  known_zone text := case when sms_private.is_time_zone(time_zone) then time_zone end;
begin
  -- Abroad, five digits are another country's code.
  if zip_code is not null and number like '+1%' then
    select * into zip from sms_private.zip_prefixes p where p.prefix = left(zip_code, 3);
  end if;
  if zip.prefix is not null then
    country := zip.country;
    territory_of := case when country <> 'US' then 'US' end;
    states := zip.states;
    clocks := case when known_zone is null then zip.zones
      when known_zone = any (zip.zones) then array[known_zone] else zip.zones || known_zone end;
  elsif known_zone is not null then
    clocks := array[known_zone];
    if country = 'US' and not states && sms_private.states_on_clock(known_zone, moment) then
      -- Their number says one state and their clock another. The law of the area code may hold all the same (Fla. Stat. 501.059).
      states := states || sms_private.states_on_clock(known_zone, moment);
    end if;
  end if;
  if country = 'US' and (clocks = '{}' or states = '{}') then
    -- A number of no place, such as a toll-free one: every state, and every clock of theirs.
    select array_agg(distinct s.state), case when clocks = '{}' then array_agg(distinct s.zone) else clocks end
    into states, clocks from sms_private.state_zones s;
  end if;
  if clocks = '{}' then
    -- A satellite telephone.
    clocks := '{UTC}';
  end if;
  places := array(
    select distinct h.place from sms_private.sending_hours h
    where h.place in (country, territory_of)
      or h.place = any (array(select country || '-' || s from unnest(states) s))
    order by h.place);
  if not places && array[country, territory_of] then
    places := places || '*'::text;
  end if;
  zones := array(select distinct c from unnest(clocks) c order by c);
end
$$;

create or replace function sms_private.why_not_started(code text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case code
    when 'OPT_OUT_IN_DOUBT' then 'The contact may have opted out in their own words. Settle it (sms_settle_opt_out), then text them again.'
    when 'NO_CONSENT' then 'The contact has not agreed to texts of this kind, or took it back. Record their consent (sms_record_consents), or let them write first.'
  end
$$;

-- What is claimed outside of the hours waits for them, and what a contact has had enough of does not go.

-- A person's answer is no advertisement to somebody who just wrote, whatever its template says.
create or replace function sms_private.wrote_lately(conversation uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_messages m
    where m.conversation_id = wrote_lately.conversation and m.direction = 'inbound' and m.kind <> 'keyword'
      and m.created_at > clock_timestamp()
        - make_interval(hours => coalesce((sms_private.setting('person_answers_within_hours'))::int, 12)));
end
$$;

alter table public.sms_assistants
  add constraint sms_assistants_help_message_check
    check (((help_message ~ '\S'::text) AND (char_length(help_message) <= 1600)));

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
    'consent'::text, 'doubt'::text, 'no_opt_out'::text, 'taken_back'::text])));

alter table public.sms_consent_events
  add constraint sms_consent_events_form_text_check
    check (((char_length(form_text) >= 1) AND (char_length(form_text) <= 4000)));

alter table public.sms_consent_events
  add constraint sms_consent_events_page_check
    check (((char_length(page) >= 1) AND (char_length(page) <= 2048)));

alter table public.sms_consent_events
  add constraint sms_consent_events_source_check
    check
    ((source = ANY (ARRAY['keyword'::text, 'opt_out_type'::text, 'free_text'::text, 'model'::text,
    'person'::text, 'carrier'::text, 'app'::text])));

alter table public.sms_consent_events
  add constraint sms_consent_events_words_check
    check (((char_length(words) >= 1) AND (char_length(words) <= 1000)));

alter table public.sms_contacts
  add constraint doubt_has_time check (((opt_out_doubt IS NULL) = (opt_out_doubted_at IS NULL)));

alter table public.sms_contacts
  add constraint sms_contacts_opt_out_doubt_check
    check ((opt_out_doubt = ANY (ARRAY['asking'::text, 'person'::text])));

alter table public.sms_contacts
  add constraint sms_contacts_opt_out_source_check
    check
    ((opt_out_source = ANY (ARRAY['keyword'::text, 'opt_out_type'::text, 'free_text'::text, 'model'::text,
    'person'::text])));

alter table public.sms_contacts
  add constraint sms_contacts_zip_code_check check ((zip_code ~ '^[0-9]{5}(-[0-9]{4})?$'::text));

alter table public.sms_limits
  add constraint sms_limits_promotional_per_contact_per_day_check
    check ((promotional_per_contact_per_day >= 0));

alter table public.sms_limits
  add constraint sms_limits_promotional_per_contact_per_week_check
    check ((promotional_per_contact_per_week >= 0));

alter table public.sms_profiles
  add constraint sms_profiles_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

alter table public.sms_templates
  add constraint sms_templates_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

alter table sms_private.consent_imports
  add constraint consent_imports_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.doubts
  add constraint doubts_contact_id_fkey foreign key (contact_id) references public.sms_contacts(id)
    on delete cascade;

alter table sms_private.doubts
  add constraint doubts_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

alter table sms_private.kept_consents
  add constraint kept_consents_key_id_fkey foreign key (key_id) references sms_private.suppression_keys(id)
    on delete restrict;

alter table sms_private.kept_consents
  add constraint kept_consents_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.promotions
  add constraint promotions_contact_id_fkey foreign key (contact_id) references public.sms_contacts(id)
    on delete cascade;

alter table sms_private.promotions
  add constraint promotions_message_id_fkey foreign key (message_id) references public.sms_messages(id)
    on delete cascade;

alter table sms_private.quiet_hours
  add constraint quiet_hours_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

alter table sms_private.suppressions
  add constraint suppressions_source_check
    check
    ((source = ANY (ARRAY['keyword'::text, 'opt_out_type'::text, 'free_text'::text, 'model'::text,
    'person'::text, 'carrier'::text])));

create index consent_imports_user_idx on sms_private.consent_imports using btree (user_id);

create index doubts_due_idx on sms_private.doubts using btree (user_id, due_at);

create index kept_consents_age_idx on sms_private.kept_consents using btree (kept_at);

create index kept_consents_hash_idx on sms_private.kept_consents using btree (contact_hash);

create index kept_consents_key_idx on sms_private.kept_consents using btree (key_id);

create index kept_consents_user_idx on sms_private.kept_consents using btree (user_id);

create index promotions_contact_idx on sms_private.promotions using btree (contact_id, at)
  include (message_id);

create trigger touch_updated_at
  before update on public.sms_profiles
  for each row
  execute function sms_private.touch_updated_at();

create trigger touch_updated_at
  before update on sms_private.quiet_hours
  for each row
  execute function sms_private.touch_updated_at();

create policy select_own on public.sms_profiles
  for select
  to authenticated
  using ((( select sms_private.tenant_id() as tenant_id) = user_id));

comment on column public.sms_assistants.discloses_machine is 'Whether its first text in a conversation says whose automated assistant it is. Laws ask for it: docs/compliance/identity.md. Who asks is told the truth either way.';

comment on column public.sms_assistants.help_message is 'Answers HELP where Twilio does not, word for word; null for ours: the brand, how to reach a person, how to opt out.';

comment on column public.sms_broadcasts.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md). Kept as the sender''s statement.';

comment on column public.sms_consent_events.at is 'When it was stored.';

comment on column public.sms_consent_events.basis is 'On what a consent rests: keyword, form, import, or transactional (which covers transactional texts only). That a contact wrote is sms_contacts.wrote_at.';

comment on column public.sms_consent_events.change is 'What was said: opt_out, opt_in, help (which changes nothing), sender_blocked (Twilio refused the pair), consent (the contact agreed), doubt (perhaps an opt-out), no_opt_out (the doubt was none), or taken_back (an opt-out that we had misread).';

comment on column public.sms_consent_events.evidence is 'The words, the keyword, OptOutType or carrier code; null for a person, and for a model that answered.';

comment on column public.sms_consent_events.form_text is 'Evidence: what the contact read when they agreed.';

comment on column public.sms_consent_events.given_at is 'When the contact agreed, as who stored it says.';

comment on column public.sms_consent_events.import_id is 'The call that stored it (sms_private.consent_imports).';

comment on column public.sms_consent_events.page is 'Evidence: the address of the form.';

comment on column public.sms_consent_events.source is 'How we know. Of a consent: who stored it, a person (the signed-in tenant) or an app (the secret key).';

comment on column public.sms_consent_events.words is 'Evidence: what was said, or where the record is from.';

comment on column public.sms_contacts.opt_out_doubt is 'What they wrote may ask for no more texts. asking: the model is asked. person: somebody must say, by sms_settle_opt_out. Until then broadcasts skip them.';

comment on column public.sms_contacts.opt_out_doubted_at is 'Since when there is this doubt.';

comment on column public.sms_contacts.time_zone is 'IANA name, for dates in replies and for quiet hours.';

comment on column public.sms_contacts.wrote_at is 'When they first wrote a text that is no keyword: the basis contact_wrote_first of their consent. Null: never.';

comment on column public.sms_contacts.zip_code is 'ZIP code of the United States, such as 33101: whose quiet hours hold, where it is another place than the area code''s.';

comment on column public.sms_conversations.disclosed_by is 'The text that told the contact that a machine answers. It counts while it is not lost, and since the conversation was last reopened. Not a reference: an archived text has said it too long ago.';

comment on column public.sms_limits.promotional_per_contact_per_day is 'Promotional texts that one contact may get in 24 hours, from all numbers of the tenant; fewer where a law says so.';

comment on column public.sms_limits.promotional_per_contact_per_week is 'The same in 7 days.';

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

comment on column sms_private.consent_imports.created_at is 'When.';

comment on column sms_private.consent_imports.id is 'What sms_consent_events.import_id names.';

comment on column sms_private.consent_imports.known is 'How many were stored before, or stood in the call twice.';

comment on column sms_private.consent_imports.lines is 'How many lines the call had.';

comment on column sms_private.consent_imports.recorded is 'How many were stored.';

comment on column sms_private.consent_imports.rejected is 'The others: [{ line, code }]. A line counts from 1.';

comment on column sms_private.consent_imports.source is 'A person (the signed-in tenant) or an app (the secret key).';

comment on column sms_private.consent_imports.user_id is 'The tenant.';

comment on column sms_private.doubts.contact_id is 'Who.';

comment on column sms_private.doubts.due_at is 'When to ask. Later where an answer is due, whose own call of the model will tell.';

comment on column sms_private.doubts.last_error is 'Why asking failed the last time.';

comment on column sms_private.doubts.lease_expires_at is 'When another worker may ask.';

comment on column sms_private.doubts.lease_token is 'Fencing token of the worker that asks; null when none does.';

comment on column sms_private.doubts.messages is 'The texts in doubt, the newest last, five at most.';

comment on column sms_private.doubts.opts_out is 'Whether a yes opts the contact out. False for texts that were stored before words were read: then a person decides.';

comment on column sms_private.doubts.raised_at is 'Since when.';

comment on column sms_private.doubts.tries is 'How often a worker has begun to ask.';

comment on column sms_private.doubts.user_id is 'The tenant. Tenants take turns.';

comment on column sms_private.identity_patterns.claims is 'Regular expression: an answer that claims to be a person, or to be no machine.';

comment on column sms_private.identity_patterns.honest is 'Regular expression: an answer that says it is a machine.';

comment on column sms_private.identity_patterns.language is 'ISO 639-1.';

comment on column sms_private.identity_patterns.questions is 'Regular expression: a contact who asks whether they text with a person or a machine.';

comment on column sms_private.identity_patterns.triggers is 'LIKE patterns; a text that has none of them is not read in this language.';

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

comment on column sms_private.old_words.done_at is 'When the last one was read.';

comment on column sms_private.old_words.only_row is 'There is one row at most.';

comment on column sms_private.old_words.read_down_to is 'The oldest text that was read; ids are in the order of time.';

comment on column sms_private.opt_out_patterns.doubt is 'Perhaps an opt-out: the model is asked.';

comment on column sms_private.opt_out_patterns.guard is 'What makes sure a doubt: conditions, other people, orders and appointments, jokes.';

comment on column sms_private.opt_out_patterns.harmless is 'Words that look like an opt-out and are none. They are taken out before the text is read.';

comment on column sms_private.opt_out_patterns.language is 'ISO 639-1.';

comment on column sms_private.opt_out_patterns.sure is 'An opt-out, where no guard matches.';

comment on column sms_private.opt_out_patterns.texts is 'What a text is called: it stands for <texts> in sure and doubt.';

comment on column sms_private.opt_out_patterns.trigger is 'Worth a look, for scripts without opt_out_words; null for the others.';

comment on column sms_private.opt_out_words.language is 'ISO 639-1: whose patterns read it.';

comment on column sms_private.opt_out_words.weight is '1: somebody refuses or ends something. 2: it is about texts, a number or a list. Both must be there, and 3 is both.';

comment on column sms_private.opt_out_words.word is 'A word''s first five letters, or all of a shorter one, as fold_words() writes it.';

comment on column sms_private.promotions.at is 'When it was claimed last.';

comment on column sms_private.promotions.contact_id is 'Whom it went to.';

comment on column sms_private.promotions.message_id is 'The text.';

comment on column sms_private.quiet_days.day is 'Its day of that month; null for one on a day of the week.';

comment on column sms_private.quiet_days.from_easter is 'Days after Easter Sunday; negative: before.';

comment on column sms_private.quiet_days.month is 'Its month; null for one that moves with Easter.';

comment on column sms_private.quiet_days.name is 'What it is called.';

comment on column sms_private.quiet_days.nth is 'The how manieth of those in its month; -1 the last.';

comment on column sms_private.quiet_days.observed is 'On a Saturday the Friday before is quiet too, on a Sunday the Monday after.';

comment on column sms_private.quiet_days.place is 'Country or state, as in sending_hours.';

comment on column sms_private.quiet_days.weekday is 'On this day of the week, 1 Monday to 7 Sunday.';

comment on column sms_private.quiet_hours.closes is 'Until before this time.';

comment on column sms_private.quiet_hours.days is 'Days of the week, 1 Monday to 7 Sunday.';

comment on column sms_private.quiet_hours.opens is 'From this time on, by the recipient''s clock; null: the law''s alone.';

comment on column sms_private.quiet_hours.transactional_broadcasts is 'Whether transactional broadcasts wait for these hours and the law''s as well.';

comment on column sms_private.quiet_hours.updated_at is 'When it last changed.';

comment on column sms_private.quiet_hours.user_id is 'The tenant.';

comment on column sms_private.sending_hours.closes is 'Until before this time; 24:00 is midnight.';

comment on column sms_private.sending_hours.days is 'Days of the week, 1 Monday to 7 Sunday. A day that no row of the place has is closed.';

comment on column sms_private.sending_hours.law is 'Which law or rule says it.';

comment on column sms_private.sending_hours.max_per_day is 'How many promotional texts a contact there may get in 24 hours, whatever the tenant''s limit. Null: the law names none.';

comment on column sms_private.sending_hours.on_holidays is 'Whether it holds on the place''s holidays too (sms_private.quiet_days). False: those are closed.';

comment on column sms_private.sending_hours.opens is 'From this time on, by the recipient''s clock.';

comment on column sms_private.sending_hours.place is 'Country (ISO 3166-1), or country and state (US-FL); * for countries that have no row.';

comment on column sms_private.sending_hours.read_on is 'When it was read.';

comment on column sms_private.sending_hours.source is 'Where it was read.';

comment on column sms_private.state_zones.state is 'The state.';

comment on column sms_private.state_zones.zone is 'An IANA time zone, as in zip_prefixes.';

comment on column sms_private.zip_prefixes.country is 'ISO 3166-1 alpha-2, of territories their own, as in country_prefixes.';

comment on column sms_private.zip_prefixes.prefix is 'The first three digits.';

comment on column sms_private.zip_prefixes.states is 'US states; several where the prefix crosses a border; none in a territory.';

comment on column sms_private.zip_prefixes.zones is 'IANA time zones, one for each clock; several where the prefix crosses a line.';

comment on function public.sms_check_deliveries(jsonb) is 'Which of these claimed deliveries ({ job_id, lease_token }) may still leave: what a claim asks, asked once more by who was kept from sending at once (a token had to be read first). Changes nothing: who gives the others back has their next claim cancel them. Returns { may_leave: [job_id] }.';

comment on function public.sms_claim_doubts(integer, integer) is 'Leases texts that may be opt-outs, for the model to be asked: tenants in turn, five of a tenant at most. None while answering is switched off. Returns { jobs: [{ contact_id, user_id, lease_token, through, texts }], next_due_in_ms }.';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone, text) is 'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. purpose: promotional or transactional, else the template''s, else promotional. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED, RECIPIENT_OPTED_OUT, OPT_OUT_IN_DOUBT (sms_settle_opt_out) or NO_CONSENT (sms_record_consents) and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone, text) is 'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone,
  uuid, uuid, jsonb, text, timestamp with time zone, boolean, text) is 'Sends a contact a message: stores it and its delivery. With pauses_assistant it is a person''s answer, and the assistant pauses there; else it is a text of the system. purpose: promotional or transactional, else the template''s, else transactional. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, INVALID_PURPOSE, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), RECIPIENT_OPTED_OUT, NO_CONSENT (promotional, and not a person''s), USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone,
  uuid, uuid, jsonb, text, timestamp with time zone, boolean, text) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. Outcomes of sms_create_message.';

comment on function public.sms_export_consents(uuid, text, integer) is 'The consent of one contact, or of all, as CSV (RFC 4180, UTF-8) with its evidence: number, contact_id, change (consent, opt_in, opt_out, sender_blocked), basis, said_at, recorded_at, source, words, page, form_text, message_id, import_id. The first page has the header, so that pages one after the other are one file; page_size contacts a page, until next is null. An apostrophe stands before what a spreadsheet would take for a formula. Outcomes: exported (csv, rows, next), CONTACT_NOT_FOUND, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR.';

comment on function public.sms_export_tenant(text, integer) is 'All that is stored of the caller, page by page: { part, rows, next }. Call again with after => next until next is null. Parts: accounts (without secrets), assistants, numbers, templates, profile, limits, contacts, conversations, broadcasts, messages and archived_messages with their events, consent_events, stats. Outcomes: exported, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR, USER_NOT_FOUND.';

comment on function public.sms_get_consent(uuid) is 'The consent of a contact: on what it rests for promotional and for transactional texts (keyword, form, import, contact_wrote_first, transactional; null: there is none), since when broadcasts need it (required_from), and the newest 500 entries of its history with their evidence. Outcomes: found, CONTACT_NOT_FOUND.';

comment on function public.sms_get_profile() is 'As whom the caller texts: { profile: { brand, help_contact, carrier_answers, updated_at }, missing: what is not set yet, law }. Outcome: found.';

comment on function public.sms_get_quiet_hours() is 'The caller''s own hours for promotional texts (nulls: the law''s alone), the sentence of law, and the law''s hours by place. Returns { outcome: found, quiet_hours: { opens, closes, days, transactional_broadcasts }, law, source, places }.';

comment on function public.sms_list_contacts_without_consent(text, integer) is 'Contacts that promotional broadcasts do not reach from required_from on, because no consent of theirs is known; who opted out is not listed. Looks at page_size contacts, so a page may list fewer, or none: call again with after => next until next is null. transactional: the consent that they have for transactional texts. Outcomes: listed (contacts, required_from, next), INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR.';

comment on function
  public.sms_receive_message(text, text, text, text, text, jsonb, integer, text, timestamp
  with time zone) is 'Stores an inbound message that was signed for an account, once. An opt-out in free words that is sure counts at once; one in doubt is asked of the model. A START that the account''s tenant can sign counts when Twilio''s list has it. Outcomes: stored, duplicate, unowned (a number that nobody has in this account; message_id null: the account has many of those, and it is not kept), RATE_LIMITED (retry_after_ms: the tenant''s texts_per_minute; nothing is stored, and Twilio''s list brings it).';

comment on function public.sms_record_consents(jsonb, text) is 'Records when, where and how contacts agreed to be texted: up to 1,000 lines [{ number, basis (keyword, form, import, transactional), given_at, words, page, form_text }], each with evidence in words, page or form_text (for a form one of the last two). Who is no contact becomes one. Each line is stored wholly or refused; what is stored already is known. Returns { outcome: created | repeated, import: { id, created_at }, recorded, known, rejected: [{ line, code }] }, where line counts from 1 and code is INVALID_LINE, INVALID_RECIPIENT, INVALID_BASIS, INVALID_GIVEN_AT, CONSENT_OF_TOMORROW, EVIDENCE_MISSING, EVIDENCE_TOO_LONG, RECIPIENT_OPTED_OUT or CONTACTS_USED_UP; or an outcome in capitals: CONSENTS_REQUIRED, TOO_MANY_CONSENTS, RATE_LIMITED (retry_after_ms; 120 a minute), INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, USER_NOT_FOUND.';

comment on function public.sms_record_doubts(jsonb) is 'Takes what the model answered to doubts: [{ contact_id, user_id, lease_token, through, calls, answer (yes, no, unsure), failure }]. yes opts the contact out, no ends the doubt, unsure and what cannot be asked is left to a person. Outcomes: opted_out, came_back (they sent START since), no_opt_out, asked_again (another text came meanwhile), left_to_person, retry, stale, error.';

comment on function public.sms_require_consent(timestamp with time zone) is 'From when on broadcasts and other automatic first texts go only to contacts with a consent, in the whole project: at once with a moment that is past, at most a year ahead. Outcomes: saved (required_from), INVALID_REQUIRED_FROM.';

comment on function public.sms_save_profile(jsonb) is 'Changes those fields of the caller''s profile that are named; null clears one. brand: 1 to 60 characters, one line, no link. help_contact: 1 to 100 characters, how a contact reaches a person. carrier_answers: false where Twilio''s own answers to STOP and HELP are switched off. Outcomes: saved (as sms_get_profile), INVALID_BRAND and INVALID_PROFILE (details.field), UNKNOWN_FIELD (details.field), USER_NOT_FOUND.';

comment on function public.sms_save_quiet_hours(text, text, integer[], boolean) is
  'Sets the caller''s own hours for promotional texts, by the recipient''s clock: opens and closes as 09:00 (both null: the law''s alone), days 1 Monday to 7 Sunday (null: all). transactional_broadcasts: these wait for the hours too. What is held already keeps its moment. Returns sms_get_quiet_hours with { outcome: saved }; refused: INVALID_HOURS, HOURS_WIDER_THAN_LAW (details.earliest, details.latest), USER_NOT_FOUND.';

comment on function public.sms_settle_opt_out(uuid, boolean) is 'A person says what a contact meant. opted_out true: they are opted out, as by sms_opt_out_contact. False: a doubt is none, and an opt-out that was read in their free words is taken back. Kept in sms_consent_events. Outcomes: opted_out, settled, OPTED_OUT_OR_NOT, ONLY_START_OPTS_IN (a keyword, the carrier or a person opted them out), CONTACT_NOT_FOUND.';

comment on function public.sms_worker_health() is 'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; addresses for events that fail or were switched off, and events that wait; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID; accounts whose secrets cannot be opened any more (null: the worker was never woken); keys of kept opt-outs that cannot be read; from when on broadcasts need a consent; tenants with a number and without a brand; who woke the worker last and when, to the minute, and how the schedule is.';

comment on function sms_private.answer_help(public.sms_conversations, uuid, timestamp
  with time zone) is 'Answers a call for help that Twilio does not answer: the assistant''s help_message, else our sentence. False where no assistant answers here, or nothing may be sent. The caller holds the conversation''s lock.';

comment on function sms_private.apply_keyword(text, public.sms_messages, uuid, uuid, text) is
  'Records a consent keyword (out, in, help) and what it changes. True for an opt-out of a contact who was not opted out.';

comment on function sms_private.asks_for_help(text) is 'Whether a text is a word for help and nothing else, marks around it or not.';

comment on function sms_private.brand_of(uuid, text) is 'As whom a tenant texts from this number: its brand, else the number in international spelling.';

comment on function sms_private.call_as(uuid, regprocedure, jsonb) is 'Calls a verb with the rights of a signed-in user: role authenticated, and this tenant in the claims, which also say that it is the secret key.';

comment on function sms_private.came_back_since(public.sms_conversations, bigint) is
  'Whether the contact sent START after the message with this seq, or a person took an opt-out back that was none.';

comment on function sms_private.carrier_answers(uuid, text, text) is 'Whether Twilio itself answers this keyword of a contact.';

comment on function sms_private.check_consents(uuid, jsonb) is 'Each line of sms_record_consents, and why it is refused; code is null for one that may be stored. Only the contact''s START ends an opt-out: a consent does not.';

comment on function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint, text, timestamp with time zone, text) is 'What every row of sms_messages keeps. True, or refuse_row().';

comment on function sms_private.check_recipients(uuid, public.sms_numbers, text[], text) is
  'Each recipient of a broadcast, and why it is refused; code is null for a recipient who gets the message. is_erased: no contact, but an opt-out of theirs is kept.';

comment on function sms_private.compose_body(uuid, text, uuid, jsonb) is 'What a text says: { body }, as given or from a template, without invisible characters, and the template''s { purpose }; or { outcome }, a refusal.';

comment on function sms_private.confirm_opt_out(public.sms_conversations, timestamp
  with time zone) is 'Stores the one confirmation of an opt-out that nobody else confirms; the caller has just recorded it and holds the conversation''s lock. Returns its id; null where the request is older than five minutes, or the contact cannot be texted.';

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

comment on function sms_private.disguises_of(text) is 'What a text says to those who read it past figures, foreign letters, gaps or its direction; empty for most.';

comment on function sms_private.doubt_cap(sms_private.doubts) is 'Whether the limits of calls are used up for a contact or its tenant (call_cap()); wait: what is out may use them up.';

comment on function sms_private.doubt_context(sms_private.doubts) is 'One claimed doubt as the worker gets it: the texts in doubt, and what they answered. texts is null where they are in the archive.';

comment on function sms_private.easter(integer) is 'Easter Sunday of a year.';

comment on function sms_private.end_doubt(public.sms_contacts, text, uuid) is 'Records that a doubt was no opt-out, by the model or a person. Nothing where there is no doubt. The caller holds the contact''s lock.';

comment on function sms_private.export_my_consents(uuid, text, integer) is 'sms_export_consents, as definer, for sms_private.tenant_id().';

comment on function sms_private.fold_words(text) is 'A text as opt_out_patterns read it: folded, its first thousand characters, a blank before the first word and after the last.';

comment on function
  sms_private.follow_keyword(text, public.sms_conversations, public.sms_numbers, uuid,
  public.sms_messages, text) is 'Applies STOP or HELP. Confirms an opt-out that is new, or answers a HELP, where Twilio does not. Returns 0 where a text is due now, else null.';

comment on function sms_private.get_my_consent(uuid) is 'sms_get_consent, as definer, for sms_private.tenant_id().';

comment on function sms_private.get_my_quiet_hours() is 'sms_get_quiet_hours, as definer, for sms_private.tenant_id().';

comment on function sms_private.has_disclosed(public.sms_conversations) is 'Whether the contact was told in this conversation, since it began or was reopened, that a machine answers.';

comment on function sms_private.hear(public.sms_conversations, public.sms_numbers, public.sms_messages) is
  'What follows from a text that was just stored: help, an opt-out in its words, or an answer. Returns milliseconds until the reply is due, or null. The caller holds the conversation''s lock.';

comment on function sms_private.hold_until(public.sms_messages, sms_private.jobs, timestamp
  with time zone) is 'Makes a delivery due when the hours begin, and says so on the message; cancels one that could not go then either.';

comment on function
  sms_private.honest_body(public.sms_conversations, public.sms_assistants, text, text, text, text) is
  'What the assistant''s text says in the end. A claim to be a person is replaced by the truth, and so is an answer that does not say it to who asks (corrected). The first text of a conversation begins with who it is (discloses).';

comment on function
  sms_private.hours_for(public.sms_messages, sms_private.jobs, sms_private.quiet_hours, jsonb) is
  'Whether a text may go to its contact now, else when: { open, opens_at, max_per_day }, opens_at null for never.';

comment on function sms_private.is_automatic_first(uuid, text, text) is 'Whether a text is one that may_start() is asked about: of a broadcast, or a promotional text of an app. Never an answer.';

comment on function sms_private.is_honest(text) is 'Whether a text says that its writer is a machine.';

comment on function sms_private.is_misreadable(public.sms_contacts) is 'Whether a contact is opted out only because of what the lexicon or the model read in its words.';

comment on function sms_private.is_open_at(text[], text[], sms_private.quiet_hours, timestamp
  with time zone) is 'Whether a moment is within the windows of all these places and of the tenant, by all these clocks.';

comment on function sms_private.is_opt_out_doubted(uuid) is 'Whether it is open if a contact has opted out in its own words: OPT_OUT_IN_DOUBT.';

comment on function sms_private.is_plain_name(text, integer, boolean) is 'Whether it may stand in a text as a name: one line of so many characters at most, something to read, nothing that cannot be seen, no braces, and no link unless links are allowed.';

comment on function sms_private.is_promotion(public.sms_messages, sms_private.quiet_hours) is
  'Whether quiet hours hold this text: a promotional one, but for what a person writes to somebody who wrote lately; and a transactional broadcast where the tenant wants it so.';

comment on function sms_private.is_quiet_day(text, date) is 'Whether a day is a holiday of this place, or of its country, that its law closes.';

comment on function sms_private.is_reply_due(sms_private.doubts) is 'Whether the newest text in doubt still waits for its answer. A doubt waits for that a quarter of an hour.';

comment on function sms_private.keep_consents(public.sms_contacts) is 'Keeps of a contact that is being erased when it consented and took that back, by a keyed hash of its number.';

comment on function sms_private.kept_consents_of(uuid, text) is 'What is kept of somebody who was erased, for who gives their number: when they consented to this tenant, on what form, and when they took it back. For the database''s owner.';

comment on function sms_private.language_of_claim(text) is 'The language in which a text claims that its writer is a person or no machine; null when it does not.';

comment on function sms_private.language_of_question(uuid, bigint, bigint) is 'The language in which the contact asks, in the texts after after_seq (null: after our last text) up to through_seq, whether they text with a person; null when they do not.';

comment on function sms_private.languages_to_read(text) is 'Languages (ISO 639-1) in whose words a folded text may be an opt-out; empty for most.';

comment on function sms_private.leave_to_person(uuid) is 'Ends a doubt for the model: a person must say whether it is an opt-out.';

comment on function sms_private.list_my_contacts_without_consent(text, integer) is
  'sms_list_contacts_without_consent, as definer, for sms_private.tenant_id().';

comment on function sms_private.may_start(uuid, public.sms_contacts, text) is 'Why an automatic first text (a broadcast, a reminder, a follow-up) of this purpose may not go to a contact: a code; null when it may. A row of nulls is somebody who is no contact.';

comment on function sms_private.moment_of(text) is 'A moment in ISO 8601, of UTC where it names no zone; null for anything else.';

comment on function sms_private.next_opening(text[], text[], sms_private.quiet_hours, timestamp
  with time zone) is 'The first moment after this one at which is_open_at(); null when there is none in ten days.';

comment on function sms_private.note_promotion(uuid, uuid) is 'Counts a promotional text for its contact. The caller holds take_patience().';

comment on function sms_private.number_as_written(text) is 'A telephone number without the spaces and brackets that people write.';

comment on function sms_private.once(uuid, text, text, jsonb, text) is 'Does what sms_create_message, sms_create_broadcast or sms_record_consents was asked, once for a key. The sender is person or system. A refusal uses up no key.';

comment on function sms_private.opening_of(public.sms_conversations, public.sms_assistants, text) is
  'What stands before the assistant''s next text in a conversation: who it is, and that it is a machine; null when that was said, or the assistant shall not.';

comment on function sms_private.opt_out_in_words(public.sms_conversations, public.sms_messages, text) is
  'Opts a contact out because of a text in its own words, and confirms it once. False when they sent START since. The caller holds the conversation''s lock.';

comment on function sms_private.opted_out_and_gone(uuid, text) is 'Whether somebody who is no contact opted out of this tenant before they were erased. True also when the key cannot be read.';

comment on function sms_private.ours(text, text, uuid, text) is 'A sentence of ours in a language, with the tenant''s brand and how a contact reaches a person.';

comment on function sms_private.patience_used_up(uuid, uuid, uuid, integer) is 'Which cap on promotional texts to a contact is used up, day or week, and until when (null: it is 0); nulls where there is room. max_per_day: what the law of the place allows.';

comment on function sms_private.plain_letters(text) is 'A text as identity_patterns read it: folded, its first 1,600 characters, a blank before the first word and after the last.';

comment on function sms_private.profile_view(public.sms_profiles) is 'A profile as the verbs answer it: what is set, what is missing, and the law''s sentence.';

comment on function sms_private.purge(integer) is 'Deletes what need not be kept, at most batch_size of each kind: ownerless texts (ownerless_texts_days), words of old texts (texts_days), whom broadcasts refused (refused_recipients_days), opt-outs and consents of erased contacts after ten years (erased_consent_days), SIDs of erased texts, used keys. Also reads old texts for opt-outs (read_old_words()). Once an hour, sooner while there is more. Figures stay. Returns { ownerless, emptied, refused, forgotten, more }; null when it is not due, somebody else does it, or something it needs is locked.';

comment on function sms_private.purge_erased_consents(interval, integer) is 'Deletes opt-outs and consents of contacts that were erased longer ago than that, and never before ten years are over. Returns how many of one kind; batch_size means that there may be more.';

comment on function sms_private.quiet_hours_answer(text, uuid) is 'A tenant''s own hours (nulls: none), the sentence of law beside them, and the hours of every place.';

comment on function sms_private.raise_doubt(uuid, public.sms_messages, integer, boolean) is
  'Notes that a text may ask for no more texts, and has the model asked. due_in_ms: when the reply is due that the same text gets, null for none. The caller holds the conversation''s lock.';

comment on function sms_private.read_old_words(integer) is 'Reads the next texts of those that were stored before words were read, newest first, each once. Flags contacts, and opts nobody out. Returns how many texts; batch_size means that there may be more.';

comment on function sms_private.read_opt_out(text) is 'Whether a text asks for no more texts: sure, doubt or none. Only sure is practically never wrong; a doubt is asked of the model.';

comment on function sms_private.record_doubt(jsonb) is 'sms_record_doubts for one result.';

comment on function sms_private.refuse_consent(jsonb) is 'Why a line of sms_record_consents cannot be stored, whoever the contact is; null when it can. Clocks may differ by five minutes.';

comment on function sms_private.refuse_consent_page(text, integer) is 'Why a page of contacts is refused; null when it is not.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone, text) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function sms_private.save_my_profile(jsonb) is 'sms_save_profile, as definer, for sms_private.tenant_id().';

comment on function sms_private.save_my_quiet_hours(text, text, integer[], boolean) is
  'sms_save_quiet_hours, as definer, for sms_private.tenant_id().';

comment on function sms_private.says_nothing_of_identity(text) is 'Whether a folded text in Latin letters has no word that the patterns begin with.';

comment on function sms_private.settle_claimed_doubt(sms_private.doubts, boolean, text) is
  'Ends a claimed doubt without a call: an answer has told, or a person must decide. Soon again where the contact is locked.';

comment on function sms_private.settle_my_opt_out(uuid, boolean) is 'sms_settle_opt_out, as definer, for sms_private.tenant_id().';

comment on function sms_private.spaced_number(text) is 'A number as people read it: +1 415 555 0100; others as they are.';

comment on function sms_private.states_on_clock(text, timestamp
  with time zone) is 'The states of the US where clocks show the same now as in this zone.';

comment on function
  sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean, timestamp
  with time zone, bigint) is 'Stores an answer and what it changes: message, intent, end, opt-out, wish for a person. Returns the id of the message, or null when nothing is said.';

comment on function
  sms_private.store_automatic(public.sms_conversations, public.sms_assistants, text, text, text, timestamp
  with time zone, text) is 'Stores a text of the assistant as honest_body() has it, with its delivery, and remembers which text said who it is.';

comment on function sms_private.store_consents(uuid, jsonb) is 'sms_record_consents without its key: checks each line, then stores those that are good.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone,
  text, uuid, timestamp with time zone, timestamp with time zone, text, text) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s. purpose: null for transactional.';

comment on function sms_private.take_patience(public.sms_messages, sms_private.jobs, integer) is
  'Null: the promotional text may go, and until the transaction ends no other one to the contact is claimed. busy: another claim has the contact. used_up: it was canceled with PATIENCE_CAP.';

comment on function sms_private.tenants_in_doubt() is 'The tenants that have doubts, leased ones included.';

comment on function sms_private.was_answered(sms_private.doubts) is 'Whether the model has read the newest text in doubt for an answer, and found no opt-out in it.';

comment on function sms_private.whereabouts(text, text, text, timestamp
  with time zone) is 'Whose law holds for a contact, and which clocks may be theirs: by ZIP code and time zone, else by the number''s area code.';

comment on function sms_private.why_not_started(text) is 'What a code of may_start() means, for the message that is canceled for it.';

comment on function sms_private.wrote_lately(uuid) is 'Whether the contact of a conversation wrote there in the last hours (person_answers_within_hours).';

comment on policy select_own on public.sms_profiles is 'A tenant sees its profile.';

comment on table public.sms_consent_events is 'The record of consent: who agreed to be texted, and every opt-out, opt-in, doubt and call for help. Append-only.';

comment on table public.sms_profiles is 'As whom a tenant texts. A tenant without a row has no brand: its number stands in.';

comment on table sms_private.consent_imports is 'Each call that stored consents: by whom, how many, and which lines were refused.';

comment on table sms_private.doubts is 'Contacts of whom the model is asked whether they want no more texts. Rules: 30_rules/doubts.sql.';

comment on table sms_private.identity_patterns is 'By language: how a machine would claim to be a person, how a contact asks whether it is one, and how a machine says the truth.';

comment on table sms_private.kept_consents is 'What contacts that were erased had consented to and taken back, without their numbers and words. Goes with its tenant, and after erased_consent_days.';

comment on table sms_private.old_words is 'How far the texts are read that were stored before words were read at all (read_old_words()). No row: there were none.';

comment on table sms_private.opt_out_patterns is 'What an opt-out looks like, as regular expressions over fold_words(): words stand between single blanks, a sentence ends with " . ", a question with " ? ", and a quotation mark is a word.';

comment on table sms_private.opt_out_words is 'Beginnings of words (five letters, folded) that make a text worth reading by a language''s patterns. Texts in Arabic, Chinese and Japanese are known by their script instead.';

comment on table sms_private.promotions is 'Promotional texts of the last week that were handed to the carrier, for the cap on a contact''s patience.';

comment on table sms_private.quiet_days is 'Holidays of places whose law closes them, as rules that hold in every year. A country''s count in its states too.';

comment on table sms_private.quiet_hours is 'A tenant''s own window, stricter than the law''s: both hold. A tenant without a row has none.';

comment on table sms_private.sending_hours is 'Windows of the recipient''s clock in which a promotional text may go. A state''s hold beside its country''s. The operator may change rows: they count from the next claim on.';

comment on table sms_private.state_zones is 'Which clocks a state of the US has. Made by tools/zips.ts.';

comment on table sms_private.suppressions is 'Who must not be texted from a number although nothing else is known of them. Their START deletes a row, or the purge after ten years.';

comment on table sms_private.zip_prefixes is 'First three digits of a ZIP code → country, states and time zones. Made by tools/zips.ts, which names packages and versions.';

comment on type sms_private.consent_to_store is 'A line of sms_record_consents: as it is stored, or the code with which it is refused.';

alter table public.sms_messages
  add constraint message_rules
    check
    (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id, seq, message_sid,
    to_number, body, media, num_segments, answer_ms, purpose, held_until, held_reason));

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('person_answers_within_hours', '12'),
  ('consent_required_from', '"2026-12-01T00:00:00Z"'),
  ('promotional_consent', '["keyword","form","import","contact_wrote_first"]'),
  ('erased_consent_days', '3653'),
  ('identity_words', '{"ar":"هذا المساعد الآلي لـ {brand} (ذكاء اصطناعي، وليس إنسانًا).","da":"Dette er den automatiske assistent for {brand} (AI, ikke et menneske).","de":"Hier schreibt der automatische Assistent von {brand} (KI, kein Mensch).","en":"This is the automated assistant of {brand} (AI, not a person).","es":"Le escribe el asistente de inteligencia artificial de {brand}, no una persona.","fr":"Ici l''assistant automatique de {brand} (IA, pas une personne).","it":"Qui scrive l''assistente automatico di {brand} (IA, non una persona).","ja":"{brand}の自動アシスタントです（AIであり、人ではありません）。","ko":"{brand}의 자동 도우미입니다(AI이며 사람이 아닙니다).","nl":"Dit is de automatische assistent van {brand} (AI, geen mens).","pl":"Tu automatyczny asystent {brand} (AI, nie osoba).","pt":"Este é o assistente automático de {brand} (IA, não uma pessoa).","ru":"Это автоматический помощник {brand} (ИИ, не человек).","sv":"Detta är den automatiska assistenten för {brand} (AI, ingen människa).","tr":"Ben {brand} otomatik asistanıyım (yapay zeka, insan değil).","uk":"Це автоматичний помічник {brand} (ШІ, не людина).","vi":"Đây là trợ lý tự động của {brand} (AI, không phải người).","zh":"这是{brand}的自动助手（人工智能，非真人）。"}'),
  ('truth_words', '{"ar":"أنا المساعد الآلي لـ {brand}: ذكاء اصطناعي ولست إنسانًا. إن أردت التحدث إلى شخص فاكتب ذلك هنا.","da":"Jeg er den automatiske assistent for {brand}: en AI, ikke et menneske. Vil du tale med et menneske, så skriv det her.","de":"Ich bin der automatische Assistent von {brand}: eine KI, kein Mensch. Wenn Sie einen Menschen erreichen möchten, schreiben Sie es hier.","en":"I am the automated assistant of {brand}: an AI, not a person. If you want to reach a person, say so here.","es":"Soy el asistente de inteligencia artificial de {brand}, no una persona. Si quiere hablar con una persona, basta con pedirlo.","fr":"Je suis l''assistant automatique de {brand} : une IA, pas une personne. Pour joindre une personne, demandez-le ici.","it":"Sono l''assistente automatico di {brand}: una IA, non una persona. Se vuole parlare con una persona, lo scriva qui.","ja":"私は{brand}の自動アシスタントで、人ではなくAIです。人とお話しになりたい場合は、ここでお知らせください。","ko":"저는 {brand}의 자동 도우미로, 사람이 아닌 AI입니다. 사람과 이야기하고 싶으시면 여기에 말씀해 주세요.","nl":"Ik ben de automatische assistent van {brand}: een AI, geen mens. Wilt u een mens spreken, zeg het dan hier.","pl":"Jestem automatycznym asystentem {brand}: to AI, nie osoba. Jeśli chcesz porozmawiać z człowiekiem, napisz o tym tutaj.","pt":"Sou o assistente automático de {brand}: uma IA, não uma pessoa. Se quiser falar com uma pessoa, diga aqui.","ru":"Я автоматический помощник {brand}: ИИ, а не человек. Если нужен человек, напишите об этом здесь.","sv":"Jag är den automatiska assistenten för {brand}: en AI, ingen människa. Vill du nå en människa, skriv det här.","tr":"Ben {brand} otomatik asistanıyım: yapay zekayım, insan değilim. Bir insana ulaşmak isterseniz buraya yazın.","uk":"Я автоматичний помічник {brand}: ШІ, а не людина. Якщо потрібна людина, напишіть про це тут.","vi":"Tôi là trợ lý tự động của {brand}: một AI, không phải người. Nếu muốn gặp người thật, hãy nhắn tại đây.","zh":"我是{brand}的自动助手，是人工智能，不是真人。如需真人服务，请在此告知。"}'),
  ('help_words', '{"ar":"{brand}: للتواصل مع شخص: {reach}. أرسل STOP لعدم تلقي مزيد من الرسائل.","da":"{brand}: Sådan får du fat i et menneske: {reach}. Svar STOP for ikke at få flere beskeder.","de":"{brand}: So erreichen Sie einen Menschen: {reach}. Antworten Sie STOP, um keine Nachrichten mehr zu erhalten.","en":"{brand}: To reach a person: {reach}. Reply STOP to get no more messages.","es":"{brand}: Para hablar con una persona: {reach}. Responda STOP para no recibir más mensajes.","fr":"{brand} : Pour joindre une personne : {reach}. Répondez STOP pour ne plus recevoir de messages.","it":"{brand}: Per parlare con una persona: {reach}. Risponda STOP per non ricevere altri messaggi.","ja":"{brand}：担当者への連絡先：{reach}。配信停止は STOP と返信してください。","ko":"{brand}: 담당자 연락처: {reach}. 더 이상 받지 않으시려면 STOP이라고 답장해 주세요.","nl":"{brand}: Zo bereikt u een mens: {reach}. Antwoord STOP om geen berichten meer te ontvangen.","pl":"{brand}: Kontakt z człowiekiem: {reach}. Odpowiedz STOP, aby nie otrzymywać więcej wiadomości.","pt":"{brand}: Para falar com uma pessoa: {reach}. Responda STOP para não receber mais mensagens.","ru":"{brand}: Связаться с человеком: {reach}. Ответьте STOP, чтобы больше не получать сообщений.","sv":"{brand}: Så når du en människa: {reach}. Svara STOP för att inte få fler meddelanden.","tr":"{brand}: Bir insana ulaşmak için: {reach}. Artık mesaj almamak için STOP yazın.","uk":"{brand}: Зв''язатися з людиною: {reach}. Надішліть STOP, щоб більше не отримувати повідомлень.","vi":"{brand}: Liên hệ người thật: {reach}. Trả lời STOP để không nhận tin nhắn nữa.","zh":"{brand}：联系真人：{reach}。回复 STOP 不再接收短信。"}')
on conflict (name) do nothing;
insert into sms_private.quiet_days (place, name, month, day, weekday, nth, from_easter, observed) values
  ('US', 'New Year', '1', '1', null, null, null, 'true'),
  ('US', 'Martin Luther King', '1', null, '1', '3', null, 'false'),
  ('US', 'Washington''s Birthday', '2', null, '1', '3', null, 'false'),
  ('US', 'Memorial Day', '5', null, '1', '-1', null, 'false'),
  ('US', 'Juneteenth', '6', '19', null, null, null, 'true'),
  ('US', 'Independence Day', '7', '4', null, null, null, 'true'),
  ('US', 'Labor Day', '9', null, '1', '1', null, 'false'),
  ('US', 'Columbus Day', '10', null, '1', '2', null, 'false'),
  ('US', 'Veterans Day', '11', '11', null, null, null, 'true'),
  ('US', 'Thanksgiving', '11', null, '4', '4', null, 'false'),
  ('US', 'Christmas', '12', '25', null, null, null, 'true'),
  ('US-AL', 'Mardi Gras', null, null, null, null, '-47', 'false'),
  ('US-AL', 'Confederate Memorial Day', '4', null, '1', '4', null, 'false'),
  ('US-AL', 'Jefferson Davis'' Birthday', '6', null, '1', '1', null, 'false'),
  ('US-LA', 'Mardi Gras', null, null, null, null, '-47', 'false'),
  ('US-LA', 'Good Friday', null, null, null, null, '-2', 'false'),
  ('US-LA', 'All Saints', '11', '1', null, null, null, 'false'),
  ('US-MS', 'Confederate Memorial Day', '4', null, '1', '-1', null, 'false'),
  ('US-PA', 'Good Friday', null, null, null, null, '-2', 'false'),
  ('US-RI', 'Victory Day', '8', null, '1', '2', null, 'false'),
  ('US-UT', 'Pioneer Day', '7', '24', null, null, null, 'true'),
  ('AU', 'New Year', '1', '1', null, null, null, 'true'),
  ('AU', 'Australia Day', '1', '26', null, null, null, 'true'),
  ('AU', 'Good Friday', null, null, null, null, '-2', 'false'),
  ('AU', 'Easter Monday', null, null, null, null, '1', 'false'),
  ('AU', 'Anzac Day', '4', '25', null, null, null, 'false'),
  ('AU', 'Christmas', '12', '25', null, null, null, 'true'),
  ('AU', 'Boxing Day', '12', '26', null, null, null, 'true'),
  ('FR', 'Jour de l''an', '1', '1', null, null, null, 'false'),
  ('FR', 'Lundi de Pâques', null, null, null, null, '1', 'false'),
  ('FR', 'Fête du Travail', '5', '1', null, null, null, 'false'),
  ('FR', 'Victoire 1945', '5', '8', null, null, null, 'false'),
  ('FR', 'Ascension', null, null, null, null, '39', 'false'),
  ('FR', 'Lundi de Pentecôte', null, null, null, null, '50', 'false'),
  ('FR', 'Fête nationale', '7', '14', null, null, null, 'false'),
  ('FR', 'Assomption', '8', '15', null, null, null, 'false'),
  ('FR', 'Toussaint', '11', '1', null, null, null, 'false'),
  ('FR', 'Armistice 1918', '11', '11', null, null, null, 'false'),
  ('FR', 'Noël', '12', '25', null, null, null, 'false')
on conflict (place, name) do nothing;
insert into sms_private.sending_hours (place, days, opens, closes, on_holidays, max_per_day, law, source, read_on) values
  ('*', '{1,2,3,4,5,6,7}', '08:00:00', '21:00:00', 'true', null, 'No law that we know of: the hours of the United States, which carriers and trade codes elsewhere ask for as well', 'https://www.ecfr.gov/current/title-47/section-64.1200', '2026-12-01'),
  ('US', '{1,2,3,4,5,6,7}', '08:00:00', '21:00:00', 'true', null, '47 CFR 64.1200(c)(1)', 'https://www.ecfr.gov/current/title-47/section-64.1200', '2026-12-01'),
  ('US-AL', '{1,2,3,4,5,6}', '08:00:00', '20:00:00', 'false', null, 'Ala. Code 8-19A: no Sundays, no holidays', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-CA', '{1,2,3,4,5,6,7}', '09:00:00', '21:00:00', 'true', null, 'Cal. Pub. Util. Code 2872(c)', 'https://usestello.com/compliance', '2026-12-01'),
  ('US-CT', '{1,2,3,4,5,6,7}', '09:00:00', '20:00:00', 'true', null, 'Conn. Gen. Stat. 42-288a, texts included', 'https://support.referrizer.com/en/category/text-campaigns/article/tcpa-quiet-hours-and-state-specific-rules-for-text-campaigns', '2026-12-01'),
  ('US-FL', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', '3', 'Fla. Stat. 501.616(6)', 'http://www.lawserver.com/law/state/florida/statutes/florida_statutes_501-616', '2026-12-01'),
  ('US-IL', '{1,2,3,4,5,6,7}', '09:00:00', '21:00:00', 'true', null, '815 ILCS 305, 815 ILCS 413/15', 'https://usestello.com/compliance', '2026-12-01'),
  ('US-KY', '{1,2,3,4,5,6,7}', '10:00:00', '21:00:00', 'true', null, 'KRS 367.46955', 'https://usestello.com/compliance', '2026-12-01'),
  ('US-LA', '{1,2,3,4,5,6}', '08:00:00', '20:00:00', 'false', null, 'La. R.S. 45:844.31: no Sundays, no holidays', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-MA', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', null, 'Mass. Gen. Laws 159C, 3; 201 CMR 12.00', 'https://usestello.com/compliance', '2026-12-01'),
  ('US-MD', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', '3', 'Stop the Spam Calls Act of 2023, texts included', 'https://www.wmar2news.com/local/law-to-prevent-spam-calls-takes-effect-first-of-the-year', '2026-12-01'),
  ('US-MI', '{1,2,3,4,5,6,7}', '09:00:00', '21:00:00', 'true', null, 'MCL 445.111a, 750.540e', 'https://usestello.com/compliance', '2026-12-01'),
  ('US-MN', '{1,2,3,4,5,6,7}', '09:00:00', '21:00:00', 'true', null, 'Minn. Stat. 325E.30', 'https://usestello.com/compliance', '2026-12-01'),
  ('US-MS', '{1,2,3,4,5,6}', '08:00:00', '20:00:00', 'false', null, 'Miss. Code 77-3-723: no Sundays, no holidays', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-NJ', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', null, 'N.J. Stat. 56:8-128(d), until 21:00; the list has 20:00', 'https://support.referrizer.com/en/category/text-campaigns/article/tcpa-quiet-hours-and-state-specific-rules-for-text-campaigns', '2026-12-01'),
  ('US-NM', '{1,2,3,4,5,6,7}', '09:00:00', '21:00:00', 'true', null, 'N.M. Stat. 57-12-22(B)(5)', 'https://law.justia.com/codes/new-mexico/2006/nmrc/jd_57-12-22-13117.html', '2026-12-01'),
  ('US-NV', '{1,2,3,4,5,6,7}', '09:00:00', '20:00:00', 'true', null, 'NRS 597.814(2)(a), until 21:00; the list has 20:00', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-OK', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', '3', 'Telephone Solicitation Act of 2022, 15 O.S. 775C.4', 'https://dnc.dreamhosters.com/?p=1309', '2026-12-01'),
  ('US-PA', '{1,2,3,4,5,6,7}', '08:00:00', '21:00:00', 'false', null, 'Pennsylvania, by the list: no holidays', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-RI', '{1,2,3,4,5}', '09:00:00', '18:00:00', 'false', null, 'R.I. Gen. Laws 5-61-3.6: no Sundays, no holidays', 'http://webserver.rilin.state.ri.us/Statutes/TITLE5/5-61/5-61-3.6.HTM', '2026-12-01'),
  ('US-RI', '{6}', '10:00:00', '17:00:00', 'false', null, 'R.I. Gen. Laws 5-61-3.6', 'http://webserver.rilin.state.ri.us/Statutes/TITLE5/5-61/5-61-3.6.HTM', '2026-12-01'),
  ('US-SD', '{1,2,3,4,5}', '09:00:00', '21:00:00', 'true', null, 'SDCL 37-30-28: automatic calls on weekdays only', 'http://legis.state.sd.us/statutes/DisplayStatute.aspx?Type=Statute&Statute=37-30-28', '2026-12-01'),
  ('US-TX', '{1,2,3,4,5,6}', '09:00:00', '21:00:00', 'true', null, 'Tex. Bus. & Com. Code 301.051, 302 (SB 140: texts included)', 'https://www.cloudcommunications.com/news/texas-senate-bill-140', '2026-12-01'),
  ('US-TX', '{7}', '12:00:00', '21:00:00', 'true', null, 'Tex. Bus. & Com. Code 301.051, 302 (SB 140: texts included)', 'https://www.cloudcommunications.com/news/texas-senate-bill-140', '2026-12-01'),
  ('US-UT', '{1,2,3,4,5,6}', '08:00:00', '21:00:00', 'false', null, 'Utah Code 13-25a-103(3): no Sundays, no holidays', 'https://codes.findlaw.com/ut/title-13-commerce-and-trade/ut-code-sect-13-25a-103/', '2026-12-01'),
  ('US-WA', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', null, 'RCW 19.158.040(2), 80.36.390', 'https://app.leg.wa.gov/RCW/default.aspx?cite=19.158.040', '2026-12-01'),
  ('AE', '{1,2,3,4,5,6,7}', '09:00:00', '18:00:00', 'true', null, 'Cabinet Resolution 56 of 2024', 'https://janamtv.com/80909750/amp', '2026-12-01'),
  ('AU', '{1,2,3,4,5}', '09:00:00', '20:00:00', 'false', null, 'Telemarketing and Research Calls Standard 2017 (calls)', 'https://packleader.net.au/topic/calling-times/', '2026-12-01'),
  ('AU', '{6}', '09:00:00', '17:00:00', 'false', null, 'Telemarketing and Research Calls Standard 2017 (calls)', 'https://packleader.net.au/topic/calling-times/', '2026-12-01'),
  ('CA', '{1,2,3,4,5}', '09:00:00', '21:30:00', 'true', null, 'CRTC Unsolicited Telecommunications Rules, part III, 23 (calls)', 'http://www.crtc.gc.ca/eng/trules-reglest.htm', '2026-12-01'),
  ('CA', '{6,7}', '10:00:00', '18:00:00', 'true', null, 'CRTC Unsolicited Telecommunications Rules, part III, 23 (calls)', 'http://www.crtc.gc.ca/eng/trules-reglest.htm', '2026-12-01'),
  ('FR', '{1,2,3,4,5,6}', '08:00:00', '22:00:00', 'false', null, 'The carriers'' rules for advertising texts: no Sundays, no holidays', 'https://help.brevo.com/hc/en-us/articles/11884482521234', '2026-12-01'),
  ('IN', '{1,2,3,4,5,6,7}', '10:00:00', '21:00:00', 'true', null, 'TCCCPR 2018, as the TRAI directs since October 2025', 'https://crm.smsgatewayhub.com/knowledge-base/article/important-update-new-service-explicit-message-restriction-time-10-am-to-9-pm', '2026-12-01')
on conflict (place, days, opens) do nothing;
insert into sms_private.state_zones (state, zone) values
  ('AK', 'America/Adak'),
  ('AK', 'America/Anchorage'),
  ('AL', 'America/Chicago'),
  ('AR', 'America/Chicago'),
  ('CO', 'America/Chicago'),
  ('FL', 'America/Chicago'),
  ('GA', 'America/Chicago'),
  ('IA', 'America/Chicago'),
  ('IL', 'America/Chicago'),
  ('IN', 'America/Chicago'),
  ('KS', 'America/Chicago'),
  ('KY', 'America/Chicago'),
  ('LA', 'America/Chicago'),
  ('MI', 'America/Chicago'),
  ('MN', 'America/Chicago'),
  ('MO', 'America/Chicago'),
  ('MS', 'America/Chicago'),
  ('ND', 'America/Chicago'),
  ('NE', 'America/Chicago'),
  ('NM', 'America/Chicago'),
  ('OK', 'America/Chicago'),
  ('SD', 'America/Chicago'),
  ('TN', 'America/Chicago'),
  ('TX', 'America/Chicago'),
  ('WI', 'America/Chicago'),
  ('AZ', 'America/Denver'),
  ('CO', 'America/Denver'),
  ('ID', 'America/Denver'),
  ('KS', 'America/Denver'),
  ('MT', 'America/Denver'),
  ('ND', 'America/Denver'),
  ('NE', 'America/Denver'),
  ('NM', 'America/Denver'),
  ('NV', 'America/Denver'),
  ('OR', 'America/Denver'),
  ('SD', 'America/Denver'),
  ('TX', 'America/Denver'),
  ('UT', 'America/Denver'),
  ('WY', 'America/Denver'),
  ('AZ', 'America/Los_Angeles'),
  ('CA', 'America/Los_Angeles'),
  ('ID', 'America/Los_Angeles'),
  ('NV', 'America/Los_Angeles'),
  ('OR', 'America/Los_Angeles'),
  ('WA', 'America/Los_Angeles'),
  ('AL', 'America/New_York'),
  ('CT', 'America/New_York'),
  ('DC', 'America/New_York'),
  ('DE', 'America/New_York'),
  ('FL', 'America/New_York'),
  ('GA', 'America/New_York'),
  ('IL', 'America/New_York'),
  ('IN', 'America/New_York'),
  ('KY', 'America/New_York'),
  ('MA', 'America/New_York'),
  ('MD', 'America/New_York'),
  ('ME', 'America/New_York'),
  ('MI', 'America/New_York'),
  ('NC', 'America/New_York'),
  ('NH', 'America/New_York'),
  ('NJ', 'America/New_York'),
  ('NY', 'America/New_York'),
  ('OH', 'America/New_York'),
  ('PA', 'America/New_York'),
  ('RI', 'America/New_York'),
  ('SC', 'America/New_York'),
  ('TN', 'America/New_York'),
  ('VA', 'America/New_York'),
  ('VT', 'America/New_York'),
  ('WV', 'America/New_York'),
  ('AZ', 'America/Phoenix'),
  ('CA', 'America/Phoenix'),
  ('NM', 'America/Phoenix'),
  ('HI', 'Pacific/Honolulu')
on conflict (state, zone) do nothing;
insert into sms_private.zip_prefixes (prefix, country, states, zones) values
  ('969', 'GU', '{}', '{Pacific/Guam,Pacific/Kosrae,Pacific/Majuro,Pacific/Palau,Pacific/Pohnpei}'),
  ('006', 'PR', '{}', '{America/Puerto_Rico}'),
  ('007', 'PR', '{}', '{America/Puerto_Rico}'),
  ('009', 'PR', '{}', '{America/Puerto_Rico}'),
  ('995', 'US', '{AK}', '{America/Adak,America/Anchorage}'),
  ('996', 'US', '{AK}', '{America/Adak,America/Anchorage}'),
  ('997', 'US', '{AK}', '{America/Anchorage}'),
  ('998', 'US', '{AK}', '{America/Anchorage}'),
  ('999', 'US', '{AK}', '{America/Anchorage}'),
  ('368', 'US', '{AL}', '{America/Chicago,America/New_York}'),
  ('350', 'US', '{AL}', '{America/Chicago}'),
  ('351', 'US', '{AL}', '{America/Chicago}'),
  ('352', 'US', '{AL}', '{America/Chicago}'),
  ('354', 'US', '{AL}', '{America/Chicago}'),
  ('355', 'US', '{AL}', '{America/Chicago}'),
  ('356', 'US', '{AL}', '{America/Chicago}'),
  ('357', 'US', '{AL}', '{America/Chicago}'),
  ('358', 'US', '{AL}', '{America/Chicago}'),
  ('359', 'US', '{AL}', '{America/Chicago}'),
  ('360', 'US', '{AL}', '{America/Chicago}'),
  ('361', 'US', '{AL}', '{America/Chicago}'),
  ('362', 'US', '{AL}', '{America/Chicago}'),
  ('363', 'US', '{AL}', '{America/Chicago}'),
  ('364', 'US', '{AL}', '{America/Chicago}'),
  ('365', 'US', '{AL}', '{America/Chicago}'),
  ('366', 'US', '{AL}', '{America/Chicago}'),
  ('367', 'US', '{AL}', '{America/Chicago}'),
  ('369', 'US', '{AL}', '{America/Chicago}'),
  ('716', 'US', '{AR}', '{America/Chicago}'),
  ('717', 'US', '{AR}', '{America/Chicago}'),
  ('718', 'US', '{AR}', '{America/Chicago}'),
  ('719', 'US', '{AR}', '{America/Chicago}'),
  ('720', 'US', '{AR}', '{America/Chicago}'),
  ('721', 'US', '{AR}', '{America/Chicago}'),
  ('722', 'US', '{AR}', '{America/Chicago}'),
  ('723', 'US', '{AR}', '{America/Chicago}'),
  ('724', 'US', '{AR}', '{America/Chicago}'),
  ('725', 'US', '{AR}', '{America/Chicago}'),
  ('726', 'US', '{AR}', '{America/Chicago}'),
  ('727', 'US', '{AR}', '{America/Chicago}'),
  ('728', 'US', '{AR}', '{America/Chicago}'),
  ('729', 'US', '{AR}', '{America/Chicago}'),
  ('855', 'US', '{AZ}', '{America/Denver,America/Phoenix}'),
  ('859', 'US', '{AZ}', '{America/Denver,America/Phoenix}'),
  ('860', 'US', '{AZ}', '{America/Denver,America/Phoenix}'),
  ('865', 'US', '{AZ}', '{America/Denver,America/Phoenix}'),
  ('853', 'US', '{AZ}', '{America/Los_Angeles,America/Phoenix}'),
  ('864', 'US', '{AZ}', '{America/Los_Angeles,America/Phoenix}'),
  ('850', 'US', '{AZ}', '{America/Phoenix}'),
  ('851', 'US', '{AZ}', '{America/Phoenix}'),
  ('852', 'US', '{AZ}', '{America/Phoenix}'),
  ('856', 'US', '{AZ}', '{America/Phoenix}'),
  ('857', 'US', '{AZ}', '{America/Phoenix}'),
  ('863', 'US', '{AZ}', '{America/Phoenix}'),
  ('922', 'US', '{CA}', '{America/Los_Angeles,America/Phoenix}'),
  ('923', 'US', '{CA}', '{America/Los_Angeles,America/Phoenix}'),
  ('900', 'US', '{CA}', '{America/Los_Angeles}'),
  ('901', 'US', '{CA}', '{America/Los_Angeles}'),
  ('902', 'US', '{CA}', '{America/Los_Angeles}'),
  ('903', 'US', '{CA}', '{America/Los_Angeles}'),
  ('904', 'US', '{CA}', '{America/Los_Angeles}'),
  ('905', 'US', '{CA}', '{America/Los_Angeles}'),
  ('906', 'US', '{CA}', '{America/Los_Angeles}'),
  ('907', 'US', '{CA}', '{America/Los_Angeles}'),
  ('908', 'US', '{CA}', '{America/Los_Angeles}'),
  ('910', 'US', '{CA}', '{America/Los_Angeles}'),
  ('911', 'US', '{CA}', '{America/Los_Angeles}'),
  ('912', 'US', '{CA}', '{America/Los_Angeles}'),
  ('913', 'US', '{CA}', '{America/Los_Angeles}'),
  ('914', 'US', '{CA}', '{America/Los_Angeles}'),
  ('915', 'US', '{CA}', '{America/Los_Angeles}'),
  ('916', 'US', '{CA}', '{America/Los_Angeles}'),
  ('917', 'US', '{CA}', '{America/Los_Angeles}'),
  ('918', 'US', '{CA}', '{America/Los_Angeles}'),
  ('919', 'US', '{CA}', '{America/Los_Angeles}'),
  ('920', 'US', '{CA}', '{America/Los_Angeles}'),
  ('921', 'US', '{CA}', '{America/Los_Angeles}'),
  ('924', 'US', '{CA}', '{America/Los_Angeles}'),
  ('925', 'US', '{CA}', '{America/Los_Angeles}'),
  ('926', 'US', '{CA}', '{America/Los_Angeles}'),
  ('927', 'US', '{CA}', '{America/Los_Angeles}'),
  ('928', 'US', '{CA}', '{America/Los_Angeles}'),
  ('930', 'US', '{CA}', '{America/Los_Angeles}'),
  ('931', 'US', '{CA}', '{America/Los_Angeles}'),
  ('932', 'US', '{CA}', '{America/Los_Angeles}'),
  ('933', 'US', '{CA}', '{America/Los_Angeles}'),
  ('934', 'US', '{CA}', '{America/Los_Angeles}'),
  ('935', 'US', '{CA}', '{America/Los_Angeles}'),
  ('936', 'US', '{CA}', '{America/Los_Angeles}'),
  ('937', 'US', '{CA}', '{America/Los_Angeles}'),
  ('938', 'US', '{CA}', '{America/Los_Angeles}'),
  ('939', 'US', '{CA}', '{America/Los_Angeles}'),
  ('940', 'US', '{CA}', '{America/Los_Angeles}'),
  ('941', 'US', '{CA}', '{America/Los_Angeles}'),
  ('942', 'US', '{CA}', '{America/Los_Angeles}'),
  ('943', 'US', '{CA}', '{America/Los_Angeles}'),
  ('944', 'US', '{CA}', '{America/Los_Angeles}'),
  ('945', 'US', '{CA}', '{America/Los_Angeles}'),
  ('946', 'US', '{CA}', '{America/Los_Angeles}'),
  ('947', 'US', '{CA}', '{America/Los_Angeles}'),
  ('948', 'US', '{CA}', '{America/Los_Angeles}'),
  ('949', 'US', '{CA}', '{America/Los_Angeles}'),
  ('950', 'US', '{CA}', '{America/Los_Angeles}'),
  ('951', 'US', '{CA}', '{America/Los_Angeles}'),
  ('952', 'US', '{CA}', '{America/Los_Angeles}'),
  ('953', 'US', '{CA}', '{America/Los_Angeles}'),
  ('954', 'US', '{CA}', '{America/Los_Angeles}'),
  ('955', 'US', '{CA}', '{America/Los_Angeles}'),
  ('956', 'US', '{CA}', '{America/Los_Angeles}'),
  ('957', 'US', '{CA}', '{America/Los_Angeles}'),
  ('958', 'US', '{CA}', '{America/Los_Angeles}'),
  ('959', 'US', '{CA}', '{America/Los_Angeles}'),
  ('960', 'US', '{CA}', '{America/Los_Angeles}'),
  ('961', 'US', '{CA}', '{America/Los_Angeles}'),
  ('810', 'US', '{CO}', '{America/Chicago,America/Denver}'),
  ('800', 'US', '{CO}', '{America/Denver}'),
  ('801', 'US', '{CO}', '{America/Denver}'),
  ('802', 'US', '{CO}', '{America/Denver}'),
  ('803', 'US', '{CO}', '{America/Denver}'),
  ('804', 'US', '{CO}', '{America/Denver}'),
  ('805', 'US', '{CO}', '{America/Denver}'),
  ('806', 'US', '{CO}', '{America/Denver}'),
  ('807', 'US', '{CO}', '{America/Denver}'),
  ('808', 'US', '{CO}', '{America/Denver}'),
  ('809', 'US', '{CO}', '{America/Denver}'),
  ('811', 'US', '{CO}', '{America/Denver}'),
  ('812', 'US', '{CO}', '{America/Denver}'),
  ('813', 'US', '{CO}', '{America/Denver}'),
  ('814', 'US', '{CO}', '{America/Denver}'),
  ('815', 'US', '{CO}', '{America/Denver}'),
  ('816', 'US', '{CO}', '{America/Denver}'),
  ('063', 'US', '{CT,NY}', '{America/New_York}'),
  ('060', 'US', '{CT}', '{America/New_York}'),
  ('061', 'US', '{CT}', '{America/New_York}'),
  ('062', 'US', '{CT}', '{America/New_York}'),
  ('064', 'US', '{CT}', '{America/New_York}'),
  ('065', 'US', '{CT}', '{America/New_York}'),
  ('066', 'US', '{CT}', '{America/New_York}'),
  ('067', 'US', '{CT}', '{America/New_York}'),
  ('068', 'US', '{CT}', '{America/New_York}'),
  ('069', 'US', '{CT}', '{America/New_York}'),
  ('205', 'US', '{DC,MD,VA}', '{America/New_York}'),
  ('200', 'US', '{DC}', '{America/New_York}'),
  ('202', 'US', '{DC}', '{America/New_York}'),
  ('203', 'US', '{DC}', '{America/New_York}'),
  ('204', 'US', '{DC}', '{America/New_York}'),
  ('569', 'US', '{DC}', '{America/New_York}'),
  ('197', 'US', '{DE}', '{America/New_York}'),
  ('198', 'US', '{DE}', '{America/New_York}'),
  ('199', 'US', '{DE}', '{America/New_York}'),
  ('324', 'US', '{FL}', '{America/Chicago,America/New_York}'),
  ('325', 'US', '{FL}', '{America/Chicago}'),
  ('320', 'US', '{FL}', '{America/New_York}'),
  ('321', 'US', '{FL}', '{America/New_York}'),
  ('322', 'US', '{FL}', '{America/New_York}'),
  ('323', 'US', '{FL}', '{America/New_York}'),
  ('326', 'US', '{FL}', '{America/New_York}'),
  ('327', 'US', '{FL}', '{America/New_York}'),
  ('328', 'US', '{FL}', '{America/New_York}'),
  ('329', 'US', '{FL}', '{America/New_York}'),
  ('330', 'US', '{FL}', '{America/New_York}'),
  ('331', 'US', '{FL}', '{America/New_York}'),
  ('332', 'US', '{FL}', '{America/New_York}'),
  ('333', 'US', '{FL}', '{America/New_York}'),
  ('334', 'US', '{FL}', '{America/New_York}'),
  ('335', 'US', '{FL}', '{America/New_York}'),
  ('336', 'US', '{FL}', '{America/New_York}'),
  ('337', 'US', '{FL}', '{America/New_York}'),
  ('338', 'US', '{FL}', '{America/New_York}'),
  ('339', 'US', '{FL}', '{America/New_York}'),
  ('341', 'US', '{FL}', '{America/New_York}'),
  ('342', 'US', '{FL}', '{America/New_York}'),
  ('344', 'US', '{FL}', '{America/New_York}'),
  ('346', 'US', '{FL}', '{America/New_York}'),
  ('347', 'US', '{FL}', '{America/New_York}'),
  ('349', 'US', '{FL}', '{America/New_York}'),
  ('301', 'US', '{GA}', '{America/Chicago,America/New_York}'),
  ('307', 'US', '{GA}', '{America/Chicago,America/New_York}'),
  ('398', 'US', '{GA}', '{America/Chicago,America/New_York}'),
  ('300', 'US', '{GA}', '{America/New_York}'),
  ('302', 'US', '{GA}', '{America/New_York}'),
  ('303', 'US', '{GA}', '{America/New_York}'),
  ('304', 'US', '{GA}', '{America/New_York}'),
  ('305', 'US', '{GA}', '{America/New_York}'),
  ('306', 'US', '{GA}', '{America/New_York}'),
  ('308', 'US', '{GA}', '{America/New_York}'),
  ('309', 'US', '{GA}', '{America/New_York}'),
  ('310', 'US', '{GA}', '{America/New_York}'),
  ('311', 'US', '{GA}', '{America/New_York}'),
  ('312', 'US', '{GA}', '{America/New_York}'),
  ('313', 'US', '{GA}', '{America/New_York}'),
  ('314', 'US', '{GA}', '{America/New_York}'),
  ('315', 'US', '{GA}', '{America/New_York}'),
  ('316', 'US', '{GA}', '{America/New_York}'),
  ('317', 'US', '{GA}', '{America/New_York}'),
  ('318', 'US', '{GA}', '{America/New_York}'),
  ('319', 'US', '{GA}', '{America/New_York}'),
  ('399', 'US', '{GA}', '{America/New_York}'),
  ('967', 'US', '{HI}', '{Pacific/Honolulu,Pacific/Pago_Pago}'),
  ('968', 'US', '{HI}', '{Pacific/Honolulu}'),
  ('500', 'US', '{IA}', '{America/Chicago}'),
  ('501', 'US', '{IA}', '{America/Chicago}'),
  ('502', 'US', '{IA}', '{America/Chicago}'),
  ('503', 'US', '{IA}', '{America/Chicago}'),
  ('504', 'US', '{IA}', '{America/Chicago}'),
  ('505', 'US', '{IA}', '{America/Chicago}'),
  ('506', 'US', '{IA}', '{America/Chicago}'),
  ('507', 'US', '{IA}', '{America/Chicago}'),
  ('508', 'US', '{IA}', '{America/Chicago}'),
  ('509', 'US', '{IA}', '{America/Chicago}'),
  ('510', 'US', '{IA}', '{America/Chicago}'),
  ('511', 'US', '{IA}', '{America/Chicago}'),
  ('512', 'US', '{IA}', '{America/Chicago}'),
  ('513', 'US', '{IA}', '{America/Chicago}'),
  ('514', 'US', '{IA}', '{America/Chicago}'),
  ('515', 'US', '{IA}', '{America/Chicago}'),
  ('516', 'US', '{IA}', '{America/Chicago}'),
  ('520', 'US', '{IA}', '{America/Chicago}'),
  ('521', 'US', '{IA}', '{America/Chicago}'),
  ('522', 'US', '{IA}', '{America/Chicago}'),
  ('523', 'US', '{IA}', '{America/Chicago}'),
  ('524', 'US', '{IA}', '{America/Chicago}'),
  ('525', 'US', '{IA}', '{America/Chicago}'),
  ('526', 'US', '{IA}', '{America/Chicago}'),
  ('527', 'US', '{IA}', '{America/Chicago}'),
  ('528', 'US', '{IA}', '{America/Chicago}'),
  ('834', 'US', '{ID,WY}', '{America/Denver}'),
  ('835', 'US', '{ID}', '{America/Denver,America/Los_Angeles}'),
  ('836', 'US', '{ID}', '{America/Denver,America/Los_Angeles}'),
  ('838', 'US', '{ID}', '{America/Denver,America/Los_Angeles}'),
  ('832', 'US', '{ID}', '{America/Denver}'),
  ('833', 'US', '{ID}', '{America/Denver}'),
  ('837', 'US', '{ID}', '{America/Denver}'),
  ('609', 'US', '{IL}', '{America/Chicago,America/New_York}'),
  ('624', 'US', '{IL}', '{America/Chicago,America/New_York}'),
  ('600', 'US', '{IL}', '{America/Chicago}'),
  ('601', 'US', '{IL}', '{America/Chicago}'),
  ('602', 'US', '{IL}', '{America/Chicago}'),
  ('603', 'US', '{IL}', '{America/Chicago}'),
  ('604', 'US', '{IL}', '{America/Chicago}'),
  ('605', 'US', '{IL}', '{America/Chicago}'),
  ('606', 'US', '{IL}', '{America/Chicago}'),
  ('607', 'US', '{IL}', '{America/Chicago}'),
  ('608', 'US', '{IL}', '{America/Chicago}'),
  ('610', 'US', '{IL}', '{America/Chicago}'),
  ('611', 'US', '{IL}', '{America/Chicago}'),
  ('612', 'US', '{IL}', '{America/Chicago}'),
  ('613', 'US', '{IL}', '{America/Chicago}'),
  ('614', 'US', '{IL}', '{America/Chicago}'),
  ('615', 'US', '{IL}', '{America/Chicago}'),
  ('616', 'US', '{IL}', '{America/Chicago}'),
  ('617', 'US', '{IL}', '{America/Chicago}'),
  ('618', 'US', '{IL}', '{America/Chicago}'),
  ('619', 'US', '{IL}', '{America/Chicago}'),
  ('620', 'US', '{IL}', '{America/Chicago}'),
  ('622', 'US', '{IL}', '{America/Chicago}'),
  ('623', 'US', '{IL}', '{America/Chicago}'),
  ('625', 'US', '{IL}', '{America/Chicago}'),
  ('626', 'US', '{IL}', '{America/Chicago}'),
  ('627', 'US', '{IL}', '{America/Chicago}'),
  ('628', 'US', '{IL}', '{America/Chicago}'),
  ('629', 'US', '{IL}', '{America/Chicago}'),
  ('463', 'US', '{IN}', '{America/Chicago,America/New_York}'),
  ('465', 'US', '{IN}', '{America/Chicago,America/New_York}'),
  ('475', 'US', '{IN}', '{America/Chicago,America/New_York}'),
  ('476', 'US', '{IN}', '{America/Chicago,America/New_York}'),
  ('478', 'US', '{IN}', '{America/Chicago,America/New_York}'),
  ('479', 'US', '{IN}', '{America/Chicago,America/New_York}'),
  ('464', 'US', '{IN}', '{America/Chicago}'),
  ('477', 'US', '{IN}', '{America/Chicago}'),
  ('460', 'US', '{IN}', '{America/New_York}'),
  ('461', 'US', '{IN}', '{America/New_York}'),
  ('462', 'US', '{IN}', '{America/New_York}'),
  ('466', 'US', '{IN}', '{America/New_York}'),
  ('467', 'US', '{IN}', '{America/New_York}'),
  ('468', 'US', '{IN}', '{America/New_York}'),
  ('469', 'US', '{IN}', '{America/New_York}'),
  ('470', 'US', '{IN}', '{America/New_York}'),
  ('471', 'US', '{IN}', '{America/New_York}'),
  ('472', 'US', '{IN}', '{America/New_York}'),
  ('473', 'US', '{IN}', '{America/New_York}'),
  ('474', 'US', '{IN}', '{America/New_York}'),
  ('677', 'US', '{KS}', '{America/Chicago,America/Denver}'),
  ('678', 'US', '{KS}', '{America/Chicago,America/Denver}'),
  ('660', 'US', '{KS}', '{America/Chicago}'),
  ('661', 'US', '{KS}', '{America/Chicago}'),
  ('662', 'US', '{KS}', '{America/Chicago}'),
  ('664', 'US', '{KS}', '{America/Chicago}'),
  ('665', 'US', '{KS}', '{America/Chicago}'),
  ('666', 'US', '{KS}', '{America/Chicago}'),
  ('667', 'US', '{KS}', '{America/Chicago}'),
  ('668', 'US', '{KS}', '{America/Chicago}'),
  ('669', 'US', '{KS}', '{America/Chicago}'),
  ('670', 'US', '{KS}', '{America/Chicago}'),
  ('671', 'US', '{KS}', '{America/Chicago}'),
  ('672', 'US', '{KS}', '{America/Chicago}'),
  ('673', 'US', '{KS}', '{America/Chicago}'),
  ('674', 'US', '{KS}', '{America/Chicago}'),
  ('675', 'US', '{KS}', '{America/Chicago}'),
  ('676', 'US', '{KS}', '{America/Chicago}'),
  ('679', 'US', '{KS}', '{America/Chicago}'),
  ('401', 'US', '{KY}', '{America/Chicago,America/New_York}'),
  ('426', 'US', '{KY}', '{America/Chicago,America/New_York}'),
  ('427', 'US', '{KY}', '{America/Chicago,America/New_York}'),
  ('420', 'US', '{KY}', '{America/Chicago}'),
  ('421', 'US', '{KY}', '{America/Chicago}'),
  ('422', 'US', '{KY}', '{America/Chicago}'),
  ('423', 'US', '{KY}', '{America/Chicago}'),
  ('424', 'US', '{KY}', '{America/Chicago}'),
  ('400', 'US', '{KY}', '{America/New_York}'),
  ('402', 'US', '{KY}', '{America/New_York}'),
  ('403', 'US', '{KY}', '{America/New_York}'),
  ('404', 'US', '{KY}', '{America/New_York}'),
  ('405', 'US', '{KY}', '{America/New_York}'),
  ('406', 'US', '{KY}', '{America/New_York}'),
  ('407', 'US', '{KY}', '{America/New_York}'),
  ('408', 'US', '{KY}', '{America/New_York}'),
  ('409', 'US', '{KY}', '{America/New_York}'),
  ('410', 'US', '{KY}', '{America/New_York}'),
  ('411', 'US', '{KY}', '{America/New_York}'),
  ('412', 'US', '{KY}', '{America/New_York}'),
  ('413', 'US', '{KY}', '{America/New_York}'),
  ('414', 'US', '{KY}', '{America/New_York}'),
  ('415', 'US', '{KY}', '{America/New_York}'),
  ('416', 'US', '{KY}', '{America/New_York}'),
  ('417', 'US', '{KY}', '{America/New_York}'),
  ('418', 'US', '{KY}', '{America/New_York}'),
  ('425', 'US', '{KY}', '{America/New_York}'),
  ('700', 'US', '{LA}', '{America/Chicago}'),
  ('701', 'US', '{LA}', '{America/Chicago}'),
  ('703', 'US', '{LA}', '{America/Chicago}'),
  ('704', 'US', '{LA}', '{America/Chicago}'),
  ('705', 'US', '{LA}', '{America/Chicago}'),
  ('706', 'US', '{LA}', '{America/Chicago}'),
  ('707', 'US', '{LA}', '{America/Chicago}'),
  ('708', 'US', '{LA}', '{America/Chicago}'),
  ('710', 'US', '{LA}', '{America/Chicago}'),
  ('711', 'US', '{LA}', '{America/Chicago}'),
  ('712', 'US', '{LA}', '{America/Chicago}'),
  ('713', 'US', '{LA}', '{America/Chicago}'),
  ('714', 'US', '{LA}', '{America/Chicago}'),
  ('010', 'US', '{MA}', '{America/New_York}'),
  ('011', 'US', '{MA}', '{America/New_York}'),
  ('012', 'US', '{MA}', '{America/New_York}'),
  ('013', 'US', '{MA}', '{America/New_York}'),
  ('014', 'US', '{MA}', '{America/New_York}'),
  ('015', 'US', '{MA}', '{America/New_York}'),
  ('016', 'US', '{MA}', '{America/New_York}'),
  ('017', 'US', '{MA}', '{America/New_York}'),
  ('018', 'US', '{MA}', '{America/New_York}'),
  ('019', 'US', '{MA}', '{America/New_York}'),
  ('020', 'US', '{MA}', '{America/New_York}'),
  ('021', 'US', '{MA}', '{America/New_York}'),
  ('022', 'US', '{MA}', '{America/New_York}'),
  ('023', 'US', '{MA}', '{America/New_York}'),
  ('024', 'US', '{MA}', '{America/New_York}'),
  ('025', 'US', '{MA}', '{America/New_York}'),
  ('026', 'US', '{MA}', '{America/New_York}'),
  ('027', 'US', '{MA}', '{America/New_York}'),
  ('055', 'US', '{MA}', '{America/New_York}'),
  ('206', 'US', '{MD}', '{America/New_York}'),
  ('207', 'US', '{MD}', '{America/New_York}'),
  ('208', 'US', '{MD}', '{America/New_York}'),
  ('209', 'US', '{MD}', '{America/New_York}'),
  ('210', 'US', '{MD}', '{America/New_York}'),
  ('211', 'US', '{MD}', '{America/New_York}'),
  ('212', 'US', '{MD}', '{America/New_York}'),
  ('214', 'US', '{MD}', '{America/New_York}'),
  ('215', 'US', '{MD}', '{America/New_York}'),
  ('216', 'US', '{MD}', '{America/New_York}'),
  ('217', 'US', '{MD}', '{America/New_York}'),
  ('218', 'US', '{MD}', '{America/New_York}'),
  ('219', 'US', '{MD}', '{America/New_York}'),
  ('039', 'US', '{ME}', '{America/New_York}'),
  ('040', 'US', '{ME}', '{America/New_York}'),
  ('041', 'US', '{ME}', '{America/New_York}'),
  ('042', 'US', '{ME}', '{America/New_York}'),
  ('043', 'US', '{ME}', '{America/New_York}'),
  ('044', 'US', '{ME}', '{America/New_York}'),
  ('045', 'US', '{ME}', '{America/New_York}'),
  ('046', 'US', '{ME}', '{America/New_York}'),
  ('047', 'US', '{ME}', '{America/New_York}'),
  ('048', 'US', '{ME}', '{America/New_York}'),
  ('049', 'US', '{ME}', '{America/New_York}'),
  ('498', 'US', '{MI}', '{America/Chicago,America/New_York}'),
  ('499', 'US', '{MI}', '{America/Chicago,America/New_York}'),
  ('480', 'US', '{MI}', '{America/New_York}'),
  ('481', 'US', '{MI}', '{America/New_York}'),
  ('482', 'US', '{MI}', '{America/New_York}'),
  ('483', 'US', '{MI}', '{America/New_York}'),
  ('484', 'US', '{MI}', '{America/New_York}'),
  ('485', 'US', '{MI}', '{America/New_York}'),
  ('486', 'US', '{MI}', '{America/New_York}'),
  ('487', 'US', '{MI}', '{America/New_York}'),
  ('488', 'US', '{MI}', '{America/New_York}'),
  ('489', 'US', '{MI}', '{America/New_York}'),
  ('490', 'US', '{MI}', '{America/New_York}'),
  ('491', 'US', '{MI}', '{America/New_York}'),
  ('492', 'US', '{MI}', '{America/New_York}'),
  ('493', 'US', '{MI}', '{America/New_York}'),
  ('494', 'US', '{MI}', '{America/New_York}'),
  ('495', 'US', '{MI}', '{America/New_York}'),
  ('496', 'US', '{MI}', '{America/New_York}'),
  ('497', 'US', '{MI}', '{America/New_York}'),
  ('550', 'US', '{MN}', '{America/Chicago}'),
  ('551', 'US', '{MN}', '{America/Chicago}'),
  ('553', 'US', '{MN}', '{America/Chicago}'),
  ('554', 'US', '{MN}', '{America/Chicago}'),
  ('555', 'US', '{MN}', '{America/Chicago}'),
  ('556', 'US', '{MN}', '{America/Chicago}'),
  ('557', 'US', '{MN}', '{America/Chicago}'),
  ('558', 'US', '{MN}', '{America/Chicago}'),
  ('559', 'US', '{MN}', '{America/Chicago}'),
  ('560', 'US', '{MN}', '{America/Chicago}'),
  ('561', 'US', '{MN}', '{America/Chicago}'),
  ('562', 'US', '{MN}', '{America/Chicago}'),
  ('563', 'US', '{MN}', '{America/Chicago}'),
  ('564', 'US', '{MN}', '{America/Chicago}'),
  ('565', 'US', '{MN}', '{America/Chicago}'),
  ('566', 'US', '{MN}', '{America/Chicago}'),
  ('567', 'US', '{MN}', '{America/Chicago}'),
  ('630', 'US', '{MO}', '{America/Chicago}'),
  ('631', 'US', '{MO}', '{America/Chicago}'),
  ('633', 'US', '{MO}', '{America/Chicago}'),
  ('634', 'US', '{MO}', '{America/Chicago}'),
  ('635', 'US', '{MO}', '{America/Chicago}'),
  ('636', 'US', '{MO}', '{America/Chicago}'),
  ('637', 'US', '{MO}', '{America/Chicago}'),
  ('638', 'US', '{MO}', '{America/Chicago}'),
  ('639', 'US', '{MO}', '{America/Chicago}'),
  ('640', 'US', '{MO}', '{America/Chicago}'),
  ('641', 'US', '{MO}', '{America/Chicago}'),
  ('644', 'US', '{MO}', '{America/Chicago}'),
  ('645', 'US', '{MO}', '{America/Chicago}'),
  ('646', 'US', '{MO}', '{America/Chicago}'),
  ('647', 'US', '{MO}', '{America/Chicago}'),
  ('648', 'US', '{MO}', '{America/Chicago}'),
  ('649', 'US', '{MO}', '{America/Chicago}'),
  ('650', 'US', '{MO}', '{America/Chicago}'),
  ('651', 'US', '{MO}', '{America/Chicago}'),
  ('652', 'US', '{MO}', '{America/Chicago}'),
  ('653', 'US', '{MO}', '{America/Chicago}'),
  ('654', 'US', '{MO}', '{America/Chicago}'),
  ('655', 'US', '{MO}', '{America/Chicago}'),
  ('656', 'US', '{MO}', '{America/Chicago}'),
  ('657', 'US', '{MO}', '{America/Chicago}'),
  ('658', 'US', '{MO}', '{America/Chicago}'),
  ('386', 'US', '{MS}', '{America/Chicago}'),
  ('387', 'US', '{MS}', '{America/Chicago}'),
  ('388', 'US', '{MS}', '{America/Chicago}'),
  ('389', 'US', '{MS}', '{America/Chicago}'),
  ('390', 'US', '{MS}', '{America/Chicago}'),
  ('391', 'US', '{MS}', '{America/Chicago}'),
  ('392', 'US', '{MS}', '{America/Chicago}'),
  ('393', 'US', '{MS}', '{America/Chicago}'),
  ('394', 'US', '{MS}', '{America/Chicago}'),
  ('395', 'US', '{MS}', '{America/Chicago}'),
  ('396', 'US', '{MS}', '{America/Chicago}'),
  ('397', 'US', '{MS}', '{America/Chicago}'),
  ('590', 'US', '{MT}', '{America/Denver}'),
  ('591', 'US', '{MT}', '{America/Denver}'),
  ('592', 'US', '{MT}', '{America/Denver}'),
  ('593', 'US', '{MT}', '{America/Denver}'),
  ('594', 'US', '{MT}', '{America/Denver}'),
  ('595', 'US', '{MT}', '{America/Denver}'),
  ('596', 'US', '{MT}', '{America/Denver}'),
  ('597', 'US', '{MT}', '{America/Denver}'),
  ('598', 'US', '{MT}', '{America/Denver}'),
  ('599', 'US', '{MT}', '{America/Denver}'),
  ('270', 'US', '{NC}', '{America/New_York}'),
  ('271', 'US', '{NC}', '{America/New_York}'),
  ('272', 'US', '{NC}', '{America/New_York}'),
  ('273', 'US', '{NC}', '{America/New_York}'),
  ('274', 'US', '{NC}', '{America/New_York}'),
  ('275', 'US', '{NC}', '{America/New_York}'),
  ('276', 'US', '{NC}', '{America/New_York}'),
  ('277', 'US', '{NC}', '{America/New_York}'),
  ('278', 'US', '{NC}', '{America/New_York}'),
  ('279', 'US', '{NC}', '{America/New_York}'),
  ('280', 'US', '{NC}', '{America/New_York}'),
  ('281', 'US', '{NC}', '{America/New_York}'),
  ('282', 'US', '{NC}', '{America/New_York}'),
  ('283', 'US', '{NC}', '{America/New_York}'),
  ('284', 'US', '{NC}', '{America/New_York}'),
  ('285', 'US', '{NC}', '{America/New_York}'),
  ('286', 'US', '{NC}', '{America/New_York}'),
  ('287', 'US', '{NC}', '{America/New_York}'),
  ('288', 'US', '{NC}', '{America/New_York}'),
  ('289', 'US', '{NC}', '{America/New_York}'),
  ('585', 'US', '{ND}', '{America/Chicago,America/Denver}'),
  ('586', 'US', '{ND}', '{America/Chicago,America/Denver}'),
  ('587', 'US', '{ND}', '{America/Chicago,America/Denver}'),
  ('588', 'US', '{ND}', '{America/Chicago,America/Denver}'),
  ('580', 'US', '{ND}', '{America/Chicago}'),
  ('581', 'US', '{ND}', '{America/Chicago}'),
  ('582', 'US', '{ND}', '{America/Chicago}'),
  ('583', 'US', '{ND}', '{America/Chicago}'),
  ('584', 'US', '{ND}', '{America/Chicago}'),
  ('690', 'US', '{NE}', '{America/Chicago,America/Denver}'),
  ('691', 'US', '{NE}', '{America/Chicago,America/Denver}'),
  ('692', 'US', '{NE}', '{America/Chicago,America/Denver}'),
  ('680', 'US', '{NE}', '{America/Chicago}'),
  ('681', 'US', '{NE}', '{America/Chicago}'),
  ('683', 'US', '{NE}', '{America/Chicago}'),
  ('684', 'US', '{NE}', '{America/Chicago}'),
  ('685', 'US', '{NE}', '{America/Chicago}'),
  ('686', 'US', '{NE}', '{America/Chicago}'),
  ('687', 'US', '{NE}', '{America/Chicago}'),
  ('688', 'US', '{NE}', '{America/Chicago}'),
  ('689', 'US', '{NE}', '{America/Chicago}'),
  ('693', 'US', '{NE}', '{America/Denver}'),
  ('030', 'US', '{NH}', '{America/New_York}'),
  ('031', 'US', '{NH}', '{America/New_York}'),
  ('032', 'US', '{NH}', '{America/New_York}'),
  ('033', 'US', '{NH}', '{America/New_York}'),
  ('034', 'US', '{NH}', '{America/New_York}'),
  ('035', 'US', '{NH}', '{America/New_York}'),
  ('036', 'US', '{NH}', '{America/New_York}'),
  ('037', 'US', '{NH}', '{America/New_York}'),
  ('038', 'US', '{NH}', '{America/New_York}'),
  ('070', 'US', '{NJ}', '{America/New_York}'),
  ('071', 'US', '{NJ}', '{America/New_York}'),
  ('072', 'US', '{NJ}', '{America/New_York}'),
  ('073', 'US', '{NJ}', '{America/New_York}'),
  ('074', 'US', '{NJ}', '{America/New_York}'),
  ('075', 'US', '{NJ}', '{America/New_York}'),
  ('076', 'US', '{NJ}', '{America/New_York}'),
  ('077', 'US', '{NJ}', '{America/New_York}'),
  ('078', 'US', '{NJ}', '{America/New_York}'),
  ('079', 'US', '{NJ}', '{America/New_York}'),
  ('080', 'US', '{NJ}', '{America/New_York}'),
  ('081', 'US', '{NJ}', '{America/New_York}'),
  ('082', 'US', '{NJ}', '{America/New_York}'),
  ('083', 'US', '{NJ}', '{America/New_York}'),
  ('084', 'US', '{NJ}', '{America/New_York}'),
  ('085', 'US', '{NJ}', '{America/New_York}'),
  ('086', 'US', '{NJ}', '{America/New_York}'),
  ('087', 'US', '{NJ}', '{America/New_York}'),
  ('088', 'US', '{NJ}', '{America/New_York}'),
  ('089', 'US', '{NJ}', '{America/New_York}'),
  ('881', 'US', '{NM}', '{America/Chicago,America/Denver}'),
  ('880', 'US', '{NM}', '{America/Denver,America/Phoenix}'),
  ('870', 'US', '{NM}', '{America/Denver}'),
  ('871', 'US', '{NM}', '{America/Denver}'),
  ('873', 'US', '{NM}', '{America/Denver}'),
  ('874', 'US', '{NM}', '{America/Denver}'),
  ('875', 'US', '{NM}', '{America/Denver}'),
  ('876', 'US', '{NM}', '{America/Denver}'),
  ('877', 'US', '{NM}', '{America/Denver}'),
  ('878', 'US', '{NM}', '{America/Denver}'),
  ('879', 'US', '{NM}', '{America/Denver}'),
  ('882', 'US', '{NM}', '{America/Denver}'),
  ('883', 'US', '{NM}', '{America/Denver}'),
  ('884', 'US', '{NM}', '{America/Denver}'),
  ('893', 'US', '{NV}', '{America/Denver,America/Los_Angeles}'),
  ('898', 'US', '{NV}', '{America/Denver,America/Los_Angeles}'),
  ('889', 'US', '{NV}', '{America/Los_Angeles}'),
  ('890', 'US', '{NV}', '{America/Los_Angeles}'),
  ('891', 'US', '{NV}', '{America/Los_Angeles}'),
  ('894', 'US', '{NV}', '{America/Los_Angeles}'),
  ('895', 'US', '{NV}', '{America/Los_Angeles}'),
  ('897', 'US', '{NV}', '{America/Los_Angeles}'),
  ('005', 'US', '{NY}', '{America/New_York}'),
  ('100', 'US', '{NY}', '{America/New_York}'),
  ('101', 'US', '{NY}', '{America/New_York}'),
  ('102', 'US', '{NY}', '{America/New_York}'),
  ('103', 'US', '{NY}', '{America/New_York}'),
  ('104', 'US', '{NY}', '{America/New_York}'),
  ('105', 'US', '{NY}', '{America/New_York}'),
  ('106', 'US', '{NY}', '{America/New_York}'),
  ('107', 'US', '{NY}', '{America/New_York}'),
  ('108', 'US', '{NY}', '{America/New_York}'),
  ('109', 'US', '{NY}', '{America/New_York}'),
  ('110', 'US', '{NY}', '{America/New_York}'),
  ('111', 'US', '{NY}', '{America/New_York}'),
  ('112', 'US', '{NY}', '{America/New_York}'),
  ('113', 'US', '{NY}', '{America/New_York}'),
  ('114', 'US', '{NY}', '{America/New_York}'),
  ('115', 'US', '{NY}', '{America/New_York}'),
  ('116', 'US', '{NY}', '{America/New_York}'),
  ('117', 'US', '{NY}', '{America/New_York}'),
  ('118', 'US', '{NY}', '{America/New_York}'),
  ('119', 'US', '{NY}', '{America/New_York}'),
  ('120', 'US', '{NY}', '{America/New_York}'),
  ('121', 'US', '{NY}', '{America/New_York}'),
  ('122', 'US', '{NY}', '{America/New_York}'),
  ('123', 'US', '{NY}', '{America/New_York}'),
  ('124', 'US', '{NY}', '{America/New_York}'),
  ('125', 'US', '{NY}', '{America/New_York}'),
  ('126', 'US', '{NY}', '{America/New_York}'),
  ('127', 'US', '{NY}', '{America/New_York}'),
  ('128', 'US', '{NY}', '{America/New_York}'),
  ('129', 'US', '{NY}', '{America/New_York}'),
  ('130', 'US', '{NY}', '{America/New_York}'),
  ('131', 'US', '{NY}', '{America/New_York}'),
  ('132', 'US', '{NY}', '{America/New_York}'),
  ('133', 'US', '{NY}', '{America/New_York}'),
  ('134', 'US', '{NY}', '{America/New_York}'),
  ('135', 'US', '{NY}', '{America/New_York}'),
  ('136', 'US', '{NY}', '{America/New_York}'),
  ('137', 'US', '{NY}', '{America/New_York}'),
  ('138', 'US', '{NY}', '{America/New_York}'),
  ('139', 'US', '{NY}', '{America/New_York}'),
  ('140', 'US', '{NY}', '{America/New_York}'),
  ('141', 'US', '{NY}', '{America/New_York}'),
  ('142', 'US', '{NY}', '{America/New_York}'),
  ('143', 'US', '{NY}', '{America/New_York}'),
  ('144', 'US', '{NY}', '{America/New_York}'),
  ('145', 'US', '{NY}', '{America/New_York}'),
  ('146', 'US', '{NY}', '{America/New_York}'),
  ('147', 'US', '{NY}', '{America/New_York}'),
  ('148', 'US', '{NY}', '{America/New_York}'),
  ('149', 'US', '{NY}', '{America/New_York}'),
  ('430', 'US', '{OH}', '{America/New_York}'),
  ('431', 'US', '{OH}', '{America/New_York}'),
  ('432', 'US', '{OH}', '{America/New_York}'),
  ('433', 'US', '{OH}', '{America/New_York}'),
  ('434', 'US', '{OH}', '{America/New_York}'),
  ('435', 'US', '{OH}', '{America/New_York}'),
  ('436', 'US', '{OH}', '{America/New_York}'),
  ('437', 'US', '{OH}', '{America/New_York}'),
  ('438', 'US', '{OH}', '{America/New_York}'),
  ('439', 'US', '{OH}', '{America/New_York}'),
  ('440', 'US', '{OH}', '{America/New_York}'),
  ('441', 'US', '{OH}', '{America/New_York}'),
  ('442', 'US', '{OH}', '{America/New_York}'),
  ('443', 'US', '{OH}', '{America/New_York}'),
  ('444', 'US', '{OH}', '{America/New_York}'),
  ('445', 'US', '{OH}', '{America/New_York}'),
  ('446', 'US', '{OH}', '{America/New_York}'),
  ('447', 'US', '{OH}', '{America/New_York}'),
  ('448', 'US', '{OH}', '{America/New_York}'),
  ('449', 'US', '{OH}', '{America/New_York}'),
  ('450', 'US', '{OH}', '{America/New_York}'),
  ('451', 'US', '{OH}', '{America/New_York}'),
  ('452', 'US', '{OH}', '{America/New_York}'),
  ('453', 'US', '{OH}', '{America/New_York}'),
  ('454', 'US', '{OH}', '{America/New_York}'),
  ('455', 'US', '{OH}', '{America/New_York}'),
  ('456', 'US', '{OH}', '{America/New_York}'),
  ('457', 'US', '{OH}', '{America/New_York}'),
  ('458', 'US', '{OH}', '{America/New_York}'),
  ('459', 'US', '{OH}', '{America/New_York}'),
  ('739', 'US', '{OK,TX}', '{America/Chicago,America/Denver}'),
  ('730', 'US', '{OK}', '{America/Chicago}'),
  ('731', 'US', '{OK}', '{America/Chicago}'),
  ('734', 'US', '{OK}', '{America/Chicago}'),
  ('735', 'US', '{OK}', '{America/Chicago}'),
  ('736', 'US', '{OK}', '{America/Chicago}'),
  ('737', 'US', '{OK}', '{America/Chicago}'),
  ('738', 'US', '{OK}', '{America/Chicago}'),
  ('740', 'US', '{OK}', '{America/Chicago}'),
  ('741', 'US', '{OK}', '{America/Chicago}'),
  ('743', 'US', '{OK}', '{America/Chicago}'),
  ('744', 'US', '{OK}', '{America/Chicago}'),
  ('745', 'US', '{OK}', '{America/Chicago}'),
  ('746', 'US', '{OK}', '{America/Chicago}'),
  ('747', 'US', '{OK}', '{America/Chicago}'),
  ('748', 'US', '{OK}', '{America/Chicago}'),
  ('749', 'US', '{OK}', '{America/Chicago}'),
  ('978', 'US', '{OR}', '{America/Denver,America/Los_Angeles}'),
  ('979', 'US', '{OR}', '{America/Denver,America/Los_Angeles}'),
  ('970', 'US', '{OR}', '{America/Los_Angeles}'),
  ('971', 'US', '{OR}', '{America/Los_Angeles}'),
  ('972', 'US', '{OR}', '{America/Los_Angeles}'),
  ('973', 'US', '{OR}', '{America/Los_Angeles}'),
  ('974', 'US', '{OR}', '{America/Los_Angeles}'),
  ('975', 'US', '{OR}', '{America/Los_Angeles}'),
  ('976', 'US', '{OR}', '{America/Los_Angeles}'),
  ('977', 'US', '{OR}', '{America/Los_Angeles}'),
  ('150', 'US', '{PA}', '{America/New_York}'),
  ('151', 'US', '{PA}', '{America/New_York}'),
  ('152', 'US', '{PA}', '{America/New_York}'),
  ('153', 'US', '{PA}', '{America/New_York}'),
  ('154', 'US', '{PA}', '{America/New_York}'),
  ('155', 'US', '{PA}', '{America/New_York}'),
  ('156', 'US', '{PA}', '{America/New_York}'),
  ('157', 'US', '{PA}', '{America/New_York}'),
  ('158', 'US', '{PA}', '{America/New_York}'),
  ('159', 'US', '{PA}', '{America/New_York}'),
  ('160', 'US', '{PA}', '{America/New_York}'),
  ('161', 'US', '{PA}', '{America/New_York}'),
  ('162', 'US', '{PA}', '{America/New_York}'),
  ('163', 'US', '{PA}', '{America/New_York}'),
  ('164', 'US', '{PA}', '{America/New_York}'),
  ('165', 'US', '{PA}', '{America/New_York}'),
  ('166', 'US', '{PA}', '{America/New_York}'),
  ('167', 'US', '{PA}', '{America/New_York}'),
  ('168', 'US', '{PA}', '{America/New_York}'),
  ('169', 'US', '{PA}', '{America/New_York}'),
  ('170', 'US', '{PA}', '{America/New_York}'),
  ('171', 'US', '{PA}', '{America/New_York}'),
  ('172', 'US', '{PA}', '{America/New_York}'),
  ('173', 'US', '{PA}', '{America/New_York}'),
  ('174', 'US', '{PA}', '{America/New_York}'),
  ('175', 'US', '{PA}', '{America/New_York}'),
  ('176', 'US', '{PA}', '{America/New_York}'),
  ('177', 'US', '{PA}', '{America/New_York}'),
  ('178', 'US', '{PA}', '{America/New_York}'),
  ('179', 'US', '{PA}', '{America/New_York}'),
  ('180', 'US', '{PA}', '{America/New_York}'),
  ('181', 'US', '{PA}', '{America/New_York}'),
  ('182', 'US', '{PA}', '{America/New_York}'),
  ('183', 'US', '{PA}', '{America/New_York}'),
  ('184', 'US', '{PA}', '{America/New_York}'),
  ('185', 'US', '{PA}', '{America/New_York}'),
  ('186', 'US', '{PA}', '{America/New_York}'),
  ('187', 'US', '{PA}', '{America/New_York}'),
  ('188', 'US', '{PA}', '{America/New_York}'),
  ('189', 'US', '{PA}', '{America/New_York}'),
  ('190', 'US', '{PA}', '{America/New_York}'),
  ('191', 'US', '{PA}', '{America/New_York}'),
  ('192', 'US', '{PA}', '{America/New_York}'),
  ('193', 'US', '{PA}', '{America/New_York}'),
  ('194', 'US', '{PA}', '{America/New_York}'),
  ('195', 'US', '{PA}', '{America/New_York}'),
  ('196', 'US', '{PA}', '{America/New_York}'),
  ('028', 'US', '{RI}', '{America/New_York}'),
  ('029', 'US', '{RI}', '{America/New_York}'),
  ('290', 'US', '{SC}', '{America/New_York}'),
  ('291', 'US', '{SC}', '{America/New_York}'),
  ('292', 'US', '{SC}', '{America/New_York}'),
  ('293', 'US', '{SC}', '{America/New_York}'),
  ('294', 'US', '{SC}', '{America/New_York}'),
  ('295', 'US', '{SC}', '{America/New_York}'),
  ('296', 'US', '{SC}', '{America/New_York}'),
  ('297', 'US', '{SC}', '{America/New_York}'),
  ('298', 'US', '{SC}', '{America/New_York}'),
  ('299', 'US', '{SC}', '{America/New_York}'),
  ('575', 'US', '{SD}', '{America/Chicago,America/Denver}'),
  ('576', 'US', '{SD}', '{America/Chicago,America/Denver}'),
  ('570', 'US', '{SD}', '{America/Chicago}'),
  ('571', 'US', '{SD}', '{America/Chicago}'),
  ('572', 'US', '{SD}', '{America/Chicago}'),
  ('573', 'US', '{SD}', '{America/Chicago}'),
  ('574', 'US', '{SD}', '{America/Chicago}'),
  ('577', 'US', '{SD}', '{America/Denver}'),
  ('373', 'US', '{TN}', '{America/Chicago,America/New_York}'),
  ('385', 'US', '{TN}', '{America/Chicago,America/New_York}'),
  ('370', 'US', '{TN}', '{America/Chicago}'),
  ('371', 'US', '{TN}', '{America/Chicago}'),
  ('372', 'US', '{TN}', '{America/Chicago}'),
  ('375', 'US', '{TN}', '{America/Chicago}'),
  ('380', 'US', '{TN}', '{America/Chicago}'),
  ('381', 'US', '{TN}', '{America/Chicago}'),
  ('382', 'US', '{TN}', '{America/Chicago}'),
  ('383', 'US', '{TN}', '{America/Chicago}'),
  ('384', 'US', '{TN}', '{America/Chicago}'),
  ('374', 'US', '{TN}', '{America/New_York}'),
  ('376', 'US', '{TN}', '{America/New_York}'),
  ('377', 'US', '{TN}', '{America/New_York}'),
  ('378', 'US', '{TN}', '{America/New_York}'),
  ('379', 'US', '{TN}', '{America/New_York}'),
  ('798', 'US', '{TX}', '{America/Chicago,America/Denver}'),
  ('733', 'US', '{TX}', '{America/Chicago}'),
  ('750', 'US', '{TX}', '{America/Chicago}'),
  ('751', 'US', '{TX}', '{America/Chicago}'),
  ('752', 'US', '{TX}', '{America/Chicago}'),
  ('753', 'US', '{TX}', '{America/Chicago}'),
  ('754', 'US', '{TX}', '{America/Chicago}'),
  ('755', 'US', '{TX}', '{America/Chicago}'),
  ('756', 'US', '{TX}', '{America/Chicago}'),
  ('757', 'US', '{TX}', '{America/Chicago}'),
  ('758', 'US', '{TX}', '{America/Chicago}'),
  ('759', 'US', '{TX}', '{America/Chicago}'),
  ('760', 'US', '{TX}', '{America/Chicago}'),
  ('761', 'US', '{TX}', '{America/Chicago}'),
  ('762', 'US', '{TX}', '{America/Chicago}'),
  ('763', 'US', '{TX}', '{America/Chicago}'),
  ('764', 'US', '{TX}', '{America/Chicago}'),
  ('765', 'US', '{TX}', '{America/Chicago}'),
  ('766', 'US', '{TX}', '{America/Chicago}'),
  ('767', 'US', '{TX}', '{America/Chicago}'),
  ('768', 'US', '{TX}', '{America/Chicago}'),
  ('769', 'US', '{TX}', '{America/Chicago}'),
  ('770', 'US', '{TX}', '{America/Chicago}'),
  ('772', 'US', '{TX}', '{America/Chicago}'),
  ('773', 'US', '{TX}', '{America/Chicago}'),
  ('774', 'US', '{TX}', '{America/Chicago}'),
  ('775', 'US', '{TX}', '{America/Chicago}'),
  ('776', 'US', '{TX}', '{America/Chicago}'),
  ('777', 'US', '{TX}', '{America/Chicago}'),
  ('778', 'US', '{TX}', '{America/Chicago}'),
  ('779', 'US', '{TX}', '{America/Chicago}'),
  ('780', 'US', '{TX}', '{America/Chicago}'),
  ('781', 'US', '{TX}', '{America/Chicago}'),
  ('782', 'US', '{TX}', '{America/Chicago}'),
  ('783', 'US', '{TX}', '{America/Chicago}'),
  ('784', 'US', '{TX}', '{America/Chicago}'),
  ('785', 'US', '{TX}', '{America/Chicago}'),
  ('786', 'US', '{TX}', '{America/Chicago}'),
  ('787', 'US', '{TX}', '{America/Chicago}'),
  ('788', 'US', '{TX}', '{America/Chicago}'),
  ('789', 'US', '{TX}', '{America/Chicago}'),
  ('790', 'US', '{TX}', '{America/Chicago}'),
  ('791', 'US', '{TX}', '{America/Chicago}'),
  ('792', 'US', '{TX}', '{America/Chicago}'),
  ('793', 'US', '{TX}', '{America/Chicago}'),
  ('794', 'US', '{TX}', '{America/Chicago}'),
  ('795', 'US', '{TX}', '{America/Chicago}'),
  ('796', 'US', '{TX}', '{America/Chicago}'),
  ('797', 'US', '{TX}', '{America/Chicago}'),
  ('799', 'US', '{TX}', '{America/Denver}'),
  ('885', 'US', '{TX}', '{America/Denver}'),
  ('840', 'US', '{UT}', '{America/Denver}'),
  ('841', 'US', '{UT}', '{America/Denver}'),
  ('842', 'US', '{UT}', '{America/Denver}'),
  ('843', 'US', '{UT}', '{America/Denver}'),
  ('844', 'US', '{UT}', '{America/Denver}'),
  ('845', 'US', '{UT}', '{America/Denver}'),
  ('846', 'US', '{UT}', '{America/Denver}'),
  ('847', 'US', '{UT}', '{America/Denver}'),
  ('201', 'US', '{VA}', '{America/New_York}'),
  ('220', 'US', '{VA}', '{America/New_York}'),
  ('221', 'US', '{VA}', '{America/New_York}'),
  ('222', 'US', '{VA}', '{America/New_York}'),
  ('223', 'US', '{VA}', '{America/New_York}'),
  ('224', 'US', '{VA}', '{America/New_York}'),
  ('225', 'US', '{VA}', '{America/New_York}'),
  ('226', 'US', '{VA}', '{America/New_York}'),
  ('227', 'US', '{VA}', '{America/New_York}'),
  ('228', 'US', '{VA}', '{America/New_York}'),
  ('229', 'US', '{VA}', '{America/New_York}'),
  ('230', 'US', '{VA}', '{America/New_York}'),
  ('231', 'US', '{VA}', '{America/New_York}'),
  ('232', 'US', '{VA}', '{America/New_York}'),
  ('233', 'US', '{VA}', '{America/New_York}'),
  ('234', 'US', '{VA}', '{America/New_York}'),
  ('235', 'US', '{VA}', '{America/New_York}'),
  ('236', 'US', '{VA}', '{America/New_York}'),
  ('237', 'US', '{VA}', '{America/New_York}'),
  ('238', 'US', '{VA}', '{America/New_York}'),
  ('239', 'US', '{VA}', '{America/New_York}'),
  ('240', 'US', '{VA}', '{America/New_York}'),
  ('241', 'US', '{VA}', '{America/New_York}'),
  ('242', 'US', '{VA}', '{America/New_York}'),
  ('243', 'US', '{VA}', '{America/New_York}'),
  ('244', 'US', '{VA}', '{America/New_York}'),
  ('245', 'US', '{VA}', '{America/New_York}'),
  ('246', 'US', '{VA}', '{America/New_York}'),
  ('050', 'US', '{VT}', '{America/New_York}'),
  ('051', 'US', '{VT}', '{America/New_York}'),
  ('052', 'US', '{VT}', '{America/New_York}'),
  ('053', 'US', '{VT}', '{America/New_York}'),
  ('054', 'US', '{VT}', '{America/New_York}'),
  ('056', 'US', '{VT}', '{America/New_York}'),
  ('057', 'US', '{VT}', '{America/New_York}'),
  ('058', 'US', '{VT}', '{America/New_York}'),
  ('059', 'US', '{VT}', '{America/New_York}'),
  ('980', 'US', '{WA}', '{America/Los_Angeles}'),
  ('981', 'US', '{WA}', '{America/Los_Angeles}'),
  ('982', 'US', '{WA}', '{America/Los_Angeles}'),
  ('983', 'US', '{WA}', '{America/Los_Angeles}'),
  ('984', 'US', '{WA}', '{America/Los_Angeles}'),
  ('985', 'US', '{WA}', '{America/Los_Angeles}'),
  ('986', 'US', '{WA}', '{America/Los_Angeles}'),
  ('988', 'US', '{WA}', '{America/Los_Angeles}'),
  ('989', 'US', '{WA}', '{America/Los_Angeles}'),
  ('990', 'US', '{WA}', '{America/Los_Angeles}'),
  ('991', 'US', '{WA}', '{America/Los_Angeles}'),
  ('992', 'US', '{WA}', '{America/Los_Angeles}'),
  ('993', 'US', '{WA}', '{America/Los_Angeles}'),
  ('994', 'US', '{WA}', '{America/Los_Angeles}'),
  ('530', 'US', '{WI}', '{America/Chicago}'),
  ('531', 'US', '{WI}', '{America/Chicago}'),
  ('532', 'US', '{WI}', '{America/Chicago}'),
  ('534', 'US', '{WI}', '{America/Chicago}'),
  ('535', 'US', '{WI}', '{America/Chicago}'),
  ('537', 'US', '{WI}', '{America/Chicago}'),
  ('538', 'US', '{WI}', '{America/Chicago}'),
  ('539', 'US', '{WI}', '{America/Chicago}'),
  ('540', 'US', '{WI}', '{America/Chicago}'),
  ('541', 'US', '{WI}', '{America/Chicago}'),
  ('542', 'US', '{WI}', '{America/Chicago}'),
  ('543', 'US', '{WI}', '{America/Chicago}'),
  ('544', 'US', '{WI}', '{America/Chicago}'),
  ('545', 'US', '{WI}', '{America/Chicago}'),
  ('546', 'US', '{WI}', '{America/Chicago}'),
  ('547', 'US', '{WI}', '{America/Chicago}'),
  ('548', 'US', '{WI}', '{America/Chicago}'),
  ('549', 'US', '{WI}', '{America/Chicago}'),
  ('247', 'US', '{WV}', '{America/New_York}'),
  ('248', 'US', '{WV}', '{America/New_York}'),
  ('249', 'US', '{WV}', '{America/New_York}'),
  ('250', 'US', '{WV}', '{America/New_York}'),
  ('251', 'US', '{WV}', '{America/New_York}'),
  ('252', 'US', '{WV}', '{America/New_York}'),
  ('253', 'US', '{WV}', '{America/New_York}'),
  ('254', 'US', '{WV}', '{America/New_York}'),
  ('255', 'US', '{WV}', '{America/New_York}'),
  ('256', 'US', '{WV}', '{America/New_York}'),
  ('257', 'US', '{WV}', '{America/New_York}'),
  ('258', 'US', '{WV}', '{America/New_York}'),
  ('259', 'US', '{WV}', '{America/New_York}'),
  ('260', 'US', '{WV}', '{America/New_York}'),
  ('261', 'US', '{WV}', '{America/New_York}'),
  ('262', 'US', '{WV}', '{America/New_York}'),
  ('263', 'US', '{WV}', '{America/New_York}'),
  ('264', 'US', '{WV}', '{America/New_York}'),
  ('265', 'US', '{WV}', '{America/New_York}'),
  ('266', 'US', '{WV}', '{America/New_York}'),
  ('267', 'US', '{WV}', '{America/New_York}'),
  ('268', 'US', '{WV}', '{America/New_York}'),
  ('820', 'US', '{WY}', '{America/Denver}'),
  ('821', 'US', '{WY}', '{America/Denver}'),
  ('822', 'US', '{WY}', '{America/Denver}'),
  ('823', 'US', '{WY}', '{America/Denver}'),
  ('824', 'US', '{WY}', '{America/Denver}'),
  ('825', 'US', '{WY}', '{America/Denver}'),
  ('826', 'US', '{WY}', '{America/Denver}'),
  ('827', 'US', '{WY}', '{America/Denver}'),
  ('828', 'US', '{WY}', '{America/Denver}'),
  ('829', 'US', '{WY}', '{America/Denver}'),
  ('830', 'US', '{WY}', '{America/Denver}'),
  ('831', 'US', '{WY}', '{America/Denver}'),
  ('008', 'VI', '{}', '{America/Puerto_Rico}')
on conflict (prefix) do nothing;
insert into sms_private.opt_out_words (word, language, weight) values
  ('calli', 'en', '2'),
  ('deran', 'fr', '2'),
  ('email', 'it', '2'),
  ('nieuw', 'nl', '2'),
  ('sms', 'nl', '2'),
  ('inter', 'en', '1'),
  ('beric', 'nl', '2'),
  ('dereg', 'en', '3'),
  ('disab', 'it', '3'),
  ('skres', 'pl', '1'),
  ('bize', 'tr', '2'),
  ('stopp', 'de', '3'),
  ('stoo', 'en', '3'),
  ('mail', 'de', '2'),
  ('texte', 'nl', '2'),
  ('remov', 'es', '1'),
  ('pub', 'fr', '2'),
  ('remov', 'en', '3'),
  ('ecriv', 'fr', '2'),
  ('spam', 'pl', '2'),
  ('descr', 'pt', '3'),
  ('sign', 'en', '2'),
  ('wont', 'en', '1'),
  ('td', 'zh', '3'),
  ('hosti', 'es', '2'),
  ('manda', 'it', '2'),
  ('duyur', 'tr', '2'),
  ('basta', 'it', '1'),
  ('saque', 'es', '3'),
  ('block', 'nl', '1'),
  ('silme', 'tr', '1'),
  ('promo', 'it', '2'),
  ('harta', 'es', '1'),
  ('aviso', 'pt', '2'),
  ('piant', 'it', '1'),
  ('spedi', 'it', '2'),
  ('envoy', 'fr', '2'),
  ('parar', 'es', '1'),
  ('exclu', 'pt', '1'),
  ('remin', 'en', '2'),
  ('whats', 'it', '2'),
  ('sende', 'de', '2'),
  ('rekla', 'pl', '2'),
  ('messa', 'it', '2'),
  ('revok', 'en', '3'),
  ('opt', 'en', '3'),
  ('besta', 'nl', '2'),
  ('rekla', 'de', '2'),
  ('leave', 'en', '3'),
  ('borra', 'es', '1'),
  ('arrt', 'fr', '3'),
  ('texte', 'es', '2'),
  ('tire', 'pt', '1'),
  ('delet', 'en', '3'),
  ('esque', 'pt', '1'),
  ('dajci', 'pl', '1'),
  ('invia', 'it', '2'),
  ('geen', 'nl', '1'),
  ('nn', 'it', '1'),
  ('werbu', 'de', '2'),
  ('piszc', 'pl', '2'),
  ('desin', 'fr', '3'),
  ('unenr', 'en', '3'),
  ('inscr', 'pt', '2'),
  ('foute', 'fr', '3'),
  ('bildi', 'tr', '2'),
  ('numer', 'pt', '2'),
  ('coupo', 'en', '2'),
  ('conta', 'pt', '2'),
  ('envia', 'es', '2'),
  ('deact', 'en', '3'),
  ('smsam', 'pl', '2'),
  ('elimi', 'it', '1'),
  ('ecrir', 'fr', '2'),
  ('hort', 'de', '1'),
  ('cesse', 'fr', '1'),
  ('smsow', 'pl', '2'),
  ('out', 'en', '1'),
  ('elimi', 'es', '1'),
  ('deals', 'en', '2'),
  ('zablo', 'pl', '1'),
  ('verte', 'de', '3'),
  ('uitsc', 'nl', '3'),
  ('auto', 'es', '2'),
  ('optou', 'en', '3'),
  ('manda', 'es', '2'),
  ('aufho', 'de', '3'),
  ('ftc', 'en', '3'),
  ('danyc', 'pl', '2'),
  ('iptal', 'tr', '1'),
  ('gonde', 'tr', '1'),
  ('rayez', 'fr', '1'),
  ('rimuo', 'it', '3'),
  ('conta', 'es', '2'),
  ('notif', 'es', '2'),
  ('turn', 'en', '1'),
  ('sair', 'pt', '3'),
  ('off', 'en', '2'),
  ('nao', 'pt', '1'),
  ('sms', 'tr', '2'),
  ('bloqu', 'pt', '1'),
  ('remvo', 'en', '3'),
  ('desis', 'fr', '3'),
  ('desus', 'es', '3'),
  ('junk', 'en', '2'),
  ('alto', 'es', '1'),
  ('dont', 'en', '1'),
  ('block', 'en', '3'),
  ('angeb', 'de', '2'),
  ('laiss', 'fr', '1'),
  ('baja', 'es', '3'),
  ('tranq', 'fr', '2'),
  ('spam', 'nl', '2'),
  ('lass', 'de', '1'),
  ('msjs', 'es', '2'),
  ('texto', 'fr', '2'),
  ('pubs', 'fr', '2'),
  ('disin', 'it', '3'),
  ('cikma', 'tr', '1'),
  ('apaga', 'pt', '1'),
  ('berig', 'nl', '2'),
  ('austr', 'de', '3'),
  ('ofert', 'pt', '2'),
  ('strei', 'de', '1'),
  ('calls', 'en', '2'),
  ('stap', 'en', '3'),
  ('daj', 'pl', '1'),
  ('mai', 'it', '1'),
  ('lista', 'pl', '2'),
  ('desab', 'fr', '3'),
  ('end', 'en', '1'),
  ('inter', 'pl', '2'),
  ('refus', 'en', '3'),
  ('wypis', 'pl', '3'),
  ('abmel', 'de', '3'),
  ('bazy', 'pl', '2'),
  ('spar', 'de', '1'),
  ('kaldi', 'tr', '1'),
  ('bloqu', 'fr', '1'),
  ('arete', 'fr', '3'),
  ('marke', 'en', '2'),
  ('numer', 'it', '2'),
  ('lasst', 'de', '1'),
  ('smsa', 'pl', '2'),
  ('nunca', 'pt', '1'),
  ('escri', 'es', '2'),
  ('msg', 'es', '2'),
  ('fed', 'en', '1'),
  ('stop', 'es', '1'),
  ('aucun', 'fr', '1'),
  ('no', 'en', '1'),
  ('lasci', 'it', '1'),
  ('darme', 'es', '3'),
  ('autor', 'es', '2'),
  ('texte', 'en', '2'),
  ('deja', 'es', '1'),
  ('nest', 'fr', '1'),
  ('enoug', 'en', '1'),
  ('kampa', 'tr', '2'),
  ('numer', 'es', '2'),
  ('anunc', 'es', '2'),
  ('suppr', 'fr', '1'),
  ('atmay', 'tr', '1'),
  ('notif', 'en', '2'),
  ('belas', 'de', '2'),
  ('numme', 'nl', '2'),
  ('mail', 'tr', '2'),
  ('opted', 'en', '3'),
  ('sue', 'en', '3'),
  ('tired', 'en', '1'),
  ('ruhe', 'de', '2'),
  ('too', 'en', '1'),
  ('stop', 'nl', '1'),
  ('haras', 'en', '3'),
  ('retir', 'pt', '1'),
  ('spok', 'pl', '2'),
  ('para', 'es', '1'),
  ('ulasm', 'tr', '1'),
  ('msj', 'tr', '2'),
  ('want', 'en', '1'),
  ('mand', 'it', '2'),
  ('llame', 'es', '2'),
  ('unsib', 'en', '3'),
  ('baza', 'pl', '2'),
  ('olvid', 'es', '1'),
  ('paren', 'pt', '1'),
  ('wrong', 'en', '3'),
  ('bloc', 'de', '1'),
  ('yeter', 'tr', '1'),
  ('nehmt', 'de', '1'),
  ('sends', 'en', '2'),
  ('ophou', 'nl', '1'),
  ('rezyg', 'pl', '1'),
  ('msg', 'pt', '2'),
  ('ontva', 'nl', '2'),
  ('nachi', 'de', '2'),
  ('anruf', 'de', '2'),
  ('konta', 'pl', '2'),
  ('offre', 'fr', '2'),
  ('uit', 'nl', '1'),
  ('schre', 'de', '2'),
  ('incom', 'pt', '2'),
  ('messa', 'en', '2'),
  ('arret', 'fr', '3'),
  ('get', 'en', '1'),
  ('gerek', 'tr', '1'),
  ('newsl', 'it', '2'),
  ('dimen', 'it', '1'),
  ('mensa', 'es', '2'),
  ('publi', 'pt', '2'),
  ('promo', 'pl', '2'),
  ('stooo', 'en', '3'),
  ('fck', 'en', '3'),
  ('numer', 'fr', '2'),
  ('fichi', 'fr', '2'),
  ('lawye', 'en', '3'),
  ('stuur', 'nl', '2'),
  ('dejen', 'es', '3'),
  ('benac', 'de', '2'),
  ('usubs', 'en', '3'),
  ('paz', 'es', '2'),
  ('smsen', 'nl', '2'),
  ('lijst', 'nl', '2'),
  ('yazma', 'tr', '3'),
  ('envio', 'pt', '2'),
  ('mensj', 'es', '2'),
  ('bloqu', 'es', '1'),
  ('annul', 'it', '1'),
  ('wis', 'nl', '1'),
  ('promo', 'es', '2'),
  ('newsl', 'pl', '2'),
  ('notif', 'it', '2'),
  ('lawsu', 'en', '3'),
  ('receb', 'pt', '2'),
  ('had', 'en', '1'),
  ('stahp', 'en', '3'),
  ('conse', 'en', '3'),
  ('unut', 'tr', '1'),
  ('stop', 'tr', '1'),
  ('corre', 'es', '2'),
  ('blocc', 'it', '1'),
  ('block', 'de', '1'),
  ('durdu', 'tr', '1'),
  ('nachr', 'de', '2'),
  ('rubri', 'it', '2'),
  ('mejl', 'pl', '2'),
  ('nimm', 'de', '1'),
  ('marre', 'fr', '1'),
  ('torpe', 'pt', '2'),
  ('stuff', 'en', '2'),
  ('smse', 'nl', '2'),
  ('dar', 'es', '1'),
  ('zapom', 'pl', '1'),
  ('radie', 'fr', '1'),
  ('lista', 'it', '2'),
  ('aanbi', 'nl', '2'),
  ('pare', 'pt', '1'),
  ('away', 'en', '1'),
  ('pisac', 'pl', '2'),
  ('unutu', 'tr', '1'),
  ('send', 'en', '2'),
  ('apagu', 'pt', '1'),
  ('sms', 'es', '2'),
  ('uyeli', 'tr', '2'),
  ('inter', 'es', '2'),
  ('these', 'en', '2'),
  ('mensa', 'pt', '2'),
  ('signe', 'en', '3'),
  ('quita', 'es', '1'),
  ('smsle', 'tr', '2'),
  ('thing', 'en', '2'),
  ('quitt', 'en', '1'),
  ('stop', 'pt', '1'),
  ('disis', 'it', '3'),
  ('txted', 'en', '2'),
  ('blokk', 'nl', '1'),
  ('oubli', 'fr', '1'),
  ('acose', 'es', '2'),
  ('stop', 'de', '3'),
  ('mal', 'de', '1'),
  ('promo', 'nl', '2'),
  ('screw', 'en', '1'),
  ('esem', 'pl', '2'),
  ('texti', 'en', '2'),
  ('crap', 'en', '2'),
  ('cikis', 'tr', '1'),
  ('den', 'es', '1'),
  ('no', 'es', '1'),
  ('elenc', 'it', '2'),
  ('mesaj', 'tr', '2'),
  ('drop', 'en', '1'),
  ('basta', 'es', '1'),
  ('harto', 'es', '1'),
  ('borre', 'es', '3'),
  ('txt', 'en', '2'),
  ('write', 'en', '2'),
  ('mesag', 'it', '2'),
  ('levat', 'it', '1'),
  ('gelme', 'tr', '1'),
  ('alert', 'fr', '2'),
  ('haven', 'en', '1'),
  ('ende', 'de', '1'),
  ('unfol', 'en', '3'),
  ('dnt', 'en', '1'),
  ('verst', 'nl', '2'),
  ('non', 'it', '1'),
  ('alert', 'en', '2'),
  ('attor', 'en', '3'),
  ('stopp', 'en', '3'),
  ('texto', 'es', '2'),
  ('para', 'pt', '1'),
  ('updat', 'en', '2'),
  ('recla', 'nl', '2'),
  ('spam', 'es', '2'),
  ('numer', 'pl', '2'),
  ('delet', 'pt', '1'),
  ('subsc', 'en', '2'),
  ('paz', 'pt', '2'),
  ('sms', 'en', '2'),
  ('unsus', 'en', '3'),
  ('deixa', 'pt', '1'),
  ('losch', 'de', '3'),
  ('texte', 'de', '2'),
  ('liste', 'fr', '2'),
  ('sacar', 'es', '1'),
  ('abone', 'tr', '2'),
  ('unsub', 'en', '3'),
  ('pertu', 'pt', '2'),
  ('stop', 'it', '1'),
  ('let', 'en', '1'),
  ('usuna', 'pl', '1'),
  ('togli', 'it', '3'),
  ('atma', 'tr', '1'),
  ('lose', 'en', '3'),
  ('przys', 'pl', '2'),
  ('sacam', 'es', '3'),
  ('abges', 'de', '3'),
  ('envia', 'pt', '2'),
  ('appen', 'nl', '2'),
  ('sms', 'fr', '2'),
  ('escre', 'pt', '2'),
  ('donot', 'en', '1'),
  ('mesag', 'en', '2'),
  ('harce', 'fr', '2'),
  ('conta', 'fr', '2'),
  ('liste', 'de', '2'),
  ('llama', 'es', '2'),
  ('cance', 'it', '3'),
  ('messa', 'fr', '2'),
  ('spam', 'fr', '2'),
  ('rahat', 'tr', '3'),
  ('withd', 'en', '1'),
  ('listy', 'pl', '2'),
  ('more', 'en', '2'),
  ('blast', 'en', '2'),
  ('tanit', 'tr', '2'),
  ('arama', 'tr', '1'),
  ('prest', 'pl', '1'),
  ('spam', 'en', '3'),
  ('datab', 'nl', '2'),
  ('nicht', 'de', '1'),
  ('whats', 'es', '2'),
  ('msj', 'es', '2'),
  ('nekac', 'pl', '2'),
  ('desin', 'pt', '3'),
  ('desca', 'pt', '3'),
  ('mejle', 'pl', '2'),
  ('scrat', 'en', '1'),
  ('promo', 'fr', '2'),
  ('distu', 'it', '2'),
  ('spam', 'pt', '2'),
  ('sem', 'pt', '1'),
  ('odcze', 'pl', '3'),
  ('unscu', 'en', '3'),
  ('msgs', 'pt', '2'),
  ('base', 'es', '2'),
  ('smsy', 'pl', '2'),
  ('hoere', 'de', '1'),
  ('sorte', 'fr', '1'),
  ('telef', 'pt', '2'),
  ('paix', 'fr', '2'),
  ('solic', 'en', '2'),
  ('nie', 'pl', '1'),
  ('kesin', 'tr', '1'),
  ('ofert', 'es', '2'),
  ('mail', 'it', '2'),
  ('daten', 'de', '2'),
  ('infos', 'de', '2'),
  ('promo', 'pt', '2'),
  ('syste', 'en', '2'),
  ('stp', 'en', '3'),
  ('tirar', 'pt', '1'),
  ('spam', 'it', '2'),
  ('cancl', 'en', '1'),
  ('inter', 'it', '2'),
  ('msgs', 'en', '2'),
  ('fcc', 'en', '3'),
  ('disco', 'en', '1'),
  ('stopp', 'nl', '1'),
  ('afmel', 'nl', '3'),
  ('kill', 'en', '1'),
  ('usunc', 'pl', '1'),
  ('lista', 'es', '2'),
  ('remov', 'pt', '1'),
  ('cikin', 'tr', '1'),
  ('genug', 'de', '1'),
  ('un', 'en', '1'),
  ('powia', 'pl', '2'),
  ('nunca', 'es', '1'),
  ('smse', 'de', '2'),
  ('comun', 'it', '2'),
  ('spamo', 'pl', '2'),
  ('smsje', 'nl', '2'),
  ('done', 'en', '1'),
  ('didnt', 'en', '1'),
  ('bana', 'tr', '2'),
  ('suscr', 'es', '2'),
  ('haal', 'nl', '1'),
  ('liste', 'tr', '2'),
  ('cikar', 'tr', '1'),
  ('mail', 'nl', '2'),
  ('never', 'en', '1'),
  ('abbes', 'de', '3'),
  ('maile', 'pl', '2'),
  ('ilgil', 'tr', '2'),
  ('notif', 'fr', '2'),
  ('paren', 'es', '1'),
  ('endin', 'en', '1'),
  ('usuni', 'pl', '1'),
  ('retir', 'fr', '1'),
  ('horen', 'de', '1'),
  ('wykre', 'pl', '1'),
  ('aufhe', 'de', '1'),
  ('mails', 'nl', '2'),
  ('annoy', 'en', '1'),
  ('enlev', 'fr', '1'),
  ('invii', 'it', '2'),
  ('schri', 'nl', '1'),
  ('sture', 'nl', '2'),
  ('publi', 'es', '2'),
  ('unwan', 'en', '1'),
  ('writi', 'en', '2'),
  ('sms', 'pl', '2'),
  ('hear', 'en', '2'),
  ('silin', 'tr', '1'),
  ('menss', 'pt', '2'),
  ('those', 'en', '2'),
  ('artik', 'tr', '1'),
  ('nobod', 'en', '1'),
  ('conta', 'it', '2'),
  ('anulu', 'pl', '1'),
  ('datab', 'it', '2'),
  ('tcpa', 'en', '3'),
  ('schra', 'nl', '1'),
  ('cance', 'en', '1'),
  ('cease', 'en', '3'),
  ('take', 'en', '1'),
  ('remue', 'es', '1'),
  ('mitte', 'de', '2'),
  ('engel', 'tr', '1'),
  ('lost', 'en', '1'),
  ('purge', 'en', '1'),
  ('rehbe', 'tr', '2'),
  ('moles', 'es', '2'),
  ('sorti', 'fr', '1'),
  ('erase', 'en', '1'),
  ('desis', 'en', '3'),
  ('lists', 'en', '3'),
  ('email', 'en', '2'),
  ('unsuc', 'en', '3'),
  ('cance', 'es', '1'),
  ('smet', 'it', '1'),
  ('envie', 'pt', '2'),
  ('sendi', 'en', '2'),
  ('forge', 'en', '1'),
  ('annul', 'fr', '1'),
  ('newsl', 'en', '2'),
  ('dejem', 'es', '1'),
  ('coord', 'fr', '2'),
  ('quite', 'es', '3'),
  ('tira', 'pt', '1'),
  ('ne', 'fr', '1'),
  ('spam', 'de', '2'),
  ('aviso', 'es', '2'),
  ('recor', 'en', '2'),
  ('skasu', 'pl', '1'),
  ('newsl', 'de', '2'),
  ('meld', 'nl', '1'),
  ('offer', 'it', '2'),
  ('stops', 'en', '3'),
  ('phone', 'en', '2'),
  ('plus', 'fr', '1'),
  ('werbe', 'de', '2'),
  ('assez', 'fr', '1'),
  ('mandi', 'it', '2'),
  ('sms', 'de', '2'),
  ('txtin', 'en', '2'),
  ('sms', 'pt', '2'),
  ('manda', 'pt', '2'),
  ('stpo', 'en', '3'),
  ('pas', 'fr', '1'),
  ('sil', 'tr', '1'),
  ('spamm', 'en', '3'),
  ('verge', 'nl', '1'),
  ('lasse', 'de', '1'),
  ('hou', 'nl', '1'),
  ('schlu', 'de', '1'),
  ('jamai', 'fr', '1'),
  ('parem', 'pt', '1'),
  ('iscri', 'it', '2'),
  ('anunc', 'pt', '2'),
  ('smsen', 'de', '2'),
  ('wysyl', 'pl', '2'),
  ('kein', 'de', '1'),
  ('yolla', 'tr', '1'),
  ('text', 'en', '2'),
  ('sms', 'it', '2'),
  ('marke', 'pt', '2'),
  ('datos', 'es', '2'),
  ('jamas', 'es', '1'),
  ('texte', 'fr', '2'),
  ('fuera', 'es', '1'),
  ('levar', 'it', '1'),
  ('sick', 'en', '1'),
  ('repor', 'en', '1'),
  ('wider', 'de', '3'),
  ('niet', 'nl', '1'),
  ('genoe', 'nl', '1'),
  ('datab', 'en', '2'),
  ('witho', 'en', '1'),
  ('denme', 'es', '1'),
  ('newsl', 'fr', '2'),
  ('lista', 'pt', '2'),
  ('parar', 'pt', '1'),
  ('quiti', 'es', '1'),
  ('hoert', 'de', '1'),
  ('propa', 'pt', '2'),
  ('mande', 'pt', '2'),
  ('birak', 'tr', '3'),
  ('dame', 'es', '1'),
  ('unreg', 'en', '3'),
  ('dosc', 'pl', '1'),
  ('dejar', 'es', '1'),
  ('rekla', 'tr', '2'),
  ('texts', 'en', '2'),
  ('bikti', 'tr', '1'),
  ('sin', 'es', '1'),
  ('fini', 'it', '1'),
  ('txts', 'en', '2'),
  ('deixe', 'pt', '1'),
  ('mail', 'pl', '2'),
  ('alone', 'en', '1'),
  ('eseme', 'pl', '2'),
  ('pace', 'it', '2'),
  ('mails', 'fr', '2'),
  ('appje', 'nl', '2'),
  ('mesag', 'fr', '2'),
  ('piss', 'en', '3'),
  ('spoko', 'pl', '2'),
  ('usun', 'pl', '1'),
  ('stop', 'pl', '1'),
  ('envio', 'es', '2'),
  ('numar', 'tr', '2'),
  ('cut', 'en', '1'),
  ('wysla', 'pl', '2'),
  ('tolgi', 'it', '1'),
  ('conta', 'nl', '2'),
  ('ads', 'en', '2'),
  ('bothe', 'en', '2'),
  ('equiv', 'es', '3'),
  ('verge', 'de', '1'),
  ('numme', 'de', '2'),
  ('recev', 'fr', '2'),
  ('msg', 'en', '2'),
  ('scam', 'en', '3'),
  ('nothi', 'en', '1'),
  ('whats', 'de', '2'),
  ('messg', 'en', '2'),
  ('cadas', 'pt', '2'),
  ('list', 'en', '3'),
  ('anymo', 'en', '3'),
  ('whats', 'pt', '2'),
  ('laat', 'nl', '1'),
  ('deme', 'es', '1'),
  ('stop', 'fr', '1'),
  ('longe', 'en', '1'),
  ('dane', 'pl', '2'),
  ('smett', 'it', '1'),
  ('entfe', 'de', '1'),
  ('spams', 'en', '3'),
  ('dejad', 'es', '1'),
  ('furth', 'en', '1'),
  ('optin', 'en', '3'),
  ('istem', 'tr', '1'),
  ('list', 'pl', '2'),
  ('gooi', 'nl', '1'),
  ('ofert', 'pl', '2'),
  ('schic', 'de', '2'),
  ('schik', 'de', '2'),
  ('knock', 'en', '1'),
  ('przes', 'pl', '1'),
  ('ileti', 'tr', '2'),
  ('pubbl', 'it', '2'),
  ('menvo', 'fr', '2'),
  ('envie', 'es', '2'),
  ('st0p', 'en', '3'),
  ('stop', 'en', '3'),
  ('konie', 'pl', '1'),
  ('not', 'en', '1'),
  ('solli', 'fr', '2'),
  ('fuck', 'en', '3'),
  ('pisz', 'pl', '2'),
  ('promo', 'en', '2'),
  ('stoop', 'en', '3'),
  ('text', 'es', '2'),
  ('offer', 'en', '2'),
  ('inter', 'nl', '2'),
  ('bikt', 'tr', '1'),
  ('ya', 'es', '1'),
  ('loesc', 'de', '3'),
  ('chega', 'pt', '1'),
  ('rust', 'nl', '2'),
  ('tirem', 'pt', '1'),
  ('mande', 'es', '2'),
  ('mail', 'fr', '2'),
  ('numbe', 'en', '2'),
  ('nie', 'de', '1'),
  ('sotp', 'en', '3'),
  ('conta', 'en', '2'),
  ('adver', 'en', '2'),
  ('nooit', 'nl', '1'),
  ('scriv', 'it', '2'),
  ('fiche', 'fr', '1'),
  ('effac', 'fr', '1'),
  ('messe', 'en', '2'),
  ('wiado', 'pl', '2'),
  ('konta', 'de', '2'),
  ('keine', 'de', '1'),
  ('publi', 'fr', '2'),
  ('notif', 'pt', '2'),
  ('nehme', 'de', '1'),
  ('envoi', 'fr', '2'),
  ('mssg', 'en', '2'),
  ('verwi', 'nl', '1'),
  ('cance', 'pt', '1'),
  ('mails', 'de', '2'),
  ('quit', 'en', '3')
on conflict (word, language) do nothing;
insert into sms_private.opt_out_patterns (language, texts, trigger, harmless, guard, sure, doubt) values
  ('en', 'texts?|texting|textin|txts?|txting|txtin|msgs?|mssgs?|messages?|messaging|messagin|messeges?|mesages?|messgaes?|messgages?|sms|spam|spamming|promos?|promotions?|promotional|ads?|adverts?|advertisements?|coupons?|offers?|notifications?|alerts?|blasts?|newsletters?|marketing|solicitations?|soliciting|texted|messaged|emails?', null, ' (?:bus|train|tram|subway|next|last|first|pit|rest|truck|non|full|same) stops? | (?:stop|stops|stopped|stopping) (?:by|in|over|at|serving|sign|light|watch|smoking|drinking|hurting|bleeding|working|running|leaking|laughing|crying|thinking|selling|taking|accepting|doing|making|the car|the delivery|the order|the water|delivery|payment) | (?:cant|cannot|couldnt|could not|can not|never) stop | (?:please|pls|plz) (?:dont|do not|never) (?:ever )?stop | (?:did not|didnt|havent|have not|never|dont|do not|stopped|arent|not) (?:got|getting|gotten|received|receiving|recieved|seen|have|had|find|forget) | (?:did not|didnt|havent|have not|never|dont|do not) (?:get|receive|recieve|see) | (?:dont|do not|not) (?:know|think|remember|mind|worry|hesitate|sure) | quit (?:smoking|drinking|my job) | (?:no|not) problem ', ' [?"] | (?:dont|do not|never|wont|cant|not|didnt|doesnt|didn t|without) (?:ever |want to |have to |need to |wanna )?(?:stop|quit|unsub[a-z]*|remove|delete|end|cancel|opt) | (?:why|when|what|where|how|who|which|if|until|till|unless|except|but|instead|only|whether|because|cause|after|before|during|while|today|tonight|tomorrow|weekend|weekends|morning|night|work|office|monday|tuesday|wednesday|thursday|friday|saturday|sunday|pm|am|oclock) | (?:did|does|do|would|should|could|can|will|have|has|was|were) (?:you|u|i|they|it|we|he|she) | (?:you|u|i|they|he|she|we|it|that|who) (?:stop|stops|stopped|quit|removed|deleted|unsubscribed) | (?:joking|kidding|jk|lol|lmao|rofl|haha[a-z]*|hehe|playing|kinda) | (?:husband|wife|mom|mother|dad|father|brother|sister|son|daughter|boss|friend|kid|kids|he|she|they|him|her|his|them|people) | (?:appointment|appt|order|delivery|reservation|booking|table|class|lesson|invoice|bill|package|membership|gym|prescription|refill|waitlist|waiting|wait|guest|team|group|chat|insurance|account|payment|card|photo|photos|picture) | (?:love|enjoy|keep|continue|resume|restart|miss|like|again please|said|says|say|told|tell|meant|asked|thought|typed|texted|already) | to (?:my|him|her|them|the) ', '^ (?:(?:please|pls|plz|plss|pleas|pleeease|kindly|hi|hello|hey|ok|okay|just|thanks|thank|thx|you|bitte|danke|svp|merci|gracias|por|favor|grazie|aub|so|and|sorry|good|morning|evening|afternoon|day|no|me|u|sir|maam|folks|guys|all|everything|now|already|immediately|asap|\.) )*(?:(?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue)|unsub[a-z]*|unsusc[a-z]*|unsusb[a-z]*|optout) (?:(?:please|pls|plz|pleas|kindly|thanks|thank|thx|you|u|ty|bitte|danke|svp|merci|gracias|por|favor|grazie|aub|now|already|all|asap|immediately|me|stop|sir|maam|have|a|good|nice|great|blessed|day|one|and|god|bless|unsubscribe|\.) )*$| (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue) (?:(?:all|the|these|those|ur|yr|your|this|any|with|sending|send|sendin|sendng|further|future|me|my|us|more|of|damn|damned|dumb|stupid|fucking|fuckin|freaking|goddamn|bloody|annoying|daily|constant|endless|pls|please|plz|receiving|getting|automated|unwanted|unsolicited|that|both|such|so|many|immediately|now|random|silly|dang|trying|to|w|a|the)? )?(?:(?:all|the|these|those|ur|yr|your|this|any|sending|send|sendin|further|future|me|my|us|more|of|damn|dumb|stupid|fucking|freaking|goddamn|annoying|daily|constant|pls|please|receiving|getting|automated|unwanted|unsolicited|such|so|many|random|dang) )*(?:<texts>|contacting|contactin|calling|harassing|bothering|bugging|pestering|bombarding|writing|txtin|contact|communications?|communicating|blowing up my) | (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue) (?:sending|send|sendin|sendng) (?:me |us )?(?:this|these|those|stuff|things?|crap|shit|junk|garbage|anything)(?: [a-z]+)? (?:\.|$)| (?:cancel|end|kill|terminate) (?:(?:all|the|these|those|your|ur|my|this|any|further|future|more|damn|annoying|marketing|promotional) )*(?:texts|txts|messages|msgs|text messages|alerts|promos|sms) (?:(?:please|pls|now|thanks|thank|you|to|my|phone|me|number) )*(?:\.|$)| (?:dont|do not|donot|dnt|never|no) (?:ever |you |u |please |pls )*(?:text|txt|message|messege|mesage|msg|contact|sms|spam|call|write|bother|txting|texting)(?: to)?(?: or (?:call|text|email|message|contact))*(?: (?:me|us|this number|this phone|my phone|my number|my cell|here|back))*(?: (?:anymore|any|more|again|no|ever|please|pls|plz|thanks|thank|you|thx|with|this|these|stuff|promos|now|or|guys|people|y|all|evr|anymor))* (?:\.|$)| (?:dont|do not|donot|dnt|never) (?:ever |please |pls )*(?:send|forward) (?:me |us )?(?:(?:any|more|anymore|these|this|those|your|ur|such|another|further|future|stupid|damn|single) )*(?:<texts>|anything|stuff|crap|shit|junk|this|these) | (?:dont|do not|donot|dnt|no longer|never|not) (?:want|wanna|wish|care|like|wants|interested in)(?: to| too)?(?: get| getting| receive| receiving| be getting| be receiving| recieve| see| have| read| be| any)+(?: (?:any|more|anymore|these|this|those|your|ur|such|all|of|further|future|stupid|damn|from|you|so|many|longer|the|them|daily|marketing|promotional|text|automated))* (?:<texts>|contacted|bothered|spammed) | (?:dont|do not|donot|dnt|no longer|never) (?:want|need|wish for|care for)(?: (?:any|more|anymore|these|this|those|your|ur|such|all|of|further|future|stupid|damn|so|many|the|daily|marketing|promotional|text))* (?:texts|txts|messages|msgs|messeges|mesages|promos|promotions|ads|spam|sms|coupons|notifications|alerts|newsletters?|solicitations) | (?:dont|do not|donot|never|no longer) (?:ever )?(?:want|wanna|wish|care|need)(?: to| too)?(?: ever)? hear(?: anything| more)* from (?:you|u|this|y all|yall|your|these|ya) | (?:remove|remvoe|remov|delete|take|drop|get|scratch|scrub|erase|pull|want|cross|strike) (?:me|my|us|this)(?: (?:phone|cell|number|name|info|contact|please|pls|off|out|from|of|ur|your|the|this|that|these|those|any|all|text|texting|messaging|message|marketing|sms|mailing|calling|future|further|data|whole|stupid|damn|promo|promotional|distribution))* (?:list|lists|database|system|texts|messages|texting|records|contacts|msgs|promos|promotions|sms|mailing) | (?:remove|remvoe|remov|delete|erase|lose|forget|scrub|purge|unlist|block) (?:(?:my|this|the|our) )+(?:(?:phone|cell|mobile|contact) )*(?:number|digits|contact|contacts|phone|info|information) | (?:remove|remvoe|remov|unsubscribe|unsubcribe|unsuscribe|unsubscrib|unsub|delete|opt|unenroll|deregister) (?:me|us|this number|my number)(?: (?:from|this|here|out|off|of|now|all|it|these|please|pls|plz|thanks|thank|you|thx|immediately|asap|today|kindly))* (?:\.|$)| (?:take|get|keep|leave) (?:me|us|my number|my name|my phone|this number) off(?: (?:of|your|ur|the|this|that|these|texts?|texting|contact|mailing|marketing|phone|list|lists|it|now|please|pls|thanks|thank|you|here|already))* (?:\.|$)| (?:unsubscribe|unsubcribe|unsuscribe|unsubscrib|unsubscibe|unsub) (?:me|us|my|this|from|please|pls|now) | (?:want|like|wish|need|wanna|trying|love|id like|prefer)(?: to)? (?:unsubscribe|unsubcribe|unsuscribe|opt out|optout|be removed|be taken off) | opt(?:ing|ed)? (?:me |us |my number |this number )?out(?: (?:of|from|all|your|these|this|the|any|future|texts?|messages?|sms|list|please|pls|thanks|thank|you|now|promotions|marketing))* (?:\.|$)| (?:leave me|leave us) (?:the (?:hell|fuck) )?alone(?: (?:please|pls|already|now|thanks|you|people|guys|and|finally))* (?:\.|$)| never (?:ever )?(?:text|message|contact|write|call|msg)(?: to)? (?:me|us|this number|here) | no (?:more|further|additional|longer want) (?:(?:of|these|those|your|ur|damn|stupid|annoying|marketing|promo|promotional|spam|text|sms|please) )*(?:texts|txts|messages|msgs|messeges|mesages|texting|messaging|promos|promotions|ads|spam|sms|coupons|notifications|alerts|emails|text|msg) | (?:want|get me|let me) out of (?:this|these|your|the) (?:texts?|texting|sms|message|messaging|list|spam) | (?:revoke|revoking|withdraw|withdrawing|rescind) (?:my |all )?(?:consent|permission|authorization) | (?:fuck off|piss off|go away|get lost|screw you) (?:and )?(?:leave me alone|lose my number|dont|do not|never|stop)', ' (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue|stopped|stopping|stops|never|no more|no longer|remove|remvoe|removed|delete|deleted|without|enough|sick of|tired of|fed up|unwanted|block[a-z]*|refuse|unsolicited|nobody asked|done with|cancel|end|end of|disable|turn off|switch off|get rid of|cut out)[^.?]* (?:<texts>|contact|contacted|contacting|contacts|calls?|calling|called|numbers?|phone|lists?|hear|hearing|bother[a-z]*|write|writing|database|harass[a-z]*|promot[a-z]*|updates?|reminders?|deals|inbox) | (?:dont|do not|donot|dnt|not|didnt|wont|doesnt) (?:want|wanting|wish|wanna|need|like|text|txt|send|sending|contact|call|message|msg|mesage|messege|write|bother|consent|care|keep|ever|you|u|please|pls|spam|harass|interested|ok|okay|agree|authorize|sign|signed|subscribe|appreciate|ask|asking|to)[^.?]* (?:<texts>|contact|contacted|contacting|numbers?|phone|lists?|hear|hearing|bother[a-z]*|database|harass[a-z]*|me|us|updates?|reminders?|deals|anymore|again|stuff|these|this|thing|anything) | no (?:<texts>|thanks to (?:the|your|these) texts?) | no (?:thank you|thanks)[^?]* (?:<texts>|list) | (?:<texts>|numbers?|phone|calls)[^.?]* (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue|enough|annoying|annoyed|unwanted|no more|anymore|any more|too many|too much|too often|removed|deleted|unwelcome|sick|end|harassment|a day|every day|nonstop|non stop|ridiculous|please no|over it|unsubscribe[a-z]*|out) | un ?su[bsc][a-z]* | unscu[a-z]* | usubs[a-z]* | optout | opt(?:ing|ed|in|s)? (?:me |us |my [a-z]+ )?out | lose (?:my|this|the) | forget (?:my|me|this|about|i) | leave (?:me|us) (?:[a-z]+ )*(?:alone|be) | wrong (?:number|person|guy|phone|girl|lady) | not interested | no interest | no longer interested | go away | (?:fuck|fck|f|piss|bugger|buzz|back) off | get lost | screw (?:you|u|off) | fuck (?:you|u|this) | (?:report|reporting|reported) (?:you|u|this|it|as|to|ur) | spam[a-z]* | scam[a-z]* | harass[a-z]* | lawyer | attorney | sue | suing | lawsuit | fcc | ftc | tcpa | do not call | dnc | block(?:ed|ing)? (?:you|u|this|number|ur|your|it) | (?:me|us|my number|my name) (?:the (?:hell|fuck) )?(?:off|out of) | off (?:your|ur|this|that|my|the) (?:list|lists|phone|text|texts|text list) | how did (?:you|u) (?:[a-z]+ )?get (?:my|this) | who gave (?:you|u) my | had enough | enough (?:already|with|\.|is|of) | knock it off | cut it out | (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue) (?:it|this|that|now|already|please|pls|\.) | (?:please|pls|plz|just|now) (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue) | cease | desist | revoke[a-z]* | withdraw[a-z]* | unenroll | deregister | unregister | deactivate | remove (?:me|us|my) | delete (?:me|my|us) | take (?:me|us) off | never (?:text|message|contact|write|call|again) | do not disturb | not my number | i want out | im out | im done | (?:never|didnt|did not|dont remember|dont recall|do not remember) (?:sign|signed|signing|subscrib[a-z]*|ask|asked|asking|agree|agreed|agreeing|consent|consented|opt|opted|want|wanted|give|gave|gived) |^ (?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?(?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue) (?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?$| (?:st+o+p+|stpo|sotp|stoop|stap|stahp|st0p|stp|quit|cease|halt|discontinue) (?:\.|[?]|$)| no more (?:please|pls|thanks|thank|\.|$)| not anymore | had it with | not with (?:these|the|your) | unfollow | un subscri[a-z]* | (?:dont|do not|dnt|never) (?:text|txt|message|msg|contact|spam) | blocked | reported | (?:scratch|let|cross|strike|want) (?:me )?off | (?:rather|prefer) (?:not|no) [^.?]*(?:<texts>|contact[a-z]*) | not (?:get|receive|be) [^.?]*<texts> | no (?:more|further|additional) (?:<texts>|contact[a-z]*|communications?) | stop (?:all|everything|messag[a-z]*|sending|mess[a-z]*|cont[a-z]*) | quit (?:it|this|sending|with) '),
  ('de', 'nachricht|nachrichten|nachichten|nachrichtn|nachrichte|sms|smsen|sms en|werbung|werbungen|werbe[a-z]*|mitteilung|mitteilungen|angebote|newsletter|spam|mails?|infos|texte|whatsapps?|benachrichtigung|benachrichtigungen|reklame|rundschreiben|gutscheine|emails?|zeug', null, ' (?:bekomme|erhalte|kriege|kommen|bekam|habe|hab|bekommen|erhielt|kam)(?: (?:ich|wir|leider|schon|seit|bisher|noch|heute|gestern|gar|ja))* (?:keine|keinen|kein|nicht) | (?:hort|horen|hoert|hoeren)(?: [a-z]+)? auf zu (?:servieren|arbeiten|kochen) | nicht vergessen | vergesst nicht | vergessen sie nicht | weiss nicht | nicht sicher ', ' [?"] | (?:wann|warum|wieso|weshalb|wie|wo|ob|wenn|bis|aber|nur|ausser|sondern|heute|morgen|vor|nach|uhr|mann|frau|bruder|schwester|mutter|vater|termin|bestellung|rechnung|paket|reservierung|tisch|kurs|training|schule|kind|hund|post|gruppe|verein|falls|mitgliedschaft) | (?:haha[a-z]*|witz|spass|gesagt|sagte|liebe|gerne weiter|weiterhin|scherz) ', ' (?:kein|keine|keinen|keiner)(?: (?:weiteren?|weitere|einzige|mehr|von|ihren|ihre|eure|euren|solche|solchen|diese|dieser|lastigen|mehr|blode|bloden))* (?:<texts>)(?: [a-z]+)* (?:mehr|schicken|schickt|schiken|senden|sendet|bitte|zusenden|danke) | (?:schick|schik|send|schreib)[a-z]* (?:sie )?(?:mir |uns )?(?:bitte )?(?:kein|keine|keinen|nix|nichts|nie)(?: [a-z]+)*(?: (?:mehr|wieder)| <texts>) | (?:keine?|nie)(?: weiteren?| mehr)?(?: <texts>)? (?:mehr )?(?:an mich|an diese nummer|auf diese nummer) | keine?(?: weiteren?)? (?:<texts>)(?: bitte| danke)? (?:\.|$)| (?:will|mochte|moechte|wunsche|wuensche|brauche|wollen|mochten)(?: (?:ich|wir|bitte|von|euch|ihnen|absolut|auch|in|zukunft))* (?:keine|kein|keinerlei|nichts)(?: (?:weiteren?|mehr|von|ihnen|euch|solchen?|diese|eurer?|ihrer?))* (?:<texts>|kontakt|horen|hoeren) | (?:hor|hort|horen|hoer|hoert|hoeren)(?: (?:sie|bitte|endlich|doch|sofort|jetzt|mal))* auf(?: (?:mir|mich|damit|uns|bitte|zu|mit|dem|den|diesen|solche|diese|standig|dauernd|immer|so|viele|weitere))* (?:schreiben|schicken|senden|belastigen|nerven|kontaktieren|simsen|texten|<texts>|vollzuspammen|anzuschreiben) | (?:losch|loesch)[a-z]*(?: (?:sie|bitte|sofort|doch|umgehend|endlich))* (?:meine|diese|mich|unsere|die)(?: [a-z]+)* ?(?:nummer|handynummer|telefonnummer|daten|kontakt|kontaktdaten|verteiler|liste) | (?:meine|diese) (?:handy|telefon|mobil)? ?(?:nummer|daten)[^.?]* (?:loschen|loeschen|entfernen|streichen|vergessen) | (?:nehm|nimm|streich|entfern|trag|losch|loesch|werf|raus)[a-z]*[^.?]* (?:verteiler|adressliste|mailingliste|kontaktliste|sms liste|eurer liste|ihrer liste|der liste|von der liste) | (?:aus dem|aus ihrem|aus eurem|vom|von eurem|von ihrem) (?:sms )?verteiler | (?:von|fur)(?: [a-z]+)* (?:<texts>)(?: [a-z]+)* (?:abmelden|abbestellen|austragen) | (?:<texts>)(?: bitte| hiermit| sofort| gerne)* (?:abbestellen|abmelden|stoppen|einstellen|beenden|abstellen|unterlassen) | (?:bestell|stell|melde)[a-z]*[^.?]* (?:<texts>)[^.?]* ab | (?:lass|lasst|lassen)(?: (?:sie|mich|uns|bitte|endlich|doch|einfach|jetzt|mal|alle))* in ruhe | (?:schreib|schreibt|schreiben|kontaktier|kontaktiert|kontaktieren|belastigt|belastigen|textet)(?: (?:sie|mir|mich|uns|bitte|hier))* (?:nie|nicht|niemals|nix)(?: (?:wieder|mehr))+ | (?:nicht|nie)(?: wieder| mehr)+ (?:schreiben|kontaktieren|anschreiben|texten|simsen|kontaktiert werden|angeschrieben werden|anschreiben lassen|belastigen|melden) |^ (?:(?:guten|tag|hallo|hi|bitte|ich|mochte|moechte|will|wurde|mich|gerne|hiermit|guten|morgen|abend|gern|sofort) )+(?:abmelden|austragen|abbestellen)(?: (?:bitte|danke|vielen|dank|lassen|hier))* (?:\. |bitte |danke )*$| (?:meld|melden|melde|trag|tragt|tragen)(?: (?:sie|mich|bitte))+ (?:ab|aus) (?:\.|$)| vergesst (?:bitte )?meine nummer | vergessen sie (?:bitte )?meine nummer | widerrufe? (?:hiermit )?(?:meine )?(?:einwilligung|zustimmung) | stop+(?:t|en|p|pen)?(?: (?:mit|sie|bitte|die|den|diese|diesen|ihre|eure|eueren?|alle))* (?:<texts>) ', ' (?:kein|keine|keinen|nicht|nie|niemals|aufhor[a-z]*|aufhoer[a-z]*|hor[a-z]* auf|losch[a-z]*|loesch[a-z]*|entfern[a-z]*|streich[a-z]*|stop[a-z]*|lass[a-z]*|abmeld[a-z]*|abbestell[a-z]*|genug|schluss|vergess[a-z]*|vergiss|blockier[a-z]*|spar[a-z]*|nervt|nerven|satt|bitte kein[a-z]*|nehm[a-z]*|nimm)[^.?]* (?:<texts>|nummer|verteiler|listen?|daten|kontakt[a-z]*|schreib[a-z]*|schick[a-z]*|schik[a-z]*|send[a-z]*|anruf[a-z]*|ruhe|belastig[a-z]*|zusend[a-z]*) | (?:<texts>)[^.?]* (?:nerven|nervt|stop[a-z]*|aufhor[a-z]*|genug|satt|nicht mehr|kein[a-z]*|unerwunscht|abbestell[a-z]*|zu viel[a-z]*|jeden tag) | abmeld[a-z]* | abbestell[a-z]* | abgemeldet | austragen | falsche nummer | kein interesse | in ruhe | verpiss[a-z]* | anwalt | anzeige | dsgvo | unterlass[a-z]* | widerruf[a-z]* | verteiler | nicht interessiert | hor(?:t|en sie)? (?:bitte |endlich )?(?:damit )?auf | schluss damit | es reicht | spam | (?:losch|loesch)[a-z]* (?:bitte |doch |sie )?mich | einwilligung |^ (?:[^ ]+ )?(?:[^ ]+ )?(?:aufhor[a-z]*|aufhoer[a-z]*|stop+[a-z]*|stop) (?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?$'),
  ('nl', 'bericht|berichten|berichtjes|berichtje|berigten|berigt|sms|smsen|sms en|smsjes|sms jes|smsje|appjes|reclames?|aanbiedingen|mails?|mailtjes|spam|nieuwsbrief|nieuwsbrieven|promoties|promotie|notificaties|meldingen|advertenties|updates|tekstberichten|kortingen', null, ' (?:krijg|kreeg|ontvang|ontving|heb|hebben|krijgen|kwam)(?: (?:ik|wij|we|al|nog|sinds|steeds|helaas|nu))* (?:geen|niet) | stop(?:pen|t)? (?:jullie|u|je)? ?met (?:serveren|koken|werken) | (?:stoppen|stopt) (?:jullie|u) | niet vergeten | vergeet niet | weet niet | niet zeker ', ' [?"] | (?:wanneer|waarom|hoe|waar|of|als|tot|maar wel|behalve|alleen|vandaag|morgen|voor|na|uur|man|vrouw|broer|zus|moeder|vader|afspraak|bestelling|factuur|pakket|reservering|tafel|cursus|les|post|groep|sportschool|abonnement) | (?:haha[a-z]*|grapje|zei|gezegd|leuk vind|fijn vind|graag wel) ', ' (?:stop|stopt|stoppen|hou|houd|houdt|kap)(?: (?:a|u|b|aub|alstublieft|alsjeblieft|nu|eens|onmiddellijk|svp|op|direct))* met (?:(?:het|mij|me|die|deze|jullie|al|alle|dat|sturen|van|ons|versturen|steeds|zoveel) )*(?:<texts>|sturen|versturen|appen|mailen|contacteren|spammen|lastigvallen|texten|sms|stalken|bellen) | geen (?:(?:enkele?|verdere|nieuwe|van|die|zulke|deze|jullie|ongewenste|commerciele|irritante|stomme|enkel|andere) )*(?:<texts>)(?: [a-z]+)? (?:meer|sturen|ontvangen|a u b|aub|alstublieft|graag|svp|alsjeblieft|krijgen|bedankt|dank)| geen (?:<texts>) (?:\.|$)| (?:wil|wens|wensen|willen|hoef|wilt)(?: [a-z]+)? (?:geen|niet)(?: (?:meer|langer|van|jullie|die|deze|zulke|verder|verdere))* (?:<texts>|benaderd|gecontacteerd)| (?:stuur|stuurt|sturen)(?: (?:u|mij|me|ons|aub|alstublieft))* (?:geen|nooit|niets|niks)(?: [a-z]+)*(?: meer| <texts>)| (?:afmelden|uitschrijven)(?: (?:voor|van|uit|a|u|b|aub|graag|svp|deze|dit|de|die|jullie|alstublieft|bedankt|dank|wel|lijst|<texts>))* (?:\.|$) | (?:meld|schrijf) (?:me|mij|ons) (?:aub |alstublieft |graag |a u b )?(?:af|uit) | (?:haal|verwijder|schrap|gooi|wis|streep|verwijderen|haalt)(?: (?:u|me|mij|aub|alstublieft|dit|mijn|a|b|graag|even|gewoon|eens))+(?: [a-z]+)* ?(?:lijst|nummer|bestand|database|telefoonnummer|gegevens|contacten|mailinglijst|systeem) | mijn (?:nummer|telefoonnummer|gegevens)(?: [a-z]+)* (?:verwijderen|wissen|schrappen|vergeten) | laat (?:me|mij|ons)(?: [a-z]+)? met rust | val (?:me|mij) niet (?:meer )?lastig | (?:niet|nooit) (?:meer )?(?:meer|weer) (?:sturen|appen|berichten|sms|smsen|mailen|contacteren|contact|benaderen|texten) | (?:sms|app|bericht|contacteer|benader|bel|mail) (?:me|mij) (?:niet|nooit) (?:meer|weer) | vergeet mijn nummer | trek mijn toestemming ', ' (?:geen|niet|nooit|stop[a-z]*|ophou[a-z]*|hou[a-z]* op|haal|verwijder[a-z]*|schrap|wis|vergeet|genoeg|blokk?eer[a-z]*|gooi|weg|klaar met|zat|beu|zonder|te veel|teveel|uit)[^.?]* (?:<texts>|lijst|nummer|contact[a-z]*|stur[a-z]*|stuur[a-z]*|appen|mailen|ontvang[a-z]*|gegevens|lastig[a-z]*|bestand|database|bellen|benader[a-z]*) | (?:<texts>)[^.?]* (?:stop[a-z]*|genoeg|zat|beu|niet meer|geen|ongewenst|hoeft niet|hoef ik niet|te veel|teveel|nooit meer|uit[a-z]*|af) | afmeld[a-z]* | afgemeld | uitschrij[a-z]* | uitgeschreven | verkeerd(?:e)? nummer | geen interesse | niet geinteresseerd | met rust | rot op | oprotten | avg | spam | hou (?:hier|er|daar)mee op | hou op | genoeg | lastig gevallen | lastigvallen | haal (?:me|mij) '),
  ('pl', 'wiadomosc|wiadomosci|wiadomsci|sms|smsy|smsow|smsa|sms ow|sms y|sms a|esemesow|esemesy|esemes|reklam|reklamy|reklamami|reklame|powiadomien|powiadomienia|promocji|promocje|ofert|oferty|newsletter|newslettera|mejli|maili|spam|spamu|kuponow|informacji|marketing|marketingu|marketingowych|reklamowych', null, ' nie (?:dostaje|dostalem|dostalam|otrzymalem|otrzymalam|otrzymuje|przychodza|przyszla|przyszlo|przyszedl|mam|wiem|zapomnijcie|zapomnij|moge|dostaję) | przesta[a-z]* (?:podawac|gotowac|pracowac|padac|bolec|przychodzic|dostawac) ', ' [?"] | (?:kiedy|dlaczego|czemu|jak|ile|gdzie|czy|jesli|jezeli|dopoki|ale|tylko|oprocz|jeszcze|dzisiaj|dzis|jutro|przed|po|godzinie|maz|zona|brat|siostra|mama|tata|syn|corka|wizyta|wizyte|zamowienie|faktura|fakture|paczka|paczki|paczke|rezerwacje|stolik|silownia|kurs|lekcje|grupy) | (?:haha[a-z]*|hehe[a-z]*|zart|zartuje|powiedzial[a-z]*|uwielbiam|kocham|lubie) ', ' nie (?:wysyl|przysyl|wysla|przysla|slij|slijcie|wysylaj|spam)[a-z]*(?: (?:mi|do|mnie|juz|wiecej|tych|swoich|waszych|zadnych|prosze|na|ten|numer|kolejnych|takich|tu|tego))* (?:<texts>) | nie (?:wysyl|przysyl|slij|pisz|pisa|kontaktuj|nekaj|spamuj|mecz)[a-z]*(?: (?:mi|do|mnie|juz|sie|ze|mna))*(?: (?:wiecej|juz|nigdy|do mnie|nic|ze mna))(?: (?:mi|do|mnie|juz|prosze|dziekuje|wiecej|nic|ze|mna|sie))* (?:\.|$)| (?:prosze|prosimy|zeby|aby)(?: (?:juz|do|mnie|wiecej))* nie (?:pisac|wysylac|przysylac|kontaktowac|nekac)(?: (?:sie|mi|do|mnie|juz|ze|mna|nic))* (?:wiecej|juz|mnie|mna|<texts>) | (?:przest|prest)[a-z]*(?: (?:juz|do|mnie|mi|prosze|natychmiast|wreszcie))* (?:pisac|wysylac|przysylac|nekac|spamowac|kontaktowac|meczyc|wypisywac|slac)(?: (?:mi|do|mnie|tych|te|swoich|juz|sie|ze|mna))* ?(?:<texts>|mnie|mi|\.|$)?| nie (?:chce|zycze|chcialbym|chcialabym|chcemy|zyczymy|potrzebuje)(?: (?:sobie|juz|wiecej|dostawac|otrzymywac|tych|zadnych|waszych|od|was|takich|tego|panstwa|kolejnych|byc))* (?:<texts>) | (?:wypis|wykresl|usun|skasuj|skresl|wymaz|wyrzuc|usuwaj)[a-z]*(?: (?:mi|mnie|prosze|moj|ten|moje|sie|z|ze|wasz|waszej|tej|swojej|panstwa|listy|bazy|moich|sobie))* (?:numer|numeru|listy|bazy|dane|danych|sms|smsow|sms ow|kontakt|kontaktow|telefon|subskrypcji|<texts>) | (?:prosze|chce|chcialbym|chcialabym)(?: [a-z]+)* (?:wykreslic|wypisac|usunac|skreslic|skasowac)(?: (?:mnie|sie|z|ze|moj|listy|tej|waszej|tych|bazy|moje|swojej|panstwa))* (?:listy|numer|bazy|dane|<texts>) | rezygnuje z (?:(?:otrzymywania|dostawania|tych|waszych|subskrypcji|wszystkich|dalszych|panstwa) )*(?:<texts>) | (?:dajcie|daj|dac) mi(?: [a-z]+)? spokoj | (?:odczep|odwal)[a-z]* sie | zostaw[a-z]* mnie w spokoju | zapomni[a-z]* (?:o )?(?:moj|mojego|moim) numer[a-z]* | (?:koniec|dosc|stop)(?: (?:z|tych|tymi|waszych|tego))* (?:<texts>) | (?:wycofuje|cofam)(?: [a-z]+)? zgod[a-z]* | (?:zadnych|bez) (?:wiecej )?(?:<texts>)(?: wiecej| prosze| dziekuje)* (?:\.|$)', ' (?:nie|przest[a-z]*|prest[a-z]*|wypis[a-z]*|wykresl[a-z]*|usun[a-z]*|skasuj[a-z]*|skresl[a-z]*|rezygn[a-z]*|stop|dosc|daj[a-z]*|odczep[a-z]*|zapomn[a-z]*|zablok[a-z]*|koniec|anuluj[a-z]*|mam dosc|bez|zadnych)[^.?]* (?:<texts>|numer[a-z]*|listy|lista|bazy|dane|danych|pisa[a-z]*|pisz[a-z]*|wysyl[a-z]*|przysyl[a-z]*|kontakt[a-z]*|spok[a-z]*|neka[a-z]*|dzwon[a-z]*|wysla[a-z]*) | (?:<texts>)[^.?]* (?:stop|dosc|nie chce|nie zycze|przest[a-z]*|nie|wiecej|za duzo) | wypis[a-z]* | wykresl[a-z]* | zly numer | pomylka | pomylil[a-z]* | nie jestem zainteresowan[ay] | nie interesuje | spokoj | odczep[a-z]* | odwal[a-z]* | spadaj[a-z]* | rodo | zglosz[a-z]* | nekan[a-z]* | spam[a-z]* '),
  ('tr', 'mesaj|mesajlar|mesaji|mesajlari|mesajiniz|mesajlarinizi|mesajlariniz|mesajlardan|mesajlara|mesajdan|mesa[jz][a-z]*|msj|msjlar|sms|smsler|smsleri|smsi|sms ler|ileti|iletiler|iletileri|bildirim[a-z]*|reklam[a-z]*|kampanya[a-z]*|mail[a-z]*|duyuru[a-z]*|tanitim[a-z]*|spam', null, ' (?:mesaj[a-z]*|sms[a-z]*) (?:gelmiyor|gelmedi|almadim|almiyorum|ulasmadi|gelmez oldu) | unutma[a-z]* ', ' [?"] | (?:ne zaman|neden|niye|nasil|nerede|kac|mi|mu|misiniz|musunuz|kadar|ama|sadece|haric|bugun|yarin|once|sonra|saat|esim|kocam|karim|kardesim|annem|babam|oglum|kizim|randevu[a-z]*|siparis[a-z]*|fatura[a-z]*|paket[a-z]*|kargo[a-z]*|rezervasyon[a-z]*|masa[a-z]*|spor|kurs|ders|grup|eger|ise) | (?:haha[a-z]*|saka|dedi|bayiliyorum|seviyorum|jsjs[a-z]*) ', ' (?:<texts>)(?: [a-z]+)* (?:gonder|at|yolla|yaz|ilet|paylas)m[ae](?:yin|yiniz|yiniz|yin artik|sin|sinler)? | (?:<texts>)(?: [a-z]+)* (?:gonder|at|yolla)ma | (?:<texts>)(?: [a-z]+)* (?:gonderme|atma|yollama)[a-z]* | (?:<texts>)(?: (?:almak|artik|gelsin|gelmesini|okumak|gormek|gormek|de|da|hic|bir|daha|sizden|falan|istemiyorum))* (?:istemiyor[a-z]*|istemem|istemiyom|istemiyrum|istemiyorm|istemiyoruz|istemedigimi|almayacagim) | (?:<texts>)(?: [a-z]+)? (?:gonderimini|gondermeyi|gonderim|atmayi|yollamayi|gonderimi|almayi|yazmayi)? ?(?:birak|kes|durdur|sonlandir|iptal|keser|durdurur|kapat)[a-z]* | (?:bana|bize|buraya|bu numaraya)(?: (?:artik|bir|daha|lutfen|mesaj|sms|bi|boyle))* (?:yazma|atma|gonderme|ulasma|yollama)[a-z]* | (?:gondermeyi|atmayi|yollamayi|yazmayi)(?: artik)? (?:birak|kes|durdur)[a-z]* | numara[a-z]*(?: [a-z]+)? (?:sil|cikar|kaldir|unut|sistem)[a-z]* | (?:numarami|beni|telefonumu|ismimi|kaydimi)(?: [a-z]+)* (?:listeden|listenizden|sistemden|rehberden|listesinden|sisteminizden|mesajlardan|rehberinizden)(?: [a-z]+)? (?:cik|sil|cikar|kaldir)[a-z]* | (?:mesajlardan|smslerden|bildirimlerden|listeden|listenizden|mesaj listesinden|iletilerden)(?: [a-z]+)? (?:cik|ayril|cikar)[a-z]* | rahat birak[a-z]* | rahatsiz etme[a-z]* | (?:bir daha|artik)(?: [a-z]+)? (?:yazma|ulasma|mesaj atma|gonderme|mesaj gonderme)[a-z]* | (?:iznimi|onayimi) (?:geri )?(?:cek|iptal)[a-z]* ', ' (?:<texts>|numara[a-z]*|liste[a-z]*)[^.?]* (?:istemi[a-z]*|isteme[a-z]*|gonderme[a-z]*|gondermey[a-z]*|atma[a-z]*|yollama[a-z]*|yazma[a-z]*|birak[a-z]*|kes[a-z]*|durdur[a-z]*|iptal[a-z]*|sil[a-z]*|cikar[a-z]*|cik[a-z]*|kaldir[a-z]*|unut[a-z]*|yeter[a-z]*|bikt[a-z]*|engel[a-z]*|gelmesin|stop|sikayet[a-z]*|kapat[a-z]*|gerek yok|almak istem[a-z]*|ayril[a-z]*) | (?:stop|yeter|artik|istemiyor[a-z]*|bikt[a-z]*)[^.?]* (?:<texts>|numara[a-z]*|yaz[a-z]*|ulas[a-z]*|ara[a-z]*) | rahat birak[a-z]* | rahatsiz e[td][a-z]* | yanlis numara | yanlis kisi | ilgilenmiyor[a-z]* | uyeli[a-z]* | abonelik[a-z]* | kvkk | sikayet e[td][a-z]* | spam | (?:yazma|aramayin|atma|gonderme|ulasma)(?:yin|yiniz|yin artik)? | beni (?:cikar|sil|unut)[a-z]* '),
  ('zh', '短信|信息|消息|讯息|简讯|广告|推广|通知|推送|垃圾|优惠|促销|营销|邮件|资讯|sms', '停|别|不要|不用|不想|不需要|不必|不再|退|删|取消|勿|烦|扰|够了|拉黑|举报|投诉|屏蔽|滚|打错|错人|没兴趣|不感兴趣|拒|移除|移出|除名|忘|stop|td', '收不到|没有?收到|没有?看到|停车|停业|停电|停水|不要忘记?|别忘记?|发货|发票|发快递|发烧|发现|不用谢|不客气|取消预约|取消订单|不要香菜|不要辣', '[?"]|吗|呢|如果|要是|为什么|怎么|几点|什么时候|什么|多少|哪|只要|除了|但是|不过|今天|明天|先|之前|以后再|老公|老婆|妈|爸|朋友|预约|订单|发票|快递|会员|群|开玩笑|哈哈|喜欢', '^ td (?:\. )?$|退订|取消订阅|退出订阅|停止订阅|取消关注短信|(?:不要|别|请勿|勿|不用|不必|不许|不准)(?:再|在)?(?:继续)?(?:给|向|往|跟|对|和)?我?(?:们)?(?:的?手机)?(?:再|在)?(?:发|传|寄|推|推送|发送|传送)(?:来|过来|送|给我)?(?:任何|这些|这种|此类|你们的?|更多|什么|那些|这)*的?(?:<texts>)|(?:不要|别|请勿|勿)(?:再|在)(?:给|向|往|跟)?我?(?:发|传|联系|打扰|骚扰|联络|来烦|烦)(?:了|我|给我|来|过来|吧|啦|这些|这种)*(?: |$)|(?:以后|今后|从此)(?:请|麻烦|都)?(?:别|不要|勿|不用)(?:再)?(?:给我)?(?:发|联系|打扰|骚扰|推送|传)|(?:停止|停)(?:再)?(?:给|向|对)?我?(?:的)?(?:发|发送|推送|传|骚扰|打扰|联系)(?:我|给我|这些|任何)*(?:<texts>)?|(?:不想|不愿意?|不要|不需要|不希望|拒绝|不再想|不再需要)(?:再|继续|让)?(?:收到|接收|收|看到|接到|要)?(?:到)?(?:你们|贵公司|贵店|您|你|任何|这些|这种|此类|更多|那些|的)*(?:<texts>)|(?:删除?|移除|去掉|删掉|清除|注销|除去|忘|忘掉|忘记)(?:掉|了)?(?:我|本人)?的?(?:这个)?(?:号码|电话|手机号码?|联系方式|资料|个人信息)|(?:把|将|请把)?我(?:的)?(?:号码|手机号码?|电话|名字|联系方式)?[^.?]*(?:从|在)[^.?]*(?:名单|列表|系统|数据库|通讯录|群发)[^.?]*(?:删|移|去|除|拿)|从[^.?]*(?:名单|列表|系统)[^.?]*(?:删|移)|(?:别|不要)(?:再)?(?:骚扰|烦|打扰|来烦)我|(?:请勿|勿)(?:再)?(?:发|联系|打扰|骚扰)|让我(?:安静|清静)', '(?:不要|别|勿|停|不想|不再|取消|删|退|不用|不需要|烦|拉黑|举报|投诉|屏蔽|拒|忘|够)[^.?]*(?:<texts>|发|号码|名单|联系|打扰|骚扰|订阅|手机|电话|传)|(?:<texts>)[^.?]*(?:太多|烦|够|停|不要|别|取消|退)|打错|发错|错人|拒收|移出|移除|不感兴趣|没兴趣|没有兴趣|够了|走开|滚|骚扰|举报|投诉|拉黑|清静|烦死|退群|不认识|(?:^ | )td |(?:^ )stop '),
  ('ja', '配信|メール|メッセージ|ショートメール|ショートメッセージ|sms|smsは|連絡|お知らせ|宣伝|広告|案内メール|クーポン|通知|メルマガ|dm|セールス|勧誘|ライン|line|キャンペーン', '停止|止め|やめ|辞め|不要|いりません|いらない|いらん|要りません|要らない|結構です|けっこうです|ないで|しないで|するな|くるな|来るな|送るな|送らない|解除|削除|消し|消去|退会|拒否|迷惑|しつこ|うざ|ブロック|通報|いい加減|いいかげん|二度と|外して|抜いて|オプトアウト|間違|もういい|ていし|かいじょ|興味|ストップ|stop|忘れ|ほっといて|うんざり|断り|希望しま|たくな|たくあり', '届かない|届きません|届いていません|来ません|来ない|受け取っていません|入れないで|忘れないで|心配しないで|止めて[^.?]*駐車', '[?"]|ですか|ますか|でしょうか|どうして|なぜ|いつ|何時|もし|まで|けど|今日|明日|だけ|以外|先に|商品|荷物|請求書|書類|写真|注文|予約|会員|教室|レッスン|夫|妻|母|父|友|冗談|笑|好き', '(?:<texts>)(?:の|を|は|も|も|、| )*(?:[^.?]{0,8})(?:停止|止め|やめ|辞め|不要|いりません|いらない|要りません|要らない|結構です|けっこうです|送らないで|送ってこないで|送って来ないで|しないで|してこないで|拒否|お断り|解除|送るな|するな|してくるな|遠慮|受け取りたくな|受け取りたくあり|希望しません|欲しくな|いりませ)|(?:もう|今後|二度と|これ以上|一切)[^.?]*(?:送らないで|送ってこないで|送って来ないで|送るな|送ってくるな|連絡しないで|連絡してこないで|送信しないで|いりません|いらないです|やめてください|やめて|しないでください)|(?:送ってこないで|送って来ないで|送ってくるな|送りつけないで|送りつけるな)|(?:登録|購読|受信|アドレス|番号登録)(?:の|を|は)*(?:解除|削除|取り消|停止|拒否|抹消|消し)|(?:番号|電話番号|連絡先|個人情報|私の情報|名前)(?:の|を|は|も)*(?:[^.?]{0,6})(?:削除|消し|消去|外し|抹消|忘れて)|(?:リスト|名簿)(?:から|の)[^.?]{0,8}(?:外|削除|消|抜|除)|オプトアウト|配信(?:の)?(?:停止|解除|拒否)|(?:ほっといて|放っておいて|構わないで)', '(?:停止|止め|やめ|不要|いりません|いらない|要りません|要らない|結構です|ないで|しないで|するな|くるな|来るな|送らない|送るな|削除|解除|退会|消して|拒否|ブロック|通報|二度と|ストップ|忘れ|断り|うんざり)|迷惑|しつこ|うざ|いい加減|いいかげん|間違え|人違い|番号違い|興味(?:が|は)?(?:ない|ありません)|はいしん|ていし|かいじょ|たくない|たくありません|(?:^ )stop '),
  ('ar', 'رسايل|رسايلكم|رسايلك|رساله|الرسايل|الرساله|رسالاتكم|رسائل|مسجات|مسج|اعلانات|الاعلانات|اعلاناتكم|اعلان|عروض|العروض|عروضكم|دعايه|دعايات|الدعايات|ترويج|الترويج|تنبيهات|الاشعارات|اشعارات|اشعاراتكم|sms|سبام', 'لا |لات|ما |مش |مو |لم |لن |توقف|كف|بطل|وقف|ايقاف|الغ|احذف|امسح|ازل|ازيل|شيل|حذف|ازال|اخرج|اترك|دعو|دعن|سيب|خلص|انسو|كفاي|بلا|مزعج|ازعاج|بلوك|حظر|رقم غلط|غلط|stop|بس |يكفي|لست', 'لم (?:تعد )?(?:تصل|يصل|تصلني|استلم)[ا-ي]*|لا تصلني|لا تنسو?ا?|ما وصل[ا-ي]*|تتوقفون عن تقديم', '[?"]| متي | لماذا | ليش | ليه | كيف | هل | اذا | لو | حتي | لكن | فقط | اليوم | غدا | بكره | قبل | زوجي | زوجتي | اخي | اختي | امي | ابي (?:قال)| موعد[ا-ي]* | الطلب | طلب[ا-ي]* | فاتوره | الفاتوره | حجز[ا-ي]* | الطاوله | النادي | الدوره | هه[ه]+ | امزح | قال[ا-ي]* | احب ', '(?:^| )(?:ارجو|رجاء|ارجوكم|نرجو)? ?(?:ان )?(?:لا|الا|عدم|ما|بعدم) ?(?:تر|تب|ار|بعث)(?:سل|عث)?[ا-ي]*(?: (?:لي|الي|لنا|لي|علي|اي|هذا|الرقم|مزيد|من|المزيد|هذه|تلك|بعد))* (?:<texts>)|(?:^| )(?:لا|ما|الا) ?(?:ترسل|تبعث|تراسل|تتصل|تزعج|تكتب|تتواصل|ترسلو|تراسلو)[ا-ي]*(?: (?:لي|الي|بي|معي|علي|شي|شيء|اي))*(?: (?:بعد|الان|اليوم|مره|اخري|مجددا|ابدا|ثانيه|تاني|ثاني|مرة))+ |(?:^| )(?:لا|ما) ?(?:تراسل|تزعج|تتصل)(?:وني|ني|و بي|وا بي)(?: (?:من|فضلكم|رجاء|ابدا|بعد|الان|مره|اخري))* (?:\.|$)|(?:^| )(?:ارجو |رجاء |من فضلك )?(?:توقف|كف|بطل|اوقف|وقف|بطلو|خلاص وقف)[ا-ي]*(?: (?:عن|من فضلكم|رجاء|هذا|ال|كل|جميع|هذه|لي|فورا|من|فضلكم))* (?:ال)?(?:ارسال|رسايل|رسايلكم|مراسل[ا-ي]*|ازعاج[ا-ي]*|بعث|اعلانات|اعلاناتكم|عروض|ترسل[ا-ي]*|تبعت[ا-ي]*|مسجات|رسائل|تراسل[ا-ي]*)|(?:الغاء|الغي|الغوا|الغو|الغ|بالغاء)(?: ا)? ?(?:ال)?(?:اشتراك[ا-ي]*|رسايل|تسجيل[ا-ي]*)(?: (?:من|في|هذه|ال))* ?(?:<texts>|قايمه|القايمه|\.|$|من فضل|رجاء|لو سمح)|(?:^| )(?:لا|ما|مش|مو|لم اعد|لست|لا اعود) ?(?:اريد|عايز|عايزه|عاوز|ابغي|ابغا|ابي|بدي|اود|ارغب|حابب|نريد|ارغب في|مهتم)(?: [ا-ي]+)?(?: [ا-ي]+)?(?: [ا-ي]+)? (?:<texts>|تواصل[ا-ي]*|تراسلوني|ترسلوا)|(?:احذف|امسح|ازيل|ازل|شيل|حذف|ازاله|اخرج|الغ|شطب|اشطب|ازالة|انسو|انسي)[ا-ي]*(?: (?:لي|من فضلك|من|رجاء|اسمي|و|فضلكم))* (?:رقم[ا-ي]*|الرقم|هاتفي|جوالي|القايمه|قايمتكم|قايمه|اسمي من|بياناتي|قوايمكم|لايحه|اللايحه)|(?:^| )(?:اترك|دع|سيب|خل|ارحم)[ا-ي]*(?:ني)? ?(?:و )?(?:شاني|وشاني|في حالي|لحالي|بحالي|في سلام|وحدي)|(?:^| )(?:كفايه|كفي|يكفي|بس) (?:<texts>)', '(?:^| )(?:لا|ما|مش|مو|لم|لن|بلا|عدم|لست|توقف[ا-ي]*|كف[ا-ي]*|بطل[ا-ي]*|اوقف[ا-ي]*|وقف[ا-ي]*|ايقاف|الغ[ا-ي]*|احذف[ا-ي]*|امسح[ا-ي]*|ازيل[ا-ي]*|شيل[ا-ي]*|حذف|انسو[ا-ي]*|بس|كفايه|يكفي|سيب[ا-ي]*|اترك[ا-ي]*|دع[ا-ي]*|خلص)[^.?]* ?(?:<texts>|ترسل[ا-ي]*|تبعث[ا-ي]*|تبعت[ا-ي]*|تراسل[ا-ي]*|تتصل[ا-ي]*|تزعج[ا-ي]*|رقم[ا-ي]*|القايمه|قايم[ا-ي]*|اشتراك[ا-ي]*|الاشتراك|ارسال|تواصل[ا-ي]*|تكتب[ا-ي]*|ازعاج[ا-ي]*)|(?:^| )(?:لاترسل|لاتبعث|لاتراسل|لاتزعج)[ا-ي]*|اشتراك[ا-ي]*|رقم غلط|الرقم غلط|غلطان|مزعج[ا-ي]*|ازعاج|وشاني|في حالي|حظر|بلوك|شكوي|شكوي|غير مهتم|مش مهتم|كفايه|stop|^ (?:الغاء|ايقاف|توقف[ا-ي]*|الغوا|وقف|اوقف[ا-ي]*) (?:[ا-ي]+ )?(?:\. )?$'),
  ('es', 'mensajes?|mensages?|mensjes?|menajes?|sms|textos?|msjs?|msgs?|msj|promociones?|promos?|publicidad|ofertas|avisos|correos|whatsapps?|whats|spam|notificaciones|anuncios|cupones|propaganda', null, ' (?:dejan|deja|dejaron|deje|dejo) de (?:servir|atender|recibir|llegar|llegarme|funcionar|vender|trabajar|doler) | no (?:me )?(?:recibo|recibi|he recibido|llego|llegan|llega|llegaron|han llegado|olvides|olviden|olvide|puedo|se|tengo|encuentro) | no (?:dejen|dejes|deje|dejan|paren|pares) de | para (?:el|la|los|las|mi|dos|tres|cuatro|manana|hoy|un|una) ', ' [?"] | (?:cuando|por que|porque|como|cuanto|donde|si|hasta|pero|solo|excepto|todavia|aun|hoy|manana|antes|despues|manana|esposo|esposa|hermano|hermana|mama|papa|hijo|hija|cita|pedido|factura|paquete|reserva|mesa|membresia|gimnasio|seguro|plan|curso|clase|clases|equipo|grupo) | (?:jaja[a-z]*|jeje[a-z]*|broma|dijo|dice|encantan?|gustan?|adoro) ', ' (?:no|ya no|nunca|jamas|nadie) (?:me |nos |le |se )*(?:vuelvan? a |vuelvas a |sigan? )?(?:mand|envi|escrib|contact|molest|texte|escriv|mensaj)[a-z]*(?: (?:mas|nunca|ya|sus|estos|esos|tus|este|tipo|de|otro|otros|ningun|por|favor|nada))* (?:<texts>) | (?:no|ya no|nunca|jamas) (?:me |nos )+(?:vuelvan? a |vuelvas a |sigan? )?(?:mand|envi|escrib|escriv|contact|molest|texte)[a-z]* ?(?:me )?(?: ?(?:mas|nunca|otra|vez|ya|por|favor|gracias|nada|jamas|pesados?|pesad[ao]|de|nuevo|a|este|numero|ni|me|llamen))* (?:\.|$)| (?:no|ya no) (?:quiero|kiero|qiero|deseo|quisiera|quieran|necesito|me interesa|me interesan|me gustaria)(?: (?:seguir|recibir|recibiendo|resivir|recivir|que|me|manden|envien|escriban|mas|sus|estos|tus|este|esos|los|las|de|tipo|tener|ver|saber|ni|ningun|otro|tantos?|tantas?))* (?:<texts>) | (?:dej|par|ces)[a-z]* (?:ya )?(?:por favor )?de (?:estar |una vez )?(?:me )?(?:escribir|molestar|contactar|textear|acosar|fastidiar|joder)(?:me|nos|le)? | (?:dej|par|ces)[a-z]* (?:ya )?de (?:mandar|enviar|estar mandando|estar enviando)(?:me|nos|le|les)?(?: (?:mas|tantos|tantas|estos|sus|tus|esos|los))* (?:<texts>|cosas) | (?:dar|dame|deme|denme|darme|danos|dennos|den|dar)(?:me)?(?: ya)? de baja(?: (?:de|por|favor|gracias|estos?|este|sus|tus|la|las|los|lista|esta|ya|del|servicio|numero|mi|<texts>))* (?:\.|$)| (?:quit|borr|elimin|sa[cq]|remuev|remov|retir)[a-z]* (?:ya |por favor |a |de )*(?:mi|de|este|mis|me)(?: [a-z]+)*(?: de)?(?: (?:la|su|sus|esta|tu|mi|las))* ?(?:lista|listas|numero|base de datos|contactos|telefono|celular|movil) | desu[sn][a-z]* | desin?scri[a-z]* | (?:saquen|quiten|borren|eliminen)me (?:de )?(?:su|sus|la|esta|esa) (?:base|lista|listas|contactos|registro)| (?:dej|dejen|dejenme|dejame|dejadme)[a-z]*(?: [a-z]+)? en paz | basta (?:ya )?(?:de|con) (?:(?:sus|tus|tantos|tantas|los|las|estos|estas|esos) )*(?:<texts>) | no mas (?:<texts>) | olvid(?:en|a|e|ad|ense|ate|ese)(?: de)? (?:mi|este) (?:numero|telefono|celular) | (?:quiero|quisiera|deseo|necesito) (?:dejar de recibir|no recibir mas|cancelar)(?: (?:mas|sus|estos|tus|los|las|esos|estas))* (?:<texts>) ', ' (?:no|nunca|jamas|basta|dej[a-z]*|par(?:en|a|ar|e) de|alto|stop|cancel[a-z]*|elimin[a-z]*|borr[a-z]*|quit[a-z]*|sa(?:qu|c)[a-z]*|olvid[a-z]*|bloque[a-z]*|sin|hart[ao]s?|cansad[ao]s?|remuev[a-z]*|retir[a-z]*|demasiad[ao]s|tantos|tantas)[^.?]* (?:<texts>|numero|listas?|escrib[a-z]*|escrivas|contact[a-z]*|molest[a-z]*|texte[a-z]*|mand[a-z]*|envi[a-z]*|telefono|celular|acos[a-z]*|llam[a-z]*|insist[a-z]*) | (?:<texts>)[^.?]* (?:no mas|basta|ya|hart[ao]|no quiero|no me interesan?|cansad[ao]|molest[a-z]*|stop|baja) | de baja | suscri[a-z]* | numero equivocado | no me interesan? | ya basta | en paz | persona equivocada | se equivoco | denunci[a-z]* | que pesad[a-z]* | ya estuvo | larguense | (?:saque|saca|quite|quita|borre|borra|elimine|elimina)n?me '),
  ('fr', 'sms|messages?|mesages?|messagess|msgs?|textos?|pubs?|publicites?|publicite|promos?|promotions?|offres|mails?|notifications?|spams?|newsletters?|alertes|coupons|mailing|demarchage|sollicitations?', null, ' (?:arret|arrets|arretez|arrete) (?:de )?(?:bus|tram|metro|le service|la cuisine|de servir|servir) | (?:n |ne )(?:ai |a |avons )?(?:pas |plus )?(?:recu|recois|recevons|eu) (?:pas |plus )?| n arrete pas | n arretez pas | n arretez surtout pas | ne pas arreter | n oubliez pas | n oublie pas | n hesitez pas | ne sais pas ', ' [?"] | (?:quand|pourquoi|comment|combien|ou|si|jusqu|mais|sauf|seulement|avant|apres|aujourd|demain|heure|mari|femme|frere|soeur|rendez|commande|facture|colis|reservation|table|abonnement|salle|cours|ancienne|groupe) | (?:mdr|lol|ptdr|haha[a-z]*|blague|dit|adore|aime|continuez) ', ' (?:arret|areter|arrete|stop|cess|arrt|arete)[a-z]* (?:(?:s|il|vous|plait|svp|stp|merci|de|d|les|vos|ces|tous|tout|me|m|nous|toutes|toute|avec|aux|au|des|a|la|cette|immediatement|maintenant) )*(?:envoyer|envoie|envoi|envois|envoyez|menvoyer|menvoyez|ecrire|mecrire|contacter|harceler|spammer|deranger|embeter|solliciter|<texts>) | (?:ne |n |de ne )(?:(?:m|me|nous|mecrivez) )?(?:envo|ecri|contact|derang|harcel|sollicit|relanc)[a-z]*(?: moi)? (?:plus|jamais)(?: (?:de|d|rien|vos|ces|aucun|aucune|tous|svp|merci|s|il|vous|plait|<texts>))* (?:\.|$)| ne plus (?:(?:m|me|etre|nous|jamais|vous) )*(?:envoyer|recevoir|ecrire|contacter|contactee?|solliciter|sollicitee?|deranger|derangee?|menvoyer|spammer) | (?:ne |n )?(?:veux|veut|veu|souhaite|desire|voudrais|souhaiterais) (?:plus|pas|aucun)(?: (?:recevoir|de|d|vos|ces|les|tous|recevoir|avoir|que|vous|m|me|envoyiez|autres|aucun|plus))* (?:<texts>|contactee?|sollicitee?|recevoir de) | (?:me |m |nous |veux |souhaite |voudrais )*(?:desabonn|desinscri|desabon|desincri)[a-z]* (?:(?:moi|de|s|il|vous|plait|svp|merci|cette|votre|vos|la|liste|ces|des|du|immediatement|<texts>) )*(?:\.|$)| (?:retir|enlev|supprim|effac|sort|ray|radi|otez|ote)[a-z]* (?:moi |mon |mes |ce |nous |svp )+(?:[a-z]+ )*(?:liste|listes|numero|fichier|fichiers|base|contacts|coordonnees|nom|repertoire) | (?:fich|fout|laiss)[a-z]* (?:moi |nous )?(?:donc |enfin )?(?:la paix|tranquille) | (?:oubliez|oublie|perdez) (?:mon numero|moi) | plus (?:de|aucun|d) (?:<texts>) (?:(?:svp|merci|s|il|vous|plait|de|votre|part|pour|moi|stp) )*(?:\.|$)| (?:mon|ce) numero (?:de telephone )?(?:de|dans) (?:votre|vos|la) | refuse (?:de recevoir )?(?:vos|ces|tous?|toute|les|des) (?:<texts>) ', ' (?:ne|n|plus|pas|jamais|stop|arret[a-z]*|arete[a-z]*|arrt[a-z]*|cess[a-z]*|retir[a-z]*|enlev[a-z]*|supprim[a-z]*|effac[a-z]*|sort[a-z]*|oubli[a-z]*|marre|assez|annul[a-z]*|bloqu[a-z]*|aucun|trop|sans)[^.?]* (?:<texts>|numero|liste|fichier|contact[a-z]*|ecri[a-z]*|envoy[a-z]*|envoi[a-z]*|menvoy[a-z]*|recevoir|harcel[a-z]*|derang[a-z]*|sollicit[a-z]*|coordonnees|telephone|paix|tranquille) | (?:<texts>)[^.?]* (?:stop|marre|assez|ca suffit|non merci|arret[a-z]*|plus|trop|harcelement|jamais) | desabon[a-z]* | desinscri[a-z]* | desincri[a-z]* | desist[a-z]* | mauvais numero | erreur de numero | pas interessee? | ca suffit | la paix | tranquille | degage[a-z]* | signal[a-z]* (?:a|vous|comme) | harcel[a-z]* | spam[a-z]* | fichez | foutez | rgpd | cnil | stop (?:svp|merci|s il) |^ (?:[^ ]+ )?(?:[^ ]+ )?(?:arret|arrt|areter)[a-z]* (?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?$'),
  ('pt', 'mensagem|mensagens|mensagen|menssagem|menssagens|mensagns|mensajem|mensajens|msgs?|sms|torpedos?|propagandas?|promocao|promocoes|ofertas?|avisos|spam|whatsapp|whats|notificacao|notificacoes|anuncios?|marketing|publicidade|textos?|emails?|cupons', null, ' (?:parei|parou|pararam|param|deixei) de (?:receber|chegar|servir|funcionar|atender) | nao (?:recebi|recebo|recebemos|chegou|chegam|chega|esqueca|esqueçam|sei|consigo|tenho|parem de|pare de|deixem de|deixe de) | para (?:o|a|os|as|mim|dois|duas|tres|quatro|amanha|hoje|sexta|um|uma) ', ' [?"] | (?:quando|por que|porque|pq|como|quanto|onde|se|ate|mas|so|somente|exceto|ainda|hoje|amanha|antes|depois|horas|marido|esposa|irmao|irma|mae|pai|filho|filha|consulta|pedido|fatura|boleto|encomenda|reserva|mesa|academia|plano|curso|aula|grupo) | (?:kkk[a-z]*|rsrs[a-z]*|haha[a-z]*|brincadeira|disse|adoro|amo|gosto|continuem) ', ' (?:nao|n|nunca|jamais|nem) (?:(?:me|nos|mais|quero|que|voces|vcs) )*(?:mand|envi|escrev|contat|contact|pertub|perturb|incomod)[a-z]*(?: (?:me|mais|nunca|essas|esses|suas|seus|este|esse|tipo|de|nenhuma|mim|pra|para|outras|novas))* (?:<texts>) | (?:nao|n|nunca) (?:(?:me|nos|mais) )+(?:mand|envi|escrev|contat|contact|pertub|perturb|incomod|mande)[a-z]*(?: (?:mais|nada|nunca|por|favor|obrigad[oa]|pfv|mensagem))* (?:\.|$)| nao (?:mand|envi|escrev|contat|perturb|incomod)[a-z]* mais(?: (?:nada|por|favor|mim|me|pra|obrigad[oa]))* (?:\.|$)| (?:nao|n) (?:quero|qero|kero|desejo|gostaria|queria|quer|pretendo|tenho interesse em)(?: (?:mais|receber|de|resceber|essas|esses|suas|seus|as|os|ser|contatad[oa]|nenhuma|que|voces|vcs|me|mandem|enviem|novas|tantas))* (?:<texts>|contatad[oa]|incomodad[oa]|perturbad[oa]) | (?:par|deix|cess)(?:e|em|a|ar|am|en)(?: ja| logo| por favor)? de (?:(?:me|ficar|nos) )*(?:mandar|enviar|escrever|incomodar|perturbar|encher|mandando|enviando|contatar|pertubar)(?: (?:me|mais|essas|esses|suas|seus|tantas|tanta|pra|mim))* (?:<texts>|me|mim|\.|$|o saco)| (?:tir|remov|exclu|apag|retir|delet|elimin)[a-z]*(?: [a-z]+)* (?:meu|minha|me|esse|este|o meu)(?: [a-z]+)* ?(?:numero|contato|cadastro|telefone|celular|lista|nome) | (?:me|meu numero) (?:tir|remov|exclu|apag|retir|delet)[a-z]*(?: [a-z]+)* (?:lista|cadastro|base|sistema|grupo de envio) | (?:tir|remov|exclu|retir)[a-z]* me da (?:sua |vossa )?lista | (?:me )?(?:descadastr|desinscrev|desinscri)[a-z]* | cancel[a-z]* (?:o |os |a |esse |este |meu |minha )?(?:recebimento|envio|envios|inscricao|cadastro)(?: [a-z]+)* (?:<texts>) | (?:me )?deix[a-z]*(?: me)? em paz | chega de (?:tanta |tantas |essas )?(?:<texts>) | (?:esquec|esqueç)[a-z]*(?: do)? (?:o )?meu (?:numero|contato) | (?:quero|gostaria de|preciso) (?:parar de receber|sair da lista|sair dessa lista|sair desta lista|nao receber mais) ', ' (?:nao|n|nunca|par(?:em|e|ar) de|pare|parem|deix[a-z]*|chega|tir[a-z]*|remov[a-z]*|exclu[a-z]*|apag[a-z]*|delet[a-z]*|retir[a-z]*|cancel[a-z]*|esquec[a-z]*|bloque[a-z]*|stop|sem|cansad[ao]|cheg[ao])[^.?]* (?:<texts>|numero|listas?|contato[a-z]*|contat[a-z]*|cadastro|mand[a-z]*|envi[a-z]*|escrev[a-z]*|telefone|receb[a-z]*|incomod[a-z]*|perturb[a-z]*|pertub[a-z]*|inscri[a-z]*|ligu[a-z]*) | (?:<texts>)[^.?]* (?:chega|nao quero|stop|par[ea]m?|cansad[ao]|basta|demais|nunca mais|nao mais) | descadas[a-z]* | desinscr[a-z]* | numero errado | pessoa errada | nao tenho interesse | sem interesse | em paz | lgpd | procon | denunci[a-z]* | enche o saco | encher o saco | encheção | chega disso | parem com isso | pare com isso | sai fora |^ (?:[^ ]+ )?(?:quero )?sair (?:[^ ]+ )?(?:[^ ]+ )?$| nao me interessa[a-z]* | spam '),
  ('it', 'messaggi|messaggio|messagi|mesaggi|messaggini|mesagi|sms|pubblicita|promozioni|promo|offerte|notifiche|mail|email|comunicazioni|spam|newsletter|whatsapp|msg|buoni|volantini|pubblicitari', null, ' (?:smettete|smetti|smette|finite) di (?:servire|lavorare|cucinare|nevicare|piovere) | (?:non|nn) (?:ricevo|ho ricevuto|arrivano|arriva|arrivato|dimenticate|dimenticare|so|smettete|smettere) ', ' [?"] | (?:quando|perche|come|quanto|dove|se|fino|ma|solo|tranne|ancora|oggi|domani|prima|dopo|ora|ore|marito|moglie|fratello|sorella|mamma|papa|figlio|figlia|appuntamento|ordine|fattura|pacco|prenotazione|tavolo|palestra|corso|lezione|gruppo|abbonamento) | (?:ahah[a-z]*|haha[a-z]*|scherzo|detto|adoro|amo|continuate) ', ' (?:non|nn) (?:(?:mi|ci|me|voglio|dovete|vogliate) )*(?:mand|invi|scriv|contatt|disturb|spedi|mess|manda)[a-z]*(?: (?:mi|piu|mai|altri|altre|questi|queste|i|le|vostri|vostre|dei|delle|tutti|nessun|piu))* (?:<texts>) | (?:non|nn) (?:(?:mi|ci|me) )+(?:mand|invi|scriv|contatt|disturb|cerc)[a-z]* (?:piu|mai)(?: (?:niente|nulla|grazie|per|favore|piu|nessun|<texts>))* (?:\.|$) | (?:non|nn) (?:scriv|contatt|disturb|mandat|inviat)[a-z]*(?:mi|temi)? (?:piu|mai piu)(?: (?:niente|nulla|grazie|per|favore|<texts>))* (?:\.|$)| (?:di|a) (?:non|nn) (?:mandarmi|inviarmi|scrivermi|contattarmi|disturbarmi|mandare|inviare) (?:piu|altri) | (?:non|nn) (?:voglio|desidero|vorrei|intendo|gradisco|ho interesse a)(?: (?:piu|ricevere|avere|i|vostri|altri|dei|essere|vostre|altre|questi|queste|le|nessun|nessuna|vedere|riceverne|alcun|alcuna))* (?:<texts>|contattat[oa]|disturbat[oa]|riceverne) | (?:smett|smet|piant|finit)[a-z]*(?: subito| per favore)?(?: di| con)? (?:scriver|inviar|disturbar|contattar|rompere|tormentar|mandar)[a-z]*(?: (?:mi|questi|i|vostri|tutti|dei|altri))* (?:<texts>|\.|$|per|grazie|mi)| (?:cancell|togli|rimuov|rimuo|elimin|lev|depenn|tolg)[a-z]*(?: [a-z]+)* (?:lista|liste|numero|elenco|rubrica|database|contatto|contatti|recapito|mailing|iscrizione|dati|archivio) | (?:disiscri|disiscriv|disabbon|disinscriv)[a-z]* | basta(?: con| coi| ai| di| mandarmi| inviarmi)?(?: (?:i|questi|gli|le|queste|vostri|vostre|sti|tutti|tutte|con))* (?:<texts>) | (?:lasci|lasciat)[a-z]*(?: mi)?(?: [a-z]+)? (?:in pace|stare) | dimentica[a-z]* (?:il )?mio numero | mai piu (?:<texts>) | stop (?:ai |agli |a |alle |con |i |questi |tutti |tutte )*(?:<texts>) | (?:revoco|ritiro) il (?:mio )?consenso ', ' (?:non|nn|mai|basta|stop|smett[a-z]*|smet[a-z]*|piant[a-z]*|cancell[a-z]*|togli[a-z]*|tolg[a-z]*|rimuov[a-z]*|elimin[a-z]*|lev[a-z]*|annull[a-z]*|dimentica[a-z]*|blocc[a-z]*|troppi|troppe|stufo|stufa|stanco|stanca|niente|nessun|uscire)[^.?]* (?:<texts>|numero|lista|elenco|scriv[a-z]*|invia[a-z]*|mand[a-z]*|contatt[a-z]*|disturb[a-z]*|ricever[a-z]*|iscrizione|database|chiam[a-z]*|rompere) | (?:<texts>)[^.?]* (?:basta|stop|troppi|troppe|stufo|stufa|non voglio|non li voglio|non mi interessa[a-z]*) | disiscri[a-z]* | disabbon[a-z]* | disinscri[a-z]* | numero sbagliato | non mi interessa[a-z]* | non sono interessat[oa] | in pace | persona sbagliata | avete sbagliato | denunci[a-z]* | avvocato | garante | spam | molest[a-z]* | rompere | rompete | (?:cancella|togli|toglie|rimuovi|elimina|cancellate|togliete|rimuovete|eliminate)(?:te)?mi | basta (?:\.|$)| adesso basta | ora basta | basta cosi ')
on conflict (language) do nothing;

-- Who may do what.
revoke all on function public.sms_check_deliveries(jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_claim_doubts(integer,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_consents(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_consent(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_profile() from public, anon, authenticated, service_role;
revoke all on function public.sms_get_quiet_hours() from public, anon, authenticated, service_role;
revoke all on function public.sms_list_contacts_without_consent(text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_consents(jsonb,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_doubts(jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_require_consent(timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_save_profile(jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_save_quiet_hours(text,text,integer[],boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_settle_opt_out(uuid,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.answer_help(public.sms_conversations,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.apply_keyword(text,public.sms_messages,uuid,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.asks_for_help(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.brand_of(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.carrier_answers(uuid,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_consents(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_recipients(uuid,public.sms_numbers,text[],text) from public, anon, authenticated, service_role;
revoke all on function sms_private.confirm_opt_out(public.sms_conversations,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_basis(public.sms_contacts,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_history(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_import_answer(text,sms_private.consent_imports) from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_required() from public, anon, authenticated, service_role;
revoke all on function sms_private.consent_source() from public, anon, authenticated, service_role;
revoke all on function sms_private.consents_of(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.contact_of(uuid,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.contacts_for_consents(uuid,sms_private.consent_to_store[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.csv_cell(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.disguises_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.doubt_cap(sms_private.doubts) from public, anon, authenticated, service_role;
revoke all on function sms_private.doubt_context(sms_private.doubts) from public, anon, authenticated, service_role;
revoke all on function sms_private.easter(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.end_doubt(public.sms_contacts,text,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_my_consents(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.fold_words(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.follow_keyword(text,public.sms_conversations,public.sms_numbers,uuid,public.sms_messages,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.get_my_consent(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.get_my_quiet_hours() from public, anon, authenticated, service_role;
revoke all on function sms_private.has_disclosed(public.sms_conversations) from public, anon, authenticated, service_role;
revoke all on function sms_private.hear(public.sms_conversations,public.sms_numbers,public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.hold_until(public.sms_messages,sms_private.jobs,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.honest_body(public.sms_conversations,public.sms_assistants,text,text,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.hours_for(public.sms_messages,sms_private.jobs,sms_private.quiet_hours,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_automatic_first(uuid,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_honest(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_misreadable(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_open_at(text[],text[],sms_private.quiet_hours,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_opt_out_doubted(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_plain_name(text,integer,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_promotion(public.sms_messages,sms_private.quiet_hours) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_quiet_day(text,date) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_reply_due(sms_private.doubts) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_consents(public.sms_contacts) from public, anon, authenticated, service_role;
revoke all on function sms_private.kept_consents_of(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.language_of_claim(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.language_of_question(uuid,bigint,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.languages_to_read(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.leave_to_person(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.list_my_contacts_without_consent(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.may_start(uuid,public.sms_contacts,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.moment_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_opening(text[],text[],sms_private.quiet_hours,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.note_promotion(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_as_written(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.opening_of(public.sms_conversations,public.sms_assistants,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.opt_out_in_words(public.sms_conversations,public.sms_messages,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.opted_out_and_gone(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.ours(text,text,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.patience_used_up(uuid,uuid,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.plain_letters(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.profile_view(public.sms_profiles) from public, anon, authenticated, service_role;
revoke all on function sms_private.purge_erased_consents(interval,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.quiet_hours_answer(text,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.raise_doubt(uuid,public.sms_messages,integer,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.read_old_words(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.read_opt_out(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.record_doubt(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_consent(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_consent_page(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_profile(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_quiet_hours(text,text,integer[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.says_nothing_of_identity(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.settle_claimed_doubt(sms_private.doubts,boolean,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.settle_my_opt_out(uuid,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.spaced_number(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.states_on_clock(text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone,bigint) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_automatic(public.sms_conversations,public.sms_assistants,text,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_consents(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_patience(public.sms_messages,sms_private.jobs,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.tenants_in_doubt() from public, anon, authenticated, service_role;
revoke all on function sms_private.was_answered(sms_private.doubts) from public, anon, authenticated, service_role;
revoke all on function sms_private.whereabouts(text,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.why_not_started(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.wrote_lately(uuid) from public, anon, authenticated, service_role;
revoke all on sequence sms_private.kept_consents_id_seq from public, anon, authenticated, service_role;
revoke all on table public.sms_profiles from public, anon, authenticated, service_role;
revoke all on table sms_private.consent_imports from public, anon, authenticated, service_role;
revoke all on table sms_private.doubts from public, anon, authenticated, service_role;
revoke all on table sms_private.identity_patterns from public, anon, authenticated, service_role;
revoke all on table sms_private.kept_consents from public, anon, authenticated, service_role;
revoke all on table sms_private.old_words from public, anon, authenticated, service_role;
revoke all on table sms_private.opt_out_patterns from public, anon, authenticated, service_role;
revoke all on table sms_private.opt_out_words from public, anon, authenticated, service_role;
revoke all on table sms_private.promotions from public, anon, authenticated, service_role;
revoke all on table sms_private.quiet_days from public, anon, authenticated, service_role;
revoke all on table sms_private.quiet_hours from public, anon, authenticated, service_role;
revoke all on table sms_private.sending_hours from public, anon, authenticated, service_role;
revoke all on table sms_private.state_zones from public, anon, authenticated, service_role;
revoke all on table sms_private.zip_prefixes from public, anon, authenticated, service_role;
grant execute on function public.sms_check_deliveries(jsonb) to service_role;
grant execute on function public.sms_claim_doubts(integer,integer) to service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to service_role;
grant execute on function public.sms_export_consents(uuid,text,integer) to authenticated;
grant execute on function public.sms_get_consent(uuid) to authenticated;
grant execute on function public.sms_get_profile() to authenticated;
grant execute on function public.sms_get_quiet_hours() to authenticated;
grant execute on function public.sms_list_contacts_without_consent(text,integer) to authenticated;
grant execute on function public.sms_record_consents(jsonb,text) to authenticated;
grant execute on function public.sms_record_doubts(jsonb) to service_role;
grant execute on function public.sms_require_consent(timestamp with time zone) to service_role;
grant execute on function public.sms_save_profile(jsonb) to authenticated;
grant execute on function public.sms_save_quiet_hours(text,text,integer[],boolean) to authenticated;
grant execute on function public.sms_settle_opt_out(uuid,boolean) to authenticated;
grant execute on function sms_private.answer_help(public.sms_conversations,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.apply_keyword(text,public.sms_messages,uuid,uuid,text) to service_role;
grant execute on function sms_private.asks_for_help(text) to service_role;
grant execute on function sms_private.brand_of(uuid,text) to service_role;
grant execute on function sms_private.carrier_answers(uuid,text,text) to service_role;
grant execute on function sms_private.check_consents(uuid,jsonb) to service_role;
grant execute on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.check_recipients(uuid,public.sms_numbers,text[],text) to service_role;
grant execute on function sms_private.confirm_opt_out(public.sms_conversations,timestamp with time zone) to service_role;
grant execute on function sms_private.consent_basis(public.sms_contacts,text) to service_role;
grant execute on function sms_private.consent_history(public.sms_contacts) to service_role;
grant execute on function sms_private.consent_import_answer(text,sms_private.consent_imports) to service_role;
grant execute on function sms_private.consent_required() to service_role;
grant execute on function sms_private.consent_source() to service_role;
grant execute on function sms_private.consents_of(public.sms_contacts) to service_role;
grant execute on function sms_private.contact_of(uuid,text,timestamp with time zone) to service_role;
grant execute on function sms_private.contacts_for_consents(uuid,sms_private.consent_to_store[]) to service_role;
grant execute on function sms_private.csv_cell(text) to service_role;
grant execute on function sms_private.disguises_of(text) to service_role;
grant execute on function sms_private.doubt_cap(sms_private.doubts) to service_role;
grant execute on function sms_private.doubt_context(sms_private.doubts) to service_role;
grant execute on function sms_private.easter(integer) to service_role;
grant execute on function sms_private.end_doubt(public.sms_contacts,text,uuid) to service_role;
grant execute on function sms_private.export_my_consents(uuid,text,integer) to authenticated;
grant execute on function sms_private.export_my_consents(uuid,text,integer) to service_role;
grant execute on function sms_private.fold_words(text) to service_role;
grant execute on function sms_private.follow_keyword(text,public.sms_conversations,public.sms_numbers,uuid,public.sms_messages,text) to service_role;
grant execute on function sms_private.get_my_consent(uuid) to authenticated;
grant execute on function sms_private.get_my_consent(uuid) to service_role;
grant execute on function sms_private.get_my_quiet_hours() to authenticated;
grant execute on function sms_private.get_my_quiet_hours() to service_role;
grant execute on function sms_private.has_disclosed(public.sms_conversations) to service_role;
grant execute on function sms_private.hear(public.sms_conversations,public.sms_numbers,public.sms_messages) to service_role;
grant execute on function sms_private.hold_until(public.sms_messages,sms_private.jobs,timestamp with time zone) to service_role;
grant execute on function sms_private.honest_body(public.sms_conversations,public.sms_assistants,text,text,text,text) to service_role;
grant execute on function sms_private.hours_for(public.sms_messages,sms_private.jobs,sms_private.quiet_hours,jsonb) to service_role;
grant execute on function sms_private.is_automatic_first(uuid,text,text) to service_role;
grant execute on function sms_private.is_honest(text) to service_role;
grant execute on function sms_private.is_misreadable(public.sms_contacts) to service_role;
grant execute on function sms_private.is_open_at(text[],text[],sms_private.quiet_hours,timestamp with time zone) to service_role;
grant execute on function sms_private.is_opt_out_doubted(uuid) to service_role;
grant execute on function sms_private.is_plain_name(text,integer,boolean) to service_role;
grant execute on function sms_private.is_promotion(public.sms_messages,sms_private.quiet_hours) to service_role;
grant execute on function sms_private.is_quiet_day(text,date) to service_role;
grant execute on function sms_private.is_reply_due(sms_private.doubts) to service_role;
grant execute on function sms_private.language_of_claim(text) to service_role;
grant execute on function sms_private.language_of_question(uuid,bigint,bigint) to service_role;
grant execute on function sms_private.languages_to_read(text) to service_role;
grant execute on function sms_private.leave_to_person(uuid) to service_role;
grant execute on function sms_private.list_my_contacts_without_consent(text,integer) to authenticated;
grant execute on function sms_private.list_my_contacts_without_consent(text,integer) to service_role;
grant execute on function sms_private.may_start(uuid,public.sms_contacts,text) to service_role;
grant execute on function sms_private.moment_of(text) to service_role;
grant execute on function sms_private.next_opening(text[],text[],sms_private.quiet_hours,timestamp with time zone) to service_role;
grant execute on function sms_private.note_promotion(uuid,uuid) to service_role;
grant execute on function sms_private.number_as_written(text) to service_role;
grant execute on function sms_private.opening_of(public.sms_conversations,public.sms_assistants,text) to service_role;
grant execute on function sms_private.opt_out_in_words(public.sms_conversations,public.sms_messages,text) to service_role;
grant execute on function sms_private.opted_out_and_gone(uuid,text) to service_role;
grant execute on function sms_private.ours(text,text,uuid,text) to service_role;
grant execute on function sms_private.patience_used_up(uuid,uuid,uuid,integer) to service_role;
grant execute on function sms_private.plain_letters(text) to service_role;
grant execute on function sms_private.profile_view(public.sms_profiles) to authenticated;
grant execute on function sms_private.profile_view(public.sms_profiles) to service_role;
grant execute on function sms_private.quiet_hours_answer(text,uuid) to service_role;
grant execute on function sms_private.raise_doubt(uuid,public.sms_messages,integer,boolean) to service_role;
grant execute on function sms_private.read_opt_out(text) to service_role;
grant execute on function sms_private.record_doubt(jsonb) to service_role;
grant execute on function sms_private.refuse_consent(jsonb) to service_role;
grant execute on function sms_private.refuse_consent_page(text,integer) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.save_my_profile(jsonb) to authenticated;
grant execute on function sms_private.save_my_profile(jsonb) to service_role;
grant execute on function sms_private.save_my_quiet_hours(text,text,integer[],boolean) to authenticated;
grant execute on function sms_private.save_my_quiet_hours(text,text,integer[],boolean) to service_role;
grant execute on function sms_private.says_nothing_of_identity(text) to service_role;
grant execute on function sms_private.settle_claimed_doubt(sms_private.doubts,boolean,text) to service_role;
grant execute on function sms_private.settle_my_opt_out(uuid,boolean) to authenticated;
grant execute on function sms_private.settle_my_opt_out(uuid,boolean) to service_role;
grant execute on function sms_private.spaced_number(text) to service_role;
grant execute on function sms_private.states_on_clock(text,timestamp with time zone) to service_role;
grant execute on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone,bigint) to service_role;
grant execute on function sms_private.store_automatic(public.sms_conversations,public.sms_assistants,text,text,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.store_consents(uuid,jsonb) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) to service_role;
grant execute on function sms_private.take_patience(public.sms_messages,sms_private.jobs,integer) to service_role;
grant execute on function sms_private.tenants_in_doubt() to service_role;
grant execute on function sms_private.was_answered(sms_private.doubts) to service_role;
grant execute on function sms_private.whereabouts(text,text,text,timestamp with time zone) to service_role;
grant execute on function sms_private.why_not_started(text) to service_role;
grant execute on function sms_private.wrote_lately(uuid) to service_role;
grant select on table public.sms_profiles to authenticated;
grant delete, insert, select, update on table public.sms_profiles to service_role;
grant delete, insert, select, update on table sms_private.doubts to service_role;
grant select on table sms_private.identity_patterns to service_role;
grant select on table sms_private.opt_out_patterns to service_role;
grant select on table sms_private.opt_out_words to service_role;
grant delete, insert, select, update on table sms_private.promotions to service_role;
grant select on table sms_private.quiet_days to service_role;
grant delete, insert, select, update on table sms_private.quiet_hours to service_role;
grant select on table sms_private.sending_hours to service_role;
grant select on table sms_private.state_zones to service_role;
grant select on table sms_private.zip_prefixes to service_role;
grant insert (discloses_machine, help_message) on table public.sms_assistants to authenticated;
grant update (discloses_machine, help_message) on table public.sms_assistants to authenticated;
grant insert (zip_code) on table public.sms_contacts to authenticated;
grant update (zip_code) on table public.sms_contacts to authenticated;
grant insert (purpose) on table public.sms_templates to authenticated;
grant update (purpose) on table public.sms_templates to authenticated;

reset check_function_bodies;
