-- Nobody may do anything until a file says so; ids, times, settings.

-- Postgres lets everyone execute every new function; only this global form takes that back
-- (https://www.postgresql.org/docs/17/sql-alterdefaultprivileges.html).
alter default privileges revoke execute on functions from public;

-- Hosted projects also grant new objects in `public` to the API roles by default on older projects.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;

alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

-- Jobs, secrets, counters and definer functions live here, out of reach of the API.
create schema sms_private;

comment on schema sms_private is
  'Jobs, secrets, counters and the definer functions behind the public verbs. Never exposed through the API.';

revoke all on schema sms_private from public;

-- Usage alone reaches nothing: tables and functions in it are granted one by one.
grant usage on schema sms_private to authenticated, service_role;

-- Trigrams find a word anywhere in a text; btree_gin lets the owner be part of the same index, so that a search
-- reads the tenant's own entries and not everybody's.
create extension if not exists pg_trgm with schema extensions;

create extension if not exists btree_gin with schema extensions;

do $$
declare
  extension text;
begin
  foreach extension in array array['pg_cron', 'pg_net', 'supabase_vault'] loop
    if exists (select from pg_available_extensions e where e.name = extension) then
      execute format('create extension if not exists %I', extension);
    else
      raise notice '% is not available here: wake sms-worker with a scheduler of your own', extension;
    end if;
  end loop;
end
$$;

-- What the operator may set for the whole project. One row a setting; see sms_private.setting().
create table sms_private.settings (
  name text primary key,
  value jsonb not null
);
comment on table sms_private.settings is 'Project-wide settings of the operator.';
comment on column sms_private.settings.name is 'Setting, for example person_pause_minutes.';
comment on column sms_private.settings.value is 'Its value, as JSON.';
grant select, insert, update, delete on sms_private.settings to service_role;

insert into sms_private.settings (name, value) values
  ('person_pause_minutes', '30'),
  ('reopen_within_hours', '24'),
  ('opt_out_confirmation',
   '"You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe."'),
  ('users_may_take_default_numbers', 'false'),
  -- Not shorter than a request to Twilio may take (_shared/lease.ts).
  ('lookup_wait_seconds', '15'),
  ('lookup_count', '3'),
  ('lookup_spread_seconds', '300'),
  ('lookup_reach_seconds', '600'),
  ('lookup_give_up_seconds', '3600'),
  ('resend_within_seconds', '3600'),
  -- Gaps between two questions, in seconds: asked 10 minutes, 1, 11, 25 and 73 hours after Twilio took it. Twilio's queue
  -- holds a text for 10 hours (https://www.twilio.com/docs/api/errors/21611); a price may take 24
  -- (https://support.twilio.com/hc/en-us/articles/46871410243099).
  ('settle_gaps_seconds', '[600, 3000, 36000, 50400, 172800]'),
  ('listing_interval_seconds', '300'),
  ('listing_overlap_seconds', '3600');

-- UUIDv7 (RFC 9562): ids sort by the time they were made, so new rows land at the end of every index.
create function sms_private.new_id()
returns uuid
language plpgsql volatile parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select encode(
      set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
          placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
          from 1 for 6),
        52, 1), 53, 1),
      'hex')::uuid);
end
$$;
comment on function sms_private.new_id is 'A time-ordered UUID, version 7.';
grant execute on function sms_private.new_id to authenticated, service_role;

create function sms_private.touch_updated_at()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function sms_private.touch_updated_at is 'Trigger: keeps updated_at true on every update.';

create function sms_private.setting(setting_name text)
returns jsonb
language sql stable set search_path = ''
as $$ select s.value from sms_private.settings s where s.name = setting_name $$;
comment on function sms_private.setting is 'The value of one setting, or null.';
grant execute on function sms_private.setting to service_role;

create function sms_private.span_setting(setting_name text)
returns interval
language sql stable set search_path = ''
as $$ select make_interval(secs => (sms_private.setting(setting_name))::numeric::float8) $$;
comment on function sms_private.span_setting is 'A setting in seconds, as an interval.';
grant execute on function sms_private.span_setting to service_role;

-- For workers that wait: a span, so that their clocks do not matter.
create function sms_private.milliseconds_until(moment timestamptz)
returns bigint
language sql volatile set search_path = ''
as $$
  -- greatest() ignores null, and "nothing to wait for" must stay null.
  select case when moment is not null
    then greatest(0, ceil(extract(epoch from moment - clock_timestamp()) * 1000))::bigint end
$$;
comment on function sms_private.milliseconds_until is 'Milliseconds from now until a moment, at least 0; null for null.';
grant execute on function sms_private.milliseconds_until to service_role;

-- As in `_shared/database.ts`: connections, deadlocks, resources, shutdowns. The next try may end otherwise.
create function sms_private.raise_if_transient(state text, message text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if left(state, 2) in ('08', '40', '53', '57', '58') or state = '55P03' then
    raise exception using errcode = state, message = message;
  end if;
end
$$;
comment on function sms_private.raise_if_transient is 'Raises an error again that may not come back; nothing is given up on for it.';
grant execute on function sms_private.raise_if_transient to service_role;
