-- Questions to Twilio, second half: record the answers.

create function sms_private.ask_again(
  question sms_private.questions, tries int, pause interval, error text default null)
returns void
language sql volatile set search_path = ''
as $$
  update sms_private.questions asked
  set tries = ask_again.tries, due_at = clock_timestamp() + pause, last_error = left(error, 500),
    lease_token = null
  where asked.id = question.id
$$;
comment on function sms_private.ask_again is 'Gives a claimed question back, to be asked after a pause.';

-- Message, job, question: the order of locks. A listing is about no message.
create function sms_private.record_question(result jsonb)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  message public.sms_messages;
  job sms_private.jobs;
  question sms_private.questions;
begin
  if result ->> 'kind' = 'proof' then
    perform sms_private.lock_for_proof((result ->> 'message_id')::uuid);
  end if;
  if result ->> 'message_id' is not null then
    select * into message from public.sms_messages stored
    where stored.id = (result ->> 'message_id')::uuid and stored.account_sid = result ->> 'account_sid'
    for no key update;
    if not found then
      return 'not_found';
    end if;
    select * into job from sms_private.jobs delivery where delivery.message_id = message.id for update;
  end if;
  -- Gone when a callback or a late worker was quicker; another's when this question outlived its lease.
  select * into question from sms_private.questions asked
  where asked.lease_token = (result ->> 'lease_token')::uuid and asked.account_sid = result ->> 'account_sid'
    and asked.message_id is not distinct from message.id
  for update;
  if not found then
    return 'stale';
  end if;
  return case question.kind
    when 'lookup' then sms_private.record_lookup(message, job, question, result)
    when 'listing' then sms_private.record_listing(question, result)
    when 'settlement' then sms_private.record_settlement(message, question, result)
    when 'proof' then sms_private.record_proof(message, question, result) end;
end
$$;
comment on function sms_private.record_question is 'sms_record_questions for one result.';

create function public.sms_record_questions(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
  refused uuid[] := array(select (given ->> 'message_id')::uuid from jsonb_array_elements(results) given
    where given @? '$.**.error_code ? (@ == "21610")');
  attempts jsonb;
begin
  if refused <> '{}' then
    attempts := sms_private.attempts_of(refused);
  end if;
  for result in
    select given from jsonb_array_elements(results) given
    order by given ->> 'message_id', given ->> 'account_sid'
  loop
    begin
      outcome := sms_private.record_question(result);
    exception when others then
      begin
        outcome := sms_private.record_question(result || jsonb_build_object('outcome', 'unrecordable',
          'error_code', 'NOT_RECORDABLE', 'error_message', sqlstate || ' ' || sqlerrm));
      exception when others then
        -- Asked again when the lease ends.
        outcome := 'error';
      end;
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id',
      'account_sid', result -> 'account_sid', 'outcome', outcome);
  end loop;
  if refused <> '{}' then
    perform sms_private.block_refused(refused, attempts);
  end if;
  return outcomes;
end
$$;
comment on function public.sms_record_questions is
  'Records what Twilio answered, and what follows. Outcomes of look-ups: adopted, ambiguous (set aside), '
  'not_found_yet, resent, given_up; of listings: listed (the watermark moves), unfinished (it goes on at '
  'once), failed (tried again soon); of settlements: settled, not_yet (asked again later), left (asked '
  'often enough, or Twilio does not have it any more); of proofs: recovered (the START counts, and what the '
  'contact wrote since is answered), not_found_yet, left (not found for an hour: it never counts); of any: postponed (asking failed), set_aside (for a '
  'person), stale, not_found, error (not recordable, asked again).';
