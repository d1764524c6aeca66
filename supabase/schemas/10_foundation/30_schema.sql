-- The private schema, and for whom a caller acts.

create schema sms_private;

comment on schema sms_private is
  'Jobs, secrets, counters and the definer functions behind the public verbs. Never exposed through the API.';

-- Every policy, verb and default calls this function. A project that has teams changes only this function.
create function sms_private.tenant_id()
returns uuid
language sql stable set search_path = ''
as $$ select auth.uid() $$;
comment on function sms_private.tenant_id is 'The tenant for whom the caller acts: the signed-in user; null without one.';

create function sms_private.is_user(tenant uuid)
returns boolean
language sql stable security definer set search_path = ''
as $$ select exists (select from auth.users known where known.id = tenant) $$;
comment on function sms_private.is_user is 'Whether there is such a user. As definer: the API''s roles do not read auth.users.';

-- Postgres looks up show_trgm() when it creates this function, not at each call. The search path was set in
-- 20_extensions.sql.
create function sms_private.shape_of(search text)
returns text
language sql immutable parallel safe set search_path = ''
return (
  select string_agg(case when cardinality(show_trgm(letter)) > 0 then 'w' else '-' end, '' order by place)
  from string_to_table(search, null) with ordinality as letters (letter, place));
comment on function sms_private.shape_of is
  'A text as w for each character that pg_trgm makes trigrams of (letters and digits, as the database''s locale knows them), and - for the rest.';
