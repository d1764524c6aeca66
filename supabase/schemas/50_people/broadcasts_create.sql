-- A message to many contacts: who receives it, and how it is stored.

-- One by one, so that a wrong number in a list of a thousand does not stop the others.
create function sms_private.check_recipients(tenant uuid, number public.sms_numbers, to_numbers text[], purpose text)
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
comment on function sms_private.check_recipients is
  'Each recipient of a broadcast, and why it is refused; code is null for a recipient who gets the message. is_erased: no contact, but an opt-out of theirs is kept.';

-- As store_outbound(), but for many in few statements: a thousand calls take too long on a small server.
-- A broadcast is not an answer to the contact: no assistant is paused.
create function sms_private.store_broadcast_messages(
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
comment on function sms_private.store_broadcast_messages is
  'Stores a message and its delivery, of the lowest priority, for each recipient.';

create function sms_private.broadcast_answer(outcome text, broadcast public.sms_broadcasts)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_build_object('outcome', outcome, 'broadcast', to_jsonb(broadcast),
    'accepted', broadcast.accepted, 'rejected', broadcast.rejected)
$$;
comment on function sms_private.broadcast_answer is 'What sms_create_broadcast answers.';

create function sms_private.store_broadcast(tenant uuid, sender text, request jsonb)
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
comment on function sms_private.store_broadcast is
  'sms_create_broadcast without its key: checks everything, then stores the broadcast, its messages and their deliveries.';

create function public.sms_create_broadcast(
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
comment on function public.sms_create_broadcast is
  'Sends a message to up to 1,000 recipients at once, as texts of the system; no assistant is paused. purpose: promotional or transactional, else the template''s, else promotional. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED, RECIPIENT_OPTED_OUT, OPT_OUT_IN_DOUBT (sms_settle_opt_out) or NO_CONSENT (sms_record_consents) and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), SEGMENTS_USED_UP (retry_after_ms), and those of sms_create_message about key, content, number and user.';

create function public.sms_create_broadcast_for(
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
comment on function public.sms_create_broadcast_for is
  'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';
