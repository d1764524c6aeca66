-- Triggers: what happens by itself.

-- A number's account is the tenant's own or the default account: a rule no foreign key can say.
create function sms_private.check_number_account()
returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not exists (
    select from public.sms_accounts a
    where a.account_sid = new.account_sid and (a.shared or a.user_id = new.user_id)
  ) then
    raise exception 'account % does not belong to the owner of this number', new.account_sid
      using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function sms_private.check_number_account is
  'Trigger: a number belongs to an account of its own tenant, or to the default account.';
create trigger check_number_account before insert or update of account_sid, user_id on public.sms_numbers
  for each row execute function sms_private.check_number_account();

-- The other side of the same rule: an account cannot change its owner while it has numbers of the old one.
create function sms_private.check_account_numbers()
returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not new.shared and exists (
    select from public.sms_numbers n where n.account_sid = old.account_sid and n.user_id <> new.user_id
  ) then
    raise exception 'account % has numbers of another owner', old.account_sid using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function sms_private.check_account_numbers is
  'Trigger: an account does not go to one tenant while another has numbers on it.';
create trigger check_account_numbers before update of user_id, shared on public.sms_accounts
  for each row execute function sms_private.check_account_numbers();

create trigger set_canonical_number before insert or update of number on public.sms_contacts
  for each row execute function sms_private.set_canonical_number();

create function sms_private.add_sender_pace()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into sms_private.sender_pace (phone_number_id) values (new.id) on conflict do nothing;
  return new;
end
$$;
comment on function sms_private.add_sender_pace is 'Trigger: every number has a pace.';
create trigger add_sender_pace after insert on public.sms_numbers
  for each row execute function sms_private.add_sender_pace();

-- A trigger, so that no way of claiming can forget it.
create function sms_private.begin_attempt()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  -- A message that is sent again keeps the time of its first attempt: the look-up begins there. One that a restore put in
  -- doubt is not attempted now.
  if new.resent_at is null and not new.unconfirmed then
    new.attempted_at := clock_timestamp();
  end if;
  return new;
end
$$;
comment on function sms_private.begin_attempt is 'Trigger: notes when a claim began the attempt, by our clock.';
create trigger begin_attempt before update of in_flight on sms_private.jobs
  for each row when (new.in_flight and not old.in_flight) execute function sms_private.begin_attempt();

-- Deleting a template or an assistant clears the references to it, table by table, and in each table in whatever order
-- Postgres finds the rows. These triggers lock the same rows first, in the lock order (README.md).
create function sms_private.lock_template_uses()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.sms_broadcasts b where b.template_id = old.id and b.user_id = old.user_id
  order by b.id for no key update;
  perform from public.sms_messages m where m.template_id = old.id and m.user_id = old.user_id
  order by m.id for no key update;
  return old;
end
$$;
comment on function sms_private.lock_template_uses is
  'Trigger: deleting a template first locks the broadcasts and the messages made from it, each by id.';
create trigger lock_template_uses before delete on public.sms_templates
  for each row execute function sms_private.lock_template_uses();

create function sms_private.lock_assistant_uses()
returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.sms_numbers n where n.assistant_id = old.id and n.user_id = old.user_id
  order by n.id for no key update;
  perform from public.sms_conversations c where c.assistant_id = old.id and c.user_id = old.user_id
  order by c.id for no key update;
  return old;
end
$$;
comment on function sms_private.lock_assistant_uses is
  'Trigger: deleting an assistant first locks its numbers and its conversations, each by id.';
create trigger lock_assistant_uses before delete on public.sms_assistants
  for each row execute function sms_private.lock_assistant_uses();

create function sms_private.set_message_origin()
returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  select n.id, n.assistant_id into new.phone_number_id, new.assistant_id from public.sms_numbers n
  where n.account_sid = new.account_sid and n.user_id = new.user_id
    and n.number = case new.direction when 'inbound' then new.to_number else new.from_number end;
  if new.assistant_id is null then
    select c.assistant_id into new.assistant_id from public.sms_conversations c where c.id = new.conversation_id;
  end if;
  return new;
end
$$;
comment on function sms_private.set_message_origin is
  'Trigger: notes on a new message the number and the assistant it belongs to; where the number has no assistant now, the conversation''s.';
create trigger set_message_origin before insert on public.sms_messages
  for each row when (new.user_id is not null and new.phone_number_id is null)
  execute function sms_private.set_message_origin();

-- Looks back over 200 messages at most. A contact who wrote more than that without a reply has waited since the oldest of them.
create function sms_private.set_answer_time()
returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  answered bigint;
  asked_at timestamptz;
begin
  if not sms_private.is_answer(new) then
    return new;
  end if;
  -- Only a reply that Twilio took counts. One that was canceled or refused did not answer.
  select a.seq into answered from public.sms_messages a
  where a.conversation_id = new.conversation_id and a.seq < new.seq and a.seq > new.seq - 200
    and a.message_sid is not null and sms_private.is_answer(a)
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
comment on function sms_private.set_answer_time is
  'Trigger: when Twilio has named an answer, notes how long the contact had waited for it.';
create trigger set_answer_time before update on public.sms_messages
  for each row when (new.direction = 'outbound' and old.message_sid is null and new.message_sid is not null)
  execute function sms_private.set_answer_time();

-- A change notes what the text was before, once until the next fold. The row is locked where it is there already, so that
-- no fold takes it before this transaction ends; a fold that has it is waited for, and then the row is written anew.
create function sms_private.count_message()
returns trigger
-- As definer: the role that deletes a user has no right to write here.
language plpgsql volatile security definer set search_path = ''
as $$
declare
  old_bucket timestamptz;
  new_bucket timestamptz;
begin
  -- Compared here. A condition of the trigger would be read and compiled anew for each update.
  if tg_op = 'UPDATE' and
    (old.status, old.intent, old.answer_ms, old.num_segments,
      case when old.price is not null then old.price_unit end, case when old.price_unit is not null then old.price end,
      old.user_id, old.created_at, old.phone_number_id, old.assistant_id, old.direction, old.sender, old.seq, old.id)
    is not distinct from (new.status, new.intent, new.answer_ms, new.num_segments,
      case when new.price is not null then new.price_unit end, case when new.price_unit is not null then new.price end,
      new.user_id, new.created_at, new.phone_number_id, new.assistant_id, new.direction, new.sender, new.seq, new.id)
  then
    return null;
  end if;
  if tg_op <> 'INSERT' and old.user_id is not null then
    if tg_op = 'DELETE' then
      -- When a user is deleted, the user's figures are deleted too. What a text counted for would only come too late.
      perform from auth.users u where u.id = old.user_id;
      if not found then
        return null;
      end if;
    end if;
    old_bucket := date_bin('15 minutes', old.created_at, '2000-01-01 00:00:00+00');
    insert into sms_private.stat_changes as c (message_id, user_id, bucket, phone_number_id, assistant_id, direction,
      sender, status, intent, price_unit, price, answer_ms, seq, num_segments)
    values (old.id, old.user_id, old_bucket, old.phone_number_id, old.assistant_id, old.direction, old.sender,
      old.status, old.intent, old.price_unit, old.price, old.answer_ms, old.seq, old.num_segments)
    -- Never updates; but it locks, and where the row vanishes meanwhile, it inserts.
    on conflict (message_id, user_id, bucket) do update set status = c.status where false;
  end if;
  if tg_op <> 'DELETE' and new.user_id is not null then
    new_bucket := date_bin('15 minutes', new.created_at, '2000-01-01 00:00:00+00');
    if tg_op = 'INSERT' or (new.id, new.user_id, new_bucket) is distinct from (old.id, old.user_id, old_bucket) then
      insert into sms_private.stat_changes as c (message_id, user_id, bucket)
      values (new.id, new.user_id, new_bucket)
      on conflict (message_id, user_id, bucket) do update set status = c.status where false;
    end if;
  end if;
  return null;
end
$$;
comment on function sms_private.count_message is
  'Trigger: notes in stat_changes that a message changed, and what it was when it was last folded.';
create trigger count_message after insert or update or delete on public.sms_messages
  for each row execute function sms_private.count_message();

create trigger check_time_zone before insert or update of time_zone on public.sms_assistants
  for each row execute function sms_private.check_time_zone();
create trigger check_time_zone before insert or update of time_zone on public.sms_contacts
  for each row execute function sms_private.check_time_zone();
