-- The assistant's text that was claimed when a person answered, and came back unsent, is not sent after all: the same rule
-- at every claim as at a look-up, so that it does not matter who of two looked first.

create function private.person_is_first(m public.sms_messages, c public.conversations)
returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  if m.sender <> 'assistant' or m.kind = 'opt_out_confirmation' then
    return false;
  end if;
  return c.end_reason = 'person'
    or (c.ai_paused_until > clock_timestamp() and c.ai_paused_reason in ('person', 'taken_over'))
    -- A broadcast, and what was written for later, are nobody's answer: they pause no assistant.
    or exists (
      select from public.sms_messages p
      where p.conversation_id = m.conversation_id and p.seq > m.seq and p.sender = 'person'
        and p.broadcast_id is null and p.send_at is null);
end
$$;
comment on function private.person_is_first is
  'Whether a person has answered, taken over or ended this conversation since this text of the assistant was written.';
revoke execute on function private.person_is_first from public, anon, authenticated;
grant execute on function private.person_is_first to service_role;

create or replace function private.refuse_delivery(
  m public.sms_messages, job private.jobs, out code text, out explanation text)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  select r.code, r.explanation into refuse_delivery.code, refuse_delivery.explanation
  from public.contacts k
  join public.conversations c on c.id = m.conversation_id
  left join public.phone_numbers n on n.id = job.phone_number_id and n.user_id = m.user_id
    and n.account_sid = m.account_sid and n.number = m.from_number
  left join public.twilio_accounts a on a.account_sid = m.account_sid
  left join public.broadcasts b on b.id = m.broadcast_id
  left join lateral (
    select r.reason from private.reply_cap(m.user_id, m.conversation_id, 1) r
    where m.sender = 'assistant' and m.kind <> 'opt_out_confirmation') cap on true
  cross join lateral (values
    (m.kind <> 'opt_out_confirmation' and k.opted_out_at is not null,
      'RECIPIENT_OPTED_OUT', 'The contact opted out. Only their START lets you text them again.'),
    (exists (select from private.sender_blocks s where s.phone_number_id = job.phone_number_id and s.contact_id = k.id),
      'RECIPIENT_OPTED_OUT', 'The contact opted out of this number at the carrier. They can text START to it.'),
    (n.id is null, 'NOT_YOUR_NUMBER', 'The sending number is not yours any more.'),
    (a.disconnected_at is not null,
      'ACCOUNT_DISCONNECTED', 'The Twilio account of the sending number is disconnected. Connect it again to send from it.'),
    (not private.may_text(m.user_id, m.from_number, m.to_number),
      'COUNTRY_NOT_ALLOWED', 'Texts to this country are not allowed for your account.'),
    (m.sender = 'assistant' and m.kind <> 'opt_out_confirmation' and not c.ai_enabled,
      'ASSISTANT_OFF', 'The assistant was switched off here before this text left.'),
    (private.person_is_first(m, c), 'PERSON_ANSWERED', 'A person answered or took over here before this text left.'),
    (b.canceled_at is not null, 'CANCELED_BY_USER', 'You canceled this broadcast before this text left.'),
    (cap.reason is not null, 'REPLY_CAP', 'The limit of automatic replies is used up.')
  ) as r (holds, code, explanation)
  where k.id = job.contact_id and r.holds
  limit 1;
end
$$;

create or replace function private.no_resend_reason(m public.sms_messages, job private.jobs)
returns text
language sql stable set search_path = ''
as $$
  select case
    when job.resent_at is not null then 'It was sent once more already.'
    when job.attempted_at < clock_timestamp() - private.span_setting('resend_within_seconds')
      then 'It would come too late.'
    when refusal.code is not null then refusal.explanation
  end
  from private.refuse_delivery(m, job) refusal
$$;
