-- The operator's stop switches, and what a restored backup means.

create table sms_private.stops (
  what text not null check (what in ('sending', 'answering')),
  stopped_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  reason text check (char_length(reason) <= 500),
  primary key (what, stopped_at)
);
comment on table sms_private.stops is
  'When sending and answering were switched off and on again. What is off now has no started_at.';
comment on column sms_private.stops.what is
  'sending: no text leaves. answering: the model is not asked, and the assistant''s texts wait.';
comment on column sms_private.stops.stopped_at is 'Since when.';
comment on column sms_private.stops.started_at is 'Until when; null while it is off.';
comment on column sms_private.stops.reason is 'What the operator said why.';
create unique index stops_one_idx on sms_private.stops (what) where started_at is null;

create function sms_private.is_stopped(what text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from sms_private.stops stop where stop.what = is_stopped.what and stop.started_at is null);
end
$$;
comment on function sms_private.is_stopped is 'Whether sending or answering is switched off now.';

-- The assistant's texts have priority 0, and there is none above 3.
create function sms_private.first_priority()
returns int
language plpgsql stable set search_path = ''
as $$
begin
  return case when sms_private.is_stopped('sending') then 4 when sms_private.is_stopped('answering') then 1 else 0 end;
end
$$;
comment on function sms_private.first_priority is
  'The priority from which on deliveries may be claimed: 0, but 1 while answering is switched off and 4, which no delivery has, while sending is.';

create function sms_private.stopped_for(switches text[], since timestamptz)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select coalesce(sum(upper(span) - lower(span)), '0')
    from (
      -- Both switches may have been off at once. That time counts once.
      select range_agg(tstzrange(greatest(stop.stopped_at, since),
        greatest(coalesce(stop.started_at, clock_timestamp()), since))) as spans
      from sms_private.stops stop
      where stop.what = any (switches) and coalesce(stop.started_at, 'infinity') > since) off
    cross join unnest(off.spans) span);
end
$$;
comment on function sms_private.stopped_for is 'How long any of these switches has been off since a moment.';

create table sms_private.restores (
  restored_at timestamptz primary key default clock_timestamp(),
  backup_at timestamptz
);
comment on table sms_private.restores is 'When this database was restored from a backup (sms_after_restore).';
comment on column sms_private.restores.restored_at is 'When we were told. What is older may have gone on without this database.';
comment on column sms_private.restores.backup_at is 'When the backup was made, where the operator knew it.';

create function sms_private.restored_at()
returns timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  return (select max(restore.restored_at) from sms_private.restores restore);
end
$$;
comment on function sms_private.restored_at is 'When this database was restored the last time; null when it never was.';
