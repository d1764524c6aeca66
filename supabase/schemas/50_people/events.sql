-- Addresses for events: making, changing, trying, repeating. Of a tenant, or of the operator (owner null).

create function sms_private.nobody()
returns uuid
language sql immutable parallel safe set search_path = ''
as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
comment on function sms_private.nobody is
  'An id that owns nothing: the owner where a token names no user, because null would mean the operator.';

create function sms_private.endpoint_view(endpoint sms_private.event_endpoints)
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
comment on function sms_private.endpoint_view is 'An address as its owner sees it, with its last 20 attempts and without its secrets.';

create function sms_private.endpoint_of(owner uuid, endpoint uuid)
returns sms_private.event_endpoints
language sql volatile set search_path = ''
as $$
  select e.* from sms_private.event_endpoints e
  where e.id = endpoint and e.user_id is not distinct from owner for no key update
$$;
comment on function sms_private.endpoint_of is 'The owner''s address, locked; null when it is not theirs.';

create function sms_private.list_endpoints(owner uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'types', to_jsonb(sms_private.event_types()),
    'endpoints', coalesce(jsonb_agg(sms_private.endpoint_view(e) order by e.id), '[]'))
  from sms_private.event_endpoints e where e.user_id is not distinct from owner
$$;
comment on function sms_private.list_endpoints is 'sms_list_event_endpoints for an owner.';

create function sms_private.save_endpoint(owner uuid, endpoint_id uuid, url text, types text[], active boolean)
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
comment on function sms_private.save_endpoint is 'sms_save_event_endpoint for an owner.';

create function sms_private.delete_endpoint(owner uuid, endpoint_id uuid)
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
comment on function sms_private.delete_endpoint is 'sms_delete_event_endpoint for an owner. Its events are deleted by their age.';

create function sms_private.rotate_secret(owner uuid, endpoint_id uuid, overlap_hours int)
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
comment on function sms_private.rotate_secret is 'sms_rotate_event_secret for an owner.';

create function sms_private.test_endpoint(owner uuid, endpoint_id uuid)
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
comment on function sms_private.test_endpoint is 'sms_test_event_endpoint for an owner.';

create function sms_private.replay_events(owner uuid, endpoint_id uuid, event_id uuid, since timestamptz)
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
comment on function sms_private.replay_events is 'sms_replay_events for an owner.';
