-- Whether what is stored of accounts can still be opened. The keys are not in the database: only their ids are compared.

create function sms_private.key_of(sealed text)
returns text
language plpgsql immutable set search_path = ''
as $$
declare
  header text := translate(split_part(sealed, '.', 1), '-_', '+/');
begin
  return convert_from(decode(rpad(header, (length(header) + 3) / 4 * 4, '='), 'base64'), 'utf8')::jsonb ->> 'kid';
exception when others then
  return null;
end
$$;
comment on function sms_private.key_of is 'The id of the key that a secret was sealed with, from its JWE header; null for what is no JWE.';

create function sms_private.known_keys()
returns text[]
language sql stable set search_path = ''
as $$
  select wake.key_ids from sms_private.worker_wakes wake order by wake.started_at desc, wake.woken_at desc limit 1
$$;
comment on function sms_private.known_keys is 'The ids of the keys that the newest worker had; null before the first wake.';

create function sms_private.is_unreadable(account_id uuid, keys text[])
returns boolean
language sql stable set search_path = ''
as $$
  select keys is not null and exists (
    select from (
      select unnest(array[t.current_token, sms_private.valid_previous(t), t.api_key_secret]) as sealed
      from sms_private.twilio_credentials t where t.account_id = is_unreadable.account_id
      union all
      select key.secret from sms_private.shared_keys key where key.account_id = is_unreadable.account_id) stored
    where stored.sealed is not null and coalesce(sms_private.key_of(stored.sealed), '') <> all (keys))
$$;
comment on function sms_private.is_unreadable is
  'Whether a token, API key or SharedKey of an account was sealed with a key that is none of these. False where the keys are not known.';

create function sms_private.unreadable_accounts()
returns table (account_id uuid, account_sid text)
language sql stable set search_path = ''
as $$
  select account.id, account.account_sid
  from (select sms_private.known_keys() as keys offset 0) known, public.sms_accounts account
  where account.disconnected_at is null and sms_private.is_unreadable(account.id, known.keys)
$$;
comment on function sms_private.unreadable_accounts is 'Connected accounts of which something cannot be opened any more.';

-- As webhook_problem_of(): of the tenant's own accounts only.
create function sms_private.is_number_unreadable(number public.sms_numbers)
returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.sms_accounts account
    where account.account_sid = number.account_sid and account.user_id = number.user_id
      and (number.user_id = (select sms_private.tenant_id()) or (select sms_private.tenant_id()) is null)
      and account.disconnected_at is null and sms_private.is_unreadable(account.id, sms_private.known_keys()))
$$;
comment on function sms_private.is_number_unreadable is
  'Whether the credentials of the tenant''s own account, whose number it is, cannot be opened any more.';

create function public.sms_record_wake(woken_by text, key_ids text[], isolate_age_ms double precision)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  started timestamptz := clock_timestamp() - make_interval(secs => greatest(isolate_age_ms, 0) / 1000);
  known sms_private.worker_wakes;
begin
  select * into known from sms_private.worker_wakes wake where wake.woken_by = sms_record_wake.woken_by;
  if known.woken_at > clock_timestamp() - interval '1 minute'
    and (known.key_ids = key_ids or known.started_at > started) then
    return jsonb_build_object('outcome', 'known');
  end if;
  insert into sms_private.worker_wakes as wake (woken_by, woken_at, key_ids, started_at)
  values (woken_by, clock_timestamp(), key_ids, started)
  on conflict on constraint worker_wakes_pkey do update
  set woken_at = excluded.woken_at, started_at = greatest(excluded.started_at, wake.started_at),
    key_ids = case when excluded.started_at >= wake.started_at then excluded.key_ids else wake.key_ids end;
  return jsonb_build_object('outcome', 'recorded');
end
$$;
comment on function public.sms_record_wake is
  'Notes that the schedule or a request has woken the worker, and the ids of the keys that it has; once a minute each, or when a newer worker has other keys. Outcomes: recorded, known.';
