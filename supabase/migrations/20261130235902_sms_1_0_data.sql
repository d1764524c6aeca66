-- What the tree cannot say: rows that exist already.

-- What was set aside before this version, a person settles too: it says so.

update public.sms_messages message set error_code = 'OUTCOME_AMBIGUOUS'
from sms_private.jobs job
where job.message_id = message.id and job.kind = 'deliver' and job.set_aside_at is not null
  and message.status = 'unconfirmed' and message.error_code = 'OUTCOME_UNKNOWN';

-- Opt-outs that an earlier installation left in this project when it was removed (supabase/remove.sql).
select sms_private.take_in_kept_opt_outs();

-- Keys that were named before there were weights.
update sms_private.refused_webhooks set weight = refused;
