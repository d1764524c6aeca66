-- Connecting and disconnecting Twilio accounts.

create function sms_private.account_view(account public.sms_accounts, signers jsonb)
returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('id', account.id, 'account_sid', account.account_sid, 'label', account.label, 'trunk_sid',
    account.trunk_sid,
    'created_at', account.created_at, 'updated_at', account.updated_at, 'disconnected_at', account.disconnected_at)
    || signers
$$;
comment on function sms_private.account_view is 'What the owner of an account is shown of it.';

-- A disconnected account signs no webhook and sends nothing.
create function public.sms_get_account(account_sid text)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('account_id', a.id, 'account_sid', a.account_sid, 'user_id', a.user_id, 'shared', a.shared,
      'current_token', t.current_token, 'previous_token', sms_private.valid_previous(t),
      -- Whether the first webhook that the current token signs ends the previous one.
      'rotating', t.previous_until > now() + interval '1 minute',
      'api_key_sid', t.api_key_sid, 'api_key_secret', t.api_key_secret,
      'shared_keys', (select jsonb_object_agg(key.key_id, key.secret) from sms_private.shared_keys key
                      where key.account_id = a.id),
      'refused_signers', (select jsonb_agg(distinct r.key_id) from sms_private.refused_webhooks r
                          where r.account_id = a.id))
    from public.sms_accounts a
    left join sms_private.twilio_credentials t on t.account_id = a.id
    where a.account_sid = sms_get_account.account_sid and a.disconnected_at is null);
end
$$;
comment on function public.sms_get_account is
  'A connected account with its encrypted tokens, API key and SharedKeys; null when nobody has connected it. The default account''s secrets are in the environment.';

create function public.sms_save_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null, api_key_sid text default null, api_key_secret text default null,
  shared_keys jsonb default '[]', forget text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  if owner_id is not null and not sms_private.is_user(owner_id) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif sms_private.has_too_many_keys(sms_save_account.account_sid, sms_save_account.shared_keys) then
    return jsonb_build_object('outcome', 'TOO_MANY_SHARED_KEYS');
  end if;
  -- What is counted on to stay may be taken away at this moment: wait for that to end.
  perform from public.sms_accounts t
  where t.account_sid = sms_save_account.account_sid for no key update;
  if owner_id is not null and encrypted_token is null and api_key_secret is null then
    if not exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
  end if;
  if forget is not null and not sms_private.can_forget(sms_save_account.account_sid, forget,
      encrypted_token is not null, api_key_secret is not null, jsonb_array_length(shared_keys) > 0) then
    return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
  end if;
  insert into public.sms_accounts as t (account_sid, user_id, shared, label, trunk_sid)
  values (sms_save_account.account_sid, owner_id, owner_id is null, nullif(sms_save_account.label, ''),
    nullif(sms_save_account.trunk_sid, ''))
  on conflict on constraint sms_accounts_account_sid_key do update
  set label = nullif(coalesce(sms_save_account.label, t.label), ''),
    trunk_sid = nullif(coalesce(sms_save_account.trunk_sid, t.trunk_sid), ''),
    disconnected_at = null
  where t.user_id is not distinct from owner_id
  returning * into account;
  if account.id is null then
    return jsonb_build_object('outcome', case
      when exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid and t.shared) then 'DEFAULT_ACCOUNT'
      else 'ACCOUNT_TAKEN' end);
  end if;
  if encrypted_token is not null or api_key_secret is not null then
    insert into sms_private.twilio_credentials as t (account_id, current_token, api_key_sid, api_key_secret)
    values (account.id, encrypted_token, sms_save_account.api_key_sid, sms_save_account.api_key_secret)
    on conflict (account_id) do update
    set current_token = coalesce(excluded.current_token, t.current_token),
      previous_token = case when excluded.current_token <> t.current_token then t.current_token
        else t.previous_token end,
      previous_until = case when excluded.current_token <> t.current_token then now() + interval '1 day'
        else t.previous_until end,
      api_key_sid = coalesce(excluded.api_key_sid, t.api_key_sid),
      api_key_secret = coalesce(excluded.api_key_secret, t.api_key_secret);
  end if;
  perform sms_private.save_shared_keys(account.id, sms_save_account.shared_keys),
    sms_private.forget_secrets(account.id, forget, encrypted_token is not null);
  return jsonb_build_object('outcome', 'saved', 'account_id', account.id, 'account',
    sms_private.account_view(account, sms_private.signers_of(account.id)));
end
$$;
comment on function public.sms_save_account is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account. A new token keeps the old one as previous for a day; an API key and SharedKeys are added; forget takes the auth_token or the api_key away. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token or API key, here or stored), TOO_MANY_SHARED_KEYS (more than 50), USER_NOT_FOUND.';

-- Row level security decides what the caller sees, so there is nothing for a definer to do.
create function public.sms_list_accounts(account_sid text default null)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  accounts jsonb := coalesce((
    select jsonb_agg(sms_private.account_view(a, sms_private.my_signers_of(a.id)) order by a.id) from public.sms_accounts a
    where sms_list_accounts.account_sid is null or a.account_sid = sms_list_accounts.account_sid), '[]');
begin
  if sms_list_accounts.account_sid is not null and accounts = '[]' then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'listed', 'accounts', accounts);
end
$$;
comment on function public.sms_list_accounts is
  'The caller''s Twilio accounts, oldest first, or one of them. Outcomes: listed, ACCOUNT_NOT_FOUND (also for another tenant''s).';

create function public.sms_list_credentials(after_id uuid default null, page_size int default 100)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'credentials', coalesce(jsonb_agg(jsonb_build_object(
    'account_id', page.account_id, 'account_sid', page.account_sid,
    'current_token', page.current_token, 'previous_token', page.previous_token,
    'secrets', page.secrets) order by page.account_id), '[]'))
  from (
    select t.account_id, a.account_sid, t.current_token, sms_private.valid_previous(t) as previous_token,
      coalesce((select jsonb_object_agg(key.key_id, key.secret) from sms_private.shared_keys key
                where key.account_id = t.account_id), '{}')
        || case when t.api_key_sid is null then '{}'::jsonb
                else jsonb_build_object(t.api_key_sid, t.api_key_secret) end as secrets
    from sms_private.twilio_credentials t
    join public.sms_accounts a on a.id = t.account_id
    where after_id is null or t.account_id > after_id
    order by t.account_id
    limit least(greatest(page_size, 1), 1000)
  ) page
$$;
comment on function public.sms_list_credentials is
  'A page of encrypted tokens and other secrets, by their names, in the order of their accounts'' ids, after the one given. Outcome: listed.';

create function public.sms_replace_credentials(
  account_id uuid, old_current text, new_current text, old_previous text, new_previous text,
  forget_refused boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  replaced boolean;
begin
  update sms_private.twilio_credentials t
  set current_token = new_current, previous_token = new_previous,
    -- The same token sealed anew keeps its end.
    previous_until = case when new_previous = old_current then now() + interval '1 day'
      when new_previous is not null then t.previous_until end
  where t.account_id = sms_replace_credentials.account_id and t.current_token is not distinct from old_current
    and sms_private.valid_previous(t) is not distinct from old_previous;
  replaced := found;
  if replaced and forget_refused then
    delete from sms_private.refused_webhooks r
    where r.account_id = sms_replace_credentials.account_id and r.key_id = '';
  end if;
  return jsonb_build_object('outcome', case when replaced then 'replaced' else 'CREDENTIALS_CHANGED' end);
end
$$;
comment on function public.sms_replace_credentials is
  'Replaces an account''s encrypted tokens if they are still those that the caller read. The one that was current counts for another day. forget_refused: a token was given, so that what was refused is forgotten. Outcomes: replaced, CREDENTIALS_CHANGED.';

-- Cancels what waits on the numbers of a disconnected account. A delivery that this misses is refused at its claim.
create function sms_private.silence_numbers(numbers uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  unanswered uuid[] := (
    select array_agg(locked.id) from (
      select c.id from public.sms_conversations c
      where c.id in (select j.conversation_id from sms_private.jobs j
                     where j.kind = 'reply' and j.phone_number_id = any (numbers))
      order by c.id for no key update) locked);
begin
  perform sms_private.cancel_waiting(
    -- At most 1,000, so that one request can do it. The rest of a long queue is refused at its claim.
    (select array_agg(waiting.message_id) from (
      select j.message_id from sms_private.jobs j
      where j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null and j.phone_number_id = any (numbers)
      order by j.phone_number_id, j.priority, j.held_at nulls first, j.due_at limit 1000) waiting),
    'ACCOUNT_DISCONNECTED', 'The Twilio account was disconnected before this text left.');
  update public.sms_conversations c set ai_paused_reason = 'no_assistant' where c.id = any (unanswered);
  delete from sms_private.jobs j where j.kind = 'reply' and j.conversation_id = any (unanswered);
end
$$;
comment on function sms_private.silence_numbers is
  'Cancels the messages of these numbers that have not left, and deletes the reply jobs of their conversations.';

create function public.sms_disconnect_account(owner_id uuid, account_sid text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
  numbers uuid[];
begin
  -- A number may be added at the same moment. One of the two waits for the other.
  select * into account from public.sms_accounts t
  where t.account_sid = sms_disconnect_account.account_sid and t.user_id = owner_id for update;
  if not found then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if not exists (select from public.sms_numbers n where n.account_sid = account.account_sid) then
    delete from public.sms_accounts t where t.id = account.id;
    return jsonb_build_object('outcome', 'disconnected');
  end if;
  delete from sms_private.twilio_credentials t where t.account_id = account.id;
  delete from sms_private.shared_keys key where key.account_id = account.id;
  delete from sms_private.refused_webhooks r where r.account_id = account.id;
  update public.sms_accounts t
  set disconnected_at = coalesce(t.disconnected_at, clock_timestamp()) where t.id = account.id;
  select array_agg(locked.id) into numbers from (
    select n.id from public.sms_numbers n where n.account_sid = account.account_sid
    order by n.id for no key update) locked;
  update public.sms_numbers n
  set assistant_id = null, webhook_status = 'pending',
    webhook_error = 'The Twilio account was disconnected. Connect it again, then assign this number again.'
  where n.id = any (numbers);
  perform sms_private.silence_numbers(numbers);
  return jsonb_build_object('outcome', 'disconnected');
end
$$;
comment on function public.sms_disconnect_account is
  'Forgets an account''s tokens and keys. Without numbers the account goes; with numbers it stays for their conversations, disconnected, and nothing is sent from them. Outcomes: disconnected, ACCOUNT_NOT_FOUND (also for another tenant''s and the default account).';
