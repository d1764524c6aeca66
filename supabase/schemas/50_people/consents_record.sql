-- Consents are recorded: one by one by an app, or a list at once.

create function sms_private.consent_import_answer(outcome text, import sms_private.consent_imports)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('outcome', outcome, 'import', jsonb_build_object('id', import.id, 'created_at', import.created_at),
    'recorded', import.recorded, 'known', import.known, 'rejected', import.rejected)
$$;
comment on function sms_private.consent_import_answer is 'What sms_record_consents answers.';

-- The claims that call_as() makes name the secret key.
create function sms_private.consent_source()
returns text
language sql stable set search_path = ''
as $$
  select case when nullif(current_setting('request.jwt.claims', true), '')::jsonb ? 'secret_key' then 'app' else 'person' end
$$;
comment on function sms_private.consent_source is 'Who stores a consent: a person (signed in) or an app (sms_call_for).';

-- The lines that are still good, with their contacts. New ones by telephone, so that two imports add them in the same order.
create function sms_private.contacts_for_consents(tenant uuid, good sms_private.consent_to_store[])
returns sms_private.consent_to_store[]
language plpgsql volatile set search_path = ''
as $$
declare
  placed sms_private.consent_to_store[];
begin
  insert into public.sms_contacts (user_id, number)
  select tenant, added.number
  from (select distinct on (g.canonical) g.canonical, g.number from unnest(good) g where g.contact_id is null
    order by g.canonical, g.place) added
  order by added.canonical
  on conflict do nothing;
  placed := array(
    select row(g.place, null, g.number, g.canonical, g.basis, g.given_at, g.words, g.page, g.form_text,
      sms_private.contact_named(tenant, g.number))::sms_private.consent_to_store
    from unnest(good) g order by g.place);
  -- An erasure or a merge waits for this, or was first.
  perform from public.sms_contacts k where k.id in (select p.contact_id from unnest(placed) p) order by k.id for key share;
  if exists (select from unnest(placed) p where not exists (select from public.sms_contacts k where k.id = p.contact_id)) then
    raise exception 'Contacts of these lines were merged or erased meanwhile. Try again.' using errcode = 'serialization_failure';
  end if;
  return placed;
end
$$;
comment on function sms_private.contacts_for_consents is
  'The same lines with their contacts, which are added where there are none, and kept until the transaction ends.';

create function sms_private.store_consents(tenant uuid, request jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  lines jsonb := request -> 'consents';
  turn jsonb;
  room bigint;
  checked sms_private.consent_to_store[];
  good sms_private.consent_to_store[];
  import sms_private.consent_imports;
  stored_by text := sms_private.consent_source();
  stored int;
begin
  if jsonb_typeof(lines) is distinct from 'array' or lines = '[]' then
    return jsonb_build_object('outcome', 'CONSENTS_REQUIRED');
  elsif jsonb_array_length(lines) > 1000 then
    return jsonb_build_object('outcome', 'TOO_MANY_CONSENTS');
  end if;
  turn := sms_private.take_turn_within(tenant, 'record_consents', 120, '1 minute');
  if turn ->> 'outcome' <> 'taken' then
    return turn;
  end if;
  -- As count_room(): a tenant may add so many contacts by itself.
  perform pg_advisory_xact_lock(hashtextextended('sms_rows:' || tenant, 0));
  room := (sms_private.limits_of(tenant)).contacts;
  room := room - (select count(*) from (select from public.sms_contacts k where k.user_id = tenant limit room) used);
  checked := array(select c from sms_private.check_consents(tenant, lines) c order by c.place);
  checked := array(
    select row(c.place, case when c.code is null and c.contact_id is null and c.nth > room then 'CONTACTS_USED_UP' else c.code end,
      c.number, c.canonical, c.basis, c.given_at, c.words, c.page, c.form_text, c.contact_id)::sms_private.consent_to_store
    from (
      select l.*, dense_rank() over (partition by l.code is null and l.contact_id is null order by l.first_place) as nth
      from (select u.*, min(u.place) over (partition by u.canonical, u.code is null) as first_place from unnest(checked) u) l) c
    order by c.place);
  good := sms_private.contacts_for_consents(tenant, array(select c from unnest(checked) c where c.code is null order by c.place));
  insert into sms_private.consent_imports (user_id, source, lines, recorded, known, rejected)
  values (tenant, stored_by, cardinality(checked), 0, 0, (
    select coalesce(jsonb_agg(jsonb_build_object('line', c.place, 'code', c.code) order by c.place), '[]')
    from unnest(checked) c where c.code is not null))
  returning * into import;
  -- What is stored already stays as it is: a list may be sent again, with lines that are new.
  insert into public.sms_consent_events (user_id, contact_id, change, source, basis, given_at, words, page, form_text, import_id)
  select tenant, g.contact_id, 'consent', stored_by, g.basis, g.given_at, g.words, g.page, g.form_text, import.id
  from (
    select distinct on (u.contact_id, u.basis, u.given_at, u.words, u.page, u.form_text) u.* from unnest(good) u
    order by u.contact_id, u.basis, u.given_at, u.words, u.page, u.form_text, u.place) g
  where not exists (
    select from public.sms_consent_events e
    where e.contact_id = g.contact_id and e.change = 'consent' and e.basis = g.basis and e.given_at = g.given_at
      and (e.words, e.page, e.form_text) is not distinct from (g.words, g.page, g.form_text))
  order by g.contact_id, g.given_at;
  get diagnostics stored = row_count;
  update sms_private.consent_imports i set recorded = stored, known = cardinality(good) - stored
  where i.id = import.id returning * into import;
  return sms_private.consent_import_answer('created', import);
end
$$;
comment on function sms_private.store_consents is
  'sms_record_consents without its key: checks each line, then stores those that are good.';

create function public.sms_record_consents(consents jsonb, idempotency_key text default null)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select sms_private.once_for_caller('sms_record_consents', jsonb_build_object('consents', consents), idempotency_key)
$$;
comment on function public.sms_record_consents is
  'Records when, where and how contacts agreed to be texted: up to 1,000 lines [{ number, basis (keyword, form, import, transactional), given_at, words, page, form_text }], each with evidence in words, page or form_text (for a form one of the last two). Who is no contact becomes one. Each line is stored wholly or refused; what is stored already is known. Returns { outcome: created | repeated, import: { id, created_at }, recorded, known, rejected: [{ line, code }] }, where line counts from 1 and code is INVALID_LINE, INVALID_RECIPIENT, INVALID_BASIS, INVALID_GIVEN_AT, CONSENT_OF_TOMORROW, EVIDENCE_MISSING, EVIDENCE_TOO_LONG, RECIPIENT_OPTED_OUT or CONTACTS_USED_UP; or an outcome in capitals: CONSENTS_REQUIRED, TOO_MANY_CONSENTS, RATE_LIMITED (retry_after_ms; 120 a minute), INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_IN_USE (retry_after_ms), IDEMPOTENCY_KEY_REUSED, USER_NOT_FOUND.';
