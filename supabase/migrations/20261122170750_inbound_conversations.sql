-- Which conversation a text belongs to.

-- A new conversation of a number and a contact. What a person switched off stays off: a take-over ends with
-- hand_back, not with the conversation. Returns nothing when somebody else opened one at the same moment.
create function private.open_conversation(n public.phone_numbers, contact uuid, previous public.conversations, greet boolean)
returns setof public.conversations
language sql volatile set search_path = ''
as $$
  insert into public.conversations (user_id, phone_number_id, contact_id, assistant_id, greeting_pending, ai_enabled,
    ai_paused_until, ai_paused_reason)
  select n.user_id, n.id, contact, n.assistant_id, greet and not still_paused, coalesce(previous.ai_enabled, true),
    case when still_paused then previous.ai_paused_until end, case when still_paused then previous.ai_paused_reason end
  from (select coalesce(previous.ai_paused_until > clock_timestamp(), false) as still_paused) as pause
  on conflict (phone_number_id, contact_id) where status = 'active' do nothing
  returning *
$$;
comment on function private.open_conversation is
  'Opens a conversation, with the switch and the pause of the previous one between the two. No row when one is active.';
revoke execute on function private.open_conversation from public, anon, authenticated;
grant execute on function private.open_conversation to service_role;

-- Finds the conversation a text belongs to, and locks it; opens or reopens one unless the text is a keyword.
create function private.conversation_for_inbound(n public.phone_numbers, contact uuid, is_keyword boolean)
returns public.conversations
language plpgsql volatile set search_path = ''
as $$
declare
  c public.conversations;
  opened public.conversations;
  idle interval := coalesce((select a.idle_timeout from public.assistants a where a.id = n.assistant_id), '24 hours');
  reopen_within interval := make_interval(hours => (private.setting('reopen_within_hours'))::int);
begin
  loop
    select * into c from public.conversations v
    where v.phone_number_id = n.id and v.contact_id = contact and v.status = 'active'
    for no key update;
    if found and not is_keyword and c.last_message_at < clock_timestamp() - idle then
      update public.conversations v
      set status = 'ended', end_reason = 'idle', ended_at = clock_timestamp(), greeting_pending = false
      where v.id = c.id;
      delete from private.jobs j where j.kind = 'reply' and j.conversation_id = c.id;
      continue;
    end if;
    exit when found;

    select * into c from public.conversations v
    where v.phone_number_id = n.id and v.contact_id = contact
    order by v.ended_at desc nulls first limit 1
    for no key update;
    exit when is_keyword or (found and c.status = 'active');

    -- Whoever loses either of these races finds the winner's row on the next turn.
    if c.ended_at > clock_timestamp() - reopen_within and c.end_reason <> 'idle' then
      begin
        update public.conversations v
        set status = 'active', ended_at = null, end_reason = null, reopened_at = clock_timestamp()
        where v.id = c.id returning * into c;
        return c;
      exception when unique_violation then
        continue;
      end;
    end if;
    select * into opened from private.open_conversation(n, contact, c,
      c.id is null or c.last_message_at < clock_timestamp() - idle);
    if found then
      return opened;
    end if;
  end loop;
  return c;
end
$$;
comment on function private.conversation_for_inbound is
  'The locked conversation a text belongs to: the active one, the one that ended lately (reopened), or a new one. A keyword opens none.';
revoke execute on function private.conversation_for_inbound from public, anon, authenticated;
grant execute on function private.conversation_for_inbound to service_role;
