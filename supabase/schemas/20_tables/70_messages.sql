-- Every message, and all that happened to it.

-- One function in place of fifteen constraints: see sms_private.refuse_row().
create function sms_private.check_message(
  direction text, kind text, sender text, status text, user_id uuid, conversation_id uuid, seq bigint, message_sid text,
  to_number text, body text, media jsonb, num_segments int, answer_ms bigint, purpose text, held_until timestamptz,
  held_reason text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when direction not in ('inbound', 'outbound') then 'direction_is_known'
    when kind not in ('text', 'keyword', 'reply', 'greeting', 'goodbye', 'error', 'opt_out_confirmation',
        'reaction') then 'kind_is_known'
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
    when purpose not in ('promotional', 'transactional') then 'purpose_is_known'
    when held_until is not null and held_reason is null then 'held_for_a_reason'
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
  not_after timestamptz,
  via text,
  purpose text not null default 'transactional',
  held_until timestamptz,
  held_reason text,
  unique (id, user_id),
  -- Per account, not alone: no account may occupy another one's SID.
  unique (account_sid, message_sid),
  unique (conversation_id, seq),
  foreign key (conversation_id, user_id) references public.sms_conversations (id, user_id) on delete cascade,
  constraint message_rules check (sms_private.check_message(direction, kind, sender, status, user_id, conversation_id,
    seq, message_sid, to_number, body, media, num_segments, answer_ms, purpose, held_until, held_reason)),
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
comment on column public.sms_messages.kind is 'What the message is for; keyword is a contact''s STOP, START or HELP, reaction their thumb or heart on another message.';
comment on column public.sms_messages.sender is 'Who wrote it: contact, assistant, person (a person''s answer), or system (an app, a broadcast).';
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
-- Texts to numbers that nobody has: how many an account brought, and all of an account that goes.
create index sms_messages_ownerless_idx on public.sms_messages (account_sid, created_at) where user_id is null;
comment on column public.sms_messages.phone_number_id is
  'The tenant''s number, as it was when the message was stored. Not a reference: history outlives what it tells of.';
comment on column public.sms_messages.assistant_id is
  'Who answered on that number when the message was stored; null when nobody did. Not a reference, as above.';
comment on column public.sms_messages.answer_ms is
  'Milliseconds from the contact''s first unanswered message until Twilio took this answer; null when it answers nothing.';
comment on column public.sms_messages.not_after is
  'Not sent after this moment, whatever it waits for. Null: it may wait as long as its kind may (sms_private.settings).';
comment on column public.sms_messages.via is
  'Our sender where it is not the number itself: rcs:<name> or whatsapp:<number>, as Twilio names it. Null: SMS or MMS.';
comment on column public.sms_messages.purpose is
  'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md); of a broadcast''s text, the broadcast''s. Kept as the sender''s statement.';
comment on column public.sms_messages.held_until is
  'Until when the law, or a limit, held it back last. Over: it waits for that no more, or has left. Null: it was never held, or the carrier holds it.';
comment on column public.sms_messages.held_reason is
  'Why it was held until then: quiet_hours, or carrier (docs/rules/quiet_hours.md). Null: it was never held.';
-- Messages of ours without a SID. Few. No index has the status, nor a condition on it: then Postgres writes a message whose status
-- changes beside the old row, and no index anew (https://www.postgresql.org/docs/17/storage-hot.html).
create index sms_messages_nameless_idx on public.sms_messages (account_sid, to_number)
  where direction = 'outbound' and message_sid is null;

create table public.sms_message_events (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null,
  message_id uuid not null,
  status text not null check (char_length(status) <= 64),
  error_code text check (char_length(error_code) <= 64),
  message_sid text check (char_length(message_sid) <= 64),
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
create index sms_message_events_expired_idx on public.sms_message_events (received_at) where error_code = 'EXPIRED';
alter table public.sms_message_events enable row level security;
create policy select_own on public.sms_message_events for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_message_events is 'A tenant sees what happened to its messages.';
-- No update, no delete: what happened, happened. Rows go with their message.
comment on column public.sms_message_events.flags is
  'What was odd: doubled (a second SID), late, lease_expired, shortened, resent (sent once more: not found at the carrier), ambiguous (several messages may be it), given_up, restored (a backup was restored), settled (a person looked).';
