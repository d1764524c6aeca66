-- Twilio's list of who opted out has numbers letter by letter. The contact is one, however their number is written.

-- STOP by one spelling and START by another one: the contact is opted in, and Twilio goes on refusing the first spelling, with 21610.
create function sms_private.refuses_spelling(number_id uuid, contact_id uuid, spelling text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  word record;
begin
  select
    max(said.at) filter (where said.change = 'opt_in' and said.spelling <> refuses_spelling.spelling) as start_by_another,
    max(said.at) filter (where said.change = 'opt_in' and said.spelling = refuses_spelling.spelling) as start_by_this,
    max(said.at) filter (where said.change <> 'opt_in' and said.spelling = refuses_spelling.spelling) as stop_by_this
  into word
  from (
    select e.change,
      case s.direction when 'inbound' then s.from_number else s.to_number end as spelling,
      case s.direction when 'inbound' then s.date_created else e.at end as at
    from public.sms_consent_events e join public.sms_messages s on s.id = e.message_id
    where e.contact_id = refuses_spelling.contact_id and s.phone_number_id = refuses_spelling.number_id
      and (e.change = 'opt_in' or e.change = 'opt_out' and s.direction = 'inbound' and e.source <> 'model'
        or e.change = 'sender_blocked')) said;
  return coalesce(word.stop_by_this > coalesce(word.start_by_this, '-infinity')
    and word.stop_by_this < word.start_by_another, false);
end
$$;
comment on function sms_private.refuses_spelling is
  'Whether Twilio still refuses texts from this number to this spelling of a contact, who has opted in by another spelling since.';

create function sms_private.spelling_to_text(number_id uuid, contact public.sms_contacts, spelling text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  return case when sms_private.refuses_spelling(number_id, contact.id, spelling)
    then (select k.number from public.sms_contacts k where k.id = contact.id) else spelling end;
end
$$;
comment on function sms_private.spelling_to_text is
  'The spelling that was asked for; where Twilio refuses that one, the one that answers go to.';
