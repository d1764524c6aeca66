-- What was set aside, and how the queue is.

create function sms_private.set_job_aside(job_id uuid, reason text)
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.questions question using sms_private.jobs job
  where job.id = set_job_aside.job_id and question.message_id = job.message_id;
  update sms_private.jobs job
  set set_aside_at = clock_timestamp(), last_error = left(reason, 500), in_flight = false, unconfirmed = false,
    lease_token = null, lease_expires_at = null
  where job.id = set_job_aside.job_id
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
  select question.kind, question.last_error, question.tries, question.set_aside_at, null, question.message_id, null
  from sms_private.questions question where question.set_aside_at is not null
  union all
  -- Not a message that was stored after all. Of the error only its code: its words may quote the message.
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
    'stopped', sms_private.stops_now(),
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
    'credentials_unreadable', case when sms_private.known_keys() is not null then (
      select count(*) from sms_private.unreadable_accounts()) end,
    'suppression_keys_unreadable', sms_private.lost_suppression_keys(),
    'consent_required_from', sms_private.setting('consent_required_from'),
    'events', sms_private.events_health(),
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
  || (
    select jsonb_build_object(
      'last_woken_at', max(wake.woken_at),
      'last_woken_by', (array_agg(wake.woken_by order by wake.woken_at desc))[1],
      'schedule', sms_private.schedule_state() || jsonb_build_object(
        'last_woken_at', max(wake.woken_at) filter (where wake.woken_by = 'schedule')))
    from sms_private.worker_wakes wake)
  from sms_private.jobs
$$;
comment on function public.sms_worker_health is
  'The state of the queue: what the operator switched off; what is due, in flight, unconfirmed and looked for, and set aside by reason; texts of the last day that waited too long and were not sent; the age of the oldest due job and of the oldest unconfirmed message in seconds; the last errors; whose webhooks were refused for their signature in the last day, and what to do; how far accounts are listed; messages not settled; addresses for events that fail or were switched off, and events that wait; replies that the models provider wants paid, assistants whose model is shut down within 30 days; changes not folded into sms_stats; how many messages got a second SID; accounts whose secrets cannot be opened any more (null: the worker was never woken); keys of kept opt-outs that cannot be read; from when on broadcasts need a consent; who woke the worker last and when, to the minute, and how the schedule is.';
