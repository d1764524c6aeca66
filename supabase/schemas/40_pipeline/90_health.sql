-- What was set aside, and how the queue is.

create function sms_private.set_job_aside(job_id uuid, reason text)
returns void
language sql volatile set search_path = ''
as $$
  update sms_private.jobs j
  set set_aside_at = clock_timestamp(), last_error = left(reason, 500), in_flight = false, lookup_at = null,
    lookup_token = null, lease_token = null, lease_expires_at = null
  where j.id = set_job_aside.job_id
$$;
comment on function sms_private.set_job_aside is
  'Keeps a job for a person to look at, and touches nothing else. What it was for is not done any more.';

create function sms_private.set_aside()
returns table (kind text, last_error text, attempts int, set_aside_at timestamptz, conversation_id uuid,
  message_id uuid,
  message_sid text)
language sql stable set search_path = ''
as $$
  select j.kind, j.last_error, j.attempts, j.set_aside_at, j.conversation_id, j.message_id, null
  from sms_private.jobs j where j.set_aside_at is not null
  union all
  select 'settlement', s.last_error, s.asked, s.set_aside_at, null, s.message_id, null
  from sms_private.settlements s where s.set_aside_at is not null
  union all
  -- Stored after all, it is no business of anybody's any more. The code alone: a message may quote the text.
  select 'inbound', 'TEXT_REFUSED: ' || split_part(t.last_error, ' ', 1), 1, t.set_aside_at, null, null, t.message_sid
  from sms_private.texts_set_aside t
  where not exists (select from public.sms_messages m where m.account_sid = t.account_sid
    and m.message_sid = t.message_sid)
$$;
comment on function sms_private.set_aside is
  'Everything that was given up on and is kept for a person: replies, deliveries, settlements, inbound texts.';

create function public.sms_worker_health()
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
    'deliveries_in_flight', count(*) filter (where in_flight and lookup_at is null),
    'deliveries_unconfirmed', count(*) filter (where in_flight and lookup_at is not null),
    'lookups_due', count(*) filter (where in_flight and lookup_at <= now()),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where in_flight and lookup_at is not null), 0),
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
    'settlements_due', (select count(*) from sms_private.settlements s where s.due_at <= now()),
    'settlements_waiting', (select count(*) from sms_private.settlements s where s.due_at > now() and s.set_aside_at is null),
    'settlements_failing', (select count(*) from sms_private.settlements s where s.last_error is not null and s.set_aside_at is null),
    'listings', (
      select jsonb_build_object('accounts', count(*), 'failing', count(*) filter (where w.failures > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - w.listed_until)), 0),
        'last_error', (array_agg(w.last_error order by w.failures desc) filter (where w.failures > 0))[1])
      from sms_private.account_watermarks w
      where exists (select from public.sms_numbers n where n.account_sid = w.account_sid)),
    'figures_unfolded', (select count(*) from sms_private.stat_changes),
    'doubled', (select count(*) from public.sms_message_events v where v.flags @> '{doubled}'))
  from sms_private.jobs
$$;
comment on function public.sms_worker_health is
  'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; the age of the oldest due job and of the oldest unconfirmed text in seconds; the last errors; how far accounts are listed; texts not settled; texts that changed and are not folded into sms_stats; how many texts got a second SID.';
