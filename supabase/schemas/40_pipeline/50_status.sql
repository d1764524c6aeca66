-- What Twilio says of a text we sent.

create function public.sms_record_status(
  account_sid text, message_sid text, from_number text, to_number text, status text, error_code text,
  error_message text, message_id uuid default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  m public.sms_messages;
  outcome text;
begin
  -- Our own id first: a callback may come before we know the SID.
  if sms_record_status.message_id is not null then
    select * into m from public.sms_messages s
    where s.id = sms_record_status.message_id and s.direction = 'outbound' for no key update;
  else
    select * into m from public.sms_messages s
    where s.account_sid = sms_record_status.account_sid and s.message_sid = sms_record_status.message_sid
      and s.direction = 'outbound'
    for no key update;
  end if;
  if m.id is null then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if m.account_sid <> sms_record_status.account_sid then
    return jsonb_build_object('outcome', 'other_account');
  end if;
  if m.to_number is distinct from sms_record_status.to_number or m.from_number is distinct from sms_record_status.from_number then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  outcome := sms_private.tie_sid(m, sms_record_status.message_sid, sms_record_status.status, sms_record_status.error_code,
    sms_record_status.error_message, 'callback', null);
  return jsonb_build_object('outcome', outcome,
    'status', (select s.status from public.sms_messages s where s.id = m.id));
end
$$;
comment on function public.sms_record_status is
  'Records a status callback that Twilio signed. Outcomes: recorded, doubled (a second SID for one text), other_account, mismatch (other numbers), not_found.';
