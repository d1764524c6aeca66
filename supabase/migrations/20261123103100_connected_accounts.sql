-- Connecting a Twilio account, again and again, and what its owner sees of it.

alter table public.twilio_accounts add column disconnected_at timestamptz;
comment on column public.twilio_accounts.disconnected_at is
  'When its owner disconnected it; null while it is connected. The row stays for the conversations of its numbers.';

-- Nobody's any more as far as signatures and sending are concerned.
create or replace function public.get_twilio_account(account_sid text)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('account_id', a.id, 'account_sid', a.account_sid, 'user_id', a.user_id, 'shared', a.shared,
    'current_token', t.current_token, 'previous_token', t.previous_token)
  from public.twilio_accounts a
  left join private.twilio_credentials t on t.account_id = a.id
  where a.account_sid = get_twilio_account.account_sid and a.disconnected_at is null
$$;
comment on function public.get_twilio_account is
  'A connected account and its encrypted tokens; null when nobody has connected it. The shared account''s token is in the environment.';

create function private.account_view(a public.twilio_accounts)
returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('id', a.id, 'account_sid', a.account_sid, 'label', a.label, 'trunk_sid', a.trunk_sid,
    'created_at', a.created_at, 'updated_at', a.updated_at, 'disconnected_at', a.disconnected_at)
$$;
comment on function private.account_view is 'What the owner of an account is shown of it.';
revoke execute on function private.account_view from public, anon;
grant execute on function private.account_view to authenticated, service_role;

-- Another argument makes another function, and rpc() cannot tell twins apart.
drop function public.save_twilio_account(text, uuid, text, text);
create function public.save_twilio_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  a public.twilio_accounts;
begin
  if owner_id is not null and encrypted_token is null then
    -- Who brings no token found one stored; it may have been taken away since, and waits for whoever is doing that.
    perform from public.twilio_accounts t
    where t.account_sid = save_twilio_account.account_sid for no key update;
    if not exists (select from public.twilio_accounts t
                   where t.account_sid = save_twilio_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
  end if;
  insert into public.twilio_accounts as t (account_sid, user_id, shared, label, trunk_sid)
  values (save_twilio_account.account_sid, owner_id, owner_id is null, nullif(save_twilio_account.label, ''),
    nullif(save_twilio_account.trunk_sid, ''))
  on conflict on constraint twilio_accounts_account_sid_key do update
  set label = nullif(coalesce(save_twilio_account.label, t.label), ''),
    trunk_sid = nullif(coalesce(save_twilio_account.trunk_sid, t.trunk_sid), ''),
    disconnected_at = null
  where t.user_id is not distinct from owner_id
  returning * into a;
  if a.id is null then
    return jsonb_build_object('outcome', case
      when exists (select from public.twilio_accounts t
                   where t.account_sid = save_twilio_account.account_sid and t.shared) then 'DEFAULT_ACCOUNT'
      else 'ACCOUNT_TAKEN' end);
  end if;
  if encrypted_token is not null then
    insert into private.twilio_credentials as t (account_id, current_token) values (a.id, encrypted_token)
    on conflict (account_id) do update
    set previous_token = t.current_token, current_token = excluded.current_token
    where t.current_token <> excluded.current_token;
  end if;
  return jsonb_build_object('outcome', 'saved', 'account_id', a.id, 'account', private.account_view(a));
end
$$;
comment on function public.save_twilio_account is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s shared one; a new token keeps the old one as previous. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (the shared one), CREDENTIALS_CHANGED (no token, here or stored).';
revoke execute on function public.save_twilio_account from public, anon, authenticated;
grant execute on function public.save_twilio_account to service_role;

-- Row level security decides what the caller sees, so there is nothing for a definer to do.
create function public.list_accounts(account_sid text default null)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  accounts jsonb := coalesce((
    select jsonb_agg(private.account_view(a) order by a.id) from public.twilio_accounts a
    where list_accounts.account_sid is null or a.account_sid = list_accounts.account_sid), '[]');
begin
  if list_accounts.account_sid is not null and accounts = '[]' then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'listed', 'accounts', accounts);
end
$$;
comment on function public.list_accounts is
  'The caller''s Twilio accounts, oldest first, or one of them. Outcomes: listed, ACCOUNT_NOT_FOUND (also for another tenant''s).';
revoke execute on function public.list_accounts from public, anon, service_role;
grant execute on function public.list_accounts to authenticated;
