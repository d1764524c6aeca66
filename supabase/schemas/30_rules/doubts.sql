-- Opt-outs in people's own words: what follows from what the lexicon read (words.sql). Who doubts asks the model (83_claim_doubts.sql).

-- As STOP on our side. A text that is recovered late does not undo the START that came after it.
create function sms_private.opt_out_in_words(
  conversation public.sms_conversations, message public.sms_messages, source text)
returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if sms_private.came_back_since(conversation, message.seq) then
    return false;
  end if;
  if sms_private.opt_out(conversation.contact_id, source, message.body, message.id) then
    perform sms_private.confirm_opt_out(conversation, message.date_created);
  end if;
  update public.sms_conversations c set ai_paused_reason = 'opted_out', waiting_for_person = false
  where c.id = conversation.id;
  return true;
end
$$;
comment on function sms_private.opt_out_in_words is
  'Opts a contact out because of a text in its own words, and confirms it once. False when they sent START since. The caller holds the conversation''s lock.';

-- Nothing is opened for who is opted out, and nothing more for whom a person must decide about.
create function sms_private.raise_doubt(contact uuid, message public.sms_messages, due_in_ms int, opts_out boolean default true)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  doubted public.sms_contacts;
begin
  select * into doubted from public.sms_contacts k where k.id = contact for no key update;
  if not found or doubted.opted_out_at is not null or doubted.opt_out_doubt = 'person' then
    return;
  end if;
  if doubted.opt_out_doubt is null then
    update public.sms_contacts k set opt_out_doubt = 'asking', opt_out_doubted_at = clock_timestamp() where k.id = contact;
    insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, evidence)
    values (message.user_id, contact, message.id, 'doubt', 'free_text', left(message.body, 200));
  end if;
  -- Where an answer is due, its own call of the model tells. It has a minute and a half from when it may begin.
  insert into sms_private.doubts as open (contact_id, user_id, messages, opts_out, due_at)
  values (contact, message.user_id, array[message.id], raise_doubt.opts_out, clock_timestamp()
    + case when due_in_ms is null then interval '0' else make_interval(secs => due_in_ms / 1000.0 + 90) end)
  on conflict (contact_id) do update
  set messages = (open.messages || excluded.messages)[greatest(1, cardinality(open.messages) - 3):],
    opts_out = open.opts_out or excluded.opts_out, due_at = greatest(open.due_at, excluded.due_at);
end
$$;
comment on function sms_private.raise_doubt is
  'Notes that a text may ask for no more texts, and has the model asked. due_in_ms: when the reply is due that the same text gets, null for none. The caller holds the conversation''s lock.';

-- Any reasonable means (47 CFR 64.1200(a)(10)), whether the assistant answers here or not.
create function sms_private.hear(conversation public.sms_conversations, number public.sms_numbers, message public.sms_messages)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  heard text := sms_private.read_opt_out(message.body);
  due_in_ms int;
begin
  if sms_private.asks_for_help(message.body)
    and sms_private.answer_help(conversation, number.assistant_id, message.date_created) then
    -- Twilio does not know this spelling.
    return 0;
  elsif heard = 'sure' and sms_private.opt_out_in_words(conversation, message, 'free_text') then
    return null;
  end if;
  due_in_ms := sms_private.answer_or_say_why(conversation, number, message);
  if heard = 'doubt' then
    perform sms_private.raise_doubt(conversation.contact_id, message, due_in_ms);
  end if;
  return due_in_ms;
end
$$;
comment on function sms_private.hear is
  'What follows from a text that was just stored: help, an opt-out in its words, or an answer. Returns milliseconds until the reply is due, or null. The caller holds the conversation''s lock.';

-- The caller holds the contact's lock.
create function sms_private.leave_to_person(contact uuid)
returns void
language sql volatile set search_path = ''
as $$
  delete from sms_private.doubts open where open.contact_id = contact;
  update public.sms_contacts k set opt_out_doubt = 'person' where k.id = contact and k.opt_out_doubt is not null;
$$;
comment on function sms_private.leave_to_person is 'Ends a doubt for the model: a person must say whether it is an opt-out.';

create function sms_private.end_doubt(contact public.sms_contacts, source text, message uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if contact.opt_out_doubt is null then
    return;
  end if;
  delete from sms_private.doubts open where open.contact_id = contact.id;
  update public.sms_contacts k set opt_out_doubt = null, opt_out_doubted_at = null where k.id = contact.id;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source)
  values (contact.user_id, contact.id, message, 'no_opt_out', end_doubt.source);
end
$$;
comment on function sms_private.end_doubt is
  'Records that a doubt was no opt-out, by the model or a person. Nothing where there is no doubt. The caller holds the contact''s lock.';

-- For what begins by itself: broadcasts, and automatic first texts.
create function sms_private.is_opt_out_doubted(contact uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.sms_contacts k where k.id = contact and k.opt_out_doubt is not null);
end
$$;
comment on function sms_private.is_opt_out_doubted is
  'Whether it is open if a contact has opted out in its own words: OPT_OUT_IN_DOUBT.';
