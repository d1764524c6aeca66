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
  current_token text,
  previous_token text,
  updated_at timestamptz not null default now(),
  previous_until timestamptz,
  api_key_sid text check (api_key_sid ~ '^SK[0-9a-f]{32}$'),
  api_key_secret text,
  constraint api_key_is_whole check ((api_key_sid is null) = (api_key_secret is null)),
  constraint asks_with_something check (current_token is not null or api_key_secret is not null)
);
comment on table sms_private.twilio_credentials is 'Encrypted auth tokens and API keys of connected accounts.';
comment on column sms_private.twilio_credentials.account_id is 'The account.';
comment on column sms_private.twilio_credentials.current_token is
  'JWE of { account_sid, auth_token }; null where an API key asks Twilio and SharedKeys sign.';
comment on column sms_private.twilio_credentials.previous_token is
  'The token before the last rotation: Twilio signs with it until the new one is promoted.';
comment on column sms_private.twilio_credentials.updated_at is 'When the token last changed.';
comment on column sms_private.twilio_credentials.previous_until is
  'When the previous token ends to count: a day after the new one was given, and a minute after the new one first signed.';
comment on column sms_private.twilio_credentials.api_key_sid is 'The API key that asks Twilio in place of the token.';
comment on column sms_private.twilio_credentials.api_key_secret is 'JWE of its secret.';
create trigger touch_updated_at before update on sms_private.twilio_credentials
  for each row execute function sms_private.touch_updated_at();
