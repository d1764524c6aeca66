-- Figures: what a text counts for.

-- 228 logarithmic bins from 1 ms to 30 days: a bin's middle is within 5 % of whatever is in it.
create function sms_private.answer_bin(answer_ms bigint)
returns smallint
-- plpgsql plans its expression once a session. It is asked for every text that is not folded.
language plpgsql immutable strict parallel safe set search_path = ''
as $$
begin
  return floor(ln(least(greatest(answer_ms, 1), 2592000000)::double precision) / ln(1.1::double precision))::smallint;
end
$$;
comment on function sms_private.answer_bin is
  'The bin of an answer time: bin n holds 1.1^n to 1.1^(n+1) ms, from 1 ms (0) to 30 days (227); null for null.';

-- The one place that says what a text counts for. A view and no function, because a planner sees through it.
create view sms_private.stat_parts with (security_invoker = true) as
  select t.part, t.change, t.user_id, t.bucket, t.phone_number_id, t.assistant_id, t.direction, t.sender, t.status,
    t.intent,
    -- A currency without an amount, as Twilio reports it at first, is no price yet.
    case when t.price is not null then t.price_unit end as price_unit,
    sms_private.answer_bin(t.answer_ms) as answer_bin, t.sign as messages,
    case when t.seq = 1 then t.sign else 0 end as conversations, coalesce(t.num_segments, 0) * t.sign as segments,
    case when t.price is not null and t.price_unit is not null then t.price * t.sign else 0 end as price
  from (
    select 'before' as part, c.ctid as change, -1::bigint as sign, c.user_id, c.bucket, c.phone_number_id,
      c.assistant_id, c.direction, c.sender, c.status, c.intent, c.price_unit, c.price, c.answer_ms, c.seq,
      c.num_segments
    from sms_private.stat_changes c where c.direction is not null
    union all
    select 'now', c.ctid, 1, c.user_id, c.bucket, m.phone_number_id, m.assistant_id, m.direction, m.sender, m.status,
      m.intent, m.price_unit, m.price, m.answer_ms, m.seq, m.num_segments
    from sms_private.stat_changes c
    -- Text by text (offset 0): a join may be planned as a walk through all texts.
    cross join lateral (
      select k.user_id, k.created_at, k.phone_number_id, k.assistant_id, k.direction, k.sender, k.status, k.intent,
        k.price_unit, k.price, k.answer_ms, k.seq, k.num_segments
      from public.sms_messages k where k.id = c.message_id offset 0) m
    where m.user_id = c.user_id and date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00') = c.bucket
    union all
    select 'all', null, 1, m.user_id, date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00'),
      m.phone_number_id, m.assistant_id, m.direction, m.sender, m.status, m.intent, m.price_unit, m.price,
      m.answer_ms, m.seq, m.num_segments
    -- A text without an owner counts for nobody.
    from public.sms_messages m where m.user_id is not null) t;
comment on view sms_private.stat_parts is
  'What texts count for in the figures of their tenants. A recount from scratch is the sum of the part `all`.';
comment on column sms_private.stat_parts.part is
  'before: what a changed text counted for, taken away; now: what it counts for; all: what every text counts for.';
comment on column sms_private.stat_parts.change is 'Place of its row in stat_changes.';
comment on column sms_private.stat_parts.user_id is 'As in sms_stats.';
comment on column sms_private.stat_parts.bucket is 'As in sms_stats.';
comment on column sms_private.stat_parts.phone_number_id is 'As in sms_stats.';
comment on column sms_private.stat_parts.assistant_id is 'As in sms_stats.';
comment on column sms_private.stat_parts.direction is 'As in sms_stats.';
comment on column sms_private.stat_parts.sender is 'As in sms_stats.';
comment on column sms_private.stat_parts.status is 'As in sms_stats.';
comment on column sms_private.stat_parts.intent is 'As in sms_stats.';
comment on column sms_private.stat_parts.price_unit is 'As in sms_stats.';
comment on column sms_private.stat_parts.answer_bin is
  'Which bin of the answer times; null for a message that is no reply.';
comment on column sms_private.stat_parts.messages is 'Texts more; negative: fewer.';
comment on column sms_private.stat_parts.conversations is 'Conversations more.';
comment on column sms_private.stat_parts.segments is 'Segments more.';
comment on column sms_private.stat_parts.price is 'Price more.';

create view sms_private.stat_deltas with (security_invoker = true) as
  select p.user_id, p.bucket, p.phone_number_id, p.assistant_id, p.direction, p.sender, p.status, p.intent,
    p.price_unit, p.answer_bin, p.messages, p.conversations, p.segments, p.price
  from sms_private.stat_parts p where p.part <> 'all';
comment on view sms_private.stat_deltas is
  'What changed in sms_stats and is not folded into it yet: for each text of stat_changes what it counted for, negative, and what it counts for now.';
comment on column sms_private.stat_deltas.user_id is 'As in sms_stats.';
comment on column sms_private.stat_deltas.bucket is 'As in sms_stats.';
comment on column sms_private.stat_deltas.phone_number_id is 'As in sms_stats.';
comment on column sms_private.stat_deltas.assistant_id is 'As in sms_stats.';
comment on column sms_private.stat_deltas.direction is 'As in sms_stats.';
comment on column sms_private.stat_deltas.sender is 'As in sms_stats.';
comment on column sms_private.stat_deltas.status is 'As in sms_stats.';
comment on column sms_private.stat_deltas.intent is 'As in sms_stats.';
comment on column sms_private.stat_deltas.price_unit is 'As in sms_stats.';
comment on column sms_private.stat_deltas.answer_bin is 'Which bin of the answer times; null for a message that is no reply.';
comment on column sms_private.stat_deltas.messages is 'Texts more; negative: fewer.';
comment on column sms_private.stat_deltas.conversations is 'Conversations more.';
comment on column sms_private.stat_deltas.segments is 'Segments more.';
comment on column sms_private.stat_deltas.price is 'Price more.';
create function sms_private.is_answer(message public.sms_messages)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- An apology, a confirmation, a broadcast and what a program sends are no answers: the contact still waits.
  return message.direction = 'outbound' and message.sender in ('assistant', 'person')
    and message.kind in ('text', 'reply', 'greeting', 'goodbye') and message.broadcast_id is null;
end
$$;
comment on function sms_private.is_answer is 'Whether an outbound text can answer a contact: an assistant''s or a person''s words to this one contact.';
