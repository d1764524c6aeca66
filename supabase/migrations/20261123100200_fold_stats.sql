-- Emptying stat_deltas into what is read: message_stats, and two sums of it that keep reading quick however much a
-- tenant texts. Which sums, and what they bring: decision 11.

create table private.stat_hours (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  hour timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  price_unit text,
  inbound bigint not null,
  outbound bigint not null,
  delivered bigint not null,
  failed bigint not null,
  conversations bigint not null,
  segments bigint not null,
  price numeric not null,
  constraint stat_hours_key unique nulls not distinct (user_id, hour, phone_number_id, assistant_id, price_unit)
);
comment on table private.stat_hours is 'What a series shows, by hour (UTC): message_stats without its details.';
comment on column private.stat_hours.id is 'Its id.';
comment on column private.stat_hours.user_id is 'The tenant.';
comment on column private.stat_hours.hour is 'Start of the hour.';
comment on column private.stat_hours.phone_number_id is 'As in message_stats.';
comment on column private.stat_hours.assistant_id is 'As in message_stats.';
comment on column private.stat_hours.price_unit is 'As in message_stats.';
comment on column private.stat_hours.inbound is 'Texts that came in.';
comment on column private.stat_hours.outbound is 'Texts that went out, or were to.';
comment on column private.stat_hours.delivered is 'Texts that arrived: delivered or read.';
comment on column private.stat_hours.failed is 'Texts that did not: failed or undelivered.';
comment on column private.stat_hours.conversations is 'Conversations that began.';
comment on column private.stat_hours.segments is 'SMS segments.';
comment on column private.stat_hours.price is 'What Twilio charged (negative: a cost).';
grant select on private.stat_hours to service_role;

create table private.stat_days (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  day timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  facet text not null check (facet in ('inbound', 'outbound', 'intent', 'answer_bin')),
  label text not null,
  messages bigint not null,
  constraint stat_days_key unique nulls not distinct (user_id, day, facet, label, phone_number_id, assistant_id)
);
comment on table private.stat_days is 'Texts by one trait at a time, by day (UTC): message_stats without its combinations.';
comment on column private.stat_days.id is 'Its id.';
comment on column private.stat_days.user_id is 'The tenant.';
comment on column private.stat_days.day is 'Start of the day.';
comment on column private.stat_days.phone_number_id is 'As in message_stats.';
comment on column private.stat_days.assistant_id is 'As in message_stats.';
comment on column private.stat_days.facet is
  'Which trait: inbound or outbound (by status), intent (of inbound texts), answer_bin (of answers).';
comment on column private.stat_days.label is 'Its value: a status, an intent, a bin.';
comment on column private.stat_days.messages is 'How many texts.';
grant select on private.stat_days to service_role;

create function private.add_answer_times(a jsonb, b jsonb)
returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.bin, s.answers) filter (where s.answers <> 0), '{}')
  from (
    select e.key as bin, sum(e.value::bigint) as answers
    from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) e
    group by e.key
  ) s
$$;
comment on function private.add_answer_times is 'The sum of two histograms { bin: answers }, without empty bins.';
revoke execute on function private.add_answer_times from public, anon, authenticated;
grant execute on function private.add_answer_times to service_role;

-- The whole of a fold is one statement, so that readers see a delta either here or there, and each exactly once.
create function private.fold_deltas(max_rows int, out folded int, out empty_stats uuid[], out empty_hours bigint[],
  out empty_days bigint[])
language sql volatile set search_path = ''
as $$
  with taken as (
    delete from private.stat_deltas d
    where d.id in (select o.id from private.stat_deltas o order by o.id limit greatest(max_rows, 0))
    returning d.*
  ), by_bin as (
    select t.user_id, t.bucket, t.phone_number_id, t.assistant_id, t.direction, t.sender, t.status, t.intent,
      t.price_unit, t.answer_bin, sum(t.messages) as messages, sum(t.conversations) as conversations,
      sum(t.segments) as segments, sum(t.price) as price
    from taken t group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ), stats as (
    insert into public.message_stats as s (user_id, bucket, phone_number_id, assistant_id, direction, sender, status,
      intent, price_unit, messages, conversations, segments, price, answer_times)
    select b.user_id, b.bucket, b.phone_number_id, b.assistant_id, b.direction, b.sender, b.status, b.intent,
      b.price_unit, sum(b.messages), sum(b.conversations), sum(b.segments), sum(b.price),
      coalesce(jsonb_object_agg(b.answer_bin, b.messages) filter (where b.answer_bin is not null and b.messages <> 0), '{}')
    from by_bin b group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    having (sum(b.messages), sum(b.conversations), sum(b.segments), sum(b.price)) <> (0, 0, 0, 0)
      or bool_or(b.messages <> 0)
    -- What is read together is stored together.
    order by 1, 2
    on conflict on constraint message_stats_key do update
    set messages = s.messages + excluded.messages, conversations = s.conversations + excluded.conversations,
      segments = s.segments + excluded.segments, price = s.price + excluded.price,
      answer_times = case when excluded.answer_times = '{}' then s.answer_times
        else private.add_answer_times(s.answer_times, excluded.answer_times) end
    returning s.id, s.messages
  ), hours as (
    insert into private.stat_hours as h (user_id, hour, phone_number_id, assistant_id, price_unit, inbound, outbound,
      delivered, failed, conversations, segments, price)
    select b.user_id, date_bin('1 hour', b.bucket, '2000-01-01 00:00:00+00'), b.phone_number_id, b.assistant_id,
      b.price_unit, coalesce(sum(b.messages) filter (where b.direction = 'inbound'), 0),
      coalesce(sum(b.messages) filter (where b.direction = 'outbound'), 0),
      coalesce(sum(b.messages) filter (where b.status in ('delivered', 'read')), 0),
      coalesce(sum(b.messages) filter (where b.status in ('failed', 'undelivered')), 0),
      sum(b.conversations), sum(b.segments), sum(b.price)
    from by_bin b group by 1, 2, 3, 4, 5
    order by 1, 2
    on conflict on constraint stat_hours_key do update
    set inbound = h.inbound + excluded.inbound, outbound = h.outbound + excluded.outbound,
      delivered = h.delivered + excluded.delivered, failed = h.failed + excluded.failed,
      conversations = h.conversations + excluded.conversations, segments = h.segments + excluded.segments,
      price = h.price + excluded.price
    returning h.id, h.inbound + h.outbound as messages
  ), days as (
    insert into private.stat_days as d (user_id, day, phone_number_id, assistant_id, facet, label, messages)
    select b.user_id, date_bin('1 day', b.bucket, '2000-01-01 00:00:00+00'), b.phone_number_id, b.assistant_id,
      f.facet, f.label, sum(b.messages)
    from by_bin b
    cross join lateral (values (b.direction, b.status), ('answer_bin', b.answer_bin::text),
      ('intent', case when b.direction = 'inbound' then b.intent end)) f (facet, label)
    where f.label is not null
    group by 1, 2, 3, 4, 5, 6
    having sum(b.messages) <> 0
    order by 1, 2
    on conflict on constraint stat_days_key do update set messages = d.messages + excluded.messages
    returning d.id, d.messages
  )
  select (select count(*) from taken)::int,
    (select array_agg(id) from stats where messages = 0),
    (select array_agg(id) from hours where messages = 0),
    (select array_agg(id) from days where messages = 0)
$$;
comment on function private.fold_deltas is
  'Moves the oldest deltas into message_stats, stat_hours and stat_days. Returns how many, and the rows that count nothing any more.';
revoke execute on function private.fold_deltas from public, anon, authenticated, service_role;

create function private.fold_stats(max_rows int)
returns jsonb
language plpgsql volatile security definer set search_path = '' set lock_timeout = '500ms'
as $$
declare
  fold record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('fold_stats', 0)) then
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end if;
  begin
    select * into fold from private.fold_deltas(max_rows);
    -- A delta and its opposite are folded in the order in which they came, so nothing is ever below zero, and what
    -- counts no text counts nothing else.
    delete from public.message_stats s where s.id = any (fold.empty_stats);
    delete from private.stat_hours h where h.id = any (fold.empty_hours);
    delete from private.stat_days d where d.id = any (fold.empty_days);
  exception when lock_not_available or foreign_key_violation then
    -- A user is being deleted at this moment. Two who wait for each other would be ended by Postgres after a second, and
    -- it might not be the fold; so the fold gives up before.
    return jsonb_build_object('outcome', 'busy', 'folded', 0, 'remaining', null);
  end;
  return jsonb_build_object('outcome', 'folded', 'folded', fold.folded,
    'remaining', (select count(*) from private.stat_deltas));
end
$$;
comment on function private.fold_stats is 'fold_stats, as definer: nobody else writes the figures.';
revoke execute on function private.fold_stats from public, anon, authenticated;
grant execute on function private.fold_stats to service_role;

create function public.fold_stats(max_rows int default 5000)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.fold_stats(max_rows) $$;
comment on function public.fold_stats is
  'Folds the oldest changes into message_stats, one caller at a time. Outcomes: folded ({ folded, remaining }), busy (somebody else is folding, or a user is being deleted).';
revoke execute on function public.fold_stats from public, anon, authenticated;
grant execute on function public.fold_stats to service_role;
