-- Texts kept for sending again; one message to many numbers.

create table public.sms_templates (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null default sms_private.tenant_id() references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  body text not null check (char_length(body) between 1 and 1600),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  purpose text check (purpose in ('promotional', 'transactional')),
  unique (user_id, name),
  unique (id, user_id)
);
comment on table public.sms_templates is 'Messages that a tenant keeps for sending again.';
comment on column public.sms_templates.id is 'Time-ordered id.';
comment on column public.sms_templates.user_id is 'The tenant.';
comment on column public.sms_templates.name is 'What the tenant calls it; unique for the tenant.';
comment on column public.sms_templates.body is 'The text, with {{variables}}: letters, digits and underscores between double braces.';
comment on column public.sms_templates.created_at is 'When it was made.';
comment on column public.sms_templates.updated_at is 'When it last changed.';
comment on column public.sms_templates.purpose is
  'What its texts are for, where a request names nothing else: promotional or transactional. Null: as its use is, a broadcast promotional, a single text transactional.';
create trigger touch_updated_at before update on public.sms_templates
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_templates enable row level security;
create policy select_own on public.sms_templates for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_templates is 'A tenant sees its templates.';
create policy insert_own on public.sms_templates for insert to authenticated
  with check ((select sms_private.tenant_id()) = user_id);
comment on policy insert_own on public.sms_templates is 'A tenant adds templates for itself.';
create policy update_own on public.sms_templates for update to authenticated
  using ((select sms_private.tenant_id()) = user_id) with check ((select sms_private.tenant_id()) = user_id);
comment on policy update_own on public.sms_templates is 'A tenant changes its templates; what was sent from them stays as it was sent.';
create policy delete_own on public.sms_templates for delete to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy delete_own on public.sms_templates is 'A tenant deletes its templates; what was sent from them stays.';

create table public.sms_broadcasts (
  id uuid primary key default sms_private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text check (char_length(name) <= 200),
  phone_number_id uuid not null,
  from_number text not null,
  body text not null,
  media jsonb not null default '[]' check (jsonb_typeof(media) = 'array'),
  template_id uuid,
  send_at timestamptz,
  accepted int not null check (accepted >= 0),
  rejected jsonb not null default '[]' check (jsonb_typeof(rejected) = 'array'),
  created_at timestamptz not null default clock_timestamp(),
  paused_at timestamptz,
  canceled_at timestamptz,
  not_after timestamptz,
  purpose text not null default 'promotional' check (purpose in ('promotional', 'transactional')),
  unique (id, user_id),
  foreign key (phone_number_id, user_id) references public.sms_numbers (id, user_id) on delete cascade,
  foreign key (template_id, user_id) references public.sms_templates (id, user_id)
    on delete set null (template_id)
);
comment on table public.sms_broadcasts is 'One message to up to a thousand numbers.';
comment on column public.sms_broadcasts.id is 'Time-ordered id.';
comment on column public.sms_broadcasts.user_id is 'The tenant.';
comment on column public.sms_broadcasts.name is 'What the tenant calls it.';
comment on column public.sms_broadcasts.phone_number_id is 'The number it goes out from.';
comment on column public.sms_broadcasts.from_number is 'That number, as it was then; E.164.';
comment on column public.sms_broadcasts.body is 'The text, its variables put in.';
comment on column public.sms_broadcasts.media is 'Attachments: [{ url }].';
comment on column public.sms_broadcasts.template_id is 'The template it was made from, while that exists.';
comment on column public.sms_broadcasts.send_at is 'When a scheduled broadcast is to go out.';
comment on column public.sms_broadcasts.accepted is 'To how many recipients a message was stored.';
comment on column public.sms_broadcasts.rejected is 'Who was refused, and why: [{ to, code }], in the order given. to is "erased" where it is not kept any more (refused_recipients_days, an erasure).';
comment on column public.sms_broadcasts.created_at is 'When it was stored.';
comment on column public.sms_broadcasts.paused_at is 'Since when its messages are held back; null when they are not.';
comment on column public.sms_broadcasts.canceled_at is 'When what had not left was taken back.';
comment on column public.sms_broadcasts.not_after is 'No message of it is sent after this moment; null: as long as a broadcast may wait.';
comment on column public.sms_broadcasts.purpose is
  'What the sender said it is for: promotional, or transactional (docs/rules/purpose.md). Kept as the sender''s statement.';
-- Newest first, and the counts of the limits.
create index sms_broadcasts_user_idx on public.sms_broadcasts (user_id, created_at desc);
-- For the purge, which forgets whom they refused.
create index sms_broadcasts_refused_idx on public.sms_broadcasts (created_at)
  where rejected @? '$[*] ? (@.to != "erased")';
create index sms_broadcasts_number_idx on public.sms_broadcasts (phone_number_id, user_id);
create index sms_broadcasts_template_idx on public.sms_broadcasts (template_id, user_id) where template_id is not null;
alter table public.sms_broadcasts enable row level security;
create policy select_own on public.sms_broadcasts for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_broadcasts is 'A tenant sees its broadcasts.';
