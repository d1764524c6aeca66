-- Who may be texted.

create table public.sms_consent_events (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  contact_id uuid not null,
  message_id uuid,
  change text not null check (change in ('opt_out', 'opt_in', 'help', 'sender_blocked', 'consent', 'doubt', 'no_opt_out', 'taken_back')),
  source text not null check (source in ('keyword', 'opt_out_type', 'free_text', 'model', 'person', 'carrier', 'app')),
  evidence text check (char_length(evidence) <= 200),
  at timestamptz not null default clock_timestamp(),
  basis text check (basis in ('keyword', 'form', 'import', 'transactional')),
  given_at timestamptz,
  words text check (char_length(words) between 1 and 1000),
  page text check (char_length(page) between 1 and 2048),
  form_text text check (char_length(form_text) between 1 and 4000),
  import_id uuid,
  constraint consent_has_basis check (
    (change = 'consent') = (basis is not null) and (basis is null) = (given_at is null)
    and (basis is null or coalesce(words, page, form_text) is not null)),
  foreign key (contact_id, user_id) references public.sms_contacts (id, user_id) on delete cascade,
  foreign key (message_id, user_id) references public.sms_messages (id, user_id) on delete set null (message_id)
);
comment on table public.sms_consent_events is 'The record of consent: who agreed to be texted, and every opt-out, opt-in, doubt and call for help. Append-only.';
comment on column public.sms_consent_events.id is 'Time-ordered id.';
comment on column public.sms_consent_events.user_id is 'The tenant.';
comment on column public.sms_consent_events.contact_id is 'Who.';
comment on column public.sms_consent_events.message_id is 'The message that said it, if one did.';
comment on column public.sms_consent_events.change is 'What was said: opt_out, opt_in, help (which changes nothing), sender_blocked (Twilio refused the pair), consent (the contact agreed), doubt (perhaps an opt-out), no_opt_out (the doubt was none), or taken_back (an opt-out that we had misread).';
comment on column public.sms_consent_events.source is 'How we know. Of a consent: who stored it, a person (the signed-in tenant) or an app (the secret key).';
comment on column public.sms_consent_events.evidence is 'The words, the keyword, OptOutType or carrier code; null for a person, and for a model that answered.';
comment on column public.sms_consent_events.at is 'When it was stored.';
comment on column public.sms_consent_events.basis is
  'On what a consent rests: keyword, form, import, or transactional (which covers transactional texts only). That a contact wrote is sms_contacts.wrote_at.';
comment on column public.sms_consent_events.given_at is 'When the contact agreed, as who stored it says.';
comment on column public.sms_consent_events.words is 'Evidence: what was said, or where the record is from.';
comment on column public.sms_consent_events.page is 'Evidence: the address of the form.';
comment on column public.sms_consent_events.form_text is 'Evidence: what the contact read when they agreed.';
comment on column public.sms_consent_events.import_id is 'The call that stored it (sms_private.consent_imports).';
create index sms_consent_events_contact_idx on public.sms_consent_events (contact_id, user_id);
create index sms_consent_events_user_idx on public.sms_consent_events (user_id, at desc);
create index sms_consent_events_message_idx on public.sms_consent_events (message_id, user_id);
alter table public.sms_consent_events enable row level security;
create policy select_own on public.sms_consent_events for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_consent_events is 'A tenant sees the consent of its contacts.';
create index sms_consent_events_change_idx on public.sms_consent_events (user_id, change, at);

-- One row a call of sms_record_consents that stored something or said why not.
create table sms_private.consent_imports (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  source text not null check (source in ('person', 'app')),
  lines int not null,
  recorded int not null,
  known int not null,
  rejected jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
comment on table sms_private.consent_imports is 'Each call that stored consents: by whom, how many, and which lines were refused.';
comment on column sms_private.consent_imports.id is 'What sms_consent_events.import_id names.';
comment on column sms_private.consent_imports.user_id is 'The tenant.';
comment on column sms_private.consent_imports.source is 'A person (the signed-in tenant) or an app (the secret key).';
comment on column sms_private.consent_imports.lines is 'How many lines the call had.';
comment on column sms_private.consent_imports.recorded is 'How many were stored.';
comment on column sms_private.consent_imports.known is 'How many were stored before, or stood in the call twice.';
comment on column sms_private.consent_imports.rejected is 'The others: [{ line, code }]. A line counts from 1.';
comment on column sms_private.consent_imports.created_at is 'When.';
create index consent_imports_user_idx on sms_private.consent_imports (user_id);

create table sms_private.sender_blocks (
  phone_number_id uuid not null references public.sms_numbers (id) on delete cascade,
  contact_id uuid not null references public.sms_contacts (id) on delete cascade,
  at timestamptz not null default now(),
  primary key (phone_number_id, contact_id)
);
comment on table sms_private.sender_blocks is
  'Pairs that Twilio refuses with 21610: the contact opted out of one number. Only START to that number lifts it.';
comment on column sms_private.sender_blocks.phone_number_id is 'The number.';
comment on column sms_private.sender_blocks.contact_id is 'Who opted out of it.';
comment on column sms_private.sender_blocks.at is 'Since when.';
create index sender_blocks_contact_idx on sms_private.sender_blocks (contact_id);
