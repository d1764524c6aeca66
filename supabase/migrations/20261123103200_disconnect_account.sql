-- Disconnecting a Twilio account: its token goes, its conversations stay, and nothing more is sent from its numbers.

-- The number a text goes out from: the one named, else the conversation's, else the tenant's only one.
create or replace function private.sender_for(tenant uuid, from_number text, conversation uuid)
returns setof public.phone_numbers
language sql stable set search_path = ''
as $$
  with usable as (
    select n.* from public.phone_numbers n
    join public.twilio_accounts a on a.account_sid = n.account_sid and a.disconnected_at is null
    where n.user_id = tenant
  )
  select u.* from usable u
  where case
    when sender_for.from_number is not null then u.number = sender_for.from_number
    when conversation is not null then u.id = (
      select c.phone_number_id from public.conversations c where c.id = conversation and c.user_id = tenant)
    else 1 = (select count(*) from usable)
  end
  limit 1
$$;
comment on function private.sender_for is
  'The number a tenant''s text goes out from; no row when it must be named, or when its account is disconnected.';

create or replace function private.refuse_sender(tenant uuid, from_number text)
returns text
language sql stable set search_path = ''
as $$
  select case
    when count(*) filter (where connected and named) > 0 then 'FROM_REQUIRED'
    when count(*) filter (where named) > 0 then 'ACCOUNT_DISCONNECTED'
    when refuse_sender.from_number is not null then 'NOT_YOUR_NUMBER'
    else 'NO_NUMBER'
  end
  from (
    select a.disconnected_at is null as connected, n.number = coalesce(refuse_sender.from_number, n.number) as named
    from public.phone_numbers n
    join public.twilio_accounts a on a.account_sid = n.account_sid
    where n.user_id = tenant
  ) numbers
$$;

-- Checked again at every claim: what was right when the text was written may not be right now.
create or replace function private.refuse_delivery(
  m public.sms_messages, job private.jobs, out code text, out explanation text)
language sql stable set search_path = ''
as $$
  select r.code, r.explanation
  from public.contacts k
  join public.conversations c on c.id = m.conversation_id
  left join public.phone_numbers n on n.id = job.phone_number_id and n.user_id = m.user_id
    and n.account_sid = m.account_sid and n.number = m.from_number
  left join public.twilio_accounts a on a.account_sid = m.account_sid
  left join public.broadcasts b on b.id = m.broadcast_id
  left join private.reply_cap(m.user_id, m.conversation_id, 1) cap on m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'
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
  limit 1
$$;

-- Takes back what the numbers of an account still had to say.
-- Lock order: conversation (by id) → message → job; what is not seen here any more is refused at its claim.
create function private.silence_numbers(numbers uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  unanswered uuid[] := (
    select array_agg(locked.id) from (
      select c.id from public.conversations c
      where c.id in (select j.conversation_id from private.jobs j
                     where j.kind = 'reply' and j.phone_number_id = any (numbers))
      order by c.id for no key update) locked);
begin
  perform private.cancel_waiting(
    -- As many as fit into one request; the rest of a long queue is refused at its claim.
    (select array_agg(waiting.message_id) from (
      select j.message_id from private.jobs j
      where j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null and j.phone_number_id = any (numbers)
      order by j.phone_number_id, j.priority, j.due_at limit 1000) waiting),
    'ACCOUNT_DISCONNECTED', 'The Twilio account was disconnected before this text left.');
  update public.conversations c set ai_paused_reason = 'no_assistant' where c.id = any (unanswered);
  delete from private.jobs j where j.kind = 'reply' and j.conversation_id = any (unanswered);
end
$$;
comment on function private.silence_numbers is
  'Cancels the texts of these numbers that have not left, and drops the replies that are due.';
revoke execute on function private.silence_numbers from public, anon, authenticated;
grant execute on function private.silence_numbers to service_role;

create function public.disconnect_twilio_account(owner_id uuid, account_sid text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  a public.twilio_accounts;
  numbers uuid[];
begin
  -- Against a number that is being added: it waits for us, or we for it.
  select * into a from public.twilio_accounts t
  where t.account_sid = disconnect_twilio_account.account_sid and t.user_id = owner_id for update;
  if not found then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  if not exists (select from public.phone_numbers n where n.account_sid = a.account_sid) then
    delete from public.twilio_accounts t where t.id = a.id;
    return jsonb_build_object('outcome', 'disconnected');
  end if;
  delete from private.twilio_credentials t where t.account_id = a.id;
  update public.twilio_accounts t
  set disconnected_at = coalesce(t.disconnected_at, clock_timestamp()) where t.id = a.id;
  with unassigned as (
    update public.phone_numbers n
    set assistant_id = null, webhook_status = 'pending',
      webhook_error = 'The Twilio account was disconnected. Connect it again, then assign this number again.'
    where n.account_sid = a.account_sid
    returning n.id
  )
  select array_agg(u.id) into numbers from unassigned u;
  perform private.silence_numbers(numbers);
  return jsonb_build_object('outcome', 'disconnected');
end
$$;
comment on function public.disconnect_twilio_account is
  'Forgets an account''s tokens. Without numbers the account goes; with numbers it stays for their conversations, disconnected, and nothing is sent from them. Outcomes: disconnected, ACCOUNT_NOT_FOUND (also for another tenant''s and the shared one).';
revoke execute on function public.disconnect_twilio_account from public, anon, authenticated;
grant execute on function public.disconnect_twilio_account to service_role;

-- As before, and not for an account that is disconnected: its numbers would be answered, and nothing could leave.
create or replace function public.save_phone_number(
  owner_id uuid, account_sid text, number text, assistant_id uuid default null, twilio_sid text default null,
  segments_per_second numeric default 1)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  n public.phone_numbers;
begin
  if assistant_id is not null and not exists (
    select from public.assistants a where a.id = save_phone_number.assistant_id and a.user_id = owner_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  end if;
  if not exists (select from public.twilio_accounts a
      where a.account_sid = save_phone_number.account_sid and a.disconnected_at is null
        and (a.shared or a.user_id = owner_id)) then
    return jsonb_build_object('outcome', 'ACCOUNT_NOT_FOUND');
  end if;
  insert into public.phone_numbers as p (user_id, account_sid, number, assistant_id, twilio_sid, segments_per_second)
  values (owner_id, save_phone_number.account_sid, save_phone_number.number, save_phone_number.assistant_id,
    save_phone_number.twilio_sid, save_phone_number.segments_per_second)
  on conflict on constraint phone_numbers_account_sid_number_key do update
  set assistant_id = excluded.assistant_id, twilio_sid = coalesce(excluded.twilio_sid, p.twilio_sid),
    segments_per_second = excluded.segments_per_second
  where p.user_id = owner_id
  returning * into n;
  if n.id is null then
    return jsonb_build_object('outcome', 'NUMBER_TAKEN');
  end if;
  return jsonb_build_object('outcome', 'saved', 'phone_number', to_jsonb(n));
end
$$;
