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
  broadcast_recipients_per_day int default 10000 check (broadcast_recipients_per_day >= 0),
  conversation_unsent_calls_per_hour int default 40 check (conversation_unsent_calls_per_hour > 0),
  tenant_unsent_calls_per_day int default 2000 check (tenant_unsent_calls_per_day > 0),
  assistants int default 50 check (assistants >= 0),
  contacts int default 50000 check (contacts >= 0),
  templates int default 200 check (templates >= 0),
  texts_per_minute int default 600 check (texts_per_minute >= 0),
  shared_segments_per_day int default 10000 check (shared_segments_per_day >= 0),
  default_numbers int default 1 check (default_numbers >= 0),
  promotional_per_contact_per_day int default 3 check (promotional_per_contact_per_day >= 0),
  promotional_per_contact_per_week int default 7 check (promotional_per_contact_per_week >= 0)
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

comment on column public.sms_limits.conversation_unsent_calls_per_hour is
  'Calls of the model an hour in one conversation whose answer was not sent: empty, refused, failed, dropped, taken back.';
comment on column public.sms_limits.tenant_unsent_calls_per_day is
  'The same a day in all conversations.';
comment on column public.sms_limits.assistants is 'Assistants that the tenant may make.';
comment on column public.sms_limits.contacts is
  'Contacts up to which the tenant may add some by itself. Who texts it, or is texted by it, becomes a contact all the same.';
comment on column public.sms_limits.templates is 'Templates that the tenant may keep.';
comment on column public.sms_limits.texts_per_minute is
  'Texts a minute that webhooks may bring. What is beyond comes by Twilio''s list, minutes later.';
comment on column public.sms_limits.shared_segments_per_day is
  'Segments a day (UTC) that the tenant may send from numbers of the default account, which the operator pays.';
comment on column public.sms_limits.default_numbers is
  'Numbers of the default account that the tenant may take by itself, where users may. Those that the operator gave count.';

comment on column public.sms_limits.promotional_per_contact_per_day is
  'Promotional texts that one contact may get in 24 hours, from all numbers of the tenant; fewer where a law says so.';
comment on column public.sms_limits.promotional_per_contact_per_week is 'The same in 7 days.';

-- Only calls that cost something and said nothing. A text that is answered writes nothing here.
create table sms_private.unsent_calls (
  conversation_id uuid not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  at timestamptz not null,
  calls int not null check (calls > 0),
  primary key (conversation_id, at)
);
comment on table sms_private.unsent_calls is
  'Calls of the model that ended in no text, of the last day. See sms_private.call_cap().';
comment on column sms_private.unsent_calls.conversation_id is
  'The conversation. Not a reference: an erased contact''s calls were made all the same.';
comment on column sms_private.unsent_calls.user_id is 'The tenant.';
comment on column sms_private.unsent_calls.at is 'When it was known that nothing is sent.';
comment on column sms_private.unsent_calls.calls is 'How many.';
create index unsent_calls_user_idx on sms_private.unsent_calls (user_id, at);

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

-- One row an action for the whole project. Only what is rare takes turns here: who asks at the same moment waits.
create table sms_private.project_turns (
  action text primary key check (action ~ '^[a-z_]{1,40}$'),
  next_at timestamptz not null
) with (fillfactor = 50);
comment on table sms_private.project_turns is 'As sms_private.turns, for all tenants together.';
comment on column sms_private.project_turns.action is 'What is limited, for example trial_previews_per_day.';
comment on column sms_private.project_turns.next_at is 'When all turns are back.';

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
