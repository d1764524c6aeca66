-- What the assistant says in our words: who texts, that it is a machine, that an opt-out counts, and how to get help.

create function sms_private.ours(setting_name text, language text, tenant uuid, number text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.words_in(setting_name, language);
  brand text := sms_private.brand_of(tenant, number);
begin
  -- A sentence of an operator from before says no brand.
  if words <> '' and position('{brand}' in words) = 0 and setting_name = 'opt_out_confirmation' then
    words := '{brand}: ' || words;
  end if;
  return replace(replace(words, '{brand}', brand), '{reach}', coalesce(
    (select p.help_contact from public.sms_profiles p where p.user_id = tenant), sms_private.spaced_number(number)));
end
$$;
comment on function sms_private.ours is 'A sentence of ours in a language, with the tenant''s brand and how a contact reaches a person.';

-- A text that never arrived has said nothing.
create function sms_private.has_disclosed(conversation public.sms_conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return conversation.disclosed_by is not null and exists (
    select from public.sms_messages m
    where m.id = conversation.disclosed_by and m.status not in ('canceled', 'failed', 'undelivered')
      and (conversation.reopened_at is null or m.created_at >= conversation.reopened_at));
end
$$;
comment on function sms_private.has_disclosed is
  'Whether the contact was told in this conversation, since it began or was reopened, that a machine answers.';

create function sms_private.opening_of(conversation public.sms_conversations, assistant public.sms_assistants, number text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if not assistant.discloses_machine or sms_private.has_disclosed(conversation) then
    return null;
  end if;
  return nullif(sms_private.ours('identity_words', assistant.language, conversation.user_id, number), '');
end
$$;
comment on function sms_private.opening_of is
  'What stands before the assistant''s next text in a conversation: who it is, and that it is a machine; null when that was said, or the assistant shall not.';

-- The one way of what the assistant says, but for confirmations and help. asked_in: the language in which the contact asks whether
-- it is a person; null when they do not.
create function sms_private.honest_body(conversation public.sms_conversations, assistant public.sms_assistants, number text,
  kind text, asked_in text, inout body text, out corrected boolean, out discloses boolean)
language plpgsql stable set search_path = ''
as $$
declare
  claimed_in text := sms_private.language_of_claim(body);
  opening text := sms_private.opening_of(conversation, assistant, number);
  truth text;
  given int := char_length(body);
begin
  corrected := false;
  discloses := opening is not null;
  if claimed_in is not null or asked_in is not null and (kind in ('reply', 'goodbye') or opening is null)
    and not sms_private.is_honest(body) then
    truth := sms_private.ours('truth_words', coalesce(assistant.language, claimed_in, asked_in), conversation.user_id, number);
    -- A greeting is the tenant's own and no answer: what it says besides stays.
    body := case when claimed_in is null and kind in ('greeting', 'error') then truth || E'\n' || body else truth end;
    corrected := true;
    discloses := true;
  elsif opening is not null and not (kind = 'greeting' and sms_private.is_honest(body)
    and position(lower(sms_private.brand_of(conversation.user_id, number)) in lower(body)) > 0) then
    body := opening || E'\n' || body;
  end if;
  -- What was too long by itself is refused, as ever.
  if char_length(body) > 1600 and given <= 1600 then
    body := regexp_replace(left(body, 1600), '\s\S*$', '');
  end if;
end
$$;
comment on function sms_private.honest_body is
  'What the assistant''s text says in the end. A claim to be a person is replaced by the truth, and so is an answer that does not say it to who asks (corrected). The first text of a conversation begins with who it is (discloses).';

-- The caller holds the conversation's row lock.
create function sms_private.store_automatic(conversation public.sms_conversations, assistant public.sms_assistants, kind text,
  body text, intent text default null, asked_at timestamptz default null, asked_in text default null)
returns public.sms_messages
language plpgsql volatile set search_path = ''
as $$
declare
  honest record;
  sent public.sms_messages;
begin
  select h.* into honest from public.sms_numbers n
  cross join lateral sms_private.honest_body(conversation, assistant, n.number, kind, asked_in, store_automatic.body) h
  where n.id = conversation.phone_number_id;
  sent := sms_private.store_outbound(conversation.id, 'assistant', kind, honest.body, '[]', 0, null, intent,
    asked_at => store_automatic.asked_at);
  if honest.discloses then
    update public.sms_conversations c set disclosed_by = sent.id where c.id = conversation.id;
  end if;
  if honest.corrected then
    perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{corrected}');
  end if;
  return sent;
end
$$;
comment on function sms_private.store_automatic is
  'Stores a text of the assistant as honest_body() has it, with its delivery, and remembers which text said who it is.';

-- 47 CFR 64.1200(a)(12): one text that merely confirms, within five minutes of the request. What cannot leave by then is
-- dropped by the claim (not_after), and never stored where it is too late already.
create function sms_private.confirm_opt_out(conversation public.sms_conversations, asked_at timestamptz)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  number public.sms_numbers;
  contact public.sms_contacts;
  language text;
  words text;
  sent public.sms_messages;
begin
  if asked_at is null or asked_at <= clock_timestamp() - interval '5 minutes' then
    return null;
  end if;
  select * into number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select * into contact from public.sms_contacts k where k.id = conversation.contact_id;
  contact.opted_out_at := null;
  if contact.number !~ '^\+[1-9][0-9]{6,14}$' or sms_private.opt_out_reason(number.id, contact) is not null
    or not sms_private.may_text(conversation.user_id, number.number, contact.number) then
    return null;
  end if;
  select a.language into language from public.sms_assistants a
  where a.id = coalesce(number.assistant_id, conversation.assistant_id);
  words := sms_private.ours('opt_out_confirmation', language, conversation.user_id, number.number);
  if words !~ '\S' then
    return null;
  end if;
  sent := sms_private.store_outbound(conversation.id, 'assistant', 'opt_out_confirmation', words, '[]', 0, null,
    not_after => confirm_opt_out.asked_at + interval '5 minutes');
  return sent.id;
end
$$;
comment on function sms_private.confirm_opt_out is
  'Stores the one confirmation of an opt-out that nobody else confirms; the caller has just recorded it and holds the conversation''s lock. Returns its id; null where the request is older than five minutes, or the contact cannot be texted.';

-- Whether Twilio answers this keyword: its own word, alone, while its opt-out handling is on; or Advanced Opt-Out, which says so.
create function sms_private.carrier_answers(tenant uuid, body text, opt_out_type text)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return opt_out_type is not null
    or upper(btrim(body, E' \t\r\n')) in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT', 'HELP', 'INFO')
      and coalesce((select p.carrier_answers from public.sms_profiles p where p.user_id = tenant), true);
end
$$;
comment on function sms_private.carrier_answers is 'Whether Twilio itself answers this keyword of a contact.';

create function sms_private.asks_for_help(body text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return char_length(body) <= 20
    and upper(regexp_replace(body, '[^[:alnum:]]+', '', 'g')) in ('HELP', 'HELPME', 'INFO', 'AIDE', 'AYUDA', 'HILFE');
end
$$;
comment on function sms_private.asks_for_help is 'Whether a text is a word for help and nothing else, marks around it or not.';

-- As the carrier would: once for each asking, not to who opted out, and within the limits of automatic replies.
create function sms_private.answer_help(conversation public.sms_conversations, assistant_id uuid, asked_at timestamptz)
returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  assistant public.sms_assistants;
  number public.sms_numbers;
  contact public.sms_contacts;
begin
  select * into assistant from public.sms_assistants a where a.id = answer_help.assistant_id and a.active;
  select * into number from public.sms_numbers n where n.id = conversation.phone_number_id;
  select * into contact from public.sms_contacts k where k.id = conversation.contact_id;
  if conversation.id is null or assistant.id is null or not conversation.ai_enabled
    or asked_at < clock_timestamp() - coalesce(sms_private.span_setting('answer_not_after_seconds'), 'infinity')
    or contact.number !~ '^\+[1-9][0-9]{6,14}$' or sms_private.opt_out_reason(number.id, contact) is not null
    or not sms_private.may_text(conversation.user_id, number.number, contact.number)
    or exists (select from sms_private.reply_cap(conversation.user_id, conversation.id, 0)) then
    return false;
  end if;
  perform sms_private.store_outbound(conversation.id, 'assistant', 'help', coalesce(assistant.help_message,
    sms_private.ours('help_words', assistant.language, conversation.user_id, number.number)), '[]', 0, null);
  return true;
end
$$;
comment on function sms_private.answer_help is
  'Answers a call for help that Twilio does not answer: the assistant''s help_message, else our sentence. False where no assistant answers here, or nothing may be sent. The caller holds the conversation''s lock.';

-- Twilio leaves some to us: STOP and HELP while its opt-out handling is off, and spellings that it does not know ("STOP!").
create function sms_private.follow_keyword(keyword text, conversation public.sms_conversations, number public.sms_numbers,
  contact uuid, message public.sms_messages, opt_out_type text)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  newly boolean := sms_private.apply_keyword(keyword, message, number.id, contact, opt_out_type);
begin
  if conversation.id is null or not (newly or keyword = 'help')
    or sms_private.carrier_answers(number.user_id, message.body, opt_out_type) then
    return null;
  elsif keyword = 'help' then
    return case when sms_private.answer_help(conversation, number.assistant_id, message.date_created) then 0 end;
  end if;
  return case when sms_private.confirm_opt_out(conversation, message.date_created) is not null then 0 end;
end
$$;
comment on function sms_private.follow_keyword is
  'Applies STOP or HELP. Confirms an opt-out that is new, or answers a HELP, where Twilio does not. Returns 0 where a text is due now, else null.';
