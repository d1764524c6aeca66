-- Makes an older project as open as can be: new objects in every schema are granted to the API's roles. Owners do this to
-- use schemas of their own through the API. Runs after older_project.sql, as the superuser.

alter default privileges for role postgres grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres grant all on sequences to anon, authenticated, service_role;
