-- Inbound texts that no webhook brought.

-- A disconnected account has no token here; the shared one's is in the environment. connected_at: the token's row goes when
-- its account is disconnected, so it was never written later than that, and a watermark is there before any rotation.
create function sms_private.listed_accounts()
returns table (account_sid text, connected_at timestamptz)
language sql stable set search_path = ''
as $$
  select a.account_sid, coalesce(t.updated_at, a.created_at)
  from public.sms_accounts a
  left join sms_private.twilio_credentials t on t.account_id = a.id
  where (a.shared or t.account_id is not null)
    and exists (select from public.sms_numbers n where n.account_sid = a.account_sid)
$$;
comment on function sms_private.listed_accounts is 'The connected accounts that have numbers of ours.';

create function public.sms_claim_listings(batch_size int, lease_seconds int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 20);
  w sms_private.account_watermarks;
  claimed jsonb := '[]';
begin
  -- Connected again later, it begins anew.
  delete from sms_private.account_watermarks k
  where not exists (select from public.sms_accounts a
                    left join sms_private.twilio_credentials t on t.account_id = a.id
                    where a.account_sid = k.account_sid and (a.shared or t.account_id is not null));
  insert into sms_private.account_watermarks (account_sid, listed_until, listed_from)
  select a.account_sid, since.at, since.at
  from sms_private.listed_accounts() a
  -- In whole seconds, as Twilio tells when a text was created.
  cross join lateral (select date_trunc('second', greatest(a.connected_at, clock_timestamp() - interval '1 day')) as at) since
  where not exists (select from sms_private.account_watermarks k where k.account_sid = a.account_sid)
  on conflict (account_sid) do nothing;
  for w in
    select k.* from sms_private.account_watermarks k
    where k.due_at <= clock_timestamp()
      and exists (select from public.sms_numbers n where n.account_sid = k.account_sid)
    order by k.due_at limit room
    for update skip locked
  loop
    update sms_private.account_watermarks k
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds),
      began_at = case when k.page_token is null then clock_timestamp() else k.began_at end
    where k.account_sid = w.account_sid returning * into w;
    claimed := claimed || jsonb_build_object('account_sid', w.account_sid, 'lease_token', w.lease_token,
      'since', greatest(w.listed_until - sms_private.span_setting('listing_overlap_seconds'), w.listed_from),
      'page_token', w.page_token);
  end loop;
  -- Not waited for: the next tick looks again.
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', case when room > 0 and jsonb_array_length(claimed) >= room then 0 end);
end
$$;
comment on function public.sms_claim_listings is
  'Leases accounts whose inbound texts are to be compared with Twilio''s, the longest waiting first. since: read the list back to there, from page_token on. Returns { jobs, next_due_in_ms }.';

create function public.sms_hurry_listings()
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  hurried int;
begin
  update sms_private.account_watermarks k set due_at = clock_timestamp()
  where k.lease_token is null and k.due_at > clock_timestamp();
  get diagnostics hurried = row_count;
  return jsonb_build_object('outcome', 'hurried', 'accounts', hurried);
end
$$;
comment on function public.sms_hurry_listings is
  'After an outage: every account is listed as soon as possible instead of in its turn. Outcome: hurried.';

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text, whatever the
-- planner thinks of the array.
create function public.sms_find_unknown_messages(account_sid text, texts jsonb)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(jsonb_agg(t ->> 'message_sid' order by place), '[]')
  from jsonb_array_elements(texts) with ordinality as listed (t, place)
  cross join lateral (
    select n.id from public.sms_numbers n
    where n.account_sid = sms_find_unknown_messages.account_sid and n.number = t ->> 'to_number'
      and n.created_at <= (t ->> 'sent_at')::timestamptz + interval '1 minute'
    limit 1) ours
  left join lateral (
    select m.id from public.sms_messages m
    where m.account_sid = sms_find_unknown_messages.account_sid and m.message_sid = t ->> 'message_sid'
    limit 1) stored on true
  where stored.id is null
$$;
comment on function public.sms_find_unknown_messages is
  'Of inbound texts [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of those that are not stored and came to a number we had by then, in the order given.';

create function public.sms_set_message_aside(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  sent_at timestamptz, reason text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into sms_private.texts_set_aside as t
    (account_sid, message_sid, from_number, to_number, body, media, num_segments, sent_at, last_error)
  values (sms_set_message_aside.account_sid, sms_set_message_aside.message_sid, coalesce(sms_set_message_aside.from_number, ''),
    coalesce(sms_set_message_aside.to_number, ''), coalesce(sms_set_message_aside.body, ''), coalesce(sms_set_message_aside.media, '[]'),
    sms_set_message_aside.num_segments, sms_set_message_aside.sent_at, left(reason, 500))
  on conflict on constraint texts_set_aside_pkey do update set last_error = excluded.last_error;
  return jsonb_build_object('outcome', 'set_aside');
end
$$;
comment on function public.sms_set_message_aside is
  'Keeps an inbound text that sms_receive_message raised on, for a person to look at. Outcome: set_aside.';

create function sms_private.record_listing(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  w sms_private.account_watermarks;
begin
  select * into w from sms_private.account_watermarks k
  where k.account_sid = result ->> 'account_sid' and k.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'listed' then
    update sms_private.account_watermarks k
    set listed_until = w.began_at, began_at = null, page_token = null, lease_token = null, failures = 0, last_error = null,
      due_at = clock_timestamp() + sms_private.span_setting('listing_interval_seconds')
    where k.account_sid = w.account_sid;
  when 'unfinished' then
    update sms_private.account_watermarks k
    set page_token = result ->> 'page_token', lease_token = null, failures = 0, last_error = null,
      due_at = clock_timestamp()
    where k.account_sid = w.account_sid;
  when 'failed' then
    -- Once more from the newest: a page token may be what failed.
    update sms_private.account_watermarks k
    set page_token = null, lease_token = null, failures = w.failures + 1,
      last_error = left(concat_ws(' ', result ->> 'error_code', result ->> 'error_message'), 500),
      due_at = clock_timestamp() + least(sms_private.span_setting('listing_interval_seconds'),
        interval '10 seconds' * 2 ^ least(w.failures, 10))
    where k.account_sid = w.account_sid;
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return result ->> 'outcome';
end
$$;
comment on function sms_private.record_listing is 'sms_record_listings for one result.';

create function public.sms_record_listings(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
begin
  for result in select r from jsonb_array_elements(results) r order by r ->> 'account_sid' loop
    begin
      outcome := sms_private.record_listing(result);
    exception when others then
      -- Listed again when the lease lapses.
      outcome := 'error';
      update sms_private.account_watermarks k
      set failures = k.failures + 1, last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where k.account_sid = result ->> 'account_sid' and k.lease_token::text = result ->> 'lease_token';
    end;
    outcomes := outcomes || jsonb_build_object('account_sid', result -> 'account_sid', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.sms_record_listings is
  'Records how far accounts were listed. Outcomes: listed (the watermark moves), unfinished (it goes on at once), failed (tried again soon), stale, error.';
