-- What the tree cannot say: rows that exist already.

-- New limits, for those to whom the operator gave more, or who have more already.
update public.sms_limits set
  conversation_unsent_calls_per_hour = case when conversation_replies_per_hour is not null
    then greatest(conversation_unsent_calls_per_hour, 2 * least(conversation_replies_per_hour, 1000000000)) end,
  tenant_unsent_calls_per_day = case when tenant_replies_per_day is not null
    then greatest(tenant_unsent_calls_per_day, 2 * least(tenant_replies_per_day, 1000000000)) end,
  shared_segments_per_day = case when broadcast_recipients_per_day is not null
    then greatest(shared_segments_per_day, broadcast_recipients_per_day) end;
insert into public.sms_limits as l (user_id, assistants, contacts, templates)
select u.user_id, greatest(50, 2 * max(u.assistants)), greatest(50000, 2 * max(u.contacts)), greatest(200, 2 * max(u.templates))
from (
  select a.user_id, count(*)::int as assistants, 0 as contacts, 0 as templates from public.sms_assistants a group by 1
  union all
  select k.user_id, 0, count(*)::int, 0 from public.sms_contacts k group by 1
  union all
  select t.user_id, 0, 0, count(*)::int from public.sms_templates t group by 1) u
group by 1
having max(u.assistants) >= 50 or max(u.contacts) >= 50000 or max(u.templates) >= 200
on conflict (user_id) do update
set assistants = excluded.assistants, contacts = excluded.contacts, templates = excluded.templates;
