-- Answering: what an answer becomes.

-- Stores what an answer says and does. The caller has decided that it may be sent.
create function sms_private.store_answer(conversation public.sms_conversations, assistant public.sms_assistants,
  result jsonb, caught_up boolean, asked_at timestamptz, answered_seq bigint)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  ending boolean := caught_up and coalesce((result ->> 'end_conversation')::boolean, false);
  body text := btrim(coalesce(result ->> 'reply', ''), E' \t\r\n');
  wanted text := nullif(result ->> 'intent', '');
  kind text := 'reply';
  sent public.sms_messages;
begin
  if (result ->> 'opt_out')::boolean then
    -- Confirmed once, also when the contact opts out at two numbers at the same moment.
    if sms_private.opt_out_by_model(conversation, result) then
      sent.id := sms_private.confirm_opt_out(conversation, (
        select least(m.created_at, m.date_created) from public.sms_messages m
        where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint));
    end if;
    body := '';
    kind := 'opt_out_confirmation';
  elsif (result ->> 'greeting')::boolean then
    body := assistant.first_message;
    kind := 'greeting';
  elsif ending and (body <> '' or not sms_private.was_reopened(conversation)) then
    -- An end without words says goodbye. "Thanks" after the end is the case in which silence is meant.
    body := coalesce(assistant.goodbye_message, nullif(body, ''),
      sms_private.words_in('goodbye_words', assistant.language));
    kind := 'goodbye';
  elsif body = '' and (result ->> 'handoff')::boolean then
    body := sms_private.words_in('handoff_words', assistant.language);
  end if;
  if body <> '' then
    sent := sms_private.store_automatic(conversation, assistant, kind, body, wanted, asked_at,
      sms_private.language_of_question(conversation.id, answered_seq, (result ->> 'through_seq')::bigint));
    if (result ->> 'shortened')::boolean then
      perform sms_private.report_status(sent, 'pending', null, null, null, 'worker', '{shortened}');
    end if;
  end if;
  if wanted is not null then
    update public.sms_messages m set intent = wanted
    where m.conversation_id = conversation.id and m.seq = (result ->> 'through_seq')::bigint;
  end if;
  -- Most answers change none of this.
  if ending or conversation.greeting_pending or conversation.intent is distinct from coalesce(wanted, conversation.intent)
    or conversation.ai_paused_reason is not null or kind = 'opt_out_confirmation'
    or (result ->> 'handoff')::boolean then
    update public.sms_conversations v
    set greeting_pending = false, intent = coalesce(wanted, v.intent),
      ai_paused_reason = case kind when 'opt_out_confirmation' then 'opted_out' end,
      waiting_for_person = v.waiting_for_person or coalesce((result ->> 'handoff')::boolean, false),
      status = case when ending then 'ended' else v.status end,
      ended_at = case when ending then clock_timestamp() else v.ended_at end,
      end_reason = case when ending then 'assistant' else v.end_reason end
    where v.id = conversation.id;
  end if;
  return sent.id;
end
$$;
comment on function sms_private.store_answer is
  'Stores an answer and what it changes: message, intent, end, opt-out, wish for a person. Returns the id of the message, or null when nothing is said.';
