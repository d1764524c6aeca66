-- Doubts: what follows from the model's answer.

create function sms_private.record_doubt(result jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  contact public.sms_contacts;
  conversation public.sms_conversations;
  message public.sms_messages;
  doubt sms_private.doubts;
  left_over uuid[];
  reason text := left(concat_ws(': ', result #>> '{failure,code}', result #>> '{failure,message}'), 500);
begin
  select * into message from public.sms_messages m where m.id = (result ->> 'through')::uuid;
  select * into conversation from public.sms_conversations c where c.id = message.conversation_id for no key update;
  select * into contact from public.sms_contacts k where k.id = (result ->> 'contact_id')::uuid for no key update;
  select * into doubt from sms_private.doubts open
  where open.contact_id = contact.id and open.lease_token = (result ->> 'lease_token')::uuid for update;
  if not found then
    return jsonb_build_object('outcome', 'stale');
  end if;
  if result ->> 'answer' = 'yes' and doubt.opts_out and conversation.id is not null then
    if sms_private.opt_out_in_words(conversation, message, 'model') then
      return jsonb_build_object('outcome', 'opted_out');
    end if;
    perform sms_private.end_doubt(contact, 'model', message.id);
    return jsonb_build_object('outcome', 'came_back');
  elsif result ->> 'answer' = 'no' then
    -- What came meanwhile was not asked about.
    left_over := doubt.messages[array_position(doubt.messages, message.id) + 1:];
    if cardinality(left_over) > 0 then
      update sms_private.doubts open
      set messages = left_over, lease_token = null, lease_expires_at = null, tries = 0, due_at = clock_timestamp()
      where open.contact_id = contact.id;
      return jsonb_build_object('outcome', 'asked_again');
    end if;
    perform sms_private.end_doubt(contact, 'model', message.id);
    return jsonb_build_object('outcome', 'no_opt_out');
  elsif result ->> 'answer' is not null or (result #>> '{failure,permanent}')::boolean or doubt.tries >= 5 then
    perform sms_private.leave_to_person(contact.id);
    return jsonb_build_object('outcome', 'left_to_person');
  end if;
  update sms_private.doubts open
  set lease_token = null, lease_expires_at = null, last_error = reason, due_at = clock_timestamp() + make_interval(secs =>
    greatest(coalesce((result #>> '{failure,retry_after_ms}')::numeric / 1000, 0), 5 * 2 ^ open.tries * (0.5 + random())))
  where open.contact_id = contact.id;
  return jsonb_build_object('outcome', 'retry');
end
$$;
comment on function sms_private.record_doubt is 'sms_record_doubts for one result.';

create function public.sms_record_doubts(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  recorded jsonb;
  all_recorded jsonb := '[]';
  opting_out uuid[];
begin
  -- All conversations first, then all contacts, by id: two batches never wait for each other in a circle.
  perform from public.sms_conversations c
  where c.id in (select m.conversation_id from jsonb_array_elements(results) r
    join public.sms_messages m on m.id = (r ->> 'through')::uuid)
  order by c.id for no key update;
  perform from public.sms_contacts k
  where k.id in (select (r ->> 'contact_id')::uuid from jsonb_array_elements(results) r) order by k.id for no key update;
  -- Then what the opt-outs change, messages with their deliveries, by id too.
  opting_out := array(
    select (r ->> 'contact_id')::uuid from jsonb_array_elements(results) r where r ->> 'answer' = 'yes');
  perform from sms_private.jobs j join public.sms_messages m on m.id = j.message_id
  where j.contact_id = any (opting_out) and j.kind = 'deliver' and not j.in_flight
  order by m.id for no key update of m for update of j;
  for result in select r from jsonb_array_elements(results) r order by r ->> 'contact_id' loop
    begin
      recorded := sms_private.record_doubt(result);
    exception when others then
      perform sms_private.raise_if_transient(sqlstate, sqlerrm);
      -- Its lease runs out, and it is asked again or left to a person. The others are recorded.
      raise warning 'The doubt about contact % could not be recorded: %', result ->> 'contact_id', sqlerrm;
      recorded := jsonb_build_object('outcome', 'error', 'error', sqlstate);
    end;
    perform sms_private.note_unsent_calls((result ->> 'user_id')::uuid, (result ->> 'contact_id')::uuid,
      coalesce((result ->> 'calls')::int, 0));
    all_recorded := all_recorded || recorded;
  end loop;
  return all_recorded;
end
$$;
comment on function public.sms_record_doubts is
  'Takes what the model answered to doubts: [{ contact_id, user_id, lease_token, through, calls, answer (yes, no, unsure), failure }]. yes opts the contact out, no ends the doubt, unsure and what cannot be asked is left to a person. Outcomes: opted_out, came_back (they sent START since), no_opt_out, asked_again (another text came meanwhile), left_to_person, retry, stale, error.';
