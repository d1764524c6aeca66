-- Poison among what Twilio is asked for: it ends, and whoever watches the worker sees it.

alter table private.settlements add column set_aside_at timestamptz;
comment on column private.settlements.set_aside_at is
  'Given up on, because what Twilio says of the text cannot be recorded; kept for a person to look at, and never due.';

create or replace function public.record_settlements(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
begin
  for result in select r from jsonb_array_elements(results) r order by r ->> 'message_id' loop
    begin
      outcome := private.record_settlement(result);
    exception when others then
      -- Asked again when the lease lapses, and counted, so that poison ends. What is never due is claimed by nobody.
      update private.settlements s
      set asked = s.asked + 1, last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500),
        set_aside_at = case when private.settle_gap(s.asked + 1) is null then clock_timestamp() end,
        due_at = case when private.settle_gap(s.asked + 1) is null then 'infinity' else s.due_at end
      where s.message_id = (result ->> 'message_id')::uuid and s.lease_token = (result ->> 'lease_token')::uuid
      returning case when s.set_aside_at is null then 'error' else 'set_aside' end into outcome;
      outcome := coalesce(outcome, 'stale');
    end;
    outcomes := outcomes || jsonb_build_object('message_id', result -> 'message_id', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;
comment on function public.record_settlements is
  'Records what Twilio says of texts. Outcomes: settled, not_yet (asked again later), left (asked often enough, or Twilio does not have it any more), postponed (asking failed), stale, not_found, error (not recordable, asked again), set_aside (not recordable, for a person).';

create or replace function public.record_listings(results jsonb)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  result jsonb;
  outcome text;
  outcomes jsonb := '[]';
begin
  for result in select r from jsonb_array_elements(results) r order by r ->> 'account_sid' loop
    begin
      outcome := private.record_listing(result);
    exception when others then
      -- Listed again when the lease lapses.
      outcome := 'error';
      update private.account_watermarks k
      set failures = k.failures + 1, last_error = left('NOT_RECORDABLE: ' || sqlstate || ' ' || sqlerrm, 500)
      where k.account_sid = result ->> 'account_sid' and k.lease_token::text = result ->> 'lease_token';
    end;
    outcomes := outcomes || jsonb_build_object('account_sid', result -> 'account_sid', 'outcome', outcome);
  end loop;
  return outcomes;
end
$$;

-- Inbound texts that Twilio lists and that cannot be stored. All that receive_message needs is here, so that whoever has
-- mended the cause can have it stored still.
create table private.texts_set_aside (
  account_sid text not null,
  message_sid text not null,
  from_number text not null,
  to_number text not null,
  body text not null,
  media jsonb not null,
  num_segments int,
  sent_at timestamptz not null,
  set_aside_at timestamptz not null default now(),
  last_error text not null check (char_length(last_error) <= 500),
  primary key (account_sid, message_sid)
);
comment on table private.texts_set_aside is
  'Inbound texts that were found in Twilio''s list and that the database refused; kept for a person, as receive_message takes them.';
comment on column private.texts_set_aside.account_sid is 'The account they came in.';
comment on column private.texts_set_aside.message_sid is 'Twilio''s SID.';
comment on column private.texts_set_aside.from_number is 'The contact.';
comment on column private.texts_set_aside.to_number is 'The number of ours.';
comment on column private.texts_set_aside.body is 'The text.';
comment on column private.texts_set_aside.media is 'Its attachments: [{ url, content_type }].';
comment on column private.texts_set_aside.num_segments is 'As Twilio counts.';
comment on column private.texts_set_aside.sent_at is 'When Twilio took it.';
comment on column private.texts_set_aside.set_aside_at is 'When it was refused first.';
comment on column private.texts_set_aside.last_error is 'Why it was refused the last time.';
grant select, insert, update, delete on private.texts_set_aside to service_role;

create function public.set_text_aside(
  account_sid text, message_sid text, from_number text, to_number text, body text, media jsonb, num_segments int,
  sent_at timestamptz, reason text)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into private.texts_set_aside as t
    (account_sid, message_sid, from_number, to_number, body, media, num_segments, sent_at, last_error)
  values (set_text_aside.account_sid, set_text_aside.message_sid, coalesce(set_text_aside.from_number, ''),
    coalesce(set_text_aside.to_number, ''), coalesce(set_text_aside.body, ''), coalesce(set_text_aside.media, '[]'),
    set_text_aside.num_segments, set_text_aside.sent_at, left(reason, 500))
  on conflict on constraint texts_set_aside_pkey do update set last_error = excluded.last_error;
  return jsonb_build_object('outcome', 'set_aside');
end
$$;
comment on function public.set_text_aside is
  'Keeps an inbound text that receive_message raised on, for a person to look at. Outcome: set_aside.';
revoke execute on function public.set_text_aside from public, anon, authenticated;
grant execute on function public.set_text_aside to service_role;
