-- What the tree cannot say: rows that exist already.

-- Who wrote a text before has consented by that (contact_wrote_first). The archive counts: what is old is there. A contact that
-- is not changed by anybody keeps its moment of change.
alter table public.sms_contacts disable trigger touch_updated_at;
update public.sms_contacts contact set wrote_at = first.wrote_at
from (
  select said.contact_id, min(said.wrote_at) as wrote_at
  from (
    select conversation.contact_id, message.date_created as wrote_at
    from public.sms_messages message
    join public.sms_conversations conversation on conversation.id = message.conversation_id
    where message.direction = 'inbound' and message.kind = 'text'
    union all
    select conversation.contact_id, (archived.message ->> 'date_created')::timestamptz
    from sms_private.archived_messages archived
    join public.sms_conversations conversation on conversation.id = archived.conversation_id
    where archived.message ->> 'direction' = 'inbound' and archived.message ->> 'kind' = 'text') said
  group by said.contact_id) first
where contact.id = first.contact_id;
alter table public.sms_contacts enable trigger touch_updated_at;

-- The tree has a date that is past, which is right for a new project. A project that has somebody to text gets 60 days: two rounds
-- of what is sent once a month, in which the answers of its broadcasts and its health say what is missing.
update sms_private.settings setting
set value = to_jsonb(date_trunc('day', clock_timestamp(), 'UTC') + interval '60 days')
where setting.name = 'consent_required_from'
  and (exists (select from public.sms_contacts) or exists (select from public.sms_broadcasts));
