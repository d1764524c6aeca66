-- pg_cron wakes the worker.

-- Looked up when called, not when created: what the extensions bring may come later, or never.
create function sms_private.missing_for_schedule()
returns text[]
language sql stable set search_path = ''
as $$
  select coalesce(array_agg(needed.extension order by needed.extension), '{}')
  from (values
    ('pg_cron', to_regnamespace('cron')), ('pg_net', to_regnamespace('net')),
      ('supabase_vault', to_regnamespace('vault'))
  ) as needed (extension, namespace)
  where needed.namespace is null
$$;
comment on function sms_private.missing_for_schedule is 'The extensions that sms_schedule_worker needs and that are not there.';

-- Runs every few seconds. Nobody reads the answer: a wake that is lost is replaced by the next one.
create function sms_private.wake_worker()
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
comment on function sms_private.wake_worker is 'Posts to sms-worker with the key in Vault, through pg_net, with a time-out of 5 s. Called by pg_cron.';

-- A run every ten seconds is 8,640 rows a day, and nobody else deletes pg_cron's. Only the rows of our own jobs go. pg_net's
-- answers stay: pg_net deletes them itself after six hours, and other answers in that table are the project's.
create function sms_private.purge_schedule_logs()
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  delete from cron.job_run_details d where d.start_time < clock_timestamp() - interval '1 day'
    and d.jobid in (select j.jobid from cron.job j where j.jobname like 'supabase-sms-%');
end
$$;
comment on function sms_private.purge_schedule_logs is 'Deletes pg_cron''s rows about our own jobs that are older than a day. Called by pg_cron.';

create function sms_private.keep_secret(secret_name text, secret text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  known uuid := (select s.id from vault.secrets s where s.name = secret_name);
begin
  if known is null then
    perform vault.create_secret(secret, secret_name);
  else
    perform vault.update_secret(known, secret);
  end if;
end
$$;
comment on function sms_private.keep_secret is 'Stores a secret in Vault under a name, in place of the one before.';

create function sms_private.schedule_worker(functions_url text, worker_key text, every_seconds int)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  missing text[] := sms_private.missing_for_schedule();
begin
  -- The key goes with each wake. Without TLS it may only go where no network in between can read it: this machine, or containers
  -- beside the database, whose names have no dot.
  if functions_url !~ '^https://[^\s/@]+(/\S*)?$'
    and functions_url !~ '^http://(localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|[A-Za-z0-9_-]+)(:[0-9]+)?(/\S*)?$'
    or functions_url is null then
    return jsonb_build_object('outcome', 'INVALID_URL');
  elsif every_seconds is null or every_seconds not between 1 and 59 then
    return jsonb_build_object('outcome', 'INVALID_INTERVAL');
  elsif worker_key is null or worker_key !~ '\S' then
    return jsonb_build_object('outcome', 'KEY_REQUIRED');
  elsif missing <> '{}' then
    return jsonb_build_object('outcome', 'SCHEDULER_UNAVAILABLE', 'missing', to_jsonb(missing));
  end if;
  perform sms_private.keep_secret('supabase_sms_worker_url', rtrim(functions_url, '/') || '/sms-worker');
  perform sms_private.keep_secret('supabase_sms_worker_key', worker_key);
  -- A job of the same name is replaced, not doubled.
  perform cron.schedule('supabase-sms-wake', every_seconds || ' seconds', 'select sms_private.wake_worker()');
  perform cron.schedule('supabase-sms-purge', '17 * * * *', 'select sms_private.purge_schedule_logs()');
  return jsonb_build_object('outcome', 'scheduled', 'every_seconds', every_seconds);
end
$$;
comment on function sms_private.schedule_worker is 'sms_schedule_worker, as definer: pg_cron and Vault belong to the database''s owner.';

create function public.sms_schedule_worker(functions_url text, worker_key text, every_seconds int default 10)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.schedule_worker(functions_url, worker_key, every_seconds) $$;
comment on function public.sms_schedule_worker is
  'Wakes sms-worker every few seconds (1 to 59), with pg_cron and pg_net; address and key are kept in Vault. May be called again to change them. Outcomes: scheduled, INVALID_URL (no https: the key goes with each wake; http only to this machine or a container), INVALID_INTERVAL, KEY_REQUIRED, SCHEDULER_UNAVAILABLE (with what is missing).';

create function sms_private.unschedule_worker()
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if to_regnamespace('cron') is not null then
    perform cron.unschedule(j.jobid) from cron.job j where j.jobname in ('supabase-sms-wake', 'supabase-sms-purge');
  end if;
  if to_regnamespace('vault') is not null then
    delete from vault.secrets s where s.name in ('supabase_sms_worker_url', 'supabase_sms_worker_key');
  end if;
  return jsonb_build_object('outcome', 'unscheduled');
end
$$;
comment on function sms_private.unschedule_worker is 'sms_unschedule_worker, as definer.';

create function public.sms_unschedule_worker()
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.unschedule_worker() $$;
comment on function public.sms_unschedule_worker is 'Ends the schedule and forgets its address and key. Outcome: unscheduled.';

-- For health, which must answer whatever pg_cron and Vault do: a restored Vault, for instance, may not open.
create function sms_private.schedule_state()
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
comment on function sms_private.schedule_state is
  'How the schedule is, never its key: running, failing, stalled (no run for five minutes), paused, no_address (nothing in Vault), missing, unavailable (which extensions), unknown.';
