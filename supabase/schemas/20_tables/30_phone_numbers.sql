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
  last_served_at timestamptz not null default '-infinity',
  held_seconds double precision not null default 0,
  marked_at timestamptz not null default '-infinity',
  segments_day date not null default '-infinity',
  segments bigint not null default 0
) with (fillfactor = 50);
comment on table sms_private.sender_pace is 'When each number may send again. Small, because every claim writes it.';
comment on column sms_private.sender_pace.phone_number_id is 'The number.';
comment on column sms_private.sender_pace.next_at is 'When what it sent so far will have left at its pace.';
comment on column sms_private.sender_pace.last_served_at is 'When it last took a turn, so that numbers take turns.';
comment on column sms_private.sender_pace.held_seconds is
  'How long its pace has held this number back in all, between a text and the next one.';
comment on column sms_private.sender_pace.segments_day is 'The day (UTC) of segments.';
comment on column sms_private.sender_pace.segments is
  'Segments that were claimed on that day, where the number is one of the default account.';
comment on column sms_private.sender_pace.marked_at is 'When pace_marks got its newest row of this number.';

-- A claim adds a row when held_seconds grows, once a minute at most, so that a text's wait for the pace can be told from a wait in which nothing ran.
create table sms_private.pace_marks (
  phone_number_id uuid not null references public.sms_numbers (id) on delete cascade,
  at timestamptz not null,
  held_seconds double precision not null,
  primary key (phone_number_id, at)
);
comment on table sms_private.pace_marks is 'How long the pace had held each number back, at moments of the last week.';
comment on column sms_private.pace_marks.phone_number_id is 'The number.';
comment on column sms_private.pace_marks.at is 'The moment.';
comment on column sms_private.pace_marks.held_seconds is 'sender_pace.held_seconds at that moment.';
