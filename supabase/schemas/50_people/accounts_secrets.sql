-- Secrets of an account that are taken away, or encrypted anew.

create function public.sms_remove_shared_key(owner_id uuid, account_sid text, key_id text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  account uuid;
begin
  -- Two requests at once leave one key.
  select a.id into account from public.sms_accounts a
  where a.account_sid = sms_remove_shared_key.account_sid and a.user_id = owner_id for no key update;
  if not exists (select from sms_private.shared_keys key
                 where key.account_id = account and key.key_id = sms_remove_shared_key.key_id) then
    return jsonb_build_object('outcome', 'SHARED_KEY_NOT_FOUND');
  end if;
  if not exists (select from sms_private.twilio_credentials t
                 where t.account_id = account and t.current_token is not null)
    and not exists (select from sms_private.shared_keys key
                    where key.account_id = account and key.key_id <> sms_remove_shared_key.key_id) then
    return jsonb_build_object('outcome', 'LAST_SIGNER');
  end if;
  delete from sms_private.shared_keys key
  where key.account_id = account and key.key_id = sms_remove_shared_key.key_id;
  return jsonb_build_object('outcome', 'removed');
end
$$;
comment on function public.sms_remove_shared_key is
  'Forgets a SharedKey: what it signs is refused from then on. Outcomes: removed, SHARED_KEY_NOT_FOUND (also for another tenant''s account), LAST_SIGNER.';

create function public.sms_replace_secret(account_id uuid, name text, old_secret text, new_secret text)
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
comment on function public.sms_replace_secret is
  'Replaces the encrypted secret of a SharedKey or an API key, by its name, if it is still the one that the caller read. Outcomes: replaced, CREDENTIALS_CHANGED.';
