-- sms_doctor: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

create table sms_private.worker_wakes (
  woken_by   text                     not null,
  woken_at   timestamp with time zone not null,
  key_ids    text[]                   not null,
  started_at timestamp with time zone not null,
  constraint worker_wakes_pkey primary key (woken_by),
  constraint worker_wakes_woken_by_check check ((woken_by = ANY (ARRAY['schedule'::text, 'request'::text])))
);

-- Not more than an answer can hold: who has so many sees by the first ones what is wrong.
create or replace function public.sms_inspect()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'inspected',
    'now', clock_timestamp(),
    'accounts', (
      select coalesce(jsonb_agg(to_jsonb(one) order by one.account_sid), '[]') from (
        select account.account_sid, account.shared, unreadable.account_id is not null as credentials_unreadable
        from public.sms_accounts account
        left join sms_private.unreadable_accounts() unreadable on unreadable.account_id = account.id
        where account.disconnected_at is null
        order by (unreadable.account_id is not null) desc, account.id limit 100) one),
    'numbers', (
      select coalesce(jsonb_agg(to_jsonb(one) order by one.number, one.id), '[]') from (
        select number.id, number.number, number.account_sid, number.assistant_id is not null as has_assistant,
          number.webhook_status, number.webhook_error, number.sms_url, account.trunk_sid as main_trunk_sid
        from public.sms_numbers number
        join public.sms_accounts account on account.account_sid = number.account_sid and account.disconnected_at is null
        order by number.webhook_status = 'configured', number.id limit 100) one),
    'numbers_in_all', (select count(*) from public.sms_numbers),
    'live_updates', sms_private.live_updates_state(),
    'extensions', (
      select coalesce(jsonb_object_agg(e.extname, e.extnamespace::regnamespace), '{}')
      from pg_extension e where e.extname in ('pg_trgm', 'btree_gin', 'pg_cron', 'pg_net', 'supabase_vault')))
$$;

create or replace function public.sms_record_wake(woken_by text, key_ids text[], isolate_age_ms double precision)
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

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null and due_at <= now()),
    -- Due later, or held by the pause of their broadcast.
    'deliveries_waiting', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and (held_at is not null or due_at > now())),
    'deliveries_in_flight', count(*) filter (where in_flight and not unconfirmed),
    'deliveries_unconfirmed', count(*) filter (where unconfirmed),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where unconfirmed), 0),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and held_at is null and due_at <= now()), 0),
    'set_aside', (select count(*) from sms_private.set_aside()),
    'set_aside_reasons', (
      select coalesce(jsonb_object_agg(r.reason, r.things), '{}')
      from (select coalesce(split_part(a.last_error, ':', 1), 'UNKNOWN') as reason, count(*) as things
            from sms_private.set_aside() a group by 1) r),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id,
        'message_sid', e.message_sid)), '[]')
      from (select * from (
              select * from sms_private.set_aside()
              union all
              (select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
               from sms_private.jobs j where j.last_error is not null and j.set_aside_at is null
                 order by j.id desc limit 10)
            ) all_errors order by set_aside_at desc nulls last limit 10) e),
    -- The operator has to pay the provider, or choose another model.
    'model_without_credit', (
      select jsonb_build_object('replies', count(*), 'since', min(unpaid.set_aside_at), 'last', max(unpaid.set_aside_at))
      from sms_private.jobs unpaid
      where unpaid.kind = 'reply' and unpaid.set_aside_at > now() - interval '1 day'
        and unpaid.last_error like 'MODEL\_NO\_CREDIT:%'
      having count(*) > 0),
    'models_ending', (
      select coalesce(jsonb_agg(to_jsonb(ending)), '[]') from sms_private.models_ending() ending),
    'webhooks_refused', (
      select coalesce(jsonb_agg(one.refusal order by one.last_at desc), '[]')
      from (select refusal.last_at, jsonb_build_object('account_sid', account.account_sid, 'reason', refusal.reason,
              'key_id', nullif(refusal.key_id, ''), 'refused', refusal.refused, 'last_at', refusal.last_at,
              'message', sms_private.refusal_words(refusal)) as refusal
            from sms_private.refused_webhooks refusal
            join public.sms_accounts account on account.id = refusal.account_id
            where refusal.last_at > now() - interval '1 day' order by refusal.last_at desc limit 20) one),
    'expired', (select count(*) from public.sms_message_events late
      where late.error_code = 'EXPIRED' and late.received_at > now() - interval '1 day'),
    'credentials_unreadable', case when sms_private.known_keys() is not null then (
      select count(*) from sms_private.unreadable_accounts()) end,
    'figures_unfolded', (select count(*) from sms_private.stat_changes),
    'doubled', (select count(distinct v.message_id) from public.sms_message_events v where v.flags @> '{doubled}'))
  || (
    select jsonb_build_object(
      'lookups_due', count(*) filter (where kind = 'lookup' and due_at <= now()),
      'settlements_due', count(*) filter (where kind = 'settlement' and due_at <= now()),
      'settlements_waiting', count(*) filter (where kind = 'settlement' and due_at > now()),
      'settlements_failing', count(*) filter (where kind = 'settlement' and last_error is not null),
      'listings', jsonb_build_object(
        'accounts', count(*) filter (where listed),
        'failing', count(*) filter (where listed and tries > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - listed_until)) filter (where listed), 0),
        'last_error', (array_agg(last_error order by tries desc) filter (where listed and tries > 0))[1]))
    from sms_private.questions question
    cross join lateral (select kind = 'listing' and exists (
      select from public.sms_numbers number where number.account_sid = question.account_sid) as listed) here
    where set_aside_at is null)
  || (
    select jsonb_build_object(
      'last_woken_at', max(wake.woken_at),
      'last_woken_by', (array_agg(wake.woken_by order by wake.woken_at desc))[1],
      'schedule', sms_private.schedule_state() || jsonb_build_object(
        'last_woken_at', max(wake.woken_at) filter (where wake.woken_by = 'schedule')))
    from sms_private.worker_wakes wake)
  from sms_private.jobs
$$;

-- As webhook_problem_of(): of the tenant's own accounts only.
create or replace function sms_private.is_number_unreadable(number public.sms_numbers)
returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.sms_accounts account
    where account.account_sid = number.account_sid and account.user_id = number.user_id
      and (number.user_id = (select sms_private.tenant_id()) or (select sms_private.tenant_id()) is null)
      and account.disconnected_at is null and sms_private.is_unreadable(account.id, sms_private.known_keys()))
$$;

create or replace function sms_private.is_unreadable(account_id uuid, keys text[])
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

-- Whether what is stored of accounts can still be opened. The keys are not in the database: only their ids are compared.

create or replace function sms_private.key_of(sealed text)
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

create or replace function sms_private.known_keys()
returns text[]
language sql stable set search_path = ''
as $$
  select wake.key_ids from sms_private.worker_wakes wake order by wake.started_at desc, wake.woken_at desc limit 1
$$;

-- What `deno task doctor` asks: what is connected, and what of it is not as it should be.

-- A definer: the secret key need not have rights on Realtime's schema.
create or replace function sms_private.live_updates_state()
returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null or to_regclass('realtime.messages') is null
      then 'unavailable'
    when (select count(*) from pg_trigger t where t.tgname = 'announce_changes' and t.tgenabled <> 'D'
        and t.tgrelid in ('public.sms_conversations'::regclass, 'public.sms_messages'::regclass)) = 2
      and exists (select from pg_policy p where p.polrelid = to_regclass('realtime.messages')
        and p.polname = 'sms_listen_to_own')
      then 'set_up'
    else 'missing' end
$$;

-- A number's webhook at Twilio: repaired, recorded, listed.

create or replace function sms_private.number_view(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(number) || jsonb_build_object('webhook_problem', sms_private.webhook_problem_of(number),
    'credentials_unreadable', sms_private.is_number_unreadable(number))
$$;

-- For health, which must answer whatever pg_cron and Vault do: a restored Vault, for instance, may not open.
create or replace function sms_private.schedule_state()
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  missing text[] := sms_private.missing_for_schedule();
  job jsonb;
  run jsonb;
  url text;
  has_key boolean;
begin
  if missing <> '{}' then
    return jsonb_build_object('state', 'unavailable', 'missing', to_jsonb(missing));
  end if;
  -- As JSON, because versions of pg_cron differ in their columns.
  select to_jsonb(j) into job from cron.job j where j.jobname = 'supabase-sms-wake';
  if job is null then
    return jsonb_build_object('state', 'missing');
  end if;
  select to_jsonb(d) into run from cron.job_run_details d where d.jobid = (job ->> 'jobid')::bigint
  order by d.runid desc limit 1;
  select max(s.decrypted_secret) filter (where s.name = 'supabase_sms_worker_url'),
    coalesce(bool_or(s.name = 'supabase_sms_worker_key' and s.decrypted_secret is not null), false) into url, has_key
  from vault.decrypted_secrets s where s.name in ('supabase_sms_worker_url', 'supabase_sms_worker_key');
  return jsonb_build_object('state', case
      when not coalesce((job ->> 'active')::boolean, true) then 'paused'
      when url is null or not has_key then 'no_address'
      when run ->> 'status' = 'failed' then 'failing'
      when (run ->> 'start_time')::timestamptz < clock_timestamp() - interval '5 minutes' then 'stalled'
      else 'running' end,
    'every', job ->> 'schedule', 'url', url, 'last_run_at', run -> 'start_time',
    'last_error', case when run ->> 'status' = 'failed' then left(run ->> 'return_message', 200) end);
exception when others then
  return jsonb_build_object('state', 'unknown', 'last_error', left(sqlerrm, 200));
end
$$;

create or replace function sms_private.signers_of(account_id uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'previous_until', (select t.previous_until from sms_private.twilio_credentials t
      where t.account_id = signers_of.account_id and sms_private.valid_previous(t) is not null),
    'api_key_sid', (select t.api_key_sid from sms_private.twilio_credentials t
                    where t.account_id = signers_of.account_id),
    'shared_keys', (select coalesce(jsonb_agg(jsonb_build_object('key_id', key.key_id, 'created_at', key.created_at)
        order by key.created_at, key.key_id), '[]')
      from sms_private.shared_keys key where key.account_id = signers_of.account_id),
    'webhooks_refused', sms_private.refused_of(signers_of.account_id),
    'credentials_unreadable', sms_private.is_unreadable(signers_of.account_id, sms_private.known_keys()))
$$;

create or replace function sms_private.unreadable_accounts()
returns table (account_id uuid, account_sid text)
language sql stable set search_path = ''
as $$
  select account.id, account.account_sid
  from (select sms_private.known_keys() as keys offset 0) known, public.sms_accounts account
  where account.disconnected_at is null and sms_private.is_unreadable(account.id, known.keys)
$$;

-- Runs every few seconds. Nobody reads the answer: a wake that is lost is replaced by the next one.
create or replace function sms_private.wake_worker()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  url text := (select s.decrypted_secret from vault.decrypted_secrets s where s.name = 'supabase_sms_worker_url');
  key text := (select s.decrypted_secret from vault.decrypted_secrets s where s.name = 'supabase_sms_worker_key');
begin
  if url is null or key is null then
    raise exception 'the worker has no address or key in Vault: call sms_schedule_worker() again' using errcode = 'no_data_found';
  end if;
  perform net.http_post(url := url, body := '{}'::jsonb, params := '{}'::jsonb,
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', key, 'x-sms-woken-by', 'schedule'),
    timeout_milliseconds := 5000);
end
$$;

comment on column sms_private.worker_wakes.key_ids is 'The keys of SMS_CREDENTIALS_KEY that the worker had, by the first 8 bytes of their hashes.';

comment on column sms_private.worker_wakes.started_at is 'When that worker''s isolate started: a newer one knows the newer keys.';

comment on column sms_private.worker_wakes.woken_at is 'When, to the minute.';

comment on column sms_private.worker_wakes.woken_by is 'schedule: pg_cron or another scheduler. request: a webhook, a send, another worker.';

comment on function public.sms_inspect() is 'For the operator: 100 connected accounts and 100 numbers at most, those with a problem first, without any secret; whether live updates are set up; where the extensions are. Outcome: inspected.';

comment on function public.sms_record_wake(text, text[], double precision) is 'Notes that the schedule or a request has woken the worker, and the ids of the keys that it has; once a minute each, or when a newer worker has other keys. Outcomes: recorded, known.';

comment on function public.sms_worker_health() is 'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID; accounts whose secrets cannot be opened any more (null: the worker was never woken); who woke the worker last and when, to the minute, and how the schedule is.';

comment on function sms_private.is_number_unreadable(public.sms_numbers) is 'Whether the credentials of the tenant''s own account, whose number it is, cannot be opened any more.';

comment on function sms_private.is_unreadable(uuid, text[]) is 'Whether a token, API key or SharedKey of an account was sealed with a key that is none of these. False where the keys are not known.';

comment on function sms_private.key_of(text) is 'The id of the key that a secret was sealed with, from its JWE header; null for what is no JWE.';

comment on function sms_private.known_keys() is 'The ids of the keys that the newest worker had; null before the first wake.';

comment on function sms_private.live_updates_state() is 'set_up, missing (sms_private.set_up_live_updates() mends it), or unavailable: the project has no Realtime.';

comment on function sms_private.number_view(public.sms_numbers) is 'A number as its tenant is shown it: the row, why webhooks for it are refused, and whether its account can still be used.';

comment on function sms_private.schedule_state() is 'How the schedule is, never its key: running, failing, stalled (no run for five minutes), paused, no_address (nothing in Vault), missing, unavailable (which extensions), unknown.';

comment on function sms_private.signers_of(uuid) is 'How Twilio is asked and who signs its webhooks, without any secret, what was refused, and whether it can still be opened.';

comment on function sms_private.unreadable_accounts() is 'Connected accounts of which something cannot be opened any more.';

comment on table sms_private.worker_wakes is 'The last wake by the schedule and the last one by a request of a function. Each row is written once a minute at most.';

-- Who may do what.
revoke all on function public.sms_inspect() from public, anon, authenticated, service_role;
revoke all on function public.sms_record_wake(text,text[],double precision) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_number_unreadable(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_unreadable(uuid,text[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.key_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.known_keys() from public, anon, authenticated, service_role;
revoke all on function sms_private.live_updates_state() from public, anon, authenticated, service_role;
revoke all on function sms_private.schedule_state() from public, anon, authenticated, service_role;
revoke all on function sms_private.unreadable_accounts() from public, anon, authenticated, service_role;
revoke all on table sms_private.worker_wakes from public, anon, authenticated, service_role;
grant execute on function public.sms_inspect() to service_role;
grant execute on function public.sms_record_wake(text,text[],double precision) to service_role;
grant execute on function sms_private.is_number_unreadable(public.sms_numbers) to authenticated;
grant execute on function sms_private.is_number_unreadable(public.sms_numbers) to service_role;
grant execute on function sms_private.is_unreadable(uuid,text[]) to service_role;
grant execute on function sms_private.key_of(text) to service_role;
grant execute on function sms_private.known_keys() to service_role;
grant execute on function sms_private.live_updates_state() to service_role;
grant execute on function sms_private.schedule_state() to service_role;
grant execute on function sms_private.unreadable_accounts() to service_role;
grant delete, insert, select, update on table sms_private.worker_wakes to service_role;

reset check_function_bodies;
