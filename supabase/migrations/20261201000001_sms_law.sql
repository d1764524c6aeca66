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

drop function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint);

drop function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp with time zone);

drop function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone, text, uuid, timestamp with time zone, timestamp with time zone, text);

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

alter table public.sms_broadcasts
  add column purpose text not null default 'promotional'::text;

alter table public.sms_contacts
  add column zip_code text;

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

create or replace function public.sms_get_quiet_hours()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_quiet_hours() $$;

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

create or replace function sms_private.get_my_quiet_hours()
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.quiet_hours_answer('found', (select sms_private.tenant_id())) $$;

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
    created_at = least(k.created_at, gone.created_at),
    opted_out_at = last_stop.at, opt_out_source = last_stop.source
  where k.id = kept_id;
  -- By itself: a contact of before zones were checked may have any text there.
  update public.sms_contacts k set time_zone = gone.time_zone
  where k.id = kept_id and k.time_zone is null and sms_private.is_time_zone(gone.time_zone);
  update public.sms_contacts k set zip_code = gone.zip_code
  where k.id = kept_id and k.zip_code is null and gone.zip_code is not null;
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

alter table public.sms_broadcasts
  add constraint sms_broadcasts_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

alter table public.sms_contacts
  add constraint sms_contacts_zip_code_check check ((zip_code ~ '^[0-9]{5}(-[0-9]{4})?$'::text));

alter table public.sms_limits
  add constraint sms_limits_promotional_per_contact_per_day_check
    check ((promotional_per_contact_per_day >= 0));

alter table public.sms_limits
  add constraint sms_limits_promotional_per_contact_per_week_check
    check ((promotional_per_contact_per_week >= 0));

alter table public.sms_templates
  add constraint sms_templates_purpose_check
    check ((purpose = ANY (ARRAY['promotional'::text, 'transactional'::text])));

alter table sms_private.promotions
  add constraint promotions_contact_id_fkey foreign key (contact_id) references public.sms_contacts(id)
    on delete cascade;

alter table sms_private.promotions
  add constraint promotions_message_id_fkey foreign key (message_id) references public.sms_messages(id)
    on delete cascade;

alter table sms_private.quiet_hours
  add constraint quiet_hours_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

create index promotions_contact_idx on sms_private.promotions using btree (contact_id, at)
  include (message_id);

create trigger touch_updated_at
  before update on sms_private.quiet_hours
  for each row
  execute function sms_private.touch_updated_at();

comment on column public.sms_broadcasts.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md). Kept as the sender''s statement.';

comment on column public.sms_contacts.time_zone is 'IANA name, for dates in replies and for quiet hours.';

comment on column public.sms_contacts.zip_code is 'ZIP code of the United States, such as 33101: whose quiet hours hold, where it is another place than the area code''s.';

comment on column public.sms_limits.promotional_per_contact_per_day is 'Promotional texts that one contact may get in 24 hours, from all numbers of the tenant; fewer where a law says so.';

comment on column public.sms_limits.promotional_per_contact_per_week is 'The same in 7 days.';

comment on column public.sms_messages.held_reason is 'Why it was held until then: quiet_hours, or carrier (docs/rules/quiet_hours.md). Null: it was never held.';

comment on column public.sms_messages.held_until is 'Until when the law, or a limit, held it back last. Over: it waits for that no more, or has left. Null: it was never held, or the carrier holds it.';

comment on column public.sms_messages.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md); of a broadcast''s text, the broadcast''s. Kept as the sender''s statement.';

comment on column public.sms_templates.purpose is 'What its texts are for, where a request names nothing else: promotional or transactional. Null: as its use is, a broadcast promotional, a single text transactional.';

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

comment on function public.sms_get_quiet_hours() is 'The caller''s own hours for promotional texts (nulls: the law''s alone), the sentence of law, and the law''s hours by place. Returns { outcome: found, quiet_hours: { opens, closes, days, transactional_broadcasts }, law, source, places }.';

comment on function public.sms_save_quiet_hours(text, text, integer[], boolean) is
  'Sets the caller''s own hours for promotional texts, by the recipient''s clock: opens and closes as 09:00 (both null: the law''s alone), days 1 Monday to 7 Sunday (null: all). transactional_broadcasts: these wait for the hours too. What is held already keeps its moment. Returns sms_get_quiet_hours with { outcome: saved }; refused: INVALID_HOURS, HOURS_WIDER_THAN_LAW (details.earliest, details.latest), USER_NOT_FOUND.';

comment on function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint, text, timestamp with time zone, text) is 'What every row of sms_messages keeps. True, or refuse_row().';

comment on function sms_private.compose_body(uuid, text, uuid, jsonb) is 'What a text says: { body }, as given or from a template, without invisible characters, and the template''s { purpose }; or { outcome }, a refusal.';

comment on function sms_private.easter(integer) is 'Easter Sunday of a year.';

comment on function sms_private.get_my_quiet_hours() is 'sms_get_quiet_hours, as definer, for sms_private.tenant_id().';

comment on function sms_private.hold_until(public.sms_messages, sms_private.jobs, timestamp
  with time zone) is 'Makes a delivery due when the hours begin, and says so on the message; cancels one that could not go then either.';

comment on function
  sms_private.hours_for(public.sms_messages, sms_private.jobs, sms_private.quiet_hours, jsonb) is
  'Whether a text may go to its contact now, else when: { open, opens_at, max_per_day }, opens_at null for never.';

comment on function sms_private.is_open_at(text[], text[], sms_private.quiet_hours, timestamp
  with time zone) is 'Whether a moment is within the windows of all these places and of the tenant, by all these clocks.';

comment on function sms_private.is_promotion(public.sms_messages, sms_private.quiet_hours) is
  'Whether quiet hours hold this text: a promotional one, but for what a person writes to somebody who wrote lately; and a transactional broadcast where the tenant wants it so.';

comment on function sms_private.is_quiet_day(text, date) is 'Whether a day is a holiday of this place, or of its country, that its law closes.';

comment on function sms_private.next_opening(text[], text[], sms_private.quiet_hours, timestamp
  with time zone) is 'The first moment after this one at which is_open_at(); null when there is none in ten days.';

comment on function sms_private.note_promotion(uuid, uuid) is 'Counts a promotional text for its contact. The caller holds take_patience().';

comment on function sms_private.patience_used_up(uuid, uuid, uuid, integer) is 'Which cap on promotional texts to a contact is used up, day or week, and until when (null: it is 0); nulls where there is room. max_per_day: what the law of the place allows.';

comment on function sms_private.quiet_hours_answer(text, uuid) is 'A tenant''s own hours (nulls: none), the sentence of law beside them, and the hours of every place.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone, text) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function sms_private.save_my_quiet_hours(text, text, integer[], boolean) is
  'sms_save_quiet_hours, as definer, for sms_private.tenant_id().';

comment on function sms_private.states_on_clock(text, timestamp
  with time zone) is 'The states of the US where clocks show the same now as in this zone.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone,
  text, uuid, timestamp with time zone, timestamp with time zone, text, text) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s. purpose: null for transactional.';

comment on function sms_private.take_patience(public.sms_messages, sms_private.jobs, integer) is
  'Null: the promotional text may go, and until the transaction ends no other one to the contact is claimed. busy: another claim has the contact. used_up: it was canceled with PATIENCE_CAP.';

comment on function sms_private.whereabouts(text, text, text, timestamp
  with time zone) is 'Whose law holds for a contact, and which clocks may be theirs: by ZIP code and time zone, else by the number''s area code.';

comment on function sms_private.wrote_lately(uuid) is 'Whether the contact of a conversation wrote there in the last hours (person_answers_within_hours).';

comment on table sms_private.promotions is 'Promotional texts of the last week that were handed to the carrier, for the cap on a contact''s patience.';

comment on table sms_private.quiet_days is 'Holidays of places whose law closes them, as rules that hold in every year. A country''s count in its states too.';

comment on table sms_private.quiet_hours is 'A tenant''s own window, stricter than the law''s: both hold. A tenant without a row has none.';

comment on table sms_private.sending_hours is 'Windows of the recipient''s clock in which a promotional text may go. A state''s hold beside its country''s. The operator may change rows: they count from the next claim on.';

comment on table sms_private.state_zones is 'Which clocks a state of the US has. Made by tools/zips.ts.';

comment on table sms_private.zip_prefixes is 'First three digits of a ZIP code → country, states and time zones. Made by tools/zips.ts, which names packages and versions.';

alter table public.sms_messages
  add constraint message_rules
    check
    (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id, seq, message_sid,
    to_number, body, media, num_segments, answer_ms, purpose, held_until, held_reason));

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('person_answers_within_hours', '12')
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
  ('US-NJ', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', null, 'N.J. Stat. 56:8-119 to 130', 'https://support.referrizer.com/en/category/text-campaigns/article/tcpa-quiet-hours-and-state-specific-rules-for-text-campaigns', '2026-12-01'),
  ('US-NM', '{1,2,3,4,5,6,7}', '09:00:00', '21:00:00', 'true', null, 'N.M. Stat. 57-12-22', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-NV', '{1,2,3,4,5,6,7}', '09:00:00', '20:00:00', 'true', null, 'NRS 597.814', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
  ('US-OK', '{1,2,3,4,5,6,7}', '08:00:00', '20:00:00', 'true', '3', 'Telephone Solicitation Act of 2022, 15 O.S. 775C.4', 'https://dnc.dreamhosters.com/?p=1309', '2026-12-01'),
  ('US-PA', '{1,2,3,4,5,6,7}', '08:00:00', '21:00:00', 'false', null, '73 P.S. 2245.1: no holidays', 'https://www.dropcowboy.com/state-compliance', '2026-12-01'),
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

-- Who may do what.
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_quiet_hours() from public, anon, authenticated, service_role;
revoke all on function public.sms_save_quiet_hours(text,text,integer[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.easter(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.get_my_quiet_hours() from public, anon, authenticated, service_role;
revoke all on function sms_private.hold_until(public.sms_messages,sms_private.jobs,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.hours_for(public.sms_messages,sms_private.jobs,sms_private.quiet_hours,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_open_at(text[],text[],sms_private.quiet_hours,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_promotion(public.sms_messages,sms_private.quiet_hours) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_quiet_day(text,date) from public, anon, authenticated, service_role;
revoke all on function sms_private.next_opening(text[],text[],sms_private.quiet_hours,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.note_promotion(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.patience_used_up(uuid,uuid,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.quiet_hours_answer(text,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_quiet_hours(text,text,integer[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.states_on_clock(text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_patience(public.sms_messages,sms_private.jobs,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.whereabouts(text,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.wrote_lately(uuid) from public, anon, authenticated, service_role;
revoke all on table sms_private.promotions from public, anon, authenticated, service_role;
revoke all on table sms_private.quiet_days from public, anon, authenticated, service_role;
revoke all on table sms_private.quiet_hours from public, anon, authenticated, service_role;
revoke all on table sms_private.sending_hours from public, anon, authenticated, service_role;
revoke all on table sms_private.state_zones from public, anon, authenticated, service_role;
revoke all on table sms_private.zip_prefixes from public, anon, authenticated, service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to service_role;
grant execute on function public.sms_get_quiet_hours() to authenticated;
grant execute on function public.sms_save_quiet_hours(text,text,integer[],boolean) to authenticated;
grant execute on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.easter(integer) to service_role;
grant execute on function sms_private.get_my_quiet_hours() to authenticated;
grant execute on function sms_private.get_my_quiet_hours() to service_role;
grant execute on function sms_private.hold_until(public.sms_messages,sms_private.jobs,timestamp with time zone) to service_role;
grant execute on function sms_private.hours_for(public.sms_messages,sms_private.jobs,sms_private.quiet_hours,jsonb) to service_role;
grant execute on function sms_private.is_open_at(text[],text[],sms_private.quiet_hours,timestamp with time zone) to service_role;
grant execute on function sms_private.is_promotion(public.sms_messages,sms_private.quiet_hours) to service_role;
grant execute on function sms_private.is_quiet_day(text,date) to service_role;
grant execute on function sms_private.next_opening(text[],text[],sms_private.quiet_hours,timestamp with time zone) to service_role;
grant execute on function sms_private.note_promotion(uuid,uuid) to service_role;
grant execute on function sms_private.patience_used_up(uuid,uuid,uuid,integer) to service_role;
grant execute on function sms_private.quiet_hours_answer(text,uuid) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.save_my_quiet_hours(text,text,integer[],boolean) to authenticated;
grant execute on function sms_private.save_my_quiet_hours(text,text,integer[],boolean) to service_role;
grant execute on function sms_private.states_on_clock(text,timestamp with time zone) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) to service_role;
grant execute on function sms_private.take_patience(public.sms_messages,sms_private.jobs,integer) to service_role;
grant execute on function sms_private.whereabouts(text,text,text,timestamp with time zone) to service_role;
grant execute on function sms_private.wrote_lately(uuid) to service_role;
grant delete, insert, select, update on table sms_private.promotions to service_role;
grant select on table sms_private.quiet_days to service_role;
grant delete, insert, select, update on table sms_private.quiet_hours to service_role;
grant select on table sms_private.sending_hours to service_role;
grant select on table sms_private.state_zones to service_role;
grant select on table sms_private.zip_prefixes to service_role;
grant insert (zip_code) on table public.sms_contacts to authenticated;
grant update (zip_code) on table public.sms_contacts to authenticated;
grant insert (purpose) on table public.sms_templates to authenticated;
grant update (purpose) on table public.sms_templates to authenticated;

reset check_function_bodies;
