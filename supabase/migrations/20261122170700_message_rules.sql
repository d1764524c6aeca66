-- The small rules that the verbs are made of.

-- For workers that wait: a span, so that their clocks do not matter.
create function private.milliseconds_until(moment timestamptz)
returns bigint
language sql volatile set search_path = ''
as $$
  -- greatest() ignores null, and "nothing to wait for" must stay null.
  select case when moment is not null
    then greatest(0, ceil(extract(epoch from moment - clock_timestamp()) * 1000))::bigint end
$$;
comment on function private.milliseconds_until is 'Milliseconds from now until a moment, at least 0; null for null.';
revoke execute on function private.milliseconds_until from public, anon, authenticated;
grant execute on function private.milliseconds_until to service_role;

-- How many SMS segments a text takes: GSM 03.38 septets, else UTF-16 units.
-- https://www.twilio.com/docs/glossary/what-sms-character-limit
create function private.count_segments(body text)
returns int
language sql immutable parallel safe set search_path = ''
as $$
  -- The text as sizes: a for the first unit of a character, b for each further one.
  with encoded as (
    select body !~ '[^@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&''()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\\[~\]|€]' as gsm
  ), sizes as (
    select gsm, case
      when gsm then regexp_replace(regexp_replace(body, '[^\f^{}\\\[~\]|€]', 'a', 'g'), '[^a]', 'ab', 'g')
      else regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(body,
        '[^\u0300-\u036F\u200D\u20D0-\u20FF\uFE00-\uFE0F\U00010000-\U0010FFFF]', 'a', 'g'),
        '[\U0001F1E6-\U0001F1FF]{2}', 'abbb', 'g'),
        '\u200D[\U00010000-\U0010FFFF]', 'bbb', 'g'),
        '\u200Da', 'bb', 'g'),
        '[\U0001F3FB-\U0001F3FF]', 'bb', 'g'),
        '[\U00010000-\U0010FFFF]', 'ab', 'g'),
        '[^ab]', 'b', 'g')
      end as units
    from encoded
  )
  -- What does not fit a segment goes to the next one whole.
  select case
    when char_length(units) <= case when gsm then 160 else 70 end then 1
    when gsm then (select count(*)::int from regexp_matches(units, '.{1,153}(?!b)', 'g'))
    else (select count(*)::int from regexp_matches(units, '.{1,67}(?!b)', 'g'))
  end
  from sizes
$$;
comment on function private.count_segments is
  'SMS segments of a text, at least 1. An estimate until Twilio says: its smart encoding may need fewer.';
revoke execute on function private.count_segments from public, anon, authenticated;
grant execute on function private.count_segments to service_role;

-- The keywords of US carriers and of Twilio (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out),
-- REVOKE and OPTOUT since 2025-04. The whole message, any case; punctuation, spaces and symbols do not count.
create function private.keyword_of(body text, opt_out_type text, opted_out boolean)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when opt_out_type = 'STOP' then 'out'
    when opt_out_type = 'START' then 'in'
    when opt_out_type = 'HELP' then 'help'
    when word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT') then 'out'
    when word in ('START', 'UNSTOP') then 'in'
    when word = 'YES' and opted_out then 'in'
    when word in ('HELP', 'INFO') then 'help'
  end
  from (select upper(regexp_replace(
    normalize(body, nfkc),
    '[\s\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2000-\u2BFF\u3000-\u303F\uFE00-\uFE0F\uFEFF\U0001F000-\U0001FAFF\U000E0000-\U000E01EF]',
    '', 'g')) as word) as w
$$;
comment on function private.keyword_of is
  'out, in or help when the whole text is a consent keyword, else null. OptOutType from Twilio wins over the text.';
revoke execute on function private.keyword_of from public, anon, authenticated;
grant execute on function private.keyword_of to service_role;

-- Appends what was reported and raises the status if it is higher. The caller holds no lock it would need.
create function private.report_status(
  message public.sms_messages, new_status text, new_error_code text, new_error_message text,
  reported_sid text, source text, flags text[] default '{}')
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  risen text;
begin
  insert into public.message_events (user_id, message_id, status, error_code, message_sid, source, flags)
  values (message.user_id, message.id, left(new_status, 64), new_error_code, reported_sid,
    report_status.source, report_status.flags);
  update public.sms_messages m
  set status = new_status,
    error_code = new_error_code,
    error_message = new_error_message,
    date_sent = case when private.status_rank(new_status, null) >= private.status_rank('sent', null)
        and new_status not in ('canceled', 'failed') then coalesce(m.date_sent, clock_timestamp()) else m.date_sent end,
    date_updated = clock_timestamp()
  where m.id = message.id and m.direction = 'outbound'
    and private.status_rank(new_status, new_error_code) > private.status_rank(m.status, m.error_code)
  returning m.status into risen;
  return coalesce(risen, message.status);
end
$$;
comment on function private.report_status is
  'Appends a status report to message_events and raises sms_messages.status only to a higher rank. Returns the status that now holds.';
revoke execute on function private.report_status from public, anon, authenticated;
grant execute on function private.report_status to service_role;

-- Takes the conversation's next seq. The caller holds the conversation's row lock.
create function private.next_seq(conversation uuid, body text, media jsonb)
returns bigint
language sql volatile set search_path = ''
as $$
  update public.conversations c
  set last_seq = c.last_seq + 1,
    last_message_at = clock_timestamp(),
    last_message_preview = case when btrim(body) = '' and jsonb_array_length(media) > 0 then '[attachment]'
      else left(body, 160) end
  where c.id = conversation
  returning c.last_seq
$$;
comment on function private.next_seq is 'The seq of a message about to be stored; also moves the conversation to the top of the list.';
revoke execute on function private.next_seq from public, anon, authenticated;
grant execute on function private.next_seq to service_role;

-- Intent first: the row and its job in one transaction, before anything talks to Twilio.
-- The caller holds the conversation's row lock.
create function private.store_outbound(
  conversation uuid, sender text, kind text, body text, media jsonb, priority int, send_at timestamptz,
  intent text default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  c public.conversations;
  n public.phone_numbers;
  contact_number text;
  stored public.sms_messages;
begin
  select * into strict c from public.conversations where id = conversation;
  select * into strict n from public.phone_numbers where id = c.phone_number_id;
  select k.number into strict contact_number from public.contacts k where k.id = c.contact_id;
  insert into public.sms_messages (account_sid, conversation_id, user_id, seq, direction, kind, sender,
    to_number, from_number, body, media, intent, status, num_segments, send_at, created_at)
  values (n.account_sid, c.id, c.user_id, private.next_seq(c.id, store_outbound.body, store_outbound.media),
    'outbound', store_outbound.kind, store_outbound.sender, contact_number, n.number,
    store_outbound.body, store_outbound.media, store_outbound.intent,
    case when store_outbound.send_at > clock_timestamp() then 'scheduled' else 'pending' end,
    private.count_segments(store_outbound.body), store_outbound.send_at, clock_timestamp())
  returning * into stored;
  insert into private.jobs (kind, user_id, message_id, phone_number_id, contact_id, priority, due_at)
  values ('deliver', c.user_id, stored.id, c.phone_number_id, c.contact_id, store_outbound.priority,
    coalesce(store_outbound.send_at, clock_timestamp()));
  return stored;
end
$$;
comment on function private.store_outbound is 'Stores an outbound text and its delivery job. Priority: 0 answer, 1 API, 2 scheduled, 3 bulk.';
revoke execute on function private.store_outbound from public, anon, authenticated;
grant execute on function private.store_outbound to service_role;

-- Settles a delivery that must not happen. The caller has locked the message.
create function private.cancel_delivery(message public.sms_messages, code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  delete from private.jobs j where j.kind = 'deliver' and j.message_id = message.id;
  perform private.report_status(message, 'canceled', code, explanation, null, 'worker');
end
$$;
comment on function private.cancel_delivery is 'Takes a delivery job away and marks its text canceled, with the reason.';
revoke execute on function private.cancel_delivery from public, anon, authenticated;
grant execute on function private.cancel_delivery to service_role;

-- Takes back texts that have not left yet; what a claim took meanwhile stays.
create function private.cancel_waiting(message_ids uuid[], code text, explanation text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
begin
  for m in
    select s.* from public.sms_messages s where s.id = any (message_ids) order by s.id for no key update
  loop
    perform from private.jobs j where j.message_id = m.id and j.kind = 'deliver' and not j.in_flight for update;
    if found then
      perform private.cancel_delivery(m, code, explanation);
    end if;
  end loop;
end
$$;
comment on function private.cancel_waiting is 'Cancels those of these texts that no worker has claimed, with the reason.';
revoke execute on function private.cancel_waiting from public, anon, authenticated;
grant execute on function private.cancel_waiting to service_role;

-- An opt-out counts for the whole tenant and takes back everything that has not left yet.
create function private.opt_out(contact uuid, source text, evidence text, message uuid)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  k public.contacts;
begin
  select * into strict k from public.contacts where id = contact for no key update;
  update public.contacts c
  set opted_out_at = coalesce(c.opted_out_at, clock_timestamp()),
    opt_out_source = coalesce(c.opt_out_source, opt_out.source)
  where c.id = contact;
  insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (k.user_id, contact, opt_out.message, 'opt_out', opt_out.source, left(opt_out.evidence, 200));
  perform private.cancel_waiting(
    (select array_agg(j.message_id) from private.jobs j join public.sms_messages s on s.id = j.message_id
     where j.contact_id = contact and j.kind = 'deliver' and not j.in_flight and s.kind <> 'opt_out_confirmation'),
    'RECIPIENT_OPTED_OUT', 'The contact opted out before this text left.');
  -- Skipping, not waiting: a job somebody holds right now is refused when its reply comes back.
  delete from private.jobs j where j.id in (
    select r.id from private.jobs r where r.kind = 'reply' and r.contact_id = contact for update skip locked);
  return k.opted_out_at is null;
end
$$;
comment on function private.opt_out is
  'Records an opt-out, cancels the contact''s unclaimed deliveries and deletes its reply jobs, in the caller''s transaction. True when the contact was not opted out before.';
revoke execute on function private.opt_out from public, anon, authenticated;
grant execute on function private.opt_out to service_role;
