-- Delivery reports: what became of a message that we sent.

create function public.sms_record_status(
  account_sid text, message_sid text, from_number text, to_number text, status text, error_code text,
  error_message text, message_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message public.sms_messages;
  outcome text;
  code text := sms_private.twilio_code(sms_record_status.error_code);
  attempts jsonb;
begin
  -- Our own id first: a callback may come before we know the SID.
  if sms_record_status.message_id is not null then
    select * into message from public.sms_messages s
    where s.id = sms_record_status.message_id and s.direction = 'outbound' for no key update;
  else
    select * into message from public.sms_messages s
    where s.account_sid = sms_record_status.account_sid and s.message_sid = sms_record_status.message_sid
      and s.direction = 'outbound'
    for no key update;
  end if;
  -- Another account's message is nobody's.
  if message.id is null or message.account_sid <> sms_record_status.account_sid then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  -- Twilio may send a message of RCS as SMS, from the number or from another sender of the service.
  if message.to_number is distinct from sms_private.telephone_of(sms_record_status.to_number)
      and sms_private.is_same_telephone(message.to_number, sms_private.telephone_of(sms_record_status.to_number)) is not true
    or (message.from_number is distinct from sms_private.telephone_of(sms_record_status.from_number)
      and (message.via is null or message.via <> sms_record_status.from_number)
      and not coalesce(message.via like 'rcs:%' and message.id = sms_record_status.message_id, false)) then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if sms_private.is_known_well(message, sms_record_status.message_sid, sms_record_status.status, code) then
    return jsonb_build_object('outcome', 'recorded', 'status', message.status);
  end if;
  if code = '21610' then
    attempts := sms_private.attempts_of(array[message.id]);
  end if;
  -- A SID names one message of an account. Who signs may name any, and Twilio names none twice.
  if message.message_sid is null and exists (
    select from public.sms_messages s
    where s.account_sid = message.account_sid and s.message_sid = sms_record_status.message_sid) then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  outcome := sms_private.record_twilio_sid(message, sms_record_status.message_sid, sms_record_status.status,
    code, sms_record_status.error_message, 'callback', null);
  if code = '21610' then
    perform sms_private.block_refused(array[message.id], attempts);
  end if;
  return jsonb_build_object('outcome', outcome,
    'status', (select s.status from public.sms_messages s where s.id = message.id));
end
$$;
comment on function public.sms_record_status is
  'Records a status callback that Twilio signed. Outcomes: recorded, doubled (a second SID for one message), mismatch (other numbers), not_found (also another account''s).';
