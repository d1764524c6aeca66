-- How far old texts are emptied.

create table sms_private.purges (
  only_row boolean primary key default true check (only_row),
  next_at timestamptz not null
);
comment on table sms_private.purges is 'When sms_private.purge() has something to do again; empty before the first time.';
comment on column sms_private.purges.only_row is 'There is one row at most.';
comment on column sms_private.purges.next_at is 'Not before this.';

create table sms_private.emptied_until (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null,
  later uuid[] not null default '{}'
);
comment on table sms_private.emptied_until is
  'Up to where the texts of each tenant are emptied, so that nothing is looked at twice. Delete a row after an import of old texts.';
comment on column sms_private.emptied_until.user_id is 'The tenant.';
comment on column sms_private.emptied_until.created_at is 'Older texts are emptied.';
comment on column sms_private.emptied_until.later is
  'Older messages and broadcasts that are not: they had not left yet, or were locked.';
