-- What statistics need to know of a text and nobody can find out later: they are made from sms_messages alone, and stay
-- when an assistant is deleted or a number changes hands.
alter table public.sms_messages
  add column phone_number_id uuid,
  add column assistant_id uuid,
  add column answer_ms bigint constraint answer_takes_time check (answer_ms >= 0);
comment on column public.sms_messages.phone_number_id is
  'The tenant''s number, as it was when the text was stored. Not a reference: history outlives what it tells of.';
comment on column public.sms_messages.assistant_id is
  'Who answered on that number when the text was stored; null when nobody did. Not a reference, as above.';
comment on column public.sms_messages.answer_ms is
  'Milliseconds from the contact''s first unanswered text until Twilio took this answer; null when it answers nothing.';

-- By account and number, as the pipeline finds it: a keyword has a number also where it has no conversation.
-- Not a change of the text, so updated_at stays.
alter table public.sms_messages disable trigger touch_updated_at;
update public.sms_messages m
set phone_number_id = n.id,
  assistant_id = coalesce(n.assistant_id,
    (select c.assistant_id from public.conversations c where c.id = m.conversation_id))
from public.phone_numbers n
where n.account_sid = m.account_sid and n.user_id = m.user_id
  and n.number = case m.direction when 'inbound' then m.to_number else m.from_number end;
alter table public.sms_messages enable trigger touch_updated_at;

create function private.set_message_origin()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  select n.id, n.assistant_id into new.phone_number_id, new.assistant_id from public.phone_numbers n
  where n.account_sid = new.account_sid and n.user_id = new.user_id
    and n.number = case new.direction when 'inbound' then new.to_number else new.from_number end;
  if new.assistant_id is null then
    select c.assistant_id into new.assistant_id from public.conversations c where c.id = new.conversation_id;
  end if;
  return new;
end
$$;
comment on function private.set_message_origin is
  'Trigger: notes on a new text the number and the assistant it belongs to; where the number has no assistant now, the one that answered last.';
revoke execute on function private.set_message_origin from public, anon, authenticated, service_role;
create trigger set_message_origin before insert on public.sms_messages
  for each row when (new.user_id is not null) execute function private.set_message_origin();

create function private.is_answer(m public.sms_messages)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  -- An apology, a confirmation, a broadcast and what a program sends are no answers: the contact still waits.
  select m.direction = 'outbound' and m.sender in ('assistant', 'person')
    and m.kind in ('text', 'reply', 'greeting', 'goodbye') and m.broadcast_id is null
$$;
comment on function private.is_answer is 'Whether an outbound text can answer a contact: an assistant''s or a person''s words to this one contact.';
revoke execute on function private.is_answer from public, anon, authenticated;
grant execute on function private.is_answer to service_role;

-- Looks back over 200 texts at most: who asks longer than that without an answer has waited since the oldest of them.
create function private.set_answer_time()
returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  answered bigint;
  asked_at timestamptz;
begin
  if not private.is_answer(new) then
    return new;
  end if;
  -- Only what Twilio took has answered: a reply that was taken back, or refused, has not.
  select a.seq into answered from public.sms_messages a
  where a.conversation_id = new.conversation_id and a.seq < new.seq and a.seq > new.seq - 200
    and a.message_sid is not null and private.is_answer(a)
  order by a.seq desc limit 1;
  select q.date_created into asked_at from public.sms_messages q
  where q.conversation_id = new.conversation_id and q.seq < new.seq and q.seq > coalesce(answered, new.seq - 200)
    and q.direction = 'inbound' and q.kind = 'text'
  order by q.seq limit 1;
  -- greatest() ignores null, and "answers nothing" must stay null.
  if asked_at is not null then
    new.answer_ms := greatest(0, round(extract(epoch from clock_timestamp() - asked_at) * 1000));
  end if;
  return new;
end
$$;
comment on function private.set_answer_time is
  'Trigger: when Twilio has named an answer, notes how long the contact had waited for it.';
revoke execute on function private.set_answer_time from public, anon, authenticated, service_role;
create trigger set_answer_time before update on public.sms_messages
  for each row when (new.direction = 'outbound' and old.message_sid is null and new.message_sid is not null)
  execute function private.set_answer_time();
