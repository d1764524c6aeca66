-- Listings: which inbound messages did no webhook bring? An account's question stays open while it is
-- connected.

-- A disconnected account has no token here; the shared one's is in the environment. The token's row goes when
-- its account is disconnected, so it was never written later than that, and a watermark is there before any
-- rotation.
create function sms_private.open_listings(hurry boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- Connected again later, it begins anew.
  delete from sms_private.questions question
  where question.kind = 'listing'
    and not exists (select from public.sms_accounts account
                    left join sms_private.twilio_credentials token on token.account_id = account.id
                    where account.account_sid = question.account_sid
                      and (account.shared or token.account_id is not null));
  insert into sms_private.questions (kind, account_sid, due_at, listed_from, listed_until)
  select 'listing', account.account_sid, '-infinity', since.at, since.at
  from public.sms_accounts account
  left join sms_private.twilio_credentials token on token.account_id = account.id
  -- In whole seconds, as Twilio tells when a message was created.
  cross join lateral (select date_trunc('second', greatest(coalesce(token.updated_at, account.created_at),
    clock_timestamp() - interval '1 day')) as at) since
  where (account.shared or token.account_id is not null)
    and exists (select from public.sms_numbers number where number.account_sid = account.account_sid)
    and not exists (select from sms_private.questions question
                    where question.kind = 'listing' and question.account_sid = account.account_sid)
  on conflict (account_sid) where kind = 'listing' do nothing;
  if hurry then
    update sms_private.questions question set due_at = statement_timestamp()
    where question.kind = 'listing' and question.lease_token is null
      and question.due_at > statement_timestamp();
  end if;
end
$$;
comment on function sms_private.open_listings is
  'Opens the listing of each connected account that has numbers of ours, and closes those of accounts that '
  'are not connected. hurry: what nobody lists is due now.';

-- Twilio's list dates messages in whole seconds, and a webhook brings no date at all. A STOP counts as written at the end of its
-- second, and a START that is recovered at the beginning of its own: of two in one second, STOP is the last word.
create function sms_private.date_opt_outs(account_sid text, texts jsonb)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  stop record;
begin
  for stop in
    select message.id, (listed.text ->> 'sent_at')::timestamptz + interval '999 milliseconds' as at
    from jsonb_array_elements(texts) as listed (text)
    join public.sms_messages message on message.account_sid = date_opt_outs.account_sid
      and message.message_sid = listed.text ->> 'message_sid'
    where message.kind = 'keyword'
      and message.date_created > (listed.text ->> 'sent_at')::timestamptz + interval '999 milliseconds'
      and exists (select from public.sms_consent_events event
                  where event.message_id = message.id and event.change = 'opt_out')
    order by message.id for no key update of message
  loop
    update public.sms_messages message set date_created = stop.at where message.id = stop.id;
  end loop;
end
$$;
comment on function sms_private.date_opt_outs is
  'Gives stored opt-outs the moment that Twilio lists for them, where ours is later: a START that is recovered may be younger.';

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text,
-- whatever the planner thinks of the array.
create function public.sms_find_unknown_messages(account_sid text, texts jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  perform sms_private.date_opt_outs(account_sid, texts);
  return (
    select coalesce(jsonb_agg(listed.text ->> 'message_sid' order by listed.place), '[]')
    from jsonb_array_elements(texts) with ordinality as listed (text, place)
    cross join lateral (
      select listed.text ->> case when sent then 'from_number' else 'to_number' end as address,
        sms_private.telephone_of(listed.text ->> case when sent then 'to_number' else 'from_number' end) as contact
      from (select coalesce(listed.text ->> 'direction' = 'outbound-api', false) as sent) direction) ours
    cross join lateral (
      select number.id from public.sms_numbers number
      where number.account_sid = sms_find_unknown_messages.account_sid
        and number.number = case when ours.address ~ '^rcs:[^+]'
          then (select a.number from sms_private.number_of_agent(sms_find_unknown_messages.account_sid, ours.address,
            ours.contact) a)
          else sms_private.telephone_of(ours.address) end
        and number.created_at <= (listed.text ->> 'sent_at')::timestamptz + interval '1 minute'
      limit 1) owned
    left join lateral (
      select message.id from public.sms_messages message
      where message.account_sid = sms_find_unknown_messages.account_sid
        and message.message_sid = listed.text ->> 'message_sid'
      limit 1) stored on true
    where stored.id is null and not exists (
      select from sms_private.erased_texts e
      where e.account_sid = sms_find_unknown_messages.account_sid and e.message_sid = listed.text ->> 'message_sid'));
end
$$;
comment on function public.sms_find_unknown_messages is
  'Of inbound messages [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of '
  'those that are not stored and came to a number we had by then, in the order given. Texts with the direction outbound-api left our from_number. Stored opt-outs among them get Twilio''s date.';

create function public.sms_set_message_aside(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb,
  num_segments int, sent_at timestamptz, reason text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into sms_private.texts_set_aside
    (account_sid, message_sid, from_number, to_number, body, media, num_segments, sent_at, last_error)
  values (sms_set_message_aside.account_sid, sms_set_message_aside.message_sid,
    coalesce(sms_set_message_aside.from_number, ''), coalesce(sms_set_message_aside.to_number, ''),
    coalesce(sms_set_message_aside.body, ''), coalesce(sms_set_message_aside.media, '[]'),
    sms_set_message_aside.num_segments, sms_set_message_aside.sent_at, left(reason, 500))
  on conflict on constraint texts_set_aside_pkey do update set last_error = excluded.last_error;
  return jsonb_build_object('outcome', 'set_aside');
end
$$;
comment on function public.sms_set_message_aside is
  'Keeps an inbound message for which sms_receive_message raised an error, for a person to look at. '
  'Outcome: set_aside.';

create function sms_private.record_listing(question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  outcome text := result ->> 'outcome';
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  pause interval := sms_private.span_setting('listing_interval_seconds');
begin
  if outcome = 'unrecordable' then
    -- Listed again when the lease ends.
    update sms_private.questions asked
    set tries = asked.tries + 1, last_error = left('NOT_RECORDABLE: ' || (result ->> 'error_message'), 500)
    where asked.id = question.id;
    return 'error';
  end if;
  update sms_private.questions asked
  set listed_until = case outcome when 'listed' then asked.began_at else asked.listed_until end,
    -- After a failure once more from the newest: a page token may be what failed.
    page_token = case outcome when 'unfinished' then result ->> 'page_token' end
  where asked.id = question.id;
  case outcome
  when 'listed' then
    perform sms_private.ask_again(question, 0, pause);
  when 'unfinished' then
    perform sms_private.ask_again(question, 0, interval '0');
  when 'failed' then
    perform sms_private.ask_again(question, question.tries + 1,
      least(pause, interval '10 seconds' * 2 ^ least(question.tries, 10)), why);
  end case;
  return outcome;
end
$$;
comment on function sms_private.record_listing is
  'sms_record_questions for a listing. The caller holds the question.';
