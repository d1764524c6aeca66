-- sms_webhook_signers: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop function public.sms_replace_credentials(uuid, text, text, text, text);

drop function public.sms_save_account(text, uuid, text, text, text);

drop function sms_private.account_view(public.sms_accounts);

create table sms_private.refused_webhooks (
  account_id uuid                     not null,
  reason     text                     not null,
  key_id     text                     not null,
  algorithm  text,
  refused    bigint                   not null,
  first_at   timestamp with time zone not null default now(),
  last_at    timestamp with time zone not null default now(),
  constraint refused_webhooks_pkey primary key (account_id, reason, key_id),
  constraint refused_webhooks_reason_check
    check
    ((reason = ANY (ARRAY['SIGNATURE_MISMATCH'::text, 'SHARED_KEY_UNKNOWN'::text,
    'SIGNATURE_ALGORITHM_UNKNOWN'::text])))
);

create table sms_private.shared_keys (
  account_id uuid                     not null,
  key_id     text                     not null,
  secret     text                     not null,
  created_at timestamp with time zone not null default now(),
  constraint shared_keys_key_id_check check ((key_id ~ '^webhooks_sharedkey_[0-9A-Za-z]{26}$'::text)),
  constraint shared_keys_pkey primary key (account_id, key_id)
);

alter table sms_private.twilio_credentials
  add column previous_until timestamp with time zone;

alter table sms_private.twilio_credentials
  add column api_key_sid text;

alter table sms_private.twilio_credentials
  add column api_key_secret text;

alter table sms_private.twilio_credentials
  alter column current_token drop not null;

create or replace function public.sms_confirm_signer(account_sid text, key_id text default '', sealed text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  account uuid := (select a.id from public.sms_accounts a
    where a.account_sid = sms_confirm_signer.account_sid and a.disconnected_at is null);
begin
  delete from sms_private.refused_webhooks r
  where r.account_id = account and r.key_id = sms_confirm_signer.key_id;
  -- Promoting a token ends the one before at Twilio. A minute is for what is on its way.
  update sms_private.twilio_credentials t
  set previous_until = now() + interval '1 minute'
  where t.account_id = account and t.current_token = sealed and t.previous_until > now() + interval '1 minute';
  return jsonb_build_object('outcome', 'confirmed');
end
$$;

create or replace function public.sms_count_refused_webhooks(
  account_sid text, reason text, key_id text default '', algorithm text default null, times int default 1)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  account uuid := (select a.id from public.sms_accounts a
    where a.account_sid = sms_count_refused_webhooks.account_sid and a.disconnected_at is null);
begin
  -- Anybody can name a key: not more rows than an account can have keys at Twilio.
  if account is null or (select count(*) from sms_private.refused_webhooks r
    where r.account_id = account and (r.reason, r.key_id) is distinct from
      (sms_count_refused_webhooks.reason, sms_count_refused_webhooks.key_id)) >= 50 then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  insert into sms_private.refused_webhooks as r (account_id, reason, key_id, algorithm, refused)
  values (account, sms_count_refused_webhooks.reason, sms_count_refused_webhooks.key_id,
    sms_count_refused_webhooks.algorithm, times)
  on conflict (account_id, reason, key_id) do update
  set refused = excluded.refused + case when r.last_at > now() - interval '1 day' then r.refused else 0 end,
    first_at = case when r.last_at > now() - interval '1 day' then r.first_at else now() end,
    algorithm = excluded.algorithm, last_at = now();
  return jsonb_build_object('outcome', 'counted');
end
$$;

create or replace function public.sms_disconnect_account(owner_id uuid, account_sid text)
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

-- A disconnected account signs no webhook and sends nothing.
create or replace function public.sms_get_account(account_sid text)
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

create or replace function public.sms_list_account_sids()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'account_sids', coalesce(jsonb_agg(a.account_sid), '[]'))
  from public.sms_accounts a where a.disconnected_at is null
$$;

-- Row level security decides what the caller sees, so there is nothing for a definer to do.
create or replace function public.sms_list_accounts(account_sid text default null)
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

create or replace function public.sms_list_credentials(after_id uuid default null, page_size int default 100)
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

create or replace function public.sms_list_numbers(phone_number_id uuid default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case when phone_number_id is not null and count(*) = 0
    then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'listed', 'phone_numbers',
      coalesce(jsonb_agg(sms_private.number_view(n) order by n.number, n.id), '[]')) end
  from public.sms_numbers n
  where n.user_id = (select sms_private.tenant_id())
    and (sms_list_numbers.phone_number_id is null or n.id = sms_list_numbers.phone_number_id)
$$;

create or replace function public.sms_record_webhook(
  phone_number_id uuid, seen_version bigint, webhook_status text, webhook_error text default null,
  twilio_sid text default null, sms_url text default null, trunk_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  confirmed boolean := sms_record_webhook.webhook_status = 'configured';
  number public.sms_numbers;
begin
  update public.sms_numbers p
  set webhook_status = sms_record_webhook.webhook_status,
    webhook_error = case when confirmed then null else left(sms_record_webhook.webhook_error, 1000) end,
    webhook_checked_at = clock_timestamp(), webhook_version = p.webhook_version + 1,
    -- What Twilio confirmed last stays until it confirms something else.
    configured_at = case when confirmed then clock_timestamp() else p.configured_at end,
    twilio_sid = case when confirmed then sms_record_webhook.twilio_sid else p.twilio_sid end,
    sms_url = case when confirmed then sms_record_webhook.sms_url else p.sms_url end,
    trunk_sid = case when confirmed then sms_record_webhook.trunk_sid else p.trunk_sid end
  where p.id = sms_record_webhook.phone_number_id and p.webhook_version = seen_version
    -- A look at Twilio does not judge a set-up that may still be under way.
    and not (p.webhook_status = 'pending' and sms_record_webhook.webhook_status = 'drifted')
    -- A process may still have the old token in memory (docs/credentials.md), and Twilio may still accept it.
    and not sms_private.is_disconnected(p)
  returning * into number;
  if number.id is not null then
    return jsonb_build_object('outcome', 'recorded', 'phone_number', sms_private.number_view(number));
  end if;
  select * into number from public.sms_numbers p where p.id = sms_record_webhook.phone_number_id;
  return case when number.id is null then jsonb_build_object('outcome', 'NUMBER_NOT_FOUND')
    else jsonb_build_object('outcome', 'superseded', 'phone_number', sms_private.number_view(number)) end;
end
$$;

create or replace function public.sms_remove_shared_key(owner_id uuid, account_sid text, key_id text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  delete from sms_private.shared_keys key using public.sms_accounts a
  where a.account_sid = sms_remove_shared_key.account_sid and a.user_id = owner_id and key.account_id = a.id
    and key.key_id = sms_remove_shared_key.key_id;
  return jsonb_build_object('outcome', case when found then 'removed' else 'SHARED_KEY_NOT_FOUND' end);
end
$$;

create or replace function public.sms_replace_credentials(
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

create or replace function public.sms_replace_secret(account_id uuid, name text, old_secret text, new_secret text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  update sms_private.shared_keys key set secret = new_secret
  where key.account_id = sms_replace_secret.account_id and key.key_id = name and key.secret = old_secret;
  if not found then
    update sms_private.twilio_credentials t set api_key_secret = new_secret
    where t.account_id = sms_replace_secret.account_id and t.api_key_sid = name and t.api_key_secret = old_secret;
  end if;
  return jsonb_build_object('outcome', case when found then 'replaced' else 'CREDENTIALS_CHANGED' end);
end
$$;

create or replace function public.sms_save_account(
  account_sid text, owner_id uuid default null, encrypted_token text default null, label text default null,
  trunk_sid text default null, api_key_sid text default null, api_key_secret text default null,
  shared_keys jsonb default '[]', forget text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  account public.sms_accounts;
begin
  if sms_private.has_too_many_keys(sms_save_account.account_sid, sms_save_account.shared_keys) then
    return jsonb_build_object('outcome', 'TOO_MANY_SHARED_KEYS');
  end if;
  if owner_id is not null and encrypted_token is null and api_key_secret is null then
    -- The caller gives no token because one is stored. It may be deleted at this moment: wait for that to end.
    perform from public.sms_accounts t
    where t.account_sid = sms_save_account.account_sid for no key update;
    if not exists (select from public.sms_accounts t
                   where t.account_sid = sms_save_account.account_sid
                     and (t.user_id is distinct from owner_id or t.disconnected_at is null)) then
      return jsonb_build_object('outcome', 'CREDENTIALS_CHANGED');
    end if;
  end if;
  if forget is not null and not sms_private.can_forget(sms_save_account.account_sid, forget,
      encrypted_token is not null, api_key_secret is not null) then
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

-- Not for a disconnected account: its number would be answered, and no reply could leave.
create or replace function public.sms_save_number(
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

create or replace function public.sms_unassign_number(owner_id uuid, phone_number_id uuid)
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

create or replace function public.sms_worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and held_at is null and due_at <= now()),
    -- Due later, or held by the pause of their broadcast.
    'deliveries_waiting', count(*) filter (
      where kind = 'deliver' and set_aside_at is null and not in_flight and (held_at is not null or due_at > now())),
    'deliveries_in_flight', count(*) filter (where in_flight and not unconfirmed),
    'deliveries_unconfirmed', count(*) filter (where unconfirmed),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where unconfirmed), 0),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and held_at is null and due_at <= now()), 0),
    'set_aside', (select count(*) from sms_private.set_aside()),
    'set_aside_reasons', (
      select coalesce(jsonb_object_agg(r.reason, r.things), '{}')
      from (select coalesce(split_part(a.last_error, ':', 1), 'UNKNOWN') as reason, count(*) as things
            from sms_private.set_aside() a group by 1) r),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id,
        'message_sid', e.message_sid)), '[]')
      from (select * from (
              select * from sms_private.set_aside()
              union all
              (select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
               from sms_private.jobs j where j.last_error is not null and j.set_aside_at is null
                 order by j.id desc limit 10)
            ) all_errors order by set_aside_at desc nulls last limit 10) e),
    'webhooks_refused', (
      select coalesce(jsonb_agg(one.refusal order by one.last_at desc), '[]')
      from (select refusal.last_at, jsonb_build_object('account_sid', account.account_sid, 'reason', refusal.reason,
              'key_id', nullif(refusal.key_id, ''), 'refused', refusal.refused, 'last_at', refusal.last_at,
              'message', sms_private.refusal_words(refusal)) as refusal
            from sms_private.refused_webhooks refusal
            join public.sms_accounts account on account.id = refusal.account_id
            where refusal.last_at > now() - interval '1 day' order by refusal.last_at desc limit 20) one),
    'figures_unfolded', (select count(*) from sms_private.stat_changes),
    'doubled', (select count(distinct v.message_id) from public.sms_message_events v where v.flags @> '{doubled}'))
  || (
    select jsonb_build_object(
      'lookups_due', count(*) filter (where kind = 'lookup' and due_at <= now()),
      'settlements_due', count(*) filter (where kind = 'settlement' and due_at <= now()),
      'settlements_waiting', count(*) filter (where kind = 'settlement' and due_at > now()),
      'settlements_failing', count(*) filter (where kind = 'settlement' and last_error is not null),
      'listings', jsonb_build_object(
        'accounts', count(*) filter (where listed),
        'failing', count(*) filter (where listed and tries > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - listed_until)) filter (where listed), 0),
        'last_error', (array_agg(last_error order by tries desc) filter (where listed and tries > 0))[1]))
    from sms_private.questions question
    cross join lateral (select kind = 'listing' and exists (
      select from public.sms_numbers number where number.account_sid = question.account_sid) as listed) here
    where set_aside_at is null)
  from sms_private.jobs
$$;

-- Connecting and disconnecting Twilio accounts.

create or replace function sms_private.account_view(account public.sms_accounts, signers jsonb)
returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('id', account.id, 'account_sid', account.account_sid, 'label', account.label, 'trunk_sid',
    account.trunk_sid,
    'created_at', account.created_at, 'updated_at', account.updated_at, 'disconnected_at', account.disconnected_at)
    || signers
$$;

create or replace function sms_private.can_forget(account_sid text, what text, token_given boolean, api_key_given boolean)
returns boolean
language sql stable set search_path = ''
as $$
  select case what
    when 'auth_token' then api_key_given or exists (
      select from sms_private.twilio_credentials t join public.sms_accounts account on account.id = t.account_id
      where account.account_sid = can_forget.account_sid and t.api_key_secret is not null)
    when 'api_key' then token_given or exists (
      select from sms_private.twilio_credentials t join public.sms_accounts account on account.id = t.account_id
      where account.account_sid = can_forget.account_sid and t.current_token is not null)
    else false end
$$;

create or replace function sms_private.forget_secrets(account_id uuid, what text, token_given boolean)
returns void
language sql volatile set search_path = ''
as $$
  update sms_private.twilio_credentials t
  set current_token = case when what = 'api_key' then t.current_token end,
    previous_token = case when what = 'api_key' then t.previous_token end,
    previous_until = case when what = 'api_key' then t.previous_until end,
    api_key_sid = case when what = 'auth_token' then t.api_key_sid end,
    api_key_secret = case when what = 'auth_token' then t.api_key_secret end
  where t.account_id = forget_secrets.account_id and what is not null;
  delete from sms_private.refused_webhooks r
  where r.account_id = forget_secrets.account_id and r.key_id = '' and (token_given or what = 'auth_token');
$$;

create or replace function sms_private.has_too_many_keys(account_sid text, shared_keys jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select count(*) > 50 from (
    select key.key_id from sms_private.shared_keys key
    join public.sms_accounts account on account.id = key.account_id
    where account.account_sid = has_too_many_keys.account_sid
    union
    select given.key_id from jsonb_to_recordset(has_too_many_keys.shared_keys) as given (key_id text)) keys
$$;

create or replace function sms_private.my_signers_of(account_id uuid)
returns jsonb
language sql stable security definer set search_path = ''
as $$
  select sms_private.signers_of(account.id) from public.sms_accounts account
  where account.id = my_signers_of.account_id and account.user_id = (select sms_private.tenant_id())
$$;

-- A number's webhook at Twilio: repaired, recorded, listed.

create or replace function sms_private.number_view(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(number) || jsonb_build_object('webhook_problem', sms_private.webhook_problem_of(number))
$$;

create or replace function sms_private.refusal_words(refusal sms_private.refused_webhooks)
returns text
language sql stable set search_path = ''
as $$
  select case
    when refusal.reason = 'SHARED_KEY_UNKNOWN' then format(
      'Twilio signs webhooks of this account with the SharedKey %s, which was not given here: %s refused (403). Give its id '
      'and secret (sms-accounts, shared_keys). Twilio shows a secret once: if it is lost, make a new SharedKey and let the '
      'Webhook Setting name that.',
      coalesce(nullif(refusal.key_id, ''), 'of a form that we do not know'), refusal.refused)
    when refusal.reason = 'SIGNATURE_ALGORITHM_UNKNOWN' then format(
      'Twilio signs webhooks of this account with the algorithm %s, which is not known here: %s refused (403). Let the Webhook '
      'Setting say HMAC_SHA256.', coalesce(refusal.algorithm, 'of no name'), refusal.refused)
    when refusal.key_id <> '' then format(
      'Twilio signs webhooks of this account with the SharedKey %s, and its secret is not the one that was given here: %s '
      'refused (403). Give its id and secret again (sms-accounts, shared_keys).', refusal.key_id, refusal.refused)
    else format(
      'Twilio signs webhooks of this account with another token than those given here: %s refused (403). Twilio signs with '
      'the primary auth token: copy it from the Twilio console and give it here. If it is the right one, the operator should '
      'see whether SMS_PUBLIC_URL is the address that Twilio calls.', refusal.refused) end
$$;

create or replace function sms_private.refused_of(account_id uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('reason', refusal.reason, 'key_id', nullif(refusal.key_id, ''),
    'algorithm', refusal.algorithm, 'refused', refusal.refused, 'first_at', refusal.first_at, 'last_at', refusal.last_at,
    'message', sms_private.refusal_words(refusal)) order by refusal.last_at desc), '[]')
  from sms_private.refused_webhooks refusal
  where refusal.account_id = refused_of.account_id and refusal.last_at > now() - interval '1 day'
$$;

create or replace function sms_private.save_shared_keys(account_id uuid, shared_keys jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  insert into sms_private.shared_keys as key (account_id, key_id, secret)
  select save_shared_keys.account_id, given.key_id, given.secret
  from jsonb_to_recordset(save_shared_keys.shared_keys) as given (key_id text, secret text)
  order by given.key_id
  on conflict (account_id, key_id) do update set secret = excluded.secret, created_at = now();
  delete from sms_private.refused_webhooks r
  using jsonb_to_recordset(save_shared_keys.shared_keys) as given (key_id text)
  where r.account_id = save_shared_keys.account_id and r.key_id = given.key_id;
end
$$;

create or replace function sms_private.signers_of(account_id uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'previous_until', (select t.previous_until from sms_private.twilio_credentials t
      where t.account_id = signers_of.account_id and sms_private.valid_previous(t) is not null),
    'api_key_sid', (select t.api_key_sid from sms_private.twilio_credentials t
                    where t.account_id = signers_of.account_id),
    'shared_keys', (select coalesce(jsonb_agg(jsonb_build_object('key_id', key.key_id, 'created_at', key.created_at)
        order by key.created_at, key.key_id), '[]')
      from sms_private.shared_keys key where key.account_id = signers_of.account_id),
    'webhooks_refused', sms_private.refused_of(signers_of.account_id))
$$;

-- Who signs an account's webhooks, and what was refused.

create or replace function sms_private.valid_previous(credentials sms_private.twilio_credentials)
returns text
language sql stable set search_path = ''
as $$ select case when credentials.previous_until > now() then credentials.previous_token end $$;

-- What has to be set up at Twilio: the number, and the trunk that its account names.
create or replace function sms_private.webhook_of(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('phone_number', sms_private.number_view(number), 'main_trunk_sid', (
    select a.trunk_sid from public.sms_accounts a where a.account_sid = number.account_sid))
$$;

-- Tenants share the default account, so its counts are the operator's: they are in sms_worker_health().
create or replace function sms_private.webhook_problem_of(number public.sms_numbers)
returns text
language sql stable security definer set search_path = ''
as $$
  select string_agg(sms_private.refusal_words(refusal), ' ' order by refusal.last_at desc)
  from public.sms_accounts account
  join sms_private.refused_webhooks refusal on refusal.account_id = account.id
  where account.account_sid = number.account_sid and account.user_id = number.user_id
    and refusal.last_at > now() - interval '1 day'
    and (number.user_id = (select sms_private.tenant_id()) or (select sms_private.tenant_id()) is null)
$$;

alter table sms_private.refused_webhooks
  add constraint refused_webhooks_account_id_fkey foreign key (account_id)
    references public.sms_accounts(id) on delete cascade;

alter table sms_private.shared_keys
  add constraint shared_keys_account_id_fkey foreign key (account_id) references public.sms_accounts(id)
    on delete cascade;

alter table sms_private.twilio_credentials
  add constraint api_key_is_whole check (((api_key_sid IS NULL) = (api_key_secret IS NULL)));

alter table sms_private.twilio_credentials
  add constraint asks_with_something check (((current_token IS NOT NULL) OR (api_key_secret IS NOT NULL)));

alter table sms_private.twilio_credentials
  add constraint twilio_credentials_api_key_sid_check check ((api_key_sid ~ '^SK[0-9a-f]{32}$'::text));

comment on column sms_private.refused_webhooks.account_id is 'The account that they named.';

comment on column sms_private.refused_webhooks.algorithm is 'The algorithm that they named last, where it is not known.';

comment on column sms_private.refused_webhooks.first_at is 'The first of them; after a day without any, the next is a first one.';

comment on column sms_private.refused_webhooks.key_id is 'The SharedKey that they named; empty for the auth token.';

comment on column sms_private.refused_webhooks.last_at is 'The last of them, to within ten seconds.';

comment on column sms_private.refused_webhooks.reason is 'The code of the refusal.';

comment on column sms_private.refused_webhooks.refused is 'How many, since first_at.';

comment on column sms_private.shared_keys.account_id is 'The account. Its webhooks alone are opened by the key.';

comment on column sms_private.shared_keys.created_at is 'When it was given.';

comment on column sms_private.shared_keys.key_id is 'Twilio''s id, which a webhook names.';

comment on column sms_private.shared_keys.secret is 'JWE of its secret.';

comment on column sms_private.twilio_credentials.api_key_secret is 'JWE of its secret.';

comment on column sms_private.twilio_credentials.api_key_sid is 'The API key that asks Twilio in place of the token.';

comment on column sms_private.twilio_credentials.current_token is 'JWE of { account_sid, auth_token }; null where an API key asks Twilio and SharedKeys sign.';

comment on column sms_private.twilio_credentials.previous_token is 'The token before the last rotation: Twilio signs with it until the new one is promoted.';

comment on column sms_private.twilio_credentials.previous_until is 'When the previous token ends to count: a day after the new one was given, and a minute after the new one first signed.';

comment on function public.sms_confirm_signer(text, text, text) is 'A webhook was accepted that this SharedKey signed, or (sealed) this current token: what was refused of it is forgotten, and the token before it ends. Outcome: confirmed.';

comment on function public.sms_count_refused_webhooks(text, text, text, text, integer) is
  'Counts webhooks that were refused for their signature. Outcomes: counted, ignored (no connected account has that SID, or 50 other reasons are counted).';

comment on function public.sms_disconnect_account(uuid, text) is 'Forgets an account''s tokens and keys. Without numbers the account goes; with numbers it stays for their conversations, disconnected, and nothing is sent from them. Outcomes: disconnected, ACCOUNT_NOT_FOUND (also for another tenant''s and the default account).';

comment on function public.sms_get_account(text) is 'A connected account with its encrypted tokens, API key and SharedKeys; null when nobody has connected it. The default account''s secrets are in the environment.';

comment on function public.sms_list_account_sids() is 'The SIDs of all connected accounts, so that others are never looked up. Outcome: listed.';

comment on function public.sms_list_credentials(uuid, integer) is 'A page of encrypted tokens and other secrets, by their names, in the order of their accounts'' ids, after the one given. Outcome: listed.';

comment on function public.sms_remove_shared_key(uuid, text, text) is 'Forgets a SharedKey: what it signs is refused from then on. Outcomes: removed, SHARED_KEY_NOT_FOUND (also for another tenant''s account).';

comment on function public.sms_replace_credentials(uuid, text, text, text, text, boolean) is
  'Replaces an account''s encrypted tokens if they are still those that the caller read. The one that was current counts for another day. forget_refused: a token was given, so that what was refused is forgotten. Outcomes: replaced, CREDENTIALS_CHANGED.';

comment on function public.sms_replace_secret(uuid, text, text, text) is 'Replaces the encrypted secret of a SharedKey or an API key, by its name, if it is still the one that the caller read. Outcomes: replaced, CREDENTIALS_CHANGED.';

comment on function public.sms_save_account(text, uuid, text, text, text, text, text, jsonb, text) is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account. A new token keeps the old one as previous for a day; an API key and SharedKeys are added; forget takes the auth_token or the api_key away. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token or API key, here or stored), TOO_MANY_SHARED_KEYS (more than 50).';

comment on function public.sms_worker_health() is 'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.account_view(public.sms_accounts, jsonb) is 'What the owner of an account is shown of it.';

comment on function sms_private.can_forget(text, text, boolean, boolean) is 'Whether something is left to ask Twilio with.';

comment on function sms_private.forget_secrets(uuid, text, boolean) is 'Takes the auth tokens or the API key away, and with a new token what was refused of the one before.';

comment on function sms_private.has_too_many_keys(text, jsonb) is 'Whether an account would have more SharedKeys than Twilio lets it have.';

comment on function sms_private.my_signers_of(uuid) is 'The same, of an account of the signed-in tenant; null for another one.';

comment on function sms_private.number_view(public.sms_numbers) is 'A number as its tenant is shown it: the row, and why webhooks for it are refused.';

comment on function sms_private.refusal_words(sms_private.refused_webhooks) is 'What was refused and what to do, in words for the owner of the account.';

comment on function sms_private.refused_of(uuid) is 'Which signatures of an account were refused in the last day, and not accepted since.';

comment on function sms_private.save_shared_keys(uuid, jsonb) is 'Stores SharedKeys; one that is given again has the secret that was given last. What was refused of them is forgotten.';

comment on function sms_private.signers_of(uuid) is 'How Twilio is asked and who signs its webhooks, without any secret, and what was refused.';

comment on function sms_private.valid_previous(sms_private.twilio_credentials) is
  'The previous token while it counts; null afterwards.';

comment on function sms_private.webhook_problem_of(public.sms_numbers) is 'Why webhooks for a number of the tenant''s own account are refused, and what to do; null if none are.';

comment on table sms_private.refused_webhooks is 'How many webhooks that named a connected account were refused with 403, by what was wrong with their signature.';

comment on table sms_private.shared_keys is 'Encrypted SharedKeys: Twilio signs with one where a Webhook Rule says so.';

comment on table sms_private.twilio_credentials is 'Encrypted auth tokens and API keys of connected accounts.';

-- Who may do what.
revoke all on function public.sms_confirm_signer(text,text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_count_refused_webhooks(text,text,text,text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_list_account_sids() from public, anon, authenticated, service_role;
revoke all on function public.sms_remove_shared_key(uuid,text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_replace_credentials(uuid,text,text,text,text,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_replace_secret(uuid,text,text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_save_account(text,uuid,text,text,text,text,text,jsonb,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.account_view(public.sms_accounts,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.can_forget(text,text,boolean,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.forget_secrets(uuid,text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.has_too_many_keys(text,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.my_signers_of(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_view(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.refusal_words(sms_private.refused_webhooks) from public, anon, authenticated, service_role;
revoke all on function sms_private.refused_of(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_shared_keys(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.signers_of(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.valid_previous(sms_private.twilio_credentials) from public, anon, authenticated, service_role;
revoke all on function sms_private.webhook_problem_of(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on table sms_private.refused_webhooks from public, anon, authenticated, service_role;
revoke all on table sms_private.shared_keys from public, anon, authenticated, service_role;
grant execute on function public.sms_confirm_signer(text,text,text) to service_role;
grant execute on function public.sms_count_refused_webhooks(text,text,text,text,integer) to service_role;
grant execute on function public.sms_list_account_sids() to service_role;
grant execute on function public.sms_remove_shared_key(uuid,text,text) to service_role;
grant execute on function public.sms_replace_credentials(uuid,text,text,text,text,boolean) to service_role;
grant execute on function public.sms_replace_secret(uuid,text,text,text) to service_role;
grant execute on function public.sms_save_account(text,uuid,text,text,text,text,text,jsonb,text) to service_role;
grant execute on function sms_private.account_view(public.sms_accounts,jsonb) to authenticated;
grant execute on function sms_private.account_view(public.sms_accounts,jsonb) to service_role;
grant execute on function sms_private.can_forget(text,text,boolean,boolean) to service_role;
grant execute on function sms_private.forget_secrets(uuid,text,boolean) to service_role;
grant execute on function sms_private.has_too_many_keys(text,jsonb) to service_role;
grant execute on function sms_private.my_signers_of(uuid) to authenticated;
grant execute on function sms_private.my_signers_of(uuid) to service_role;
grant execute on function sms_private.number_view(public.sms_numbers) to authenticated;
grant execute on function sms_private.number_view(public.sms_numbers) to service_role;
grant execute on function sms_private.refusal_words(sms_private.refused_webhooks) to service_role;
grant execute on function sms_private.refused_of(uuid) to service_role;
grant execute on function sms_private.save_shared_keys(uuid,jsonb) to service_role;
grant execute on function sms_private.signers_of(uuid) to service_role;
grant execute on function sms_private.valid_previous(sms_private.twilio_credentials) to service_role;
grant execute on function sms_private.webhook_problem_of(public.sms_numbers) to authenticated;
grant execute on function sms_private.webhook_problem_of(public.sms_numbers) to service_role;
grant delete, insert, select, update on table sms_private.refused_webhooks to service_role;
grant delete, insert, select, update on table sms_private.shared_keys to service_role;

reset check_function_bodies;
