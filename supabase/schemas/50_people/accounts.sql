-- Connecting and disconnecting Twilio accounts.

create function sms_private.account_view(account public.sms_accounts)
returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('id', account.id, 'account_sid', account.account_sid, 'label', account.label, 'trunk_sid',
    account.trunk_sid,
    'created_at', account.created_at, 'updated_at', account.updated_at, 'disconnected_at', account.disconnected_at)
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
      'current_token', t.current_token, 'previous_token', t.previous_token)
    from public.sms_accounts a
    left join sms_private.twilio_credentials t on t.account_id = a.id
    where a.account_sid = sms_get_account.account_sid and a.disconnected_at is null);
end
$$;
comment on function public.sms_get_account is
  'A connected account and its encrypted tokens; null when nobody has connected it. The default account''s token is in the environment.';

create function public.sms_save_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  if owner_id is not null and encrypted_token is null then
    -- The caller gives no token because one is stored. It may be deleted at this moment: wait for that to end.
    perform from public.sms_accounts t
    where t.account_sid = sms_save_account.account_sid for no key update;
    if not exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
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
  if encrypted_token is not null then
    insert into sms_private.twilio_credentials as t (account_id, current_token) values (account.id, encrypted_token)
    on conflict (account_id) do update
    set previous_token = t.current_token, current_token = excluded.current_token
    where t.current_token <> excluded.current_token;
  end if;
  return jsonb_build_object('outcome', 'saved', 'account_id', account.id, 'account', sms_private.account_view(account));
end
$$;
comment on function public.sms_save_account is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account; a new token keeps the old one as previous. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token, here or stored).';

-- Row level security decides what the caller sees, so there is nothing for a definer to do.
create function public.sms_list_accounts(account_sid text default null)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  accounts jsonb := coalesce((
    select jsonb_agg(sms_private.account_view(a) order by a.id) from public.sms_accounts a
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
    'current_token', page.current_token, 'previous_token', page.previous_token) order by page.account_id), '[]'))
  from (
    select t.account_id, a.account_sid, t.current_token, t.previous_token
    from sms_private.twilio_credentials t
    join public.sms_accounts a on a.id = t.account_id
    where after_id is null or t.account_id > after_id
    order by t.account_id
    limit least(greatest(page_size, 1), 1000)
  ) page
$$;
comment on function public.sms_list_credentials is
  'A page of encrypted tokens in the order of their accounts'' ids, after the one given. Outcome: listed.';

create function public.sms_replace_credentials(
  account_id uuid, old_current text, new_current text, old_previous text, new_previous text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update sms_private.twilio_credentials t
  set current_token = new_current, previous_token = new_previous
  where t.account_id = sms_replace_credentials.account_id and t.current_token = old_current
    and t.previous_token is not distinct from old_previous;
  return jsonb_build_object('outcome', case when found then 'replaced' else 'CREDENTIALS_CHANGED' end);
end
$$;
comment on function public.sms_replace_credentials is
  'Replaces an account''s encrypted tokens if they are still those that the caller read. Outcomes: replaced, CREDENTIALS_CHANGED.';

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
  'Forgets an account''s tokens. Without numbers the account goes; with numbers it stays for their conversations, disconnected, and nothing is sent from them. Outcomes: disconnected, ACCOUNT_NOT_FOUND (also for another tenant''s and the default account).';
