-- Whom a tenant texts with.

create table public.sms_contacts (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  number text not null check (char_length(number) between 1 and 64),
  name text check (char_length(name) <= 200),
  time_zone text check (char_length(time_zone) <= 64),
  opted_out_at timestamptz,
  opt_out_source text check (opt_out_source in ('keyword', 'opt_out_type', 'free_text', 'model', 'person')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  canonical_number text,
  wrote_at timestamptz,
  opt_out_doubt text check (opt_out_doubt in ('asking', 'person')),
  opt_out_doubted_at timestamptz,
  unique (user_id, number),
  unique (id, user_id),
  unique (user_id, canonical_number),
  constraint opt_out_has_source check ((opted_out_at is null) = (opt_out_source is null)),
  constraint doubt_has_time check ((opt_out_doubt is null) = (opt_out_doubted_at is null))
);
comment on table public.sms_contacts is 'Somebody who texts a tenant, or is texted by it.';
comment on column public.sms_contacts.id is 'Time-ordered id.';
comment on column public.sms_contacts.user_id is 'The tenant.';
comment on column public.sms_contacts.number is 'E.164, or as Twilio names other senders (short code, alphanumeric). Where a number has several spellings: the one the contact wrote from last.';
comment on column public.sms_contacts.name is 'What the tenant calls them.';
comment on column public.sms_contacts.time_zone is 'IANA name, for dates in replies.';
comment on column public.sms_contacts.opted_out_at is 'Since when the tenant may not text them; only their START clears it.';
comment on column public.sms_contacts.opt_out_source is 'What opted them out.';
comment on column public.sms_contacts.created_at is 'When they first appeared.';
comment on column public.sms_contacts.updated_at is 'When it last changed.';
comment on column public.sms_contacts.canonical_number is
  'One spelling for all that reach the same telephone, set by a trigger: who they are. Nothing is sent to it.';
comment on column public.sms_contacts.wrote_at is
  'When they first wrote a text that is no keyword: the basis contact_wrote_first of their consent. Null: never.';
comment on column public.sms_contacts.opt_out_doubt is
  'What they wrote may ask for no more texts. asking: the model is asked. person: somebody must say, by sms_settle_opt_out. Until then broadcasts skip them.';
comment on column public.sms_contacts.opt_out_doubted_at is 'Since when there is this doubt.';
create trigger touch_updated_at before update on public.sms_contacts
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_contacts enable row level security;
create policy select_own on public.sms_contacts for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_contacts is 'A tenant sees its contacts.';
create policy insert_own on public.sms_contacts for insert to authenticated
  with check ((select sms_private.tenant_id()) = user_id);
comment on policy insert_own on public.sms_contacts is 'A tenant adds contacts for itself.';
create policy update_own on public.sms_contacts for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_contacts is 'A tenant names its contacts; consent is out of its reach.';
create index sms_contacts_search_idx on public.sms_contacts
  using gin (uuid_send(user_id) bytea_ops, name gin_trgm_ops, number gin_trgm_ops)
  with (fastupdate = on, gin_pending_list_limit = 256);
