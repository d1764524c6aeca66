-- Deliveries of a paused broadcast are held: due a hundred years later than they would be. What a text had before,
-- its place, its schedule, its back-off, is still in due_at and comes back with the subtraction; and every query that
-- asks for what is due goes on as it is. A schedule reaches a year ahead, so 50 years tell one from the other.
-- In hours, which are the same in every time zone and leap year: what is added is taken off exactly.

create function private.hold_span()
returns interval
language sql immutable parallel safe set search_path = ''
as $$ select interval '876600 hours' $$;
comment on function private.hold_span is 'How much later a held delivery is due: a hundred years.';
revoke execute on function private.hold_span from public, anon, authenticated;
grant execute on function private.hold_span to service_role;

create function private.hold_deliveries(broadcast uuid)
returns void
language sql volatile set search_path = ''
as $$
  -- In the order of cancel_waiting, which locks message after message.
  with waiting as (
    select j.id from public.sms_messages m join private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and not j.in_flight and j.set_aside_at is null
      and j.due_at < now() + interval '50 years'
    order by m.id for update of j
  )
  update private.jobs j set due_at = j.due_at + private.hold_span() from waiting w where j.id = w.id
$$;
comment on function private.hold_deliveries is 'Holds the deliveries of a broadcast that no worker has claimed.';
revoke execute on function private.hold_deliveries from public, anon, authenticated;
grant execute on function private.hold_deliveries to service_role;

create function private.release_deliveries(broadcast uuid)
returns void
language sql volatile set search_path = ''
as $$
  with held as (
    select j.id from public.sms_messages m join private.jobs j on j.message_id = m.id
    where m.broadcast_id = broadcast and j.kind = 'deliver' and j.due_at > now() + interval '50 years'
    order by m.id for update of j
  )
  update private.jobs j set due_at = j.due_at - private.hold_span() from held h where j.id = h.id
$$;
comment on function private.release_deliveries is 'Makes the held deliveries of a broadcast due again, when they were.';
revoke execute on function private.release_deliveries from public, anon, authenticated;
grant execute on function private.release_deliveries to service_role;

-- A text that was claimed when its broadcast was paused, and came back unsent, meets the pause at its next claim.
create function private.hold_if_paused(m public.sms_messages)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if m.broadcast_id is null then
    return false;
  end if;
  update private.jobs j set due_at = j.due_at + private.hold_span()
  from public.broadcasts b
  where j.message_id = m.id and j.kind = 'deliver'
    and b.id = m.broadcast_id and b.paused_at is not null and b.canceled_at is null;
  return found;
end
$$;
comment on function private.hold_if_paused is 'Holds a delivery whose broadcast is paused. The caller holds the locks of text and job.';
revoke execute on function private.hold_if_paused from public, anon, authenticated;
grant execute on function private.hold_if_paused to service_role;

-- Order within a pair: nothing joins what is in flight, nothing overtakes what is to be tried again, unless it is held.
create or replace function private.pair_is_free(job private.jobs)
returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from private.jobs f
    where f.kind = 'deliver' and f.set_aside_at is null and f.id <> job.id
      and f.phone_number_id = job.phone_number_id and f.contact_id = job.contact_id
      and (f.in_flight or (f.attempts > 0 and f.id < job.id and f.due_at < now() + interval '50 years')))
$$;

-- Checked again at every claim: what was right when the text was written may not be right now.
create or replace function private.refuse_delivery(m public.sms_messages, job private.jobs, out code text, out explanation text)
language sql stable set search_path = ''
as $$
  select r.code, r.explanation
  from public.contacts k
  join public.conversations c on c.id = m.conversation_id
  left join public.phone_numbers n on n.id = job.phone_number_id and n.user_id = m.user_id
    and n.account_sid = m.account_sid and n.number = m.from_number
  left join public.broadcasts b on b.id = m.broadcast_id
  left join private.reply_cap(m.user_id, m.conversation_id, 1) cap on m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'
  cross join lateral (values
    (m.kind <> 'opt_out_confirmation' and k.opted_out_at is not null,
      'RECIPIENT_OPTED_OUT', 'The contact opted out. Only their START lets you text them again.'),
    (exists (select from private.sender_blocks s where s.phone_number_id = job.phone_number_id and s.contact_id = k.id),
      'RECIPIENT_OPTED_OUT', 'The contact opted out of this number at the carrier. They can text START to it.'),
    (n.id is null, 'NOT_YOUR_NUMBER', 'The sending number is not yours any more.'),
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

-- Takes what one number may send now. The caller holds the number's pace row.
create or replace function private.claim_of_sender(sender uuid, room int, lease_seconds int, message_ids uuid[])
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  n public.phone_numbers;
  pace private.sender_pace;
  job private.jobs;
  m public.sms_messages;
  refusal record;
  claimed jsonb := '[]';
begin
  select * into strict n from public.phone_numbers p where p.id = sender;
  select * into strict pace from private.sender_pace p where p.phone_number_id = sender;
  pace.next_at := greatest(pace.next_at, clock_timestamp() - interval '1 second');
  for job in
    select j.* from private.jobs j
    where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id = sender
      and j.due_at <= clock_timestamp() and (message_ids is null or j.message_id = any (message_ids))
      and private.pair_is_free(j)
    order by j.priority, j.due_at, j.id
    limit room * 4
  loop
    -- GCRA: one second's worth may leave at once, less the text itself; at 1/s that is one a second.
    exit when jsonb_array_length(claimed) >= room
      or pace.next_at > clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second);
    select s.* into m from public.sms_messages s
    join private.jobs j on j.message_id = s.id and j.kind = 'deliver'
    where s.id = job.message_id and not j.in_flight and j.due_at <= clock_timestamp() and private.pair_is_free(j)
    for no key update of s, j skip locked;
    continue when not found;
    select * into refusal from private.refuse_delivery(m, job);
    if refusal.code is not null then
      perform private.cancel_delivery(m, refusal.code, refusal.explanation);
      continue;
    end if;
    continue when private.hold_if_paused(m);
    update private.jobs j
    set in_flight = true, attempts = j.attempts + 1, lease_token = gen_random_uuid(),
      lease_expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where j.id = job.id returning * into job;
    pace.next_at := greatest(pace.next_at, clock_timestamp())
      + interval '1 second' * (greatest(m.num_segments, 1) / n.segments_per_second);
    claimed := claimed || jsonb_build_object('job_id', job.id, 'lease_token', job.lease_token, 'message_id', m.id,
      'user_id', m.user_id, 'account_sid', m.account_sid, 'from_number', m.from_number, 'to_number', m.to_number,
      'body', m.body, 'media_urls', (select coalesce(jsonb_agg(a -> 'url'), '[]') from jsonb_array_elements(m.media) a));
  end loop;
  update private.sender_pace p set next_at = pace.next_at, last_served_at = clock_timestamp()
  where p.phone_number_id = sender and jsonb_array_length(claimed) > 0;
  return claimed;
end
$$;

-- When a waiting worker should look again: the earliest moment at which some number has both a due text and pace.
create or replace function private.next_delivery_due()
returns timestamptz
language sql stable set search_path = ''
as $$
  select least(
    (select min(greatest(first.due_at, pace.next_at - interval '1 second' * (1 - 1 / n.segments_per_second)))
     from private.waiting_senders() p (id)
     join public.phone_numbers n on n.id = p.id
     join private.sender_pace pace on pace.phone_number_id = p.id
     cross join lateral (
       -- One look into the index a priority, however long the queue.
       select min(q.due_at) as due_at
       from generate_series(0, 3) as level
       cross join lateral (
         select j.due_at from private.jobs j
         where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id = p.id
           -- What is held is never due.
           and j.priority = level and j.due_at < now() + interval '50 years' and private.pair_is_free(j)
         order by j.due_at limit 1) q) first
     -- A number whose texts are all held has nothing to wait for.
     where exists (
       select from private.jobs w
       where w.kind = 'deliver' and w.set_aside_at is null and not w.in_flight and w.phone_number_id = p.id
         and w.due_at < now() + interval '50 years')),
    (select min(j.lease_expires_at) from private.jobs j where j.kind = 'deliver' and j.in_flight and j.lookup_at is null))
$$;
