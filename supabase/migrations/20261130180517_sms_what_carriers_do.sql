-- sms_what_carriers_do: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

alter table sms_private.country_prefixes
  drop constraint country_prefixes_prefix_check;

drop function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text);

drop function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text);

drop function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text);

drop function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text);

drop function public.sms_find_unknown_messages(text, jsonb);

drop function public.sms_replace_credentials(uuid, text, text, text, text);

drop function public.sms_save_account(text, uuid, text, text, text);

drop function sms_private.account_view(public.sms_accounts);

drop function sms_private.conversations_for_broadcast(public.sms_numbers, text[]);

drop function sms_private.country_of(text);

drop function sms_private.lock_conversations(public.sms_numbers, text[]);

drop function sms_private.refuse_content(text, text[], timestamp with time zone);

drop function sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean);

drop function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone, text, uuid);

create table sms_private.model_servers (
  server         text                     not null,
  default_model  text                     not null,
  allowed_models text[]                   not null default '{}'::text[],
  list_after     timestamp with time zone not null default now(),
  constraint model_servers_allowed_models_check check ((cardinality(allowed_models) <= 200)),
  constraint model_servers_default_model_check
    check (((char_length(default_model) >= 1) AND (char_length(default_model) <= 200))),
  constraint model_servers_pkey primary key (server),
  constraint model_servers_server_check
    check (((char_length(server) >= 1) AND (char_length(server) <= 300)))
);

create table sms_private.models (
  server        text                     not null,
  model         text                     not null,
  quirks        text[]                   not null default '{}'::text[],
  learned_at    timestamp with time zone not null default now(),
  shutdown_date date,
  constraint models_model_check check (((char_length(model) >= 1) AND (char_length(model) <= 200))),
  constraint models_pkey primary key (server, model),
  constraint models_quirks_check check ((cardinality(quirks) <= 50)),
  constraint models_shutdown_date_check check (isfinite(shutdown_date))
);

create table sms_private.number_spellings (
  old_prefix text     not null,
  digits     smallint not null,
  new_prefix text     not null,
  country    text,
  constraint number_spellings_country_check check ((country ~ '^[A-Z]{2}$'::text)),
  constraint number_spellings_digits_check check (((digits >= 0) AND (digits <= 12))),
  constraint number_spellings_new_prefix_check check ((new_prefix ~ '^[1-9][0-9]{0,6}$'::text)),
  constraint number_spellings_old_prefix_check check ((old_prefix ~ '^[1-9][0-9]{2,5}$'::text)),
  constraint number_spellings_pkey primary key (old_prefix, digits)
);

create table sms_private.pace_marks (
  phone_number_id uuid                     not null,
  at              timestamp with time zone not null,
  held_seconds    double precision         not null,
  constraint pace_marks_pkey primary key (phone_number_id, at)
);

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

alter table public.sms_assistants
  add column reasoning_effort text not null default 'none'::text;

alter table public.sms_assistants
  add column verbosity text not null default 'low'::text;

alter table public.sms_assistants
  add column reads_images boolean not null default false;

alter table public.sms_assistants
  add column time_zone text;

alter table public.sms_broadcasts
  add column not_after timestamp with time zone;

alter table public.sms_contacts
  add column canonical_number text;

alter table public.sms_conversations
  add column via text;

alter table public.sms_messages
  add column not_after timestamp with time zone;

alter table public.sms_messages
  add column via text;

alter table sms_private.country_prefixes
  add column territory_of text;

alter table sms_private.country_prefixes
  add column state text;

alter table sms_private.country_prefixes
  add column zones text[] not null default '{}'::text[];

alter table sms_private.jobs
  add column held_for interval;

alter table sms_private.sender_pace
  add column held_seconds double precision not null default 0;

alter table sms_private.sender_pace
  add column marked_at timestamp with time zone not null default '-infinity'::timestamp with time zone;

alter table sms_private.twilio_credentials
  add column previous_until timestamp with time zone;

alter table sms_private.twilio_credentials
  add column api_key_sid text;

alter table sms_private.twilio_credentials
  add column api_key_secret text;

alter table sms_private.twilio_credentials
  alter column current_token drop not null;

-- What the routes of the replaced system ask for.

-- Bodies there name an account, and no sender or a placeholder: the number this contact was last texted from, else the
-- oldest one, of that account.
create or replace function public.sms_choose_sender(account_sid text, to_number text)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with mine as (
    select n.id, n.number, n.created_at from public.sms_numbers n
    where n.user_id = (select sms_private.tenant_id()) and n.account_sid = sms_choose_sender.account_sid
  ), own_account as (
    select a.disconnected_at from public.sms_accounts a
    where a.user_id = (select sms_private.tenant_id()) and a.account_sid = sms_choose_sender.account_sid
  )
  select case
    -- Not the caller's own account: then one of the operator's, on which the caller was given a number.
    when not exists (select from own_account o where o.disconnected_at is null)
      and (exists (select from own_account) or not exists (select from mine))
      then jsonb_build_object('outcome', 'CONNECT_ACCOUNT_FIRST')
    else jsonb_build_object('outcome', 'chosen', 'from_number', coalesce(
      (select m.number from public.sms_conversations c
       join mine m on m.id = c.phone_number_id
       where c.contact_id = (select sms_private.my_contact(sms_choose_sender.to_number))
         and c.user_id = (select sms_private.tenant_id())
       order by c.last_message_at desc nulls last, c.id desc limit 1),
      (select m.number from mine m order by m.created_at, m.id limit 1)))
  end
$$;

create or replace function public.sms_claim_replies(
  batch_size int, lease_seconds int, max_attempts int default 5, in_hand jsonb default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 500);
  candidate uuid;
  job sms_private.jobs;
  context jsonb;
  claimed jsonb := '[]';
  next_due timestamptz;
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
  answer_within interval := sms_private.span_setting('answer_not_after_seconds');
begin
  for candidate in
    with tenants as materialized (
      select tenant.id, coalesce((in_hand ->> tenant.id::text)::int, 0) as held
      from sms_private.tenants_to_answer() tenant (id)
      cross join lateral (
        select from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        order by reply.due_at limit 1) due
    ), due as (
      -- Tenants take turns: who has least in hand, and among equals the oldest.
      select own.id, own.due_at, tenant.held + own.place as turn
      from tenants tenant
      cross join lateral (
        select reply.id, reply.due_at, row_number() over (order by reply.due_at) as place
        from sms_private.jobs reply
        where reply.kind = 'reply' and reply.set_aside_at is null and reply.user_id = tenant.id
          and reply.due_at <= moment and (reply.lease_expires_at is null or reply.lease_expires_at <= moment)
        -- Where there are more tenants than room, the first of each are enough.
        order by reply.due_at limit case when (select count(*) from tenants) > room then 1 else room end
      ) own
    ), ranked as (
      select due.id, due.turn, row_number() over (order by due.turn, due.due_at, due.id) as place from due
    )
    select ranked.id from ranked
    where ranked.place <= room
      -- Before this one the tenant has turn - 1 in hand, and room - (place - 1) slots are free.
      and (in_hand is null or sms_private.slots_for(room - (ranked.place - 1)::int, (ranked.turn - 1)::int) > 0)
    order by ranked.place
    -- More in one transaction would hold back the first of them.
    limit 50
  loop
    -- One by one, by id, in this order. A job that is locked is skipped.
    update sms_private.jobs reply
    set lease_token = gen_random_uuid(), attempts = reply.attempts + 1,
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where reply.id = (
      select free.id from sms_private.jobs free
      where free.id = candidate and free.set_aside_at is null and free.due_at <= moment
        and (free.lease_expires_at is null or free.lease_expires_at <= moment)
      for update skip locked)
    returning * into job;
    continue when not found;
    if job.first_unanswered_at < moment - answer_within then
      continue when sms_private.expire_reply(job, moment - answer_within);
    end if;
    context := sms_private.reply_context(job);
    if job.attempts <= max_attempts and context is not null then
      claimed := claimed || context;
      continue;
    end if;
    -- Its worker never reported back, or the number lost its assistant. Locking the conversation after the
    -- job is the wrong order, so this does not wait: when the lease ends, the job is claimed again.
    perform from public.sms_conversations conversation where conversation.id = job.conversation_id
    for no key update skip locked;
    if found and context is not null then
      perform sms_private.set_reply_aside(job, coalesce(job.last_error, 'WORKER_LOST'));
    elsif found then
      perform sms_private.end_unassigned_reply(job);
    end if;
  end loop;
  if jsonb_array_length(claimed) >= least(room, 50) then
    next_due := clock_timestamp();
  else
    next_due := sms_private.next_reply_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', sms_private.milliseconds_until(next_due));
end
$$;

create or replace function public.sms_confirm_signer(account_sid text, key_id text default '', sealed text default null)
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
  delete from sms_private.refused_webhooks r where r.account_id = account and r.last_at <= now() - interval '1 day';
  -- Anybody can name a key: not more of them than an account can have at Twilio. A mismatch is of a secret that is known.
  if account is null or (sms_count_refused_webhooks.key_id <> ''
    and sms_count_refused_webhooks.reason <> 'SIGNATURE_MISMATCH'
    and (select count(*) from sms_private.refused_webhooks r
      where r.account_id = account and r.key_id <> '' and r.reason <> 'SIGNATURE_MISMATCH' and (r.reason, r.key_id)
        is distinct from (sms_count_refused_webhooks.reason, sms_count_refused_webhooks.key_id)) >= 50) then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  insert into sms_private.refused_webhooks as r (account_id, reason, key_id, algorithm, refused)
  values (account, sms_count_refused_webhooks.reason, sms_count_refused_webhooks.key_id,
    sms_count_refused_webhooks.algorithm, times)
  on conflict (account_id, reason, key_id) do update
  set refused = r.refused + excluded.refused, algorithm = excluded.algorithm, last_at = now();
  return jsonb_build_object('outcome', 'counted');
end
$$;

create or replace function public.sms_create_broadcast(
  to_numbers text[], body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, template_id uuid default null, variables jsonb default '{}',
  name text default null, idempotency_key text default null, not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc',
    'template_id', template_id, 'variables', coalesce(variables, '{}'), 'name', name), idempotency_key)
$$;

create or replace function public.sms_create_broadcast_for(
  owner_id uuid, to_numbers text[], body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, template_id uuid default null,
  variables jsonb default '{}', name text default null, idempotency_key text default null,
  not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_broadcast', jsonb_build_object('to_numbers', to_numbers,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'template_id', template_id, 'variables', coalesce(variables, '{}'),
    'name', name), idempotency_key)
$$;

create or replace function public.sms_create_message(
  to_number text default null, body text default null, from_number text default null, media_urls text[] default '{}',
  send_at timestamptz default null, conversation_id uuid default null, template_id uuid default null,
  variables jsonb default '{}', idempotency_key text default null, not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_create_message', jsonb_build_object('to_number', to_number, 'body', body,
    'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'), 'send_at', send_at at time zone 'utc',
    'not_after', not_after at time zone 'utc', 'conversation_id', conversation_id, 'template_id', template_id, 'variables', coalesce(variables, '{}')),
    idempotency_key)
$$;

create or replace function public.sms_create_message_for(
  owner_id uuid, to_number text default null, body text default null, from_number text default null,
  media_urls text[] default '{}', send_at timestamptz default null, conversation_id uuid default null,
  template_id uuid default null, variables jsonb default '{}', idempotency_key text default null,
  not_after timestamptz default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once(owner_id, 'system', 'sms_create_message', jsonb_build_object('to_number', to_number,
    'body', body, 'from_number', from_number, 'media_urls', coalesce(media_urls, '{}'),
    'send_at', send_at at time zone 'utc', 'not_after', not_after at time zone 'utc',
    'conversation_id', conversation_id, 'template_id', template_id,
    'variables', coalesce(variables, '{}')), idempotency_key)
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

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text,
-- whatever the planner thinks of the array.
create or replace function public.sms_find_unknown_messages(account_sid text, texts jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  perform sms_private.date_opt_outs(account_sid, texts);
  return (
    select coalesce(jsonb_agg(listed.text ->> 'message_sid' order by listed.place), '[]')
    from jsonb_array_elements(texts) with ordinality as listed (text, place)
    cross join lateral (
      select number.id from public.sms_numbers number
      where number.account_sid = sms_find_unknown_messages.account_sid
        and number.number = case when listed.text ->> 'to_number' ~ '^rcs:[^+]'
          then (select a.number from sms_private.number_of_agent(sms_find_unknown_messages.account_sid, null) a)
          else sms_private.telephone_of(listed.text ->> 'to_number') end
        and number.created_at <= (listed.text ->> 'sent_at')::timestamptz + interval '1 minute'
      limit 1) ours
    left join lateral (
      select message.id from public.sms_messages message
      where message.account_sid = sms_find_unknown_messages.account_sid
        and message.message_sid = listed.text ->> 'message_sid'
      limit 1) stored on true
    where stored.id is null);
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

-- Under the caller's own rights: row level security says whose message it is.
create or replace function public.sms_get_attachment(
  message_id uuid, attachment int, conversation_id uuid default null, contact_number text default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce((
    select jsonb_build_object('outcome', 'found', 'account_sid', m.account_sid, 'direction', m.direction,
      'url', m.media -> attachment ->> 'url', 'content_type', m.media -> attachment ->> 'content_type')
    from public.sms_messages m
    where m.id = message_id and attachment >= 0 and m.media -> attachment ->> 'url' is not null
      and (sms_get_attachment.conversation_id is null or m.conversation_id = sms_get_attachment.conversation_id)
      and (contact_number is null or contact_number in (m.from_number, m.to_number) or exists (
        select from public.sms_conversations c
        where c.id = m.conversation_id and c.contact_id = sms_private.my_contact(contact_number)))),
    jsonb_build_object('outcome', 'MEDIA_NOT_FOUND'))
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

-- An isolate asks once, before its first reply. One row is written an hour at most.
create or replace function public.sms_recall_models(server text, default_model text, allowed_models text[])
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
declare
  listing_due boolean;
begin
  insert into sms_private.model_servers as known (server, default_model, allowed_models)
  values (server, default_model, allowed_models)
  on conflict on constraint model_servers_pkey do update
  set default_model = excluded.default_model, allowed_models = excluded.allowed_models
  where (known.default_model, known.allowed_models) is distinct from (excluded.default_model, excluded.allowed_models);
  -- The isolate that asks for the list has an hour. If it gets none, another one tries.
  update sms_private.model_servers known set list_after = clock_timestamp() + interval '1 hour'
  where known.server = sms_recall_models.server and known.list_after <= clock_timestamp();
  listing_due := found;
  return jsonb_build_object(
    'models', (
      select coalesce(jsonb_agg(jsonb_build_object('model', known.model, 'shutdown_date', known.shutdown_date,
        'ends_soon', coalesce(sms_private.ends_soon(known.shutdown_date), false),
        'quirks', case when known.learned_at > clock_timestamp() - interval '7 days' then known.quirks
          else '{}' end) order by known.model), '[]')
      from sms_private.models known where known.server = sms_recall_models.server),
    'listing_due', listing_due);
end
$$;

create or replace function public.sms_receive_message(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  opt_out_type text, sent_at timestamptz default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  sender_number text := coalesce(nullif(left(sms_private.telephone_of(from_number), 64), ''), 'unknown');
  own_number text := sms_private.telephone_of(sms_receive_message.to_number);
  answer_by text;
  is_reaction boolean := false;
  text_body text := left(coalesce(body, ''), 16000);
  attachments jsonb := case when jsonb_typeof(media) = 'array' then media else '[]' end;
  segments int := case when num_segments >= 0 then num_segments end;
  repeat jsonb;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  silenced public.sms_messages;
  keyword text;
  was_opted_out boolean;
  due_in_ms int;
begin
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  select * into number from public.sms_numbers p
  where p.account_sid = sms_receive_message.account_sid and p.number = own_number;
  if not found and own_number like 'rcs:%' then
    select * into number from sms_private.number_of_agent(sms_receive_message.account_sid, sender_number);
  end if;
  if number.id is null then
    if exists (select from public.sms_numbers p where p.number = own_number) then
      return jsonb_build_object('outcome', 'other_account');
    end if;
    insert into public.sms_messages (message_sid, account_sid, direction, sender, to_number, from_number, body, media,
      status, num_segments, date_created)
    values (sms_receive_message.message_sid, sms_receive_message.account_sid, 'inbound', 'contact',
      sms_receive_message.to_number,
      sms_receive_message.from_number, text_body, attachments, 'received', segments,
      coalesce(sent_at, clock_timestamp()))
    on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
    returning * into message;
    return jsonb_build_object('outcome', case when message.id is null then 'duplicate' else 'unowned' end,
      'message_id', message.id);
  end if;

  -- Before the conversation's lock: deleting an assistant locks it first, and then the conversations.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(number.user_id, sender_number);
  -- Twilio takes YES for START after an opt-out. That may be an opt-out that only Twilio knows.
  keyword := sms_private.keyword_of(text_body, opt_out_type,
    sms_private.opt_out_reason(number.id, contact) is not null);
  if keyword is null and attachments = '[]' and sms_private.is_reaction(text_body) then
    is_reaction := sms_private.reacts_to_us(number.id, contact.id, text_body);
  end if;
  answer_by := sms_private.via_of(from_number, to_number, number);
  conversation := sms_private.conversation_for_inbound(number, contact.id, keyword is not null or is_reaction);
  if contact.number <> sender_number then
    perform sms_private.use_spelling(contact, sender_number, true);
  end if;

  -- Under the conversation's lock (or, for a keyword without one, the unique key) a repeat shows.
  repeat := sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  if repeat is not null then
    return repeat;
  end if;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, status, num_segments, date_created, created_at, phone_number_id, assistant_id, via)
  values (sms_receive_message.message_sid, sms_receive_message.account_sid, conversation.id, number.user_id,
    case when conversation.id is not null then sms_private.next_seq(conversation.id, text_body, attachments) end,
    'inbound', case when is_reaction then 'reaction' when keyword is null then 'text' else 'keyword' end, 'contact',
    number.number, sms_private.telephone_of(sms_receive_message.from_number), text_body, attachments, 'received', segments,
    coalesce(sent_at, clock_timestamp()), clock_timestamp(), number.id,
    coalesce(number.assistant_id, conversation.assistant_id), answer_by)
  on conflict on constraint sms_messages_account_sid_message_sid_key do nothing
  returning * into message;
  if message.id is null then
    return sms_private.repeated_message(sms_receive_message.account_sid, sms_receive_message.message_sid);
  end if;

  if conversation.via is distinct from answer_by and conversation.id is not null then
    update public.sms_conversations v set via = answer_by where v.id = conversation.id;
    conversation.via := answer_by;
  end if;
  if is_reaction then
    -- Nobody answers a thumb.
    due_in_ms := null;
  elsif keyword is null then
    due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  else
    was_opted_out := sms_private.no_reply_reason(conversation) in ('opted_out', 'sender_blocked');
    perform sms_private.apply_keyword(keyword, message, number.id, contact.id, opt_out_type);
    if keyword = 'in' and was_opted_out then
      -- The contact wrote this after START, but we stored it first because its webhook was late. Answer it now.
      silenced := sms_private.unanswered_since(message);
      if silenced.id is not null then
        due_in_ms := sms_private.answer_or_say_why(conversation, number, silenced);
      end if;
    end if;
  end if;
  return jsonb_build_object('outcome', 'stored', 'message_id', message.id, 'conversation_id', conversation.id,
    'keyword', keyword,
    'reply_due_in_ms', due_in_ms);
end
$$;

create or replace function public.sms_record_models(server text, models jsonb, listed boolean default false)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_variable
begin
  insert into sms_private.models as known (server, model, quirks, shutdown_date)
  -- A server may list a model twice.
  select distinct on (told ->> 'model') sms_record_models.server, told ->> 'model',
    array(select distinct quirk from jsonb_array_elements_text(coalesce(told -> 'quirks', '[]')) quirk order by 1),
    (told ->> 'shutdown_date')::date
  from jsonb_array_elements(models) told
  where exists (select from sms_private.model_servers asked where asked.server = sms_record_models.server)
  -- By name, so that two isolates never wait for each other in a circle.
  order by told ->> 'model', told ->> 'shutdown_date' nulls last
  on conflict on constraint models_pkey do update
  set quirks = case
      when listed then known.quirks
      when known.learned_at <= clock_timestamp() - interval '7 days' then excluded.quirks
      else array(select distinct quirk from unnest(known.quirks || excluded.quirks) quirk order by 1) end,
    learned_at = case when listed then known.learned_at else clock_timestamp() end,
    shutdown_date = case when listed then excluded.shutdown_date else known.shutdown_date end;
  if listed then
    update sms_private.model_servers asked set list_after = clock_timestamp() + interval '1 day'
    where asked.server = sms_record_models.server;
  end if;
  return jsonb_build_object('outcome', 'recorded');
end
$$;

-- Delivery reports: what became of a message that we sent.

create or replace function public.sms_record_status(
  account_sid text, message_sid text, from_number text, to_number text, status text, error_code text,
  error_message text, message_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message public.sms_messages;
  outcome text;
  code text := sms_private.twilio_code(sms_record_status.error_code);
  attempts jsonb;
begin
  -- Our own id first: a callback may come before we know the SID.
  if sms_record_status.message_id is not null then
    select * into message from public.sms_messages s
    where s.id = sms_record_status.message_id and s.direction = 'outbound' for no key update;
  else
    select * into message from public.sms_messages s
    where s.account_sid = sms_record_status.account_sid and s.message_sid = sms_record_status.message_sid
      and s.direction = 'outbound'
    for no key update;
  end if;
  if message.id is null then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if message.account_sid <> sms_record_status.account_sid then
    return jsonb_build_object('outcome', 'other_account');
  end if;
  -- Twilio may send a message of RCS as SMS, from the number or from another sender of the service.
  if message.to_number is distinct from sms_private.telephone_of(sms_record_status.to_number)
      and sms_private.is_same_telephone(message.to_number, sms_private.telephone_of(sms_record_status.to_number)) is not true
    or (message.from_number is distinct from sms_private.telephone_of(sms_record_status.from_number)
      and (message.via is null or message.via <> sms_record_status.from_number)
      and not coalesce(message.via like 'rcs:%' and message.id = sms_record_status.message_id, false)) then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if code = '21610' then
    attempts := sms_private.attempts_of(array[message.id]);
  end if;
  outcome := sms_private.record_twilio_sid(message, sms_record_status.message_sid, sms_record_status.status,
    code, sms_record_status.error_message, 'callback', null);
  if code = '21610' then
    perform sms_private.block_refused(array[message.id], attempts);
  end if;
  return jsonb_build_object('outcome', outcome,
    'status', (select s.status from public.sms_messages s where s.id = message.id));
end
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

-- Secrets of an account that are taken away, or encrypted anew.

create or replace function public.sms_remove_shared_key(owner_id uuid, account_sid text, key_id text)
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
    -- The operator has to pay the provider, or choose another model.
    'model_without_credit', (
      select jsonb_build_object('replies', count(*), 'since', min(unpaid.set_aside_at), 'last', max(unpaid.set_aside_at))
      from sms_private.jobs unpaid
      where unpaid.kind = 'reply' and unpaid.set_aside_at > now() - interval '1 day'
        and unpaid.last_error like 'MODEL\_NO\_CREDIT:%'
      having count(*) > 0),
    'models_ending', (
      select coalesce(jsonb_agg(to_jsonb(ending)), '[]') from sms_private.models_ending() ending),
    'webhooks_refused', (
      select coalesce(jsonb_agg(one.refusal order by one.last_at desc), '[]')
      from (select refusal.last_at, jsonb_build_object('account_sid', account.account_sid, 'reason', refusal.reason,
              'key_id', nullif(refusal.key_id, ''), 'refused', refusal.refused, 'last_at', refusal.last_at,
              'message', sms_private.refusal_words(refusal)) as refusal
            from sms_private.refused_webhooks refusal
            join public.sms_accounts account on account.id = refusal.account_id
            where refusal.last_at > now() - interval '1 day' order by refusal.last_at desc limit 20) one),
    'expired', (select count(*) from public.sms_message_events late
      where late.error_code = 'EXPIRED' and late.received_at > now() - interval '1 day'),
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

-- Also used for a message that was stored earlier, when its contact opts in again.
create or replace function sms_private.answer_or_say_why(conversation public.sms_conversations, number public.sms_numbers,
  message public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  silent text := sms_private.no_reply_reason(conversation);
  cap record;
begin
  if (conversation.assistant_id, conversation.ai_paused_reason)
    is distinct from (coalesce(number.assistant_id, conversation.assistant_id), silent) then
    update public.sms_conversations v
    set assistant_id = coalesce(number.assistant_id, v.assistant_id), ai_paused_reason = silent
    where v.id = conversation.id;
  end if;
  if silent is not null or not conversation.ai_enabled then
    return null;
  end if;
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found then
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return null;
  end if;
  if message.date_created > clock_timestamp()
    - coalesce(sms_private.span_setting('answer_not_after_seconds'), 'infinity') then
    -- Read the assistant again: the number may have got one since the caller read it.
    return sms_private.want_reply(conversation, message.seq, (
      select a.reply_delay_ms from public.sms_numbers p join public.sms_assistants a on a.id = p.assistant_id
      where p.id = conversation.phone_number_id));
  end if;
  -- Too old for an answer: stored only. A pending reply's reason says more, so it is kept.
  update public.sms_conversations v set ai_paused_reason = 'recovered_late'
  where v.id = conversation.id and not exists (select from sms_private.jobs j
    where j.conversation_id = conversation.id and j.set_aside_at is null);
  return null;
end
$$;

-- WhatsApp takes free words only within 24 hours of the contact's last message (https://www.twilio.com/docs/api/errors/63016).
create or replace function sms_private.answer_via(conversation public.sms_conversations, sender text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if conversation.via is null or sender not in ('assistant', 'person') then
    return null;
  end if;
  if conversation.via like 'whatsapp:%' and not exists (
    select from public.sms_messages m
    where m.conversation_id = conversation.id and m.direction = 'inbound' and m.via = conversation.via
      and m.seq > conversation.last_seq - 200 and m.created_at > clock_timestamp() - interval '24 hours') then
    return null;
  end if;
  return conversation.via;
end
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

-- The caller has locked the message.
create or replace function sms_private.cancel_delivery(message public.sms_messages, code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  job sms_private.jobs;
begin
  select * into job from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  delete from sms_private.jobs j where j.id = job.id;
  if job.resent_at is not null then
    -- It may have left before, and "canceled" would say that it did not.
    perform sms_private.give_up_on(message, 'It is not known whether this text left; it is not sent again. ' || explanation);
  else
    perform sms_private.report_status(message, 'canceled', code, explanation
      || case code when 'EXPIRED' then ' It was not sent. If it is still right, send it again.' else '' end, null, 'worker');
  end if;
exception when others then
  if job.id is null then
    raise;
  end if;
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The savepoint rolled back, so the job still exists. Set it aside: it is not sent, and the caller's cancel goes on.
  perform sms_private.set_job_aside(job.id, format('NOT_RECORDABLE: %s, %s %s', code, sqlstate, sqlerrm));
end
$$;

-- Several steps: a 0 from home may stand before an old spelling. An address of RCS or WhatsApp is its telephone.
create or replace function sms_private.canonical_number(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  canonical text := sms_private.telephone_of(number);
  newer text;
begin
  if canonical !~ '^\+[1-9][0-9]{6,14}$' then
    return number;
  end if;
  for step in 1..3 loop
    select '+' || s.new_prefix || substr(canonical, 2 + length(s.old_prefix)) into newer
    from sms_private.number_spellings s
    where s.old_prefix = any (array[
      substr(canonical, 2, 3), substr(canonical, 2, 4), substr(canonical, 2, 5), substr(canonical, 2, 6)])
      and (s.digits = length(canonical) - 1 - length(s.old_prefix)
        or s.digits = 0 and substr(canonical, 2 + length(s.old_prefix), 1) <> '0')
    order by length(s.old_prefix) desc
    limit 1;
    exit when newer is null or newer !~ '^\+[1-9][0-9]{6,14}$';
    canonical := newer;
  end loop;
  return canonical;
end
$$;

-- What a contact and a number said to each other.

create or replace function sms_private.check_conversation(
  status text, end_reason text, ended_at timestamptz, ai_paused_reason text, last_seq bigint, read_seq bigint)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when status not in ('active', 'ended') then 'status_is_known'
    when end_reason not in ('assistant', 'person', 'idle') then 'end_reason_is_known'
    when (status = 'ended') <> (ended_at is not null) or (status = 'ended') <> (end_reason is not null)
      then 'ended_says_when_and_why'
    when ai_paused_reason not in (
      'person', 'taken_over', 'no_assistant', 'assistant_inactive', 'opted_out', 'sender_blocked', 'not_repliable',
      'replies_per_hour', 'replies_per_day', 'tenant_replies_per_day', 'answer_failed', 'recovered_late', 'expired')
      then 'pause_reason_is_known'
    when read_seq not between 0 and last_seq then 'read_is_within'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_conversations', broken);
end
$$;

-- Every message, and all that happened to it.

-- One function in place of fifteen constraints: see sms_private.refuse_row().
create or replace function sms_private.check_message(
  direction text, kind text, sender text, status text, user_id uuid, conversation_id uuid, seq bigint, message_sid text,
  to_number text, body text, media jsonb, num_segments int, answer_ms bigint)
returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  broken text := case
    when direction not in ('inbound', 'outbound') then 'direction_is_known'
    when kind not in ('text', 'keyword', 'reply', 'greeting', 'goodbye', 'error', 'opt_out_confirmation',
        'reaction') then 'kind_is_known'
    when sender not in ('contact', 'assistant', 'person', 'system') then 'sender_is_known'
    when (direction = 'inbound') <> (status = 'received') then 'inbound_is_received'
    when direction = 'outbound' and sms_private.status_rank(status, null) is null then 'status_is_known'
    when (direction = 'inbound') <> (sender = 'contact') then 'inbound_is_from_contact'
    when direction = 'inbound' and message_sid is null then 'inbound_has_sid'
    when char_length(message_sid) > 64 then 'sid_is_bounded'
    when conversation_id is not null and user_id is null then 'in_conversation_has_owner'
    when (conversation_id is null) <> (seq is null) then 'in_conversation_has_seq'
    when jsonb_typeof(media) <> 'array' then 'media_is_array'
    when char_length(body) > 16000 then 'body_is_bounded'
    when num_segments < 0 then 'segments_are_counted'
    when answer_ms < 0 then 'answer_takes_time'
    when direction = 'outbound' and not (
        user_id is not null and conversation_id is not null
        and to_number ~ '^\+[1-9][0-9]{6,14}$'
        and char_length(body) <= 1600
        and (body ~ '\S' or jsonb_array_length(media) > 0)
        and jsonb_array_length(media) <= 10
        and char_length(media::text) <= 25000
        and jsonb_array_length(media)
          = jsonb_array_length(jsonb_path_query_array(media, '$[*] ? (@.url like_regex "^https?://[^ ]+$")')))
      then 'outbound_shape'
  end;
begin
  return broken is null or sms_private.refuse_row('sms_messages', broken);
end
$$;

-- A message to many contacts: who receives it, and how it is stored.

-- One by one, so that a wrong number in a list of a thousand does not stop the others.
create or replace function sms_private.check_recipients(tenant uuid, number public.sms_numbers, to_numbers text[])
returns table (place bigint, recipient text, code text)
language sql stable set search_path = ''
as $$
  select r.place, r.number, case
    when r.number is null or r.number !~ '^\+[1-9][0-9]{6,14}$' then 'INVALID_RECIPIENT'
    when row_number() over (partition by r.canonical order by r.place) > 1 then 'DUPLICATE_RECIPIENT'
    when not sms_private.may_text(tenant, number.number, r.number) then 'COUNTRY_NOT_ALLOWED'
    when sms_private.opt_out_reason(number.id, k) is not null then 'RECIPIENT_OPTED_OUT'
  end
  from (
    select n.number, n.place, sms_private.canonical_number(n.number) as canonical
    from unnest(to_numbers) with ordinality n (number, place)) r
  left join public.sms_contacts k on k.id = sms_private.contact_named(tenant, r.number)
$$;

-- A trigger, and not a constraint: contacts may have had any text there, and only somebody who writes a zone is refused.
create or replace function sms_private.check_time_zone()
returns trigger
-- As definer: a signed-in user may not call what this calls.
language plpgsql stable security definer set search_path = ''
as $$
begin
  if new.time_zone is null or sms_private.is_time_zone(new.time_zone) then
    return new;
  end if;
  raise exception 'time_zone is not the IANA name of a time zone such as Europe/Berlin'
    using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, column = 'time_zone',
    constraint = tg_table_name || '_time_zone_check';
end
$$;

-- The caller holds the number's pace row.
create or replace function sms_private.claim_for_number(
  number_id uuid, priority int, slots int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  pace sms_private.sender_pace;
  job sms_private.jobs;
  message public.sms_messages;
  refusal record;
  free_at timestamptz;
  claimed jsonb := '[]';
  -- An index scan can be limited by this variable, but not by clock_timestamp(), which is volatile.
  moment timestamptz := clock_timestamp();
begin
  select * into strict number from public.sms_numbers n where n.id = number_id;
  select * into strict pace from sms_private.sender_pace p where p.phone_number_id = number_id;
  free_at := pace.next_at - interval '1 second' * (1 - 1 / number.segments_per_second);
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    -- Two branches, because one generic plan for both would read the whole queue to find one message by its id.
    (select j.* from sms_private.jobs j
     where message_ids is null and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
    union all
    (select j.* from sms_private.jobs j
     where j.message_id = any (message_ids) and j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight
       and j.held_at is null and j.phone_number_id = number_id and j.priority = claim_for_number.priority
       and j.due_at <= moment and sms_private.pair_is_free(j)
     order by j.due_at, j.id limit slots * 4)
  loop
    -- GCRA: the segments of one second may leave at once, this message included; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= slots
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / number.segments_per_second);
    select s.* into message from public.sms_messages s
    join sms_private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.held_at is null and j.due_at <= moment
      and sms_private.pair_is_free(j)
    for no key update of s, j skip locked;
    continue when not found;
    select * into refusal from sms_private.refuse_delivery(message, job);
    if refusal.code is not null then
      continue when case when refusal.code = 'EXPIRED' then not sms_private.tell_of_expiry(message) else false end;
      perform sms_private.cancel_delivery(message, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when sms_private.hold_if_paused(message);
    update sms_private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (greatest(message.num_segments, 1) / number.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', message.id,
      'user_id', message.user_id, 'account_sid', message.account_sid,
      'from_number', coalesce(message.via, message.from_number), 'to_number', sms_private.recipient_of(message), 'body', message.body,
      'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(message.media) a));
  end loop;
  -- A number that sends less than once a minute holds nothing back, and writes no mark.
  if jsonb_array_length(claimed) > 0 and free_at > pace.last_served_at and free_at > moment - interval '1 minute' then
    if pace.marked_at < moment - interval '1 minute' then
      pace.marked_at := sms_private.mark_pace(number_id);
    end if;
    -- A worker that looks at the queue within a second is on time.
    pace.held_seconds := pace.held_seconds + extract(epoch from
      case when free_at > moment - interval '1 second' then moment else free_at end - pace.last_served_at);
  end if;
  update sms_private.sender_pace p
  set next_at = pace.next_at, last_served_at = clock_timestamp(), held_seconds = pace.held_seconds,
    marked_at = pace.marked_at
  where p.phone_number_id = number_id and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;

-- By the number as it stands there first: most callers have that one, and it costs one look.
create or replace function sms_private.contact_named(tenant uuid, number text)
returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  contact uuid;
begin
  select k.id into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_named.number;
  if contact is null then
    select k.id into contact from public.sms_contacts k
    where k.user_id = tenant and k.canonical_number = sms_private.canonical_number(contact_named.number);
  end if;
  return contact;
end
$$;

-- Which conversation a message belongs to, and whether the assistant may speak in it.

-- Looks first: most contacts are there already, and under the number as they write it.
create or replace function sms_private.contact_of(tenant uuid, number text)
returns public.sms_contacts
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
  canonical text;
begin
  loop
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.number = contact_of.number;
    exit when found;
    canonical := coalesce(canonical, sms_private.canonical_number(contact_of.number));
    select * into contact from public.sms_contacts k where k.user_id = tenant and k.canonical_number = canonical;
    exit when found;
    insert into public.sms_contacts (user_id, number) values (tenant, contact_of.number)
    on conflict do nothing
    returning * into contact;
    exit when found;
  end loop;
  return contact;
end
$$;

-- conversation_for_outbound for many.
create or replace function sms_private.conversations_for_broadcast(sending_number public.sms_numbers, contacts uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- If another transaction opened one first, the next turn finds it.
  while sms_private.lock_conversations(sending_number, contacts) < cardinality(contacts) loop
    perform from unnest(contacts) r (contact)
    left join lateral (
      select v.* from public.sms_conversations v
      where v.phone_number_id = sending_number.id and v.contact_id = r.contact
      order by v.ended_at desc nulls first limit 1) latest on true
    cross join lateral sms_private.open_conversation(sending_number, r.contact, latest, false)
    where latest.status is distinct from 'active';
  end loop;
end
$$;

create or replace function sms_private.country_of(number text)
returns text
language sql stable parallel safe set search_path = ''
as $$ select (sms_private.place_of(number)).country $$;

-- Twilio's list dates messages in whole seconds, and a webhook brings no date at all. A STOP counts as written at the end of its
-- second, and a START that is recovered at the beginning of its own: of two in one second, STOP is the last word.
create or replace function sms_private.date_opt_outs(account_sid text, texts jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  stop record;
begin
  for stop in
    select message.id, (listed.text ->> 'sent_at')::timestamptz + interval '999 milliseconds' as at
    from jsonb_array_elements(texts) as listed (text)
    join public.sms_messages message on message.account_sid = date_opt_outs.account_sid
      and message.message_sid = listed.text ->> 'message_sid'
    where message.kind = 'keyword'
      and message.date_created > (listed.text ->> 'sent_at')::timestamptz + interval '999 milliseconds'
      and exists (select from public.sms_consent_events event
                  where event.message_id = message.id and event.change = 'opt_out')
    order by message.id for no key update of message
  loop
    update public.sms_messages message set date_created = stop.at where message.id = stop.id;
  end loop;
end
$$;

-- Answering: what isolates learn of the models, for each other.

create or replace function sms_private.ends_soon(shutdown_date date)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return shutdown_date <= (clock_timestamp() + interval '30 days')::date;
end
$$;

-- A claim has locked the job already, so it does not wait for the conversation. A contact who wrote again lately is answered.
create or replace function sms_private.expire_reply(job sms_private.jobs, oldest timestamptz)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  newest timestamptz := (
    select m.created_at from public.sms_messages m
    where m.conversation_id = job.conversation_id and m.seq = job.wanted_seq);
begin
  if newest >= oldest then
    update sms_private.jobs j set first_unanswered_at = newest where j.id = job.id;
    return false;
  end if;
  perform from public.sms_conversations c where c.id = job.conversation_id for no key update skip locked;
  -- Locked by somebody else: when the lease ends, the job is claimed again.
  if found then
    update public.sms_conversations c set waiting_for_person = true, ai_paused_reason = 'expired'
    where c.id = job.conversation_id;
    perform sms_private.set_job_aside(job.id, concat_ws(': ', 'EXPIRED', job.last_error));
  end if;
  return true;
end
$$;

-- Reading one conversation.

-- Which conversation a caller means: by id, or the newest with a contact (on one of the tenant's numbers, if named).
create or replace function sms_private.find_conversation(tenant uuid, conversation_id uuid, contact_number text, from_number text)
returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  -- On its own: joined, the planner may go down the whole list in search of the contact.
  contact uuid := sms_private.contact_named(tenant, contact_number);
  numbers uuid[] := array(
    select n.id from public.sms_numbers n where n.user_id = tenant and n.number = from_number);
begin
  if conversation_id is not null then
    return (select c.id from public.sms_conversations c
      where c.id = find_conversation.conversation_id and c.user_id = tenant);
  end if;
  return (
    select c.id from public.sms_conversations c
    where c.contact_id = contact and c.user_id = tenant and (from_number is null or c.phone_number_id = any (numbers))
    order by c.last_message_at desc, c.id desc
    limit 1);
end
$$;

create or replace function sms_private.finish_reply(result jsonb, max_attempts int)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  through bigint := (result ->> 'through_seq')::bigint;
  conversation public.sms_conversations;
  number public.sms_numbers;
  assistant public.sms_assistants;
  job sms_private.jobs;
  silent text;
  cap record;
  message uuid;
  opts_out boolean := coalesce((result ->> 'opt_out')::boolean, false);
  came_back boolean;
begin
  select * into conversation from public.sms_conversations v
    where v.id = (result ->> 'conversation_id')::uuid for no key update;
  select * into job from sms_private.jobs j
  where j.id = (result ->> 'job_id')::uuid and j.conversation_id = conversation.id
    and j.lease_token = (result ->> 'lease_token')::uuid
  for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  came_back := opts_out and sms_private.came_back_since(conversation, through);
  select * into strict number from public.sms_numbers p where p.id = conversation.phone_number_id;
  select * into assistant from public.sms_assistants s where s.id = number.assistant_id;

  silent := sms_private.no_reply_reason(conversation);
  if silent is not null or not conversation.ai_enabled then
    -- No reply goes out, but an opt-out counts.
    if opts_out and not came_back and silent is distinct from 'opted_out' then
      perform sms_private.opt_out_by_model(conversation, result);
      silent := 'opted_out';
    end if;
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_reason = silent where v.id = conversation.id;
    return jsonb_build_object('outcome', case
      when silent in ('opted_out', 'sender_blocked') then 'opted_out'
      when silent in ('no_assistant', 'assistant_inactive') then 'unassigned'
      when silent = 'not_repliable' then 'refused'
      else 'paused' end);
  end if;
  if result -> 'failure' is not null and jsonb_typeof(result -> 'failure') = 'object' then
    return sms_private.finish_failed(job, through, result -> 'failure', max_attempts);
  end if;
  if came_back then
    -- The contact sent START after the message that the model read. Discard the model's opt-out.
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
    return jsonb_build_object('outcome', 'nothing_to_send', 'message_id', null);
  end if;
  if assistant.id <> (result ->> 'assistant_id')::uuid
    or (result ->> 'greeting')::boolean is distinct from (conversation.greeting_pending
      and assistant.first_message is not null) then
    -- The assistant changed, or the greeting became due or no longer is: drop the reply and ask the model again.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), due_at = clock_timestamp()
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  if job.wanted_seq > through and job.drops = 0 and not (result ->> 'greeting')::boolean
    and job.first_unanswered_at > clock_timestamp() - interval '30 seconds' then
    -- A newer message came: drop the reply once. This is no failed try. sms_receive_message has set when the job is due.
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = greatest(j.attempts - 1, 0), drops = j.drops + 1
    where j.id = job.id;
    return jsonb_build_object('outcome', 'dropped');
  end if;
  -- An opt-out counts even when the limit of replies is used up.
  select * into cap from sms_private.reply_cap(conversation.user_id, conversation.id, 0);
  if found and not opts_out then
    delete from sms_private.jobs j where j.id = job.id;
    update public.sms_conversations v set ai_paused_until = cap.until, ai_paused_reason = cap.reason
      where v.id = conversation.id;
    return jsonb_build_object('outcome', 'capped');
  end if;

  if not opts_out and not (result ->> 'greeting')::boolean and coalesce(result ->> 'reply', '') !~ '\S'
    and not coalesce((result ->> 'end_conversation')::boolean, false)
    and not coalesce((result ->> 'handoff')::boolean, false) and not sms_private.was_reopened(conversation) then
    return sms_private.finish_failed(job, through, jsonb_build_object('code', 'MODEL_EMPTY',
      'message', 'The model answered without words', 'permanent', false), max_attempts);
  end if;
  message := sms_private.store_answer(conversation, assistant, result, job.wanted_seq <= through, job.first_unanswered_at);
  if (result ->> 'greeting')::boolean and assistant.reply_after_first_message then
    update sms_private.jobs j
    set lease_token = null, lease_expires_at = null, attempts = 0, answered_seq = 0, due_at = clock_timestamp()
    where j.id = job.id;
  elsif not opts_out then
    perform sms_private.answer_job(job, through, assistant.reply_delay_ms);
  end if;
  if opts_out then
    -- The opt-out skips locked jobs, and this transaction holds the lock of this one.
    delete from sms_private.jobs j where j.id = job.id;
  end if;
  return jsonb_build_object('outcome', case when message is null then 'nothing_to_send' else 'stored' end,
    'message_id', message);
end
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

-- There is one candidate, and it may be either of two of our messages. date_updated is when the other one was given up on, or
-- set aside; nothing of it was created later.
create or replace function sms_private.has_rival(message public.sms_messages, since timestamptz, candidate jsonb)
returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.sms_messages other
    where other.direction = 'outbound' and other.message_sid is null
      and other.status in ('unconfirmed', 'failed')
      and other.account_sid = message.account_sid
      and other.to_number = any (sms_private.spellings_of(message.to_number))
      and other.from_number = message.from_number and other.id <> message.id and other.date_updated >= since
      -- What Twilio refused it may list all the same, as failed.
      and (other.error_code = 'OUTCOME_UNKNOWN' or candidate ->> 'status' = 'failed'))
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

-- Exact to a minute, in favour of the text.
create or replace function sms_private.held_by_pace(number_id uuid, since timestamptz)
returns interval
language plpgsql stable set search_path = ''
as $$
declare
  held_before double precision := coalesce(
    (select mark.held_seconds from sms_private.pace_marks mark
     where mark.phone_number_id = number_id and mark.at <= since order by mark.at desc limit 1),
    (select mark.held_seconds from sms_private.pace_marks mark
     where mark.phone_number_id = number_id order by mark.at limit 1));
begin
  return coalesce(
    (select make_interval(secs => p.held_seconds - held_before)
     from sms_private.sender_pace p where p.phone_number_id = number_id), '0');
end
$$;

-- Pauses with a moment, resumes with null. Jobs are locked in the order of their messages, as in cancel_waiting: so the two
-- never wait for each other in a circle.
create or replace function sms_private.hold_deliveries(broadcast uuid, since timestamptz)
returns void
language sql volatile set search_path = ''
as $$
  with changing as (
    select job.id, message.send_at from public.sms_messages message join sms_private.jobs job on job.message_id = message.id
    where message.broadcast_id = broadcast and job.kind = 'deliver'
      and case when since is null then job.held_at is not null
          else job.held_at is null and not job.in_flight and job.set_aside_at is null end
    order by message.id for update of job
  )
  update sms_private.jobs job
  set held_at = since,
    -- A pause does not use up the time in which the text may leave. That time begins at send_at.
    held_for = case when since is null then coalesce(job.held_for, '0')
        + greatest('0', clock_timestamp() - greatest(job.held_at, changing.send_at))
      else job.held_for end
  from changing where job.id = changing.id
$$;

-- Apple's words in several languages, and Google's form; where they are from: docs/compatibility.md. The quote is straight or
-- curly, as the telephone's language has it. The whole text must be a reaction: "Liked it" is none.
create or replace function sms_private.is_reaction(body text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  words text;
begin
  -- Most texts end here: no quote near the end, and none of the words before an attachment.
  if right(body, 60) !~ '["”“»’''＂」』]\.?[\s\u00A0\u200A-\u200F\u202F\u2060\uFEFF]*$|hinzugefügt|reagiert|しました|제거함'
    and body !~ '^(Loved|Liked|Disliked|Laughed|Emphasi|Questioned|Reacted|Removed|Le |A )' then
    return false;
  end if;
  words := sms_private.visible_words(body);
  return words ~ ('^('
      -- English
      'Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,40} to|Removed .{1,40} from|[^[:alnum:]]{1,16} to|'
      -- French
      'A aimé|A adoré|N[''’]a pas aimé|A ri de|A mis en évidence|A souligné|A posé une question sur|S[''’]est interrogé(\(?e\)?)? sur|'
      'A réagi avec .{1,40} à|[Aa] ajouté un .{1,20} à|[Aa] attribué la mention .{1,30} à|A retiré .{1,40} de|'
      -- Spanish
      'Le (gustó|gusta|encantó|encanta|dio risa|hace gracia)|No le (gustó|gusta)|Se rió de|Enfatizó|Destacó|Exclamó por|Dudó sobre|'
      '(Reaccionó|Se ha reaccionado|Ha reaccionado) con .{1,40} a|(Eliminó|Quitó|Ha eliminado) .{1,40} de|'
      -- Italian, German
      'Ha aggiunto un .{1,30} a|Ha rea?gito con .{1,40} a|Ha rimosso .{1,40} da|Gefällt|Gefällt nicht|Entfernte .{1,40} aus|'
      -- Russian
      'Очень понравилось|Понравилось|Не понравилось|Посмеялись над|Отмечено|Поставлен вопрос на|Реакция .{1,20} на|'
      -- Polish
      'Pokochała?|Polubiła?|Znielubiła?|Zaśmiała? się z|Podkreśliła?|Zakwestionowała?|Zareagowała? .{1,40} na|Usunęła .{1,40} z|Usunął .{1,40} z|'
      -- Czech
      'Milovaný|Líbilo se|Nelíbí se|Smála? se|Zdůrazněno|Otázka|Reagovala? .{1,40} na|(Odstraněno|Odebrán|Odstraněn|Odstranila? jsem) .{1,40} z|'
      -- Hungarian
      'szívecske erre:|kedveli:|nem kedveli:|nevetett rajta:|kiemelte:|kérdezte:|.{1,20} reagált erre:|.{1,30} eltávolítva (innen|erről):'
      ') ?["“„«‘''＂「『].*["”“»’''＂」』]\.?$')
    -- Languages that put the verb last.
    or words ~ '^["“„«‘‚].*["”“»’](\.)? (ein(en)? .{1,30} hinzugefügt|mit .{1,20} reagiert)$'
    or words ~ '^["“「『‘].*["”」』’](に.{1,20}でリアクションしました|에서 .{1,20} 표시 제거함)$'
    -- On an attachment there is nothing to quote.
    or words ~ '^(Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,40} to|Removed .{1,40} from) (an image|a photo|a movie|a video|an attachment|an audio message|a voice message|a sticker|a link|a location|a contact)$'
    or words ~ '^(Le (gustó|encantó|dio risa)|Exclamó por|Dudó sobre) una? (imagen|foto|película|video|vídeo|archivo adjunto|mensaje de audio)$'
    or words ~ '^(A aimé|A adoré|N[''’]a pas aimé|A ri de) une? (image|photo|vidéo|pièce jointe|message audio)$';
end
$$;

create or replace function sms_private.is_same_telephone(one text, other text)
returns boolean
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return one = other or sms_private.canonical_number(one) = sms_private.canonical_number(other);
end
$$;

-- The time is counted from the message that is answered, from send_at, or from when the text was stored.
create or replace function sms_private.is_too_late(message public.sms_messages, job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  since timestamptz := coalesce(job.first_unanswered_at, greatest(message.created_at, message.send_at));
  waited interval := clock_timestamp() - since;
  allowed interval;
begin
  if message.not_after is not null then
    return message.not_after < clock_timestamp();
  end if;
  allowed := sms_private.may_wait(message);
  -- Most texts end here.
  if waited <= allowed or allowed is null then
    return false;
  end if;
  return waited - coalesce(job.held_for, '0') - sms_private.held_by_pace(job.phone_number_id, since) > allowed;
end
$$;

-- Contacts that turn out to be one: a country renumbered, or the table of spellings is new.

-- One conversation of each number goes on: the one that waits for an answer, else the newest. The others end and stay readable.
create or replace function sms_private.join_conversations(contacts uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  conversation record;
begin
  for conversation in
    select c.id, c.ai_enabled, c.ai_paused_until, c.ai_paused_reason, c.waiting_for_person,
      first_value(c.id) over (partition by c.phone_number_id order by
        (select count(*) from sms_private.jobs j
         where j.kind = 'reply' and j.conversation_id = c.id and j.set_aside_at is null) desc,
        c.last_message_at desc, c.id desc) as goes_on
    from public.sms_conversations c
    where c.contact_id = any (contacts) and c.status = 'active'
  loop
    continue when conversation.id = conversation.goes_on;
    -- An answer that is due there is still given there.
    update public.sms_conversations c
    set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
    where c.id = conversation.id;
    -- What a person switched off stays off.
    update public.sms_conversations c
    set ai_enabled = c.ai_enabled and conversation.ai_enabled,
      ai_paused_until = greatest(c.ai_paused_until, conversation.ai_paused_until),
      ai_paused_reason = case when conversation.ai_paused_until > coalesce(c.ai_paused_until, '-infinity')
        then conversation.ai_paused_reason else c.ai_paused_reason end,
      waiting_for_person = c.waiting_for_person or conversation.waiting_for_person
    where c.id = conversation.goes_on;
  end loop;
end
$$;

-- The newest messages are in the newest conversations: so many of those, and so many messages of each, are enough.
create or replace function sms_private.list_my_messages_with(contact_number text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select sms_private.tenant_id());
  contact uuid := sms_private.contact_named(tenant, contact_number);
begin
  if page_size is null or page_size not between 1 and 100 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  end if;
  return jsonb_build_object('outcome', 'found', 'messages', (
    select coalesce(jsonb_agg(to_jsonb(newest) order by newest.created_at desc, newest.seq desc), '[]')
    from (
      select m.* from (
        select c.id from public.sms_conversations c
        where c.contact_id = contact and c.user_id = tenant
        order by c.last_message_at desc, c.id desc limit page_size) talks
      cross join lateral (
        select s.* from public.sms_messages s where s.conversation_id = talks.id
        order by s.seq desc limit page_size) m
      union all
      (select s.* from public.sms_messages s
       where s.user_id = tenant and s.from_number = any (sms_private.spellings_of(contact_number))
         and s.conversation_id is null
       order by s.created_at desc limit page_size)
      order by created_at desc, seq desc limit page_size) newest));
end
$$;

-- All at once and by id, as in sms_finish_replies: two batches never wait for each other in a circle. A conversation that is
-- opened later has a later id.
create or replace function sms_private.lock_conversations(number public.sms_numbers, contacts uuid[])
returns int
language sql volatile set search_path = ''
as $$
  with locked as (
    select c.status from public.sms_conversations c
    where c.id = any (array(
      select latest.id from unnest(contacts) r (contact)
      cross join lateral (
        select v.id from public.sms_conversations v
        where v.phone_number_id = number.id and v.contact_id = r.contact
        order by v.ended_at desc nulls first limit 1) latest))
    order by c.id for no key update
  )
  select count(*)::int from locked where status = 'active'
$$;

-- Which of the texts that Twilio listed may be this one. SIDs are known per account: another tenant's text,
-- even one with the same numbers, is in another account's list. A SID that one of our messages has is no
-- candidate for the next message.
create or replace function sms_private.lookup_candidates(message public.sms_messages, since timestamptz, texts jsonb)
returns setof jsonb
language sql stable set search_path = ''
as $$
  select listed
  from jsonb_array_elements(texts) listed
  where (listed ->> 'to_number' = sms_private.recipient_of(message)
      or message.via is null and sms_private.is_same_telephone(listed ->> 'to_number', message.to_number))
    and listed ->> 'from_number' = coalesce(message.via, message.from_number)
    and listed ->> 'direction' = 'outbound-api'
    and (listed ->> 'date_created')::timestamptz >= since
    and not exists (select from public.sms_messages known
                    where known.account_sid = message.account_sid
                      and known.message_sid = listed ->> 'message_sid')
    -- A second SID of another message. It was reported after this message was attempted, or it would be
    -- out of reach.
    and not exists (select from public.sms_message_events event
                    join public.sms_messages other on other.id = event.message_id
                    where event.flags @> '{doubled}' and event.received_at >= since - interval '1 hour'
                      and event.message_sid = listed ->> 'message_sid'
                      and other.account_sid = message.account_sid and other.id <> message.id)
$$;

-- Too late is too late: a text that waited because nothing ran is not sent any more (docs/decisions/0034).

-- The caller holds the number's pace row, and writes there what this returns.
create or replace function sms_private.mark_pace(number_id uuid)
returns timestamptz
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
begin
  insert into sms_private.pace_marks (phone_number_id, at, held_seconds)
  select p.phone_number_id, moment, p.held_seconds from sms_private.sender_pace p where p.phone_number_id = number_id;
  delete from sms_private.pace_marks mark
  where mark.phone_number_id = number_id and mark.at < moment - interval '7 days';
  return moment;
end
$$;

create or replace function sms_private.may_text(tenant uuid, from_number text, to_number text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  allowed text[] := (sms_private.limits_of(tenant)).allowed_countries;
  here sms_private.country_prefixes;
  there sms_private.country_prefixes;
begin
  if allowed is null then
    return true;
  end if;
  there := sms_private.place_of(to_number);
  here := sms_private.place_of(from_number);
  return coalesce(coalesce(there.territory_of, there.country) = coalesce(here.territory_of, here.country)
    or there.country = any (allowed) or there.territory_of = any (allowed), false);
end
$$;

create or replace function sms_private.may_wait(message public.sms_messages)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return sms_private.span_setting(case
    when message.broadcast_id is not null then 'broadcast_not_after_seconds'
    when message.sender = 'assistant' then 'answer_not_after_seconds'
    when message.send_at > message.created_at then 'scheduled_not_after_seconds'
    else 'text_not_after_seconds' end);
end
$$;

-- The later word counts, from whichever spelling it came.
create or replace function sms_private.merge_contact(kept_id uuid, gone_id uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  gone public.sms_contacts;
  last_stop record;
  wrote_from text;
begin
  perform from public.sms_conversations c where c.contact_id in (kept_id, gone_id) order by c.id for update;
  perform from public.sms_contacts k where k.id in (kept_id, gone_id) order by k.id for update;
  perform sms_private.join_conversations(array[kept_id, gone_id]);
  update public.sms_conversations c set contact_id = kept_id where c.contact_id = gone_id;
  -- Of two that are in flight one keeps its contact's id until it is over: the index allows one a pair.
  update sms_private.jobs j set contact_id = kept_id
  where j.contact_id = gone_id and not (j.kind = 'deliver' and j.in_flight and exists (
    select from sms_private.jobs f
    where f.kind = 'deliver' and f.in_flight and f.contact_id = kept_id and f.phone_number_id = j.phone_number_id));
  insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
  select b.phone_number_id, kept_id, b.at from sms_private.sender_blocks b where b.contact_id = gone_id
  on conflict do nothing;
  update public.sms_consent_events e set contact_id = kept_id where e.contact_id = gone_id;

  select k.opted_out_at as at, k.opt_out_source as source into last_stop
  from public.sms_contacts k
  where k.id in (kept_id, gone_id) and k.opted_out_at is not null and not exists (
    select from public.sms_consent_events e
    where e.contact_id = kept_id and e.change = 'opt_in' and e.at > k.opted_out_at)
  order by k.opted_out_at desc limit 1;
  if last_stop.at is not null then
    perform sms_private.cancel_waiting(
      array(select j.message_id from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
       where j.contact_id = kept_id and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
      'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
    delete from sms_private.jobs j where j.kind = 'reply' and j.contact_id = kept_id;
  end if;
  select m.from_number into wrote_from from public.sms_conversations c
  join public.sms_messages m on m.conversation_id = c.id and m.direction = 'inbound'
  where c.contact_id = kept_id order by m.created_at desc limit 1;
  delete from public.sms_contacts k where k.id = gone_id returning * into gone;
  update public.sms_contacts k
  set number = coalesce(wrote_from, k.number), name = coalesce(k.name, gone.name),
    created_at = least(k.created_at, gone.created_at),
    opted_out_at = last_stop.at, opt_out_source = last_stop.source
  where k.id = kept_id;
  -- By itself: a contact of before zones were checked may have any text there.
  update public.sms_contacts k set time_zone = gone.time_zone
  where k.id = kept_id and k.time_zone is null and sms_private.is_time_zone(gone.time_zone);
end
$$;

create or replace function sms_private.merge_spellings()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  same uuid[];
  merged int := 0;
  doubles uuid[] := array(
    select k.id from (
      select c.id, count(*) over (partition by c.user_id, sms_private.canonical_number(c.number)) as spellings
      from public.sms_contacts c) k
    where k.spellings > 1);
begin
  -- All locks first, in the one order that there is: README.md.
  perform from public.sms_conversations c where c.contact_id = any (doubles) order by c.id for update;
  perform from public.sms_contacts k where k.id = any (doubles) order by k.id for update;
  perform from sms_private.jobs j join public.sms_messages s on s.id = j.message_id
  where j.contact_id = any (doubles) and j.kind = 'deliver' order by s.id for no key update of s for update of j;
  -- A contact's new value may be another one's old value.
  update public.sms_contacts k set canonical_number = null
  where k.canonical_number <> sms_private.canonical_number(k.number) or k.id = any (doubles);
  for same in
    select array_agg(k.id order by k.created_at, k.id)
    from (select c.*, sms_private.canonical_number(c.number) as telephone from public.sms_contacts c) k
    group by k.user_id, k.telephone having count(*) > 1
  loop
    for i in 2..cardinality(same) loop
      perform sms_private.merge_contact(same[1], same[i]);
      merged := merged + 1;
    end loop;
  end loop;
  update public.sms_contacts k set canonical_number = sms_private.canonical_number(k.number)
  where k.canonical_number is null;
  return merged;
end
$$;

-- For which assistants the model goes away soon. The server that was asked for its models last is the one in use.
create or replace function sms_private.models_ending()
returns table (assistant_id uuid, user_id uuid, model text, shutdown_date date)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select assistant.id, assistant.user_id, known.model, known.shutdown_date
    from (select * from sms_private.model_servers order by list_after desc limit 1) used
    join sms_private.models known on known.server = used.server
    join public.sms_assistants assistant
      on known.model = case when assistant.model = any (used.allowed_models) then assistant.model
        else used.default_model end
    where sms_private.ends_soon(known.shutdown_date) and assistant.active
    order by known.shutdown_date, assistant.id;
end
$$;

create or replace function sms_private.my_contact(number text)
returns uuid
language sql stable security definer set search_path = ''
as $$ select sms_private.contact_named((select sms_private.tenant_id()), number) $$;

create or replace function sms_private.my_signers_of(account_id uuid)
returns jsonb
language sql stable security definer set search_path = ''
as $$
  select sms_private.signers_of(account.id) from public.sms_accounts account
  where account.id = my_signers_of.account_id and account.user_id = (select sms_private.tenant_id())
$$;

-- An RCS sender has a name in place of a number ("rcs:my_brand"). Which number it stands for is certain only where the whole account
-- is one tenant's: on an account of several, a guess could show one tenant's contact to another.
create or replace function sms_private.number_of_agent(agent_account text, contact_number text)
returns setof public.sms_numbers
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select n.* from public.sms_numbers n
    left join public.sms_contacts k on k.user_id = n.user_id
      and k.canonical_number = sms_private.canonical_number(contact_number)
    left join lateral (
      select c.last_message_at from public.sms_conversations c
      where c.contact_id = k.id and c.user_id = n.user_id and c.phone_number_id = n.id
      order by c.last_message_at desc limit 1) latest on true
    where n.account_sid = agent_account
      and 1 = (select count(distinct peer.user_id) from public.sms_numbers peer where peer.account_sid = agent_account)
    order by latest.last_message_at desc nulls last, n.created_at, n.id limit 1;
end
$$;

-- What stands for a beginning of a stored number: ^ at its front. Without ^ it may stand anywhere.
create or replace function sms_private.number_searches(typed text)
returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  digits text := regexp_replace(typed, '[^0-9]', '', 'g');
  abroad text := case
    when typed ~ '^\+' then digits
    when digits ~ '^00[1-9][0-9]{2}' then substr(digits, 3)
    when digits ~ '^011[1-9][0-9]{2}' then substr(digits, 4) end;
  found text[] := '{}';
begin
  if char_length(digits) < 3 then
    return case when typed ~ '^\+' then array['^+' || digits] else array['^+' || digits, '^' || digits] end;
  end if;
  if typed !~ '^\+' then
    found := array[digits];
  end if;
  if abroad is not null then
    found := found || ('^+' || abroad);
  end if;
  -- At home: 0 before area and number, 06 in Hungary, 8 in Russia and Kazakhstan. Calling codes of one digit have no 0.
  if typed !~ '^\+' and digits ~ '^0[1-9][0-9]{2}' then
    found := found || array['^+__' || substr(digits, 2), '^+___' || substr(digits, 2)];
  end if;
  if digits ~ '^06[1-9][0-9]{6}' then
    found := found || ('^+36' || substr(digits, 3));
  elsif digits ~ '^8[3-9][0-9]{9}$' then
    found := found || ('^+7' || substr(digits, 2));
  end if;
  -- A whole number: in its other spellings too.
  if char_length(coalesce(abroad, digits)) >= 9 then
    found := found || array(
      select '^' || s.spelling from unnest(sms_private.spellings_of('+' || coalesce(abroad, digits))) s (spelling)
      where s.spelling <> '+' || coalesce(abroad, digits));
  end if;
  return found;
end
$$;

-- A number's webhook at Twilio: repaired, recorded, listed.

create or replace function sms_private.number_view(number public.sms_numbers)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(number) || jsonb_build_object('webhook_problem', sms_private.webhook_problem_of(number))
$$;

-- The public verbs list the arguments; here a request is one value. Its times are in UTC, whatever the session's time
-- zone is, and jsonb puts its names in order: the same request always has the same hash.
create or replace function sms_private.once(tenant uuid, sender text, verb text, request jsonb, key text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Requests had no not_after once. One without it still has the hash that it had then.
  hash text := encode(sha256(convert_to(jsonb_build_array(verb, sender,
    case when request ->> 'not_after' is null then request - 'not_after' else request end)::text, 'UTF8')), 'hex');
  answer jsonb;
begin
  if tenant is null then
    raise exception 'sign in first' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from auth.users known where known.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  end if;
  if key is not null then
    if key !~ '^[\u0020-\u007E]{1,255}$' then
      return jsonb_build_object('outcome', 'INVALID_IDEMPOTENCY_KEY');
    end if;
    answer := sms_private.answer_of_key(tenant, verb, key, hash);
    -- Refused, not waited for: the caller hears at once that the first request still runs, and no connection is held.
    if answer is null and not pg_try_advisory_xact_lock(hashtextextended('idempotency_key:' || tenant || ':' || key, 0)) then
      return jsonb_build_object('outcome', 'IDEMPOTENCY_KEY_IN_USE', 'retry_after_ms', 1000);
    end if;
    -- The first request may have ended between the look and the lock.
    answer := coalesce(answer, sms_private.answer_of_key(tenant, verb, key, hash));
    if answer is not null then
      return answer;
    end if;
  end if;
  case verb
  when 'sms_create_message' then
    answer := sms_private.store_message(tenant, sender, request);
  when 'sms_create_broadcast' then
    answer := sms_private.store_broadcast(tenant, sender, request);
  end case;
  if key is not null and answer ->> 'outcome' = 'created' then
    perform sms_private.remember_key(tenant, key, hash, (coalesce(answer -> 'message', answer -> 'broadcast') ->> 'id')::uuid);
  end if;
  return answer;
end
$$;

create or replace function sms_private.patterns_of(search text)
returns sms_private.search_patterns
language plpgsql stable set search_path = ''
as $$
declare
  literal text := regexp_replace(search, '([\\%_])', '\\\1', 'g');
  escaped text := regexp_replace(search, '([][\\^$.|?*+(){}])', '\\\1', 'g');
  typed text := sms_private.typed_number(search);
  numbers text[];
  shape text := sms_private.shape_of(search);
  p sms_private.search_patterns;
begin
  p.indexed := shape ~ 'www|ww-|-w|^w';
  if p.indexed and shape !~ 'www|ww-|-w' then
    -- Too short to be looked up inside of words: at their beginnings.
    p.text_likes := array[literal || '%', '% ' || literal || '%'];
    p.text_regex := '(^| )' || escaped;
  else
    p.text_likes := array['%' || literal || '%'];
    p.text_regex := escaped;
  end if;
  if typed is null then
    p.number_likes := p.text_likes;
    p.number_regex := p.text_regex;
  else
    numbers := sms_private.number_searches(typed);
    p.number_likes := array(select case when n.search like '^%' then substr(n.search, 2) else '%' || n.search end || '%'
      from unnest(numbers) n (search));
    p.number_regex := (select string_agg(replace(replace(n.search, '+', '\+'), '_', '[0-9]'), '|')
      from unnest(numbers) n (search));
  end if;
  return p;
end
$$;

-- Telephone numbers: where one is, and which spellings are one telephone.

-- This is asked for each message. One look a length is cheaper than one statement with all lengths, whose plan reads the
-- whole table. Which lengths there are: the check of the table.
create or replace function sms_private.place_of(number text)
returns sms_private.country_prefixes
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  place sms_private.country_prefixes;
  digits int;
begin
  foreach digits in array case
    when starts_with(number, '+1') then '{4,1}'::int[]
    when starts_with(number, '+44') then '{7,6,4,2}'::int[]
    else '{3,2,1}'::int[] end
  loop
    select * into place from sms_private.country_prefixes p where p.prefix = substr(number, 2, digits);
    exit when found;
  end loop;
  return place;
end
$$;

create or replace function sms_private.question_context(question sms_private.questions)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('kind', question.kind, 'lease_token', question.lease_token,
      'account_sid', question.account_sid, 'message_id', question.message_id,
      'message_sid', message.message_sid, 'from_number', coalesce(message.via, message.from_number),
      'to_number', sms_private.recipient_of(message),
      'page_token', question.page_token,
      'since', case question.kind
        when 'lookup' then job.attempted_at - sms_private.span_setting('lookup_reach_seconds')
        when 'listing' then greatest(question.listed_from,
          question.listed_until - sms_private.span_setting('listing_overlap_seconds')) end)
    from (select) one
    left join public.sms_messages message on message.id = question.message_id
    left join sms_private.jobs job on job.message_id = message.id);
end
$$;

-- Somebody may write "Loved "Dune". Can I book a table?", and must not be overheard.
create or replace function sms_private.reacts_to_us(number_id uuid, contact uuid, body text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.visible_words(body);
  quoted text := rtrim(substring(words from '["“„«‘''＂「『‚](.*)["”“»’''＂」』]'), '….  ');
begin
  return exists (
    select from public.sms_conversations c
    join public.sms_messages m on m.conversation_id = c.id and m.seq > c.last_seq - 200
    where c.phone_number_id = number_id and c.contact_id = contact and m.kind <> 'reaction'
      and (quoted is null
        or starts_with(sms_private.visible_words(m.body), quoted)));
end
$$;

create or replace function sms_private.recipient_of(message public.sms_messages)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when message.via is null then message.to_number
    else split_part(message.via, ':', 1) || ':' || message.to_number end;
end
$$;

create or replace function sms_private.record_empty_lookup(
  message public.sms_messages, job sms_private.jobs, question sms_private.questions)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  wanted int := greatest((sms_private.setting('lookup_count'))::int, 1);
  reason text;
begin
  if question.tries + 1 < wanted then
    perform sms_private.ask_again(question, question.tries + 1,
      sms_private.span_setting('lookup_spread_seconds') / greatest(wanted - 1, 1));
    return 'not_found_yet';
  end if;
  -- Why it is not worth sending once more, or may not be sent.
  select case
      when job.resent_at is not null then 'It was sent once more already.'
      when job.attempted_at < clock_timestamp() - sms_private.span_setting('resend_within_seconds')
        then 'It would come too late.'
      -- RCS falls back to SMS, from whichever sender of the service: that text is listed under other addresses.
      when message.via is not null then 'Twilio may have sent it by another channel.'
      else refusal.explanation end
    into reason
  from sms_private.refuse_delivery(message, job) refusal;
  if reason is not null then
    perform sms_private.give_up_on(message,
      'The carrier does not have this text, and it is not sent again. ' || reason);
    return 'given_up';
  end if;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'unconfirmed', 'OUTCOME_UNKNOWN', 'lookup', '{resent}');
  -- due_at and attempts stay: nothing of its pair overtakes it.
  update sms_private.jobs delivery
  set resent_at = clock_timestamp(), in_flight = false, unconfirmed = false,
    lease_token = null, lease_expires_at = null
  where delivery.id = job.id;
  delete from sms_private.questions asked where asked.id = question.id;
  return 'resent';
end
$$;

create or replace function sms_private.refusal_words(refusal sms_private.refused_webhooks)
returns text
language sql stable set search_path = ''
as $$
  select case
    when refusal.reason = 'SHARED_KEY_UNKNOWN' then format(
      'Somebody, perhaps Twilio, signs webhooks of this account with the SharedKey %s, which was not given here: %s refused '
      '(403). If Twilio has this key, give its id and secret (sms-accounts, shared_keys). Twilio shows a secret once: if it is lost, make a new SharedKey and let the '
      'Webhook Setting name that.',
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

create or replace function sms_private.refuse_content(body text, media_urls text[], send_at timestamptz, not_after timestamptz)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when char_length(body) > 1600 then 'BODY_TOO_LONG'
      when body !~ '\S' and coalesce(cardinality(media_urls), 0) = 0 then 'BODY_REQUIRED'
      when cardinality(media_urls) > 10 then 'TOO_MANY_MEDIA'
      when exists (
        select from unnest(media_urls) u
        -- Characters that a URL must escape (https://www.rfc-editor.org/rfc/rfc3986#section-2).
        where u is null or char_length(u) > 2048 or u !~ '^https?://[^\s[:cntrl:]"\\]+$' or char_length(u) < 10)
        then 'INVALID_MEDIA_URL'
      when not isfinite(send_at) or send_at > clock_timestamp() + interval '1 year' then 'INVALID_SEND_AT'
      when not isfinite(not_after) or not_after <= greatest(clock_timestamp(), send_at) then 'INVALID_NOT_AFTER'
    end);
end
$$;

-- One question after the other. One statement with all of them took three times as long, and most messages may go out.
create or replace function sms_private.refuse_delivery(
  message public.sms_messages, job sms_private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
declare
  by_assistant boolean := message.sender = 'assistant' and message.kind <> 'opt_out_confirmation';
  contact public.sms_contacts;
  conversation public.sms_conversations;
  disconnected timestamptz;
  opt_out text;
begin
  select * into contact from public.sms_contacts k where k.id = job.contact_id;
  if not found then
    -- It was in flight while its contact was merged into another.
    select k.* into contact from public.sms_conversations c join public.sms_contacts k on k.id = c.contact_id
    where c.id = message.conversation_id;
  end if;
  if not found then
    -- Without a contact there is nobody who may have opted out. The foreign keys allow it only by an operator's own update.
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
  if message.kind = 'opt_out_confirmation' then
    -- It goes out in spite of the opt-out that it confirms, but not to a contact whom the carrier protects.
    contact.opted_out_at := null;
  end if;
  opt_out := sms_private.opt_out_reason(job.phone_number_id, contact);
  if opt_out is not null then
    code := 'RECIPIENT_OPTED_OUT';
    explanation := case opt_out
      when 'opted_out' then 'The contact opted out. Only their START lets you text them again.'
      else 'The contact opted out of this number at the carrier. They can text START to it.' end;
    return;
  end if;
  select a.disconnected_at into disconnected
  from public.sms_numbers n left join public.sms_accounts a on a.account_sid = n.account_sid
  where n.id = job.phone_number_id and n.user_id = message.user_id and n.account_sid = message.account_sid
    and n.number = message.from_number;
  if not found then
    code := 'NOT_YOUR_NUMBER';
    explanation := 'The sending number is not yours any more.';
    return;
  end if;
  if disconnected is not null then
    code := 'ACCOUNT_DISCONNECTED';
    explanation := 'The Twilio account of the sending number is disconnected. Connect it again to send from it.';
    return;
  end if;
  if not sms_private.may_text(message.user_id, message.from_number, message.to_number) then
    code := 'COUNTRY_NOT_ALLOWED';
    explanation := 'Texts to this country are not allowed for your account.';
    return;
  end if;
  if by_assistant then
    select * into conversation from public.sms_conversations c where c.id = message.conversation_id;
    if not conversation.ai_enabled then
      code := 'ASSISTANT_OFF';
      explanation := 'The assistant was switched off here before this text left.';
      return;
    end if;
    if sms_private.person_answered_since(message, conversation) then
      code := 'PERSON_ANSWERED';
      explanation := 'A person answered or took over here before this text left.';
      return;
    end if;
  end if;
  if message.broadcast_id is not null then
    perform from public.sms_broadcasts b where b.id = message.broadcast_id and b.canceled_at is not null;
    if found then
      code := 'CANCELED_BY_USER';
      explanation := 'You canceled this broadcast before this text left.';
      return;
    end if;
  end if;
  if by_assistant then
    perform from sms_private.reply_cap(message.user_id, message.conversation_id, 1);
    if found then
      code := 'REPLY_CAP';
      explanation := 'The limit of automatic replies is used up.';
      return;
    end if;
  end if;
  if sms_private.is_too_late(message, job) then
    code := 'EXPIRED';
    explanation := 'This text waited too long.';
  end if;
end
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

-- What the model needs to know to answer one conversation.
create or replace function sms_private.reply_context(job sms_private.jobs)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object(
      'job_id', job.id, 'lease_token', job.lease_token, 'attempt', job.attempts,
      'conversation_id', conversation.id, 'user_id', conversation.user_id,
      'contact_id', conversation.contact_id, 'through_seq', job.wanted_seq,
      'greeting', conversation.greeting_pending and assistant.first_message is not null,
      'reopened', sms_private.was_reopened(conversation),
      'waiting_for_person', conversation.waiting_for_person,
      'assistant', jsonb_build_object('id', assistant.id, 'name', assistant.name, 'prompt', assistant.prompt,
        'model', assistant.model, 'temperature', assistant.temperature, 'language', assistant.language,
        'max_segments', assistant.max_segments, 'reasoning_effort', assistant.reasoning_effort,
        'verbosity', assistant.verbosity, 'reads_images', assistant.reads_images,
        'time_zone', coalesce(assistant.time_zone, sms_private.zone_of_number(number.number))),
      'contact', jsonb_build_object('name', contact.name, 'time_zone', contact.time_zone),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('seq', turn.seq, 'direction', turn.direction,
          'sender', turn.sender, 'body', turn.body, 'media', turn.media,
          -- Workers from before 'media' need the count.
          'media_count', jsonb_array_length(turn.media),
          'account_sid', case when assistant.reads_images and turn.media <> '[]' then turn.account_sid end,
          'created_at', turn.created_at)
          -- A message that the last reply had not read comes after that reply.
          order by turn.direction = 'inbound' and turn.seq > coalesce(job.answered_seq, job.wanted_seq),
            turn.seq), '[]')
        from (
          select message.* from public.sms_messages message
          where message.conversation_id = conversation.id
            and message.kind not in ('keyword', 'error', 'opt_out_confirmation')
            and message.status not in ('canceled', 'scheduled')
          order by message.seq desc limit assistant.max_history
        ) turn))
    from public.sms_conversations conversation
    join public.sms_contacts contact on contact.id = conversation.contact_id
    join public.sms_numbers number on number.id = conversation.phone_number_id
    join public.sms_assistants assistant on assistant.id = number.assistant_id
    where conversation.id = job.conversation_id);
end
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

create or replace function sms_private.set_canonical_number()
returns trigger
language plpgsql stable security definer set search_path = ''
as $$
begin
  new.canonical_number := sms_private.canonical_number(new.number);
  return new;
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

create or replace function sms_private.span_setting(setting_name text)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting(setting_name) #>> '{}')::float8);
end
$$;

create or replace function sms_private.spellings_of(number text)
returns text[]
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  canonical text := sms_private.canonical_number(number);
begin
  return array(
    select number union select canonical union
    select '+' || s.old_prefix || substr(canonical, 2 + length(s.new_prefix))
    from sms_private.number_spellings s
    where s.new_prefix = any (array[
      substr(canonical, 2, 2), substr(canonical, 2, 3), substr(canonical, 2, 4), substr(canonical, 2, 5),
      substr(canonical, 2, 6), substr(canonical, 2, 7)])
      and s.digits in (0, length(canonical) - 1 - length(s.new_prefix))
      and length(canonical) - length(s.new_prefix) + length(s.old_prefix) <= 16);
end
$$;

create or replace function sms_private.stat_facets(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz, unfolded sms_private.stat_deltas[])
returns table (facet text, label text, messages bigint)
language plpgsql stable set search_path = ''
as $$
declare
  -- The range is rounded to the nearest midnights (UTC). The quarter hours between are added or subtracted: at most half a
  -- day at each end.
  first_day timestamptz := date_bin('1 day', from_at + interval '12 hours', '2000-01-01 00:00:00+00');
  last_day timestamptz := date_bin('1 day', to_at + interval '12 hours', '2000-01-01 00:00:00+00');
begin
  return query
  with quarters as (
    select s.direction, s.status, s.intent, s.answer_times, e.sign, s.messages * e.sign as messages
    from (select case when last_day < to_at then 1 else -1 end as sign) e, public.sms_stats s
    where s.user_id = tenant and s.bucket >= least(last_day, to_at) and s.bucket < greatest(last_day, to_at)
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
    union all
    select s.direction, s.status, s.intent, s.answer_times, e.sign, s.messages * e.sign
    from (select case when first_day < from_at then -1 else 1 end as sign) e, public.sms_stats s
    where s.user_id = tenant and s.bucket >= least(first_day, from_at) and s.bucket < greatest(first_day, from_at)
      and (number is null or s.phone_number_id = number) and (assistant is null or s.assistant_id = assistant)
  ), deltas as (
    -- bigint, as in the tables: a sum would be numeric, and all rows below would be converted.
    select d.direction, d.status, d.intent, sum(d.messages)::bigint as messages, d.answer_bin from unnest(unfolded) d
    group by d.direction, d.status, d.intent, d.answer_bin
  ), sums as (
    select d.facet, d.label, d.messages from sms_private.stat_days d
    where d.user_id = tenant and d.day >= first_day and d.day < last_day
      and (number is null or d.phone_number_id = number) and (assistant is null or d.assistant_id = assistant)
    union all
    select q.direction, q.status, q.messages from quarters q
    union all
    select 'intent', q.intent, q.messages from quarters q where q.direction = 'inbound' and q.intent is not null
    union all
    select 'answer_bin', b.key, b.value::bigint * q.sign from quarters q, jsonb_each_text(q.answer_times) b
    where q.answer_times <> '{}'
    union all
    select d.direction, d.status, d.messages from deltas d
    union all
    select 'intent', d.intent, d.messages from deltas d where d.direction = 'inbound' and d.intent is not null
    union all
    select 'answer_bin', d.answer_bin::text, d.messages from deltas d where d.answer_bin is not null
  )
  select s.facet, s.label, sum(s.messages)::bigint from sums s group by 1, 2 having sum(s.messages) <> 0;
end
$$;

-- Answering: what an answer becomes.

-- Stores what an answer says and does. The caller has decided that it may be sent.
create or replace function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean, asked_at timestamptz)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  ending boolean := caught_up and coalesce((result ->> 'end_conversation')::boolean, false);
  body text := btrim(coalesce(result ->> 'reply', ''), E' \t\r\n');
  wanted text := nullif(result ->> 'intent', '');
  kind text := 'reply';
  sent public.sms_messages;
begin
  if (result ->> 'opt_out')::boolean then
    -- Confirmed once, also when the contact opts out at two numbers at the same moment.
    body := case when sms_private.opt_out_by_model(conversation, result)
      then sms_private.words_in('opt_out_confirmation', assistant.language) else '' end;
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and (body <> '' or not sms_private.was_reopened(conversation)) then
    -- An end without words says goodbye. "Thanks" after the end is the case in which silence is meant.
    body := coalesce(assistant.goodbye_message, nullif(body, ''),
      sms_private.words_in('goodbye_words', assistant.language));
    kind := 'goodbye';
  elsif body = '' and (result ->> 'handoff')::boolean then
    body := sms_private.words_in('handoff_words', assistant.language);
  end if;
  if body <> '' then
    sent := sms_private.store_outbound(conversation.id, 'assistant', kind, body, '[]', 0, null, wanted,
      asked_at => asked_at);
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  if wanted is not null then
    update public.sms_messages m set intent = wanted
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint;
  end if;
  -- Most answers change none of this.
  if ending or conversation.greeting_pending or conversation.intent is distinct from coalesce(wanted, conversation.intent)
    or conversation.ai_paused_reason is not null or kind = 'opt_out_confirmation'
    or (result ->> 'handoff')::boolean then
    update public.sms_conversations v
    set greeting_pending = false, intent = coalesce(wanted, v.intent),
      ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
      waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
      status = case when ending then 'ended' else v.status end,
      ended_at = case when ending then clock_timestamp() else v.ended_at end,
      end_reason = case when ending then 'assistant' else v.end_reason end
    where v.id = conversation.id;
  end if;
  return sent.id;
end
$$;

create or replace function sms_private.store_broadcast(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  not_after timestamptz := (request ->> 'not_after')::timestamp at time zone 'utc';
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  recipients text[];
  refused jsonb;
  again_at timestamptz;
  broadcast public.sms_broadcasts;
begin
  select * into wanted from jsonb_to_record(request) fields (to_numbers text[], body text, from_number text,
    media_urls text[], template_id uuid, name text);
  code := case
    when coalesce(cardinality(wanted.to_numbers), 0) = 0 then 'NO_RECIPIENTS'
    when cardinality(wanted.to_numbers) > 1000 then 'TOO_MANY_RECIPIENTS'
    when char_length(wanted.name) > 200 then 'INVALID_NAME'
  end;
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at, not_after);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, null);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, wanted.from_number));
  end if;
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;
  select coalesce(array_agg(r.recipient order by r.place) filter (where r.code is null), '{}'),
    -- A recipient that is not a number may be any text, also a very long one.
    coalesce(jsonb_agg(jsonb_build_object('to', left(r.recipient, 64), 'code', r.code) order by r.place)
      filter (where r.code is not null), '[]')
  into recipients, refused
  from sms_private.check_recipients(tenant, number, wanted.to_numbers) r;
  again_at := sms_private.next_broadcast_at(tenant, cardinality(recipients));
  if again_at is not null then
    return jsonb_build_object('outcome', 'RATE_LIMITED', 'retry_after_ms', sms_private.milliseconds_until(again_at));
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  insert into public.sms_broadcasts (user_id, name, phone_number_id, from_number, body, media, template_id, send_at,
    accepted, rejected, not_after)
  values (tenant, wanted.name, number.id, number.number, composed ->> 'body', sms_private.media_of(wanted.media_urls),
    wanted.template_id, send_at, cardinality(recipients), refused, not_after)
  returning * into broadcast;
  perform sms_private.store_broadcast_messages(broadcast, number, sender, recipients);
  return sms_private.broadcast_answer('created', broadcast);
end
$$;

-- As store_outbound(), but for many in few statements: a thousand calls take too long on a small server.
-- A broadcast is not an answer to the contact: no assistant is paused.
create or replace function sms_private.store_broadcast_messages(
  broadcast public.sms_broadcasts, number public.sms_numbers, sender text, recipients text[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  telephones text[] := array(
    select sms_private.canonical_number(r.number) from unnest(recipients) with ordinality r (number, place)
    order by r.place);
  contacts uuid[];
  stored int;
begin
  -- By telephone, so that two broadcasts add the same contacts in the same order.
  insert into public.sms_contacts (user_id, number)
  select broadcast.user_id, r.number from unnest(recipients, telephones) r (number, telephone) order by r.telephone
  on conflict do nothing;
  contacts := array(
    select sms_private.contact_named(broadcast.user_id, r.number) from unnest(recipients) with ordinality r (number, place)
    order by r.place);
  if cardinality(array(select distinct c from unnest(contacts) c where c is not null)) < cardinality(recipients) then
    raise exception 'Contacts of these recipients are being merged. Try again.' using errcode = 'serialization_failure';
  end if;
  perform sms_private.conversations_for_broadcast(number, contacts);
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender, to_number,
    from_number, body, media, status, num_segments, send_at, template_id, broadcast_id, created_at, not_after)
  select number.account_sid, c.id, broadcast.user_id, sms_private.next_seq(c.id, broadcast.body, broadcast.media),
    'outbound', 'text', store_broadcast_messages.sender, r.number, number.number, broadcast.body, broadcast.media,
    case when broadcast.send_at > clock_timestamp() then 'scheduled' else 'pending' end, counted.segments, broadcast.send_at,
    broadcast.template_id, broadcast.id, clock_timestamp(), broadcast.not_after
  from unnest(recipients, contacts) with ordinality r (number, contact, place)
  join public.sms_conversations c on c.phone_number_id = number.id and c.contact_id = r.contact and c.status = 'active'
  cross join (select sms_private.count_segments(broadcast.body) as segments) counted
  order by r.place;
  get diagnostics stored = row_count;
  if stored < cardinality(recipients) then
    raise exception 'Contacts of these recipients were merged meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  select 'deliver', m.user_id, m.id, c.phone_number_id, c.contact_id, 3, coalesce(m.send_at, clock_timestamp())
  from public.sms_messages m
  join public.sms_conversations c on c.id = m.conversation_id
  join unnest(recipients) with ordinality r (number, place) on r.number = m.to_number
  where m.broadcast_id = broadcast.id
  order by r.place;
end
$$;

create or replace function sms_private.store_message(tenant uuid, sender text, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
  recipient text;
  send_at timestamptz := (request ->> 'send_at')::timestamp at time zone 'utc';
  not_after timestamptz := (request ->> 'not_after')::timestamp at time zone 'utc';
  later boolean := coalesce(send_at > clock_timestamp(), false);
  composed jsonb;
  refusal jsonb;
  code text;
  number public.sms_numbers;
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
begin
  select * into wanted from jsonb_to_record(request) fields (to_number text, body text, from_number text,
    media_urls text[], conversation_id uuid, template_id uuid);
  recipient := wanted.to_number;
  if wanted.conversation_id is not null then
    select * into conversation from public.sms_conversations v where v.id = wanted.conversation_id and v.user_id = tenant;
    if not found then
      return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
    end if;
    recipient := coalesce(recipient, (select s.number from public.sms_contacts s where s.id = conversation.contact_id));
  end if;
  if recipient is null or recipient !~ '^\+[1-9][0-9]{6,14}$' then
    return jsonb_build_object('outcome', 'INVALID_RECIPIENT');
  end if;
  if conversation.id is not null and not exists (
    select from public.sms_contacts s
    where s.id = conversation.contact_id and sms_private.is_same_telephone(s.number, recipient)) then
    return jsonb_build_object('outcome', 'RECIPIENT_MISMATCH');
  end if;
  composed := sms_private.compose_body(tenant, wanted.body, wanted.template_id, request -> 'variables');
  if composed ? 'outcome' then
    return composed;
  end if;
  code := sms_private.refuse_content(composed ->> 'body', wanted.media_urls, send_at, not_after);
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select * into number from sms_private.choose_number(tenant, wanted.from_number, wanted.conversation_id);
  if not found then
    return jsonb_build_object('outcome', sms_private.no_number_reason(tenant, coalesce(wanted.from_number,
      (select p.number from public.sms_numbers p where p.id = conversation.phone_number_id))));
  end if;
  if not sms_private.may_text(tenant, number.number, recipient) then
    return jsonb_build_object('outcome', 'COUNTRY_NOT_ALLOWED');
  end if;
  refusal := sms_private.refuse_pace_of_sending(tenant);
  if refusal is not null then
    return refusal;
  end if;

  -- Before any conversation's lock, as in sms_receive_message.
  perform from public.sms_assistants a where a.id = number.assistant_id for key share;
  if not found then
    number.assistant_id := null;
  end if;
  contact := sms_private.contact_of(tenant, recipient);
  if sms_private.opt_out_reason(number.id, contact) is not null then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
  end if;
  conversation := sms_private.conversation_for_outbound(number, contact.id);
  if contact.number <> recipient then
    perform sms_private.use_spelling(contact, recipient, false);
  end if;
  message := sms_private.store_outbound(conversation.id, sender, 'text', composed ->> 'body',
    sms_private.media_of(wanted.media_urls), case when later then 2 else 1 end, send_at, template => wanted.template_id,
    not_after => not_after, to_number => recipient);
  if sender = 'person' and not later then
    perform sms_private.pause_assistant(conversation.id,
      clock_timestamp() + make_interval(mins => (sms_private.setting('person_pause_minutes'))::int), 'person');
  end if;
  return jsonb_build_object('outcome', 'created', 'message', to_jsonb(message));
end
$$;

-- A message and its delivery: both stored before anything talks to Twilio, and both canceled together.

-- The caller holds the conversation's row lock.
create or replace function sms_private.store_outbound(
  conversation_id uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null, template uuid default null, not_after timestamptz default null,
  asked_at timestamptz default null, to_number text default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  conversation public.sms_conversations;
  number public.sms_numbers;
  contact_number text;
  stored public.sms_messages;
begin
  select * into strict conversation from public.sms_conversations c where c.id = store_outbound.conversation_id;
  select * into strict number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select k.number into strict contact_number from public.sms_contacts k where k.id = conversation.contact_id;
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, intent, status, num_segments, send_at, template_id, created_at,
    phone_number_id, assistant_id, not_after, via)
  values (number.account_sid, conversation.id, conversation.user_id,
    sms_private.next_seq(conversation.id, store_outbound.body, store_outbound.media), 'outbound', store_outbound.kind,
    store_outbound.sender, coalesce(store_outbound.to_number, contact_number), number.number,
    store_outbound.body, store_outbound.media, store_outbound.intent,
    case when store_outbound.send_at > clock_timestamp() then 'scheduled' else 'pending' end,
    sms_private.count_segments(store_outbound.body), store_outbound.send_at, store_outbound.template,
    clock_timestamp(), number.id, coalesce(number.assistant_id, conversation.assistant_id),
    store_outbound.not_after,
    case when store_outbound.send_at > clock_timestamp() then null
      else sms_private.answer_via(conversation, store_outbound.sender) end)
  returning * into stored;
  insert into sms_private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at,
    first_unanswered_at)
  values ('deliver', conversation.user_id, stored.id, conversation.phone_number_id, conversation.contact_id,
    store_outbound.priority, coalesce(store_outbound.send_at, clock_timestamp()), store_outbound.asked_at);
  return stored;
end
$$;

-- Senders that are not telephones: rcs:+14155550101, whatsapp:+14155550101.

-- Twilio puts the channel before the address (https://www.twilio.com/docs/messaging/api/message-resource). Behind it is the telephone
-- of the same person, who has one contact, one conversation and one opt-out, whatever they write by.
create or replace function sms_private.telephone_of(address text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- Most addresses end here.
  if address not like '%:%' then
    return address;
  end if;
  return regexp_replace(address, '^(rcs|whatsapp):(\+[1-9][0-9]{6,14})$', '\2');
end
$$;

-- A claim has locked message and job already, so it does not wait for the conversation.
create or replace function sms_private.tell_of_expiry(message public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if message.broadcast_id is not null then
    -- A thousand conversations that call for a person would hide those that need one. Each shows the text as not sent.
    return true;
  end if;
  perform from public.sms_conversations c where c.id = message.conversation_id for no key update skip locked;
  if not found then
    return false;
  end if;
  update public.sms_conversations c
  set waiting_for_person = true,
    ai_paused_reason = case when message.sender = 'assistant' and c.ai_paused_reason is null then 'expired'
      else c.ai_paused_reason end
  where c.id = message.conversation_id;
  return true;
end
$$;

-- Searching conversations: telephone numbers as people type and paste them.

-- Digits of every common script, every dash, and nothing that cannot be seen: as plainNumber() in the functions.
create or replace function sms_private.typed_number(search text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  plain text := search;
begin
  -- Most searches are ASCII, where none of this changes anything.
  if octet_length(search) > char_length(search) then
    plain := regexp_replace(normalize(search, nfkc),
      '[\u00AD\u034F\u061C\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20E3\uFE00-\uFE0F\uFEFF]', '', 'g');
    plain := regexp_replace(plain, '[\u02D7\u2010-\u2015\u2043\u2212\u223C\u2796\u301C\u30FC]', '-', 'g');
    plain := translate(plain, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', '012345678901234567890123456789');
  end if;
  -- "+44 (0)7700": the 0 is for calls at home.
  plain := btrim(replace(plain, '(0)', ''), E' \t\r\n');
  return case when plain ~ '^[-+0-9(). /·\s]*[0-9][-+0-9(). /·\s]*$' then plain end;
end
$$;

-- The caller holds the conversation's lock, or there is none.
create or replace function sms_private.use_spelling(contact public.sms_contacts, number text, wrote boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if contact.number = use_spelling.number or not wrote and exists (
    select from public.sms_conversations c
    join public.sms_messages m on m.conversation_id = c.id and m.direction = 'inbound'
    where c.contact_id = contact.id) then
    return;
  end if;
  update public.sms_contacts k set number = use_spelling.number where k.id = contact.id;
end
$$;

-- Who signs an account's webhooks, and what was refused.

create or replace function sms_private.valid_previous(credentials sms_private.twilio_credentials)
returns text
language sql stable set search_path = ''
as $$ select case when credentials.previous_until > now() then credentials.previous_token end $$;

-- A contact who writes by RCS to a number, and not to an RCS sender, is answered by SMS: no sender is named that could answer.
create or replace function sms_private.via_of(from_address text, to_address text, number public.sms_numbers)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  if from_address not like '%:%' then
    return null;
  end if;
  return case
    when from_address like 'rcs:+%' and to_address like 'rcs:%' then to_address
    when from_address like 'whatsapp:+%' then 'whatsapp:' || number.number
  end;
end
$$;

-- Reactions: a thumb on a bubble of an iPhone arrives as a text, "Liked “We open at nine.”".

-- Google's app puts invisible marks around the words.
create or replace function sms_private.visible_words(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return btrim(regexp_replace(regexp_replace(body, '[\u200A-\u200F\u2060\uFEFF]', '', 'g'), '[\s\u00A0\u202F]+', ' ', 'g'));
end
$$;

create or replace function sms_private.was_reopened(conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return conversation.reopened_at is not null and not exists (
    select from public.sms_messages message
    where message.conversation_id = conversation.id and message.direction = 'outbound'
      and message.created_at > conversation.reopened_at);
end
$$;

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

create or replace function sms_private.words_in(setting_name text, language text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words jsonb := sms_private.setting(setting_name);
begin
  if jsonb_typeof(words) = 'object' then
    words := coalesce(words -> lower(language), words -> lower(split_part(language, '-', 1)), words -> 'en');
  end if;
  return coalesce(words #>> '{}', '');
end
$$;

-- Time zones: the business's clock.

-- By country and area. Only where all numbers there have one zone: an hour off is worse than UTC, which nobody takes for the time of
-- the place.
create or replace function sms_private.zone_of_number(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  zones text[] := (sms_private.place_of(number)).zones;
begin
  return case when cardinality(zones) = 1 then zones[1] end;
end
$$;

alter table public.sms_assistants
  add constraint sms_assistants_reasoning_effort_check
    check
    ((reasoning_effort = ANY (ARRAY['none'::text, 'minimal'::text, 'low'::text, 'medium'::text, 'high'::text,
    'xhigh'::text])));

alter table public.sms_assistants
  add constraint sms_assistants_verbosity_check
    check ((verbosity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text])));

alter table public.sms_contacts
  add constraint sms_contacts_user_id_canonical_number_key unique (user_id, canonical_number);

alter table sms_private.country_prefixes
  add constraint country_prefixes_prefix_check
    check ((prefix ~ '^(1([0-9]{3})?|44([0-9]{2}|[0-9]{4,5})?|[2-9][0-9]{0,2})$'::text));

alter table sms_private.country_prefixes
  add constraint country_prefixes_state_check check ((state ~ '^[A-Z]{2}$'::text));

alter table sms_private.country_prefixes
  add constraint country_prefixes_territory_of_check check ((territory_of ~ '^[A-Z]{2}$'::text));

alter table sms_private.models
  add constraint models_server_fkey foreign key (server) references sms_private.model_servers(server)
    on delete cascade;

alter table sms_private.pace_marks
  add constraint pace_marks_phone_number_id_fkey foreign key (phone_number_id)
    references public.sms_numbers(id) on delete cascade;

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

create index sms_message_events_expired_idx on public.sms_message_events using btree (received_at)
  where (error_code = 'EXPIRED'::text);

create index number_spellings_new_idx on sms_private.number_spellings using btree (new_prefix);

create trigger check_time_zone
  before insert or update of time_zone on public.sms_assistants
  for each row
  execute function sms_private.check_time_zone();

create trigger check_time_zone
  before insert or update of time_zone on public.sms_contacts
  for each row
  execute function sms_private.check_time_zone();

create trigger set_canonical_number
  before insert or update of number on public.sms_contacts
  for each row
  execute function sms_private.set_canonical_number();

comment on column public.sms_assistants.reads_images is 'Whether the model gets the images of the contact''s latest messages.';

comment on column public.sms_assistants.reasoning_effort is 'How long a model that reasons may think before it answers.';

comment on column public.sms_assistants.time_zone is 'IANA name of the zone whose time the assistant is told; null for that of the number it answers on.';

comment on column public.sms_assistants.verbosity is 'How much a model says that can be told so.';

comment on column public.sms_broadcasts.not_after is 'No message of it is sent after this moment; null: as long as a broadcast may wait.';

comment on column public.sms_contacts.canonical_number is 'One spelling for all that reach the same telephone, set by a trigger: who they are. Nothing is sent to it.';

comment on column public.sms_contacts.number is 'E.164, or as Twilio names other senders (short code, alphanumeric). Where a number has several spellings: the one the contact wrote from last.';

comment on column public.sms_conversations.via is 'The sender of ours that the contact wrote to last, where it is not the number itself (sms_messages.via).';

comment on column public.sms_conversations.waiting_for_person is 'The contact asked for a person, or a text to the contact was too late and not sent.';

comment on column public.sms_messages.kind is 'What the message is for; keyword is a contact''s STOP, START or HELP, reaction their thumb or heart on another message.';

comment on column public.sms_messages.not_after is 'Not sent after this moment, whatever it waits for. Null: it may wait as long as its kind may (sms_private.settings).';

comment on column public.sms_messages.via is 'Our sender where it is not the number itself: rcs:<name> or whatsapp:<number>, as Twilio names it. Null: SMS or MMS.';

comment on column sms_private.country_prefixes.country is 'ISO 3166-1 alpha-2, of territories their own; XX for numbers of no country: satellites, worldwide services, Britain''s personal numbers (+44 70).';

comment on column sms_private.country_prefixes.prefix is 'Country calling code, with more digits where several countries or states share one. place_of() looks for these lengths.';

comment on column sms_private.country_prefixes.state is 'US state or Canadian province (ISO 3166-2, without the country). Null where there are several, or none is known.';

comment on column sms_private.country_prefixes.territory_of is 'The country that texts it at home: US for Puerto Rico, Guam and others. Null where it has its own price, as Jersey has.';

comment on column sms_private.country_prefixes.zones is 'IANA time zones, the commonest first. Several where the prefix does not decide: then nobody knows the contact''s time. Empty where none is known.';

comment on column sms_private.jobs.first_unanswered_at is 'When the oldest message came that is to be answered, or that this answer answers; null for other deliveries.';

comment on column sms_private.jobs.held_for is 'How long pauses of its broadcast that are over have held it; null when none has.';

comment on column sms_private.model_servers.allowed_models is 'Those that assistants may name besides.';

comment on column sms_private.model_servers.default_model is 'Answers for assistants that name no model that is allowed.';

comment on column sms_private.model_servers.list_after is 'When a worker shall ask the server for its models again.';

comment on column sms_private.model_servers.server is 'Host and path, without what may be secret.';

comment on column sms_private.models.learned_at is 'When that was learned. It counts for a week: servers are upgraded.';

comment on column sms_private.models.model is 'Its name, as assistants and settings name it.';

comment on column sms_private.models.quirks is 'What it refuses, and what it ignores (_shared/sms/model/quirks.ts).';

comment on column sms_private.models.server is 'Which server.';

comment on column sms_private.models.shutdown_date is 'When the provider shuts it down, as GET /v1/models says; null if it does not say.';

comment on column sms_private.number_spellings.country is 'ISO 3166-1 alpha-2. Null for the 0 of numbers at home, left in.';

comment on column sms_private.number_spellings.digits is 'How many digits follow. 0: any number, of which the first is not 0.';

comment on column sms_private.number_spellings.new_prefix is 'How the spelling of today begins; the other digits stay.';

comment on column sms_private.number_spellings.old_prefix is 'How the old spelling begins, without +.';

comment on column sms_private.pace_marks.at is 'The moment.';

comment on column sms_private.pace_marks.held_seconds is 'sender_pace.held_seconds at that moment.';

comment on column sms_private.pace_marks.phone_number_id is 'The number.';

comment on column sms_private.refused_webhooks.account_id is 'The account that they named.';

comment on column sms_private.refused_webhooks.algorithm is 'The algorithm that they named last, where it is not known.';

comment on column sms_private.refused_webhooks.first_at is 'The first of them; after a day without any, the next is a first one.';

comment on column sms_private.refused_webhooks.key_id is 'The SharedKey that they named; empty for the auth token.';

comment on column sms_private.refused_webhooks.last_at is 'The last of them, to within ten seconds.';

comment on column sms_private.refused_webhooks.reason is 'The code of the refusal.';

comment on column sms_private.refused_webhooks.refused is 'How many, since first_at.';

comment on column sms_private.sender_pace.held_seconds is 'How long its pace has held this number back in all, between a text and the next one.';

comment on column sms_private.sender_pace.marked_at is 'When pace_marks got its newest row of this number.';

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
  'Counts webhooks that were refused for their signature. Outcomes: counted, ignored (no connected account has that SID, or 50 other keys were counted within a day).';

comment on function public.sms_create_broadcast(text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'A person sends a message to up to 1,000 recipients at once; no assistant is paused. Returns { outcome: created | repeated, broadcast, accepted, rejected: [{ to, code }] }, where code is INVALID_RECIPIENT, DUPLICATE_RECIPIENT, COUNTRY_NOT_ALLOWED or RECIPIENT_OPTED_OUT and to is cut at 64 characters; or an outcome in capitals: NO_RECIPIENTS, TOO_MANY_RECIPIENTS, INVALID_NAME, BROADCAST_NOT_FOUND (what the key made is deleted), RATE_LIMITED (retry_after_ms), and those of sms_create_message about key, content, number and user.';

comment on function public.sms_create_broadcast_for(uuid, text[], text, text, text[], timestamp
  with time zone, uuid, jsonb, text, text, timestamp with time zone) is 'An app sends a message to up to 1,000 recipients of a tenant: sms_create_broadcast for a named tenant. Outcomes of sms_create_broadcast.';

comment on function public.sms_create_message(text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone) is 'A person sends a contact a message: stores it and its delivery, and pauses the assistant there. Returns { outcome: created, message }; { outcome: repeated, message } for an idempotency key that was used for the same request in the last 24 hours, with the message as it is now; or an outcome in capitals: INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, MESSAGE_NOT_FOUND (what the key made is deleted), CONVERSATION_NOT_FOUND, INVALID_RECIPIENT, RECIPIENT_MISMATCH, BODY_OR_TEMPLATE, TEMPLATE_NOT_FOUND, INVALID_VARIABLES, TEMPLATE_VARIABLE_MISSING (details.missing), BODY_TOO_LONG, BODY_REQUIRED, TOO_MANY_MEDIA, INVALID_MEDIA_URL, INVALID_SEND_AT, INVALID_NOT_AFTER, NOT_YOUR_NUMBER, ACCOUNT_DISCONNECTED, FROM_REQUIRED, NO_NUMBER, COUNTRY_NOT_ALLOWED, RATE_LIMITED (retry_after_ms), RECIPIENT_OPTED_OUT, USER_NOT_FOUND (a token of a user who is deleted).';

comment on function public.sms_create_message_for(uuid, text, text, text, text[], timestamp
  with time zone, uuid, uuid, jsonb, text, timestamp with time zone) is 'An app sends a tenant''s contact a message: sms_create_message for a named tenant. The assistant is not paused. Outcomes of sms_create_message.';

comment on function public.sms_disconnect_account(uuid, text) is 'Forgets an account''s tokens and keys. Without numbers the account goes; with numbers it stays for their conversations, disconnected, and nothing is sent from them. Outcomes: disconnected, ACCOUNT_NOT_FOUND (also for another tenant''s and the default account).';

comment on function public.sms_find_unknown_messages(text, jsonb) is 'Of inbound messages [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of those that are not stored and came to a number we had by then, in the order given. Stored opt-outs among them get Twilio''s date.';

comment on function public.sms_get_account(text) is 'A connected account with its encrypted tokens, API key and SharedKeys; null when nobody has connected it. The default account''s secrets are in the environment.';

comment on function public.sms_list_account_sids() is 'The SIDs of all connected accounts, so that others are never looked up. Outcome: listed.';

comment on function public.sms_list_credentials(uuid, integer) is 'A page of encrypted tokens and other secrets, by their names, in the order of their accounts'' ids, after the one given. Outcome: listed.';

comment on function public.sms_recall_models(text, text, text[]) is 'What is known of a server''s models: { models: [{ model, quirks, shutdown_date, ends_soon }], listing_due }. What was learned a week ago is forgotten. listing_due: this caller shall ask the server for its models.';

comment on function public.sms_record_models(text, jsonb, boolean) is 'Adds what a server has shown of its models, [{ model, quirks }], or with listed what it says of them, [{ model, shutdown_date }]. A server that nobody recalled is not recorded.';

comment on function public.sms_remove_shared_key(uuid, text, text) is 'Forgets a SharedKey: what it signs is refused from then on. Outcomes: removed, SHARED_KEY_NOT_FOUND (also for another tenant''s account), LAST_SIGNER.';

comment on function public.sms_replace_credentials(uuid, text, text, text, text, boolean) is
  'Replaces an account''s encrypted tokens if they are still those that the caller read. The one that was current counts for another day. forget_refused: a token was given, so that what was refused is forgotten. Outcomes: replaced, CREDENTIALS_CHANGED.';

comment on function public.sms_replace_secret(uuid, text, text, text) is 'Replaces the encrypted secret of a SharedKey or an API key, by its name, if it is still the one that the caller read. Outcomes: replaced, CREDENTIALS_CHANGED.';

comment on function public.sms_save_account(text, uuid, text, text, text, text, text, jsonb, text) is
  'Connects an account to a tenant, again if it was disconnected, or (without owner) names the operator''s default account. A new token keeps the old one as previous for a day; an API key and SharedKeys are added; forget takes the auth_token or the api_key away. Label and trunk: null leaves them, an empty text takes them away. Outcomes: saved, ACCOUNT_TAKEN, DEFAULT_ACCOUNT (it is the default account), CREDENTIALS_CHANGED (no token or API key, here or stored), TOO_MANY_SHARED_KEYS (more than 50).';

comment on function public.sms_worker_health() is 'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID.';

comment on function sms_private.account_view(public.sms_accounts, jsonb) is 'What the owner of an account is shown of it.';

comment on function sms_private.answer_via(public.sms_conversations, text) is 'By which of our senders the assistant or a person answers in a conversation: the one that the contact wrote to last. Null for SMS: an app''s message, or WhatsApp more than 24 hours later.';

comment on function sms_private.can_forget(text, text, boolean, boolean) is 'Whether something is left to ask Twilio with.';

comment on function sms_private.canonical_number(text) is 'The one spelling of a telephone that has several, by number_spellings. Any text that is not an E.164 number is returned unchanged.';

comment on function sms_private.check_time_zone() is 'Trigger: a time zone that is written exists.';

comment on function sms_private.contact_named(uuid, text) is 'The contact of a tenant with this number, in any spelling; null when there is none.';

comment on function sms_private.contact_of(uuid, text) is 'The contact of a tenant with this number, in any spelling; added when there is none.';

comment on function sms_private.conversations_for_broadcast(public.sms_numbers, uuid[]) is
  'Opens a conversation of a number with each of these contacts where none is active, and locks them all.';

comment on function sms_private.country_of(text) is 'ISO 3166 country of an E.164 number, or null when no prefix fits.';

comment on function sms_private.date_opt_outs(text, jsonb) is 'Gives stored opt-outs the moment that Twilio lists for them, where ours is later: a START that is recovered may be younger.';

comment on function sms_private.ends_soon(date) is 'Whether a model is shut down within 30 days, or was. Null without a date.';

comment on function sms_private.expire_reply(sms_private.jobs, timestamp
  with time zone) is 'For a reply whose oldest message came before a moment: true where the newest did so too. Then nobody is answered, a person is called to the conversation, and the job is set aside. False where a newer message can still be answered in time.';

comment on function sms_private.forget_secrets(uuid, text, boolean) is 'Takes the auth tokens or the API key away, and with a new token what was refused of the one before.';

comment on function sms_private.has_too_many_keys(text, jsonb) is 'Whether an account would have more SharedKeys than Twilio lets it have.';

comment on function sms_private.held_by_pace(uuid, timestamp with time zone) is 'How long a number has been held back by its pace since a moment of the last week, because it sent other texts.';

comment on function sms_private.is_reaction(text) is 'Whether a text is a reaction to another one, as an iPhone or Google''s app sends it to somebody who has no iPhone.';

comment on function sms_private.is_same_telephone(text, text) is 'Whether two numbers are spellings of one.';

comment on function sms_private.is_too_late(public.sms_messages, sms_private.jobs) is
  'Whether a text must not be sent any more: its not_after is over, or it waited longer than its kind may. A wait for the pace, and a pause of its broadcast, do not count for the latter.';

comment on function sms_private.join_conversations(uuid[]) is 'Ends all but one of the active conversations that these contacts have with each number.';

comment on function sms_private.lock_conversations(public.sms_numbers, uuid[]) is
  'Locks the latest conversation of a number with each of these contacts, by id. Returns how many of them are active.';

comment on function sms_private.mark_pace(uuid) is 'Notes how long the pace has held a number back until now, before what is being claimed. Returns the moment of the note.';

comment on function sms_private.may_text(uuid, text, text) is 'Whether a tenant may text this number: the sending number''s own country with its territories, or one that its limits allow.';

comment on function sms_private.may_wait(public.sms_messages) is 'How long a text of this kind may wait: an answer, a scheduled text, one of a broadcast, or any other. Null: for ever.';

comment on function sms_private.merge_contact(uuid, uuid) is 'Makes two contacts of a tenant one: conversations, messages, consent and what waits to be sent. STOP of either counts, unless either sent START later. The number is the one that was written from last.';

comment on function sms_private.merge_spellings() is 'After a change of number_spellings: contacts that are one telephone now become one. Returns how many were merged into another. One transaction: what writes a contact waits for it, and what began with a contact that is gone is refused (503) and tried again.';

comment on function sms_private.models_ending() is 'Active assistants whose model the provider shuts down within 30 days, or has shut down.';

comment on function sms_private.my_contact(text) is 'contact_named(), as definer, for sms_private.tenant_id().';

comment on function sms_private.my_signers_of(uuid) is 'The same, of an account of the signed-in tenant; null for another one.';

comment on function sms_private.number_of_agent(text, text) is 'The number to which a message to an RCS sender of this account belongs: the one that talked with the contact last, else the oldest. No row where the account has numbers of several tenants.';

comment on function sms_private.number_searches(text) is 'How a typed number may be stored: in E.164, or its national spelling after a country. _ is any digit, ^ the beginning.';

comment on function sms_private.number_view(public.sms_numbers) is 'A number as its tenant is shown it: the row, and why webhooks for it are refused.';

comment on function sms_private.patterns_of(text) is 'How a search is put to indexes and rows. A search of digits and the punctuation of telephone numbers finds numbers by their digits, in E.164 or as they are written at home.';

comment on function sms_private.place_of(text) is 'Country, state and time zones of an E.164 number; null when no prefix fits. Another plan may have moved the telephone: this is where its number is from.';

comment on function sms_private.reacts_to_us(uuid, uuid, text) is 'Whether what a reaction quotes is the beginning of a text of a conversation with this contact; of an attachment, whether there is a conversation.';

comment on function sms_private.recipient_of(public.sms_messages) is 'The recipient as Twilio names it: with the channel where it is not SMS.';

comment on function sms_private.refusal_words(sms_private.refused_webhooks) is 'What was refused and what to do, in words for the owner of the account.';

comment on function sms_private.refuse_content(text, text[], timestamp with time zone, timestamp
  with time zone) is 'Why a text cannot be sent to anybody; null when it can.';

comment on function sms_private.refused_of(uuid) is 'Which signatures of an account were refused in the last day, and not accepted since.';

comment on function sms_private.save_shared_keys(uuid, jsonb) is 'Stores SharedKeys; one that is given again has the secret that was given last. What was refused of them is forgotten.';

comment on function sms_private.set_canonical_number() is 'Trigger: one telephone is one contact of a tenant, however its number is written.';

comment on function sms_private.signers_of(uuid) is 'How Twilio is asked and who signs its webhooks, without any secret, and what was refused.';

comment on function sms_private.span_setting(text) is 'A setting in seconds, as an interval; null for a setting of null.';

comment on function sms_private.spellings_of(text) is 'All ways to write a number that reach the same telephone, itself included.';

comment on function
  sms_private.store_answer(public.sms_conversations, public.sms_assistants, jsonb, boolean, timestamp
  with time zone) is 'Stores an answer and what it changes: message, intent, end, opt-out, wish for a person. Returns the id of the message, or null when nothing is said.';

comment on function sms_private.store_outbound(uuid, text, text, text, jsonb, integer, timestamp
  with time zone,
  text, uuid, timestamp with time zone, timestamp with time zone, text) is 'Stores an outbound message and its delivery job. What the priorities are: sms_private.jobs. asked_at: when the message came that it answers. to_number: the spelling to text, null for the contact''s.';

comment on function sms_private.telephone_of(text) is 'The telephone number behind an address of RCS or WhatsApp; any other address as it is.';

comment on function sms_private.tell_of_expiry(public.sms_messages) is 'Calls a person to the conversation of a text that is too late. False when somebody has locked the conversation: then the text is left for the next claim.';

comment on function sms_private.typed_number(text) is 'A search that is digits and the punctuation of telephone numbers, in ASCII; null for any other.';

comment on function sms_private.use_spelling(public.sms_contacts, text, boolean) is
  'Answers go to the spelling that the contact wrote from last; before they wrote, to the one that was given last.';

comment on function sms_private.valid_previous(sms_private.twilio_credentials) is
  'The previous token while it counts; null afterwards.';

comment on function sms_private.via_of(text, text, public.sms_numbers) is 'Our sender by which a message of RCS or WhatsApp is answered, as Twilio names it; null for an answer by SMS.';

comment on function sms_private.visible_words(text) is 'A text without invisible marks, and with one plain space where any spaces were.';

comment on function sms_private.was_reopened(public.sms_conversations) is 'Whether the contact wrote again after the end, and no message has gone out since. Then the assistant may stay silent.';

comment on function sms_private.webhook_problem_of(public.sms_numbers) is 'Why webhooks for a number of the tenant''s own account are refused, and what to do; null if none are.';

comment on function sms_private.words_in(text, text) is 'A sentence that is kept by language, in the language of a tag such as pt-BR, else of pt, else in English; the one sentence where the setting is one.';

comment on function sms_private.zone_of_number(text) is 'The time zone of a telephone number, by its prefix; null where there are several, or where it is not known.';

comment on table sms_private.country_prefixes is 'Longest prefix of an E.164 number (without +) → country, state and time zones. Made by tools/numbers.ts, which names packages and versions.';

comment on table sms_private.model_servers is 'Servers that speak OpenAI''s chat completions: one, but for a change of the settings.';

comment on table sms_private.models is 'What a server has shown or said of its models.';

comment on table sms_private.number_spellings is 'Old spellings of numbers that reach the same telephone. Made by tools/numbers.ts; its list says since when, why and from which page.';

comment on table sms_private.pace_marks is 'How long the pace had held each number back, at moments of the last week.';

comment on table sms_private.refused_webhooks is 'How many webhooks that named a connected account were refused with 403, by what was wrong with their signature.';

comment on table sms_private.shared_keys is 'Encrypted SharedKeys: Twilio signs with one where a Webhook Rule says so.';

comment on table sms_private.twilio_credentials is 'Encrypted auth tokens and API keys of connected accounts.';

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('goodbye_words', '{"de":"Vielen Dank. Auf Wiedersehen!","en":"Thank you. Goodbye!","es":"Gracias. ¡Hasta luego!","fr":"Merci. Au revoir !","it":"Grazie. Arrivederci!","nl":"Bedankt. Tot ziens!","pt":"Obrigado. Até logo!"}'),
  ('handoff_words', '{"de":"Vielen Dank. Jemand aus unserem Team antwortet Ihnen hier.","en":"Thank you. A person from our team will reply to you here.","es":"Gracias. Una persona de nuestro equipo le responderá aquí.","fr":"Merci. Une personne de notre équipe vous répondra ici.","it":"Grazie. Una persona del nostro team Le risponderà qui.","nl":"Bedankt. Iemand van ons team antwoordt u hier.","pt":"Obrigado. Alguém da nossa equipe responderá aqui."}'),
  ('answer_not_after_seconds', '1800'),
  ('text_not_after_seconds', '14400'),
  ('scheduled_not_after_seconds', '43200'),
  ('broadcast_not_after_seconds', '259200')
on conflict (name) do nothing;
update sms_private.settings set value = '{"de":"Sie sind abgemeldet und erhalten keine Nachrichten mehr von uns. Antworten Sie START, um sich wieder anzumelden.","en":"You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe.","es":"Se ha dado de baja y no recibirá más mensajes nuestros. Responda START para volver a suscribirse.","fr":"Vous êtes désinscrit et ne recevrez plus de messages de notre part. Répondez START pour vous réinscrire.","it":"La tua iscrizione è annullata e non riceverai più nostri messaggi. Rispondi START per iscriverti di nuovo.","nl":"U bent uitgeschreven en ontvangt geen berichten meer van ons. Antwoord START om u weer in te schrijven.","pl":"Wypisano Cię i nie otrzymasz od nas więcej wiadomości. Odpowiedz START, aby zapisać się ponownie.","pt":"A sua subscrição foi cancelada e não receberá mais mensagens nossas. Responda START para voltar a subscrever.","pt-br":"Sua inscrição foi cancelada e você não receberá mais mensagens nossas. Responda START para se inscrever de novo."}' where name = 'opt_out_confirmation' and value = '"You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe."';
insert into sms_private.country_prefixes (prefix, country, territory_of, state, zones) values
  ('441481', 'GG', null, null, '{Europe/Guernsey}'),
  ('441534', 'JE', null, null, '{Europe/Jersey}'),
  ('441624', 'IM', null, null, '{Europe/Isle_of_Man}'),
  ('4470', 'XX', null, null, '{}'),
  ('4474576', 'IM', null, null, '{Europe/Isle_of_Man}'),
  ('447509', 'JE', null, null, '{Europe/Jersey}'),
  ('447524', 'IM', null, null, '{Europe/Isle_of_Man}'),
  ('447624', 'IM', null, null, '{Europe/Isle_of_Man}'),
  ('4477003', 'JE', null, null, '{Europe/Jersey}'),
  ('4477007', 'JE', null, null, '{Europe/Jersey}'),
  ('4477008', 'JE', null, null, '{Europe/Jersey}'),
  ('447781', 'GG', null, null, '{Europe/Guernsey}'),
  ('447797', 'JE', null, null, '{Europe/Jersey}'),
  ('447829', 'JE', null, null, '{Europe/Jersey}'),
  ('447839', 'GG', null, null, '{Europe/Guernsey}'),
  ('4479111', 'GG', null, null, '{Europe/Guernsey}'),
  ('4479117', 'GG', null, null, '{Europe/Guernsey}'),
  ('447937', 'JE', null, null, '{Europe/Jersey}'),
  ('1907', 'US', null, 'AK', '{America/Juneau,Pacific/Honolulu}'),
  ('1205', 'US', null, 'AL', '{America/Chicago}'),
  ('1251', 'US', null, 'AL', '{America/Chicago}'),
  ('1256', 'US', null, 'AL', '{America/Chicago}'),
  ('1334', 'US', null, 'AL', '{America/Chicago}'),
  ('1659', 'US', null, 'AL', '{America/Chicago}'),
  ('1938', 'US', null, 'AL', '{America/Chicago}'),
  ('1327', 'US', null, 'AR', '{America/Chicago}'),
  ('1479', 'US', null, 'AR', '{America/Chicago}'),
  ('1501', 'US', null, 'AR', '{America/Chicago}'),
  ('1870', 'US', null, 'AR', '{America/Chicago}'),
  ('1480', 'US', null, 'AZ', '{America/Phoenix}'),
  ('1520', 'US', null, 'AZ', '{America/Phoenix}'),
  ('1602', 'US', null, 'AZ', '{America/Phoenix}'),
  ('1623', 'US', null, 'AZ', '{America/Phoenix}'),
  ('1928', 'US', null, 'AZ', '{America/Phoenix}'),
  ('1209', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1213', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1279', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1323', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1341', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1350', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1369', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1408', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1415', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1424', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1442', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1510', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1530', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1559', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1562', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1619', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1626', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1628', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1650', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1657', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1661', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1669', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1707', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1714', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1738', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1747', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1760', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1805', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1818', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1820', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1831', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1840', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1858', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1909', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1916', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1925', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1949', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1951', 'US', null, 'CA', '{America/Los_Angeles}'),
  ('1303', 'US', null, 'CO', '{America/Denver}'),
  ('1719', 'US', null, 'CO', '{America/Denver}'),
  ('1720', 'US', null, 'CO', '{America/Denver}'),
  ('1748', 'US', null, 'CO', '{America/Denver}'),
  ('1970', 'US', null, 'CO', '{America/Denver}'),
  ('1983', 'US', null, 'CO', '{America/Denver}'),
  ('1475', 'US', null, 'CT', '{America/New_York}'),
  ('1860', 'US', null, 'CT', '{America/New_York}'),
  ('1959', 'US', null, 'CT', '{America/New_York}'),
  ('1202', 'US', null, 'DC', '{America/New_York}'),
  ('1771', 'US', null, 'DC', '{America/New_York}'),
  ('1302', 'US', null, 'DE', '{America/New_York}'),
  ('1850', 'US', null, 'FL', '{America/Chicago,America/New_York}'),
  ('1324', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1448', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1645', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1656', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1689', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1728', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1754', 'US', null, 'FL', '{America/New_York,America/Chicago}'),
  ('1239', 'US', null, 'FL', '{America/New_York}'),
  ('1305', 'US', null, 'FL', '{America/New_York}'),
  ('1321', 'US', null, 'FL', '{America/New_York}'),
  ('1352', 'US', null, 'FL', '{America/New_York}'),
  ('1386', 'US', null, 'FL', '{America/New_York}'),
  ('1407', 'US', null, 'FL', '{America/New_York}'),
  ('1561', 'US', null, 'FL', '{America/New_York}'),
  ('1727', 'US', null, 'FL', '{America/New_York}'),
  ('1772', 'US', null, 'FL', '{America/New_York}'),
  ('1786', 'US', null, 'FL', '{America/New_York}'),
  ('1813', 'US', null, 'FL', '{America/New_York}'),
  ('1863', 'US', null, 'FL', '{America/New_York}'),
  ('1904', 'US', null, 'FL', '{America/New_York}'),
  ('1941', 'US', null, 'FL', '{America/New_York}'),
  ('1954', 'US', null, 'FL', '{America/New_York}'),
  ('1229', 'US', null, 'GA', '{America/New_York}'),
  ('1404', 'US', null, 'GA', '{America/New_York}'),
  ('1470', 'US', null, 'GA', '{America/New_York}'),
  ('1478', 'US', null, 'GA', '{America/New_York}'),
  ('1678', 'US', null, 'GA', '{America/New_York}'),
  ('1706', 'US', null, 'GA', '{America/New_York}'),
  ('1762', 'US', null, 'GA', '{America/New_York}'),
  ('1770', 'US', null, 'GA', '{America/New_York}'),
  ('1912', 'US', null, 'GA', '{America/New_York}'),
  ('1943', 'US', null, 'GA', '{America/New_York}'),
  ('1808', 'US', null, 'HI', '{Pacific/Honolulu}'),
  ('1319', 'US', null, 'IA', '{America/Chicago}'),
  ('1515', 'US', null, 'IA', '{America/Chicago}'),
  ('1563', 'US', null, 'IA', '{America/Chicago}'),
  ('1641', 'US', null, 'IA', '{America/Chicago}'),
  ('1712', 'US', null, 'IA', '{America/Chicago}'),
  ('1208', 'US', null, 'ID', '{America/Denver,America/Los_Angeles}'),
  ('1986', 'US', null, 'ID', '{America/Denver,America/Los_Angeles}'),
  ('1217', 'US', null, 'IL', '{America/Chicago}'),
  ('1224', 'US', null, 'IL', '{America/Chicago}'),
  ('1309', 'US', null, 'IL', '{America/Chicago}'),
  ('1312', 'US', null, 'IL', '{America/Chicago}'),
  ('1331', 'US', null, 'IL', '{America/Chicago}'),
  ('1447', 'US', null, 'IL', '{America/Chicago}'),
  ('1464', 'US', null, 'IL', '{America/Chicago}'),
  ('1618', 'US', null, 'IL', '{America/Chicago}'),
  ('1630', 'US', null, 'IL', '{America/Chicago}'),
  ('1708', 'US', null, 'IL', '{America/Chicago}'),
  ('1730', 'US', null, 'IL', '{America/Chicago}'),
  ('1773', 'US', null, 'IL', '{America/Chicago}'),
  ('1779', 'US', null, 'IL', '{America/Chicago}'),
  ('1815', 'US', null, 'IL', '{America/Chicago}'),
  ('1847', 'US', null, 'IL', '{America/Chicago}'),
  ('1872', 'US', null, 'IL', '{America/Chicago}'),
  ('1219', 'US', null, 'IN', '{America/Chicago,America/New_York}'),
  ('1463', 'US', null, 'IN', '{America/New_York,America/Chicago}'),
  ('1574', 'US', null, 'IN', '{America/New_York,America/Chicago}'),
  ('1812', 'US', null, 'IN', '{America/New_York,America/Chicago}'),
  ('1930', 'US', null, 'IN', '{America/New_York,America/Chicago}'),
  ('1260', 'US', null, 'IN', '{America/New_York}'),
  ('1317', 'US', null, 'IN', '{America/New_York}'),
  ('1765', 'US', null, 'IN', '{America/New_York}'),
  ('1620', 'US', null, 'KS', '{America/Chicago,America/Denver}'),
  ('1785', 'US', null, 'KS', '{America/Chicago,America/Denver}'),
  ('1316', 'US', null, 'KS', '{America/Chicago}'),
  ('1913', 'US', null, 'KS', '{America/Chicago}'),
  ('1270', 'US', null, 'KY', '{America/Chicago,America/New_York}'),
  ('1364', 'US', null, 'KY', '{America/New_York,America/Chicago}'),
  ('1606', 'US', null, 'KY', '{America/New_York,America/Chicago}'),
  ('1502', 'US', null, 'KY', '{America/New_York}'),
  ('1859', 'US', null, 'KY', '{America/New_York}'),
  ('1225', 'US', null, 'LA', '{America/Chicago}'),
  ('1318', 'US', null, 'LA', '{America/Chicago}'),
  ('1337', 'US', null, 'LA', '{America/Chicago}'),
  ('1504', 'US', null, 'LA', '{America/Chicago}'),
  ('1985', 'US', null, 'LA', '{America/Chicago}'),
  ('1339', 'US', null, 'MA', '{America/New_York}'),
  ('1351', 'US', null, 'MA', '{America/New_York}'),
  ('1413', 'US', null, 'MA', '{America/New_York}'),
  ('1508', 'US', null, 'MA', '{America/New_York}'),
  ('1617', 'US', null, 'MA', '{America/New_York}'),
  ('1774', 'US', null, 'MA', '{America/New_York}'),
  ('1781', 'US', null, 'MA', '{America/New_York}'),
  ('1857', 'US', null, 'MA', '{America/New_York}'),
  ('1978', 'US', null, 'MA', '{America/New_York}'),
  ('1227', 'US', null, 'MD', '{America/New_York}'),
  ('1240', 'US', null, 'MD', '{America/New_York}'),
  ('1301', 'US', null, 'MD', '{America/New_York}'),
  ('1410', 'US', null, 'MD', '{America/New_York}'),
  ('1443', 'US', null, 'MD', '{America/New_York}'),
  ('1667', 'US', null, 'MD', '{America/New_York}'),
  ('1207', 'US', null, 'ME', '{America/New_York}'),
  ('1906', 'US', null, 'MI', '{America/New_York,America/Chicago}'),
  ('1947', 'US', null, 'MI', '{America/New_York,America/Chicago}'),
  ('1231', 'US', null, 'MI', '{America/New_York}'),
  ('1248', 'US', null, 'MI', '{America/New_York}'),
  ('1269', 'US', null, 'MI', '{America/New_York}'),
  ('1313', 'US', null, 'MI', '{America/New_York}'),
  ('1517', 'US', null, 'MI', '{America/New_York}'),
  ('1586', 'US', null, 'MI', '{America/New_York}'),
  ('1616', 'US', null, 'MI', '{America/New_York}'),
  ('1734', 'US', null, 'MI', '{America/New_York}'),
  ('1810', 'US', null, 'MI', '{America/New_York}'),
  ('1989', 'US', null, 'MI', '{America/New_York}'),
  ('1218', 'US', null, 'MN', '{America/Chicago}'),
  ('1320', 'US', null, 'MN', '{America/Chicago}'),
  ('1507', 'US', null, 'MN', '{America/Chicago}'),
  ('1612', 'US', null, 'MN', '{America/Chicago}'),
  ('1651', 'US', null, 'MN', '{America/Chicago}'),
  ('1763', 'US', null, 'MN', '{America/Chicago}'),
  ('1952', 'US', null, 'MN', '{America/Chicago}'),
  ('1235', 'US', null, 'MO', '{America/Chicago}'),
  ('1314', 'US', null, 'MO', '{America/Chicago}'),
  ('1417', 'US', null, 'MO', '{America/Chicago}'),
  ('1557', 'US', null, 'MO', '{America/Chicago}'),
  ('1573', 'US', null, 'MO', '{America/Chicago}'),
  ('1636', 'US', null, 'MO', '{America/Chicago}'),
  ('1660', 'US', null, 'MO', '{America/Chicago}'),
  ('1816', 'US', null, 'MO', '{America/Chicago}'),
  ('1975', 'US', null, 'MO', '{America/Chicago}'),
  ('1228', 'US', null, 'MS', '{America/Chicago}'),
  ('1601', 'US', null, 'MS', '{America/Chicago}'),
  ('1662', 'US', null, 'MS', '{America/Chicago}'),
  ('1769', 'US', null, 'MS', '{America/Chicago}'),
  ('1406', 'US', null, 'MT', '{America/Denver}'),
  ('1252', 'US', null, 'NC', '{America/New_York}'),
  ('1336', 'US', null, 'NC', '{America/New_York}'),
  ('1472', 'US', null, 'NC', '{America/New_York}'),
  ('1704', 'US', null, 'NC', '{America/New_York}'),
  ('1743', 'US', null, 'NC', '{America/New_York}'),
  ('1828', 'US', null, 'NC', '{America/New_York}'),
  ('1910', 'US', null, 'NC', '{America/New_York}'),
  ('1919', 'US', null, 'NC', '{America/New_York}'),
  ('1980', 'US', null, 'NC', '{America/New_York}'),
  ('1984', 'US', null, 'NC', '{America/New_York}'),
  ('1701', 'US', null, 'ND', '{America/Chicago,America/Denver}'),
  ('1308', 'US', null, 'NE', '{America/Chicago,America/Denver}'),
  ('1531', 'US', null, 'NE', '{America/Chicago,America/Denver}'),
  ('1402', 'US', null, 'NE', '{America/Chicago}'),
  ('1603', 'US', null, 'NH', '{America/New_York}'),
  ('1201', 'US', null, 'NJ', '{America/New_York}'),
  ('1551', 'US', null, 'NJ', '{America/New_York}'),
  ('1609', 'US', null, 'NJ', '{America/New_York}'),
  ('1640', 'US', null, 'NJ', '{America/New_York}'),
  ('1732', 'US', null, 'NJ', '{America/New_York}'),
  ('1848', 'US', null, 'NJ', '{America/New_York}'),
  ('1856', 'US', null, 'NJ', '{America/New_York}'),
  ('1862', 'US', null, 'NJ', '{America/New_York}'),
  ('1908', 'US', null, 'NJ', '{America/New_York}'),
  ('1973', 'US', null, 'NJ', '{America/New_York}'),
  ('1505', 'US', null, 'NM', '{America/Denver}'),
  ('1575', 'US', null, 'NM', '{America/Denver}'),
  ('1702', 'US', null, 'NV', '{America/Los_Angeles}'),
  ('1725', 'US', null, 'NV', '{America/Los_Angeles}'),
  ('1775', 'US', null, 'NV', '{America/Los_Angeles}'),
  ('1212', 'US', null, 'NY', '{America/New_York}'),
  ('1315', 'US', null, 'NY', '{America/New_York}'),
  ('1329', 'US', null, 'NY', '{America/New_York}'),
  ('1332', 'US', null, 'NY', '{America/New_York}'),
  ('1347', 'US', null, 'NY', '{America/New_York}'),
  ('1363', 'US', null, 'NY', '{America/New_York}'),
  ('1516', 'US', null, 'NY', '{America/New_York}'),
  ('1518', 'US', null, 'NY', '{America/New_York}'),
  ('1585', 'US', null, 'NY', '{America/New_York}'),
  ('1607', 'US', null, 'NY', '{America/New_York}'),
  ('1631', 'US', null, 'NY', '{America/New_York}'),
  ('1646', 'US', null, 'NY', '{America/New_York}'),
  ('1680', 'US', null, 'NY', '{America/New_York}'),
  ('1716', 'US', null, 'NY', '{America/New_York}'),
  ('1838', 'US', null, 'NY', '{America/New_York}'),
  ('1845', 'US', null, 'NY', '{America/New_York}'),
  ('1914', 'US', null, 'NY', '{America/New_York}'),
  ('1917', 'US', null, 'NY', '{America/New_York}'),
  ('1929', 'US', null, 'NY', '{America/New_York}'),
  ('1934', 'US', null, 'NY', '{America/New_York}'),
  ('1216', 'US', null, 'OH', '{America/New_York}'),
  ('1220', 'US', null, 'OH', '{America/New_York}'),
  ('1234', 'US', null, 'OH', '{America/New_York}'),
  ('1283', 'US', null, 'OH', '{America/New_York}'),
  ('1326', 'US', null, 'OH', '{America/New_York}'),
  ('1330', 'US', null, 'OH', '{America/New_York}'),
  ('1380', 'US', null, 'OH', '{America/New_York}'),
  ('1419', 'US', null, 'OH', '{America/New_York}'),
  ('1440', 'US', null, 'OH', '{America/New_York}'),
  ('1513', 'US', null, 'OH', '{America/New_York}'),
  ('1567', 'US', null, 'OH', '{America/New_York}'),
  ('1614', 'US', null, 'OH', '{America/New_York}'),
  ('1740', 'US', null, 'OH', '{America/New_York}'),
  ('1937', 'US', null, 'OH', '{America/New_York}'),
  ('1405', 'US', null, 'OK', '{America/Chicago}'),
  ('1539', 'US', null, 'OK', '{America/Chicago}'),
  ('1572', 'US', null, 'OK', '{America/Chicago}'),
  ('1580', 'US', null, 'OK', '{America/Chicago}'),
  ('1918', 'US', null, 'OK', '{America/Chicago}'),
  ('1458', 'US', null, 'OR', '{America/Los_Angeles,America/Denver}'),
  ('1541', 'US', null, 'OR', '{America/Los_Angeles,America/Denver}'),
  ('1503', 'US', null, 'OR', '{America/Los_Angeles}'),
  ('1971', 'US', null, 'OR', '{America/Los_Angeles}'),
  ('1215', 'US', null, 'PA', '{America/New_York}'),
  ('1223', 'US', null, 'PA', '{America/New_York}'),
  ('1267', 'US', null, 'PA', '{America/New_York}'),
  ('1272', 'US', null, 'PA', '{America/New_York}'),
  ('1412', 'US', null, 'PA', '{America/New_York}'),
  ('1445', 'US', null, 'PA', '{America/New_York}'),
  ('1484', 'US', null, 'PA', '{America/New_York}'),
  ('1570', 'US', null, 'PA', '{America/New_York}'),
  ('1582', 'US', null, 'PA', '{America/New_York}'),
  ('1610', 'US', null, 'PA', '{America/New_York}'),
  ('1717', 'US', null, 'PA', '{America/New_York}'),
  ('1724', 'US', null, 'PA', '{America/New_York}'),
  ('1814', 'US', null, 'PA', '{America/New_York}'),
  ('1835', 'US', null, 'PA', '{America/New_York}'),
  ('1878', 'US', null, 'PA', '{America/New_York}'),
  ('1401', 'US', null, 'RI', '{America/New_York}'),
  ('1803', 'US', null, 'SC', '{America/New_York}'),
  ('1821', 'US', null, 'SC', '{America/New_York}'),
  ('1839', 'US', null, 'SC', '{America/New_York}'),
  ('1843', 'US', null, 'SC', '{America/New_York}'),
  ('1854', 'US', null, 'SC', '{America/New_York}'),
  ('1864', 'US', null, 'SC', '{America/New_York}'),
  ('1605', 'US', null, 'SD', '{America/Chicago,America/Denver}'),
  ('1629', 'US', null, 'TN', '{America/Chicago,America/New_York}'),
  ('1615', 'US', null, 'TN', '{America/Chicago}'),
  ('1731', 'US', null, 'TN', '{America/Chicago}'),
  ('1901', 'US', null, 'TN', '{America/Chicago}'),
  ('1931', 'US', null, 'TN', '{America/Chicago}'),
  ('1423', 'US', null, 'TN', '{America/New_York,America/Chicago}'),
  ('1865', 'US', null, 'TN', '{America/New_York}'),
  ('1210', 'US', null, 'TX', '{America/Chicago,America/Denver}'),
  ('1346', 'US', null, 'TX', '{America/Chicago,America/Denver}'),
  ('1430', 'US', null, 'TX', '{America/Chicago,America/Denver}'),
  ('1726', 'US', null, 'TX', '{America/Chicago,America/Denver}'),
  ('1737', 'US', null, 'TX', '{America/Chicago,America/Denver}'),
  ('1945', 'US', null, 'TX', '{America/Chicago,America/Denver}'),
  ('1214', 'US', null, 'TX', '{America/Chicago}'),
  ('1254', 'US', null, 'TX', '{America/Chicago}'),
  ('1281', 'US', null, 'TX', '{America/Chicago}'),
  ('1325', 'US', null, 'TX', '{America/Chicago}'),
  ('1361', 'US', null, 'TX', '{America/Chicago}'),
  ('1409', 'US', null, 'TX', '{America/Chicago}'),
  ('1432', 'US', null, 'TX', '{America/Chicago}'),
  ('1469', 'US', null, 'TX', '{America/Chicago}'),
  ('1512', 'US', null, 'TX', '{America/Chicago}'),
  ('1682', 'US', null, 'TX', '{America/Chicago}'),
  ('1806', 'US', null, 'TX', '{America/Chicago}'),
  ('1817', 'US', null, 'TX', '{America/Chicago}'),
  ('1830', 'US', null, 'TX', '{America/Chicago}'),
  ('1832', 'US', null, 'TX', '{America/Chicago}'),
  ('1903', 'US', null, 'TX', '{America/Chicago}'),
  ('1936', 'US', null, 'TX', '{America/Chicago}'),
  ('1940', 'US', null, 'TX', '{America/Chicago}'),
  ('1956', 'US', null, 'TX', '{America/Chicago}'),
  ('1972', 'US', null, 'TX', '{America/Chicago}'),
  ('1979', 'US', null, 'TX', '{America/Chicago}'),
  ('1915', 'US', null, 'TX', '{America/Denver}'),
  ('1385', 'US', null, 'UT', '{America/Denver}'),
  ('1435', 'US', null, 'UT', '{America/Denver}'),
  ('1801', 'US', null, 'UT', '{America/Denver}'),
  ('1276', 'US', null, 'VA', '{America/New_York}'),
  ('1434', 'US', null, 'VA', '{America/New_York}'),
  ('1540', 'US', null, 'VA', '{America/New_York}'),
  ('1571', 'US', null, 'VA', '{America/New_York}'),
  ('1686', 'US', null, 'VA', '{America/New_York}'),
  ('1703', 'US', null, 'VA', '{America/New_York}'),
  ('1757', 'US', null, 'VA', '{America/New_York}'),
  ('1804', 'US', null, 'VA', '{America/New_York}'),
  ('1826', 'US', null, 'VA', '{America/New_York}'),
  ('1948', 'US', null, 'VA', '{America/New_York}'),
  ('1802', 'US', null, 'VT', '{America/New_York}'),
  ('1206', 'US', null, 'WA', '{America/Los_Angeles}'),
  ('1253', 'US', null, 'WA', '{America/Los_Angeles}'),
  ('1360', 'US', null, 'WA', '{America/Los_Angeles}'),
  ('1425', 'US', null, 'WA', '{America/Los_Angeles}'),
  ('1509', 'US', null, 'WA', '{America/Los_Angeles}'),
  ('1564', 'US', null, 'WA', '{America/Los_Angeles}'),
  ('1262', 'US', null, 'WI', '{America/Chicago}'),
  ('1274', 'US', null, 'WI', '{America/Chicago}'),
  ('1353', 'US', null, 'WI', '{America/Chicago}'),
  ('1414', 'US', null, 'WI', '{America/Chicago}'),
  ('1534', 'US', null, 'WI', '{America/Chicago}'),
  ('1608', 'US', null, 'WI', '{America/Chicago}'),
  ('1715', 'US', null, 'WI', '{America/Chicago}'),
  ('1920', 'US', null, 'WI', '{America/Chicago}'),
  ('1304', 'US', null, 'WV', '{America/New_York}'),
  ('1681', 'US', null, 'WV', '{America/New_York}'),
  ('1307', 'US', null, 'WY', '{America/Denver}')
on conflict (prefix) do nothing;
update sms_private.country_prefixes set zones = '{}' where prefix = '1';
update sms_private.country_prefixes set state = 'MB', zones = '{America/Winnipeg}' where prefix = '1204';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1226';
update sms_private.country_prefixes set state = 'BC', zones = '{America/Vancouver}' where prefix = '1236';
update sms_private.country_prefixes set zones = '{America/Nassau}' where prefix = '1242';
update sms_private.country_prefixes set zones = '{America/Barbados}' where prefix = '1246';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1249';
update sms_private.country_prefixes set state = 'BC', zones = '{America/Vancouver,America/Edmonton}' where prefix = '1250';
update sms_private.country_prefixes set state = 'BC', zones = '{America/Vancouver}' where prefix = '1257';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1263';
update sms_private.country_prefixes set zones = '{America/Anguilla}' where prefix = '1264';
update sms_private.country_prefixes set zones = '{America/Antigua}' where prefix = '1268';
update sms_private.country_prefixes set zones = '{}' where prefix = '1273';
update sms_private.country_prefixes set zones = '{America/Tortola}' where prefix = '1284';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1289';
update sms_private.country_prefixes set state = 'SK', zones = '{America/Regina}' where prefix = '1306';
update sms_private.country_prefixes set territory_of = 'US', zones = '{America/St_Thomas}' where prefix = '1340';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1343';
update sms_private.country_prefixes set zones = '{America/Cayman}' where prefix = '1345';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1354';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1365';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1367';
update sms_private.country_prefixes set state = 'AB', zones = '{America/Edmonton}' where prefix = '1368';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1382';
update sms_private.country_prefixes set state = 'AB', zones = '{America/Edmonton}' where prefix = '1403';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1416';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1418';
update sms_private.country_prefixes set state = 'NB', zones = '{America/Halifax}' where prefix = '1428';
update sms_private.country_prefixes set state = 'MB', zones = '{America/Winnipeg}' where prefix = '1431';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1437';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1438';
update sms_private.country_prefixes set zones = '{Atlantic/Bermuda}' where prefix = '1441';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1450';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1468';
update sms_private.country_prefixes set zones = '{America/Grenada}' where prefix = '1473';
update sms_private.country_prefixes set state = 'SK', zones = '{America/Winnipeg}' where prefix = '1474';
update sms_private.country_prefixes set state = 'NB', zones = '{America/Halifax}' where prefix = '1506';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1514';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1519';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1548';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1579';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1581';
update sms_private.country_prefixes set state = 'MB', zones = '{America/Winnipeg}' where prefix = '1584';
update sms_private.country_prefixes set state = 'AB', zones = '{America/Edmonton}' where prefix = '1587';
update sms_private.country_prefixes set zones = '{}' where prefix = '1600';
update sms_private.country_prefixes set state = 'BC', zones = '{America/Vancouver}' where prefix = '1604';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1613';
update sms_private.country_prefixes set zones = '{}' where prefix = '1622';
update sms_private.country_prefixes set zones = '{}' where prefix = '1633';
update sms_private.country_prefixes set state = 'SK', zones = '{America/Regina}' where prefix = '1639';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1647';
update sms_private.country_prefixes set zones = '{America/Grand_Turk}' where prefix = '1649';
update sms_private.country_prefixes set zones = '{America/Jamaica}' where prefix = '1658';
update sms_private.country_prefixes set zones = '{America/Montserrat}' where prefix = '1664';
update sms_private.country_prefixes set territory_of = 'US', zones = '{Pacific/Saipan}' where prefix = '1670';
update sms_private.country_prefixes set territory_of = 'US', zones = '{Pacific/Guam}' where prefix = '1671';
update sms_private.country_prefixes set state = 'BC', zones = '{America/Vancouver}' where prefix = '1672';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1683';
update sms_private.country_prefixes set territory_of = 'US', zones = '{Pacific/Pago_Pago}' where prefix = '1684';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1705';
update sms_private.country_prefixes set state = 'NL', zones = '{America/St_Johns,America/Halifax}' where prefix = '1709';
update sms_private.country_prefixes set zones = '{America/Lower_Princes}' where prefix = '1721';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1742';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1753';
update sms_private.country_prefixes set zones = '{America/St_Lucia}' where prefix = '1758';
update sms_private.country_prefixes set zones = '{America/Dominica}' where prefix = '1767';
update sms_private.country_prefixes set state = 'BC', zones = '{America/Vancouver}' where prefix = '1778';
update sms_private.country_prefixes set state = 'AB', zones = '{America/Edmonton}' where prefix = '1780';
update sms_private.country_prefixes set zones = '{America/Halifax}' where prefix = '1782';
update sms_private.country_prefixes set zones = '{America/St_Vincent}' where prefix = '1784';
update sms_private.country_prefixes set territory_of = 'US', zones = '{America/Puerto_Rico}' where prefix = '1787';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto,America/Winnipeg}' where prefix = '1807';
update sms_private.country_prefixes set zones = '{America/Santo_Domingo}' where prefix = '1809';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1819';
update sms_private.country_prefixes set state = 'AB', zones = '{America/Edmonton}' where prefix = '1825';
update sms_private.country_prefixes set zones = '{America/Santo_Domingo}' where prefix = '1829';
update sms_private.country_prefixes set zones = '{America/Santo_Domingo}' where prefix = '1849';
update sms_private.country_prefixes set zones = '{America/Edmonton,America/Vancouver,America/Fort_Nelson,America/Toronto,America/Winnipeg}' where prefix = '1867';
update sms_private.country_prefixes set zones = '{America/Port_of_Spain}' where prefix = '1868';
update sms_private.country_prefixes set zones = '{America/St_Kitts}' where prefix = '1869';
update sms_private.country_prefixes set state = 'QC', zones = '{America/Toronto}' where prefix = '1873';
update sms_private.country_prefixes set zones = '{America/Jamaica}' where prefix = '1876';
update sms_private.country_prefixes set state = 'NL', zones = '{America/Puerto_Rico,America/St_Johns}' where prefix = '1879';
update sms_private.country_prefixes set zones = '{America/Halifax}' where prefix = '1902';
update sms_private.country_prefixes set zones = '{America/Toronto}' where prefix = '1905';
update sms_private.country_prefixes set territory_of = 'US', zones = '{America/Puerto_Rico}' where prefix = '1939';
update sms_private.country_prefixes set state = 'ON', zones = '{America/Toronto}' where prefix = '1942';
update sms_private.country_prefixes set zones = '{Africa/Cairo}' where prefix = '20';
update sms_private.country_prefixes set zones = '{Africa/Juba}' where prefix = '211';
update sms_private.country_prefixes set zones = '{Africa/Casablanca}' where prefix = '212';
update sms_private.country_prefixes set zones = '{Africa/Algiers}' where prefix = '213';
update sms_private.country_prefixes set zones = '{Africa/Tunis}' where prefix = '216';
update sms_private.country_prefixes set zones = '{Africa/Tripoli}' where prefix = '218';
update sms_private.country_prefixes set zones = '{Africa/Banjul}' where prefix = '220';
update sms_private.country_prefixes set zones = '{Africa/Dakar}' where prefix = '221';
update sms_private.country_prefixes set zones = '{Africa/Nouakchott}' where prefix = '222';
update sms_private.country_prefixes set zones = '{Africa/Bamako}' where prefix = '223';
update sms_private.country_prefixes set zones = '{Africa/Conakry}' where prefix = '224';
update sms_private.country_prefixes set zones = '{Africa/Abidjan}' where prefix = '225';
update sms_private.country_prefixes set zones = '{Africa/Ouagadougou}' where prefix = '226';
update sms_private.country_prefixes set zones = '{Africa/Niamey}' where prefix = '227';
update sms_private.country_prefixes set zones = '{Africa/Lome}' where prefix = '228';
update sms_private.country_prefixes set zones = '{Africa/Porto-Novo}' where prefix = '229';
update sms_private.country_prefixes set zones = '{Indian/Mauritius}' where prefix = '230';
update sms_private.country_prefixes set zones = '{Africa/Monrovia}' where prefix = '231';
update sms_private.country_prefixes set zones = '{Africa/Freetown}' where prefix = '232';
update sms_private.country_prefixes set zones = '{Africa/Accra}' where prefix = '233';
update sms_private.country_prefixes set zones = '{Africa/Lagos}' where prefix = '234';
update sms_private.country_prefixes set zones = '{Africa/Ndjamena}' where prefix = '235';
update sms_private.country_prefixes set zones = '{Africa/Bangui}' where prefix = '236';
update sms_private.country_prefixes set zones = '{Africa/Douala}' where prefix = '237';
update sms_private.country_prefixes set zones = '{Atlantic/Cape_Verde}' where prefix = '238';
update sms_private.country_prefixes set zones = '{Africa/Sao_Tome}' where prefix = '239';
update sms_private.country_prefixes set zones = '{Africa/Malabo}' where prefix = '240';
update sms_private.country_prefixes set zones = '{Africa/Libreville}' where prefix = '241';
update sms_private.country_prefixes set zones = '{Africa/Brazzaville}' where prefix = '242';
update sms_private.country_prefixes set zones = '{Africa/Kinshasa,Africa/Lubumbashi}' where prefix = '243';
update sms_private.country_prefixes set zones = '{Africa/Luanda}' where prefix = '244';
update sms_private.country_prefixes set zones = '{Africa/Bissau}' where prefix = '245';
update sms_private.country_prefixes set zones = '{Indian/Chagos}' where prefix = '246';
update sms_private.country_prefixes set zones = '{Atlantic/St_Helena}' where prefix = '247';
update sms_private.country_prefixes set zones = '{Indian/Mahe}' where prefix = '248';
update sms_private.country_prefixes set zones = '{Africa/Khartoum}' where prefix = '249';
update sms_private.country_prefixes set zones = '{Africa/Kigali}' where prefix = '250';
update sms_private.country_prefixes set zones = '{Africa/Addis_Ababa}' where prefix = '251';
update sms_private.country_prefixes set zones = '{Africa/Mogadishu}' where prefix = '252';
update sms_private.country_prefixes set zones = '{Africa/Djibouti}' where prefix = '253';
update sms_private.country_prefixes set zones = '{Africa/Nairobi}' where prefix = '254';
update sms_private.country_prefixes set zones = '{Africa/Dar_es_Salaam}' where prefix = '255';
update sms_private.country_prefixes set zones = '{Africa/Kampala}' where prefix = '256';
update sms_private.country_prefixes set zones = '{Africa/Bujumbura}' where prefix = '257';
update sms_private.country_prefixes set zones = '{Africa/Maputo}' where prefix = '258';
update sms_private.country_prefixes set zones = '{Africa/Lusaka}' where prefix = '260';
update sms_private.country_prefixes set zones = '{Indian/Antananarivo}' where prefix = '261';
update sms_private.country_prefixes set zones = '{Indian/Reunion}' where prefix = '262';
update sms_private.country_prefixes set zones = '{Africa/Harare}' where prefix = '263';
update sms_private.country_prefixes set zones = '{Africa/Windhoek}' where prefix = '264';
update sms_private.country_prefixes set zones = '{Africa/Blantyre}' where prefix = '265';
update sms_private.country_prefixes set zones = '{Africa/Maseru}' where prefix = '266';
update sms_private.country_prefixes set zones = '{Africa/Gaborone}' where prefix = '267';
update sms_private.country_prefixes set zones = '{Africa/Mbabane}' where prefix = '268';
update sms_private.country_prefixes set zones = '{Indian/Comoro}' where prefix = '269';
update sms_private.country_prefixes set zones = '{Africa/Johannesburg}' where prefix = '27';
update sms_private.country_prefixes set zones = '{Atlantic/St_Helena}' where prefix = '290';
update sms_private.country_prefixes set zones = '{Africa/Asmera}' where prefix = '291';
update sms_private.country_prefixes set zones = '{America/Aruba}' where prefix = '297';
update sms_private.country_prefixes set zones = '{Atlantic/Faeroe}' where prefix = '298';
update sms_private.country_prefixes set zones = '{America/Godthab,America/Scoresbysund,America/Thule}' where prefix = '299';
update sms_private.country_prefixes set zones = '{Europe/Athens}' where prefix = '30';
update sms_private.country_prefixes set zones = '{Europe/Amsterdam}' where prefix = '31';
update sms_private.country_prefixes set zones = '{Europe/Brussels}' where prefix = '32';
update sms_private.country_prefixes set zones = '{Europe/Paris}' where prefix = '33';
update sms_private.country_prefixes set zones = '{Atlantic/Canary,Europe/Madrid}' where prefix = '34';
update sms_private.country_prefixes set zones = '{Europe/Gibraltar}' where prefix = '350';
update sms_private.country_prefixes set zones = '{Atlantic/Azores,Europe/Lisbon}' where prefix = '351';
update sms_private.country_prefixes set zones = '{Europe/Luxembourg}' where prefix = '352';
update sms_private.country_prefixes set zones = '{Europe/Dublin}' where prefix = '353';
update sms_private.country_prefixes set zones = '{Atlantic/Reykjavik}' where prefix = '354';
update sms_private.country_prefixes set zones = '{Europe/Tirane}' where prefix = '355';
update sms_private.country_prefixes set zones = '{Europe/Malta}' where prefix = '356';
update sms_private.country_prefixes set zones = '{Asia/Nicosia}' where prefix = '357';
update sms_private.country_prefixes set zones = '{Europe/Helsinki}' where prefix = '358';
update sms_private.country_prefixes set zones = '{Europe/Sofia}' where prefix = '359';
update sms_private.country_prefixes set zones = '{Europe/Budapest}' where prefix = '36';
update sms_private.country_prefixes set zones = '{Europe/Vilnius}' where prefix = '370';
update sms_private.country_prefixes set zones = '{Europe/Riga}' where prefix = '371';
update sms_private.country_prefixes set zones = '{Europe/Tallinn}' where prefix = '372';
update sms_private.country_prefixes set zones = '{Europe/Chisinau}' where prefix = '373';
update sms_private.country_prefixes set zones = '{Asia/Yerevan}' where prefix = '374';
update sms_private.country_prefixes set zones = '{Europe/Minsk}' where prefix = '375';
update sms_private.country_prefixes set zones = '{Europe/Andorra}' where prefix = '376';
update sms_private.country_prefixes set zones = '{Europe/Monaco}' where prefix = '377';
update sms_private.country_prefixes set zones = '{Europe/San_Marino}' where prefix = '378';
update sms_private.country_prefixes set zones = '{Europe/Kiev,Europe/Simferopol}' where prefix = '380';
update sms_private.country_prefixes set zones = '{Europe/Belgrade}' where prefix = '381';
update sms_private.country_prefixes set zones = '{Europe/Podgorica}' where prefix = '382';
update sms_private.country_prefixes set zones = '{Europe/Belgrade}' where prefix = '383';
update sms_private.country_prefixes set zones = '{Europe/Zagreb}' where prefix = '385';
update sms_private.country_prefixes set zones = '{Europe/Ljubljana}' where prefix = '386';
update sms_private.country_prefixes set zones = '{Europe/Sarajevo}' where prefix = '387';
update sms_private.country_prefixes set zones = '{Europe/Skopje}' where prefix = '389';
update sms_private.country_prefixes set zones = '{Europe/Rome}' where prefix = '39';
update sms_private.country_prefixes set zones = '{Europe/Bucharest}' where prefix = '40';
update sms_private.country_prefixes set zones = '{Europe/Zurich}' where prefix = '41';
update sms_private.country_prefixes set zones = '{Europe/Prague}' where prefix = '420';
update sms_private.country_prefixes set zones = '{Europe/Bratislava}' where prefix = '421';
update sms_private.country_prefixes set zones = '{Europe/Vaduz}' where prefix = '423';
update sms_private.country_prefixes set zones = '{Europe/Vienna}' where prefix = '43';
update sms_private.country_prefixes set zones = '{Europe/London}' where prefix = '44';
update sms_private.country_prefixes set zones = '{Europe/Copenhagen}' where prefix = '45';
update sms_private.country_prefixes set zones = '{Europe/Stockholm}' where prefix = '46';
update sms_private.country_prefixes set zones = '{Europe/Oslo}' where prefix = '47';
update sms_private.country_prefixes set zones = '{Europe/Warsaw}' where prefix = '48';
update sms_private.country_prefixes set zones = '{Europe/Berlin}' where prefix = '49';
update sms_private.country_prefixes set zones = '{Atlantic/Stanley}' where prefix = '500';
update sms_private.country_prefixes set zones = '{America/Belize}' where prefix = '501';
update sms_private.country_prefixes set zones = '{America/Guatemala}' where prefix = '502';
update sms_private.country_prefixes set zones = '{America/El_Salvador}' where prefix = '503';
update sms_private.country_prefixes set zones = '{America/Tegucigalpa}' where prefix = '504';
update sms_private.country_prefixes set zones = '{America/Managua}' where prefix = '505';
update sms_private.country_prefixes set zones = '{America/Costa_Rica}' where prefix = '506';
update sms_private.country_prefixes set zones = '{America/Panama}' where prefix = '507';
update sms_private.country_prefixes set zones = '{America/Miquelon}' where prefix = '508';
update sms_private.country_prefixes set zones = '{America/Port-au-Prince}' where prefix = '509';
update sms_private.country_prefixes set zones = '{America/Lima}' where prefix = '51';
update sms_private.country_prefixes set zones = '{America/Cancun,America/Ciudad_Juarez,America/Matamoros,America/Mazatlan,America/Mexico_City,America/Ojinaga,America/Tijuana}' where prefix = '52';
update sms_private.country_prefixes set zones = '{America/Havana}' where prefix = '53';
update sms_private.country_prefixes set zones = '{America/Buenos_Aires}' where prefix = '54';
update sms_private.country_prefixes set zones = '{America/Manaus,America/Noronha,America/Rio_Branco,America/Sao_Paulo}' where prefix = '55';
update sms_private.country_prefixes set zones = '{America/Santiago,Pacific/Easter}' where prefix = '56';
update sms_private.country_prefixes set zones = '{America/Bogota}' where prefix = '57';
update sms_private.country_prefixes set zones = '{America/Caracas}' where prefix = '58';
update sms_private.country_prefixes set zones = '{America/Guadeloupe}' where prefix = '590';
update sms_private.country_prefixes set zones = '{America/La_Paz}' where prefix = '591';
update sms_private.country_prefixes set zones = '{America/Guyana}' where prefix = '592';
update sms_private.country_prefixes set zones = '{America/Guayaquil,Pacific/Galapagos}' where prefix = '593';
update sms_private.country_prefixes set zones = '{America/Cayenne}' where prefix = '594';
update sms_private.country_prefixes set zones = '{America/Asuncion}' where prefix = '595';
update sms_private.country_prefixes set zones = '{America/Martinique}' where prefix = '596';
update sms_private.country_prefixes set zones = '{America/Paramaribo}' where prefix = '597';
update sms_private.country_prefixes set zones = '{America/Montevideo}' where prefix = '598';
update sms_private.country_prefixes set zones = '{America/Curacao}' where prefix = '599';
update sms_private.country_prefixes set zones = '{Asia/Kuching}' where prefix = '60';
update sms_private.country_prefixes set zones = '{Australia/Adelaide,Australia/Brisbane,Australia/Eucla,Australia/Lord_Howe,Australia/Perth,Australia/Sydney}' where prefix = '61';
update sms_private.country_prefixes set zones = '{Asia/Jakarta,Asia/Jayapura,Asia/Makassar}' where prefix = '62';
update sms_private.country_prefixes set zones = '{Asia/Manila}' where prefix = '63';
update sms_private.country_prefixes set zones = '{Pacific/Auckland,Pacific/Chatham}' where prefix = '64';
update sms_private.country_prefixes set zones = '{Asia/Singapore}' where prefix = '65';
update sms_private.country_prefixes set zones = '{Asia/Bangkok}' where prefix = '66';
update sms_private.country_prefixes set zones = '{Asia/Dili}' where prefix = '670';
update sms_private.country_prefixes set zones = '{Pacific/Norfolk}' where prefix = '672';
update sms_private.country_prefixes set zones = '{Asia/Brunei}' where prefix = '673';
update sms_private.country_prefixes set zones = '{Pacific/Nauru}' where prefix = '674';
update sms_private.country_prefixes set zones = '{Pacific/Port_Moresby}' where prefix = '675';
update sms_private.country_prefixes set zones = '{Pacific/Tongatapu}' where prefix = '676';
update sms_private.country_prefixes set zones = '{Pacific/Guadalcanal}' where prefix = '677';
update sms_private.country_prefixes set zones = '{Pacific/Efate}' where prefix = '678';
update sms_private.country_prefixes set zones = '{Pacific/Fiji}' where prefix = '679';
update sms_private.country_prefixes set zones = '{Pacific/Palau}' where prefix = '680';
update sms_private.country_prefixes set zones = '{Pacific/Wallis}' where prefix = '681';
update sms_private.country_prefixes set zones = '{Pacific/Rarotonga}' where prefix = '682';
update sms_private.country_prefixes set zones = '{Pacific/Niue}' where prefix = '683';
update sms_private.country_prefixes set zones = '{Pacific/Apia}' where prefix = '685';
update sms_private.country_prefixes set zones = '{Pacific/Enderbury,Pacific/Kiritimati,Pacific/Tarawa}' where prefix = '686';
update sms_private.country_prefixes set zones = '{Pacific/Noumea}' where prefix = '687';
update sms_private.country_prefixes set zones = '{Pacific/Funafuti}' where prefix = '688';
update sms_private.country_prefixes set zones = '{Pacific/Gambier,Pacific/Marquesas,Pacific/Tahiti}' where prefix = '689';
update sms_private.country_prefixes set zones = '{Pacific/Fakaofo}' where prefix = '690';
update sms_private.country_prefixes set zones = '{Pacific/Kosrae,Pacific/Ponape,Pacific/Truk}' where prefix = '691';
update sms_private.country_prefixes set zones = '{Pacific/Majuro}' where prefix = '692';
update sms_private.country_prefixes set zones = '{Asia/Anadyr,Asia/Irkutsk,Asia/Kamchatka,Asia/Krasnoyarsk,Asia/Magadan,Asia/Novosibirsk,Asia/Omsk,Asia/Sakhalin,Asia/Vladivostok,Asia/Yakutsk,Asia/Yekaterinburg,Europe/Moscow,Europe/Samara}' where prefix = '7';
update sms_private.country_prefixes set zones = '{Asia/Almaty,Asia/Aqtau,Asia/Aqtobe,Asia/Atyrau,Asia/Oral,Asia/Qostanay,Asia/Qyzylorda}' where prefix = '76';
update sms_private.country_prefixes set zones = '{Asia/Almaty,Asia/Aqtau,Asia/Aqtobe,Asia/Atyrau,Asia/Oral,Asia/Qostanay,Asia/Qyzylorda}' where prefix = '77';
update sms_private.country_prefixes set zones = '{}' where prefix = '800';
update sms_private.country_prefixes set zones = '{}' where prefix = '808';
update sms_private.country_prefixes set zones = '{Asia/Tokyo}' where prefix = '81';
update sms_private.country_prefixes set zones = '{Asia/Seoul}' where prefix = '82';
update sms_private.country_prefixes set zones = '{Asia/Saigon}' where prefix = '84';
update sms_private.country_prefixes set zones = '{Asia/Pyongyang}' where prefix = '850';
update sms_private.country_prefixes set zones = '{Asia/Hong_Kong}' where prefix = '852';
update sms_private.country_prefixes set zones = '{Asia/Macau}' where prefix = '853';
update sms_private.country_prefixes set zones = '{Asia/Phnom_Penh}' where prefix = '855';
update sms_private.country_prefixes set zones = '{Asia/Vientiane}' where prefix = '856';
update sms_private.country_prefixes set zones = '{Asia/Shanghai}' where prefix = '86';
update sms_private.country_prefixes set zones = '{}' where prefix = '870';
update sms_private.country_prefixes set zones = '{}' where prefix = '878';
update sms_private.country_prefixes set zones = '{Asia/Dhaka}' where prefix = '880';
update sms_private.country_prefixes set zones = '{}' where prefix = '881';
update sms_private.country_prefixes set zones = '{}' where prefix = '882';
update sms_private.country_prefixes set zones = '{}' where prefix = '883';
update sms_private.country_prefixes set zones = '{Asia/Taipei}' where prefix = '886';
update sms_private.country_prefixes set zones = '{}' where prefix = '888';
update sms_private.country_prefixes set zones = '{Europe/Istanbul}' where prefix = '90';
update sms_private.country_prefixes set zones = '{Asia/Calcutta}' where prefix = '91';
update sms_private.country_prefixes set zones = '{Asia/Karachi}' where prefix = '92';
update sms_private.country_prefixes set zones = '{Asia/Kabul}' where prefix = '93';
update sms_private.country_prefixes set zones = '{Asia/Colombo}' where prefix = '94';
update sms_private.country_prefixes set zones = '{Asia/Rangoon}' where prefix = '95';
update sms_private.country_prefixes set zones = '{Indian/Maldives}' where prefix = '960';
update sms_private.country_prefixes set zones = '{Asia/Beirut}' where prefix = '961';
update sms_private.country_prefixes set zones = '{Asia/Amman}' where prefix = '962';
update sms_private.country_prefixes set zones = '{Asia/Damascus}' where prefix = '963';
update sms_private.country_prefixes set zones = '{Asia/Baghdad}' where prefix = '964';
update sms_private.country_prefixes set zones = '{Asia/Kuwait}' where prefix = '965';
update sms_private.country_prefixes set zones = '{Asia/Riyadh}' where prefix = '966';
update sms_private.country_prefixes set zones = '{Asia/Aden}' where prefix = '967';
update sms_private.country_prefixes set zones = '{Asia/Muscat}' where prefix = '968';
update sms_private.country_prefixes set zones = '{Asia/Gaza,Asia/Hebron}' where prefix = '970';
update sms_private.country_prefixes set zones = '{Asia/Dubai}' where prefix = '971';
update sms_private.country_prefixes set zones = '{Asia/Jerusalem}' where prefix = '972';
update sms_private.country_prefixes set zones = '{Asia/Bahrain}' where prefix = '973';
update sms_private.country_prefixes set zones = '{Asia/Qatar}' where prefix = '974';
update sms_private.country_prefixes set zones = '{Asia/Thimphu}' where prefix = '975';
update sms_private.country_prefixes set zones = '{Asia/Hovd,Asia/Ulaanbaatar}' where prefix = '976';
update sms_private.country_prefixes set zones = '{Asia/Katmandu}' where prefix = '977';
update sms_private.country_prefixes set zones = '{}' where prefix = '979';
update sms_private.country_prefixes set zones = '{Asia/Tehran}' where prefix = '98';
update sms_private.country_prefixes set zones = '{Asia/Dushanbe}' where prefix = '992';
update sms_private.country_prefixes set zones = '{Asia/Ashgabat}' where prefix = '993';
update sms_private.country_prefixes set zones = '{Asia/Baku}' where prefix = '994';
update sms_private.country_prefixes set zones = '{Asia/Tbilisi}' where prefix = '995';
update sms_private.country_prefixes set zones = '{Asia/Bishkek}' where prefix = '996';
update sms_private.country_prefixes set zones = '{Asia/Tashkent}' where prefix = '998';
insert into sms_private.number_spellings (old_prefix, digits, new_prefix, country) values
  ('521', '10', '52', 'MX'),
  ('55116', '7', '551196', 'BR'),
  ('55118', '7', '551198', 'BR'),
  ('55119', '7', '551199', 'BR'),
  ('55126', '7', '551296', 'BR'),
  ('55128', '7', '551298', 'BR'),
  ('55129', '7', '551299', 'BR'),
  ('55136', '7', '551396', 'BR'),
  ('55138', '7', '551398', 'BR'),
  ('55139', '7', '551399', 'BR'),
  ('55146', '7', '551496', 'BR'),
  ('55148', '7', '551498', 'BR'),
  ('55149', '7', '551499', 'BR'),
  ('55156', '7', '551596', 'BR'),
  ('55158', '7', '551598', 'BR'),
  ('55159', '7', '551599', 'BR'),
  ('55166', '7', '551696', 'BR'),
  ('55168', '7', '551698', 'BR'),
  ('55169', '7', '551699', 'BR'),
  ('55176', '7', '551796', 'BR'),
  ('55178', '7', '551798', 'BR'),
  ('55179', '7', '551799', 'BR'),
  ('55186', '7', '551896', 'BR'),
  ('55188', '7', '551898', 'BR'),
  ('55189', '7', '551899', 'BR'),
  ('55196', '7', '551996', 'BR'),
  ('55198', '7', '551998', 'BR'),
  ('55199', '7', '551999', 'BR'),
  ('55216', '7', '552196', 'BR'),
  ('55218', '7', '552198', 'BR'),
  ('55219', '7', '552199', 'BR'),
  ('55226', '7', '552296', 'BR'),
  ('55228', '7', '552298', 'BR'),
  ('55229', '7', '552299', 'BR'),
  ('55246', '7', '552496', 'BR'),
  ('55248', '7', '552498', 'BR'),
  ('55249', '7', '552499', 'BR'),
  ('55276', '7', '552796', 'BR'),
  ('55278', '7', '552798', 'BR'),
  ('55279', '7', '552799', 'BR'),
  ('55286', '7', '552896', 'BR'),
  ('55288', '7', '552898', 'BR'),
  ('55289', '7', '552899', 'BR'),
  ('55316', '7', '553196', 'BR'),
  ('55318', '7', '553198', 'BR'),
  ('55319', '7', '553199', 'BR'),
  ('55326', '7', '553296', 'BR'),
  ('55328', '7', '553298', 'BR'),
  ('55329', '7', '553299', 'BR'),
  ('55336', '7', '553396', 'BR'),
  ('55338', '7', '553398', 'BR'),
  ('55339', '7', '553399', 'BR'),
  ('55346', '7', '553496', 'BR'),
  ('55348', '7', '553498', 'BR'),
  ('55349', '7', '553499', 'BR'),
  ('55356', '7', '553596', 'BR'),
  ('55358', '7', '553598', 'BR'),
  ('55359', '7', '553599', 'BR'),
  ('55376', '7', '553796', 'BR'),
  ('55378', '7', '553798', 'BR'),
  ('55379', '7', '553799', 'BR'),
  ('55386', '7', '553896', 'BR'),
  ('55388', '7', '553898', 'BR'),
  ('55389', '7', '553899', 'BR'),
  ('55416', '7', '554196', 'BR'),
  ('55418', '7', '554198', 'BR'),
  ('55419', '7', '554199', 'BR'),
  ('55426', '7', '554296', 'BR'),
  ('55428', '7', '554298', 'BR'),
  ('55429', '7', '554299', 'BR'),
  ('55436', '7', '554396', 'BR'),
  ('55438', '7', '554398', 'BR'),
  ('55439', '7', '554399', 'BR'),
  ('55446', '7', '554496', 'BR'),
  ('55448', '7', '554498', 'BR'),
  ('55449', '7', '554499', 'BR'),
  ('55456', '7', '554596', 'BR'),
  ('55458', '7', '554598', 'BR'),
  ('55459', '7', '554599', 'BR'),
  ('55466', '7', '554696', 'BR'),
  ('55468', '7', '554698', 'BR'),
  ('55469', '7', '554699', 'BR'),
  ('55476', '7', '554796', 'BR'),
  ('55478', '7', '554798', 'BR'),
  ('55479', '7', '554799', 'BR'),
  ('55486', '7', '554896', 'BR'),
  ('55488', '7', '554898', 'BR'),
  ('55489', '7', '554899', 'BR'),
  ('55496', '7', '554996', 'BR'),
  ('55498', '7', '554998', 'BR'),
  ('55499', '7', '554999', 'BR'),
  ('55516', '7', '555196', 'BR'),
  ('55518', '7', '555198', 'BR'),
  ('55519', '7', '555199', 'BR'),
  ('55536', '7', '555396', 'BR'),
  ('55538', '7', '555398', 'BR'),
  ('55539', '7', '555399', 'BR'),
  ('55546', '7', '555496', 'BR'),
  ('55548', '7', '555498', 'BR'),
  ('55549', '7', '555499', 'BR'),
  ('55556', '7', '555596', 'BR'),
  ('55558', '7', '555598', 'BR'),
  ('55559', '7', '555599', 'BR'),
  ('55616', '7', '556196', 'BR'),
  ('55618', '7', '556198', 'BR'),
  ('55619', '7', '556199', 'BR'),
  ('55626', '7', '556296', 'BR'),
  ('55628', '7', '556298', 'BR'),
  ('55629', '7', '556299', 'BR'),
  ('55636', '7', '556396', 'BR'),
  ('55638', '7', '556398', 'BR'),
  ('55639', '7', '556399', 'BR'),
  ('55646', '7', '556496', 'BR'),
  ('55648', '7', '556498', 'BR'),
  ('55649', '7', '556499', 'BR'),
  ('55656', '7', '556596', 'BR'),
  ('55658', '7', '556598', 'BR'),
  ('55659', '7', '556599', 'BR'),
  ('55666', '7', '556696', 'BR'),
  ('55668', '7', '556698', 'BR'),
  ('55669', '7', '556699', 'BR'),
  ('55676', '7', '556796', 'BR'),
  ('55678', '7', '556798', 'BR'),
  ('55679', '7', '556799', 'BR'),
  ('55686', '7', '556896', 'BR'),
  ('55688', '7', '556898', 'BR'),
  ('55689', '7', '556899', 'BR'),
  ('55696', '7', '556996', 'BR'),
  ('55698', '7', '556998', 'BR'),
  ('55699', '7', '556999', 'BR'),
  ('55716', '7', '557196', 'BR'),
  ('55718', '7', '557198', 'BR'),
  ('55719', '7', '557199', 'BR'),
  ('55736', '7', '557396', 'BR'),
  ('55738', '7', '557398', 'BR'),
  ('55739', '7', '557399', 'BR'),
  ('55746', '7', '557496', 'BR'),
  ('55748', '7', '557498', 'BR'),
  ('55749', '7', '557499', 'BR'),
  ('55756', '7', '557596', 'BR'),
  ('55758', '7', '557598', 'BR'),
  ('55759', '7', '557599', 'BR'),
  ('55776', '7', '557796', 'BR'),
  ('55778', '7', '557798', 'BR'),
  ('55779', '7', '557799', 'BR'),
  ('55796', '7', '557996', 'BR'),
  ('55798', '7', '557998', 'BR'),
  ('55799', '7', '557999', 'BR'),
  ('55816', '7', '558196', 'BR'),
  ('55818', '7', '558198', 'BR'),
  ('55819', '7', '558199', 'BR'),
  ('55826', '7', '558296', 'BR'),
  ('55828', '7', '558298', 'BR'),
  ('55829', '7', '558299', 'BR'),
  ('55836', '7', '558396', 'BR'),
  ('55838', '7', '558398', 'BR'),
  ('55839', '7', '558399', 'BR'),
  ('55846', '7', '558496', 'BR'),
  ('55848', '7', '558498', 'BR'),
  ('55849', '7', '558499', 'BR'),
  ('55856', '7', '558596', 'BR'),
  ('55858', '7', '558598', 'BR'),
  ('55859', '7', '558599', 'BR'),
  ('55866', '7', '558696', 'BR'),
  ('55868', '7', '558698', 'BR'),
  ('55869', '7', '558699', 'BR'),
  ('55876', '7', '558796', 'BR'),
  ('55878', '7', '558798', 'BR'),
  ('55879', '7', '558799', 'BR'),
  ('55886', '7', '558896', 'BR'),
  ('55888', '7', '558898', 'BR'),
  ('55889', '7', '558899', 'BR'),
  ('55896', '7', '558996', 'BR'),
  ('55898', '7', '558998', 'BR'),
  ('55899', '7', '558999', 'BR'),
  ('55916', '7', '559196', 'BR'),
  ('55918', '7', '559198', 'BR'),
  ('55919', '7', '559199', 'BR'),
  ('55926', '7', '559296', 'BR'),
  ('55928', '7', '559298', 'BR'),
  ('55929', '7', '559299', 'BR'),
  ('55936', '7', '559396', 'BR'),
  ('55938', '7', '559398', 'BR'),
  ('55939', '7', '559399', 'BR'),
  ('55946', '7', '559496', 'BR'),
  ('55948', '7', '559498', 'BR'),
  ('55949', '7', '559499', 'BR'),
  ('55956', '7', '559596', 'BR'),
  ('55958', '7', '559598', 'BR'),
  ('55959', '7', '559599', 'BR'),
  ('55966', '7', '559696', 'BR'),
  ('55968', '7', '559698', 'BR'),
  ('55969', '7', '559699', 'BR'),
  ('55976', '7', '559796', 'BR'),
  ('55978', '7', '559798', 'BR'),
  ('55979', '7', '559799', 'BR'),
  ('55986', '7', '559896', 'BR'),
  ('55988', '7', '559898', 'BR'),
  ('55989', '7', '559899', 'BR'),
  ('55996', '7', '559996', 'BR'),
  ('55998', '7', '559998', 'BR'),
  ('55999', '7', '559999', 'BR'),
  ('549', '10', '54', 'AR'),
  ('541115', '8', '5411', 'AR'),
  ('2292', '7', '229012', 'BJ'),
  ('2294', '7', '229014', 'BJ'),
  ('2295', '7', '229015', 'BJ'),
  ('2296', '7', '229016', 'BJ'),
  ('2299', '7', '229019', 'BJ'),
  ('22501', '6', '2250101', 'CI'),
  ('22502', '6', '2250102', 'CI'),
  ('22503', '6', '2250103', 'CI'),
  ('22504', '6', '2250504', 'CI'),
  ('22505', '6', '2250505', 'CI'),
  ('22506', '6', '2250506', 'CI'),
  ('22507', '6', '2250707', 'CI'),
  ('22508', '6', '2250708', 'CI'),
  ('22509', '6', '2250709', 'CI'),
  ('22541', '6', '2250141', 'CI'),
  ('22542', '6', '2250142', 'CI'),
  ('22543', '6', '2250143', 'CI'),
  ('22544', '6', '2250544', 'CI'),
  ('22545', '6', '2250545', 'CI'),
  ('22546', '6', '2250546', 'CI'),
  ('22547', '6', '2250747', 'CI'),
  ('22548', '6', '2250748', 'CI'),
  ('22549', '6', '2250749', 'CI'),
  ('22551', '6', '2250151', 'CI'),
  ('22554', '6', '2250554', 'CI'),
  ('22555', '6', '2250555', 'CI'),
  ('22556', '6', '2250556', 'CI'),
  ('22557', '6', '2250757', 'CI'),
  ('22558', '6', '2250758', 'CI'),
  ('22559', '6', '2250759', 'CI'),
  ('22565', '6', '2250565', 'CI'),
  ('22566', '6', '2250566', 'CI'),
  ('22567', '6', '2250767', 'CI'),
  ('22569', '6', '2250769', 'CI'),
  ('22574', '6', '2250574', 'CI'),
  ('22575', '6', '2250575', 'CI'),
  ('22576', '6', '2250576', 'CI'),
  ('22577', '6', '2250777', 'CI'),
  ('22578', '6', '2250778', 'CI'),
  ('22579', '6', '2250779', 'CI'),
  ('22584', '6', '2250584', 'CI'),
  ('22585', '6', '2250585', 'CI'),
  ('22586', '6', '2250586', 'CI'),
  ('22587', '6', '2250787', 'CI'),
  ('22588', '6', '2250788', 'CI'),
  ('22589', '6', '2250789', 'CI'),
  ('2377', '7', '23767', 'CM'),
  ('2379', '7', '23769', 'CM'),
  ('24106', '6', '24166', 'GA'),
  ('2416', '6', '24166', 'GA'),
  ('24102', '6', '24162', 'GA'),
  ('2412', '6', '24162', 'GA'),
  ('24105', '6', '24165', 'GA'),
  ('2415', '6', '24165', 'GA'),
  ('24107', '6', '24177', 'GA'),
  ('2417', '6', '24177', 'GA'),
  ('24104', '6', '24174', 'GA'),
  ('2414', '6', '24174', 'GA'),
  ('24106', '7', '2416', 'GA'),
  ('24107', '7', '2417', 'GA'),
  ('2307', '6', '23057', 'MU'),
  ('2309', '6', '23059', 'MU'),
  ('84120', '7', '8470', 'VN'),
  ('84121', '7', '8479', 'VN'),
  ('84122', '7', '8477', 'VN'),
  ('84126', '7', '8476', 'VN'),
  ('84128', '7', '8478', 'VN'),
  ('84123', '7', '8483', 'VN'),
  ('84124', '7', '8484', 'VN'),
  ('84125', '7', '8485', 'VN'),
  ('84127', '7', '8481', 'VN'),
  ('84129', '7', '8482', 'VN'),
  ('84162', '7', '8432', 'VN'),
  ('84163', '7', '8433', 'VN'),
  ('84164', '7', '8434', 'VN'),
  ('84165', '7', '8435', 'VN'),
  ('84166', '7', '8436', 'VN'),
  ('84167', '7', '8437', 'VN'),
  ('84168', '7', '8438', 'VN'),
  ('84169', '7', '8439', 'VN'),
  ('84186', '7', '8456', 'VN'),
  ('84188', '7', '8458', 'VN'),
  ('84199', '7', '8459', 'VN'),
  ('200', '0', '20', null),
  ('270', '0', '27', null),
  ('300', '0', '30', null),
  ('310', '0', '31', null),
  ('320', '0', '32', null),
  ('330', '0', '33', null),
  ('340', '0', '34', null),
  ('360', '0', '36', null),
  ('400', '0', '40', null),
  ('410', '0', '41', null),
  ('430', '0', '43', null),
  ('440', '0', '44', null),
  ('450', '0', '45', null),
  ('460', '0', '46', null),
  ('480', '0', '48', null),
  ('490', '0', '49', null),
  ('510', '0', '51', null),
  ('520', '0', '52', null),
  ('530', '0', '53', null),
  ('540', '0', '54', null),
  ('550', '0', '55', null),
  ('560', '0', '56', null),
  ('570', '0', '57', null),
  ('580', '0', '58', null),
  ('600', '0', '60', null),
  ('610', '0', '61', null),
  ('620', '0', '62', null),
  ('630', '0', '63', null),
  ('640', '0', '64', null),
  ('650', '0', '65', null),
  ('660', '0', '66', null),
  ('810', '0', '81', null),
  ('820', '0', '82', null),
  ('840', '0', '84', null),
  ('860', '0', '86', null),
  ('900', '0', '90', null),
  ('910', '0', '91', null),
  ('920', '0', '92', null),
  ('930', '0', '93', null),
  ('940', '0', '94', null),
  ('950', '0', '95', null),
  ('980', '0', '98', null),
  ('2110', '0', '211', null),
  ('2120', '0', '212', null),
  ('2130', '0', '213', null),
  ('2160', '0', '216', null),
  ('2180', '0', '218', null),
  ('2200', '0', '220', null),
  ('2210', '0', '221', null),
  ('2220', '0', '222', null),
  ('2230', '0', '223', null),
  ('2240', '0', '224', null),
  ('2280', '0', '228', null),
  ('2300', '0', '230', null),
  ('2310', '0', '231', null),
  ('2320', '0', '232', null),
  ('2330', '0', '233', null),
  ('2340', '0', '234', null),
  ('2350', '0', '235', null),
  ('2360', '0', '236', null),
  ('2370', '0', '237', null),
  ('2380', '0', '238', null),
  ('2390', '0', '239', null),
  ('2400', '0', '240', null),
  ('2430', '0', '243', null),
  ('2440', '0', '244', null),
  ('2450', '0', '245', null),
  ('2460', '0', '246', null),
  ('2480', '0', '248', null),
  ('2490', '0', '249', null),
  ('2510', '0', '251', null),
  ('2520', '0', '252', null),
  ('2530', '0', '253', null),
  ('2540', '0', '254', null),
  ('2550', '0', '255', null),
  ('2560', '0', '256', null),
  ('2570', '0', '257', null),
  ('2580', '0', '258', null),
  ('2600', '0', '260', null),
  ('2610', '0', '261', null),
  ('2620', '0', '262', null),
  ('2630', '0', '263', null),
  ('2640', '0', '264', null),
  ('2650', '0', '265', null),
  ('2660', '0', '266', null),
  ('2690', '0', '269', null),
  ('2900', '0', '290', null),
  ('2910', '0', '291', null),
  ('2970', '0', '297', null),
  ('2980', '0', '298', null),
  ('2990', '0', '299', null),
  ('3500', '0', '350', null),
  ('3510', '0', '351', null),
  ('3520', '0', '352', null),
  ('3530', '0', '353', null),
  ('3540', '0', '354', null),
  ('3550', '0', '355', null),
  ('3560', '0', '356', null),
  ('3570', '0', '357', null),
  ('3580', '0', '358', null),
  ('3590', '0', '359', null),
  ('3700', '0', '370', null),
  ('3710', '0', '371', null),
  ('3720', '0', '372', null),
  ('3730', '0', '373', null),
  ('3740', '0', '374', null),
  ('3750', '0', '375', null),
  ('3760', '0', '376', null),
  ('3770', '0', '377', null),
  ('3800', '0', '380', null),
  ('3810', '0', '381', null),
  ('3820', '0', '382', null),
  ('3830', '0', '383', null),
  ('3850', '0', '385', null),
  ('3860', '0', '386', null),
  ('3870', '0', '387', null),
  ('3890', '0', '389', null),
  ('4200', '0', '420', null),
  ('4210', '0', '421', null),
  ('4230', '0', '423', null),
  ('5000', '0', '500', null),
  ('5020', '0', '502', null),
  ('5030', '0', '503', null),
  ('5040', '0', '504', null),
  ('5050', '0', '505', null),
  ('5060', '0', '506', null),
  ('5070', '0', '507', null),
  ('5080', '0', '508', null),
  ('5090', '0', '509', null),
  ('5900', '0', '590', null),
  ('5910', '0', '591', null),
  ('5920', '0', '592', null),
  ('5930', '0', '593', null),
  ('5940', '0', '594', null),
  ('5950', '0', '595', null),
  ('5960', '0', '596', null),
  ('5970', '0', '597', null),
  ('5980', '0', '598', null),
  ('5990', '0', '599', null),
  ('6700', '0', '670', null),
  ('6720', '0', '672', null),
  ('6730', '0', '673', null),
  ('6740', '0', '674', null),
  ('6750', '0', '675', null),
  ('6770', '0', '677', null),
  ('6780', '0', '678', null),
  ('6800', '0', '680', null),
  ('6810', '0', '681', null),
  ('6820', '0', '682', null),
  ('6830', '0', '683', null),
  ('6850', '0', '685', null),
  ('6860', '0', '686', null),
  ('6880', '0', '688', null),
  ('6890', '0', '689', null),
  ('6900', '0', '690', null),
  ('6910', '0', '691', null),
  ('6920', '0', '692', null),
  ('8500', '0', '850', null),
  ('8520', '0', '852', null),
  ('8550', '0', '855', null),
  ('8560', '0', '856', null),
  ('8800', '0', '880', null),
  ('8860', '0', '886', null),
  ('9600', '0', '960', null),
  ('9610', '0', '961', null),
  ('9620', '0', '962', null),
  ('9630', '0', '963', null),
  ('9640', '0', '964', null),
  ('9650', '0', '965', null),
  ('9660', '0', '966', null),
  ('9670', '0', '967', null),
  ('9680', '0', '968', null),
  ('9700', '0', '970', null),
  ('9710', '0', '971', null),
  ('9720', '0', '972', null),
  ('9730', '0', '973', null),
  ('9740', '0', '974', null),
  ('9750', '0', '975', null),
  ('9760', '0', '976', null),
  ('9770', '0', '977', null),
  ('9930', '0', '993', null),
  ('9940', '0', '994', null),
  ('9950', '0', '995', null),
  ('9960', '0', '996', null),
  ('9980', '0', '998', null)
on conflict (old_prefix, digits) do nothing;

-- Who may do what.
revoke all on function public.sms_confirm_signer(text,text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_count_refused_webhooks(text,text,text,text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function public.sms_find_unknown_messages(text,jsonb) from public, anon, authenticated, service_role;
revoke all on function public.sms_list_account_sids() from public, anon, authenticated, service_role;
revoke all on function public.sms_recall_models(text,text,text[]) from public, anon, authenticated, service_role;
revoke all on function public.sms_record_models(text,jsonb,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_remove_shared_key(uuid,text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_replace_credentials(uuid,text,text,text,text,boolean) from public, anon, authenticated, service_role;
revoke all on function public.sms_replace_secret(uuid,text,text,text) from public, anon, authenticated, service_role;
revoke all on function public.sms_save_account(text,uuid,text,text,text,text,text,jsonb,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.account_view(public.sms_accounts,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.answer_via(public.sms_conversations,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.can_forget(text,text,boolean,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.canonical_number(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.check_time_zone() from public, anon, authenticated, service_role;
revoke all on function sms_private.contact_named(uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.conversations_for_broadcast(public.sms_numbers,uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.country_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.date_opt_outs(text,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.ends_soon(date) from public, anon, authenticated, service_role;
revoke all on function sms_private.expire_reply(sms_private.jobs,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.forget_secrets(uuid,text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.has_too_many_keys(text,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.held_by_pace(uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_reaction(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_same_telephone(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_too_late(public.sms_messages,sms_private.jobs) from public, anon, authenticated, service_role;
revoke all on function sms_private.join_conversations(uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.lock_conversations(public.sms_numbers,uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.mark_pace(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.may_wait(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.merge_contact(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.merge_spellings() from public, anon, authenticated, service_role;
revoke all on function sms_private.models_ending() from public, anon, authenticated, service_role;
revoke all on function sms_private.my_contact(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.my_signers_of(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_of_agent(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_searches(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.number_view(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.place_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.reacts_to_us(uuid,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.recipient_of(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.refusal_words(sms_private.refused_webhooks) from public, anon, authenticated, service_role;
revoke all on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.refused_of(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.save_shared_keys(uuid,jsonb) from public, anon, authenticated, service_role;
revoke all on function sms_private.set_canonical_number() from public, anon, authenticated, service_role;
revoke all on function sms_private.signers_of(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.spellings_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.telephone_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.tell_of_expiry(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.typed_number(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.use_spelling(public.sms_contacts,text,boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.valid_previous(sms_private.twilio_credentials) from public, anon, authenticated, service_role;
revoke all on function sms_private.via_of(text,text,public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.visible_words(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.was_reopened(public.sms_conversations) from public, anon, authenticated, service_role;
revoke all on function sms_private.webhook_problem_of(public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.words_in(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.zone_of_number(text) from public, anon, authenticated, service_role;
revoke all on table sms_private.model_servers from public, anon, authenticated, service_role;
revoke all on table sms_private.models from public, anon, authenticated, service_role;
revoke all on table sms_private.number_spellings from public, anon, authenticated, service_role;
revoke all on table sms_private.pace_marks from public, anon, authenticated, service_role;
revoke all on table sms_private.refused_webhooks from public, anon, authenticated, service_role;
revoke all on table sms_private.shared_keys from public, anon, authenticated, service_role;
grant execute on function public.sms_confirm_signer(text,text,text) to service_role;
grant execute on function public.sms_count_refused_webhooks(text,text,text,text,integer) to service_role;
grant execute on function public.sms_create_broadcast(text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) to authenticated;
grant execute on function public.sms_create_broadcast_for(uuid,text[],text,text,text[],timestamp with time zone,uuid,jsonb,text,text,timestamp with time zone) to service_role;
grant execute on function public.sms_create_message(text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) to authenticated;
grant execute on function public.sms_create_message_for(uuid,text,text,text,text[],timestamp with time zone,uuid,uuid,jsonb,text,timestamp with time zone) to service_role;
grant execute on function public.sms_find_unknown_messages(text,jsonb) to service_role;
grant execute on function public.sms_list_account_sids() to service_role;
grant execute on function public.sms_recall_models(text,text,text[]) to service_role;
grant execute on function public.sms_record_models(text,jsonb,boolean) to service_role;
grant execute on function public.sms_remove_shared_key(uuid,text,text) to service_role;
grant execute on function public.sms_replace_credentials(uuid,text,text,text,text,boolean) to service_role;
grant execute on function public.sms_replace_secret(uuid,text,text,text) to service_role;
grant execute on function public.sms_save_account(text,uuid,text,text,text,text,text,jsonb,text) to service_role;
grant execute on function sms_private.account_view(public.sms_accounts,jsonb) to authenticated;
grant execute on function sms_private.account_view(public.sms_accounts,jsonb) to service_role;
grant execute on function sms_private.answer_via(public.sms_conversations,text) to service_role;
grant execute on function sms_private.can_forget(text,text,boolean,boolean) to service_role;
grant execute on function sms_private.canonical_number(text) to service_role;
grant execute on function sms_private.contact_named(uuid,text) to service_role;
grant execute on function sms_private.conversations_for_broadcast(public.sms_numbers,uuid[]) to service_role;
grant execute on function sms_private.country_of(text) to service_role;
grant execute on function sms_private.date_opt_outs(text,jsonb) to service_role;
grant execute on function sms_private.ends_soon(date) to service_role;
grant execute on function sms_private.expire_reply(sms_private.jobs,timestamp with time zone) to service_role;
grant execute on function sms_private.forget_secrets(uuid,text,boolean) to service_role;
grant execute on function sms_private.has_too_many_keys(text,jsonb) to service_role;
grant execute on function sms_private.held_by_pace(uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.is_reaction(text) to service_role;
grant execute on function sms_private.is_same_telephone(text,text) to service_role;
grant execute on function sms_private.is_too_late(public.sms_messages,sms_private.jobs) to service_role;
grant execute on function sms_private.lock_conversations(public.sms_numbers,uuid[]) to service_role;
grant execute on function sms_private.mark_pace(uuid) to service_role;
grant execute on function sms_private.may_wait(public.sms_messages) to service_role;
grant execute on function sms_private.models_ending() to service_role;
grant execute on function sms_private.my_contact(text) to authenticated;
grant execute on function sms_private.my_contact(text) to service_role;
grant execute on function sms_private.my_signers_of(uuid) to authenticated;
grant execute on function sms_private.my_signers_of(uuid) to service_role;
grant execute on function sms_private.number_of_agent(text,text) to service_role;
grant execute on function sms_private.number_searches(text) to service_role;
grant execute on function sms_private.number_view(public.sms_numbers) to authenticated;
grant execute on function sms_private.number_view(public.sms_numbers) to service_role;
grant execute on function sms_private.place_of(text) to service_role;
grant execute on function sms_private.reacts_to_us(uuid,uuid,text) to service_role;
grant execute on function sms_private.recipient_of(public.sms_messages) to service_role;
grant execute on function sms_private.refusal_words(sms_private.refused_webhooks) to service_role;
grant execute on function sms_private.refuse_content(text,text[],timestamp with time zone,timestamp with time zone) to service_role;
grant execute on function sms_private.refused_of(uuid) to service_role;
grant execute on function sms_private.save_shared_keys(uuid,jsonb) to service_role;
grant execute on function sms_private.signers_of(uuid) to service_role;
grant execute on function sms_private.spellings_of(text) to service_role;
grant execute on function sms_private.store_answer(public.sms_conversations,public.sms_assistants,jsonb,boolean,timestamp with time zone) to service_role;
grant execute on function sms_private.store_outbound(uuid,text,text,text,jsonb,integer,timestamp with time zone,text,uuid,timestamp with time zone,timestamp with time zone,text) to service_role;
grant execute on function sms_private.telephone_of(text) to service_role;
grant execute on function sms_private.tell_of_expiry(public.sms_messages) to service_role;
grant execute on function sms_private.typed_number(text) to service_role;
grant execute on function sms_private.use_spelling(public.sms_contacts,text,boolean) to service_role;
grant execute on function sms_private.valid_previous(sms_private.twilio_credentials) to service_role;
grant execute on function sms_private.via_of(text,text,public.sms_numbers) to service_role;
grant execute on function sms_private.visible_words(text) to service_role;
grant execute on function sms_private.was_reopened(public.sms_conversations) to service_role;
grant execute on function sms_private.webhook_problem_of(public.sms_numbers) to authenticated;
grant execute on function sms_private.webhook_problem_of(public.sms_numbers) to service_role;
grant execute on function sms_private.words_in(text,text) to service_role;
grant execute on function sms_private.zone_of_number(text) to service_role;
grant delete, insert, select, update on table sms_private.model_servers to service_role;
grant delete, insert, select, update on table sms_private.models to service_role;
grant select on table sms_private.number_spellings to service_role;
grant delete, insert, select, update on table sms_private.pace_marks to service_role;
grant delete, insert, select, update on table sms_private.refused_webhooks to service_role;
grant delete, insert, select, update on table sms_private.shared_keys to service_role;
grant insert (reads_images, reasoning_effort, time_zone, verbosity) on table public.sms_assistants to authenticated;
grant update (reads_images, reasoning_effort, time_zone, verbosity) on table public.sms_assistants to authenticated;

reset check_function_bodies;
