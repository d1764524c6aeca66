-- Contacts and the conversations with them.

create table public.contacts (
  id uuid primary key default private.new_id(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
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
comment on table public.contacts is 'Somebody who texts a tenant, or is texted by it.';
comment on column public.contacts.id is 'Time-ordered id.';
comment on column public.contacts.user_id is 'The tenant.';
comment on column public.contacts.number is 'E.164, or as Twilio names other senders (short code, alphanumeric).';
comment on column public.contacts.name is 'What the tenant calls them.';
comment on column public.contacts.time_zone is 'IANA name, for dates in replies.';
comment on column public.contacts.opted_out_at is 'Since when the tenant may not text them; only their START clears it.';
comment on column public.contacts.opt_out_source is 'What opted them out.';
comment on column public.contacts.created_at is 'When they first appeared.';
comment on column public.contacts.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.contacts
  for each row execute function private.touch_updated_at();

alter table public.contacts enable row level security;
create policy select_own on public.contacts for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.contacts is 'A tenant sees its contacts.';
create policy insert_own on public.contacts for insert to authenticated
  with check ((select auth.uid()) = user_id);
comment on policy insert_own on public.contacts is 'A tenant adds contacts for itself.';
create policy update_own on public.contacts for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
comment on policy update_own on public.contacts is 'A tenant names its contacts; consent is out of its reach.';
grant select on public.contacts to authenticated;
grant insert (user_id, number, name, time_zone) on public.contacts to authenticated;
grant update (name, time_zone) on public.contacts to authenticated;
grant select, insert, update, delete on public.contacts to service_role;

create table public.conversations (
  id uuid primary key default private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  phone_number_id uuid not null,
  contact_id uuid not null,
  assistant_id uuid,
  status text not null default 'active' check (status in ('active', 'ended')),
  end_reason text check (end_reason in ('assistant', 'person', 'idle')),
  intent text,
  ai_enabled boolean not null default true,
  ai_paused_until timestamptz,
  ai_paused_reason text check (ai_paused_reason in (
    'person', 'taken_over', 'no_assistant', 'assistant_inactive', 'opted_out', 'sender_blocked', 'not_repliable',
    'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed')),
  waiting_for_person boolean not null default false,
  greeting_pending boolean not null default false,
  last_seq bigint not null default 0,
  read_seq bigint not null default 0,
  last_message_at timestamptz,
  last_message_preview text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  reopened_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (id, user_id),
  foreign key (phone_number_id, user_id) references public.phone_numbers (id, user_id) on delete cascade,
  foreign key (contact_id, user_id) references public.contacts (id, user_id) on delete cascade,
  foreign key (assistant_id, user_id) references public.assistants (id, user_id) on delete set null (assistant_id),
  constraint ended_says_when_and_why
    check ((status = 'ended') = (ended_at is not null) and (status = 'ended') = (end_reason is not null)),
  constraint read_is_within check (read_seq between 0 and last_seq)
);
comment on table public.conversations is 'What a contact and a number said to each other, until one of them ends it.';
comment on column public.conversations.id is 'Time-ordered id.';
comment on column public.conversations.user_id is 'The tenant.';
comment on column public.conversations.phone_number_id is 'The tenant''s number.';
comment on column public.conversations.contact_id is 'The other side.';
comment on column public.conversations.assistant_id is 'The assistant that answered last.';
comment on column public.conversations.status is 'active, or ended; at most one active per number and contact.';
comment on column public.conversations.end_reason is 'Who or what ended it.';
comment on column public.conversations.intent is 'What the contact wants, as the assistant last understood it.';
comment on column public.conversations.ai_enabled is 'The tenant''s switch for automatic replies.';
comment on column public.conversations.ai_paused_until is 'No automatic replies before this; infinity until handed back.';
comment on column public.conversations.ai_paused_reason is 'Why the last text got no automatic reply; null when it did.';
comment on column public.conversations.waiting_for_person is 'The contact asked for a person.';
comment on column public.conversations.greeting_pending is 'The assistant''s first message is still to be sent.';
comment on column public.conversations.last_seq is 'Sequence number of the newest message.';
comment on column public.conversations.read_seq is 'Up to where the tenant has read.';
comment on column public.conversations.last_message_at is 'When the newest message was stored.';
comment on column public.conversations.last_message_preview is 'The newest message''s first 160 characters.';
comment on column public.conversations.started_at is 'When it began.';
comment on column public.conversations.ended_at is 'When it ended.';
comment on column public.conversations.reopened_at is 'When the contact last came back to it after its end.';
comment on column public.conversations.updated_at is 'When it last changed.';
create unique index conversations_one_active_idx on public.conversations (phone_number_id, contact_id)
  where status = 'active';
create index conversations_pair_idx on public.conversations (phone_number_id, contact_id, ended_at desc);
create index conversations_contact_idx on public.conversations (contact_id, user_id);
create index conversations_assistant_idx on public.conversations (assistant_id, user_id);
create index conversations_newest_idx on public.conversations (user_id, last_message_at desc, id desc);
create trigger touch_updated_at before update on public.conversations
  for each row execute function private.touch_updated_at();

alter table public.conversations enable row level security;
create policy select_own on public.conversations for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.conversations is 'A tenant sees its conversations.';
create policy update_own on public.conversations for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
comment on policy update_own on public.conversations is 'A tenant switches the assistant on and off; the rest goes through verbs.';
grant select on public.conversations to authenticated;
grant update (ai_enabled) on public.conversations to authenticated;
grant select, insert, update, delete on public.conversations to service_role;
