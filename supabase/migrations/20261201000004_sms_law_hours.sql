-- What the tree cannot say: rows that exist already.

-- Texts of broadcasts that wait to be sent are promotional, as their broadcasts are. What was sent says nothing.
update public.sms_messages message set purpose = 'promotional'
from sms_private.jobs job
where job.message_id = message.id and job.kind = 'deliver' and message.broadcast_id is not null;
