-- What whoever watches the worker asks: the queue, and now also what is looked for, listed and settled.

create or replace function public.worker_health()
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'replies_due', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at <= now()),
    'replies_waiting', count(*) filter (where kind = 'reply' and set_aside_at is null and due_at > now()),
    'deliveries_due', count(*) filter (where kind = 'deliver' and set_aside_at is null and not in_flight and due_at <= now()),
    'deliveries_waiting', count(*) filter (where kind = 'deliver' and set_aside_at is null and not in_flight and due_at > now()),
    'deliveries_in_flight', count(*) filter (where in_flight and lookup_at is null),
    'deliveries_unconfirmed', count(*) filter (where in_flight and lookup_at is not null),
    'lookups_due', count(*) filter (where in_flight and lookup_at <= now()),
    'deliveries_resent', count(*) filter (where resent_at is not null),
    'oldest_unconfirmed_seconds', coalesce(max(extract(epoch from now() - attempted_at)) filter (
      where in_flight and lookup_at is not null), 0),
    'oldest_due_seconds', coalesce(max(extract(epoch from now() - due_at)) filter (
      where set_aside_at is null and not in_flight and due_at <= now()), 0),
    'set_aside', count(*) filter (where set_aside_at is not null),
    'set_aside_reasons', (
      select coalesce(jsonb_object_agg(r.reason, r.jobs), '{}')
      from (select coalesce(split_part(j.last_error, ':', 1), 'UNKNOWN') as reason, count(*) as jobs
            from private.jobs j where j.set_aside_at is not null group by 1) r),
    'last_errors', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'error', e.last_error, 'attempts', e.attempts,
        'set_aside_at', e.set_aside_at, 'conversation_id', e.conversation_id, 'message_id', e.message_id)), '[]')
      from (select * from private.jobs j where j.last_error is not null
            order by j.set_aside_at desc nulls last, j.id desc limit 10) e),
    'settlements_due', (select count(*) from private.settlements s where s.due_at <= now()),
    'settlements_waiting', (select count(*) from private.settlements s where s.due_at > now()),
    'listings', (
      select jsonb_build_object('accounts', count(*), 'failing', count(*) filter (where w.failures > 0),
        'oldest_seconds', coalesce(max(extract(epoch from now() - w.listed_until)), 0),
        'last_error', (array_agg(w.last_error order by w.failures desc) filter (where w.failures > 0))[1])
      from private.account_watermarks w
      where exists (select from public.phone_numbers n where n.account_sid = w.account_sid)),
    'figures_unfolded', (select count(*) from private.stat_deltas),
    'doubled', (select count(*) from public.message_events v where v.flags @> '{doubled}'))
  from private.jobs
$$;
comment on function public.worker_health is
  'The state of the queue: what is due, in flight, unconfirmed and looked for, and set aside by reason; the age of the oldest due job and of the oldest unconfirmed text in seconds; the last errors; how far accounts are listed; texts not settled; changes not folded into message_stats; how many texts got a second SID.';
