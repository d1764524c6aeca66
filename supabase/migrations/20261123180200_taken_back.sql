-- What may have reached the contact is never called canceled, and never waits for a claim that does not come.

-- A text that was set aside is no text that waits: nobody knows whether it left, or why it did not is on record.
create or replace function private.cancel_waiting(message_ids uuid[], code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
begin
  for m in
    select s.* from public.sms_messages s where s.id = any (message_ids) order by s.id for no key update
  loop
    perform from private.jobs j where j.message_id = m.id and j.kind = 'deliver' and not j.in_flight
      and j.set_aside_at is null for update;
    if found then
      perform private.cancel_delivery(m, code, explanation);
    end if;
  end loop;
end
$$;

create or replace function private.change_my_broadcast(broadcast_id uuid, change text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  b public.broadcasts;
begin
  select * into b from public.broadcasts v
  where v.id = change_my_broadcast.broadcast_id and v.user_id = (select auth.uid()) for no key update;
  if not found then
    return jsonb_build_object('outcome', 'BROADCAST_NOT_FOUND');
  end if;
  if b.canceled_at is not null and change <> 'canceled' then
    return jsonb_build_object('outcome', 'TOO_LATE');
  end if;
  case change
  when 'paused' then
    update public.broadcasts v set paused_at = coalesce(v.paused_at, clock_timestamp()) where v.id = b.id returning * into b;
    perform private.hold_deliveries(b.id);
  when 'resumed' then
    update public.broadcasts v set paused_at = null where v.id = b.id returning * into b;
    perform private.release_deliveries(b.id);
  when 'canceled' then
    update public.broadcasts v set canceled_at = coalesce(v.canceled_at, clock_timestamp()) where v.id = b.id returning * into b;
    perform private.cancel_broadcast_texts(b.id);
    -- What is left may have left us before, and is settled by its claim: the pause must not hold that back.
    perform private.release_deliveries(b.id);
  end case;
  return jsonb_build_object('outcome', change, 'broadcast', to_jsonb(b), 'totals', private.broadcast_totals(b.id));
end
$$;
