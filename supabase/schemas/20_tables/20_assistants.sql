-- Who answers.

create table public.sms_assistants (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  prompt text not null check (prompt ~ '\S' and char_length(prompt) <= 16000),
  first_message text check (first_message ~ '\S' and char_length(first_message) <= 1600),
  goodbye_message text check (goodbye_message ~ '\S' and char_length(goodbye_message) <= 1600),
  error_message text check (error_message ~ '\S' and char_length(error_message) <= 1600),
  model text check (model ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$'),
  temperature numeric(3, 2) check (temperature between 0 and 2),
  language text check (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  reply_delay_ms int not null default 3000 check (reply_delay_ms between 0 and 15000),
  max_history int not null default 20 check (max_history between 1 and 50),
  max_segments int not null default 3 check (max_segments between 1 and 10),
  idle_timeout interval not null default '24 hours' check (idle_timeout > interval '0'
    and idle_timeout <= interval '1 year'),
  reply_after_first_message boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  reasoning_effort text not null default 'none'
    check (reasoning_effort in ('none', 'minimal', 'low', 'medium', 'high', 'xhigh')),
  verbosity text not null default 'low' check (verbosity in ('low', 'medium', 'high')),
  reads_images boolean not null default false,
  time_zone text,
  discloses_machine boolean not null default true,
  help_message text check (help_message ~ '\S' and char_length(help_message) <= 1600),
  unique (id, user_id)
);
comment on table public.sms_assistants is 'An AI assistant that answers messages: its instructions and its manners.';
comment on column public.sms_assistants.id is 'Time-ordered id.';
comment on column public.sms_assistants.user_id is 'The tenant.';
comment on column public.sms_assistants.name is 'Shown to people, not to contacts.';
comment on column public.sms_assistants.prompt is 'Instructions and knowledge for the model.';
comment on column public.sms_assistants.first_message is 'Greets a contact in their first conversation, word for word; null for none.';
comment on column public.sms_assistants.goodbye_message is 'Sent in place of the model''s words when a conversation ends; null for the model''s.';
comment on column public.sms_assistants.error_message is 'Sent once when no answer could be made; null for none.';
comment on column public.sms_assistants.model is 'Model name, among those the operator allows; null for the default.';
comment on column public.sms_assistants.temperature is 'Sampling temperature; null for the model''s own.';
comment on column public.sms_assistants.language is 'BCP 47 tag to answer in; null for the contact''s.';
comment on column public.sms_assistants.reply_delay_ms is 'How long to wait for another message before answering, in milliseconds.';
comment on column public.sms_assistants.max_history is 'How many messages of the conversation the model reads.';
comment on column public.sms_assistants.max_segments is 'The longest automatic reply, in SMS segments.';
comment on column public.sms_assistants.idle_timeout is 'Silence after which a message begins a new conversation.';
comment on column public.sms_assistants.reply_after_first_message is 'Whether the model also answers the message that was greeted.';
comment on column public.sms_assistants.active is 'An inactive assistant answers nothing.';
comment on column public.sms_assistants.time_zone is
  'IANA name of the zone whose time the assistant is told; null for that of the number it answers on.';
comment on column public.sms_assistants.discloses_machine is
  'Whether its first text in a conversation says whose automated assistant it is. Laws ask for it: docs/compliance/identity.md. Who asks is told the truth either way.';
comment on column public.sms_assistants.help_message is
  'Answers HELP where Twilio does not, word for word; null for ours: the brand, how to reach a person, how to opt out.';
comment on column public.sms_assistants.created_at is 'When it was made.';
comment on column public.sms_assistants.updated_at is 'When it last changed.';
comment on column public.sms_assistants.reasoning_effort is 'How long a model that reasons may think before it answers.';
comment on column public.sms_assistants.verbosity is 'How much a model says that can be told so.';
comment on column public.sms_assistants.reads_images is 'Whether the model gets the images of the contact''s latest messages.';
create index sms_assistants_user_id_idx on public.sms_assistants (user_id);
create trigger touch_updated_at before update on public.sms_assistants
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_assistants enable row level security;
create policy select_own on public.sms_assistants for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_assistants is 'A tenant sees its assistants.';
create policy insert_own on public.sms_assistants for insert to authenticated
  with check ((select sms_private.tenant_id()) = user_id);
comment on policy insert_own on public.sms_assistants is 'A tenant makes assistants for itself.';
create policy update_own on public.sms_assistants for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_assistants is 'A tenant changes its assistants.';
create policy delete_own on public.sms_assistants for delete to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy delete_own on public.sms_assistants is 'A tenant deletes its assistants; their numbers stay, unassigned.';
