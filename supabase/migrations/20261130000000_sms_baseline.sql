-- Made by joining supabase/schemas, one file after the other. Read the rules there.

set check_function_bodies = off;

-- ── 10_foundation/10_check.sql

-- Before anything is created: what is in the way, as one list.

-- A migration that fails half-way leaves a project half-changed. So everything that could stop this one is looked for
-- first, and all of it is said at once. tests/database/check.test.ts compares the names with what the tree creates.
do $$
declare
  tables constant text[] := array[
    'sms_accounts', 'sms_assistants', 'sms_broadcasts', 'sms_consent_events', 'sms_contacts', 'sms_conversations',
    'sms_limits', 'sms_message_events', 'sms_messages', 'sms_numbers', 'sms_stats', 'sms_templates'];
  functions constant text[] := array[
    'sms_assign_number', 'sms_cancel_broadcast', 'sms_cancel_message', 'sms_choose_sender',
    'sms_claim_deliveries', 'sms_claim_questions', 'sms_claim_replies', 'sms_count_messages',
    'sms_create_broadcast', 'sms_create_broadcast_for', 'sms_create_message', 'sms_create_message_for',
    'sms_disconnect_account', 'sms_filter_unassigned_numbers', 'sms_find_number_accounts',
    'sms_find_unknown_messages', 'sms_finish_replies', 'sms_fold_stats', 'sms_get_account',
    'sms_get_attachment', 'sms_get_broadcast', 'sms_get_conversation', 'sms_get_delivery', 'sms_give_number',
    'sms_hand_back', 'sms_list_accounts', 'sms_list_credentials', 'sms_list_message_numbers',
    'sms_list_messages_with', 'sms_list_numbers', 'sms_list_webhooks', 'sms_opt_out_contact',
    'sms_pause_broadcast', 'sms_receive_message', 'sms_record_deliveries', 'sms_record_questions',
    'sms_record_status', 'sms_record_webhook', 'sms_repair_any_number', 'sms_repair_number',
    'sms_replace_credentials', 'sms_resume_broadcast', 'sms_save_account', 'sms_save_number',
    'sms_schedule_worker', 'sms_search_conversations', 'sms_set_message_aside', 'sms_summarize_messages',
    'sms_take_over', 'sms_take_preview_turn', 'sms_take_turn', 'sms_unassign_number', 'sms_unschedule_worker',
    'sms_update_conversation', 'sms_worker_health'];
  problems text[] := '{}';
begin
  if current_setting('server_version_num')::int < 150000 then
    problems := problems || format('Postgres is %s. Upgrade the project to 15 or newer.',
      current_setting('server_version'));
  end if;
  if to_regclass('auth.users') is null or to_regprocedure('auth.uid()') is null then
    problems := problems || 'The table auth.users or the function auth.uid() is missing. This is not a Supabase project.'::text;
  end if;
  problems := problems || array(
    select format('The role %s is missing. This is not a Supabase project.', needed.role)
    from unnest(array['anon', 'authenticated', 'service_role']) needed (role)
    where to_regrole(needed.role) is null);
  if to_regnamespace('sms_private') is not null then
    problems := problems || 'The schema sms_private exists. Rename it, or drop what an earlier try left.'::text;
  end if;
  problems := problems || array(
    select format('public.%s exists. Rename it or move it to another schema (docs/moving.md).', taken.relname)
    from pg_class taken
    where taken.relnamespace = 'public'::regnamespace
      and (taken.relname = any (tables)
        -- Indexes share the names of tables.
        or taken.relkind in ('i', 'I') and taken.relname ~ ('^(' || array_to_string(tables, '|') || ')_[a-z_]+_idx$')
        and not exists (
          select from pg_index owned join pg_class parent on parent.oid = owned.indrelid
          where owned.indexrelid = taken.oid and parent.relname = any (tables)))
    order by taken.relname);
  problems := problems || array(
    select format('The function public.%s(%s) exists. Rename it.', taken.proname,
      pg_get_function_identity_arguments(taken.oid))
    from pg_proc taken
    where taken.pronamespace = 'public'::regnamespace and taken.proname = any (functions)
    order by taken.proname);
  problems := problems || array(
    select format('The extension %s is not available on this server. Install it, or use another server.',
      needed.extension)
    from unnest(array['pg_trgm', 'btree_gin']) needed (extension)
    where not exists (select from pg_available_extensions available where available.name = needed.extension)
      and not exists (select from pg_extension installed where installed.extname = needed.extension));
  if problems <> '{}' then
    raise exception E'supabase-sms cannot be installed yet. Nothing was changed.\n- %',
      array_to_string(problems, E'\n- ')
      using errcode = 'object_not_in_prerequisite_state';
  end if;
end
$$;

-- ── 10_foundation/20_extensions.sql

-- Extensions: used where they are; created where they are missing.

-- pg_trgm: trigrams find a word anywhere in a text. btree_gin: the tenant is part of the same index, so a search reads
-- the tenant's own entries only. The three others wake the worker (70_platform/schedule.sql); without them any other
-- scheduler will do.
do $$
declare
  extension text;
begin
  if to_regnamespace('extensions') is null then
    create schema extensions;
  end if;
  foreach extension in array array['pg_trgm', 'btree_gin'] loop
    if not exists (select from pg_extension installed where installed.extname = extension) then
      execute format('create extension %I with schema extensions', extension);
    end if;
  end loop;
  foreach extension in array array['pg_cron', 'pg_net', 'supabase_vault'] loop
    if exists (select from pg_available_extensions available where available.name = extension) then
      execute format('create extension if not exists %I', extension);
    else
      raise notice '% is not available here: wake sms-worker with a scheduler of your own', extension;
    end if;
  end loop;
end
$$;

-- The indexes below name the operator classes of these extensions without a schema, because a project may have them in
-- public or elsewhere. 90_grants.sql resets the path.
select set_config('search_path', (
  select string_agg(distinct quote_ident(home.nspname), ', ') from pg_extension installed
  join pg_namespace home on home.oid = installed.extnamespace
    where installed.extname in ('pg_trgm', 'btree_gin')), false);

-- ── 10_foundation/30_schema.sql

-- The private schema, and for whom a caller acts.

create schema sms_private;

comment on schema sms_private is
  'Jobs, secrets, counters and the definer functions behind the public verbs. Never exposed through the API.';

-- Every policy, verb and default calls this function. A project that has teams changes only this function.
create function sms_private.tenant_id()
returns uuid
language sql stable set search_path = ''
as $$ select auth.uid() $$;
comment on function sms_private.tenant_id is 'The tenant for whom the caller acts: the signed-in user; null without one.';

-- Postgres looks up show_trgm() when it creates this function, not at each call. The search path was set in
-- 20_extensions.sql.
create function sms_private.shape_of(search text)
returns text
language sql immutable parallel safe set search_path = ''
return (
  select string_agg(case when cardinality(show_trgm(letter)) > 0 then 'w' else '-' end, '' order by place)
  from string_to_table(search, null) with ordinality as letters (letter, place));
comment on function sms_private.shape_of is
  'A text as w for each character that pg_trgm makes trigrams of (letters and digits, as the database''s locale knows them), and - for the rest.';

-- ── 10_foundation/40_settings.sql

-- What the operator may set for the whole project.

create table sms_private.settings (
  name text primary key,
  value jsonb not null
);
comment on table sms_private.settings is 'Project-wide settings of the operator.';
comment on column sms_private.settings.name is 'Setting, for example person_pause_minutes.';
comment on column sms_private.settings.value is 'Its value, as JSON.';

insert into sms_private.settings (name, value) values
  ('person_pause_minutes', '30'),
  ('reopen_within_hours', '24'),
  ('opt_out_confirmation',
   '"You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe."'),
  ('users_may_take_default_numbers', 'false'),
  -- Not shorter than a request to Twilio may take (_shared/sms/worker/lease.ts).
  ('lookup_wait_seconds', '15'),
  ('lookup_count', '3'),
  ('lookup_spread_seconds', '300'),
  ('lookup_reach_seconds', '600'),
  ('lookup_give_up_seconds', '3600'),
  ('resend_within_seconds', '3600'),
  -- Gaps between two questions, in seconds: asked 10 minutes, 1, 11, 25 and 73 hours after Twilio took it. Twilio's queue
  -- holds a message for 10 hours (https://www.twilio.com/docs/api/errors/21611); a price may take 24
  -- (https://support.twilio.com/hc/en-us/articles/46871410243099).
  ('settle_gaps_seconds', '[600, 3000, 36000, 50400, 172800]'),
  ('listing_interval_seconds', '300'),
  ('listing_overlap_seconds', '3600');

create function sms_private.setting(setting_name text)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select s.value from sms_private.settings s where s.name = setting_name);
end
$$;
comment on function sms_private.setting is 'The value of one setting, or null.';

create function sms_private.span_setting(setting_name text)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting(setting_name))::numeric::float8);
end
$$;
comment on function sms_private.span_setting is 'A setting in seconds, as an interval.';

-- ── 10_foundation/50_ids_and_times.sql

-- Ids, times, rules of rows, and errors that pass.

-- UUIDv7 (RFC 9562): ids sort by the time they were made, so new rows land at the end of every index.
create function sms_private.new_id()
returns uuid
language plpgsql volatile parallel safe set search_path = ''
as $$
begin
  return encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid;
end
$$;
comment on function sms_private.new_id is 'A time-ordered UUID, version 7.';

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

-- Tables that every message writes have one check constraint, which calls one function. Postgres reads and compiles the text
-- of each check constraint anew in each statement that writes the table (ExecRelCheck in src/backend/executor/execMain.c of
-- Postgres 17), and a function once a session. The constraints were a sixth of the CPU time of an answered message.
create function sms_private.refuse_row(table_name text, rule text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception 'new row of "%" breaks the rule "%"', table_name, rule
    using errcode = 'check_violation', schema = '', table = table_name, constraint = rule;
end
$$;
comment on function sms_private.refuse_row is
  'Refuses a row, for the function of a check constraint: raises check_violation with the broken rule as the constraint''s name.';

-- For workers that wait: a span, so that their clocks do not matter.
create function sms_private.milliseconds_until(moment timestamptz)
returns bigint
language plpgsql volatile set search_path = ''
as $$
begin
  -- greatest() ignores null, and "nothing to wait for" must stay null.
  return case when moment is not null
    then greatest(0, ceil(extract(epoch from moment - clock_timestamp()) * 1000))::bigint end;
end
$$;
comment on function sms_private.milliseconds_until is 'Milliseconds from now until a moment, at least 0; null for null.';

-- The same classes as in _shared/sms/database/rpc.ts: connections, deadlocks, resources, shutdowns.
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
comment on function sms_private.raise_if_transient is 'Raises an error again if a retry may succeed. The caller gives up only on other errors.';

-- ── 20_tables/10_accounts.sql

-- Twilio accounts and their sealed tokens.

-- An account belongs to one tenant. The operator's default account belongs to nobody: tenants share it.
create table public.sms_accounts (
  id uuid primary key default sms_private.new_id(),
  user_id uuid references auth.users (id) on delete cascade,
  account_sid text not null unique check (account_sid ~ '^AC[0-9a-f]{32}$'),
  label text check (char_length(label) <= 200),
  trunk_sid text check (trunk_sid ~ '^TK[0-9a-f]{32}$'),
  messaging_service_sid text check (messaging_service_sid ~ '^MG[0-9a-f]{32}$'),
  shared boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  disconnected_at timestamptz,
  constraint shared_has_no_owner check (shared = (user_id is null))
);
comment on table public.sms_accounts is 'A Twilio account: of one tenant, or the operator''s default account, which tenants share.';
comment on column public.sms_accounts.id is 'Time-ordered id.';
comment on column public.sms_accounts.user_id is 'The tenant; null for the default account.';
comment on column public.sms_accounts.account_sid is 'Twilio''s AccountSid, which signs every webhook.';
comment on column public.sms_accounts.label is 'The tenant''s own name for it.';
comment on column public.sms_accounts.trunk_sid is 'The main trunk that assigned numbers are attached to.';
comment on column public.sms_accounts.messaging_service_sid is 'A Messaging Service the numbers are pooled in, if any.';
comment on column public.sms_accounts.shared is 'True for the operator''s default account.';
comment on column public.sms_accounts.created_at is 'When it was connected.';
comment on column public.sms_accounts.updated_at is 'When it last changed.';
create index sms_accounts_user_id_idx on public.sms_accounts (user_id);
create trigger touch_updated_at before update on public.sms_accounts
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_accounts enable row level security;
create policy select_own on public.sms_accounts for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_accounts is 'A tenant sees the accounts it connected.';
comment on column public.sms_accounts.disconnected_at is
  'When its owner disconnected it; null while it is connected. The row stays for the conversations of its numbers.';

-- Tokens as JWE; the key is outside the database, so a dump gives nothing away.
create table sms_private.twilio_credentials (
  account_id uuid primary key references public.sms_accounts (id) on delete cascade,
  current_token text not null,
  previous_token text,
  updated_at timestamptz not null default now()
);
comment on table sms_private.twilio_credentials is 'Encrypted auth tokens of connected accounts.';
comment on column sms_private.twilio_credentials.account_id is 'The account.';
comment on column sms_private.twilio_credentials.current_token is 'JWE of { account_sid, auth_token }.';
comment on column sms_private.twilio_credentials.previous_token is 'The token before the last rotation: webhooks in flight are still signed with it.';
comment on column sms_private.twilio_credentials.updated_at is 'When the token last changed.';
create trigger touch_updated_at before update on sms_private.twilio_credentials
  for each row execute function sms_private.touch_updated_at();

-- ── 20_tables/20_assistants.sql

-- Who answers.

create table public.sms_assistants (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  prompt text not null check (prompt ~ '\S' and char_length(prompt) <= 16000),
  first_message text check (first_message ~ '\S' and char_length(first_message) <= 1600),
  goodbye_message text check (goodbye_message ~ '\S' and char_length(goodbye_message) <= 1600),
  error_message text check (error_message ~ '\S' and char_length(error_message) <= 1600),
  model text check (model ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$'),
  temperature numeric(3, 2) check (temperature between 0 and 2),
  language text check (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  reply_delay_ms int not null default 3000 check (reply_delay_ms between 0 and 15000),
  max_history int not null default 20 check (max_history between 1 and 50),
  max_segments int not null default 3 check (max_segments between 1 and 10),
  idle_timeout interval not null default '24 hours' check (idle_timeout > interval '0'
    and idle_timeout <= interval '1 year'),
  reply_after_first_message boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, user_id)
);
comment on table public.sms_assistants is 'An AI assistant that answers messages: its instructions and its manners.';
comment on column public.sms_assistants.id is 'Time-ordered id.';
comment on column public.sms_assistants.user_id is 'The tenant.';
comment on column public.sms_assistants.name is 'Shown to people, not to contacts.';
comment on column public.sms_assistants.prompt is 'Instructions and knowledge for the model.';
comment on column public.sms_assistants.first_message is 'Greets a contact in their first conversation, word for word; null for none.';
comment on column public.sms_assistants.goodbye_message is 'Sent in place of the model''s words when a conversation ends; null for the model''s.';
comment on column public.sms_assistants.error_message is 'Sent once when no answer could be made; null for none.';
comment on column public.sms_assistants.model is 'Model name, among those the operator allows; null for the default.';
comment on column public.sms_assistants.temperature is 'Sampling temperature; null for the model''s own.';
comment on column public.sms_assistants.language is 'BCP 47 tag to answer in; null for the contact''s.';
comment on column public.sms_assistants.reply_delay_ms is 'How long to wait for another message before answering, in milliseconds.';
comment on column public.sms_assistants.max_history is 'How many messages of the conversation the model reads.';
comment on column public.sms_assistants.max_segments is 'The longest automatic reply, in SMS segments.';
comment on column public.sms_assistants.idle_timeout is 'Silence after which a message begins a new conversation.';
comment on column public.sms_assistants.reply_after_first_message is 'Whether the model also answers the message that was greeted.';
comment on column public.sms_assistants.active is 'An inactive assistant answers nothing.';
comment on column public.sms_assistants.created_at is 'When it was made.';
comment on column public.sms_assistants.updated_at is 'When it last changed.';
create index sms_assistants_user_id_idx on public.sms_assistants (user_id);
create trigger touch_updated_at before update on public.sms_assistants
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_assistants enable row level security;
create policy select_own on public.sms_assistants for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_assistants is 'A tenant sees its assistants.';
create policy insert_own on public.sms_assistants for insert to authenticated
  with check ((select sms_private.tenant_id()) = user_id);
comment on policy insert_own on public.sms_assistants is 'A tenant makes assistants for itself.';
create policy update_own on public.sms_assistants for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_assistants is 'A tenant changes its assistants.';
create policy delete_own on public.sms_assistants for delete to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy delete_own on public.sms_assistants is 'A tenant deletes its assistants; their numbers stay, unassigned.';

-- ── 20_tables/30_phone_numbers.sql

-- Numbers, and when each may send again.

-- A number is never deleted while its tenant exists: its conversations hang on it.
create table public.sms_numbers (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  -- No action, not restrict: deleting a user takes the account and its numbers in one statement.
  account_sid text not null references public.sms_accounts (account_sid) on update cascade on delete no action,
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  twilio_sid text check (twilio_sid ~ '^PN[0-9a-f]{32}$'),
  trunk_sid text check (trunk_sid ~ '^TK[0-9a-f]{32}$'),
  assistant_id uuid,
  segments_per_second numeric not null default 1 check (segments_per_second between 1 and 1000),
  sms_url text,
  webhook_status text not null default 'pending'
    check (webhook_status in ('pending', 'configured', 'failed', 'drifted')),
  webhook_error text,
  configured_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  webhook_version bigint not null default 0,
  webhook_checked_at timestamptz,
  unique (account_sid, number),
  unique (id, user_id),
  foreign key (assistant_id, user_id) references public.sms_assistants (id, user_id)
    on delete set null (assistant_id),
  constraint webhook_is_explained check (
    (webhook_status <> 'configured' or (sms_url is not null and configured_at is not null))
    and (webhook_status not in ('failed', 'drifted') or webhook_error is not null))
);
comment on table public.sms_numbers is 'A number that a tenant texts from, and the assistant that answers on it.';
comment on column public.sms_numbers.id is 'Time-ordered id.';
comment on column public.sms_numbers.user_id is 'The tenant.';
comment on column public.sms_numbers.account_sid is 'The Twilio account that owns the number.';
comment on column public.sms_numbers.number is 'E.164.';
comment on column public.sms_numbers.twilio_sid is 'Twilio''s IncomingPhoneNumber SID.';
comment on column public.sms_numbers.trunk_sid is 'The trunk it is attached to.';
comment on column public.sms_numbers.assistant_id is 'Who answers; null when unassigned.';
comment on column public.sms_numbers.segments_per_second is 'Sending pace; a US long code takes 1.';
comment on column public.sms_numbers.sms_url is 'The webhook URL Twilio confirmed.';
comment on column public.sms_numbers.webhook_status is 'Whether Twilio''s side is set up.';
comment on column public.sms_numbers.webhook_error is 'What went wrong, and what to do.';
comment on column public.sms_numbers.configured_at is 'When Twilio confirmed the webhook.';
comment on column public.sms_numbers.created_at is 'When it was added.';
comment on column public.sms_numbers.updated_at is 'When it last changed.';
create index sms_numbers_user_id_idx on public.sms_numbers (user_id);
create index sms_numbers_assistant_id_idx on public.sms_numbers (assistant_id, user_id);
create index sms_numbers_number_idx on public.sms_numbers (number);
create trigger touch_updated_at before update on public.sms_numbers
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_numbers enable row level security;
create policy select_own on public.sms_numbers for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_numbers is 'A tenant sees its numbers.';
comment on column public.sms_numbers.webhook_version is
  'Counts what was begun and recorded about Twilio''s side: who reports on an older version is not heard.';
comment on column public.sms_numbers.webhook_checked_at is 'When Twilio was last asked and answered, or failed to.';

create table sms_private.sender_pace (
  phone_number_id uuid primary key references public.sms_numbers (id) on delete cascade,
  next_at timestamptz not null default '-infinity',
  last_served_at timestamptz not null default '-infinity'
) with (fillfactor = 50);
comment on table sms_private.sender_pace is 'When each number may send again. Small, because every claim writes it.';
comment on column sms_private.sender_pace.phone_number_id is 'The number.';
comment on column sms_private.sender_pace.next_at is 'When what it sent so far will have left at its pace.';
comment on column sms_private.sender_pace.last_served_at is 'When it last took a turn, so that numbers take turns.';

-- ── 20_tables/40_contacts.sql

-- Whom a tenant texts with.

create table public.sms_contacts (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  number text not null check (char_length(number) between 1 and 64),
  name text check (char_length(name) <= 200),
  time_zone text check (char_length(time_zone) <= 64),
  opted_out_at timestamptz,
  opt_out_source text check (opt_out_source in ('keyword', 'opt_out_type', 'model', 'person')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, number),
  unique (id, user_id),
  constraint opt_out_has_source check ((opted_out_at is null) = (opt_out_source is null))
);
comment on table public.sms_contacts is 'Somebody who texts a tenant, or is texted by it.';
comment on column public.sms_contacts.id is 'Time-ordered id.';
comment on column public.sms_contacts.user_id is 'The tenant.';
comment on column public.sms_contacts.number is 'E.164, or as Twilio names other senders (short code, alphanumeric).';
comment on column public.sms_contacts.name is 'What the tenant calls them.';
comment on column public.sms_contacts.time_zone is 'IANA name, for dates in replies.';
comment on column public.sms_contacts.opted_out_at is 'Since when the tenant may not text them; only their START clears it.';
comment on column public.sms_contacts.opt_out_source is 'What opted them out.';
comment on column public.sms_contacts.created_at is 'When they first appeared.';
comment on column public.sms_contacts.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.sms_contacts
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_contacts enable row level security;
create policy select_own on public.sms_contacts for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_contacts is 'A tenant sees its contacts.';
create policy insert_own on public.sms_contacts for insert to authenticated
  with check ((select sms_private.tenant_id()) = user_id);
comment on policy insert_own on public.sms_contacts is 'A tenant adds contacts for itself.';
create policy update_own on public.sms_contacts for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_contacts is 'A tenant names its contacts; consent is out of its reach.';
create index sms_contacts_search_idx on public.sms_contacts
  using gin (uuid_send(user_id) bytea_ops, name gin_trgm_ops, number gin_trgm_ops)
  with (fastupdate = on, gin_pending_list_limit = 256);

-- ── 20_tables/50_conversations.sql

-- What a contact and a number said to each other.

create function sms_private.check_conversation(
  status text, end_reason text, ended_at timestamptz, ai_paused_reason text, last_seq bigint, read_seq bigint)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when status not in ('active', 'ended') then 'status_is_known'
    when end_reason not in ('assistant', 'person', 'idle') then 'end_reason_is_known'
    when (status = 'ended') <> (ended_at is not null) or (status = 'ended') <> (end_reason is not null)
      then 'ended_says_when_and_why'
    when ai_paused_reason not in (
      'person', 'taken_over', 'no_assistant', 'assistant_inactive', 'opted_out', 'sender_blocked', 'not_repliable',
      'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late')
      then 'pause_reason_is_known'
    when read_seq not between 0 and last_seq then 'read_is_within'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_conversations', broken);
end
$$;
comment on function sms_private.check_conversation is
  'What every row of sms_conversations keeps. True, or refuse_row().';

create table public.sms_conversations (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  phone_number_id uuid not null,
  contact_id uuid not null,
  assistant_id uuid,
  status text not null default 'active',
  end_reason text,
  intent text,
  ai_enabled boolean not null default true,
  ai_paused_until timestamptz,
  ai_paused_reason text,
  waiting_for_person boolean not null default false,
  greeting_pending boolean not null default false,
  last_seq bigint not null default 0,
  read_seq bigint not null default 0,
  last_message_at timestamptz not null default clock_timestamp(),
  last_message_preview text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  reopened_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (id, user_id),
  foreign key (phone_number_id, user_id) references public.sms_numbers (id, user_id) on delete cascade,
  foreign key (contact_id, user_id) references public.sms_contacts (id, user_id) on delete cascade,
  foreign key (assistant_id, user_id) references public.sms_assistants (id, user_id) on delete set null (assistant_id),
  constraint conversation_rules check (
    sms_private.check_conversation(status, end_reason, ended_at, ai_paused_reason, last_seq, read_seq))
) with (fillfactor = 85);
comment on table public.sms_conversations is 'What a contact and a number said to each other, until one of them ends it.';
comment on column public.sms_conversations.id is 'Time-ordered id.';
comment on column public.sms_conversations.user_id is 'The tenant.';
comment on column public.sms_conversations.phone_number_id is 'The tenant''s number.';
comment on column public.sms_conversations.contact_id is 'The other side.';
comment on column public.sms_conversations.assistant_id is 'The number''s assistant when the contact last wrote, whether it answered or not. A number without one leaves the assistant before.';
comment on column public.sms_conversations.status is 'active, or ended; at most one active per number and contact.';
comment on column public.sms_conversations.end_reason is 'Who or what ended it.';
comment on column public.sms_conversations.intent is 'What the contact wants, as the assistant last understood it.';
comment on column public.sms_conversations.ai_enabled is 'The tenant''s switch for automatic replies.';
comment on column public.sms_conversations.ai_paused_until is 'No automatic replies before this; infinity until handed back.';
comment on column public.sms_conversations.ai_paused_reason is 'Why the contact''s last message got no automatic reply. Null when it got one or waits for one, and when only ai_enabled is off.';
comment on column public.sms_conversations.waiting_for_person is 'The contact asked for a person.';
comment on column public.sms_conversations.greeting_pending is 'The assistant''s first message is still to be sent.';
comment on column public.sms_conversations.last_seq is 'Sequence number of the newest message.';
comment on column public.sms_conversations.read_seq is 'Up to where the tenant has read.';
comment on column public.sms_conversations.last_message_preview is 'The newest message''s first 160 characters.';
comment on column public.sms_conversations.started_at is 'When it began.';
comment on column public.sms_conversations.ended_at is 'When it ended.';
comment on column public.sms_conversations.updated_at is 'When it last changed.';
create unique index sms_conversations_one_active_idx on public.sms_conversations (phone_number_id, contact_id)
  where status = 'active';
create index sms_conversations_pair_idx on public.sms_conversations (phone_number_id, contact_id, ended_at desc);
create index sms_conversations_assistant_idx on public.sms_conversations (assistant_id, user_id);
create index sms_conversations_newest_idx on public.sms_conversations (user_id, last_message_at desc, id desc);
create trigger touch_updated_at before update on public.sms_conversations
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_conversations enable row level security;
create policy select_own on public.sms_conversations for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_conversations is 'A tenant sees its conversations.';
create policy update_own on public.sms_conversations for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_conversations is 'A tenant switches the assistant on and off; the rest goes through verbs.';
comment on column public.sms_conversations.last_message_at is
  'When the newest message was stored; for a conversation without any, when it began. The order of the list.';
-- The list of one status: the few that ended among 100,000 that are active, or the other way round. The index uses
-- uuid_send(user_id). No other index on this table that is ordered by time uses that expression. So the planner cannot
-- choose the index of all statuses by mistake. It would: it guesses how many conversations are active from those of all
-- tenants, and one tenant's may all have ended.
create index sms_conversations_status_idx
  on public.sms_conversations (uuid_send(user_id), status, last_message_at desc, id desc);
-- In place of (contact_id, user_id): the newest conversation of a contact, at once.
create index sms_conversations_contact_newest_idx
  on public.sms_conversations (contact_id, user_id, last_message_at desc, id desc);
-- Every message changes its conversation's preview, so every message writes to this index. Its entries wait in a list and
-- go in by the hundred. Every search reads that list too, so it is kept short
-- (https://www.postgresql.org/docs/17/gin.html#GIN-FAST-UPDATE).
-- It uses uuid_send(user_id) for the same reason: planners guess from all tenants' messages how rare a word is.
create index sms_conversations_search_idx on public.sms_conversations
  using gin (uuid_send(user_id) bytea_ops, last_message_preview gin_trgm_ops)
  with (fastupdate = on, gin_pending_list_limit = 256);
comment on column public.sms_conversations.reopened_at is
  'When it last went on after an end: the contact came back, or a person reopened it.';

-- A row of the API's list. Subqueries and not joins: a look-up for each row, whatever the planner thinks of the sizes.
create view sms_private.conversation_entries with (security_invoker = true) as
  select c.id, c.last_message_at, to_jsonb(c) || jsonb_build_object(
    'contact', (
      select jsonb_build_object('id', k.id, 'number', k.number, 'name', k.name, 'opted_out_at', k.opted_out_at)
      from public.sms_contacts k where k.id = c.contact_id),
    'phone_number', (
      select jsonb_build_object('id', n.id, 'number', n.number)
      from public.sms_numbers n where n.id = c.phone_number_id),
    'unread', c.last_seq - c.read_seq) as entry
  from public.sms_conversations c;

comment on view sms_private.conversation_entries is
  'Conversations as the API shows them: with contact, own number and how many messages are unread.';

comment on column sms_private.conversation_entries.id is 'The conversation.';

comment on column sms_private.conversation_entries.last_message_at is 'Its place in the list.';

comment on column sms_private.conversation_entries.entry is 'The conversation''s row with contact, phone_number and unread.';

-- ── 20_tables/60_templates_and_broadcasts.sql

-- Texts kept for sending again; one message to many numbers.

create table public.sms_templates (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  body text not null check (char_length(body) between 1 and 1600),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, name),
  unique (id, user_id)
);
comment on table public.sms_templates is 'Messages that a tenant keeps for sending again.';
comment on column public.sms_templates.id is 'Time-ordered id.';
comment on column public.sms_templates.user_id is 'The tenant.';
comment on column public.sms_templates.name is 'What the tenant calls it; unique for the tenant.';
comment on column public.sms_templates.body is 'The text, with {{variables}}: letters, digits and underscores between double braces.';
comment on column public.sms_templates.created_at is 'When it was made.';
comment on column public.sms_templates.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.sms_templates
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_templates enable row level security;
create policy select_own on public.sms_templates for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_templates is 'A tenant sees its templates.';
create policy insert_own on public.sms_templates for insert to authenticated
  with check ((select sms_private.tenant_id()) = user_id);
comment on policy insert_own on public.sms_templates is 'A tenant adds templates for itself.';
create policy update_own on public.sms_templates for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_templates is 'A tenant changes its templates; what was sent from them stays as it was sent.';
create policy delete_own on public.sms_templates for delete to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy delete_own on public.sms_templates is 'A tenant deletes its templates; what was sent from them stays.';

create table public.sms_broadcasts (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text check (char_length(name) <= 200),
  phone_number_id uuid not null,
  from_number text not null,
  body text not null,
  media jsonb not null default '[]' check (jsonb_typeof(media) = 'array'),
  template_id uuid,
  send_at timestamptz,
  accepted int not null check (accepted >= 0),
  rejected jsonb not null default '[]' check (jsonb_typeof(rejected) = 'array'),
  created_at timestamptz not null default clock_timestamp(),
  paused_at timestamptz,
  canceled_at timestamptz,
  unique (id, user_id),
  foreign key (phone_number_id, user_id) references public.sms_numbers (id, user_id) on delete cascade,
  foreign key (template_id, user_id) references public.sms_templates (id, user_id)
    on delete set null (template_id)
);
comment on table public.sms_broadcasts is 'One message to up to a thousand numbers.';
comment on column public.sms_broadcasts.id is 'Time-ordered id.';
comment on column public.sms_broadcasts.user_id is 'The tenant.';
comment on column public.sms_broadcasts.name is 'What the tenant calls it.';
comment on column public.sms_broadcasts.phone_number_id is 'The number it goes out from.';
comment on column public.sms_broadcasts.from_number is 'That number, as it was then; E.164.';
comment on column public.sms_broadcasts.body is 'The text, its variables put in.';
comment on column public.sms_broadcasts.media is 'Attachments: [{ url }].';
comment on column public.sms_broadcasts.template_id is 'The template it was made from, while that exists.';
comment on column public.sms_broadcasts.send_at is 'When a scheduled broadcast is to go out.';
comment on column public.sms_broadcasts.accepted is 'To how many recipients a message was stored.';
comment on column public.sms_broadcasts.rejected is 'Who was refused, and why: [{ to, code }], in the order given.';
comment on column public.sms_broadcasts.created_at is 'When it was stored.';
comment on column public.sms_broadcasts.paused_at is 'Since when its messages are held back; null when they are not.';
comment on column public.sms_broadcasts.canceled_at is 'When what had not left was taken back.';
-- Newest first, and the counts of the limits.
create index sms_broadcasts_user_idx on public.sms_broadcasts (user_id, created_at desc);
create index sms_broadcasts_number_idx on public.sms_broadcasts (phone_number_id, user_id);
create index sms_broadcasts_template_idx on public.sms_broadcasts (template_id, user_id) where template_id is not null;
alter table public.sms_broadcasts enable row level security;
create policy select_own on public.sms_broadcasts for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_broadcasts is 'A tenant sees its broadcasts.';

-- ── 20_tables/70_messages.sql

-- Every message, and all that happened to it.

-- One function in place of fifteen constraints: see sms_private.refuse_row().
create function sms_private.check_message(
  direction text, kind text, sender text, status text, user_id uuid, conversation_id uuid, seq bigint, message_sid text,
  to_number text, body text, media jsonb, num_segments int, answer_ms bigint)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when direction not in ('inbound', 'outbound') then 'direction_is_known'
    when kind not in ('text', 'keyword', 'reply', 'greeting', 'goodbye', 'error', 'opt_out_confirmation')
      then 'kind_is_known'
    when sender not in ('contact', 'assistant', 'person', 'system') then 'sender_is_known'
    when (direction = 'inbound') <> (status = 'received') then 'inbound_is_received'
    when direction = 'outbound' and sms_private.status_rank(status, null) is null then 'status_is_known'
    when (direction = 'inbound') <> (sender = 'contact') then 'inbound_is_from_contact'
    when direction = 'inbound' and message_sid is null then 'inbound_has_sid'
    when char_length(message_sid) > 64 then 'sid_is_bounded'
    when conversation_id is not null and user_id is null then 'in_conversation_has_owner'
    when (conversation_id is null) <> (seq is null) then 'in_conversation_has_seq'
    when jsonb_typeof(media) <> 'array' then 'media_is_array'
    when char_length(body) > 16000 then 'body_is_bounded'
    when num_segments < 0 then 'segments_are_counted'
    when answer_ms < 0 then 'answer_takes_time'
    when direction = 'outbound' and not (
        user_id is not null and conversation_id is not null
        and to_number ~ '^\+[1-9][0-9]{6,14}$'
        and char_length(body) <= 1600
        and (body ~ '\S' or jsonb_array_length(media) > 0)
        and jsonb_array_length(media) <= 10
        and char_length(media::text) <= 25000
        and jsonb_array_length(media)
          = jsonb_array_length(jsonb_path_query_array(media, '$[*] ? (@.url like_regex "^https?://[^ ]+$")')))
      then 'outbound_shape'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_messages', broken);
end
$$;
comment on function sms_private.check_message is 'What every row of sms_messages keeps. True, or refuse_row().';

create table public.sms_messages (
  id uuid primary key default sms_private.new_id(),
  message_sid text,
  account_sid text not null,
  conversation_id uuid,
  user_id uuid references auth.users (id) on delete cascade,
  seq bigint,
  direction text not null,
  kind text not null default 'text',
  sender text not null,
  to_number text not null,
  from_number text not null,
  body text not null,
  media jsonb not null default '[]',
  intent text,
  status text not null,
  error_code text,
  error_message text,
  num_segments int,
  price numeric,
  price_unit text,
  send_at timestamptz,
  date_created timestamptz not null default now(),
  date_sent timestamptz,
  date_updated timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  template_id uuid,
  broadcast_id uuid,
  phone_number_id uuid,
  assistant_id uuid,
  answer_ms bigint,
  unique (id, user_id),
  -- Per account, not alone: no account may occupy another one's SID.
  unique (account_sid, message_sid),
  unique (conversation_id, seq),
  foreign key (conversation_id, user_id) references public.sms_conversations (id, user_id) on delete cascade,
  constraint message_rules check (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id,
    seq, message_sid, to_number, body, media, num_segments, answer_ms)),
  foreign key (template_id, user_id) references public.sms_templates (id, user_id) on delete set null (template_id),
  foreign key (broadcast_id, user_id) references public.sms_broadcasts (id, user_id) on delete set null (broadcast_id)
) with (fillfactor = 85);
comment on table public.sms_messages is 'Every message, inbound and outbound; stored once.';
comment on column public.sms_messages.id is 'Our own id, made before Twilio knows of an outbound message.';
comment on column public.sms_messages.message_sid is 'Twilio''s MessageSid; null until Twilio has named an outbound message.';
comment on column public.sms_messages.account_sid is 'The Twilio account that signed or sends it.';
comment on column public.sms_messages.conversation_id is 'The conversation; null for a number nobody owns, and a keyword outside any conversation.';
comment on column public.sms_messages.user_id is 'The tenant; null for a number nobody owns.';
comment on column public.sms_messages.seq is 'Order in the conversation, from 1.';
comment on column public.sms_messages.direction is 'inbound or outbound.';
comment on column public.sms_messages.kind is 'What the message is for; keyword is a contact''s STOP, START or HELP.';
comment on column public.sms_messages.sender is 'Who wrote it: contact, assistant, person, or system.';
comment on column public.sms_messages.to_number is 'Recipient; E.164 when outbound.';
comment on column public.sms_messages.from_number is 'Sender; any form when inbound.';
comment on column public.sms_messages.body is 'The text.';
comment on column public.sms_messages.media is 'Attachments: [{ url, content_type }].';
comment on column public.sms_messages.intent is 'What the contact wants, as the assistant understood it.';
comment on column public.sms_messages.status is 'Delivery status. It only rises (sms_private.status_rank), but for sms_private.mark_pending_again.';
comment on column public.sms_messages.error_code is 'Twilio''s error code, or ours in capitals.';
comment on column public.sms_messages.error_message is 'What it means and what to do.';
comment on column public.sms_messages.num_segments is 'SMS segments: our count until Twilio says.';
comment on column public.sms_messages.price is 'What Twilio charged (negative: a cost).';
comment on column public.sms_messages.price_unit is 'ISO 4217 currency of the price.';
comment on column public.sms_messages.send_at is 'When a scheduled message is to go out.';
comment on column public.sms_messages.date_created is 'When Twilio, or we, made it.';
comment on column public.sms_messages.date_sent is 'When it was sent.';
comment on column public.sms_messages.date_updated is 'When its status last changed.';
comment on column public.sms_messages.created_at is 'When the row was stored.';
comment on column public.sms_messages.updated_at is 'When the row last changed.';
create index sms_messages_user_idx on public.sms_messages (user_id, created_at desc);
-- Counts of automatic replies, for the caps.
create index sms_messages_replies_idx on public.sms_messages (conversation_id, created_at)
  where sender = 'assistant';
create index sms_messages_tenant_replies_idx on public.sms_messages (user_id, created_at)
  where sender = 'assistant';
create trigger touch_updated_at before update on public.sms_messages
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_messages enable row level security;
create policy select_own on public.sms_messages for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_messages is 'A tenant sees its messages; those of unowned numbers nobody sees.';
comment on column public.sms_messages.template_id is 'The template it was made from, while that exists.';
create index sms_messages_template_idx on public.sms_messages (template_id, user_id) where template_id is not null;
comment on column public.sms_messages.broadcast_id is 'The broadcast it is part of.';
-- Nobody gets one broadcast twice. Also what totals are counted from, so that no counter row is hot.
create unique index sms_messages_broadcast_idx on public.sms_messages (broadcast_id, to_number)
  where broadcast_id is not null;
create index sms_messages_sends_idx on public.sms_messages (user_id, created_at)
  where direction = 'outbound' and sender in ('person', 'system') and broadcast_id is null;
-- Messages outside of any conversation, which are few: a stranger's STOP, say.
create index sms_messages_alone_idx on public.sms_messages (user_id, from_number, created_at desc)
  where conversation_id is null;
comment on column public.sms_messages.phone_number_id is
  'The tenant''s number, as it was when the message was stored. Not a reference: history outlives what it tells of.';
comment on column public.sms_messages.assistant_id is
  'Who answered on that number when the message was stored; null when nobody did. Not a reference, as above.';
comment on column public.sms_messages.answer_ms is
  'Milliseconds from the contact''s first unanswered message until Twilio took this answer; null when it answers nothing.';
-- Messages of ours without a SID. Few. No index has the status, nor a condition on it: then Postgres writes a message whose status
-- changes beside the old row, and no index anew (https://www.postgresql.org/docs/17/storage-hot.html).
create index sms_messages_nameless_idx on public.sms_messages (account_sid, to_number)
  where direction = 'outbound' and message_sid is null;

create table public.sms_message_events (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null,
  message_id uuid not null,
  status text not null check (char_length(status) <= 64),
  error_code text,
  message_sid text,
  source text not null check (source in ('create', 'callback', 'lookup', 'worker', 'user')),
  flags text[] not null default '{}',
  received_at timestamptz not null default clock_timestamp(),
  foreign key (message_id, user_id) references public.sms_messages (id, user_id) on delete cascade
);
comment on table public.sms_message_events is 'All that happened to a message, in the order we heard of it. Append-only.';
comment on column public.sms_message_events.id is 'Time-ordered id.';
comment on column public.sms_message_events.user_id is 'The tenant.';
comment on column public.sms_message_events.message_id is 'The message.';
comment on column public.sms_message_events.status is 'The status that was reported, also one that did not raise the message''s own.';
comment on column public.sms_message_events.error_code is 'Twilio''s error code, or ours in capitals.';
comment on column public.sms_message_events.message_sid is 'The SID that was reported.';
comment on column public.sms_message_events.source is 'Who said so: the create call, a callback, a look-up, the worker, or a user (sms_cancel_message, sms_cancel_broadcast). All other cancels are worker, also those that a person''s answer, take-over or switch caused.';
comment on column public.sms_message_events.received_at is 'When we heard of it.';
create index sms_message_events_message_idx on public.sms_message_events (message_id, received_at);
create index sms_message_events_user_idx on public.sms_message_events (user_id, message_id);
create index sms_message_events_doubled_idx on public.sms_message_events (received_at) where flags @> '{doubled}';
alter table public.sms_message_events enable row level security;
create policy select_own on public.sms_message_events for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_message_events is 'A tenant sees what happened to its messages.';
-- No update, no delete: what happened, happened. Rows go with their message.
comment on column public.sms_message_events.flags is
  'What was odd: doubled (a second SID), late, lease_expired, shortened, resent (sent once more: not found at the carrier), ambiguous (several messages may be it), given_up.';

-- ── 20_tables/75_consent.sql

-- Who may be texted.

create table public.sms_consent_events (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  contact_id uuid not null,
  message_id uuid,
  change text not null check (change in ('opt_out', 'opt_in', 'help', 'sender_blocked')),
  source text not null check (source in ('keyword', 'opt_out_type', 'model', 'person', 'carrier')),
  evidence text check (char_length(evidence) <= 200),
  at timestamptz not null default clock_timestamp(),
  foreign key (contact_id, user_id) references public.sms_contacts (id, user_id) on delete cascade,
  foreign key (message_id, user_id) references public.sms_messages (id, user_id) on delete set null (message_id)
);
comment on table public.sms_consent_events is 'The record of consent: every opt-out, opt-in and call for help. Append-only.';
comment on column public.sms_consent_events.id is 'Time-ordered id.';
comment on column public.sms_consent_events.user_id is 'The tenant.';
comment on column public.sms_consent_events.contact_id is 'Who.';
comment on column public.sms_consent_events.message_id is 'The message that said it, if one did.';
comment on column public.sms_consent_events.change is 'What was said: opt_out, opt_in, help (which changes nothing), or sender_blocked (Twilio refused the pair).';
comment on column public.sms_consent_events.source is 'How we know.';
comment on column public.sms_consent_events.evidence is 'The keyword, OptOutType or carrier code; null for the model and for a person.';
comment on column public.sms_consent_events.at is 'When.';
create index sms_consent_events_contact_idx on public.sms_consent_events (contact_id, user_id);
create index sms_consent_events_user_idx on public.sms_consent_events (user_id, at desc);
create index sms_consent_events_message_idx on public.sms_consent_events (message_id, user_id);
alter table public.sms_consent_events enable row level security;
create policy select_own on public.sms_consent_events for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_consent_events is 'A tenant sees the consent of its contacts.';
create index sms_consent_events_change_idx on public.sms_consent_events (user_id, change, at);

create table sms_private.sender_blocks (
  phone_number_id uuid not null references public.sms_numbers (id) on delete cascade,
  contact_id uuid not null references public.sms_contacts (id) on delete cascade,
  at timestamptz not null default now(),
  primary key (phone_number_id, contact_id)
);
comment on table sms_private.sender_blocks is
  'Pairs that Twilio refuses with 21610: the contact opted out of one number. Only START to that number lifts it.';
comment on column sms_private.sender_blocks.phone_number_id is 'The number.';
comment on column sms_private.sender_blocks.contact_id is 'Who opted out of it.';
comment on column sms_private.sender_blocks.at is 'Since when.';
create index sender_blocks_contact_idx on sms_private.sender_blocks (contact_id);

-- ── 20_tables/80_queue.sql

-- Work to do: replies, deliveries, and questions to Twilio.

create function sms_private.check_job(
  kind text, conversation_id uuid, message_id uuid, priority smallint, due_at timestamptz, lease_token uuid,
  lease_expires_at timestamptz, wanted_seq bigint, first_unanswered_at timestamptz, last_error text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when kind not in ('reply', 'deliver') then 'kind_is_known'
    when not case kind
        when 'reply' then conversation_id is not null and message_id is null
          and wanted_seq is not null and first_unanswered_at is not null
        else message_id is not null and conversation_id is null end then 'exactly_one_subject'
    when priority not between 0 and 3 then 'priority_is_known'
    when not isfinite(due_at) then 'due_some_day'
    when (lease_token is null) <> (lease_expires_at is null) then 'lease_is_whole'
    when char_length(last_error) > 500 then 'error_is_bounded'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_private.jobs', broken);
end
$$;
comment on function sms_private.check_job is 'What every row of jobs keeps. True, or refuse_row().';

-- The lock order is in supabase/schemas/README.md.
create table sms_private.jobs (
  id uuid primary key default sms_private.new_id(),
  kind text not null,
  -- A job goes with its conversation or message, and those go with their tenant, number and contact: no references to them,
  -- because each costs a look-up a job.
  user_id uuid not null,
  conversation_id uuid references public.sms_conversations (id) on delete cascade,
  message_id uuid references public.sms_messages (id) on delete cascade,
  phone_number_id uuid not null,
  contact_id uuid not null,
  priority smallint not null default 0,
  due_at timestamptz not null,
  held_at timestamptz,
  attempts int not null default 0,
  lease_token uuid,
  lease_expires_at timestamptz,
  -- reply: what is to be answered
  wanted_seq bigint,
  answered_seq bigint,
  first_unanswered_at timestamptz,
  drops int not null default 0,
  -- deliver: claimed, and its outcome not known yet
  in_flight boolean not null default false,
  unconfirmed boolean not null default false,
  set_aside_at timestamptz,
  last_error text,
  attempted_at timestamptz,
  resent_at timestamptz,
  constraint job_rules check (sms_private.check_job(kind, conversation_id, message_id, priority, due_at, lease_token,
    lease_expires_at, wanted_seq, first_unanswered_at, last_error))
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 70);
comment on table sms_private.jobs is 'Work to do: one reply job a conversation, one deliver job an outbound message.';
comment on column sms_private.jobs.id is 'Time-ordered id.';
comment on column sms_private.jobs.kind is 'reply: answer a conversation; deliver: hand a message to Twilio.';
comment on column sms_private.jobs.user_id is 'The tenant.';
comment on column sms_private.jobs.conversation_id is 'What to answer.';
comment on column sms_private.jobs.message_id is 'What to deliver.';
comment on column sms_private.jobs.phone_number_id is 'The number it goes out from.';
comment on column sms_private.jobs.contact_id is 'Whom it goes to.';
comment on column sms_private.jobs.priority is '0 a message of the assistant, 1 of a person or an app, 2 a scheduled one, 3 one of a broadcast.';
comment on column sms_private.jobs.due_at is 'Not before this.';
comment on column sms_private.jobs.held_at is
  'Since when a delivery waits for its paused broadcast; no claim takes it. Null when it is not held.';
comment on column sms_private.jobs.attempts is 'Times it was claimed and did not end well.';
comment on column sms_private.jobs.lease_token is 'Fencing token of the worker that has the job.';
comment on column sms_private.jobs.lease_expires_at is 'When the lease ends.';
comment on column sms_private.jobs.wanted_seq is 'Newest message to be answered.';
comment on column sms_private.jobs.answered_seq is 'The seq up to which the last answer had read. It is set only while newer messages wait for an answer.';
comment on column sms_private.jobs.first_unanswered_at is 'When the oldest unanswered message came.';
comment on column sms_private.jobs.drops is 'How often a reply was dropped and asked for again, because a newer message came.';
comment on column sms_private.jobs.in_flight is 'From the claim until the outcome is known: at most one delivery of a pair.';
comment on column sms_private.jobs.set_aside_at is 'Given up on; kept for a person to look at.';
comment on column sms_private.jobs.last_error is 'Why the last try failed.';
create unique index jobs_one_reply_idx on sms_private.jobs (conversation_id);
create unique index jobs_one_delivery_idx on sms_private.jobs (message_id);
-- A pair has at most one delivery in flight. So two messages of one pair are never mistaken for each other, and their
-- order is kept.
create unique index jobs_one_in_flight_idx on sms_private.jobs (phone_number_id, contact_id)
  where kind = 'deliver' and in_flight;
create index jobs_due_replies_idx on sms_private.jobs (user_id, due_at) where kind = 'reply' and set_aside_at is null;
-- The contact first: an opt-out looks for all of a contact's jobs.
create index jobs_pair_idx on sms_private.jobs (contact_id, phone_number_id);
create index jobs_in_flight_idx on sms_private.jobs (lease_expires_at)
  where kind = 'deliver' and in_flight and not unconfirmed;
comment on column sms_private.jobs.attempted_at is
  'When the attempt was claimed, by our clock. A message that is sent once more keeps the time of the attempt before. The look-up reads Twilio''s list back to ten minutes before this.';
comment on column sms_private.jobs.unconfirmed is 'In flight, and nobody knows whether Twilio has the message: a look-up asks.';
comment on column sms_private.jobs.resent_at is 'When the message was given back to be sent once more, because the carrier''s list never had it.';
-- What is leased is little, however much waits.
create index jobs_leased_replies_idx on sms_private.jobs (lease_expires_at)
  where kind = 'reply' and set_aside_at is null and lease_expires_at is not null;
create index jobs_due_deliveries_idx on sms_private.jobs (phone_number_id, priority, due_at, id)
  where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null;

-- What the worker asks Twilio: at most one question a message, and one an account. Look-up and settlement of a message
-- follow each other: until its SID is known, nobody can ask for its end.
create table sms_private.questions (
  id uuid primary key default sms_private.new_id(),
  kind text not null check (kind in ('lookup', 'listing', 'settlement')),
  account_sid text not null,
  message_id uuid unique references public.sms_messages (id) on delete cascade,
  due_at timestamptz not null,
  tries int not null default 0,
  lease_token uuid,
  last_error text check (char_length(last_error) <= 500),
  set_aside_at timestamptz,
  -- listing: how far the account's texts are known
  listed_from timestamptz,
  listed_until timestamptz,
  began_at timestamptz,
  page_token text check (char_length(page_token) <= 500),
  constraint exactly_one_subject check (
    case kind when 'listing' then message_id is null and listed_from is not null and listed_until is not null
              else message_id is not null end)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 80);
comment on table sms_private.questions is
  'Open questions to Twilio. A row goes when it is answered, or was asked often enough; an account''s listing stays.';
comment on column sms_private.questions.id is 'Time-ordered id.';
comment on column sms_private.questions.kind is
  'lookup: did Twilio take this message? listing: which inbound messages did we miss? settlement: what is the last status of this message, and what did it cost?';
comment on column sms_private.questions.account_sid is 'The account that is asked. Accounts take turns.';
comment on column sms_private.questions.message_id is 'The message, for a look-up or a settlement.';
comment on column sms_private.questions.due_at is 'When to ask Twilio. During a question: when its lease ends.';
comment on column sms_private.questions.tries is
  'Answers that did not end the question; for a listing, failures in a row.';
comment on column sms_private.questions.lease_token is 'Fencing token of the worker that asks; null when none does.';
comment on column sms_private.questions.last_error is 'Why asking failed the last time; null when it did not.';
comment on column sms_private.questions.set_aside_at is
  'Given up on, because the answer cannot be recorded; kept for a person to look at, and never asked again.';
comment on column sms_private.questions.listed_from is 'When the account was connected: what is older is not ours.';
comment on column sms_private.questions.listed_until is 'Everything before this is known: the watermark.';
comment on column sms_private.questions.began_at is
  'When the listing began that is under way, its earlier parts included; the next watermark.';
comment on column sms_private.questions.page_token is 'Where a listing goes on that was too long for one run.';
create unique index questions_one_listing_idx on sms_private.questions (account_sid) where kind = 'listing';
create index questions_due_idx on sms_private.questions (kind, due_at) where set_aside_at is null;
create index questions_account_idx on sms_private.questions (kind, account_sid, due_at) where set_aside_at is null;
-- What is leased is little, however much waits.
create index questions_leased_idx on sms_private.questions (lease_token) where lease_token is not null;

-- Inbound messages that Twilio lists and that cannot be stored. All that sms_receive_message needs is here, so a person who
-- has removed the cause can still store them.
create table sms_private.texts_set_aside (
  account_sid text not null,
  message_sid text not null,
  from_number text not null,
  to_number text not null,
  body text not null,
  media jsonb not null,
  num_segments int,
  sent_at timestamptz not null,
  set_aside_at timestamptz not null default now(),
  last_error text not null check (char_length(last_error) <= 500),
  primary key (account_sid, message_sid)
);
comment on table sms_private.texts_set_aside is
  'Inbound messages that were found in Twilio''s list and that the database refused; kept for a person, as sms_receive_message takes them.';
comment on column sms_private.texts_set_aside.account_sid is 'The account they came in.';
comment on column sms_private.texts_set_aside.message_sid is 'Twilio''s SID.';
comment on column sms_private.texts_set_aside.from_number is 'The contact.';
comment on column sms_private.texts_set_aside.to_number is 'The tenant''s number.';
comment on column sms_private.texts_set_aside.body is 'The text.';
comment on column sms_private.texts_set_aside.media is 'Its attachments: [{ url, content_type }].';
comment on column sms_private.texts_set_aside.num_segments is 'As Twilio counts.';
comment on column sms_private.texts_set_aside.sent_at is 'When Twilio took it.';
comment on column sms_private.texts_set_aside.set_aside_at is 'When it was refused first.';
comment on column sms_private.texts_set_aside.last_error is 'Why it was refused the last time.';

-- ── 20_tables/85_limits.sql

-- What a tenant may spend, and requests that were done.

-- A missing row means the defaults; null in a column means no limit.
create table public.sms_limits (
  user_id uuid primary key references auth.users (id) on delete cascade,
  sends_per_minute int default 60 check (sends_per_minute >= 0),
  conversation_replies_per_hour int default 20 check (conversation_replies_per_hour >= 0),
  conversation_replies_per_day int default 100 check (conversation_replies_per_day >= 0),
  tenant_replies_per_day int default 1000 check (tenant_replies_per_day >= 0),
  allowed_countries text[] default '{}',
  updated_at timestamptz not null default now(),
  broadcast_recipients_per_day int default 10000 check (broadcast_recipients_per_day >= 0)
);
comment on table public.sms_limits is 'Limits of one tenant, set by the operator. Null means no limit.';
comment on column public.sms_limits.user_id is 'The tenant.';
comment on column public.sms_limits.conversation_replies_per_hour is 'Automatic replies an hour in one conversation.';
comment on column public.sms_limits.conversation_replies_per_day is 'Automatic replies a day in one conversation.';
comment on column public.sms_limits.tenant_replies_per_day is 'Automatic replies a day in all conversations.';
comment on column public.sms_limits.allowed_countries is 'ISO 3166 countries that may be texted besides the sending number''s own; null for any.';
comment on column public.sms_limits.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.sms_limits
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_limits enable row level security;
create policy select_own on public.sms_limits for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_limits is 'A tenant sees its own limits.';
comment on column public.sms_limits.broadcast_recipients_per_day is
  'Recipients that a tenant''s broadcasts may reach in 24 hours.';
comment on column public.sms_limits.sends_per_minute is
  'Messages a tenant''s people and apps may create in a minute; a broadcast counts as one.';

-- One row a tenant and action, however often they call. The same rule (GCRA) as a number's pace.
create table sms_private.turns (
  user_id uuid not null references auth.users (id) on delete cascade,
  action text not null check (action ~ '^[a-z_]{1,40}$'),
  next_at timestamptz not null,
  primary key (user_id, action)
) with (fillfactor = 50);
comment on table sms_private.turns is 'How often each tenant did what is limited by the minute. See sms_take_turn().';
comment on column sms_private.turns.user_id is 'The tenant.';
comment on column sms_private.turns.action is 'What is limited, named by the function that limits it, for example connect_account.';
comment on column sms_private.turns.next_at is 'When all turns are back. A tenant may use all turns of a span at once. Then turns come back at an even rate (GCRA).';

create table sms_private.idempotency_keys (
  user_id uuid not null references auth.users (id) on delete cascade,
  key text not null,
  request_hash text not null,
  result uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key)
);
comment on table sms_private.idempotency_keys is 'Requests that were done, by the key their caller gave them. Kept for 24 hours.';
comment on column sms_private.idempotency_keys.user_id is 'The tenant.';
comment on column sms_private.idempotency_keys.key is 'The caller''s key.';
comment on column sms_private.idempotency_keys.request_hash is 'SHA-256 of the request, so that a key does not serve another one.';
comment on column sms_private.idempotency_keys.result is 'Id of the message or broadcast it made; the request says which.';
comment on column sms_private.idempotency_keys.created_at is 'When it was done.';
create index idempotency_keys_age_idx on sms_private.idempotency_keys (created_at);

create table sms_private.country_prefixes (
  prefix text primary key check (prefix ~ '^[1-9][0-9]{0,6}$'),
  country text not null check (country ~ '^[A-Z]{2}$')
);
comment on table sms_private.country_prefixes is
  'Longest prefix of an E.164 number (without +) → ISO 3166 country; XX for numbers of no country. Made from the metadata of libphonenumber-js 1.13.16.';
comment on column sms_private.country_prefixes.prefix is 'Country calling code, with area code where several countries share one.';
comment on column sms_private.country_prefixes.country is 'ISO 3166-1 alpha-2.';

insert into sms_private.country_prefixes (prefix, country) values
  ('1', 'US'), ('1204', 'CA'), ('1226', 'CA'), ('1236', 'CA'), ('1242', 'BS'), ('1246', 'BB'), ('1249', 'CA'),
  ('1250', 'CA'), ('1257', 'CA'), ('1263', 'CA'), ('1264', 'AI'), ('1268', 'AG'), ('1273', 'CA'), ('1284', 'VG'),
  ('1289', 'CA'), ('1306', 'CA'), ('1340', 'VI'), ('1343', 'CA'), ('1345', 'KY'), ('1354', 'CA'), ('1365', 'CA'),
  ('1367', 'CA'), ('1368', 'CA'), ('1382', 'CA'), ('1403', 'CA'), ('1416', 'CA'), ('1418', 'CA'), ('1428', 'CA'),
  ('1431', 'CA'), ('1437', 'CA'), ('1438', 'CA'), ('1441', 'BM'), ('1450', 'CA'), ('1468', 'CA'), ('1473', 'GD'),
  ('1474', 'CA'), ('1506', 'CA'), ('1514', 'CA'), ('1519', 'CA'), ('1548', 'CA'), ('1579', 'CA'), ('1581', 'CA'),
  ('1584', 'CA'), ('1587', 'CA'), ('1600', 'CA'), ('1604', 'CA'), ('1613', 'CA'), ('1622', 'CA'), ('1633', 'CA'),
  ('1639', 'CA'), ('1647', 'CA'), ('1649', 'TC'), ('1658', 'JM'), ('1664', 'MS'), ('1670', 'MP'), ('1671', 'GU'),
  ('1672', 'CA'), ('1683', 'CA'), ('1684', 'AS'), ('1705', 'CA'), ('1709', 'CA'), ('1721', 'SX'), ('1742', 'CA'),
  ('1753', 'CA'), ('1758', 'LC'), ('1767', 'DM'), ('1778', 'CA'), ('1780', 'CA'), ('1782', 'CA'), ('1784', 'VC'),
  ('1787', 'PR'), ('1807', 'CA'), ('1809', 'DO'), ('1819', 'CA'), ('1825', 'CA'), ('1829', 'DO'), ('1849', 'DO'),
  ('1867', 'CA'), ('1868', 'TT'), ('1869', 'KN'), ('1873', 'CA'), ('1876', 'JM'), ('1879', 'CA'), ('1902', 'CA'),
  ('1905', 'CA'), ('1939', 'PR'), ('1942', 'CA'), ('20', 'EG'), ('211', 'SS'), ('212', 'MA'), ('213', 'DZ'),
  ('216', 'TN'), ('218', 'LY'), ('220', 'GM'), ('221', 'SN'), ('222', 'MR'), ('223', 'ML'), ('224', 'GN'),
  ('225', 'CI'), ('226', 'BF'), ('227', 'NE'), ('228', 'TG'), ('229', 'BJ'), ('230', 'MU'), ('231', 'LR'),
  ('232', 'SL'), ('233', 'GH'), ('234', 'NG'), ('235', 'TD'), ('236', 'CF'), ('237', 'CM'), ('238', 'CV'),
  ('239', 'ST'), ('240', 'GQ'), ('241', 'GA'), ('242', 'CG'), ('243', 'CD'), ('244', 'AO'), ('245', 'GW'),
  ('246', 'IO'), ('247', 'AC'), ('248', 'SC'), ('249', 'SD'), ('250', 'RW'), ('251', 'ET'), ('252', 'SO'),
  ('253', 'DJ'), ('254', 'KE'), ('255', 'TZ'), ('256', 'UG'), ('257', 'BI'), ('258', 'MZ'), ('260', 'ZM'),
  ('261', 'MG'), ('262', 'RE'), ('263', 'ZW'), ('264', 'NA'), ('265', 'MW'), ('266', 'LS'), ('267', 'BW'),
  ('268', 'SZ'), ('269', 'KM'), ('27', 'ZA'), ('290', 'SH'), ('291', 'ER'), ('297', 'AW'), ('298', 'FO'),
  ('299', 'GL'), ('30', 'GR'), ('31', 'NL'), ('32', 'BE'), ('33', 'FR'), ('34', 'ES'), ('350', 'GI'),
  ('351', 'PT'), ('352', 'LU'), ('353', 'IE'), ('354', 'IS'), ('355', 'AL'), ('356', 'MT'), ('357', 'CY'),
  ('358', 'FI'), ('359', 'BG'), ('36', 'HU'), ('370', 'LT'), ('371', 'LV'), ('372', 'EE'), ('373', 'MD'),
  ('374', 'AM'), ('375', 'BY'), ('376', 'AD'), ('377', 'MC'), ('378', 'SM'), ('380', 'UA'), ('381', 'RS'),
  ('382', 'ME'), ('383', 'XK'), ('385', 'HR'), ('386', 'SI'), ('387', 'BA'), ('389', 'MK'), ('39', 'IT'),
  ('40', 'RO'), ('41', 'CH'), ('420', 'CZ'), ('421', 'SK'), ('423', 'LI'), ('43', 'AT'), ('44', 'GB'),
  ('45', 'DK'), ('46', 'SE'), ('47', 'NO'), ('48', 'PL'), ('49', 'DE'), ('500', 'FK'), ('501', 'BZ'),
  ('502', 'GT'), ('503', 'SV'), ('504', 'HN'), ('505', 'NI'), ('506', 'CR'), ('507', 'PA'), ('508', 'PM'),
  ('509', 'HT'), ('51', 'PE'), ('52', 'MX'), ('53', 'CU'), ('54', 'AR'), ('55', 'BR'), ('56', 'CL'), ('57', 'CO'),
  ('58', 'VE'), ('590', 'GP'), ('591', 'BO'), ('592', 'GY'), ('593', 'EC'), ('594', 'GF'), ('595', 'PY'),
  ('596', 'MQ'), ('597', 'SR'), ('598', 'UY'), ('599', 'CW'), ('60', 'MY'), ('61', 'AU'), ('62', 'ID'),
  ('63', 'PH'), ('64', 'NZ'), ('65', 'SG'), ('66', 'TH'), ('670', 'TL'), ('672', 'NF'), ('673', 'BN'),
  ('674', 'NR'), ('675', 'PG'), ('676', 'TO'), ('677', 'SB'), ('678', 'VU'), ('679', 'FJ'), ('680', 'PW'),
  ('681', 'WF'), ('682', 'CK'), ('683', 'NU'), ('685', 'WS'), ('686', 'KI'), ('687', 'NC'), ('688', 'TV'),
  ('689', 'PF'), ('690', 'TK'), ('691', 'FM'), ('692', 'MH'), ('7', 'RU'), ('76', 'KZ'), ('77', 'KZ'),
  ('800', 'XX'), ('808', 'XX'), ('81', 'JP'), ('82', 'KR'), ('84', 'VN'), ('850', 'KP'), ('852', 'HK'),
  ('853', 'MO'), ('855', 'KH'), ('856', 'LA'), ('86', 'CN'), ('870', 'XX'), ('878', 'XX'), ('880', 'BD'),
  ('881', 'XX'), ('882', 'XX'), ('883', 'XX'), ('886', 'TW'), ('888', 'XX'), ('90', 'TR'), ('91', 'IN'),
  ('92', 'PK'), ('93', 'AF'), ('94', 'LK'), ('95', 'MM'), ('960', 'MV'), ('961', 'LB'), ('962', 'JO'),
  ('963', 'SY'), ('964', 'IQ'), ('965', 'KW'), ('966', 'SA'), ('967', 'YE'), ('968', 'OM'), ('970', 'PS'),
  ('971', 'AE'), ('972', 'IL'), ('973', 'BH'), ('974', 'QA'), ('975', 'BT'), ('976', 'MN'), ('977', 'NP'),
  ('979', 'XX'), ('98', 'IR'), ('992', 'TJ'), ('993', 'TM'), ('994', 'AZ'), ('995', 'GE'), ('996', 'KG'),
  ('998', 'UZ');

-- ── 20_tables/90_figures.sql

-- What there is to count.

create table public.sms_stats (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  bucket timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  direction text not null,
  sender text not null,
  status text not null,
  intent text,
  price_unit text,
  messages bigint not null,
  conversations bigint not null,
  segments bigint not null,
  price numeric not null,
  answer_times jsonb not null default '{}',
  constraint sms_stats_key unique nulls not distinct
    (user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent, price_unit)
);
comment on table public.sms_stats is
  'Messages counted by quarter of an hour and what they are. What is not folded yet is missing here: sms_summarize_messages() adds it.';
comment on column public.sms_stats.id is 'Time-ordered id.';
comment on column public.sms_stats.user_id is 'The tenant.';
comment on column public.sms_stats.bucket is 'Start of the quarter of an hour (UTC) in which the messages were stored.';
comment on column public.sms_stats.phone_number_id is 'The tenant''s number.';
comment on column public.sms_stats.assistant_id is 'Who answered on that number then; null when nobody did.';
comment on column public.sms_stats.direction is 'inbound or outbound.';
comment on column public.sms_stats.sender is 'contact, assistant, person or system.';
comment on column public.sms_stats.status is 'Delivery status, as it is now.';
comment on column public.sms_stats.intent is 'What the contact wants, as the assistant understood it.';
comment on column public.sms_stats.price_unit is 'ISO 4217 currency of the price; null for messages without a price yet.';
comment on column public.sms_stats.messages is 'How many messages.';
comment on column public.sms_stats.conversations is 'How many conversations began with one of them.';
comment on column public.sms_stats.segments is 'SMS segments of all of them.';
comment on column public.sms_stats.price is 'What Twilio charged for all of them (negative: a cost).';
comment on column public.sms_stats.answer_times is
  'Answers by how long the contact had waited: { bin: answers }, bins as in sms_private.answer_bin().';
alter table public.sms_stats enable row level security;
create policy select_own on public.sms_stats for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_stats is 'A tenant sees its figures.';

create table sms_private.stat_changes (
  message_id uuid not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  bucket timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  direction text,
  sender text,
  status text,
  intent text,
  price_unit text,
  price numeric,
  answer_ms bigint,
  seq bigint,
  num_segments int,
  -- The message first: a change looks for its row, and a fold takes the oldest messages.
  primary key (message_id, user_id, bucket)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
comment on table sms_private.stat_changes is
  'Which messages changed since they were folded into sms_stats, and what they were then: one row a message and place (tenant and quarter of an hour), however often it changes. Emptied by sms_fold_stats().';
comment on column sms_private.stat_changes.message_id is 'The message. Not a reference: it may be deleted, and that has to be folded too.';
comment on column sms_private.stat_changes.user_id is 'As in sms_stats.';
comment on column sms_private.stat_changes.bucket is 'As in sms_stats.';
comment on column sms_private.stat_changes.phone_number_id is 'As it was in sms_messages when it was folded.';
comment on column sms_private.stat_changes.assistant_id is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.direction is 'As it was in sms_messages; null: the message is not in the sums of this place.';
comment on column sms_private.stat_changes.sender is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.status is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.intent is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.price_unit is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.price is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.answer_ms is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.seq is 'As it was in sms_messages.';
comment on column sms_private.stat_changes.num_segments is 'As it was in sms_messages.';
create index stat_changes_user_idx on sms_private.stat_changes (user_id, bucket);

create table sms_private.stat_hours (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  hour timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  price_unit text,
  inbound bigint not null,
  outbound bigint not null,
  delivered bigint not null,
  failed bigint not null,
  conversations bigint not null,
  segments bigint not null,
  price numeric not null,
  constraint stat_hours_key unique nulls not distinct (user_id, hour, phone_number_id, assistant_id, price_unit)
);
comment on table sms_private.stat_hours is 'What a series shows, by hour (UTC): sms_stats without its details.';
comment on column sms_private.stat_hours.id is 'Its id.';
comment on column sms_private.stat_hours.user_id is 'The tenant.';
comment on column sms_private.stat_hours.hour is 'Start of the hour.';
comment on column sms_private.stat_hours.phone_number_id is 'As in sms_stats.';
comment on column sms_private.stat_hours.assistant_id is 'As in sms_stats.';
comment on column sms_private.stat_hours.price_unit is 'As in sms_stats.';
comment on column sms_private.stat_hours.inbound is 'Messages that came in.';
comment on column sms_private.stat_hours.outbound is 'Messages that went out, or were to.';
comment on column sms_private.stat_hours.delivered is 'Messages that arrived: delivered or read.';
comment on column sms_private.stat_hours.failed is 'Messages that did not: failed or undelivered.';
comment on column sms_private.stat_hours.conversations is 'Conversations that began.';
comment on column sms_private.stat_hours.segments is 'SMS segments.';
comment on column sms_private.stat_hours.price is 'What Twilio charged (negative: a cost).';

create table sms_private.stat_days (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  day timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  facet text not null check (facet in ('inbound', 'outbound', 'intent', 'answer_bin')),
  label text not null,
  messages bigint not null,
  constraint stat_days_key unique nulls not distinct (user_id, day, facet, label, phone_number_id, assistant_id)
);
comment on table sms_private.stat_days is 'Messages by one trait at a time, by day (UTC): sms_stats without its combinations.';
comment on column sms_private.stat_days.id is 'Its id.';
comment on column sms_private.stat_days.user_id is 'The tenant.';
comment on column sms_private.stat_days.day is 'Start of the day.';
comment on column sms_private.stat_days.phone_number_id is 'As in sms_stats.';
comment on column sms_private.stat_days.assistant_id is 'As in sms_stats.';
comment on column sms_private.stat_days.facet is
  'Which trait: inbound or outbound (by status), intent (of inbound texts), answer_bin (of answers).';
comment on column sms_private.stat_days.label is 'Its value: a status, an intent, a bin.';
comment on column sms_private.stat_days.messages is 'How many messages.';

-- ── 20_tables/95_archive.sql

-- Old messages that the operator took out of the tables of every day (50_people/archive.sql).

-- As JSON, so that a message's table may get a column, or another type for one, without a thought for what is here.
create table sms_private.archived_messages (
  id uuid primary key,
  user_id uuid references auth.users (id) on delete cascade,
  conversation_id uuid,
  created_at timestamptz not null,
  archived_at timestamptz not null default clock_timestamp(),
  message jsonb not null,
  events jsonb not null,
  foreign key (conversation_id, user_id) references public.sms_conversations (id, user_id) on delete cascade
);
comment on table sms_private.archived_messages is
  'Old messages with their events. The operator copies them out and deletes them; nothing here reads them.';
comment on column sms_private.archived_messages.id is 'The message''s id.';
comment on column sms_private.archived_messages.user_id is 'The tenant; null for a number that nobody owned.';
comment on column sms_private.archived_messages.conversation_id is 'The conversation it was part of.';
comment on column sms_private.archived_messages.created_at is 'When the message was stored.';
comment on column sms_private.archived_messages.archived_at is 'When it came here.';
comment on column sms_private.archived_messages.message is 'Its row of sms_messages.';
comment on column sms_private.archived_messages.events is 'Its rows of sms_message_events, oldest first.';
create index archived_messages_user_idx on sms_private.archived_messages (user_id);
create index archived_messages_conversation_idx on sms_private.archived_messages (conversation_id, user_id);

-- Apart from the messages, so that these may go and a recount still has what they count for.
create table sms_private.archived_figures (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  bucket timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  direction text not null,
  sender text not null,
  status text not null,
  intent text,
  price_unit text,
  answer_bin smallint,
  messages bigint not null,
  conversations bigint not null,
  segments bigint not null,
  price numeric not null,
  constraint archived_figures_key unique nulls not distinct
    (user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent, price_unit, answer_bin)
);
comment on table sms_private.archived_figures is
  'What archived messages count for. The figures have it; a recount adds it to what it counts in sms_messages.';
comment on column sms_private.archived_figures.id is 'Its id.';
comment on column sms_private.archived_figures.user_id is 'As in sms_stats.';
comment on column sms_private.archived_figures.bucket is 'As in sms_stats.';
comment on column sms_private.archived_figures.phone_number_id is 'As in sms_stats.';
comment on column sms_private.archived_figures.assistant_id is 'As in sms_stats.';
comment on column sms_private.archived_figures.direction is 'As in sms_stats.';
comment on column sms_private.archived_figures.sender is 'As in sms_stats.';
comment on column sms_private.archived_figures.status is 'As in sms_stats.';
comment on column sms_private.archived_figures.intent is 'As in sms_stats.';
comment on column sms_private.archived_figures.price_unit is 'As in sms_stats.';
comment on column sms_private.archived_figures.answer_bin is
  'Which bin of the answer times; null for a message that is no reply.';
comment on column sms_private.archived_figures.messages is 'How many messages.';
comment on column sms_private.archived_figures.conversations is 'How many conversations began with one of them.';
comment on column sms_private.archived_figures.segments is 'SMS segments of all of them.';
comment on column sms_private.archived_figures.price is 'What Twilio charged for all of them (negative: a cost).';

create table sms_private.archived_broadcasts (
  broadcast_id uuid not null,
  user_id uuid not null,
  status text not null,
  messages bigint not null,
  primary key (broadcast_id, status),
  foreign key (broadcast_id, user_id) references public.sms_broadcasts (id, user_id) on delete cascade
);
comment on table sms_private.archived_broadcasts is
  'How many archived messages of a broadcast had each status: its totals are these and what is counted.';
comment on column sms_private.archived_broadcasts.broadcast_id is 'The broadcast.';
comment on column sms_private.archived_broadcasts.user_id is 'The tenant.';
comment on column sms_private.archived_broadcasts.status is 'Their delivery status.';
comment on column sms_private.archived_broadcasts.messages is 'How many messages.';

create table sms_private.archive_position (
  only_row boolean primary key default true check (only_row),
  after_id uuid not null
);
comment on table sms_private.archive_position is
  'Where archive_messages() goes on, so that what stays is not looked at in every call. Empty before the first pass and after each.';
comment on column sms_private.archive_position.only_row is 'There is one row at most.';
comment on column sms_private.archive_position.after_id is 'The message that was looked at last.';

-- ── 30_rules/consent.sql

-- Opt-outs and opt-ins: by keyword, by the model, by a person, by the carrier.

-- Only this function decides whether a contact is opted out. may_text() in limits.sql decides about countries.
create function sms_private.opt_out_reason(number_id uuid, contact public.sms_contacts)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if contact.opted_out_at is not null then
    return 'opted_out';
  elsif exists (
    select from sms_private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact.id) then
    return 'sender_blocked';
  end if;
  return null;
end
$$;
comment on function sms_private.opt_out_reason is
  'Why this number may not text this contact: opted_out (of every number of the tenant), or sender_blocked (of this number, at the carrier). Null when neither.';

-- An opt-out counts for all numbers of the tenant, and cancels everything that has not left yet.
create function sms_private.opt_out(contact uuid, source text, evidence text, message uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  before public.sms_contacts;
begin
  select * into strict before from public.sms_contacts k where k.id = contact for no key update;
  update public.sms_contacts c
  set opted_out_at = coalesce(c.opted_out_at, clock_timestamp()),
    opt_out_source = coalesce(c.opt_out_source, opt_out.source)
  where c.id = contact;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (before.user_id, contact, opt_out.message, 'opt_out', opt_out.source, left(opt_out.evidence, 200));
  perform sms_private.cancel_waiting(
    (select array_agg(j.message_id) from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
     where j.contact_id = contact and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
    'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
  -- A job that another transaction has locked is skipped: that one claims the reply or finishes it, and the reply is refused when
  -- it comes back. Any other job is deleted, also a leased one: its reply comes back as stale.
  delete from sms_private.jobs j where j.id in (
    select r.id from sms_private.jobs r where r.kind = 'reply' and r.contact_id = contact for update skip locked);
  return before.opted_out_at is null;
end
$$;
comment on function sms_private.opt_out is
  'Records an opt-out, cancels the contact''s unclaimed deliveries and deletes its reply jobs, in the caller''s transaction. True when the contact was not opted out before.';

-- A recovered keyword may be older than another keyword of the contact. The latest one counts, by date_created: Twilio's
-- clock where the list has the message, ours where a webhook brought it.
create function sms_private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean;
begin
  -- Wait for a keyword that another number of the tenant receives at this moment, so that the look below sees it.
  perform from public.sms_contacts k where k.id = contact for no key update;
  overtaken := exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
  if keyword = 'out' and not overtaken then
    perform sms_private.opt_out(contact, source, evidence, message.id);
    update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
  if keyword = 'in' and not overtaken then
    update public.sms_contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    perform sms_private.unblock_sender(number_id, contact);
    update public.sms_conversations c
    set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
      when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
end
$$;
comment on function sms_private.apply_keyword is 'Records a consent keyword (out, in, help) and what it changes.';

create function sms_private.unblock_sender(number_id uuid, contact uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into sms_private.sender_blocks (phone_number_id, contact_id) values (number_id, contact)
  on conflict do nothing;
  delete from sms_private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact;
end
$$;
comment on function sms_private.unblock_sender is
  'Deletes what block_sender() stored for a pair, also when that is being stored at this moment.';

-- START and a refusal by the carrier may be recorded at the same moment, and must see each other: otherwise the pair would
-- stay blocked for good. Both write the pair's row before they look or delete, so the later one waits for the earlier one.
create function sms_private.block_sender(message public.sms_messages, attempted_at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  pair public.sms_conversations;
  -- Where its delivery is over, nobody knows the moment any more. One that is too early is safe: the next message is refused
  -- again, and then it is known. One that is too late would undo a START for good.
  attempt timestamptz := coalesce(attempted_at, greatest(message.created_at, message.send_at));
  is_new boolean;
  opted_in_at timestamptz;
begin
  select * into strict pair from public.sms_conversations c where c.id = message.conversation_id;
  insert into sms_private.sender_blocks (phone_number_id, contact_id) values (pair.phone_number_id, pair.contact_id)
  on conflict do nothing;
  is_new := found;
  select max(e.at) into opted_in_at from public.sms_consent_events e
  join public.sms_messages s on s.id = e.message_id
  where e.contact_id = pair.contact_id and e.change = 'opt_in' and e.at >= attempt
    and s.phone_number_id = pair.phone_number_id;
  if opted_in_at is not null then
    -- Not a block that a later message brought: Twilio may repeat an old report.
    delete from sms_private.sender_blocks b
    where b.phone_number_id = pair.phone_number_id and b.contact_id = pair.contact_id
      and (is_new or b.at <= opted_in_at);
  elsif is_new then
    insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
    values (message.user_id, pair.contact_id, message.id, 'sender_blocked', 'carrier', '21610');
  end if;
end
$$;
comment on function sms_private.block_sender is
  'Stores that Twilio refused a message because the contact opted out of the number (21610), unless they opted in after the attempt began.';

-- When each of these messages was attempted, while its delivery is known. Asked before the report ends the delivery.
create function sms_private.attempts_of(messages uuid[])
returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (select jsonb_object_agg(j.message_id, greatest(j.attempted_at, j.resent_at))
    from sms_private.jobs j where j.message_id = any (messages) and j.attempted_at is not null);
end
$$;
comment on function sms_private.attempts_of is 'When the deliveries of these messages were attempted: { message: moment }.';

-- A verb calls this after all its other locks, and it takes the pairs in one order. A pair has many messages whose delivery is over,
-- so two verbs may want the same pairs.
create function sms_private.block_refused(messages uuid[], attempts jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  for message in
    select m.* from public.sms_messages m
    where m.id = any (messages) and not sms_private.has_arrived(m.status) and exists (
      select from public.sms_message_events e where e.message_id = m.id and e.error_code = '21610')
    order by m.phone_number_id, m.to_number, m.id
  loop
    begin
      perform sms_private.block_sender(message, (attempts ->> message.id::text)::timestamptz);
    exception when others then
      perform sms_private.raise_if_transient(sqlstate, sqlerrm);
      -- What the reports say is stored all the same. Twilio refuses the next message of the pair, and then this is tried again.
      raise warning 'The pair of message % could not be blocked: %', message.id, sqlerrm;
    end;
  end loop;
end
$$;
comment on function sms_private.block_refused is
  'Blocks the pairs of those messages that Twilio refused with 21610, whether the create call, a callback or a question brought the code. attempts: attempts_of(), from before the report.';

create function sms_private.came_back_since(conversation public.sms_conversations, through_seq bigint)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = conversation.contact_id and e.change = 'opt_in' and coalesce(s.date_created, e.at) > (
      select m.date_created from public.sms_messages m
      where m.conversation_id = conversation.id and m.seq = came_back_since.through_seq));
end
$$;
comment on function sms_private.came_back_since is 'Whether the contact sent START after the message with this seq.';

-- The contact asked in their own words to get no more messages.
create function sms_private.opt_out_by_model(conversation public.sms_conversations, result jsonb)
returns boolean
language sql volatile set search_path = ''
as $$
  select sms_private.opt_out(conversation.contact_id, 'model', null, (
    select m.id from public.sms_messages m
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint))
$$;
comment on function sms_private.opt_out_by_model is
  'Records an opt-out that the model understood. True when it is new.';

create function sms_private.unanswered_since(start public.sms_messages)
returns public.sms_messages
language plpgsql stable set search_path = ''
as $$
declare
  unanswered public.sms_messages;
begin
  select * into unanswered from public.sms_messages s
  where s.conversation_id = start.conversation_id and s.direction = 'inbound' and s.kind = 'text' and s.seq < start.seq
    -- Far enough for the messages that come while one webhook is late.
    and s.seq > start.seq - 200
    and s.date_created >= start.date_created
    and not exists (
      select from public.sms_messages o
      where o.conversation_id = s.conversation_id and o.direction = 'outbound' and o.seq > s.seq
        and o.status <> 'canceled')
  order by s.seq desc limit 1;
  return unanswered;
end
$$;
comment on function sms_private.unanswered_since is
  'The newest message that the contact wrote after this START, that was stored before it, and that has no reply; null for none.';

-- ── 30_rules/conversations.sql

-- Which conversation a message belongs to, and whether the assistant may speak in it.

-- Looks first: most contacts are there already.
create function sms_private.contact_of(tenant uuid, number text)
returns public.sms_contacts
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  loop
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_of.number;
    exit when found;
    insert into public.sms_contacts (user_id, number) values (tenant, contact_of.number)
    on conflict on constraint sms_contacts_user_id_number_key do nothing
    returning * into contact;
    exit when found;
  end loop;
  return contact;
end
$$;
comment on function sms_private.contact_of is 'The contact of a tenant with this number, added when there is none.';

-- Takes the conversation's next seq. The caller holds the conversation's row lock.
create function sms_private.next_seq(conversation uuid, body text, media jsonb)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  seq bigint;
begin
  update public.sms_conversations c
  set last_seq = c.last_seq + 1,
    last_message_at = clock_timestamp(),
    last_message_preview = case when btrim(body) = '' and jsonb_array_length(media) > 0 then '[attachment]'
      else left(body, 160) end
  where c.id = conversation
  returning c.last_seq into seq;
  return seq;
end
$$;
comment on function sms_private.next_seq is 'The seq of a message about to be stored; also moves the conversation to the top of the list.';

-- A new conversation of a number and a contact. What a person switched off stays off: a take-over ends with
-- sms_hand_back, not with the conversation. Returns nothing when somebody else opened one at the same moment.
create function sms_private.open_conversation(number public.sms_numbers, contact uuid,
  previous public.sms_conversations, greet boolean)
returns setof public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  insert into public.sms_conversations (user_id, phone_number_id, contact_id, assistant_id, greeting_pending,
    ai_enabled, ai_paused_until, ai_paused_reason)
  select number.user_id, number.id, contact, number.assistant_id, greet and not still_paused,
    coalesce(previous.ai_enabled, true),
    case when still_paused then previous.ai_paused_until end, case when still_paused then previous.ai_paused_reason end
  from (select coalesce(previous.ai_paused_until > clock_timestamp(), false) as still_paused) as pause
  on conflict (phone_number_id, contact_id) where status = 'active' do nothing
  returning *;
end
$$;
comment on function sms_private.open_conversation is
  'Opens a conversation, with the switch and the pause of the previous one between the two. No row when one is active.';

-- A conversation that a person reopened counts as active from that moment: its idle time begins anew.
create function sms_private.conversation_for_inbound(number public.sms_numbers, contact uuid, is_keyword boolean)
returns public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  opened public.sms_conversations;
  idle interval := coalesce((select a.idle_timeout from public.sms_assistants a
    where a.id = number.assistant_id), '24 hours');
begin
  loop
    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact and v.status = 'active'
    for no key update;
    if found and not is_keyword
      and greatest(conversation.last_message_at, conversation.reopened_at) < clock_timestamp() - idle then
      update public.sms_conversations v
      set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
      where v.id = conversation.id;
      delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation.id;
      continue;
    end if;
    exit when found;

    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when is_keyword or (found and conversation.status = 'active');

    -- Another transaction may reopen or open one at the same moment. Then the next turn of the loop finds its row.
    if found and conversation.end_reason <> 'idle' and conversation.ended_at
      > clock_timestamp() - make_interval(hours => (sms_private.setting('reopen_within_hours'))::int) then
      begin
        update public.sms_conversations v
        set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp()
        where v.id = conversation.id returning * into conversation;
        return conversation;
      exception when unique_violation then
        continue;
      end;
    end if;
    select * into opened from sms_private.open_conversation(number, contact, conversation,
      conversation.id is null or conversation.last_message_at < clock_timestamp() - idle);
    if found then
      return opened;
    end if;
  end loop;
  return conversation;
end
$$;
comment on function sms_private.conversation_for_inbound is
  'The locked conversation a message belongs to: the active one, the one that ended lately (reopened), or a new one. A keyword opens none.';

-- The active conversation with a contact, locked; opened when there is none.
create function sms_private.conversation_for_outbound(number public.sms_numbers, contact uuid)
returns public.sms_conversations
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  opened public.sms_conversations;
begin
  loop
    select * into conversation from public.sms_conversations v
    where v.phone_number_id = number.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when conversation.status = 'active';
    select * into opened from sms_private.open_conversation(number, contact, conversation, false);
    if found then
      return opened;
    end if;
  end loop;
  return conversation;
end
$$;
comment on function sms_private.conversation_for_outbound is 'The locked active conversation of a number and a contact, opened when there is none; we spoke first, so nobody is greeted.';

-- Why this conversation gets no automatic reply now; null when it does.
create function sms_private.no_reply_reason(conversation public.sms_conversations)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(sms_private.opt_out_reason(n.id, k), case
      when k.number !~ '^\+[1-9][0-9]{6,14}$' or not sms_private.may_text(conversation.user_id, n.number, k.number)
        then 'not_repliable'
      when conversation.ai_paused_until = 'infinity' then 'taken_over'
      -- An opt-out may have overwritten why the assistant is paused. The opt-out is over; the pause is not.
      when conversation.ai_paused_until > clock_timestamp()
        and conversation.ai_paused_reason in ('opted_out', 'sender_blocked', 'not_repliable')
        then 'person'
      when conversation.ai_paused_until > clock_timestamp() then coalesce(conversation.ai_paused_reason, 'person')
      when n.assistant_id is null then 'no_assistant'
      when not a.active then 'assistant_inactive'
    end)
    from public.sms_numbers n
    join public.sms_contacts k on k.id = conversation.contact_id
    left join public.sms_assistants a on a.id = n.assistant_id
    where n.id = conversation.phone_number_id);
end
$$;
comment on function sms_private.no_reply_reason is 'Why the assistant must stay silent in a conversation; null when it may answer.';

create function sms_private.person_answered_since(message public.sms_messages, conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if message.sender <> 'assistant' or message.kind = 'opt_out_confirmation' then
    return false;
  end if;
  return conversation.end_reason = 'person'
    or (conversation.ai_paused_until > clock_timestamp() and conversation.ai_paused_reason in ('person', 'taken_over'))
    -- A broadcast and a scheduled message are not an answer to the contact: they do not pause the assistant.
    or exists (
      select from public.sms_messages p
      where p.conversation_id = message.conversation_id and p.seq > message.seq and p.sender = 'person'
        and p.broadcast_id is null and p.send_at is null);
end
$$;
comment on function sms_private.person_answered_since is
  'Whether a person has answered, taken over or ended this conversation since this message of the assistant was written.';

-- The assistant's messages that no worker has claimed. The caller holds the conversation's lock.
create function sms_private.take_back_answers(conversation uuid, code text, explanation text)
returns void
language sql volatile set search_path = ''
as $$
  select sms_private.cancel_waiting(
    (select array_agg(m.id) from public.sms_conversations c
     join sms_private.jobs j on j.phone_number_id = c.phone_number_id and j.contact_id = c.contact_id
     join public.sms_messages m on m.id = j.message_id
     where c.id = conversation and m.conversation_id = c.id and j.kind = 'deliver' and not j.in_flight
       and m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'),
    code, explanation)
$$;
comment on function sms_private.take_back_answers is
  'Cancels the assistant''s messages of a conversation that have not left, with the reason.';

-- The job of a reply that is being written is deleted. A reply that is stored but not sent is canceled.
-- The caller holds the conversation's lock.
create function sms_private.silence_assistant(conversation uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform sms_private.take_back_answers(conversation, 'PERSON_ANSWERED', 'A person took over before this text left.');
  delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
end
$$;
comment on function sms_private.silence_assistant is 'Deletes the reply job of a conversation and cancels the assistant''s messages that have not left.';

-- A person answers: the assistant keeps quiet for a while.
-- The caller holds the conversation's lock.
create function sms_private.pause_assistant(conversation uuid, until timestamptz, reason text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c
  set ai_paused_until = greatest(c.ai_paused_until, until),
    -- Taken over stays taken over, however often the person writes.
    ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over' else reason end,
    waiting_for_person = false, greeting_pending = false
  where c.id = conversation;
  perform sms_private.silence_assistant(conversation);
end
$$;
comment on function sms_private.pause_assistant is 'Pauses automatic replies in a conversation and deletes its reply job.';

-- ── 30_rules/delivery_status.sql

-- The order of statuses, and who may change one.

-- Twilio repeats and reorders its callbacks, so a status only ever rises:
-- https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
-- A failure that only we suppose (OUTCOME_UNKNOWN) ranks with unconfirmed, so that Twilio can still correct it.
create function sms_private.status_rank(status text, error_code text)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when status = 'failed' and error_code = 'OUTCOME_UNKNOWN' then 2
    else array_position(array[
      'scheduled', 'pending', 'unconfirmed', 'accepted', 'queued', 'sending', 'sent', 'partially_delivered',
      'canceled', 'failed', 'undelivered', 'delivered', 'read'], status) - 1
  end;
end
$$;
comment on function sms_private.status_rank is
  'Where a status of an outbound message stands, 0 to 12; null for an unknown status.';

-- What Twilio says in ErrorCode is digits; 0 is none. Everything else is not stored.
create function sms_private.twilio_code(code text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when code ~ '^[1-9][0-9]{0,5}$' then code end;
end
$$;
comment on function sms_private.twilio_code is 'An error code of Twilio, or null for what is none.';

create function sms_private.has_arrived(status text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return status in ('delivered', 'read');
end
$$;
comment on function sms_private.has_arrived is 'Whether a status says that the message arrived. Such a message has no error.';

-- Whether a report says more than we know: a higher status, or the reason of the same status where there was none.
create function sms_private.says_more(message public.sms_messages, new_status text, new_error_code text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(sms_private.status_rank(new_status, new_error_code)
      > sms_private.status_rank(message.status, message.error_code), false)
    or (new_status = message.status and message.error_code is null and new_error_code is not null
      and not sms_private.has_arrived(new_status));
end
$$;
comment on function sms_private.says_more is
  'Whether a reported status changes a message: it is higher, or it is the same and brings the error code that was missing.';

-- The caller needs no lock: the update compares the ranks itself. One update for status and SID, because each update of a
-- message writes it anew.
create function sms_private.report_status(
  message public.sms_messages, new_status text, new_error_code text, new_error_message text,
  reported_sid text, source text, flags text[] default '{}', sid text default null, segments int default null)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  -- What arrived has no error, whatever a carrier sends along. The event keeps it.
  code text := case when not sms_private.has_arrived(new_status) then new_error_code end;
  -- A status that says that the message left.
  is_sent boolean := sms_private.status_rank(new_status, null) >= sms_private.status_rank('sent', null)
    and new_status not in ('canceled', 'failed');
  holds text;
begin
  insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
  values (message.user_id, message.id, left(new_status, 64), new_error_code, reported_sid,
    report_status.source, report_status.flags);
  update public.sms_messages m
  set message_sid = coalesce(m.message_sid, sid),
    num_segments = coalesce(nullif(segments, 0), m.num_segments),
    (status, error_code, error_message, date_sent, date_updated) = (
      select case when news then new_status else m.status end,
        case when news then code else m.error_code end,
        case when news then case when code is not null then new_error_message end else m.error_message end,
        case when news and is_sent then coalesce(m.date_sent, clock_timestamp()) else m.date_sent end,
        case when news then clock_timestamp() else m.date_updated end
      from (select sms_private.says_more(m, new_status, code) as news) compared)
  where m.id = message.id and m.direction = 'outbound'
    and (sms_private.says_more(m, new_status, code)
      or (sid is not null and m.message_sid is null) or segments > 0)
  returning m.status into holds;
  return coalesce(holds, message.status);
end
$$;
comment on function sms_private.report_status is
  'Appends a status report to sms_message_events and raises sms_messages.status only to a higher rank, or adds the error code that the same status lacked. With sid, it also names a message that has none; with segments, it corrects their number. Returns the status that now holds.';

-- Twilio has the message, so its delivery is over.
-- A second SID means that the message was sent twice. It is kept as evidence and counted, never hidden.
create function sms_private.record_twilio_sid(
  message public.sms_messages, sid text, new_status text, new_error_code text, new_error_message text, source text,
  segments int)
returns text
language plpgsql volatile set search_path = ''
as $$
begin
  if message.message_sid <> sid then
    insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (message.user_id, message.id, left(new_status, 64), new_error_code, sid, record_twilio_sid.source, '{doubled}');
    return 'doubled';
  end if;
  if message.message_sid is null then
    delete from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
    -- A look-up of it is answered with that. Its settlement takes its place.
    insert into sms_private.questions (kind, account_sid, message_id, due_at)
    values ('settlement', message.account_sid, message.id, clock_timestamp() + sms_private.settle_gap(0))
    on conflict (message_id) do update
    set kind = excluded.kind, due_at = excluded.due_at, tries = 0, lease_token = null, last_error = null;
  end if;
  perform sms_private.report_status(message, new_status, new_error_code, new_error_message, sid,
    record_twilio_sid.source, '{}', sid, segments);
  return 'recorded';
end
$$;
comment on function sms_private.record_twilio_sid is
  'Stores Twilio''s SID of a message, ends its delivery job and reports the status. Returns recorded, or doubled for a second SID. The caller holds the message''s lock.';

-- The one way a status goes down: `unconfirmed` was our own doubt, and the worker that had the lease says that the message
-- never reached Twilio. The caller holds the message's lock and has compared the fencing token.
create function sms_private.mark_pending_again(message uuid)
returns void
language sql volatile set search_path = ''
as $$
  with certain as (
    update public.sms_messages m
    set status = 'pending', error_code = null, error_message = null, date_updated = clock_timestamp()
    where m.id = message and m.status = 'unconfirmed'
    returning m.id, m.user_id
  )
  insert into public.sms_message_events (user_id, message_id, status, source, flags)
  select c.user_id, c.id, 'pending', 'worker', '{late}' from certain c
$$;
comment on function sms_private.mark_pending_again is
  'Makes an unconfirmed message pending again, with an event flagged late. For a message that certainly was not handed over.';

-- The failure ranks with `unconfirmed`, so a later report of Twilio still corrects it.
create function sms_private.give_up_on(message public.sms_messages, explanation text)
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  delete from sms_private.questions question where question.message_id = message.id;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'failed', 'OUTCOME_UNKNOWN', 'worker', '{given_up}');
  update public.sms_messages m
  set status = 'failed', error_code = 'OUTCOME_UNKNOWN', error_message = explanation, date_updated = clock_timestamp()
  where m.id = message.id and m.status = 'unconfirmed';
$$;
comment on function sms_private.give_up_on is
  'Ends the delivery of an unconfirmed message as failed, OUTCOME_UNKNOWN. Either Twilio''s list does not have it, or it was to be sent once more and was canceled, refused or out of tries. It is not sent again. The caller has locked the message.';

-- ── 30_rules/limits.sql

-- How much, how often, and to which countries.

-- A tenant without a row gets the values that a new row would have. So the defaults of the columns (85_limits.sql) stand here
-- once more; tests/database/rules.test.ts compares them.
create function sms_private.limits_of(tenant uuid)
returns public.sms_limits
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- In the order of the table's columns.
    select coalesce(
      (select l from public.sms_limits l where l.user_id = tenant),
      row (tenant, 60, 20, 100, 1000, '{}'::text[], now(), 10000)::public.sms_limits));
end
$$;
comment on function sms_private.limits_of is 'The limits of a tenant, the defaults where none are set.';

create function sms_private.country_of(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select p.country
    from sms_private.country_prefixes p
    where p.prefix = any (array[
      substr(number, 2, 1), substr(number, 2, 2), substr(number, 2, 3), substr(number, 2, 4)])
    order by length(p.prefix) desc
    limit 1);
end
$$;
comment on function sms_private.country_of is 'ISO 3166 country of an E.164 number, or null when no prefix fits.';

create function sms_private.may_text(tenant uuid, from_number text, to_number text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  allowed text[] := (sms_private.limits_of(tenant)).allowed_countries;
  country text;
begin
  if allowed is null then
    return true;
  end if;
  country := sms_private.country_of(to_number);
  return coalesce(country = sms_private.country_of(from_number) or country = any (allowed), false);
end
$$;
comment on function sms_private.may_text is
  'Whether a tenant may text this number: the sending number''s own country, or one that its limits allow.';

-- Messages of a broadcast do not count here, so that a broadcast never stops a person from answering. The number's pace
-- limits them.
create function sms_private.next_send_at(tenant uuid)
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case when l.sends_per_minute = 0 then clock_timestamp() else newest.oldest_at end + interval '1 minute'
    from sms_private.limits_of(tenant) l
    -- These are the newest N sends; N is the limit. When the oldest of them leaves the window, one more send is allowed.
    cross join lateral (
      select count(*) as used, min(counted.created_at) as oldest_at from (
        (select m.created_at from public.sms_messages m
         where m.user_id = tenant and m.direction = 'outbound' and m.sender in ('person', 'system')
           and m.broadcast_id is null and m.created_at > statement_timestamp() - interval '1 minute'
         order by m.created_at desc limit l.sends_per_minute)
        union all
        (select b.created_at from public.sms_broadcasts b
         where b.user_id = tenant and b.created_at > statement_timestamp() - interval '1 minute'
         order by b.created_at desc limit l.sends_per_minute)
        order by created_at desc limit l.sends_per_minute) as counted
    ) newest
    where l.sends_per_minute is not null and l.sends_per_minute <= newest.used);
end
$$;
comment on function sms_private.next_send_at is
  'When a tenant whose limit of a minute is used up may send again (a whole minute when the limit is 0); null when it may now.';

create function sms_private.next_broadcast_at(tenant uuid, recipients int)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    -- It never fits, so there is no moment to name. The operator may raise the limit meanwhile.
    when recipients > l.broadcast_recipients_per_day then clock_timestamp() + interval '1 day'
    -- The newest broadcast that must leave the window before there is room.
    else (
      select max(b.created_at) + interval '1 day'
      from (
        select v.created_at, sum(v.accepted) over (order by v.created_at desc, v.id desc) as so_far
        from public.sms_broadcasts v
        where v.user_id = tenant and v.created_at > statement_timestamp() - interval '1 day') b
      where b.so_far + recipients > l.broadcast_recipients_per_day)
  end
  from sms_private.limits_of(tenant) l
  where recipients > 0
$$;
comment on function sms_private.next_broadcast_at is
  'When a tenant whose limit of a day is used up may send a broadcast to so many (in a day when they are more than the limit); null when it may now.';

-- The caller creates a message or a broadcast next, in the same transaction. A broadcast also looks at its daily limit while
-- it has the turn.
create function sms_private.refuse_pace_of_sending(tenant uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  again_at timestamptz;
begin
  -- One after the other: two messages at the same moment must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('sms_create_message:' || tenant, 0));
  again_at := sms_private.next_send_at(tenant);
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
  end if;
  return null;
end
$$;
comment on function sms_private.refuse_pace_of_sending is
  'Makes the tenant''s sends take turns until the transaction ends. Returns RATE_LIMITED with retry_after_ms, or null.';

-- The newest N replies; N is the cap, and one more when the reply itself is stored (`already`). When the oldest of them
-- leaves the window, one more reply is allowed.
create function sms_private.reply_cap(tenant uuid, conversation uuid, already int)
returns table (reason text, until timestamptz)
language plpgsql stable rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  -- Wider than the limits: one more than the greatest of them is a number too.
  cap bigint;
  span interval;
  oldest timestamptz;
begin
  for place in 1..3 loop
    cap := case place when 1 then limits.conversation_replies_per_hour
      when 2 then limits.conversation_replies_per_day else limits.tenant_replies_per_day end;
    continue when cap is null;
    span := case place when 1 then interval '1 hour' else interval '1 day' end;
    oldest := null;
    if cap + already > 0 then
      if place = 3 then
        select m.created_at into oldest from public.sms_messages m
        where m.user_id = tenant and m.sender = 'assistant' and m.status <> 'canceled'
          and m.created_at > statement_timestamp() - span
        order by m.created_at desc offset cap + already - 1 limit 1;
      else
        select m.created_at into oldest from public.sms_messages m
        where m.conversation_id = conversation and m.sender = 'assistant' and m.status <> 'canceled'
          and m.created_at > statement_timestamp() - span
        order by m.created_at desc offset cap + already - 1 limit 1;
      end if;
      continue when not found;
    end if;
    reason := case place when 1 then 'replies_per_hour' when 2 then 'replies_per_day'
      else 'tenant_replies_per_day' end;
    until := coalesce(oldest, clock_timestamp()) + span;
    return next;
    return;
  end loop;
end
$$;
comment on function sms_private.reply_cap is
  'The cap on automatic replies that is used up in a conversation or tenant, and how long to pause; no row when none is.';

-- A tenant may use all turns of a span at once. Then turns come back at an even rate (GCRA).
create function sms_private.take_turn_within(owner_id uuid, action text, allowed int, span interval)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  cost interval := span / greatest(allowed, 1);
  next_at timestamptz;
begin
  begin
    insert into sms_private.turns as t (user_id, action, next_at)
    values (owner_id, take_turn_within.action, clock_timestamp() + cost)
    on conflict on constraint turns_pkey do update
    set next_at = greatest(t.next_at, clock_timestamp()) + cost
    where t.next_at <= clock_timestamp() + span - cost;
  exception when foreign_key_violation then
    -- Their token outlives them by up to an hour.
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end;
  if found then
    return jsonb_build_object('outcome', 'taken');
  end if;
  select t.next_at into strict next_at from sms_private.turns t
  where t.user_id = owner_id and t.action = take_turn_within.action;
  return jsonb_build_object('outcome', 'RATE_LIMITED',
    'retry_after_ms', sms_private.milliseconds_until(next_at - span + cost));
end
$$;
comment on function sms_private.take_turn_within is
  'Takes a turn at an action that a tenant may do so often within a span. Answers as sms_take_turn().';

create function public.sms_take_turn(owner_id uuid, action text, per_minute int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  return sms_private.take_turn_within(owner_id, action, per_minute, interval '1 minute');
end
$$;
comment on function public.sms_take_turn is
  'Takes a turn at an action that a tenant may do per_minute times a minute. Outcomes: taken, RATE_LIMITED (retry_after_ms), USER_NOT_FOUND.';

create function public.sms_take_preview_turn(owner_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  -- A tenant may try its assistant as often a day as it may have automatic replies.
  per_day int := (sms_private.limits_of(owner_id)).tenant_replies_per_day;
  turn jsonb;
begin
  if per_day = 0 then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', 86400000);
  end if;
  turn := sms_private.take_turn_within(owner_id, 'preview', 20, interval '1 minute');
  if turn->>'outcome' <> 'taken' or per_day is null then
    return turn;
  end if;
  return sms_private.take_turn_within(owner_id, 'preview_day', per_day, interval '1 day');
end
$$;
comment on function public.sms_take_preview_turn is
  'Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies. Outcomes: taken, RATE_LIMITED (retry_after_ms), USER_NOT_FOUND.';

-- ── 30_rules/once.sql

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
  hash text := encode(sha256(convert_to(jsonb_build_array(verb, sender, request)::text, 'UTF8')), 'hex');
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
  end case;
  if key is not null and answer ->> 'outcome' = 'created' then
    perform sms_private.remember_key(tenant, key, hash, (coalesce(answer -> 'message', answer -> 'broadcast') ->> 'id')::uuid);
  end if;
  return answer;
end
$$;
comment on function sms_private.once is
  'Does what sms_create_message or sms_create_broadcast was asked, once for a key. The sender is person or system. A refusal uses up no key.';

create function sms_private.once_for_caller(verb text, request jsonb, key text)
returns jsonb
language sql volatile security definer set search_path = ''
as $$ select sms_private.once((select sms_private.tenant_id()), 'person', verb, request, key) $$;
comment on function sms_private.once_for_caller is 'once() for the signed-in person.';

-- ── 30_rules/slots.sql

-- How tenants share the slots of a worker (docs/decisions/0018-shares-of-the-worker.md).

create function sms_private.slots_for(free int, held int)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- One more only while the tenant holds less than nine times as many as are free; so many times, one by one.
  return greatest(0, (9 * free + 9 - held) / 10);
end
$$;
comment on function sms_private.slots_for is
  'How many more of a worker''s free slots a tenant may take that holds so many. A lone tenant gets nine of ten; a tenant that '
  'holds none gets the last one.';

-- ── 30_rules/text.sql

-- The words of a message: segments, keywords, templates.

-- How many SMS segments a text takes: GSM 03.38 septets, else UTF-16 units.
-- https://www.twilio.com/docs/glossary/what-sms-character-limit
create function sms_private.count_segments(body text)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- The text as sizes: a for the first unit of a character, b for each further one.
    with encoded as (
      select body !~ '[^@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&''()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\\[~\]|€]' as gsm
    ), sizes as (
      select gsm, case
        when gsm then regexp_replace(regexp_replace(body, '[^\f^{}\\\[~\]|€]', 'a', 'g'), '[^a]', 'ab', 'g')
        else regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(body,
          '[^\u0300-\u036F\u200D\u20D0-\u20FF\uFE00-\uFE0F\U00010000-\U0010FFFF]', 'a', 'g'),
          '[\U0001F1E6-\U0001F1FF]{2}', 'abbb', 'g'),
          '\u200D[\U00010000-\U0010FFFF]', 'bbb', 'g'),
          '\u200Da', 'bb', 'g'),
          '[\U0001F3FB-\U0001F3FF]', 'bb', 'g'),
          '[\U00010000-\U0010FFFF]', 'ab', 'g'),
          '[^ab]', 'b', 'g')
        end as units
      from encoded
    )
    -- A character that does not fit into a segment moves to the next segment as a whole.
    select case
      when char_length(units) <= case when gsm then 160 else 70 end then 1
      when gsm then (select count(*)::int from regexp_matches(units, '.{1,153}(?!b)', 'g'))
      else (select count(*)::int from regexp_matches(units, '.{1,67}(?!b)', 'g'))
    end
    from sizes);
end
$$;
comment on function sms_private.count_segments is
  'SMS segments of a text, at least 1. An estimate until Twilio says: its smart encoding may need fewer.';

-- The keywords of US carriers and of Twilio (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out),
-- REVOKE and OPTOUT since 2025-04. The whole message, any case.
-- An opt-out is forgiving: punctuation, spaces and symbols do not count. The other words count only as Twilio takes them, alone:
-- Twilio answers HELP and lifts its block for START, and does neither for "Help!" and "START!". What it does not take is
-- an ordinary message.
create function sms_private.keyword_of(body text, opt_out_type text, opted_out boolean)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when opt_out_type = 'STOP' then 'out'
      when opt_out_type = 'START' then 'in'
      when opt_out_type = 'HELP' then 'help'
      when word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT') then 'out'
      when alone in ('START', 'UNSTOP') then 'in'
      when alone = 'YES' and opted_out then 'in'
      when alone in ('HELP', 'INFO') then 'help'
    end
    from (select upper(btrim(body, E' \t\r\n')) as alone, upper(regexp_replace(
      normalize(body, nfkc),
      '[\s\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2000-\u2BFF\u3000-\u303F\uFE00-\uFE0F\uFEFF\U0001F000-\U0001FAFF\U000E0000-\U000E01EF]',
      '', 'g')) as word) as w);
end
$$;
comment on function sms_private.keyword_of is
  'out, in or help when the whole message is a consent keyword, else null. OptOutType from Twilio wins over the words.';

-- Removes what a person cannot see: control characters (tab and newline stay), zero-width characters, direction marks.
-- The functions clean more (_shared/sms/texts). This covers direct calls of the verbs, and templates.
create function sms_private.visible_text(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return regexp_replace(regexp_replace(body, '\r\n?', E'\n', 'g'),
    '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFC]',
    '', 'g');
end
$$;
comment on function sms_private.visible_text is 'A text without controls and invisible characters; joiners, which are spelling, stay.';

create function sms_private.are_variables(variables jsonb)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when jsonb_typeof(variables) = 'object' then not exists (
      select from jsonb_each(variables) v where jsonb_typeof(v.value) not in ('string', 'number'))
    else false end;
end
$$;
comment on function sms_private.are_variables is 'Whether it is a flat object of strings and numbers.';

-- One pass: a value is inserted as it is, also when it looks like a variable.
create function sms_private.render_template(template text, variables jsonb, out body text, out missing jsonb)
language sql stable set search_path = ''
as $$
  -- A value is cut to 1,601 characters, one more than a message may have: that is enough to refuse it, and a long value
  -- cannot be repeated hundreds of times.
  select string_agg(piece.plain || coalesce(left(variables ->> place.variable, 1601), ''), '' order by piece.i),
    jsonb_agg(distinct place.variable) filter (where not variables ? place.variable)
  from regexp_split_to_table(template, '\{\{\s*\w+\s*\}\}') with ordinality piece (plain, i)
  left join (
    select found.groups[1] as variable, found.i
    from regexp_matches(template, '\{\{\s*(\w+)\s*\}\}', 'g') with ordinality found (groups, i)
  ) place on place.i = piece.i
$$;
comment on function sms_private.render_template is
  'Puts variables into a template. missing: the names that have no value, null when all have one.';

create function sms_private.compose_body(tenant uuid, body text, template uuid, variables jsonb)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  t public.sms_templates;
  given jsonb := coalesce(variables, '{}');
  rendered record;
begin
  if body is not null and template is not null then
    return jsonb_build_object('outcome', 'BODY_OR_TEMPLATE');
  end if;
  if template is not null then
    select * into t from public.sms_templates s where s.id = template and s.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'TEMPLATE_NOT_FOUND');
    end if;
  end if;
  -- Without a template nothing would be replaced, and the contact would read {{name}}.
  if not sms_private.are_variables(given) or (template is null and given <> '{}') then
    return jsonb_build_object('outcome', 'INVALID_VARIABLES');
  end if;
  if template is null then
    return jsonb_build_object('body', sms_private.visible_text(coalesce(body, '')));
  end if;
  select * into rendered from sms_private.render_template(t.body, given);
  if rendered.missing is not null then
    return jsonb_build_object('outcome', 'TEMPLATE_VARIABLE_MISSING',
      'details', jsonb_build_object('missing', rendered.missing));
  end if;
  return jsonb_build_object('body', sms_private.visible_text(rendered.body));
end
$$;
comment on function sms_private.compose_body is
  'What a text says: { body }, as given or from a template, without invisible characters; or { outcome }, a refusal.';

create function sms_private.media_of(media_urls text[])
returns jsonb
language plpgsql immutable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('url', u)), '[]') from unnest(media_urls) u);
end
$$;
comment on function sms_private.media_of is 'Media URLs as they are stored: [{ url }].';

create function sms_private.refuse_content(body text, media_urls text[], send_at timestamptz)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when char_length(body) > 1600 then 'BODY_TOO_LONG'
      when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
      when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
      when exists (
        select from unnest(media_urls) u
        -- Characters that a URL must escape (https://www.rfc-editor.org/rfc/rfc3986#section-2).
        where u is null or char_length(u) > 2048 or u !~ '^https?://[^\s[:cntrl:]"\\]+$' or char_length(u) < 10)
        then 'INVALID_MEDIA_URL'
      when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
    end);
end
$$;
comment on function sms_private.refuse_content is 'Why a text cannot be sent to anybody; null when it can.';

-- ── 40_pipeline/10_receive.sql

-- A message from a contact.

-- A repeat changes nothing. It still says when the reply is due: the first request may have been stored without its
-- answer reaching the webhook, and then nobody woke the worker.
create function sms_private.repeated_message(account_sid text, message_sid text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('outcome', 'duplicate', 'message_id', m.id, 'conversation_id', m.conversation_id,
      'reply_due_in_ms', sms_private.milliseconds_until(j.due_at))
    from public.sms_messages m
    left join sms_private.jobs j on j.conversation_id = m.conversation_id and j.kind = 'reply'
      and j.set_aside_at is null
      and j.lease_token is null
    where m.account_sid = repeated_message.account_sid and m.message_sid = repeated_message.message_sid);
end
$$;
comment on function sms_private.repeated_message is 'What sms_receive_message answers for a message that is stored already; null when it is not.';

-- One live job a conversation. A lease that is held is not touched.
create function sms_private.want_reply(conversation public.sms_conversations, seq bigint, reply_delay_ms int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  due timestamptz;
begin
  insert into sms_private.jobs as j (kind, user_id, conversation_id, phone_number_id, contact_id, due_at, wanted_seq,
    first_unanswered_at)
  values ('reply', conversation.user_id, conversation.id, conversation.phone_number_id, conversation.contact_id,
    moment + make_interval(secs => reply_delay_ms / 1000.0), seq, moment)
  on conflict (conversation_id) where kind = 'reply' do update
  set wanted_seq = excluded.wanted_seq,
    -- A job that was set aside begins again with the new message.
    first_unanswered_at = case when j.set_aside_at is null then j.first_unanswered_at else moment end,
    attempts = case when j.set_aside_at is null then j.attempts else 0 end,
    drops = case when j.set_aside_at is null then j.drops else 0 end,
    due_at = greatest(
      least((case when j.set_aside_at is null then j.first_unanswered_at else moment end) + interval '15 seconds',
        moment + make_interval(secs => reply_delay_ms / 1000.0)),
      -- The model asked for a pause after a failed try. A new message does not shorten it.
      case when j.set_aside_at is null and j.attempts > 0 and j.lease_token is null then j.due_at end),
    set_aside_at = null
  returning j.due_at into due;
  return greatest(0, ceil(extract(epoch from due - moment) * 1000))::int;
end
$$;
comment on function sms_private.want_reply is
  'Makes or renews the reply job of a conversation; due after the reply delay, at most 15 s from the first unanswered message. Returns milliseconds until then.';

-- Also used for a message that was stored earlier, when its contact opts in again.
create function sms_private.answer_or_say_why(conversation public.sms_conversations, number public.sms_numbers,
  message public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  silent text := sms_private.no_reply_reason(conversation);
  cap record;
begin
  if (conversation.assistant_id, conversation.ai_paused_reason)
    is distinct from (coalesce(number.assistant_id, conversation.assistant_id), silent) then
    update public.sms_conversations v
    set assistant_id = coalesce(number.assistant_id, v.assistant_id), ai_paused_reason = silent
    where v.id = conversation.id;
  end if;
  if silent is not null or not conversation.ai_enabled then
    return null;
  end if;
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found then
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return null;
  end if;
  if message.date_created > clock_timestamp() - interval '30 minutes' then
    -- Read the assistant again: the number may have got one since the caller read it.
    return sms_private.want_reply(conversation, message.seq, (
      select a.reply_delay_ms from public.sms_numbers p join public.sms_assistants a on a.id = p.assistant_id
      where p.id = conversation.phone_number_id));
  end if;
  -- Older than 30 minutes: stored, not answered. A pending reply's reason says more, so it is kept.
  update public.sms_conversations v set ai_paused_reason = 'recovered_late'
  where v.id = conversation.id and not exists (select from sms_private.jobs j
    where j.conversation_id = conversation.id and j.set_aside_at is null);
  return null;
end
$$;
comment on function sms_private.answer_or_say_why is
  'Makes the reply job for a message that was just stored, or says on its conversation why there is none. Returns milliseconds until the reply is due, or null. The caller holds the conversation''s lock.';

create function public.sms_receive_message(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  opt_out_type text, sent_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  sender_number text := coalesce(nullif(left(from_number, 64), ''), 'unknown');
  text_body text := left(coalesce(body, ''), 16000);
  attachments jsonb := case when jsonb_typeof(media) = 'array' then media else '[]' end;
  segments int := case when num_segments >= 0 then num_segments end;
  repeat jsonb;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  silenced public.sms_messages;
  keyword text;
  was_opted_out boolean;
  due_in_ms int;
begin
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  select * into number from public.sms_numbers p
  where p.account_sid = sms_receive_message.account_sid and p.number = sms_receive_message.to_number;
  if not found then
    if exists (select from public.sms_numbers p where p.number = sms_receive_message.to_number) then
      return jsonb_build_object('outcome', 'other_account');
    end if;
    insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, media,
      status, num_segments, date_created)
    values (sms_receive_message.message_sid, sms_receive_message.account_sid, 'inbound', 'contact',
      sms_receive_message.to_number,
      sms_receive_message.from_number, text_body, attachments, 'received', segments,
      coalesce(sent_at, clock_timestamp()))
    on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
    returning * into message;
    return jsonb_build_object('outcome', case when message.id is null then 'duplicate' else 'unowned' end,
      'message_id', message.id);
  end if;

  -- Before the conversation's lock: deleting an assistant locks it first, and then the conversations.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(number.user_id, sender_number);
  -- Twilio takes YES for START after an opt-out. That may be an opt-out that only Twilio knows.
  keyword := sms_private.keyword_of(text_body, opt_out_type,
    sms_private.opt_out_reason(number.id, contact) is not null);
  conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null);

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at, phone_number_id, assistant_id)
  values (sms_receive_message.message_sid, sms_receive_message.account_sid, conversation.id, number.user_id,
    case when conversation.id is not null then sms_private.next_seq(conversation.id, text_body, attachments) end,
    'inbound', case when keyword is null then 'text' else 'keyword' end, 'contact', sms_receive_message.to_number,
    sms_receive_message.from_number, text_body, attachments, 'received', segments,
    coalesce(sent_at, clock_timestamp()), clock_timestamp(), number.id,
    coalesce(number.assistant_id, conversation.assistant_id))
  on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
  returning * into message;
  if message.id is null then
    return sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  end if;

  if keyword is null then
    due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  else
    was_opted_out := sms_private.no_reply_reason(conversation) in ('opted_out', 'sender_blocked');
    perform sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
    if keyword = 'in' and was_opted_out then
      -- The contact wrote this after START, but we stored it first because its webhook was late. Answer it now.
      silenced := sms_private.unanswered_since(message);
      if silenced.id is not null then
        due_in_ms := sms_private.answer_or_say_why(conversation, number, silenced);
      end if;
    end if;
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;
comment on function public.sms_receive_message is
  'Stores an inbound message that Twilio signed, once. Outcomes: stored, duplicate, unowned (a number nobody has), other_account (a number of another account: nothing stored).';

-- ── 40_pipeline/20_claim_replies.sql

-- Answering, first half: lease the replies that are due, and give the model what it needs.

create function sms_private.tenants_to_answer()
returns setof uuid
language plpgsql stable rows 20 set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    -- Hops from tenant to tenant in the index: as many steps as there are tenants, however long their queues.
    with recursive tenants as (
      (select job.user_id as id from sms_private.jobs job where job.kind = 'reply' and job.set_aside_at is null
        order by 1 limit 1)
      union all
      select (select job.user_id from sms_private.jobs job
              where job.kind = 'reply' and job.set_aside_at is null and job.user_id > tenant.id
              order by 1 limit 1)
      from tenants tenant where tenant.id is not null
    )
    select tenant.id from tenants tenant where tenant.id is not null;
end
$$;
comment on function sms_private.tenants_to_answer is
  'The tenants that have replies to be written, leased ones included.';

create function sms_private.next_reply_due()
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select least(
      (select min(first.due_at)
       from sms_private.tenants_to_answer() tenant (id)
       cross join lateral (
         select job.due_at from sms_private.jobs job
         where job.kind = 'reply' and job.set_aside_at is null and job.user_id = tenant.id
           and job.lease_expires_at is null
         order by job.due_at limit 1) first),
      (select min(greatest(job.due_at, job.lease_expires_at)) from sms_private.jobs job
       where job.kind = 'reply' and job.set_aside_at is null and job.lease_expires_at is not null)));
end
$$;
comment on function sms_private.next_reply_due is
  'When the next reply is due, or a lease runs out; null when there is none.';

-- What the model needs to know to answer one conversation.
create function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object(
      'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
      'conversation_id', conversation.id, 'user_id', conversation.user_id,
      'contact_id', conversation.contact_id, 'through_seq', job.wanted_seq,
      'greeting', conversation.greeting_pending and assistant.first_message is not null,
      -- The contact wrote again after the end, and no message has gone out since.
      'reopened', conversation.reopened_at is not null and not exists (
        select from public.sms_messages message
        where message.conversation_id = conversation.id and message.direction = 'outbound'
          and message.created_at > conversation.reopened_at),
      'waiting_for_person', conversation.waiting_for_person,
      'assistant', jsonb_build_object('id', assistant.id, 'name', assistant.name, 'prompt', assistant.prompt,
        'model', assistant.model, 'temperature', assistant.temperature, 'language', assistant.language,
        'max_segments', assistant.max_segments),
      'contact', jsonb_build_object('name', contact.name, 'time_zone', contact.time_zone),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('seq', turn.seq, 'direction', turn.direction,
          'sender', turn.sender, 'body', turn.body, 'media_count', jsonb_array_length(turn.media),
          'created_at', turn.created_at)
          -- A message that the last reply had not read comes after that reply.
          order by turn.direction = 'inbound' and turn.seq > coalesce(job.answered_seq, job.wanted_seq),
            turn.seq), '[]')
        from (
          select message.* from public.sms_messages message
          where message.conversation_id = conversation.id
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation')
            and message.status not in ('canceled', 'scheduled')
          order by message.seq desc limit assistant.max_history
        ) turn))
    from public.sms_conversations conversation
    join public.sms_contacts contact on contact.id = conversation.contact_id
    join public.sms_numbers number on number.id = conversation.phone_number_id
    join public.sms_assistants assistant on assistant.id = number.assistant_id
    where conversation.id = job.conversation_id);
end
$$;
comment on function sms_private.reply_context is
  'One claimed reply as the worker gets it: assistant, contact, history up to through_seq. Null when the '
  'number has no assistant any more.';

create function public.sms_claim_replies(
  batch_size int, lease_seconds int, max_attempts int default 5, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 500);
  candidate uuid;
  job sms_private.jobs;
  context jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
begin
  for candidate in
    with tenants as materialized (
      select tenant.id, coalesce((in_hand ->> tenant.id::text)::int, 0) as held
      from sms_private.tenants_to_answer() tenant (id)
      cross join lateral (
        select from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        order by reply.due_at limit 1) due
    ), due as (
      -- Tenants take turns: who has least in hand, and among equals the oldest.
      select own.id, own.due_at, tenant.held + own.place as turn
      from tenants tenant
      cross join lateral (
        select reply.id, reply.due_at, row_number() over (order by reply.due_at) as place
        from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        -- Where there are more tenants than room, the first of each are enough.
        order by reply.due_at limit case when (select count(*) from tenants) > room then 1 else room end
      ) own
    ), ranked as (
      select due.id, due.turn, row_number() over (order by due.turn, due.due_at, due.id) as place from due
    )
    select ranked.id from ranked
    where ranked.place <= room
      -- Before this one the tenant has turn - 1 in hand, and room - (place - 1) slots are free.
      and (in_hand is null or sms_private.slots_for(room - (ranked.place - 1)::int, (ranked.turn - 1)::int) > 0)
    order by ranked.place
    -- More in one transaction would hold back the first of them.
    limit 50
  loop
    -- One by one, by id, in this order. A job that is locked is skipped.
    update sms_private.jobs reply
    set lease_token = gen_random_uuid(), attempts = reply.attempts + 1,
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where reply.id = (
      select free.id from sms_private.jobs free
      where free.id = candidate and free.set_aside_at is null and free.due_at <= moment
        and (free.lease_expires_at is null or free.lease_expires_at <= moment)
      for update skip locked)
    returning * into job;
    continue when not found;
    context := sms_private.reply_context(job);
    if job.attempts <= max_attempts and context is not null then
      claimed := claimed || context;
      continue;
    end if;
    -- Its worker never reported back, or the number lost its assistant. Locking the conversation after the
    -- job is the wrong order, so this does not wait: when the lease ends, the job is claimed again.
    perform from public.sms_conversations conversation where conversation.id = job.conversation_id
    for no key update skip locked;
    if found and context is not null then
      perform sms_private.set_reply_aside(job, coalesce(job.last_error, 'WORKER_LOST'));
    elsif found then
      perform sms_private.end_unassigned_reply(job);
    end if;
  end loop;
  if jsonb_array_length(claimed) >= least(room, 50) then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_reply_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_replies is
  'Leases due reply jobs, tenants in turn. in_hand ({ tenant: jobs }) is what the caller works on already; '
  'slots are shared by slots_for(); null for a caller without slots. Returns { jobs, next_due_in_ms }: what the model needs for each, and when the next job is due (0 '
  'also when a share held it back).';

-- ── 40_pipeline/25_finish_replies.sql

-- Answering, second half: decide again whether the reply may go out, and store it.

-- Ends the job when it has caught up; else leaves it due for the rest.
create function sms_private.answer_job(job sms_private.jobs, through_seq bigint, reply_delay_ms int)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  oldest timestamptz;
begin
  if job.wanted_seq > answer_job.through_seq then
    select min(m.created_at) into oldest from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.seq > answer_job.through_seq and m.seq <= job.wanted_seq
      and m.direction = 'inbound' and m.kind = 'text';
  end if;
  if oldest is null then
    delete from sms_private.jobs j where j.id = job.id;
  else
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, drops = 0, last_error = null,
      first_unanswered_at = oldest, answered_seq = answer_job.through_seq,
      due_at = least(oldest + interval '15 seconds', clock_timestamp() + make_interval(secs => reply_delay_ms / 1000.0))
    where j.id = job.id;
  end if;
end
$$;
comment on function sms_private.answer_job is 'Ends a reply job that has caught up with through_seq; else makes it due for the newer messages.';

-- A failed try: again later, or given up on.
create function sms_private.finish_failed(job sms_private.jobs, through_seq bigint, failure jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  reason text := left(concat_ws(': ', failure ->> 'code', failure ->> 'message'), 500);
  given_up boolean := (failure ->> 'permanent')::boolean or job.attempts >= max_attempts;
begin
  if given_up and job.wanted_seq > through_seq and job.drops = 0 then
    -- The failed try had not read the newest message: drop it. That message gets tries of its own.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, drops = 1, last_error = reason,
      due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  elsif given_up then
    return jsonb_build_object('outcome', 'set_aside', 'message_id', sms_private.set_reply_aside(job, reason));
  end if;
  update sms_private.jobs j
  set lease_token = null, lease_expires_at = null, last_error = reason,
    due_at = clock_timestamp() + make_interval(secs => greatest(
      coalesce((failure ->> 'retry_after_ms')::numeric / 1000, 0), 2 ^ job.attempts * (0.5 + random())))
  where j.id = job.id;
  return jsonb_build_object('outcome', 'retry');
end
$$;
comment on function sms_private.finish_failed is
  'A try that failed: due again with exponential back-off and jitter, or set aside when it is permanent or was the last.';

-- Stores what an answer says and does. The caller has decided that it may be sent.
create function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  ending boolean := caught_up and coalesce((result ->> 'end_conversation')::boolean, false);
  body text := btrim(coalesce(result ->> 'reply', ''), E' \t\r\n');
  wanted text := nullif(result ->> 'intent', '');
  kind text := 'reply';
  sent public.sms_messages;
begin
  if (result ->> 'opt_out')::boolean then
    -- Confirmed once, also when the contact opts out at two numbers at the same moment.
    body := case when sms_private.opt_out_by_model(conversation, result)
      then sms_private.setting('opt_out_confirmation') #>> '{}' else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and body <> '' then
    body := coalesce(assistant.goodbye_message, body);
    kind := 'goodbye';
  end if;
  if body <> '' then
    sent := sms_private.store_outbound(conversation.id, 'assistant', kind, body, '[]', 0, null, wanted);
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  if wanted is not null then
    update public.sms_messages m set intent = wanted
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint;
  end if;
  -- Most answers change none of this.
  if ending or conversation.greeting_pending or conversation.intent is distinct from coalesce(wanted, conversation.intent)
    or conversation.ai_paused_reason is not null or kind = 'opt_out_confirmation'
    or (result ->> 'handoff')::boolean then
    update public.sms_conversations v
    set greeting_pending = false, intent = coalesce(wanted, v.intent),
      ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
      waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
      status = case when ending then 'ended' else v.status end,
      ended_at = case when ending then clock_timestamp() else v.ended_at end,
      end_reason = case when ending then 'assistant' else v.end_reason end
    where v.id = conversation.id;
  end if;
  return sent.id;
end
$$;
comment on function sms_private.store_answer is
  'Stores an answer and what it changes: message, intent, end, opt-out, wish for a person. Returns the id of the message, or null when nothing is said.';

create function sms_private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  conversation public.sms_conversations;
  number public.sms_numbers;
  assistant public.sms_assistants;
  job sms_private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into conversation from public.sms_conversations v
    where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = conversation.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and sms_private.came_back_since(conversation, through);
  select * into strict number from public.sms_numbers p where p.id = conversation.phone_number_id;
  select * into assistant from public.sms_assistants s where s.id = number.assistant_id;

  silent := sms_private.no_reply_reason(conversation);
  if silent is not null or not conversation.ai_enabled then
    -- No reply goes out, but an opt-out counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform sms_private.opt_out_by_model(conversation, result);
      silent := 'opted_out';
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_reason = silent where v.id = conversation.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return sms_private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- The contact sent START after the message that the model read. Discard the model's opt-out.
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if assistant.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (conversation.greeting_pending
      and assistant.first_message is not null) then
    -- The assistant changed, or the greeting became due or no longer is: drop the reply and ask the model again.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- A newer message came: drop the reply once. This is no failed try. sms_receive_message has set when the job is due.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- An opt-out counts even when the limit of replies is used up.
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found and not opts_out then
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through);
  if (result ->> 'greeting')::boolean and assistant.reply_after_first_message then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
  end if;
  if opts_out then
    -- The opt-out skips locked jobs, and this transaction holds the lock of this one.
    delete from sms_private.jobs j where j.id = job.id;
  end if;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
$$;
comment on function sms_private.finish_reply is 'sms_finish_replies for one result.';

create function public.sms_finish_replies(results jsonb, max_attempts int default 5)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  finished jsonb;
  all_finished jsonb := '[]';
  opting_out uuid[];
begin
  -- Lock all conversations first, by id, so that two batches never wait for each other in a circle.
  perform from public.sms_conversations c
  where c.id in (select (r ->> 'conversation_id')::uuid from jsonb_array_elements(results) r)
  order by c.id for no key update;
  -- Then what the opt-outs of the batch change, by id too: contacts, and messages with their deliveries.
  select array_agg(locked.id) into opting_out from (
    select k.id from public.sms_contacts k
    where k.id in (select c.contact_id from jsonb_array_elements(results) r
      join public.sms_conversations c on c.id = (r ->> 'conversation_id')::uuid where r -> 'opt_out' = 'true')
    order by k.id for no key update) locked;
  perform from sms_private.jobs j join public.sms_messages m on m.id = j.message_id
  where j.contact_id = any (opting_out) and j.kind = 'deliver' and not j.in_flight
  order by m.id for no key update of m for update of j;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'conversation_id' loop
    begin
      finished := sms_private.finish_reply(result, max_attempts);
    exception when others then
      -- One result that cannot be stored does not stop the others. It counts as a failed try.
      finished := jsonb_build_object('outcome', 'error', 'error', sqlstate);
      perform sms_private.finish_failed(j, (result ->> 'through_seq')::bigint,
        jsonb_build_object('code', 'NOT_STORABLE', 'message', sqlerrm, 'permanent', j.attempts >= max_attempts),
        max_attempts)
      from sms_private.jobs j
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    all_finished := all_finished || (finished || jsonb_build_object('job_id', result -> 'job_id'));
  end loop;
  return all_finished;
end
$$;
comment on function public.sms_finish_replies is
  'Takes the model''s answers, decides under each conversation''s lock whether they still hold, and stores message and delivery job. Outcomes: stored, nothing_to_send, dropped, retry, set_aside, stale, opted_out, paused, unassigned, refused, capped, error.';

-- ── 40_pipeline/27_give_up_replies.sql

-- Answering: a reply that will not come.

-- Gives up on a reply: says so once to the contact, marks the conversation, keeps the job for a person.
-- The caller holds the conversation's row lock.
create function sms_private.set_reply_aside(job sms_private.jobs, reason text)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  sent uuid;
begin
  begin
    sent := sms_private.apologize(job.conversation_id);
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    -- The conversation cannot be written. The job still says why.
    reason := concat_ws(', ', reason, 'NOT_STORABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
  return sent;
end
$$;
comment on function sms_private.set_reply_aside is
  'Gives up on a reply: the assistant''s error message once, the reason on the conversation, the job kept '
  'aside. Returns the id of the error message, if one was stored.';

-- Tells the contact and the tenant that there will be no reply. The caller holds the conversation's lock.
create function sms_private.apologize(conversation uuid)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  apology text;
  sent public.sms_messages;
begin
  select assistant.error_message into apology
  from public.sms_conversations answered
  join public.sms_numbers number on number.id = answered.phone_number_id
  join public.sms_assistants assistant on assistant.id = number.assistant_id
  where answered.id = conversation and answered.ai_enabled and sms_private.no_reply_reason(answered) is null;
  -- Once: not again while the assistant's last message was this one.
  if apology is not null and 'error' is distinct from (
    select message.kind from public.sms_messages message
    where message.conversation_id = conversation and message.direction = 'outbound'
      and message.sender = 'assistant'
    order by message.seq desc limit 1)
  then
    sent := sms_private.store_outbound(conversation, 'assistant', 'error', apology, '[]', 0, null);
  end if;
  update public.sms_conversations answered set ai_paused_reason = 'answer_failed'
  where answered.id = conversation;
  return sent.id;
end
$$;
comment on function sms_private.apologize is
  'Stores the assistant''s error message, once, and says on the conversation that the answer failed. '
  'Returns the id of the message, if one was stored.';

-- The number lost its assistant: the conversation says so. If the conversation cannot be written, the claim
-- of the other jobs goes on.
create function sms_private.end_unassigned_reply(job sms_private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations conversation set ai_paused_reason = 'no_assistant'
  where conversation.id = job.conversation_id;
  delete from sms_private.jobs ended where ended.id = job.id;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  perform sms_private.set_job_aside(job.id, 'NOT_STORABLE: ' || sqlerrm);
end
$$;
comment on function sms_private.end_unassigned_reply is
  'Ends a reply that nobody is there to give any more, and says so on the conversation. The caller holds '
  'both.';

-- ── 40_pipeline/30_store_outbound.sql

-- A message and its delivery: both stored before anything talks to Twilio, and both canceled together.

-- The caller holds the conversation's row lock.
create function sms_private.store_outbound(
  conversation_id uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  number public.sms_numbers;
  contact_number text;
  stored public.sms_messages;
begin
  select * into strict conversation from public.sms_conversations c where c.id = store_outbound.conversation_id;
  select * into strict number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select k.number into strict contact_number from public.sms_contacts k where k.id = conversation.contact_id;
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, intent, status, num_segments, send_at, template_id, created_at,
    phone_number_id, assistant_id)
  values (number.account_sid, conversation.id, conversation.user_id,
    sms_private.next_seq(conversation.id, store_outbound.body, store_outbound.media), 'outbound', store_outbound.kind,
    store_outbound.sender, contact_number, number.number,
    store_outbound.body, store_outbound.media, store_outbound.intent,
    case when store_outbound.send_at > clock_timestamp() then 'scheduled' else 'pending' end,
    sms_private.count_segments(store_outbound.body), store_outbound.send_at, store_outbound.template,
    clock_timestamp(), number.id, coalesce(number.assistant_id, conversation.assistant_id))
  returning * into stored;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  values ('deliver', conversation.user_id, stored.id, conversation.phone_number_id, conversation.contact_id,
    store_outbound.priority, coalesce(store_outbound.send_at, clock_timestamp()));
  return stored;
end
$$;
comment on function sms_private.store_outbound is
  'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs.';

-- The caller has locked the message.
create function sms_private.cancel_delivery(message public.sms_messages, code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  job sms_private.jobs;
begin
  select * into job from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  delete from sms_private.jobs j where j.id = job.id;
  if job.resent_at is not null then
    -- It may have left before, and "canceled" would say that it did not.
    perform sms_private.give_up_on(message, 'It is not known whether this text left; it is not sent again. ' || explanation);
  else
    perform sms_private.report_status(message, 'canceled', code, explanation, null, 'worker');
  end if;
exception when others then
  if job.id is null then
    raise;
  end if;
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The savepoint rolled back, so the job still exists. Set it aside: it is not sent, and the caller's cancel goes on.
  perform sms_private.set_job_aside(job.id, format('NOT_RECORDABLE: %s, %s %s', code, sqlstate, sqlerrm));
end
$$;
comment on function sms_private.cancel_delivery is
  'Deletes a delivery job and marks its message canceled, with the reason. A message that is to be sent once more may have left, so it becomes failed.';

-- A message that was set aside stays as it is: it may have left, or the reason why it did not is on record.
create function sms_private.cancel_waiting(message_ids uuid[], code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  for message in
    select s.* from public.sms_messages s where s.id = any (message_ids) order by s.id for no key update
  loop
    perform from sms_private.jobs j where j.message_id = message.id and j.kind = 'deliver' and not j.in_flight
      and j.set_aside_at is null for update;
    if found then
      perform sms_private.cancel_delivery(message, code, explanation);
    end if;
  end loop;
end
$$;
comment on function sms_private.cancel_waiting is
  'Cancels those of these messages that no worker has claimed, with the reason. What was set aside is not touched.';

-- ── 40_pipeline/35_due_deliveries.sql

-- Sending: which deliveries are due, and which may go out now.

create function sms_private.numbers_with_deliveries()
returns setof uuid
language plpgsql stable rows 20 set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    -- Hops from number to number in the index: as many steps as there are numbers, however long their queues.
    with recursive numbers as (
      (select j.phone_number_id as id from sms_private.jobs j
       where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null order by 1 limit 1)
      union all
      select (select j.phone_number_id from sms_private.jobs j
              where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
                and j.phone_number_id > p.id
              order by 1 limit 1)
      from numbers p where p.id is not null
    )
    select p.id from numbers p where p.id is not null;
end
$$;
comment on function sms_private.numbers_with_deliveries is
  'The numbers that have deliveries to be claimed now or later.';

-- When a waiting worker should look again: the earliest moment at which a number has a due delivery and may send.
create function sms_private.next_delivery_due()
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select least(
      (select min(greatest(first.due_at, pace.next_at - interval '1 second' * (1 - 1 / n.segments_per_second)))
       from sms_private.numbers_with_deliveries() p (id)
       join public.sms_numbers n on n.id = p.id
       join sms_private.sender_pace pace on pace.phone_number_id = p.id
       cross join lateral (
         -- One index look-up for each priority, however long the queue is.
         select min(q.due_at) as due_at
         from generate_series(0, 3) as urgency (priority)
         cross join lateral (
           select j.due_at from sms_private.jobs j
           where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
             and j.phone_number_id = p.id and j.priority = urgency.priority and sms_private.pair_is_free(j)
           order by j.due_at limit 1) q) first),
      (select min(j.lease_expires_at) from sms_private.jobs j
       where j.kind = 'deliver' and j.in_flight and not j.unconfirmed)));
end
$$;
comment on function sms_private.next_delivery_due is
  'When the next delivery can be claimed, or a lease runs out; null when there is none.';

-- Order within a pair: one delivery in flight at a time, and no newer one before one that is tried again, unless the older
-- one is held.
create function sms_private.pair_is_free(job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select not exists (
      select from sms_private.jobs f
      where f.kind = 'deliver' and f.set_aside_at is null and f.id <> job.id
        and f.phone_number_id = job.phone_number_id and f.contact_id = job.contact_id
        and (f.in_flight or (f.attempts > 0 and f.id < job.id and f.held_at is null))));
end
$$;
comment on function sms_private.pair_is_free is
  'Whether no other message of the same number and contact is in flight, or older and to be tried again.';

-- One question after the other. One statement with all of them took three times as long, and most messages may go out.
create function sms_private.refuse_delivery(
  message public.sms_messages, job sms_private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
declare
  by_assistant boolean := message.sender = 'assistant' and message.kind <> 'opt_out_confirmation';
  contact public.sms_contacts;
  conversation public.sms_conversations;
  disconnected timestamptz;
  opt_out text;
begin
  select * into contact from public.sms_contacts k where k.id = job.contact_id;
  if not found then
    -- Without a contact there is nobody who may have opted out. The foreign keys allow it only by an operator's own update.
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
  if message.kind = 'opt_out_confirmation' then
    -- It goes out in spite of the opt-out that it confirms, but not to a contact whom the carrier protects.
    contact.opted_out_at := null;
  end if;
  opt_out := sms_private.opt_out_reason(job.phone_number_id, contact);
  if opt_out is not null then
    code := 'RECIPIENT_OPTED_OUT';
    explanation := case opt_out
      when 'opted_out' then 'The contact opted out. Only their START lets you text them again.'
      else 'The contact opted out of this number at the carrier. They can text START to it.' end;
    return;
  end if;
  select a.disconnected_at into disconnected
  from public.sms_numbers n left join public.sms_accounts a on a.account_sid = n.account_sid
  where n.id = job.phone_number_id and n.user_id = message.user_id and n.account_sid = message.account_sid
    and n.number = message.from_number;
  if not found then
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
  if disconnected is not null then
    code := 'ACCOUNT_DISCONNECTED';
    explanation := 'The Twilio account of the sending number is disconnected. Connect it again to send from it.';
    return;
  end if;
  if not sms_private.may_text(message.user_id, message.from_number, message.to_number) then
    code := 'COUNTRY_NOT_ALLOWED';
    explanation := 'Texts to this country are not allowed for your account.';
    return;
  end if;
  if by_assistant then
    select * into conversation from public.sms_conversations c where c.id = message.conversation_id;
    if not conversation.ai_enabled then
      code := 'ASSISTANT_OFF';
      explanation := 'The assistant was switched off here before this text left.';
      return;
    end if;
    if sms_private.person_answered_since(message, conversation) then
      code := 'PERSON_ANSWERED';
      explanation := 'A person answered or took over here before this text left.';
      return;
    end if;
  end if;
  if message.broadcast_id is not null then
    perform from public.sms_broadcasts b where b.id = message.broadcast_id and b.canceled_at is not null;
    if found then
      code := 'CANCELED_BY_USER';
      explanation := 'You canceled this broadcast before this text left.';
      return;
    end if;
  end if;
  if by_assistant then
    perform from sms_private.reply_cap(message.user_id, message.conversation_id, 1);
    if found then
      code := 'REPLY_CAP';
      explanation := 'The limit of automatic replies is used up.';
    end if;
  end if;
end
$$;
comment on function sms_private.refuse_delivery is 'Why a message must not go out any more, the first reason that holds; nulls when it may. A pause of its broadcast is no reason: hold_if_paused().';

-- ── 40_pipeline/40_claim_deliveries.sql

-- Sending, first half: lease the deliveries that are due, checked at the last moment.

-- The worker of such a delivery never reported back. Twilio may or may not have the message, so it is not simply sent again.
create function sms_private.mark_lost_deliveries()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
  job sms_private.jobs;
begin
  for message in
    select s.* from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
    where j.kind = 'deliver' and j.in_flight and not j.unconfirmed and j.lease_expires_at <= clock_timestamp()
    limit 100
    for no key update of s, j skip locked
  loop
    begin
      perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
        'The connection to the carrier was lost while this text was handed over. It is not sent again before its fate is known.',
        null, 'worker', '{lease_expired}');
    exception when others then
      -- It is looked for at Twilio all the same.
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.kind = 'deliver' and j.message_id = message.id;
    end;
    -- The token stays: a worker that was only slow may still report the outcome.
    update sms_private.jobs j set unconfirmed = true
    where j.kind = 'deliver' and j.message_id = message.id returning j.* into job;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  end loop;
end
$$;
comment on function sms_private.mark_lost_deliveries is
  'Marks deliveries whose lease ran out as unconfirmed; they stay in flight until their fate is known.';

-- The caller holds the number's pace row.
create function sms_private.claim_for_number(
  number_id uuid, priority int, slots int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  pace sms_private.sender_pace;
  job sms_private.jobs;
  message public.sms_messages;
  refusal record;
  claimed jsonb := '[]';
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
begin
  select * into strict number from public.sms_numbers n where n.id = number_id;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = number_id;
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    -- Two branches, because one generic plan for both would read the whole queue to find one message by its id.
    (select j.* from sms_private.jobs j
     where message_ids is null and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
  loop
    -- GCRA: the segments of one second may leave at once, this message included; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= slots
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / number.segments_per_second);
    select s.* into message from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.held_at is null and j.due_at <= moment
      and sms_private.pair_is_free(j)
    for no key update of s, j skip locked;
    continue when not found;
    select * into refusal from sms_private.refuse_delivery(message, job);
    if refusal.code is not null then
      perform sms_private.cancel_delivery(message, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when sms_private.hold_if_paused(message);
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (greatest(message.num_segments, 1) / number.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', message.id,
      'user_id', message.user_id, 'account_sid', message.account_sid, 'from_number', message.from_number,
      'to_number', message.to_number, 'body', message.body,
      'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(message.media) a));
  end loop;
  update sms_private.sender_pace p set next_at = pace.next_at, last_served_at = clock_timestamp()
  where p.phone_number_id = number_id and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;
comment on function sms_private.claim_for_number is
  'Leases the due deliveries of one number and priority, by age, within its pace. Cancels those that must not go out any more.';

-- sms-send claims one message. It waits until another claim of the same number ends, which takes milliseconds. A worker's
-- claim goes on to the next number instead.
create function public.sms_claim_deliveries(
  batch_size int, lease_seconds int, message_ids uuid[] default null, per_sender int default 50,
  per_tenant int default 200, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  slots int := least(greatest(batch_size, 0), 500);
  free int := slots;
  room int;
  taken_here int;
  share int;
  waiting record;
  taken jsonb;
  -- { tenant: deliveries } that this claim took.
  taken_for jsonb := '{}';
  claimed jsonb := '[]';
  next_due timestamptz;
  moment timestamptz := clock_timestamp();
begin
  perform sms_private.mark_lost_deliveries();
  for waiting in
    -- The most urgent first, of any tenant. Among equals tenants take turns, and so do the numbers of each tenant.
    with leased as materialized (
      select j.user_id, count(*)::int as deliveries from sms_private.jobs j
      where j.kind = 'deliver' and j.in_flight and not j.unconfirmed group by j.user_id
    )
    select p.id, n.user_id, urgency.priority, count(*) over (partition by urgency.priority) as peers,
      coalesce((select l.deliveries from leased l where l.user_id = n.user_id), 0) as leased,
      row_number() over (partition by urgency.priority, n.user_id order by pace.last_served_at) as turn
    from (
      select w.id from sms_private.numbers_with_deliveries() w (id) where message_ids is null
      union
      select j.phone_number_id from sms_private.jobs j where j.kind = 'deliver' and j.message_id = any (message_ids)
    ) p
    join public.sms_numbers n on n.id = p.id
    join sms_private.sender_pace pace on pace.phone_number_id = p.id
    cross join generate_series(0, 3) as urgency (priority)
    cross join lateral (
      select from sms_private.jobs j
      where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
        and j.phone_number_id = p.id and j.priority = urgency.priority and j.due_at <= moment
      order by j.due_at limit 1) due
    where pace.next_at <= clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second)
    order by urgency.priority, turn, pace.last_served_at
  loop
    -- More in one transaction would hold back the first of them.
    room := least(free, 50 - jsonb_array_length(claimed));
    exit when room <= 0;
    taken_here := coalesce((taken_for ->> waiting.user_id::text)::int, 0);
    share := least(room, per_sender,
      -- An equal share of this claim for each number that is as urgent.
      greatest(1, ceil(slots::numeric / waiting.peers)::int),
      per_tenant - waiting.leased - taken_here,
      case when in_hand is not null then
        sms_private.slots_for(free, coalesce((in_hand ->> waiting.user_id::text)::int, 0) + taken_here) end);
    continue when share <= 0;
    if cardinality(message_ids) = 1 then
      perform from sms_private.sender_pace p where p.phone_number_id = waiting.id for update;
    else
      perform from sms_private.sender_pace p where p.phone_number_id = waiting.id for update skip locked;
      continue when not found;
    end if;
    taken := sms_private.claim_for_number(waiting.id, waiting.priority, share, lease_seconds, message_ids);
    claimed := claimed || taken;
    free := free - jsonb_array_length(taken);
    taken_for := taken_for || jsonb_build_object(waiting.user_id, taken_here + jsonb_array_length(taken));
  end loop;
  if least(free, 50 - jsonb_array_length(claimed)) <= 0 then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_delivery_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_deliveries is
  'Leases due deliveries: by priority, numbers in turn, within each number''s pace, and only one in flight per number and contact. With message_ids only those; for one it waits until another claim of its number is over. in_hand ({ tenant: jobs }) is what the caller works on already: slots are shared by slots_for(); null for a caller without slots. Returns { jobs, next_due_in_ms }.';

-- ── 40_pipeline/45_record_deliveries.sql

-- Sending, second half: record what Twilio answered.

-- The attempt that just ended certainly handed nothing over. After an earlier attempt that may not be certain: then the
-- message stays unconfirmed.
create function sms_private.release_delivery(job sms_private.jobs)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if job.resent_at is null then
    perform sms_private.mark_pending_again(job.message_id);
  end if;
  delete from sms_private.questions question where question.message_id = job.message_id;
  update sms_private.jobs j
  set in_flight = false, unconfirmed = false, lease_token = null, lease_expires_at = null
  where j.id = job.id;
end
$$;
comment on function sms_private.release_delivery is
  'Gives a delivery back to the queue after an attempt that handed nothing over. The message is pending again, unless an earlier attempt may have sent it. The caller holds message and job.';

-- An accepted message is a fact, also when another worker has the lease by now.
create function sms_private.record_delivery(result jsonb, max_attempts int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  sid text := result ->> 'message_sid';
  message public.sms_messages;
  job sms_private.jobs;
  -- A connection that was refused has no code of Twilio's.
  code text := coalesce(result ->> 'error_code', 'CARRIER_UNAVAILABLE');
begin
  select * into message from public.sms_messages s
  where s.id = (result ->> 'message_id')::uuid and s.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  if result ->> 'outcome' = 'accepted' then
    return sms_private.record_twilio_sid(message, sid, result ->> 'status', null, null, 'create',
      (result ->> 'num_segments')::int);
  end if;

  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'refused' then
    delete from sms_private.jobs j where j.id = job.id;
    delete from sms_private.questions question where question.message_id = message.id;
    perform sms_private.report_status(message, 'failed', result ->> 'error_code', result ->> 'error_message', null,
      'create');
  when 'retry' then
    if job.attempts >= max_attempts and job.resent_at is not null then
      perform sms_private.give_up_on(message, 'It is not known whether this text left, and it could not be sent again.');
      return 'recorded';
    end if;
    if job.attempts >= max_attempts then
      perform sms_private.report_status(message, 'failed', code, coalesce(result ->> 'error_message', 'The carrier could not be reached.'),
        null, 'worker');
      perform sms_private.release_delivery(job);
      update sms_private.jobs j
      set set_aside_at = clock_timestamp(), last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500)
      where j.id = job.id;
      return 'set_aside';
    end if;
    perform sms_private.release_delivery(job);
    update sms_private.jobs j
    set last_error = left(concat_ws(': ', code, result ->> 'error_message'), 500),
      due_at = clock_timestamp() + make_interval(secs => greatest(
        coalesce((result ->> 'retry_after_ms')::numeric / 1000, 0), least(2 ^ job.attempts, 300) * (0.5 + random())))
    where j.id = job.id;
  when 'not_started' then
    perform sms_private.release_delivery(job);
    -- due_at stays, so the message keeps its place before newer ones of its pair.
    update sms_private.jobs j set attempts = greatest(j.attempts - 1, 0) where j.id = job.id;
  when 'unknown' then
    perform sms_private.report_status(message, 'unconfirmed', 'OUTCOME_UNKNOWN',
      coalesce(result ->> 'error_message', 'The carrier did not answer. The text is not sent again before its fate is known.'),
      null, 'worker');
    update sms_private.jobs j
    set unconfirmed = true,
      last_error = left(concat_ws(': ', result ->> 'error_code', result ->> 'error_message'), 500)
    where j.id = job.id;
    perform sms_private.ask_for_outcome(job, message.account_sid);
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return 'recorded';
end
$$;
comment on function sms_private.record_delivery is 'sms_record_deliveries for one result.';

create function public.sms_record_deliveries(results jsonb, max_attempts int default 8)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
  refused uuid[] := array(select (r ->> 'message_id')::uuid from jsonb_array_elements(results) r
    where r ->> 'error_code' = '21610');
  attempts jsonb;
begin
  if refused <> '{}' then
    attempts := sms_private.attempts_of(refused);
  end if;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'message_id' loop
    begin
      outcome := sms_private.record_delivery(result, max_attempts);
    exception when others then
      -- The lease runs out and the message becomes unconfirmed: nothing is lost and nothing is sent twice.
      -- sms_worker_health() shows the error.
      outcome := 'error';
      update sms_private.jobs j set last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where j.id = (result ->> 'job_id')::uuid and j.lease_token = (result ->> 'lease_token')::uuid;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  if refused <> '{}' then
    perform sms_private.block_refused(refused, attempts);
  end if;
  return outcomes;
end
$$;
comment on function public.sms_record_deliveries is
  'Records what became of claimed deliveries. Outcomes: recorded, doubled, stale (another worker has it), set_aside, not_found, error.';

create function sms_private.turn_in_ms(job sms_private.jobs)
returns bigint
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select sms_private.milliseconds_until(pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second))
    from sms_private.sender_pace pace
    join public.sms_numbers number on number.id = pace.phone_number_id
    where pace.phone_number_id = job.phone_number_id
      and not job.in_flight and job.held_at is null and job.set_aside_at is null and job.attempts = 0
      and job.due_at <= clock_timestamp() and sms_private.pair_is_free(job)
      -- Nobody waits who would take a turn from somebody else.
      and not exists (
        select from sms_private.jobs ahead
        where ahead.kind = 'deliver' and ahead.set_aside_at is null and not ahead.in_flight and ahead.held_at is null
          and ahead.phone_number_id = job.phone_number_id and ahead.due_at <= statement_timestamp()
          and (ahead.priority < job.priority
            or ahead.priority = job.priority and (ahead.due_at, ahead.id) < (job.due_at, job.id))
          and sms_private.pair_is_free(ahead)));
end
$$;
comment on function sms_private.turn_in_ms is
  'For a delivery that is the next one of its number and waits for nothing but the pace: milliseconds until the number may send again. Null for any other delivery.';

create function public.sms_get_delivery(message_id uuid)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select coalesce(
      (select jsonb_build_object('outcome', 'found',
         'state', case
           when j.id is null or j.set_aside_at is not null then 'settled'
           when j.in_flight and not j.unconfirmed then 'in_hand'
           else 'waiting' end,
         'turn_in_ms', sms_private.turn_in_ms(j),
         'message', to_jsonb(m))
       from public.sms_messages m
       left join sms_private.jobs j on j.message_id = m.id and j.kind = 'deliver'
       where m.id = sms_get_delivery.message_id and m.direction = 'outbound'),
      jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND')));
end
$$;
comment on function public.sms_get_delivery is
  'An outbound message and where its delivery stands. Returns { outcome: found, state, turn_in_ms, message }, state being settled (nothing more is tried), in_hand (a worker has claimed it, and its outcome is not known yet) or waiting (due later, for its pace, to be tried again, or its outcome unknown); or MESSAGE_NOT_FOUND. turn_in_ms: where it is the next one of its number and waits for the pace alone, milliseconds until that sends again, else null.';

-- ── 40_pipeline/50_status.sql

-- Delivery reports: what became of a message that we sent.

create function public.sms_record_status(
  account_sid text, message_sid text, from_number text, to_number text, status text, error_code text,
  error_message text, message_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message public.sms_messages;
  outcome text;
  code text := sms_private.twilio_code(sms_record_status.error_code);
  attempts jsonb;
begin
  -- Our own id first: a callback may come before we know the SID.
  if sms_record_status.message_id is not null then
    select * into message from public.sms_messages s
    where s.id = sms_record_status.message_id and s.direction = 'outbound' for no key update;
  else
    select * into message from public.sms_messages s
    where s.account_sid = sms_record_status.account_sid and s.message_sid = sms_record_status.message_sid
      and s.direction = 'outbound'
    for no key update;
  end if;
  if message.id is null then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if message.account_sid <> sms_record_status.account_sid then
    return jsonb_build_object('outcome', 'other_account');
  end if;
  if message.to_number is distinct from sms_record_status.to_number
    or message.from_number is distinct from sms_record_status.from_number then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if code = '21610' then
    attempts := sms_private.attempts_of(array[message.id]);
  end if;
  outcome := sms_private.record_twilio_sid(message, sms_record_status.message_sid, sms_record_status.status,
    code, sms_record_status.error_message, 'callback', null);
  if code = '21610' then
    perform sms_private.block_refused(array[message.id], attempts);
  end if;
  return jsonb_build_object('outcome', outcome,
    'status', (select s.status from public.sms_messages s where s.id = message.id));
end
$$;
comment on function public.sms_record_status is
  'Records a status callback that Twilio signed. Outcomes: recorded, doubled (a second SID for one message), other_account, mismatch (other numbers), not_found.';

-- ── 40_pipeline/60_claim_questions.sql

-- Questions to Twilio, first half: which to ask now. Each kind has one file, which says when it is asked and
-- what follows from the answer: 65_look_up.sql, 70_recover.sql, 75_settle.sql.

create function sms_private.has_numbers(account_sid text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.sms_numbers number where number.account_sid = has_numbers.account_sid);
end
$$;
comment on function sms_private.has_numbers is 'Whether somebody texts from a number of this account.';

create function sms_private.accounts_to_ask(kind text)
returns setof text
language plpgsql stable rows 20 set search_path = ''
as $$
begin
  return query
    -- Hops from account to account in the index: as many steps as there are accounts, however much is asked of each.
    with recursive accounts as (
      (select waiting.account_sid as sid from sms_private.questions waiting
       where waiting.kind = accounts_to_ask.kind and waiting.set_aside_at is null order by 1 limit 1)
      union all
      select (select waiting.account_sid from sms_private.questions waiting
              where waiting.kind = accounts_to_ask.kind and waiting.set_aside_at is null
                and waiting.account_sid > account.sid
              order by 1 limit 1)
      from accounts account where account.sid is not null
    )
    select account.sid from accounts account where account.sid is not null;
end
$$;
comment on function sms_private.accounts_to_ask is
  'The accounts about which there are questions of this kind, now or later.';

-- The oldest thousand, which is all of them on most days. Where they are of few accounts, those have a backlog, and what the
-- others wait for is behind it: then the oldest of each account. An account without numbers is not listed, and its question
-- takes no place among the thousand.
create function sms_private.due_questions(kind text, per_account int, room int)
returns table (id uuid, account_sid text, due_at timestamptz)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  -- An index scan can be limited by this variable, but not by a volatile clock.
  moment timestamptz := statement_timestamp();
  questions int;
  accounts int;
begin
  select count(*), count(distinct oldest.account_sid) into questions, accounts from (
    select waiting.account_sid from sms_private.questions waiting
    where waiting.kind = due_questions.kind and waiting.set_aside_at is null and waiting.due_at <= moment
      and (waiting.kind <> 'listing' or sms_private.has_numbers(waiting.account_sid))
    order by waiting.due_at limit 1000) oldest;
  if questions < 1000 or accounts >= 100 then
    return query
    select waiting.id, waiting.account_sid, waiting.due_at from sms_private.questions waiting
    where waiting.kind = due_questions.kind and waiting.set_aside_at is null and waiting.due_at <= moment
      and (waiting.kind <> 'listing' or sms_private.has_numbers(waiting.account_sid))
    order by waiting.due_at limit 1000;
    return;
  end if;
  return query
  select oldest.id, account.sid, oldest.due_at
  from sms_private.accounts_to_ask(due_questions.kind) account (sid)
  cross join lateral (
    select waiting.id, waiting.due_at from sms_private.questions waiting
    where waiting.kind = due_questions.kind and waiting.account_sid = account.sid
      and waiting.set_aside_at is null and waiting.due_at <= moment
    order by waiting.due_at limit least(per_account, room)) oldest
  where due_questions.kind <> 'listing' or sms_private.has_numbers(account.sid);
end
$$;
comment on function sms_private.due_questions is
  'Questions of a kind that are due, those of each account that has any among them.';

create function public.sms_claim_questions(
  kind text, batch_size int, lease_seconds int, per_account int default null, hurry boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 100);
  turn record;
  question sms_private.questions;
  claimed jsonb := '[]';
  next_due timestamptz;
begin
  per_account := coalesce(per_account, case kind when 'lookup' then 5 when 'settlement' then 20 else 1 end);
  if kind = 'listing' then
    perform sms_private.open_listings(hurry);
  end if;
  for turn in
    -- Accounts take turns, and none is asked more than a few questions at once.
    with due as (
      select waiting.id, waiting.account_sid, waiting.due_at,
        row_number() over (partition by waiting.account_sid order by waiting.due_at, waiting.id) as place
      from sms_private.due_questions(sms_claim_questions.kind, per_account, room) waiting
    ), asked as (
      select leased.account_sid, count(*) as questions
      from sms_private.questions leased
      where leased.kind = sms_claim_questions.kind and leased.lease_token is not null
        and leased.due_at > statement_timestamp()
      group by leased.account_sid
    )
    select due.id from due left join asked using (account_sid)
    where due.place + coalesce(asked.questions, 0) <= per_account
    -- Who is asked least comes first. Among equals chance decides: the oldest would be the same account each time.
    order by due.place + coalesce(asked.questions, 0), random()
    limit room
  loop
    update sms_private.questions free
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds),
      began_at = case when free.kind = 'listing' and free.page_token is null then clock_timestamp()
        else free.began_at end
    where free.id = (
      select due.id from sms_private.questions due
      where due.id = turn.id and due.kind = sms_claim_questions.kind and due.set_aside_at is null
        and due.due_at <= statement_timestamp()
      for update skip locked)
    returning free.* into question;
    continue when not found;
    claimed := claimed || sms_private.question_context(question);
  end loop;
  if room > 0 and jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  elsif kind = 'lookup' then
    -- A pair waits for it. The other kinds are not worth waiting for: the next tick looks again.
    select min(waiting.due_at) into next_due from sms_private.questions waiting
    where waiting.kind = 'lookup' and waiting.set_aside_at is null and waiting.due_at > statement_timestamp();
  end if;
  return jsonb_build_object('jobs', claimed, 'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;
comment on function public.sms_claim_questions is
  'Leases due questions to Twilio of one kind (lookup, listing, settlement), accounts in turn, at most '
  'per_account of an account at once. hurry, after an outage: every account is listed at once. Returns { '
  'jobs, next_due_in_ms }.';

create function sms_private.question_context(question sms_private.questions)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('kind', question.kind, 'lease_token', question.lease_token,
      'account_sid', question.account_sid, 'message_id', question.message_id,
      'message_sid', message.message_sid, 'from_number', message.from_number, 'to_number', message.to_number,
      'page_token', question.page_token,
      'since', case question.kind
        when 'lookup' then job.attempted_at - sms_private.span_setting('lookup_reach_seconds')
        when 'listing' then greatest(question.listed_from,
          question.listed_until - sms_private.span_setting('listing_overlap_seconds')) end)
    from (select) one
    left join public.sms_messages message on message.id = question.message_id
    left join sms_private.jobs job on job.message_id = message.id);
end
$$;
comment on function sms_private.question_context is
  'One claimed question as the worker gets it. since: read Twilio''s list back to there, from page_token on.';

-- ── 40_pipeline/65_look_up.sql

-- Look-ups: did Twilio take a message whose outcome is unknown? Its list says so, and then what follows.

-- Not earlier than the late worker's own request must have ended: a message that it still creates would be
-- missed.
create function sms_private.ask_for_outcome(job sms_private.jobs, account_sid text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into sms_private.questions (kind, account_sid, message_id, due_at)
  values ('lookup', ask_for_outcome.account_sid, job.message_id,
    greatest(clock_timestamp(), job.lease_expires_at + sms_private.span_setting('lookup_wait_seconds')))
  -- Another worker may be looking already. A late "unknown" changes nothing then.
  on conflict (message_id) do nothing;
end
$$;
comment on function sms_private.ask_for_outcome is
  'Opens the look-up of an unconfirmed delivery: after its lease and the time-out of a request. The caller '
  'holds message and job.';

-- Which of the texts that Twilio listed may be this one. SIDs are known per account: another tenant's text,
-- even one with the same numbers, is in another account's list. A SID that one of our messages has is no
-- candidate for the next message.
create function sms_private.lookup_candidates(message public.sms_messages, since timestamptz, texts jsonb)
returns setof jsonb
language sql stable set search_path = ''
as $$
  select listed
  from jsonb_array_elements(texts) listed
  where listed ->> 'to_number' = message.to_number and listed ->> 'from_number' = message.from_number
    and listed ->> 'direction' = 'outbound-api'
    and (listed ->> 'date_created')::timestamptz >= since
    and not exists (select from public.sms_messages known
                    where known.account_sid = message.account_sid
                      and known.message_sid = listed ->> 'message_sid')
    -- A second SID of another message. It was reported after this message was attempted, or it would be
    -- out of reach.
    and not exists (select from public.sms_message_events event
                    join public.sms_messages other on other.id = event.message_id
                    where event.flags @> '{doubled}' and event.received_at >= since - interval '1 hour'
                      and event.message_sid = listed ->> 'message_sid'
                      and other.account_sid = message.account_sid and other.id <> message.id)
$$;
comment on function sms_private.lookup_candidates is
  'Of the messages in Twilio''s list, those between the same two numbers, created since then through the API, '
  'whose SID we know nothing of.';

-- There is one candidate, and it may be either of two of our messages. date_updated is when the other one was given up on, or
-- set aside; nothing of it was created later.
create function sms_private.has_rival(message public.sms_messages, since timestamptz, candidate jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.sms_messages other
    where other.direction = 'outbound' and other.message_sid is null
      and other.status in ('unconfirmed', 'failed')
      and other.account_sid = message.account_sid and other.to_number = message.to_number
      and other.from_number = message.from_number and other.id <> message.id and other.date_updated >= since
      -- What Twilio refused it may list all the same, as failed.
      and (other.error_code = 'OUTCOME_UNKNOWN' or candidate ->> 'status' = 'failed'))
$$;
comment on function sms_private.has_rival is
  'Whether another of our messages between the same numbers, attempted within reach, may be what Twilio lists.';

-- For a person to look at. The pair goes on without it; a callback that comes later still settles it.
create function sms_private.set_lookup_aside(
  message public.sms_messages, job sms_private.jobs, reason text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
    values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup',
      case when starts_with(reason, 'OUTCOME_AMBIGUOUS') then '{ambiguous}'::text[] else '{given_up}' end);
    -- The date counts for its neighbours: see has_rival.
    update public.sms_messages stored set error_message = explanation, date_updated = clock_timestamp()
    where stored.id = message.id and stored.status = 'unconfirmed';
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    reason := concat_ws(', ', reason, 'NOT_RECORDABLE: ' || sqlerrm);
  end;
  perform sms_private.set_job_aside(job.id, reason);
end
$$;
comment on function sms_private.set_lookup_aside is
  'Stops looking for an unconfirmed text, which is not sent again, and frees its pair. The caller holds '
  'message and job.';

create function sms_private.record_empty_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  wanted int := greatest((sms_private.setting('lookup_count'))::int, 1);
  reason text;
begin
  if question.tries + 1 < wanted then
    perform sms_private.ask_again(question, question.tries + 1,
      sms_private.span_setting('lookup_spread_seconds') / greatest(wanted - 1, 1));
    return 'not_found_yet';
  end if;
  -- Why it is not worth sending once more, or may not be sent.
  select case
      when job.resent_at is not null then 'It was sent once more already.'
      when job.attempted_at < clock_timestamp() - sms_private.span_setting('resend_within_seconds')
        then 'It would come too late.'
      else refusal.explanation end
    into reason
  from sms_private.refuse_delivery(message, job) refusal;
  if reason is not null then
    perform sms_private.give_up_on(message,
      'The carrier does not have this text, and it is not sent again. ' || reason);
    return 'given_up';
  end if;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup', '{resent}');
  -- due_at and attempts stay: nothing of its pair overtakes it.
  update sms_private.jobs delivery
  set resent_at = clock_timestamp(), in_flight = false, unconfirmed = false,
    lease_token = null, lease_expires_at = null
  where delivery.id = job.id;
  delete from sms_private.questions asked where asked.id = question.id;
  return 'resent';
end
$$;
comment on function sms_private.record_empty_lookup is
  'The carrier''s list does not have the message: it is looked for again, and at last sent once more if that '
  'is still right, else given up.';

create function sms_private.record_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  since timestamptz := job.attempted_at - sms_private.span_setting('lookup_reach_seconds');
  age interval := clock_timestamp() - greatest(job.attempted_at, job.resent_at);
  why text := concat_ws(' ', 'LOOKUP_FAILED:', result ->> 'error_code', result ->> 'error_message');
  candidates jsonb[];
  candidate jsonb;
begin
  case
  -- No list is not an empty list: it is asked for again, ever more slowly, for an hour. So poison never holds
  -- its pair up for ever.
  when result ->> 'outcome' in ('failed', 'unrecordable') then
    if age > sms_private.span_setting('lookup_give_up_seconds') then
      perform sms_private.set_lookup_aside(message, job, why,
        'Whether the carrier has this text could not be found out. It is not sent again; '
        'look into the carrier''s log.');
      return 'set_aside';
    end if;
    update sms_private.jobs delivery set last_error = left(why, 500) where delivery.id = job.id;
    perform sms_private.ask_again(question, question.tries,
      least(greatest(age / 4, interval '2 seconds'), interval '5 minutes'), why);
    return 'postponed';
  when result ->> 'outcome' = 'listed' then
    candidates := array(select sms_private.lookup_candidates(message, since, result -> 'texts'));
  end case;
  if cardinality(candidates) = 0 then
    return sms_private.record_empty_lookup(message, job, question);
  end if;
  candidate := candidates[1];
  if cardinality(candidates) > 1 or sms_private.has_rival(message, since, candidate) then
    perform sms_private.set_lookup_aside(message, job,
      format('OUTCOME_AMBIGUOUS: %s texts at the carrier may be this one', cardinality(candidates)),
      'Several texts between these numbers were under way at once, and which of them the carrier has is not '
      'certain. This one is not sent again; look into the carrier''s log.');
    return 'ambiguous';
  end if;
  perform sms_private.record_twilio_sid(message, candidate ->> 'message_sid', candidate ->> 'status',
    sms_private.twilio_code(candidate ->> 'error_code'), candidate ->> 'error_message', 'lookup',
    (candidate ->> 'num_segments')::int);
  return 'adopted';
end
$$;
comment on function sms_private.record_lookup is
  'sms_record_questions for a look-up. The caller holds message, job and question.';

-- ── 40_pipeline/70_recover.sql

-- Listings: which inbound messages did no webhook bring? An account's question stays open while it is
-- connected.

-- A disconnected account has no token here; the shared one's is in the environment. The token's row goes when
-- its account is disconnected, so it was never written later than that, and a watermark is there before any
-- rotation.
create function sms_private.open_listings(hurry boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- Connected again later, it begins anew.
  delete from sms_private.questions question
  where question.kind = 'listing'
    and not exists (select from public.sms_accounts account
                    left join sms_private.twilio_credentials token on token.account_id = account.id
                    where account.account_sid = question.account_sid
                      and (account.shared or token.account_id is not null));
  insert into sms_private.questions (kind, account_sid, due_at, listed_from, listed_until)
  select 'listing', account.account_sid, '-infinity', since.at, since.at
  from public.sms_accounts account
  left join sms_private.twilio_credentials token on token.account_id = account.id
  -- In whole seconds, as Twilio tells when a message was created.
  cross join lateral (select date_trunc('second', greatest(coalesce(token.updated_at, account.created_at),
    clock_timestamp() - interval '1 day')) as at) since
  where (account.shared or token.account_id is not null)
    and exists (select from public.sms_numbers number where number.account_sid = account.account_sid)
    and not exists (select from sms_private.questions question
                    where question.kind = 'listing' and question.account_sid = account.account_sid)
  on conflict (account_sid) where kind = 'listing' do nothing;
  if hurry then
    update sms_private.questions question set due_at = statement_timestamp()
    where question.kind = 'listing' and question.lease_token is null
      and question.due_at > statement_timestamp();
  end if;
end
$$;
comment on function sms_private.open_listings is
  'Opens the listing of each connected account that has numbers of ours, and closes those of accounts that '
  'are not connected. hurry: what nobody lists is due now.';

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text,
-- whatever the planner thinks of the array.
create function public.sms_find_unknown_messages(account_sid text, texts jsonb)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(jsonb_agg(listed.text ->> 'message_sid' order by listed.place), '[]')
  from jsonb_array_elements(texts) with ordinality as listed (text, place)
  cross join lateral (
    select number.id from public.sms_numbers number
    where number.account_sid = sms_find_unknown_messages.account_sid
      and number.number = listed.text ->> 'to_number'
      and number.created_at <= (listed.text ->> 'sent_at')::timestamptz + interval '1 minute'
    limit 1) ours
  left join lateral (
    select message.id from public.sms_messages message
    where message.account_sid = sms_find_unknown_messages.account_sid
      and message.message_sid = listed.text ->> 'message_sid'
    limit 1) stored on true
  where stored.id is null
$$;
comment on function public.sms_find_unknown_messages is
  'Of inbound messages [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of '
  'those that are not stored and came to a number we had by then, in the order given.';

create function public.sms_set_message_aside(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb,
  num_segments int, sent_at timestamptz, reason text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into sms_private.texts_set_aside
    (account_sid, message_sid, from_number, to_number, body, media, num_segments, sent_at, last_error)
  values (sms_set_message_aside.account_sid, sms_set_message_aside.message_sid,
    coalesce(sms_set_message_aside.from_number, ''), coalesce(sms_set_message_aside.to_number, ''),
    coalesce(sms_set_message_aside.body, ''), coalesce(sms_set_message_aside.media, '[]'),
    sms_set_message_aside.num_segments, sms_set_message_aside.sent_at, left(reason, 500))
  on conflict on constraint texts_set_aside_pkey do update set last_error = excluded.last_error;
  return jsonb_build_object('outcome', 'set_aside');
end
$$;
comment on function public.sms_set_message_aside is
  'Keeps an inbound message for which sms_receive_message raised an error, for a person to look at. '
  'Outcome: set_aside.';

create function sms_private.record_listing(question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  outcome text := result ->> 'outcome';
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  pause interval := sms_private.span_setting('listing_interval_seconds');
begin
  if outcome = 'unrecordable' then
    -- Listed again when the lease ends.
    update sms_private.questions asked
    set tries = asked.tries + 1, last_error = left('NOT_RECORDABLE: ' || (result ->> 'error_message'), 500)
    where asked.id = question.id;
    return 'error';
  end if;
  update sms_private.questions asked
  set listed_until = case outcome when 'listed' then asked.began_at else asked.listed_until end,
    -- After a failure once more from the newest: a page token may be what failed.
    page_token = case outcome when 'unfinished' then result ->> 'page_token' end
  where asked.id = question.id;
  case outcome
  when 'listed' then
    perform sms_private.ask_again(question, 0, pause);
  when 'unfinished' then
    perform sms_private.ask_again(question, 0, interval '0');
  when 'failed' then
    perform sms_private.ask_again(question, question.tries + 1,
      least(pause, interval '10 seconds' * 2 ^ least(question.tries, 10)), why);
  end case;
  return outcome;
end
$$;
comment on function sms_private.record_listing is
  'sms_record_questions for a listing. The caller holds the question.';

-- ── 40_pipeline/75_settle.sql

-- Settlements: the last status and the price of a message, when no callback told them.

create function sms_private.settle_gap(tries int)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting('settle_gaps_seconds') ->> tries)::float8);
end
$$;
comment on function sms_private.settle_gap is
  'How long to wait before asking Twilio once more; null when it was asked often enough.';

-- Whether Twilio has no more news of a message. `sent` is the last word of carriers that report no
-- delivery (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status), but nobody knows
-- which: Twilio is asked about it as often as about the others. What never left costs nothing.
create function sms_private.is_settled(status text, price numeric)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return status in ('failed', 'canceled')
    or (status in ('undelivered', 'delivered', 'read') and price is not null);
end
$$;
comment on function sms_private.is_settled is 'Whether the last status and the price of a message are known.';

create function sms_private.record_settlement(
  message public.sms_messages, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  gap interval := sms_private.settle_gap(question.tries + 1);
  code text := sms_private.twilio_code(result ->> 'error_code');
begin
  if result ->> 'outcome' = 'unrecordable' then
    -- Asked again when the lease ends, and counted, so that it is not asked for ever.
    update sms_private.questions asked
    set tries = asked.tries + 1, last_error = left('NOT_RECORDABLE: ' || (result ->> 'error_message'), 500),
      set_aside_at = case when gap is null then clock_timestamp() end
    where asked.id = question.id;
    return case when gap is null then 'set_aside' else 'error' end;
  end if;
  if result ->> 'outcome' = 'failed' and message.created_at > clock_timestamp() - interval '5 days' then
    perform sms_private.ask_again(question, question.tries, sms_private.settle_gap(0), why);
    return 'postponed';
  end if;
  if result ->> 'outcome' = 'found' then
    -- An event only for news: Twilio is asked about every message, mostly only for its price.
    if sms_private.says_more(message, result ->> 'status', code) then
      message.status := sms_private.report_status(message, result ->> 'status', code,
        result ->> 'error_message', message.message_sid, 'lookup');
    end if;
    message.price := coalesce((result ->> 'price')::numeric, message.price);
    message.num_segments := coalesce(nullif((result ->> 'num_segments')::int, 0), message.num_segments);
    update public.sms_messages stored
    set price = message.price, price_unit = coalesce(result ->> 'price_unit', stored.price_unit),
      num_segments = message.num_segments
    where stored.id = message.id
      and (stored.price, stored.num_segments) is distinct from (message.price, message.num_segments);
    if not sms_private.is_settled(message.status, message.price) and gap is not null then
      perform sms_private.ask_again(question, question.tries + 1, gap);
      return 'not_yet';
    end if;
  end if;
  delete from sms_private.questions asked where asked.id = question.id;
  return case when result ->> 'outcome' = 'found' and sms_private.is_settled(message.status, message.price)
    then 'settled' else 'left' end;
end
$$;
comment on function sms_private.record_settlement is
  'sms_record_questions for a settlement. The caller holds message and question.';

-- ── 40_pipeline/80_record_questions.sql

-- Questions to Twilio, second half: record the answers.

create function sms_private.ask_again(
  question sms_private.questions, tries int, pause interval, error text default null)
returns void
language sql volatile set search_path = ''
as $$
  update sms_private.questions asked
  set tries = ask_again.tries, due_at = clock_timestamp() + pause, last_error = left(error, 500),
    lease_token = null
  where asked.id = question.id
$$;
comment on function sms_private.ask_again is 'Gives a claimed question back, to be asked after a pause.';

-- Message, job, question: the order of locks. A listing is about no message.
create function sms_private.record_question(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
  job sms_private.jobs;
  question sms_private.questions;
begin
  if result ->> 'message_id' is not null then
    select * into message from public.sms_messages stored
    where stored.id = (result ->> 'message_id')::uuid and stored.account_sid = result ->> 'account_sid'
    for no key update;
    if not found then
      return 'not_found';
    end if;
    select * into job from sms_private.jobs delivery where delivery.message_id = message.id for update;
  end if;
  -- Gone when a callback or a late worker was quicker; another's when this question outlived its lease.
  select * into question from sms_private.questions asked
  where asked.lease_token = (result ->> 'lease_token')::uuid and asked.account_sid = result ->> 'account_sid'
    and asked.message_id is not distinct from message.id
  for update;
  if not found then
    return 'stale';
  end if;
  return case question.kind
    when 'lookup' then sms_private.record_lookup(message, job, question, result)
    when 'listing' then sms_private.record_listing(question, result)
    when 'settlement' then sms_private.record_settlement(message, question, result) end;
end
$$;
comment on function sms_private.record_question is 'sms_record_questions for one result.';

create function public.sms_record_questions(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
  refused uuid[] := array(select (given ->> 'message_id')::uuid from jsonb_array_elements(results) given
    where given @? '$.**.error_code ? (@ == "21610")');
  attempts jsonb;
begin
  if refused <> '{}' then
    attempts := sms_private.attempts_of(refused);
  end if;
  for result in
    select given from jsonb_array_elements(results) given
    order by given ->> 'message_id', given ->> 'account_sid'
  loop
    begin
      outcome := sms_private.record_question(result);
    exception when others then
      begin
        outcome := sms_private.record_question(result || jsonb_build_object('outcome', 'unrecordable',
          'error_code', 'NOT_RECORDABLE', 'error_message', sqlstate || ' ' || sqlerrm));
      exception when others then
        -- Asked again when the lease ends.
        outcome := 'error';
      end;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id',
      'account_sid', result -> 'account_sid', 'outcome', outcome);
  end loop;
  if refused <> '{}' then
    perform sms_private.block_refused(refused, attempts);
  end if;
  return outcomes;
end
$$;
comment on function public.sms_record_questions is
  'Records what Twilio answered, and what follows. Outcomes of look-ups: adopted, ambiguous (set aside), '
  'not_found_yet, resent, given_up; of listings: listed (the watermark moves), unfinished (it goes on at '
  'once), failed (tried again soon); of settlements: settled, not_yet (asked again later), left (asked '
  'often enough, or Twilio does not have it any more); of any: postponed (asking failed), set_aside (for a '
  'person), stale, not_found, error (not recordable, asked again).';

-- ── 40_pipeline/90_health.sql

-- What was set aside, and how the queue is.

create function sms_private.set_job_aside(job_id uuid, reason text)
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.questions question using sms_private.jobs job
  where job.id = set_job_aside.job_id and question.message_id = job.message_id;
  update sms_private.jobs job
  set set_aside_at = clock_timestamp(), last_error = left(reason, 500), in_flight = false, unconfirmed = false,
    lease_token = null, lease_expires_at = null
  where job.id = set_job_aside.job_id
$$;
comment on function sms_private.set_job_aside is
  'Keeps a job for a person to look at, and touches nothing else. What it was for is not done any more.';

create function sms_private.set_aside()
returns table (kind text, last_error text, attempts int, set_aside_at timestamptz, conversation_id uuid,
  message_id uuid,
  message_sid text)
language sql stable set search_path = ''
as $$
  select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
  from sms_private.jobs j where j.set_aside_at is not null
  union all
  select question.kind, question.last_error, question.tries, question.set_aside_at, null, question.message_id, null
  from sms_private.questions question where question.set_aside_at is not null
  union all
  -- Not a message that was stored after all. Of the error only its code: its words may quote the message.
  select 'inbound', 'TEXT_REFUSED: ' || split_part(t.last_error, ' ', 1), 1, t.set_aside_at, null, null, t.message_sid
  from sms_private.texts_set_aside t
  where not exists (select from public.sms_messages m where m.account_sid = t.account_sid
    and m.message_sid = t.message_sid)
$$;
comment on function sms_private.set_aside is
  'Everything that was given up on and is kept for a person: replies, deliveries, settlements, inbound texts.';

create function public.sms_worker_health()
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
  from sms_private.jobs
$$;
comment on function public.sms_worker_health is
  'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; how far accounts are listed; messages not settled; changes not folded into sms_stats; how many messages got a second SID.';

-- ── 50_people/accounts.sql

-- Connecting and disconnecting Twilio accounts.

create function sms_private.account_view(account public.sms_accounts)
returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('id', account.id, 'account_sid', account.account_sid, 'label', account.label, 'trunk_sid',
    account.trunk_sid,
    'created_at', account.created_at, 'updated_at', account.updated_at, 'disconnected_at', account.disconnected_at)
$$;
comment on function sms_private.account_view is 'What the owner of an account is shown of it.';

-- A disconnected account signs no webhook and sends nothing.
create function public.sms_get_account(account_sid text)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('account_id', a.id, 'account_sid', a.account_sid, 'user_id', a.user_id, 'shared', a.shared,
      'current_token', t.current_token, 'previous_token', t.previous_token)
    from public.sms_accounts a
    left join sms_private.twilio_credentials t on t.account_id = a.id
    where a.account_sid = sms_get_account.account_sid and a.disconnected_at is null);
end
$$;
comment on function public.sms_get_account is
  'A connected account and its encrypted tokens; null when nobody has connected it. The default account''s token is in the environment.';

create function public.sms_save_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  if owner_id is not null and encrypted_token is null then
    -- The caller gives no token because one is stored. It may be deleted at this moment: wait for that to end.
    perform from public.sms_accounts t
    where t.account_sid = sms_save_account.account_sid for no key update;
    if not exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
  end if;
  insert into public.sms_accounts as t (account_sid, user_id, shared, label, trunk_sid)
  values (sms_save_account.account_sid, owner_id, owner_id is null, nullif(sms_save_account.label, ''),
    nullif(sms_save_account.trunk_sid, ''))
  on conflict on constraint sms_accounts_account_sid_key do update
  set label = nullif(coalesce(sms_save_account.label, t.label), ''),
    trunk_sid = nullif(coalesce(sms_save_account.trunk_sid, t.trunk_sid), ''),
    disconnected_at = null
  where t.user_id is not distinct from owner_id
  returning * into account;
  if account.id is null then
    return jsonb_build_object('outcome', case
      when exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid and t.shared) then 'DEFAULT_ACCOUNT'
      else 'ACCOUNT_TAKEN' end);
  end if;
  if encrypted_token is not null then
    insert into sms_private.twilio_credentials as t (account_id, current_token) values (account.id, encrypted_token)
    on conflict (account_id) do update
    set previous_token = t.current_token, current_token = excluded.current_token
    where t.current_token <> excluded.current_token;
  end if;
  return jsonb_build_object('outcome', 'saved', 'account_id', account.id, 'account', sms_private.account_view(account));
end
$$;
comment on function public.sms_save_account is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account; a new token keeps the old one as previous. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token, here or stored).';

-- Row level security decides what the caller sees, so there is nothing for a definer to do.
create function public.sms_list_accounts(account_sid text default null)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  accounts jsonb := coalesce((
    select jsonb_agg(sms_private.account_view(a) order by a.id) from public.sms_accounts a
    where sms_list_accounts.account_sid is null or a.account_sid = sms_list_accounts.account_sid), '[]');
begin
  if sms_list_accounts.account_sid is not null and accounts = '[]' then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'listed', 'accounts', accounts);
end
$$;
comment on function public.sms_list_accounts is
  'The caller''s Twilio accounts, oldest first, or one of them. Outcomes: listed, ACCOUNT_NOT_FOUND (also for another tenant''s).';

create function public.sms_list_credentials(after_id uuid default null, page_size int default 100)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'credentials', coalesce(jsonb_agg(jsonb_build_object(
    'account_id', page.account_id, 'account_sid', page.account_sid,
    'current_token', page.current_token, 'previous_token', page.previous_token) order by page.account_id), '[]'))
  from (
    select t.account_id, a.account_sid, t.current_token, t.previous_token
    from sms_private.twilio_credentials t
    join public.sms_accounts a on a.id = t.account_id
    where after_id is null or t.account_id > after_id
    order by t.account_id
    limit least(greatest(page_size, 1), 1000)
  ) page
$$;
comment on function public.sms_list_credentials is
  'A page of encrypted tokens in the order of their accounts'' ids, after the one given. Outcome: listed.';

create function public.sms_replace_credentials(
  account_id uuid, old_current text, new_current text, old_previous text, new_previous text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update sms_private.twilio_credentials t
  set current_token = new_current, previous_token = new_previous
  where t.account_id = sms_replace_credentials.account_id and t.current_token = old_current
    and t.previous_token is not distinct from old_previous;
  return jsonb_build_object('outcome', case when found then 'replaced' else 'CREDENTIALS_CHANGED' end);
end
$$;
comment on function public.sms_replace_credentials is
  'Replaces an account''s encrypted tokens if they are still those that the caller read. Outcomes: replaced, CREDENTIALS_CHANGED.';

-- Cancels what waits on the numbers of a disconnected account. A delivery that this misses is refused at its claim.
create function sms_private.silence_numbers(numbers uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  unanswered uuid[] := (
    select array_agg(locked.id) from (
      select c.id from public.sms_conversations c
      where c.id in (select j.conversation_id from sms_private.jobs j
                     where j.kind = 'reply' and j.phone_number_id = any (numbers))
      order by c.id for no key update) locked);
begin
  perform sms_private.cancel_waiting(
    -- At most 1,000, so that one request can do it. The rest of a long queue is refused at its claim.
    (select array_agg(waiting.message_id) from (
      select j.message_id from sms_private.jobs j
      where j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null and j.phone_number_id = any (numbers)
      order by j.phone_number_id, j.priority, j.held_at nulls first, j.due_at limit 1000) waiting),
    'ACCOUNT_DISCONNECTED', 'The Twilio account was disconnected before this text left.');
  update public.sms_conversations c set ai_paused_reason = 'no_assistant' where c.id = any (unanswered);
  delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = any (unanswered);
end
$$;
comment on function sms_private.silence_numbers is
  'Cancels the messages of these numbers that have not left, and deletes the reply jobs of their conversations.';

create function public.sms_disconnect_account(owner_id uuid, account_sid text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
  numbers uuid[];
begin
  -- A number may be added at the same moment. One of the two waits for the other.
  select * into account from public.sms_accounts t
  where t.account_sid = sms_disconnect_account.account_sid and t.user_id = owner_id for update;
  if not found then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if not exists (select from public.sms_numbers n where n.account_sid = account.account_sid) then
    delete from public.sms_accounts t where t.id = account.id;
    return jsonb_build_object('outcome', 'disconnected');
  end if;
  delete from sms_private.twilio_credentials t where t.account_id = account.id;
  update public.sms_accounts t
  set disconnected_at = coalesce(t.disconnected_at, clock_timestamp()) where t.id = account.id;
  select array_agg(locked.id) into numbers from (
    select n.id from public.sms_numbers n where n.account_sid = account.account_sid
    order by n.id for no key update) locked;
  update public.sms_numbers n
  set assistant_id = null, webhook_status = 'pending',
    webhook_error = 'The Twilio account was disconnected. Connect it again, then assign this number again.'
  where n.id = any (numbers);
  perform sms_private.silence_numbers(numbers);
  return jsonb_build_object('outcome', 'disconnected');
end
$$;
comment on function public.sms_disconnect_account is
  'Forgets an account''s tokens. Without numbers the account goes; with numbers it stays for their conversations, disconnected, and nothing is sent from them. Outcomes: disconnected, ACCOUNT_NOT_FOUND (also for another tenant''s and the default account).';

-- ── 50_people/archive.sql

-- Archiving: old messages leave the tables of every day, in small batches. What they count for stays.

-- What the caller's tenant sees of a broadcast must not change. A definer, because users have no rights on that table.
create function sms_private.archived_totals(broadcast uuid)
returns table (status text, messages bigint)
language sql stable security definer set search_path = ''
as $$
  select a.status, a.messages from sms_private.archived_broadcasts a
  where a.broadcast_id = archived_totals.broadcast and a.user_id = (select sms_private.tenant_id())
$$;
comment on function sms_private.archived_totals is
  'How many archived messages of a broadcast of the signed-in tenant had each status.';

-- Whatever a rule still reads stays. What looks back by time looks back 5 days at most: caps, idempotency keys, settlements. What
-- looks back by place looks back 200 messages at most: answer times, a late text before START, the model's history.
-- One statement for many messages: a look at each by itself takes ten times as long.
create function sms_private.stays_because(message_ids uuid[], older_than interval)
returns table (message_id uuid, reason text)
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  old_until timestamptz := statement_timestamp() - older_than;
  overlap interval := sms_private.span_setting('listing_overlap_seconds');
begin
  return query
  with looked_at as materialized (
    select m as message, c as conversation,
      -- An active one goes on as long as its assistant does not call it idle.
      greatest(c.last_message_at, c.reopened_at, c.ended_at) >= least(old_until,
        statement_timestamp() - case when c.status = 'active' then (
          select a.idle_timeout from public.sms_numbers n join public.sms_assistants a on a.id = n.assistant_id
          where n.id = c.phone_number_id) end) as goes_on
    from public.sms_messages m left join public.sms_conversations c on c.id = m.conversation_id
    where m.id = any (message_ids)
  )
  select (l.message).id, case
    -- A scheduled message is as old as its sending.
    when greatest((l.message).created_at, (l.message).send_at, (l.message).date_sent) >= old_until then 'young'
    when (l.message).status in ('scheduled', 'pending', 'unconfirmed')
      or exists (select from sms_private.jobs j where j.message_id = (l.message).id)
      or exists (select from sms_private.questions q where q.message_id = (l.message).id)
      -- Something is under way between the two: a reply, a delivery, a look-up. A message for later is no reason to stay.
      or exists (select from sms_private.jobs j
        where j.phone_number_id = (l.conversation).phone_number_id and j.contact_id = (l.conversation).contact_id
          and (j.kind = 'reply' or j.due_at <= statement_timestamp())) then 'open'
    -- The evidence, and the number and the assistant for which an opt-out counts.
    when exists (select from public.sms_consent_events e where e.message_id = (l.message).id) then 'consent'
    when exists (select from sms_private.stat_changes s where s.message_id = (l.message).id) then 'unfolded'
    -- A listing that was held up reads back to its watermark: what it does not find here it stores anew.
    when (l.message).direction = 'inbound' and exists (
      select from sms_private.questions q where q.kind = 'listing' and q.account_sid = (l.message).account_sid
        and (l.message).date_created >= greatest(q.listed_from, q.listed_until - overlap) - interval '1 day')
      then 'unlisted'
    -- Health would count it among those that are set aside once more.
    when exists (select from sms_private.texts_set_aside t
      where t.account_sid = (l.message).account_sid and t.message_sid = (l.message).message_sid) then 'set_aside'
    -- Few, and health counts them.
    when exists (select from public.sms_message_events e
      where e.message_id = (l.message).id and e.flags @> '{doubled}') then 'doubled'
    -- A stranger's keyword, which the list of numbers reads. A text to a number that nobody owns is read by nothing.
    when (l.message).conversation_id is null then case when (l.message).user_id is not null then 'alone' end
    -- No rule looks further back than that.
    when (l.message).seq <= (l.conversation).last_seq - 200 then null
    when l.goes_on then 'in_use'
    when (l.conversation).status = 'ended' then null
    -- A person may still write here, after however long. Then the time to answer counts from the first text without an
    -- answer, and an apology is not said twice.
    when (l.message).direction = 'inbound' and (l.message).kind = 'text' or sms_private.is_answer(l.message) then
      case when not exists (
        select from public.sms_messages a
        where a.conversation_id = (l.message).conversation_id and a.seq > (l.message).seq
          and a.message_sid is not null and sms_private.is_answer(a)) then 'unanswered' end
    when (l.message).kind = 'error' then
      case when not exists (
        select from public.sms_messages a
        where a.conversation_id = (l.message).conversation_id and a.seq > (l.message).seq and a.sender = 'assistant')
        then 'unanswered' end
    end
  from looked_at l;
end
$$;
comment on function sms_private.stays_because is
  'Why archive_messages() leaves these messages where they are: young, open, consent, unfolded, unlisted, set_aside, doubled, alone, in_use (one of the newest 200 of a conversation that goes on), unanswered (the last answer of an active conversation, and what came after it). Null for one that goes.';

-- The deletion notes in stat_changes what the messages counted for, as every deletion does (60_triggers.sql). A fold would take
-- that from the sums. Here it is kept apart instead, and the sums stay as they are.
create function sms_private.keep_figures(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  noted tid[] := array(select c.ctid from sms_private.stat_changes c where c.message_id = any (message_ids));
begin
  insert into sms_private.archived_figures as f (user_id, bucket, phone_number_id, assistant_id, direction, sender,
    status, intent, price_unit, answer_bin, messages, conversations, segments, price)
  select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
    p.price_unit, p.answer_bin, -sum(p.messages), -sum(p.conversations), -sum(p.segments), -sum(p.price)
  from sms_private.stat_parts p where p.part = 'before' and p.change = any (noted)
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  order by 1, 2
  on conflict on constraint archived_figures_key do update
  set messages = f.messages + excluded.messages, conversations = f.conversations + excluded.conversations,
    segments = f.segments + excluded.segments, price = f.price + excluded.price;
  delete from sms_private.stat_changes c where c.ctid = any (noted);
end
$$;
comment on function sms_private.keep_figures is
  'Moves what these messages counted for from stat_changes to archived_figures. The caller deleted them in this transaction.';

create function sms_private.move_to_archive(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
begin
  with gone as (
    delete from public.sms_message_events e where e.message_id = any (message_ids) returning e.*
  ), histories as (
    select g.message_id, jsonb_agg(to_jsonb(g) order by g.received_at, g.id) as events from gone g group by 1
  )
  insert into sms_private.archived_messages (id, user_id, conversation_id, created_at, message, events)
  select m.id, m.user_id, m.conversation_id, m.created_at, to_jsonb(m), coalesce(h.events, '[]')
  from public.sms_messages m left join histories h on h.message_id = m.id
  where m.id = any (message_ids)
  order by m.id;
  insert into sms_private.archived_broadcasts as b (broadcast_id, user_id, status, messages)
  select m.broadcast_id, m.user_id, m.status, count(*) from public.sms_messages m
  where m.id = any (message_ids) and m.broadcast_id is not null
  group by 1, 2, 3 order by 1, 3
  on conflict on constraint archived_broadcasts_pkey do update set messages = b.messages + excluded.messages;
  delete from public.sms_messages m where m.id = any (message_ids);
  perform sms_private.keep_figures(message_ids);
end
$$;
comment on function sms_private.move_to_archive is
  'Moves messages with their events, and what they count for. The caller has locked them.';

-- By id, which is by time. The ids of imported messages may be random: those that are greater than any id of today come last.
create function sms_private.next_to_archive(after_id uuid, older_than interval, batch_size int)
returns uuid[]
language plpgsql stable set search_path = ''
as $$
declare
  young_from uuid := (lpad(to_hex((extract(epoch from statement_timestamp() - older_than) * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;
  young_until uuid := (lpad(to_hex((extract(epoch from statement_timestamp() + interval '1 day') * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;
  ids uuid[] := array(
    select m.id from public.sms_messages m where m.id > after_id and m.id < young_from
    order by m.id limit batch_size);
begin
  return ids || array(
    select m.id from public.sms_messages m where m.id > greatest(after_id, young_until)
    order by m.id limit batch_size - cardinality(ids));
end
$$;
comment on function sms_private.next_to_archive is 'The next messages, by id, that may be old enough.';

-- Three statements, each with a snapshot of its own: which messages are next, their locks, and then the look. Nothing can come to
-- a locked message, because whatever refers to it must lock it too.
-- Small batches, and a short wait: a deletion of a user that waits for a batch for a second would be ended by Postgres.
create function sms_private.archive_messages(older_than interval, batch_size int default 200)
returns jsonb
language plpgsql volatile set search_path = '' set lock_timeout = '300ms'
as $$
declare
  next_ids uuid[];
  locked uuid[];
  leaving uuid[];
  done boolean;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'messages are archived in a transaction that is read committed';
  elsif older_than is null or older_than < interval '30 days' then
    return jsonb_build_object('outcome', 'TOO_YOUNG');
  elsif older_than > interval '50 years' then
    return jsonb_build_object('outcome', 'TOO_OLD');
  elsif batch_size is null or batch_size not between 1 and 1000 then
    return jsonb_build_object('outcome', 'INVALID_BATCH_SIZE');
  elsif not pg_try_advisory_xact_lock(hashtextextended('sms_archive_messages', 0)) then
    return jsonb_build_object('outcome', 'busy');
  end if;
  next_ids := sms_private.next_to_archive(coalesce((select p.after_id from sms_private.archive_position p),
    '00000000-0000-0000-0000-000000000000'), older_than, batch_size);
  done := cardinality(next_ids) < batch_size;
  locked := array(
    select m.id from public.sms_messages m where m.id = any (next_ids)
      and greatest(m.created_at, m.send_at, m.date_sent) < statement_timestamp() - older_than
      and m.status not in ('scheduled', 'pending', 'unconfirmed')
    order by m.id for update skip locked);
  leaving := array(
    select s.message_id from sms_private.stays_because(locked, older_than) s where s.reason is null);
  begin
    perform sms_private.move_to_archive(leaving);
  exception when lock_not_available or foreign_key_violation then
    -- A user or a conversation is being deleted and waits for one of these messages, or a recount holds all. Give way.
    return jsonb_build_object('outcome', 'busy');
  end;
  delete from sms_private.archive_position;
  if not done then
    insert into sms_private.archive_position (after_id) values (next_ids[cardinality(next_ids)]);
  end if;
  return jsonb_build_object('outcome', 'archived', 'archived', cardinality(leaving),
    'looked_at', cardinality(next_ids), 'done', done);
end
$$;
comment on function sms_private.archive_messages is
  'Moves old messages with their events into archived_messages: looks at the next batch_size messages and goes on there when called again, until a pass is done. Figures stay. Called by the database''s owner. Returns { outcome: archived, archived, looked_at, done }; refusals: TOO_YOUNG (30 days at least), TOO_OLD (50 years at most), INVALID_BATCH_SIZE (1 to 1,000), busy (somebody else archives, a user or a conversation is being deleted, or a recount runs: call again).';

-- ── 50_people/broadcasts_change.sql

-- Pausing, resuming and canceling a broadcast.

-- Counted when asked: every delivery of the broadcast would have to write a stored counter. Archived ones are counted already.
create function sms_private.broadcast_totals(broadcast uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.status, s.messages), '{}')
  from (
    select t.status, sum(t.messages)::bigint as messages
    from (
      select m.status, count(*) as messages from public.sms_messages m where m.broadcast_id = broadcast group by m.status
      union all
      select a.status, a.messages from sms_private.archived_totals(broadcast) a) t
    group by t.status) s
$$;
comment on function sms_private.broadcast_totals is
  'How many messages of a broadcast have each status: { status: count }. As the caller, under its policies.';

-- Pauses with a moment, resumes with null. Jobs are locked in the order of their messages, as in cancel_waiting: so the two
-- never wait for each other in a circle.
create function sms_private.hold_deliveries(broadcast uuid, since timestamptz)
returns void
language sql volatile set search_path = ''
as $$
  with changing as (
    select job.id from public.sms_messages message join sms_private.jobs job on job.message_id = message.id
    where message.broadcast_id = broadcast and job.kind = 'deliver'
      and case when since is null then job.held_at is not null
          else job.held_at is null and not job.in_flight and job.set_aside_at is null end
    order by message.id for update of job
  )
  update sms_private.jobs job set held_at = since from changing where job.id = changing.id
$$;
comment on function sms_private.hold_deliveries is
  'Holds the deliveries of a broadcast that no worker has claimed, since a moment; for null, lets its held deliveries go on.';

-- A worker may have a message when its broadcast is paused, and give it back unsent. The next claim holds it then.
-- The claim locks the broadcast, so that sms_resume_broadcast waits for it and finds what it held: a delivery that stayed
-- held after the resume would never leave. The claim itself waits for nobody: while somebody changes the broadcast, the
-- message stays as it is, for the next claim.
create function sms_private.hold_if_paused(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.broadcast_id is null then
    return false;
  end if;
  if not exists (
    select from public.sms_broadcasts broadcast
    where broadcast.id = message.broadcast_id and broadcast.paused_at is not null and broadcast.canceled_at is null) then
    return false;
  end if;
  perform from public.sms_broadcasts broadcast
  where broadcast.id = message.broadcast_id and broadcast.paused_at is not null and broadcast.canceled_at is null
  for share skip locked;
  if found then
    update sms_private.jobs job set held_at = clock_timestamp() where job.message_id = message.id and job.kind = 'deliver';
  end if;
  return true;
end
$$;
comment on function sms_private.hold_if_paused is
  'True for a delivery that must not be claimed now: its broadcast is paused, and it is held, or is being changed. The caller holds the locks of message and job.';

-- As report_status(), for many. The caller holds the broadcast's lock.
create function sms_private.cancel_broadcast_messages(broadcast uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  taken_back uuid[];
begin
  -- In the order of cancel_waiting, which locks message after message. Messages that a claim took meanwhile are not found.
  with waiting as (
    select m.id from public.sms_messages m join sms_private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null
      -- A message that may have left before is settled by its claim.
      and j.resent_at is null
    order by m.id for no key update of m for update of j
  ), gone as (
    delete from sms_private.jobs j using waiting w where j.message_id = w.id and j.kind = 'deliver' returning j.message_id
  )
  select array_agg(g.message_id) into taken_back from gone g;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source)
  select m.user_id, m.id, 'canceled', 'CANCELED_BY_USER', 'user'
  from public.sms_messages m where m.id = any (taken_back) order by m.id;
  update public.sms_messages m
  set status = 'canceled', error_code = 'CANCELED_BY_USER',
    error_message = 'You canceled this broadcast before this text left.', date_updated = clock_timestamp()
  where m.id = any (taken_back)
    and sms_private.status_rank('canceled', null) > sms_private.status_rank(m.status, m.error_code);
end
$$;
comment on function sms_private.cancel_broadcast_messages is
  'Cancels the messages of a broadcast that no worker has claimed.';

create function sms_private.change_my_broadcast(broadcast_id uuid, change text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  broadcast public.sms_broadcasts;
begin
  select * into broadcast from public.sms_broadcasts v
  where v.id = change_my_broadcast.broadcast_id and v.user_id = (select sms_private.tenant_id()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND');
  end if;
  if broadcast.canceled_at is not null and change <> 'canceled' then
    return jsonb_build_object('outcome', 'TOO_LATE');
  end if;
  case change
  when 'paused' then
    update public.sms_broadcasts v set paused_at = coalesce(v.paused_at, clock_timestamp())
    where v.id = broadcast.id returning * into broadcast;
    perform sms_private.hold_deliveries(broadcast.id, clock_timestamp());
  when 'resumed' then
    update public.sms_broadcasts v set paused_at = null where v.id = broadcast.id returning * into broadcast;
    perform sms_private.hold_deliveries(broadcast.id, null);
  when 'canceled' then
    update public.sms_broadcasts v set canceled_at = coalesce(v.canceled_at, clock_timestamp())
    where v.id = broadcast.id returning * into broadcast;
    perform sms_private.cancel_broadcast_messages(broadcast.id);
    -- The rest may have left before. Its claim settles it, so the pause must not hold it back.
    perform sms_private.hold_deliveries(broadcast.id, null);
  end case;
  return jsonb_build_object('outcome', change, 'broadcast', to_jsonb(broadcast), 'totals', sms_private.broadcast_totals(broadcast.id));
end
$$;
comment on function sms_private.change_my_broadcast is
  'sms_pause_broadcast, sms_resume_broadcast and sms_cancel_broadcast, as definer, for sms_private.tenant_id().';

create function public.sms_pause_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'paused') $$;
comment on function public.sms_pause_broadcast is
  'Holds back the messages of a broadcast that no worker has claimed yet, until sms_resume_broadcast. Returns { outcome: paused, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';

create function public.sms_resume_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'resumed') $$;
comment on function public.sms_resume_broadcast is
  'Lets a paused broadcast go on where it stopped. Returns { outcome: resumed, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND, TOO_LATE (canceled).';

create function public.sms_cancel_broadcast(broadcast_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_broadcast(broadcast_id, 'canceled') $$;
comment on function public.sms_cancel_broadcast is
  'Cancels the messages of a broadcast that have not left, for good. Returns { outcome: canceled, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';

create function public.sms_get_broadcast(broadcast_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(
    (select jsonb_build_object('outcome', 'found', 'broadcast', to_jsonb(b), 'totals', sms_private.broadcast_totals(b.id))
     from public.sms_broadcasts b where b.id = sms_get_broadcast.broadcast_id),
    jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND'))
$$;
comment on function public.sms_get_broadcast is
  'A broadcast of the signed-in tenant and what became of its messages, under the tenant''s policies. Returns { outcome: found, broadcast, totals: { status: count } }; refused: BROADCAST_NOT_FOUND.';

-- ── 50_people/broadcasts_create.sql

-- A message to many contacts: who receives it, and how it is stored.

-- One by one, so that a wrong number in a list of a thousand does not stop the others.
create function sms_private.check_recipients(tenant uuid, number public.sms_numbers, to_numbers text[])
returns table (place bigint, recipient text, code text)
language sql stable set search_path = ''
as $$
  select r.place, r.number, case
    when r.number is null or r.number !~ '^\+[1-9][0-9]{6,14}$' then 'INVALID_RECIPIENT'
    when row_number() over (partition by r.number order by r.place) > 1 then 'DUPLICATE_RECIPIENT'
    when not sms_private.may_text(tenant, number.number, r.number) then 'COUNTRY_NOT_ALLOWED'
    when sms_private.opt_out_reason(number.id, k) is not null then 'RECIPIENT_OPTED_OUT'
  end
  from unnest(to_numbers) with ordinality r (number, place)
  left join public.sms_contacts k on k.user_id = tenant and k.number = r.number
$$;
comment on function sms_private.check_recipients is
  'Each recipient of a broadcast, and why it is refused; code is null for a recipient who gets the message.';

-- All at once and by id, as in sms_finish_replies: two batches never wait for each other in a circle. A conversation that is
-- opened later has a later id.
create function sms_private.lock_conversations(number public.sms_numbers, numbers text[])
returns int
language sql volatile set search_path = ''
as $$
  with locked as (
    select c.status from public.sms_conversations c
    where c.id = any (array(
      select latest.id from unnest(numbers) r (number)
      join public.sms_contacts k on k.user_id = number.user_id and k.number = r.number
      cross join lateral (
        select v.id from public.sms_conversations v
        where v.phone_number_id = number.id and v.contact_id = k.id
        order by v.ended_at desc nulls first limit 1) latest))
    order by c.id for no key update
  )
  select count(*)::int from locked where status = 'active'
$$;
comment on function sms_private.lock_conversations is
  'Locks the latest conversation of a number with each of these contacts, by id. Returns how many of them are active.';

-- conversation_for_outbound for many.
create function sms_private.conversations_for_broadcast(sending_number public.sms_numbers, numbers text[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- If another transaction opened one first, the next turn finds it.
  while sms_private.lock_conversations(sending_number, numbers) < cardinality(numbers) loop
    perform from unnest(numbers) r (recipient)
    join public.sms_contacts k on k.user_id = sending_number.user_id and k.number = r.recipient
    left join lateral (
      select v.* from public.sms_conversations v
      where v.phone_number_id = sending_number.id and v.contact_id = k.id
      order by v.ended_at desc nulls first limit 1) latest on true
    cross join lateral sms_private.open_conversation(sending_number, k.id, latest, false)
    where latest.status is distinct from 'active';
  end loop;
end
$$;
comment on function sms_private.conversations_for_broadcast is
  'Opens a conversation of a number with each of these contacts where none is active, and locks them all.';

-- As store_outbound(), but for many in few statements: a thousand calls take too long on a small server.
-- A broadcast is not an answer to the contact: no assistant is paused.
create function sms_private.store_broadcast_messages(
  broadcast public.sms_broadcasts, number public.sms_numbers, sender text, recipients text[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- By number, so that two broadcasts add the same contacts in the same order.
  insert into public.sms_contacts (user_id, number)
  select broadcast.user_id, r.number from unnest(recipients) r (number) order by r.number
  on conflict on constraint sms_contacts_user_id_number_key do nothing;
  perform sms_private.conversations_for_broadcast(number, recipients);
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender, to_number,
    from_number, body, media, status, num_segments, send_at, template_id, broadcast_id, created_at)
  select number.account_sid, c.id, broadcast.user_id, sms_private.next_seq(c.id, broadcast.body, broadcast.media),
    'outbound', 'text', store_broadcast_messages.sender, r.number, number.number, broadcast.body, broadcast.media,
    case when broadcast.send_at > clock_timestamp() then 'scheduled' else 'pending' end, counted.segments, broadcast.send_at,
    broadcast.template_id, broadcast.id, clock_timestamp()
  from unnest(recipients) with ordinality r (number, place)
  join public.sms_contacts k on k.user_id = broadcast.user_id and k.number = r.number
  join public.sms_conversations c on c.phone_number_id = number.id and c.contact_id = k.id and c.status = 'active'
  cross join (select sms_private.count_segments(broadcast.body) as segments) counted
  order by r.place;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  select 'deliver', m.user_id, m.id, c.phone_number_id, c.contact_id, 3, coalesce(m.send_at, clock_timestamp())
  from public.sms_messages m
  join public.sms_conversations c on c.id = m.conversation_id
  join unnest(recipients) with ordinality r (number, place) on r.number = m.to_number
  where m.broadcast_id = broadcast.id
  order by r.place;
end
$$;
comment on function sms_private.store_broadcast_messages is
  'Stores a message and its delivery, of the lowest priority, for each recipient.';

create function sms_private.broadcast_answer(outcome text, broadcast public.sms_broadcasts)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_build_object('outcome', outcome, 'broadcast', to_jsonb(broadcast),
    'accepted', broadcast.accepted, 'rejected', broadcast.rejected)
$$;
comment on function sms_private.broadcast_answer is 'What sms_create_broadcast answers.';

create function sms_private.store_broadcast(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  recipients text[];
  refused jsonb;
  again_at timestamptz;
  broadcast public.sms_broadcasts;
begin
  select * into wanted from jsonb_to_record(request) fields (to_numbers text[], body text, from_number text,
    media_urls text[], template_id uuid, name text);
  code := case
    when coalesce(cardinality(wanted.to_numbers), 0) = 0 then 'NO_RECIPIENTS'
    when cardinality(wanted.to_numbers) > 1000 then 'TOO_MANY_RECIPIENTS'
    when char_length(wanted.name) > 200 then 'INVALID_NAME'
  end;
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, null);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, wanted.from_number));
  end if;
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;
  select coalesce(array_agg(r.recipient order by r.place) filter (where r.code is null), '{}'),
    -- A recipient that is not a number may be any text, also a very long one.
    coalesce(jsonb_agg(jsonb_build_object('to', left(r.recipient, 64), 'code', r.code) order by r.place)
      filter (where r.code is not null), '[]')
  into recipients, refused
  from sms_private.check_recipients(tenant, number, wanted.to_numbers) r;
  again_at := sms_private.next_broadcast_at(tenant, cardinality(recipients));
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  insert into public.sms_broadcasts (user_id, name, phone_number_id, from_number, body, media, template_id, send_at,
    accepted, rejected)
  values (tenant, wanted.name, number.id, number.number, composed ->> 'body', sms_private.media_of(wanted.media_urls),
    wanted.template_id, send_at, cardinality(recipients), refused)
  returning * into broadcast;
  perform sms_private.store_broadcast_messages(broadcast, number, sender, recipients);
  return sms_private.broadcast_answer('created', broadcast);
end
$$;
comment on function sms_private.store_broadcast is
  'sms_create_broadcast without its key: checks everything, then stores the broadcast, its messages and their deliveries.';

create function public.sms_create_broadcast(
  to_numbers text[], body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, template_id uuid default null, variables jsonb default '{}',
  name text default null, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'template_id', template_id, 'variables', coalesce(variables, '{}'), 'name', name), idempotency_key)
$$;
comment on function public.sms_create_broadcast is
  'A person sends a message to up to 1,000 recipients at once; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), and those of sms_create_message about key, content, number and user.';

create function public.sms_create_broadcast_for(
  owner_id uuid, to_numbers text[], body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, template_id uuid default null,
  variables jsonb default '{}', name text default null, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'template_id', template_id, 'variables', coalesce(variables, '{}'),
    'name', name), idempotency_key)
$$;
comment on function public.sms_create_broadcast_for is
  'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';

-- ── 50_people/conversations_change.sql

-- Changing a conversation: read, take over, hand back, end, reopen, opt out.

create function sms_private.lock_my_conversation(conversation_id uuid)
returns public.sms_conversations
language sql volatile security definer set search_path = ''
as $$
  select c.* from public.sms_conversations c
  where c.id = conversation_id and c.user_id = (select sms_private.tenant_id()) for no key update
$$;
comment on function sms_private.lock_my_conversation is 'The signed-in tenant''s conversation, locked; null when it is not theirs.';

create function sms_private.change_my_conversation(conversation_id uuid, change text, through_seq bigint default null)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  conversation public.sms_conversations := sms_private.lock_my_conversation(conversation_id);
begin
  if conversation.id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  case change
  when 'read' then
    update public.sms_conversations v set read_seq = greatest(v.read_seq, least(coalesce(through_seq, 0), v.last_seq))
    where v.id = conversation.id returning * into conversation;
  when 'taken_over' then
    perform sms_private.pause_assistant(conversation.id, 'infinity', 'taken_over');
  when 'handed_back' then
    update public.sms_conversations v
    set ai_paused_until = null, waiting_for_person = false where v.id = conversation.id returning * into conversation;
    -- The pause is over; an opt-out, say, is not.
    update public.sms_conversations v set ai_paused_reason = sms_private.no_reply_reason(conversation)
      where v.id = conversation.id;
  when 'ended' then
    update public.sms_conversations v
    set status = 'ended', end_reason = 'person', ended_at = clock_timestamp(), greeting_pending = false,
      waiting_for_person = false
    where v.id = conversation.id and v.status = 'active';
    perform sms_private.silence_assistant(conversation.id);
  end case;
  return jsonb_build_object('outcome', change, 'conversation',
    (select to_jsonb(v) from public.sms_conversations v where v.id = conversation.id));
end
$$;
comment on function sms_private.change_my_conversation is
  'sms_take_over and sms_hand_back, and what sms_update_conversation calls to read and to end; as definer, for sms_private.tenant_id().';

create function public.sms_take_over(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_conversation(conversation_id, 'taken_over') $$;
comment on function public.sms_take_over is
  'A person answers from now on, until sms_hand_back. Outcomes: taken_over, CONVERSATION_NOT_FOUND.';

create function public.sms_hand_back(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.change_my_conversation(conversation_id, 'handed_back') $$;
comment on function public.sms_hand_back is
  'The assistant answers again, from the next message on. Outcomes: handed_back, CONVERSATION_NOT_FOUND.';

-- The switch. What a claim would cancel one by one later is taken back at once.
-- The caller holds the conversation's lock.
create function sms_private.switch_assistant(conversation uuid, enabled boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c set ai_enabled = enabled where c.id = conversation;
  if not enabled then
    perform sms_private.take_back_answers(conversation, 'ASSISTANT_OFF',
      'The assistant was switched off here before this text left.');
    delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = conversation;
  end if;
end
$$;
comment on function sms_private.switch_assistant is
  'Switches automatic replies of a conversation: on from the next message on; off also takes back what is due or has not left.';

-- False when the contact has another active conversation on that number. The caller holds the conversation's lock.
create function sms_private.reopen_conversation(conversation uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sms_conversations c
  set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp(), greeting_pending = false
  where c.id = conversation and c.status = 'ended';
  return true;
exception when unique_violation then
  return false;
end
$$;
comment on function sms_private.reopen_conversation is
  'A person takes an ended conversation up again; nobody is greeted. False when another one with that contact is active.';

create function sms_private.update_my_conversation(
  conversation_id uuid, contact_number text, from_number text, ai_enabled boolean, status text, read_through bigint)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  conversation public.sms_conversations;
begin
  if ai_enabled is null and status is null and read_through is null then
    return jsonb_build_object('outcome', 'NOTHING_TO_CHANGE');
  elsif status not in ('active', 'ended') then
    return jsonb_build_object('outcome', 'INVALID_STATUS');
  end if;
  conversation := sms_private.lock_my_conversation(
    sms_private.find_conversation((select sms_private.tenant_id()), conversation_id, contact_number, from_number));
  if conversation.id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  -- First what may be refused: a refusal changes nothing.
  if status = 'active' and not sms_private.reopen_conversation(conversation.id) then
    return jsonb_build_object('outcome', 'ANOTHER_IS_ACTIVE');
  end if;
  if status = 'ended' then
    perform sms_private.change_my_conversation(conversation.id, 'ended');
  end if;
  if ai_enabled is not null then
    perform sms_private.switch_assistant(conversation.id, ai_enabled);
  end if;
  if read_through is not null then
    perform sms_private.change_my_conversation(conversation.id, 'read', read_through);
  end if;
  return jsonb_build_object('outcome', 'updated', 'conversation',
    (select e.entry from sms_private.conversation_entries e where e.id = conversation.id));
end
$$;
comment on function sms_private.update_my_conversation is 'sms_update_conversation, as definer, for sms_private.tenant_id().';

create function public.sms_update_conversation(
  conversation_id uuid default null, contact_number text default null, from_number text default null,
  ai_enabled boolean default null, status text default null, read_through bigint default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.update_my_conversation(conversation_id, contact_number, from_number, ai_enabled, status,
    read_through)
$$;
comment on function public.sms_update_conversation is
  'Changes a conversation (named as in sms_get_conversation): the assistant''s switch, status (ended, or active to reopen it) and the read mark. Outcomes: updated, NOTHING_TO_CHANGE, INVALID_STATUS, CONVERSATION_NOT_FOUND, ANOTHER_IS_ACTIVE.';

create function sms_private.opt_out_contact(contact_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  active uuid[];
begin
  if not exists (select from public.sms_contacts k
                 where k.id = opt_out_contact.contact_id and k.user_id = (select sms_private.tenant_id())) then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  select array_agg(locked.id) into active from (
    select c.id from public.sms_conversations c
    where c.contact_id = opt_out_contact.contact_id and c.status = 'active'
    order by c.id for no key update) locked;
  perform sms_private.opt_out(opt_out_contact.contact_id, 'person', null, null);
  -- Only those that are locked. A conversation that began meanwhile may be waiting for the contact.
  update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = any (active);
  return jsonb_build_object('outcome', 'opted_out');
end
$$;
comment on function sms_private.opt_out_contact is 'sms_opt_out_contact, as definer, for sms_private.tenant_id().';

create function public.sms_opt_out_contact(contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.opt_out_contact(contact_id) $$;
comment on function public.sms_opt_out_contact is
  'Stops all messages to a contact who asked for it in another way. Only the contact''s START undoes it. Outcomes: opted_out, CONTACT_NOT_FOUND.';

-- ── 50_people/conversations_read.sql

-- Reading one conversation.

-- Which conversation a caller means: by id, or the newest with a contact (on one of the tenant's numbers, if named).
create function sms_private.find_conversation(tenant uuid, conversation_id uuid, contact_number text, from_number text)
returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  -- On its own: joined, the planner may go down the whole list in search of the contact.
  contact uuid := (select k.id from public.sms_contacts k where k.user_id = tenant and k.number = contact_number);
  numbers uuid[] := array(
    select n.id from public.sms_numbers n where n.user_id = tenant and n.number = from_number);
begin
  if conversation_id is not null then
    return (select c.id from public.sms_conversations c
      where c.id = find_conversation.conversation_id and c.user_id = tenant);
  end if;
  return (
    select c.id from public.sms_conversations c
    where c.contact_id = contact and c.user_id = tenant and (from_number is null or c.phone_number_id = any (numbers))
    order by c.last_message_at desc, c.id desc
    limit 1);
end
$$;
comment on function sms_private.find_conversation is
  'The id of a tenant''s conversation, by id or by number; null when there is none.';

create function sms_private.get_my_conversation(
  conversation_id uuid, contact_number text, from_number text, page_size int, before_seq bigint)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  found_id uuid := sms_private.find_conversation((select sms_private.tenant_id()), conversation_id, contact_number,
    from_number);
  newest_first public.sms_messages[];
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif found_id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  newest_first := array(
    select m from public.sms_messages m
    where m.conversation_id = found_id and m.seq < coalesce(before_seq, 9223372036854775807)
    order by m.seq desc limit page_size + 1);
  return jsonb_build_object(
    'outcome', 'found',
    'conversation', (select e.entry from sms_private.conversation_entries e where e.id = found_id),
    'messages', to_jsonb(newest_first[:page_size]),
    'next_seq', newest_first[page_size + 1].seq + 1);
end
$$;
comment on function sms_private.get_my_conversation is
  'sms_get_conversation, as definer, for sms_private.tenant_id().';

create function public.sms_get_conversation(
  conversation_id uuid default null, contact_number text default null, from_number text default null,
  page_size int default 50, before_seq bigint default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_conversation(conversation_id, contact_number, from_number, page_size, before_seq) $$;
comment on function public.sms_get_conversation is
  'A conversation (by id, or the newest with a contact, on one of your numbers if from_number names it) and a page of its messages, newest first. Returns { outcome: found, conversation, messages, next_seq }; next_seq goes into before_seq, null at the end. Refusals: CONVERSATION_NOT_FOUND, INVALID_PAGE_SIZE.';

-- The newest messages are in the newest conversations: so many of those, and so many messages of each, are enough.
create function sms_private.list_my_messages_with(contact_number text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  contact uuid := (select k.id from public.sms_contacts k where k.user_id = tenant and k.number = contact_number);
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  end if;
  return jsonb_build_object('outcome', 'found', 'messages', (
    select coalesce(jsonb_agg(to_jsonb(newest) order by newest.created_at desc, newest.seq desc), '[]')
    from (
      select m.* from (
        select c.id from public.sms_conversations c
        where c.contact_id = contact and c.user_id = tenant
        order by c.last_message_at desc, c.id desc limit page_size) talks
      cross join lateral (
        select s.* from public.sms_messages s where s.conversation_id = talks.id
        order by s.seq desc limit page_size) m
      union all
      (select s.* from public.sms_messages s
       where s.user_id = tenant and s.from_number = contact_number and s.conversation_id is null
       order by s.created_at desc limit page_size)
      order by created_at desc, seq desc limit page_size) newest));
end
$$;
comment on function sms_private.list_my_messages_with is 'sms_list_messages_with, as definer, for sms_private.tenant_id().';

create function public.sms_list_messages_with(contact_number text, page_size int default 50)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_messages_with(contact_number, page_size) $$;
comment on function public.sms_list_messages_with is
  'The newest messages from and to a number, in all conversations and outside of them. Returns { outcome: found, messages }; a number nobody texted with has none. Refusal: INVALID_PAGE_SIZE.';

-- Under the caller's own rights: row level security says whose message it is.
create function public.sms_get_attachment(
  message_id uuid, attachment int, conversation_id uuid default null, contact_number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce((
    select jsonb_build_object('outcome', 'found', 'account_sid', m.account_sid, 'direction', m.direction,
      'url', m.media -> attachment ->> 'url', 'content_type', m.media -> attachment ->> 'content_type')
    from public.sms_messages m
    where m.id = message_id and attachment >= 0 and m.media -> attachment ->> 'url' is not null
      and (sms_get_attachment.conversation_id is null or m.conversation_id = sms_get_attachment.conversation_id)
      and (contact_number is null or contact_number in (m.from_number, m.to_number))),
    jsonb_build_object('outcome', 'MEDIA_NOT_FOUND'))
$$;
comment on function public.sms_get_attachment is
  'Where an attachment of one of the tenant''s messages is, the first being 0. Returns { outcome: found, account_sid, direction, url, content_type }, or MEDIA_NOT_FOUND.';

-- ── 50_people/figures_count.sql

-- Figures: what a text counts for.

-- 228 logarithmic bins from 1 ms to 30 days: a bin's middle is within 5 % of whatever is in it.
create function sms_private.answer_bin(answer_ms bigint)
returns smallint
-- plpgsql plans its expression once a session. It is asked for every text that is not folded.
language plpgsql immutable strict parallel safe set search_path = ''
as $$
begin
  return floor(ln(least(greatest(answer_ms, 1), 2592000000)::double precision) / ln(1.1::double precision))::smallint;
end
$$;
comment on function sms_private.answer_bin is
  'The bin of an answer time: bin n holds 1.1^n to 1.1^(n+1) ms, from 1 ms (0) to 30 days (227); null for null.';

-- The one place that says what a text counts for. A view and no function, because a planner sees through it.
create view sms_private.stat_parts with (security_invoker = true) as
  select t.part, t.change, t.user_id, t.bucket, t.phone_number_id, t.assistant_id, t.direction, t.sender, t.status,
    t.intent,
    -- A currency without an amount, as Twilio reports it at first, is no price yet.
    case when t.price is not null then t.price_unit end as price_unit,
    sms_private.answer_bin(t.answer_ms) as answer_bin, t.sign as messages,
    case when t.seq = 1 then t.sign else 0 end as conversations, coalesce(t.num_segments, 0) * t.sign as segments,
    case when t.price is not null and t.price_unit is not null then t.price * t.sign else 0 end as price
  from (
    select 'before' as part, c.ctid as change, -1::bigint as sign, c.user_id, c.bucket, c.phone_number_id,
      c.assistant_id, c.direction, c.sender, c.status, c.intent, c.price_unit, c.price, c.answer_ms, c.seq,
      c.num_segments
    from sms_private.stat_changes c where c.direction is not null
    union all
    select 'now', c.ctid, 1, c.user_id, c.bucket, m.phone_number_id, m.assistant_id, m.direction, m.sender, m.status,
      m.intent, m.price_unit, m.price, m.answer_ms, m.seq, m.num_segments
    from sms_private.stat_changes c
    -- Text by text (offset 0): a join may be planned as a walk through all texts.
    cross join lateral (
      select k.user_id, k.created_at, k.phone_number_id, k.assistant_id, k.direction, k.sender, k.status, k.intent,
        k.price_unit, k.price, k.answer_ms, k.seq, k.num_segments
      from public.sms_messages k where k.id = c.message_id offset 0) m
    where m.user_id = c.user_id and date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00') = c.bucket
    union all
    select 'all', null, 1, m.user_id, date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00'),
      m.phone_number_id, m.assistant_id, m.direction, m.sender, m.status, m.intent, m.price_unit, m.price,
      m.answer_ms, m.seq, m.num_segments
    -- A text without an owner counts for nobody.
    from public.sms_messages m where m.user_id is not null) t;
comment on view sms_private.stat_parts is
  'What texts count for in the figures of their tenants. A recount from scratch is the sum of the part `all`.';
comment on column sms_private.stat_parts.part is
  'before: what a changed text counted for, taken away; now: what it counts for; all: what every text counts for.';
comment on column sms_private.stat_parts.change is 'Place of its row in stat_changes.';
comment on column sms_private.stat_parts.user_id is 'As in sms_stats.';
comment on column sms_private.stat_parts.bucket is 'As in sms_stats.';
comment on column sms_private.stat_parts.phone_number_id is 'As in sms_stats.';
comment on column sms_private.stat_parts.assistant_id is 'As in sms_stats.';
comment on column sms_private.stat_parts.direction is 'As in sms_stats.';
comment on column sms_private.stat_parts.sender is 'As in sms_stats.';
comment on column sms_private.stat_parts.status is 'As in sms_stats.';
comment on column sms_private.stat_parts.intent is 'As in sms_stats.';
comment on column sms_private.stat_parts.price_unit is 'As in sms_stats.';
comment on column sms_private.stat_parts.answer_bin is
  'Which bin of the answer times; null for a message that is no reply.';
comment on column sms_private.stat_parts.messages is 'Texts more; negative: fewer.';
comment on column sms_private.stat_parts.conversations is 'Conversations more.';
comment on column sms_private.stat_parts.segments is 'Segments more.';
comment on column sms_private.stat_parts.price is 'Price more.';

create view sms_private.stat_deltas with (security_invoker = true) as
  select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
    p.price_unit, p.answer_bin, p.messages, p.conversations, p.segments, p.price
  from sms_private.stat_parts p where p.part <> 'all';
comment on view sms_private.stat_deltas is
  'What changed in sms_stats and is not folded into it yet: for each text of stat_changes what it counted for, negative, and what it counts for now.';
comment on column sms_private.stat_deltas.user_id is 'As in sms_stats.';
comment on column sms_private.stat_deltas.bucket is 'As in sms_stats.';
comment on column sms_private.stat_deltas.phone_number_id is 'As in sms_stats.';
comment on column sms_private.stat_deltas.assistant_id is 'As in sms_stats.';
comment on column sms_private.stat_deltas.direction is 'As in sms_stats.';
comment on column sms_private.stat_deltas.sender is 'As in sms_stats.';
comment on column sms_private.stat_deltas.status is 'As in sms_stats.';
comment on column sms_private.stat_deltas.intent is 'As in sms_stats.';
comment on column sms_private.stat_deltas.price_unit is 'As in sms_stats.';
comment on column sms_private.stat_deltas.answer_bin is 'Which bin of the answer times; null for a message that is no reply.';
comment on column sms_private.stat_deltas.messages is 'Texts more; negative: fewer.';
comment on column sms_private.stat_deltas.conversations is 'Conversations more.';
comment on column sms_private.stat_deltas.segments is 'Segments more.';
comment on column sms_private.stat_deltas.price is 'Price more.';
create function sms_private.is_answer(message public.sms_messages)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- An apology, a confirmation, a broadcast and what a program sends are no answers: the contact still waits.
  return message.direction = 'outbound' and message.sender in ('assistant', 'person')
    and message.kind in ('text', 'reply', 'greeting', 'goodbye') and message.broadcast_id is null;
end
$$;
comment on function sms_private.is_answer is 'Whether an outbound text can answer a contact: an assistant''s or a person''s words to this one contact.';

-- ── 50_people/figures_fold.sql

-- Figures, written: which messages changed is noted, then folded into sums.

create function sms_private.add_answer_times(a jsonb, b jsonb)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.bin, s.answers) filter (where s.answers <> 0), '{}')
  from (
    select e.key as bin, sum(e.value::bigint) as answers
    from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) e
    group by e.key
  ) s
$$;
comment on function sms_private.add_answer_times is 'The sum of two histograms { bin: answers }, without empty bins.';

create function sms_private.add_figures(sums sms_private.stat_deltas[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  empty record;
begin
  with by_bin as (
    select * from unnest(sums)
  ), stats as (
    insert into public.sms_stats as s (user_id, bucket, phone_number_id, assistant_id, direction, sender, status,
      intent, price_unit, messages, conversations, segments, price, answer_times)
    select b.user_id, b.bucket, b.phone_number_id, b.assistant_id, b.direction, b.sender, b.status, b.intent,
      b.price_unit, sum(b.messages), sum(b.conversations), sum(b.segments), sum(b.price),
      coalesce(jsonb_object_agg(b.answer_bin, b.messages) filter (where b.answer_bin is not null
        and b.messages <> 0), '{}')
    from by_bin b group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    having (sum(b.messages), sum(b.conversations), sum(b.segments), sum(b.price)) <> (0, 0, 0, 0)
      or bool_or(b.messages <> 0)
    -- What is read together is stored together.
    order by 1, 2
    on conflict on constraint sms_stats_key do update
    set messages = s.messages + excluded.messages, conversations = s.conversations + excluded.conversations,
      segments = s.segments + excluded.segments, price = s.price + excluded.price,
      answer_times = case when excluded.answer_times = '{}' then s.answer_times
        else sms_private.add_answer_times(s.answer_times, excluded.answer_times) end
    returning s.id, s.messages
  ), hours as (
    insert into sms_private.stat_hours as h (user_id, hour, phone_number_id, assistant_id, price_unit, inbound,
      outbound,
      delivered, failed, conversations, segments, price)
    select b.user_id, date_bin('1 hour', b.bucket, '2000-01-01 00:00:00+00'), b.phone_number_id, b.assistant_id,
      b.price_unit, coalesce(sum(b.messages) filter (where b.direction = 'inbound'), 0),
      coalesce(sum(b.messages) filter (where b.direction = 'outbound'), 0),
      coalesce(sum(b.messages) filter (where b.status in ('delivered', 'read')), 0),
      coalesce(sum(b.messages) filter (where b.status in ('failed', 'undelivered')), 0),
      sum(b.conversations), sum(b.segments), sum(b.price)
    from by_bin b group by 1, 2, 3, 4, 5
    order by 1, 2
    on conflict on constraint stat_hours_key do update
    set inbound = h.inbound + excluded.inbound, outbound = h.outbound + excluded.outbound,
      delivered = h.delivered + excluded.delivered, failed = h.failed + excluded.failed,
      conversations = h.conversations + excluded.conversations, segments = h.segments + excluded.segments,
      price = h.price + excluded.price
    returning h.id, h.inbound + h.outbound as messages
  ), days as (
    insert into sms_private.stat_days as d (user_id, day, phone_number_id, assistant_id, facet, label, messages)
    select b.user_id, date_bin('1 day', b.bucket, '2000-01-01 00:00:00+00'), b.phone_number_id, b.assistant_id,
      f.facet, f.label, sum(b.messages)
    from by_bin b
    cross join lateral (values (b.direction, b.status), ('answer_bin', b.answer_bin::text),
      ('intent', case when b.direction = 'inbound' then b.intent end)) f (facet, label)
    where f.label is not null
    group by 1, 2, 3, 4, 5, 6
    having sum(b.messages) <> 0
    order by 1, 2
    on conflict on constraint stat_days_key do update set messages = d.messages + excluded.messages
    returning d.id, d.messages
  )
  select (select array_agg(id) from stats where messages = 0) as stats,
    (select array_agg(id) from hours where messages = 0) as hours,
    (select array_agg(id) from days where messages = 0) as days
  into empty;
  -- A sum is made of what each text was at one moment, in whatever order they are folded. So nothing is ever below zero,
  -- and what counts no text counts nothing else.
  delete from public.sms_stats s where s.id = any (empty.stats);
  delete from sms_private.stat_hours h where h.id = any (empty.hours);
  delete from sms_private.stat_days d where d.id = any (empty.days);
end
$$;
comment on function sms_private.add_figures is
  'Adds to sms_stats, stat_hours and stat_days, and deletes their rows that count nothing any more.';

-- Two statements. The first locks the oldest changes, without those that open transactions hold (60_triggers.sql). The
-- second sees all that was committed before a lock was taken. In one statement a text might change between the look at
-- it and the lock on its row, and that change would be lost. Who reads sees both or neither: they are one transaction.
create function sms_private.fold_changes(max_rows int)
returns int
-- Rows by their places. The table is empty most of the time, so a planner would rather read all of it for each place.
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  taken tid[] := array(
    select c.ctid from sms_private.stat_changes c
    order by c.message_id, c.user_id, c.bucket limit greatest(max_rows, 0) for update skip locked);
  sums sms_private.stat_deltas[];
begin
  with folded as (
    delete from sms_private.stat_changes c where c.ctid = any (taken)
  )
  select array_agg(row(s.*)::sms_private.stat_deltas) into sums
  from (
    select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
      p.price_unit, p.answer_bin, sum(p.messages)::bigint, sum(p.conversations)::bigint, sum(p.segments)::bigint,
      sum(p.price)
    from sms_private.stat_parts p where p.part <> 'all' and p.change = any (taken)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having (sum(p.messages), sum(p.conversations), sum(p.segments), sum(p.price)) <> (0, 0, 0, 0)
  ) s;
  perform sms_private.add_figures(sums);
  return cardinality(taken);
end
$$;
comment on function sms_private.fold_changes is
  'Moves what the oldest changes count for into sms_stats, stat_hours and stat_days. Returns how many.';

create function sms_private.fold_stats(max_rows int)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms'
as $$
declare
  folded int;
begin
  -- With one snapshot for all of a transaction, the second statement of a fold would not see more than the first.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'figures are folded in a transaction that is read committed';
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('sms_fold_stats', 0)) then
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end if;
  begin
    folded := sms_private.fold_changes(max_rows);
  exception when lock_not_available or foreign_key_violation then
    -- A user is being deleted at this moment. Two who wait for each other would be ended by Postgres after a second, and
    -- it might not be the fold; so the fold gives up before.
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end;
  return jsonb_build_object('outcome', 'folded', 'folded', folded,
    'remaining', (select count(*) from sms_private.stat_changes));
end
$$;
comment on function sms_private.fold_stats is 'sms_fold_stats, as definer: nobody else writes the figures.';

-- 2,000, because a change of one of these texts waits for the fold.
create function public.sms_fold_stats(max_rows int default 2000)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.fold_stats(max_rows) $$;
comment on function public.sms_fold_stats is
  'Folds the oldest changes into sms_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';

-- For the messages that were there before, and for an operator who doubts the figures. Messages wait while it runs.
create function sms_private.recount_stats()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  sums sms_private.stat_deltas[];
begin
  lock table public.sms_messages in share row exclusive mode;
  perform pg_advisory_xact_lock(hashtextextended('sms_fold_stats', 0));
  delete from sms_private.stat_changes;
  delete from public.sms_stats;
  delete from sms_private.stat_hours;
  delete from sms_private.stat_days;
  -- By 10,000, because an array has a limit. By tenant and time, so that few sums are written twice and what is read together
  -- is stored together.
  for sums in
    select array_agg(row(s.user_id, s.bucket, s.phone_number_id, s.assistant_id, s.direction, s.sender, s.status,
      s.intent, s.price_unit, s.answer_bin, s.messages, s.conversations, s.segments, s.price)::sms_private.stat_deltas)
    from (
      select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
        p.price_unit, p.answer_bin, sum(p.messages)::bigint as messages,
        sum(p.conversations)::bigint as conversations, sum(p.segments)::bigint as segments, sum(p.price) as price,
        row_number() over (order by p.user_id, p.bucket) / 10000 as batch
      from (
        select a.user_id, a.bucket, a.phone_number_id, a.assistant_id, a.direction, a.sender, a.status, a.intent,
          a.price_unit, a.answer_bin, a.messages, a.conversations, a.segments, a.price
        from sms_private.stat_parts a where a.part = 'all'
        union all
        select f.user_id, f.bucket, f.phone_number_id, f.assistant_id, f.direction, f.sender, f.status, f.intent,
          f.price_unit, f.answer_bin, f.messages, f.conversations, f.segments, f.price
        from sms_private.archived_figures f) p
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) s
    group by s.batch order by s.batch
  loop
    perform sms_private.add_figures(sums);
  end loop;
end
$$;
comment on function sms_private.recount_stats is
  'Counts everything anew, from sms_messages and archived_figures. Not needed in normal life; run by the database''s owner.';

-- ── 50_people/figures_sum.sql

-- Figures, summed up over a range.

create function sms_private.unfolded_figures(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz)
returns sms_private.stat_deltas[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select row(tenant, d.bucket, number, assistant, d.direction, null, d.status, d.intent, d.price_unit, d.answer_bin,
      sum(d.messages)::bigint, sum(d.conversations)::bigint, sum(d.segments)::bigint, sum(d.price))
      ::sms_private.stat_deltas
    from sms_private.stat_deltas d
    where d.user_id = tenant and d.bucket >= from_at and d.bucket < to_at
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
    group by d.bucket, d.direction, d.status, d.intent, d.price_unit, d.answer_bin
    having (sum(d.messages), sum(d.conversations), sum(d.segments), sum(d.price)) <> (0, 0, 0, 0));
end
$$;
comment on function sms_private.unfolded_figures is
  'What is not folded yet between two quarters of an hour, summed up. number, assistant: null for all.';

create function sms_private.stat_series(tenant uuid, number uuid, assistant uuid, starts timestamptz[],
  from_at timestamptz, to_at timestamptz, unfolded sms_private.stat_deltas[])
returns table (place int, price_unit text, inbound bigint, outbound bigint, delivered bigint, failed bigint,
  conversations bigint, segments bigint, price numeric)
language plpgsql stable set search_path = ''
as $$
declare
  -- Hours that an edge divides, as it does in zones of half and quarter hours: their quarters are read.
  cut_hours timestamptz[] := array(
    select distinct date_bin('1 hour', e.at, '2000-01-01 00:00:00+00') from unnest(starts || from_at || to_at) e (at)
    where e.at <> date_bin('1 hour', e.at, '2000-01-01 00:00:00+00'));
  -- One by one, not as ranges: the planner takes a join of ranges for more than it is, and reads everybody's.
  cut_quarters timestamptz[] := array(
    select h + i * interval '15 minutes' from unnest(cut_hours) h, generate_series(0, 3) i);
begin
  return query
  with quarters as (
    select s.bucket, s.price_unit, s.direction, s.status, s.messages, s.conversations, s.segments, s.price
    from public.sms_stats s
    where s.user_id = tenant and s.bucket = any (cut_quarters) and s.bucket >= from_at and s.bucket < to_at
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
    union all
    select d.bucket, d.price_unit, d.direction, d.status, d.messages, d.conversations, d.segments, d.price
    from unnest(unfolded) d
  ), sums as (
    select h.hour as at, h.price_unit, h.inbound, h.outbound, h.delivered, h.failed, h.conversations, h.segments,
      h.price
    from sms_private.stat_hours h
    where h.user_id = tenant and h.hour >= from_at and h.hour < to_at
      and (number is null or h.phone_number_id = number) and (assistant is null or h.assistant_id = assistant)
      and h.hour <> all (cut_hours)
    union all
    select q.bucket, q.price_unit, case when q.direction = 'inbound' then q.messages else 0 end,
      case when q.direction = 'outbound' then q.messages else 0 end,
      case when q.status in ('delivered', 'read') then q.messages else 0 end,
      case when q.status in ('failed', 'undelivered') then q.messages else 0 end,
      q.conversations, q.segments, q.price
    from quarters q
  )
  select width_bucket(s.at, starts), s.price_unit, sum(s.inbound)::bigint, sum(s.outbound)::bigint,
    sum(s.delivered)::bigint, sum(s.failed)::bigint, sum(s.conversations)::bigint, sum(s.segments)::bigint, sum(s.price)
  from sums s
  group by 1, 2
  -- What was counted and taken away again is nothing, not a price of 0.
  having sum(s.inbound) + sum(s.outbound) <> 0;
end
$$;
comment on function sms_private.stat_series is
  'The figures of a tenant between two quarters of an hour, by place in `starts` (sorted, the first not after from_at) and currency. number, assistant: null for all. unfolded: unfolded_figures().';

create function sms_private.stat_facets(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz, unfolded sms_private.stat_deltas[])
returns table (facet text, label text, messages bigint)
language plpgsql stable set search_path = ''
as $$
declare
  -- The range is rounded to the nearest midnights (UTC). The quarter hours between are added or subtracted: at most half a
  -- day at each end.
  first_day timestamptz := date_bin('1 day', from_at + interval '12 hours', '2000-01-01 00:00:00+00');
  last_day timestamptz := date_bin('1 day', to_at + interval '12 hours', '2000-01-01 00:00:00+00');
begin
  return query
  with quarters as (
    select s.direction, s.status, s.intent, s.answer_times, e.sign, s.messages * e.sign as messages
    from (select case when last_day < to_at then 1 else -1 end as sign) e, public.sms_stats s
    where s.user_id = tenant and s.bucket >= least(last_day, to_at) and s.bucket < greatest(last_day, to_at)
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
    union all
    select s.direction, s.status, s.intent, s.answer_times, e.sign, s.messages * e.sign
    from (select case when first_day < from_at then -1 else 1 end as sign) e, public.sms_stats s
    where s.user_id = tenant and s.bucket >= least(first_day, from_at) and s.bucket < greatest(first_day, from_at)
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
  ), deltas as (
    select d.direction, d.status, d.intent, sum(d.messages) as messages, d.answer_bin from unnest(unfolded) d
    group by d.direction, d.status, d.intent, d.answer_bin
  ), sums as (
    select d.facet, d.label, d.messages from sms_private.stat_days d
    where d.user_id = tenant and d.day >= first_day and d.day < last_day
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
    union all
    select q.direction, q.status, q.messages from quarters q
    union all
    select 'intent', q.intent, q.messages from quarters q where q.direction = 'inbound' and q.intent is not null
    union all
    select 'answer_bin', b.key, b.value::bigint * q.sign from quarters q, jsonb_each_text(q.answer_times) b
    where q.answer_times <> '{}'
    union all
    select d.direction, d.status, d.messages from deltas d
    union all
    select 'intent', d.intent, d.messages from deltas d where d.direction = 'inbound' and d.intent is not null
    union all
    select 'answer_bin', d.answer_bin::text, d.messages from deltas d where d.answer_bin is not null
  )
  select s.facet, s.label, sum(s.messages)::bigint from sums s group by 1, 2 having sum(s.messages) <> 0;
end
$$;
comment on function sms_private.stat_facets is
  'A tenant''s messages between two quarters of an hour by one trait at a time, as in stat_days. number, assistant: null for all. unfolded: unfolded_figures().';

create function sms_private.count_consents(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz,
  change text)
returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  if number is null and assistant is null then
    return (select count(*) from public.sms_consent_events e
      where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at);
  end if;
  -- An opt-out holds for the whole tenant. It counts for the number and the assistant of the message that said it. A subquery
  -- for each event, because a join may be planned as a walk through all messages.
  return (select count(*) from public.sms_consent_events e
    where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
      and (select (number is null or m.phone_number_id = number) and (assistant is null or m.assistant_id = assistant)
           from public.sms_messages m where m.id = e.message_id));
end
$$;
comment on function sms_private.count_consents is 'How many consent events of a kind a tenant has between two moments.';

create function sms_private.stat_summary(tenant uuid, number uuid, assistant uuid, starts timestamptz[],
  from_at timestamptz,
  to_at timestamptz)
returns jsonb
language plpgsql stable set search_path = '' set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
  -- Nothing is stored in the future. So a range that ends after now is extended to the end of its day: whole sums, no
  -- quarter hours.
  whole_to timestamptz := case when to_at < now() then to_at
    else date_bin('1 day', to_at + interval '1 day' - interval '1 microsecond', '2000-01-01 00:00:00+00') end;
  unfolded sms_private.stat_deltas[] := sms_private.unfolded_figures(tenant, number, assistant, from_at, whole_to);
begin
  return (
    with series as materialized (
      select * from sms_private.stat_series(tenant, number, assistant, starts, from_at, whole_to, unfolded)
    ), facets as materialized (
      select * from sms_private.stat_facets(tenant, number, assistant, from_at, whole_to, unfolded)
    ), answers as (
      select b.bin, sum(b.answers) over (order by b.bin) as upto, sum(b.answers) over () as total
      from (select f.label::int as bin, f.messages as answers from facets f where f.facet = 'answer_bin') b
    ), places as (
      select s.place, sum(s.inbound) as inbound, sum(s.outbound) as outbound, sum(s.delivered) as delivered,
        sum(s.failed) as failed, sum(s.segments) as segments,
        coalesce(jsonb_agg(jsonb_build_object('currency', s.price_unit, 'amount', -s.price) order by s.price_unit)
          filter (where s.price_unit is not null), '[]') as cost
      from series s group by s.place
    ), totals as (
      select coalesce(sum(s.inbound), 0) as inbound, coalesce(sum(s.outbound), 0) as outbound,
        coalesce(sum(s.delivered), 0) as delivered, coalesce(sum(s.failed), 0) as failed,
        coalesce(sum(s.segments), 0) as segments, coalesce(sum(s.conversations), 0) as conversations
      from series s
    )
    select jsonb_build_object(
      'totals', jsonb_build_object(
        'inbound', t.inbound, 'outbound', t.outbound, 'delivered', t.delivered, 'failed', t.failed,
        'delivery_rate', round(t.delivered / nullif(t.delivered + t.failed, 0), 4),
        'segments', t.segments, 'conversations', t.conversations,
        'opt_outs', sms_private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_out'),
        'opt_ins', sms_private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_in'),
        'statuses', (
          select coalesce(jsonb_agg(jsonb_build_object('direction', f.facet, 'status', f.label, 'messages', f.messages)
            order by f.facet, f.messages desc, f.label), '[]')
          from facets f where f.facet in ('inbound', 'outbound')),
        'intents', (
          select coalesce(jsonb_agg(jsonb_build_object('intent', f.label, 'messages', f.messages)
            order by f.messages desc, f.label), '[]')
          from facets f where f.facet = 'intent'),
        'cost', (
          select coalesce(jsonb_agg(jsonb_build_object('currency', c.price_unit, 'amount', c.amount)
            order by c.price_unit), '[]')
          from (select s.price_unit, -sum(s.price) as amount from series s
            where s.price_unit is not null group by 1) c),
        'answer_time', (
          select jsonb_build_object('count', coalesce(max(a.total), 0),
            'median_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.5 * a.total) + 0.5), 2),
            'p95_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.95 * a.total) + 0.5), 2))
          from answers a)),
      'series', (
        select jsonb_agg(jsonb_build_object('start', b.at, 'inbound', coalesce(p.inbound, 0),
          'outbound', coalesce(p.outbound, 0), 'delivered', coalesce(p.delivered, 0), 'failed', coalesce(p.failed, 0),
          'segments', coalesce(p.segments, 0), 'cost', coalesce(p.cost, '[]')) order by b.place)
        from unnest(starts) with ordinality b (at, place) left join places p on p.place = b.place))
    from totals t);
end
$$;
comment on function sms_private.stat_summary is 'What sms_summarize_messages() answers, for a range and its buckets that are known to be right.';

-- ── 50_people/figures_time.sql

-- Figures: days and hours in a time zone.

-- Postgres takes more than names for a time zone: abbreviations (PST), and any POSIX rule somebody makes up (FOO+3).
-- Its list of names is a walk through the file system (23 ms); only names that could be a rule need it.
create function sms_private.is_time_zone(name text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if name is null or char_length(name) > 64 or name !~ '^[A-Za-z][A-Za-z0-9_+/-]*$' or name ~* '^(posix|right)' then
    return false;
  elsif name = 'UTC' then
    return true;
  end if;
  perform now() at time zone name;
  -- An abbreviation has no slash, a rule has a digit.
  return name ~ '/' and name !~ '[0-9]'
    or exists (select from pg_catalog.pg_timezone_names z where z.name = is_time_zone.name);
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function sms_private.is_time_zone is 'Whether this is the IANA name of a time zone.';

-- Where midnight is skipped, a day begins with the first moment there is; where it comes twice, with the first of the two
-- (Postgres itself takes the second).
create function sms_private.day_starts(first_day date, last_day date, time_zone text)
returns setof timestamptz
language sql stable set search_path = ''
as $$
  select distinct case when p.wall::date = d.day then p.probe - (p.wall - d.day) else m.midnight end
  from (select first_day + i as day from generate_series(0, last_day - first_day) i) d
  cross join lateral (select d.day::timestamp at time zone time_zone as midnight) m
  cross join lateral (
    select m.midnight - interval '15 minutes' as probe,
      (m.midnight - interval '15 minutes') at time zone time_zone as wall) p
  order by 1
$$;
comment on function sms_private.day_starts is
  'The first moment of each of these days in a time zone. A day that a zone skipped has none of its own.';

create function sms_private.hour_starts(from_at timestamptz, to_at timestamptz, time_zone text)
returns setof timestamptz
language sql stable set search_path = ''
as $$
  -- A new hour begins when the clock shows a full hour, and when the clock is set (on Lord Howe Island by half an hour).
  with quarters as (
    select q.at, q.wall, q.wall - (q.at at time zone 'UTC') as utc_offset
    from (
      select g.at, g.at at time zone time_zone as wall
      from generate_series(from_at - interval '2 hours', to_at - interval '1 microsecond', interval '15 minutes') g (at)
    ) q
  ), starts as (
    select w.at, lead(w.at, 1, 'infinity') over (order by w.at) as next_at
    from (select q.*, lag(q.utc_offset) over (order by q.at) as offset_before from quarters q) w
    where extract(minute from w.wall) = 0 or w.utc_offset <> w.offset_before
  )
  select s.at from starts s where s.next_at > from_at order by 1
$$;
comment on function sms_private.hour_starts is
  'The moments at which an hour begins in a time zone, from the hour that holds from_at to the last one before to_at.';

create function sms_private.bucket_starts(bucket text, from_at timestamptz, to_at timestamptz, time_zone text)
returns setof timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  if bucket = 'hour' then
    return query select sms_private.hour_starts(from_at, to_at, time_zone);
    return;
  end if;
  return query select sms_private.day_starts((from_at at time zone time_zone)::date,
    ((to_at - interval '1 microsecond') at time zone time_zone)::date, time_zone);
end
$$;
comment on function sms_private.bucket_starts is
  'Where the hours or days of a time zone begin that a range touches: the first at its start or before, the last before its end.';

-- ── 50_people/figures_verb.sql

-- Figures: the verb.

-- A deleted assistant's figures stay, so its id is still good where it has figures.
create function sms_private.has_assistant(tenant uuid, assistant uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.sms_assistants a where a.id = assistant and a.user_id = tenant)
    or exists (select from sms_private.stat_hours h where h.user_id = tenant and h.assistant_id = assistant)
    or exists (select from sms_private.stat_deltas d where d.user_id = tenant and d.assistant_id = assistant);
end
$$;
comment on function sms_private.has_assistant is 'Whether a tenant has an assistant, or figures of one that it had.';

create function sms_private.summarize_messages(
  from_at timestamptz, to_at timestamptz, bucket text, time_zone text, phone_number_id uuid, assistant_id uuid,
  from_day date, to_day date)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  range_from timestamptz := from_at;
  range_to timestamptz := to_at;
  starts timestamptz[];
begin
  if phone_number_id is not null and not exists (
    select from public.sms_numbers n where n.id = summarize_messages.phone_number_id and n.user_id = tenant) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif assistant_id is not null and not sms_private.has_assistant(tenant, assistant_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  elsif coalesce(bucket, '') not in ('hour', 'day') then
    return jsonb_build_object('outcome', 'INVALID_BUCKET');
  elsif not sms_private.is_time_zone(time_zone) then
    return jsonb_build_object('outcome', 'INVALID_TIME_ZONE');
  -- No message is older or newer, and Postgres can still compute with these dates.
  elsif least(from_at, to_at, from_day, to_day) < '2000-01-01'
    or greatest(from_at, to_at, from_day, to_day) > '2100-01-01' then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  if range_to is null then
    range_to := coalesce((select d from sms_private.day_starts(to_day, to_day, time_zone) d), now());
  end if;
  if range_from is null then
    from_day := coalesce(from_day, ((range_to - interval '1 microsecond') at time zone time_zone)::date - 29);
    range_from := (select d from sms_private.day_starts(from_day, from_day, time_zone) d);
  end if;
  if range_from >= range_to then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  -- Widened to quarters of an hour, so that what was asked for is in it.
  range_from := date_bin('15 minutes', range_from, '2000-01-01 00:00:00+00');
  range_to := date_bin('15 minutes', range_to + interval '15 minutes' - interval '1 microsecond',
    '2000-01-01 00:00:00+00');
  -- Before there are too many of them, and then for those there are.
  if range_to - range_from <= 1001 * ('1 ' || bucket)::interval then
    starts := array(select sms_private.bucket_starts(bucket, range_from, range_to, time_zone));
  end if;
  if starts is null or cardinality(starts) > 1000 then
    return jsonb_build_object('outcome', 'RANGE_TOO_LARGE');
  end if;
  return jsonb_build_object('outcome', 'summarized', 'from', range_from, 'to', range_to, 'bucket', bucket,
      'time_zone', time_zone)
    || sms_private.stat_summary(tenant, phone_number_id, assistant_id, starts, range_from, range_to);
end
$$;
comment on function sms_private.summarize_messages is 'sms_summarize_messages, as definer, for sms_private.tenant_id().';

create function public.sms_summarize_messages(
  from_at timestamptz default null, to_at timestamptz default null, bucket text default 'day',
  time_zone text default 'UTC', phone_number_id uuid default null, assistant_id uuid default null,
  from_day date default null, to_day date default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select sms_private.summarize_messages(from_at, to_at, bucket, time_zone, phone_number_id, assistant_id, from_day,
    to_day)
$$;
comment on function public.sms_summarize_messages is
  'Figures of the signed-in tenant''s messages, in all and by hour or day of a time zone, up to this moment. The range, widened to quarters of an hour, is from_at or the start of from_day until before to_at or the start of to_day; by default the last 30 days, today included. Returns { outcome: summarized, from, to, bucket, time_zone, totals, series }, or INVALID_TIME_ZONE, INVALID_BUCKET, INVALID_RANGE, RANGE_TOO_LARGE (over 1,000 buckets), NUMBER_NOT_FOUND, ASSISTANT_NOT_FOUND.';

-- ── 50_people/numbers_assign.sql

-- Who has which number, and which assistant answers on it.

-- Which numbers users may take. A number of the default account that the operator gave to a tenant is the tenant's to use.
-- Others are only where the operator lets tenants take them. The operator's verbs have conditions of their own.
create function sms_private.is_open_to(owner_id uuid, account public.sms_accounts, number text)
returns boolean
language sql stable set search_path = ''
as $$
  select account.disconnected_at is null and (coalesce(account.user_id = owner_id, false) or (account.shared and (
    coalesce(sms_private.setting('users_may_take_default_numbers') = 'true', false)
    or exists (select from public.sms_numbers n
               where n.account_sid = account.account_sid and n.number = is_open_to.number and n.user_id = owner_id))))
$$;
comment on function sms_private.is_open_to is
  'Whether a tenant may use that number of that account; without a number, whether it may look through the account.';

create function sms_private.is_disconnected(number public.sms_numbers)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from public.sms_accounts a
                 where a.account_sid = number.account_sid and a.disconnected_at is not null)
$$;
comment on function sms_private.is_disconnected is 'Whether the account of a number is disconnected.';

-- What has to be set up at Twilio: the number, and the trunk that its account names.
create function sms_private.webhook_of(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('phone_number', to_jsonb(number), 'main_trunk_sid', (
    select a.trunk_sid from public.sms_accounts a where a.account_sid = number.account_sid))
$$;
comment on function sms_private.webhook_of is 'A number and the trunk that it should be on (null: its account names none).';

create function sms_private.begin_webhook(phone_number_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
begin
  update public.sms_numbers p
  set webhook_status = 'pending', webhook_error = null, webhook_version = p.webhook_version + 1
  where p.id = begin_webhook.phone_number_id returning * into strict number;
  return sms_private.webhook_of(number);
end
$$;
comment on function sms_private.begin_webhook is
  'Begins an attempt to set up a number at Twilio. The number is pending until a result is recorded. If the process dies, it stays pending.';

-- The row comes before any call at Twilio, so that the result of the call has a place to be recorded.
create function sms_private.put_phone_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number_id uuid;
  is_new boolean;
  failed text;
begin
  if put_phone_number.assistant_id is not null then
    perform from public.sms_assistants s
    where s.id = put_phone_number.assistant_id and s.user_id = owner_id for key share;
    if not found then
      return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
    end if;
  end if;
  insert into public.sms_numbers as p (user_id, account_sid, number, twilio_sid, assistant_id)
  values (owner_id, put_phone_number.account_sid, put_phone_number.number, put_phone_number.twilio_sid,
    put_phone_number.assistant_id)
  on conflict on constraint sms_numbers_account_sid_number_key do update
  -- The pace stays: it was set for this number.
  set twilio_sid = excluded.twilio_sid, assistant_id = coalesce(excluded.assistant_id, p.assistant_id)
  where p.user_id = owner_id
  -- A row that was there was locked before it was changed, which shows in xmax.
  returning p.id, p.xmax = 0 into number_id, is_new;
  if number_id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'assigned', 'created', is_new) || sms_private.begin_webhook(number_id);
exception when foreign_key_violation then
  get stacked diagnostics failed = constraint_name;
  case failed
    when 'sms_numbers_user_id_fkey' then return jsonb_build_object('outcome', 'USER_NOT_FOUND');
    when 'sms_numbers_account_sid_fkey' then return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
    else raise;
  end case;
end
$$;
comment on function sms_private.put_phone_number is
  'Makes a number the tenant''s, or changes the assistant of one that is; never takes over another tenant''s. Begins setting it up at Twilio.';

-- Not for a disconnected account: its number would be answered, and no reply could leave.
create function public.sms_save_number(
  owner_id uuid, account_sid text, number text, assistant_id uuid default null, twilio_sid text default null,
  segments_per_second numeric default 1)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  n public.sms_numbers;
begin
  if assistant_id is not null and not exists (
    select from public.sms_assistants a where a.id = sms_save_number.assistant_id and a.user_id = owner_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  if not exists (select from public.sms_accounts a
      where a.account_sid = sms_save_number.account_sid and a.disconnected_at is null
        and (a.shared or a.user_id = owner_id)) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  insert into public.sms_numbers as p (user_id, account_sid, number, assistant_id, twilio_sid, segments_per_second)
  values (owner_id, sms_save_number.account_sid, sms_save_number.number, sms_save_number.assistant_id,
    sms_save_number.twilio_sid, sms_save_number.segments_per_second)
  on conflict on constraint sms_numbers_account_sid_number_key do update
  set assistant_id = excluded.assistant_id, twilio_sid = coalesce(excluded.twilio_sid, p.twilio_sid),
    segments_per_second = excluded.segments_per_second
  where p.user_id = owner_id
  returning * into n;
  if n.id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'saved', 'phone_number', to_jsonb(n));
end
$$;
comment on function public.sms_save_number is
  'Gives a number of the default account, or of the tenant''s own connected account, to a tenant and an assistant (null: unassigned). Outcomes: saved, NUMBER_TAKEN, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND.';

create function public.sms_find_number_accounts(owner_id uuid, number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'found', 'accounts', coalesce(jsonb_agg(
    jsonb_build_object('account_sid', a.account_sid, 'shared', a.shared)
    -- Where the tenant has it already comes first.
    order by exists (select from public.sms_numbers n where n.account_sid = a.account_sid
                     and n.number = sms_find_number_accounts.number
                       and n.user_id = owner_id) desc, a.shared, a.id), '[]'))
  from public.sms_accounts a
  where (a.user_id = owner_id or a.shared) and sms_private.is_open_to(owner_id, a, sms_find_number_accounts.number)
$$;
comment on function public.sms_find_number_accounts is
  'The accounts in which a tenant may look for a number, or (without one) for any.';

create function public.sms_filter_unassigned_numbers(owner_id uuid, account_sid text, numbers text[])
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'filtered', 'numbers', coalesce(jsonb_agg(g.number order by g.position), '[]'))
  from unnest(numbers) with ordinality as g (number, position)
  where not exists (
    select from public.sms_numbers n
    where n.account_sid = sms_filter_unassigned_numbers.account_sid and n.number = g.number
      and (n.user_id <> owner_id or n.assistant_id is not null))
$$;
comment on function public.sms_filter_unassigned_numbers is
  'Which of these numbers of an account have no assistant and no other owner here.';

create function public.sms_assign_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  -- Locked, so that it is not disconnected under the number that is being assigned.
  select * into account from public.sms_accounts t
  where t.account_sid = sms_assign_number.account_sid for key share;
  if account.id is null or not sms_private.is_open_to(owner_id, account, sms_assign_number.number) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if sms_assign_number.assistant_id is null then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  return sms_private.put_phone_number(owner_id, sms_assign_number.account_sid, sms_assign_number.number,
    sms_assign_number.twilio_sid, sms_assign_number.assistant_id);
end
$$;
comment on function public.sms_assign_number is
  'A tenant lets an assistant answer on a number of an account that is open to it. Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND (also another tenant''s), NUMBER_TAKEN, USER_NOT_FOUND.';

create function public.sms_give_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.sms_accounts a
                 where a.account_sid = sms_give_number.account_sid and a.shared) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  return sms_private.put_phone_number(owner_id, sms_give_number.account_sid, sms_give_number.number,
    sms_give_number.twilio_sid, sms_give_number.assistant_id);
end
$$;
comment on function public.sms_give_number is
  'The operator gives a number of the default account to a tenant, with or without an assistant (without: as it is). Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND, NUMBER_TAKEN, USER_NOT_FOUND.';

create function public.sms_unassign_number(owner_id uuid, phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  number public.sms_numbers;
begin
  update public.sms_numbers p set assistant_id = null
  where p.id = sms_unassign_number.phone_number_id and p.user_id = owner_id returning * into number;
  if number.id is null then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'unassigned', 'phone_number', to_jsonb(number));
end
$$;
comment on function public.sms_unassign_number is
  'Takes the assistant off a tenant''s number. Messages keep arriving and wait for a person: Twilio''s side stays as it is. Outcomes: unassigned, NUMBER_NOT_FOUND (also for another tenant''s).';

-- ── 50_people/numbers_webhook.sql

-- A number's webhook at Twilio: repaired, recorded, listed.

create function public.sms_repair_number(owner_id uuid, phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.sms_numbers n
                 where n.id = sms_repair_number.phone_number_id and n.user_id = owner_id) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  end if;
  return public.sms_repair_any_number(sms_repair_number.phone_number_id);
end
$$;
comment on function public.sms_repair_number is
  'Begins setting up a tenant''s number anew. Outcomes: begun, NUMBER_NOT_FOUND (also for another tenant''s), ACCOUNT_DISCONNECTED.';

-- A verb of its own, so that a forgotten owner (null) can never mean the numbers of all tenants.
create function public.sms_repair_any_number(phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  number public.sms_numbers;
begin
  select * into number from public.sms_numbers p where p.id = sms_repair_any_number.phone_number_id;
  if number.id is null then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif sms_private.is_disconnected(number) then
    -- The row goes on saying what to do.
    return jsonb_build_object('outcome', 'ACCOUNT_DISCONNECTED');
  end if;
  return jsonb_build_object('outcome', 'begun') || sms_private.begin_webhook(number.id);
end
$$;
comment on function public.sms_repair_any_number is
  'Begins setting up any number anew, for the operator. Outcomes: begun, NUMBER_NOT_FOUND, ACCOUNT_DISCONNECTED.';

create function public.sms_record_webhook(
  phone_number_id uuid, seen_version bigint, webhook_status text, webhook_error text default null,
  twilio_sid text default null, sms_url text default null, trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  confirmed boolean := sms_record_webhook.webhook_status = 'configured';
  number public.sms_numbers;
begin
  update public.sms_numbers p
  set webhook_status = sms_record_webhook.webhook_status,
    webhook_error = case when confirmed then null else left(sms_record_webhook.webhook_error, 1000) end,
    webhook_checked_at = clock_timestamp(), webhook_version = p.webhook_version + 1,
    -- What Twilio confirmed last stays until it confirms something else.
    configured_at = case when confirmed then clock_timestamp() else p.configured_at end,
    twilio_sid = case when confirmed then sms_record_webhook.twilio_sid else p.twilio_sid end,
    sms_url = case when confirmed then sms_record_webhook.sms_url else p.sms_url end,
    trunk_sid = case when confirmed then sms_record_webhook.trunk_sid else p.trunk_sid end
  where p.id = sms_record_webhook.phone_number_id and p.webhook_version = seen_version
    -- A look at Twilio does not judge a set-up that may still be under way.
    and not (p.webhook_status = 'pending' and sms_record_webhook.webhook_status = 'drifted')
    -- A process may still have the old token in memory (docs/credentials.md), and Twilio may still accept it.
    and not sms_private.is_disconnected(p)
  returning * into number;
  if number.id is not null then
    return jsonb_build_object('outcome', 'recorded', 'phone_number', to_jsonb(number));
  end if;
  select * into number from public.sms_numbers p where p.id = sms_record_webhook.phone_number_id;
  return case when number.id is null then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'superseded', 'phone_number', to_jsonb(number)) end;
end
$$;
comment on function public.sms_record_webhook is
  'How an attempt at Twilio''s side, or a look at it, ended: configured with what Twilio confirmed, or failed or drifted with what to do. Outcomes: recorded, superseded (something newer was begun or recorded, or the account is disconnected), NUMBER_NOT_FOUND.';

create function public.sms_list_webhooks(owner_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'webhooks',
    coalesce(jsonb_agg(sms_private.webhook_of(n) order by n.number, n.id), '[]'))
  from public.sms_numbers n where n.user_id = owner_id
$$;
comment on function public.sms_list_webhooks is
  'A tenant''s numbers, each with the trunk that it should be on, to be compared with Twilio.';

create function public.sms_list_numbers(phone_number_id uuid default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when phone_number_id is not null and count(*) = 0
    then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'phone_numbers',
      coalesce(jsonb_agg(to_jsonb(n) order by n.number, n.id), '[]')) end
  from public.sms_numbers n
  where n.user_id = (select sms_private.tenant_id())
    and (sms_list_numbers.phone_number_id is null or n.id = sms_list_numbers.phone_number_id)
$$;
comment on function public.sms_list_numbers is
  'The signed-in tenant''s numbers, or one of them, with the state of their webhooks. Outcomes: listed, NUMBER_NOT_FOUND (also for another tenant''s).';

-- ── 50_people/old_routes.sql

-- What the routes of the replaced system ask for.

-- Bodies there name an account, and no sender or a placeholder: the number this contact was last texted from, else the
-- oldest one, of that account.
create function public.sms_choose_sender(account_sid text, to_number text)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with mine as (
    select n.id, n.number, n.created_at from public.sms_numbers n
    where n.user_id = (select sms_private.tenant_id()) and n.account_sid = sms_choose_sender.account_sid
  ), own_account as (
    select a.disconnected_at from public.sms_accounts a
    where a.user_id = (select sms_private.tenant_id()) and a.account_sid = sms_choose_sender.account_sid
  )
  select case
    -- Not the caller's own account: then one of the operator's, on which the caller was given a number.
    when not exists (select from own_account o where o.disconnected_at is null)
      and (exists (select from own_account) or not exists (select from mine))
      then jsonb_build_object('outcome', 'CONNECT_ACCOUNT_FIRST')
    else jsonb_build_object('outcome', 'chosen', 'from_number', coalesce(
      (select m.number from public.sms_contacts k
       join public.sms_conversations c on c.contact_id = k.id
       join mine m on m.id = c.phone_number_id
       where k.user_id = (select sms_private.tenant_id()) and k.number = sms_choose_sender.to_number
       order by c.last_message_at desc nulls last, c.id desc limit 1),
      (select m.number from mine m order by m.created_at, m.id limit 1)))
  end
$$;
comment on function public.sms_choose_sender is
  'The caller''s number on a Twilio account that a message to this contact goes out from; null when it has none. Outcomes: chosen, CONNECT_ACCOUNT_FIRST (the account is not the caller''s, or is disconnected, and the caller was given no number on it).';

create function public.sms_list_message_numbers()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'numbers', coalesce(jsonb_agg(number order by number), '[]'))
  from (
    select k.number from public.sms_contacts k
    where k.user_id = (select sms_private.tenant_id()) and exists (
      select from public.sms_conversations c where c.contact_id = k.id and c.user_id = k.user_id and c.last_seq > 0)
    union
    select n.number from public.sms_numbers n
    where n.user_id = (select sms_private.tenant_id()) and exists (
      select from public.sms_conversations c where c.phone_number_id = n.id and c.user_id = n.user_id
        and c.last_seq > 0)
    union
    -- A stranger's keyword has no conversation.
    select m.from_number from public.sms_messages m
    where m.user_id = (select sms_private.tenant_id()) and m.conversation_id is null
  ) as numbers
$$;
comment on function public.sms_list_message_numbers is
  'Every number that the caller''s messages came from or went to, its own ones included. Returns { outcome: listed, numbers }.';

create function sms_private.count_my_messages(from_at timestamptz, to_at timestamptz)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  -- Before the first message and after the last, in quarters of an hour, as all figures are kept.
  range_from timestamptz := date_bin('15 minutes', greatest(from_at, '2000-01-01 00:00:00+00'),
    '2000-01-01 00:00:00+00');
  range_to timestamptz := date_bin('15 minutes',
    least(to_at, '2100-01-01 00:00:00+00') + interval '15 minutes' - interval '1 microsecond',
      '2000-01-01 00:00:00+00');
begin
  if range_from >= range_to then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  return (
    select jsonb_build_object('outcome', 'counted',
      'total', coalesce(sum(f.messages), 0),
      'inbound', coalesce(sum(f.messages) filter (where f.facet = 'inbound'), 0),
      'outbound', coalesce(sum(f.messages) filter (where f.facet = 'outbound'), 0),
      'sent', coalesce(sum(f.messages) filter (where f.label = 'sent'), 0),
      'delivered', coalesce(sum(f.messages) filter (where f.label in ('delivered', 'read')), 0),
      'failed', coalesce(sum(f.messages) filter (where f.label in ('failed', 'undelivered')), 0))
    from sms_private.stat_facets(tenant, null, null, range_from, range_to,
      sms_private.unfolded_figures(tenant, null, null, range_from, range_to)) f
    where f.facet in ('inbound', 'outbound'));
end
$$;
comment on function sms_private.count_my_messages is 'sms_count_messages, as definer, for sms_private.tenant_id().';

-- Over any range: what has no series needs no buckets.
create function public.sms_count_messages(from_at timestamptz default null, to_at timestamptz default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.count_my_messages(from_at, to_at) $$;
comment on function public.sms_count_messages is
  'How many messages the caller has, from the beginning or from_at until now or to_at (widened to quarters of an hour). Returns { outcome: counted, total, inbound, outbound, sent, delivered, failed }, or INVALID_RANGE.';

-- ── 50_people/search_match.sql

-- Searching conversations, first half: what a search looks for, and what it finds.

-- A search, as what is asked of an index (like) and of single rows (regular expressions, which cost a fifth: ilike
-- makes a lower-case copy of each text). What the tenant wrote is literal in both.
create type sms_private.search_patterns as (
  text_likes text[], number_likes text[], text_regex text, number_regex text, indexed boolean);

comment on type sms_private.search_patterns is
  'A search: patterns for texts and names, patterns for telephone numbers, and whether trigrams can look it up.';

create type sms_private.conversation_filter as (unread boolean, intent text, answered_by text);

comment on type sms_private.conversation_filter is
  'What a list of conversations is narrowed to, beside status and search; null stands for any.';

create function sms_private.patterns_of(search text)
returns sms_private.search_patterns
language plpgsql stable set search_path = ''
as $$
declare
  literal text := regexp_replace(search, '([\\%_])', '\\\1', 'g');
  escaped text := regexp_replace(search, '([][\\^$.|?*+(){}])', '\\\1', 'g');
  digits text := case when search ~ '^[-+0-9(). /\s]+$' then regexp_replace(search, '[^0-9]', '', 'g') else '' end;
  shape text := sms_private.shape_of(search);
  p sms_private.search_patterns;
begin
  p.indexed := shape ~ 'www|ww-|-w|^w';
  if p.indexed and shape !~ 'www|ww-|-w' then
    -- Too short to be looked up inside of words: at their beginnings.
    p.text_likes := array[literal || '%', '% ' || literal || '%'];
    p.text_regex := '(^| )' || escaped;
  else
    p.text_likes := array['%' || literal || '%'];
    p.text_regex := escaped;
  end if;
  if digits = '' then
    p.number_likes := p.text_likes;
    p.number_regex := p.text_regex;
  elsif search ~ '^\s*\+' then
    p.number_likes := array['+' || digits || '%'];
    p.number_regex := '^\+' || digits;
  elsif char_length(digits) < 3 then
    p.number_likes := array['+' || digits || '%', digits || '%'];
    p.number_regex := '^\+?' || digits;
  else
    p.number_likes := array['%' || digits || '%'];
    p.number_regex := digits;
  end if;
  return p;
end
$$;
comment on function sms_private.patterns_of is
  'How a search is put to indexes and rows. A search of digits and the punctuation of telephone numbers finds numbers by their digits alone.';

-- Along the list from a place in it, however long the list is. Both branches are one index range.
create function sms_private.next_conversations(tenant uuid, status text, before_at timestamptz, before_id uuid,
  span int)
returns setof public.sms_conversations
language plpgsql stable set search_path = ''
as $$
begin
  if status is null then
    return query select c.* from public.sms_conversations c
      where c.user_id = tenant and (c.last_message_at, c.id) < (before_at, before_id)
      order by c.last_message_at desc, c.id desc limit span;
  else
    return query select c.* from public.sms_conversations c
      where uuid_send(c.user_id) = uuid_send(tenant) and c.status = next_conversations.status
        and (c.last_message_at, c.id) < (before_at, before_id)
      order by c.last_message_at desc, c.id desc limit span;
  end if;
end
$$;
comment on function sms_private.next_conversations is
  'The next conversations of a tenant in the list, newest first, behind a place; of one status, or of any.';

-- Enough for words that are common. A subquery and not a join: a look-up for each row, never all contacts at once.
create function sms_private.match_nearby(
  tenant uuid, status text, before_at timestamptz, before_id uuid, span int, patterns sms_private.search_patterns)
returns table (conversation_id uuid, at timestamptz, hit boolean)
language sql stable set search_path = ''
as $$
  select c.id, c.last_message_at, coalesce(c.last_message_preview ~* patterns.text_regex, false) or (
    select coalesce(k.name ~* patterns.text_regex, false) or k.number ~* patterns.number_regex
    from public.sms_contacts k where k.id = c.contact_id)
  from sms_private.next_conversations(tenant, status, before_at, before_id, span) c
$$;
comment on function sms_private.match_nearby is
  'The next conversations of a tenant behind a place in the list, and whether a search matches each.';

-- All that a search matches, by the trigram indexes and then row by row: the settings and `offset 0` leave no other
-- plan, because none is better for every tenant.
create function sms_private.match_anywhere(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, patterns sms_private.search_patterns)
returns uuid[]
language plpgsql stable
set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  return array(
    with people as materialized (
      select k.id from unnest(patterns.text_likes) as p (pattern) cross join lateral (
        select id from public.sms_contacts where uuid_send(user_id) = uuid_send(tenant)
          and name ilike p.pattern offset 0) k
      union
      select k.id from unnest(patterns.number_likes) as p (pattern) cross join lateral (
        select id from public.sms_contacts where uuid_send(user_id) = uuid_send(tenant)
          and number ilike p.pattern offset 0) k
    ), matches as materialized (
      select c.id from unnest(patterns.text_likes) as p (pattern) cross join lateral (
        select id from public.sms_conversations
        where uuid_send(user_id) = uuid_send(tenant) and last_message_preview ilike p.pattern offset 0) c
      union
      select c.id from people join public.sms_conversations c on c.contact_id = people.id and c.user_id = tenant
    )
    select c.id from matches join public.sms_conversations c on c.id = matches.id
    where (c.last_message_at, c.id) < (before_at, before_id)
      and (match_anywhere.status is null or c.status = match_anywhere.status)
    order by c.last_message_at desc, c.id desc
    limit page_size + 1);
end
$$;
comment on function sms_private.match_anywhere is
  'The newest conversations of a tenant that a search matches behind a place in the list; one more than the page holds, if there is one.';

-- ── 50_people/search_verb.sql

-- Searching conversations, second half: pages, filters and the verb.

-- A page of matches: what is common is found nearby, what is rare is looked up. A search that no trigram can be made
-- of (an emoji, a dash) is looked for along the list, so many conversations a page, and goes on from there.
create function sms_private.find_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int, patterns sms_private.search_patterns,
  out ids uuid[], out passed_at timestamptz, out passed_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  span int := case when patterns.indexed then 100 else 2000 end;
  passed int;
  hits int;
begin
  loop
    select array_agg(m.conversation_id order by m.at desc, m.conversation_id desc) filter (where m.hit),
      count(*) filter (where m.hit), count(*),
      (array_agg(m.at order by m.at, m.conversation_id))[1],
      (array_agg(m.conversation_id order by m.at, m.conversation_id))[1]
    into ids, hits, passed, passed_at, passed_id
    from sms_private.match_nearby(tenant, status, before_at, before_id, span, patterns) m;
    if passed < span then
      passed_at := null;
      passed_id := null;
    end if;
    exit when passed < span or hits > page_size or not patterns.indexed;
    if hits * 12 <= page_size or span > 100 then
      ids := sms_private.match_anywhere(tenant, status, before_at, before_id, page_size, patterns);
      exit;
    end if;
    -- Some of the newest 100 match. Reading 1,200 fills the page. Looking up such a common word in the index is slower.
    span := span * 12;
  end loop;
  if patterns.indexed then
    passed_at := null;
    passed_id := null;
  end if;
end
$$;
comment on function sms_private.find_conversations is
  'The newest conversations behind a place in the list that a search matches, one more than the page holds if there is one; and, for a search that had to stop on its way, how far it came.';

create function sms_private.passes_filter(conversation public.sms_conversations, filter sms_private.conversation_filter)
returns boolean
language sql stable set search_path = ''
as $$
  select (filter.unread is null or filter.unread = (conversation.last_seq > conversation.read_seq))
    and (filter.intent is null or filter.intent = conversation.intent)
    and (filter.answered_by is null or filter.answered_by
      = case when conversation.ai_enabled and coalesce(conversation.ai_paused_until <= now(), true)
        then 'assistant' else 'person' end)
$$;
comment on function sms_private.passes_filter is
  'Whether a conversation is of the filtered kind. A person answers where the assistant is off or paused.';

-- Along the list, so many conversations a page, and then on from there: what a filter keeps may be anywhere, and an index
-- for each of them would cost every message something.
create function sms_private.filter_conversations(
  tenant uuid, status text, before_at timestamptz, before_id uuid, page_size int,
    filter sms_private.conversation_filter,
  out ids uuid[], out passed_at timestamptz, out passed_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  span constant int := 5000;
  passed int;
begin
  select array_agg(c.id order by c.last_message_at desc, c.id desc) filter (where sms_private.passes_filter(c, filter)),
    count(*),
    (array_agg(c.last_message_at order by c.last_message_at, c.id))[1],
    (array_agg(c.id order by c.last_message_at, c.id))[1]
  into ids, passed, passed_at, passed_id
  from sms_private.next_conversations(tenant, status, before_at, before_id, span) c;
  ids := ids[:page_size + 1];
  if passed < span then
    passed_at := null;
    passed_id := null;
  end if;
end
$$;
comment on function sms_private.filter_conversations is
  'The newest conversations behind a place in the list that a filter keeps, one more than the page holds if there is one; and, where it stopped on its way, how far it came.';

create function sms_private.search_my_conversations(
  search text, status text, page_size int, before_at timestamptz, before_id uuid,
    filter sms_private.conversation_filter)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  needle text := btrim(search, E' \t\r\n\u00a0');
  ids uuid[];
  next_at timestamptz;
  next_id uuid;
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif status not in ('active', 'ended') then
    return jsonb_build_object('outcome', 'INVALID_STATUS');
  elsif filter.answered_by not in ('assistant', 'person') then
    return jsonb_build_object('outcome', 'INVALID_ANSWERER');
  elsif (before_at is null) <> (before_id is null) then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  elsif char_length(needle) > 100 then
    return jsonb_build_object('outcome', 'SEARCH_TOO_LONG');
  end if;
  before_at := coalesce(before_at, 'infinity');
  before_id := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  if coalesce(needle, '') <> '' then
    select f.ids, f.passed_at, f.passed_id into ids, next_at, next_id
    from sms_private.find_conversations(tenant, status, before_at, before_id, page_size,
      sms_private.patterns_of(needle)) f;
  elsif filter is null then
    ids := array(select c.id from sms_private.next_conversations(tenant, status, before_at, before_id,
      page_size + 1) c);
  else
    select f.ids, f.passed_at, f.passed_id into ids, next_at, next_id
    from sms_private.filter_conversations(tenant, status, before_at, before_id, page_size, filter) f;
  end if;
  if cardinality(ids) > page_size then
    ids := ids[:page_size];
    select c.last_message_at, c.id into next_at, next_id from public.sms_conversations c where c.id = ids[page_size];
  end if;
  -- What a search found is filtered last: the page gets short, and goes on behind what was found.
  return jsonb_build_object(
    'outcome', 'found',
    'conversations', (
      select coalesce(jsonb_agg(e.entry order by e.last_message_at desc, e.id desc), '[]')
      from sms_private.conversation_entries e
      where e.id = any (ids) and (
        filter is null
        or (select sms_private.passes_filter(c, filter) from public.sms_conversations c where c.id = e.id))),
    'next', case when next_id is not null then jsonb_build_object('at', next_at, 'id', next_id) end);
end
$$;
comment on function sms_private.search_my_conversations is 'sms_search_conversations, as definer, for sms_private.tenant_id().';

create function public.sms_search_conversations(
  search text default null, status text default null, page_size int default 50, before_at timestamptz default null,
  before_id uuid default null, unread boolean default null, intent text default null, answered_by text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select sms_private.search_my_conversations(
    search, status, page_size, before_at, before_id, row(unread, intent, answered_by)::sms_private.conversation_filter)
$$;
comment on function public.sms_search_conversations is
  'A page of the tenant''s conversations, newest first; of those that a search matches: number in any spelling, name or last message, case ignored, one or two characters at the beginning of words; and of those that are (or are not) unread, of an intent, answered by the assistant or a person. Returns { outcome: found, conversations, next: { at, id } | null }; next goes into before_at and before_id, also when a page is short. Refusals: INVALID_PAGE_SIZE, INVALID_STATUS, INVALID_ANSWERER, INVALID_CURSOR, SEARCH_TOO_LONG.';

-- ── 50_people/send.sql

-- People and apps send a message, and cancel it.

-- The number that is named, else the number of the conversation, else the tenant's only one.
create function sms_private.choose_number(tenant uuid, from_number text, conversation uuid)
returns setof public.sms_numbers
language sql stable set search_path = ''
as $$
  with usable as (
    select n.* from public.sms_numbers n
    join public.sms_accounts a on a.account_sid = n.account_sid and a.disconnected_at is null
    where n.user_id = tenant
  )
  select u.* from usable u
  where case
    when choose_number.from_number is not null then u.number = choose_number.from_number
    when conversation is not null then u.id = (
      select c.phone_number_id from public.sms_conversations c where c.id = conversation and c.user_id = tenant)
    else 1 = (select count(*) from usable)
  end
  limit 1
$$;
comment on function sms_private.choose_number is
  'The number from which a tenant''s message goes out. No row when it must be named, or when its account is disconnected.';

create function sms_private.no_number_reason(tenant uuid, from_number text)
returns text
language sql stable set search_path = ''
as $$
  select case
    when count(*) filter (where connected and named) > 0 then 'FROM_REQUIRED'
    when count(*) filter (where named) > 0 then 'ACCOUNT_DISCONNECTED'
    when no_number_reason.from_number is not null then 'NOT_YOUR_NUMBER'
    else 'NO_NUMBER'
  end
  from (
    select a.disconnected_at is null as connected, n.number = coalesce(no_number_reason.from_number, n.number) as named
    from public.sms_numbers n
    join public.sms_accounts a on a.account_sid = n.account_sid
    where n.user_id = tenant
  ) numbers
$$;
comment on function sms_private.no_number_reason is 'Why choose_number() found none: an outcome in capitals.';

create function sms_private.store_message(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  recipient text;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  later boolean := coalesce(send_at > clock_timestamp(), false);
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
begin
  select * into wanted from jsonb_to_record(request) fields (to_number text, body text, from_number text,
    media_urls text[], conversation_id uuid, template_id uuid);
  recipient := wanted.to_number;
  if wanted.conversation_id is not null then
    select * into conversation from public.sms_conversations v where v.id = wanted.conversation_id and v.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
    end if;
    recipient := coalesce(recipient, (select s.number from public.sms_contacts s where s.id = conversation.contact_id));
  end if;
  if recipient is null or recipient !~ '^\+[1-9][0-9]{6,14}$' then
    return jsonb_build_object('outcome', 'INVALID_RECIPIENT');
  end if;
  if conversation.id is not null and not exists (
    select from public.sms_contacts s where s.id = conversation.contact_id and s.number = recipient) then
    return jsonb_build_object('outcome', 'RECIPIENT_MISMATCH');
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, wanted.conversation_id);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, coalesce(wanted.from_number,
      (select p.number from public.sms_numbers p where p.id = conversation.phone_number_id))));
  end if;
  if not sms_private.may_text(tenant, number.number, recipient) then
    return jsonb_build_object('outcome', 'COUNTRY_NOT_ALLOWED');
  end if;
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(tenant, recipient);
  if sms_private.opt_out_reason(number.id, contact) is not null then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
  end if;
  conversation := sms_private.conversation_for_outbound(number, contact.id);
  message := sms_private.store_outbound(conversation.id, sender, 'text', composed ->> 'body',
    sms_private.media_of(wanted.media_urls), case when later then 2 else 1 end, send_at, template => wanted.template_id);
  if sender = 'person' and not later then
    perform sms_private.pause_assistant(conversation.id,
      clock_timestamp() + make_interval(mins => (sms_private.setting('person_pause_minutes'))::int), 'person');
  end if;
  return jsonb_build_object('outcome', 'created', 'message', to_jsonb(message));
end
$$;
comment on function sms_private.store_message is
  'sms_create_message without its key: checks everything, then stores the message and its delivery.';

create function public.sms_create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_message', jsonb_build_object('to_number', to_number, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'conversation_id', conversation_id, 'template_id', template_id, 'variables', coalesce(variables, '{}')),
    idempotency_key)
$$;
comment on function public.sms_create_message is
  'A person sends a contact a message: stores it and its delivery, and pauses the assistant there. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

create function public.sms_create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_message', jsonb_build_object('to_number', to_number,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'conversation_id', conversation_id, 'template_id', template_id,
    'variables', coalesce(variables, '{}')), idempotency_key)
$$;
comment on function public.sms_create_message_for is
  'An app sends a tenant''s contact a message: sms_create_message for a named tenant. The assistant is not paused. Outcomes of sms_create_message.';

create function sms_private.cancel_message(message_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  message public.sms_messages;
  resent boolean;
begin
  select * into message from public.sms_messages s
  where s.id = cancel_message.message_id and s.user_id = (select sms_private.tenant_id()) and s.direction = 'outbound'
  for no key update;
  if not found then
    return jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND');
  end if;
  select j.resent_at is not null into resent from sms_private.jobs j
  where j.message_id = message.id and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null for update;
  if not found then
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', message.status);
  end if;
  if resent then
    perform sms_private.give_up_on(message, 'You canceled this text; it may have left before that.');
    return jsonb_build_object('outcome', 'TOO_LATE', 'status', 'failed');
  end if;
  delete from sms_private.jobs j where j.message_id = message.id and j.kind = 'deliver';
  perform sms_private.report_status(message, 'canceled', 'CANCELED_BY_USER', 'You canceled this text before it left.',
    null, 'user');
  return jsonb_build_object('outcome', 'canceled');
end
$$;
comment on function sms_private.cancel_message is 'sms_cancel_message, as definer, for sms_private.tenant_id().';

create function public.sms_cancel_message(message_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.cancel_message(message_id) $$;
comment on function public.sms_cancel_message is
  'Cancels a message before a worker claims it. TOO_LATE: it is claimed, has left or was set aside. A message that waits to be sent once more may have left: it is stopped and becomes failed, and the answer is TOO_LATE. Outcomes: canceled, TOO_LATE (with status), MESSAGE_NOT_FOUND.';

-- ── 60_triggers.sql

-- Triggers: what happens by itself.

-- A number's account is the tenant's own or the default account: a rule no foreign key can say.
create function sms_private.check_number_account()
returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not exists (
    select from public.sms_accounts a
    where a.account_sid = new.account_sid and (a.shared or a.user_id = new.user_id)
  ) then
    raise exception 'account % does not belong to the owner of this number', new.account_sid
      using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function sms_private.check_number_account is
  'Trigger: a number belongs to an account of its own tenant, or to the default account.';
create trigger check_number_account before insert or update of account_sid, user_id on public.sms_numbers
  for each row execute function sms_private.check_number_account();

-- The other side of the same rule: an account cannot change its owner while it has numbers of the old one.
create function sms_private.check_account_numbers()
returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not new.shared and exists (
    select from public.sms_numbers n where n.account_sid = old.account_sid and n.user_id <> new.user_id
  ) then
    raise exception 'account % has numbers of another owner', old.account_sid using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function sms_private.check_account_numbers is
  'Trigger: an account does not go to one tenant while another has numbers on it.';
create trigger check_account_numbers before update of user_id, shared on public.sms_accounts
  for each row execute function sms_private.check_account_numbers();

create function sms_private.add_sender_pace()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into sms_private.sender_pace (phone_number_id) values (new.id) on conflict do nothing;
  return new;
end
$$;
comment on function sms_private.add_sender_pace is 'Trigger: every number has a pace.';
create trigger add_sender_pace after insert on public.sms_numbers
  for each row execute function sms_private.add_sender_pace();

-- A trigger, so that no way of claiming can forget it.
create function sms_private.begin_attempt()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  -- A message that is sent again keeps the time of its first attempt: the look-up begins there.
  if new.resent_at is null then
    new.attempted_at := clock_timestamp();
  end if;
  return new;
end
$$;
comment on function sms_private.begin_attempt is 'Trigger: notes when a claim began the attempt, by our clock.';
create trigger begin_attempt before update of in_flight on sms_private.jobs
  for each row when (new.in_flight and not old.in_flight) execute function sms_private.begin_attempt();

-- Deleting a template or an assistant clears the references to it, table by table, and in each table in whatever order
-- Postgres finds the rows. These triggers lock the same rows first, in the lock order (README.md).
create function sms_private.lock_template_uses()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.sms_broadcasts b where b.template_id = old.id and b.user_id = old.user_id
  order by b.id for no key update;
  perform from public.sms_messages m where m.template_id = old.id and m.user_id = old.user_id
  order by m.id for no key update;
  return old;
end
$$;
comment on function sms_private.lock_template_uses is
  'Trigger: deleting a template first locks the broadcasts and the messages made from it, each by id.';
create trigger lock_template_uses before delete on public.sms_templates
  for each row execute function sms_private.lock_template_uses();

create function sms_private.lock_assistant_uses()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.sms_numbers n where n.assistant_id = old.id and n.user_id = old.user_id
  order by n.id for no key update;
  perform from public.sms_conversations c where c.assistant_id = old.id and c.user_id = old.user_id
  order by c.id for no key update;
  return old;
end
$$;
comment on function sms_private.lock_assistant_uses is
  'Trigger: deleting an assistant first locks its numbers and its conversations, each by id.';
create trigger lock_assistant_uses before delete on public.sms_assistants
  for each row execute function sms_private.lock_assistant_uses();

create function sms_private.set_message_origin()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  select n.id, n.assistant_id into new.phone_number_id, new.assistant_id from public.sms_numbers n
  where n.account_sid = new.account_sid and n.user_id = new.user_id
    and n.number = case new.direction when 'inbound' then new.to_number else new.from_number end;
  if new.assistant_id is null then
    select c.assistant_id into new.assistant_id from public.sms_conversations c where c.id = new.conversation_id;
  end if;
  return new;
end
$$;
comment on function sms_private.set_message_origin is
  'Trigger: notes on a new message the number and the assistant it belongs to; where the number has no assistant now, the conversation''s.';
create trigger set_message_origin before insert on public.sms_messages
  for each row when (new.user_id is not null and new.phone_number_id is null)
  execute function sms_private.set_message_origin();

-- Looks back over 200 messages at most. A contact who wrote more than that without a reply has waited since the oldest of them.
create function sms_private.set_answer_time()
returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  answered bigint;
  asked_at timestamptz;
begin
  if not sms_private.is_answer(new) then
    return new;
  end if;
  -- Only a reply that Twilio took counts. One that was canceled or refused did not answer.
  select a.seq into answered from public.sms_messages a
  where a.conversation_id = new.conversation_id and a.seq < new.seq and a.seq > new.seq - 200
    and a.message_sid is not null and sms_private.is_answer(a)
  order by a.seq desc limit 1;
  select q.date_created into asked_at from public.sms_messages q
  where q.conversation_id = new.conversation_id and q.seq < new.seq and q.seq > coalesce(answered, new.seq - 200)
    and q.direction = 'inbound' and q.kind = 'text'
  order by q.seq limit 1;
  -- greatest() ignores null, and "answers nothing" must stay null.
  if asked_at is not null then
    new.answer_ms := greatest(0, round(extract(epoch from clock_timestamp() - asked_at) * 1000));
  end if;
  return new;
end
$$;
comment on function sms_private.set_answer_time is
  'Trigger: when Twilio has named an answer, notes how long the contact had waited for it.';
create trigger set_answer_time before update on public.sms_messages
  for each row when (new.direction = 'outbound' and old.message_sid is null and new.message_sid is not null)
  execute function sms_private.set_answer_time();

-- A change notes what the text was before, once until the next fold. The row is locked where it is there already, so that
-- no fold takes it before this transaction ends; a fold that has it is waited for, and then the row is written anew.
create function sms_private.count_message()
returns trigger
-- As definer: the role that deletes a user has no right to write here.
language plpgsql volatile security definer set search_path = ''
as $$
declare
  old_bucket timestamptz;
  new_bucket timestamptz;
begin
  -- Compared here. A condition of the trigger would be read and compiled anew for each update.
  if tg_op = 'UPDATE' and
    (old.status, old.intent, old.answer_ms, old.num_segments,
      case when old.price is not null then old.price_unit end, case when old.price_unit is not null then old.price end,
      old.user_id, old.created_at, old.phone_number_id, old.assistant_id, old.direction, old.sender, old.seq, old.id)
    is not distinct from (new.status, new.intent, new.answer_ms, new.num_segments,
      case when new.price is not null then new.price_unit end, case when new.price_unit is not null then new.price end,
      new.user_id, new.created_at, new.phone_number_id, new.assistant_id, new.direction, new.sender, new.seq, new.id)
  then
    return null;
  end if;
  if tg_op <> 'INSERT' and old.user_id is not null then
    if tg_op = 'DELETE' then
      -- When a user is deleted, the user's figures are deleted too. What a text counted for would only come too late.
      perform from auth.users u where u.id = old.user_id;
      if not found then
        return null;
      end if;
    end if;
    old_bucket := date_bin('15 minutes', old.created_at, '2000-01-01 00:00:00+00');
    insert into sms_private.stat_changes as c (message_id, user_id, bucket, phone_number_id, assistant_id, direction,
      sender, status, intent, price_unit, price, answer_ms, seq, num_segments)
    values (old.id, old.user_id, old_bucket, old.phone_number_id, old.assistant_id, old.direction, old.sender,
      old.status, old.intent, old.price_unit, old.price, old.answer_ms, old.seq, old.num_segments)
    -- Never updates; but it locks, and where the row vanishes meanwhile, it inserts.
    on conflict (message_id, user_id, bucket) do update set status = c.status where false;
  end if;
  if tg_op <> 'DELETE' and new.user_id is not null then
    new_bucket := date_bin('15 minutes', new.created_at, '2000-01-01 00:00:00+00');
    if tg_op = 'INSERT' or (new.id, new.user_id, new_bucket) is distinct from (old.id, old.user_id, old_bucket) then
      insert into sms_private.stat_changes as c (message_id, user_id, bucket)
      values (new.id, new.user_id, new_bucket)
      on conflict (message_id, user_id, bucket) do update set status = c.status where false;
    end if;
  end if;
  return null;
end
$$;
comment on function sms_private.count_message is
  'Trigger: notes in stat_changes that a message changed, and what it was when it was last folded.';
create trigger count_message after insert or update or delete on public.sms_messages
  for each row execute function sms_private.count_message();

-- ── 70_platform/live_updates.sql

-- Supabase Realtime.

-- The one place where an error is swallowed: a message that cannot be announced is still stored. Realtime's function runs
-- with the rights of its caller and writes a table, whose partitions may be missing.
create function sms_private.announce(tenant uuid, conversations uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform realtime.send(
    -- More than 50 ids would not fit into one broadcast. A page that gets no ids reads everything that it shows.
    jsonb_build_object('conversations', case when cardinality(conversations) <= 50 then to_jsonb(conversations) end),
    'changed', 'sms:' || tenant, true);
exception when others then
  raise warning 'A change of tenant % could not be announced: %', tenant, sqlerrm;
end
$$;
comment on function sms_private.announce is
  'Tells a tenant''s open pages which conversations changed; without ids when they are more than 50. Never fails.';

-- Definers, because the pipeline and the users have no rights on Realtime's table.
create function sms_private.announce_conversations()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.announce(c.user_id, c.ids)
  from (select user_id, array_agg(id order by id) as ids from changed group by user_id) c;
  return null;
end
$$;
comment on function sms_private.announce_conversations is 'Announces the conversations that a statement changed.';

create function sms_private.announce_messages()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.announce(m.user_id, m.ids)
  from (
    select user_id, array_agg(distinct conversation_id) as ids from changed
    where conversation_id is not null group by user_id) m;
  return null;
end
$$;
comment on function sms_private.announce_messages is 'Announces the conversations whose messages a statement changed.';

-- Storing a message changes its conversation, so inserts need no trigger of their own.
create function sms_private.set_up_live_updates()
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null
    or to_regprocedure('realtime.topic()') is null or to_regclass('realtime.messages') is null then
    return false;
  end if;
  drop policy if exists sms_listen_to_own on realtime.messages;
  create policy sms_listen_to_own on realtime.messages for select to authenticated
    using (extension = 'broadcast' and (select realtime.topic()) = 'sms:' || (select sms_private.tenant_id()));
  create or replace trigger announce_changes after update on public.sms_conversations
    referencing new table as changed for each statement execute function sms_private.announce_conversations();
  create or replace trigger announce_changes after update on public.sms_messages
    referencing new table as changed for each statement execute function sms_private.announce_messages();
  return true;
exception when insufficient_privilege then
  raise warning 'Live updates are not set up: %', sqlerrm;
  return false;
end
$$;
comment on function sms_private.set_up_live_updates is
  'Sets live updates up where the project has Realtime: who may listen (a tenant, to its own topic) and what is announced. May be called again, by the project''s owner. False where there is no Realtime.';

select sms_private.set_up_live_updates();

-- ── 70_platform/schedule.sql

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
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', key),
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
  if functions_url !~ '^https?://[^ ]+$' then
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
  'Wakes sms-worker every few seconds (1 to 59), with pg_cron and pg_net; address and key are kept in Vault. May be called again to change them. Outcomes: scheduled, INVALID_URL, INVALID_INTERVAL, KEY_REQUIRED, SCHEDULER_UNAVAILABLE (with what is missing).';

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

-- ── 90_grants.sql

-- Who may do what. Nothing else in the tree grants or revokes.

-- Closed first, by name and for all four roles: a project may grant new objects in public to the API roles by default,
-- and Postgres lets everybody execute a new function. The project's own defaults stay as they are.
revoke all on schema sms_private from public, anon, authenticated, service_role;
revoke all on all tables in schema sms_private from public, anon, authenticated, service_role;
revoke all on all sequences in schema sms_private from public, anon, authenticated, service_role;
revoke all on all functions in schema sms_private from public, anon, authenticated, service_role;
revoke all on
  public.sms_accounts, public.sms_assistants, public.sms_broadcasts, public.sms_consent_events,
  public.sms_contacts, public.sms_conversations, public.sms_limits, public.sms_message_events, public.sms_messages,
  public.sms_numbers, public.sms_stats, public.sms_templates
  from public, anon, authenticated, service_role;
revoke all on function
  public.sms_assign_number, public.sms_cancel_broadcast, public.sms_cancel_message, public.sms_choose_sender,
  public.sms_claim_deliveries, public.sms_claim_questions, public.sms_claim_replies, public.sms_count_messages,
  public.sms_create_broadcast,
  public.sms_create_broadcast_for, public.sms_create_message, public.sms_create_message_for,
  public.sms_disconnect_account, public.sms_filter_unassigned_numbers,
  public.sms_find_number_accounts, public.sms_find_unknown_messages, public.sms_finish_replies,
  public.sms_fold_stats, public.sms_get_account, public.sms_get_attachment, public.sms_get_broadcast,
  public.sms_get_conversation, public.sms_get_delivery, public.sms_give_number, public.sms_hand_back,
  public.sms_list_accounts, public.sms_list_credentials,
  public.sms_list_message_numbers, public.sms_list_messages_with, public.sms_list_numbers,
  public.sms_list_webhooks, public.sms_opt_out_contact, public.sms_pause_broadcast,
  public.sms_receive_message, public.sms_record_deliveries, public.sms_record_questions,
  public.sms_record_status, public.sms_record_webhook, public.sms_repair_any_number,
  public.sms_repair_number, public.sms_replace_credentials, public.sms_resume_broadcast, public.sms_save_account,
  public.sms_save_number, public.sms_schedule_worker, public.sms_search_conversations,
  public.sms_set_message_aside, public.sms_summarize_messages, public.sms_take_over, public.sms_take_preview_turn,
  public.sms_take_turn, public.sms_unassign_number, public.sms_unschedule_worker, public.sms_update_conversation,
  public.sms_worker_health
  from public, anon, authenticated, service_role;

-- anon: nothing.

-- authenticated, a signed-in user: its own rows (the policies), and the verbs.
grant usage on schema sms_private to authenticated;
grant select on
  public.sms_accounts, public.sms_assistants, public.sms_broadcasts, public.sms_consent_events,
  public.sms_contacts, public.sms_conversations, public.sms_limits, public.sms_message_events, public.sms_messages,
  public.sms_numbers, public.sms_stats, public.sms_templates
  to authenticated;
grant insert (user_id, name, prompt, first_message, goodbye_message, error_message, model, temperature, language,
  reply_delay_ms,
    max_history, max_segments, idle_timeout, reply_after_first_message, active)
  on public.sms_assistants to authenticated;
grant update (name, prompt, first_message, goodbye_message, error_message, model, temperature, language, reply_delay_ms,
    max_history, max_segments, idle_timeout, reply_after_first_message, active)
  on public.sms_assistants to authenticated;
grant delete on public.sms_assistants to authenticated;
grant insert (user_id, name, body) on public.sms_templates to authenticated;
grant update (name, body) on public.sms_templates to authenticated;
grant delete on public.sms_templates to authenticated;
grant insert (user_id, number, name, time_zone) on public.sms_contacts to authenticated;
grant update (name, time_zone) on public.sms_contacts to authenticated;
grant update (ai_enabled) on public.sms_conversations to authenticated;
grant execute on function
  public.sms_choose_sender, public.sms_count_messages, public.sms_create_message, public.sms_cancel_message,
  public.sms_create_broadcast, public.sms_get_broadcast, public.sms_pause_broadcast, public.sms_resume_broadcast,
  public.sms_cancel_broadcast, public.sms_search_conversations, public.sms_get_conversation,
  public.sms_list_messages_with, public.sms_list_message_numbers, public.sms_get_attachment,
  public.sms_update_conversation, public.sms_take_over, public.sms_hand_back,
  public.sms_opt_out_contact, public.sms_summarize_messages, public.sms_list_accounts,
  public.sms_list_numbers
  to authenticated;
-- The verbs above call these with the rights of their caller. Each asks sms_private.tenant_id() itself.
grant execute on function
  sms_private.account_view, sms_private.archived_totals, sms_private.broadcast_totals, sms_private.cancel_message,
  sms_private.change_my_broadcast, sms_private.change_my_conversation, sms_private.count_my_messages,
  sms_private.get_my_conversation, sms_private.list_my_messages_with, sms_private.new_id,
  sms_private.once_for_caller, sms_private.opt_out_contact,
  sms_private.search_my_conversations, sms_private.summarize_messages, sms_private.tenant_id,
  sms_private.update_my_conversation
  to authenticated;

-- The check constraint of the one table of these that they may update.
grant execute on function sms_private.check_conversation, sms_private.refuse_row to authenticated;

-- service_role, the secret key: the functions. It bypasses row level security.
grant usage on schema sms_private to service_role;
grant select, insert, update, delete on
  public.sms_accounts, public.sms_assistants, public.sms_broadcasts, public.sms_contacts, public.sms_conversations,
  public.sms_limits, public.sms_messages, public.sms_numbers, public.sms_stats, public.sms_templates
  to service_role;
-- Append-only, also for the functions.
grant select, insert on public.sms_consent_events, public.sms_message_events to service_role;
grant select, insert, update, delete on
  sms_private.idempotency_keys, sms_private.jobs, sms_private.questions, sms_private.sender_blocks,
  sms_private.sender_pace, sms_private.settings, sms_private.texts_set_aside,
  sms_private.turns, sms_private.twilio_credentials
  to service_role;
grant select on
  sms_private.stat_changes, sms_private.stat_deltas, sms_private.stat_parts, sms_private.stat_hours,
  sms_private.stat_days, sms_private.country_prefixes
  to service_role;
-- A message from a contact; delivery reports.
grant execute on function
  public.sms_receive_message, public.sms_record_status
  to service_role;
-- The worker: answer, send, ask Twilio.
grant execute on function
  public.sms_claim_replies, public.sms_finish_replies, public.sms_claim_deliveries, public.sms_record_deliveries,
  public.sms_get_delivery, public.sms_claim_questions, public.sms_record_questions,
  public.sms_find_unknown_messages, public.sms_set_message_aside, public.sms_fold_stats, public.sms_worker_health
  to service_role;
-- Sending for a named tenant.
grant execute on function
  public.sms_create_message_for, public.sms_create_broadcast_for
  to service_role;
-- Accounts, credentials and numbers: what needs a call at Twilio first.
grant execute on function
  public.sms_get_account, public.sms_save_account, public.sms_disconnect_account, public.sms_list_credentials,
  public.sms_replace_credentials, public.sms_save_number, public.sms_assign_number, public.sms_give_number,
  public.sms_unassign_number, public.sms_repair_number, public.sms_repair_any_number, public.sms_record_webhook,
  public.sms_list_webhooks, public.sms_find_number_accounts, public.sms_filter_unassigned_numbers
  to service_role;
-- Limits on what costs money.
grant execute on function
  public.sms_take_turn, public.sms_take_preview_turn
  to service_role;
-- The schedule.
grant execute on function
  public.sms_schedule_worker, public.sms_unschedule_worker
  to service_role;
-- What these verbs call.
grant execute on all functions in schema sms_private to service_role;

-- The project's owner alone: triggers, the schedule, live updates, figures made anew, the archive.
revoke execute on function
  sms_private.add_sender_pace, sms_private.announce_conversations, sms_private.announce_messages,
  sms_private.begin_attempt, sms_private.check_account_numbers, sms_private.check_number_account,
  sms_private.count_message, sms_private.lock_assistant_uses, sms_private.lock_template_uses,
  sms_private.set_answer_time,
  sms_private.set_message_origin, sms_private.touch_updated_at, sms_private.announce,
  sms_private.set_up_live_updates, sms_private.missing_for_schedule, sms_private.wake_worker,
  sms_private.purge_schedule_logs, sms_private.keep_secret, sms_private.recount_stats, sms_private.fold_changes,
  sms_private.add_figures, sms_private.archive_messages, sms_private.keep_figures, sms_private.move_to_archive,
  sms_private.next_to_archive, sms_private.stays_because
  from service_role;

reset search_path;

reset check_function_bodies;
