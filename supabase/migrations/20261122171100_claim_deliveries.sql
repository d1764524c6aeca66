-- The one path to Twilio: claim, call, record. Here: the claim. At most one text per sender and contact is in flight.

-- A claimed delivery whose worker never came back may or may not be at Twilio: never send it again blindly.
create function private.mark_lost_deliveries()
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
begin
  for m in
    select s.* from private.jobs j join public.sms_messages s on s.id = j.message_id
    where j.kind = 'deliver' and j.in_flight and j.lookup_at is null and j.lease_expires_at <= clock_timestamp()
    limit 100
    for no key update of s, j skip locked
  loop
    perform private.report_status(m, 'unconfirmed', 'OUTCOME_UNKNOWN',
      'The connection to the carrier was lost while this text was handed over. It is not sent again before its fate is known.',
      null, 'worker', '{lease_expired}');
    -- The token stays: a worker that was only slow may still say what became of it.
    update private.jobs j set lookup_at = clock_timestamp() where j.kind = 'deliver' and j.message_id = m.id;
  end loop;
end
$$;
comment on function private.mark_lost_deliveries is 'Marks deliveries whose lease ran out as unconfirmed; they stay in flight until their fate is known.';
revoke execute on function private.mark_lost_deliveries from public, anon, authenticated;
grant execute on function private.mark_lost_deliveries to service_role;

-- Checked again at every claim: what was right when the text was written may not be right now.
create function private.refuse_delivery(m public.sms_messages, job private.jobs, out code text, out explanation text)
language sql stable set search_path = ''
as $$
  select r.code, r.explanation
  from public.contacts k
  join public.conversations c on c.id = m.conversation_id
  left join public.phone_numbers n on n.id = job.phone_number_id and n.user_id = m.user_id
    and n.account_sid = m.account_sid and n.number = m.from_number
  left join private.reply_cap(m.user_id, m.conversation_id, 1) cap on m.sender = 'assistant' and m.kind <> 'opt_out_confirmation'
  cross join lateral (values
    (m.kind <> 'opt_out_confirmation' and k.opted_out_at is not null,
      'RECIPIENT_OPTED_OUT', 'The contact opted out. Only their START lets you text them again.'),
    (exists (select from private.sender_blocks b where b.phone_number_id = job.phone_number_id and b.contact_id = k.id),
      'RECIPIENT_OPTED_OUT', 'The contact opted out of this number at the carrier. They can text START to it.'),
    (n.id is null, 'NOT_YOUR_NUMBER', 'The sending number is not yours any more.'),
    (not private.may_text(m.user_id, m.from_number, m.to_number),
      'COUNTRY_NOT_ALLOWED', 'Texts to this country are not allowed for your account.'),
    (m.sender = 'assistant' and m.kind <> 'opt_out_confirmation' and not c.ai_enabled,
      'ASSISTANT_OFF', 'The assistant was switched off here before this text left.'),
    (cap.reason is not null, 'REPLY_CAP', 'The limit of automatic replies is used up.')
  ) as r (holds, code, explanation)
  where k.id = job.contact_id and r.holds
  limit 1
$$;
comment on function private.refuse_delivery is 'Why a text must not go out any more; nulls when it may.';
revoke execute on function private.refuse_delivery from public, anon, authenticated;
grant execute on function private.refuse_delivery to service_role;

-- Order within a pair: nothing joins what is in flight, nothing overtakes what is to be tried again.
create function private.pair_is_free(job private.jobs)
returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from private.jobs f
    where f.kind = 'deliver' and f.set_aside_at is null and f.id <> job.id
      and f.phone_number_id = job.phone_number_id and f.contact_id = job.contact_id
      and (f.in_flight or (f.attempts > 0 and f.id < job.id)))
$$;
comment on function private.pair_is_free is 'Whether no other text of the same sender and contact is in flight, or older and to be tried again.';
revoke execute on function private.pair_is_free from public, anon, authenticated;
grant execute on function private.pair_is_free to service_role;

-- Takes what one number may send now. The caller holds the number's pace row.
create function private.claim_of_sender(sender uuid, room int, lease_seconds int, message_ids uuid[])
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
comment on function private.claim_of_sender is
  'Leases the due deliveries of one number, by priority and age, within its pace; settles as canceled what must not go out.';
revoke execute on function private.claim_of_sender from public, anon, authenticated;
grant execute on function private.claim_of_sender to service_role;

create function private.waiting_senders()
returns setof uuid
language sql stable rows 20 set search_path = ''
as $$
  -- Hops from number to number in the index: as many steps as there are numbers, however long their queues.
  with recursive senders as (
    (select j.phone_number_id as id from private.jobs j
     where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight order by 1 limit 1)
    union all
    select (select j.phone_number_id from private.jobs j
            where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id > p.id
            order by 1 limit 1)
    from senders p where p.id is not null
  )
  select p.id from senders p where p.id is not null
$$;
comment on function private.waiting_senders is 'The numbers that have texts waiting to be claimed.';
revoke execute on function private.waiting_senders from public, anon, authenticated;
grant execute on function private.waiting_senders to service_role;

create function public.claim_deliveries(
  batch_size int, lease_seconds int, message_ids uuid[] default null, per_sender int default 50, per_tenant int default 100)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 500);
  s record;
  claimed jsonb := '[]';
  next_due timestamptz;
begin
  perform private.mark_lost_deliveries();
  for s in
    -- The most urgent first; among equals tenants take turns, and so do each tenant's numbers.
    select p.id, n.user_id, count(*) over (partition by urgent.priority) as peers,
      row_number() over (partition by n.user_id order by urgent.priority, pace.last_served_at) as turn
    from private.waiting_senders() p (id)
    join public.phone_numbers n on n.id = p.id
    join private.sender_pace pace on pace.phone_number_id = p.id
    cross join lateral (
      select j.priority from private.jobs j
      where j.kind = 'deliver' and j.set_aside_at is null and not j.in_flight and j.phone_number_id = p.id
        and j.due_at <= clock_timestamp()
      order by j.priority limit 1) urgent
    where pace.next_at <= clock_timestamp() + interval '1 second' * (1 - 1 / n.segments_per_second)
      and (message_ids is null or p.id in (
        select j.phone_number_id from private.jobs j where j.kind = 'deliver' and j.message_id = any (message_ids)))
    order by urgent.priority, turn, pace.last_served_at
  loop
    exit when jsonb_array_length(claimed) >= room;
    perform from private.sender_pace p where p.phone_number_id = s.id for update skip locked;
    continue when not found;
    claimed := claimed || private.claim_of_sender(s.id,
      greatest(0, least(room - jsonb_array_length(claimed), per_sender,
        -- An equal share of this claim for everybody who is as urgent.
        greatest(1, ceil(room::numeric / s.peers)::int), per_tenant - (
        select count(*)::int from private.jobs j
        where j.user_id = s.user_id and j.kind = 'deliver' and j.in_flight and j.lookup_at is null))),
      lease_seconds, message_ids);
  end loop;
  if jsonb_array_length(claimed) >= room then
    next_due := clock_timestamp();
  else
    next_due := private.next_delivery_due();
  end if;
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', private.milliseconds_until(next_due));
end
$$;
comment on function public.claim_deliveries is
  'Leases due deliveries: by priority, numbers in turn, within each number''s pace, and only one in flight per sender and contact. With message_ids only those. Returns { jobs, next_due_in_ms }.';
revoke execute on function public.claim_deliveries from public, anon, authenticated;
grant execute on function public.claim_deliveries to service_role;

-- When a waiting worker should look again: the earliest moment at which some number has both a due text and pace.
create function private.next_delivery_due()
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
           and j.priority = level and private.pair_is_free(j)
         order by j.due_at limit 1) q) first),
    (select min(j.lease_expires_at) from private.jobs j where j.kind = 'deliver' and j.in_flight and j.lookup_at is null))
$$;
comment on function private.next_delivery_due is 'When the next delivery can be claimed, or a lease runs out; null when there is none.';
revoke execute on function private.next_delivery_due from public, anon, authenticated;
grant execute on function private.next_delivery_due to service_role;

