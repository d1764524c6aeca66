-- A small limiter for what costs us calls at Twilio: nobody makes us hammer it, or guess tokens through us.

-- One row a tenant and action, however often they call. The same rule (GCRA) as a number's pace.
create table private.turns (
  user_id uuid not null references auth.users (id) on delete cascade,
  action text not null check (action ~ '^[a-z_]{1,40}$'),
  next_at timestamptz not null,
  primary key (user_id, action)
) with (fillfactor = 50);
comment on table private.turns is 'How often each tenant did what is limited by the minute. See take_turn().';
comment on column private.turns.user_id is 'The tenant.';
comment on column private.turns.action is 'What is limited, named by the function that limits it, for example connect_account.';
comment on column private.turns.next_at is 'When everything that was taken so far is paid for, at an even pace.';
grant select, insert, update, delete on private.turns to service_role;

create function public.take_turn(owner_id uuid, action text, per_minute int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  cost interval := interval '1 minute' / greatest(per_minute, 1);
  next_at timestamptz;
begin
  begin
    insert into private.turns as t (user_id, action, next_at)
    values (owner_id, take_turn.action, clock_timestamp() + cost)
    on conflict on constraint turns_pkey do update
    -- A minute's worth may be taken at once, then one each time another is paid for.
    set next_at = greatest(t.next_at, clock_timestamp()) + cost
    where t.next_at <= clock_timestamp() + interval '1 minute' - cost;
  exception when foreign_key_violation then
    -- Their token outlives them by up to an hour.
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end;
  if found then
    return jsonb_build_object('outcome', 'taken');
  end if;
  select t.next_at into strict next_at from private.turns t
  where t.user_id = owner_id and t.action = take_turn.action;
  return jsonb_build_object('outcome', 'RATE_LIMITED',
    'retry_after_ms', private.milliseconds_until(next_at - interval '1 minute' + cost));
end
$$;
comment on function public.take_turn is
  'Takes a turn at an action that a tenant may do per_minute times a minute, all of them at once if need be. Outcomes: taken, RATE_LIMITED (retry_after_ms), USER_NOT_FOUND.';
revoke execute on function public.take_turn from public, anon, authenticated;
grant execute on function public.take_turn to service_role;
