-- Whose number is whose: a tenant takes numbers of its own accounts, the operator gives those of the shared one.

insert into private.settings (name, value) values ('users_may_take_default_numbers', 'false');

-- The one place that says where a tenant's numbers may be. A number of the shared account that the operator gave to
-- the tenant is the tenant's to use; others are only where the operator lets tenants take them.
create function private.is_open_to(owner_id uuid, a public.twilio_accounts, number text)
returns boolean
language sql stable set search_path = ''
as $$
  select a.disconnected_at is null and (coalesce(a.user_id = owner_id, false) or (a.shared and (
    coalesce(private.setting('users_may_take_default_numbers') = 'true', false)
    or exists (select from public.phone_numbers n
               where n.account_sid = a.account_sid and n.number = is_open_to.number and n.user_id = owner_id))))
$$;
comment on function private.is_open_to is
  'Whether a tenant may use that number of that account; without a number, whether it may look through the account.';
revoke execute on function private.is_open_to from public, anon, authenticated;
grant execute on function private.is_open_to to service_role;

create function public.find_number_accounts(owner_id uuid, number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'found', 'accounts', coalesce(jsonb_agg(
    jsonb_build_object('account_sid', a.account_sid, 'shared', a.shared)
    -- Where the tenant has it already comes first.
    order by exists (select from public.phone_numbers n where n.account_sid = a.account_sid
                     and n.number = find_number_accounts.number and n.user_id = owner_id) desc, a.shared, a.id), '[]'))
  from public.twilio_accounts a
  where (a.user_id = owner_id or a.shared) and private.is_open_to(owner_id, a, find_number_accounts.number)
$$;
comment on function public.find_number_accounts is
  'The accounts in which a tenant may look for a number, or (without one) for any.';
revoke execute on function public.find_number_accounts from public, anon, authenticated;
grant execute on function public.find_number_accounts to service_role;

create function public.filter_unassigned_numbers(owner_id uuid, account_sid text, numbers text[])
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'filtered', 'numbers', coalesce(jsonb_agg(g.number order by g.position), '[]'))
  from unnest(numbers) with ordinality as g (number, position)
  where not exists (
    select from public.phone_numbers n
    where n.account_sid = filter_unassigned_numbers.account_sid and n.number = g.number
      and (n.user_id <> owner_id or n.assistant_id is not null))
$$;
comment on function public.filter_unassigned_numbers is
  'Which of these numbers of an account have no assistant and no other owner here.';
revoke execute on function public.filter_unassigned_numbers from public, anon, authenticated;
grant execute on function public.filter_unassigned_numbers to service_role;

-- The row comes first: whatever happens at Twilio afterwards has a place to be recorded.
create function private.put_phone_number(
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
    perform from public.assistants s
    where s.id = put_phone_number.assistant_id and s.user_id = owner_id for key share;
    if not found then
      return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
    end if;
  end if;
  insert into public.phone_numbers as p (user_id, account_sid, number, twilio_sid, assistant_id)
  values (owner_id, put_phone_number.account_sid, put_phone_number.number, put_phone_number.twilio_sid,
    put_phone_number.assistant_id)
  on conflict on constraint phone_numbers_account_sid_number_key do update
  -- The pace stays: it was set for this number.
  set twilio_sid = excluded.twilio_sid, assistant_id = coalesce(excluded.assistant_id, p.assistant_id)
  where p.user_id = owner_id
  -- A row that was there was locked before it was changed, which shows in xmax.
  returning p.id, p.xmax = 0 into number_id, is_new;
  if number_id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'assigned', 'created', is_new) || private.begin_webhook(number_id);
exception when foreign_key_violation then
  get stacked diagnostics failed = constraint_name;
  case failed
    when 'phone_numbers_user_id_fkey' then return jsonb_build_object('outcome', 'USER_NOT_FOUND');
    when 'phone_numbers_account_sid_fkey' then return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
    else raise;
  end case;
end
$$;
comment on function private.put_phone_number is
  'Makes a number the tenant''s, or changes the assistant of one that is; never takes over another tenant''s. Begins setting it up at Twilio.';
revoke execute on function private.put_phone_number from public, anon, authenticated;
grant execute on function private.put_phone_number to service_role;

create function public.assign_phone_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  a public.twilio_accounts;
begin
  -- Locked, so that it is not disconnected under the number that is being assigned.
  select * into a from public.twilio_accounts t
  where t.account_sid = assign_phone_number.account_sid for key share;
  if a.id is null or not private.is_open_to(owner_id, a, assign_phone_number.number) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if assign_phone_number.assistant_id is null then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  return private.put_phone_number(owner_id, assign_phone_number.account_sid, assign_phone_number.number,
    assign_phone_number.twilio_sid, assign_phone_number.assistant_id);
end
$$;
comment on function public.assign_phone_number is
  'A tenant lets an assistant answer on a number of an account that is open to it. Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND (also another tenant''s), NUMBER_TAKEN, USER_NOT_FOUND.';
revoke execute on function public.assign_phone_number from public, anon, authenticated;
grant execute on function public.assign_phone_number to service_role;

create function public.give_phone_number(
  owner_id uuid, account_sid text, number text, twilio_sid text, assistant_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.twilio_accounts a
                 where a.account_sid = give_phone_number.account_sid and a.shared) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  return private.put_phone_number(owner_id, give_phone_number.account_sid, give_phone_number.number,
    give_phone_number.twilio_sid, give_phone_number.assistant_id);
end
$$;
comment on function public.give_phone_number is
  'The operator gives a number of the shared account to a tenant, with or without an assistant (without: as it is). Outcomes: assigned, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND, NUMBER_TAKEN, USER_NOT_FOUND.';
revoke execute on function public.give_phone_number from public, anon, authenticated;
grant execute on function public.give_phone_number to service_role;

create function public.unassign_phone_number(owner_id uuid, phone_number_id uuid)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  n public.phone_numbers;
begin
  update public.phone_numbers p set assistant_id = null
  where p.id = unassign_phone_number.phone_number_id and p.user_id = owner_id returning * into n;
  if n.id is null then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'unassigned', 'phone_number', to_jsonb(n));
end
$$;
comment on function public.unassign_phone_number is
  'Takes the assistant off a tenant''s number. Texts keep arriving and wait for a person: Twilio''s side stays as it is. Outcomes: unassigned, NUMBER_NOT_FOUND (also for another tenant''s).';
revoke execute on function public.unassign_phone_number from public, anon, authenticated;
grant execute on function public.unassign_phone_number to service_role;
