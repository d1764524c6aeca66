-- For the secret key: accounts, numbers, and the state of the queue.

create function public.get_twilio_account(account_sid text)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('account_sid', a.account_sid, 'user_id', a.user_id, 'shared', a.shared,
    'current_token', t.current_token, 'previous_token', t.previous_token)
  from public.twilio_accounts a
  left join private.twilio_credentials t on t.account_id = a.id
  where a.account_sid = get_twilio_account.account_sid
$$;
comment on function public.get_twilio_account is
  'An account and its encrypted tokens; null when nobody connected it. The shared account''s token is in the environment.';
revoke execute on function public.get_twilio_account from public, anon, authenticated;
grant execute on function public.get_twilio_account to service_role;

create function public.save_twilio_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  a public.twilio_accounts;
begin
  insert into public.twilio_accounts (account_sid, user_id, shared, label)
  values (save_twilio_account.account_sid, owner_id, owner_id is null, save_twilio_account.label)
  on conflict on constraint twilio_accounts_account_sid_key do nothing;
  select * into strict a from public.twilio_accounts t
  where t.account_sid = save_twilio_account.account_sid for no key update;
  if a.user_id is distinct from owner_id then
    return jsonb_build_object('outcome', 'ACCOUNT_TAKEN');
  end if;
  if encrypted_token is not null then
    insert into private.twilio_credentials as t (account_id, current_token) values (a.id, encrypted_token)
    on conflict (account_id) do update
    set previous_token = t.current_token, current_token = excluded.current_token
    where t.current_token <> excluded.current_token;
  end if;
  return jsonb_build_object('outcome', 'saved', 'account_id', a.id);
end
$$;
comment on function public.save_twilio_account is
  'Connects an account to a tenant, or (without owner) names the operator''s shared one; a new token keeps the old one as previous. Outcomes: saved, ACCOUNT_TAKEN.';
revoke execute on function public.save_twilio_account from public, anon, authenticated;
grant execute on function public.save_twilio_account to service_role;

create function public.save_phone_number(
  owner_id uuid, account_sid text, number text, assistant_id uuid default null, twilio_sid text default null,
  segments_per_second numeric default 1)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  n public.phone_numbers;
begin
  if assistant_id is not null and not exists (
    select from public.assistants a where a.id = save_phone_number.assistant_id and a.user_id = owner_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  if not exists (select from public.twilio_accounts a
      where a.account_sid = save_phone_number.account_sid and (a.shared or a.user_id = owner_id)) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  insert into public.phone_numbers as p (user_id, account_sid, number, assistant_id, twilio_sid, segments_per_second)
  values (owner_id, save_phone_number.account_sid, save_phone_number.number, save_phone_number.assistant_id,
    save_phone_number.twilio_sid, save_phone_number.segments_per_second)
  on conflict on constraint phone_numbers_account_sid_number_key do update
  set assistant_id = excluded.assistant_id, twilio_sid = coalesce(excluded.twilio_sid, p.twilio_sid),
    segments_per_second = excluded.segments_per_second
  where p.user_id = owner_id
  returning * into n;
  if n.id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'saved', 'phone_number', to_jsonb(n));
end
$$;
comment on function public.save_phone_number is
  'Gives a number to a tenant and an assistant (null: unassigned). Outcomes: saved, NUMBER_TAKEN, ACCOUNT_NOT_FOUND, ASSISTANT_NOT_FOUND.';
revoke execute on function public.save_phone_number from public, anon, authenticated;
grant execute on function public.save_phone_number to service_role;

create function public.worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (where kind = 'deliver' and set_aside_at is null and not in_flight and due_at <= now()),
    'deliveries_waiting', count(*) filter (where kind = 'deliver' and set_aside_at is null and not in_flight and due_at > now()),
    'deliveries_in_flight', count(*) filter (where in_flight and lookup_at is null),
    'deliveries_unconfirmed', count(*) filter (where in_flight and lookup_at is not null),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and due_at <= now()), 0),
    'set_aside', count(*) filter (where set_aside_at is not null),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id)), '[]')
      from (select * from private.jobs j where j.last_error is not null
            order by j.set_aside_at desc nulls last, j.id desc limit 10) e),
    'doubled', (select count(*) from public.message_events v where v.flags @> '{doubled}'))
  from private.jobs
$$;
comment on function public.worker_health is
  'The state of the queue: what is due, in flight, unconfirmed and set aside, the age of the oldest due job in seconds, the last errors, and how many texts got a second SID.';
revoke execute on function public.worker_health from public, anon, authenticated;
grant execute on function public.worker_health to service_role;
