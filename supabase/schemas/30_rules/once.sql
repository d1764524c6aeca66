-- One request, one effect.

create function sms_private.request_hash(request jsonb)
returns text
language sql immutable parallel safe set search_path = ''
as $$ select encode(sha256(convert_to(request::text, 'UTF8')), 'hex') $$;
comment on function sms_private.request_hash is 'SHA-256 of a request; jsonb has put its keys in order.';

create function sms_private.known_request(tenant uuid, key text, request_hash text)
returns jsonb
language sql stable set search_path = ''
as $$
  select case when k.request_hash = known_request.request_hash
    then jsonb_build_object('outcome', 'repeated', 'result', k.result)
    else jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_REUSED') end
  from sms_private.idempotency_keys k
  where k.user_id = tenant and k.key = known_request.key and k.created_at > clock_timestamp() - interval '24 hours'
$$;
comment on function sms_private.known_request is 'What a key answers: repeated with its result, or IDEMPOTENCY_KEY_REUSED; null for a new key.';

create function sms_private.begin_request(tenant uuid, key text, request_hash text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  known jsonb;
begin
  if key is null then
    return null;
  end if;
  if key !~ '^[\u0020-\u007E]{1,255}$' then
    return jsonb_build_object('outcome', 'INVALID_IDEMPOTENCY_KEY');
  end if;
  known := sms_private.known_request(tenant, key, request_hash);
  if known is not null then
    return known;
  end if;
  -- Not waited for: whoever asks again meanwhile hears so at once, and no connection is held.
  if not pg_try_advisory_xact_lock(hashtextextended('idempotency_key:' || tenant || ':' || key, 0)) then
    return jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_IN_USE', 'retry_after_ms', 1000);
  end if;
  -- It may have been done between the look and the lock.
  return sms_private.known_request(tenant, key, request_hash);
end
$$;
comment on function sms_private.begin_request is
  'Claims an idempotency key until the transaction ends. Null: go on. Else repeated with its result, or INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE.';

-- The last thing in a transaction, after every other lock: first the own key, then others' old ones, which are skipped
-- where somebody has them. So nobody waits in a circle.
create function sms_private.end_request(tenant uuid, key text, request_hash text, result uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if key is null then
    return;
  end if;
  insert into sms_private.idempotency_keys as k (user_id, key, request_hash, result)
  values (tenant, end_request.key, end_request.request_hash, end_request.result)
  on conflict on constraint idempotency_keys_pkey do update
  set request_hash = excluded.request_hash, result = excluded.result, created_at = excluded.created_at;
  -- More than one a use, so that what is old becomes less.
  delete from sms_private.idempotency_keys k
  where (k.user_id, k.key) in (
    select o.user_id, o.key from sms_private.idempotency_keys o
    where o.created_at <= statement_timestamp() - interval '24 hours'
    order by o.created_at limit 100
    for update skip locked);
end
$$;
comment on function sms_private.end_request is 'Stores an idempotency key with what its request made, and purges up to 100 expired ones.';
