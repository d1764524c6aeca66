-- One text to many: what was asked for, and who is refused it. Its texts are rows of sms_messages like any other.

create table public.broadcasts (
  id uuid primary key default private.new_id(),
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
  unique (id, user_id),
  foreign key (phone_number_id, user_id) references public.phone_numbers (id, user_id) on delete cascade,
  foreign key (template_id, user_id) references public.message_templates (id, user_id)
    on delete set null (template_id)
);
comment on table public.broadcasts is 'One text to up to a thousand recipients.';
comment on column public.broadcasts.id is 'Time-ordered id.';
comment on column public.broadcasts.user_id is 'The tenant.';
comment on column public.broadcasts.name is 'What the tenant calls it.';
comment on column public.broadcasts.phone_number_id is 'The number it goes out from.';
comment on column public.broadcasts.from_number is 'That number, as it was then; E.164.';
comment on column public.broadcasts.body is 'The text, its variables put in.';
comment on column public.broadcasts.media is 'Attachments: [{ url }].';
comment on column public.broadcasts.template_id is 'The template it was made from, while that exists.';
comment on column public.broadcasts.send_at is 'When a scheduled broadcast is to go out.';
comment on column public.broadcasts.accepted is 'To how many recipients a text was stored.';
comment on column public.broadcasts.rejected is 'Who was refused, and why: [{ to, code }], in the order given.';
comment on column public.broadcasts.created_at is 'When it was stored.';
comment on column public.broadcasts.paused_at is 'Since when its texts are held back; null when they are not.';
comment on column public.broadcasts.canceled_at is 'When what had not left was taken back.';
-- Newest first, and the counts of the limits.
create index broadcasts_user_idx on public.broadcasts (user_id, created_at desc);
create index broadcasts_number_idx on public.broadcasts (phone_number_id, user_id);
create index broadcasts_template_idx on public.broadcasts (template_id, user_id) where template_id is not null;

alter table public.broadcasts enable row level security;
create policy select_own on public.broadcasts for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.broadcasts is 'A tenant sees its broadcasts.';
grant select on public.broadcasts to authenticated;
grant select, insert, update, delete on public.broadcasts to service_role;

alter table public.sms_messages
  add column broadcast_id uuid,
  add foreign key (broadcast_id, user_id) references public.broadcasts (id, user_id) on delete set null (broadcast_id);
comment on column public.sms_messages.broadcast_id is 'The broadcast it is part of.';
-- Nobody gets one broadcast twice. Also what totals are counted from, so that no counter row is hot.
create unique index sms_messages_broadcast_idx on public.sms_messages (broadcast_id, to_number)
  where broadcast_id is not null;

-- Deleting a template empties references to it, in its texts before its broadcasts; every verb locks them the other way
-- round, so the broadcasts are locked before.
create function private.lock_template_broadcasts()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.broadcasts b where b.template_id = old.id and b.user_id = old.user_id
  order by b.id for no key update;
  return old;
end
$$;
comment on function private.lock_template_broadcasts is
  'Trigger: whoever deletes a template waits for whoever changes a broadcast made from it, not in a circle with them.';
revoke execute on function private.lock_template_broadcasts from public, anon, authenticated, service_role;
create trigger lock_template_broadcasts before delete on public.message_templates
  for each row execute function private.lock_template_broadcasts();

-- What a person or an app sent, for the limit of a minute: a broadcast counts there as one, by its own row.
drop index public.sms_messages_sends_idx;
create index sms_messages_sends_idx on public.sms_messages (user_id, created_at)
  where direction = 'outbound' and sender in ('person', 'system') and broadcast_id is null;

alter table public.user_limits
  add column broadcast_recipients_per_day int default 10000 check (broadcast_recipients_per_day >= 0);
comment on column public.user_limits.broadcast_recipients_per_day is
  'Recipients that a tenant''s broadcasts may reach in 24 hours.';
comment on column public.user_limits.sends_per_minute is
  'Texts a tenant''s people and apps may create in a minute; a broadcast counts as one.';

create or replace function private.limits_of(tenant uuid)
returns public.user_limits
language sql stable set search_path = ''
as $$
  -- In the order of the table's columns.
  select coalesce(
    (select l from public.user_limits l where l.user_id = tenant),
    row (tenant, 60, 20, 100, 1000, '{}'::text[], now(), 10000)::public.user_limits)
$$;

-- A bulk must not stop a person from answering: its texts are held to the sender's pace instead.
create function private.next_send_at(tenant uuid)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case when l.sends_per_minute = 0 then clock_timestamp() else newest.oldest_at end + interval '1 minute'
  from private.limits_of(tenant) l
  -- The newest that fit under the limit: when the oldest of them is out of the window, there is room again.
  cross join lateral (
    select count(*) as used, min(counted.created_at) as oldest_at from (
      (select m.created_at from public.sms_messages m
       where m.user_id = tenant and m.direction = 'outbound' and m.sender in ('person', 'system')
         and m.broadcast_id is null and m.created_at > clock_timestamp() - interval '1 minute'
       order by m.created_at desc limit l.sends_per_minute)
      union all
      (select b.created_at from public.broadcasts b
       where b.user_id = tenant and b.created_at > clock_timestamp() - interval '1 minute'
       order by b.created_at desc limit l.sends_per_minute)
      order by created_at desc limit l.sends_per_minute) as counted
  ) newest
  where l.sends_per_minute is not null and l.sends_per_minute <= newest.used
$$;
comment on function private.next_send_at is
  'When a tenant whose limit of a minute is used up may send again (a whole minute when the limit is 0); null when it may now.';
revoke execute on function private.next_send_at from public, anon, authenticated;
grant execute on function private.next_send_at to service_role;

create function private.next_broadcast_at(tenant uuid, recipients int)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    -- It never fits; the operator may raise the limit meanwhile.
    when recipients > l.broadcast_recipients_per_day then clock_timestamp() + interval '1 day'
    -- The newest that must be out of the window before there is room.
    else (
      select max(b.created_at) + interval '1 day'
      from (
        select v.created_at, sum(v.accepted) over (order by v.created_at desc, v.id desc) as so_far
        from public.broadcasts v
        where v.user_id = tenant and v.created_at > clock_timestamp() - interval '1 day') b
      where b.so_far + recipients > l.broadcast_recipients_per_day)
  end
  from private.limits_of(tenant) l
  where recipients > 0
$$;
comment on function private.next_broadcast_at is
  'When a tenant whose limit of a day is used up may send a broadcast to so many; null when it may now.';
revoke execute on function private.next_broadcast_at from public, anon, authenticated;
grant execute on function private.next_broadcast_at to service_role;

-- The caller creates a text or a broadcast next, in the same transaction.
create function private.refuse_pace_of_sending(tenant uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  again_at timestamptz;
begin
  -- In turn: two texts at once must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('create_message:' || tenant, 0));
  again_at := private.next_send_at(tenant);
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', private.milliseconds_until(again_at));
  end if;
  return null;
end
$$;
comment on function private.refuse_pace_of_sending is
  'Makes the tenant''s sends take turns until the transaction ends. Returns RATE_LIMITED with retry_after_ms, or null.';
revoke execute on function private.refuse_pace_of_sending from public, anon, authenticated;
grant execute on function private.refuse_pace_of_sending to service_role;
