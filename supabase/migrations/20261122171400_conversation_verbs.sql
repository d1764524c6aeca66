-- What a tenant's people do with a conversation. Each verb: lock it, check the owner, change it, say what happened.

create function private.lock_my_conversation(conversation_id uuid)
returns public.conversations
language sql volatile security definer set search_path = ''
as $$
  select c.* from public.conversations c
  where c.id = conversation_id and c.user_id = (select auth.uid()) for no key update
$$;
comment on function private.lock_my_conversation is 'The signed-in tenant''s conversation, locked; null when it is not theirs.';
revoke execute on function private.lock_my_conversation from public, anon, authenticated, service_role;

create function private.change_my_conversation(conversation_id uuid, change text, through_seq bigint default null)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c public.conversations := private.lock_my_conversation(conversation_id);
begin
  if c.id is null then
    return jsonb_build_object('outcome', 'CONVERSATION_NOT_FOUND');
  end if;
  case change
  when 'read' then
    update public.conversations v set read_seq = greatest(v.read_seq, least(coalesce(through_seq, 0), v.last_seq))
    where v.id = c.id returning * into c;
  when 'taken_over' then
    perform private.pause_assistant(c.id, 'infinity', 'taken_over');
  when 'handed_back' then
    update public.conversations v
    set ai_paused_until = null, waiting_for_person = false where v.id = c.id returning * into c;
    -- The pause is over; an opt-out, say, is not.
    update public.conversations v set ai_paused_reason = private.no_reply_reason(c) where v.id = c.id;
  when 'ended' then
    update public.conversations v
    set status = 'ended', end_reason = 'person', ended_at = clock_timestamp(), greeting_pending = false,
      waiting_for_person = false
    where v.id = c.id and v.status = 'active';
    perform private.silence_assistant(c.id);
  end case;
  return jsonb_build_object('outcome', change, 'conversation',
    (select to_jsonb(v) from public.conversations v where v.id = c.id));
end
$$;
comment on function private.change_my_conversation is
  'mark_read, take_over, hand_back and end_conversation, as definer; the owner is auth.uid().';
revoke execute on function private.change_my_conversation from public, anon;
grant execute on function private.change_my_conversation to authenticated;

create function public.mark_read(conversation_id uuid, through_seq bigint)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_conversation(conversation_id, 'read', through_seq) $$;
comment on function public.mark_read is
  'Marks a conversation read up to a seq; never back. Outcomes: read, CONVERSATION_NOT_FOUND.';
revoke execute on function public.mark_read from public, anon, service_role;
grant execute on function public.mark_read to authenticated;

create function public.take_over(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_conversation(conversation_id, 'taken_over') $$;
comment on function public.take_over is
  'A person answers from now on, until hand_back. Outcomes: taken_over, CONVERSATION_NOT_FOUND.';
revoke execute on function public.take_over from public, anon, service_role;
grant execute on function public.take_over to authenticated;

create function public.hand_back(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_conversation(conversation_id, 'handed_back') $$;
comment on function public.hand_back is
  'The assistant answers again, from the next text on. Outcomes: handed_back, CONVERSATION_NOT_FOUND.';
revoke execute on function public.hand_back from public, anon, service_role;
grant execute on function public.hand_back to authenticated;

create function public.end_conversation(conversation_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.change_my_conversation(conversation_id, 'ended') $$;
comment on function public.end_conversation is
  'Ends a conversation; a reply that is due is dropped. Outcomes: ended, CONVERSATION_NOT_FOUND.';
revoke execute on function public.end_conversation from public, anon, service_role;
grant execute on function public.end_conversation to authenticated;

create function private.opt_out_contact(contact_id uuid)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from public.contacts k
                 where k.id = opt_out_contact.contact_id and k.user_id = (select auth.uid())) then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  perform from public.conversations c
  where c.contact_id = opt_out_contact.contact_id and c.status = 'active' order by c.id for no key update;
  perform private.opt_out(opt_out_contact.contact_id, 'person', null, null);
  update public.conversations c set ai_paused_reason = 'opted_out'
  where c.contact_id = opt_out_contact.contact_id and c.status = 'active';
  return jsonb_build_object('outcome', 'opted_out');
end
$$;
comment on function private.opt_out_contact is 'opt_out_contact, as definer; the owner is auth.uid().';
revoke execute on function private.opt_out_contact from public, anon;
grant execute on function private.opt_out_contact to authenticated;

create function public.opt_out_contact(contact_id uuid)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.opt_out_contact(contact_id) $$;
comment on function public.opt_out_contact is
  'Stops all texts to a contact who asked for it in another way. Only the contact''s START undoes it. Outcomes: opted_out, CONTACT_NOT_FOUND.';
revoke execute on function public.opt_out_contact from public, anon, service_role;
grant execute on function public.opt_out_contact to authenticated;
