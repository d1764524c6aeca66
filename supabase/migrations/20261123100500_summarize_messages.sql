-- What a tenant asks: how much was texted, how it went, what it cost.

create function private.stat_summary(tenant uuid, number uuid, assistant uuid, starts timestamptz[], from_at timestamptz,
  to_at timestamptz)
returns jsonb
language plpgsql stable set search_path = '' set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
  -- Nothing is stored in the future: a range that ends after now may as well end with its day, and has no edge there.
  whole_to timestamptz := case when to_at < now() then to_at
    else date_bin('1 day', to_at + interval '1 day' - interval '1 microsecond', '2000-01-01 00:00:00+00') end;
begin
  return (
    with series as materialized (
      select * from private.stat_series(tenant, number, assistant, starts, from_at, whole_to)
    ), facets as materialized (
      select * from private.stat_facets(tenant, number, assistant, from_at, whole_to)
    ), answers as (
      select b.bin, sum(b.answers) over (order by b.bin) as upto, sum(b.answers) over () as total
      from (select f.label::int as bin, f.messages as answers from facets f where f.facet = 'answer_bin') b
    ), places as (
      select s.place, sum(s.inbound) as inbound, sum(s.outbound) as outbound, sum(s.delivered) as delivered,
        sum(s.failed) as failed, sum(s.segments) as segments,
        coalesce(jsonb_agg(jsonb_build_object('currency', s.price_unit, 'amount', -s.price) order by s.price_unit)
          filter (where s.price_unit is not null), '[]') as cost
      from series s group by s.place
    ), totals as (
      select coalesce(sum(s.inbound), 0) as inbound, coalesce(sum(s.outbound), 0) as outbound,
        coalesce(sum(s.delivered), 0) as delivered, coalesce(sum(s.failed), 0) as failed,
        coalesce(sum(s.segments), 0) as segments, coalesce(sum(s.conversations), 0) as conversations
      from series s
    )
    select jsonb_build_object(
      'totals', jsonb_build_object(
        'inbound', t.inbound, 'outbound', t.outbound, 'delivered', t.delivered, 'failed', t.failed,
        'delivery_rate', round(t.delivered / nullif(t.delivered + t.failed, 0), 4),
        'segments', t.segments, 'conversations', t.conversations,
        'opt_outs', private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_out'),
        'opt_ins', private.count_consents(tenant, number, assistant, from_at, to_at, 'opt_in'),
        'statuses', (
          select coalesce(jsonb_agg(jsonb_build_object('direction', f.facet, 'status', f.label, 'messages', f.messages)
            order by f.facet, f.messages desc, f.label), '[]')
          from facets f where f.facet in ('inbound', 'outbound')),
        'intents', (
          select coalesce(jsonb_agg(jsonb_build_object('intent', f.label, 'messages', f.messages)
            order by f.messages desc, f.label), '[]')
          from facets f where f.facet = 'intent'),
        'cost', (
          select coalesce(jsonb_agg(jsonb_build_object('currency', c.price_unit, 'amount', c.amount) order by c.price_unit), '[]')
          from (select s.price_unit, -sum(s.price) as amount from series s where s.price_unit is not null group by 1) c),
        'answer_time', (
          select jsonb_build_object('count', coalesce(max(a.total), 0),
            'median_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.5 * a.total) + 0.5), 2),
            'p95_ms', round(1.1 ^ (min(a.bin) filter (where a.upto >= 0.95 * a.total) + 0.5), 2))
          from answers a)),
      'series', (
        select jsonb_agg(jsonb_build_object('start', b.at, 'inbound', coalesce(p.inbound, 0),
          'outbound', coalesce(p.outbound, 0), 'delivered', coalesce(p.delivered, 0), 'failed', coalesce(p.failed, 0),
          'segments', coalesce(p.segments, 0), 'cost', coalesce(p.cost, '[]')) order by b.place)
        from unnest(starts) with ordinality b (at, place) left join places p on p.place = b.place))
    from totals t);
end
$$;
comment on function private.stat_summary is 'What summarize_messages() answers, for a range and its buckets that are known to be right.';
revoke execute on function private.stat_summary from public, anon, authenticated, service_role;

-- A deleted assistant's figures stay, so its id is still good where it has figures.
create function private.has_assistant(tenant uuid, assistant uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.assistants a where a.id = assistant and a.user_id = tenant)
    or exists (select from private.stat_hours h where h.user_id = tenant and h.assistant_id = assistant)
    or exists (select from private.stat_deltas d where d.user_id = tenant and d.assistant_id = assistant);
end
$$;
comment on function private.has_assistant is 'Whether a tenant has an assistant, or figures of one that it had.';
revoke execute on function private.has_assistant from public, anon, authenticated, service_role;

create function private.summarize_messages(
  from_at timestamptz, to_at timestamptz, bucket text, time_zone text, phone_number_id uuid, assistant_id uuid,
  from_day date, to_day date)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant uuid := (select auth.uid());
  range_from timestamptz := from_at;
  range_to timestamptz := to_at;
  starts timestamptz[];
begin
  if phone_number_id is not null and not exists (
    select from public.phone_numbers n where n.id = summarize_messages.phone_number_id and n.user_id = tenant) then
    return jsonb_build_object('outcome', 'NUMBER_NOT_FOUND');
  elsif assistant_id is not null and not private.has_assistant(tenant, assistant_id) then
    return jsonb_build_object('outcome', 'ASSISTANT_NOT_FOUND');
  elsif coalesce(bucket, '') not in ('hour', 'day') then
    return jsonb_build_object('outcome', 'INVALID_BUCKET');
  elsif not private.is_time_zone(time_zone) then
    return jsonb_build_object('outcome', 'INVALID_TIME_ZONE');
  -- Beyond any text, and short of what dates can be reckoned with.
  elsif least(from_at, to_at, from_day, to_day) < '2000-01-01' or greatest(from_at, to_at, from_day, to_day) > '2100-01-01' then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  if range_to is null then
    range_to := coalesce((select d from private.day_starts(to_day, to_day, time_zone) d), now());
  end if;
  if range_from is null then
    from_day := coalesce(from_day, ((range_to - interval '1 microsecond') at time zone time_zone)::date - 29);
    range_from := (select d from private.day_starts(from_day, from_day, time_zone) d);
  end if;
  if range_from >= range_to then
    return jsonb_build_object('outcome', 'INVALID_RANGE');
  end if;
  -- Widened to quarters of an hour, so that what was asked for is in it.
  range_from := date_bin('15 minutes', range_from, '2000-01-01 00:00:00+00');
  range_to := date_bin('15 minutes', range_to + interval '15 minutes' - interval '1 microsecond', '2000-01-01 00:00:00+00');
  -- Before there are too many of them, and then for those there are.
  if range_to - range_from <= 1001 * ('1 ' || bucket)::interval then
    starts := array(select private.bucket_starts(bucket, range_from, range_to, time_zone));
  end if;
  if starts is null or cardinality(starts) > 1000 then
    return jsonb_build_object('outcome', 'RANGE_TOO_LARGE');
  end if;
  return jsonb_build_object('outcome', 'summarized', 'from', range_from, 'to', range_to, 'bucket', bucket,
      'time_zone', time_zone)
    || private.stat_summary(tenant, phone_number_id, assistant_id, starts, range_from, range_to);
end
$$;
comment on function private.summarize_messages is 'summarize_messages, as definer; the owner is auth.uid().';
revoke execute on function private.summarize_messages from public, anon;
grant execute on function private.summarize_messages to authenticated;

create function public.summarize_messages(
  from_at timestamptz default null, to_at timestamptz default null, bucket text default 'day',
  time_zone text default 'UTC', phone_number_id uuid default null, assistant_id uuid default null,
  from_day date default null, to_day date default null)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select private.summarize_messages(from_at, to_at, bucket, time_zone, phone_number_id, assistant_id, from_day, to_day)
$$;
comment on function public.summarize_messages is
  'Figures of the signed-in tenant''s texts, in all and by hour or day of a time zone, up to this moment. The range, widened to quarters of an hour, is from_at or the start of from_day until before to_at or the start of to_day; by default the last 30 days, today included. Returns { outcome: summarized, from, to, bucket, time_zone, totals, series }, or INVALID_TIME_ZONE, INVALID_BUCKET, INVALID_RANGE, RANGE_TOO_LARGE (over 1,000 buckets), NUMBER_NOT_FOUND, ASSISTANT_NOT_FOUND.';
revoke execute on function public.summarize_messages from public, anon, service_role;
grant execute on function public.summarize_messages to authenticated;
