-- What an address is told, by triggers: so no way of changing a row can forget it. Each names its columns, so that Postgres does not
-- even call it for other updates. None has a condition, which would be compiled anew for each update (60_triggers.sql).

create function sms_private.note_message()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- A text to a number that nobody owns is nobody's event.
  if new.user_id is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    perform sms_private.note_event(new.user_id,
      case new.direction when 'inbound' then 'message.received' else 'message.created' end, new.id,
      jsonb_build_object('status', new.status, 'error_code', new.error_code));
  elsif (new.status, new.error_code) is distinct from (old.status, old.error_code) then
    perform sms_private.note_event(new.user_id, 'message.status_changed', new.id,
      jsonb_build_object('status', new.status, 'error_code', new.error_code));
  end if;
  return null;
end
$$;
comment on function sms_private.note_message is
  'Trigger: notes that a message was stored, or that its status or error code changed.';
create trigger note_message after insert or update of status, error_code on public.sms_messages
  for each row execute function sms_private.note_message();

create function sms_private.note_consent()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (new.opted_out_at is null) <> (old.opted_out_at is null) then
    perform sms_private.note_event(new.user_id,
      case when new.opted_out_at is null then 'contact.opted_in' else 'contact.opted_out' end, new.id,
      jsonb_build_object('source', new.opt_out_source));
  end if;
  return null;
end
$$;
comment on function sms_private.note_consent is
  'Trigger: notes that a contact opted out or in again. STOP from who is opted out changes nothing, and is no event.';
create trigger note_consent after update of opted_out_at on public.sms_contacts
  for each row execute function sms_private.note_consent();

create function sms_private.note_handover()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.ai_paused_until = 'infinity' and old.ai_paused_until is distinct from 'infinity' then
    perform sms_private.note_event(new.user_id, 'conversation.taken_over', new.id);
  elsif new.ai_paused_until is null and old.ai_paused_until is not null then
    perform sms_private.note_event(new.user_id, 'conversation.handed_back', new.id);
  end if;
  if new.waiting_for_person and not old.waiting_for_person then
    perform sms_private.note_event(new.user_id, 'conversation.person_called', new.id);
  end if;
  return null;
end
$$;
comment on function sms_private.note_handover is
  'Trigger: notes that a person took a conversation over, handed it back (a pause ended by hand), or is called.';
create trigger note_handover after update of ai_paused_until, waiting_for_person on public.sms_conversations
  for each row execute function sms_private.note_handover();

create function sms_private.forget_events()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from sms_private.events event where event.endpoint_id = old.id;
  return null;
end
$$;
comment on function sms_private.forget_events is
  'Trigger: what an address was to be told goes with it, also when its tenant is deleted. No reference does it: see the table.';
create trigger forget_events after delete on sms_private.event_endpoints
  for each row execute function sms_private.forget_events();
