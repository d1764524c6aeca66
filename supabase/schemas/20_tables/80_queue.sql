-- Work to do: replies, deliveries, and questions to Twilio.

create function sms_private.check_job(
  kind text, conversation_id uuid, message_id uuid, priority smallint, due_at timestamptz, lease_token uuid,
  lease_expires_at timestamptz, wanted_seq bigint, first_unanswered_at timestamptz, last_error text)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when kind not in ('reply', 'deliver') then 'kind_is_known'
    when not case kind
        when 'reply' then conversation_id is not null and message_id is null
          and wanted_seq is not null and first_unanswered_at is not null
        else message_id is not null and conversation_id is null end then 'exactly_one_subject'
    when priority not between 0 and 3 then 'priority_is_known'
    when not isfinite(due_at) then 'due_some_day'
    when (lease_token is null) <> (lease_expires_at is null) then 'lease_is_whole'
    when char_length(last_error) > 500 then 'error_is_bounded'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_private.jobs', broken);
end
$$;
comment on function sms_private.check_job is 'What every row of jobs keeps. True, or refuse_row().';

-- The lock order is in supabase/schemas/README.md.
create table sms_private.jobs (
  id uuid primary key default sms_private.new_id(),
  kind text not null,
  -- A job goes with its conversation or message, and those go with their tenant, number and contact: no references to them,
  -- because each costs a look-up a job.
  user_id uuid not null,
  conversation_id uuid references public.sms_conversations (id) on delete cascade,
  message_id uuid references public.sms_messages (id) on delete cascade,
  phone_number_id uuid not null,
  contact_id uuid not null,
  priority smallint not null default 0,
  due_at timestamptz not null,
  held_at timestamptz,
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
  unconfirmed boolean not null default false,
  set_aside_at timestamptz,
  last_error text,
  attempted_at timestamptz,
  resent_at timestamptz,
  held_for interval,
  constraint job_rules check (sms_private.check_job(kind, conversation_id, message_id, priority, due_at, lease_token,
    lease_expires_at, wanted_seq, first_unanswered_at, last_error))
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 70);
comment on table sms_private.jobs is 'Work to do: one reply job a conversation, one deliver job an outbound message.';
comment on column sms_private.jobs.id is 'Time-ordered id.';
comment on column sms_private.jobs.kind is 'reply: answer a conversation; deliver: hand a message to Twilio.';
comment on column sms_private.jobs.user_id is 'The tenant.';
comment on column sms_private.jobs.conversation_id is 'What to answer.';
comment on column sms_private.jobs.message_id is 'What to deliver.';
comment on column sms_private.jobs.phone_number_id is 'The number it goes out from.';
comment on column sms_private.jobs.contact_id is 'Whom it goes to.';
comment on column sms_private.jobs.priority is '0 a message of the assistant, 1 of a person or an app, 2 a scheduled one, 3 one of a broadcast.';
comment on column sms_private.jobs.due_at is 'Not before this.';
comment on column sms_private.jobs.held_at is
  'Since when a delivery waits for its paused broadcast; no claim takes it. Null when it is not held.';
comment on column sms_private.jobs.attempts is 'Times it was claimed and did not end well.';
comment on column sms_private.jobs.lease_token is 'Fencing token of the worker that has the job.';
comment on column sms_private.jobs.lease_expires_at is 'When the lease ends.';
comment on column sms_private.jobs.wanted_seq is 'Newest message to be answered.';
comment on column sms_private.jobs.answered_seq is 'The seq up to which the last answer had read. It is set only while newer messages wait for an answer.';
comment on column sms_private.jobs.first_unanswered_at is
  'When the oldest message came that is to be answered, or that this answer answers; null for other deliveries.';
comment on column sms_private.jobs.held_for is
  'How long pauses of its broadcast that are over have held it; null when none has.';
comment on column sms_private.jobs.drops is 'How often a reply was dropped and asked for again, because a newer message came.';
comment on column sms_private.jobs.in_flight is 'From the claim until the outcome is known: at most one delivery of a pair.';
comment on column sms_private.jobs.set_aside_at is 'Given up on; kept for a person to look at.';
comment on column sms_private.jobs.last_error is 'Why the last try failed.';
create unique index jobs_one_reply_idx on sms_private.jobs (conversation_id);
create unique index jobs_one_delivery_idx on sms_private.jobs (message_id);
-- A pair has at most one delivery in flight. So two messages of one pair are never mistaken for each other, and their
-- order is kept.
create unique index jobs_one_in_flight_idx on sms_private.jobs (phone_number_id, contact_id)
  where kind = 'deliver' and in_flight;
create index jobs_due_replies_idx on sms_private.jobs (user_id, due_at) where kind = 'reply' and set_aside_at is null;
-- The contact first: an opt-out looks for all of a contact's jobs.
create index jobs_pair_idx on sms_private.jobs (contact_id, phone_number_id);
create index jobs_in_flight_idx on sms_private.jobs (lease_expires_at)
  where kind = 'deliver' and in_flight and not unconfirmed;
comment on column sms_private.jobs.attempted_at is
  'When the attempt was claimed, by our clock. A message that is sent once more keeps the time of the attempt before. The look-up reads Twilio''s list back to ten minutes before this.';
comment on column sms_private.jobs.unconfirmed is 'In flight, and nobody knows whether Twilio has the message: a look-up asks.';
comment on column sms_private.jobs.resent_at is 'When the message was given back to be sent once more, because the carrier''s list never had it.';
-- What is leased is little, however much waits.
create index jobs_leased_replies_idx on sms_private.jobs (lease_expires_at)
  where kind = 'reply' and set_aside_at is null and lease_expires_at is not null;
create index jobs_due_deliveries_idx on sms_private.jobs (phone_number_id, priority, due_at, id)
  where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null;

-- What the worker asks Twilio: at most one question a message, and one an account. Look-up and settlement of a message
-- follow each other: until its SID is known, nobody can ask for its end.
create table sms_private.questions (
  id uuid primary key default sms_private.new_id(),
  kind text not null check (kind in ('lookup', 'listing', 'settlement', 'proof')),
  account_sid text not null,
  message_id uuid unique references public.sms_messages (id) on delete cascade,
  due_at timestamptz not null,
  tries int not null default 0,
  lease_token uuid,
  last_error text check (char_length(last_error) <= 500),
  set_aside_at timestamptz,
  -- listing: how far the account's texts are known
  listed_from timestamptz,
  listed_until timestamptz,
  began_at timestamptz,
  page_token text check (char_length(page_token) <= 500),
  constraint exactly_one_subject check (
    case kind when 'listing' then message_id is null and listed_from is not null and listed_until is not null
              else message_id is not null end)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 80);
comment on table sms_private.questions is
  'Open questions to Twilio. A row goes when it is answered, or was asked often enough; an account''s listing stays.';
comment on column sms_private.questions.id is 'Time-ordered id.';
comment on column sms_private.questions.kind is
  'lookup: did Twilio take this message? listing: which inbound messages did we miss? settlement: what is the last status of this message, and what did it cost? proof: did the contact send this START?';
comment on column sms_private.questions.account_sid is 'The account that is asked. Accounts take turns.';
comment on column sms_private.questions.message_id is 'The message, for a look-up, a settlement or a proof.';
comment on column sms_private.questions.due_at is 'When to ask Twilio. During a question: when its lease ends.';
comment on column sms_private.questions.tries is
  'Answers that did not end the question; for a listing, failures in a row.';
comment on column sms_private.questions.lease_token is 'Fencing token of the worker that asks; null when none does.';
comment on column sms_private.questions.last_error is 'Why asking failed the last time; null when it did not.';
comment on column sms_private.questions.set_aside_at is
  'Given up on, because the answer cannot be recorded; kept for a person to look at, and never asked again.';
comment on column sms_private.questions.listed_from is 'When the account was connected: what is older is not ours.';
comment on column sms_private.questions.listed_until is 'Everything before this is known: the watermark.';
comment on column sms_private.questions.began_at is
  'When the listing began that is under way, its earlier parts included; the next watermark.';
comment on column sms_private.questions.page_token is 'Where a listing goes on that was too long for one run.';
create unique index questions_one_listing_idx on sms_private.questions (account_sid) where kind = 'listing';
create index questions_due_idx on sms_private.questions (kind, due_at) where set_aside_at is null;
create index questions_account_idx on sms_private.questions (kind, account_sid, due_at) where set_aside_at is null;
-- What is leased is little, however much waits.
create index questions_leased_idx on sms_private.questions (lease_token) where lease_token is not null;

-- Inbound messages that Twilio lists and that cannot be stored. All that sms_receive_message needs is here, so a person who
-- has removed the cause can still store them.
create table sms_private.texts_set_aside (
  account_sid text not null,
  message_sid text not null,
  from_number text not null,
  to_number text not null,
  body text not null,
  media jsonb not null,
  num_segments int,
  sent_at timestamptz not null,
  set_aside_at timestamptz not null default now(),
  last_error text not null check (char_length(last_error) <= 500),
  primary key (account_sid, message_sid)
);
comment on table sms_private.texts_set_aside is
  'Inbound messages that were found in Twilio''s list and that the database refused; kept for a person, as sms_receive_message takes them.';
comment on column sms_private.texts_set_aside.account_sid is 'The account they came in.';
comment on column sms_private.texts_set_aside.message_sid is 'Twilio''s SID.';
comment on column sms_private.texts_set_aside.from_number is 'The contact.';
comment on column sms_private.texts_set_aside.to_number is 'The tenant''s number.';
comment on column sms_private.texts_set_aside.body is 'The text.';
comment on column sms_private.texts_set_aside.media is 'Its attachments: [{ url, content_type }].';
comment on column sms_private.texts_set_aside.num_segments is 'As Twilio counts.';
comment on column sms_private.texts_set_aside.sent_at is 'When Twilio took it.';
comment on column sms_private.texts_set_aside.set_aside_at is 'When it was refused first.';
comment on column sms_private.texts_set_aside.last_error is 'Why it was refused the last time.';
