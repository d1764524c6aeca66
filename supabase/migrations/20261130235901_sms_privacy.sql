-- sms_privacy: made by `deno task migration` from what was changed in supabase/schemas. Read the rules there.

set check_function_bodies = off;

drop index sms_private.archived_messages_user_idx;

drop function public.sms_fold_stats(integer);

create table sms_private.emptied_until (
  user_id    uuid                     not null,
  created_at timestamp with time zone not null,
  constraint emptied_until_pkey primary key (user_id)
);

create table sms_private.erased_consents (
  id              bigint                   generated always as identity not null,
  user_id         uuid                     not null,
  change          text                     not null,
  at              timestamp with time zone not null,
  phone_number_id uuid,
  assistant_id    uuid,
  constraint erased_consents_change_check check ((change = ANY (ARRAY['opt_out'::text, 'opt_in'::text]))),
  constraint erased_consents_pkey primary key (id)
);

create table sms_private.erased_texts (
  account_sid text                     not null,
  message_sid text                     not null,
  erased_at   timestamp with time zone not null default now(),
  constraint erased_texts_pkey primary key (account_sid, message_sid)
);

create table sms_private.erasures (
  id            uuid                     not null default sms_private.new_id(),
  user_id       uuid                     not null,
  erased_by     text                     not null,
  messages      bigint                   not null,
  conversations bigint                   not null,
  was_opted_out boolean                  not null,
  erased_at     timestamp with time zone not null default clock_timestamp(),
  constraint erasures_erased_by_check check ((erased_by = ANY (ARRAY['tenant'::text, 'operator'::text]))),
  constraint erasures_pkey primary key (id)
);

create table sms_private.purges (
  only_row boolean                  not null default true,
  next_at  timestamp with time zone not null,
  constraint purges_only_row_check check (only_row),
  constraint purges_pkey primary key (only_row)
);

create table sms_private.suppression_keys (
  id         integer                  not null,
  secret     bytea,
  created_at timestamp with time zone not null default now(),
  constraint suppression_keys_id_check check ((id > 0)),
  constraint suppression_keys_pkey primary key (id),
  constraint suppression_keys_secret_check check ((octet_length(secret) = 32))
);

create table sms_private.suppressions (
  key_id         integer                  not null,
  contact_hash   bytea                    not null,
  sending_number text                     not null,
  reason         text                     not null,
  source         text                     not null,
  opted_out_at   timestamp with time zone not null,
  constraint suppressions_contact_hash_check check ((octet_length(contact_hash) = 32)),
  constraint suppressions_pkey primary key (key_id, contact_hash, sending_number),
  constraint suppressions_reason_check
    check ((reason = ANY (ARRAY['opted_out'::text, 'sender_blocked'::text]))),
  constraint suppressions_source_check
    check
    ((source = ANY (ARRAY['keyword'::text, 'opt_out_type'::text, 'model'::text, 'person'::text,
    'carrier'::text])))
);

create or replace function public.sms_erase_contact(contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.erase_my_contact(contact_id) $$;

create or replace function public.sms_erase_contact_for(owner_id uuid, contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.erase_contact(owner_id, contact_id, 'operator') $$;

create or replace function public.sms_export_contact(contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_contact(contact_id) $$;

create or replace function public.sms_export_contact_for(owner_id uuid, contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_contact(owner_id, contact_id) $$;

create or replace function public.sms_export_tenant(after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_tenant(after, page_size) $$;

create or replace function public.sms_export_tenant_for(owner_id uuid, after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_tenant(owner_id, after, page_size) $$;

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
    where stored.id is null and not exists (
      select from sms_private.erased_texts e
      where e.account_sid = sms_find_unknown_messages.account_sid and e.message_sid = listed.text ->> 'message_sid'));
end
$$;

-- 2,000, because a change of one of these texts waits for the fold.
-- Every worker folds, whatever wakes it, so what has to be done now and then is done here too.
create or replace function public.sms_fold_stats(max_rows int default 2000)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  begin
    perform sms_private.purge();
  exception when others then
    raise warning 'Old texts could not be purged: %', sqlerrm;
  end;
  return sms_private.fold_stats(max_rows);
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
  -- Added by this transaction: perhaps an erased one, of whom Twilio brings a text once more.
  if contact.created_at = now() and exists (
    select from sms_private.erased_texts e
    where e.account_sid = sms_receive_message.account_sid and e.message_sid = sms_receive_message.message_sid) then
    delete from public.sms_contacts k where k.id = contact.id;
    return jsonb_build_object('outcome', 'duplicate', 'message_id', null, 'conversation_id', null,
      'reply_due_in_ms', null);
  end if;
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

-- A recovered keyword may be older than another keyword of the contact. The latest one counts, by date_created: Twilio's
-- clock where the list has the message, ours where a webhook brought it.
create or replace function sms_private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean;
begin
  -- Wait for a keyword that another number of the tenant receives at this moment, so that the look below sees it.
  perform from public.sms_contacts k where k.id = contact for no key update;
  overtaken := exists (
    select from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
  -- A START may be recovered after its contact was erased and came back. What they said before is kept apart then.
  if keyword = 'in' and not overtaken then
    overtaken := not sms_private.lift_suppressions(number_id, contact, message.date_created);
  end if;
  if keyword = 'out' and not overtaken then
    perform sms_private.opt_out(contact, source, evidence, message.id);
    update public.sms_conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
  if keyword = 'in' and not overtaken then
    update public.sms_contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    perform sms_private.unblock_sender(number_id, contact);
    update public.sms_conversations c
    set ai_paused_reason = case when c.ai_paused_until = 'infinity' then 'taken_over'
      when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
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
    when sms_private.opt_out_reason(number.id, k) is not null
      or k.id is null and sms_private.is_suppressed(number.number, r.canonical) then 'RECIPIENT_OPTED_OUT'
  end
  from (
    select n.number, n.place, sms_private.canonical_number(n.number) as canonical
    from unnest(to_numbers) with ordinality n (number, place)) r
  left join public.sms_contacts k on k.id = sms_private.contact_named(tenant, r.number)
$$;

create or replace function sms_private.count_consents(tenant uuid, number uuid, assistant uuid, from_at timestamptz,
  to_at timestamptz,
  change text)
returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  if number is null and assistant is null then
    return (select count(*) from public.sms_consent_events e
        where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at)
      + (select count(*) from sms_private.erased_consents e
        where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at);
  end if;
  -- An opt-out holds for the whole tenant. It counts for the number and the assistant of the message that said it. A subquery
  -- for each event, because a join may be planned as a walk through all messages.
  return (select count(*) from public.sms_consent_events e
    where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
      and (select (number is null or m.phone_number_id = number) and (assistant is null or m.assistant_id = assistant)
           from public.sms_messages m where m.id = e.message_id))
    + (select count(*) from sms_private.erased_consents e
      where e.user_id = tenant and e.change = count_consents.change and e.at >= from_at and e.at < to_at
        and (number is null or e.phone_number_id = number) and (assistant is null or e.assistant_id = assistant));
end
$$;

-- What is not kept for ever: texts that nobody owns, and what texts say where the operator wants it so.

create or replace function sms_private.days_setting(setting_name text)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting(setting_name) #>> '{}')::float8 * 86400);
end
$$;

-- A text that has not left yet keeps its words. It is as old as it was written, and may be for next year.
create or replace function sms_private.empty_texts(tenant uuid, older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  done_until timestamptz := coalesce(
    (select e.created_at from sms_private.emptied_until e where e.user_id = tenant), '-infinity');
  moment timestamptz := clock_timestamp() - older_than;
  ids uuid[];
  archived uuid[];
  conversations uuid[];
  broadcasts uuid[];
  emptied int;
  waiting timestamptz;
begin
  ids := array(
    select m.id from public.sms_messages m
    where m.user_id = tenant and m.created_at >= done_until and m.created_at < moment and m.body <> '[deleted]'
      and m.status not in ('scheduled', 'pending', 'unconfirmed')
    order by m.created_at limit batch_size for update skip locked);
  update public.sms_messages m set body = '[deleted]', media = '[]' where m.id = any (ids);
  archived := array(
    select a.id from sms_private.archived_messages a
    where a.user_id = tenant and a.created_at >= done_until and a.created_at < moment and a.message ->> 'body' <> '[deleted]'
    order by a.created_at limit batch_size);
  update sms_private.archived_messages a set message = a.message || '{"body": "[deleted]", "media": []}'
  where a.id = any (archived);
  conversations := array(
    select c.id from public.sms_conversations c
    where c.user_id = tenant and c.last_message_at >= done_until and c.last_message_at < moment
      and c.last_message_preview <> '[deleted]'
    order by c.last_message_at limit batch_size for update skip locked);
  update public.sms_conversations c set last_message_preview = '[deleted]' where c.id = any (conversations);
  broadcasts := array(
    select b.id from public.sms_broadcasts b
    where b.user_id = tenant and b.created_at >= done_until and b.created_at < moment and b.body <> '[deleted]'
      and not exists (select from public.sms_messages m
        where m.broadcast_id = b.id and m.status in ('scheduled', 'pending', 'unconfirmed'))
    order by b.created_at limit batch_size for update skip locked);
  update public.sms_broadcasts b set body = '[deleted]', media = '[]' where b.id = any (broadcasts);
  emptied := greatest(cardinality(ids), cardinality(archived), cardinality(conversations), cardinality(broadcasts));
  if emptied < batch_size then
    -- What was locked, or has not left yet, is looked at again.
    waiting := least(
      (select min(m.created_at) from public.sms_messages m
       where m.user_id = tenant and m.created_at >= done_until and m.created_at < moment and m.body <> '[deleted]'),
      (select min(c.last_message_at) from public.sms_conversations c
       where c.user_id = tenant and c.last_message_at >= done_until and c.last_message_at < moment
         and c.last_message_preview <> '[deleted]'),
      (select min(b.created_at) from public.sms_broadcasts b
       where b.user_id = tenant and b.created_at >= done_until and b.created_at < moment and b.body <> '[deleted]'));
    insert into sms_private.emptied_until as e (user_id, created_at) values (tenant, least(waiting, moment))
    on conflict on constraint emptied_until_pkey do update set created_at = excluded.created_at;
  end if;
  return emptied;
end
$$;

-- What no worker has claimed is canceled. What a worker has in hand may leave: nobody can take it back, and nobody sends it
-- again. Both are said so that the figures are right; the messages themselves go at once.
create or replace function sms_private.end_deliveries(message_ids uuid[])
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  open_ids uuid[] := array(select j.message_id from sms_private.jobs j where j.message_id = any (message_ids));
begin
  perform sms_private.cancel_waiting(open_ids, 'CONTACT_ERASED', 'The contact was erased before this text left.');
  update public.sms_messages m
  set status = 'failed', error_code = 'OUTCOME_UNKNOWN'
  where m.id = any (open_ids) and m.status in ('scheduled', 'pending', 'unconfirmed');
  delete from sms_private.questions q where q.message_id = any (message_ids);
  delete from sms_private.jobs j where j.message_id = any (open_ids);
  return (select count(*) from public.sms_messages m where m.id = any (open_ids) and m.status = 'canceled');
end
$$;

create or replace function sms_private.erase_contact(tenant uuid, contact_id uuid, erased_by text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  conversations uuid[];
  message_ids uuid[];
  numbers text[];
  canceled int;
  erasure sms_private.erasures;
begin
  perform from public.sms_conversations c
  where c.contact_id = erase_contact.contact_id and c.user_id = tenant order by c.id for update;
  select * into contact from public.sms_contacts k
  where k.id = erase_contact.contact_id and k.user_id = tenant for update;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  -- One may have begun before the contact was locked. Who holds that one and waits for the contact is ended by Postgres, and
  -- comes again.
  conversations := array(
    select c.id from public.sms_conversations c where c.contact_id = contact.id order by c.id for update);
  numbers := sms_private.spellings_of(contact.number);
  perform sms_private.erase_number(tenant, numbers, erased_by = 'operator');
  message_ids := array(
    select m.id from public.sms_messages m
    where m.id in (
      select said.id from public.sms_messages said where said.conversation_id = any (conversations)
      union all
      select alone.id from public.sms_messages alone
      where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))
    order by m.id for update);
  canceled := sms_private.end_deliveries(message_ids);
  perform sms_private.fold_messages(message_ids);
  insert into sms_private.erased_texts (account_sid, message_sid)
  select m.account_sid, m.message_sid from public.sms_messages m
  where m.id = any (message_ids) and m.direction = 'inbound' and m.date_created >= least(
    clock_timestamp() - interval '3 days',
    (select q.listed_until - interval '2 days' from sms_private.questions q
     where q.kind = 'listing' and q.account_sid = m.account_sid))
  on conflict do nothing;
  insert into sms_private.erased_consents (user_id, change, at, phone_number_id, assistant_id)
  select e.user_id, e.change, date_bin('15 minutes', e.at, '2000-01-01 00:00:00+00'), m.phone_number_id, m.assistant_id
  from public.sms_consent_events e left join public.sms_messages m on m.id = e.message_id
  where e.contact_id = contact.id and e.change in ('opt_out', 'opt_in');
  -- The archive's way, so that what they count for stays. Then the archive forgets them too.
  perform sms_private.move_to_archive(message_ids);
  delete from sms_private.archived_messages a where a.id = any (message_ids);
  delete from public.sms_conversations c where c.id = any (conversations);
  delete from public.sms_contacts k where k.id = contact.id;
  insert into sms_private.erasures (user_id, erased_by, messages, conversations, was_opted_out)
  values (tenant, erase_contact.erased_by, cardinality(message_ids), cardinality(conversations),
    contact.opted_out_at is not null)
  returning * into erasure;
  return jsonb_build_object('outcome', 'erased', 'erasure_id', erasure.id, 'messages', erasure.messages,
    'conversations', erasure.conversations, 'canceled', canceled);
end
$$;

create or replace function sms_private.erase_my_contact(contact_id uuid)
returns jsonb
language sql volatile security definer set search_path = ''
as $$ select sms_private.erase_contact((select sms_private.tenant_id()), contact_id, 'tenant') $$;

-- Everywhere else that a number may stand. The caller holds the contact.
create or replace function sms_private.erase_number(tenant uuid, numbers text[], by_operator boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- As Twilio names them.
  addresses text[] := numbers || array(select channel || n from unnest(numbers) n, unnest(array['rcs:', 'whatsapp:']) channel);
begin
  update public.sms_broadcasts b
  set rejected = (
    select jsonb_agg(case when one.entry ->> 'to' = any (numbers) then one.entry || '{"to": "erased"}' else one.entry end
      order by one.place)
    from jsonb_array_elements(b.rejected) with ordinality one (entry, place))
  where b.user_id = tenant and exists (
    select from jsonb_array_elements(b.rejected) one (entry) where one.entry ->> 'to' = any (numbers));
  delete from sms_private.texts_set_aside t using public.sms_numbers n
  where n.user_id = tenant and t.account_sid = n.account_sid and sms_private.telephone_of(t.to_number) = n.number
    and t.from_number = any (addresses);
  delete from sms_private.archived_messages a
  where a.user_id = tenant and a.conversation_id is null and a.message ->> 'from_number' = any (addresses);
  if by_operator then
    -- Nobody's texts are the operator's.
    delete from public.sms_messages m where m.user_id is null and m.conversation_id is null and m.from_number = any (addresses);
    delete from sms_private.archived_messages a where a.user_id is null and a.message ->> 'from_number' = any (addresses);
  end if;
end
$$;

create or replace function sms_private.export_contact(tenant uuid, contact_id uuid)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  numbers text[];
begin
  select * into contact from public.sms_contacts k where k.id = export_contact.contact_id and k.user_id = tenant;
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  numbers := sms_private.spellings_of(contact.number);
  return jsonb_build_object('outcome', 'exported', 'contact', to_jsonb(contact),
    'conversations', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.started_at, c.id), '[]')
      from public.sms_conversations c where c.contact_id = contact.id),
    'messages', (
      select coalesce(jsonb_agg(sms_private.message_with_events(m) order by m.created_at, m.id), '[]')
      from public.sms_messages m where m.id in (
        select said.id from public.sms_conversations c join public.sms_messages said on said.conversation_id = c.id
        where c.contact_id = contact.id
        union all
        select alone.id from public.sms_messages alone
        where alone.user_id = tenant and alone.conversation_id is null and alone.from_number = any (numbers))),
    'archived_messages', (
      select coalesce(jsonb_agg(a.message || jsonb_build_object('events', a.events) order by a.created_at, a.id), '[]')
      from sms_private.archived_messages a where a.user_id = tenant and (
        a.conversation_id in (select c.id from public.sms_conversations c where c.contact_id = contact.id)
        or a.conversation_id is null and a.message ->> 'from_number' = any (numbers))),
    'consent', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.at, e.id), '[]')
      from public.sms_consent_events e where e.contact_id = contact.id),
    'blocked_numbers', (
      select coalesce(jsonb_agg(n.number order by n.number), '[]') from sms_private.sender_blocks b
      join public.sms_numbers n on n.id = b.phone_number_id where b.contact_id = contact.id));
end
$$;

create or replace function sms_private.export_my_contact(contact_id uuid)
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.export_contact((select sms_private.tenant_id()), contact_id) $$;

create or replace function sms_private.export_my_tenant(after text, page_size int)
returns jsonb
language sql stable security definer set search_path = ''
as $$ select sms_private.export_tenant((select sms_private.tenant_id()), after, page_size) $$;

-- Each part in the order of its moment and id, so that a page begins where the one before ended.
create or replace function sms_private.export_part(tenant uuid, part text, after_at timestamptz, after_id uuid, page_size int)
returns table (at timestamptz, id uuid, entry jsonb)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  -- The moment of a row, by its part.
  moment constant text := case part when 'conversations' then 'started_at' when 'consent_events' then 'at'
    when 'stats' then 'bucket' else 'created_at' end;
begin
  if part = 'messages' then
    return query select m.created_at, m.id, sms_private.message_with_events(m) from public.sms_messages m
      where m.user_id = tenant and m.created_at >= after_at and (m.created_at, m.id) > (after_at, after_id)
      order by m.created_at, m.id limit page_size;
  elsif part = 'archived_messages' then
    return query select a.created_at, a.id, a.message || jsonb_build_object('events', a.events)
      from sms_private.archived_messages a
      where a.user_id = tenant and (a.created_at, a.id) > (after_at, after_id)
      order by a.created_at, a.id limit page_size;
  elsif part = 'limits' then
    return query select l.updated_at, l.user_id, to_jsonb(l) from public.sms_limits l
      where l.user_id = tenant and after_id < l.user_id;
  else
    return query execute format(
      'select t.%1$I, t.id, to_jsonb(t) from public.%2$I t where t.user_id = $1 and (t.%1$I, t.id) > ($2, $3)
       order by t.%1$I, t.id limit $4', moment, 'sms_' || part)
      using tenant, after_at, after_id, page_size;
  end if;
end
$$;

create or replace function sms_private.export_tenant(tenant uuid, after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  parts constant text[] := array['accounts', 'assistants', 'numbers', 'templates', 'limits', 'contacts', 'conversations',
    'broadcasts', 'messages', 'archived_messages', 'consent_events', 'stats'];
  nowhere constant uuid := '00000000-0000-0000-0000-000000000000';
  place text[] := coalesce(string_to_array(after, ' '), array[parts[1], '-infinity', nowhere::text]);
  part text := place[1];
  entries jsonb;
  last_row record;
  next_part text;
begin
  if page_size is null or page_size not between 1 and 1000 then
    return jsonb_build_object('outcome', 'INVALID_PAGE_SIZE');
  elsif tenant is not null and not exists (select from auth.users u where u.id = tenant) then
    return jsonb_build_object('outcome', 'USER_NOT_FOUND');
  elsif cardinality(place) <> 3 or part <> all (parts) or place[2] !~ '^(-infinity|[0-9][0-9T:.+-]{9,39}Z?)$'
    or place[3] !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  end if;
  begin
    perform place[2]::timestamptz;
  exception when data_exception then
    return jsonb_build_object('outcome', 'INVALID_CURSOR');
  end;
  select coalesce(jsonb_agg(p.entry order by p.at, p.id), '[]') as found, count(*) as rows,
    (array_agg(p.at order by p.at desc, p.id desc))[1] as at, (array_agg(p.id order by p.at desc, p.id desc))[1] as id
  into last_row from sms_private.export_part(tenant, part, place[2]::timestamptz, place[3]::uuid, page_size) p;
  entries := last_row.found;
  next_part := parts[array_position(parts, part) + 1];
  return jsonb_build_object('outcome', 'exported', 'part', part, 'rows', entries, 'next', case
    when last_row.rows = page_size then concat_ws(' ', part, to_jsonb(last_row.at) #>> '{}', last_row.id)
    when next_part is not null then concat_ws(' ', next_part, '-infinity', nowhere) end);
end
$$;

-- Erasing a contact: what they wrote, what was written to them, and who they are. Figures and an opt-out stay.

-- The same numbers as in a fold, for these messages alone. The lock keeps a fold away, which writes the same sums.
create or replace function sms_private.fold_messages(message_ids uuid[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  taken tid[];
  sums sms_private.stat_deltas[];
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_fold_stats', 0));
  taken := array(select c.ctid from sms_private.stat_changes c where c.message_id = any (message_ids) for update);
  with folded as (
    delete from sms_private.stat_changes c where c.ctid = any (taken)
  )
  select array_agg(row(s.*)::sms_private.stat_deltas) into sums
  from (
    select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
      p.price_unit, p.answer_bin, sum(p.messages)::bigint, sum(p.conversations)::bigint, sum(p.segments)::bigint,
      sum(p.price)
    from sms_private.stat_parts p where p.part <> 'all' and p.change = any (taken)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    having (sum(p.messages), sum(p.conversations), sum(p.segments), sum(p.price)) <> (0, 0, 0, 0)
  ) s;
  perform sms_private.add_figures(sums);
end
$$;

-- Opt-outs of contacts that are gone: kept by a keyed hash, found again when the contact is new to a number.

-- RFC 2104. sha256() is Postgres's own; an extension for it may be missing, or in any schema.
create or replace function sms_private.hmac_sha256(secret bytea, message bytea)
returns bytea
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  padded bit(512) := ('x' || rpad(encode(case when octet_length(secret) > 64 then sha256(secret) else secret end, 'hex'),
    128, '0'))::bit(512);
begin
  -- What varbit_send() gives begins with four bytes that say how long it is.
  return sha256(substring(varbit_send(padded # ('x' || repeat('5c', 64))::bit(512)) from 5)
    || sha256(substring(varbit_send(padded # ('x' || repeat('36', 64))::bit(512)) from 5) || message));
end
$$;

create or replace function sms_private.is_suppressed(sending_number text, canonical text)
returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not exists (select from sms_private.suppressions s where s.sending_number = is_suppressed.sending_number) then
    return false;
  end if;
  return exists (select from sms_private.suppressions_of(canonical) s where s.sending_number = is_suppressed.sending_number);
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- Whoever it may be, they are not texted.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;

-- Called when a contact, or a number, is about to be deleted: by an erasure, or with its tenant.
create or replace function sms_private.keep_opt_outs(contact public.sms_contacts, number public.sms_numbers)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  block sms_private.sender_blocks;
begin
  if contact.opted_out_at is not null then
    perform sms_private.keep_suppression(contact.canonical_number, number.number, 'opted_out', contact.opt_out_source,
      contact.opted_out_at);
  end if;
  select * into block from sms_private.sender_blocks b where b.phone_number_id = number.id and b.contact_id = contact.id;
  -- Infinity: the key could not be read. If there was a suppression, then it is still there.
  if found and block.at < 'infinity' then
    perform sms_private.keep_suppression(contact.canonical_number, number.number, 'sender_blocked', 'carrier', block.at);
  end if;
end
$$;

-- Triggers: an opt-out outlives its contact and its number, and is found again.

-- Definers: whoever deletes or adds a row has no right to read the keys. When a user is deleted, Postgres deletes the contacts
-- first or the numbers first; the other half is still there then. A contact without a canonical number is being merged into
-- another one, which goes on.
create or replace function sms_private.keep_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if old.opted_out_at is not null or exists (
    select from sms_private.sender_blocks b where b.contact_id = old.id) then
    perform sms_private.keep_opt_outs(old, n) from public.sms_numbers n where n.user_id = old.user_id;
  end if;
  return old;
end
$$;

create or replace function sms_private.keep_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform sms_private.keep_opt_outs(c, old) from public.sms_contacts c
  where c.user_id = old.user_id and c.canonical_number is not null and (c.opted_out_at is not null
    or exists (select from sms_private.sender_blocks b where b.phone_number_id = old.id and b.contact_id = c.id));
  return old;
end
$$;

create or replace function sms_private.keep_suppression(canonical text, sending_number text, reason text, source text, at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  newest int := sms_private.newest_suppression_key();
  earlier sms_private.suppressions;
begin
  -- Now that the number is known, what an older key says of it moves to the newest one.
  for earlier in
    select s.* from sms_private.suppressions_of(canonical) s
    where s.sending_number = keep_suppression.sending_number and s.key_id <> newest
  loop
    if earlier.reason = 'opted_out' then
      reason := earlier.reason;
      source := earlier.source;
    end if;
    at := greatest(at, earlier.opted_out_at);
    delete from sms_private.suppressions s
    where s.key_id = earlier.key_id and s.contact_hash = earlier.contact_hash and s.sending_number = earlier.sending_number;
  end loop;
  insert into sms_private.suppressions as s (key_id, contact_hash, sending_number, reason, source, opted_out_at)
  values (newest, sms_private.hmac_sha256(sms_private.suppression_secret(newest), convert_to(canonical, 'UTF8')),
    keep_suppression.sending_number, keep_suppression.reason, keep_suppression.source, keep_suppression.at)
  on conflict on constraint suppressions_pkey do update
  set reason = case when excluded.reason = 'opted_out' then 'opted_out' else s.reason end,
    source = case when excluded.reason = 'opted_out' then excluded.source else s.source end,
    opted_out_at = greatest(s.opted_out_at, excluded.opted_out_at);
end
$$;

-- START. Only what is older than it: a START may be recovered late.
create or replace function sms_private.lift_suppressions(number_id uuid, contact_id uuid, said_at timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
  lifted record;
  later boolean := false;
begin
  select * into contact from public.sms_contacts k where k.id = lift_suppressions.contact_id;
  if not exists (select from sms_private.suppressions s join public.sms_numbers n on n.number = s.sending_number
    where n.user_id = contact.user_id) then
    return true;
  end if;
  for lifted in
    select n.id as number_id, s.* from sms_private.suppressions_of(contact.canonical_number) s
    join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
    where s.reason = 'opted_out' or n.id = lift_suppressions.number_id
    order by n.id
  loop
    if lifted.opted_out_at > said_at then
      later := later or lifted.number_id = lift_suppressions.number_id;
      continue;
    end if;
    delete from sms_private.suppressions s
    where s.key_id = lifted.key_id and s.contact_hash = lifted.contact_hash and s.sending_number = lifted.sending_number;
    delete from sms_private.sender_blocks b
    where b.phone_number_id = lifted.number_id and b.contact_id = contact.id and b.at = lifted.opted_out_at;
  end loop;
  return not later;
exception when others then
  perform sms_private.raise_if_transient(sqlstate, sqlerrm);
  -- The contact's word is stored all the same, and unblocks this number.
  raise warning 'Suppressions could not be read: %', sqlerrm;
  return true;
end
$$;

-- Exporting: everything about a contact, and everything of a tenant.

create or replace function sms_private.message_with_events(message public.sms_messages)
returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(message) || jsonb_build_object('events', (
    select coalesce(jsonb_agg(to_jsonb(e) order by e.received_at, e.id), '[]')
    from public.sms_message_events e where e.message_id = message.id))
$$;

create or replace function sms_private.newest_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  newest int := (select max(k.id) from sms_private.suppression_keys k);
begin
  if newest is null then
    perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
    newest := (select max(k.id) from sms_private.suppression_keys k);
  end if;
  return coalesce(newest, sms_private.rotate_suppression_key());
end
$$;

create or replace function sms_private.purge(batch_size int default 500)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '300ms'
as $$
declare
  ownerless int := 0;
  emptied int := 0;
  old_keys int;
  tenant uuid;
  more boolean;
begin
  if exists (select from sms_private.purges p where p.next_at > clock_timestamp())
    or not pg_try_advisory_xact_lock(hashtextextended('sms_purge', 0)) then
    return null;
  end if;
  begin
    if sms_private.days_setting('ownerless_texts_days') is not null then
      ownerless := sms_private.purge_ownerless(sms_private.days_setting('ownerless_texts_days'), batch_size);
    end if;
    if sms_private.days_setting('texts_days') is not null then
      for tenant in select distinct n.user_id from public.sms_numbers n order by 1 loop
        emptied := emptied + sms_private.empty_texts(tenant, sms_private.days_setting('texts_days'), batch_size - emptied);
        exit when emptied >= batch_size;
      end loop;
    end if;
    delete from sms_private.erased_texts e where e.erased_at < clock_timestamp() - interval '30 days';
    delete from sms_private.idempotency_keys k where (k.user_id, k.key) in (
      select old.user_id, old.key from sms_private.idempotency_keys old
      where old.created_at <= clock_timestamp() - interval '24 hours'
      order by old.created_at limit batch_size for update skip locked);
    get diagnostics old_keys = row_count;
  exception when lock_not_available then
    return null;
  end;
  more := greatest(ownerless, emptied, old_keys) >= batch_size;
  insert into sms_private.purges as p (next_at)
  values (clock_timestamp() + case when more then interval '0' else interval '1 hour' end)
  on conflict on constraint purges_pkey do update set next_at = excluded.next_at;
  return jsonb_build_object('ownerless', ownerless, 'emptied', emptied, 'more', more);
end
$$;

create or replace function sms_private.purge_ownerless(older_than interval, batch_size int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp() - older_than;
  purged int;
  in_archive int;
  refused int;
begin
  delete from public.sms_messages m where m.id in (
    select old.id from public.sms_messages old
    where old.user_id is null and old.conversation_id is null and old.created_at < moment
    limit batch_size for update skip locked);
  get diagnostics purged = row_count;
  delete from sms_private.archived_messages a where a.id in (
    select old.id from sms_private.archived_messages old where old.user_id is null and old.created_at < moment limit batch_size);
  get diagnostics in_archive = row_count;
  -- Also what could not be stored, where nobody has the number.
  delete from sms_private.texts_set_aside t where t.set_aside_at < moment and not exists (
    select from public.sms_numbers n
    where n.account_sid = t.account_sid and n.number = sms_private.telephone_of(t.to_number));
  get diagnostics refused = row_count;
  return greatest(purged, in_archive, refused);
end
$$;

-- A key that cannot be read must not lose a text. Whoever it may be, they are not texted from numbers with suppressions until
-- the key is back: the block is marked by infinity (restore_suppression_key()).
create or replace function sms_private.recall_opt_outs(contact public.sms_contacts, only_number uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  begin
    with recalled as (
      insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
      select n.id, contact.id, max(s.opted_out_at)
      from sms_private.suppressions_of(contact.canonical_number) s
      join public.sms_numbers n on n.number = s.sending_number and n.user_id = contact.user_id
      where n.id = coalesce(only_number, n.id)
      group by 1 order by 1
      on conflict do nothing
      returning phone_number_id
    )
    insert into public.sms_consent_events (user_id, contact_id, change, source)
    select contact.user_id, contact.id, 'sender_blocked',
      (select s.source from sms_private.suppressions_of(contact.canonical_number) s order by s.opted_out_at desc limit 1)
    from recalled limit 1;
  exception when others then
    perform sms_private.raise_if_transient(sqlstate, sqlerrm);
    raise warning 'Suppressions could not be read: %', sqlerrm;
    insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
    select n.id, contact.id, 'infinity' from public.sms_numbers n
    where n.user_id = contact.user_id and n.id = coalesce(only_number, n.id)
      and exists (select from sms_private.suppressions s where s.sending_number = n.number)
    order by n.id
    on conflict do nothing;
  end;
end
$$;

create or replace function sms_private.recall_opt_outs_of_contact()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from public.sms_numbers n join sms_private.suppressions s on s.sending_number = n.number
    where n.user_id = new.user_id) then
    perform sms_private.recall_opt_outs(new, null);
  end if;
  return null;
end
$$;

create or replace function sms_private.recall_opt_outs_of_number()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from sms_private.suppressions s where s.sending_number = new.number) then
    perform sms_private.recall_opt_outs(c, new.id) from public.sms_contacts c
    where c.user_id = new.user_id and c.canonical_number is not null;
  end if;
  return null;
end
$$;

create or replace function sms_private.restore_suppression_key(key_id int, secret text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if secret !~ '^[0-9a-f]{64}$' then
    raise exception 'A key is 64 hexadecimal digits.' using errcode = 'invalid_parameter_value';
  elsif to_regnamespace('vault') is not null then
    perform sms_private.keep_secret('supabase_sms_suppression_key_' || restore_suppression_key.key_id,
      restore_suppression_key.secret);
  end if;
  insert into sms_private.suppression_keys as k (id, secret)
  values (restore_suppression_key.key_id,
    case when to_regnamespace('vault') is null then decode(restore_suppression_key.secret, 'hex') end)
  on conflict on constraint suppression_keys_pkey do update set secret = excluded.secret;
  -- Contacts that came while it was missing: blocked until now, whoever they are.
  with unknown as (
    delete from sms_private.sender_blocks b where b.at = 'infinity' returning b.*
  )
  insert into sms_private.sender_blocks (phone_number_id, contact_id, at)
  select u.phone_number_id, u.contact_id, max(s.opted_out_at) from unknown u
  join public.sms_numbers n on n.id = u.phone_number_id
  join public.sms_contacts c on c.id = u.contact_id
  cross join lateral sms_private.suppressions_of(c.canonical_number) s
  where s.sending_number = n.number
  group by 1, 2;
end
$$;

create or replace function sms_private.rotate_suppression_key()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  new_id int;
  old_id int;
begin
  perform pg_advisory_xact_lock(hashtextextended('sms_suppression_key', 0));
  -- Nothing is hashed with these any more. The newest keeps its id from being used again.
  for old_id in
    delete from sms_private.suppression_keys k
    where not exists (select from sms_private.suppressions s where s.key_id = k.id)
      and k.id < (select max(newest.id) from sms_private.suppression_keys newest)
    returning k.id
  loop
    if to_regnamespace('vault') is not null then
      delete from vault.secrets v where v.name = 'supabase_sms_suppression_key_' || old_id;
    end if;
  end loop;
  new_id := coalesce((select max(k.id) from sms_private.suppression_keys k), 0) + 1;
  -- Three random numbers of 122 bits are more than the 256 that a key has.
  perform sms_private.restore_suppression_key(new_id, encode(sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'));
  return new_id;
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
  -- Somebody who was erased does not become a contact again by a text that is refused.
  if sms_private.contact_named(tenant, recipient) is null
    and sms_private.is_suppressed(number.number, sms_private.canonical_number(recipient)) then
    return jsonb_build_object('outcome', 'RECIPIENT_OPTED_OUT');
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

create or replace function sms_private.suppression_secret(key_id int)
returns bytea
language plpgsql stable set search_path = ''
as $$
declare
  secret bytea := (select k.secret from sms_private.suppression_keys k where k.id = suppression_secret.key_id);
begin
  if secret is null and to_regclass('vault.decrypted_secrets') is not null then
    select decode(v.decrypted_secret, 'hex') into secret from vault.decrypted_secrets v
    where v.name = 'supabase_sms_suppression_key_' || suppression_secret.key_id;
  end if;
  if secret is null or octet_length(secret) <> 32 then
    raise exception 'Key % of the suppressions cannot be read. Give it back: sms_private.restore_suppression_key() (docs/privacy.md).', key_id
      using errcode = 'no_data_found';
  end if;
  return secret;
end
$$;

create or replace function sms_private.suppressions_of(canonical text)
returns setof sms_private.suppressions
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select s.* from sms_private.suppression_keys k
    cross join lateral (select sms_private.hmac_sha256(sms_private.suppression_secret(k.id), convert_to(canonical, 'UTF8')) as hash
      offset 0) hashed
    join sms_private.suppressions s on s.key_id = k.id and s.contact_hash = hashed.hash
    where exists (select from sms_private.suppressions any_of where any_of.key_id = k.id);
end
$$;

-- Opt-outs that an earlier installation left behind when it was removed (supabase/remove.sql).
create or replace function sms_private.take_in_kept_opt_outs()
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  taken int;
begin
  if to_regclass('sms_kept.opt_outs') is null then
    return 0;
  end if;
  insert into sms_private.suppression_keys (id, secret) select k.id, k.secret from sms_kept.suppression_keys k
  on conflict do nothing;
  insert into sms_private.suppressions (key_id, contact_hash, sending_number, reason, source, opted_out_at)
  select o.key_id, o.contact_hash, o.sending_number, o.reason, o.source, o.opted_out_at from sms_kept.opt_outs o
  where o.contact_hash is not null
  on conflict do nothing;
  perform sms_private.keep_suppression(sms_private.canonical_number(o.contact_number), o.sending_number, o.reason,
    o.source, o.opted_out_at)
  from sms_kept.opt_outs o where o.contact_number is not null;
  select count(*) into taken from sms_kept.opt_outs;
  drop table sms_kept.opt_outs, sms_kept.suppression_keys;
  begin
    drop schema sms_kept;
  exception when dependent_objects_still_exist then
    raise notice 'The schema sms_kept has something of yours and stays. Its opt-outs are taken in.';
  end;
  return taken;
end
$$;

alter table sms_private.emptied_until
  add constraint emptied_until_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.erased_consents
  add constraint erased_consents_user_id_fkey foreign key (user_id) references auth.users(id)
    on delete cascade;

alter table sms_private.erasures
  add constraint erasures_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade;

alter table sms_private.suppressions
  add constraint suppressions_key_id_fkey foreign key (key_id) references sms_private.suppression_keys(id)
    on delete restrict;

create index archived_messages_user_idx on sms_private.archived_messages using btree (user_id, created_at);

create index erased_consents_change_idx on sms_private.erased_consents using btree (user_id, change, at);

create index erased_texts_age_idx on sms_private.erased_texts using btree (erased_at);

create index erasures_user_idx on sms_private.erasures using btree (user_id);

create index suppressions_number_idx on sms_private.suppressions using btree (sending_number);

create trigger keep_opt_outs
  before delete on public.sms_contacts
  for each row
  when ((old.canonical_number IS NOT NULL))
  execute function sms_private.keep_opt_outs_of_contact();

create trigger recall_opt_outs
  after insert on public.sms_contacts
  for each row
  execute function sms_private.recall_opt_outs_of_contact();

create trigger keep_opt_outs
  before delete on public.sms_numbers
  for each row
  execute function sms_private.keep_opt_outs_of_number();

create trigger recall_opt_outs
  after insert on public.sms_numbers
  for each row
  execute function sms_private.recall_opt_outs_of_number();

comment on column sms_private.emptied_until.created_at is 'Older texts are emptied.';

comment on column sms_private.emptied_until.user_id is 'The tenant.';

comment on column sms_private.erased_consents.assistant_id is 'Of the message that said it; null for none.';

comment on column sms_private.erased_consents.at is 'Start of the quarter of an hour.';

comment on column sms_private.erased_consents.change is 'opt_out or opt_in.';

comment on column sms_private.erased_consents.id is 'Its id.';

comment on column sms_private.erased_consents.phone_number_id is 'Of the message that said it; null for none.';

comment on column sms_private.erased_consents.user_id is 'The tenant.';

comment on column sms_private.erased_texts.account_sid is 'The account.';

comment on column sms_private.erased_texts.erased_at is 'When.';

comment on column sms_private.erased_texts.message_sid is 'Twilio''s SID. It says nothing of who wrote or what.';

comment on column sms_private.erasures.conversations is 'How many conversations went.';

comment on column sms_private.erasures.erased_at is 'When.';

comment on column sms_private.erasures.erased_by is 'Who asked: the tenant, or the operator.';

comment on column sms_private.erasures.id is 'What sms_erase_contact() answered as erasure_id.';

comment on column sms_private.erasures.messages is 'How many messages went.';

comment on column sms_private.erasures.user_id is 'The tenant.';

comment on column sms_private.erasures.was_opted_out is 'Whether an opt-out stays behind.';

comment on column sms_private.purges.next_at is 'Not before this.';

comment on column sms_private.purges.only_row is 'There is one row at most.';

comment on column sms_private.suppression_keys.created_at is 'When it was made.';

comment on column sms_private.suppression_keys.id is 'Which key; the newest has the highest.';

comment on column sms_private.suppression_keys.secret is 'The key; null: it is in Vault, as supabase_sms_suppression_key_<id>.';

comment on column sms_private.suppressions.contact_hash is 'HMAC-SHA256 of the contact''s canonical number (UTF-8).';

comment on column sms_private.suppressions.key_id is 'The key of the hash.';

comment on column sms_private.suppressions.opted_out_at is 'Since when.';

comment on column sms_private.suppressions.reason is 'As opt_out_reason() says it: opted_out of all numbers of the tenant of then, or sender_blocked, of this number.';

comment on column sms_private.suppressions.sending_number is 'The number that must not text them; E.164.';

comment on column sms_private.suppressions.source is 'How it was known, as in sms_consent_events.';

comment on function public.sms_erase_contact(uuid) is 'Deletes a contact with everything that was said, for good. Texts that have not left are canceled. Figures stay, and so does an opt-out: it binds the number from which they were texted. Outcomes: erased (erasure_id, messages, conversations, canceled), CONTACT_NOT_FOUND.';

comment on function public.sms_erase_contact_for(uuid, uuid) is 'The operator erases a tenant''s contact: sms_erase_contact for a named tenant. Texts from that contact to numbers that nobody owns go too. Outcomes of sms_erase_contact.';

comment on function public.sms_export_contact(uuid) is 'All that is stored about a contact, as one JSON object: contact, conversations, messages and archived_messages with their events, consent, blocked_numbers. Attachments are named by their URL at Twilio. Outcomes: exported, CONTACT_NOT_FOUND.';

comment on function public.sms_export_contact_for(uuid, uuid) is 'The operator exports a tenant''s contact: sms_export_contact for a named tenant. Outcomes of sms_export_contact.';

comment on function public.sms_export_tenant(text, integer) is 'All that is stored of the caller, page by page: { part, rows, next }. Call again with after => next until next is null. Parts: accounts (without secrets), assistants, numbers, templates, limits, contacts, conversations, broadcasts, messages and archived_messages with their events, consent_events, stats. Outcomes: exported, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR, USER_NOT_FOUND.';

comment on function public.sms_export_tenant_for(uuid, text, integer) is 'The operator exports a tenant: sms_export_tenant for a named tenant. Outcomes of sms_export_tenant.';

comment on function public.sms_fold_stats(integer) is 'Folds the oldest changes into sms_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';

comment on function sms_private.days_setting(text) is 'A setting in days, as an interval; null for a setting of null.';

comment on function sms_private.empty_texts(uuid, interval, integer) is 'Takes the words and attachments of a tenant''s texts that are older than that: the next batch_size, and what hangs on them. Rows, numbers and figures stay. Returns how many of one kind; batch_size means that there may be more.';

comment on function sms_private.end_deliveries(uuid[]) is 'Ends all deliveries of these messages. Returns how many were canceled before they left. The caller has locked the messages.';

comment on function sms_private.erase_contact(uuid, uuid, text) is 'sms_erase_contact_for, as definer; erased_by: tenant or operator.';

comment on function sms_private.erase_my_contact(uuid) is 'sms_erase_contact, as definer, for sms_private.tenant_id().';

comment on function sms_private.erase_number(uuid, text[], boolean) is 'Erases what stands outside of conversations: refused recipients of broadcasts, texts that were set aside, the archive; for the operator also texts to numbers that nobody owns.';

comment on function sms_private.export_contact(uuid, uuid) is 'sms_export_contact_for, as definer.';

comment on function sms_private.export_my_contact(uuid) is 'sms_export_contact, as definer, for sms_private.tenant_id().';

comment on function sms_private.export_my_tenant(text, integer) is 'sms_export_tenant, as definer, for sms_private.tenant_id().';

comment on function sms_private.export_part(uuid, text, timestamp
  with time zone, uuid, integer) is 'The next rows of one part of a tenant''s export.';

comment on function sms_private.export_tenant(uuid, text, integer) is 'sms_export_tenant_for, as definer.';

comment on function sms_private.fold_messages(uuid[]) is 'Folds what these messages count for now, so that they may be deleted.';

comment on function sms_private.hmac_sha256(bytea, bytea) is 'HMAC-SHA256 (RFC 2104).';

comment on function sms_private.is_suppressed(text, text) is 'Whether a number must not text somebody who is no contact: opt_out_reason() for a recipient that has no row yet. True also when the key cannot be read.';

comment on function sms_private.keep_opt_outs(public.sms_contacts, public.sms_numbers) is
  'Keeps the opt-out of a contact for one number, if there is one.';

comment on function sms_private.keep_opt_outs_of_contact() is 'Trigger: an opt-out outlives its contact.';

comment on function sms_private.keep_opt_outs_of_number() is 'Trigger: an opt-out outlives the number, and binds who has it next.';

comment on function sms_private.keep_suppression(text, text, text, text, timestamp
  with time zone) is 'Keeps that a number must not text a contact, by the newest key.';

comment on function sms_private.lift_suppressions(uuid, uuid, timestamp
  with time zone) is 'The contact opted in: deletes what is kept of their opt-out for this number, and for all numbers of the tenant where they had opted out of all. False when they opted out of this number later than that.';

comment on function sms_private.message_with_events(public.sms_messages) is 'A message as an export has it: its row, and all that happened to it.';

comment on function sms_private.newest_suppression_key() is 'The key for new hashes; the first one is made when it is needed.';

comment on function sms_private.purge(integer) is 'Deletes what need not be kept, at most batch_size of each kind: ownerless texts (ownerless_texts_days), words of old texts (texts_days), SIDs of erased texts, used keys. Once an hour, sooner while there is more. Opt-outs and figures stay. Returns { ownerless, emptied, more }; null when it is not due, somebody else does it, or something it needs is locked.';

comment on function sms_private.purge_ownerless(interval, integer) is 'Deletes texts to numbers that nobody has and that are older than that. Returns how many; batch_size means that there may be more.';

comment on function sms_private.recall_opt_outs(public.sms_contacts, uuid) is 'Blocks the pairs of a contact that is new to these numbers (null: all of its tenant''s) and that opted out of them before it was erased, or under another tenant.';

comment on function sms_private.recall_opt_outs_of_contact() is 'Trigger: a contact that is new, or comes back, is still opted out.';

comment on function sms_private.recall_opt_outs_of_number() is 'Trigger: who has a number next is bound by the opt-outs of the one before.';

comment on function sms_private.restore_suppression_key(integer, text) is 'Puts a key (hexadecimal) where it belongs: into Vault, or into suppression_keys where there is no Vault. Then it looks again at contacts that came while it could not be read.';

comment on function sms_private.rotate_suppression_key() is 'Makes a new key for what is hashed from now on, and returns its id. Hashes of the old key are still found: nobody can hash them anew, because the numbers are gone.';

comment on function sms_private.suppression_secret(integer) is 'The key with which contacts are hashed, of 32 bytes; raises when it cannot be read. For the database''s owner.';

comment on function sms_private.suppressions_of(text) is 'All that is kept of the contact with this canonical number. Raises when a key cannot be read.';
comment on function sms_private.take_in_kept_opt_outs() is 'Takes in the opt-outs in sms_kept, before there are numbers or contacts, and drops that schema. Returns how many. The installation calls it.';

comment on table sms_private.emptied_until is 'Up to where the texts of each tenant are emptied, so that nothing is looked at twice. Delete a row after an import of old texts.';

comment on table sms_private.erased_consents is 'Opt-outs and opt-ins of contacts that were erased, for the figures: when, and by which number and assistant. Not whose.';

comment on table sms_private.erased_texts is 'SIDs of inbound texts that were erased and that Twilio may still list. A row goes after 30 days.';

comment on table sms_private.erasures is 'A line for each contact that was erased, without anything of them.';

comment on table sms_private.purges is 'When sms_private.purge() has something to do again; empty before the first time.';

comment on table sms_private.suppression_keys is 'Keys of the hashes in suppressions. The newest makes new hashes; an older one stays while a hash of it is there. Read by the database''s owner alone.';

comment on table sms_private.suppressions is 'Who must not be texted from a number although nothing else is known of them. Only their START deletes a row; no purge does.';

-- Rows. What an operator has set stays.
insert into sms_private.settings (name, value) values
  ('ownerless_texts_days', '30'),
  ('texts_days', 'null')
on conflict (name) do nothing;

-- Who may do what.
revoke all on function public.sms_erase_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_erase_contact_for(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_contact_for(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_tenant(text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_export_tenant_for(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function public.sms_fold_stats(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.days_setting(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.empty_texts(uuid,interval,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.end_deliveries(uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.erase_contact(uuid,uuid,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.erase_my_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.erase_number(uuid,text[],boolean) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_contact(uuid,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_my_contact(uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_my_tenant(text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_part(uuid,text,timestamp with time zone,uuid,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.export_tenant(uuid,text,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.fold_messages(uuid[]) from public, anon, authenticated, service_role;
revoke all on function sms_private.hmac_sha256(bytea,bytea) from public, anon, authenticated, service_role;
revoke all on function sms_private.is_suppressed(text,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_opt_outs(public.sms_contacts,public.sms_numbers) from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_opt_outs_of_contact() from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_opt_outs_of_number() from public, anon, authenticated, service_role;
revoke all on function sms_private.keep_suppression(text,text,text,text,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.lift_suppressions(uuid,uuid,timestamp with time zone) from public, anon, authenticated, service_role;
revoke all on function sms_private.message_with_events(public.sms_messages) from public, anon, authenticated, service_role;
revoke all on function sms_private.newest_suppression_key() from public, anon, authenticated, service_role;
revoke all on function sms_private.purge(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.purge_ownerless(interval,integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.recall_opt_outs(public.sms_contacts,uuid) from public, anon, authenticated, service_role;
revoke all on function sms_private.recall_opt_outs_of_contact() from public, anon, authenticated, service_role;
revoke all on function sms_private.recall_opt_outs_of_number() from public, anon, authenticated, service_role;
revoke all on function sms_private.restore_suppression_key(integer,text) from public, anon, authenticated, service_role;
revoke all on function sms_private.rotate_suppression_key() from public, anon, authenticated, service_role;
revoke all on function sms_private.suppression_secret(integer) from public, anon, authenticated, service_role;
revoke all on function sms_private.suppressions_of(text) from public, anon, authenticated, service_role;
revoke all on function sms_private.take_in_kept_opt_outs() from public, anon, authenticated, service_role;
revoke all on sequence sms_private.erased_consents_id_seq from public, anon, authenticated, service_role;
revoke all on table sms_private.emptied_until from public, anon, authenticated, service_role;
revoke all on table sms_private.erased_consents from public, anon, authenticated, service_role;
revoke all on table sms_private.erased_texts from public, anon, authenticated, service_role;
revoke all on table sms_private.erasures from public, anon, authenticated, service_role;
revoke all on table sms_private.purges from public, anon, authenticated, service_role;
revoke all on table sms_private.suppression_keys from public, anon, authenticated, service_role;
revoke all on table sms_private.suppressions from public, anon, authenticated, service_role;
grant execute on function public.sms_erase_contact(uuid) to authenticated;
grant execute on function public.sms_erase_contact_for(uuid,uuid) to service_role;
grant execute on function public.sms_export_contact(uuid) to authenticated;
grant execute on function public.sms_export_contact_for(uuid,uuid) to service_role;
grant execute on function public.sms_export_tenant(text,integer) to authenticated;
grant execute on function public.sms_export_tenant_for(uuid,text,integer) to service_role;
grant execute on function public.sms_fold_stats(integer) to service_role;
grant execute on function sms_private.days_setting(text) to service_role;
grant execute on function sms_private.erase_contact(uuid,uuid,text) to service_role;
grant execute on function sms_private.erase_my_contact(uuid) to authenticated;
grant execute on function sms_private.erase_my_contact(uuid) to service_role;
grant execute on function sms_private.export_contact(uuid,uuid) to service_role;
grant execute on function sms_private.export_my_contact(uuid) to authenticated;
grant execute on function sms_private.export_my_contact(uuid) to service_role;
grant execute on function sms_private.export_my_tenant(text,integer) to authenticated;
grant execute on function sms_private.export_my_tenant(text,integer) to service_role;
grant execute on function sms_private.export_tenant(uuid,text,integer) to service_role;
grant execute on function sms_private.hmac_sha256(bytea,bytea) to service_role;
grant execute on function sms_private.is_suppressed(text,text) to service_role;
grant execute on function sms_private.lift_suppressions(uuid,uuid,timestamp with time zone) to service_role;
grant execute on function sms_private.message_with_events(public.sms_messages) to service_role;
grant execute on function sms_private.purge(integer) to service_role;
grant select on table sms_private.erased_consents to service_role;
grant select on table sms_private.erased_texts to service_role;
grant select on table sms_private.erasures to service_role;

reset check_function_bodies;
