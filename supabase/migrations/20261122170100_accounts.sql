-- Twilio accounts, their credentials, and what a tenant may spend.

-- An account belongs to one tenant; the operator's default account belongs to nobody and is shared.
create table public.twilio_accounts (
  id uuid primary key default private.new_id(),
  user_id uuid references auth.users (id) on delete cascade,
  account_sid text not null unique check (account_sid ~ '^AC[0-9a-f]{32}$'),
  label text check (char_length(label) <= 200),
  trunk_sid text check (trunk_sid ~ '^TK[0-9a-f]{32}$'),
  messaging_service_sid text check (messaging_service_sid ~ '^MG[0-9a-f]{32}$'),
  shared boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shared_has_no_owner check (shared = (user_id is null))
);
comment on table public.twilio_accounts is 'A Twilio account: of one tenant, or the operator''s shared default.';
comment on column public.twilio_accounts.id is 'Time-ordered id.';
comment on column public.twilio_accounts.user_id is 'The tenant; null for the shared account.';
comment on column public.twilio_accounts.account_sid is 'Twilio''s AccountSid, which signs every webhook.';
comment on column public.twilio_accounts.label is 'The tenant''s own name for it.';
comment on column public.twilio_accounts.trunk_sid is 'The main trunk that assigned numbers are attached to.';
comment on column public.twilio_accounts.messaging_service_sid is 'A Messaging Service the numbers are pooled in, if any.';
comment on column public.twilio_accounts.shared is 'True for the operator''s default account.';
comment on column public.twilio_accounts.created_at is 'When it was connected.';
comment on column public.twilio_accounts.updated_at is 'When it last changed.';
create index twilio_accounts_user_id_idx on public.twilio_accounts (user_id);
create trigger touch_updated_at before update on public.twilio_accounts
  for each row execute function private.touch_updated_at();

alter table public.twilio_accounts enable row level security;
create policy select_own on public.twilio_accounts for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.twilio_accounts is 'A tenant sees the accounts it connected.';
grant select on public.twilio_accounts to authenticated;
grant select, insert, update, delete on public.twilio_accounts to service_role;

-- Tokens as JWE; the key is outside the database, so a dump gives nothing away.
create table private.twilio_credentials (
  account_id uuid primary key references public.twilio_accounts (id) on delete cascade,
  current_token text not null,
  previous_token text,
  updated_at timestamptz not null default now()
);
comment on table private.twilio_credentials is 'Encrypted auth tokens of connected accounts.';
comment on column private.twilio_credentials.account_id is 'The account.';
comment on column private.twilio_credentials.current_token is 'JWE of { account_sid, auth_token }.';
comment on column private.twilio_credentials.previous_token is 'The token before the last rotation: webhooks in flight are still signed with it.';
comment on column private.twilio_credentials.updated_at is 'When the token last changed.';
create trigger touch_updated_at before update on private.twilio_credentials
  for each row execute function private.touch_updated_at();
grant select, insert, update, delete on private.twilio_credentials to service_role;

-- What a tenant may spend. A missing row means the defaults; null in a column means no limit.
create table public.user_limits (
  user_id uuid primary key references auth.users (id) on delete cascade,
  sends_per_minute int default 60 check (sends_per_minute >= 0),
  conversation_replies_per_hour int default 20 check (conversation_replies_per_hour >= 0),
  conversation_replies_per_day int default 100 check (conversation_replies_per_day >= 0),
  tenant_replies_per_day int default 1000 check (tenant_replies_per_day >= 0),
  allowed_countries text[] default '{}',
  updated_at timestamptz not null default now()
);
comment on table public.user_limits is 'Limits of one tenant, set by the operator. Null means no limit.';
comment on column public.user_limits.user_id is 'The tenant.';
comment on column public.user_limits.sends_per_minute is 'Texts a tenant''s people and apps may create in a minute.';
comment on column public.user_limits.conversation_replies_per_hour is 'Automatic replies an hour in one conversation.';
comment on column public.user_limits.conversation_replies_per_day is 'Automatic replies a day in one conversation.';
comment on column public.user_limits.tenant_replies_per_day is 'Automatic replies a day in all conversations.';
comment on column public.user_limits.allowed_countries is 'ISO 3166 countries that may be texted besides the sending number''s own; null for any.';
comment on column public.user_limits.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.user_limits
  for each row execute function private.touch_updated_at();

alter table public.user_limits enable row level security;
create policy select_own on public.user_limits for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.user_limits is 'A tenant sees its own limits.';
grant select on public.user_limits to authenticated;
grant select, insert, update, delete on public.user_limits to service_role;

-- One place for the defaults: a row that is not there reads like a new row.
create function private.limits_of(tenant uuid)
returns public.user_limits
language sql stable set search_path = ''
as $$
  select coalesce(
    (select l from public.user_limits l where l.user_id = tenant),
    row (tenant, 60, 20, 100, 1000, '{}'::text[], now())::public.user_limits)
$$;
comment on function private.limits_of is 'The limits of a tenant, the defaults where none are set.';
revoke execute on function private.limits_of from public, anon, authenticated;
grant execute on function private.limits_of to service_role;
