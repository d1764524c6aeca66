-- What there is to count. Figures are never stale and no counter row is hot: transactions append to stat_deltas, the
-- worker folds that into the tables below, and readers add both.

create table public.message_stats (
  id uuid primary key default private.new_id(),
  user_id uuid not null references auth.users (id) on delete cascade,
  bucket timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  direction text not null,
  sender text not null,
  status text not null,
  intent text,
  price_unit text,
  messages bigint not null,
  conversations bigint not null,
  segments bigint not null,
  price numeric not null,
  answer_times jsonb not null default '{}',
  constraint message_stats_key unique nulls not distinct
    (user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent, price_unit)
);
comment on table public.message_stats is
  'Texts counted by quarter of an hour and what they are. What is not folded yet is missing here: summarize_messages() adds it.';
comment on column public.message_stats.id is 'Time-ordered id.';
comment on column public.message_stats.user_id is 'The tenant.';
comment on column public.message_stats.bucket is 'Start of the quarter of an hour (UTC) in which the texts were stored.';
comment on column public.message_stats.phone_number_id is 'The tenant''s number.';
comment on column public.message_stats.assistant_id is 'Who answered on that number then; null when nobody did.';
comment on column public.message_stats.direction is 'inbound or outbound.';
comment on column public.message_stats.sender is 'contact, assistant, person or system.';
comment on column public.message_stats.status is 'Delivery status, as it is now.';
comment on column public.message_stats.intent is 'What the contact wants, as the assistant understood it.';
comment on column public.message_stats.price_unit is 'ISO 4217 currency of the price; null for texts without a price yet.';
comment on column public.message_stats.messages is 'How many texts.';
comment on column public.message_stats.conversations is 'How many conversations began with one of them.';
comment on column public.message_stats.segments is 'SMS segments of all of them.';
comment on column public.message_stats.price is 'What Twilio charged for all of them (negative: a cost).';
comment on column public.message_stats.answer_times is
  'Answers by how long the contact had waited: { bin: answers }, bins as in private.answer_bin().';

alter table public.message_stats enable row level security;
create policy select_own on public.message_stats for select to authenticated
  using ((select auth.uid()) = user_id);
comment on policy select_own on public.message_stats is 'A tenant sees its figures.';
grant select on public.message_stats to authenticated;
grant select, insert, update, delete on public.message_stats to service_role;

create table private.stat_deltas (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  bucket timestamptz not null,
  phone_number_id uuid,
  assistant_id uuid,
  direction text not null,
  sender text not null,
  status text not null,
  intent text,
  price_unit text,
  answer_bin smallint,
  messages bigint not null,
  conversations bigint not null,
  segments bigint not null,
  price numeric not null
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
comment on table private.stat_deltas is
  'What changed in message_stats and is not folded into it yet. Appended by every transaction that changes a text; emptied by fold_stats().';
comment on column private.stat_deltas.id is 'Order in which it was appended: for one text, the order in which it changed.';
comment on column private.stat_deltas.user_id is 'As in message_stats.';
comment on column private.stat_deltas.bucket is 'As in message_stats.';
comment on column private.stat_deltas.phone_number_id is 'As in message_stats.';
comment on column private.stat_deltas.assistant_id is 'As in message_stats.';
comment on column private.stat_deltas.direction is 'As in message_stats.';
comment on column private.stat_deltas.sender is 'As in message_stats.';
comment on column private.stat_deltas.status is 'As in message_stats.';
comment on column private.stat_deltas.intent is 'As in message_stats.';
comment on column private.stat_deltas.price_unit is 'As in message_stats.';
comment on column private.stat_deltas.answer_bin is 'Which bin of the answer times; null for what is no answer.';
comment on column private.stat_deltas.messages is 'Texts more; negative: fewer.';
comment on column private.stat_deltas.conversations is 'Conversations more.';
comment on column private.stat_deltas.segments is 'Segments more.';
comment on column private.stat_deltas.price is 'Price more.';
create index stat_deltas_user_idx on private.stat_deltas (user_id, bucket);
grant select, insert, delete on private.stat_deltas to service_role;

-- 228 logarithmic bins from 1 ms to 30 days: a bin's middle is within 5 % of whatever is in it.
create function private.answer_bin(answer_ms bigint)
returns smallint
language sql immutable strict parallel safe set search_path = ''
as $$
  select floor(ln(least(greatest(answer_ms, 1), 2592000000)::double precision) / ln(1.1::double precision))::smallint
$$;
comment on function private.answer_bin is
  'The bin of an answer time: bin n holds 1.1^n to 1.1^(n+1) ms, from 1 ms (0) to 30 days (227); null for null.';
revoke execute on function private.answer_bin from public, anon, authenticated;
grant execute on function private.answer_bin to service_role;

-- The one place that says what a text counts for. A recount from scratch is the sum of this over sms_messages.
create function private.contribution_of(m public.sms_messages)
returns private.stat_deltas
-- plpgsql, because it runs for every change of every text, and plans its expression once a session.
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return (null::bigint, m.user_id, date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00'), m.phone_number_id,
    m.assistant_id, m.direction, m.sender, m.status, m.intent,
    -- A currency without an amount, as Twilio reports it at first, is no price yet.
    case when m.price is not null then m.price_unit end,
    private.answer_bin(m.answer_ms),
    1::bigint, (m.seq is not distinct from 1)::int::bigint, coalesce(m.num_segments, 0)::bigint,
    case when m.price_unit is not null then coalesce(m.price, 0) else 0 end);
end
$$;
comment on function private.contribution_of is
  'What one text adds to the figures of its tenant (the id is null). Without an owner it adds to nobody''s.';
revoke execute on function private.contribution_of from public, anon, authenticated;
grant execute on function private.contribution_of to service_role;

create function private.count_message()
returns trigger
-- As definer: whoever deletes a user may not write here.
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- A text that goes with its user takes nothing away from figures that go as well.
  if tg_op = 'DELETE' and not exists (select from auth.users u where u.id = old.user_id) then
    return null;
  end if;
  insert into private.stat_deltas (user_id, bucket, phone_number_id, assistant_id, direction, sender, status, intent,
    price_unit, answer_bin, messages, conversations, segments, price)
  select c.user_id, c.bucket, c.phone_number_id, c.assistant_id, c.direction, c.sender, c.status, c.intent,
    c.price_unit, c.answer_bin, sum(c.messages * c.sign), sum(c.conversations * c.sign), sum(c.segments * c.sign),
    sum(c.price * c.sign)
  from (
    select n.*, 1 as sign from private.contribution_of(new) n
    union all
    select o.*, -1 from private.contribution_of(old) o
  ) c
  where c.user_id is not null
  group by c.user_id, c.bucket, c.phone_number_id, c.assistant_id, c.direction, c.sender, c.status, c.intent,
    c.price_unit, c.answer_bin
  having (sum(c.messages * c.sign), sum(c.conversations * c.sign), sum(c.segments * c.sign), sum(c.price * c.sign))
    <> (0, 0, 0, 0);
  return null;
end
$$;
comment on function private.count_message is
  'Trigger: appends to stat_deltas what a text counts for now, less what it counted for before.';
revoke execute on function private.count_message from public, anon, authenticated, service_role;
create trigger count_message after insert or delete on public.sms_messages
  for each row execute function private.count_message();
create trigger count_changed_message after update on public.sms_messages
  for each row
  when ((old.user_id, old.created_at, old.phone_number_id, old.assistant_id, old.direction, old.sender, old.status,
      old.intent, old.price, old.price_unit, old.answer_ms, old.seq, old.num_segments)
    is distinct from (new.user_id, new.created_at, new.phone_number_id, new.assistant_id, new.direction, new.sender,
      new.status, new.intent, new.price, new.price_unit, new.answer_ms, new.seq, new.num_segments))
  execute function private.count_message();
