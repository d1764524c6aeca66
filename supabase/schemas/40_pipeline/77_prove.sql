-- Proofs: did the contact send this START? A form is signed with an account's token, and who connected the account has that
-- token too. Twilio's own list is what its tenant cannot write (docs/decisions/0043).

create function sms_private.is_signed_by_tenant(account_sid text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  -- The default account's token is the operator's.
  return not exists (
    select from public.sms_accounts a where a.account_sid = is_signed_by_tenant.account_sid and a.shared);
end
$$;
comment on function sms_private.is_signed_by_tenant is 'Whether a tenant holds the token that signs for this account.';

create function sms_private.ask_for_proof(message public.sms_messages)
returns void
language sql volatile set search_path = ''
as $$
  insert into sms_private.questions (kind, account_sid, message_id, due_at)
  values ('proof', message.account_sid, message.id, clock_timestamp())
  on conflict (message_id) do nothing
$$;
comment on function sms_private.ask_for_proof is 'Has Twilio asked at once whether it has this message of a contact.';

-- What the contact wrote after START may have been stored before it, because a webhook or the proof came late. Answer it now.
create function sms_private.opt_in(conversation public.sms_conversations, number public.sms_numbers, contact uuid,
  start public.sms_messages, opt_out_type text)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  was_opted_out boolean := sms_private.no_reply_reason(conversation) in ('opted_out', 'sender_blocked');
  silenced public.sms_messages;
begin
  perform sms_private.apply_keyword('in', start, number.id, contact, opt_out_type);
  if was_opted_out then
    silenced := sms_private.unanswered_since(start);
    if silenced.id is not null then
      return sms_private.answer_or_say_why(conversation, number, silenced);
    end if;
  end if;
  return null;
end
$$;
comment on function sms_private.opt_in is
  'Applies a START that counts. Returns milliseconds until the reply to what the contact wrote since is due, or null. The caller holds the conversation''s lock.';

-- Before the message, as the lock order has it.
create function sms_private.lock_for_proof(message_id uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  conversation uuid := (select m.conversation_id from public.sms_messages m where m.id = lock_for_proof.message_id);
  contact uuid;
begin
  select c.contact_id into contact from public.sms_conversations c where c.id = conversation for no key update;
  perform from public.sms_contacts k where k.id = contact for no key update;
end
$$;
comment on function sms_private.lock_for_proof is 'Locks what a START changes: its conversation, then its contact.';

-- The same message, not another one with its SID: from the contact to us, in the same words.
create function sms_private.is_proved(message public.sms_messages, listed jsonb)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return listed ->> 'direction' = 'inbound'
    and sms_private.telephone_of(listed ->> 'from_number') = message.from_number
    and coalesce(sms_private.telephone_of(listed ->> 'to_number') = message.to_number
      or listed ->> 'to_number' = message.via, false)
    and btrim(left(coalesce(listed ->> 'body', ''), 16000)) = btrim(message.body);
end
$$;
comment on function sms_private.is_proved is 'Whether what Twilio has under this SID is this text of the contact.';

create function sms_private.record_proof(
  message public.sms_messages, question sms_private.questions, result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  age interval := clock_timestamp() - message.created_at;
  why text := concat_ws(' ', result ->> 'error_code', result ->> 'error_message');
  sent_at timestamptz := (result ->> 'sent_at')::timestamptz;
  conversation public.sms_conversations;
  number public.sms_numbers;
  contact public.sms_contacts;
begin
  if result ->> 'outcome' = 'found' and sms_private.is_proved(message, result) then
    delete from sms_private.questions asked where asked.id = question.id;
    select * into number from public.sms_numbers n where n.id = message.phone_number_id;
    if number.id is null or number.user_id <> message.user_id then
      return 'left';
    end if;
    -- A SID of long ago says when the contact wrote START, and a STOP that came since is the later word.
    if sent_at < message.date_created - interval '1 minute' then
      update public.sms_messages m set date_created = sent_at where m.id = message.id returning * into message;
    end if;
    contact := sms_private.contact_of(message.user_id, message.from_number);
    select * into conversation from public.sms_conversations c where c.id = message.conversation_id;
    perform sms_private.opt_in(conversation, number, contact.id, message,
      case when sms_private.keyword_of(message.body, null, true) is distinct from 'in' then 'START' end);
    return 'recovered';
  elsif result ->> 'outcome' in ('failed', 'unrecordable') and age < interval '5 days' then
    -- Nobody could be asked. The contact may well have sent it.
    perform sms_private.ask_again(question, question.tries + 1,
      least(interval '5 seconds' * 3 ^ least(question.tries, 6), interval '15 minutes'), why);
    return 'postponed';
  elsif age < interval '1 hour' then
    perform sms_private.ask_again(question, question.tries + 1,
      least(interval '5 seconds' * 3 ^ least(question.tries, 6), interval '15 minutes'));
    return 'not_found_yet';
  end if;
  delete from sms_private.questions asked where asked.id = question.id;
  return 'left';
end
$$;
comment on function sms_private.record_proof is
  'sms_record_questions for a proof. The caller holds conversation, contact, message and question.';
