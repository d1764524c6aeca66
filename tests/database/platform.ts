/** What hosted projects have and the local Postgres has not. */
/**
 * Stand-ins with the signatures of pg_cron 1.6, pg_net 0.14 and Vault 0.3, which hosted projects have; they record what
 * they are asked. https://github.com/citusdata/pg_cron, https://supabase.github.io/pg_net/api/,
 * https://supabase.com/docs/guides/database/vault
 */
export const STAND_INS = `
  create schema cron; create schema net; create schema vault;
  create table cron.job (jobid bigint generated always as identity, jobname text unique, schedule text, command text,
    active boolean not null default true);
  create table cron.job_run_details (jobid bigint, runid bigint generated always as identity, start_time timestamptz,
    status text, return_message text);
  create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
    insert into cron.job (jobname, schedule, command) values (job_name, schedule, command)
    on conflict (jobname) do update set schedule = excluded.schedule, command = excluded.command returning jobid $$;
  create function cron.unschedule(job_id bigint) returns boolean language sql as $$
    with gone as (delete from cron.job where jobid = job_id returning 1) select exists (select from gone) $$;
  create table net.calls (id bigint generated always as identity, url text, body jsonb, headers jsonb, timeout int);
  create table net._http_response (id bigint, created timestamptz not null default now());
  create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
      headers jsonb default '{}', timeout_milliseconds int default 5000) returns bigint language sql as $$
    insert into net.calls (url, body, headers, timeout) values (url, body, headers, timeout_milliseconds) returning id $$;
  create table vault.secrets (id uuid primary key default gen_random_uuid(), name text unique, secret text);
  create view vault.decrypted_secrets as select id, name, secret as decrypted_secret from vault.secrets;
  create function vault.create_secret(new_secret text, new_name text default null, new_description text default '',
      new_key_id uuid default null) returns uuid language sql as $$
    insert into vault.secrets (name, secret) values (new_name, new_secret) returning id $$;
  create function vault.update_secret(secret_id uuid, new_secret text default null, new_name text default null,
      new_description text default null, new_key_id uuid default null) returns void language sql as $$
    update vault.secrets set secret = coalesce(new_secret, secret), name = coalesce(new_name, name) where id = secret_id $$;
  grant usage on schema cron, net, vault to postgres;
  grant all on all tables in schema cron, net, vault to postgres;`;

/**
 * A stand-in for Realtime as hosted projects have it: `send` runs with the rights of its caller and writes
 * `realtime.messages`, which the project's owner may write to.
 * https://github.com/supabase/realtime, https://supabase.com/docs/guides/realtime/authorization
 */
export const REALTIME = `
  create schema realtime;
  create table realtime.messages (id bigint generated always as identity, topic text, extension text, event text,
    payload jsonb, private boolean, inserted_at timestamptz not null default now());
  alter table realtime.messages enable row level security;
  alter table realtime.messages owner to postgres;
  create function realtime.topic() returns text language sql stable as $$
    select nullif(current_setting('realtime.topic', true), '') $$;
  create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
  language plpgsql as $$
  begin
    execute format('set local realtime.topic to %L', topic);
    insert into realtime.messages (payload, event, topic, private, extension)
    values (payload, event, topic, private, 'broadcast');
  end $$;
  grant usage on schema realtime to postgres, anon, authenticated, service_role;
  grant insert, select on realtime.messages to postgres, anon, authenticated;`;
