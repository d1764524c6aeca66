-- Events for the adopter's backend: what is noted, and what is posted.

create function sms_private.event_types()
returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['message.received', 'message.created', 'message.status_changed', 'contact.opted_out',
    'contact.opted_in', 'conversation.taken_over', 'conversation.handed_back', 'conversation.person_called']
$$;
comment on function sms_private.event_types is 'The types an address may ask for. Besides, any address gets endpoint.test.';

-- Called for each text. Where no address is interested, it reads one small index and writes nothing.
create function sms_private.note_event(tenant uuid, event_type text, subject uuid, detail jsonb default '{}')
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
comment on function sms_private.note_event is
  'Notes an event for each address that wants it, in the transaction in which it happens.';

-- The subject as it is now, with the status as it was then. Null when it is gone: nobody is told about what was erased.
create function sms_private.event_data(event sms_private.events)
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
comment on function sms_private.event_data is 'What an event says of its subject; null when that is gone.';

create function sms_private.event_payload(event sms_private.events)
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
comment on function sms_private.event_payload is
  'The body that is posted; null when its subject is gone. A field may be added in version 1; none goes or changes its meaning.';

create function sms_private.event_url_is_whole(url text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(char_length(url) <= 2048 and (
    url ~* '^https://[a-z0-9.-]+(:[0-9]{1,5})?([/?][!"$-~]*)?$'
    or url ~* '^https://\[[0-9a-f:.]+\](:[0-9]{1,5})?([/?][!"$-~]*)?$'
    -- This machine, for trying it. The worker calls it only where SMS_EVENTS_ALLOW_LOOPBACK says so.
    or url ~* '^http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?([/?][!"$-~]*)?$'), false)
$$;
comment on function sms_private.event_url_is_whole is
  'Whether a text is an https address without a name, a password or a fragment. Where it leads is looked at when it is called.';

create function sms_private.new_event_secret()
returns text
language sql volatile set search_path = ''
as $$
  -- 366 random bits in 32 bytes. pgcrypto is not on every project.
  select 'whsec_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
    || uuid_send(gen_random_uuid())), 'base64')
$$;
comment on function sms_private.new_event_secret is 'A secret of 32 bytes, as Standard Webhooks writes one.';
