-- Exporting: everything about a contact, and everything of a tenant.

create function sms_private.message_with_events(message public.sms_messages)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(message) || jsonb_build_object('events', (
    select coalesce(jsonb_agg(to_jsonb(e) order by e.received_at, e.id), '[]')
    from public.sms_message_events e where e.message_id = message.id))
$$;
comment on function sms_private.message_with_events is 'A message as an export has it: its row, and all that happened to it.';

create function sms_private.export_contact(tenant uuid, contact_id uuid)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  numbers text[];
begin
  select * into contact from public.sms_contacts k where k.id = export_contact.contact_id and k.user_id = tenant;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  numbers := sms_private.spellings_of(contact.number);
  return jsonb_build_object('outcome', 'exported', 'contact', to_jsonb(contact),
    'conversations', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.started_at, c.id), '[]')
      from public.sms_conversations c where c.contact_id = contact.id),
    'messages', (
      select coalesce(jsonb_agg(sms_private.message_with_events(m) order by m.created_at, m.id), '[]')
      from public.sms_messages m where m.id in (
        select said.id from public.sms_conversations c join public.sms_messages said on said.conversation_id = c.id
        where c.contact_id = contact.id
        union all
        select alone.id from public.sms_messages alone
        where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))),
    'archived_messages', (
      select coalesce(jsonb_agg(a.message || jsonb_build_object('events', a.events) order by a.created_at, a.id), '[]')
      from sms_private.archived_messages a where a.user_id = tenant and (
        a.conversation_id in (select c.id from public.sms_conversations c where c.contact_id = contact.id)
        or a.conversation_id is null and a.message ->> 'from_number' = any (numbers))),
    'consent', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.at, e.id), '[]')
      from public.sms_consent_events e where e.contact_id = contact.id),
    'blocked_numbers', (
      select coalesce(jsonb_agg(n.number order by n.number), '[]') from sms_private.sender_blocks b
      join public.sms_numbers n on n.id = b.phone_number_id where b.contact_id = contact.id));
end
$$;
comment on function sms_private.export_contact is 'sms_export_contact_for, as definer.';

create function sms_private.export_my_contact(contact_id uuid)
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.export_contact((select sms_private.tenant_id()), contact_id) $$;
comment on function sms_private.export_my_contact is 'sms_export_contact, as definer, for sms_private.tenant_id().';

create function public.sms_export_contact(contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_contact(contact_id) $$;
comment on function public.sms_export_contact is
  'All that is stored about a contact, as one JSON object: contact, conversations, messages and archived_messages with their events, consent, blocked_numbers. Attachments are named by their URL at Twilio. Outcomes: exported, CONTACT_NOT_FOUND.';

create function public.sms_export_contact_for(owner_id uuid, contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_contact(owner_id, contact_id) $$;
comment on function public.sms_export_contact_for is
  'The operator exports a tenant''s contact: sms_export_contact for a named tenant. Outcomes of sms_export_contact.';

-- Each part in the order of its moment and id, so that a page begins where the one before ended.
create function sms_private.export_part(tenant uuid, part text, after_at timestamptz, after_id uuid, page_size int)
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
comment on function sms_private.export_part is 'The next rows of one part of a tenant''s export.';

create function sms_private.export_tenant(tenant uuid, after text, page_size int)
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
comment on function sms_private.export_tenant is 'sms_export_tenant_for, as definer.';

create function sms_private.export_my_tenant(after text, page_size int)
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.export_tenant((select sms_private.tenant_id()), after, page_size) $$;
comment on function sms_private.export_my_tenant is 'sms_export_tenant, as definer, for sms_private.tenant_id().';

create function public.sms_export_tenant(after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_tenant(after, page_size) $$;
comment on function public.sms_export_tenant is
  'All that is stored of the caller, page by page: { part, rows, next }. Call again with after => next until next is null. Parts: accounts (without secrets), assistants, numbers, templates, profile, limits, contacts, conversations, broadcasts, messages and archived_messages with their events, consent_events, stats. Outcomes: exported, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR, USER_NOT_FOUND.';

create function public.sms_export_tenant_for(owner_id uuid, after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_tenant(owner_id, after, page_size) $$;
comment on function public.sms_export_tenant_for is
  'The operator exports a tenant: sms_export_tenant for a named tenant. Outcomes of sms_export_tenant.';
