-- Who has which number, and which assistant answers on it.

-- Which numbers users may take. A number of the default account that the operator gave to a tenant is the tenant's to use.
-- Others are only where the operator lets tenants take them. The operator's verbs have conditions of their own.
create function sms_private.is_open_to(owner_id uuid, account public.sms_accounts, number text)
returns boolean
language sql stable set search_path = ''
as $$
  select account.disconnected_at is null and (coalesce(account.user_id = owner_id, false) or (account.shared and (
    coalesce(sms_private.setting('users_may_take_default_numbers') = 'true', false)
    or exists (select from public.sms_numbers n
               where n.account_sid = account.account_sid and n.number = is_open_to.number and n.user_id = owner_id))))
$$;
comment on function sms_private.is_open_to is
  'Whether a tenant may use that number of that account; without a number, whether it may look through the account.';

create function sms_private.is_disconnected(number public.sms_numbers)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from public.sms_accounts a
                 where a.account_sid = number.account_sid and a.disconnected_at is not null)
$$;
comment on function sms_private.is_disconnected is 'Whether the account of a number is disconnected.';

-- What has to be set up at Twilio: the number, and the trunk that its account names.
create function sms_private.webhook_of(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('phone_number', sms_private.number_view(number), 'main_trunk_sid', (
    select a.trunk_sid from public.sms_accounts a where a.account_sid = number.account_sid))
$$;
comment on function sms_private.webhook_of is 'A number and the trunk that it should be on (null: its account names none).';

create function sms_private.begin_webhook(phone_number_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
begin
  update public.sms_numbers p
  set webhook_status = 'pending', webhook_error = null, webhook_version = p.webhook_version + 1
  where p.id = begin_webhook.phone_number_id returning * into strict number;
  return sms_private.webhook_of(number);
end
$$;
comment on function sms_private.begin_webhook is
  'Begins an attempt to set up a number at Twilio. The number is pending until a result is recorded. If the process dies, it stays pending.';

-- The row comes before any call at Twilio, so that the result of the call has a place to be recorded.
create function sms_private.put_phone_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number_id uuid;
  is_new boolean;
  failed text;
begin
  if put_phone_number.assistant_id is not null then
    perform from public.sms_assistants s
    where s.id = put_phone_number.assistant_id and s.user_id = owner_id for key share;
    if not found then
      return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
    end if;
  end if;
  insert into public.sms_numbers as p (user_id, account_sid, number, twilio_sid, assistant_id)
  values (owner_id, put_phone_number.account_sid, put_phone_number.number, put_phone_number.twilio_sid,
    put_phone_number.assistant_id)
  on conflict on constraint sms_numbers_account_sid_number_key do update
  -- The pace stays: it was set for this number.
  set twilio_sid = excluded.twilio_sid, assistant_id = coalesce(excluded.assistant_id, p.assistant_id)
  where p.user_id = owner_id
  -- A row that was there was locked before it was changed, which shows in xmax.
  returning p.id, p.xmax = 0 into number_id, is_new;
  if number_id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'assigned', 'created', is_new) || sms_private.begin_webhook(number_id);
exception when foreign_key_violation then
  get stacked diagnostics failed = constraint_name;
  case failed
    when 'sms_numbers_user_id_fkey' then return jsonb_build_object('outcome', 'USER_NOT_FOUND');
    when 'sms_numbers_account_sid_fkey' then return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
    else raise;
  end case;
end
$$;
comment on function sms_private.put_phone_number is
  'Makes a number the tenant''s, or changes the assistant of one that is; never takes over another tenant''s. Begins setting it up at Twilio.';

-- Not for a disconnected account: its number would be answered, and no reply could leave.
create function public.sms_save_number(
  owner_id uuid, account_sid text, number text, assistant_id uuid default null, twilio_sid text default null,
  segments_per_second numeric default 1)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  n public.sms_numbers;
begin
  if assistant_id is not null and not exists (
    select from public.sms_assistants a where a.id = sms_save_number.assistant_id and a.user_id = owner_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  if not exists (select from public.sms_accounts a
      where a.account_sid = sms_save_number.account_sid and a.disconnected_at is null
        and (a.shared or a.user_id = owner_id)) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  insert into public.sms_numbers as p (user_id, account_sid, number, assistant_id, twilio_sid, segments_per_second)
  values (owner_id, sms_save_number.account_sid, sms_save_number.number, sms_save_number.assistant_id,
    sms_save_number.twilio_sid, sms_save_number.segments_per_second)
  on conflict on constraint sms_numbers_account_sid_number_key do update
  set assistant_id = excluded.assistant_id, twilio_sid = coalesce(excluded.twilio_sid, p.twilio_sid),
    segments_per_second = excluded.segments_per_second
  where p.user_id = owner_id
  returning * into n;
  if n.id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'saved', 'phone_number', sms_private.number_view(n));
end
$$;
comment on function public.sms_save_number is
  'Gives a number of the default account, or of the tenant''s own connected account, to a tenant and an assistant (null: unassigned). Outcomes: saved, NUMBER_TAKEN, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND.';

create function public.sms_find_number_accounts(owner_id uuid, number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when not sms_private.is_user(owner_id) then jsonb_build_object('outcome', 'USER_NOT_FOUND')
    else jsonb_build_object('outcome', 'found', 'accounts', coalesce(jsonb_agg(
    jsonb_build_object('account_sid', a.account_sid, 'shared', a.shared)
    -- Where the tenant has it already comes first.
    order by exists (select from public.sms_numbers n where n.account_sid = a.account_sid
                     and n.number = sms_find_number_accounts.number
                       and n.user_id = owner_id) desc, a.shared, a.id), '[]')) end
  from public.sms_accounts a
  where (a.user_id = owner_id or a.shared) and sms_private.is_open_to(owner_id, a, sms_find_number_accounts.number)
$$;
comment on function public.sms_find_number_accounts is
  'The accounts in which a tenant may look for a number, or (without one) for any. Outcomes: found, USER_NOT_FOUND.';

create function public.sms_filter_unassigned_numbers(owner_id uuid, account_sid text, numbers text[])
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'filtered', 'numbers', coalesce(jsonb_agg(g.number order by g.position), '[]'))
  from unnest(numbers) with ordinality as g (number, position)
  where not exists (
    select from public.sms_numbers n
    where n.account_sid = sms_filter_unassigned_numbers.account_sid and n.number = g.number
      and (n.user_id <> owner_id or n.assistant_id is not null))
$$;
comment on function public.sms_filter_unassigned_numbers is
  'Which of these numbers of an account have no assistant and no other owner here.';

create function public.sms_assign_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  -- One after the other: two at the same moment must not both be the last one allowed.
  perform pg_advisory_xact_lock(hashtextextended('sms_take_number:' || owner_id, 0));
  -- Locked, so that it is not disconnected under the number that is being assigned.
  select * into account from public.sms_accounts t
  where t.account_sid = sms_assign_number.account_sid for key share;
  if account.id is null or not sms_private.is_open_to(owner_id, account, sms_assign_number.number) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if sms_assign_number.assistant_id is null then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  -- Each costs the operator rent. One that the tenant has already may get another assistant.
  if account.shared and not exists (
    select from public.sms_numbers n
    where n.account_sid = account.account_sid and n.number = sms_assign_number.number) and (
    select count(*) from public.sms_numbers n join public.sms_accounts a on a.account_sid = n.account_sid and a.shared
    where n.user_id = owner_id) >= (sms_private.limits_of(owner_id)).default_numbers
  then
    return jsonb_build_object('outcome', 'NUMBERS_USED_UP');
  end if;
  return sms_private.put_phone_number(owner_id, sms_assign_number.account_sid, sms_assign_number.number,
    sms_assign_number.twilio_sid, sms_assign_number.assistant_id);
end
$$;
comment on function public.sms_assign_number is
  'A tenant lets an assistant answer on a number of an account that is open to it. Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND (also another tenant''s), NUMBER_TAKEN, NUMBERS_USED_UP (it has as many of the default account as it may take), USER_NOT_FOUND.';

create function public.sms_give_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.sms_accounts a
                 where a.account_sid = sms_give_number.account_sid and a.shared) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  return sms_private.put_phone_number(owner_id, sms_give_number.account_sid, sms_give_number.number,
    sms_give_number.twilio_sid, sms_give_number.assistant_id);
end
$$;
comment on function public.sms_give_number is
  'The operator gives a number of the default account to a tenant, with or without an assistant (without: as it is). Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND, NUMBER_TAKEN, USER_NOT_FOUND.';

create function public.sms_unassign_number(owner_id uuid, phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  number public.sms_numbers;
begin
  update public.sms_numbers p set assistant_id = null
  where p.id = sms_unassign_number.phone_number_id and p.user_id = owner_id returning * into number;
  if number.id is null then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'unassigned', 'phone_number', sms_private.number_view(number));
end
$$;
comment on function public.sms_unassign_number is
  'Takes the assistant off a tenant''s number. Messages keep arriving and wait for a person: Twilio''s side stays as it is. Outcomes: unassigned, NUMBER_NOT_FOUND (also for another tenant''s).';
