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

-- Postgres looks up show_trgm() when it creates this function, not at each call. The search path was set in
-- 20_extensions.sql.
create function sms_private.trigrams_of(word text)
returns text[]
language sql immutable parallel safe set search_path = ''
return show_trgm(word);
comment on function sms_private.trigrams_of is 'The trigrams of a word, as pg_trgm makes them, wherever that extension is.';
