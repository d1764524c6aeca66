-- Ends and prices that no callback told.

create function sms_private.settle_gap(asked int)
returns interval
language sql stable set search_path = ''
as $$ select make_interval(secs => (sms_private.setting('settle_gaps_seconds') ->> asked)::float8) $$;
comment on function sms_private.settle_gap is 'How long to wait before asking Twilio once more; null when it was asked often enough.';

-- Whether Twilio has nothing more to say of a text. `sent` is the last word of carriers that report no delivery
-- (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status), but nobody knows which: it is asked
-- about as often as the others. What never left costs nothing.
create function sms_private.is_settled(status text, price numeric)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select status in ('failed', 'canceled') or (status in ('undelivered', 'delivered', 'read') and price is not null)
$$;
comment on function sms_private.is_settled is 'Whether the end and the price of a text are known.';

create function public.sms_claim_settlements(batch_size int, lease_seconds int, per_account int default 20)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  room int := least(greatest(batch_size, 0), 100);
  turn record;
  token uuid;
  claimed jsonb := '[]';
begin
  for turn in
    with due as (
      select s.message_id, s.due_at, m.account_sid, m.message_sid,
        row_number() over (partition by m.account_sid order by s.due_at) as place
      from (select * from sms_private.settlements q where q.due_at <= statement_timestamp() order by q.due_at limit 1000) s
      join public.sms_messages m on m.id = s.message_id
    )
    select * from due where place <= per_account order by place, due_at limit room
  loop
    update sms_private.settlements s
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where s.message_id = (select q.message_id from sms_private.settlements q
                          where q.message_id = turn.message_id and q.due_at <= clock_timestamp() for update skip locked)
    returning s.lease_token into token;
    continue when not found;
    claimed := claimed || jsonb_build_object('message_id', turn.message_id, 'lease_token', token,
      'account_sid', turn.account_sid, 'message_sid', turn.message_sid);
  end loop;
  -- Nothing here is worth waiting for: the next tick looks again.
  return jsonb_build_object('jobs', claimed,
    'next_due_in_ms', case when room > 0 and jsonb_array_length(claimed) >= room then 0 end);
end
$$;
comment on function public.sms_claim_settlements is
  'Leases texts whose end or price is not known and that Twilio is to be asked about, accounts in turn. Returns { jobs, next_due_in_ms }.';

create function sms_private.record_settlement(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
  s sms_private.settlements;
begin
  select * into m from public.sms_messages t
  where t.id = (result ->> 'message_id')::uuid and t.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  select * into s from sms_private.settlements t
  where t.message_id = m.id and t.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  if result ->> 'outcome' = 'failed' and m.created_at > clock_timestamp() - interval '5 days' then
    update sms_private.settlements t
    set lease_token = null, due_at = clock_timestamp() + sms_private.settle_gap(0),
      last_error = left(concat_ws(' ', result ->> 'error_code', result ->> 'error_message'), 500)
    where t.message_id = m.id;
    return 'postponed';
  end if;
  if result ->> 'outcome' = 'found' then
    -- An event only for news: every text is asked about, most of them only for the price.
    if sms_private.status_rank(result ->> 'status', null) > sms_private.status_rank(m.status, m.error_code) then
      m.status := sms_private.report_status(m, result ->> 'status', result ->> 'error_code', result ->> 'error_message',
        m.message_sid, 'lookup');
    end if;
    m.price := coalesce((result ->> 'price')::numeric, m.price);
    m.num_segments := coalesce(nullif((result ->> 'num_segments')::int, 0), m.num_segments);
    update public.sms_messages t
    set price = m.price, price_unit = coalesce(result ->> 'price_unit', t.price_unit), num_segments = m.num_segments
    where t.id = m.id and (t.price, t.num_segments) is distinct from (m.price, m.num_segments);
    if not sms_private.is_settled(m.status, m.price) and sms_private.settle_gap(s.asked + 1) is not null then
      update sms_private.settlements t
      set asked = s.asked + 1, lease_token = null, last_error = null,
        due_at = clock_timestamp() + sms_private.settle_gap(s.asked + 1)
      where t.message_id = m.id;
      return 'not_yet';
    end if;
  end if;
  delete from sms_private.settlements t where t.message_id = m.id;
  return case when result ->> 'outcome' = 'found' and sms_private.is_settled(m.status, m.price) then 'settled' else 'left' end;
end
$$;
comment on function sms_private.record_settlement is 'sms_record_settlements for one result.';

create function public.sms_record_settlements(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
begin
  for result in select r from jsonb_array_elements(results) r order by r ->> 'message_id' loop
    begin
      outcome := sms_private.record_settlement(result);
    exception when others then
      -- Asked again when the lease lapses, and counted, so that poison ends. What is never due is claimed by nobody.
      update sms_private.settlements s
      set asked = s.asked + 1, last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500),
        set_aside_at = case when sms_private.settle_gap(s.asked + 1) is null then clock_timestamp() end,
        due_at = case when sms_private.settle_gap(s.asked + 1) is null then 'infinity' else s.due_at end
      where s.message_id = (result ->> 'message_id')::uuid and s.lease_token = (result ->> 'lease_token')::uuid
      returning case when s.set_aside_at is null then 'error' else 'set_aside' end into outcome;
      outcome := coalesce(outcome, 'stale');
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.sms_record_settlements is
  'Records what Twilio says of texts. Outcomes: settled, not_yet (asked again later), left (asked often enough, or Twilio does not have it any more), postponed (asking failed), stale, not_found, error (not recordable, asked again), set_aside (not recordable, for a person).';
