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

alter table public.sms_broadcasts
  add column purpose text not null default 'promotional'::text;

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

create or replace function sms_private.brand_of(tenant uuid, number text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((select p.brand from public.sms_profiles p where p.user_id = tenant),
    sms_private.spaced_number(number));
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

comment on column public.sms_broadcasts.purpose is 'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md). Kept as the sender''s statement.';

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

comment on function sms_private.brand_of(uuid, text) is 'As whom a tenant texts from this number: its brand, else the number in international spelling.';

comment on function
  sms_private.check_message(text, text, text, text, uuid, uuid, bigint, text, text, text, jsonb, integer,
  bigint, text, timestamp with time zone, text) is 'What every row of sms_messages keeps. True, or refuse_row().';

comment on function sms_private.compose_body(uuid, text, uuid, jsonb) is 'What a text says: { body }, as given or from a template, without invisible characters, and the template''s { purpose }; or { outcome }, a refusal.';

comment on function sms_private.is_plain_name(text, integer, boolean) is 'Whether it may stand in a text as a name: one line of so many characters at most, something to read, nothing that cannot be seen, no braces, and no link unless links are allowed.';

comment on function sms_private.profile_view(public.sms_profiles) is 'A profile as the verbs answer it: what is set, what is missing, and the law''s sentence.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone, text) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function sms_private.save_my_profile(jsonb) is 'sms_save_profile, as definer, for sms_private.tenant_id().';

comment on function sms_private.spaced_number(text) is 'A number as people read it: +1 415 555 0100; others as they are.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone,
  text, uuid, timestamp with time zone, timestamp with time zone, text, text) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s. purpose: null for transactional.';

comment on policy select_own on public.sms_profiles is 'A tenant sees its profile.';

comment on table public.sms_profiles is 'As whom a tenant texts. A tenant without a row has no brand: its number stands in.';

alter table public.sms_messages
  add constraint message_rules
    check
    (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id, seq, message_sid,
    to_number, body, media, num_segments, answer_ms, purpose, held_until, held_reason));

-- Who may do what.
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_get_profile() from public, anon, authenticated, service_role;
revoke all on function public.sms_save_profile(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.brand_of(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_plain_name(text,integer,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.profile_view(public.sms_profiles) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_profile(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.spaced_number(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) from public, anon, authenticated, service_role;
revoke all on table public.sms_profiles from public, anon, authenticated, service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone,text) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone,boolean,text) to service_role;
grant execute on function public.sms_get_profile() to authenticated;
grant execute on function public.sms_save_profile(jsonb) to authenticated;
grant execute on function sms_private.brand_of(uuid,text) to service_role;
grant execute on function sms_private.check_message(text,text,text,text,uuid,uuid,bigint,text,text,text,jsonb,integer,bigint,text,timestamp with time zone,text) to service_role;
grant execute on function sms_private.is_plain_name(text,integer,boolean) to service_role;
grant execute on function sms_private.profile_view(public.sms_profiles) to authenticated;
grant execute on function sms_private.profile_view(public.sms_profiles) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.save_my_profile(jsonb) to authenticated;
grant execute on function sms_private.save_my_profile(jsonb) to service_role;
grant execute on function sms_private.spaced_number(text) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text,text) to service_role;
grant select on table public.sms_profiles to authenticated;
grant delete, insert, select, update on table public.sms_profiles to service_role;
grant insert (purpose) on table public.sms_templates to authenticated;
grant update (purpose) on table public.sms_templates to authenticated;

reset check_function_bodies;
