-- Extensions: used where they are; created where they are missing.

-- pg_trgm: trigrams find a word anywhere in a text. btree_gin: the tenant is part of the same index, so a search reads
-- the tenant's own entries only. The three others wake the worker (70_platform/schedule.sql); without them any other
-- scheduler will do.
do $$
declare
  extension text;
begin
  if to_regnamespace('extensions') is null then
    create schema extensions;
  end if;
  foreach extension in array array['pg_trgm', 'btree_gin'] loop
    if not exists (select from pg_extension installed where installed.extname = extension) then
      execute format('create extension %I with schema extensions', extension);
    end if;
  end loop;
  foreach extension in array array['pg_cron', 'pg_net', 'supabase_vault'] loop
    if exists (select from pg_available_extensions available where available.name = extension) then
      execute format('create extension if not exists %I', extension);
    else
      raise notice '% is not available here: wake sms-worker with a scheduler of your own', extension;
    end if;
  end loop;
end
$$;

-- The indexes below name the operator classes of these extensions without a schema, because a project may have them in
-- public or elsewhere. 90_grants.sql resets the path.
select set_config('search_path', (
  select string_agg(distinct quote_ident(home.nspname), ', ') from pg_extension installed
  join pg_namespace home on home.oid = installed.extnamespace
    where installed.extname in ('pg_trgm', 'btree_gin')), false);
