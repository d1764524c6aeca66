-- Recovered inbound: each account's texts at Twilio are compared with ours, so that what a webhook missed appears.

alter table private.account_watermarks
  add column listed_from timestamptz not null default now(),
  add column due_at timestamptz not null default '-infinity',
  add column lease_token uuid,
  add column began_at timestamptz,
  add column page_token text check (char_length(page_token) <= 500),
  add column failures int not null default 0,
  add column last_error text check (char_length(last_error) <= 500);
comment on column private.account_watermarks.listed_from is 'When the account was connected: what is older is not ours.';
comment on column private.account_watermarks.due_at is 'When to list it. While somebody does, when their lease lapses.';
comment on column private.account_watermarks.lease_token is 'Fencing token of whoever lists it: one worker an account.';
comment on column private.account_watermarks.began_at is 'When the listing began that is under way, its earlier parts included; the next watermark.';
comment on column private.account_watermarks.page_token is 'Where a listing goes on that was too long for one run.';
comment on column private.account_watermarks.failures is 'Listings in a row that failed.';
comment on column private.account_watermarks.last_error is 'Why the last listing failed; null when it did not.';
create index account_watermarks_due_idx on private.account_watermarks (due_at);

insert into private.settings (name, value) values
  ('listing_interval_seconds', '300'),
  ('listing_overlap_seconds', '3600');

-- A disconnected account has no token here; the shared one's is in the environment. connected_at: the token's row goes when
-- its account is disconnected, so it was never written later than that, and a watermark is there before any rotation.
create function private.listed_accounts()
returns table (account_sid text, connected_at timestamptz)
language sql stable set search_path = ''
as $$
  select a.account_sid, coalesce(t.updated_at, a.created_at)
  from public.twilio_accounts a
  left join private.twilio_credentials t on t.account_id = a.id
  where (a.shared or t.account_id is not null)
    and exists (select from public.phone_numbers n where n.account_sid = a.account_sid)
$$;
comment on function private.listed_accounts is 'The connected accounts that have numbers of ours.';
revoke execute on function private.listed_accounts from public, anon, authenticated;
grant execute on function private.listed_accounts to service_role;

create function public.claim_listings(batch_size int, lease_seconds int)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 20);
  w private.account_watermarks;
  claimed jsonb := '[]';
begin
  -- Connected again later, it begins anew.
  delete from private.account_watermarks k
  where not exists (select from public.twilio_accounts a
                    left join private.twilio_credentials t on t.account_id = a.id
                    where a.account_sid = k.account_sid and (a.shared or t.account_id is not null));
  insert into private.account_watermarks (account_sid, listed_until, listed_from)
  select a.account_sid, since.at, since.at
  from private.listed_accounts() a
  -- In whole seconds, as Twilio tells when a text was created.
  cross join lateral (select date_trunc('second', greatest(a.connected_at, clock_timestamp() - interval '1 day')) as at) since
  where not exists (select from private.account_watermarks k where k.account_sid = a.account_sid)
  on conflict (account_sid) do nothing;
  for w in
    select k.* from private.account_watermarks k
    where k.due_at <= clock_timestamp()
      and exists (select from public.phone_numbers n where n.account_sid = k.account_sid)
    order by k.due_at limit room
    for update skip locked
  loop
    update private.account_watermarks k
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds),
      began_at = case when k.page_token is null then clock_timestamp() else k.began_at end
    where k.account_sid = w.account_sid returning * into w;
    claimed := claimed || jsonb_build_object('account_sid', w.account_sid, 'lease_token', w.lease_token,
      'since', greatest(w.listed_until - private.span_setting('listing_overlap_seconds'), w.listed_from),
      'page_token', w.page_token);
  end loop;
  -- Not waited for: the next tick looks again.
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', case when room > 0 and jsonb_array_length(claimed) >= room then 0 end);
end
$$;
comment on function public.claim_listings is
  'Leases accounts whose inbound texts are to be compared with Twilio''s, the longest waiting first. since: read the list back to there, from page_token on. Returns { jobs, next_due_in_ms }.';
revoke execute on function public.claim_listings from public, anon, authenticated;
grant execute on function public.claim_listings to service_role;

create function public.hurry_listings()
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  hurried int;
begin
  update private.account_watermarks k set due_at = clock_timestamp()
  where k.lease_token is null and k.due_at > clock_timestamp();
  get diagnostics hurried = row_count;
  return jsonb_build_object('outcome', 'hurried', 'accounts', hurried);
end
$$;
comment on function public.hurry_listings is
  'After an outage: every account is listed as soon as possible instead of in its turn. Outcome: hurried.';
revoke execute on function public.hurry_listings from public, anon, authenticated;
grant execute on function public.hurry_listings to service_role;

-- A minute for the difference between two clocks. Lateral with a limit: one step into each index a text, whatever the
-- planner thinks of the array.
create function public.find_unknown_texts(account_sid text, texts jsonb)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(jsonb_agg(t ->> 'message_sid' order by place), '[]')
  from jsonb_array_elements(texts) with ordinality as listed (t, place)
  cross join lateral (
    select n.id from public.phone_numbers n
    where n.account_sid = find_unknown_texts.account_sid and n.number = t ->> 'to_number'
      and n.created_at <= (t ->> 'sent_at')::timestamptz + interval '1 minute'
    limit 1) ours
  left join lateral (
    select m.id from public.sms_messages m
    where m.account_sid = find_unknown_texts.account_sid and m.message_sid = t ->> 'message_sid'
    limit 1) stored on true
  where stored.id is null
$$;
comment on function public.find_unknown_texts is
  'Of inbound texts [{ message_sid, to_number, sent_at }] that Twilio lists for an account, the SIDs of those that are not stored and came to a number we had by then, in the order given.';
revoke execute on function public.find_unknown_texts from public, anon, authenticated;
grant execute on function public.find_unknown_texts to service_role;

create function private.record_listing(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  w private.account_watermarks;
begin
  select * into w from private.account_watermarks k
  where k.account_sid = result ->> 'account_sid' and k.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  case result ->> 'outcome'
  when 'listed' then
    update private.account_watermarks k
    set listed_until = w.began_at, began_at = null, page_token = null, lease_token = null, failures = 0, last_error = null,
      due_at = clock_timestamp() + private.span_setting('listing_interval_seconds')
    where k.account_sid = w.account_sid;
  when 'unfinished' then
    update private.account_watermarks k
    set page_token = result ->> 'page_token', lease_token = null, failures = 0, last_error = null,
      due_at = clock_timestamp()
    where k.account_sid = w.account_sid;
  when 'failed' then
    -- Once more from the newest: a page token may be what failed.
    update private.account_watermarks k
    set page_token = null, lease_token = null, failures = w.failures + 1,
      last_error = left(concat_ws(' ', result ->> 'error_code', result ->> 'error_message'), 500),
      due_at = clock_timestamp() + least(private.span_setting('listing_interval_seconds'),
        interval '10 seconds' * 2 ^ least(w.failures, 10))
    where k.account_sid = w.account_sid;
  else
    raise exception 'unknown outcome %', result ->> 'outcome' using errcode = 'invalid_parameter_value';
  end case;
  return result ->> 'outcome';
end
$$;
comment on function private.record_listing is 'record_listings for one result.';
revoke execute on function private.record_listing from public, anon, authenticated;
grant execute on function private.record_listing to service_role;

create function public.record_listings(results jsonb)
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
      outcome := private.record_listing(result);
    exception when others then
      -- Listed again when the lease lapses.
      outcome := 'error';
    end;
    outcomes := outcomes || jsonb_build_object('account_sid', result -> 'account_sid', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.record_listings is
  'Records how far accounts were listed. Outcomes: listed (the watermark moves), unfinished (it goes on at once), failed (tried again soon), stale, error.';
revoke execute on function public.record_listings from public, anon, authenticated;
grant execute on function public.record_listings to service_role;

-- A keyword that is recovered may be older than what the contact said since: the latest word counts, by Twilio's clock.
create or replace function private.apply_keyword(keyword text, message public.sms_messages, number_id uuid, contact uuid,
  opt_out_type text)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source text := case when opt_out_type is null then 'keyword' else 'opt_out_type' end;
  evidence text := left(coalesce(opt_out_type, message.body), 200);
  overtaken boolean := exists (
    select from public.consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact and e.change = case keyword when 'out' then 'opt_in' when 'in' then 'opt_out' end
      and coalesce(s.date_created, e.at) > message.date_created);
begin
  if keyword = 'out' and not overtaken then
    perform private.opt_out(contact, source, evidence, message.id);
    update public.conversations c set ai_paused_reason = 'opted_out' where c.id = message.conversation_id;
    return;
  end if;
  if keyword = 'in' and not overtaken then
    update public.contacts c set opted_out_at = null, opt_out_source = null where c.id = contact;
    delete from private.sender_blocks b where b.phone_number_id = number_id and b.contact_id = contact;
    update public.conversations c
    set ai_paused_reason = case when c.ai_paused_until > clock_timestamp() then 'person' end
    where c.id = message.conversation_id and c.ai_paused_reason in ('opted_out', 'sender_blocked');
  end if;
  insert into public.consent_events (user_id, contact_id, message_id, change, source, evidence)
  values (message.user_id, contact, message.id,
    case keyword when 'out' then 'opt_out' when 'in' then 'opt_in' else 'help' end, source, evidence);
end
$$;
