-- The small rules that every text, reply and send is put to, with their plans kept. A function in SQL that sets its
-- search path, as all of ours do, is not inlined, and is planned anew at each call: half of what storing a text cost. One
-- in PL/pgSQL is planned once a session. They say what they said before.

create or replace function private.new_id()
returns uuid
language plpgsql volatile parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select encode(
      set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
          placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
          from 1 for 6),
        52, 1), 53, 1),
      'hex')::uuid);
end
$$;

create or replace function private.limits_of(tenant uuid)
returns public.user_limits
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    -- In the order of the table's columns.
    select coalesce(
      (select l from public.user_limits l where l.user_id = tenant),
      row (tenant, 60, 20, 100, 1000, '{}'::text[], now(), 10000)::public.user_limits));
end
$$;

create or replace function private.country_of(number text)
returns text
language plpgsql stable parallel safe set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select p.country
    from private.country_prefixes p
    where p.prefix = any (array[
      substr(number, 2, 1), substr(number, 2, 2), substr(number, 2, 3), substr(number, 2, 4)])
    order by length(p.prefix) desc
    limit 1);
end
$$;

create or replace function private.may_text(tenant uuid, from_number text, to_number text)
returns boolean
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when l.allowed_countries is null then true
      else coalesce(private.country_of(to_number) = private.country_of(from_number)
                 or private.country_of(to_number) = any (l.allowed_countries), false)
    end
    from private.limits_of(tenant) l);
end
$$;

create or replace function private.no_reply_reason(c public.conversations)
returns text
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select case
      when k.opted_out_at is not null then 'opted_out'
      when exists (select from private.sender_blocks b
                   where b.phone_number_id = c.phone_number_id and b.contact_id = c.contact_id) then 'sender_blocked'
      when k.number !~ '^\+[1-9][0-9]{6,14}$' or not private.may_text(c.user_id, n.number, k.number)
        then 'not_repliable'
      when c.ai_paused_until > clock_timestamp() then coalesce(c.ai_paused_reason, 'person')
      when n.assistant_id is null then 'no_assistant'
      when not a.active then 'assistant_inactive'
    end
    from public.phone_numbers n
    join public.contacts k on k.id = c.contact_id
    left join public.assistants a on a.id = n.assistant_id
    where n.id = c.phone_number_id);
end
$$;

create or replace function private.repeated_message(account_sid text, message_sid text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select jsonb_build_object('outcome', 'duplicate', 'message_id', m.id, 'conversation_id', m.conversation_id,
      'reply_due_in_ms', private.milliseconds_until(j.due_at))
    from public.sms_messages m
    left join private.jobs j on j.conversation_id = m.conversation_id and j.kind = 'reply' and j.set_aside_at is null
      and j.lease_token is null
    where m.account_sid = repeated_message.account_sid and m.message_sid = repeated_message.message_sid);
end
$$;

create or replace function private.open_conversation(n public.phone_numbers, contact uuid, previous public.conversations, greet boolean)
returns setof public.conversations
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  insert into public.conversations (user_id, phone_number_id, contact_id, assistant_id, greeting_pending, ai_enabled,
    ai_paused_until, ai_paused_reason)
  select n.user_id, n.id, contact, n.assistant_id, greet and not still_paused, coalesce(previous.ai_enabled, true),
    case when still_paused then previous.ai_paused_until end, case when still_paused then previous.ai_paused_reason end
  from (select coalesce(previous.ai_paused_until > clock_timestamp(), false) as still_paused) as pause
  on conflict (phone_number_id, contact_id) where status = 'active' do nothing
  returning *;
end
$$;

create or replace function private.pair_is_free(job private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select not exists (
      select from private.jobs f
      where f.kind = 'deliver' and f.set_aside_at is null and f.id <> job.id
        and f.phone_number_id = job.phone_number_id and f.contact_id = job.contact_id
        and (f.in_flight or (f.attempts > 0 and f.id < job.id and f.due_at < now() + interval '50 years'))));
end
$$;

create or replace function private.reply_cap(tenant uuid, conversation uuid, already int)
returns table (reason text, until timestamptz)
language plpgsql stable rows 1 set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select checks.reason, coalesce(newest.oldest_at, clock_timestamp()) + checks.span
  from private.limits_of(tenant) l
  cross join lateral (values
    ('replies_per_hour', l.conversation_replies_per_hour, interval '1 hour', conversation),
    ('replies_per_day', l.conversation_replies_per_day, interval '1 day', conversation),
    ('tenant_replies_per_day', l.tenant_replies_per_day, interval '1 day', null)
  ) as checks (reason, cap, span, only_conversation)
  -- The newest that fit under the cap: when the oldest of them is out of the window, there is room again.
  cross join lateral (
    select count(*) as used, min(counted.created_at) as oldest_at from (
      (select m.created_at from public.sms_messages m
       where checks.only_conversation is not null and m.conversation_id = checks.only_conversation
         and m.sender = 'assistant' and m.status <> 'canceled' and m.created_at > statement_timestamp() - checks.span
       order by m.created_at desc limit checks.cap + already)
      union all
      (select m.created_at from public.sms_messages m
       where checks.only_conversation is null and m.user_id = tenant
         and m.sender = 'assistant' and m.status <> 'canceled' and m.created_at > statement_timestamp() - checks.span
       order by m.created_at desc limit checks.cap + already)) as counted
  ) newest
  where checks.cap is not null and checks.cap + already <= newest.used
  limit 1;
end
$$;

create or replace function private.next_seq(conversation uuid, body text, media jsonb)
returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  seq bigint;
begin
  update public.conversations c
  set last_seq = c.last_seq + 1,
    last_message_at = clock_timestamp(),
    last_message_preview = case when btrim(body) = '' and jsonb_array_length(media) > 0 then '[attachment]'
      else left(body, 160) end
  where c.id = conversation
  returning c.last_seq into seq;
  return seq;
end
$$;

create or replace function private.refuse_delivery(
  m public.sms_messages, job private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  select r.code, r.explanation into refuse_delivery.code, refuse_delivery.explanation
  from public.contacts k
  join public.conversations c on c.id = m.conversation_id
  left join public.phone_numbers n on n.id = job.phone_number_id and n.user_id = m.user_id
    and n.account_sid = m.account_sid and n.number = m.from_number
  left join public.twilio_accounts a on a.account_sid = m.account_sid
  left join public.broadcasts b on b.id = m.broadcast_id
  left join lateral (
    select r.reason from private.reply_cap(m.user_id, m.conversation_id, 1) r
    where m.sender = 'assistant' and m.kind <> 'opt_out_confirmation') cap on true
  cross join lateral (values
    (m.kind <> 'opt_out_confirmation' and k.opted_out_at is not null,
      'RECIPIENT_OPTED_OUT', 'The contact opted out. Only their START lets you text them again.'),
    (exists (select from private.sender_blocks s where s.phone_number_id = job.phone_number_id and s.contact_id = k.id),
      'RECIPIENT_OPTED_OUT', 'The contact opted out of this number at the carrier. They can text START to it.'),
    (n.id is null, 'NOT_YOUR_NUMBER', 'The sending number is not yours any more.'),
    (a.disconnected_at is not null,
      'ACCOUNT_DISCONNECTED', 'The Twilio account of the sending number is disconnected. Connect it again to send from it.'),
    (not private.may_text(m.user_id, m.from_number, m.to_number),
      'COUNTRY_NOT_ALLOWED', 'Texts to this country are not allowed for your account.'),
    (m.sender = 'assistant' and m.kind <> 'opt_out_confirmation' and not c.ai_enabled,
      'ASSISTANT_OFF', 'The assistant was switched off here before this text left.'),
    (b.canceled_at is not null, 'CANCELED_BY_USER', 'You canceled this broadcast before this text left.'),
    (cap.reason is not null, 'REPLY_CAP', 'The limit of automatic replies is used up.')
  ) as r (holds, code, explanation)
  where k.id = job.contact_id and r.holds
  limit 1;
end
$$;
