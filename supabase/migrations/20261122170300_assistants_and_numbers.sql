-- Who answers, and from which number.

create table public.assistants (
  id uuid primary key default private.new_id(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
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
  idle_timeout interval not null default '24 hours' check (idle_timeout > interval '0' and idle_timeout <= interval '1 year'),
  reply_after_first_message boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, user_id)
);
comment on table public.assistants is 'An AI assistant that answers texts: its instructions and its manners.';
comment on column public.assistants.id is 'Time-ordered id.';
comment on column public.assistants.user_id is 'The tenant.';
comment on column public.assistants.name is 'Shown to people, not to contacts.';
comment on column public.assistants.prompt is 'Instructions and knowledge for the model.';
comment on column public.assistants.first_message is 'Greets a contact in their first conversation, word for word; null for none.';
comment on column public.assistants.goodbye_message is 'Sent in place of the model''s words when a conversation ends; null for the model''s.';
comment on column public.assistants.error_message is 'Sent once when no answer could be made; null for none.';
comment on column public.assistants.model is 'Model name, among those the operator allows; null for the default.';
comment on column public.assistants.temperature is 'Sampling temperature; null for the model''s own.';
comment on column public.assistants.language is 'BCP 47 tag to answer in; null for the contact''s.';
comment on column public.assistants.reply_delay_ms is 'How long to wait for another text before answering, in milliseconds.';
comment on column public.assistants.max_history is 'How many messages of the conversation the model reads.';
comment on column public.assistants.max_segments is 'The longest automatic reply, in SMS segments.';
comment on column public.assistants.idle_timeout is 'Silence after which a text begins a new conversation.';
comment on column public.assistants.reply_after_first_message is 'Whether the model also answers the text that was greeted.';
comment on column public.assistants.active is 'An inactive assistant answers nothing.';
comment on column public.assistants.created_at is 'When it was made.';
comment on column public.assistants.updated_at is 'When it last changed.';
create index assistants_user_id_idx on public.assistants (user_id);
create trigger touch_updated_at before update on public.assistants
  for each row execute function private.touch_updated_at();

alter table public.assistants enable row level security;
create policy select_own on public.assistants for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.assistants is 'A tenant sees its assistants.';
create policy insert_own on public.assistants for insert to authenticated
  with check ((select auth.uid()) = user_id);
comment on policy insert_own on public.assistants is 'A tenant makes assistants for itself.';
create policy update_own on public.assistants for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
comment on policy update_own on public.assistants is 'A tenant changes its assistants.';
create policy delete_own on public.assistants for delete to authenticated
  using ((select auth.uid()) = user_id);
comment on policy delete_own on public.assistants is 'A tenant deletes its assistants; their numbers stay, unassigned.';
grant select, delete on public.assistants to authenticated;
grant insert (user_id, name, prompt, first_message, goodbye_message, error_message, model, temperature, language,
  reply_delay_ms, max_history, max_segments, idle_timeout, reply_after_first_message, active)
  on public.assistants to authenticated;
grant update (name, prompt, first_message, goodbye_message, error_message, model, temperature, language,
  reply_delay_ms, max_history, max_segments, idle_timeout, reply_after_first_message, active)
  on public.assistants to authenticated;
grant select, insert, update, delete on public.assistants to service_role;

-- A number is never deleted while its tenant exists: its conversations hang on it.
create table public.phone_numbers (
  id uuid primary key default private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  -- No action, not restrict: deleting a user takes the account and its numbers in one statement.
  account_sid text not null references public.twilio_accounts (account_sid) on update cascade on delete no action,
  number text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  twilio_sid text check (twilio_sid ~ '^PN[0-9a-f]{32}$'),
  trunk_sid text check (trunk_sid ~ '^TK[0-9a-f]{32}$'),
  assistant_id uuid,
  segments_per_second numeric not null default 1 check (segments_per_second between 1 and 1000),
  sms_url text,
  webhook_status text not null default 'pending'
    check (webhook_status in ('pending', 'configured', 'failed', 'drifted')),
  webhook_error text,
  configured_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (account_sid, number),
  unique (id, user_id),
  foreign key (assistant_id, user_id) references public.assistants (id, user_id)
    on delete set null (assistant_id)
);
comment on table public.phone_numbers is 'A number that a tenant texts from, and the assistant that answers on it.';
comment on column public.phone_numbers.id is 'Time-ordered id.';
comment on column public.phone_numbers.user_id is 'The tenant.';
comment on column public.phone_numbers.account_sid is 'The Twilio account that owns the number.';
comment on column public.phone_numbers.number is 'E.164.';
comment on column public.phone_numbers.twilio_sid is 'Twilio''s IncomingPhoneNumber SID.';
comment on column public.phone_numbers.trunk_sid is 'The trunk it is attached to.';
comment on column public.phone_numbers.assistant_id is 'Who answers; null when unassigned.';
comment on column public.phone_numbers.segments_per_second is 'Sending pace; a US long code takes 1.';
comment on column public.phone_numbers.sms_url is 'The webhook URL Twilio confirmed.';
comment on column public.phone_numbers.webhook_status is 'Whether Twilio''s side is set up.';
comment on column public.phone_numbers.webhook_error is 'What went wrong, and what to do.';
comment on column public.phone_numbers.configured_at is 'When Twilio confirmed the webhook.';
comment on column public.phone_numbers.created_at is 'When it was added.';
comment on column public.phone_numbers.updated_at is 'When it last changed.';
create index phone_numbers_user_id_idx on public.phone_numbers (user_id);
create index phone_numbers_assistant_id_idx on public.phone_numbers (assistant_id, user_id);
create index phone_numbers_number_idx on public.phone_numbers (number);
create trigger touch_updated_at before update on public.phone_numbers
  for each row execute function private.touch_updated_at();

-- A number's account is the tenant's own or the shared one: a rule no foreign key can say.
create function private.check_number_account()
returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not exists (
    select from public.twilio_accounts a
    where a.account_sid = new.account_sid and (a.shared or a.user_id = new.user_id)
  ) then
    raise exception 'account % does not belong to the owner of this number', new.account_sid
      using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function private.check_number_account is
  'Trigger: a number belongs to an account of its own tenant, or to the shared account.';
revoke execute on function private.check_number_account from public, anon, authenticated, service_role;
create trigger check_number_account before insert or update of account_sid, user_id on public.phone_numbers
  for each row execute function private.check_number_account();

-- The other side of the same rule: an account does not leave its numbers behind.
create function private.check_account_numbers()
returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not new.shared and exists (
    select from public.phone_numbers n where n.account_sid = old.account_sid and n.user_id <> new.user_id
  ) then
    raise exception 'account % has numbers of another owner', old.account_sid using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function private.check_account_numbers is
  'Trigger: an account does not go to one tenant while another has numbers on it.';
revoke execute on function private.check_account_numbers from public, anon, authenticated, service_role;
create trigger check_account_numbers before update of user_id, shared on public.twilio_accounts
  for each row execute function private.check_account_numbers();

alter table public.phone_numbers enable row level security;
create policy select_own on public.phone_numbers for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.phone_numbers is 'A tenant sees its numbers.';
grant select on public.phone_numbers to authenticated;
grant select, insert, update, delete on public.phone_numbers to service_role;
