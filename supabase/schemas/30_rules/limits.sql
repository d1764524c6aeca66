-- How much, how often, and to which countries.

-- A tenant without a row gets the values that a new row would have. So the defaults of the columns (85_limits.sql) stand here
-- once more; tests/database/rules.test.ts compares them.
create function sms_private.limits_of(tenant uuid)
returns public.sms_limits
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- In the order of the table's columns.
    select coalesce(
      (select l from public.sms_limits l where l.user_id = tenant),
      row (tenant, 60, 20, 100, 1000, '{}'::text[], now(), 10000, 40, 2000, 50, 50000, 200, 600, 10000, 1, 3, 7)::public.sms_limits));
end
$$;
comment on function sms_private.limits_of is 'The limits of a tenant, the defaults where none are set.';

create function sms_private.may_text(tenant uuid, from_number text, to_number text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  allowed text[] := (sms_private.limits_of(tenant)).allowed_countries;
  here sms_private.country_prefixes;
  there sms_private.country_prefixes;
begin
  if allowed is null then
    return true;
  end if;
  there := sms_private.place_of(to_number);
  here := sms_private.place_of(from_number);
  return coalesce(coalesce(there.territory_of, there.country) = coalesce(here.territory_of, here.country)
    or there.country = any (allowed) or there.territory_of = any (allowed), false);
end
$$;
comment on function sms_private.may_text is
  'Whether a tenant may text this number: the sending number''s own country with its territories, or one that its limits allow.';

-- Messages of a broadcast do not count here, so that a broadcast never stops a person from answering. The number's pace
-- limits them.
create function sms_private.next_send_at(tenant uuid)
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case when l.sends_per_minute = 0 then clock_timestamp() else newest.oldest_at end + interval '1 minute'
    from sms_private.limits_of(tenant) l
    -- These are the newest N sends; N is the limit. When the oldest of them leaves the window, one more send is allowed.
    cross join lateral (
      select count(*) as used, min(counted.created_at) as oldest_at from (
        (select m.created_at from public.sms_messages m
         where m.user_id = tenant and m.direction = 'outbound' and m.sender in ('person', 'system')
           and m.broadcast_id is null and m.created_at > statement_timestamp() - interval '1 minute'
         order by m.created_at desc limit l.sends_per_minute)
        union all
        (select b.created_at from public.sms_broadcasts b
         where b.user_id = tenant and b.created_at > statement_timestamp() - interval '1 minute'
         order by b.created_at desc limit l.sends_per_minute)
        order by created_at desc limit l.sends_per_minute) as counted
    ) newest
    where l.sends_per_minute is not null and l.sends_per_minute <= newest.used);
end
$$;
comment on function sms_private.next_send_at is
  'When a tenant whose limit of a minute is used up may send again (a whole minute when the limit is 0); null when it may now.';

create function sms_private.next_broadcast_at(tenant uuid, recipients int)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    -- It never fits, so there is no moment to name. The operator may raise the limit meanwhile.
    when recipients > l.broadcast_recipients_per_day then clock_timestamp() + interval '1 day'
    -- The newest broadcast that must leave the window before there is room.
    else (
      select max(b.created_at) + interval '1 day'
      from (
        select v.created_at, sum(v.accepted) over (order by v.created_at desc, v.id desc) as so_far
        from public.sms_broadcasts v
        where v.user_id = tenant and v.created_at > statement_timestamp() - interval '1 day') b
      where b.so_far + recipients > l.broadcast_recipients_per_day)
  end
  from sms_private.limits_of(tenant) l
  where recipients > 0
$$;
comment on function sms_private.next_broadcast_at is
  'When a tenant whose limit of a day is used up may send a broadcast to so many (in a day when they are more than the limit); null when it may now.';

-- The caller creates a message or a broadcast next, in the same transaction. A broadcast also looks at its daily limit while
-- it has the turn.
create function sms_private.refuse_pace_of_sending(tenant uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  again_at timestamptz;
begin
  -- One after the other: two messages at the same moment must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('sms_create_message:' || tenant, 0));
  again_at := sms_private.next_send_at(tenant);
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
  end if;
  return null;
end
$$;
comment on function sms_private.refuse_pace_of_sending is
  'Makes the tenant''s sends take turns until the transaction ends. Returns RATE_LIMITED with retry_after_ms, or null.';

-- The newest N replies; N is the cap, and one more when the reply itself is stored (`already`). When the oldest of them
-- leaves the window, one more reply is allowed.
create function sms_private.reply_cap(tenant uuid, conversation uuid, already int)
returns table (reason text, until timestamptz)
language plpgsql stable rows 1 set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  -- Wider than the limits: one more than the greatest of them is a number too.
  cap bigint;
  span interval;
  oldest timestamptz;
begin
  for place in 1..3 loop
    cap := case place when 1 then limits.conversation_replies_per_hour
      when 2 then limits.conversation_replies_per_day else limits.tenant_replies_per_day end;
    continue when cap is null;
    span := case place when 1 then interval '1 hour' else interval '1 day' end;
    oldest := null;
    if cap + already > 0 then
      if place = 3 then
        select m.created_at into oldest from public.sms_messages m
        where m.user_id = tenant and m.sender = 'assistant' and m.status <> 'canceled'
          and m.created_at > statement_timestamp() - span
        order by m.created_at desc offset cap + already - 1 limit 1;
      else
        select m.created_at into oldest from public.sms_messages m
        where m.conversation_id = conversation and m.sender = 'assistant' and m.status <> 'canceled'
          and m.created_at > statement_timestamp() - span
        order by m.created_at desc offset cap + already - 1 limit 1;
      end if;
      continue when not found;
    end if;
    reason := case place when 1 then 'replies_per_hour' when 2 then 'replies_per_day'
      else 'tenant_replies_per_day' end;
    until := coalesce(oldest, clock_timestamp()) + span;
    return next;
    return;
  end loop;
end
$$;
comment on function sms_private.reply_cap is
  'The cap on automatic replies that is used up in a conversation or tenant, and how long to pause; no row when none is.';

-- A tenant may use all turns of a span at once. Then turns come back at an even rate (GCRA).
create function sms_private.take_turn_within(owner_id uuid, action text, allowed int, span interval)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  cost interval := span / greatest(allowed, 1);
  next_at timestamptz;
begin
  begin
    insert into sms_private.turns as t (user_id, action, next_at)
    values (owner_id, take_turn_within.action, clock_timestamp() + cost)
    on conflict on constraint turns_pkey do update
    set next_at = greatest(t.next_at, clock_timestamp()) + cost
    where t.next_at <= clock_timestamp() + span - cost;
  exception when foreign_key_violation then
    -- Their token outlives them by up to an hour.
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end;
  if found then
    return jsonb_build_object('outcome', 'taken');
  end if;
  select t.next_at into strict next_at from sms_private.turns t
  where t.user_id = owner_id and t.action = take_turn_within.action;
  return jsonb_build_object('outcome', 'RATE_LIMITED',
    'retry_after_ms', sms_private.milliseconds_until(next_at - span + cost));
end
$$;
comment on function sms_private.take_turn_within is
  'Takes a turn at an action that a tenant may do so often within a span. Answers as sms_take_turn().';

create function public.sms_take_turn(owner_id uuid, action text, per_minute int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  return sms_private.take_turn_within(owner_id, action, per_minute, interval '1 minute');
end
$$;
comment on function public.sms_take_turn is
  'Takes a turn at an action that a tenant may do per_minute times a minute. Outcomes: taken, RATE_LIMITED (retry_after_ms), USER_NOT_FOUND.';
