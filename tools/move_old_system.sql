-- Moves what the old system stored into this one: its messages from old_system.sms_messages, the rest from its tables in
-- public, which stay as they are, because its voice half uses them. One transaction; may be run again: what was moved
-- stays as it is now. What cannot be moved stays where it is and is counted. docs/moving.md says how to use it.

-- Assistants. One without any instructions could not answer; its prompt says so.
insert into public.sms_assistants (id, user_id, name, prompt, first_message)
select a.id, a.user_id,
  left(coalesce(nullif(btrim(a.name), ''), 'Assistant'), 200),
  left(coalesce(nullif(btrim(a.sms_prompt), ''), nullif(btrim(a.prompt), ''), nullif(btrim(a.description), ''),
    'You answer text messages. Say that a person will get back to them.'), 16000),
  left(nullif(btrim(a.first_message), ''), 1600)
from public.agents a
where exists (select from auth.users u where u.id = a.user_id)
on conflict (id) do nothing;

-- Accounts. Tokens are sealed outside of the database; see tools/move.ts. An account that two users had belongs to the one
-- who uses it.
insert into public.sms_accounts (user_id, account_sid, label, trunk_sid)
select distinct on (c.account_sid) c.user_id, c.account_sid, left(nullif(btrim(c.label), ''), 200),
  case when c.trunk_sid ~ '^TK[0-9a-f]{32}$' then c.trunk_sid end
from public.user_twilio_credentials c
where c.account_sid ~ '^AC[0-9a-f]{32}$' and exists (select from auth.users u where u.id = c.user_id)
order by c.account_sid, c.is_active desc nulls last, c.id
on conflict (account_sid) do nothing;

-- Numbers. They were without an account: it is their owner's, else the operator's. Twilio still sends their texts to the
-- old server, so each is to be set up once (`sms-numbers`, repair).
insert into public.sms_numbers (id, user_id, account_sid, number, twilio_sid, trunk_sid, assistant_id, webhook_error)
select p.id, p.user_id, account.account_sid, p.number,
  case when p.phone_sid ~ '^PN[0-9a-f]{32}$' then p.phone_sid end,
  case when p.trunk_sid ~ '^TK[0-9a-f]{32}$' then p.trunk_sid end,
  (select a.id from public.sms_assistants a where a.id = p.inbound_assistant_id and a.user_id = p.user_id),
  'Moved from the old system: repair this number, so that Twilio sends its texts here.'
from public.phone_number p
cross join lateral (
  select t.account_sid from public.sms_accounts t
  left join public.user_twilio_credentials c on c.account_sid = t.account_sid and c.user_id = t.user_id
  where t.user_id = p.user_id or t.shared
  order by t.shared, c.is_active desc nulls last, t.created_at, t.id limit 1) account
where p.number ~ '^\+[1-9][0-9]{6,14}$' and exists (select from auth.users u where u.id = p.user_id)
on conflict do nothing;

-- Texts, as rows that fit: of a number that was moved, and outbound only in the shape that may leave.
create temporary table moving on commit drop as
select m.*, n.id as number_id, n.account_sid,
  case m.direction when 'inbound' then m.from_number else m.to_number end as contact_number,
  sms_private.canonical_number(case m.direction when 'inbound' then m.from_number else m.to_number end) as telephone
from old_system.sms_messages m
join public.sms_numbers n on n.user_id = m.user_id
  and n.number = case m.direction when 'inbound' then m.to_number else m.from_number end
where (m.direction = 'inbound' and char_length(m.from_number) between 1 and 64 and char_length(m.body) <= 16000
    or m.direction = 'outbound' and m.to_number ~ '^\+[1-9][0-9]{6,14}$' and m.body ~ '\S' and char_length(m.body) <= 1600)
  and char_length(m.message_sid) <= 64
  and not exists (select from public.sms_messages s where s.id = m.id)
  and not exists (select from public.sms_messages s where s.account_sid = n.account_sid and s.message_sid = m.message_sid);

-- Where a contact has two spellings: the one that was used last.
insert into public.sms_contacts (user_id, number)
select distinct on (user_id, telephone) user_id, contact_number from moving
order by user_id, telephone, direction = 'inbound' desc, date_created desc, id desc
on conflict do nothing;

-- Whose last keyword was STOP stays opted out: the old server did not note it, and Twilio does not keep it for every
-- sender. What was consented to or refused here since counts more.
with last_words as (
  select distinct on (m.user_id, m.telephone) m.user_id, m.telephone, m.date_created, m.body,
    sms_private.keyword_of(m.body, null, true) as keyword
  from moving m
  where m.direction = 'inbound' and sms_private.keyword_of(m.body, null, true) in ('in', 'out')
  order by m.user_id, m.telephone, m.date_created desc, m.id desc
), opted_out as (
  update public.sms_contacts k set opted_out_at = w.date_created, opt_out_source = 'keyword'
  from last_words w
  where k.user_id = w.user_id and k.canonical_number = w.telephone and w.keyword = 'out'
    and not exists (select from public.sms_consent_events e where e.contact_id = k.id)
  returning k.id, k.user_id, k.opted_out_at, w.body
)
insert into public.sms_consent_events (user_id, contact_id, change, source, evidence, at)
select o.user_id, o.id, 'opt_out', 'keyword', left(o.body, 200), o.opted_out_at from opted_out o;

-- One conversation a pair: going on if its last text is younger than a day, so that it goes on here.
insert into public.sms_conversations (user_id, phone_number_id, contact_id, assistant_id, status, end_reason, ended_at,
  started_at, last_message_at, last_seq, read_seq, last_message_preview)
select m.user_id, m.number_id, k.id, n.assistant_id,
  case when max(m.date_created) > now() - interval '24 hours' then 'active' else 'ended' end,
  case when max(m.date_created) > now() - interval '24 hours' then null else 'idle' end,
  case when max(m.date_created) > now() - interval '24 hours' then null else max(m.date_created) end,
  min(m.date_created), max(m.date_created), count(*), count(*),
  left((array_agg(m.body order by m.date_created desc, m.id desc))[1], 160)
from moving m
join public.sms_contacts k on k.user_id = m.user_id and k.canonical_number = m.telephone
join public.sms_numbers n on n.id = m.number_id
where not exists (select from public.sms_conversations c where c.phone_number_id = m.number_id and c.contact_id = k.id)
group by m.user_id, m.number_id, k.id, n.assistant_id;

insert into public.sms_messages (id, message_sid, account_sid, conversation_id, user_id, seq, direction, sender, to_number,
  from_number, body, status, error_code, error_message, num_segments, price, price_unit, date_created, date_sent,
  date_updated, created_at, updated_at)
select m.id, m.message_sid, m.account_sid, c.id, m.user_id,
  row_number() over (partition by c.id order by m.date_created, m.id),
  m.direction, case m.direction when 'inbound' then 'contact' else 'system' end, m.to_number, m.from_number, m.body,
  case
    when m.direction = 'inbound' then 'received'
    when m.status in ('accepted', 'queued', 'sending', 'sent', 'partially_delivered', 'canceled', 'failed', 'undelivered',
      'delivered', 'read') then m.status
    else 'sent' end,
  nullif(m.error_code, ''), nullif(m.error_message, ''),
  case when m.num_segments ~ '^[0-9]{1,4}$' then m.num_segments::int end,
  case when m.price ~ '^-?[0-9]+(\.[0-9]+)?$' then m.price::numeric end,
  nullif(m.price_unit, ''), m.date_created, m.date_sent, m.date_updated, coalesce(m.created_at, m.date_created),
  coalesce(m.updated_at, m.date_updated)
from moving m
join public.sms_contacts k on k.user_id = m.user_id and k.canonical_number = m.telephone
join public.sms_conversations c on c.phone_number_id = m.number_id and c.contact_id = k.id
-- A pair that texts here already keeps its order: its old texts stay behind.
where not exists (select from public.sms_messages s where s.conversation_id = c.id);

-- Who wrote to the old system wrote first. Who did not needs a consent of another kind (docs/rules/consent.md).
update public.sms_contacts k set wrote_at = least(k.wrote_at, w.date_created)
from (
  select m.user_id, m.telephone, min(m.date_created) as date_created from moving m
  where m.direction = 'inbound' and sms_private.keyword_of(m.body, null, false) is null
  group by 1, 2) w
where k.user_id = w.user_id and k.canonical_number = w.telephone;

select
  (select count(*)::int from public.agents o where exists (select from public.sms_assistants a where a.id = o.id))
    as assistants,
  (select count(*)::int from public.phone_number o where exists (select from public.sms_numbers n where n.id = o.id))
    as numbers,
  (select count(*)::int from old_system.sms_messages o where exists (select from public.sms_messages s where s.id = o.id))
    as messages,
  (select count(*)::int from public.agents o where not exists (select from public.sms_assistants a where a.id = o.id))
    as assistants_left,
  (select count(*)::int from public.phone_number o
   where not exists (select from public.sms_numbers n where n.id = o.id)) as numbers_left,
  (select count(*)::int from old_system.sms_messages o
   where not exists (select from public.sms_messages s where s.id = o.id)) as messages_left;
