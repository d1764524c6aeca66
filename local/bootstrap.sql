-- Makes an empty database behave like a new hosted Supabase project of 2026: the same roles, schemas, owners and
-- grants that migrations meet there. Runs as the superuser, after the tables of `auth` were made.
-- What is not here on purpose: grants on new tables of `public` to the API's roles (new projects have none).

do $$
declare
  role record;
begin
  for role in
    select * from (values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit'),
      ('supabase_auth_admin', 'login noinherit createrole'),
      ('dashboard_user', 'nologin createdb createrole replication'),
      -- The owner of the project: powerful, but no superuser.
      ('postgres', 'login createdb createrole replication bypassrls')
    ) as roles(name, attributes)
  loop
    -- Roles belong to the server, and another database may have brought them.
    if not exists (select from pg_roles where rolname = role.name) then
      execute format('create role %I %s', role.name, role.attributes);
      if role.name in ('postgres', 'authenticator', 'supabase_auth_admin') then
        execute format('alter role %I password %L', role.name, current_setting('local.password', true));
      end if;
      if role.name = 'postgres' then
        alter role postgres set search_path = "$user", public, extensions;
      end if;
    end if;
  end loop;
end;
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

-- `public` belongs to pg_database_owner, which is `postgres` on the hosted platform.
do $$ begin execute format('alter database %I owner to postgres', current_database()); end; $$;
create schema if not exists extensions authorization postgres;
grant usage on schema auth, public, extensions to postgres, anon, authenticated, service_role;
grant all on schema public to postgres;

-- Preinstalled on hosted projects.
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
grant execute on all functions in schema extensions to postgres, anon, authenticated, service_role;

-- Columns of the real Auth server that its look-alike does without, and that scripts for hosted projects name.
alter table auth.users
  add column if not exists instance_id uuid,
  add column if not exists is_super_admin boolean;

-- As PostgREST sets them: all claims in one setting; the single ones are of older versions, and of @supabase/lite.
create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid;
$$;
create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  );
$$;
create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  );
$$;
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb;
$$;

-- Everything in `auth` belongs to the Auth server; the project's owner may read it, change rows, refer to it.
do $$
declare
  thing record;
begin
  for thing in select relname from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r' loop
    execute format('alter table auth.%I owner to supabase_auth_admin', thing.relname);
  end loop;
  for thing in select oid::regprocedure as signature from pg_proc where pronamespace = 'auth'::regnamespace loop
    execute format('alter function %s owner to supabase_auth_admin', thing.signature);
  end loop;
end;
$$;
grant usage, create on schema auth to supabase_auth_admin;
grant select, insert, update, delete, references, trigger, truncate on all tables in schema auth to postgres;
