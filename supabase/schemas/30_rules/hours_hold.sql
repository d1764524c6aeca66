-- What is claimed outside of the hours waits for them, and what a contact has had enough of does not go.

-- A person's answer is no advertisement to somebody who just wrote, whatever its template says.
create function sms_private.wrote_lately(conversation uuid)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from public.sms_messages m
    where m.conversation_id = wrote_lately.conversation and m.direction = 'inbound' and m.kind <> 'keyword'
      and m.created_at > clock_timestamp()
        - make_interval(hours => coalesce((sms_private.setting('person_answers_within_hours'))::int, 12)));
end
$$;
comment on function sms_private.wrote_lately is
  'Whether the contact of a conversation wrote there in the last hours (person_answers_within_hours).';

-- Not an answer of the assistant, nor any other transactional text: those never come here (claim_for_number).
create function sms_private.is_promotion(message public.sms_messages, own sms_private.quiet_hours)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if message.purpose <> 'promotional' then
    return message.broadcast_id is not null and coalesce(own.transactional_broadcasts, false);
  end if;
  return not (message.sender = 'person' and message.broadcast_id is null
    and sms_private.wrote_lately(message.conversation_id));
end
$$;
comment on function sms_private.is_promotion is
  'Whether quiet hours hold this text: a promotional one, but for what a person writes to somebody who wrote lately; and a transactional broadcast where the tenant wants it so.';

-- Many texts of a claim have the same answer. So it is kept in `known`, by what it depends on.
create function sms_private.hours_for(
  message public.sms_messages, job sms_private.jobs, own sms_private.quiet_hours, inout known jsonb, out answer jsonb)
language plpgsql stable set search_path = ''
as $$
declare
  contact record;
  moment timestamptz := clock_timestamp();
  there record;
  key text;
begin
  select k.zip_code, k.time_zone into contact from public.sms_contacts k where k.id = job.contact_id;
  key := concat_ws('|', coalesce((sms_private.place_of(message.to_number)).prefix, ''),
    coalesce(left(contact.zip_code, 3), ''), contact.time_zone);
  answer := known -> key;
  if answer is not null then
    return;
  end if;
  select * into there from sms_private.whereabouts(message.to_number, contact.zip_code, contact.time_zone, moment);
  answer := jsonb_build_object('open', sms_private.is_open_at(there.places, there.zones, own, moment),
    'max_per_day', (select min(h.max_per_day) from sms_private.sending_hours h where h.place = any (there.places)));
  if not (answer ->> 'open')::boolean then
    answer := answer || jsonb_build_object('opens_at', sms_private.next_opening(there.places, there.zones, own, moment));
  end if;
  known := known || jsonb_build_object(key, answer);
end
$$;
comment on function sms_private.hours_for is
  'Whether a text may go to its contact now, else when: { open, opens_at, max_per_day }, opens_at null for never.';

-- The claim has locked message and job. The text leaves the due queue until the hours begin, so no claim looks at it again before.
create function sms_private.hold_until(message public.sms_messages, job sms_private.jobs, opens_at timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if opens_at is null then
    perform sms_private.cancel_delivery(message, 'NO_LAWFUL_HOUR',
      'There is no hour in which this text may go to all places where the contact may be. Name their ZIP code or time zone, or make your own hours longer.');
    return;
  elsif message.not_after < opens_at then
    perform sms_private.cancel_delivery(message, 'EXPIRED', format(
      'Quiet hours hold this text until %s, and it may not be sent after %s.',
      to_char(opens_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
      to_char(message.not_after at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
    return;
  end if;
  update sms_private.jobs j
  set due_at = opens_at,
    -- It is not too late because it waited for this.
    held_for = coalesce(j.held_for, '0') + (opens_at - greatest(clock_timestamp(), message.held_until)),
    -- A text that is tried again holds back newer ones of its pair. This one must not hold back an answer until tomorrow.
    attempts = 0
  where j.id = job.id;
  update public.sms_messages m set held_until = opens_at, held_reason = 'quiet_hours' where m.id = message.id;
end
$$;
comment on function sms_private.hold_until is
  'Makes a delivery due when the hours begin, and says so on the message; cancels one that could not go then either.';

-- The newest that must leave the window before there is room. Its own earlier attempt does not count.
create function sms_private.patience_used_up(
  tenant uuid, contact uuid, message uuid, max_per_day int, out reason text, out until timestamptz)
language plpgsql stable set search_path = ''
as $$
declare
  limits public.sms_limits := sms_private.limits_of(tenant);
  a_day int := least(limits.promotional_per_contact_per_day, max_per_day);
  moment timestamptz := clock_timestamp();
begin
  if a_day = 0 or limits.promotional_per_contact_per_week = 0 then
    reason := case when a_day = 0 then 'day' else 'week' end;
    return;
  end if;
  select p.at + interval '1 day', 'day' into until, reason from sms_private.promotions p
  where p.contact_id = contact and p.message_id <> message and p.at > moment - interval '1 day'
  order by p.at desc offset a_day - 1 limit case when a_day is not null then 1 else 0 end;
  if until is null then
    select p.at + interval '7 days', 'week' into until, reason from sms_private.promotions p
    where p.contact_id = contact and p.message_id <> message and p.at > moment - interval '7 days'
    order by p.at desc offset limits.promotional_per_contact_per_week - 1
    limit case when limits.promotional_per_contact_per_week is not null then 1 else 0 end;
  end if;
end
$$;
comment on function sms_private.patience_used_up is
  'Which cap on promotional texts to a contact is used up, day or week, and until when (null: it is 0); nulls where there is room. max_per_day: what the law of the place allows.';

-- Two claims of two numbers may each have a text for one contact. The second one leaves its text for the next claim.
create function sms_private.take_patience(message public.sms_messages, job sms_private.jobs, max_per_day int)
returns text
language plpgsql volatile set search_path = ''
as $$
declare
  cap record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sms_patience:' || job.contact_id, 0)) then
    return 'busy';
  end if;
  select * into cap from sms_private.patience_used_up(message.user_id, job.contact_id, message.id, max_per_day);
  if cap.reason is null then
    return null;
  end if;
  perform sms_private.cancel_delivery(message, 'PATIENCE_CAP', format(
    'This contact has had as many promotional texts in a %s as they may.%s', cap.reason,
    ' There is room again at ' || to_char(cap.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') || '.'));
  return 'used_up';
end
$$;
comment on function sms_private.take_patience is
  'Null: the promotional text may go, and until the transaction ends no other one to the contact is claimed. busy: another claim has the contact. used_up: it was canceled with PATIENCE_CAP.';

create function sms_private.note_promotion(message uuid, contact uuid)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  delete from sms_private.promotions p where p.contact_id = contact and p.at <= clock_timestamp() - interval '7 days';
  insert into sms_private.promotions as p (message_id, contact_id, at) values (message, contact, clock_timestamp())
  on conflict (message_id) do update set at = excluded.at, contact_id = excluded.contact_id;
end
$$;
comment on function sms_private.note_promotion is 'Counts a promotional text for its contact. The caller holds take_patience().';
