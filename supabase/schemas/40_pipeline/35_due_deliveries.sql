-- Sending: which deliveries are due, and which may go out now.

create function sms_private.numbers_with_deliveries()
returns setof uuid
language plpgsql stable rows 20 set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    -- Hops from number to number in the index: as many steps as there are numbers, however long their queues.
    with recursive numbers as (
      (select j.phone_number_id as id from sms_private.jobs j
       where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null order by 1 limit 1)
      union all
      select (select j.phone_number_id from sms_private.jobs j
              where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
                and j.phone_number_id > p.id
              order by 1 limit 1)
      from numbers p where p.id is not null
    )
    select p.id from numbers p where p.id is not null;
end
$$;
comment on function sms_private.numbers_with_deliveries is
  'The numbers that have deliveries to be claimed now or later.';

-- When a waiting worker should look again: the earliest moment at which a number has a due delivery and may send.
create function sms_private.next_delivery_due(first_priority int)
returns timestamptz
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select least(
      (select min(greatest(first.due_at, pace.next_at - interval '1 second' * (1 - 1 / n.segments_per_second)))
       from sms_private.numbers_with_deliveries() p (id)
       join public.sms_numbers n on n.id = p.id
       join sms_private.sender_pace pace on pace.phone_number_id = p.id
       cross join lateral (
         -- One index look-up for each priority, however long the queue is.
         select min(q.due_at) as due_at
         from generate_series(first_priority, 3) as urgency (priority)
         cross join lateral (
           select j.due_at from sms_private.jobs j
           where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
             and j.phone_number_id = p.id and j.priority = urgency.priority and sms_private.pair_is_free(j)
           order by j.due_at limit 1) q) first
       -- A number all of whose deliveries are switched off has nothing to wait for.
       where first_priority = 0 or first.due_at is not null),
      (select min(j.lease_expires_at) from sms_private.jobs j
       where j.kind = 'deliver' and j.in_flight and not j.unconfirmed)));
end
$$;
comment on function sms_private.next_delivery_due is
  'When the next delivery of this priority or a later one can be claimed, or a lease runs out; null when there is none.';

-- Order within a pair: one delivery in flight at a time, and no newer one before one that is tried again, unless the older
-- one is held.
create function sms_private.pair_is_free(job sms_private.jobs)
returns boolean
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select not exists (
      select from sms_private.jobs f
      where f.kind = 'deliver' and f.set_aside_at is null and f.id <> job.id
        and f.phone_number_id = job.phone_number_id and f.contact_id = job.contact_id
        and (f.in_flight or (f.attempts > 0 and f.id < job.id and f.held_at is null))));
end
$$;
comment on function sms_private.pair_is_free is
  'Whether no other message of the same number and contact is in flight, or older and to be tried again.';

-- One question after the other. One statement with all of them took three times as long, and most messages may go out.
create function sms_private.refuse_delivery(
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
  if sms_private.is_automatic_first(message.broadcast_id, message.sender, message.purpose) then
    -- Consent may have ended since it was stored.
    code := sms_private.may_start(message.user_id, contact, message.purpose);
    if code is not null then
      explanation := sms_private.why_not_started(code);
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
comment on function sms_private.refuse_delivery is 'Why a message must not go out any more, the first reason that holds; nulls when it may. A pause of its broadcast is no reason: hold_if_paused().';
