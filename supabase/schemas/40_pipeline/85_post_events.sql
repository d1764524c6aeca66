-- Events for the adopter's backend: which to post now, and what follows from the answer.

-- Four calls of one address at a time, one while it fails, and twenty of failing ones in all: so addresses that hang leave slots
-- to those that answer. The worker has forty, and texts have slots of their own.
create function sms_private.event_turns(room int)
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
comment on function sms_private.event_turns is 'Which addresses are called now, and how often at most. Who is called least comes first.';

create function public.sms_claim_events(batch_size int, lease_seconds int)
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
comment on function public.sms_claim_events is
  'Leases due events, addresses in turn. Returns { jobs, next_due_in_ms, listening: whether any address is on }. An event whose message, contact or conversation is gone is dropped.';

-- A little at each claim, oldest first: no job of its own.
create function sms_private.purge_events()
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
comment on function sms_private.purge_events is 'Deletes events and attempts that are older than event_days_kept, a few hundred at a time.';

-- The address first, then the event. A claim locks events alone, and skips those that are locked.
create function sms_private.record_event(result jsonb)
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
comment on function sms_private.record_event is 'sms_record_events for one result.';

-- One event that an address cannot take must not hold up the others, so a pause begins with the third failure in a row.
create function sms_private.count_event_failure(endpoint sms_private.event_endpoints, status int)
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
comment on function sms_private.count_event_failure is
  'Counts a failed call of an address: pauses it from the third in a row on, and switches it off for 410 and after days without a success.';

create function public.sms_record_events(results jsonb)
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
comment on function public.sms_record_events is
  'Records what addresses answered. Outcomes: delivered, postponed (tried again later), given_up (tried often enough; a replay tries again), stale.';

create function sms_private.events_health()
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
comment on function sms_private.events_health is
  'The addresses that are told: how many, which fail, which were switched off and why; events that wait or were given up in the last days.';
