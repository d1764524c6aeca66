-- Settlements: the last status and the price of a message, when no callback told them.

create function sms_private.settle_gap(tries int)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting('settle_gaps_seconds') ->> tries)::float8);
end
$$;
comment on function sms_private.settle_gap is
  'How long to wait before asking Twilio once more; null when it was asked often enough.';

-- Whether Twilio has no more news of a message. `sent` is the last word of carriers that report no
-- delivery (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status), but nobody knows
-- which: Twilio is asked about it as often as about the others. What never left costs nothing.
create function sms_private.is_settled(status text, price numeric)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return status in ('failed', 'canceled')
    or (status in ('undelivered', 'delivered', 'read') and price is not null);
end
$$;
comment on function sms_private.is_settled is 'Whether the last status and the price of a message are known.';

create function sms_private.record_settlement(
  message public.sms_messages, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  gap interval := sms_private.settle_gap(question.tries + 1);
  code text := sms_private.twilio_code(result ->> 'error_code');
begin
  if result ->> 'outcome' = 'unrecordable' then
    -- Asked again when the lease ends, and counted, so that it is not asked for ever.
    update sms_private.questions asked
    set tries = asked.tries + 1, last_error = left('NOT_RECORDABLE: ' || (result ->> 'error_message'), 500),
      set_aside_at = case when gap is null then clock_timestamp() end
    where asked.id = question.id;
    return case when gap is null then 'set_aside' else 'error' end;
  end if;
  if result ->> 'outcome' = 'failed' and message.created_at > clock_timestamp() - interval '5 days' then
    perform sms_private.ask_again(question, question.tries, sms_private.settle_gap(0), why);
    return 'postponed';
  end if;
  if result ->> 'outcome' = 'found' then
    -- An event only for news: Twilio is asked about every message, mostly only for its price.
    if sms_private.says_more(message, result ->> 'status', code)
      or result ->> 'status' = 'scheduled' and message.held_reason is distinct from 'carrier' then
      message.status := sms_private.report_status(message, result ->> 'status', code,
        result ->> 'error_message', message.message_sid, 'lookup');
    end if;
    message.price := coalesce((result ->> 'price')::numeric, message.price);
    message.num_segments := coalesce(nullif((result ->> 'num_segments')::int, 0), message.num_segments);
    update public.sms_messages stored
    set price = message.price, price_unit = coalesce(result ->> 'price_unit', stored.price_unit),
      num_segments = message.num_segments
    where stored.id = message.id
      and (stored.price, stored.num_segments) is distinct from (message.price, message.num_segments);
    if not sms_private.is_settled(message.status, message.price) and gap is not null then
      perform sms_private.ask_again(question, question.tries + 1, gap);
      return 'not_yet';
    end if;
  end if;
  delete from sms_private.questions asked where asked.id = question.id;
  return case when result ->> 'outcome' = 'found' and sms_private.is_settled(message.status, message.price)
    then 'settled' else 'left' end;
end
$$;
comment on function sms_private.record_settlement is
  'sms_record_questions for a settlement. The caller holds message and question.';
