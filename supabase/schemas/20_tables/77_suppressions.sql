-- Opt-outs that outlive their contact: of who was erased, and of contacts of a tenant that is gone.

create table sms_private.suppression_keys (
  id int primary key check (id > 0),
  secret bytea check (octet_length(secret) = 32),
  created_at timestamptz not null default now(),
  fingerprint bytea not null check (octet_length(fingerprint) = 32)
);
comment on table sms_private.suppression_keys is
  'Keys of the hashes in suppressions. The newest makes new hashes; an older one stays while a hash of it is there. Read by the database''s owner alone.';
comment on column sms_private.suppression_keys.id is 'Which key; the newest has the highest.';
comment on column sms_private.suppression_keys.secret is 'The key; null: it is in Vault, as supabase_sms_suppression_key_<id>.';
comment on column sms_private.suppression_keys.created_at is 'When it was made.';
comment on column sms_private.suppression_keys.fingerprint is 'SHA-256 of the key: another one in its place would find nobody, and nobody would notice.';

-- No reference to tenant, number or contact: a row outlives all three, and binds who has the sending number next.
create table sms_private.suppressions (
  key_id int not null references sms_private.suppression_keys (id) on delete restrict,
  contact_hash bytea not null check (octet_length(contact_hash) = 32),
  sending_number text not null,
  user_id uuid not null,
  reason text not null check (reason in ('opted_out', 'sender_blocked')),
  source text not null check (source in ('keyword', 'opt_out_type', 'free_text', 'model', 'person', 'carrier')),
  opted_out_at timestamptz not null,
  primary key (key_id, contact_hash, sending_number, user_id)
);
comment on table sms_private.suppressions is
  'Who must not be texted from a number although nothing else is known of them. Their START deletes a row, or the purge after ten years.';
comment on column sms_private.suppressions.key_id is 'The key of the hash.';
comment on column sms_private.suppressions.contact_hash is 'HMAC-SHA256 of the contact''s canonical number (UTF-8).';
comment on column sms_private.suppressions.sending_number is 'The number that must not text them; E.164. Empty: the tenant had none.';
comment on column sms_private.suppressions.user_id is
  'Whom they opted out of: numbers that this tenant adds later are bound too. Not a reference: the row outlives the tenant, and has zeros then.';
comment on column sms_private.suppressions.reason is
  'As opt_out_reason() says it: opted_out of all numbers of the tenant of then, or sender_blocked, of this number.';
comment on column sms_private.suppressions.source is 'How it was known, as in sms_consent_events.';
comment on column sms_private.suppressions.opted_out_at is 'Since when.';
create index suppressions_number_idx on sms_private.suppressions (sending_number);
create index suppressions_user_idx on sms_private.suppressions (user_id);

create type sms_private.opt_out_to_keep as (
  canonical_number text, sending_number text, user_id uuid, reason text, source text, opted_out_at timestamptz);
comment on type sms_private.opt_out_to_keep is 'What keep_suppressions() makes a row of: a contact by its number, and the rest of the row.';

-- What a webhook or a listing may bring once more must not come back after its contact was erased. After a restore a listing
-- brings outbound texts too.
create table sms_private.erased_texts (
  account_sid text not null,
  message_sid text not null,
  erased_at timestamptz not null default now(),
  primary key (account_sid, message_sid)
);
comment on table sms_private.erased_texts is
  'SIDs of texts that were erased and that Twilio may still list. A row goes after 30 days.';
comment on column sms_private.erased_texts.account_sid is 'The account.';
comment on column sms_private.erased_texts.message_sid is 'Twilio''s SID. It says nothing of who wrote or what.';
comment on column sms_private.erased_texts.erased_at is 'When.';
create index erased_texts_age_idx on sms_private.erased_texts (erased_at);

-- As opt-outs: who is erased may have been texted before, and may say later that they never agreed.
create table sms_private.kept_consents (
  id bigint generated always as identity primary key,
  key_id int not null references sms_private.suppression_keys (id) on delete restrict,
  contact_hash bytea not null check (octet_length(contact_hash) = 32),
  user_id uuid not null references auth.users (id) on delete cascade,
  change text not null,
  basis text,
  said_at timestamptz not null,
  source text not null,
  page text,
  form_text text,
  kept_at timestamptz not null default clock_timestamp()
);
comment on table sms_private.kept_consents is
  'What contacts that were erased had consented to and taken back, without their numbers and words. Goes with its tenant, and after erased_consent_days.';
comment on column sms_private.kept_consents.id is 'Its id.';
comment on column sms_private.kept_consents.key_id is 'The key of the hash.';
comment on column sms_private.kept_consents.contact_hash is 'HMAC-SHA256 of the contact''s canonical number, as in suppressions.';
comment on column sms_private.kept_consents.user_id is 'The tenant to whom they consented.';
comment on column sms_private.kept_consents.change is 'consent, opt_in, opt_out or sender_blocked.';
comment on column sms_private.kept_consents.basis is 'Of a consent: on what it rested.';
comment on column sms_private.kept_consents.said_at is 'When it was said.';
comment on column sms_private.kept_consents.source is 'How it was known.';
comment on column sms_private.kept_consents.page is 'Address of the form, without what stood behind ? and #.';
comment on column sms_private.kept_consents.form_text is 'What the form said: the tenant''s words.';
comment on column sms_private.kept_consents.kept_at is 'When the contact was erased.';
create index kept_consents_hash_idx on sms_private.kept_consents (contact_hash);
create index kept_consents_user_idx on sms_private.kept_consents (user_id);
create index kept_consents_age_idx on sms_private.kept_consents (kept_at);
create index kept_consents_key_idx on sms_private.kept_consents (key_id);

create table sms_private.erasures (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  erased_by text not null check (erased_by in ('tenant', 'operator')),
  messages bigint not null,
  conversations bigint not null,
  was_opted_out boolean not null,
  erased_at timestamptz not null default clock_timestamp()
);
comment on table sms_private.erasures is 'A line for each contact that was erased, without anything of them.';
comment on column sms_private.erasures.id is 'What sms_erase_contact() answered as erasure_id.';
comment on column sms_private.erasures.user_id is 'The tenant.';
comment on column sms_private.erasures.erased_by is 'Who asked: the tenant, or the operator.';
comment on column sms_private.erasures.messages is 'How many messages went.';
comment on column sms_private.erasures.conversations is 'How many conversations went.';
comment on column sms_private.erasures.was_opted_out is 'Whether an opt-out stays behind.';
comment on column sms_private.erasures.erased_at is 'When.';
create index erasures_user_idx on sms_private.erasures (user_id);

-- A figure is what happened, and an erasure does not undo it. In quarters of an hour, as all figures are.
create table sms_private.erased_consents (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  change text not null check (change in ('opt_out', 'opt_in')),
  at timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid
);
comment on table sms_private.erased_consents is
  'Opt-outs and opt-ins of contacts that were erased, for the figures: when, and by which number and assistant. Not whose.';
comment on column sms_private.erased_consents.id is 'Its id.';
comment on column sms_private.erased_consents.user_id is 'The tenant.';
comment on column sms_private.erased_consents.change is 'opt_out or opt_in.';
comment on column sms_private.erased_consents.at is 'Start of the quarter of an hour.';
comment on column sms_private.erased_consents.phone_number_id is 'Of the message that said it; null for none.';
comment on column sms_private.erased_consents.assistant_id is 'Of the message that said it; null for none.';
create index erased_consents_change_idx on sms_private.erased_consents (user_id, change, at);
