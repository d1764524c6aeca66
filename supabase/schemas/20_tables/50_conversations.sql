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
      'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late', 'expired',
      'restored', 'unsent_calls_per_hour', 'tenant_unsent_calls_per_day', 'segments_per_day')
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
  via text,
  disclosed_by uuid,
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
comment on column public.sms_conversations.waiting_for_person is 'The contact asked for a person, or a text to the contact was too late and not sent.';
comment on column public.sms_conversations.greeting_pending is 'The assistant''s first message is still to be sent.';
comment on column public.sms_conversations.last_seq is 'Sequence number of the newest message.';
comment on column public.sms_conversations.read_seq is 'Up to where the tenant has read. A text of the system moves it on where nothing before was unread.';
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

comment on column public.sms_conversations.disclosed_by is
  'The text that told the contact that a machine answers. It counts while it is not lost, and since the conversation was last reopened. Not a reference: an archived text has said it too long ago.';

comment on column public.sms_conversations.via is
  'The sender of ours that the contact wrote to last, where it is not the number itself (sms_messages.via).';

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
