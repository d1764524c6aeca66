-- Settling: what Twilio says of a text when nobody called us back, and what it cost, which no callback says.

create table private.settlements (
  message_id uuid primary key references public.sms_messages (id) on delete cascade,
  due_at timestamptz not null,
  asked int not null default 0,
  lease_token uuid,
  last_error text check (char_length(last_error) <= 500)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, fillfactor = 80);
comment on table private.settlements is
  'Texts at Twilio whose end or price we do not know yet. A row goes when both are known, or Twilio was asked often enough.';
comment on column private.settlements.message_id is 'The text.';
comment on column private.settlements.due_at is 'When to ask Twilio. While somebody asks, when their lease lapses.';
comment on column private.settlements.asked is 'Times Twilio answered.';
comment on column private.settlements.lease_token is 'Fencing token of whoever asks.';
comment on column private.settlements.last_error is 'Why asking failed.';
create index settlements_due_idx on private.settlements (due_at);
grant select, insert, update, delete on private.settlements to service_role;

-- Gaps between two questions, in seconds: asked 10 minutes, 1, 11, 25 and 73 hours after Twilio took it. Twilio's queue
-- holds a text for 10 hours (https://www.twilio.com/docs/api/errors/21611); a price may take 24
-- (https://support.twilio.com/hc/en-us/articles/46871410243099).
insert into private.settings (name, value) values ('settle_gaps_seconds', '[600, 3000, 36000, 50400, 172800]');

create function private.settle_gap(asked int)
returns interval
language sql stable set search_path = ''
as $$ select make_interval(secs => (private.setting('settle_gaps_seconds') ->> asked)::float8) $$;
comment on function private.settle_gap is 'How long to wait before asking Twilio once more; null when it was asked often enough.';
revoke execute on function private.settle_gap from public, anon, authenticated;
grant execute on function private.settle_gap to service_role;

create or replace function private.tie_sid(m public.sms_messages, sid text, new_status text, new_error_code text,
  new_error_message text, source text, segments int)
returns text
language plpgsql volatile set search_path = ''
as $$
begin
  if m.message_sid <> sid then
    insert into public.message_events (user_id, message_id, status, error_code, message_sid, source, flags)
    values (m.user_id, m.id, left(new_status, 64), new_error_code, sid, tie_sid.source, '{doubled}');
    return 'doubled';
  end if;
  update public.sms_messages s
  set message_sid = sid, num_segments = coalesce(nullif(segments, 0), s.num_segments)
  where s.id = m.id and (s.message_sid is null or segments > 0);
  delete from private.jobs j where j.kind = 'deliver' and j.message_id = m.id;
  if m.message_sid is null then
    insert into private.settlements (message_id, due_at) values (m.id, clock_timestamp() + private.settle_gap(0))
    on conflict (message_id) do nothing;
  end if;
  perform private.report_status(m, new_status, new_error_code, new_error_message, sid, tie_sid.source);
  return 'recorded';
end
$$;

create function public.claim_settlements(batch_size int, lease_seconds int, per_account int default 20)
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
      from (select * from private.settlements q where q.due_at <= clock_timestamp() order by q.due_at limit 1000) s
      join public.sms_messages m on m.id = s.message_id
    )
    select * from due where place <= per_account order by place, due_at limit room
  loop
    update private.settlements s
    set lease_token = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => lease_seconds)
    where s.message_id = (select q.message_id from private.settlements q
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
comment on function public.claim_settlements is
  'Leases texts whose end or price is not known and that Twilio is to be asked about, accounts in turn. Returns { jobs, next_due_in_ms }.';
revoke execute on function public.claim_settlements from public, anon, authenticated;
grant execute on function public.claim_settlements to service_role;

-- Whether Twilio has nothing more to say of a text. `sent` is the last word of carriers that report no delivery
-- (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status), but nobody knows which: it is asked
-- about as often as the others. What never left costs nothing.
create function private.is_settled(status text, price numeric)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select status in ('failed', 'canceled') or (status in ('undelivered', 'delivered', 'read') and price is not null)
$$;
comment on function private.is_settled is 'Whether the end and the price of a text are known.';
revoke execute on function private.is_settled from public, anon, authenticated;
grant execute on function private.is_settled to service_role;

create function private.record_settlement(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  m public.sms_messages;
  s private.settlements;
begin
  select * into m from public.sms_messages t
  where t.id = (result ->> 'message_id')::uuid and t.account_sid = result ->> 'account_sid' for no key update;
  if not found then
    return 'not_found';
  end if;
  select * into s from private.settlements t
  where t.message_id = m.id and t.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return 'stale';
  end if;
  if result ->> 'outcome' = 'failed' and m.created_at > clock_timestamp() - interval '5 days' then
    update private.settlements t
    set lease_token = null, due_at = clock_timestamp() + private.settle_gap(0),
      last_error = left(concat_ws(' ', result ->> 'error_code', result ->> 'error_message'), 500)
    where t.message_id = m.id;
    return 'postponed';
  end if;
  if result ->> 'outcome' = 'found' then
    -- An event only for news: every text is asked about, most of them only for the price.
    if private.status_rank(result ->> 'status', null) > private.status_rank(m.status, m.error_code) then
      m.status := private.report_status(m, result ->> 'status', result ->> 'error_code', result ->> 'error_message',
        m.message_sid, 'lookup');
    end if;
    m.price := coalesce((result ->> 'price')::numeric, m.price);
    m.num_segments := coalesce(nullif((result ->> 'num_segments')::int, 0), m.num_segments);
    update public.sms_messages t
    set price = m.price, price_unit = coalesce(result ->> 'price_unit', t.price_unit), num_segments = m.num_segments
    where t.id = m.id and (t.price, t.num_segments) is distinct from (m.price, m.num_segments);
    if not private.is_settled(m.status, m.price) and private.settle_gap(s.asked + 1) is not null then
      update private.settlements t
      set asked = s.asked + 1, lease_token = null, last_error = null,
        due_at = clock_timestamp() + private.settle_gap(s.asked + 1)
      where t.message_id = m.id;
      return 'not_yet';
    end if;
  end if;
  delete from private.settlements t where t.message_id = m.id;
  return case when result ->> 'outcome' = 'found' and private.is_settled(m.status, m.price) then 'settled' else 'left' end;
end
$$;
comment on function private.record_settlement is 'record_settlements for one result.';
revoke execute on function private.record_settlement from public, anon, authenticated;
grant execute on function private.record_settlement to service_role;

create function public.record_settlements(results jsonb)
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
      outcome := private.record_settlement(result);
    exception when others then
      -- Asked again when the lease lapses, and counted, so that poison ends.
      outcome := 'error';
      update private.settlements s
      set asked = s.asked + 1, last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where s.message_id = (result ->> 'message_id')::uuid and s.lease_token = (result ->> 'lease_token')::uuid;
      delete from private.settlements s
      where s.message_id = (result ->> 'message_id')::uuid and private.settle_gap(s.asked) is null;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.record_settlements is
  'Records what Twilio says of texts. Outcomes: settled, not_yet (asked again later), left (asked often enough, or Twilio does not have it any more), postponed (asking failed), stale, not_found, error.';
revoke execute on function public.record_settlements from public, anon, authenticated;
grant execute on function public.record_settlements to service_role;
