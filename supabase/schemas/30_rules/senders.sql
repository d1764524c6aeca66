-- Senders that are not telephones: rcs:+14155550101, whatsapp:+14155550101.

-- Twilio puts the channel before the address (https://www.twilio.com/docs/messaging/api/message-resource). Behind it is the telephone
-- of the same person, who has one contact, one conversation and one opt-out, whatever they write by.
create function sms_private.telephone_of(address text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- Most addresses end here.
  if address not like '%:%' then
    return address;
  end if;
  return regexp_replace(address, '^(rcs|whatsapp):(\+[1-9][0-9]{6,14})$', '\2');
end
$$;
comment on function sms_private.telephone_of is 'The telephone number behind an address of RCS or WhatsApp; any other address as it is.';

-- An RCS sender has a name in place of a number ("rcs:my_brand"). Which tenant it is of is certain where the contact wrote to it
-- before, or where the whole account is one tenant's: otherwise a guess could show one tenant's contact to another.
create function sms_private.number_of_agent(agent_account text, agent text, contact_number text)
returns setof public.sms_numbers
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  telephone text := sms_private.canonical_number(contact_number);
  tenants uuid[] := array(
    select distinct n.user_id from public.sms_numbers n
    join public.sms_contacts k on k.user_id = n.user_id and k.canonical_number = telephone
    join public.sms_conversations c on c.contact_id = k.id and c.phone_number_id = n.id
    where n.account_sid = agent_account
      and exists (select from public.sms_messages m where m.conversation_id = c.id and m.via = agent));
begin
  if tenants = '{}' then
    tenants := array(select distinct n.user_id from public.sms_numbers n where n.account_sid = agent_account);
  end if;
  if cardinality(tenants) > 1 then
    return;
  end if;
  return query
    select n.* from public.sms_numbers n
    left join public.sms_contacts k on k.user_id = n.user_id and k.canonical_number = telephone
    left join lateral (
      select c.last_message_at from public.sms_conversations c
      where c.contact_id = k.id and c.user_id = n.user_id and c.phone_number_id = n.id
      order by c.last_message_at desc limit 1) latest on true
    where n.account_sid = agent_account and n.user_id = any (tenants)
    order by latest.last_message_at desc nulls last, n.created_at, n.id limit 1;
end
$$;
comment on function sms_private.number_of_agent is
  'The number to which a message to an RCS sender of this account belongs: the one that talked with the contact last, else the oldest. No row where the account has numbers of several tenants, unless the contact wrote to this sender of one of them before.';

-- A contact who writes by RCS to a number, and not to an RCS sender, is answered by SMS: no sender is named that could answer.
create function sms_private.via_of(from_address text, to_address text, number public.sms_numbers)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  if from_address not like '%:%' then
    return null;
  end if;
  return case
    -- Longer than any sender's name. Who signs the form chooses it.
    when from_address like 'rcs:+%' and to_address like 'rcs:%' then left(to_address, 128)
    when from_address like 'whatsapp:+%' then 'whatsapp:' || number.number
  end;
end
$$;
comment on function sms_private.via_of is
  'Our sender by which a message of RCS or WhatsApp is answered, as Twilio names it; null for an answer by SMS.';

create function sms_private.recipient_of(message public.sms_messages)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when message.via is null then message.to_number
    else split_part(message.via, ':', 1) || ':' || message.to_number end;
end
$$;
comment on function sms_private.recipient_of is 'The recipient as Twilio names it: with the channel where it is not SMS.';

-- WhatsApp takes free words only within 24 hours of the contact's last message (https://www.twilio.com/docs/api/errors/63016).
create function sms_private.answer_via(conversation public.sms_conversations, sender text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if conversation.via is null or sender not in ('assistant', 'person') then
    return null;
  end if;
  if conversation.via like 'whatsapp:%' and not exists (
    select from public.sms_messages m
    where m.conversation_id = conversation.id and m.direction = 'inbound' and m.via = conversation.via
      and m.seq > conversation.last_seq - 200 and m.created_at > clock_timestamp() - interval '24 hours') then
    return null;
  end if;
  return conversation.via;
end
$$;
comment on function sms_private.answer_via is
  'By which of our senders the assistant or a person answers in a conversation: the one that the contact wrote to last. Null for SMS: an app''s message, or WhatsApp more than 24 hours later.';
