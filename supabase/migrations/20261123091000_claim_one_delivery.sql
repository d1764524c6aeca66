-- Who claims one text has somebody waiting for its answer, and two of them must not miss each other: it waits for the
-- other claim of its number, which takes milliseconds, where a worker goes on to the next number. It waits for nothing
-- else, and whoever holds a pace waits for nobody, so there is no circle.
create or replace function public.claim_deliveries(
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
    if cardinality(message_ids) = 1 then
      perform from private.sender_pace p where p.phone_number_id = s.id for update;
    else
      perform from private.sender_pace p where p.phone_number_id = s.id for update skip locked;
      continue when not found;
    end if;
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
  'Leases due deliveries: by priority, numbers in turn, within each number''s pace, and only one in flight per sender and contact. With message_ids only those; for one it waits until another claim of its number is over. Returns { jobs, next_due_in_ms }.';
revoke execute on function public.claim_deliveries from public, anon, authenticated;
grant execute on function public.claim_deliveries to service_role;
