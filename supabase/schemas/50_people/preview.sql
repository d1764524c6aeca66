-- Trying an assistant: every try costs a call of the model (docs/decisions/0021).

-- As definer: the API's roles do not read auth.users. By name, because not every version of the Auth server has each column.
create function sms_private.is_confirmed(tenant uuid)
returns boolean
language sql stable security definer set search_path = ''
as $$
  select coalesce((
    select coalesce((known ->> 'is_anonymous')::boolean, false) is false
      and (known ->> 'email_confirmed_at' is not null or known ->> 'phone_confirmed_at' is not null
        -- A user whom the operator's own sign-in made, without either.
        or not known ? 'email_confirmed_at')
    from (select to_jsonb(u) as known from auth.users u where u.id = tenant) one), false)
$$;
comment on function sms_private.is_confirmed is
  'Whether a user has an e-mail address or a telephone that is theirs, and did not sign in anonymously.';

create function sms_private.take_project_turn(setting_name text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  allowed int := (sms_private.setting(setting_name) #>> '{}')::int;
  cost interval := interval '1 day' / greatest(allowed, 1);
  next_at timestamptz;
begin
  if allowed is null then
    return jsonb_build_object('outcome', 'taken');
  end if;
  if allowed > 0 then
    insert into sms_private.project_turns as t (action, next_at) values (setting_name, clock_timestamp() + cost)
    on conflict on constraint project_turns_pkey do update
    set next_at = greatest(t.next_at, clock_timestamp()) + cost
    where t.next_at <= clock_timestamp() + interval '1 day' - cost;
    if found then
      return jsonb_build_object('outcome', 'taken');
    end if;
  end if;
  select t.next_at into next_at from sms_private.project_turns t where t.action = setting_name;
  return jsonb_build_object('outcome', 'PROJECT_LIMIT', 'retry_after_ms', sms_private.milliseconds_until(
    coalesce(next_at - interval '1 day' + cost, clock_timestamp() + interval '1 day')));
end
$$;
comment on function sms_private.take_project_turn is
  'Takes a turn at what the whole project may do so often a day, by the setting of that name (null: no ceiling). Outcomes: taken, PROJECT_LIMIT (retry_after_ms).';

create function public.sms_take_preview_turn(owner_id uuid, is_anonymous boolean default false,
  time_zone text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  -- A tenant may try its assistant as often a day as it may have automatic replies.
  per_day int := (sms_private.limits_of(owner_id)).tenant_replies_per_day;
  has_come boolean := exists (select from public.sms_accounts a where a.user_id = owner_id)
    or exists (select from public.sms_numbers n where n.user_id = owner_id);
  turn jsonb;
begin
  if not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif is_anonymous or not has_come and not sms_private.is_confirmed(owner_id) then
    return jsonb_build_object('outcome', 'CONFIRM_FIRST');
  elsif per_day = 0 then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', 86400000);
  end if;
  turn := sms_private.take_turn_within(owner_id, 'preview', 20, interval '1 minute');
  if turn ->> 'outcome' = 'taken' and not has_come then
    -- Ten in all: the first comes back in a hundred years.
    turn := sms_private.take_turn_within(owner_id, 'preview_trial', 10, interval '1000 years');
    if turn ->> 'outcome' = 'RATE_LIMITED' then
      return jsonb_build_object('outcome', 'TRIAL_USED_UP');
    end if;
    if turn ->> 'outcome' = 'taken' then
      turn := sms_private.take_project_turn('trial_previews_per_day');
    end if;
  elsif turn ->> 'outcome' = 'taken' and per_day is not null then
    turn := sms_private.take_turn_within(owner_id, 'preview_day', per_day, interval '1 day');
  end if;
  if turn ->> 'outcome' = 'taken' then
    turn := sms_private.take_project_turn('previews_per_day');
  end if;
  if turn ->> 'outcome' = 'taken' then
    turn := turn || jsonb_build_object('minutes_east', sms_private.minutes_east(time_zone));
  end if;
  return turn;
end
$$;
comment on function public.sms_take_preview_turn is
  'Takes a turn at trying an assistant: 20 a minute, and as many a day as the tenant may have automatic replies; ten in all for a user without an account or number; none for an anonymous one. Outcomes: taken (minutes_east: by how much the clocks of time_zone are before UTC now, null where there is no such zone), RATE_LIMITED (retry_after_ms), PROJECT_LIMIT (retry_after_ms: all users together), TRIAL_USED_UP, CONFIRM_FIRST, USER_NOT_FOUND.';
