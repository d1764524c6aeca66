-- What lies outside a window of time, or is not due yet, is not read. clock_timestamp() is volatile, so it cannot bound
-- an index scan: every row of the index is fetched and compared. statement_timestamp() can, and a statement lasts
-- milliseconds. Without this every text, reply and send read all that its tenant had ever sent.

-- As before, but for the time.
create or replace function private.reply_cap(tenant uuid, conversation uuid, already int)
returns table (reason text, until timestamptz)
language sql stable set search_path = ''
as $$
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
  limit 1
$$;

create or replace function private.next_send_at(tenant uuid)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case when l.sends_per_minute = 0 then clock_timestamp() else newest.oldest_at end + interval '1 minute'
  from private.limits_of(tenant) l
  -- The newest that fit under the limit: when the oldest of them is out of the window, there is room again.
  cross join lateral (
    select count(*) as used, min(counted.created_at) as oldest_at from (
      (select m.created_at from public.sms_messages m
       where m.user_id = tenant and m.direction = 'outbound' and m.sender in ('person', 'system')
         and m.broadcast_id is null and m.created_at > statement_timestamp() - interval '1 minute'
       order by m.created_at desc limit l.sends_per_minute)
      union all
      (select b.created_at from public.broadcasts b
       where b.user_id = tenant and b.created_at > statement_timestamp() - interval '1 minute'
       order by b.created_at desc limit l.sends_per_minute)
      order by created_at desc limit l.sends_per_minute) as counted
  ) newest
  where l.sends_per_minute is not null and l.sends_per_minute <= newest.used
$$;

create or replace function private.next_broadcast_at(tenant uuid, recipients int)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    -- It never fits; the operator may raise the limit meanwhile.
    when recipients > l.broadcast_recipients_per_day then clock_timestamp() + interval '1 day'
    -- The newest that must be out of the window before there is room.
    else (
      select max(b.created_at) + interval '1 day'
      from (
        select v.created_at, sum(v.accepted) over (order by v.created_at desc, v.id desc) as so_far
        from public.broadcasts v
        where v.user_id = tenant and v.created_at > statement_timestamp() - interval '1 day') b
      where b.so_far + recipients > l.broadcast_recipients_per_day)
  end
  from private.limits_of(tenant) l
  where recipients > 0
$$;

create or replace function private.end_request(tenant uuid, key text, request_hash text, result uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if key is null then
    return;
  end if;
  insert into private.idempotency_keys as k (user_id, key, request_hash, result)
  values (tenant, end_request.key, end_request.request_hash, end_request.result)
  on conflict on constraint idempotency_keys_pkey do update
  set request_hash = excluded.request_hash, result = excluded.result, created_at = excluded.created_at;
  -- More than one a use, so that what is old becomes less.
  delete from private.idempotency_keys k
  where (k.user_id, k.key) in (
    select o.user_id, o.key from private.idempotency_keys o
    where o.created_at <= statement_timestamp() - interval '24 hours'
    order by o.created_at limit 100
    for update skip locked);
end
$$;

create or replace function public.claim_settlements(batch_size int, lease_seconds int, per_account int default 20)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 100);
  turn record;
  token uuid;
  claimed jsonb := '[]';
begin
  for turn in
    with due as (
      select s.message_id, s.due_at, m.account_sid, m.message_sid,
        row_number() over (partition by m.account_sid order by s.due_at) as place
      from (select * from private.settlements q where q.due_at <= statement_timestamp() order by q.due_at limit 1000) s
      join public.sms_messages m on m.id = s.message_id
    )
    select * from due where place <= per_account order by place, due_at limit room
  loop
    update private.settlements s
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where s.message_id = (select q.message_id from private.settlements q
                          where q.message_id = turn.message_id and q.due_at <= clock_timestamp() for update skip locked)
    returning s.lease_token into token;
    continue when not found;
    claimed := claimed || jsonb_build_object('message_id', turn.message_id, 'lease_token', token,
      'account_sid', turn.account_sid, 'message_sid', turn.message_sid);
  end loop;
  -- Nothing here is worth waiting for: the next tick looks again.
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', case when room > 0 and jsonb_array_length(claimed) >= room then 0 end);
end
$$;

-- The caps are counted only for what they bound.
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
  limit 1
$$;
