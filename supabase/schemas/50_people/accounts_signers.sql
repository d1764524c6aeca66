-- Who signs an account's webhooks, and what was refused.

create function sms_private.valid_previous(credentials sms_private.twilio_credentials)
returns text
language sql stable set search_path = ''
as $$ select case when credentials.previous_until > now() then credentials.previous_token end $$;
comment on function sms_private.valid_previous is 'The previous token while it counts; null afterwards.';

create function sms_private.refusal_words(refusal sms_private.refused_webhooks)
returns text
language sql stable set search_path = ''
as $$
  select case
    when refusal.reason = 'SHARED_KEY_UNKNOWN' then format(
      'Somebody, perhaps Twilio, signs webhooks of this account with the SharedKey %s, which was not given here: %s refused '
      '(403). If Twilio has this key, give its id and secret (sms-accounts, shared_keys). Twilio shows a secret once: if it is lost, make a new SharedKey and let the '
      'Webhook Setting name that. Where several keys are named, most are invented: checking the numbers (GET /sms-numbers?verify=1) asks Twilio which one signs.',
      coalesce(nullif(refusal.key_id, ''), 'of a form that we do not know'), refusal.refused)
    when refusal.reason = 'SIGNATURE_ALGORITHM_UNKNOWN' then format(
      'Somebody, perhaps Twilio, signs webhooks of this account with the algorithm %s, which is not known here: %s refused '
      '(403). Let the Webhook Setting say HMAC_SHA256.', coalesce(refusal.algorithm, 'of no name'), refusal.refused)
    when refusal.key_id <> '' then format(
      'Somebody, perhaps Twilio, signs webhooks of this account with the SharedKey %s, and its secret is not the one that was '
      'given here: %s refused (403). Give its id and secret again (sms-accounts, shared_keys).', refusal.key_id, refusal.refused)
    else format(
      'Somebody, perhaps Twilio, signs webhooks of this account with another token than those given here: %s refused (403). '
      'Twilio signs with the primary auth token: copy it from the Twilio console and give it here. If it is the right one, the operator should '
      'see whether SMS_PUBLIC_URL is the address that Twilio calls.', refusal.refused) end
$$;
comment on function sms_private.refusal_words is 'What was refused and what to do, in words for the owner of the account.';

create function sms_private.refused_of(account_id uuid)
returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('reason', refusal.reason, 'key_id', nullif(refusal.key_id, ''),
    'algorithm', refusal.algorithm, 'refused', refusal.refused, 'first_at', refusal.first_at, 'last_at', refusal.last_at,
    'message', sms_private.refusal_words(refusal)) order by refusal.last_at desc), '[]')
  from sms_private.refused_webhooks refusal
  where refusal.account_id = refused_of.account_id and refusal.last_at > now() - interval '1 day'
$$;
comment on function sms_private.refused_of is
  'Which signatures of an account were refused in the last day, and not accepted since.';

create function sms_private.signers_of(account_id uuid)
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
    'webhooks_refused', sms_private.refused_of(signers_of.account_id),
    'credentials_unreadable', sms_private.is_unreadable(signers_of.account_id, sms_private.known_keys()))
$$;
comment on function sms_private.signers_of is
  'How Twilio is asked and who signs its webhooks, without any secret, what was refused, and whether it can still be opened.';

create function sms_private.my_signers_of(account_id uuid)
returns jsonb
language sql stable security definer set search_path = ''
as $$
  select sms_private.signers_of(account.id) from public.sms_accounts account
  where account.id = my_signers_of.account_id and account.user_id = (select sms_private.tenant_id())
$$;
comment on function sms_private.my_signers_of is 'The same, of an account of the signed-in tenant; null for another one.';

create function sms_private.save_shared_keys(account_id uuid, shared_keys jsonb)
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
comment on function sms_private.save_shared_keys is
  'Stores SharedKeys; one that is given again has the secret that was given last. What was refused of them is forgotten.';

create function sms_private.has_too_many_keys(account_sid text, shared_keys jsonb)
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
comment on function sms_private.has_too_many_keys is 'Whether an account would have more SharedKeys than Twilio lets it have.';

create function sms_private.can_forget(
  account_sid text, what text, token_given boolean, api_key_given boolean, shared_key_given boolean)
returns boolean
language sql stable set search_path = ''
as $$
  select case what
    when 'auth_token' then (api_key_given or stored.api_key_secret is not null)
      and (shared_key_given or exists (select from sms_private.shared_keys key where key.account_id = account.id))
    when 'api_key' then token_given or stored.current_token is not null
    else false end
  from (select) one
  left join public.sms_accounts account on account.account_sid = can_forget.account_sid
  left join sms_private.twilio_credentials stored on stored.account_id = account.id
$$;
comment on function sms_private.can_forget is
  'Whether something is left to ask Twilio with, and somebody who signs. The caller holds the account.';

create function sms_private.forget_secrets(account_id uuid, what text, token_given boolean)
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
comment on function sms_private.forget_secrets is
  'Takes the auth tokens or the API key away, and with a new token what was refused of the one before.';

-- Tenants share the default account, so its counts are the operator's: they are in sms_worker_health().
create function sms_private.webhook_problem_of(number public.sms_numbers)
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
comment on function sms_private.webhook_problem_of is
  'Why webhooks for a number of the tenant''s own account are refused, and what to do; null if none are.';

create function public.sms_count_refused_webhooks(
  account_sid text, reason text, key_id text default '', algorithm text default null, times int default 1)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  account uuid := (select a.id from public.sms_accounts a
    where a.account_sid = sms_count_refused_webhooks.account_sid and a.disconnected_at is null);
  taken_over bigint;
begin
  perform from public.sms_accounts a where a.id = account for no key update;
  if not found then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  delete from sms_private.refused_webhooks r where r.account_id = account and r.last_at <= now() - interval '1 day';
  -- Anybody can name a key: not more of them than an account can have at Twilio. Where there are as many, a new one takes the place
  -- of the one that was named least, and its weight (the "space-saving" way to find what is frequent in a stream). So a
  -- key that Twilio signs with is there when it signs, and stays while it signs one of fifty. A mismatch is of a secret that is known.
  if sms_count_refused_webhooks.key_id <> '' and sms_count_refused_webhooks.reason <> 'SIGNATURE_MISMATCH'
    and not exists (select from sms_private.refused_webhooks r where r.account_id = account
      and r.reason = sms_count_refused_webhooks.reason and r.key_id = sms_count_refused_webhooks.key_id) then
    delete from sms_private.refused_webhooks gone using (
      select r.reason, r.key_id from sms_private.refused_webhooks r
      where r.account_id = account and r.key_id <> '' and r.reason <> 'SIGNATURE_MISMATCH'
      order by r.weight desc, r.last_at desc offset 49 limit 1) least
    where gone.account_id = account and gone.reason = least.reason and gone.key_id = least.key_id
    returning gone.weight into taken_over;
  end if;
  insert into sms_private.refused_webhooks as r (account_id, reason, key_id, algorithm, refused, weight)
  values (account, sms_count_refused_webhooks.reason, sms_count_refused_webhooks.key_id,
    sms_count_refused_webhooks.algorithm, times, coalesce(taken_over, 0) + times)
  on conflict (account_id, reason, key_id) do update
  set refused = r.refused + excluded.refused, weight = r.weight + excluded.refused, algorithm = excluded.algorithm, last_at = now();
  return jsonb_build_object('outcome', 'counted');
end
$$;
comment on function public.sms_count_refused_webhooks is
  'Counts webhooks that were refused for their signature. Of keys that are not known, an account has the 50 that were named most. Outcomes: counted, ignored (no connected account has that SID).';

create function public.sms_confirm_signer(account_sid text, key_id text default '', sealed text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  account uuid := (select a.id from public.sms_accounts a
    where a.account_sid = sms_confirm_signer.account_sid and a.disconnected_at is null);
begin
  -- Promoting a token ends the one before at Twilio. A minute is for what is on its way.
  update sms_private.twilio_credentials t
  set previous_until = now() + interval '1 minute'
  where t.account_id = account and t.current_token = sealed and t.previous_until > now() + interval '1 minute';
  delete from sms_private.refused_webhooks r
  where r.account_id = account and r.key_id = sms_confirm_signer.key_id;
  return jsonb_build_object('outcome', 'confirmed');
end
$$;
comment on function public.sms_confirm_signer is
  'A webhook was accepted that this SharedKey signed, or (sealed) this current token: what was refused of it is forgotten, and the token before it ends. Outcome: confirmed.';

create function public.sms_list_account_sids()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('outcome', 'listed', 'account_sids', coalesce(jsonb_agg(a.account_sid), '[]'))
  from public.sms_accounts a where a.disconnected_at is null
$$;
comment on function public.sms_list_account_sids is
  'The SIDs of all connected accounts, so that others are never looked up. Outcome: listed.';
