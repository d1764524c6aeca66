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
create function sms_private.next_delivery_due()
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
         from generate_series(0, 3) as urgency (priority)
         cross join lateral (
           select j.due_at from sms_private.jobs j
           where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.held_at is null
             and j.phone_number_id = p.id and j.priority = urgency.priority and sms_private.pair_is_free(j)
           order by j.due_at limit 1) q) first),
      (select min(j.lease_expires_at) from sms_private.jobs j
       where j.kind = 'deliver' and j.in_flight and not j.unconfirmed)));
end
$$;
comment on function sms_private.next_delivery_due is
  'When the next delivery can be claimed, or a lease runs out; null when there is none.';

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

create function sms_private.refuse_delivery(
  message public.sms_messages, job sms_private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
declare
  confirmation boolean := message.kind = 'opt_out_confirmation';
  contact public.sms_contacts;
  opt_out text;
begin
  select * into contact from public.sms_contacts k where k.id = job.contact_id;
  if confirmation then
    -- It goes out in spite of the opt-out that it confirms, but not to a contact whom the carrier protects.
    contact.opted_out_at := null;
  end if;
  opt_out := sms_private.opt_out_reason(job.phone_number_id, contact);
  select r.code, r.explanation into refuse_delivery.code, refuse_delivery.explanation
  from public.sms_conversations c
  left join public.sms_numbers n on n.id = job.phone_number_id and n.user_id = message.user_id
    and n.account_sid = message.account_sid and n.number = message.from_number
  left join public.sms_accounts a on a.account_sid = message.account_sid
  left join public.sms_broadcasts b on b.id = message.broadcast_id
  -- Counted only for messages that a cap is for.
  left join lateral (
    select r.reason from sms_private.reply_cap(message.user_id, message.conversation_id, 1) r
    where message.sender = 'assistant' and not confirmation) cap on true
  cross join lateral (values
    (1, opt_out = 'opted_out',
      'RECIPIENT_OPTED_OUT', 'The contact opted out. Only their START lets you text them again.'),
    (2, opt_out = 'sender_blocked',
      'RECIPIENT_OPTED_OUT', 'The contact opted out of this number at the carrier. They can text START to it.'),
    (3, n.id is null, 'NOT_YOUR_NUMBER', 'The sending number is not yours any more.'),
    (4, a.disconnected_at is not null,
      'ACCOUNT_DISCONNECTED', 'The Twilio account of the sending number is disconnected. Connect it again to send from it.'),
    (5, not sms_private.may_text(message.user_id, message.from_number, message.to_number),
      'COUNTRY_NOT_ALLOWED', 'Texts to this country are not allowed for your account.'),
    (6, message.sender = 'assistant' and not confirmation and not c.ai_enabled,
      'ASSISTANT_OFF', 'The assistant was switched off here before this text left.'),
    (7, sms_private.person_answered_since(message, c),
      'PERSON_ANSWERED', 'A person answered or took over here before this text left.'),
    (8, b.canceled_at is not null, 'CANCELED_BY_USER', 'You canceled this broadcast before this text left.'),
    (9, cap.reason is not null, 'REPLY_CAP', 'The limit of automatic replies is used up.')
  ) as r (place, holds, code, explanation)
  where c.id = message.conversation_id and r.holds
  order by r.place limit 1;
end
$$;
comment on function sms_private.refuse_delivery is 'Why a message must not go out any more, the first reason that holds; nulls when it may. A pause of its broadcast is no reason: hold_if_paused().';
