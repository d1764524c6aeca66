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
