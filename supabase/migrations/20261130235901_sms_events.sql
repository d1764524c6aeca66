-- sms_events: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

create table sms_private.event_attempts (
  id          uuid                     not null default sms_private.new_id(),
  endpoint_id uuid                     not null,
  event_id    uuid                     not null,
  type        text                     not null,
  at          timestamp with time zone not null default clock_timestamp(),
  status      integer,
  error       text,
  duration_ms integer                  not null,
  constraint event_attempts_error_check check ((char_length(error) <= 40)),
  constraint event_attempts_pkey primary key (id)
);

alter table sms_private.event_attempts
  set (autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=200);

create table sms_private.event_endpoints (
  id              uuid                     not null default sms_private.new_id(),
  user_id         uuid,
  url             text                     not null,
  types           text[],
  active          boolean                  not null default true,
  secret          text                     not null,
  previous_secret text,
  previous_until  timestamp with time zone,
  failures        integer                  not null default 0,
  failing_since   timestamp with time zone,
  paused_until    timestamp with time zone,
  disabled_reason text,
  disabled_at     timestamp with time zone,
  last_success_at timestamp with time zone,
  created_at      timestamp with time zone not null default now(),
  constraint disabled_is_off check (((disabled_reason IS NULL) OR (NOT active))),
  constraint event_endpoints_disabled_reason_check
    check ((disabled_reason = ANY (ARRAY['gone'::text, 'failing'::text]))),
  constraint event_endpoints_pkey primary key (id),
  constraint overlap_is_whole check (((previous_secret IS NULL) = (previous_until IS NULL)))
);

create table sms_private.events (
  endpoint_id uuid                     not null,
  event_id    uuid                     not null,
  user_id     uuid,
  type        text                     not null,
  subject_id  uuid                     not null,
  detail      jsonb                    not null default '{}'::jsonb,
  occurred_at timestamp with time zone not null default clock_timestamp(),
  due_at      timestamp with time zone not null default clock_timestamp(),
  tries       integer                  not null default 0,
  lease_token uuid,
  ended_at    timestamp with time zone,
  delivered   boolean                  not null default false,
  constraint ended_has_no_lease check (((ended_at IS NULL) OR (lease_token IS NULL))),
  constraint events_pkey primary key (endpoint_id, event_id)
);

alter table sms_private.events
  set (autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=200, fillfactor=80);

create or replace function public.sms_claim_events(batch_size int, lease_seconds int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 40);
  turn record;
  event sms_private.events;
  payload jsonb;
  claimed jsonb := '[]';
  listening boolean := exists (select from sms_private.event_endpoints e where e.active);
begin
  if listening or exists (select from sms_private.events) then
    perform sms_private.purge_events();
  end if;
  if not listening then
    return jsonb_build_object('jobs', claimed, 'next_due_in_ms', null, 'listening', false);
  end if;
  for turn in select * from sms_private.event_turns(room) loop
    for event in
      update sms_private.events leased
      set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds)
      where leased.endpoint_id = turn.endpoint_id and leased.event_id in (
        select due.event_id from sms_private.events due
        where due.endpoint_id = turn.endpoint_id and due.ended_at is null and due.due_at <= statement_timestamp()
        order by due.due_at limit least(turn.places, room - jsonb_array_length(claimed)) for update skip locked)
      returning leased.*
    loop
      payload := sms_private.event_payload(event);
      if payload is null then
        delete from sms_private.events gone
        where gone.endpoint_id = event.endpoint_id and gone.event_id = event.event_id;
        continue;
      end if;
      claimed := claimed || (
        select jsonb_build_object('endpoint_id', e.id, 'event_id', event.event_id, 'lease_token', event.lease_token,
          'type', event.type, 'url', e.url, 'payload', payload, 'secrets', to_jsonb(array_remove(array[e.secret,
            case when e.previous_until > clock_timestamp() then e.previous_secret end], null)))
        from sms_private.event_endpoints e where e.id = event.endpoint_id);
    end loop;
  end loop;
  -- A full claim leaves more behind. Later tries wait for the next tick: no run stays open for them.
  return jsonb_build_object('jobs', claimed, 'listening', true, 'next_due_in_ms',
    case when room > 0 and jsonb_array_length(claimed) >= room then 0 end);
end
$$;

create or replace function public.sms_delete_event_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.delete_my_endpoint(endpoint_id) $$;

create or replace function public.sms_list_event_endpoints()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_endpoints() $$;

create or replace function public.sms_manage_events_for(owner_id uuid, action text, arguments jsonb default '{}')
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  endpoint uuid := (arguments ->> 'endpoint_id')::uuid;
begin
  return case action
    when 'list' then sms_private.list_endpoints(owner_id)
    when 'save' then sms_private.save_endpoint(owner_id, endpoint, arguments ->> 'url',
      case when jsonb_typeof(arguments -> 'types') = 'array'
        then array(select jsonb_array_elements_text(arguments -> 'types')) end, (arguments ->> 'active')::boolean)
    when 'delete' then sms_private.delete_endpoint(owner_id, endpoint)
    when 'rotate' then sms_private.rotate_secret(owner_id, endpoint, coalesce((arguments ->> 'overlap_hours')::int, 24))
    when 'test' then sms_private.test_endpoint(owner_id, endpoint)
    when 'replay' then sms_private.replay_events(owner_id, endpoint, (arguments ->> 'event_id')::uuid,
      (arguments ->> 'since')::timestamptz)
    else jsonb_build_object('outcome', 'UNKNOWN_ACTION') end;
end
$$;

create or replace function public.sms_record_events(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcomes jsonb := '[]';
begin
  for result in
    select given from jsonb_array_elements(results) given order by given ->> 'endpoint_id', given ->> 'event_id'
  loop
    outcomes := outcomes || jsonb_build_object('outcome', sms_private.record_event(result));
  end loop;
  return outcomes;
end
$$;

create or replace function public.sms_replay_events(endpoint_id uuid, event_id uuid default null, since timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.replay_my_events(endpoint_id, event_id, since) $$;

create or replace function public.sms_rotate_event_secret(endpoint_id uuid, overlap_hours int default 24)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.rotate_my_secret(endpoint_id, overlap_hours) $$;

create or replace function public.sms_save_event_endpoint(
  endpoint_id uuid default null, url text default null, types text[] default null, active boolean default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_endpoint(endpoint_id, url, types, active) $$;

create or replace function public.sms_test_event_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.test_my_endpoint(endpoint_id) $$;

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
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
  from sms_private.jobs
$$;

-- One event that an address cannot take must not hold up the others, so a pause begins with the third failure in a row.
create or replace function sms_private.count_event_failure(endpoint sms_private.event_endpoints, status int)
returns void
language sql volatile set search_path = ''
as $$
  update sms_private.event_endpoints e
  set failures = e.failures + 1, failing_since = coalesce(e.failing_since, clock_timestamp()),
    paused_until = case when e.failures >= 2
      then clock_timestamp() + make_interval(secs => least(300, 5 * 2 ^ least(e.failures - 2, 6))) end,
    active = e.active and off.reason is null, disabled_reason = coalesce(off.reason, e.disabled_reason),
    disabled_at = case when off.reason is not null then clock_timestamp() else e.disabled_at end
  from (select case when not endpoint.active then null when status = 410 then 'gone'
    when endpoint.failing_since < clock_timestamp() - make_interval(days =>
      (sms_private.setting('event_days_until_disabled') #>> '{}')::int) then 'failing' end as reason) off
  where e.id = endpoint.id
$$;

create or replace function sms_private.delete_endpoint(owner uuid, endpoint_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  end if;
  delete from sms_private.event_endpoints e where e.id = endpoint.id;
  return jsonb_build_object('outcome', 'deleted');
end
$$;

create or replace function sms_private.delete_my_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.delete_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id)
$$;

create or replace function sms_private.endpoint_of(owner uuid, endpoint uuid)
returns sms_private.event_endpoints
language sql volatile set search_path = ''
as $$
  select e.* from sms_private.event_endpoints e
  where e.id = endpoint and e.user_id is not distinct from owner for no key update
$$;

create or replace function sms_private.endpoint_view(endpoint sms_private.event_endpoints)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(endpoint) - '{secret,previous_secret,paused_until}'::text[] || jsonb_build_object(
    'waiting', (select count(*) from sms_private.events v where v.endpoint_id = endpoint.id and v.ended_at is null),
    'given_up', (select count(*) from sms_private.events v
      where v.endpoint_id = endpoint.id and v.ended_at is not null and not v.delivered),
    'attempts', (
      select coalesce(jsonb_agg(to_jsonb(a) - 'endpoint_id' order by a.at desc), '[]')
      from (select * from sms_private.event_attempts t where t.endpoint_id = endpoint.id
            order by t.at desc limit 20) a))
$$;

-- The subject as it is now, with the status as it was then. Null when it is gone: nobody is told about what was erased.
create or replace function sms_private.event_data(event sms_private.events)
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return case split_part(event.type, '.', 1)
    when 'message' then (
      select jsonb_build_object('message_id', m.id, 'conversation_id', m.conversation_id, 'direction', m.direction,
        'kind', m.kind, 'sender', m.sender, 'from_number', m.from_number, 'to_number', m.to_number, 'body', m.body,
        'media_count', jsonb_array_length(m.media), 'status', event.detail ->> 'status',
        'error_code', event.detail ->> 'error_code', 'broadcast_id', m.broadcast_id, 'created_at', m.created_at)
      from public.sms_messages m where m.id = event.subject_id and m.user_id = event.user_id)
    when 'contact' then (
      select jsonb_build_object('contact_id', k.id, 'number', k.number, 'source', event.detail ->> 'source')
      from public.sms_contacts k where k.id = event.subject_id and k.user_id = event.user_id)
    when 'conversation' then (
      select jsonb_build_object('conversation_id', c.id, 'contact_id', k.id, 'contact_number', k.number,
        'number', n.number)
      from public.sms_conversations c
      join public.sms_contacts k on k.id = c.contact_id
      join public.sms_numbers n on n.id = c.phone_number_id
      where c.id = event.subject_id and c.user_id = event.user_id)
    when 'endpoint' then jsonb_build_object('endpoint_id', event.subject_id) end;
end
$$;

create or replace function sms_private.event_payload(event sms_private.events)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  subject jsonb := sms_private.event_data(event);
begin
  return case when subject is not null then jsonb_build_object('type', event.type, 'version', 1,
    'timestamp', event.occurred_at, 'user_id', event.user_id, 'data', subject) end;
end
$$;

-- Events for the adopter's backend: which to post now, and what follows from the answer.

-- Four calls of one address at a time, one while it fails, and twenty of failing ones in all: so addresses that hang leave slots
-- to those that answer. The worker has forty, and texts have slots of their own.
create or replace function sms_private.event_turns(room int)
returns table (endpoint_id uuid, places int)
language plpgsql stable set search_path = ''
as $$
begin
  return query
  with busy as (
    select leased.endpoint_id as id, count(*)::int as calls from sms_private.events leased
    where leased.lease_token is not null and leased.due_at > statement_timestamp() group by leased.endpoint_id
  ), turns as (
    select e.id, e.failing_since is not null as failing, coalesce(b.calls, 0) as calls,
      case when e.failing_since is null then 4 else 1 end - coalesce(b.calls, 0) as free
    from sms_private.event_endpoints e left join busy b on b.id = e.id
    where e.active and coalesce(e.paused_until <= statement_timestamp(), true)
      and exists (select from sms_private.events waiting
        where waiting.endpoint_id = e.id and waiting.ended_at is null and waiting.due_at <= statement_timestamp())
  ), failing as (
    select coalesce(sum(b.calls), 0) as calls from busy b
    join sms_private.event_endpoints e on e.id = b.id where e.failing_since is not null
  )
  select t.id, t.free
  from (select turn.*, count(*) filter (where turn.failing) over (order by random()) as place from turns turn
        where turn.free > 0) t, failing f
  where not t.failing or f.calls + t.place <= 20
  order by t.failing, t.calls, random() limit room;
end
$$;

-- Events for the adopter's backend: what is noted, and what is posted.

create or replace function sms_private.event_types()
returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['message.received', 'message.created', 'message.status_changed', 'contact.opted_out',
    'contact.opted_in', 'conversation.taken_over', 'conversation.handed_back', 'conversation.person_called']
$$;

create or replace function sms_private.event_url_is_whole(url text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(char_length(url) <= 2048 and (
    url ~* '^https://[a-z0-9.-]+(:[0-9]{1,5})?([/?][!"$-~]*)?$'
    or url ~* '^https://\[[0-9a-f:.]+\](:[0-9]{1,5})?([/?][!"$-~]*)?$'
    -- This machine, for trying it. The worker calls it only where SMS_EVENTS_ALLOW_LOOPBACK says so.
    or url ~* '^http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?([/?][!"$-~]*)?$'), false)
$$;

create or replace function sms_private.events_health()
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'endpoints', (select count(*) from sms_private.event_endpoints e where e.active),
    'failing', (select count(*) from sms_private.event_endpoints e where e.active and e.failing_since is not null),
    'waiting', (select count(*) from sms_private.events event
      join sms_private.event_endpoints e on e.id = event.endpoint_id where event.ended_at is null),
    'oldest_waiting_seconds', (select coalesce(max(extract(epoch from now() - event.occurred_at)), 0)
      from sms_private.events event join sms_private.event_endpoints e on e.id = event.endpoint_id
      where event.ended_at is null),
    'given_up', (select count(*) from sms_private.events event
      join sms_private.event_endpoints e on e.id = event.endpoint_id
      where event.ended_at is not null and not event.delivered),
    -- Whose and why, not where: an address may carry a token.
    'disabled', (select coalesce(jsonb_agg(jsonb_build_object('endpoint_id', e.id, 'user_id', e.user_id,
        'reason', e.disabled_reason, 'disabled_at', e.disabled_at) order by e.disabled_at desc), '[]')
      from (select * from sms_private.event_endpoints off where off.disabled_reason is not null
            order by off.disabled_at desc limit 20) e))
$$;

create or replace function sms_private.list_endpoints(owner uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'types', to_jsonb(sms_private.event_types()),
    'endpoints', coalesce(jsonb_agg(sms_private.endpoint_view(e) order by e.id), '[]'))
  from sms_private.event_endpoints e where e.user_id is not distinct from owner
$$;

-- The verbs for addresses of events: a tenant's, and in one the operator's.

-- As definers: a user has no rights on the tables. Each asks for the tenant itself.
create or replace function sms_private.list_my_endpoints()
returns jsonb
language sql stable security definer set search_path = ''
as $$
  select sms_private.list_endpoints(coalesce((select sms_private.tenant_id()), sms_private.nobody()))
$$;

create or replace function sms_private.new_event_secret()
returns text
language sql volatile set search_path = ''
as $$
  -- 366 random bits in 32 bytes. pgcrypto is not on every project.
  select 'whsec_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
    || uuid_send(gen_random_uuid())), 'base64')
$$;

-- Addresses for events: making, changing, trying, repeating. Of a tenant, or of the operator (owner null).

create or replace function sms_private.nobody()
returns uuid
language sql immutable parallel safe set search_path = ''
as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

create or replace function sms_private.note_consent()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (new.opted_out_at is null) <> (old.opted_out_at is null) then
    perform sms_private.note_event(new.user_id,
      case when new.opted_out_at is null then 'contact.opted_in' else 'contact.opted_out' end, new.id,
      jsonb_build_object('source', new.opt_out_source));
  end if;
  return null;
end
$$;

-- Called for each text. Where no address is interested, it reads one small index and writes nothing.
create or replace function sms_private.note_event(tenant uuid, event_type text, subject uuid, detail jsonb default '{}')
returns void
-- As definer: who takes a conversation over has no right to write here.
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from sms_private.event_endpoints e
                 where e.active and (e.user_id = tenant or e.user_id is null)) then
    return;
  end if;
  insert into sms_private.events (endpoint_id, event_id, user_id, type, subject_id, detail)
  select e.id, made.event_id, tenant, event_type, subject, note_event.detail
  from (select sms_private.new_id() as event_id offset 0) made
  join sms_private.event_endpoints e on e.active and (e.user_id = tenant or e.user_id is null)
    and (e.types is null or event_type = any (e.types));
end
$$;

create or replace function sms_private.note_handover()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.ai_paused_until = 'infinity' and old.ai_paused_until is distinct from 'infinity' then
    perform sms_private.note_event(new.user_id, 'conversation.taken_over', new.id);
  elsif new.ai_paused_until is null and old.ai_paused_until is not null then
    perform sms_private.note_event(new.user_id, 'conversation.handed_back', new.id);
  end if;
  if new.waiting_for_person and not old.waiting_for_person then
    perform sms_private.note_event(new.user_id, 'conversation.person_called', new.id);
  end if;
  return null;
end
$$;

-- What an address is told, by triggers: so no way of changing a row can forget it. Each names its columns, so that Postgres does not
-- even call it for other updates. None has a condition, which would be compiled anew for each update (60_triggers.sql).

create or replace function sms_private.note_message()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- A text to a number that nobody owns is nobody's event.
  if new.user_id is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    perform sms_private.note_event(new.user_id,
      case new.direction when 'inbound' then 'message.received' else 'message.created' end, new.id,
      jsonb_build_object('status', new.status, 'error_code', new.error_code));
  elsif (new.status, new.error_code) is distinct from (old.status, old.error_code) then
    perform sms_private.note_event(new.user_id, 'message.status_changed', new.id,
      jsonb_build_object('status', new.status, 'error_code', new.error_code));
  end if;
  return null;
end
$$;

-- A little at each claim, oldest first: no job of its own.
create or replace function sms_private.purge_events()
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.events old where (old.endpoint_id, old.event_id) in (
    select e.endpoint_id, e.event_id from sms_private.events e
    where e.occurred_at < now() - make_interval(days => (sms_private.setting('event_days_kept') #>> '{}')::int)
    order by e.occurred_at limit 200 for update skip locked);
  delete from sms_private.event_attempts old where old.id in (
    select a.id from sms_private.event_attempts a
    where a.at < now() - make_interval(days => (sms_private.setting('event_days_kept') #>> '{}')::int)
    order by a.at limit 400 for update skip locked)
$$;

-- The address first, then the event. A claim locks events alone, and skips those that are locked.
create or replace function sms_private.record_event(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints;
  event sms_private.events;
  status int := (result ->> 'status')::int;
  gaps jsonb := sms_private.setting('event_gaps_seconds');
  gap float8;
begin
  select * into endpoint from sms_private.event_endpoints e where e.id = (result ->> 'endpoint_id')::uuid
  for no key update;
  select * into event from sms_private.events leased
  where leased.endpoint_id = endpoint.id and leased.event_id = (result ->> 'event_id')::uuid
    and leased.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  insert into sms_private.event_attempts (endpoint_id, event_id, type, status, error, duration_ms)
  values (endpoint.id, event.event_id, event.type, status, left(result ->> 'error', 40),
    (result ->> 'duration_ms')::int);
  if status between 200 and 299 then
    update sms_private.events e set ended_at = clock_timestamp(), delivered = true, lease_token = null
    where e.endpoint_id = endpoint.id and e.event_id = event.event_id;
    update sms_private.event_endpoints e
    set failures = 0, failing_since = null, paused_until = null, last_success_at = clock_timestamp()
    where e.id = endpoint.id;
    return 'delivered';
  end if;
  gap := greatest((gaps ->> event.tries)::float8 * (0.9 + 0.2 * random()),
    (result ->> 'retry_after_ms')::float8 / 1000);
  update sms_private.events e
  set tries = e.tries + 1, lease_token = null,
    ended_at = case when gaps -> event.tries is null then clock_timestamp() end,
    due_at = clock_timestamp() + make_interval(secs => coalesce(gap, 0))
  where e.endpoint_id = endpoint.id and e.event_id = event.event_id;
  perform sms_private.count_event_failure(endpoint, status);
  return case when gaps -> event.tries is null then 'given_up' else 'postponed' end;
end
$$;

create or replace function sms_private.replay_events(owner uuid, endpoint_id uuid, event_id uuid, since timestamptz)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
  replayed int;
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  elsif (replay_events.event_id is null) = (since is null) then
    return jsonb_build_object('outcome', 'EVENT_OR_SINCE');
  elsif not endpoint.active then
    return jsonb_build_object('outcome', 'ENDPOINT_OFF');
  end if;
  -- What is being posted at this moment is not waited for, and will have been posted.
  update sms_private.events again
  set ended_at = null, delivered = false, tries = 0, due_at = clock_timestamp()
  where again.endpoint_id = endpoint.id and again.event_id in (
    select v.event_id from sms_private.events v
    where v.endpoint_id = endpoint.id and v.lease_token is null
      and (v.event_id = replay_events.event_id or v.occurred_at >= since)
    order by v.occurred_at limit 10000 for update skip locked);
  get diagnostics replayed = row_count;
  if replayed = 0 and replay_events.event_id is not null then
    return jsonb_build_object('outcome', 'EVENT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'replayed', 'events', replayed);
end
$$;

create or replace function sms_private.replay_my_events(endpoint_id uuid, event_id uuid, since timestamptz)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.replay_events(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, event_id, since)
$$;

create or replace function sms_private.rotate_my_secret(endpoint_id uuid, overlap_hours int)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.rotate_secret(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, overlap_hours)
$$;

create or replace function sms_private.rotate_secret(owner uuid, endpoint_id uuid, overlap_hours int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  elsif coalesce(overlap_hours not between 0 and 168, true) then
    return jsonb_build_object('outcome', 'INVALID_OVERLAP');
  end if;
  update sms_private.event_endpoints e
  set secret = sms_private.new_event_secret(), previous_secret = e.secret,
    previous_until = clock_timestamp() + make_interval(hours => overlap_hours)
  where e.id = endpoint.id returning * into endpoint;
  return jsonb_build_object('outcome', 'rotated', 'secret', endpoint.secret,
    'previous_until', endpoint.previous_until);
end
$$;

create or replace function sms_private.save_endpoint(owner uuid, endpoint_id uuid, url text, types text[], active boolean)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
declare
  endpoint sms_private.event_endpoints;
begin
  if not sms_private.event_url_is_whole(url) and (url is not null or endpoint_id is null) then
    return jsonb_build_object('outcome', 'INVALID_EVENT_URL');
  elsif not coalesce(types <@ sms_private.event_types(), true) then
    return jsonb_build_object('outcome', 'UNKNOWN_EVENT_TYPE');
  end if;
  if endpoint_id is null then
    if owner is not null and not exists (select from auth.users u where u.id = owner) then
      return jsonb_build_object('outcome', 'USER_NOT_FOUND');
    end if;
    -- One at a time, so that two requests do not make a fourth.
    perform pg_advisory_xact_lock(hashtextextended('sms_event_endpoints ' || coalesce(owner::text, ''), 0));
    if (select count(*) from sms_private.event_endpoints e where e.user_id is not distinct from owner) >= 3 then
      return jsonb_build_object('outcome', 'TOO_MANY_ENDPOINTS');
    end if;
    insert into sms_private.event_endpoints as e (user_id, url, types, active, secret)
    values (owner, save_endpoint.url, nullif(save_endpoint.types, '{}'), coalesce(save_endpoint.active, true),
      sms_private.new_event_secret())
    returning * into endpoint;
    return jsonb_build_object('outcome', 'saved', 'endpoint', sms_private.endpoint_view(endpoint),
      'secret', endpoint.secret);
  end if;
  endpoint := sms_private.endpoint_of(owner, endpoint_id);
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  end if;
  -- A new address, and one that is switched on again, begin without the failures of before.
  update sms_private.event_endpoints e
  set url = coalesce(save_endpoint.url, e.url), active = coalesce(save_endpoint.active, e.active),
    types = case when save_endpoint.types is null then e.types else nullif(save_endpoint.types, '{}') end,
    failures = case when fresh then 0 else e.failures end,
    failing_since = case when not fresh then e.failing_since end,
    paused_until = case when not fresh then e.paused_until end,
    disabled_reason = case when save_endpoint.active is null then e.disabled_reason end,
    disabled_at = case when save_endpoint.active is null then e.disabled_at end
  from (select coalesce(save_endpoint.url <> endpoint.url, false)
      or (coalesce(save_endpoint.active, false) and not endpoint.active) as fresh) begun
  where e.id = endpoint.id returning e.* into endpoint;
  return jsonb_build_object('outcome', 'saved', 'endpoint', sms_private.endpoint_view(endpoint));
end
$$;

create or replace function sms_private.save_my_endpoint(endpoint_id uuid, url text, types text[], active boolean)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.save_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, url, types, active)
$$;

create or replace function sms_private.test_endpoint(owner uuid, endpoint_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  endpoint sms_private.event_endpoints := sms_private.endpoint_of(owner, endpoint_id);
  event sms_private.events;
begin
  if endpoint.id is null then
    return jsonb_build_object('outcome', 'ENDPOINT_NOT_FOUND');
  elsif not endpoint.active then
    return jsonb_build_object('outcome', 'ENDPOINT_OFF');
  end if;
  -- Somebody waits for the result, so a pause is over. A button that is pressed often makes one call, not many.
  update sms_private.event_endpoints e set paused_until = null where e.id = endpoint.id;
  select * into event from sms_private.events v
  where v.endpoint_id = endpoint.id and v.ended_at is null and v.type = 'endpoint.test' limit 1;
  if found then
    update sms_private.events v set due_at = least(v.due_at, clock_timestamp())
    where v.endpoint_id = event.endpoint_id and v.event_id = event.event_id and v.lease_token is null;
  else
    insert into sms_private.events (endpoint_id, event_id, user_id, type, subject_id)
    values (endpoint.id, sms_private.new_id(), owner, 'endpoint.test', endpoint.id) returning * into event;
  end if;
  return jsonb_build_object('outcome', 'queued', 'event_id', event.event_id);
end
$$;

create or replace function sms_private.test_my_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.test_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id)
$$;

alter table sms_private.event_attempts
  add constraint event_attempts_endpoint_id_fkey foreign key (endpoint_id)
    references sms_private.event_endpoints(id) on delete cascade;

alter table sms_private.event_endpoints
  add constraint event_endpoints_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

create index event_attempts_age_idx on sms_private.event_attempts using btree (at);

create index event_attempts_endpoint_idx on sms_private.event_attempts using btree (endpoint_id, at desc);

create index event_endpoints_active_idx on sms_private.event_endpoints using btree (user_id)
  where active;

create index event_endpoints_user_idx on sms_private.event_endpoints using btree (user_id);

create index events_age_idx on sms_private.events using btree (occurred_at);

create index events_due_idx on sms_private.events using btree (endpoint_id, due_at)
  where (ended_at is null);

create index events_given_up_idx on sms_private.events using btree (endpoint_id)
  where ((ended_at is not null) AND (not delivered));

create index events_leased_idx on sms_private.events using btree (endpoint_id)
  where (lease_token is not null);

create trigger note_consent
  after update of opted_out_at on public.sms_contacts
  for each row
  execute function sms_private.note_consent();

create trigger note_handover
  after update of ai_paused_until, waiting_for_person on public.sms_conversations
  for each row
  execute function sms_private.note_handover();

create trigger note_message
  after insert or update of status, error_code on public.sms_messages
  for each row
  execute function sms_private.note_message();

comment on column sms_private.event_attempts.at is 'When its result was stored.';

comment on column sms_private.event_attempts.duration_ms is 'How long the call took, in milliseconds.';

comment on column sms_private.event_attempts.endpoint_id is 'The address.';

comment on column sms_private.event_attempts.error is 'Why there was none: UNREACHABLE, TIMEOUT, NOT_HTTP, ADDRESS_NOT_ALLOWED.';

comment on column sms_private.event_attempts.event_id is 'The webhook-id.';

comment on column sms_private.event_attempts.id is 'Time-ordered id.';

comment on column sms_private.event_attempts.status is 'The HTTP status; null when there was none.';

comment on column sms_private.event_attempts.type is 'What happened.';

comment on column sms_private.event_endpoints.active is 'Off: nothing is noted for it and nothing is posted.';

comment on column sms_private.event_endpoints.created_at is 'When it was made.';

comment on column sms_private.event_endpoints.disabled_at is 'When we switched it off.';

comment on column sms_private.event_endpoints.disabled_reason is 'Why we switched it off: gone (it said 410) or failing (for days); null when a person did.';

comment on column sms_private.event_endpoints.failing_since is 'The first failed call since the last success; null after a success.';

comment on column sms_private.event_endpoints.failures is 'Failed calls since the last success.';

comment on column sms_private.event_endpoints.id is 'Time-ordered id.';

comment on column sms_private.event_endpoints.last_success_at is 'Its last answer with 2xx.';

comment on column sms_private.event_endpoints.paused_until is 'No call before this, whatever waits: it failed several times in a row.';

comment on column sms_private.event_endpoints.previous_secret is 'The secret before, which signs as well until previous_until.';

comment on column sms_private.event_endpoints.previous_until is 'When the overlap ends.';

comment on column sms_private.event_endpoints.secret is 'Signs, as whsec_ and base64. Told once, when it is made.';

comment on column sms_private.event_endpoints.types is 'The types it wants; null for all.';

comment on column sms_private.event_endpoints.url is 'Where events are posted. Where it leads is checked at each call, not here.';

comment on column sms_private.event_endpoints.user_id is 'The tenant; null for the operator''s.';

comment on column sms_private.events.delivered is 'Whether the address took it.';

comment on column sms_private.events.detail is 'What the subject will not say later: the status then, its error code, the source.';

comment on column sms_private.events.due_at is 'When to post it. During a call: when its lease ends.';

comment on column sms_private.events.ended_at is 'When it was delivered or given up; null while it waits.';

comment on column sms_private.events.endpoint_id is 'The address; events of one that is gone are deleted by their age.';

comment on column sms_private.events.event_id is 'The webhook-id: the same for all addresses and at every try. Time-ordered.';

comment on column sms_private.events.lease_token is 'Fencing token of the worker that posts it.';

comment on column sms_private.events.occurred_at is 'When it happened.';

comment on column sms_private.events.subject_id is 'The message, contact, conversation or (for a test) address.';

comment on column sms_private.events.tries is 'Calls that failed since it was noted or replayed.';

comment on column sms_private.events.type is 'What happened, for example message.received.';

comment on column sms_private.events.user_id is 'Whose event it is; null for a test of the operator''s address.';

comment on function public.sms_claim_events(integer, integer) is 'Leases due events, addresses in turn. Returns { jobs, next_due_in_ms, listening: whether any address is on }. An event whose message, contact or conversation is gone is dropped.';

comment on function public.sms_delete_event_endpoint(uuid) is 'Deletes an address, its log, and what waits for it. Outcomes: deleted, ENDPOINT_NOT_FOUND.';

comment on function public.sms_list_event_endpoints() is 'The caller''s addresses for events, each with what waits and its last 20 attempts, without secrets; and all types. Outcome: listed.';

comment on function public.sms_manage_events_for(uuid, text, jsonb) is 'The verbs above for a tenant, or for the operator (owner_id null), whose addresses get the events of all tenants: action is list, save, delete, rotate, test or replay, arguments are that verb''s. Outcomes: theirs, UNKNOWN_ACTION.';

comment on function public.sms_record_events(jsonb) is 'Records what addresses answered. Outcomes: delivered, postponed (tried again later), given_up (tried often enough; a replay tries again), stale.';

comment on function public.sms_replay_events(uuid, uuid, timestamp
  with time zone) is 'Posts one event again, or all since a time (of the days that are kept, 10,000 a call, oldest first), with the ids they had. Outcomes: replayed, EVENT_OR_SINCE, EVENT_NOT_FOUND, ENDPOINT_OFF, ENDPOINT_NOT_FOUND.';

comment on function public.sms_rotate_event_secret(uuid, integer) is 'Makes a new secret, which is in this answer and in no other. The one before signs as well for some hours (0 to 168; 0 where it leaked). Outcomes: rotated, INVALID_OVERLAP, ENDPOINT_NOT_FOUND.';

comment on function public.sms_save_event_endpoint(uuid, text, text[], boolean) is
  'Makes an address for events (without endpoint_id; its secret is in this answer and in no other) or changes one. types: those it wants; an empty list for all. Outcomes: saved, INVALID_EVENT_URL, UNKNOWN_EVENT_TYPE, TOO_MANY_ENDPOINTS (three), ENDPOINT_NOT_FOUND, USER_NOT_FOUND.';

comment on function public.sms_test_event_endpoint(uuid) is 'Posts an endpoint.test at the worker''s next look, within ten seconds; sms_list_event_endpoints tells how it went. Outcomes: queued, ENDPOINT_OFF, ENDPOINT_NOT_FOUND.';

comment on function public.sms_worker_health() is 'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; addresses for events that fail or were switched off, and events that wait; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.count_event_failure(sms_private.event_endpoints, integer) is
  'Counts a failed call of an address: pauses it from the third in a row on, and switches it off for 410 and after days without a success.';

comment on function sms_private.delete_endpoint(uuid, uuid) is 'sms_delete_event_endpoint for an owner. Its events are deleted by their age.';

comment on function sms_private.delete_my_endpoint(uuid) is 'sms_delete_event_endpoint, as definer, for sms_private.tenant_id().';

comment on function sms_private.endpoint_of(uuid, uuid) is 'The owner''s address, locked; null when it is not theirs.';

comment on function sms_private.endpoint_view(sms_private.event_endpoints) is 'An address as its owner sees it, with its last 20 attempts and without its secrets.';

comment on function sms_private.event_data(sms_private.events) is 'What an event says of its subject; null when that is gone.';

comment on function sms_private.event_payload(sms_private.events) is 'The body that is posted; null when its subject is gone. A field may be added in version 1; none goes or changes its meaning.';

comment on function sms_private.event_turns(integer) is 'Which addresses are called now, and how often at most. Who is called least comes first.';

comment on function sms_private.event_types() is 'The types an address may ask for. Besides, any address gets endpoint.test.';

comment on function sms_private.event_url_is_whole(text) is 'Whether a text is an https address without a name, a password or a fragment. Where it leads is looked at when it is called.';

comment on function sms_private.events_health() is 'The addresses that are told: how many, which fail, which were switched off and why; events that wait or were given up in the last days.';

comment on function sms_private.list_endpoints(uuid) is 'sms_list_event_endpoints for an owner.';

comment on function sms_private.list_my_endpoints() is 'sms_list_event_endpoints, as definer, for sms_private.tenant_id().';

comment on function sms_private.new_event_secret() is 'A secret of 32 bytes, as Standard Webhooks writes one.';

comment on function sms_private.nobody() is 'An id that owns nothing: the owner where a token names no user, because null would mean the operator.';

comment on function sms_private.note_consent() is 'Trigger: notes that a contact opted out or in again. STOP from who is opted out changes nothing, and is no event.';

comment on function sms_private.note_event(uuid, text, uuid, jsonb) is 'Notes an event for each address that wants it, in the transaction in which it happens.';

comment on function sms_private.note_handover() is 'Trigger: notes that a person took a conversation over, handed it back (a pause ended by hand), or is called.';

comment on function sms_private.note_message() is 'Trigger: notes that a message was stored, or that its status or error code changed.';

comment on function sms_private.purge_events() is 'Deletes events and attempts that are older than event_days_kept, a few hundred at a time.';

comment on function sms_private.record_event(jsonb) is 'sms_record_events for one result.';

comment on function sms_private.replay_events(uuid, uuid, uuid, timestamp
  with time zone) is 'sms_replay_events for an owner.';

comment on function sms_private.replay_my_events(uuid, uuid, timestamp
  with time zone) is 'sms_replay_events, as definer, for sms_private.tenant_id().';

comment on function sms_private.rotate_my_secret(uuid, integer) is 'sms_rotate_event_secret, as definer, for sms_private.tenant_id().';

comment on function sms_private.rotate_secret(uuid, uuid, integer) is 'sms_rotate_event_secret for an owner.';

comment on function sms_private.save_endpoint(uuid, uuid, text, text[], boolean) is
  'sms_save_event_endpoint for an owner.';

comment on function sms_private.save_my_endpoint(uuid, text, text[], boolean) is 'sms_save_event_endpoint, as definer, for sms_private.tenant_id().';

comment on function sms_private.test_endpoint(uuid, uuid) is 'sms_test_event_endpoint for an owner.';

comment on function sms_private.test_my_endpoint(uuid) is 'sms_test_event_endpoint, as definer, for sms_private.tenant_id().';

comment on table sms_private.event_attempts is 'The log of calls. What an address answered is not kept: its words could be anybody''s.';

comment on table sms_private.event_endpoints is 'Addresses that are told what happens: a tenant''s own, or the operator''s, which get the events of all tenants.';

comment on table sms_private.events is 'What an address is to be told, or was told in the last days. One row an event and address.';

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('event_gaps_seconds', '[5,300,1800,7200,18000,36000,50400,72000,86400]'),
  ('event_days_until_disabled', '5'),
  ('event_days_kept', '7')
on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_claim_events(integer,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_delete_event_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_list_event_endpoints() from public, anon, authenticated, service_role;
revoke all on function public.sms_manage_events_for(uuid,text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_events(jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_replay_events(uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_rotate_event_secret(uuid,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_save_event_endpoint(uuid,text,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_test_event_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.count_event_failure(sms_private.event_endpoints,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.delete_endpoint(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.delete_my_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.endpoint_of(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.endpoint_view(sms_private.event_endpoints) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_data(sms_private.events) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_payload(sms_private.events) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_turns(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.event_types() from public, anon, authenticated, service_role;
revoke all on function sms_private.event_url_is_whole(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.events_health() from public, anon, authenticated, service_role;
revoke all on function sms_private.list_endpoints(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.list_my_endpoints() from public, anon, authenticated, service_role;
revoke all on function sms_private.new_event_secret() from public, anon, authenticated, service_role;
revoke all on function sms_private.nobody() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_consent() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_event(uuid,text,uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.note_handover() from public, anon, authenticated, service_role;
revoke all on function sms_private.note_message() from public, anon, authenticated, service_role;
revoke all on function sms_private.purge_events() from public, anon, authenticated, service_role;
revoke all on function sms_private.record_event(jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.replay_events(uuid,uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.replay_my_events(uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.rotate_my_secret(uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.rotate_secret(uuid,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_endpoint(uuid,uuid,text,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_my_endpoint(uuid,text,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.test_endpoint(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.test_my_endpoint(uuid) from public, anon, authenticated, service_role;
revoke all on table sms_private.event_attempts from public, anon, authenticated, service_role;
revoke all on table sms_private.event_endpoints from public, anon, authenticated, service_role;
revoke all on table sms_private.events from public, anon, authenticated, service_role;
grant execute on function public.sms_claim_events(integer,integer) to service_role;
grant execute on function public.sms_delete_event_endpoint(uuid) to authenticated;
grant execute on function public.sms_list_event_endpoints() to authenticated;
grant execute on function public.sms_manage_events_for(uuid,text,jsonb) to service_role;
grant execute on function public.sms_record_events(jsonb) to service_role;
grant execute on function public.sms_replay_events(uuid,uuid,timestamp with time zone) to authenticated;
grant execute on function public.sms_rotate_event_secret(uuid,integer) to authenticated;
grant execute on function public.sms_save_event_endpoint(uuid,text,text[],boolean) to authenticated;
grant execute on function public.sms_test_event_endpoint(uuid) to authenticated;
grant execute on function sms_private.count_event_failure(sms_private.event_endpoints,integer) to service_role;
grant execute on function sms_private.delete_endpoint(uuid,uuid) to service_role;
grant execute on function sms_private.delete_my_endpoint(uuid) to authenticated;
grant execute on function sms_private.delete_my_endpoint(uuid) to service_role;
grant execute on function sms_private.endpoint_of(uuid,uuid) to service_role;
grant execute on function sms_private.endpoint_view(sms_private.event_endpoints) to service_role;
grant execute on function sms_private.event_data(sms_private.events) to service_role;
grant execute on function sms_private.event_payload(sms_private.events) to service_role;
grant execute on function sms_private.event_turns(integer) to service_role;
grant execute on function sms_private.event_types() to service_role;
grant execute on function sms_private.event_url_is_whole(text) to service_role;
grant execute on function sms_private.events_health() to service_role;
grant execute on function sms_private.list_endpoints(uuid) to service_role;
grant execute on function sms_private.list_my_endpoints() to authenticated;
grant execute on function sms_private.list_my_endpoints() to service_role;
grant execute on function sms_private.new_event_secret() to service_role;
grant execute on function sms_private.nobody() to service_role;
grant execute on function sms_private.note_event(uuid,text,uuid,jsonb) to service_role;
grant execute on function sms_private.purge_events() to service_role;
grant execute on function sms_private.record_event(jsonb) to service_role;
grant execute on function sms_private.replay_events(uuid,uuid,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.replay_my_events(uuid,uuid,timestamp with time zone) to authenticated;
grant execute on function sms_private.replay_my_events(uuid,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.rotate_my_secret(uuid,integer) to authenticated;
grant execute on function sms_private.rotate_my_secret(uuid,integer) to service_role;
grant execute on function sms_private.rotate_secret(uuid,uuid,integer) to service_role;
grant execute on function sms_private.save_endpoint(uuid,uuid,text,text[],boolean) to service_role;
grant execute on function sms_private.save_my_endpoint(uuid,text,text[],boolean) to authenticated;
grant execute on function sms_private.save_my_endpoint(uuid,text,text[],boolean) to service_role;
grant execute on function sms_private.test_endpoint(uuid,uuid) to service_role;
grant execute on function sms_private.test_my_endpoint(uuid) to authenticated;
grant execute on function sms_private.test_my_endpoint(uuid) to service_role;
grant delete, insert, select, update on table sms_private.event_attempts to service_role;
grant delete, insert, select, update on table sms_private.event_endpoints to service_role;
grant delete, insert, select, update on table sms_private.events to service_role;

reset check_function_bodies;
