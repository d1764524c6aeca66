-- The ground every later migration stands on: nobody may do anything until a migration says so.

-- Postgres lets everyone execute every new function; only this global form takes that back
-- (https://www.postgresql.org/docs/17/sql-alterdefaultprivileges.html).
alter default privileges revoke execute on functions from public;
-- Hosted projects also grant new objects in `public` to the API roles by default on older projects.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

-- Jobs, secrets, counters and definer functions live here, out of reach of the API.
create schema private;
comment on schema private is
  'Jobs, secrets, counters and the definer functions behind the public verbs. Never exposed through the API.';
revoke all on schema private from public;
-- Usage alone reaches nothing: tables and functions in it are granted one by one.
grant usage on schema private to authenticated, service_role;

-- UUIDv7 (RFC 9562): ids sort by the time they were made, so new rows land at the end of every index.
create function private.new_id()
returns uuid
language sql volatile parallel safe set search_path = ''
as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid
$$;
comment on function private.new_id is 'A time-ordered UUID, version 7.';
revoke execute on function private.new_id from public, anon;
grant execute on function private.new_id to authenticated, service_role;

create function private.touch_updated_at()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function private.touch_updated_at is 'Trigger: keeps updated_at true on every update.';
revoke execute on function private.touch_updated_at from public, anon, authenticated, service_role;

-- What the operator may set for the whole project. One row a setting; see private.setting().
create table private.settings (
  name text primary key,
  value jsonb not null
);
comment on table private.settings is 'Project-wide settings of the operator.';
comment on column private.settings.name is 'Setting, for example person_pause_minutes.';
comment on column private.settings.value is 'Its value, as JSON.';
grant select, insert, update, delete on private.settings to service_role;

insert into private.settings (name, value) values
  ('person_pause_minutes', '30'),
  ('reopen_within_hours', '24'),
  ('opt_out_confirmation',
   '"You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe."');

create function private.setting(setting_name text)
returns jsonb
language sql stable set search_path = ''
as $$ select s.value from private.settings s where s.name = setting_name $$;
comment on function private.setting is 'The value of one setting, or null.';
revoke execute on function private.setting from public, anon, authenticated;
grant execute on function private.setting to service_role;
