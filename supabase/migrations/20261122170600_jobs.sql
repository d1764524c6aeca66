-- The queue and what it needs: all out of reach of the API.

-- LOCK ORDER, everywhere: assistant (key share) → conversation (by id) → contact → message → job → pace.
-- Claims lock messages and jobs together and skip what is locked, so they wait for nobody.
create table private.jobs (
  id uuid primary key default private.new_id(),
  kind text not null check (kind in ('reply', 'deliver')),
  user_id uuid not null references auth.users (id) on delete cascade,
  conversation_id uuid references public.conversations (id) on delete cascade,
  message_id uuid references public.sms_messages (id) on delete cascade,
  phone_number_id uuid not null references public.phone_numbers (id) on delete cascade,
  contact_id uuid not null references public.contacts (id) on delete cascade,
  priority smallint not null default 0 check (priority between 0 and 3),
  due_at timestamptz not null check (isfinite(due_at)),
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
  lookup_at timestamptz,
  set_aside_at timestamptz,
  last_error text check (char_length(last_error) <= 500),
  constraint exactly_one_subject check (
    case kind when 'reply' then conversation_id is not null and message_id is null
                            and wanted_seq is not null and first_unanswered_at is not null
              else message_id is not null and conversation_id is null end),
  constraint lease_is_whole check ((lease_token is null) = (lease_expires_at is null))
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 70);
comment on table private.jobs is 'Work to do: one reply job a conversation, one deliver job an outbound text.';
comment on column private.jobs.id is 'Time-ordered id.';
comment on column private.jobs.kind is 'reply: answer a conversation; deliver: hand a text to Twilio.';
comment on column private.jobs.user_id is 'The tenant.';
comment on column private.jobs.conversation_id is 'What to answer.';
comment on column private.jobs.message_id is 'What to deliver.';
comment on column private.jobs.phone_number_id is 'The number it goes out from.';
comment on column private.jobs.contact_id is 'Whom it goes to.';
comment on column private.jobs.priority is '0 answer to a contact, 1 API, 2 scheduled, 3 bulk.';
comment on column private.jobs.due_at is 'Not before this.';
comment on column private.jobs.attempts is 'Times it was claimed and did not end well.';
comment on column private.jobs.lease_token is 'Fencing token of whoever works on it.';
comment on column private.jobs.lease_expires_at is 'When the lease lapses.';
comment on column private.jobs.wanted_seq is 'Newest text to be answered.';
comment on column private.jobs.answered_seq is 'What an answer that was sent has read, when there is more to answer; null when nothing was sent yet.';
comment on column private.jobs.first_unanswered_at is 'When the oldest unanswered text came.';
comment on column private.jobs.drops is 'Replies dropped because a newer text came.';
comment on column private.jobs.in_flight is 'From claim until the outcome is known: at most one per sender and contact.';
comment on column private.jobs.lookup_at is 'Set when the outcome is unknown: when to look for the text at the carrier.';
comment on column private.jobs.set_aside_at is 'Given up on; kept for a person to look at.';
comment on column private.jobs.last_error is 'Why the last try failed.';
create unique index jobs_one_reply_idx on private.jobs (conversation_id);
create unique index jobs_one_delivery_idx on private.jobs (message_id);
-- Twins cannot be confused, and order is kept, because a pair never has two texts at Twilio's door.
create unique index jobs_one_in_flight_idx on private.jobs (phone_number_id, contact_id)
  where kind = 'deliver' and in_flight;
create index jobs_due_replies_idx on private.jobs (user_id, due_at) where kind = 'reply' and set_aside_at is null;
create index jobs_due_deliveries_idx on private.jobs (phone_number_id, priority, due_at)
  where kind = 'deliver' and set_aside_at is null and not in_flight;
create index jobs_pair_idx on private.jobs (phone_number_id, contact_id);
create index jobs_in_flight_idx on private.jobs (lease_expires_at)
  where kind = 'deliver' and in_flight and lookup_at is null;
create index jobs_user_idx on private.jobs (user_id, kind);
create index jobs_contact_idx on private.jobs (contact_id, kind);
grant select, insert, update, delete on private.jobs to service_role;

create table private.sender_pace (
  phone_number_id uuid primary key references public.phone_numbers (id) on delete cascade,
  next_at timestamptz not null default '-infinity',
  last_served_at timestamptz not null default '-infinity'
) with (fillfactor = 50);
comment on table private.sender_pace is 'When each number may send again. Small, because every claim writes it.';
comment on column private.sender_pace.phone_number_id is 'The number.';
comment on column private.sender_pace.next_at is 'When what it sent so far will have left at its pace.';
comment on column private.sender_pace.last_served_at is 'When it last took a turn, so that numbers take turns.';
grant select, insert, update, delete on private.sender_pace to service_role;

create function private.add_sender_pace()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.sender_pace (phone_number_id) values (new.id) on conflict do nothing;
  return new;
end
$$;
comment on function private.add_sender_pace is 'Trigger: every number has a pace.';
revoke execute on function private.add_sender_pace from public, anon, authenticated, service_role;
create trigger add_sender_pace after insert on public.phone_numbers
  for each row execute function private.add_sender_pace();

create table private.sender_blocks (
  phone_number_id uuid not null references public.phone_numbers (id) on delete cascade,
  contact_id uuid not null references public.contacts (id) on delete cascade,
  at timestamptz not null default now(),
  primary key (phone_number_id, contact_id)
);
comment on table private.sender_blocks is
  'Pairs that Twilio refuses with 21610: the contact opted out of one sender. A keyword on that sender lifts it.';
comment on column private.sender_blocks.phone_number_id is 'The sender.';
comment on column private.sender_blocks.contact_id is 'Who opted out of it.';
comment on column private.sender_blocks.at is 'Since when.';
create index sender_blocks_contact_idx on private.sender_blocks (contact_id);
grant select, insert, update, delete on private.sender_blocks to service_role;

create table private.account_watermarks (
  account_sid text primary key,
  listed_until timestamptz not null
);
comment on table private.account_watermarks is 'Up to when an account''s inbound texts were compared with Twilio''s list.';
comment on column private.account_watermarks.account_sid is 'The account.';
comment on column private.account_watermarks.listed_until is 'Everything before this is known.';
grant select, insert, update, delete on private.account_watermarks to service_role;
