-- One text to up to a thousand recipients, in one transaction.

-- Refused one by one, so that a wrong number in a list of a thousand does not stop the others.
create function private.judge_recipients(tenant uuid, n public.phone_numbers, to_numbers text[])
returns table (place bigint, recipient text, code text)
language sql stable set search_path = ''
as $$
  select r.place, r.number, case
    when r.number is null or r.number !~ '^\+[1-9][0-9]{6,14}$' then 'INVALID_RECIPIENT'
    when row_number() over (partition by r.number order by r.place) > 1 then 'DUPLICATE_RECIPIENT'
    when not private.may_text(tenant, n.number, r.number) then 'COUNTRY_NOT_ALLOWED'
    when k.opted_out_at is not null or exists (
      select from private.sender_blocks b where b.phone_number_id = n.id and b.contact_id = k.id) then 'RECIPIENT_OPTED_OUT'
  end
  from unnest(to_numbers) with ordinality r (number, place)
  left join public.contacts k on k.user_id = tenant and k.number = r.number
$$;
comment on function private.judge_recipients is 'Each recipient of a broadcast, and why it is refused; code null for who is texted.';
revoke execute on function private.judge_recipients from public, anon, authenticated;
grant execute on function private.judge_recipients to service_role;

-- All at once and by id, as finish_replies does: two batches never wait for each other in a circle. What is opened
-- later has a later id.
create function private.lock_conversations(n public.phone_numbers, numbers text[])
returns void
language sql volatile set search_path = ''
as $$
  select from public.conversations c
  where c.id = any (array(
    select latest.id from unnest(numbers) r (number)
    join public.contacts k on k.user_id = n.user_id and k.number = r.number
    cross join lateral (
      select v.id from public.conversations v
      where v.phone_number_id = n.id and v.contact_id = k.id
      order by v.ended_at desc nulls first limit 1) latest))
  order by c.id for no key update
$$;
comment on function private.lock_conversations is 'Locks the latest conversation of a number with each of these contacts, by id.';
revoke execute on function private.lock_conversations from public, anon, authenticated;
grant execute on function private.lock_conversations to service_role;

-- A broadcast is no answer in a conversation: no assistant is paused.
create function private.store_broadcast_texts(b public.broadcasts, n public.phone_numbers, sender text, recipients text[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  contact uuid;
  c public.conversations;
begin
  -- By number, so that two broadcasts add the same contacts in the same order.
  insert into public.contacts (user_id, number)
  select b.user_id, r.number from unnest(recipients) r (number) order by r.number
  on conflict (user_id, number) do nothing;
  perform private.lock_conversations(n, recipients);
  for contact in
    select k.id from unnest(recipients) with ordinality r (number, place)
    join public.contacts k on k.user_id = b.user_id and k.number = r.number order by r.place
  loop
    c := private.conversation_for_outbound(n, contact);
    perform private.store_outbound(c.id, sender, 'text', b.body, b.media, 3, b.send_at,
      template => b.template_id, broadcast => b.id);
  end loop;
end
$$;
comment on function private.store_broadcast_texts is 'Stores a text and its delivery, of the lowest priority, for each recipient.';
revoke execute on function private.store_broadcast_texts from public, anon, authenticated;
grant execute on function private.store_broadcast_texts to service_role;

create function private.broadcast_answer(outcome text, b public.broadcasts)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_build_object('outcome', outcome, 'broadcast', to_jsonb(b), 'accepted', b.accepted, 'rejected', b.rejected)
$$;
comment on function private.broadcast_answer is 'What create_broadcast answers.';
revoke execute on function private.broadcast_answer from public, anon, authenticated;
grant execute on function private.broadcast_answer to service_role;

create function private.store_broadcast(
  tenant uuid, sender text, to_numbers text[], body text, from_number text, media_urls text[], send_at timestamptz,
  template uuid, variables jsonb, name text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  composed jsonb;
  refusal jsonb;
  code text;
  n public.phone_numbers;
  recipients text[];
  refused jsonb;
  again_at timestamptz;
  b public.broadcasts;
begin
  code := case
    when coalesce(cardinality(to_numbers), 0) = 0 then 'NO_RECIPIENTS'
    when cardinality(to_numbers) > 1000 then 'TOO_MANY_RECIPIENTS'
    when char_length(store_broadcast.name) > 200 then 'INVALID_NAME'
  end;
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  composed := private.compose_body(tenant, store_broadcast.body, template, variables);
  if composed ? 'outcome' then
    return composed;
  end if;
  code := private.refuse_content(composed ->> 'body', media_urls, store_broadcast.send_at);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into n from private.sender_for(tenant, store_broadcast.from_number, null);
  if not found then
    return jsonb_build_object('outcome', private.refuse_sender(tenant, store_broadcast.from_number));
  end if;
  refusal := private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;
  select coalesce(array_agg(r.recipient order by r.place) filter (where r.code is null), '{}'),
    -- What is no number may be anything, also very long.
    coalesce(jsonb_agg(jsonb_build_object('to', left(r.recipient, 64), 'code', r.code) order by r.place)
      filter (where r.code is not null), '[]')
  into recipients, refused
  from private.judge_recipients(tenant, n, to_numbers) r;
  again_at := private.next_broadcast_at(tenant, cardinality(recipients));
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', private.milliseconds_until(again_at));
  end if;

  -- Before any conversation's lock, as in receive_message.
  perform from public.assistants a where a.id = n.assistant_id for key share;
  if not found then
    n.assistant_id := null;
  end if;
  insert into public.broadcasts (user_id, name, phone_number_id, from_number, body, media, template_id, send_at,
    accepted, rejected)
  values (tenant, store_broadcast.name, n.id, n.number, composed ->> 'body', private.media_of(media_urls), template,
    store_broadcast.send_at, cardinality(recipients), refused)
  returning * into b;
  perform private.store_broadcast_texts(b, n, sender, recipients);
  return private.broadcast_answer('created', b);
end
$$;
comment on function private.store_broadcast is 'create_broadcast without its idempotency: checks everything, then stores broadcast, texts and deliveries.';
revoke execute on function private.store_broadcast from public, anon, authenticated;
grant execute on function private.store_broadcast to service_role;

create function private.create_broadcast(
  tenant uuid, sender text, to_numbers text[], body text, from_number text, media_urls text[], send_at timestamptz,
  template uuid, variables jsonb, name text, idempotency_key text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- In UTC, whatever the session's time zone: the same request has the same hash.
  hash text := private.request_hash(jsonb_build_array('create_broadcast', sender, to_numbers, body, from_number,
    coalesce(media_urls, '{}'), send_at at time zone 'utc', template, coalesce(variables, '{}'), name));
  answer jsonb;
begin
  if tenant is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from auth.users u where u.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  answer := private.begin_request(tenant, idempotency_key, hash);
  if answer ->> 'outcome' = 'repeated' then
    return coalesce(
      (select private.broadcast_answer('repeated', b)
       from public.broadcasts b where b.id = (answer ->> 'result')::uuid and b.user_id = tenant),
      -- Deleted since; that is no reason to send it again.
      jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND'));
  elsif answer is not null then
    return answer;
  end if;
  answer := private.store_broadcast(tenant, sender, to_numbers, body, from_number, media_urls, send_at, template,
    variables, name);
  if answer ->> 'outcome' = 'created' then
    perform private.end_request(tenant, idempotency_key, hash, (answer #>> '{broadcast,id}')::uuid);
  end if;
  return answer;
end
$$;
comment on function private.create_broadcast is 'create_broadcast for a given tenant and sender (person, system).';
revoke execute on function private.create_broadcast from public, anon, authenticated;
grant execute on function private.create_broadcast to service_role;

create function private.create_my_broadcast(
  to_numbers text[], body text, from_number text, media_urls text[], send_at timestamptz, template_id uuid,
  variables jsonb, name text, idempotency_key text)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.create_broadcast((select auth.uid()), 'person', to_numbers, body, from_number, media_urls, send_at,
    template_id, variables, name, idempotency_key)
$$;
comment on function private.create_my_broadcast is 'create_broadcast as the signed-in person.';
revoke execute on function private.create_my_broadcast from public, anon;
grant execute on function private.create_my_broadcast to authenticated;

create function public.create_broadcast(
  to_numbers text[], body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, template_id uuid default null, variables jsonb default '{}',
  name text default null, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select private.create_my_broadcast(to_numbers, body, from_number, media_urls, send_at, template_id, variables, name,
    idempotency_key)
$$;
comment on function public.create_broadcast is
  'A person texts up to 1,000 recipients at once; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), and those of create_message about key, content and sender.';
revoke execute on function public.create_broadcast from public, anon, service_role;
grant execute on function public.create_broadcast to authenticated;

create function public.create_broadcast_for(
  owner_id uuid, to_numbers text[], body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, template_id uuid default null,
  variables jsonb default '{}', name text default null, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select private.create_broadcast(owner_id, 'system', to_numbers, body, from_number, media_urls, send_at, template_id,
    variables, name, idempotency_key)
$$;
comment on function public.create_broadcast_for is
  'An app texts up to 1,000 recipients of a tenant: create_broadcast for a named tenant. Outcomes of create_broadcast, and USER_NOT_FOUND.';
revoke execute on function public.create_broadcast_for from public, anon, authenticated;
grant execute on function public.create_broadcast_for to service_role;
