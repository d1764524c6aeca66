-- Trying an assistant costs a model call and no text: it is limited like an automatic reply, and by the minute.

-- The rule of take_turn() (GCRA), over any span: `allowed` may be taken at once, then one each time another is paid for.
create function private.take_turn_within(owner_id uuid, action text, allowed int, span interval)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  cost interval := span / greatest(allowed, 1);
  next_at timestamptz;
begin
  begin
    insert into private.turns as t (user_id, action, next_at)
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
  select t.next_at into strict next_at from private.turns t
  where t.user_id = owner_id and t.action = take_turn_within.action;
  return jsonb_build_object('outcome', 'RATE_LIMITED',
    'retry_after_ms', private.milliseconds_until(next_at - span + cost));
end
$$;
comment on function private.take_turn_within is
  'Takes a turn at an action that a tenant may do so often within a span, all of them at once if need be. See take_turn().';
revoke execute on function private.take_turn_within from public, anon, authenticated;
grant execute on function private.take_turn_within to service_role;

create or replace function public.take_turn(owner_id uuid, action text, per_minute int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  return private.take_turn_within(owner_id, action, per_minute, interval '1 minute');
end
$$;

create function public.take_preview_turn(owner_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  -- Whatever an operator allows in automatic replies a day may be spent on trying as well, and no more.
  per_day int := (private.limits_of(owner_id)).tenant_replies_per_day;
  turn jsonb;
begin
  if per_day = 0 then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', 86400000);
  end if;
  turn := private.take_turn_within(owner_id, 'preview', 20, interval '1 minute');
  if turn->>'outcome' <> 'taken' or per_day is null then
    return turn;
  end if;
  return private.take_turn_within(owner_id, 'preview_day', per_day, interval '1 day');
end
$$;
comment on function public.take_preview_turn is
  'Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies. Outcomes: taken, RATE_LIMITED (retry_after_ms), USER_NOT_FOUND.';
revoke execute on function public.take_preview_turn from public, anon, authenticated;
grant execute on function public.take_preview_turn to service_role;
