-- The order of statuses, and who may change one.

-- Twilio repeats and reorders its callbacks, so a status only ever rises:
-- https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
-- A failure that only we suppose (OUTCOME_UNKNOWN) ranks with unconfirmed, so that Twilio can still correct it.
create function sms_private.status_rank(status text, error_code text)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when status = 'failed' and error_code = 'OUTCOME_UNKNOWN' then 2
    else array_position(array[
      'scheduled', 'pending', 'unconfirmed', 'accepted', 'queued', 'sending', 'sent', 'partially_delivered',
      'canceled', 'failed', 'undelivered', 'delivered', 'read'], status) - 1
  end;
end
$$;
comment on function sms_private.status_rank is
  'Where a status of an outbound message stands, 0 to 12; null for an unknown status.';

-- What Twilio says in ErrorCode is digits; 0 is none. Everything else is not stored.
create function sms_private.twilio_code(code text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when code ~ '^[1-9][0-9]{0,5}$' then code end;
end
$$;
comment on function sms_private.twilio_code is 'An error code of Twilio, or null for what is none.';

create function sms_private.has_arrived(status text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return status in ('delivered', 'read');
end
$$;
comment on function sms_private.has_arrived is 'Whether a status says that the message arrived. Such a message has no error.';

-- Whether a report says more than we know: a higher status, or the reason of the same status where there was none.
create function sms_private.says_more(message public.sms_messages, new_status text, new_error_code text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(sms_private.status_rank(new_status, new_error_code)
      > sms_private.status_rank(message.status, message.error_code), false)
    or (new_status = message.status and message.error_code is null and new_error_code is not null
      and not sms_private.has_arrived(new_status));
end
$$;
comment on function sms_private.says_more is
  'Whether a reported status changes a message: it is higher, or it is the same and brings the error code that was missing.';

-- The caller needs no lock: the update compares the ranks itself. One update for status and SID, because each update of a
-- message writes it anew.
create function sms_private.report_status(
  message public.sms_messages, new_status text, new_error_code text, new_error_message text,
  reported_sid text, source text, flags text[] default '{}', sid text default null, segments int default null)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  -- What arrived has no error, whatever a carrier sends along. The event keeps it.
  code text := case when not sms_private.has_arrived(new_status) then new_error_code end;
  -- A status that says that the message left.
  is_sent boolean := sms_private.status_rank(new_status, null) >= sms_private.status_rank('sent', null)
    and new_status not in ('canceled', 'failed');
  -- Twilio's Compliance Toolkit puts a text off that it has queued already (docs/compatibility.md). That is no lower status.
  carrier_holds boolean := new_status = 'scheduled' and coalesce(reported_sid, sid) is not null
    and sms_private.status_rank(message.status, message.error_code) < sms_private.status_rank('sending', null);
  holds text;
begin
  insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
  values (message.user_id, message.id, left(new_status, 64), left(new_error_code, 64), left(reported_sid, 64),
    report_status.source, report_status.flags);
  if new_status = 'canceled' and message.sender = 'assistant' and message.kind not in ('greeting', 'error') then
    -- The model was asked for it.
    perform sms_private.note_unsent_calls(message.user_id, message.conversation_id, 1);
  end if;
  update public.sms_messages m
  set message_sid = coalesce(m.message_sid, sid),
    num_segments = coalesce(nullif(segments, 0), m.num_segments),
    held_reason = case when carrier_holds then 'carrier' else m.held_reason end,
    held_until = case when carrier_holds then null else m.held_until end,
    (status, error_code, error_message, date_sent, date_updated) = (
      select case when news then new_status else m.status end,
        case when news then left(code, 64) else m.error_code end,
        case when news then case when code is not null then left(new_error_message, 1000) end else m.error_message end,
        case when news and is_sent then coalesce(m.date_sent, clock_timestamp()) else m.date_sent end,
        case when news then clock_timestamp() else m.date_updated end
      from (select sms_private.says_more(m, new_status, code) as news) compared)
  where m.id = message.id and m.direction = 'outbound'
    and (sms_private.says_more(m, new_status, code)
      or (sid is not null and m.message_sid is null) or segments > 0
      or carrier_holds and m.held_reason is distinct from 'carrier')
  returning m.status into holds;
  return coalesce(holds, message.status);
end
$$;
comment on function sms_private.report_status is
  'Appends a status report to sms_message_events and raises sms_messages.status only to a higher rank, or adds the error code that the same status lacked. With sid, it also names a message that has none; with segments, it corrects their number. Returns the status that now holds.';

-- Twilio has the message, so its delivery is over.
-- A second SID means that the message was sent twice. It is kept as evidence and counted, never hidden.
create function sms_private.record_twilio_sid(
  message public.sms_messages, sid text, new_status text, new_error_code text, new_error_message text, source text,
  segments int)
returns text
language plpgsql volatile set search_path = ''
as $$
begin
  if message.message_sid <> sid then
    insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (message.user_id, message.id, left(new_status, 64), left(new_error_code, 64), left(sid, 64), record_twilio_sid.source, '{doubled}');
    return 'doubled';
  end if;
  if message.message_sid is null then
    delete from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
    -- A look-up of it is answered with that. Its settlement takes its place.
    insert into sms_private.questions (kind, account_sid, message_id, due_at)
    values ('settlement', message.account_sid, message.id, clock_timestamp() + sms_private.settle_gap(0))
    on conflict (message_id) do update
    set kind = excluded.kind, due_at = excluded.due_at, tries = 0, lease_token = null, last_error = null;
  end if;
  perform sms_private.report_status(message, new_status, new_error_code, new_error_message, sid,
    record_twilio_sid.source, '{}', sid, segments);
  return 'recorded';
end
$$;
comment on function sms_private.record_twilio_sid is
  'Stores Twilio''s SID of a message, ends its delivery job and reports the status. Returns recorded, or doubled for a second SID. The caller holds the message''s lock.';

-- The one way a status goes down: `unconfirmed` was our own doubt, and the worker that had the lease says that the message
-- never reached Twilio. The caller holds the message's lock and has compared the fencing token.
create function sms_private.mark_pending_again(message uuid)
returns void
language sql volatile set search_path = ''
as $$
  with certain as (
    update public.sms_messages m
    set status = 'pending', error_code = null, error_message = null, date_updated = clock_timestamp()
    where m.id = message and m.status = 'unconfirmed'
    returning m.id, m.user_id
  )
  insert into public.sms_message_events (user_id, message_id, status, source, flags)
  select c.user_id, c.id, 'pending', 'worker', '{late}' from certain c
$$;
comment on function sms_private.mark_pending_again is
  'Makes an unconfirmed message pending again, with an event flagged late. For a message that certainly was not handed over.';

-- The failure ranks with `unconfirmed`, so a later report of Twilio still corrects it.
create function sms_private.give_up_on(message public.sms_messages, explanation text)
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  delete from sms_private.questions question where question.message_id = message.id;
  insert into public.sms_message_events (user_id, message_id, status, error_code, source, flags)
  values (message.user_id, message.id, 'failed', 'OUTCOME_UNKNOWN', 'worker', '{given_up}');
  update public.sms_messages m
  set status = 'failed', error_code = 'OUTCOME_UNKNOWN', error_message = explanation, date_updated = clock_timestamp()
  where m.id = message.id and m.status = 'unconfirmed';
$$;
comment on function sms_private.give_up_on is
  'Ends the delivery of an unconfirmed message as failed, OUTCOME_UNKNOWN. Either Twilio''s list does not have it, or it was to be sent once more and was canceled, refused or out of tries. It is not sent again. The caller has locked the message.';
