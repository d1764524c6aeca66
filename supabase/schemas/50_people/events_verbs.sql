-- The verbs for addresses of events: a tenant's, and in one the operator's.

-- As definers: a user has no rights on the tables. Each asks for the tenant itself.
create function sms_private.list_my_endpoints()
returns jsonb
language sql stable security definer set search_path = ''
as $$
  select sms_private.list_endpoints(coalesce((select sms_private.tenant_id()), sms_private.nobody()))
$$;
comment on function sms_private.list_my_endpoints is 'sms_list_event_endpoints, as definer, for sms_private.tenant_id().';

create function sms_private.save_my_endpoint(endpoint_id uuid, url text, types text[], active boolean)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.save_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, url, types, active)
$$;
comment on function sms_private.save_my_endpoint is 'sms_save_event_endpoint, as definer, for sms_private.tenant_id().';

create function sms_private.delete_my_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.delete_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id)
$$;
comment on function sms_private.delete_my_endpoint is 'sms_delete_event_endpoint, as definer, for sms_private.tenant_id().';

create function sms_private.rotate_my_secret(endpoint_id uuid, overlap_hours int)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.rotate_secret(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, overlap_hours)
$$;
comment on function sms_private.rotate_my_secret is 'sms_rotate_event_secret, as definer, for sms_private.tenant_id().';

create function sms_private.test_my_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.test_endpoint(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id)
$$;
comment on function sms_private.test_my_endpoint is 'sms_test_event_endpoint, as definer, for sms_private.tenant_id().';

create function sms_private.replay_my_events(endpoint_id uuid, event_id uuid, since timestamptz)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.replay_events(coalesce((select sms_private.tenant_id()), sms_private.nobody()),
    endpoint_id, event_id, since)
$$;
comment on function sms_private.replay_my_events is 'sms_replay_events, as definer, for sms_private.tenant_id().';

create function public.sms_list_event_endpoints()
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_endpoints() $$;
comment on function public.sms_list_event_endpoints is
  'The caller''s addresses for events, each with what waits and its last 20 attempts, without secrets; and all types. Outcome: listed.';

create function public.sms_save_event_endpoint(
  endpoint_id uuid default null, url text default null, types text[] default null, active boolean default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.save_my_endpoint(endpoint_id, url, types, active) $$;
comment on function public.sms_save_event_endpoint is
  'Makes an address for events (without endpoint_id; its secret is in this answer and in no other) or changes one. types: those it wants; an empty list for all. Outcomes: saved, INVALID_EVENT_URL, UNKNOWN_EVENT_TYPE, TOO_MANY_ENDPOINTS (three), ENDPOINT_NOT_FOUND, USER_NOT_FOUND.';

create function public.sms_delete_event_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.delete_my_endpoint(endpoint_id) $$;
comment on function public.sms_delete_event_endpoint is
  'Deletes an address, its log, and what waits for it. Outcomes: deleted, ENDPOINT_NOT_FOUND.';

create function public.sms_rotate_event_secret(endpoint_id uuid, overlap_hours int default 24)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.rotate_my_secret(endpoint_id, overlap_hours) $$;
comment on function public.sms_rotate_event_secret is
  'Makes a new secret, which is in this answer and in no other. The one before signs as well for some hours (0 to 168; 0 where it leaked). Outcomes: rotated, INVALID_OVERLAP, ENDPOINT_NOT_FOUND.';

create function public.sms_test_event_endpoint(endpoint_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.test_my_endpoint(endpoint_id) $$;
comment on function public.sms_test_event_endpoint is
  'Posts an endpoint.test at the worker''s next look, within ten seconds; sms_list_event_endpoints tells how it went. Outcomes: queued, ENDPOINT_OFF, ENDPOINT_NOT_FOUND.';

create function public.sms_replay_events(endpoint_id uuid, event_id uuid default null, since timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.replay_my_events(endpoint_id, event_id, since) $$;
comment on function public.sms_replay_events is
  'Posts one event again, or all since a time (of the days that are kept, 10,000 a call, oldest first), with the ids they had. Outcomes: replayed, EVENT_OR_SINCE, EVENT_NOT_FOUND, ENDPOINT_OFF, ENDPOINT_NOT_FOUND.';

create function public.sms_manage_events_for(owner_id uuid, action text, arguments jsonb default '{}')
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
comment on function public.sms_manage_events_for is
  'The verbs above for a tenant, or for the operator (owner_id null), whose addresses get the events of all tenants: action is list, save, delete, rotate, test or replay, arguments are that verb''s. Outcomes: theirs, UNKNOWN_ACTION.';
