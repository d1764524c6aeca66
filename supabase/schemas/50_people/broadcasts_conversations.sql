-- The conversations of a broadcast: opened where there is none, and locked.

-- All at once and by id, as in sms_finish_replies: two batches never wait for each other in a circle. A conversation that is
-- opened later has a later id.
create function sms_private.lock_conversations(number public.sms_numbers, contacts uuid[])
returns int
language sql volatile set search_path = ''
as $$
  with locked as (
    select c.status from public.sms_conversations c
    where c.id = any (array(
      select latest.id from unnest(contacts) r (contact)
      cross join lateral (
        select v.id from public.sms_conversations v
        where v.phone_number_id = number.id and v.contact_id = r.contact
        order by v.ended_at desc nulls first limit 1) latest))
    order by c.id for no key update
  )
  select count(*)::int from locked where status = 'active'
$$;
comment on function sms_private.lock_conversations is
  'Locks the latest conversation of a number with each of these contacts, by id. Returns how many of them are active.';

-- conversation_for_outbound for many.
create function sms_private.conversations_for_broadcast(sending_number public.sms_numbers, contacts uuid[])
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  there int;
begin
  -- If another transaction opened one first, the next turn finds it.
  while sms_private.lock_conversations(sending_number, contacts) < cardinality(contacts) loop
    perform from public.sms_contacts k where k.id = any (contacts) order by k.id for key share;
    get diagnostics there = row_count;
    if there < cardinality(contacts) then
      return false;
    end if;
    perform from unnest(contacts) r (contact)
    left join lateral (
      select v.* from public.sms_conversations v
      where v.phone_number_id = sending_number.id and v.contact_id = r.contact
      order by v.ended_at desc nulls first limit 1) latest on true
    cross join lateral sms_private.open_conversation(sending_number, r.contact, latest, false)
    where latest.status is distinct from 'active';
  end loop;
  return true;
end
$$;
comment on function sms_private.conversations_for_broadcast is
  'Opens a conversation of a number with each of these contacts where none is active, and locks them all. False when a contact is gone: it was merged or erased meanwhile.';
