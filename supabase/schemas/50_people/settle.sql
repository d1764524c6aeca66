-- "I looked, it was (not) sent": a person ends what nobody else could find out.

-- The caller has locked the message.
create function sms_private.settle_message(message public.sms_messages, was_sent boolean, sid text)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  job sms_private.jobs;
begin
  if message.id is null then
    return jsonb_build_object('outcome', 'MESSAGE_NOT_FOUND');
  elsif was_sent is null then
    return jsonb_build_object('outcome', 'SENT_OR_NOT');
  elsif sid is not null and (not was_sent or sid !~ '^(SM|MM)[0-9a-fA-F]{32}$') then
    return jsonb_build_object('outcome', 'INVALID_MESSAGE_SID');
  elsif message.message_sid is not null
    or message.status <> 'unconfirmed' and (message.status, message.error_code) is distinct from ('failed', 'OUTCOME_UNKNOWN') then
    return jsonb_build_object('outcome', 'OUTCOME_KNOWN', 'status', message.status);
  end if;
  select * into job from sms_private.jobs j where j.kind = 'deliver' and j.message_id = message.id for update;
  if found and job.set_aside_at is null then
    return jsonb_build_object('outcome', 'STILL_LOOKING');
  end if;
  if sid is not null then
    if exists (select from public.sms_messages known
        where known.account_sid = message.account_sid and known.message_sid = sid) then
      return jsonb_build_object('outcome', 'MESSAGE_SID_TAKEN');
    end if;
    -- Twilio is asked for its status and price by that SID.
    perform sms_private.record_twilio_sid(message, sid, 'sent', null, null, 'user', null);
  else
    delete from sms_private.jobs j where j.id = job.id;
    perform sms_private.report_status(message, case when was_sent then 'sent' else 'canceled' end,
      case when not was_sent then 'NOT_SENT' end,
      case when not was_sent then 'Somebody looked: this text was not sent. If it is still right, send it again.' end,
      null, 'user', '{settled}');
  end if;
  return jsonb_build_object('outcome', 'settled',
    'message', (select to_jsonb(m) from public.sms_messages m where m.id = message.id));
exception when unique_violation then
  return jsonb_build_object('outcome', 'MESSAGE_SID_TAKEN');
end
$$;
comment on function sms_private.settle_message is 'sms_settle_message for a message that the caller has locked.';

create function sms_private.settle_my_message(message_id uuid, was_sent boolean, message_sid text)
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  select * into message from public.sms_messages m
  where m.id = settle_my_message.message_id and m.user_id = (select sms_private.tenant_id()) and m.direction = 'outbound'
  for no key update;
  return sms_private.settle_message(message, was_sent, settle_my_message.message_sid);
end
$$;
comment on function sms_private.settle_my_message is 'sms_settle_message, as definer, for sms_private.tenant_id().';

create function public.sms_settle_message(message_id uuid, was_sent boolean, message_sid text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select sms_private.settle_my_message(message_id, was_sent, message_sid) $$;
comment on function public.sms_settle_message is
  'Somebody looked into Twilio''s log for a message of unknown outcome that is set aside, or was given up on. Sent: it becomes sent, with its SID where one is given, and Twilio is asked how it ended. Not sent: it becomes canceled, NOT_SENT, and is never sent again by itself. A later report of Twilio still corrects it. Returns { outcome: settled, message }; refused: MESSAGE_NOT_FOUND, SENT_OR_NOT (was_sent is null), INVALID_MESSAGE_SID (no SID of Twilio''s, or one of a text that was not sent), MESSAGE_SID_TAKEN (another message has it), OUTCOME_KNOWN (with status), STILL_LOOKING (Twilio is still asked).';

create function public.sms_settle_any_message(message_id uuid, was_sent boolean, message_sid text default null)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message public.sms_messages;
begin
  select * into message from public.sms_messages m
  where m.id = sms_settle_any_message.message_id and m.direction = 'outbound' for no key update;
  return sms_private.settle_message(message, was_sent, sms_settle_any_message.message_sid);
end
$$;
comment on function public.sms_settle_any_message is 'sms_settle_message for the operator: of any tenant. Outcomes of sms_settle_message.';
