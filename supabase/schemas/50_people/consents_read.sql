-- Consent is read: of one contact, of those who lack it, and as CSV for who asks for proof.

-- The text itself is the evidence of contact_wrote_first. It may be archived, or its words emptied: its moment stays.
create function sms_private.consent_history(contact public.sms_contacts)
returns table (said_at timestamptz, recorded_at timestamptz, change text, basis text, source text, words text, page text,
  form_text text, message_id uuid, import_id uuid, id uuid)
language sql stable rows 5 set search_path = ''
as $$
  select contact.wrote_at, contact.wrote_at, 'consent', 'contact_wrote_first', 'contact', left(first.body, 1000), null, null,
    first.id, null::uuid, contact.id
  from (select) one left join lateral (
    select m.id, m.body from public.sms_conversations c
    cross join lateral (
      select t.id, t.body from public.sms_messages t
      where t.conversation_id = c.id and t.direction = 'inbound' and t.kind = 'text' order by t.seq limit 1) m
    where c.contact_id = contact.id order by c.started_at limit 1) first on true
  where contact.wrote_at is not null
  union all
  select coalesce(e.given_at, s.date_created, e.at), e.at, e.change,
    case e.change when 'opt_in' then 'keyword' else e.basis end, e.source, coalesce(e.words, e.evidence), e.page, e.form_text,
    e.message_id, e.import_id, e.id
  from public.sms_consent_events e left join public.sms_messages s on s.id = e.message_id
  where e.contact_id = contact.id and e.change <> 'help'
$$;
comment on function sms_private.consent_history is
  'What a contact consented to and took back, with the evidence: consents, START (opt_in), opt-outs, blocks. The first text they wrote is a consent of basis contact_wrote_first.';

create function sms_private.get_my_consent(contact_id uuid)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  contact public.sms_contacts;
begin
  select * into contact from public.sms_contacts k
  where k.id = get_my_consent.contact_id and k.user_id = (select sms_private.tenant_id());
  if not found then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  return jsonb_build_object('outcome', 'found', 'contact_id', contact.id, 'opted_out_at', contact.opted_out_at,
    'promotional', sms_private.consent_basis(contact, 'promotional'),
    'transactional', sms_private.consent_basis(contact, 'transactional'),
    'required_from', sms_private.setting('consent_required_from'),
    'history', (
      select coalesce(jsonb_agg(to_jsonb(newest) order by newest.said_at desc, newest.id desc), '[]')
      from (select h.* from sms_private.consent_history(contact) h order by h.said_at desc, h.id desc limit 500) newest));
end
$$;
comment on function sms_private.get_my_consent is 'sms_get_consent, as definer, for sms_private.tenant_id().';

create function public.sms_get_consent(contact_id uuid)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.get_my_consent(contact_id) $$;
comment on function public.sms_get_consent is
  'The consent of a contact: on what it rests for promotional and for transactional texts (keyword, form, import, contact_wrote_first, transactional; null: there is none), since when broadcasts need it (required_from), and the newest 500 entries of its history with their evidence. Outcomes: found, CONTACT_NOT_FOUND.';

create function sms_private.refuse_consent_page(after text, page_size int)
returns text
language sql immutable set search_path = ''
as $$
  select case
    when page_size is null or page_size not between 1 and 1000 then 'INVALID_PAGE_SIZE'
    when char_length(after) > 64 then 'INVALID_CURSOR' end
$$;
comment on function sms_private.refuse_consent_page is 'Why a page of contacts is refused; null when it is not.';

-- By number, in the order of the index: a page looks at so many contacts, and lists those of them who lack it.
create function sms_private.list_my_contacts_without_consent(after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  code text := sms_private.refuse_consent_page(after, page_size);
  listed jsonb;
  looked int;
  last_number text;
begin
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  select count(*), max(seen.number), coalesce(jsonb_agg(jsonb_build_object('id', seen.id, 'number', seen.number,
      'name', seen.name, 'created_at', seen.created_at, 'transactional', seen.transactional) order by seen.number)
    filter (where seen.lacks), '[]')
  into looked, last_number, listed
  from (
    select k.id, k.number, k.name, k.created_at,
      k.opted_out_at is null and sms_private.consent_basis(k, 'promotional') is null as lacks,
      sms_private.consent_basis(k, 'transactional') as transactional
    from public.sms_contacts k
    where k.user_id = (select sms_private.tenant_id()) and k.number > coalesce(after, '')
    order by k.number limit page_size) seen;
  return jsonb_build_object('outcome', 'listed', 'contacts', listed,
    'required_from', sms_private.setting('consent_required_from'),
    'next', case when looked = page_size then last_number end);
end
$$;
comment on function sms_private.list_my_contacts_without_consent is
  'sms_list_contacts_without_consent, as definer, for sms_private.tenant_id().';

create function public.sms_list_contacts_without_consent(after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.list_my_contacts_without_consent(after, page_size) $$;
comment on function public.sms_list_contacts_without_consent is
  'Contacts that promotional broadcasts do not reach from required_from on, because no consent of theirs is known; who opted out is not listed. Looks at page_size contacts, so a page may list fewer, or none: call again with after => next until next is null. transactional: the consent that they have for transactional texts. Outcomes: listed (contacts, required_from, next), INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR.';

-- A spreadsheet takes what begins like this for a formula (OWASP, CSV injection). A telephone number may begin with +.
create function sms_private.csv_cell(value text)
returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case when value is null then ''
    else '"' || replace(case when value ~ '^\s*[=+@-]|^[\t\r\n]|^\s*[＝＋－＠]' and value !~ '^\+[0-9]{7,15}$'
      then '''' || value else value end, '"', '""') || '"' end
$$;
comment on function sms_private.csv_cell is
  'A value as a cell of a CSV file: in quotes, and with an apostrophe before what a spreadsheet would take for a formula.';

create function sms_private.export_my_consents(contact_id uuid, after text, page_size int)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  tenant constant uuid := (select sms_private.tenant_id());
  code text := sms_private.refuse_consent_page(after, page_size);
  contacts public.sms_contacts[];
  lines text;
  written int;
begin
  if code is not null then
    return jsonb_build_object('outcome', code);
  end if;
  contacts := array(
    select k from public.sms_contacts k
    where k.user_id = tenant and k.number > coalesce(after, '')
      and (export_my_consents.contact_id is null or k.id = export_my_consents.contact_id)
    order by k.number limit page_size);
  if export_my_consents.contact_id is not null and contacts = '{}' and after is null then
    return jsonb_build_object('outcome', 'CONTACT_NOT_FOUND');
  end if;
  select count(*), string_agg(concat_ws(',', sms_private.csv_cell(k.number), sms_private.csv_cell(k.id::text),
      sms_private.csv_cell(h.change), sms_private.csv_cell(h.basis), sms_private.csv_cell(to_jsonb(h.said_at) #>> '{}'),
      sms_private.csv_cell(to_jsonb(h.recorded_at) #>> '{}'), sms_private.csv_cell(h.source), sms_private.csv_cell(h.words),
      sms_private.csv_cell(h.page), sms_private.csv_cell(h.form_text), sms_private.csv_cell(h.message_id::text),
      sms_private.csv_cell(h.import_id::text)) || E'\r\n', '' order by k.number, h.said_at, h.id)
  into written, lines
  from unnest(contacts) k cross join lateral sms_private.consent_history(k) h;
  return jsonb_build_object('outcome', 'exported', 'rows', written, 'csv', case when after is null then
      E'number,contact_id,change,basis,said_at,recorded_at,source,words,page,form_text,message_id,import_id\r\n' else '' end
      || coalesce(lines, ''),
    'next', case when cardinality(contacts) = page_size and export_my_consents.contact_id is null
      then (contacts[page_size]).number end);
end
$$;
comment on function sms_private.export_my_consents is 'sms_export_consents, as definer, for sms_private.tenant_id().';

create function public.sms_export_consents(contact_id uuid default null, after text default null, page_size int default 500)
returns jsonb
language sql stable security invoker set search_path = ''
as $$ select sms_private.export_my_consents(contact_id, after, page_size) $$;
comment on function public.sms_export_consents is
  'The consent of one contact, or of all, as CSV (RFC 4180, UTF-8) with its evidence: number, contact_id, change (consent, opt_in, opt_out, sender_blocked), basis, said_at, recorded_at, source, words, page, form_text, message_id, import_id. The first page has the header, so that pages one after the other are one file; page_size contacts a page, until next is null. An apostrophe stands before what a spreadsheet would take for a formula. Outcomes: exported (csv, rows, next), CONTACT_NOT_FOUND, INVALID_PAGE_SIZE (1 to 1,000), INVALID_CURSOR.';
