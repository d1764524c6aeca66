-- What the tree cannot say: rows that exist already.

-- What was set aside before this version, a person settles too: it says so.

update public.sms_messages message set error_code = 'OUTCOME_AMBIGUOUS'
from sms_private.jobs job
where job.message_id = message.id and job.kind = 'deliver' and job.set_aside_at is not null
  and message.status = 'unconfirmed' and message.error_code = 'OUTCOME_UNKNOWN';

-- Opt-outs that an earlier installation left in this project when it was removed (supabase/remove.sql).
select sms_private.take_in_kept_opt_outs();

-- Calls that end in no text, for those to whom the operator gave more replies.
update public.sms_limits set
  conversation_unsent_calls_per_hour = case when conversation_replies_per_hour is not null
    then greatest(conversation_unsent_calls_per_hour, 2 * least(conversation_replies_per_hour, 1000000000)) end,
  tenant_unsent_calls_per_day = case when tenant_replies_per_day is not null
    then greatest(tenant_unsent_calls_per_day, 2 * least(tenant_replies_per_day, 1000000000)) end;
