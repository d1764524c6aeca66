-- Texts that may be opt-outs: what the model is asked about them.

-- One a contact, however much they write. It goes when the model has answered, or when a person must decide.
create table sms_private.doubts (
  contact_id uuid primary key references public.sms_contacts (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  messages uuid[] not null check (cardinality(messages) between 1 and 5),
  opts_out boolean not null default true,
  raised_at timestamptz not null default clock_timestamp(),
  due_at timestamptz not null check (isfinite(due_at)),
  tries int not null default 0,
  lease_token uuid,
  lease_expires_at timestamptz,
  last_error text check (char_length(last_error) <= 500),
  constraint lease_is_whole check ((lease_token is null) = (lease_expires_at is null))
);
comment on table sms_private.doubts is
  'Contacts of whom the model is asked whether they want no more texts. Rules: 30_rules/doubts.sql.';
comment on column sms_private.doubts.contact_id is 'Who.';
comment on column sms_private.doubts.user_id is 'The tenant. Tenants take turns.';
comment on column sms_private.doubts.messages is 'The texts in doubt, the newest last, five at most.';
comment on column sms_private.doubts.opts_out is
  'Whether a yes opts the contact out. False for texts that were stored before words were read: then a person decides.';
comment on column sms_private.doubts.raised_at is 'Since when.';
comment on column sms_private.doubts.due_at is 'When to ask. Later where an answer is due, whose own call of the model will tell.';
comment on column sms_private.doubts.tries is 'How often a worker has begun to ask.';
comment on column sms_private.doubts.lease_token is 'Fencing token of the worker that asks; null when none does.';
comment on column sms_private.doubts.lease_expires_at is 'When another worker may ask.';
comment on column sms_private.doubts.last_error is 'Why asking failed the last time.';
create index doubts_due_idx on sms_private.doubts (user_id, due_at);

-- The texts of before: read once, from the newest to the oldest.
create table sms_private.old_words (
  only_row boolean primary key default true check (only_row),
  read_down_to uuid not null,
  done_at timestamptz
);
comment on table sms_private.old_words is
  'How far the texts are read that were stored before words were read at all (read_old_words()). No row: there were none.';
comment on column sms_private.old_words.only_row is 'There is one row at most.';
comment on column sms_private.old_words.read_down_to is 'The oldest text that was read; ids are in the order of time.';
comment on column sms_private.old_words.done_at is 'When the last one was read.';
