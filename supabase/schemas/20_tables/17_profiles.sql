-- As whom a tenant texts.

create table public.sms_profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  brand text check (brand ~ '\S' and char_length(brand) <= 60),
  help_contact text check (help_contact ~ '\S' and char_length(help_contact) <= 100),
  carrier_answers boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.sms_profiles is
  'As whom a tenant texts. A tenant without a row has no brand: its number stands in.';
comment on column public.sms_profiles.user_id is 'The tenant.';
comment on column public.sms_profiles.brand is
  'The name that contacts know the business by; null for none: the number that texts stands in.';
comment on column public.sms_profiles.help_contact is
  'How a contact reaches a person: a telephone number, an address, a page. Null for the number that texts.';
comment on column public.sms_profiles.carrier_answers is
  'Whether Twilio answers STOP and HELP itself, as it does unless its opt-out handling was switched off. Where it does not, our texts go out.';
comment on column public.sms_profiles.created_at is 'When it was made.';
comment on column public.sms_profiles.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on public.sms_profiles
  for each row execute function sms_private.touch_updated_at();
alter table public.sms_profiles enable row level security;
create policy select_own on public.sms_profiles for select to authenticated
  using ((select sms_private.tenant_id()) = user_id);
comment on policy select_own on public.sms_profiles is 'A tenant sees its profile.';
