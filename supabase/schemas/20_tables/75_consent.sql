-- Who may be texted.

create table public.sms_consent_events (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  contact_id uuid not null,
  message_id uuid,
  change text not null check (change in ('opt_out', 'opt_in', 'help', 'sender_blocked', 'doubt', 'no_opt_out', 'taken_back')),
  source text not null check (source in ('keyword', 'opt_out_type', 'free_text', 'model', 'person', 'carrier')),
  evidence text check (char_length(evidence) <= 200),
  at timestamptz not null default clock_timestamp(),
  foreign key (contact_id, user_id) references public.sms_contacts (id, user_id) on delete cascade,
  foreign key (message_id, user_id) references public.sms_messages (id, user_id) on delete set null (message_id)
);
comment on table public.sms_consent_events is 'The record of consent: every opt-out, opt-in, doubt and call for help. Append-only.';
comment on column public.sms_consent_events.id is 'Time-ordered id.';
comment on column public.sms_consent_events.user_id is 'The tenant.';
comment on column public.sms_consent_events.contact_id is 'Who.';
comment on column public.sms_consent_events.message_id is 'The message that said it, if one did.';
comment on column public.sms_consent_events.change is 'What was said: opt_out, opt_in, help (which changes nothing), sender_blocked (Twilio refused the pair), doubt (perhaps an opt-out), no_opt_out (the doubt was none), or taken_back (an opt-out that we had misread).';
comment on column public.sms_consent_events.source is 'How we know.';
comment on column public.sms_consent_events.evidence is 'The words, the keyword, OptOutType or carrier code; null for a person, and for a model that answered.';
comment on column public.sms_consent_events.at is 'When.';
create index sms_consent_events_contact_idx on public.sms_consent_events (contact_id, user_id);
create index sms_consent_events_user_idx on public.sms_consent_events (user_id, at desc);
create index sms_consent_events_message_idx on public.sms_consent_events (message_id, user_id);
alter table public.sms_consent_events enable row level security;
create policy select_own on public.sms_consent_events for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_consent_events is 'A tenant sees the consent of its contacts.';
create index sms_consent_events_change_idx on public.sms_consent_events (user_id, change, at);

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
