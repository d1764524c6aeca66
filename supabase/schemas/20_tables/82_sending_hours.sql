-- When a text that advertises may go: the law's windows, a tenant's own, and what a contact has had. The rows of law: the next files.

create table sms_private.sending_hours (
  place text not null check (place ~ '^([*]|[A-Z]{2}(-[A-Z]{2,3})?)$'),
  days smallint[] not null check (cardinality(days) >= 1 and cardinality(days) <= 7 and days <@ '{1,2,3,4,5,6,7}'),
  opens time not null,
  closes time not null,
  on_holidays boolean not null default true,
  max_per_day smallint check (max_per_day > 0),
  law text not null check (char_length(law) between 1 and 300),
  source text not null check (source ~ '^https?://'),
  read_on date not null,
  primary key (place, days, opens),
  constraint opens_before_it_closes check (opens < closes)
);
comment on table sms_private.sending_hours is
  'Windows of the recipient''s clock in which a promotional text may go. A state''s hold beside its country''s. The operator may change rows: they count from the next claim on.';
comment on column sms_private.sending_hours.place is
  'Country (ISO 3166-1), or country and state (US-FL); * for countries that have no row.';
comment on column sms_private.sending_hours.days is 'Days of the week, 1 Monday to 7 Sunday. A day that no row of the place has is closed.';
comment on column sms_private.sending_hours.opens is 'From this time on, by the recipient''s clock.';
comment on column sms_private.sending_hours.closes is 'Until before this time; 24:00 is midnight.';
comment on column sms_private.sending_hours.on_holidays is 'Whether it holds on the place''s holidays too (sms_private.quiet_days). False: those are closed.';
comment on column sms_private.sending_hours.max_per_day is 'How many promotional texts a contact there may get in 24 hours, whatever the tenant''s limit. Null: the law names none.';
comment on column sms_private.sending_hours.law is 'Which law or rule says it.';
comment on column sms_private.sending_hours.source is 'Where it was read.';
comment on column sms_private.sending_hours.read_on is 'When it was read.';

create table sms_private.quiet_days (
  place text not null check (place ~ '^[A-Z]{2}(-[A-Z]{2,3})?$'),
  name text not null check (char_length(name) between 1 and 100),
  month smallint check (month between 1 and 12),
  day smallint check (day between 1 and 31),
  weekday smallint check (weekday between 1 and 7),
  nth smallint check (nth between 1 and 5 or nth = -1),
  from_easter smallint check (from_easter between -100 and 100),
  observed boolean not null default false,
  primary key (place, name),
  constraint one_way_to_find_it check (
    num_nonnulls(day, nth, from_easter) = 1 and (month is null) = (from_easter is not null)
    and (weekday is null) = (nth is null) and (not observed or day is not null))
);
comment on table sms_private.quiet_days is
  'Holidays of places whose law closes them, as rules that hold in every year. A country''s count in its states too.';
comment on column sms_private.quiet_days.place is 'Country or state, as in sending_hours.';
comment on column sms_private.quiet_days.name is 'What it is called.';
comment on column sms_private.quiet_days.month is 'Its month; null for one that moves with Easter.';
comment on column sms_private.quiet_days.day is 'Its day of that month; null for one on a day of the week.';
comment on column sms_private.quiet_days.weekday is 'On this day of the week, 1 Monday to 7 Sunday.';
comment on column sms_private.quiet_days.nth is 'The how manieth of those in its month; -1 the last.';
comment on column sms_private.quiet_days.from_easter is 'Days after Easter Sunday; negative: before.';
comment on column sms_private.quiet_days.observed is 'On a Saturday the Friday before is quiet too, on a Sunday the Monday after.';

create table sms_private.zip_prefixes (
  prefix text primary key check (prefix ~ '^[0-9]{3}$'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  states text[] not null default '{}',
  zones text[] not null check (cardinality(zones) > 0)
);
comment on table sms_private.zip_prefixes is
  'First three digits of a ZIP code → country, states and time zones. Made by tools/zips.ts, which names packages and versions.';
comment on column sms_private.zip_prefixes.prefix is 'The first three digits.';
comment on column sms_private.zip_prefixes.country is 'ISO 3166-1 alpha-2, of territories their own, as in country_prefixes.';
comment on column sms_private.zip_prefixes.states is 'US states; several where the prefix crosses a border; none in a territory.';
comment on column sms_private.zip_prefixes.zones is
  'IANA time zones, one for each clock; several where the prefix crosses a line.';

create table sms_private.state_zones (
  state text not null check (state ~ '^[A-Z]{2}$'),
  zone text not null,
  primary key (state, zone)
);
comment on table sms_private.state_zones is 'Which clocks a state of the US has. Made by tools/zips.ts.';
comment on column sms_private.state_zones.state is 'The state.';
comment on column sms_private.state_zones.zone is 'An IANA time zone, as in zip_prefixes.';

create table sms_private.quiet_hours (
  user_id uuid primary key references auth.users (id) on delete cascade,
  opens time,
  closes time,
  days smallint[] check (cardinality(days) >= 1 and cardinality(days) <= 7 and days <@ '{1,2,3,4,5,6,7}'),
  transactional_broadcasts boolean not null default false,
  updated_at timestamptz not null default now(),
  constraint window_is_whole check (num_nonnulls(opens, closes, days) in (0, 3)),
  constraint opens_before_it_closes check (opens < closes)
);
comment on table sms_private.quiet_hours is
  'A tenant''s own window, stricter than the law''s: both hold. A tenant without a row has none.';
comment on column sms_private.quiet_hours.user_id is 'The tenant.';
comment on column sms_private.quiet_hours.opens is 'From this time on, by the recipient''s clock; null: the law''s alone.';
comment on column sms_private.quiet_hours.closes is 'Until before this time.';
comment on column sms_private.quiet_hours.days is 'Days of the week, 1 Monday to 7 Sunday.';
comment on column sms_private.quiet_hours.transactional_broadcasts is
  'Whether transactional broadcasts wait for these hours and the law''s as well.';
comment on column sms_private.quiet_hours.updated_at is 'When it last changed.';
create trigger touch_updated_at before update on sms_private.quiet_hours
  for each row execute function sms_private.touch_updated_at();

-- Only promotional texts write here, one row each. Rows go with their message or contact, and after a week with the next one.
create table sms_private.promotions (
  message_id uuid primary key references public.sms_messages (id) on delete cascade,
  contact_id uuid not null references public.sms_contacts (id) on delete cascade,
  at timestamptz not null
);
comment on table sms_private.promotions is 'Promotional texts of the last week that were handed to the carrier, for the cap on a contact''s patience.';
comment on column sms_private.promotions.message_id is 'The text.';
comment on column sms_private.promotions.contact_id is 'Whom it went to.';
comment on column sms_private.promotions.at is 'When it was claimed last.';
-- The count of a cap reads nothing but this.
create index promotions_contact_idx on sms_private.promotions (contact_id, at) include (message_id);
