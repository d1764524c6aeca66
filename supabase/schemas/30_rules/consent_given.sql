-- Consent: whether a contact agreed to be texted, and what an automatic first text needs.

create function sms_private.consent_required()
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((sms_private.setting('consent_required_from') #>> '{}')::timestamptz <= clock_timestamp(), false);
end
$$;
comment on function sms_private.consent_required is
  'Whether automatic first texts need a consent by now (consent_required_from; null: never).';

-- An opt-out ends every consent of before it. A keyword counts from when it was said: it may have come late.
create function sms_private.consents_of(contact public.sms_contacts)
returns table (basis text, given_at timestamptz, event_id uuid)
language plpgsql stable rows 3 set search_path = ''
as $$
#variable_conflict use_column
declare
  withdrawn_at timestamptz := (
    select max(coalesce(s.date_created, e.at)) from public.sms_consent_events e
    left join public.sms_messages s on s.id = e.message_id
    where e.contact_id = contact.id and e.change = 'opt_out'
      -- What was misread, and taken back by a person, ended nothing.
      and not (e.source in ('free_text', 'model') and exists (
        select from public.sms_consent_events back
        where back.contact_id = contact.id and back.change = 'taken_back' and back.at > e.at)));
begin
  return query
    select given.* from (
      select 'contact_wrote_first', contact.wrote_at, null::uuid where contact.wrote_at is not null
      union all
      -- START is the keyword that counts everywhere.
      select coalesce(e.basis, 'keyword'), coalesce(e.given_at, s.date_created, e.at), e.id
      from public.sms_consent_events e left join public.sms_messages s on s.id = e.message_id
      where e.contact_id = contact.id and e.change in ('consent', 'opt_in')) given (basis, given_at, event_id)
    where contact.opted_out_at is null and (withdrawn_at is null or given.given_at > withdrawn_at);
end
$$;
comment on function sms_private.consents_of is
  'The consents of a contact that hold: those given after its last opt-out. None while it is opted out.';

create function sms_private.consent_basis(contact public.sms_contacts, purpose text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select c.basis from sms_private.consents_of(contact) c
    where purpose = 'transactional' or sms_private.setting('promotional_consent') ? c.basis
    order by c.given_at desc, c.event_id desc limit 1);
end
$$;
comment on function sms_private.consent_basis is
  'On what the newest consent rests that covers texts of this purpose (promotional, transactional); null for none.';

-- The one place that says so. An answer is no first text, and is not asked about here.
create function sms_private.may_start(tenant uuid, contact public.sms_contacts, purpose text)
returns text
language plpgsql stable set search_path = ''
as $$
begin
  if contact.opt_out_doubt is not null then
    return 'OPT_OUT_IN_DOUBT';
  end if;
  if sms_private.consent_required() and sms_private.consent_basis(contact, purpose) is null then
    return 'NO_CONSENT';
  end if;
  return null;
end
$$;
comment on function sms_private.may_start is
  'Why an automatic first text (a broadcast, a reminder, a follow-up) of this purpose may not go to a contact: a code; null when it may. A row of nulls is somebody who is no contact.';

-- What an app sends to one contact serves that contact, unless its sender says that it advertises: then it is as a broadcast to one.
create function sms_private.is_automatic_first(broadcast_id uuid, sender text, purpose text)
returns boolean
language sql immutable parallel safe set search_path = ''
as $$ select broadcast_id is not null or sender = 'system' and purpose = 'promotional' $$;
comment on function sms_private.is_automatic_first is
  'Whether a text is one that may_start() is asked about: of a broadcast, or a promotional text of an app. Never an answer.';

create function sms_private.why_not_started(code text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case code
    when 'OPT_OUT_IN_DOUBT' then 'The contact may have opted out in their own words. Settle it (sms_settle_opt_out), then text them again.'
    when 'NO_CONSENT' then 'The contact has not agreed to texts of this kind, or took it back. Record their consent (sms_record_consents), or let them write first.'
  end
$$;
comment on function sms_private.why_not_started is 'What a code of may_start() means, for the message that is canceled for it.';
