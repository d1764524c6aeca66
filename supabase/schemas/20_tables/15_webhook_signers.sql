-- Keys that sign webhooks in place of the auth token, and the webhooks that no key known here signed.

-- Twilio shows the secret once, when the key is made. An account has 50 at most.
create table sms_private.shared_keys (
  account_id uuid not null references public.sms_accounts (id) on delete cascade,
  key_id text not null check (key_id ~ '^webhooks_sharedkey_[0-9A-Za-z]{26}$'),
  secret text not null,
  created_at timestamptz not null default now(),
  primary key (account_id, key_id)
);
comment on table sms_private.shared_keys is 'Encrypted SharedKeys: Twilio signs with one where a Webhook Rule says so.';
comment on column sms_private.shared_keys.account_id is 'The account. Its webhooks alone are opened by the key.';
comment on column sms_private.shared_keys.key_id is 'Twilio''s id, which a webhook names.';
comment on column sms_private.shared_keys.secret is 'JWE of its secret.';
comment on column sms_private.shared_keys.created_at is 'When it was given.';

create table sms_private.refused_webhooks (
  account_id uuid not null references public.sms_accounts (id) on delete cascade,
  reason text not null
    check (reason in ('SIGNATURE_MISMATCH', 'SHARED_KEY_UNKNOWN', 'SIGNATURE_ALGORITHM_UNKNOWN')),
  key_id text not null,
  algorithm text,
  refused bigint not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  weight bigint not null default 0,
  primary key (account_id, reason, key_id)
);
comment on table sms_private.refused_webhooks is
  'How many webhooks that named a connected account were refused with 403, by what was wrong with their signature.';
comment on column sms_private.refused_webhooks.account_id is 'The account that they named.';
comment on column sms_private.refused_webhooks.reason is 'The code of the refusal.';
comment on column sms_private.refused_webhooks.key_id is 'The SharedKey that they named; empty for the auth token.';
comment on column sms_private.refused_webhooks.algorithm is 'The algorithm that they named last, where it is not known.';
comment on column sms_private.refused_webhooks.refused is 'How many, since first_at.';
comment on column sms_private.refused_webhooks.first_at is 'The first of them; after a day without any, the next is a first one.';
comment on column sms_private.refused_webhooks.last_at is 'The last of them, to within ten seconds.';
comment on column sms_private.refused_webhooks.weight is
  'Never less than refused: which key makes room for a new one, where an account has 50.';
