-- One key, one effect: everything that is sent with an idempotency key goes through once().

-- In PL/pgSQL, which keeps its plans for the session.
create function sms_private.answer_of_key(tenant uuid, verb text, key text, request_hash text)
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select case
      when used.request_hash <> answer_of_key.request_hash then jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_REUSED')
      -- A message that was deleted since is not sent again.
      when verb = 'sms_create_message' then coalesce(
        (select jsonb_build_object('outcome', 'repeated', 'message', to_jsonb(message)) from public.sms_messages message
         where message.id = used.result and message.user_id = tenant),
        jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND'))
      when verb = 'sms_record_consents' then (
        select sms_private.consent_import_answer('repeated', import) from sms_private.consent_imports import
        where import.id = used.result and import.user_id = tenant)
      else coalesce(
        (select sms_private.broadcast_answer('repeated', broadcast) from public.sms_broadcasts broadcast
         where broadcast.id = used.result and broadcast.user_id = tenant),
        jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND'))
    end
    from sms_private.idempotency_keys used
    where used.user_id = tenant and used.key = answer_of_key.key
      and used.created_at > clock_timestamp() - interval '24 hours');
end
$$;
comment on function sms_private.answer_of_key is
  'The answer for a key that was used in the last 24 hours: repeated with what it made, as that is now; MESSAGE_NOT_FOUND or BROADCAST_NOT_FOUND when that is deleted; IDEMPOTENCY_KEY_REUSED for another request. Null for a new key.';

-- The last statement of a transaction, after every other lock: first this key, then expired keys, of which the locked
-- ones are skipped. So nobody waits in a circle.
create function sms_private.remember_key(tenant uuid, key text, request_hash text, result uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into sms_private.idempotency_keys (user_id, key, request_hash, result)
  values (tenant, remember_key.key, remember_key.request_hash, remember_key.result)
  on conflict on constraint idempotency_keys_pkey do update
  set request_hash = excluded.request_hash, result = excluded.result, created_at = excluded.created_at;
  -- Each use adds one key and removes up to 100, so the table shrinks to the keys of a day.
  delete from sms_private.idempotency_keys expired
  where (expired.user_id, expired.key) in (
    select oldest.user_id, oldest.key from sms_private.idempotency_keys oldest
    where oldest.created_at <= statement_timestamp() - interval '24 hours'
    order by oldest.created_at limit 100
    for update skip locked);
end
$$;
comment on function sms_private.remember_key is
  'Stores an idempotency key with what its request made, and removes up to 100 expired ones.';

-- The public verbs list the arguments; here a request is one value. Its times are in UTC, whatever the session's time
-- zone is, and jsonb puts its names in order: the same request always has the same hash.
create function sms_private.once(tenant uuid, sender text, verb text, request jsonb, key text)
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
  when 'sms_record_consents' then
    answer := sms_private.store_consents(tenant, request);
  end case;
  if key is not null and answer ->> 'outcome' = 'created' then
    perform sms_private.remember_key(tenant, key, hash, (coalesce(answer -> 'message', answer -> 'broadcast', answer -> 'import') ->> 'id')::uuid);
  end if;
  return answer;
end
$$;
comment on function sms_private.once is
  'Does what sms_create_message, sms_create_broadcast or sms_record_consents was asked, once for a key. The sender is person or system. A refusal uses up no key.';

create function sms_private.sender_of(pauses_assistant boolean)
returns text
language sql immutable parallel safe set search_path = ''
as $$ select case when pauses_assistant then 'person' else 'system' end $$;
comment on function sms_private.sender_of is
  'Whose text it is: a person''s answer pauses the assistant, a text of an app does not.';

create function sms_private.once_for_caller(verb text, request jsonb, key text, pauses_assistant boolean default false)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select sms_private.once((select sms_private.tenant_id()), sms_private.sender_of(pauses_assistant), verb, request, key)
$$;
comment on function sms_private.once_for_caller is 'once() for the signed-in user.';
