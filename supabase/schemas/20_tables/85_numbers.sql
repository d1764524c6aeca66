-- Telephone numbers: where they are, and how else they are written. The rows: the next files.

create table sms_private.country_prefixes (
  prefix text primary key check (prefix ~ '^(1([0-9]{3})?|44([0-9]{2}|[0-9]{4,5})?|[2-9][0-9]{0,2})$'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  territory_of text check (territory_of ~ '^[A-Z]{2}$'),
  state text check (state ~ '^[A-Z]{2}$'),
  zones text[] not null default '{}'
);
comment on table sms_private.country_prefixes is
  'Longest prefix of an E.164 number (without +) → country, state and time zones. Made by tools/numbers.ts, which names packages and versions.';
comment on column sms_private.country_prefixes.prefix is 'Country calling code, with more digits where several countries or states share one. place_of() looks for these lengths.';
comment on column sms_private.country_prefixes.country is
  'ISO 3166-1 alpha-2, of territories their own; XX for numbers of no country: satellites, worldwide services, Britain''s personal numbers (+44 70).';
comment on column sms_private.country_prefixes.territory_of is
  'The country that texts it at home: US for Puerto Rico, Guam and others. Null where it has its own price, as Jersey has.';
comment on column sms_private.country_prefixes.state is
  'US state or Canadian province (ISO 3166-2, without the country). Null where there are several, or none is known.';
comment on column sms_private.country_prefixes.zones is
  'IANA time zones, the commonest first. Several where the prefix does not decide: then nobody knows the contact''s time. Empty where none is known.';

create table sms_private.number_spellings (
  old_prefix text not null check (old_prefix ~ '^[1-9][0-9]{2,5}$'),
  digits smallint not null check (digits between 0 and 12),
  new_prefix text not null check (new_prefix ~ '^[1-9][0-9]{0,6}$'),
  country text check (country ~ '^[A-Z]{2}$'),
  primary key (old_prefix, digits)
);
comment on table sms_private.number_spellings is
  'Old spellings of numbers that reach the same telephone. Made by tools/numbers.ts; its list says since when, why and from which page.';
comment on column sms_private.number_spellings.old_prefix is 'How the old spelling begins, without +.';
comment on column sms_private.number_spellings.digits is 'How many digits follow. 0: any number, of which the first is not 0.';
comment on column sms_private.number_spellings.new_prefix is 'How the spelling of today begins; the other digits stay.';
comment on column sms_private.number_spellings.country is 'ISO 3166-1 alpha-2. Null for the 0 of numbers at home, left in.';
create index number_spellings_new_idx on sms_private.number_spellings (new_prefix);
