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
create index archived_messages_user_idx on sms_private.archived_messages (user_id, created_at);
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
